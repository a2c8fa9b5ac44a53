//! `result.json`: how the jobs of a deck ended.

use serde::Serialize;

use crate::job::initiator::{JobEnd, JobOutcome};
use crate::system::DeckReport;

#[derive(Serialize)]
struct Result<'r> {
    jobs: Vec<Job<'r>>,
    /// Why nothing was submitted.
    no_job: Option<&'r str>,
    /// A job wanted to reach a host that is not allowed.
    refused: bool,
}

#[derive(Serialize)]
struct Job<'r> {
    #[serde(rename = "job")]
    number: String,
    name: &'r str,
    status: String,
    code: Option<u16>,
    abend: Option<&'r str>,
    steps: Vec<Step<'r>>,
}

#[derive(Serialize)]
struct Step<'r> {
    step: &'r str,
    result: &'r str,
}

/// The result of a deck.
pub(super) fn json(report: &DeckReport) -> String {
    let result = Result {
        jobs: report.jobs.iter().map(job).collect(),
        no_job: report.no_job.as_deref(),
        refused: report.refused,
    };
    // Numbers and texts alone cannot fail to be written.
    let mut text = serde_json::to_string_pretty(&result).unwrap_or_default();
    text.push('\n');
    text
}

fn job(outcome: &JobOutcome) -> Job<'_> {
    Job {
        number: format!("JOB{:05}", outcome.number),
        name: &outcome.name,
        status: outcome.end.status(),
        code: if let JobEnd::Code(code) = &outcome.end { Some(*code) } else { None },
        abend: if let JobEnd::Abend(code) = &outcome.end { Some(code) } else { None },
        steps: outcome.steps.iter().map(|(step, result)| Step { step, result }).collect(),
    }
}
