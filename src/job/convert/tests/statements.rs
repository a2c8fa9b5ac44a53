//! Statements that are not emulated, are none, or are laid out wrong.

use super::{JOB, errors, job, places};

fn explanation(deck: &str) -> String {
    job(deck).diagnostics[0].explanation.as_ref().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn each_statement_that_is_not_emulated_is_named() {
    let deck = format!("{JOB}// COMMAND 'D A'\n// SCHEDULE JOBGROUP=G\n//S EXEC PGM=P\n//X XMIT DEST=N\n//B JOB\n/*\n");
    assert_eq!(errors(&deck), [""; 0]);
    let named = |verb: &str| format!("ZJB052I The {verb} statement is read and checked, but not emulated.");
    let said = super::hints(&deck);
    for verb in ["COMMAND", "SCHEDULE", "XMIT"] {
        assert!(said.contains(&named(verb)), "{verb}: {said:?}");
    }
    assert_eq!(errors(&format!("{JOB}//S EXEC PGM=P\n/*ROUTE PRINT X\n")), [""; 0]);
    assert_eq!(errors(&format!("{JOB}// START X\n//S EXEC PGM=P\n")), [""; 0]);
}

#[test]
fn a_procedure_that_nobody_calls_is_not_looked_at() {
    let deck = format!("{JOB}//P PROC\n//S EXEC PGM=X\n//D DD WRONG\n// PEND\n//T EXEC PGM=Y\n");
    assert_eq!(errors(&deck), [""; 0]);
    assert_eq!(errors(&format!("{JOB}// PEND\n//S EXEC PGM=P\n")), ["2 IEFC668I PEND VERB STATEMENT OUT OF SEQUENCE"]);
}

#[test]
fn an_operation_must_be_one() {
    let deck = format!("{JOB}//S EXEC PGM=P\n//D DD DSN=A\n//    DISP=SHR\n//SET A=B\n//E dd DUMMY\n//F\n");
    assert_eq!(
        places(&deck),
        [
            "4:7 IEFC605I UNIDENTIFIED OPERATION FIELD",
            "5:7 IEFC605I UNIDENTIFIED OPERATION FIELD",
            "6:5 IEFC605I UNIDENTIFIED OPERATION FIELD",
            "7:4 IEFC605I UNIDENTIFIED OPERATION FIELD",
        ]
    );
}

#[test]
fn an_operation_that_is_none_is_explained() {
    let with = |card: &str| format!("{JOB}{card}\n//S EXEC PGM=P\n");
    assert!(explanation(&with("//    DISP=SHR")).contains("comma"));
    assert!(explanation(&with("//SET A=B")).contains("`// SET`"));
    assert!(explanation(&with("//S exec PGM=P")).contains("upper case"));
    assert!(explanation(&with("//S\tEXEC\tPGM=P")).contains("tab"));
}

#[test]
fn a_bad_name_is_an_invalid_label() {
    for name in ["9STEP", "TOOLONGNAME", "A_B", "step"] {
        let said = errors(&format!("{JOB}//{name} EXEC PGM=P\n"));
        assert_eq!(said, ["2 IEFC662I INVALID LABEL"], "{name}");
    }
}

#[test]
fn layout_faults_are_found_and_explained() {
    let broken = format!("{JOB}//S EXEC PGM=P,\n//D DD DUMMY\n");
    assert_eq!(places(&broken), ["2:15 IEFC621I EXPECTED CONTINUATION NOT RECEIVED"]);
    assert!(explanation(&broken).contains("columns 4 to 16"));
    let open = format!("{JOB}//S EXEC PGM=P,PARM='X\n//D DD DUMMY\n");
    assert_eq!(places(&open), ["2:71 IEFC621I EXPECTED CONTINUATION NOT RECEIVED"]);
    assert!(explanation(&open).contains("apostrophe"));
    let long = format!("{JOB}//S EXEC PGM=P,PARM={}\n", "X".repeat(60));
    assert_eq!(places(&long), ["2:71 IEFC618I OPERAND FIELD DOES NOT TERMINATE IN COMMA OR BLANK"]);
    assert!(explanation(&long).contains("column 71"));
}

#[test]
fn a_tab_among_the_operands_is_named() {
    let deck = format!("{JOB}//S EXEC PGM=P,\tPARM=X\n");
    assert_eq!(places(&deck), ["2:16 ZJB022E TAB IN COLUMN 16 OF CARD 2 - A TAB IS NOT A BLANK"]);
}

#[test]
fn errors_of_continued_statements_point_to_their_card() {
    let deck = format!("{JOB}//S EXEC PGM=P\n//D DD DSN=A,\n//* in between\n//  DISP=(NEW,\n//   WRONG)\n");
    assert_eq!(places(&deck), ["6:6 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE DISP FIELD"]);
}

#[test]
fn an_empty_card_before_the_first_step_is_a_misplaced_sysin() {
    let deck = format!("{JOB}\n//S EXEC PGM=P\n");
    assert_eq!(errors(&deck), ["2 IEFC606I MISPLACED DD STATEMENT"]);
    assert!(explanation(&deck).contains("even an empty one"));
}
