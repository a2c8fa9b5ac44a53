//! The catalog and its volumes: data sets by name, their content in files, and changes that are whole.
//!
//! New content is written beside the old one and takes its place in one transaction; a killed process leaves
//! the old state or the new. Border: knows names, space and files; dispositions and DDs are elsewhere.

mod data_set;
mod members;
#[cfg(test)]
mod tests;
mod writer;

pub use data_set::DataSet;
pub use writer::{DataSetWriter, WriteRequest};

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::{fs, io};

use thiserror::Error;

use super::attributes::{Dcb, Dsorg, Recfm};
use super::name::{DataSetName, MemberName};
use super::record::RecordReader;
use super::run::{Places, RunDirectory, SweepError, sweep};
use super::space::{CELLS_PER_TRACK, DIRECTORY_BLOCKS_PER_TRACK, TRACKS_PER_CYLINDER};
use crate::store::{DataSetRow, Store, StoreError};

/// Why the catalog did not do what was asked.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// No volume has the primary space.
    #[error("no volume has {tracks} free tracks for {name}")]
    NoSpace {
        /// The data set.
        name: String,
        /// What it asked for.
        tracks: u32,
    },
    /// No such volume.
    #[error("there is no volume {0}")]
    NoVolume(String),
    /// No such member.
    #[error("{0} has no member {1}")]
    NoMember(String, String),
    /// The directory of a library has no room for the entry.
    #[error("the directory of {0} is full")]
    DirectoryFull(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file system failed.
    #[error("cannot use the system's files: {0}")]
    Io(#[from] io::Error),
    /// The remains of dead runs could not be removed.
    #[error(transparent)]
    Sweep(#[from] SweepError),
}

/// Why records from outside must not go into a data set that is there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Misfit {
    /// A member was named, and the data set is sequential.
    #[error("{0} is no library")]
    NoLibrary(String),
    /// No member was named, and the data set is a library.
    #[error("{0} is a library; name a member, as in '{0}(MEMBER)'")]
    Library(String),
    /// Members of other attributes could not be read any more.
    #[error("{name} has members with RECFM={recfm}, LRECL={lrecl}; a library's members are alike, so use these")]
    OtherMembers {
        /// The library.
        name: String,
        /// Its RECFM.
        recfm: String,
        /// Its LRECL.
        lrecl: u32,
    },
}

/// What the catalog answers to a delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// Gone.
    Done,
    /// There was no such data set.
    NotFound,
    /// The data set is there, the member is not.
    MemberNotFound,
    /// Another job or process uses it.
    InUse,
    /// It has an expiration date, and nobody said that this does not count.
    NotExpired,
}

/// What a new data set gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpaceRequest {
    /// First extent in tracks; 0 for a data set that has none until it is written.
    pub primary: u32,
    /// Further extents in tracks; 0 for none.
    pub secondary: u32,
    /// Directory blocks; more than 0 makes a library.
    pub directory: u32,
}

/// The data sets of a system as one process sees them.
#[derive(Debug)]
pub struct DataSets {
    store: Arc<Store>,
    volumes: PathBuf,
    run: RunDirectory,
}

impl DataSets {
    /// Opens the data sets of the system at `home`, sweeping up after dead processes.
    pub fn open(home: &Path, store: Arc<Store>) -> Result<Self, CatalogError> {
        let [tmp, volumes, inbox, locks] = ["tmp", "volumes", "inbox", "locks"].map(|name| home.join(name));
        fs::create_dir_all(&tmp)?;
        fs::create_dir_all(&volumes)?;
        sweep(Places { tmp: &tmp, volumes: &volumes, inbox: &inbox, locks: &locks }, &store)?;
        let run = RunDirectory::new(&tmp)?;
        Ok(Self { store, volumes, run })
    }

    /// The store.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// The private directory of this process.
    pub fn run(&self) -> &RunDirectory {
        &self.run
    }

    /// The data set called `name`, if it is cataloged.
    pub fn locate(self: &Rc<Self>, name: &DataSetName) -> Result<Option<DataSet>, CatalogError> {
        Ok(self.store.data_set(name.as_str())?.map(|row| DataSet::new(self, row, false)))
    }

