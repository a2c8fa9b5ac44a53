//! `zjob terse verify`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use super::super::hostfile::Place;
use super::super::{CliError, Here, Terminal};
use super::census::Census;
use super::places::Around;
use super::unpack::{LOST_BYTE, limit};
use super::{EXIT_DAMAGED, EXIT_ODD, Outcome, Problem, plan, run_inputs};
use crate::terse::library::LibraryDecoder;
use crate::terse::{DecodeError, Decoder, EncodeError, Encoder, Header, Limit, Organization, Stamp, Totals, Trailer};

/// Bytes read in one call.
const BUFFER: usize = 256 * 1024;

/// Arguments of `zjob terse verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob terse verify dump.trs
  zjob terse verify received/        all *.trs of a tree, over all cores

Exit status: 0 every file is exactly what AMATERSE would have written; 4 a file can be unpacked, but AMATERSE would
have written other bytes; 8 damaged or no TERSE file; 64 a file cannot be read. With several files the highest counts.")]
pub struct Arguments {
    /// Packed files, directories, - or data sets such as //'A.B.C'
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Most bytes that one file may become, as in 500M or 20G; none for no limit [default: what AMATERSE can reach]
    #[arg(long, value_name = "BYTES", value_parser = limit)]
    limit: Option<Limit>,
    /// Print only files that are not identical
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let places = plan::inputs(&arguments.inputs, &here.config()?.user)?;
    let limit = arguments.limit.unwrap_or_default();
    run_inputs("verify", &places, here, terminal, |place, around| {
        print(place, verify(place, limit, &around), arguments.quiet)
    })
}

/// What a file is.
enum Finding {
    Identical,
    /// Valid, but AMATERSE would not have written it: why.
    Valid(String),
    Damaged(String),
}

fn print(place: &Place, finding: Result<Finding, Problem>, quiet: bool) -> Outcome {
    let (status, line) = match finding {
        Ok(Finding::Identical) if quiet => (0, String::new()),
        Ok(Finding::Identical) => (0, format!("{place}: identical to what AMATERSE writes\n")),
        Ok(Finding::Valid(why)) => (EXIT_ODD, format!("{place}: valid, but not what AMATERSE writes: {why}\n")),
        Ok(Finding::Damaged(why)) => (EXIT_DAMAGED, format!("{place}: damaged: {why}\n")),
        Err(Problem::Damaged(error)) => (EXIT_DAMAGED, format!("{place}: damaged: {error}\n")),
        Err(problem) => return problem.outcome(place),
    };
    Outcome { lines: line, ..Outcome::good().with_status(status) }
}

fn verify(place: &Place, limit: Limit, around: &Around<'_>) -> Result<Finding, Problem> {
    let packed = around.bytes(place)?;
    match place {
        Place::Host(path) => {
            let open = || File::open(path).map(|file| BufReader::with_capacity(BUFFER, file));
            check_library(open()?, limit)?;
            compare(packed, open()?, limit)
        }
        // What cannot be read twice is kept for the second time.
        Place::Stream | Place::DataSet(..) => {
            let mut copy = tempfile::NamedTempFile::new()?;
            io::copy(&mut { packed }, &mut copy)?;
            let open = || File::open(copy.path()).map(|file| BufReader::with_capacity(BUFFER, file));
            check_library(open()?, limit)?;
            compare(open()?, open()?, limit)
        }
    }
}

/// Looks at the entries and blocks of a library; what is no library passes.
fn check_library(packed: impl BufRead, limit: Limit) -> Result<(), Problem> {
    let decoder = Decoder::new(packed)?.with_limit(limit);
    if decoder.header().organization != Organization::Library {
        return Ok(());
    }
    let found = Census::of(LibraryDecoder::new(decoder)?)?;
    match found.unpacked.failure {
        Some(error) if !error.is_only_length() => Err(error.into()),
        _ => Ok(()),
    }
}

