//! Whole decks, from bytes to jobs. Listings and counts of real jobs are from the logs that each test names.

use proptest::prelude::*;

use super::{ConvertSettings, ConvertedJob, convert};
use crate::dataset::{Dcb, Dsorg, Recfm};
use crate::job::model::{
    Action, AfterAbend, CondTest, Disposition, Operator, Request, Source, Space, SpaceUnit, Status, Step,
};

fn jobs(deck: &str) -> Vec<ConvertedJob> {
    convert(deck.as_bytes(), &ConvertSettings::for_user("IBMUSER")).expect("the deck has a JOB card")
}

fn job(deck: &str) -> ConvertedJob {
    let mut jobs = jobs(deck);
    assert_eq!(jobs.len(), 1, "one job expected");
    jobs.remove(0)
}

/// What stops the jobs of a deck: `statement message`.
fn errors(deck: &str) -> Vec<String> {
    let all = jobs(deck);
    let found = all.iter().flat_map(|job| &job.diagnostics);
    found.map(|found| format!("{} {}", found.statement.unwrap_or(0), found.message)).collect()
}

/// The same with the places in the deck: `card:column message`.
fn places(deck: &str) -> Vec<String> {
    let all = jobs(deck);
    let found = all.iter().flat_map(|job| &job.diagnostics);
    found.map(|found| format!("{}:{} {}", found.position.card, found.position.column, found.message)).collect()
}

fn hints(deck: &str) -> Vec<String> {
    jobs(deck).iter().flat_map(|job| &job.hints).map(|hint| hint.message.to_string()).collect()
}

fn listing(job: &ConvertedJob) -> String {
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let lines = job.listing.iter().map(|line| format!("{:>3} {}", number(line.number), line.text.trim_end()));
    lines.chain([String::new()]).collect::<Vec<_>>().join("\n")
}

fn converted(deck: &str) -> crate::job::model::Job {
    let job = job(deck);
    let said: Vec<String> = job.diagnostics.iter().map(|found| found.message.to_string()).collect();
    job.job.unwrap_or_else(|| panic!("the job does not run: {said:?}"))
}

const JOB: &str = "//J JOB MSGCLASS=H\n";

/// A job with one step and one DD statement.
fn deck_with_dd(operands: &str) -> String {
    format!("{JOB}//S EXEC PGM=IEFBR14\n//D DD {operands}\n")
}

fn dd(operands: &str) -> Source {
    let mut job = converted(&deck_with_dd(operands));
    job.steps.remove(0).dds.remove(0).parts.remove(0).source
}

fn request(operands: &str) -> Request {
    match dd(operands) {
        Source::DataSet(request) => *request,
        other => panic!("not a data set: {other:?}"),
    }
}

/// What is said of a DD statement, without the statement number.
fn dd_errors(operands: &str) -> Vec<String> {
    errors(&deck_with_dd(operands)).iter().map(|error| error.trim_start_matches("3 ").to_owned()).collect()
}

fn step(operands: &str) -> Step {
    converted(&format!("{JOB}//S EXEC PGM=P,{operands}\n")).steps.remove(0)
}

fn exec_errors(operands: &str) -> Vec<String> {
    let deck = format!("{JOB}//S EXEC {operands}\n");
    errors(&deck).iter().map(|error| error.trim_start_matches("2 ").to_owned()).collect()
}

/// What the user is told of a JOB statement that does not stop the job.
fn job_hints(operands: &str) -> Vec<String> {
    assert_eq!(job_errors(operands), [""; 0]);
    hints(&format!("//J JOB {operands}\n//S EXEC PGM=P\n"))
}

fn job_errors(operands: &str) -> Vec<String> {
    let deck = format!("//J JOB {operands}\n//S EXEC PGM=P\n");
    errors(&deck).iter().map(|error| error.trim_start_matches("1 ").to_owned()).collect()
}

/// `operands`, continued so that no card is too long.
fn on_cards(operands: &[&str]) -> String {
    operands.join(",\n// ")
}

mod conditions;
mod dd_statement;
mod decks;
mod elsewhere;
mod exec_statement;
mod includes;
mod job_statement;
mod listings;
mod overrides;
mod procedures;
mod scenery;
mod statements;
mod symbols;

fn deck_like() -> impl Strategy<Value = String> {
    let card = prop_oneof![
        "//[A-Z]{0,9} (DD|EXEC|JOB|SET|PROC|PEND|IF) [A-Z0-9=,()'*&.+ ]{0,60}\n",
        "//[A-Z]{0,3} DD (DSN|DISP|SPACE|DCB|UNIT|VOL|SYSOUT|DLM)=[A-Z0-9=,()'*&.+]{0,30}\n",
        "// [A-Z=,()'&*]{0,75}\n",
        "(/\\*|//\\*|//)[ A-Z]{0,5}\n",
        "[ -~ä€\t]{0,90}\n?",
    ];
    proptest::collection::vec(card, 0..25).prop_map(|cards| format!("//J JOB\n{}", cards.concat()))
}

proptest! {
    #[test]
    fn any_bytes_are_converted_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = convert(&bytes, &ConvertSettings::for_user("IBMUSER"));
    }

    #[test]
    fn a_job_runs_exactly_if_nothing_stops_it(deck in deck_like()) {
        let cards = deck.lines().count();
        for job in jobs(&deck) {
            prop_assert_eq!(job.job.is_some(), job.diagnostics.is_empty());
            for found in job.diagnostics.iter().chain(&job.hints) {
                prop_assert!((1..=cards).contains(&(found.position.card as usize)), "{:?}", found);
            }
        }
    }
}
