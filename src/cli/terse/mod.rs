//! `zjob terse`: TERSE files on the host file system and data sets, without a job.
//!
//! Border: arguments, names of files, exit status. How records are packed is known to `terse`, how they lie in
//! host files to `dataset`.

mod census;
mod folder;
mod info;
pub(super) mod library;
mod pack;
mod places;
mod plan;
pub(super) mod stream;
pub(super) mod unpack;
mod verify;

use std::fmt;

use self::places::Around;
use self::plan::Task;
use super::hostfile::Place;
use super::progress::Bars;
use super::{CliError, Here, StandardInput, Terminal, parallel};
use crate::program::{Cancel, Completion, Progress};
use crate::terse::DecodeError;

/// Exit status: the data are there, and yet something is odd.
const EXIT_ODD: u8 = 4;
/// Exit status: data are damaged, or are no TERSE file at all.
const EXIT_DAMAGED: u8 = 8;
/// Exit status: a file cannot be read or written.
const EXIT_FAILED: u8 = super::EXIT_USAGE;
/// Exit status: the user stopped the command.
const EXIT_CANCELLED: u8 = 130;

/// Subcommands of `zjob terse`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Pack files and data sets as AMATERSE does, byte for byte
    Pack(pack::Arguments),
    /// Unpack TERSE files to text, binary records or data sets
    Unpack(unpack::Arguments),
    /// Show what was packed: organization, record format and lengths, method
    Info(info::Arguments),
    /// Prove that a file is what AMATERSE would have written: unpack it, pack it again, compare
    Verify(verify::Arguments),
}

/// Runs a subcommand.
pub fn execute(command: &Command, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    match command {
        Command::Pack(arguments) => pack::execute(arguments, here, terminal),
        Command::Unpack(arguments) => unpack::execute(arguments, here, terminal),
        Command::Info(arguments) => info::execute(arguments, here, terminal),
        Command::Verify(arguments) => verify::execute(arguments, here, terminal),
    }
}

/// What became of one file.
#[derive(Debug)]
struct Outcome {
    status: u8,
    /// For standard output.
    lines: String,
    /// For the user, on the error output.
    words: Vec<String>,
}

impl Outcome {
    fn good() -> Self {
        Self { status: 0, lines: String::new(), words: Vec::new() }
    }

    fn with_status(mut self, status: u8) -> Self {
        self.status = self.status.max(status);
        self
    }

    fn with_words(mut self, words: impl Into<String>) -> Self {
        self.words.push(words.into());
        self
    }
}

/// Why one file was not worked through.
#[derive(Debug)]
enum Problem {
    /// The packed data are damaged.
    Damaged(DecodeError),
    /// A file cannot be read or written, or does not fit what was asked for.
    Failed(String),
    /// Nobody reads standard output any more.
    BrokenPipe,
    /// The user has had enough.
    Cancelled,
}

impl Problem {
    fn failed(error: impl fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    fn status(&self) -> u8 {
        match self {
            Self::Damaged(_) => EXIT_DAMAGED,
            Self::Failed(_) => EXIT_FAILED,
            Self::BrokenPipe => 0,
            Self::Cancelled => EXIT_CANCELLED,
        }
    }

    /// What is said of `file`.
    fn outcome(self, file: &dyn fmt::Display) -> Outcome {
        let outcome = Outcome::good().with_status(self.status());
        match self {
            Self::Damaged(error) => outcome.with_words(format!("{file}: {error}")),
            Self::Failed(what) => outcome.with_words(format!("{file}: {what}")),
            Self::BrokenPipe | Self::Cancelled => outcome,
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Io(error) => error.into(),
            other => Self::Damaged(other),
        }
    }
}

impl From<CliError> for Problem {
    fn from(error: CliError) -> Self {
        match error {
            CliError::Io(error) => error.into(),
            other => Self::failed(other),
        }
    }
}

/// How far the work is, and whether it shall go on. Threads share it.
struct Meter {
    bars: Bars,
    cancel: Cancel,
    input: StandardInput,
}

impl Meter {
    fn new(terminal: &Terminal<'_>) -> Self {
        Self { bars: Bars::new(terminal.is_terminal), cancel: terminal.cancel.clone(), input: terminal.input }
    }

    fn check(&self) -> Result<(), Problem> {
        if self.cancel.is_requested() { Err(Problem::Cancelled) } else { Ok(()) }
    }

    /// So many bytes more are done.
    fn passed(&self, bytes: u64) -> Result<(), Completion> {
        self.bars.advance(bytes);
        self.cancel.check()
    }
}

/// Prints what became of files one after another, and finds the worst.
struct Tally {
    worst: u8,
}

impl Tally {
    fn new() -> Self {
        Self { worst: 0 }
    }

    fn add(&mut self, outcome: &Outcome, meter: &Meter, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
        if meter.cancel.is_requested() {
            // What stopped in the middle has nothing of interest to say.
            return Ok(());
        }
        self.worst = self.worst.max(outcome.status);
        meter.bars.aside(|| outcome.words.iter().for_each(|words| (terminal.explain)(words)));
        terminal.out.write_all(outcome.lines.as_bytes())?;
        Ok(())
    }

    /// The exit status.
    fn end(self, meter: &Meter) -> u8 {
        if meter.cancel.is_requested() { EXIT_CANCELLED } else { self.worst }
    }
}

/// Does `work` to each task: over the cores if all are host files, else one after another.
fn run_tasks(
    what: &str,
    tasks: &[Task],
    force: bool,
    here: &Here<'_>,
    terminal: &mut Terminal<'_>,
    work: impl Fn(&Task, Around<'_>) -> Outcome + Sync,
) -> Result<u8, CliError> {
    let places = || tasks.iter().flat_map(|task| [&task.from, &task.to]);
    let total = plan::size(tasks.iter().map(|task| &task.from));
    let meter = &Meter::new(terminal);
    let mut tally = Tally::new();
    meter.bars.begin(what, total);
    let told = if places().all(|place| matches!(place, Place::Host(_))) {
        let work = |task: &Task| work(task, Around { system: None, out: None, meter, force });
        parallel::in_order(tasks, work, |outcome| tally.add(&outcome, meter, terminal))
    } else {
        let needed = places().any(|place| matches!(place, Place::DataSet(..)));
        let system = if needed { Some(here.system()?) } else { None };
        tasks.iter().try_for_each(|task| {
            let around = Around { system: system.as_ref(), out: Some(&mut *terminal.out), meter, force };
            let outcome = work(task, around);
            tally.add(&outcome, meter, terminal)
        })
    };
    meter.bars.end();
    told.map(|()| tally.end(meter))
}

/// Does `look` to each input, over the cores, or one after another if a data set is among them.
fn run_inputs(
    what: &str,
    inputs: &[Place],
    here: &Here<'_>,
    terminal: &mut Terminal<'_>,
    look: impl Fn(&Place, Around<'_>) -> Outcome + Sync,
) -> Result<u8, CliError> {
    let tasks: Vec<Task> = inputs.iter().map(Task::looking_at).collect();
    run_tasks(what, &tasks, false, here, terminal, |task, around| look(&task.from, around))
}
