//! References to earlier statements: `*.ddname`, `*.step.ddname`, steps in COND.
//!
//! Border: whether what is referred to stands before the reference. What a reference leads to is found when the job
//! runs.

use std::collections::HashSet;

use crate::jcl::card::Position;
use crate::job::model::{DdReference, DsName, Pattern, Source, Step, StepName};
use crate::message::converter::{IEF645I, Where};

use super::field::Field;
use super::flow::Converter;
use super::reading::keyword;

/// Longest chain that is looked through for a step. Steps are found by name.
#[derive(Debug, Default)]
pub(super) struct Referents {
    names: HashSet<(Option<String>, String)>,
    outputs: HashSet<String>,
}

impl Referents {
    fn add(&mut self, step: &Step) {
        self.names.insert((step.caller.clone(), step.name.clone()));
    }

    /// Remembers an OUTPUT statement.
    pub(super) fn add_output(&mut self, name: &str) {
        self.outputs.insert(name.rsplit('.').next().unwrap_or(name).to_owned());
    }

    /// True if an earlier step is meant by `name` on a statement whose procedure is called by `caller`.
    fn has(&self, name: &StepName, caller: Option<&str>) -> bool {
        let known =
            |caller: Option<&str>, step: &str| self.names.contains(&(caller.map(str::to_owned), step.to_owned()));
        match &name.procstep {
            Some(procstep) => known(Some(&name.step), procstep),
            None => known(caller, &name.step) || known(None, &name.step),
        }
    }
}

impl<'d> Converter<'d> {
    /// Checks what a step refers to, and remembers the step.
    pub(super) fn check_step(&mut self, step: &Step, field: &Field<'d>, statement: u32) {
        let caller = step.caller.as_deref();
        if !self.is_partial {
            let is_unknown = |name: &StepName| !self.referents.has(name, caller);
            if step.cond.tests.iter().filter_map(|test| test.step.as_ref()).any(is_unknown) {
                let at = value_of(field, &["COND"]);
                self.findings.stop(statement, at, IEF645I.with(&[&Where::Field("COND")]));
            }
            // Without a step it is wrong by itself, which was told.
            if let Some(reference) = step.program_from.as_ref().filter(|reference| reference.step.is_some())
                && !self.has_dd(reference, caller)
            {
                let at = value_of(field, &["PGM"]);
                self.findings.stop(statement, at, IEF645I.with(&[&Where::Field("PGM")]));
            }
        }
        self.referents.add(step);
    }

    /// Checks that the OUTPUT statements exist to which OUTPUT on a DD refers: "If the system finds no match for the
    /// name coded in the OUTPUT parameter, the system issues a JCL error message and fails the job" (JCL reference).
    /// Which of several with one name is meant makes no difference here.
    pub(super) fn check_outputs(&mut self, field: &Field<'d>, statement: u32) {
        let text = field.text.as_str();
        let Some(value) = keyword(text, field.operands(), &["OUTPUT"]) else { return };
        for (_, reference) in value.items().iter() {
            let name = reference.span().of(text);
            let name = name.rsplit('.').next().unwrap_or(name);
            if !self.is_partial && !self.referents.outputs.contains(name) {
                let at = field.text.position(reference.span().start as usize);
                self.findings.stop(statement, at, IEF645I.with(&[&Where::Field("OUTPUT")]));
            }
        }
    }

    /// Checks what a DD refers to. Its step is the last one.
    pub(super) fn check_dd(&mut self, source: &Source, field: &Field<'d>, statement: u32) {
        let Source::DataSet(request) = source else { return };
        let caller = self.steps.last().and_then(|step| step.caller.clone());
        let pattern = |pattern: &Option<Pattern>| match pattern {
            Some(Pattern::Dd(reference)) => Some(reference.clone()),
            _ => None,
        };
        let name = match &request.name {
            DsName::SameAs(reference) => Some(reference.clone()),
            _ => None,
        };
        let references = [
            (name, "DSNAME", &["DSN", "DSNAME"]),
            (pattern(&request.volume_from), "VOLUME", &["VOL", "VOLUME"]),
            (pattern(&request.dcb_from), "DCB", &["DCB", "DCB"]),
            (pattern(&request.like), "REFDD", &["REFDD", "LIKE"]),
        ];
        for (reference, shown, keywords) in references {
            let Some(reference) = reference else { continue };
            if !self.is_partial && !self.has_dd(&reference, caller.as_deref()) {
                let at = value_of(field, keywords);
                self.findings.stop(statement, at, IEF645I.with(&[&Where::Field(shown)]));
            }
        }
    }

    fn has_dd(&self, reference: &DdReference, caller: Option<&str>) -> bool {
        let has = |step: &Step| step.dds.iter().any(|dd| dd.name == reference.ddname);
        match &reference.step {
            None => self.steps.last().is_some_and(has),
            Some(name) => self.steps.iter().any(|step| {
                (step.is_called(name, caller) || (step.caller.is_none() && step.is_called(name, None))) && has(step)
            }),
        }
    }
}

/// Where the value of one of these keywords stands.
fn value_of(field: &Field<'_>, keywords: &[&str]) -> Position {
    let text = field.text.as_str();
    let is_it = |keyword: &str| keywords.contains(&keyword);
    let operand =
        field.operands().iter().find(|operand| operand.keyword.is_some_and(|keyword| is_it(keyword.of(text))));
    field.text.position(operand.map_or(0, |operand| operand.value.span().start as usize))
}
