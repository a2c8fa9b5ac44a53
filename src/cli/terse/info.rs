//! `zjob terse info`.

use std::fmt::{self, Write as _};
use std::fs;
use std::io::Read;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use super::super::hostfile::Place;
use super::super::{CliError, Here, Terminal, thousands};
use super::census::{Census, Member};
use super::places::Around;
use super::stream::Unpacking;
use super::unpack::{LOST_BYTE, limit};
use super::{EXIT_DAMAGED, EXIT_ODD, Outcome, Problem, plan, run_inputs};
use crate::dataset::attributes::lrecl_text;
use crate::dataset::library::Statistics;
use crate::dataset::{RDW, RecordReader};
use crate::program::trsmain::library::{self, Unpacked};
use crate::program::trsmain::shape;
use crate::terse::library::LibraryDecoder;
use crate::terse::{DecodeError, Decoder, Header, Limit, Method, Organization, Trailer};

/// Arguments of `zjob terse info`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob terse info dump.trs                  at once, whatever its size: only the header is read
  zjob terse info --measure dump.trs        unpacks it to nowhere: records, sizes, ratio, time stamp
  zjob terse info --measure lib.trs         a library: its members and their ISPF statistics too
  zjob terse info --format json *.trs       one JSON object for each file
  zjob terse info received/                 all *.trs of a tree

Exit status: 0 TERSE files; 4 something is odd; 8 damaged or no TERSE file; 64 a file cannot be read.")]
pub struct Arguments {
    /// Packed files, directories, - or data sets such as //'A.B.C'
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Unpack to nowhere, to know the size, the number of records, the ratio, the time stamp and the members
    #[arg(long)]
    measure: bool,
    /// Most bytes that one file may become, as in 500M or 20G; none for no limit [default: what AMATERSE can reach]
    #[arg(long, value_name = "BYTES", value_parser = limit, requires = "measure")]
    limit: Option<Limit>,
}

/// Forms of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Names and values.
    Text,
    /// One JSON object for each file on a line of its own.
    Json,
}

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let places = plan::inputs(&arguments.inputs, &here.config()?.user)?;
    run_inputs("measure", &places, here, terminal, |place, around| {
        let found = look(place, arguments, &around);
        print(place, found, arguments.format)
    })
}

/// What is known of a packed file.
#[derive(Debug, Clone, Serialize)]
struct Facts {
    file: String,
    method: &'static str,
    dsorg: &'static str,
    recfm: String,
    lrecl: u32,
    /// None if another platform than z/OS has packed.
    blksize: Option<u16>,
    /// Bytes of the packed file, if they are known without reading it.
    packed: Option<u64>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    measured: Option<Measured>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    #[serde(skip)]
    status: u8,
}

/// What only unpacking tells.
#[derive(Debug, Clone, Serialize)]
struct Measured {
    /// Bytes of the records, without RDWs.
    unpacked: u64,
    records: u64,
    /// Packed size in percent of the unpacked one.
    ratio: Option<u64>,
    /// When it was packed, as the file says.
    stamp: Option<String>,
    /// Of a library: what is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<MemberFacts>>,
}

/// What is known of a member of a packed library.
#[derive(Debug, Clone, Serialize)]
struct MemberFacts {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias_of: Option<String>,
    records: u64,
    /// ISPF statistics as a member list shows them, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<String>,
}

impl fmt::Display for MemberFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8}  {:>10} records", self.name, thousands(self.records))?;
        if let Some(main) = &self.alias_of {
            write!(f, "  alias of {main}")?;
        }
        self.statistics.as_ref().map_or(Ok(()), |statistics| write!(f, "  {statistics}"))
    }
}

impl From<Member> for MemberFacts {
    fn from(Member { entry, records }: Member) -> Self {
        Self {
            name: entry.name.to_string(),
            alias_of: entry.alias_of.map(|main| main.to_string()),
            records,
            statistics: Statistics::read(&entry.user_data).map(|statistics| statistics.to_string()),
        }
    }
}

fn look(place: &Place, arguments: &Arguments, around: &Around<'_>) -> Result<Facts, Problem> {
    let decoder = Decoder::new(around.bytes(place)?)?;
    let packed = match place {
        Place::Host(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len()),
        Place::Stream | Place::DataSet(..) => None,
    };
    let facts = facts(place, decoder.header(), packed);
    let decoder = decoder.with_limit(arguments.limit.unwrap_or_default());
    match (decoder.header().organization, arguments.measure) {
        (Organization::Sequential, false) => Ok(facts),
        (Organization::Sequential, true) => measure(facts, Unpacking::new(decoder)),
        (Organization::Library, false) => Ok(library_facts(facts, LibraryDecoder::new(decoder))),
        (Organization::Library, true) => measure_library(facts, LibraryDecoder::new(decoder)?),
    }
}

/// What the image of the DCB adds to the header, if it can be read.
fn library_facts<R: Read>(facts: Facts, decoder: Result<LibraryDecoder<R>, DecodeError>) -> Facts {
    let known = decoder.and_then(|decoder| library::original(&decoder));
    known.map(|attributes| Facts { recfm: attributes.recfm.to_string(), ..facts.clone() }).unwrap_or(facts)
}

