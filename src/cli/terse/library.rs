//! Packed libraries: from and to directories of the host and libraries of the system.
//!
//! Border: opens and keeps; `program::trsmain::library` does the work.

use std::fmt;
use std::io::{BufRead, Write};
use std::path::Path;

use super::super::dataset::{IMPORT_TRACKS, hold, locate, make};
use super::super::hostfile::Place;
use super::super::thousands;
use super::folder;
use super::places::Around;
use super::plan::Task;
use super::unpack::{self, LOST_ENDS};
use super::{EXIT_DAMAGED, EXIT_ODD, Meter, Outcome, Problem, pack};
use crate::dataset::catalog::{DataSet, Misfit, WriteRequest};
use crate::dataset::enqueue::{Enqueues, Use};
use crate::dataset::library::DirectoryEntry;
use crate::dataset::transfer::HostFormat;
use crate::dataset::{Attributes, DataSetName, Dcb, Dsorg, MemberName, RecordReader, RecordWriter};
use crate::package::PackageError;
use crate::package::open::undecodable;
use crate::program::trsmain::library::{self, LibraryAt, LibraryError};
use crate::program::{Cancel, Libraries, Library, OpenError};
use crate::system::System;
use crate::system::config::host_attributes;
use crate::terse::library::LibraryDecoder;
use crate::terse::{DecodeError, Decoder, Method, Stamp, Totals};

/// What the library is called where steps have ddnames.
const DDNAME: &str = "TERSE";

/// What was packed.
pub(super) struct Packed {
    totals: Totals,
    members: usize,
    aliases: usize,
}

impl Packed {
    pub(super) fn outcome(&self, task: &Task) -> String {
        let Self { totals, members, aliases } = self;
        let aliases =
            if *aliases == 0 { String::new() } else { format!(" and {} aliases", thousands(*aliases as u64)) };
        format!(
            "{}: {} members{aliases}, {} bytes, packed to {} bytes{}",
            task.to,
            thousands(*members as u64),
            thousands(totals.unpacked),
            thousands(totals.packed),
            pack::percent(totals)
        )
    }
}

/// Packs a directory of the host as a library.
pub(super) fn pack_directory(
    task: &Task,
    directory: &Path,
    settings: &pack::Settings,
    around: &mut Around<'_>,
) -> Result<Packed, Problem> {
    let asked = folder::attributes_or_noted(settings.asked, directory)?;
    let attributes = host_attributes(asked, settings.format);
    if attributes.recfm.is_undefined() {
        return Err(Problem::Failed("files do not say where the blocks of RECFM=U end".to_owned()));
    }
    let source = folder::Source::open(directory, attributes, settings.format)?;
    pack_library(task, &source, &source.library, settings, around)
}

/// Packs a library of the system as a whole.
pub(super) fn pack_data_set(
    task: &Task,
    name: &DataSetName,
    settings: &pack::Settings,
    around: &mut Around<'_>,
) -> Result<Packed, Problem> {
    let system = around.system()?;
    let _held = hold(system, name, Use::Shared)?;
    let dataset = locate(system, name)?;
    let there = Members { dataset, attributes: None };
    let library = there.library(DDNAME).map_err(Problem::failed)?;
    let library = library.ok_or_else(|| Problem::Failed("it is no library".to_owned()))?;
    pack_library(task, &there, &library, settings, around)
}

/// Packs a library of the system for a package.
pub(in crate::cli) fn pack_for_package(
    system: &System,
    name: &DataSetName,
    stamp: &Stamp,
    out: impl Write,
    cancel: &Cancel,
) -> Result<(), PackageError> {
    let pack = || {
        let _held = hold(system, name, Use::Shared)?;
        let there = Members { dataset: locate(system, name)?, attributes: None };
        let library = there.library(DDNAME).map_err(Problem::failed)?;
        let library = library.ok_or_else(|| Problem::Failed("it is no library".to_owned()))?;
        let attributes = library::attributes(&library, false).map_err(|what| unproven(&what))?;
        let at = LibraryAt { libraries: &there, ddname: DDNAME };
        let watch = &mut |_| cancel.check();
        library::pack(at, &library, attributes, Method::Pack, out, stamp, watch).map_err(stopped)
    };
    pack().map(drop).map_err(package_error)
}

/// How the members of a packed library are written.
pub(in crate::cli) struct Ways<'a> {
    pub(in crate::cli) format: HostFormat,
    pub(in crate::cli) force: bool,
    pub(in crate::cli) cancel: &'a Cancel,
}

