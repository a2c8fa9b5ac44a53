//! A job on its way through its steps.
//!
//! Border: which step runs when, and what it leaves for those after it. The end of the job is told to the initiator.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;

mod calling;
mod telling;

use telling::abend_text;

use super::allocate::{AllocatedDd, Allocator, SpoolNumbers};
use super::condition::{Bypass, End, History};
use super::dd::StepData;
use super::dispose::{Disposer, SpoolNames, print_allocations};
use super::initiator::{Initiator, JobEnd};
use super::model::{AbendCode, DsName, Job, Restart, Source, Status, Step};
use super::names::Names;
use super::passed::Passed;
use super::spool::SpoolError;
use super::step_log::{JobLog, StepLog};
use super::time_limit::TimeAccount;
use crate::dataset::enqueue::{Enqueues, Use};
use crate::message::{allocation, own};
use crate::program::Completion;
use crate::store::SpoolRow;

/// The completion code of a job that its user cancelled.
const CANCELLED: AbendCode = AbendCode::System(0x222);
/// The completion code of a step whose processor time is over.
const OUT_OF_TIME: AbendCode = AbendCode::System(0x322);
/// How often a job that waits for a data set looks whether it may go on.
const WAIT: std::time::Duration = std::time::Duration::from_millis(100);
/// Longest PARM from PARMDD, in characters (JCL reference).
const MAX_PARM_DD: usize = 32_760;

/// What a job leaves.
#[derive(Debug)]
pub(super) struct Ended {
    /// How it ended.
    pub(super) end: JobEnd,
    /// Each step with its result.
    pub(super) steps: Vec<(String, String)>,
    /// Spool data sets, with the lines that spacing adds to each.
    pub(super) written: Vec<(SpoolRow, u64)>,
    /// Decks for the internal reader.
    pub(super) submitted: Vec<Vec<u8>>,
}

impl Default for Ended {
    fn default() -> Self {
        Self { end: JobEnd::Code(0), steps: Vec::new(), written: Vec::new(), submitted: Vec::new() }
    }
}

/// A job on its way.
pub(super) struct Running<'a> {
    initiator: &'a Initiator<'a>,
    job: &'a Job,
    log: &'a JobLog,
    id: &'a str,
    directory: PathBuf,
    names: Names<'a>,
    numbers: SpoolNumbers,
    enqueues: RefCell<Enqueues>,
    history: History,
    time: RefCell<TimeAccount>,
    cancelled: bool,
    jcl_error: bool,
    passed: Passed,
    ended: Ended,
}

impl<'a> Running<'a> {
    /// A job that is about to start.
    pub(super) fn new(
        initiator: &'a Initiator<'a>,
        job: &'a Job,
        log: &'a JobLog,
        id: &'a str,
        directory: &Path,
    ) -> Self {
        let cancel = initiator.cancel.clone();
        Self {
            initiator,
            job,
            log,
            id,
            directory: directory.to_owned(),
            names: Names::new(job, initiator.data_sets, initiator.world.now()),
            numbers: SpoolNumbers::new(&job.steps),
            enqueues: RefCell::new(Enqueues::new(&initiator.locks).until(move || cancel.is_requested())),
            history: History::default(),
            time: RefCell::new(TimeAccount::new(job.time)),
            cancelled: false,
            jcl_error: false,
            passed: Passed::default(),
            ended: Ended::default(),
        }
    }

    fn now(&self) -> DateTime {
        self.initiator.world.now()
    }

    /// Runs the job.
    pub(super) fn run(mut self) -> Result<Ended, SpoolError> {
        let started = self.now();
        self.welcome()?;
        let waited = self.hold_data_sets()?;
        self.start();
        let first = self.first_step();
        if !waited || first.is_none() {
            self.jcl_error = true;
            self.history.stopped = true;
        }
        let job = self.job;
        for (index, step) in job.steps.iter().enumerate() {
            if index < first.unwrap_or(0) {
                self.numbers.skip(step);
            } else if waited {
                self.step(index, step);
            } else {
                self.flush(step, Bypass::Flushed, self.now());
            }
        }
        let abended = self.cancelled || self.history.has_abended();
        if !self.disposing(started, |disposer| disposer.end_of_job(abended)) {
            self.jcl_error = true;
        }
        self.finish(started);
        self.ended.end = self.end();
        Ok(self.ended)
    }

    /// The step that RESTART asks for: those before it are not even listed.
    fn first_step(&self) -> Option<usize> {
        let Some(Restart::Step(name)) = &self.job.restart else { return Some(0) };
        let found = self.job.steps.iter().position(|step| step.is_called(name, step.caller.as_deref()));
        if found.is_none() {
            self.system(&allocation::IEF661I.plain());
        }
        found
    }

