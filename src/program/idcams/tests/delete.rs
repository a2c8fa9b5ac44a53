//! DELETE: what is found, what is not, several names, and what zjob says itself.

use super::run;
use crate::program::Completion;
use crate::program::testing::TestStep;

/// JOB00418.
#[test]
fn delete_of_a_missing_data_set_with_nonvsam_and_set_maxcc() {
    let (completion, lines) = run(&["         DELETE ANSIBL1.DUMMY02 NONVSAM", "         SET MAXCC=0"], &[]);
    assert_eq!(completion, Completion::Code(0));
    assert_eq!(
        lines,
        [
            "1IDCAMS  SYSTEM SERVICES                                           TIME: 14:13:49        04/19/23     PAGE      1",
            "0        ",
            "          DELETE ANSIBL1.DUMMY02 NONVSAM",
            "0IKJ56228I DATA SET ANSIBL1.DUMMY02 NOT IN CATALOG OR CATALOG CAN NOT BE",
            " IKJ56228I ACCESSED",
            " IDC0551I ** ENTRY ANSIBL1.DUMMY02 NOT DELETED",
            "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 8",
            "0        ",
            "          SET MAXCC=0",
            "         ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0",
        ]
    );
}

/// JOB00388.
#[test]
fn delete_of_a_data_set() {
    let step = TestStep::new()
        .sysin(&["         DELETE ANSIBL1.DUMMY01 NONVSAM", "         SET MAXCC=0"])
        .cataloged(&["ANSIBL1.DUMMY01", "OTHER"]);
    assert_eq!(step.run("IDCAMS"), Completion::Code(0));
    assert_eq!(
        step.lines("SYSPRINT")[2..],
        [
            "          DELETE ANSIBL1.DUMMY01 NONVSAM",
            "0IDC0550I ENTRY (A) ANSIBL1.DUMMY01 DELETED",
            "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0",
            "0        ",
            "          SET MAXCC=0",
            "         ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0",
        ]
    );
    assert_eq!(step.catalog(), ["OTHER"]);
}

/// The published unit test of 2023-06-29; its input ended with a blank card, whose echo it shows.
#[test]
fn delete_of_a_missing_data_set() {
    let (completion, lines) = run(&["        DELETE SOME.DATA.SET", ""], &[]);
    assert_eq!(completion, Completion::Code(8));
    assert_eq!(
        lines[1..],
        [
            "0        ",
            "         DELETE SOME.DATA.SET",
            "0IDC3012I ENTRY SOME.DATA.SET NOT FOUND",
            " IDC3009I ** VSAM CATALOG RETURN CODE IS 8 - REASON CODE IS IGG0CLEG-42",
            " IDC0551I ** ENTRY SOME.DATA.SET NOT DELETED",
            "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 8",
            "0        ",
            "         ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 8",
        ]
    );
}

#[test]
fn several_names_are_deleted_by_one_command() {
    let step = TestStep::new()
        .sysin(&["  DELETE (A.B, 'C.D' E.F -", "     LIB(ONE) LIB(TWO) 'LIB(THREE)') PURGE"])
        .cataloged(&["A.B", "C.D", "LIB", "LIB(ONE)", "LIB(THREE)"]);
    assert_eq!(step.run("IDCAMS"), Completion::Code(8));
    assert_eq!(
        step.lines("SYSPRINT")[2..],
        [
            "   DELETE (A.B, 'C.D' E.F -",
            "      LIB(ONE) LIB(TWO) 'LIB(THREE)') PURGE",
            "0IDC0550I ENTRY (A) A.B DELETED",
            "0IDC0550I ENTRY (A) C.D DELETED",
            "0IDC3012I ENTRY E.F NOT FOUND",
            " IDC3009I ** VSAM CATALOG RETURN CODE IS 8 - REASON CODE IS IGG0CLEG-42",
            " IDC0551I ** ENTRY E.F NOT DELETED",
            "0IDC0549I MEMBER ONE DELETED",
            "0IDC3302I  ACTION ERROR ON LIB",
            " IDC3330I ** TWO      NOT FOUND",
            " IDC0548I ** MEMBER TWO NOT DELETED",
            "0IDC0549I MEMBER THREE DELETED",
            "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 8",
            "0        ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 8",
        ]
    );
    assert_eq!(step.catalog(), ["LIB"]);
}

#[test]
fn what_else_can_happen_to_a_delete_is_told_by_lines_of_ours() {
    let step = TestStep::new().sysin(&["  DELETE A.B", "  DELETE NO.LIB(M)"]).cataloged(&["A.B"]).in_use("A.B");
    assert_eq!(step.run("IDCAMS"), Completion::Code(8));
    let lines = step.lines("SYSPRINT");
    assert_eq!(lines[3..5], ["0ZJB217E DATA SET A.B IS IN USE", " IDC0551I ** ENTRY A.B NOT DELETED"]);
    assert_eq!(lines[8..10], ["0ZJB216E LIBRARY NO.LIB IS NOT IN THE CATALOG", " IDC0548I ** MEMBER M NOT DELETED"]);
}
