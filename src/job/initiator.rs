//! The initiator: takes a converted job through its steps and writes its log.
//!
//! Border: order of events and what is printed when. It knows no program; allocation, DDs, conditions and the
//! layouts of the log are its neighbours.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use jiff::civil::DateTime;

use super::allocate::{AllocatedDd, Allocator, SpoolNumbers};
use super::condition::{Bypass, History};
use super::convert::{ConvertedJob, ListingLine};
use super::dd::StepData;
use super::dispose::{Passed, dispose};
use super::log::jesmsglg::{MessageLog, Statistics};
use super::log::jesysmsg::SystemMessages;
use super::log::{clock, jesjcl};
use super::model::{Job, Source, Status, Step, Typrun};
use super::spool::{self, SpoolError};
use crate::codepage::CodePage;
use crate::dataset::catalog::{DataSet, DataSets};
use crate::dataset::enqueue::{Enqueues, Use};
use crate::dataset::{Attributes, Recfm};
use crate::jcl::diagnostic::Effect;
use crate::message::{Message, allocation, jes, own};
use crate::program::{self, Cancel, Completion, Console, Network, Progress, Security, StepContext};
use crate::store::{SpoolRow, Store};
use crate::world::World;

/// The completion code of a job that its user cancelled.
const CANCELLED: &str = "S222";

/// How often a job that waits for a data set looks whether it may go on.
const WAIT: std::time::Duration = std::time::Duration::from_millis(100);

/// Names and styles of the emulated system.
#[derive(Debug, Clone)]
pub struct JobSettings {
    /// System name, as in `S0W1`.
    pub system: String,
    /// JES2 node name.
    pub node: String,
    /// The step table of the installation's exit in JESMSGLG.
    pub step_table: bool,
    /// Settings of programs.
    pub programs: program::Settings,
}

/// What the initiator works with.
pub struct Initiator<'a> {
    /// The store.
    pub store: &'a Arc<Store>,
    /// Data sets.
    pub data_sets: &'a Rc<DataSets>,
    /// Root of the spool.
    pub spool: PathBuf,
    /// Directory of lock files.
    pub locks: PathBuf,
    /// Clock, chance and user.
    pub world: &'a dyn World,
    /// Code page of the system.
    pub code_page: &'static CodePage,
    /// The way to hosts.
    pub network: &'a dyn Network,
    /// Key rings.
    pub security: &'a dyn Security,
    /// Ctrl-C.
    pub cancel: &'a Cancel,
    /// Bars.
    pub progress: &'a dyn Progress,
    /// Words for the user, outside the listing.
    pub explain: &'a dyn Fn(&str),
    /// Settings.
    pub settings: &'a JobSettings,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    /// With the highest condition code of its steps.
    Code(u16),
    /// With an abend, as in `S806` or `U0016`.
    Abend(String),
    /// The converter or an allocation refused it.
    JclError,
}

impl JobEnd {
    /// As job lists show it: `CC 0000`, `ABEND S806`, `JCL ERROR`.
    pub fn status(&self) -> String {
        match self {
            Self::Code(code) => format!("CC {code:04}"),
            Self::Abend(code) => format!("ABEND {code}"),
            Self::JclError => "JCL ERROR".to_owned(),
        }
    }
}

/// What became of a job.
#[derive(Debug, Clone)]
pub struct JobOutcome {
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub end: JobEnd,
    /// Each step with its result, as in `0000`, `S806`, `FLUSH`.
    pub steps: Vec<(String, String)>,
    /// What it printed.
    pub spool: Vec<SpoolRow>,
}

/// The logs of a running job.
pub struct JobLog {
    messages: RefCell<MessageLog>,
    system: RefCell<SystemMessages>,
}

/// The logs as a running step writes them.
pub struct StepLog<'a> {
    log: &'a JobLog,
    initiator: &'a Initiator<'a>,
    job: &'a str,
    step: &'a str,
    system_ddnames: Cell<u32>,
}

