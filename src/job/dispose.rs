//! Allocation and disposition as JESYSMSG shows them, and the dispositions themselves.
//!
//! Border: one step's DDs in order. Rules: "Summary of disposition processing"; under SMS a new data set is
//! cataloged from the start, so KEEP, CATLG and UNCATLG all retain it.

use std::rc::Rc;

use super::allocate::{AllocatedDd, AllocatedPart, Target};
use super::model::Action;
use super::names::Kind;
use super::passed::{Held, Passed, PassedOn};
use super::step_log::{JobLog, StepLog};
use crate::dataset::DataSetName;
use crate::dataset::catalog::{CatalogError, DataSet, DataSets};
use crate::message::{allocation, own};

/// What names of spool data sets are made of.
#[derive(Debug)]
pub struct SpoolNames<'a> {
    /// User id.
    pub user: &'a str,
    /// Job name.
    pub job: &'a str,
    /// Job id.
    pub id: &'a str,
}

impl SpoolNames<'_> {
    fn name(&self, id: u32, last: Option<&str>) -> String {
        format!("{}.{}.{}.D{id:07}.{}", self.user, self.job, self.id, last.unwrap_or("?"))
    }
}

fn is_cataloged(data_sets: &Rc<DataSets>, name: &str) -> bool {
    DataSetName::new(name).ok().and_then(|name| data_sets.locate(&name).ok().flatten()).is_some()
}

/// The lines of allocation, in DD order.
pub fn print_allocations(log: &StepLog<'_>, dds: &[AllocatedDd]) {
    if dds.is_empty() {
        return;
    }
    log.system(&allocation::IEF236I.with(&[&log.label()]));
    for dd in dds {
        for (at, part) in dd.parts.iter().enumerate() {
            // Behind the first DD of a concatenation the name is blank.
            print_allocation(log, if at == 0 { &dd.name } else { "" }, part);
        }
    }
}

fn print_allocation(log: &StepLog<'_>, ddname: &str, part: &AllocatedPart) {
    match &part.target {
        Target::DataSet { dataset, request, made_here: true, .. } => {
            log.new_data_set(ddname, dataset, &request.classes);
        }
        Target::DataSet { dataset, .. } => log.old_data_set(ddname, dataset),
        Target::InStream { .. } | Target::Sysout { .. } => log.system(&allocation::IEF237I.with(&[&"JES2", &ddname])),
        Target::Dummy => log.system(&allocation::IEF237I.with(&[&"DMY", &ddname])),
    }
}

/// Disposes of the data sets of steps and jobs that have ended.
pub struct Disposer<'a> {
    /// Where lines go.
    pub log: &'a JobLog,
    /// The system's data sets.
    pub data_sets: &'a Rc<DataSets>,
    /// Names of spool data sets.
    pub names: &'a SpoolNames<'a>,
    /// What is passed on.
    pub passed: &'a mut Passed,
    /// Today, as in `2026-01-31`.
    pub today: &'a str,
}