fn measure_library<R: Read>(facts: Facts, decoder: LibraryDecoder<R>) -> Result<Facts, Problem> {
    let Census { attributes, members, unpacked } = Census::of(decoder)?;
    let Unpacked { records, bytes, trailer, failure, lost_aliases, .. } = unpacked;
    let packed = trailer.map(|trailer| trailer.packed).or(facts.packed);
    let measured = Measured {
        unpacked: bytes,
        records,
        ratio: ratio(packed, bytes),
        stamp: trailer.and_then(|trailer| trailer.stamp).map(|stamp| stamp.to_string()),
        members: Some(members.into_iter().map(MemberFacts::from).collect()),
    };
    let (mut status, mut problem) = verdict(failure, trailer)?;
    if let (None, Some(alias)) = (&problem, lost_aliases.first()) {
        (status, problem) = (EXIT_ODD, Some(format!("alias {alias} leads to no member")));
    }
    let recfm = attributes.recfm.to_string();
    Ok(Facts { recfm, packed, measured: Some(measured), status, problem, ..facts })
}

/// Packed size in percent of the unpacked one.
fn ratio(packed: Option<u64>, unpacked: u64) -> Option<u64> {
    packed.and_then(|packed| (packed * 100 + unpacked / 2).checked_div(unpacked))
}

fn facts(place: &Place, header: &Header, packed: Option<u64>) -> Facts {
    let attributes = shape::attributes(header);
    Facts {
        file: place.to_string(),
        method: match header.method {
            Method::Pack => "PACK",
            Method::Spack => "SPACK",
        },
        dsorg: match header.organization {
            Organization::Sequential => "PS",
            Organization::Library => "PO",
        },
        recfm: attributes.recfm.to_string(),
        lrecl: attributes.lrecl,
        blksize: header.is_from_mvs().then_some(header.block_size),
        packed,
        measured: None,
        problem: None,
        status: 0,
    }
}

fn measure<R: Read>(mut facts: Facts, mut reader: Unpacking<R>) -> Result<Facts, Problem> {
    let (mut records, mut bytes) = (0, 0);
    let described = !reader.attributes().recfm.is_fixed();
    while let Some(run) = reader.next_run().map_err(Problem::failed)? {
        records += run.count();
        bytes += run.bytes.len() as u64;
    }
    let (decoder, failure) = reader.end();
    let trailer = decoder.trailer();
    let unpacked = if described { bytes - records * RDW as u64 } else { bytes };
    facts.packed = trailer.map(|trailer| trailer.packed).or(facts.packed);
    facts.measured = Some(Measured {
        unpacked,
        records,
        ratio: ratio(facts.packed, unpacked),
        stamp: trailer.and_then(|trailer| trailer.stamp).map(|stamp| stamp.to_string()),
        members: None,
    });
    (facts.status, facts.problem) = verdict(failure, trailer)?;
    Ok(facts)
}

fn verdict(failure: Option<DecodeError>, trailer: Option<Trailer>) -> Result<(u8, Option<String>), Problem> {
    match failure {
        Some(DecodeError::Io(error)) => Err(error.into()),
        Some(error) if error.is_only_length() => Ok((EXIT_ODD, Some(error.to_string()))),
        Some(error) => Ok((EXIT_DAMAGED, Some(error.to_string()))),
        None if trailer.is_some_and(|trailer| trailer.lost_its_only_byte()) => {
            Ok((EXIT_DAMAGED, Some(LOST_BYTE.to_owned())))
        }
        None => Ok((0, None)),
    }
}

/// A file of which nothing is known but what is wrong.
#[derive(Serialize)]
struct Unknown<'a> {
    file: String,
    problem: &'a str,
}

fn print(place: &Place, found: Result<Facts, Problem>, format: Format) -> Outcome {
    let facts = match found {
        Ok(facts) => facts,
        Err(problem) => {
            let mut outcome = problem.outcome(place);
            if let (Format::Json, Some(words)) = (format, outcome.words.first()) {
                let problem = words.split_once(": ").map_or(words.as_str(), |(_, problem)| problem);
                outcome.lines = json(&Unknown { file: place.to_string(), problem });
                outcome.words.clear();
            }
            return outcome;
        }
    };
    let mut outcome = Outcome::good().with_status(facts.status);
    match format {
        Format::Json => outcome.lines = json(&facts),
        Format::Text => {
            outcome.lines = text(&facts);
            outcome.words.extend(facts.problem.map(|problem| format!("{}: {problem}", facts.file)));
        }
    }
    outcome
}

fn json(value: &impl Serialize) -> String {
    // Structures of numbers and texts always have a JSON form.
    serde_json::to_string(value).map_or_else(|_| String::new(), |json| format!("{json}\n"))
}

fn text(facts: &Facts) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{label:<12}{value}");
    };
    line("File", &facts.file);
    line("Method", facts.method);
    line("DSORG", facts.dsorg);
    line("RECFM", &facts.recfm);
    line("LRECL", &lrecl_text(facts.recfm.parse().ok(), facts.lrecl));
    line("BLKSIZE", &facts.blksize.map_or_else(|| "unknown, not packed on z/OS".to_owned(), |size| size.to_string()));
    if let Some(packed) = facts.packed {
        line("Packed", &format!("{} bytes", thousands(packed)));
    }
    if let Some(measured) = &facts.measured {
        line("Unpacked", &format!("{} bytes", thousands(measured.unpacked)));
        line("Records", &thousands(measured.records));
        if let Some(ratio) = measured.ratio {
            line("Ratio", &format!("{ratio} percent"));
        }
        line("Time stamp", measured.stamp.as_deref().unwrap_or("none"));
        for member in measured.members.iter().flatten() {
            line("Member", &member.to_string());
        }
    }
    text.push('\n');
    text
}
