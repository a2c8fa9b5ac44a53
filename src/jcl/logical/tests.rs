//! Statements on their cards, and how they go on.

use super::super::card::{Position, cards};
use super::{LayoutFault, Logical, read};

fn logical(deck: &str) -> Logical<'_> {
    read(&cards(deck), 0).expect("the deck has a card")
}

fn operands(deck: &str) -> String {
    logical(deck).operands.as_str().to_owned()
}

fn fault(deck: &str) -> Option<LayoutFault> {
    logical(deck).fault.map(|(fault, _)| fault)
}

fn at(card: u32, column: u32) -> Position {
    Position { card, column }
}

/// A card whose text fills columns 1 to 71.
fn filled(start: &str, fill: char) -> String {
    let mut card = start.to_owned();
    card.extend(std::iter::repeat_n(fill, 71 - start.chars().count()));
    card
}

#[test]
fn the_fields_are_separated_by_blanks() {
    let statement = logical("//OUTFILE  DD   DISP=(NEW,CATLG),UNIT=SYSDA   a comment");
    assert_eq!(statement.name, "OUTFILE");
    assert_eq!(statement.operation, "DD");
    assert_eq!(statement.operation_column, 12);
    assert_eq!(statement.operands.as_str(), "DISP=(NEW,CATLG),UNIT=SYSDA");
    assert_eq!(logical("// EXEC X").name, "");
    assert_eq!(logical("//STEP1").operation, "");
}

#[test]
fn after_a_comma_the_operands_go_on_on_the_next_card() {
    let deck =
        "//A DD DISP=(NEW,CATLG),UNIT=SYSDA,   <-- comment\n// SPACE=(CYL,(10,5),RLSE),\n//         DSN=X.Y\n//B DD *";
    let statement = logical(deck);
    assert_eq!(statement.operands.as_str(), "DISP=(NEW,CATLG),UNIT=SYSDA,SPACE=(CYL,(10,5),RLSE),DSN=X.Y");
    assert_eq!(statement.cards, 0..3);
    assert_eq!(statement.operands.position(0), at(1, 8));
    let dsn = statement.operands.as_str().find("DSN").expect("it is there");
    assert_eq!(statement.operands.position(dsn), at(3, 12));
}

#[test]
fn comment_cards_may_stand_between_continued_cards() {
    let deck = "//A DD DISP=SHR,\n//* in between\n//* and again\n//  DSN=X\n//B DD *";
    assert_eq!(operands(deck), "DISP=SHR,DSN=X");
    assert_eq!(logical(deck).cards, 0..4);
}

#[test]
fn a_card_with_something_in_column_3_is_no_continuation() {
    let deck = "//A DD DISP=SHR,\n//* comment\n//DSN=X";
    let statement = logical(deck);
    assert_eq!(statement.fault, Some((LayoutFault::NoContinuation, at(1, 16))));
    assert_eq!(statement.cards, 0..1);
    assert_eq!(fault("//A DD DISP=SHR,"), Some(LayoutFault::NoContinuation));
    assert_eq!(fault("//A DD DISP=SHR,\n/*"), Some(LayoutFault::NoContinuation));
}

#[test]
fn operands_that_begin_after_column_16_do_not_continue() {
    assert_eq!(fault("//A DD DISP=SHR,\n//             DSN=X"), None);
    assert_eq!(fault("//A DD DISP=SHR,\n//              DSN=X"), Some(LayoutFault::NoContinuation));
}

#[test]
fn a_null_statement_after_a_comma_completes_the_statement() {
    let statement = logical("//A DD DISP=SHR,\n//\n//B DD *");
    assert_eq!(statement.fault, None);
    assert_eq!(statement.cards, 0..2);
}

#[test]
fn a_string_goes_on_from_column_71_to_column_16() {
    let deck = format!("{}\n//{:13}B'\n", filled("//A EXEC PGM=X,PARM='", 'A'), "");
    let statement = logical(&deck);
    assert!(statement.operands.as_str().ends_with("AAAB'"));
    assert_eq!(statement.operands.as_str().len(), 71 - 9 + 2);
    assert_eq!(statement.operands.position(statement.operands.as_str().len() - 2), at(2, 16));
    assert_eq!(statement.fault, None);
}