impl StepLog<'_> {
    /// A line in JESYSMSG.
    pub fn system(&self, message: &Message) {
        self.log.system.borrow_mut().message(message);
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

    /// `job step`, as messages begin.
    pub fn label(&self) -> String {
        format!("{} {}", self.job, self.step)
    }

    /// `job,step,ddname,device,volume,data set`, as IEC messages end.
    pub fn place(&self, ddname: &str, volume: &str, dataset: &str) -> String {
        let device = self.initiator.device(volume);
        format!("{},{},{ddname},{device},{volume},{dataset}", self.job, self.step)
    }

    /// The next ddname of a dynamic allocation.
    pub fn next_system_ddname(&self) -> String {
        self.system_ddnames.set(self.system_ddnames.get() + 1);
        format!("SYS{:05}", self.system_ddnames.get())
    }

    /// The lines for a data set that SMS has just made.
    pub fn new_data_set(&self, ddname: &str, dataset: &DataSet) {
        self.system(&allocation::IGD101I.with(&[&ddname]));
        self.system(&allocation::IGD101I_DSN.with(&[&dataset.name()]));
        self.system(&allocation::IGD101I_CLASSES.with(&[&STORAGE_CLASS, &"", &""]));
        self.system(&allocation::IGD101I_VOLUME.with(&[&dataset.volume()]));
    }
}

/// The storage class that data sets get.
const STORAGE_CLASS: &str = "SCBASE";

impl Console for StepLog<'_> {
    fn write_to_programmer(&self, message: &Message) {
        self.programmer(message);
    }

    fn explain(&self, text: &str) {
        StepLog::explain(self, text);
    }
}

/// A job on its way.
struct Running<'a> {
    initiator: &'a Initiator<'a>,
    job: &'a Job,
    log: JobLog,
    id: String,
    directory: PathBuf,
    numbers: SpoolNumbers,
    enqueues: RefCell<Enqueues>,
    history: History,
    abend: Option<String>,
    jcl_error: bool,
    passed: Passed,
    results: Vec<(String, String)>,
    written: Vec<(SpoolRow, u64)>,
}