impl Disposer<'_> {
    /// Disposes of the DDs of a step, in DD order. False if the files of a data set could not be put where they
    /// belong: what the step wrote is then lost.
    #[must_use]
    pub fn dispose(&mut self, dds: &[AllocatedDd], abended: bool) -> bool {
        let mut all_done = true;
        for dd in dds {
            for (at, part) in dd.parts.iter().enumerate() {
                let ddname = if at == 0 { dd.name.as_str() } else { "" };
                all_done &= self.part(part, ddname, dd.of_job, abended);
            }
        }
        all_done
    }

    /// What nobody received, and JOBLIB. `abended` says that a step was. False as for a step.
    #[must_use]
    pub fn end_of_job(&mut self, abended: bool) -> bool {
        let mut all_done = true;
        let temporary: Vec<String> = self.passed.temporary().keys().cloned().collect();
        for PassedOn { held, of_job } in self.passed.left() {
            let name = held.dataset.name();
            if held.dataset.is_gone() || !temporary.contains(&name) && !is_cataloged(self.data_sets, &name) {
                continue;
            }
            let is_new = self.passed.has_made(&name);
            let action = if of_job { Action::Keep } else { held.disposition.at_end_of_job(abended, is_new) };
            all_done &= self.settle(&held, action, false);
        }
        for dataset in self.passed.left_temporary() {
            // Of a step that failed: it is released with this run at the latest.
            drop(dataset.delete());
        }
        all_done
    }

    fn part(&mut self, part: &AllocatedPart, ddname: &str, of_job: bool, abended: bool) -> bool {
        let spool = |id: u32, name: &Option<String>, what: &str| {
            let name = self.names.name(id, name.as_deref());
            self.log.system(&allocation::IEF285I.with(&[&name, &what]));
        };
        match &part.target {
            Target::InStream { id, name, .. } => spool(*id, name, "SYSIN"),
            Target::Sysout { id, name, .. } => spool(*id, name, "SYSOUT"),
            Target::Dummy => {}
            Target::DataSet { dataset, request, made_here, kind, .. } => {
                let (dataset, disposition, kind) = (dataset.clone(), request.disposition, kind.clone());
                let held = Held { dataset, ddname: ddname.to_owned(), disposition, kind };
                if of_job {
                    self.passed.keep_for_job(held);
                } else {
                    return self.data_set(&held, *made_here, abended);
                }
            }
        }
        true
    }

    fn data_set(&mut self, held: &Held, made_here: bool, abended: bool) -> bool {
        let name = held.dataset.name();
        if held.dataset.is_gone() {
            self.passed.deleted(&name);
            self.log.system(&own::ZJB154W.with(&[&name, &held.ddname]));
            return true;
        }
        let is_new = made_here || self.passed.is_passed_and_new(&name);
        if made_here {
            self.passed.made(name);
        }
        self.settle(held, held.disposition.at_end_of_step(abended, is_new), made_here)
    }

    /// Does it. False if the files could not be put where they belong.
    fn settle(&mut self, held: &Held, action: Action, made: bool) -> bool {
        let done = match &held.kind {
            Kind::Temporary => self.temporary(held, action),
            Kind::Generation(base) => self.generation(held, action, made, base),
            Kind::Permanent => self.permanent(held, action),
        };
        if let Err(error) = &done {
            self.log.system(&own::ZJB107E.with(&[&held.dataset.name(), &error.to_string()]));
        }
        done.is_ok()
    }

    /// A temporary data set lives only while it is passed on.
    fn temporary(&mut self, held: &Held, action: Action) -> Result<(), CatalogError> {
        if action == Action::Pass {
            self.passed.add(held);
            self.print(held, Action::Pass);
            return Ok(());
        }
        self.passed.deleted(&held.dataset.name());
        self.print(held, Action::Delete);
        held.dataset.delete()
    }

    fn permanent(&mut self, held: &Held, action: Action) -> Result<(), CatalogError> {
        let name = held.dataset.name();
        match action {
            Action::Delete if self.is_protected(&held.dataset) => {
                held.dataset.commit()?;
                self.passed.take(&name);
                let until = held.dataset.row().expires.unwrap_or_default();
                self.log.system(&own::ZJB155W.with(&[&name, &until, &held.ddname]));
                return Ok(());
            }
            Action::Delete => {
                held.dataset.delete()?;
                self.passed.deleted(&name);
            }
            Action::Pass => {
                held.dataset.commit()?;
                self.passed.add(held);
            }
            Action::Keep | Action::Catlg | Action::Uncatlg => {
                held.dataset.commit()?;
                self.passed.take(&name);
            }
        }
        self.print(held, action);
        Ok(())
    }

    fn print(&self, held: &Held, action: Action) {
        self.log.disposition(&held.dataset, &held.ddname, action);
    }

    /// A data set that was there before the step and has not expired.
    fn is_protected(&self, dataset: &DataSet) -> bool {
        !dataset.is_new() && dataset.row().expires.is_some_and(|day| day.as_str() > self.today)
    }

    /// A new generation is rolled in where it is cataloged; kept or passed on it waits.
    fn generation(&mut self, held: &Held, action: Action, made: bool, base: &DataSetName) -> Result<(), CatalogError> {
        let text = held.dataset.name();
        let Ok(name) = DataSetName::new(&text) else { return self.permanent(held, action) };
        let waits = made || self.data_sets.is_deferred(&name)?;
        if !waits || action == Action::Delete {
            return self.permanent(held, action);
        }
        // Whatever ends this process before it counts leaves it waiting.
        self.data_sets.defer(base, &name)?;
        held.dataset.commit()?;
        if action == Action::Catlg {
            self.passed.take(&text);
            self.data_sets.roll_in(base, &name)?;
            self.log.system(&own::ZJB150I.with(&[&text, &held.ddname]));
            return Ok(());
        }
        self.permanent(held, action)
    }
}
