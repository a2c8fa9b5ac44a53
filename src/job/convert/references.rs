//! References from one DD to another: `*.ddname` must name an earlier DD.

use crate::job::model::{DdReference, Step};
use crate::message::converter::IEFC645I;

use super::reading::{Findings, Reference};

/// Reports the references of a job that lead nowhere.
pub(super) fn check(steps: &[Step], findings: &mut Findings) {
    for reference in std::mem::take(&mut findings.references) {
        if !leads_somewhere(&reference, steps) {
            findings.stop(reference.statement, reference.position, IEFC645I.with(&[&reference.place]));
        }
    }
}

fn leads_somewhere(reference: &Reference, steps: &[Step]) -> bool {
    let DdReference { step, ddname } = &reference.to;
    let before = |step: &&Step| step.statement <= reference.statement;
    let has = |step: &Step| {
        step.dds
            .iter()
            .any(|dd| dd.name == *ddname && dd.parts.first().is_some_and(|part| part.statement < reference.statement))
    };
    let own = steps.iter().filter(before).next_back();
    match step {
        None => own.is_some_and(has),
        Some(name) => {
            let from = own.and_then(|own| own.caller.as_deref());
            steps.iter().filter(before).any(|step| step.is_called(name, from) && has(step))
        }
    }
}