/// Unpacks the library of a package: all of it, or nothing.
pub(in crate::cli) fn open_package<R: BufRead>(
    decoder: LibraryDecoder<R>,
    to: &Place,
    system: &System,
    ways: &Ways<'_>,
) -> Result<(), PackageError> {
    let attributes = library::original(&decoder).map_err(undecodable)?;
    let all = |libraries: &dyn Libraries| {
        let at = LibraryAt { libraries, ddname: DDNAME };
        let unpacked = library::unpack(decoder, attributes, at, &mut |_| ways.cancel.check());
        match unpacked.map_err(|error| package_error(stopped(error)))?.failure {
            Some(error) if !error.is_only_length() => Err(undecodable(error)),
            _ => Ok(()),
        }
    };
    match to {
        Place::Host(directory) => {
            let target = folder::Target::create(directory, attributes, ways.format, ways.force);
            let target = target.map_err(package_error)?;
            all(&target)?;
            target.keep().map_err(package_error)
        }
        Place::DataSet(name, None) => {
            let target = NewLibrary::create(system, name, attributes, ways.force).map_err(package_error)?;
            all(&target.members)?;
            target.keep().map_err(package_error)
        }
        Place::Stream | Place::DataSet(..) => {
            let what = "it holds a packed library: name a directory or a data set, as in -o members/";
            Err(PackageError::Input(what.to_owned()))
        }
    }
}

fn package_error(problem: Problem) -> PackageError {
    match problem {
        Problem::Damaged(error) => undecodable(error),
        Problem::Failed(what) => PackageError::Input(what),
        Problem::BrokenPipe | Problem::Cancelled => PackageError::Input("stopped".to_owned()),
    }
}

fn pack_library(
    task: &Task,
    libraries: &dyn Libraries,
    library: &Library,
    settings: &pack::Settings,
    around: &mut Around<'_>,
) -> Result<Packed, Problem> {
    if settings.method == Method::Spack && !settings.unproven {
        return Err(unproven(&"the form that SPACK gives a library is not known"));
    }
    let attributes = library::attributes(library, settings.unproven).map_err(|what| unproven(&what))?;
    let at = LibraryAt { libraries, ddname: DDNAME };
    let meter = around.meter;
    let output = around.create(&task.to)?;
    let (method, stamp) = (settings.method, &settings.stamp);
    let packed = library::pack(at, library, attributes, method, output, stamp, &mut |bytes| meter.passed(bytes));
    let (totals, output) = packed.map_err(stopped)?;
    output.keep()?;
    let aliases = library.entries.iter().filter(|entry| entry.alias_of.is_some()).count();
    Ok(Packed { totals, members: library.entries.len() - aliases, aliases })
}

fn unproven(what: &dyn fmt::Display) -> Problem {
    Problem::Failed(format!("the library cannot be packed: {what}"))
}

fn stopped<E: std::error::Error>(error: LibraryError<E>) -> Problem {
    match error {
        LibraryError::Stopped(_) => Problem::Cancelled,
        other => Problem::failed(other),
    }
}

/// Unpacks a library to where `task` says.
pub(super) fn unpack<R: BufRead>(
    task: &Task,
    decoder: Decoder<R>,
    settings: &unpack::Settings,
    around: &Around<'_>,
) -> Result<Outcome, Problem> {
    let decoder = LibraryDecoder::new(decoder)?;
    let attributes = library::original(&decoder)?;
    match &task.directory {
        Place::Stream => {
            let what = "it holds a packed library, which makes no stream: name a directory, as in -o members/";
            Err(Problem::Failed(what.to_owned()))
        }
        Place::Host(directory) => {
            let target = folder::Target::create(directory, attributes, settings.format, around.force)?;
            let unpacked = unpack_into(&target, decoder, attributes, around.meter)?;
            if is_kept(&unpacked, settings) {
                target.keep()?;
            }
            let lost_ends = matches!(settings.format, HostFormat::Binary) && !attributes.recfm.is_fixed();
            Ok(outcome(&unpacked, task, settings, lost_ends))
        }
        Place::DataSet(_, Some(_)) => Err(Problem::Failed("it holds a packed library: name no member".to_owned())),
        Place::DataSet(name, None) => {
            let target = NewLibrary::create(around.system()?, name, attributes, around.force)?;
            let unpacked = unpack_into(&target.members, decoder, attributes, around.meter)?;
            if is_kept(&unpacked, settings) {
                target.keep()?;
            }
            Ok(outcome(&unpacked, task, settings, false))
        }
    }
}

fn unpack_into<R: BufRead>(
    libraries: &dyn Libraries,
    decoder: LibraryDecoder<R>,
    attributes: Attributes,
    meter: &Meter,
) -> Result<library::Unpacked, Problem> {
    let at = LibraryAt { libraries, ddname: DDNAME };
    let mut unpacked = library::unpack(decoder, attributes, at, &mut |_| meter.cancel.check()).map_err(stopped)?;
    unpacked.failure = unpack::real(unpacked.failure)?;
    Ok(unpacked)
}

fn is_complete(unpacked: &library::Unpacked) -> bool {
    unpacked.failure.as_ref().is_none_or(DecodeError::is_only_length)
}

fn is_kept(unpacked: &library::Unpacked, settings: &unpack::Settings) -> bool {
    is_complete(unpacked) || settings.rescue
}