#[test]
fn blanks_up_to_column_71_belong_to_the_string_even_if_they_were_not_typed() {
    let deck = format!("//A EXEC PGM=X,PARM='AB\n//{:13}C'", "");
    let text = operands(&deck);
    assert_eq!(text.len(), (71 - 9) + 2);
    assert!(text.starts_with("PGM=X,PARM='AB   ") && text.ends_with("  C'"));
}

#[test]
fn a_string_that_goes_on_before_column_16_is_not_continued() {
    assert_eq!(fault("//A EXEC PGM=X,PARM='AB\n// CD'"), Some(LayoutFault::NoContinuation));
    assert_eq!(fault("//A EXEC PGM=X,PARM='AB\n//B DD *"), Some(LayoutFault::NoContinuation));
}

#[test]
fn an_apostrophe_in_column_71_closes_the_string() {
    let deck = format!("{}'\n// DD SYSOUT=*", filled("//A EXEC PGM=X,PARM='", 'A').split_at(70).0);
    let statement = logical(&deck);
    assert_eq!(statement.fault, None);
    assert_eq!(statement.cards, 0..1);
}

#[test]
fn a_field_that_runs_into_column_72_is_not_terminated() {
    let card = filled("//A DD DSN=", 'A');
    assert_eq!(fault(&card), None);
    assert_eq!(fault(&format!("{card}A")), Some(LayoutFault::NotTerminated));
    assert_eq!(fault(&format!("{card},\n// DISP=SHR")), Some(LayoutFault::NotTerminated));
}

#[test]
fn a_mark_in_column_72_continues_a_comment_and_nothing_else() {
    let marked = format!("{:71}X", "//A DD SYSOUT=* the comment");
    assert_eq!(logical(&format!("{marked}\n// goes on here\n//B DD *")).cards, 0..2);
    assert_eq!(logical(&format!("{marked}\n//B DD *")).cards, 0..1);
    assert_eq!(logical(&format!("{marked}\n//\n")).cards, 0..1);
    let comma = format!("{:71}X", "//A DD DISP=SHR, the comment");
    assert_eq!(operands(&format!("{comma}\n// DSN=A")), "DISP=SHR,DSN=A");
}

#[test]
fn sequence_numbers_are_not_read() {
    let deck = format!("{:72}00000010\n{:72}00000020", "//A DD DISP=SHR,", "// DSN=A");
    assert_eq!(operands(&deck), "DISP=SHR,DSN=A");
}

#[test]
fn an_if_goes_on_until_then() {
    let deck = "// IF (A.RC = 0 &\n//* why\n//    B.RC = 4) THEN  comment\n//S EXEC X";
    assert_eq!(operands(deck), "(A.RC = 0 & B.RC = 4)");
    assert_eq!(logical(deck).cards, 0..3);
    assert_eq!(operands("// IF RC=0 THEN"), "RC=0");
    assert_eq!(operands("// IF (ATHEN.RC=0)THEN"), "(ATHEN.RC=0)");
    assert_eq!(fault("// IF (RC = 0)\n//S EXEC X"), Some(LayoutFault::NoContinuation));
}

#[test]
fn blanks_may_stand_in_the_conditions_of_job_groups() {
    assert_eq!(
        operands("// AFTER NAME=A,WHEN=(RC > 4 | ABEND),ACTION=FAIL why"),
        "NAME=A,WHEN=(RC > 4 | ABEND),ACTION=FAIL"
    );
    assert_eq!(
        operands("//G JOBGROUP ERROR=(RC = 1 | (RC > 17 & RC < 37)) why"),
        "ERROR=(RC = 1 | (RC > 17 & RC < 37))"
    );
    let deck = "//G JOBGROUP ERROR=(RC = 1 | \n//     RC = 3),OWNER=ME, why\n// HOLD=YES\n//J JOB";
    assert_eq!(operands(deck), "ERROR=(RC = 1 | RC = 3),OWNER=ME,HOLD=YES");
    assert_eq!(logical(deck).cards, 0..3);
    assert_eq!(fault("// AFTER WHEN=(RC = 4\n//J JOB"), Some(LayoutFault::NoContinuation));
    // Elsewhere a blank ends the field.
    assert_eq!(operands("//A DD WHEN=(A B)"), "WHEN=(A");
}

#[test]
fn verbs_without_operands_have_comments_only() {
    assert_eq!(operands("// ELSE  DON'T PANIC,"), "");
    assert_eq!(fault("// ELSE  DON'T PANIC,"), None);
    assert_eq!(operands("// PEND"), "");
}
