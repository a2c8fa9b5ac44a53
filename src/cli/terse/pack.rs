//! `zjob terse pack`.

use std::io;
use std::path::PathBuf;

use super::super::hostfile::{Form, Place, RecordShape};
use super::super::{CliError, Here, Terminal, thousands};
use super::places::{self, Around, Output};
use super::plan::{self, Task, Way};
use super::stream::{self, Packing};
use super::{Outcome, Problem, library, run_tasks};
use crate::dataset::transfer::{self, HostFormat, TransferError};
use crate::dataset::{Attributes, Dcb, RecordReader, RecordWriter, WriteError};
use crate::program::Progress;
use crate::program::trsmain::shape;
use crate::system::config::{self, host_attributes};
use crate::terse::{Method, Stamp, Totals};
use crate::world::World;

/// Arguments of `zjob terse pack`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob terse pack notes.txt                                  notes.txt.trs, FB 80, translated to EBCDIC
  zjob terse pack --binary --lrecl 4160 dump.bin -o DUMP.TRS
  zjob terse pack --spack --rdw --recfm VB --lrecl 32756 smf.rdw
  zjob terse pack \"//'MY.DATA.SET'\" -o data.trs               a data set of the system
  zjob terse pack logs/ -o packed/                           a whole tree, over all cores
  zjob terse pack --library jcl/                             jcl.trs, a library: a member for each file
  tar c . | zjob terse pack --binary --lrecl 1024 - > x.trs  a stream (its length must fit)

An input is a host file, a directory, - or a data set: //'A.B.C' or //'A.B.C(MEMBER)'; //B.C stands for B.C behind
your user id. Options for records belong to host files; a data set has its own attributes, and a library is packed with its directory.
Exit status: 0 all packed, 64 at least one file was not.")]
pub struct Arguments {
    /// Host files, directories, - or data sets
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// Packed file, directory, - or data set [default: IN with .trs added, - for -]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// SPACK, the complex format: smaller, slower
    #[arg(long)]
    spack: bool,
    /// Pack each directory as a library, its files as members named before their first period
    #[arg(long)]
    library: bool,
    /// Pack libraries in forms that were never seen from AMATERSE: with --spack, or records that are not fixed
    #[arg(long)]
    unproven: bool,
    /// Time stamp behind the data [default: now]
    #[arg(long, value_name = "MM/DD/YYYY HH:MM:SS", value_parser = stamp)]
    timestamp: Option<Stamp>,
    /// How records lie in host files
    #[command(flatten)]
    form: Form,
    /// What records look like
    #[command(flatten)]
    shape: RecordShape,
    /// Replace files that exist
    #[arg(short, long)]
    force: bool,
    /// Say nothing about files that were packed
    #[arg(short, long)]
    quiet: bool,
}

fn stamp(text: &str) -> Result<Stamp, String> {
    Stamp::new(text)
        .ok_or_else(|| "a time stamp has the form MM/DD/YYYY HH:MM:SS, as in 06/07/2024 12:34:56".to_owned())
}

/// What is the same for all files.
pub(super) struct Settings {
    pub(super) method: Method,
    pub(super) stamp: Stamp,
    pub(super) format: HostFormat,
    /// What was asked for, and what is usual for the rest.
    attributes: Attributes,
    pub(super) asked: Dcb,
    /// Forms of libraries that nobody has seen are packed too.
    pub(super) unproven: bool,
    quiet: bool,
}

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let config = here.config()?;
    let format = arguments.form.format(config.code_page)?;
    let settings = Settings {
        method: if arguments.spack { Method::Spack } else { Method::Pack },
        stamp: arguments.timestamp.unwrap_or_else(|| now(&config)),
        format,
        attributes: host_attributes(arguments.shape.dcb(), format),
        asked: arguments.shape.dcb(),
        unproven: arguments.unproven,
        quiet: arguments.quiet,
    };
    let way = if arguments.library { Way::PackLibrary } else { Way::Pack };
    let tasks = plan::plan(&arguments.inputs, arguments.output.as_deref(), way, &config.user)?;
    check(arguments, &settings, &tasks)?;
    run_tasks("pack", &tasks, arguments.force, here, terminal, |task, mut around| {
        match (&task.from, arguments.library) {
            (Place::Host(directory), true) => {
                finish_library(task, library::pack_directory(task, directory, &settings, &mut around), &settings)
            }
            (Place::DataSet(name, None), _) if arguments.library || around.is_library(name) => {
                finish_library(task, library::pack_data_set(task, name, &settings, &mut around), &settings)
            }
            _ => finish(task, pack(task, &settings, around), &settings),
        }
    })
}

fn now(config: &config::Config) -> Stamp {
    let now = config::world(config).now().strftime("%m/%d/%Y %H:%M:%S").to_string();
    Stamp::new(&now).unwrap_or(Stamp::BLANK)
}