fn outcome(unpacked: &library::Unpacked, task: &Task, settings: &unpack::Settings, lost_ends: bool) -> Outcome {
    let (complete, kept) = (is_complete(unpacked), is_kept(unpacked, settings));
    let mut outcome = Outcome::good();
    if let Some(error) = &unpacked.failure {
        let status = if complete { EXIT_ODD } else { EXIT_DAMAGED };
        outcome = outcome.with_status(status).with_words(format!("{}: {error}", task.from));
    }
    for alias in &unpacked.lost_aliases {
        let what = format!("{}: alias {alias} leads to no member and was left out", task.from);
        outcome = outcome.with_status(EXIT_ODD).with_words(what);
    }
    let (to, members, records) = (&task.directory, thousands(unpacked.members), thousands(unpacked.records));
    let aliases = if unpacked.aliases == 0 { String::new() } else { format!(" and {} aliases", unpacked.aliases) };
    let found = format!("{members} members{aliases} with {records} records");
    let words = match (complete, kept) {
        (false, true) => Some(format!("{to}: {found} lie before the damage")),
        (false, false) => Some(format!("{to} was not written; --rescue keeps {found} before the damage")),
        (true, _) => Some(format!("{to}: {found}")).filter(|_| !settings.quiet),
    };
    outcome.words.extend(words);
    if lost_ends && !settings.quiet {
        outcome = outcome.with_words(format!("{}: {LOST_ENDS}", task.from));
    }
    outcome
}

/// The members of a library of the system.
struct Members {
    dataset: DataSet,
    /// What members that are written look like.
    attributes: Option<Attributes>,
}

impl Members {
    fn failed(error: impl fmt::Display) -> OpenError {
        OpenError::Environment(error.to_string())
    }

    fn label(&self) -> Result<Attributes, OpenError> {
        match self.dataset.label() {
            Dcb { recfm: Some(recfm), lrecl: Some(lrecl), blksize: Some(blksize), .. } => {
                Ok(Attributes { recfm, lrecl, blksize })
            }
            _ => Err(Self::failed("nothing was ever written to it")),
        }
    }
}

impl Libraries for Members {
    fn library(&self, _: &str) -> Result<Option<Library>, OpenError> {
        if !self.dataset.is_partitioned() {
            return Ok(None);
        }
        let entries = self.dataset.directory().map_err(Self::failed)?;
        let directory_blocks = self.dataset.row().directory_blocks;
        Ok(Some(Library { label: self.dataset.label(), directory_blocks, entries }))
    }

    fn open_member(&self, _: &str, member: &MemberName) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        let reader = self.dataset.open_read(Some(member), self.label()?).map_err(Self::failed)?;
        Ok(Box::new(reader))
    }

    fn create_member(
        &self,
        ddname: &str,
        member: &MemberName,
        _: Dcb,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let attributes = self.attributes.ok_or_else(|| Self::failed("members are only read here"))?;
        let (member, secondary) = (Some(member), Some(IMPORT_TRACKS.1));
        let request = WriteRequest { ddname, member, attributes, extend: false, secondary, release: None };
        Ok(Box::new(self.dataset.open_write(request).map_err(Self::failed)?))
    }

    fn stow(&self, _: &str, entry: &DirectoryEntry) -> Result<(), OpenError> {
        self.dataset.stow(entry).map_err(Self::failed)
    }
}

/// A library being filled, new or in place of members of an old one.
struct NewLibrary {
    members: Members,
    _held: Enqueues,
}

impl NewLibrary {
    fn create(system: &System, name: &DataSetName, attributes: Attributes, force: bool) -> Result<Self, Problem> {
        let held = hold(system, name, Use::Exclusive)?;
        let old = system.data_sets().locate(name).map_err(Problem::failed)?;
        if let Some(old) = &old {
            check_old(old, attributes, force)?;
        }
        let dataset = make(system, name, Dsorg::Partitioned, attributes, old)?;
        Ok(Self { members: Members { dataset, attributes: Some(attributes) }, _held: held })
    }

    fn keep(self) -> Result<(), Problem> {
        self.members.dataset.commit().map_err(Problem::failed)
    }
}

fn check_old(old: &DataSet, attributes: Attributes, force: bool) -> Result<(), Problem> {
    if !old.is_partitioned() {
        return Err(Problem::failed(Misfit::NoLibrary(old.name())));
    }
    if !force {
        return Err(Problem::Failed(
            "the library exists; --force adds members and replaces those of the same names".to_owned(),
        ));
    }
    match old.label() {
        Dcb { recfm: Some(recfm), lrecl: Some(lrecl), .. }
            if recfm != attributes.recfm || lrecl != attributes.lrecl =>
        {
            if old.members().map_err(Problem::failed)?.is_empty() {
                return Ok(());
            }
            Err(Problem::failed(Misfit::OtherMembers { name: old.name(), recfm: recfm.to_string(), lrecl }))
        }
        _ => Ok(()),
    }
}
