//! Whole listings. Where a comment names a job, its lines are those of a real listing.

use crate::dataset::{Attributes, Recfm};
use crate::program::Completion;
use crate::program::testing::TestStep;

/// Code and listing of `cards`, run over a catalog with these entries.
fn run(cards: &[&str], cataloged: &[&str]) -> (Completion, Vec<String>) {
    let step = TestStep::new().sysin(cards).cataloged(cataloged);
    (step.run("IDCAMS"), step.lines("SYSPRINT"))
}

/// Code, and the listing without its heading, the echoed cards and the spacing records.
fn messages(cards: &[&str], cataloged: &[&str]) -> (u16, Vec<String>) {
    let (completion, lines) = run(cards, cataloged);
    let Completion::Code(code) = completion else { panic!("{completion:?}") };
    let is_message = |line: &String| ["IDC", "IKJ", "ZJB"].iter().any(|id| line[1..].starts_with(id));
    let all = lines.into_iter().filter(|line| is_message(line) && !line.contains("IDCAMS  SYSTEM"));
    (
        code,
        all.map(|line| line.split_whitespace().next().unwrap_or_default().trim_start_matches('0').to_owned()).collect(),
    )
}

fn ids(cards: &[&str], cataloged: &[&str]) -> Vec<String> {
    messages(cards, cataloged).1
}

fn code(cards: &[&str], cataloged: &[&str]) -> u16 {
    messages(cards, cataloged).0
}

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

/// HERC011 on MVS 3.8j: the modal commands, and the sequence numbers in columns 73 to 80.
#[test]
fn set_commands_after_each_other_are_one_blank_line_apart_and_cards_are_shown_with_their_numbers() {
    let card = |text: &str, number: &str| format!("{text:<72}{number}");
    let cards = [
        card("  DELETE HERC01.CLE.DISTRO.LOADLIB NONVSAM PURGE", "00360000"),
        card("  SET LASTCC = 0", "00370000"),
        card("  SET MAXCC = 0", "00380000"),
    ];
    let cards: Vec<_> = cards.iter().map(String::as_str).collect();
    let (_, lines) = run(&cards, &["HERC01.CLE.DISTRO.LOADLIB"]);
    assert_eq!(
        lines[1..],
        [
            "0        ",
            "   DELETE HERC01.CLE.DISTRO.LOADLIB NONVSAM PURGE                        00360000",
            "0IDC0550I ENTRY (A) HERC01.CLE.DISTRO.LOADLIB DELETED",
            "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0",
            "0        ",
            "   SET LASTCC = 0                                                        00370000",
            "         ",
            "   SET MAXCC = 0                                                         00380000",
            "         ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0",
        ]
    );
}

#[test]
fn a_comment_alone_is_echoed_and_nothing_else_happens() {
    let (completion, lines) = run(&[" /* HELLO FROM FROMJCL */"], &[]);
    assert_eq!(completion, Completion::Code(0));
    assert_eq!(
        lines[1..],
        [
            "0        ",
            "  /* HELLO FROM FROMJCL */",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0",
        ]
    );
}

#[test]
fn without_any_card_there_is_a_heading_and_the_last_line() {
    let (completion, lines) = run(&[], &[]);
    assert_eq!(completion, Completion::Code(0));
    assert_eq!(lines[1..], ["0        ", "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0"]);
}

#[test]
fn a_wrong_name_is_bypassed_as_a_listing_shows_it() {
    let (completion, lines) = run(&["  DELETE '...................'"], &[]);
    assert_eq!(completion, Completion::Code(12));
    assert_eq!(
        lines[2..],
        [
            "   DELETE '...................'",
            "0IDC3203I ITEM '...................' DOES NOT ADHERE TO RESTRICTIONS",
            "0IDC3202I ABOVE TEXT BYPASSED UNTIL NEXT COMMAND. CONDITION CODE IS 12",
            "0        ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 12",
        ]
    );
}

