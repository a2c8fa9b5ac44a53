//! The initiator: takes a converted job through its steps and writes its log.
//!
//! Border: order of events and what is printed when. It knows no program; allocation, DDs, conditions and the
//! layouts of the log are its neighbours.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use jiff::civil::DateTime;

use super::convert::{ConvertedJob, LineKind, ListingLine};
use super::log::jesjcl;
use super::log::jesmsglg::{MessageLog, Statistics};
use super::model::{Job, StatementLevel, Typrun};
use super::running::{Ended, Running};
use super::spool::{self, SpoolError};
use super::step_log::JobLog;
use crate::codepage::CodePage;
use crate::dataset::catalog::DataSets;
use crate::dataset::{Attributes, Recfm};
use crate::jcl::diagnostic::Effect;
use crate::message::jes;
use crate::program::{self, Cancel, Network, Progress, Security};
use crate::store::{SpoolRow, Store};
use crate::world::World;

/// Names and styles of the emulated system.
#[derive(Debug, Clone)]
pub struct JobSettings {
    /// System name, as in `S0W1`.
    pub system: String,
    /// JES2 node name.
    pub node: String,
    /// The step table of the installation's exit in JESMSGLG.
    pub step_table: bool,
    /// Starts and ends of jobs are told in JESMSGLG (MONITOR JOBNAMES).
    pub monitor: bool,
    /// Data sets are managed by SMS, which shows in the lines of allocation and disposition.
    pub sms: bool,
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
    /// Jobs that are held are released at once, as an operator would.
    pub releases: bool,
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
    /// It waits for an operator (TYPRUN=HOLD, JCLHOLD) or for another node (`/*XMIT`): nothing ran.
    Held,
}

impl JobEnd {
    /// As job lists show it: `CC 0000`, `ABEND S806`, `JCL ERROR`.
    pub fn status(&self) -> String {
        match self {
            Self::Code(code) => format!("CC {code:04}"),
            Self::Abend(code) => format!("ABEND {code}"),
            Self::JclError => "JCL ERROR".to_owned(),
            Self::Held => "HELD".to_owned(),
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
    /// Decks that it gave to the internal reader, in order.
    pub submitted: Vec<Vec<u8>>,
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
        let messages = MessageLog::new(&self.settings.system, &self.settings.node, &id, now);
        let volumes = self.store.volumes()?.into_iter().map(|(serial, _)| serial).collect();
        let log = JobLog::new(messages, volumes, self.settings);
        self.explain_conversion(converted);
        tell_conversion(converted, &log);
        let job = converted.job.as_ref();
        let typrun = match job.map(|job| job.typrun) {
            Some(Typrun::Hold | Typrun::JclHold) if self.releases => Some(Typrun::Run),
            other => other,
        };
        if let Some(why) = typrun.and_then(reason_to_wait) {
            return self.hold(converted, number, why);
        }
        log.messages.borrow_mut().message(now, &jes::IRR010I.with(&[&user]));
        let runs = job.filter(|_| typrun == Some(Typrun::Run));
        let ended = match runs {
            Some(job) => Running::new(self, job, &log, &id, &directory).run()?,
            None => Ended { end: self.refuse(converted, &log), ..Ended::default() },
        };
        if let Some(job) = runs {
            quieten(job, &ended.end, &log);
        }
        let spool = self.print(converted, &id, &directory, &log, ended.written, runs.is_some().then_some(now))?;
        self.store.end_job(number, &ended.end.status(), &spool)?;
        let Ended { end, steps, submitted, .. } = ended;
        Ok(JobOutcome { number, name: converted.name.clone(), end, steps, spool, submitted })
    }

    /// A job that waits stays in its queue and prints nothing.
    fn hold(&self, converted: &ConvertedJob, number: u32, why: &str) -> Result<JobOutcome, SpoolError> {
        let name = converted.name.clone();
        (self.explain)(&format!("job {name} {why}"));
        self.store.end_job(number, &JobEnd::Held.status(), &[])?;
        let (steps, spool, submitted) = (Vec::new(), Vec::new(), Vec::new());
        Ok(JobOutcome { number, name, end: JobEnd::Held, steps, spool, submitted })
    }

    /// A job that the converter stopped, or that asked for nothing but conversion.
    fn refuse(&self, converted: &ConvertedJob, log: &JobLog) -> JobEnd {
        if converted.job.is_some() {
            return JobEnd::Code(0);
        }
        let message = jes::IEFC452I.with(&[&converted.name]);
        log.messages.borrow_mut().tagged(self.world.now(), &message);
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
        if converted.copy.is_empty() {
            written.push(spool::write_lines(directory, (3, "JESJCL"), v, &jcl, self.code_page)?);
            written.push(spool::write_lines(directory, (4, "JESYSMSG"), va(137), system.lines(), self.code_page)?);
        } else {
            let cards = Attributes { recfm: Recfm::F, lrecl: 80, blksize: 80 };
            written.push(spool::write_lines(directory, (3, "JESJCLIN"), cards, &converted.copy, self.code_page)?);
        }
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
}

/// Why a job waits; none if it does not.
fn reason_to_wait(typrun: Typrun) -> Option<&'static str> {
    match typrun {
        Typrun::Hold | Typrun::JclHold => Some(
            "is held (TYPRUN) until an operator releases it: nothing ran; `zjob run --release` releases it at once",
        ),
        Typrun::Sent => Some("goes to another node (XMIT), which is not emulated: nothing was sent and nothing ran"),
        Typrun::Run | Typrun::Scan | Typrun::Copy => None,
    }
}

/// What the converter says in JESYSMSG, in order of statements: procedures that it brought in, and what is wrong.
fn tell_conversion(converted: &ConvertedJob, log: &JobLog) {
    let notes = converted.notes.iter().map(|(statement, message)| (Some(*statement), message));
    let wrong = converted.diagnostics.iter().map(|diagnostic| (diagnostic.statement, &diagnostic.message));
    let mut said: Vec<_> = notes.chain(wrong).collect();
    said.sort_by_key(|(statement, _)| *statement);
    let mut system = log.system.borrow_mut();
    if !said.is_empty() {
        system.statement_heading();
    }
    for (statement, message) in said {
        match statement {
            Some(number) => system.statement(number, message),
            None => system.message(message),
        }
    }
}

/// MSGLEVEL=(,0): of a job that ends well no messages of allocation and termination are kept.
fn quieten(job: &Job, end: &JobEnd, log: &JobLog) {
    if !job.message_level.messages && matches!(end, JobEnd::Code(_)) {
        log.system.borrow_mut().keep_conversion_only();
    }
}

/// The lines of JESJCL that MSGLEVEL asks for; the card of the JOB statement shows the job number.
fn listing_lines(converted: &ConvertedJob, id: &str) -> Vec<String> {
    let level = converted.job.as_ref().map_or(StatementLevel::All, |job| job.message_level.statements);
    let image = |line: &ListingLine| {
        let job_card = (line.number == Some(1)).then_some(id);
        jesjcl::line(line.number, &jesjcl::card_image(&line.text, job_card))
    };
    let mut shown = jesjcl::Filter::new(level);
    let is_shown = |line: &&ListingLine| shown.takes(line.number, line.kind == LineKind::Expanded, &line.text);
    converted.listing.iter().filter(is_shown).map(image).collect()
}
