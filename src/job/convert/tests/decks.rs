//! Decks that hold no job, or several, and their bytes.

use super::{convert, errors, hints, jobs};
use crate::job::convert::ConvertSettings;

fn refusal(deck: &str) -> (String, Option<String>, u32) {
    let error = convert(deck.as_bytes(), &ConvertSettings::for_user("IBMUSER")).expect_err("nothing to submit");
    (error.message.to_string(), error.explanation.map(|text| text.to_string()), error.position.card)
}

#[test]
fn a_deck_without_a_job_card_submits_nothing() {
    for deck in ["", "//S EXEC PGM=P", "hello", "//* only\n//", "//A DD DATA\n//J JOB\n"] {
        assert!(refusal(deck).0.starts_with("ZJB001E"), "{deck}");
    }
}

#[test]
fn one_slash_before_the_job_name_is_explained() {
    let (message, explanation, card) = refusal("//* comment\n/XXXXX JOB CLASS=A\n//S EXEC PGM=P");
    assert!(message.starts_with("ZJB001E"));
    assert!(explanation.is_some_and(|text| text.contains("one slash")));
    assert_eq!(card, 2);
}

#[test]
fn statements_before_the_job_card_submit_nothing() {
    assert!(refusal("//S EXEC PGM=P\n//J JOB").0.starts_with("ZJB003E EXEC STATEMENT"));
    let deck = "/*PRIORITY 5\n//G JOBGROUP\n//J JOB\n//S EXEC PGM=P\n";
    assert_eq!(errors(deck), [""; 0]);
    let named = |verb: &str| format!("ZJB052I The {verb} statement is read and checked, but not emulated.");
    assert_eq!(hints(deck), [named("/*PRIORITY"), named("JOBGROUP")]);
}

#[test]
fn comments_before_the_job_card_are_left_out_and_the_user_is_told() {
    let deck = "//* one\n\n//J JOB\n//S EXEC PGM=P\n";
    assert_eq!(jobs(deck)[0].cards_read, 2);
    assert!(hints(deck)[0].starts_with("ZJB030I Cards 1 to 2 "));
    assert!(errors(deck).is_empty());
}

#[test]
fn the_samples_convert_without_a_word() {
    for name in ["upload", "upload-plain", "upload-aes"] {
        let path = format!("{}/jcl-samples/{name}.jcl", env!("CARGO_MANIFEST_DIR"));
        let deck = std::fs::read_to_string(&path).expect(&path);
        assert_eq!(errors(&deck), [""; 0], "{name}");
        assert_eq!(hints(&deck), [""; 0], "{name}");
    }
}

#[test]
fn the_deck_as_published_has_no_job_card() {
    let path = format!("{}/testdata/upload-as-published.jcl", env!("CARGO_MANIFEST_DIR"));
    let deck = std::fs::read_to_string(&path).expect(&path);
    assert!(refusal(&deck).0.starts_with("ZJB001E"));
    let two_slashes = format!("/{deck}");
    assert_eq!(errors(&two_slashes), ["2 IEFC606I MISPLACED DD STATEMENT"]);
}

#[test]
fn a_deck_may_be_windows_1252_and_have_carriage_returns() {
    let deck = b"//J JOB ,'M\xFCLLER'\r\n//S EXEC PGM=P\r\n//D DD *\r\n\xE4\r\n/*\r\n";
    let jobs = convert(deck, &ConvertSettings::for_user("IBMUSER")).expect("a job");
    let job = jobs[0].job.as_ref().expect("it runs");
    assert_eq!(job.programmer, "MÜLLER".replace('Ü', "ü"));
}