#[test]
fn a_command_in_column_1_is_read_without_its_first_letter_and_that_is_explained() {
    let step =
        TestStep::new().sysin(&["DELETE YOUR.TERSED.DATASET", "SET MAXCC=0"]).cataloged(&["YOUR.TERSED.DATASET"]);
    assert_eq!(step.run("IDCAMS"), Completion::Code(12));
    assert_eq!(
        step.lines("SYSPRINT")[1..],
        [
            "0        ",
            " DELETE YOUR.TERSED.DATASET",
            "0IDC3219I VERB NAME 'ELETE' UNKNOWN",
            "0IDC3202I ABOVE TEXT BYPASSED UNTIL NEXT COMMAND. CONDITION CODE IS 12",
            "0        ",
            " SET MAXCC=0",
            "0IDC3219I VERB NAME 'ET' UNKNOWN",
            "0IDC3202I ABOVE TEXT BYPASSED UNTIL NEXT COMMAND. CONDITION CODE IS 12",
            "0        ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 12",
        ]
    );
    assert_eq!(step.catalog(), ["YOUR.TERSED.DATASET"]);
    assert!(step.explained()[0].contains("DELETE in column 1 is read as ELETE"), "{:?}", step.explained());
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

#[test]
fn commands_are_continued_abbreviated_separated_and_commented_as_the_language_allows() {
    for cards in [
        ["  DEL A.B PRG SCR NVSAM"].as_slice(),
        &["  DELETE A.B;"],
        &["  DELETE A.B /* not needed */ PURGE"],
        &["  DELETE A.B/* not needed */"],
        &["  DELETE -", "  A.B"],
        &["  DELETE A+", "      .B"],
        &["  DELETE-", "  A.B"],
        &["  DELETE 'A+", "     .B'"],
        &["  DELETE A.B -", " /* a comment that -", "    goes on */ PURGE"],
        &["  DELETE -", "  -", "  A.B"],
        &["  DELETE,A.B,PURGE"],
        &["XDELETE A.B"],
    ] {
        let (code, ids) = messages(cards, &["A.B"]);
        assert_eq!(
            (code, ids.as_slice()),
            (0, ["IDC0550I", "IDC0001I", "IDC0002I"].map(str::to_owned).as_slice()),
            "{cards:?}"
        );
    }
}

#[test]
fn columns_73_to_80_are_not_read() {
    let card = format!("{:<72}NONVSAM", "  DELETE A.B");
    assert_eq!(ids(&[&card], &[]), ["IDC3012I", "IDC3009I", "IDC0551I", "IDC0001I", "IDC0002I"]);
}

#[test]
fn two_commands_on_a_card_are_echoed_once() {
    let (_, lines) = run(&["  DELETE A; DELETE B"], &["A", "B"]);
    assert_eq!(
        lines[2..],
        [
            "   DELETE A; DELETE B",
            "0IDC0550I ENTRY (A) A DELETED",
            "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0",
            "0IDC0550I ENTRY (A) B DELETED",
            "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0",
            "0        ",
            "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0",
        ]
    );
}

#[test]
fn wrong_commands_are_told_by_name_and_the_next_ones_run() {
    for (card, expected) in [
        ("  DELETE A.B WRONG", "IDC3211I"),
        ("  DELETE A.B C.D", "IDC3211I"),
        ("  DELETE 1A.B", "IDC3203I"),
        ("  DELETE a.b", "IDC3203I"),
        ("  DELETE LIB(1M)", "IDC3203I"),
        ("  delete A.B", "IDC3219I"),
        ("  FROBNICATE", "IDC3219I"),
        ("  DELETE", "ZJB211E"),
        ("  DELETE ()", "ZJB211E"),
        ("  DELETE (A.B", "ZJB212E"),
        ("  DELETE A.B)", "ZJB212E"),
        ("  DELETE A.B 'PURGE'", "ZJB212E"),
        ("  (DELETE A.B)", "ZJB212E"),
        ("  DELETE 'A.B", "ZJB214E"),
    ] {
        let expected = [expected, "IDC3202I", "IDC0550I", "IDC0001I", "IDC0002I"];
        assert_eq!(messages(&[card, "  DELETE X"], &["X"]), (12, expected.map(str::to_owned).to_vec()), "{card}");
    }
}

#[test]
fn what_the_host_can_and_zjob_cannot_is_named_once_with_code_12() {
    for card in [
        "  LISTCAT LEVEL(A)",
        "  DEFINE CLUSTER(NAME(A))",
        "  REPRO INFILE(A) OUTFILE(B)",
        "  DELETE A.B CLUSTER",
        "  DELETE A.* ",
        "  DELETE A.B NOSCRATCH",
        "  DELETE A.B CATALOG(C.D)",
        "  PARM MARGINS(1 80)",
    ] {
        assert_eq!(messages(&[card, "  DELETE X"], &["X"]).0, 12, "{card}");
        assert_eq!(ids(&[card, "  DELETE X"], &["X"]), ["ZJB210E", "IDC0550I", "IDC0001I", "IDC0002I"], "{card}");
    }
    let (_, lines) = run(&["  PRINT -", "   ALL"], &[]);
    assert_eq!(lines[2..5], ["   PRINT -", "    ALL  ", "0ZJB210E PRINT IS NOT EMULATED. CONDITION CODE IS 12"]);
}

#[test]
fn the_code_of_the_step_is_the_highest_one() {
    assert_eq!(code(&["  DELETE MISSING", "  DELETE X"], &["X"]), 8);
    assert_eq!(code(&["  DELETE X", "  WRONG", "  DELETE MISSING"], &["X"]), 12);
}

#[test]
fn set_changes_codes_as_the_manual_says() {
    assert_eq!(code(&["  SET MAXCC=4"], &[]), 4);
    assert_eq!(code(&["  SET LASTCC=4"], &[]), 4, "LASTCC above MAXCC raises it");
    assert_eq!(code(&["  DELETE MISSING", "  SET LASTCC=0"], &[]), 8, "LASTCC alone does not lower MAXCC");
    assert_eq!(code(&["  DELETE MISSING", "  SET MAXCC=0", "  IF LASTCC=8 THEN SET MAXCC=5"], &[]), 5);
    assert_eq!(messages(&["  SET MAXCC=16", "  DELETE X"], &["X"]), (16, vec!["IDC0002I".to_owned()]));
    assert_eq!(code(&["  SET MAXCC=99999"], &[]), 16);
}

#[test]
fn if_tests_with_every_operator() {
    for (condition, holds) in [
        ("LASTCC=8", true),
        ("LASTCC = 0", false),
        ("LASTCC EQ 8", true),
        ("MAXCC NE 8", false),
        ("MAXCC¬=0", true),
        ("MAXCC>4", true),
        ("MAXCC GT 8", false),
        ("MAXCC < 9", true),
        ("MAXCC LT 8", false),
        ("MAXCC>=8", true),
        ("MAXCC GE 9", false),
        ("MAXCC<=8", true),
        ("MAXCC LE 7", false),
    ] {
        let cards = ["  DELETE MISSING", &format!("  IF {condition} THEN SET MAXCC=1"), "  ELSE SET MAXCC=2"];
        assert_eq!(code(&cards, &[]), if holds { 1 } else { 2 }, "{condition}");
    }
}

#[test]
fn clauses_may_be_blocks_nested_or_empty() {
    let deck = |state: u8| {
        let first = format!("  SET MAXCC={state}");
        code(
            &[
                &first,
                "  IF MAXCC < 8 THEN -",
                "    IF MAXCC = 0 THEN DO",
                "      SET MAXCC=1",
                "      SET LASTCC=1",
                "    END",
                "    ELSE SET MAXCC=2",
                "  ELSE DO",
                "    SET MAXCC=3",
                "  END",
            ],
            &[],
        )
    };
    assert_eq!([deck(0), deck(4), deck(8)], [1, 2, 3]);
    assert_eq!(code(&["  IF MAXCC=0 THEN", "  ELSE SET MAXCC=3"], &[]), 0, "an empty THEN");
    assert_eq!(code(&["  IF MAXCC=0 THEN", "  SET MAXCC=3"], &[]), 3, "an empty clause, then a command of its own");
    assert_eq!(code(&["  IF MAXCC=0 THEN IF MAXCC=1 THEN SET MAXCC=2", "  ELSE", "  ELSE SET MAXCC=3"], &[]), 0);
}

#[test]
fn a_function_in_a_clause_that_does_not_count_is_bypassed() {
    let cards = ["  IF MAXCC>0 THEN DO", "    DELETE A.B", "    LISTCAT", "  END", "  ELSE DELETE C.D"];
    let step = TestStep::new().sysin(&cards).cataloged(&["A.B", "C.D"]);
    assert_eq!(step.run("IDCAMS"), Completion::Code(0));
    assert_eq!(step.catalog(), ["A.B"]);
    assert_eq!(ids(&cards, &["A.B", "C.D"]), ["IDC0204I", "IDC0204I", "IDC0550I", "IDC0001I", "IDC0002I"]);
}

#[test]
fn a_wrong_function_inside_a_block_does_not_end_the_block() {
    let cards = ["  IF MAXCC=0 THEN DO", "    WRONG", "    'ALSO WRONG'", "    DELETE A.B", "  END"];
    let expected = ["IDC3219I", "IDC3202I", "ZJB212E", "IDC3202I", "IDC0550I", "IDC0001I", "IDC0002I"];
    assert_eq!(ids(&cards, &["A.B"]), expected);
}

#[test]
fn a_broken_modal_command_ends_everything_with_16() {
    for (cards, id) in [
        (["  IF MAXCC=0 SET MAXCC=4"].as_slice(), "ZJB220E"),
        (&["  IF CC=0 THEN SET MAXCC=4"], "ZJB220E"),
        (&["  IF MAXCC IS 0 THEN SET MAXCC=4"], "ZJB220E"),
        (&["  IF MAXCC=X THEN SET MAXCC=4"], "ZJB220E"),
        (&["  IF"], "ZJB220E"),
        (&["  SET MAXCC 0"], "ZJB220E"),
        (&["  SET MAXCC=0 NOW"], "ZJB220E"),
        (&["  SET RC=0"], "ZJB220E"),
        (&["  ELSE SET MAXCC=0"], "ZJB221E"),
        (&["  END"], "ZJB221E"),
        (&["  IF MAXCC=0 THEN DO", "  SET MAXCC=0"], "ZJB223E"),
        (&["  IF MAXCC=0 THEN 'X", "  END"], "ZJB214E"),
    ] {
        let cards: Vec<_> = cards.iter().copied().chain(["  DELETE X"]).collect();
        let (code, ids) = messages(&cards, &["X"]);
        assert_eq!(ids.first().map(String::as_str), Some(if id == "ZJB223E" { "IDC0550I" } else { id }), "{cards:?}");
        assert!(ids.iter().any(|seen| seen == id), "{cards:?} {ids:?}");
        assert_eq!(code, 16, "{cards:?}");
    }
}

#[test]
fn ten_levels_of_if_are_allowed_and_eleven_are_not() {
    let nest = |levels: usize| {
        let mut cards = vec!["  IF MAXCC=0 THEN -"; levels];
        cards.push("  SET MAXCC=3");
        code(&cards, &[])
    };
    assert_eq!((nest(10), nest(11)), (3, 16));
}

#[test]
fn a_page_has_53_lines_and_the_first_line_of_a_page_is_double_spaced() {
    let cards = vec!["  DELETE MISSING"; 20];
    let (_, lines) = run(&cards, &[]);
    let mut pages: Vec<u32> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        match &line[..1] {
            "1" => pages.push(1),
            control => {
                assert!(at == 0 || !lines[at - 1].starts_with('1') || control == "0", "{line}");
                *pages.last_mut().expect("a heading comes first") += if control == "0" { 2 } else { 1 };
            }
        }
    }
    let (last, full) = pages.split_last().expect("some pages");
    assert!(full.iter().all(|&lines| lines == 53 || lines == 52), "{pages:?}");
    assert!(*last <= 53 && full.len() >= 3, "{pages:?}");
    assert!(lines.iter().any(|line| line.ends_with("PAGE      2")));
}

