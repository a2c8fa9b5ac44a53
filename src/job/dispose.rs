//! Allocation and disposition as JESYSMSG shows them, and the dispositions themselves.
//!
//! Border: one step's DDs in order. Rules: "Summary of disposition processing"; under SMS a new data set is
//! cataloged from the start, so KEEP, CATLG and UNCATLG all retain it.

use std::collections::HashMap;
use std::rc::Rc;

use super::allocate::{AllocatedDd, AllocatedPart, Target};
use super::model::Action;
use super::names::Kind;
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
    fn name(&self, id: u32) -> String {
        format!("{}.{}.{}.D{id:07}.?", self.user, self.job, self.id)
    }
}

/// A data set that a step passed on.
#[derive(Debug)]
struct PassedOn {
    dataset: DataSet,
    ddname: String,
    /// It did not exist when the job started.
    is_new: bool,
}

/// Data sets that steps passed on, and those of JOBLIB.
#[derive(Debug, Default)]
pub struct Passed {
    on: Vec<PassedOn>,
    temporary: HashMap<String, DataSet>,
}

impl Passed {
    /// Temporary data sets by name: they are in no catalog.
    pub fn temporary(&self) -> &HashMap<String, DataSet> {
        &self.temporary
    }

    fn add(&mut self, dataset: &DataSet, ddname: &str, is_new: bool) {
        let was_new = self.take(&dataset.name());
        let is_new = is_new || was_new;
        self.on.push(PassedOn { dataset: dataset.clone(), ddname: ddname.to_owned(), is_new });
    }

    /// True if the data set was made in this job and passed; it is not passed any more.
    fn take(&mut self, name: &str) -> bool {
        let was_new = self.on.iter().any(|passed| passed.is_new && passed.dataset.name() == name);
        self.on.retain(|passed| passed.dataset.name() != name);
        was_new
    }

    /// What nobody received: data sets made in this job are deleted, the others are kept. JOBLIB is freed.
    pub fn end_of_job(&mut self, data_sets: &Rc<DataSets>, log: &JobLog) {
        for PassedOn { dataset, ddname, is_new } in std::mem::take(&mut self.on) {
            let name = dataset.name();
            if dataset.is_gone() || !self.temporary.contains_key(&name) && !is_cataloged(data_sets, &name) {
                continue;
            }
            let (done, action) = if is_new { (dataset.delete(), Action::Delete) } else { (Ok(()), Action::Keep) };
            match done {
                Ok(()) => log.disposition(&dataset, &ddname, action),
                Err(error) => log.system(&own::ZJB107E.with(&[&name, &error.to_string()])),
            }
        }
        for dataset in std::mem::take(&mut self.temporary).into_values() {
            // Of a step that failed: it is released with this run at the latest.
            drop(dataset.delete());
        }
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

/// Disposes of the DDs of steps that have ended.
pub struct Disposer<'a> {
    /// Where lines go.
    pub log: &'a StepLog<'a>,
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
                if dd.of_job {
                    self.keep_for_job(part, ddname);
                } else {
                    all_done &= self.part(part, ddname, abended);
                }
            }
        }
        all_done
    }

    fn keep_for_job(&mut self, part: &AllocatedPart, ddname: &str) {
        if let Target::DataSet { dataset, .. } = &part.target {
            self.passed.add(dataset, ddname, false);
        }
    }

    fn part(&mut self, part: &AllocatedPart, ddname: &str, abended: bool) -> bool {
        let spool = |id: u32, what: &str| self.log.system(&allocation::IEF285I.with(&[&self.names.name(id), &what]));
        match &part.target {
            Target::InStream { id, .. } => spool(*id, "SYSIN"),
            Target::Sysout { id, .. } => spool(*id, "SYSOUT"),
            Target::Dummy => {}
            Target::DataSet { dataset, request, made_here, kind, .. } => {
                let disposition = request.disposition;
                let action = if abended { disposition.abnormal } else { disposition.normal };
                return self.data_set(dataset, ddname, action, *made_here, kind);
            }
        }
        true
    }

    fn data_set(&mut self, dataset: &DataSet, ddname: &str, action: Action, made_here: bool, kind: &Kind) -> bool {
        let name = dataset.name();
        if dataset.is_gone() {
            self.passed.take(&name);
            self.log.system(&own::ZJB154W.with(&[&name, &ddname]));
            return true;
        }
        let done = match kind {
            Kind::Temporary => self.temporary(dataset, ddname, action, made_here),
            Kind::Generation(base) => self.generation(dataset, ddname, action, made_here, base),
            Kind::Permanent => self.permanent(dataset, ddname, action, made_here),
        };
        if let Err(error) = &done {
            self.log.system(&own::ZJB107E.with(&[&name, &error.to_string()]));
        }
        done.is_ok()
    }

    /// A temporary data set lives only while it is passed on.
    fn temporary(&mut self, dataset: &DataSet, ddname: &str, action: Action, made: bool) -> Result<(), CatalogError> {
        let name = dataset.name();
        if action == Action::Pass {
            self.passed.add(dataset, ddname, made || self.passed.temporary.contains_key(&name));
            self.passed.temporary.insert(name, dataset.clone());
            self.log.disposition(dataset, ddname, Action::Pass);
            return Ok(());
        }
        self.passed.take(&name);
        self.passed.temporary.remove(&name);
        self.log.disposition(dataset, ddname, Action::Delete);
        dataset.delete()
    }

    fn permanent(&mut self, dataset: &DataSet, ddname: &str, action: Action, made: bool) -> Result<(), CatalogError> {
        let name = dataset.name();
        match action {
            Action::Delete if self.is_protected(dataset) => {
                dataset.commit()?;
                self.passed.take(&name);
                let until = dataset.row().expires.unwrap_or_default();
                self.log.system(&own::ZJB155W.with(&[&name, &until, &ddname]));
            }
            Action::Delete => {
                dataset.delete()?;
                self.passed.take(&name);
                self.log.disposition(dataset, ddname, action);
            }
            Action::Pass => {
                dataset.commit()?;
                self.passed.add(dataset, ddname, made);
                self.log.disposition(dataset, ddname, action);
            }
            Action::Keep | Action::Catlg | Action::Uncatlg => {
                dataset.commit()?;
                self.passed.take(&name);
                self.log.disposition(dataset, ddname, action);
            }
        }
        Ok(())
    }

    /// A data set that was there before the step and has not expired.
    fn is_protected(&self, dataset: &DataSet) -> bool {
        !dataset.is_new() && dataset.row().expires.is_some_and(|day| day.as_str() > self.today)
    }

    /// A new generation is rolled in where it is cataloged; kept or passed on it waits.
    fn generation(
        &mut self,
        dataset: &DataSet,
        ddname: &str,
        action: Action,
        made: bool,
        base: &DataSetName,
    ) -> Result<(), CatalogError> {
        let text = dataset.name();
        let Ok(name) = DataSetName::new(&text) else { return self.permanent(dataset, ddname, action, made) };
        let waits = made || self.data_sets.is_deferred(&name)?;
        if !waits || action == Action::Delete {
            return self.permanent(dataset, ddname, action, made);
        }
        // Whatever ends this process before it counts leaves it waiting.
        self.data_sets.defer(base, &name)?;
        dataset.commit()?;
        if action == Action::Catlg {
            self.passed.take(&text);
            self.data_sets.roll_in(base, &name)?;
            self.log.system(&own::ZJB150I.with(&[&text, &ddname]));
            return Ok(());
        }
        self.permanent(dataset, ddname, action, made)
    }
}