    /// All data sets in order of their names.
    pub fn list(&self) -> Result<Vec<DataSetRow>, CatalogError> {
        Ok(self.store.data_sets()?)
    }

    /// Allocates space for a data set that is not in the catalog yet; `commit` puts it there.
    pub fn allocate(
        self: &Rc<Self>,
        name: &DataSetName,
        dcb: Dcb,
        space: SpaceRequest,
        volume: Option<&str>,
        created: &str,
    ) -> Result<DataSet, CatalogError> {
        let tracks = space.primary;
        let volume = self.volume_with_room(name, tracks, volume)?;
        let partitioned = match dcb.dsorg {
            Some(dsorg) => dsorg == Dsorg::Partitioned,
            None => space.directory > 0,
        };
        let directory = space.directory.div_ceil(DIRECTORY_BLOCKS_PER_TRACK);
        let dcb = dcb.with_system_block_size();
        let row = DataSetRow {
            name: name.as_str().to_owned(),
            partitioned,
            recfm: dcb.recfm.map(Recfm::bits),
            lrecl: dcb.lrecl,
            blksize: dcb.blksize,
            volume,
            created: created.to_owned(),
            primary_tracks: tracks,
            secondary_tracks: space.secondary,
            directory_blocks: space.directory,
            allocated_tracks: tracks,
            extents: u32::from(tracks > 0),
            used_cells: u64::from(directory) * CELLS_PER_TRACK,
            records: 0,
            bytes: 0,
            content: None,
            expires: None,
        };
        Ok(DataSet::new(self, row, true))
    }

    fn volume_with_room(&self, name: &DataSetName, tracks: u32, wanted: Option<&str>) -> Result<String, CatalogError> {
        let volumes = self.store.volumes()?;
        if let Some(wanted) = wanted.filter(|wanted| volumes.iter().all(|(serial, _)| serial != wanted)) {
            return Err(CatalogError::NoVolume(wanted.to_owned()));
        }
        for (serial, cylinders) in volumes {
            if wanted.is_none_or(|wanted| wanted == serial)
                && self.reserve(name.as_str(), &serial, tracks, cylinders)?
            {
                return Ok(serial);
            }
        }
        Err(CatalogError::NoSpace { name: name.to_string(), tracks })
    }

    fn reserve(&self, name: &str, volume: &str, tracks: u32, cylinders: u32) -> Result<bool, StoreError> {
        let capacity = u64::from(cylinders) * u64::from(TRACKS_PER_CYLINDER);
        self.store.reserve(self.run.name(), name, volume, tracks, capacity)
    }

    /// Deletes a data set with all its members. False if there was none.
    pub fn delete(&self, name: &DataSetName) -> Result<bool, CatalogError> {
        let Some(files) = self.store.remove_data_set(name.as_str(), self.run.name())? else { return Ok(false) };
        self.remove_files(&files)?;
        Ok(true)
    }

    /// Deletes one member. False if there was none.
    pub fn delete_member(&self, name: &DataSetName, member: &MemberName) -> Result<bool, CatalogError> {
        let Some(files) = self.store.remove_member(name.as_str(), member.as_str(), self.run.name())? else {
            return Ok(false);
        };
        self.remove_files(&files)?;
        Ok(true)
    }

    /// Removes files that no entry points to. One that cannot be removed now stays announced for the sweep.
    fn remove_files(&self, files: &[String]) -> Result<(), CatalogError> {
        let gone: Vec<String> = files
            .iter()
            .filter(|file| match fs::remove_file(self.volumes.join(file)) {
                Ok(()) => true,
                Err(error) => error.kind() == io::ErrorKind::NotFound,
            })
            .cloned()
            .collect();
        Ok(self.store.forget(&gone)?)
    }
}

/// The records of an open reader, all of them, for small data sets such as parameters.
pub fn read_all(reader: &mut dyn RecordReader) -> Result<Vec<Vec<u8>>, super::record::ReadError> {
    let mut records = Vec::new();
    while let Some(run) = reader.next_run()? {
        records.extend(run.records().map(<[u8]>::to_vec));
    }
    Ok(records)
}
