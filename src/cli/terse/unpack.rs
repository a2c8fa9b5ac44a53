//! `zjob terse unpack`.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use super::super::hostfile::{Form, Place};
use super::super::{CliError, Here, Terminal, thousands};
use super::places::{Around, NewDataSet};
use super::plan::{self, Task, Way};
use super::stream::Unpacking;
use super::{EXIT_DAMAGED, EXIT_ODD, Outcome, Problem, library, run_tasks};
use crate::dataset::transfer::{self, HostFormat, TransferError};
use crate::dataset::{RecordReader, RecordWriter, WriteError};
use crate::program::trsmain::shape;
use crate::terse::{DecodeError, Decoder, Limit, Organization, Trailer};

/// Arguments of `zjob terse unpack`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob terse unpack dump.trs                       dump, one line for each record
  zjob terse unpack --binary DUMP.TRS -o dump.bin  the bytes of the records, end to end
  zjob terse unpack --rdw smf.trs -o smf.rdw       each record behind its length: nothing is lost
  zjob terse unpack lib.trs -o members/            a packed library: a file for each member
  zjob terse unpack lib.trs -o \"//'MY.LIB'\"        the same to a library, with ISPF statistics and aliases
  zjob terse unpack dump.trs -o \"//'MY.DATA.SET'\"  a data set of the system, with the original's attributes
  zjob terse unpack received/ -o unpacked/         all *.trs of a tree, over all cores
  curl -s https://example.com/x.trs | zjob terse unpack - | less

Exit status: 0 all unpacked; 4 unpacked, but something is odd; 8 damaged or no TERSE file; 64 a file cannot be
read or written. With several files the highest counts. Of damaged data nothing is kept without --rescue.")]
pub struct Arguments {
    /// Packed files, directories, - or data sets such as //'A.B.C'
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Host file, directory, - or data set [default: FILE without .trs, - for -]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// How records shall lie in host files
    #[command(flatten)]
    form: Form,
    /// Most bytes that one file may become, as in 500M or 20G; none for no limit [default: what AMATERSE can reach]
    #[arg(long, value_name = "BYTES", value_parser = limit)]
    limit: Option<Limit>,
    /// Keep what lies before the damage
    #[arg(long)]
    rescue: bool,
    /// Replace files that exist
    #[arg(short, long)]
    force: bool,
    /// Say nothing about files that were unpacked
    #[arg(short, long)]
    quiet: bool,
}

/// A number of bytes with K, M, G or T behind it, or `none`.
pub(in crate::cli) fn limit(text: &str) -> Result<Limit, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(Limit::None);
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match &text[digits.len()..] {
        "" => 1,
        "K" | "k" => 1 << 10,
        "M" | "m" => 1 << 20,
        "G" | "g" => 1 << 30,
        "T" | "t" => 1 << 40,
        _ => return Err("a limit is a number of bytes, as in 500M or 20G, or none".to_owned()),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.map(Limit::Bytes).ok_or_else(|| "a limit is a number of bytes, as in 500M or 20G, or none".to_owned())
}

/// What is the same for all files.
pub(super) struct Settings {
    pub(super) format: HostFormat,
    limit: Limit,
    pub(super) rescue: bool,
    pub(super) quiet: bool,
}

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let config = here.config()?;
    let settings = Settings {
        format: arguments.form.format(config.code_page)?,
        limit: arguments.limit.unwrap_or_default(),
        rescue: arguments.rescue,
        quiet: arguments.quiet,
    };
    let ending = match settings.format {
        HostFormat::Text { .. } => "txt",
        HostFormat::Binary => "bin",
        HostFormat::Rdw => "rdw",
    };
    let tasks = plan::plan(&arguments.inputs, arguments.output.as_deref(), Way::Unpack(ending), &config.user)?;
    run_tasks("unpack", &tasks, arguments.force, here, terminal, |task, around| {
        unpack(task, &settings, around).unwrap_or_else(|problem| problem.outcome(&task.from))
    })
}

fn unpack(task: &Task, settings: &Settings, mut around: Around<'_>) -> Result<Outcome, Problem> {
    let decoder = Decoder::new(around.bytes(&task.from)?)?.with_limit(settings.limit);
    if decoder.header().organization == Organization::Library {
        return library::unpack(task, decoder, settings, &around);
    }
    let unpacked = match &task.to {
        Place::DataSet(name, member) => {
            let attributes = shape::attributes(decoder.header());
            let new = NewDataSet::create(around.system()?, name, member.as_ref(), attributes, around.force)?;
            to_data_set(decoder, new, settings)?
        }
        to => {
            let mut output = around.create(to)?;
            let unpacked = to_bytes(decoder, &mut output, settings)?;
            if unpacked.is_kept(settings) {
                output.keep()?;
            }
            unpacked
        }
    };
    Ok(unpacked.outcome(task, settings))
}

