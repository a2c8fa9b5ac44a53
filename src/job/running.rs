//! A job on its way through its steps.
//!
//! Border: which step runs when, and what it leaves for those after it. The end of the job is told to the initiator.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;

use super::allocate::{AllocatedDd, Allocator, SpoolNumbers};
use super::condition::{Bypass, End, History};
use super::dd::StepData;
use super::dispose::{Disposer, SpoolNames, print_allocations};
use super::initiator::{Initiator, JobEnd};
use super::log::clock;
use super::model::{AbendCode, DsName, Job, Restart, Source, Status, Step};
use super::names::Names;
use super::passed::Passed;
use super::spool::SpoolError;
use super::step_log::{JobLog, StepLog};
use crate::dataset::Dcb;
use crate::dataset::enqueue::{Enqueues, Use};
use crate::message::{Message, allocation, jes, own};
use crate::program::{self, Completion, DdStatements, StepContext};
use crate::store::SpoolRow;

/// The completion code of a job that its user cancelled.
const CANCELLED: AbendCode = AbendCode::System(0x222);
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
    abend: Option<AbendCode>,
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
            abend: None,
            jcl_error: false,
            passed: Passed::default(),
            ended: Ended::default(),
        }
    }

    fn now(&self) -> DateTime {
        self.initiator.world.now()
    }

    fn operator(&self, message: &Message) {
        self.log.messages.borrow_mut().message(self.now(), message);
    }

    fn system(&self, message: &Message) {
        self.log.system(message);
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
        let abended = self.abend.is_some();
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

    /// RACF's greeting: when the user was last here.
    fn welcome(&self) -> Result<(), SpoolError> {
        let initiator = self.initiator;
        let now = self.now();
        let last = initiator.store.touch_user(initiator.world.user(), &now.to_string())?;
        let last: DateTime = last.and_then(|text| text.parse().ok()).unwrap_or(now);
        let day = last.strftime("%A, %B %-d, %Y").to_string().to_uppercase();
        let time = last.strftime("%H:%M:%S").to_string();
        let message = jes::ICH70001I.with(&[&initiator.world.user(), &time, &day]);
        self.operator(&message);
        self.system(&message);
        self.system(&jes::IEFA111I.with(&[&self.job.name]));
        self.system(&jes::IEFA111I_SETTINGS.plain());
        Ok(())
    }

    fn start(&self) {
        let Job { name, class, .. } = self.job;
        let settings = self.initiator.settings;
        self.operator(&jes::HASP373.with(&[name, &"1", class, &settings.system]));
        if settings.monitor {
            self.operator(&jes::IEF403I.with(&[name, &clock(self.now())]));
        }
        if settings.step_table {
            self.operator(&jes::STEP_TABLE_GROUPS.plain());
            self.operator(&jes::STEP_TABLE_COLUMNS.plain());
        }
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
            self.abend.get_or_insert(CANCELLED);
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

    fn trailer(&self, step: &Step, started: DateTime) {
        self.log.system.borrow_mut().step_trailer(&step.name, started, self.now());
    }

    fn row(&mut self, step: &Step, result: &str, started: DateTime) {
        let full = step.caller.as_ref().map_or(step.name.clone(), |caller| format!("{caller}.{}", step.name));
        self.ended.steps.push((full, result.to_owned()));
        if self.initiator.settings.step_table {
            let shown = result.strip_prefix("00").unwrap_or(result);
            let elapsed = minutes(started, self.now());
            let (name, procstep) = match &step.caller {
                Some(caller) => (caller, step.name.as_str()),
                None => (&step.name, ""),
            };
            self.operator(&jes::STEP_TABLE_ROW.with(&[name, &procstep, &shown, &0, &elapsed]));
        }
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

    /// Finds the program and calls it.
    fn execute(&self, index: usize, step: &Step, data: &StepData<'_>, log: &StepLog<'_>) -> Completion {
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
    fn program_name(&self, index: usize, step: &Step) -> Option<String> {
        let Some(reference) = &step.program_from else { return Some(step.program.clone()) };
        let place = super::names::Place { step: index, statement: step.statement };
        let (there, part) = self.names.find(place, reference)?;
        let ran = self.job.steps.get(there.step).is_some_and(|step| self.history.has_run(step));
        let Source::DataSet(request) = &part.source else { return None };
        if !ran {
            return None;
        }
        Some(request.member.as_ref().map_or_else(String::new, ToString::to_string))
    }

    /// PARMDD: the records of a DD, joined, without the blanks at their ends.
    fn parm_from(&self, ddname: &str, data: &StepData<'_>) -> Result<String, Completion> {
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

    fn call(
        &self,
        program: &dyn program::Program,
        step: &Step,
        parm: &str,
        data: &StepData<'_>,
        console: &StepLog<'_>,
    ) -> Completion {
        let initiator = self.initiator;
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
            cancel: initiator.cancel,
            progress: initiator.progress,
            settings: &initiator.settings.programs,
        });
        // A program that ended by itself just when the user cancelled has still been cancelled.
        if initiator.cancel.is_requested() { Completion::System { code: 0x222, reason: 0 } } else { completion }
    }

    /// S806: the module is not found.
    fn no_program(&self, step: &Step, name: &str, log: &StepLog<'_>) -> Completion {
        log.programmer(&allocation::CSV003I.with(&[&name]));
        log.programmer(&allocation::CSV028I.with(&[&self.job.name, &step.name]));
        Completion::System { code: 0x806, reason: 4 }
    }

    /// How the step ended, in both logs.
    fn report(&self, step: &Step, completion: Completion, log: &StepLog<'_>) {
        let label = self.label(step);
        let (system, user, reason) = match completion {
            Completion::Code(code) => return self.system(&allocation::IEF142I.with(&[&label, &code])),
            Completion::System { code, reason } => (format!("{code:03X}"), 0, format!("{reason:08X}")),
            Completion::User(code) => ("000".to_owned(), code, "00000000".to_owned()),
        };
        let abend = format!("S{system}");
        if system != "222" {
            log.programmer(&own::ZJB101I.with(&[&label, &system, &reason]));
        }
        let now = self.now();
        let first = jes::IEF450I.with(&[&label, &abend, &user, &reason]);
        self.log.messages.borrow_mut().two_lines(now, &first, &format!("        TIME={}", clock(now)));
        self.system(&allocation::IEF472I.with(&[&label, &system, &user, &reason]));
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
        self.history.add(step, End::Abend(abend));
        self.abend.get_or_insert(abend);
        self.row(step, &format!("*{}", abend_text(abend)), started);
    }

    fn end(&self) -> JobEnd {
        match (self.abend, self.jcl_error) {
            (Some(abend), _) => JobEnd::Abend(abend_text(abend)),
            (None, true) => JobEnd::JclError,
            (None, false) => JobEnd::Code(self.history.job_code(&self.job.job_code)),
        }
    }

    fn finish(&self, started: DateTime) {
        let Job { name, programmer, .. } = self.job;
        let settings = self.initiator.settings;
        let now = self.now();
        self.log.system.borrow_mut().job_trailer(name, started, now);
        if self.jcl_error {
            self.operator(&jes::IEF453I.with(&[name, &clock(now)]));
        } else if settings.monitor {
            self.operator(&jes::IEF404I.with(&[name, &clock(now)]));
        }
        if settings.step_table {
            self.operator(&jes::STEP_TABLE_JOB.with(&[name, programmer, &minutes(started, now)]));
        }
        self.operator(&match self.end() {
            JobEnd::Code(code) => jes::HASP395_CODE.with(&[name, &code]),
            JobEnd::Abend(code) => jes::HASP395_ABEND.with(&[name, &code]),
            JobEnd::JclError | JobEnd::Held => own::ZJB100I.with(&[name]),
        });
    }
}

/// `S806` or `U0016`.
fn abend_text(code: AbendCode) -> String {
    match code {
        AbendCode::System(code) => format!("S{code:03X}"),
        AbendCode::User(code) => format!("U{code:04}"),
    }
}

/// Minutes between two times with one decimal, without a leading zero: `.0`, `2.5`.
fn minutes(started: DateTime, ended: DateTime) -> String {
    let minutes = ended.duration_since(started).as_secs_f64() / 60.0;
    let text = format!("{:.1}", minutes.max(0.0));
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}
