//! What becomes of each input: what it is, whether it is packed, and the name of its package. Decided before
//! anything is written.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, Cursor, Read};
use std::path::{Path, PathBuf};

use super::super::hostfile::{self, Place};
use super::super::records::records;
use super::super::{CliError, Here, StandardInput};
use super::Arguments;
use crate::dataset::RecordReader;
use crate::ecurep::names::Reference;
use crate::ecurep::suffixes::Content;
use crate::package::name::stem_of;
use crate::package::{START, content, upload_name};
use crate::system::System;

/// The system, opened when it is first needed.
pub(super) struct Lazy<'a> {
    here: &'a Here<'a>,
    system: Option<System>,
}

impl<'a> Lazy<'a> {
    pub(super) fn new(here: &'a Here<'a>) -> Self {
        Self { here, system: None }
    }

    pub(super) fn open(&mut self) -> Result<(), CliError> {
        if self.system.is_none() {
            self.system = Some(self.here.system()?);
        }
        Ok(())
    }

    pub(super) fn opened(&self) -> Option<&System> {
        self.system.as_ref()
    }
}

/// One package to make.
pub(super) struct Task {
    pub(super) from: Place,
    /// The name of the package.
    pub(super) name: String,
    /// Where it goes.
    pub(super) to: PathBuf,
    /// The input is packed already.
    pub(super) packed_already: bool,
    /// The input is a library.
    pub(super) is_library: bool,
    /// The beginning of a stream.
    pub(super) head: Vec<u8>,
}

/// The inputs of the command, in order.
pub(super) fn plan(
    arguments: &Arguments,
    reference: &Reference,
    user: &str,
    system: &mut Lazy<'_>,
    input: StandardInput,
) -> Result<Vec<Task>, CliError> {
    let mut tasks = Vec::new();
    for given in &arguments.inputs {
        let (from, stem) = input_of(given, user)?;
        if matches!(from, Place::DataSet(..)) {
            system.open()?;
        }
        let is_library = system.opened().is_some_and(|system| is_library(&from, system));
        if is_library && (arguments.no_terse || arguments.spack) {
            let what = format!("{from}: it is a library, which goes packed by PACK only");
            return Err(CliError::Usage(what));
        }
        let start = if is_library { Vec::new() } else { start_of(&from, system.opened(), input)? };
        let is = content(&start);
        let head = if from == Place::Stream { start } else { Vec::new() };
        tasks.push(Task { is_library, head, ..task(arguments, reference, from, stem, is)? });
    }
    check(&tasks)?;
    Ok(tasks)
}

fn is_library(from: &Place, system: &System) -> bool {
    let Place::DataSet(name, None) = from else { return false };
    system.data_sets().locate(name).is_ok_and(|found| found.is_some_and(|dataset| dataset.is_partitioned()))
}

/// An input and the name behind `=`, if there is one. A file whose own name has a `=` is meant as it is.
fn input_of(input: &OsStr, user: &str) -> Result<(Place, Option<String>), CliError> {
    let whole = Place::parse(Path::new(input), user);
    if Path::new(input).exists() {
        return Ok((whole?, None));
    }
    match input.to_str().and_then(|text| text.rsplit_once('=')) {
        Some((file, name)) => Ok((Place::parse(Path::new(file), user)?, Some(name.to_owned()))),
        None => Ok((whole?, None)),
    }
}

fn task(
    arguments: &Arguments,
    reference: &Reference,
    from: Place,
    stem: Option<String>,
    is: Content,
) -> Result<Task, CliError> {
    let wrong = |what: String| CliError::Usage(format!("{from}: {what}"));
    if matches!(is, Content::Encrypted | Content::OpenPgp) {
        return Err(wrong("it is encrypted already; give the clear data, or send it as it is".to_owned()));
    }
    let packed_already = is == Content::Packed;
    let packed = packed_already || !arguments.no_terse;
    let outermost = match (arguments.efz, arguments.openpgp) {
        (true, _) => Content::Encrypted,
        (_, true) => Content::OpenPgp,
        _ if packed => Content::Packed,
        _ => Content::Other,
    };
    let stem = match (stem, &from) {
        (Some(stem), _) => stem,
        (None, Place::Host(path)) => stem_of(&path.file_name().unwrap_or_default().to_string_lossy()),
        (None, Place::DataSet(name, None)) => stem_of(name.as_str()),
        (None, Place::DataSet(name, Some(member))) => stem_of(&format!("{name}.{member}")),
        (None, Place::Stream) => return Err(wrong("a stream needs a name, as in -- -=DUMP".to_owned())),
    };
    let name = upload_name(reference, &stem, packed, outermost).map_err(|error| wrong(error.to_string()))?;
    let to = arguments.output.join(&name);
    Ok(Task { from, name, to, packed_already, is_library: false, head: Vec::new() })
}

fn check(tasks: &[Task]) -> Result<(), CliError> {
    let mut seen = HashSet::new();
    if let Some(twice) = tasks.iter().find(|task| !seen.insert(task.name.to_ascii_uppercase())) {
        let what = format!("two inputs would become {}: name them, as in FILE=NAME", twice.name);
        return Err(CliError::Usage(what));
    }
    if tasks.iter().filter(|task| task.from == Place::Stream).count() > 1 {
        return Err(CliError::Usage("there is one standard input".to_owned()));
    }
    Ok(())
}

/// How an input begins.
fn start_of(from: &Place, system: Option<&System>, input: StandardInput) -> Result<Vec<u8>, CliError> {
    let wrong = |what: &dyn std::fmt::Display| CliError::Usage(format!("{from}: {what}"));
    match (from, system) {
        (Place::Host(path), _) => {
            let mut start = Vec::new();
            let file = File::open(path).map_err(|error| wrong(&error))?;
            file.take(START as u64).read_to_end(&mut start).map_err(|error| wrong(&error))?;
            Ok(start)
        }
        (Place::DataSet(name, member), Some(system)) => {
            let (mut reader, _held) = records(system, name, member.as_ref()).map_err(|error| wrong(&error))?;
            let is_fixed = reader.attributes().recfm.is_fixed();
            let run = reader.next_run().map_err(|error| wrong(&error))?;
            Ok(run.filter(|_| is_fixed).map(|run| run.bytes.iter().copied().take(START).collect()).unwrap_or_default())
        }
        (Place::DataSet(..), None) => Err(wrong(&"there is no system")),
        (Place::Stream, _) => {
            let mut start = Vec::new();
            input().take(START as u64).read_to_end(&mut start).map_err(|error| wrong(&error))?;
            Ok(start)
        }
    }
}

/// Opens the input of a task: a host file, or standard input whose beginning was read already.
pub(super) fn open(task: &Task, input: StandardInput) -> std::io::Result<Box<dyn BufRead>> {
    if let Place::Host(path) = &task.from {
        return hostfile::open(path, input);
    }
    let rest = hostfile::open(Path::new("-"), input)?;
    Ok(Box::new(Cursor::new(task.head.clone()).chain(rest)))
}