impl Initiator<'_> {
    /// Runs one job and leaves its log on the spool.
    pub fn run(&self, converted: &ConvertedJob, wanted_number: Option<u32>) -> Result<JobOutcome, SpoolError> {
        let now = self.world.now();
        let user = self.world.user();
        let run = self.data_sets.run().name();
        let number = self.store.new_job(wanted_number, (&converted.name, user), &now.to_string(), run)?;
        let directory = spool::clear(&self.spool, number)?;
        let id = format!("JOB{number:05}");
        let log = JobLog {
            messages: RefCell::new(MessageLog::new(&self.settings.system, &self.settings.node, &id, now)),
            system: RefCell::new(SystemMessages::default()),
        };
        log.messages.borrow_mut().message(now, &jes::IRR010I.with(&[&user]));
        self.explain_conversion(converted);
        let (end, steps, written, log) = match &converted.job {
            Some(job) if job.typrun == Typrun::Run => self.execute(job, &id, &directory, log)?,
            _ => (self.refuse(converted, &log), Vec::new(), Vec::new(), log),
        };
        let ran = converted.job.is_some();
        let spool = self.print(converted, &id, &directory, &log, written, ran.then_some(now))?;
        self.store.end_job(number, &end.status(), &spool)?;
        Ok(JobOutcome { number, name: converted.name.clone(), end, steps, spool })
    }

    /// A job that the converter stopped, or that asked for nothing but conversion.
    fn refuse(&self, converted: &ConvertedJob, log: &JobLog) -> JobEnd {
        let mut system = log.system.borrow_mut();
        if !converted.diagnostics.is_empty() {
            system.statement_heading();
        }
        for diagnostic in &converted.diagnostics {
            match diagnostic.statement {
                Some(number) => system.statement(number, &diagnostic.message),
                None => system.message(&diagnostic.message),
            }
        }
        if converted.job.is_some() {
            return JobEnd::Code(0);
        }
        let message = jes::IEFC452I.with(&[&converted.name]);
        log.messages.borrow_mut().message(self.world.now(), &message);
        JobEnd::JclError
    }

    /// The converter's words for the user, outside the listing.
    fn explain_conversion(&self, converted: &ConvertedJob) {
        for diagnostic in converted.diagnostics.iter().chain(&converted.hints) {
            let card = diagnostic.position.card;
            match (&diagnostic.explanation, diagnostic.effect) {
                (Some(why), _) => (self.explain)(&format!("card {card}: {why}")),
                (None, Effect::Hint) => (self.explain)(&format!("card {card}: {}", diagnostic.message)),
                (None, Effect::Stops) => {}
            }
        }
    }

    #[allow(clippy::type_complexity, reason = "the four parts of a job's end are taken apart at once")]
    fn execute(
        &self,
        job: &Job,
        id: &str,
        directory: &Path,
        log: JobLog,
    ) -> Result<(JobEnd, Vec<(String, String)>, Vec<(SpoolRow, u64)>, JobLog), SpoolError> {
        let mut running = Running {
            initiator: self,
            job,
            log,
            id: id.to_owned(),
            directory: directory.to_owned(),
            numbers: SpoolNumbers::new(&job.steps),
            enqueues: RefCell::new(Enqueues::new(&self.locks)),
            history: History::default(),
            abend: None,
            jcl_error: false,
            passed: Passed::default(),
            results: Vec::new(),
            written: Vec::new(),
        };
        running.run()?;
        let end = running.end();
        Ok((end, running.results, running.written, running.log))
    }

    /// Writes the JES data sets and returns the index of all.
    fn print(
        &self,
        converted: &ConvertedJob,
        id: &str,
        directory: &Path,
        log: &JobLog,
        mut written: Vec<(SpoolRow, u64)>,
        ran: Option<DateTime>,
    ) -> Result<Vec<SpoolRow>, SpoolError> {
        let jcl: Vec<String> = listing_lines(converted, id);
        let va = |lrecl| Attributes { recfm: Recfm::VBA, lrecl, blksize: lrecl + 4 };
        let v = Attributes { recfm: Recfm::V, lrecl: 136, blksize: 140 };
        let system = log.system.borrow();
        written.push(spool::write_lines(directory, (3, "JESJCL"), v, &jcl, self.code_page)?);
        written.push(spool::write_lines(directory, (4, "JESYSMSG"), va(137), system.lines(), self.code_page)?);
        let mut messages = log.messages.borrow_mut();
        let statistics = self.count(converted, &written, messages.lines(), ran);
        messages.statistics(ran, &statistics);
        written.push(spool::write_lines(directory, (2, "JESMSGLG"), va(133), messages.lines(), self.code_page)?);
        let mut rows: Vec<SpoolRow> = written.into_iter().map(|(row, _)| row).collect();
        rows.sort_by_key(|row| row.id);
        Ok(rows)
    }

    /// Counts as JES2 shows them. Lines: records of all data sets, and one more for each double space but one
    /// (so in two complete listings, JOB00418 and JOB07563).
    fn count(
        &self,
        converted: &ConvertedJob,
        written: &[(SpoolRow, u64)],
        messages: &[String],
        ran: Option<DateTime>,
    ) -> Statistics {
        let own_lines = messages.len() + MessageLog::statistics_lines(ran.is_some());
        let own_skips = messages.iter().filter(|line| line.starts_with('0')).count();
        let records: u64 = written.iter().map(|(row, skips)| row.records + skips).sum();
        let own_bytes: usize = messages.iter().map(String::len).sum();
        let kilobytes: u64 = written.iter().map(|(row, _)| row.bytes.div_ceil(1024)).sum();
        let minutes = ran.map_or(0.0, |started| self.world.now().duration_since(started).as_secs_f64() / 60.0);
        Statistics {
            cards: u64::from(converted.cards_read),
            print_records: records + (own_lines + own_skips) as u64,
            spool_kilobytes: kilobytes + own_bytes.div_ceil(1024) as u64,
            minutes,
        }
    }

    /// The device number that a volume is on: 0A80 for the first one.
    fn device(&self, volume: &str) -> String {
        let volumes = self.store.volumes().unwrap_or_default();
        let at = volumes.iter().position(|(serial, _)| serial == volume).unwrap_or(0);
        format!("{:04X}", 0x0A80 + at)
    }
}

