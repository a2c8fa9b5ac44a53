//! Allocation and disposition as JESYSMSG shows them, and the dispositions themselves.
//!
//! Border: one step's DDs in order. Rules: "Summary of disposition processing"; under SMS a new data set is
//! cataloged from the start, so KEEP, CATLG and UNCATLG all retain it.

use super::allocate::{AllocatedDd, AllocatedPart, Target};
use super::initiator::StepLog;
use super::model::Action;
use crate::dataset::catalog::DataSet;
use crate::message::{Message, allocation, own};

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

/// Data sets that a step passed on.
#[derive(Debug, Default)]
pub struct Passed {
    data_sets: Vec<(DataSet, String)>,
}

impl Passed {
    fn add(&mut self, dataset: &DataSet, ddname: &str, made_in_job: bool) {
        self.take(&dataset.name());
        if made_in_job {
            self.data_sets.push((dataset.clone(), ddname.to_owned()));
        }
    }

    /// True if the data set was made in this job and passed; it is not passed any more.
    fn take(&mut self, name: &str) -> bool {
        let before = self.data_sets.len();
        self.data_sets.retain(|(dataset, _)| dataset.name() != name);
        self.data_sets.len() < before
    }

    /// Data sets made in this job that nobody claimed are deleted.
    pub fn end_of_job(&mut self, print: &dyn Fn(&Message)) {
        for (dataset, ddname) in std::mem::take(&mut self.data_sets) {
            match dataset.delete() {
                Ok(()) => print(&allocation::IGD105I.with(&[&dataset.name(), &ddname])),
                Err(error) => print(&own::ZJB107E.with(&[&dataset.name(), &error.to_string()])),
            }
        }
    }
}

/// The lines of allocation, in DD order.
pub fn print_allocations(log: &StepLog<'_>, step_label: &str, dds: &[AllocatedDd]) {
    if dds.is_empty() {
        return;
    }
    log.system(&allocation::IEF236I.with(&[&step_label]));
    for dd in dds {
        for (at, part) in dd.parts.iter().enumerate() {
            // Behind the first DD of a concatenation the name is blank.
            print_allocation(log, if at == 0 { &dd.name } else { "" }, part);
        }
    }
}

fn print_allocation(log: &StepLog<'_>, ddname: &str, part: &AllocatedPart) {
    match &part.target {
        Target::DataSet { dataset, made_here: true, .. } => log.new_data_set(ddname, dataset),
        Target::DataSet { .. } => log.system(&allocation::IGD103I.with(&[&ddname])),
        Target::InStream { .. } | Target::Sysout { .. } => log.system(&allocation::IEF237I.with(&[&"JES2", &ddname])),
        Target::Dummy => log.system(&allocation::IEF237I.with(&[&"DMY", &ddname])),
    }
}

/// Disposes of the DDs of a step that has ended, in DD order. False if the files of a data set could not be
/// put where they belong: what the step wrote is then lost.
#[must_use]
pub fn dispose(
    log: &StepLog<'_>,
    dds: &[AllocatedDd],
    abended: bool,
    names: &SpoolNames<'_>,
    passed: &mut Passed,
) -> bool {
    let mut all_done = true;
    for dd in dds {
        for (at, part) in dd.parts.iter().enumerate() {
            let ddname = if at == 0 { dd.name.as_str() } else { "" };
            match &part.target {
                Target::InStream { id, .. } => log.system(&allocation::IEF285I.with(&[&names.name(*id), &"SYSIN"])),
                Target::Sysout { id, .. } => log.system(&allocation::IEF285I.with(&[&names.name(*id), &"SYSOUT"])),
                Target::DataSet { dataset, request, made_here, .. } => {
                    let disposition = request.disposition;
                    let action = if abended { disposition.abnormal } else { disposition.normal };
                    all_done &= dispose_data_set(log, dataset, ddname, action, *made_here, passed);
                }
                Target::Dummy => {}
            }
        }
    }
    all_done
}

fn dispose_data_set(
    log: &StepLog<'_>,
    dataset: &DataSet,
    ddname: &str,
    action: Action,
    made_here: bool,
    passed: &mut Passed,
) -> bool {
    let name = dataset.name();
    let done = match action {
        Action::Delete => dataset.delete(),
        _ => dataset.commit(),
    };
    let is_done = done.is_ok();
    let message = match (done, action) {
        (Err(error), _) => own::ZJB107E.with(&[&name, &error.to_string()]),
        (Ok(()), Action::Delete) => {
            passed.take(&name);
            allocation::IGD105I.with(&[&name, &ddname])
        }
        (Ok(()), Action::Pass) => {
            let made_in_job = made_here || passed.take(&name);
            passed.add(dataset, ddname, made_in_job);
            allocation::IGD106I.with(&[&name, &ddname])
        }
        (Ok(()), Action::Keep | Action::Catlg | Action::Uncatlg) => {
            passed.take(&name);
            allocation::IGD104I.with(&[&name, &ddname])
        }
    };
    log.system(&message);
    is_done
}