/// How far unpacking came.
struct Unpacked {
    records: u64,
    /// There were records of variable length whose ends are not to be seen any more.
    lost_ends: bool,
    trailer: Option<Trailer>,
    failure: Option<DecodeError>,
}

impl Unpacked {
    /// All data are there.
    fn is_complete(&self) -> bool {
        let lost = self.trailer.as_ref().is_some_and(Trailer::lost_its_only_byte);
        !lost && self.failure.as_ref().is_none_or(DecodeError::is_only_length)
    }

    fn is_kept(&self, settings: &Settings) -> bool {
        self.is_complete() || settings.rescue
    }

    fn outcome(self, task: &Task, settings: &Settings) -> Outcome {
        let (complete, kept) = (self.is_complete(), self.is_kept(settings));
        let mut outcome = Outcome::good();
        if let Some(error) = &self.failure {
            let status = if complete { EXIT_ODD } else { EXIT_DAMAGED };
            outcome = outcome.with_status(status).with_words(format!("{}: {error}", task.from));
        } else if !complete {
            outcome = outcome.with_status(EXIT_DAMAGED).with_words(format!("{}: {LOST_BYTE}", task.from));
        }
        let records = thousands(self.records);
        let words = match (&task.to, complete, kept) {
            (Place::Stream, false, _) => Some(format!("{records} records were written before the damage")),
            (to, false, true) => Some(format!("{to}: {records} records lie before the damage")),
            (to, false, false) => {
                Some(format!("{to} was not written; --rescue keeps the {records} records before the damage"))
            }
            (Place::Stream, true, _) => None,
            (to, true, _) => Some(format!("{to}: {records} records")).filter(|_| !settings.quiet),
        };
        outcome.words.extend(words);
        if self.lost_ends && !settings.quiet {
            outcome = outcome.with_words(format!("{}: {LOST_ENDS}", task.from));
        }
        outcome
    }
}

/// What is said of records of variable length end to end.
pub(super) const LOST_ENDS: &str =
    "--binary shows no ends of records, and these have variable length; --rdw keeps them";

/// What is said of what AMATERSE makes of one byte.
pub(super) const LOST_BYTE: &str = "this is what AMATERSE writes for SPACK of exactly one byte, which it loses; pack \
                                    the original once more with PACK";

fn to_bytes<R: BufRead>(decoder: Decoder<R>, out: &mut dyn Write, settings: &Settings) -> Result<Unpacked, Problem> {
    let mut reader = Unpacking::new(decoder);
    let lost_ends = matches!(settings.format, HostFormat::Binary) && !reader.attributes().recfm.is_fixed();
    let exported = transfer::export(&mut reader, out, settings.format);
    let (mut decoder, failure) = reader.end();
    let mut records = exported.map_err(|error| match error {
        TransferError::Io(error) => error.into(),
        other => Problem::failed(other),
    })?;
    let failure = real(failure)?;
    if settings.rescue && matches!(failure, Some(DecodeError::ShortLastRecord { .. })) {
        transfer::export_record(decoder.remainder(), records + 1, out, settings.format, true)
            .map_err(Problem::failed)?;
        records += 1;
    }
    Ok(Unpacked { records, lost_ends, trailer: decoder.trailer(), failure })
}

fn to_data_set<R: BufRead>(decoder: Decoder<R>, mut new: NewDataSet, settings: &Settings) -> Result<Unpacked, Problem> {
    let mut reader = Unpacking::new(decoder);
    let mut records = 0;
    while let Some(run) = reader.next_run().map_err(Problem::failed)? {
        records += run.count();
        new.writer.put_run(run).map_err(|error| match error {
            WriteError::Length { .. } => {
                Problem::failed(format!("{error}: no data set can hold it; unpack to a host file"))
            }
            other => Problem::failed(other),
        })?;
    }
    let (decoder, failure) = reader.end();
    let unpacked = Unpacked { records, lost_ends: false, trailer: decoder.trailer(), failure: real(failure)? };
    if unpacked.is_kept(settings) {
        new.keep()?;
    }
    Ok(unpacked)
}

/// An input that cannot be read is no damage.
pub(super) fn real(failure: Option<DecodeError>) -> Result<Option<DecodeError>, Problem> {
    match failure {
        Some(DecodeError::Io(error)) => Err(error.into()),
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, limit};

    #[test]
    fn limits_are_numbers_with_units() {
        assert_eq!(limit("20G"), Ok(Limit::Bytes(20 << 30)));
        assert_eq!(limit("500"), Ok(Limit::Bytes(500)));
        assert_eq!(limit("NONE"), Ok(Limit::None));
        for wrong in ["", "G", "1X", "1.5G", "-1", "99999999999T"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}