/// Unpacks `packed`, packs it again and compares with `original`, the same bytes once more.
fn compare(packed: impl BufRead, original: impl Read, limit: Limit) -> Result<Finding, Problem> {
    let mut decoder = Decoder::new(packed)?.with_limit(limit);
    let header = *decoder.header();
    let comparison = Comparison { original, at: 0, difference: None, piece: Vec::new() };
    let mut encoder = Encoder::new(header, comparison).map_err(failed)?;
    let failure = loop {
        match decoder.next_run() {
            Ok(Some(run)) if header.has_marks() => {
                records(run).try_for_each(|record| encoder.put_record(record)).map_err(failed)?;
            }
            Ok(Some(run)) => encoder.put_run(run).map_err(failed)?,
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    match (failure, decoder.trailer()) {
        (None, Some(trailer)) if trailer.lost_its_only_byte() => Ok(Finding::Damaged(LOST_BYTE.to_owned())),
        (None, Some(trailer)) => {
            let stamp = trailer.stamp.unwrap_or(Stamp::BLANK);
            let (totals, mut comparison) = encoder.finish(&stamp).map_err(failed)?;
            let odd = comparison.end()?.or_else(|| oddity(&header, &trailer, totals));
            Ok(odd.map_or(Finding::Identical, Finding::Valid))
        }
        (Some(error), _) if error.is_only_length() => Ok(Finding::Valid(error.to_string())),
        (Some(error), _) => Err(error.into()),
        (None, None) => Err(DecodeError::Empty.into()),
    }
}

fn failed(error: EncodeError<io::Error>) -> Problem {
    match error {
        EncodeError::Sink(error) => error.into(),
        other => Problem::failed(other),
    }
}

/// The records that lie behind their RDWs.
fn records(run: &[u8]) -> impl Iterator<Item = &[u8]> {
    crate::dataset::Run { bytes: run, shape: crate::dataset::Shape::Described }.records()
}

/// What is taken over from the file and yet is not as AMATERSE has it.
fn oddity(header: &Header, trailer: &Trailer, totals: Totals) -> Option<String> {
    let usual = Header {
        ratio: header.ratio,
        ..Header::new(header.method, header.variable, header.record_length, header.block_size)
    };
    let usual = if header.variable && header.is_spanned() { usual.spanned() } else { usual };
    if !header.is_from_mvs() {
        return Some("it was packed on another platform than z/OS".to_owned());
    }
    if header.flags != usual.flags {
        return Some(format!("the flags in the header are X'{:02X}'", header.flags));
    }
    if header.is_unproven() {
        return Some("no file is known in which AMATERSE packed a library with SPACK".to_owned());
    }
    if header.organization == Organization::Library {
        let (found, ratio) = (header.ratio, totals.ratio());
        return (found != ratio).then(|| format!("the ratio in the header is {found} and would be {ratio}"));
    }
    if header.ratio != 0 {
        return Some(format!("the header says X'{:02X}' where sequential data sets have 00", header.ratio));
    }
    trailer.stamp.filter(|stamp| !stamp.is_readable()).map(|stamp| format!("the time stamp reads {stamp:?}"))
}

/// Takes the bytes that are packed again and compares them with those of the file.
struct Comparison<R> {
    original: R,
    at: u64,
    difference: Option<String>,
    piece: Vec<u8>,
}

impl<R: Read> Comparison<R> {
    /// The first difference, if there is one.
    fn end(&mut self) -> io::Result<Option<String>> {
        if self.difference.is_none() && io::copy(&mut self.original, &mut io::sink())? > 0 {
            self.difference = Some(format!("it would end after {} bytes", self.at));
        }
        Ok(self.difference.take())
    }
}

impl<R: Read> Write for Comparison<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.difference.is_some() {
            return Ok(bytes.len());
        }
        self.piece.clear();
        (&mut self.original).take(bytes.len() as u64).read_to_end(&mut self.piece)?;
        let same = self.piece.iter().zip(bytes).take_while(|(one, other)| one == other).count();
        self.at += same as u64;
        if same < bytes.len() {
            self.difference = Some(match self.piece.get(same) {
                Some(found) => format!("byte {} is X'{found:02X}' and would be X'{:02X}'", self.at, bytes[same]),
                None => format!("it ends after {} bytes and would be longer", self.at),
            });
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
