//! Whole listings. Where a comment names a job, its lines are those of a real listing.

mod delete;
mod modal;

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
        "  LISTCAT LEVEL(A.*)",
        "  DEFINE CLUSTER(NAME(A))",
        "  REPRO INFILE(A) OUTFILE(B) REPLACE",
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
