//! Repairs: the edits of all findings, applied until nothing is left that can be repaired without a guess.
//!
//! Border: bytes in, bytes out. Reading and writing files is the caller's matter.

use crate::job::convert::ConvertSettings;
use crate::message::Severity;

use super::source::apply;
use super::{Catalog, Finding, Options, Report, Speaker, check};

/// Most rounds. A repair may bring to light what it hid: a deck whose JOB card is repaired becomes a job.
const MAX_ROUNDS: usize = 64;

/// A repaired deck.
#[derive(Debug)]
pub struct Fixed {
    /// The deck.
    pub deck: Vec<u8>,
    /// What was repaired, as it was found; places are those of the deck at the time.
    pub repaired: Vec<Finding>,
    /// What is left.
    pub report: Report,
}

/// Repairs `deck` as far as that takes no guess. A second call changes nothing.
pub fn fix(deck: &[u8], settings: &ConvertSettings<'_>, catalog: &dyn Catalog, options: Options) -> Fixed {
    let mut fixed =
        Fixed { deck: deck.to_vec(), repaired: Vec::new(), report: check(deck, settings, catalog, options) };
    for _ in 0..MAX_ROUNDS {
        let edits: Vec<_> = fixed.report.findings.iter().flat_map(|finding| finding.fix.clone()).collect();
        if edits.is_empty() {
            break;
        }
        let next = apply(&fixed.deck, edits);
        let report = check(&next, settings, catalog, options);
        if next == fixed.deck || is_worse(&report, &fixed.report) {
            break;
        }
        let before = std::mem::replace(&mut fixed.report, report);
        fixed.repaired.extend(before.findings.into_iter().filter(|finding| !finding.fix.is_empty()));
        fixed.deck = next;
    }
    fixed
}

/// True if a repair has broken more than it mended. A deck without jobs is not compared: its jobs bring
/// their own errors to light.
fn is_worse(report: &Report, before: &Report) -> bool {
    let errors = |report: &Report| {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error && finding.speaker == Speaker::Host;
        report.findings.iter().filter(is_error).count() + report.left_out
    };
    report.jobs.len() == before.jobs.len() && !before.jobs.is_empty() && errors(report) > errors(before)
}