#[test]
fn sysprint_is_variable_with_125_bytes() {
    let step = TestStep::new().sysin(&[]);
    step.run("IDCAMS");
    let written = step.written("SYSPRINT").expect("SYSPRINT was written");
    assert_eq!(written.attributes, Attributes { recfm: Recfm::VBA, lrecl: 125, blksize: 629 });
}

#[test]
fn a_missing_dd_gives_16_and_is_explained() {
    for dd in ["SYSIN", "SYSPRINT"] {
        let step = TestStep::new().sysin(&[]).without(dd);
        assert_eq!(step.run("IDCAMS"), Completion::Code(16));
        assert!(step.explained()[0].contains(dd));
    }
}

#[test]
fn a_cancelled_step_ends_at_the_next_card() {
    let step = TestStep::new().sysin(&["  DELETE A.B"]).cataloged(&["A.B"]);
    step.cancel.request();
    assert_eq!(step.run("IDCAMS"), Completion::System { code: 0x222, reason: 0 });
    assert_eq!(step.catalog(), ["A.B"]);
}

proptest::proptest! {
    #[test]
    fn any_cards_are_read_to_an_end(cards in proptest::collection::vec("[ A-Z'();=+/*.-]{0,80}|  (IF|DELETE|SET|DO|END|THEN|ELSE|MAXCC|=|0| |-){0,8}", 0..12)) {
        let cards: Vec<&str> = cards.iter().map(String::as_str).collect();
        let (completion, lines) = run(&cards, &[]);
        assert!(matches!(completion, Completion::Code(0 | 4 | 8 | 12 | 16)), "{completion:?}");
        assert!(lines.last().is_some_and(|line| line.starts_with("0IDC0002I")));
    }
}
