//! Fixtures: host files that stand in the catalog as data sets.
//!
//! Border: loads what `zjob.toml` names on first use, again when the host file changed, and again when a job
//! has deleted it. Space is asked for as the data need it.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::config::Fixture;
use super::{RunOptions, System, SystemError};
use crate::dataset::catalog::{CatalogError, DataSet, SpaceRequest, WriteRequest};
use crate::dataset::enqueue::{Enqueues, Use};
use crate::dataset::{Dcb, Dsorg, RecordWriter, transfer};

/// Directory blocks of a library that fixtures make.
const DIRECTORY_BLOCKS: u32 = 45;
/// Bytes of data on a track, for a first guess at space.
const TRACK: u64 = 50_000;
/// How often a data set that somebody uses is looked at.
const WAIT: Duration = Duration::from_millis(100);

/// Loads the fixtures that are missing or stale. One that another process uses is waited for.
pub(super) fn load(system: &System, options: &RunOptions<'_>) -> Result<(), SystemError> {
    system.config().fixtures.iter().try_for_each(|fixture| {
        if state(system, fixture)?.is_current() {
            return Ok(());
        }
        let Some(_held) = hold(system, fixture, options)? else { return Ok(()) };
        // Another process may have loaded it in the meantime.
        let state = state(system, fixture)?;
        if state.is_current() { Ok(()) } else { replace(system, fixture, state) }
    })
}

/// What the catalog has of a fixture, and what it should have.
struct State {
    found: Option<DataSet>,
    present: bool,
    /// Stamp and hash under which it was loaded.
    known: Option<String>,
    stamp: String,
}

impl State {
    fn is_current(&self) -> bool {
        self.present && self.known.as_deref().is_some_and(|known| known.starts_with(&self.stamp))
    }
}

/// The name under which a fixture is remembered.
fn key(fixture: &Fixture) -> String {
    match &fixture.member {
        Some(member) => format!("{}({member})", fixture.name),
        None => fixture.name.to_string(),
    }
}

fn failed(fixture: &Fixture, what: String) -> SystemError {
    SystemError::Fixture { name: key(fixture), file: fixture.file.clone(), what }
}

fn state(system: &System, fixture: &Fixture) -> Result<State, SystemError> {
    let found = system.data_sets().locate(&fixture.name)?;
    let present = match (&found, &fixture.member) {
        (Some(dataset), Some(member)) => dataset.has_member(member)?,
        (found, _) => found.is_some(),
    };
    let known = system.store().fixture(&key(fixture))?;
    let stamp = stamp(&fixture.file).map_err(|error| failed(fixture, error.to_string()))?;
    Ok(State { found, present, known, stamp })
}

/// Waits until nobody else uses the data set; `None` if the user did not want to wait.
fn hold(system: &System, fixture: &Fixture, options: &RunOptions<'_>) -> Result<Option<Enqueues>, SystemError> {
    let name = fixture.name.as_str();
    let mut held = Enqueues::new(&system.locks());
    let mut told = false;
    while !held.try_get(name, Use::Exclusive).map_err(|error| failed(fixture, error.to_string()))? {
        if !std::mem::replace(&mut told, true) {
            (options.explain)(&format!("waiting for data set {name}, to load it from {}", fixture.file.display()));
        }
        if options.cancel.is_requested() {
            return Ok(None);
        }
        std::thread::sleep(WAIT);
    }
    Ok(Some(held))
}

fn replace(system: &System, fixture: &Fixture, state: State) -> Result<(), SystemError> {
    let State { found, present, known, stamp } = state;
    let hash = format!("{stamp} {}", hash(fixture).map_err(|error| failed(fixture, error.to_string()))?);
    let same_content = known.as_deref().and_then(|known| known.rsplit(' ').next()) == hash.rsplit(' ').next();
    if !(present && same_content) {
        let dataset = match (found, &fixture.member) {
            (Some(dataset), Some(_)) => dataset,
            (found, _) => {
                if let Some(old) = found {
                    old.delete()?;
                }
                make(system, fixture)?
            }
        };
        copy(fixture, &dataset).map_err(|what| failed(fixture, what))?;
        dataset.commit()?;
    }
    Ok(system.store().put_fixture(&key(fixture), &hash)?)
}

fn make(system: &System, fixture: &Fixture) -> Result<DataSet, CatalogError> {
    let size = fs::metadata(&fixture.file)?.len();
    let primary = u32::try_from(size / TRACK + 15).unwrap_or(u32::MAX);
    let directory = if fixture.member.is_some() { DIRECTORY_BLOCKS } else { 0 };
    let dsorg = if directory > 0 { Dsorg::Partitioned } else { Dsorg::Sequential };
    let dcb = Dcb { dsorg: Some(dsorg), ..fixture.attributes.into() };
    let space = SpaceRequest { primary, secondary: primary, directory };
    let created = system.world().now().to_string();
    system.data_sets().allocate(&fixture.name, dcb, space, None, &created)
}

fn copy(fixture: &Fixture, dataset: &DataSet) -> Result<(), String> {
    let writer = dataset.open_write(WriteRequest {
        ddname: "FIXTURE",
        member: fixture.member.as_ref(),
        attributes: fixture.attributes,
        extend: false,
        secondary: None,
        release: Some(1),
    });
    let mut writer: Box<dyn RecordWriter> = Box::new(writer.map_err(|error| error.to_string())?);
    let file = File::open(&fixture.file).map_err(|error| error.to_string())?;
    transfer::import(&mut BufReader::new(file), &mut *writer, fixture.format).map_err(|error| error.to_string())?;
    writer.close().map_err(|error| error.to_string())
}

/// Size and time of the host file: enough to see that nothing changed.
fn stamp(file: &Path) -> io::Result<String> {
    let metadata = fs::metadata(file)?;
    let modified = metadata.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{}:{}", metadata.len(), modified.as_nanos()))
}

/// Hash of the host file and of everything that decides what becomes of it.
fn hash(fixture: &Fixture) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let format = match fixture.format {
        transfer::HostFormat::Text { page, host } => format!("text {} {}", page.name(), host.name()),
        transfer::HostFormat::Binary => "binary".to_owned(),
        transfer::HostFormat::Rdw => "rdw".to_owned(),
    };
    hasher.update(format!("{:?} {format}", fixture.attributes));
    let mut file = File::open(&fixture.file)?;
    let mut piece = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        hasher.update(&piece[..read]);
    }
    let digest = hasher.finalize();
    // Half of the digest tells contents apart well enough.
    Ok(format!("{:032x}", u128::from_be_bytes(digest.first_chunk().copied().unwrap_or_default())))
}