fn check(arguments: &Arguments, settings: &Settings, tasks: &[Task]) -> Result<(), CliError> {
    let hosts = tasks.iter().filter(|task| !matches!(task.from, Place::DataSet(..))).count();
    if hosts > 0 {
        stream::header(settings.method, settings.attributes).map_err(CliError::Usage)?;
    } else if arguments.shape.is_given() && !tasks.is_empty() {
        let what = "a data set has its own RECFM, LRECL and BLKSIZE: leave these options out";
        return Err(CliError::Usage(what.to_owned()));
    }
    if tasks.len() > 1 && tasks.iter().any(|task| task.to == Place::Stream) {
        return Err(CliError::Usage("several packed files make no stream: pack them one at a time".to_owned()));
    }
    Ok(())
}

/// What was packed.
struct Packed {
    totals: Totals,
    records: u64,
    empty_records: u64,
    attributes: Attributes,
}

fn finish_library(task: &Task, packed: Result<library::Packed, Problem>, settings: &Settings) -> Outcome {
    match packed {
        Ok(_) if settings.quiet => Outcome::good(),
        Ok(packed) => Outcome::good().with_words(packed.outcome(task)),
        Err(problem) => problem.outcome(&task.from),
    }
}

/// The packed size in percent, if there was anything to pack.
pub(super) fn percent(totals: &Totals) -> String {
    let percent = (totals.packed * 100 + totals.unpacked / 2).checked_div(totals.unpacked);
    percent.map_or_else(String::new, |percent| format!(" ({percent} percent)"))
}

fn finish(task: &Task, packed: Result<Packed, Problem>, settings: &Settings) -> Outcome {
    let Packed { totals, records, empty_records, attributes } = match packed {
        Ok(packed) => packed,
        Err(problem) => return problem.outcome(&task.from),
    };
    let mut outcome = Outcome::good();
    if !settings.quiet {
        outcome = outcome.with_words(format!(
            "{}: {} records, {} bytes, packed to {} bytes{}",
            task.to,
            thousands(records),
            thousands(totals.unpacked),
            thousands(totals.packed),
            percent(&totals)
        ));
    }
    if shape::loses_control_characters(&attributes) {
        let recfm = attributes.recfm;
        outcome = outcome.with_words(format!(
            "{}: how AMATERSE notes the control characters of RECFM={recfm} is not known; they are packed as data",
            task.from
        ));
    }
    if attributes.recfm.is_variable() && records == 1 && empty_records == 1 {
        outcome = outcome.with_words(format!(
            "{}: the only record is empty; packed data cannot tell that from no record at all",
            task.from
        ));
    }
    if settings.method == Method::Spack && records == 1 && totals.unpacked == 1 {
        outcome = outcome.with_words(format!(
            "{}: AMATERSE on the host loses the only byte of such data in SPACK; this file keeps it",
            task.from
        ));
    }
    outcome
}

fn pack(task: &Task, settings: &Settings, mut around: Around<'_>) -> Result<Packed, Problem> {
    match &task.from {
        Place::DataSet(name, member) => {
            let system = around.system()?;
            let (mut reader, _held) = places::records(system, name, member.as_ref())?;
            let (meter, attributes) = (around.meter, reader.attributes());
            let mut packing = start(task, settings, attributes, &mut around)?;
            while let Some(run) = reader.next_run().map_err(Problem::failed)? {
                meter.check()?;
                meter.bars.advance(run.bytes.len() as u64);
                packing.put_run(run).map_err(refused)?;
            }
            end(packing, settings)
        }
        from => {
            let mut input = places::host_bytes(from, around.meter)?;
            let mut packing = start(task, settings, settings.attributes, &mut around)?;
            transfer::import(&mut *input, &mut packing, settings.format).map_err(|error| match error {
                TransferError::Write(error) => refused(error),
                TransferError::Io(error) => error.into(),
                other => Problem::failed(other),
            })?;
            end(packing, settings)
        }
    }
}

fn start<'a>(
    task: &Task,
    settings: &Settings,
    attributes: Attributes,
    around: &'a mut Around<'_>,
) -> Result<Packing<Output<'a>>, Problem> {
    let output = around.create(&task.to)?;
    Packing::new(settings.method, attributes, task.to.to_string(), output).map_err(Problem::Failed)
}

fn end(packing: Packing<Output<'_>>, settings: &Settings) -> Result<Packed, Problem> {
    let (records, empty_records) = (packing.records, packing.empty_records);
    let attributes = packing.attributes();
    let (totals, output) = packing.finish(&settings.stamp)?;
    output.keep()?;
    Ok(Packed { totals, records, empty_records, attributes })
}

/// An output that fails is not the input's fault.
fn refused(error: WriteError) -> Problem {
    match error {
        WriteError::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => Problem::BrokenPipe,
        other => Problem::failed(other),
    }
}
