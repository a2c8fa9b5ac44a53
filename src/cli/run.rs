//! `zjob run`: runs decks and prints their job logs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use jiff::civil::DateTime;
use serde::Serialize;

use super::progress::Bars;
use super::{CliError, Terminal, find_system, place_of, read_deck};
use crate::job::initiator::{JobEnd, JobOutcome};
use crate::job::spool::{self, SpoolError};
use crate::system::{DeckReport, RunOptions, System, SystemError, config};
use crate::world::{Seed, World};

/// Exit status: the user stopped the run.
const EXIT_CANCELLED: u8 = 130;
/// Exit status: JCL error, or no job at all.
const EXIT_JCL_ERROR: u8 = 200;
/// Exit status: a job abended.
const EXIT_ABEND: u8 = 201;
/// Exit status: a job wanted to reach a host that the sandbox does not allow.
const EXIT_SANDBOX: u8 = 202;
/// Highest condition code that is an exit status.
const MAX_CODE: u16 = 127;

/// Arguments of `zjob run`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob run upload.jcl                   run it, print its log
  zjob run --format json *.jcl          one JSON object for each job
  zjob run --live ftp.example.com a.jcl let the job reach that host for real
  zjob run --release held.jcl           run a job with TYPRUN=HOLD all the same
  zjob run - < upload.jcl               the deck comes from standard input

Exit status: the job's highest condition code (at most 127), or what JOBRC says; 200 JCL error or held job,
201 abend, 202 a host that the sandbox refused, 130 stopped by Ctrl-C. With several jobs the worst counts, those
that jobs submit included.")]
pub struct Arguments {
    /// The decks; - is standard input
    #[arg(required = true, value_name = "DECK")]
    decks: Vec<PathBuf>,

    /// How to print the results
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Let jobs reach this host for real
    #[arg(long, value_name = "HOST")]
    live: Vec<String>,

    /// Condition codes up to this one give exit status 0
    #[arg(long, value_name = "CODE", default_value_t = 0)]
    fail_above: u16,

    /// Let the clock of the emulated system stand still at this time, as in 2026-01-31T12:00:00
    #[arg(long, value_name = "TIME")]
    clock: Option<DateTime>,

    /// Release jobs that are held (TYPRUN=HOLD, JCLHOLD) at once, as an operator would
    #[arg(long)]
    release: bool,

    /// Number of the first job
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=99_999))]
    job_number: Option<u32>,

    /// Take salts and keys from a reproducible stream; only for tests, refused with live hosts
    #[arg(long, value_name = "N", conflicts_with = "live")]
    seed: Option<u64>,
}

/// Forms of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The job log.
    Text,
    /// One JSON object for each job on a line of its own.
    Json,
}

/// Runs the decks in order. The result is the exit status.
pub fn execute(arguments: &Arguments, home: Option<&Path>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let mut worst = Verdict::Code(0);
    let mut number = arguments.job_number;
    for deck in &arguments.decks {
        let verdict = run_deck(arguments, deck, &mut number, home, terminal)?;
        worst = worst.max(verdict);
        if terminal.cancel.is_requested() {
            worst = Verdict::Cancelled;
            break;
        }
    }
    Ok(worst.exit_status(arguments.fail_above))
}

