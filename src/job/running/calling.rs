//! The program of a step: found, handed its PARM, called.
//!
//! Border: what it ends with is the job's matter.

use super::{MAX_PARM_DD, Running};
use crate::dataset::Dcb;
use crate::job::dd::StepData;
use crate::job::model::{Source, Step};
use crate::job::step_log::StepLog;
use crate::message::{allocation, own};
use crate::program::{self, Completion, DdStatements, StepContext};

impl Running<'_> {
    /// Finds the program and calls it.
    pub(super) fn execute(&self, index: usize, step: &Step, data: &StepData<'_>, log: &StepLog<'_>) -> Completion {
        let name = self.program_name(index, step).unwrap_or_default();
        let parm = match &step.parm_dd {
            None => Ok(step.parm.clone()),
            Some(ddname) => self.parm_from(ddname, data),
        };
        match (program::find(&name), parm) {
            (_, Err(completion)) => completion,
            (Some(program), Ok(parm)) => self.call(program, step, &parm, data, log),
            (None, Ok(_)) => self.no_program(step, &name, log),
        }
    }

    /// The program that PGM names; none if it refers to a DD that is no data set, or to a step that did not run.
    pub(super) fn program_name(&self, index: usize, step: &Step) -> Option<String> {
        let Some(reference) = &step.program_from else { return Some(step.program.clone()) };
        let place = crate::job::names::Place { step: index, statement: step.statement };
        let (there, part) = self.names.find(place, reference)?;
        let ran = self.job.steps.get(there.step).is_some_and(|step| self.history.has_run(step));
        let Source::DataSet(request) = &part.source else { return None };
        if !ran {
            return None;
        }
        Some(request.member.as_ref().map_or_else(String::new, ToString::to_string))
    }

    /// PARMDD: the records of a DD, joined, without the blanks at their ends.
    pub(super) fn parm_from(&self, ddname: &str, data: &StepData<'_>) -> Result<String, Completion> {
        let mut reader = data.open_input(ddname, Dcb::default())?;
        let mut parm = String::new();
        while let Some(run) = reader.next_run()? {
            for record in run.records() {
                parm.push_str(self.initiator.code_page.decode(record).trim_end_matches(' '));
                if parm.chars().count() > MAX_PARM_DD {
                    data.log.programmer(&own::ZJB158E.with(&[&data.log.label(), &ddname, &MAX_PARM_DD]));
                    return Err(Completion::System { code: 0x013, reason: 0 });
                }
            }
        }
        Ok(parm)
    }

    pub(super) fn call(
        &self,
        program: &dyn program::Program,
        step: &Step,
        parm: &str,
        data: &StepData<'_>,
        console: &StepLog<'_>,
    ) -> Completion {
        let initiator = self.initiator;
        let clock = initiator.world.processor_clock();
        let allowed = self.time.borrow().allowed(step.time);
        let cancel = allowed.map_or_else(|| initiator.cancel.clone(), |time| initiator.cancel.limited(clock, time));
        let started = clock();
        let completion = program.run(&StepContext {
            job_name: &self.job.name,
            step_name: &step.name,
            parm,
            code_page: initiator.code_page,
            dds: data,
            libraries: data,
            allocation: data,
            catalog: data,
            security: initiator.security,
            console,
            network: initiator.network,
            world: initiator.world,
            cancel: &cancel,
            progress: initiator.progress,
            settings: &initiator.settings.programs,
        });
        self.time.borrow_mut().ran(allowed, clock().saturating_sub(started));
        // A program that ended by itself just when the user cancelled, or when its time was over, has still been ended.
        cancel.check().err().unwrap_or(completion)
    }

    /// S806: the module is not found.
    pub(super) fn no_program(&self, step: &Step, name: &str, log: &StepLog<'_>) -> Completion {
        log.programmer(&allocation::CSV003I.with(&[&name]));
        log.programmer(&allocation::CSV028I.with(&[&self.job.name, &step.name]));
        Completion::System { code: 0x806, reason: 4 }
    }
}