    /// Gets all names that the job uses, in one order for all jobs so that no two wait for each other.
    /// False if the user did not want to wait any longer.
    fn hold_data_sets(&self) -> Result<bool, SpoolError> {
        let mut wanted: BTreeMap<&str, Use> = BTreeMap::new();
        let dds = self.job.joblib.iter().chain(self.job.steps.iter().flat_map(|step| &step.dds));
        for part in dds.flat_map(|dd| &dd.parts) {
            let Source::DataSet(request) = &part.source else { continue };
            let (DsName::Plain(name) | DsName::Generation { base: name, .. }) = &request.name else { continue };
            let shared = request.disposition.status == Status::Shr;
            let how = if shared { Use::Shared } else { Use::Exclusive };
            let entry = wanted.entry(name.as_str()).or_insert(how);
            *entry = (*entry).max(how);
        }
        for (name, how) in wanted {
            if !self.hold(name, how)? {
                self.system(&own::ZJB106E.with(&[&self.job.name, &name]));
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gets one name. False if the user did not want to wait for it.
    fn hold(&self, name: &str, how: Use) -> io::Result<bool> {
        let mut told = false;
        while !self.enqueues.borrow_mut().try_get(name, how)? {
            if !std::mem::replace(&mut told, true) {
                let text = format!("job {} waits for data set {name}, which another job uses", self.job.name);
                (self.initiator.explain)(&text);
            }
            if self.initiator.cancel.is_requested() {
                return Ok(false);
            }
            std::thread::sleep(WAIT);
        }
        Ok(true)
    }

    fn step(&mut self, index: usize, step: &'a Step) {
        let started = self.now();
        if self.initiator.cancel.is_requested() && !self.history.stopped {
            self.history.stopped = true;
            // Between two steps no program is there to abend; the job ends as if one had.
            self.cancelled = true;
        }
        if let Some(bypass) = self.history.bypass(step) {
            self.flush(step, bypass, started);
            return;
        }
        if step.program_from.is_some() && self.program_name(index, step).is_none() {
            self.system(&allocation::IEF221I.with(&[&self.label(step)]));
            self.numbers.skip(step);
            self.fail(step, started);
            return;
        }
        self.names.step_begins();
        let created = started.to_string();
        let allocator = Allocator {
            data_sets: self.initiator.data_sets,
            names: &self.names,
            passed: self.passed.temporary(),
            numbers: &self.numbers,
            hold: &|name, how| self.hold(name, how),
            step_label: self.label(step),
            step: index,
            created: created.clone(),
            in_use: RefCell::default(),
        };
        match allocator.allocate(step, self.job.joblib.as_ref()) {
            Ok(allocated) => self.run_step(index, step, &allocated, started, created),
            Err(messages) => {
                for message in &messages {
                    self.system(message);
                }
                self.fail(step, started);
            }
        }
    }

    /// A step that cannot start ends the job.
    fn fail(&mut self, step: &Step, started: DateTime) {
        self.jcl_error = true;
        self.history.stopped = true;
        self.not_executed(step, started);
    }

    /// `job step` or `job procstep step`, as messages begin.
    fn label(&self, step: &Step) -> String {
        let name = &self.job.name;
        match &step.caller {
            Some(caller) => format!("{name} {} {caller}", step.name),
            None => format!("{name} {}", step.name),
        }
    }

    /// A step that does not run.
    fn flush(&mut self, step: &Step, bypass: Bypass, started: DateTime) {
        self.numbers.skip(step);
        let label = self.label(step);
        match bypass {
            Bypass::Condition => self.system(&allocation::IEF202I.with(&[&label])),
            Bypass::Only => self.system(&allocation::IEF202I_ONLY.with(&[&label])),
            Bypass::Expression(statement) => self.system(&allocation::IEF206I.with(&[&label, &statement])),
            Bypass::Flushed => {}
        }
        self.not_executed(step, started);
    }

    fn not_executed(&mut self, step: &Step, started: DateTime) {
        self.system(&allocation::IEF272I.with(&[&self.label(step)]));
        self.trailer(step, started);
        self.row(step, "FLUSH", started);
    }

    fn run_step(&mut self, index: usize, step: &Step, dds: &[AllocatedDd], started: DateTime, created: String) {
        let step_log = StepLog::new(self.log, self.initiator, (&self.job.name, &step.name), self.label(step));
        print_allocations(&step_log, dds);
        let data = StepData {
            dds,
            data_sets: self.initiator.data_sets,
            enqueues: &self.enqueues,
            log: &step_log,
            spool: &self.directory,
            code_page: self.initiator.code_page,
            written: RefCell::default(),
            submitted: RefCell::default(),
            created,
        };
        let completion = self.execute(index, step, &data, &step_log);
        let (written, submitted) = (data.written.into_inner(), data.submitted.into_inner());
        self.report(step, completion, &step_log);
        let abended = !matches!(completion, Completion::Code(_));
        let all_done = self.disposing(started, |disposer| disposer.dispose(dds, abended));
        self.ended.written.extend(written);
        self.ended.submitted.extend(submitted);
        self.trailer(step, started);
        self.account(step, completion, started);
        if !all_done {
            // Never a good end for a job whose data are lost. The host has no such failure.
            self.jcl_error = true;
            self.history.stopped = true;
        }
    }

    fn disposing(&mut self, now: DateTime, work: impl FnOnce(&mut Disposer<'_>) -> bool) -> bool {
        let names = SpoolNames { user: self.initiator.world.user(), job: &self.job.name, id: self.id };
        work(&mut Disposer {
            log: self.log,
            data_sets: self.initiator.data_sets,
            names: &names,
            passed: &mut self.passed,
            today: &now.date().to_string(),
        })
    }

    /// What the step leaves for those after it.
    fn account(&mut self, step: &Step, completion: Completion, started: DateTime) {
        let abend = match completion {
            Completion::Code(code) => {
                self.history.add(step, End::Code(code));
                self.row(step, &format!("{code:04}"), started);
                if self.history.ends_job(&self.job.cond) {
                    self.system(&allocation::IEF201I.with(&[&self.label(step)]));
                    self.history.stopped = true;
                }
                return;
            }
            Completion::System { code, .. } => AbendCode::System(code),
            Completion::User(code) => AbendCode::User(code),
        };
        self.history.stopped |= abend == OUT_OF_TIME && self.time.borrow().is_over();
        self.history.add(step, End::Abend(abend));
        self.row(step, &format!("*{}", abend_text(abend)), started);
    }
}