fn run_deck(
    arguments: &Arguments,
    deck: &Path,
    number: &mut Option<u32>,
    home: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<Verdict, CliError> {
    let bytes = read_deck(deck, terminal)?;
    let start = place_of(deck, terminal);
    let (home, config) = find_system(home, &start)?;
    if arguments.seed.is_some() && config.leads_outside() {
        return Err(CliError::Usage(
            "--seed makes keys that everybody can guess; it is refused with hosts outside this machine".into(),
        ));
    }
    let mut world = config::world(&config);
    world.frozen_clock = arguments.clock;
    world.seed = arguments.seed.map(Seed::new);
    let world: Arc<dyn World> = Arc::new(world);
    let system = System::open(&home, config, world)?;
    let bars = Bars::new(terminal.is_terminal);
    let options = RunOptions {
        cancel: &terminal.cancel,
        progress: &bars,
        explain: terminal.explain,
        live: &arguments.live,
        job_number: *number,
        releases: arguments.release,
    };
    let out = &mut *terminal.out;
    let report = system.run_deck(&bytes, &options, &mut |job| {
        let printed = match arguments.format {
            Format::Text => print_log(&system, job, out),
            Format::Json => print_json(&system, job, out),
        };
        // Jobs that nobody watches run all the same, and their end is the exit status.
        printed.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
    })?;
    *number = report.next_number;
    tell(&report, deck, &system, terminal);
    Ok(verdict(&report))
}

/// The whole log of a job, in the order of the spool.
fn print_log(system: &System, job: &JobOutcome, out: &mut dyn Write) -> io::Result<()> {
    for row in &job.spool {
        spool::read_lines(&system.spool(), job.number, row, system.code_page(), |line| writeln!(out, "{line}"))
            .map_err(io_error)?;
    }
    out.flush()
}

/// The failure of the output keeps its kind: a reader that has gone is no error.
fn io_error(error: SpoolError) -> io::Error {
    match error {
        SpoolError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// A job as JSON.
#[derive(Serialize)]
struct JobJson<'a> {
    job: String,
    name: &'a str,
    status: String,
    code: Option<u16>,
    abend: Option<&'a str>,
    steps: Vec<StepJson<'a>>,
    spool: Vec<SpoolJson<'a>>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    step: &'a str,
    result: &'a str,
}

#[derive(Serialize)]
struct SpoolJson<'a> {
    id: u32,
    step: &'a str,
    ddname: &'a str,
    records: u64,
    lines: Vec<String>,
}

fn print_json(system: &System, job: &JobOutcome, out: &mut dyn Write) -> io::Result<()> {
    let mut data_sets = Vec::new();
    for row in &job.spool {
        let mut lines = Vec::new();
        spool::read_lines(&system.spool(), job.number, row, system.code_page(), |line| {
            lines.push(line.to_owned());
            Ok(())
        })
        .map_err(io_error)?;
        data_sets.push(SpoolJson { id: row.id, step: &row.step, ddname: &row.ddname, records: row.records, lines });
    }
    let json = JobJson {
        job: format!("JOB{:05}", job.number),
        name: &job.name,
        status: job.end.status(),
        code: if let JobEnd::Code(code) = &job.end { Some(*code) } else { None },
        abend: if let JobEnd::Abend(code) = &job.end { Some(code) } else { None },
        steps: job.steps.iter().map(|(step, result)| StepJson { step, result }).collect(),
        spool: data_sets,
    };
    serde_json::to_writer(&mut *out, &json)?;
    writeln!(out)?;
    out.flush()
}

/// What is worth knowing besides the log.
fn tell(report: &DeckReport, deck: &Path, system: &System, terminal: &Terminal<'_>) {
    if let Some(why) = &report.no_job {
        (terminal.explain)(&format!("{}: {why}", deck.display()));
        return;
    }
    for job in &report.jobs {
        (terminal.explain)(&format!("JOB{:05} {} ended: {}", job.number, job.name, job.end.status()));
    }
    if let Some(job) = report.jobs.last() {
        let home = system.home().display();
        (terminal.explain)(&format!(
            "system: {home}; next: zjob --home {home} spool show JOB{:05}, dataset list, inbox list",
            job.number
        ));
    }
}

/// The end of a run, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Code(u16),
    JclError,
    Abend,
    Sandbox,
    Cancelled,
}

impl Verdict {
    fn exit_status(self, fail_above: u16) -> u8 {
        match self {
            Self::Code(code) if code <= fail_above => 0,
            // A code above 127 is 127; both fit.
            Self::Code(code) => u8::try_from(code.min(MAX_CODE)).unwrap_or(u8::MAX),
            Self::JclError => EXIT_JCL_ERROR,
            Self::Abend => EXIT_ABEND,
            Self::Sandbox => EXIT_SANDBOX,
            Self::Cancelled => EXIT_CANCELLED,
        }
    }
}

fn verdict(report: &DeckReport) -> Verdict {
    let jobs = report.jobs.iter().map(|job| match &job.end {
        JobEnd::Code(code) => Verdict::Code(*code),
        JobEnd::Abend(_) => Verdict::Abend,
        // A held job has done nothing of what the deck asks for.
        JobEnd::JclError | JobEnd::Held => Verdict::JclError,
    });
    let mut worst = jobs.max().unwrap_or(Verdict::Code(0));
    if report.no_job.is_some() {
        worst = worst.max(Verdict::JclError);
    }
    if report.refused {
        worst = worst.max(Verdict::Sandbox);
    }
    worst
}

impl From<SpoolError> for CliError {
    fn from(error: SpoolError) -> Self {
        Self::System(SystemError::Spool(error))
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn exit_status_follows_the_worst_job() {
        assert_eq!(Verdict::Code(8).exit_status(0), 8);
        assert_eq!(Verdict::Code(8).exit_status(8), 0);
        assert_eq!(Verdict::Code(2042).exit_status(0), 127);
        let order = [Verdict::Code(4095), Verdict::JclError, Verdict::Abend, Verdict::Sandbox, Verdict::Cancelled];
        assert!(order.is_sorted());
        assert_eq!(order.map(|verdict| verdict.exit_status(0)), [127, 200, 201, 202, 130]);
    }
}
