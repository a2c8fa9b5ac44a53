//! What may stand before the first JOB statement: JES2 control statements, a group of jobs, comments.

use crate::jcl::{Deck, Diagnostic, Effect, Kind, Statement, Verb};
use crate::message::own::ZJB030I;

use super::field::verb_name;
use super::reading::{Findings, Reading};
use super::{ConvertedJob, control, refusal};

/// The number that messages about these statements have: that of the JOB statement.
const STATEMENT: u32 = 1;

/// True for the statements that describe a group of jobs.
pub(super) fn may_be_there(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Jobgroup
            | Verb::Gjob
            | Verb::Jobset
            | Verb::Sjob
            | Verb::Endset
            | Verb::Endgroup
            | Verb::Before
            | Verb::After
            | Verb::Concurrent
    )
}

/// Checks the statements before the first JOB statement and tells of them with the first job.
pub(super) fn add(deck: &Deck<'_>, before: &[Statement<'_>], job: &mut ConvertedJob) {
    let mut findings = Findings::default();
    let mut others = None;
    for statement in before {
        let number = u32::try_from(statement.cards.start + 1).unwrap_or(u32::MAX);
        match &statement.kind {
            // "JES2 ignores JES2 control statements, except the command and /*PRIORITY statements, that appear before the
            // JOB statement" (JCL reference).
            Kind::Control(verb) if *verb == "PRIORITY" || verb.starts_with('$') => {
                if let Some(card) = deck.cards_of(statement).first() {
                    control::check(verb, card, number, STATEMENT, &mut findings);
                }
            }
            Kind::Jcl(jcl) => {
                let verb = verb_name(jcl.verb);
                let mut reading = Reading {
                    statement: STATEMENT,
                    verb,
                    text: &jcl.text,
                    substituted: false,
                    findings: &mut findings,
                };
                if let Ok(operands) = &jcl.operands {
                    reading.other(jcl.verb, jcl.name, operands);
                }
            }
            _ => others = Some(statement),
        }
    }
    if let Some(last) = others {
        let message = ZJB030I.with(&[&1, &last.cards.end]);
        job.hints.insert(0, Diagnostic { effect: Effect::Hint, ..refusal(message, 1) });
    }
    job.hints.splice(0..0, findings.hints);
    if !findings.diagnostics.is_empty() {
        job.job = None;
        job.diagnostics.splice(0..0, findings.diagnostics);
    }
}
