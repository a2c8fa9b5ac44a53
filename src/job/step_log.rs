//! The logs as a running job and its steps write them, in the style of the installation.
//!
//! Border: who says what where. Layouts of the single JES data sets are in `log`.

use std::cell::{Cell, RefCell};

use super::initiator::{Initiator, JobSettings};
use super::log::jesmsglg::MessageLog;
use super::log::jesysmsg::SystemMessages;
use super::model::{Action, SmsClasses};
use crate::dataset::catalog::DataSet;
use crate::message::{Message, allocation};
use crate::program::Console;

/// The storage class of data sets that ask for none.
const STORAGE_CLASS: &str = "SCBASE";

/// The logs of a running job.
pub struct JobLog {
    /// JESMSGLG.
    pub messages: RefCell<MessageLog>,
    /// JESYSMSG.
    pub system: RefCell<SystemMessages>,
    /// Volumes in the order of their device numbers.
    volumes: Vec<String>,
    sms: bool,
}

impl JobLog {
    /// The logs of a job that starts with `messages`.
    pub fn new(messages: MessageLog, volumes: Vec<String>, settings: &JobSettings) -> Self {
        Self { messages: RefCell::new(messages), system: RefCell::default(), volumes, sms: settings.sms }
    }

    /// A line in JESYSMSG.
    pub fn system(&self, message: &Message) {
        self.system.borrow_mut().message(message);
    }

    /// The device number that a volume is on: 0A80 for the first one.
    pub fn device(&self, volume: &str) -> String {
        let at = self.volumes.iter().position(|serial| serial == volume).unwrap_or(0);
        format!("{:04X}", 0x0A80 + at)
    }

    /// What became of a data set at the end of a step or of the job.
    pub fn disposition(&self, dataset: &DataSet, ddname: &str, action: Action) {
        let name = dataset.name();
        if self.sms {
            let row = match action {
                Action::Delete => &allocation::IGD105I,
                Action::Pass => &allocation::IGD106I,
                Action::Keep | Action::Catlg | Action::Uncatlg => &allocation::IGD104I,
            };
            return self.system(&row.with(&[&name, &ddname]));
        }
        let word = match action {
            Action::Delete => "DELETED",
            Action::Pass => "PASSED",
            Action::Keep => "KEPT",
            Action::Catlg => "CATALOGED",
            Action::Uncatlg => "UNCATALOGED",
        };
        self.system(&allocation::IEF285I.with(&[&name, &word]));
        self.system(&allocation::IEF285I_VOLUME.with(&[&dataset.volume()]));
    }
}

/// The logs as a running step writes them.
pub struct StepLog<'a> {
    log: &'a JobLog,
    initiator: &'a Initiator<'a>,
    job: &'a str,
    /// The step's name, as IEC messages and the spool show it.
    step: &'a str,
    label: String,
    system_ddnames: Cell<u32>,
}

impl<'a> StepLog<'a> {
    /// The logs for a step; `label` is `job step` or `job procstep step`.
    pub fn new(log: &'a JobLog, initiator: &'a Initiator<'a>, (job, step): (&'a str, &'a str), label: String) -> Self {
        Self { log, initiator, job, step, label, system_ddnames: Cell::new(0) }
    }

    /// A line in JESYSMSG.
    pub fn system(&self, message: &Message) {
        self.log.system(message);
    }

    /// A line in JESMSGLG and JESYSMSG.
    pub fn programmer(&self, message: &Message) {
        self.log.messages.borrow_mut().message(self.initiator.world.now(), message);
        self.system(message);
    }

    /// Words for the user, outside the listing.
    pub fn explain(&self, text: &str) {
        (self.initiator.explain)(text);
    }

    /// The step's name.
    pub fn step_name(&self) -> &str {
        self.step
    }

    /// `job step` or `job procstep step`, as messages begin.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// `job,step,ddname,device,volume,data set`, as IEC messages end.
    pub fn place(&self, ddname: &str, volume: &str, dataset: &str) -> String {
        let device = self.log.device(volume);
        format!("{},{},{ddname},{device},{volume},{dataset}", self.job, self.step)
    }

    /// The next ddname of a dynamic allocation.
    pub fn next_system_ddname(&self) -> String {
        self.system_ddnames.set(self.system_ddnames.get() + 1);
        format!("SYS{:05}", self.system_ddnames.get())
    }

    /// The lines for a data set that has just been made.
    pub fn new_data_set(&self, ddname: &str, dataset: &DataSet, classes: &SmsClasses) {
        let SmsClasses { storage, management, data } = classes;
        let [management, data] = [management, data].map(|class| class.as_deref().unwrap_or(""));
        if !self.log.sms {
            let device = self.log.device(&dataset.volume());
            return self.system(&allocation::IGD100I.with(&[&device, &ddname, &data]));
        }
        let storage = storage.as_deref().unwrap_or(STORAGE_CLASS);
        self.system(&allocation::IGD101I.with(&[&ddname]));
        self.system(&allocation::IGD101I_DSN.with(&[&dataset.name()]));
        self.system(&allocation::IGD101I_CLASSES.with(&[&storage, &management, &data]));
        self.system(&allocation::IGD101I_VOLUME.with(&[&dataset.volume()]));
    }

    /// The line for a data set that was there.
    pub fn old_data_set(&self, ddname: &str, dataset: &DataSet) {
        if self.log.sms {
            return self.system(&allocation::IGD103I.with(&[&ddname]));
        }
        let device = self.log.device(&dataset.volume());
        self.system(&allocation::IEF237I.with(&[&device, &ddname]));
    }

    /// What became of a data set.
    pub fn disposition(&self, dataset: &DataSet, ddname: &str, action: Action) {
        self.log.disposition(dataset, ddname, action);
    }
}

impl Console for StepLog<'_> {
    fn write_to_programmer(&self, message: &Message) {
        self.programmer(message);
    }

    fn explain(&self, text: &str) {
        StepLog::explain(self, text);
    }
}
