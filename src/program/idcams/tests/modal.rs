//! IF, SET, DO and ELSE, and the codes that they ask for.

use super::{code, ids, messages};
use crate::program::Completion;
use crate::program::testing::TestStep;

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
