//! Fixtures: host files that stand in the catalog as data sets.
//!
//! Border: loads what `zjob.toml` names on first use, again when the host file changed, and again when a job
//! has deleted it. Space is asked for as the data need it.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
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

/// How often a process looks whether a data set that another one uses is free.
const WAIT: Duration = Duration::from_millis(50);

/// Loads the fixtures that are missing or stale. One that a job uses is waited for, as long as the user wants:
/// who waits holds nothing that others may wait for.
pub(super) fn load(system: &System, options: &RunOptions<'_>) -> Result<(), SystemError> {
    for fixture in &system.config().fixtures {
        if is_fresh(system, fixture)? {
            continue;
        }
        let Some(_held) = hold(system, fixture, options)? else { return Ok(()) };
        load_one(system, fixture)?;
    }
    Ok(())
}

/// Waits until no job uses the data set. `None` if the user had enough of it.
fn hold(system: &System, fixture: &Fixture, options: &RunOptions<'_>) -> Result<Option<Enqueues>, SystemError> {
    let failed = |what: String| failure(fixture, what);
    let mut held = Enqueues::new(&system.locks());
    let mut told = false;
    while !held.try_get(fixture.name.as_str(), Use::Exclusive).map_err(|error| failed(error.to_string()))? {
        if !std::mem::replace(&mut told, true) {
            let (name, file) = (&fixture.name, fixture.file.display());
            (options.explain)(&format!(
                "data set {name} has to be loaded from {file}, and waits for a job that uses it"
            ));
        }
        if options.cancel.is_requested() {
            return Ok(None);
        }
        std::thread::sleep(WAIT);
    }
    Ok(Some(held))
}

fn key(fixture: &Fixture) -> String {
    match &fixture.member {
        Some(member) => format!("{}({member})", fixture.name),
        None => fixture.name.to_string(),
    }
}

fn failure(fixture: &Fixture, what: String) -> SystemError {
    SystemError::Fixture { name: key(fixture), file: fixture.file.clone(), what }
}

/// True if the data set is there and the host file has not been touched since it was loaded.
fn is_fresh(system: &System, fixture: &Fixture) -> Result<bool, SystemError> {
    let stamp = stamp(fixture).map_err(|error| failure(fixture, error.to_string()))?;
    let known = system.store().fixture(&key(fixture))?;
    if known.as_deref().and_then(|known| known.rsplit_once(' ')).is_none_or(|(known, _)| known != stamp) {
        return Ok(false);
    }
    let found = system.data_sets().locate(&fixture.name)?;
    Ok(match (&found, &fixture.member) {
        (Some(dataset), Some(member)) => dataset.has_member(member)?,
        (found, _) => found.is_some(),
    })
}

fn load_one(system: &System, fixture: &Fixture) -> Result<(), SystemError> {
    let key = key(fixture);
    let failed = |what: String| failure(fixture, what);
    let found = system.data_sets().locate(&fixture.name)?;
    if let Some(dataset) = &found {
        dataset.fits(fixture.member.as_ref(), &fixture.attributes)?.map_err(|why| failed(why.to_string()))?;
    }
    let present = match (&found, &fixture.member) {
        (Some(dataset), Some(member)) => dataset.has_member(member)?,
        (found, _) => found.is_some(),
    };
    let known = system.store().fixture(&key)?;
    let stamp = stamp(fixture).map_err(|error| failed(error.to_string()))?;
    let hash = hash(fixture).map_err(|error| failed(error.to_string()))?;
    let same_content = known.is_some_and(|known| known.ends_with(&format!(" {hash}")));
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
        copy(fixture, &dataset).map_err(failed)?;
        dataset.commit()?;
    }
    system.store().put_fixture(&key, &format!("{stamp} {hash}"))?;
    Ok(())
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

/// Size and time of the host file, and what is made of it: enough to see that nothing changed.
fn stamp(fixture: &Fixture) -> io::Result<String> {
    let metadata = fs::metadata(&fixture.file)?;
    let modified = metadata.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{}:{} {}", metadata.len(), modified.as_nanos(), form(fixture)))
}

/// Everything besides the host file that decides what becomes of it.
fn form(fixture: &Fixture) -> String {
    let format = match fixture.format {
        transfer::HostFormat::Text { page, host } => format!("text {} {}", page.name(), host.name()),
        transfer::HostFormat::Binary => "binary".to_owned(),
        transfer::HostFormat::Rdw => "rdw".to_owned(),
    };
    format!("{:?} {format}", fixture.attributes)
}

/// Hash of the host file and of everything that decides what becomes of it.
fn hash(fixture: &Fixture) -> io::Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(form(fixture));
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