impl Running<'_> {
    fn now(&self) -> DateTime {
        self.initiator.world.now()
    }

    fn operator(&self, message: &Message) {
        self.log.messages.borrow_mut().message(self.now(), message);
    }

    fn system(&self, message: &Message) {
        self.log.system.borrow_mut().message(message);
    }

    fn run(&mut self) -> Result<(), SpoolError> {
        let started = self.now();
        self.welcome()?;
        let waited = self.hold_data_sets()?;
        self.start();
        for step in &self.job.steps {
            if waited {
                self.step(step);
            } else {
                self.jcl_error = true;
                self.history.stopped = true;
                self.flush(step, Bypass::Flushed, self.now());
            }
        }
        let mut passed = std::mem::take(&mut self.passed);
        passed.end_of_job(&|message| self.system(message));
        self.finish(started);
        Ok(())
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
        self.operator(&jes::HASP373.with(&[name, &"1", class, &self.initiator.settings.system]));
        self.operator(&jes::IEF403I.with(&[name, &clock(self.now())]));
        if self.initiator.settings.step_table {
            self.operator_table(&jes::STEP_TABLE_GROUPS.plain());
            self.operator_table(&jes::STEP_TABLE_COLUMNS.plain());
        }
    }

    fn operator_table(&self, message: &Message) {
        self.operator(message);
    }

    /// Gets all names that the job uses, in one order for all jobs so that no two wait for each other.
    /// False if the user did not want to wait any longer.
    fn hold_data_sets(&self) -> Result<bool, SpoolError> {
        let mut wanted: BTreeMap<&str, Use> = BTreeMap::new();
        for part in self.job.steps.iter().flat_map(|step| &step.dds).flat_map(|dd| &dd.parts) {
            let Source::DataSet(request) = &part.source else { continue };
            let shared = request.disposition.status == Status::Shr;
            let how = if shared { Use::Shared } else { Use::Exclusive };
            let Some(name) = request.name.plain() else { continue };
            let entry = wanted.entry(name.as_str()).or_insert(how);
            *entry = (*entry).max(how);
        }
        for (name, how) in wanted {
            let mut told = false;
            while !self.enqueues.borrow_mut().try_get(name, how)? {
                if !std::mem::replace(&mut told, true) {
                    let text = format!("job {} waits for data set {name}, which another job uses", self.job.name);
                    (self.initiator.explain)(&text);
                }
                if self.initiator.cancel.is_requested() {
                    self.system(&own::ZJB106E.with(&[&self.job.name, &name]));
                    return Ok(false);
                }
                std::thread::sleep(WAIT);
            }
        }
        Ok(true)
    }

    fn step(&mut self, step: &Step) {
        let started = self.now();
        if self.initiator.cancel.is_requested() && !self.history.stopped {
            self.history.stopped = true;
            // Between two steps no program is there to abend; the job ends as if one had.
            self.abend.get_or_insert_with(|| CANCELLED.to_owned());
        }
        if let Some(bypass) = self.history.bypass(&step.cond) {
            self.flush(step, bypass, started);
            return;
        }
        let created = started.to_string();
        let numbers = &self.numbers;
        let allocator = Allocator {
            data_sets: self.initiator.data_sets,
            numbers,
            step_label: self.label(step),
            created: created.clone(),
            in_use: RefCell::default(),
        };
        match allocator.allocate(step) {
            Ok(allocated) => self.run_step(step, &allocated, started, created),
            Err(messages) => {
                for message in &messages {
                    self.system(message);
                }
                self.jcl_error = true;
                self.history.stopped = true;
                self.not_executed(step, started);
            }
        }
    }

    fn label(&self, step: &Step) -> String {
        format!("{} {}", self.job.name, step.name)
    }

    /// A step that does not run.
    fn flush(&mut self, step: &Step, bypass: Bypass, started: DateTime) {
        self.numbers.skip(step);
        let label = self.label(step);
        match bypass {
            Bypass::Condition => self.system(&allocation::IEF202I.with(&[&label])),
            Bypass::Only => self.system(&allocation::IEF202I_ONLY.with(&[&label])),
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
        self.results.push((step.name.clone(), result.to_owned()));
        if self.initiator.settings.step_table {
            let shown = result.strip_prefix("00").unwrap_or(result);
            let elapsed = minutes(started, self.now());
            self.operator_table(&jes::STEP_TABLE_ROW.with(&[&step.name, &"", &shown, &0, &elapsed]));
        }
    }

    fn run_step(&mut self, step: &Step, allocated: &[AllocatedDd], started: DateTime, created: String) {
        let step_log = StepLog {
            log: &self.log,
            initiator: self.initiator,
            job: &self.job.name,
            step: &step.name,
            system_ddnames: Cell::new(0),
        };
        super::dispose::print_allocations(&step_log, &self.label(step), allocated);
        let data = StepData {
            dds: allocated,
            data_sets: self.initiator.data_sets,
            enqueues: &self.enqueues,
            log: &step_log,
            spool: &self.directory,
            written: RefCell::default(),
            created,
        };
        let completion = match program::find(&step.program) {
            Some(program) => self.call(program, step, &data, &step_log),
            None => self.no_program(step, &step_log),
        };
        let written = data.written.into_inner();
        self.report(step, completion, &step_log);
        let abended = !matches!(completion, Completion::Code(_));
        let names = super::dispose::SpoolNames { user: self.initiator.world.user(), job: &self.job.name, id: &self.id };
        let disposed = dispose(&step_log, allocated, abended, &names, &mut self.passed);
        self.written.extend(written);
        self.trailer(step, started);
        self.account(step, completion, started);
        if !disposed {
            // Never a good end for a job whose data are lost. The host has no such failure.
            self.jcl_error = true;
            self.history.stopped = true;
        }
    }

    fn call(
        &self,
        program: &dyn program::Program,
        step: &Step,
        data: &StepData<'_>,
        console: &StepLog<'_>,
    ) -> Completion {
        let initiator = self.initiator;
        let completion = program.run(&StepContext {
            job_name: &self.job.name,
            step_name: &step.name,
            parm: &step.parm,
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
    fn no_program(&self, step: &Step, log: &StepLog<'_>) -> Completion {
        log.programmer(&allocation::CSV003I.with(&[&step.program]));
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
        match completion {
            Completion::Code(code) => {
                self.history.add(step, code);
                self.row(step, &format!("{code:04}"), started);
                if self.history.ends_job(&self.job.cond) {
                    self.system(&allocation::IEF201I.with(&[&self.label(step)]));
                    self.history.stopped = true;
                }
            }
            Completion::System { code, .. } => self.abended(step, &format!("S{code:03X}"), started),
            Completion::User(code) => self.abended(step, &format!("U{code:04}"), started),
        }
    }

    fn abended(&mut self, step: &Step, code: &str, started: DateTime) {
        self.history.abended = true;
        self.abend.get_or_insert_with(|| code.to_owned());
        self.row(step, &format!("*{code}"), started);
    }

    fn end(&self) -> JobEnd {
        match (&self.abend, self.jcl_error) {
            (Some(abend), _) => JobEnd::Abend(abend.clone()),
            (None, true) => JobEnd::JclError,
            (None, false) => JobEnd::Code(self.history.highest()),
        }
    }

    fn finish(&self, started: DateTime) {
        let Job { name, programmer, .. } = self.job;
        let now = self.now();
        self.log.system.borrow_mut().job_trailer(name, started, now);
        if self.jcl_error {
            self.operator(&jes::IEF453I.with(&[name, &clock(now)]));
        } else {
            self.operator(&jes::IEF404I.with(&[name, &clock(now)]));
        }
        if self.initiator.settings.step_table {
            self.operator_table(&jes::STEP_TABLE_JOB.with(&[name, programmer, &minutes(started, now)]));
        }
        self.operator(&match self.end() {
            JobEnd::Code(code) => jes::HASP395_CODE.with(&[name, &code]),
            JobEnd::Abend(code) => jes::HASP395_ABEND.with(&[name, &code]),
            JobEnd::JclError => own::ZJB100I.with(&[name]),
        });
    }
}

/// Minutes between two times with one decimal, without a leading zero: `.0`, `2.5`.
fn minutes(started: DateTime, ended: DateTime) -> String {
    let minutes = ended.duration_since(started).as_secs_f64() / 60.0;
    let text = format!("{:.1}", minutes.max(0.0));
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}

/// The lines of JESJCL: the card of the JOB statement shows the job number.
fn listing_lines(converted: &ConvertedJob, id: &str) -> Vec<String> {
    let image = |line: &ListingLine| {
        let job_card = (line.number == Some(1)).then_some(id);
        jesjcl::line(line.number, &jesjcl::card_image(&line.text, job_card))
    };
    converted.listing.iter().map(image).collect()
}
