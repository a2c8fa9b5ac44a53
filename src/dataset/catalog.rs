//! The catalog and its volumes: data sets by name, their content in files, and changes that are whole.
//!
//! New content is written beside the old one and takes its place in one transaction; a killed process leaves
//! the old state or the new. Border: knows names, space and files; dispositions and DDs are elsewhere.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use thiserror::Error;

use super::attributes::{Attributes, Dcb, Dsorg, Recfm};
use super::file::{FileReader, FileSink, SinkError, Start, Written};
use super::library::{BLOCK_ROOM, DirectoryEntry, ENTRY, MAX_USER_DATA, directory_blocks, directory_order};
use super::name::{DataSetName, MemberName};
use super::record::{RecordReader, RecordWriter, Run, WriteError};
use super::run::{Places, RunDirectory, SweepError, sweep};
use super::space::{CELLS_PER_TRACK, DIRECTORY_BLOCKS_PER_TRACK, Space, TRACKS_PER_CYLINDER, Tally};
use crate::store::{DataSetRow, MemberRow, NewContent, Store, StoreError};

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

/// What a new data set gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpaceRequest {
    /// First extent in tracks.
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
        let tracks = space.primary.max(1);
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
            extents: 1,
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

/// A member that is not in the catalog yet, or not as it is now.
#[derive(Debug, Clone)]
struct NewMember {
    row: MemberRow,
    /// Its content was written by this process and is not on the volumes yet.
    is_pending: bool,
}

#[derive(Debug)]
struct State {
    row: DataSetRow,
    is_new: bool,
    /// It was deleted while it was in use.
    is_gone: bool,
    changed: bool,
    /// Content written by this process and not yet in the catalog.
    content: Option<String>,
    members: BTreeMap<String, NewMember>,
}

impl State {
    /// The files that this process has written and that are not on the volumes yet, each once.
    fn pending(&self) -> BTreeSet<String> {
        let members = self.members.values().filter(|member| member.is_pending).map(|member| &member.row.content);
        self.content.iter().chain(members).cloned().collect()
    }
}

/// One data set in use. Clones are the same data set.
#[derive(Debug, Clone)]
pub struct DataSet {
    all: Rc<DataSets>,
    state: Rc<RefCell<State>>,
}

impl DataSet {
    fn new(all: &Rc<DataSets>, row: DataSetRow, is_new: bool) -> Self {
        let state = State { row, is_new, is_gone: false, changed: is_new, content: None, members: BTreeMap::new() };
        Self { all: Rc::clone(all), state: Rc::new(RefCell::new(state)) }
    }

    /// The name.
    pub fn name(&self) -> String {
        self.state.borrow().row.name.clone()
    }

    /// The volume serial.
    pub fn volume(&self) -> String {
        self.state.borrow().row.volume.clone()
    }

    /// True for a library.
    pub fn is_partitioned(&self) -> bool {
        self.state.borrow().row.partitioned
    }

    /// True until it is committed for the first time.
    pub fn is_new(&self) -> bool {
        self.state.borrow().is_new
    }

    /// True once it was deleted, by whomever in this process.
    pub fn is_gone(&self) -> bool {
        self.state.borrow().is_gone
    }

    /// Sets the first day on which it may be deleted, as in `2026-01-31`.
    pub fn set_expiry(&self, day: Option<String>) {
        self.state.borrow_mut().row.expires = day;
    }

    /// The attributes in the label, as far as they are known.
    pub fn label(&self) -> Dcb {
        let state = self.state.borrow();
        Dcb {
            recfm: state.row.recfm.and_then(Recfm::from_bits),
            lrecl: state.row.lrecl,
            blksize: state.row.blksize,
            dsorg: Some(if state.row.partitioned { Dsorg::Partitioned } else { Dsorg::Sequential }),
        }
    }

    /// The catalog row as it stands.
    pub fn row(&self) -> DataSetRow {
        self.state.borrow().row.clone()
    }

    /// The members with what this process has written, in the order of the directory.
    pub fn members(&self) -> Result<Vec<MemberRow>, CatalogError> {
        let mut members = self.all.store.members(&self.name())?;
        for (name, new) in &self.state.borrow().members {
            members.retain(|member| member.name != *name);
            members.push(new.row.clone());
        }
        members.sort_by(|a, b| directory_order(&a.name, &b.name));
        Ok(members)
    }

    /// The directory. An alias whose member was replaced or deleted has become a member of its own.
    pub fn directory(&self) -> Result<Vec<DirectoryEntry>, CatalogError> {
        let members = self.members()?;
        let leads_to = |row: &MemberRow, main: &String| {
            members.iter().any(|other| other.name == *main && other.content == row.content)
        };
        let entry = |row: &MemberRow| {
            let main = row.alias_of.as_ref().filter(|main| leads_to(row, main));
            Some(DirectoryEntry {
                // Names were checked when they came in.
                name: MemberName::new(&row.name).ok()?,
                alias_of: main.and_then(|main| MemberName::new(main).ok()),
                user_data: row.user_data.clone(),
            })
        };
        Ok(members.iter().filter_map(entry).collect())
    }

    /// Gives a directory entry its user data, or makes it another name of a member (STOW). The member must be
    /// there, with its records written.
    pub fn stow(&self, entry: &DirectoryEntry) -> Result<(), CatalogError> {
        let source = entry.alias_of.as_ref().unwrap_or(&entry.name);
        let found = self.find_member(source)?;
        self.check_directory(&entry.name, entry.user_data.len())?;
        let mut state = self.state.borrow_mut();
        let row = MemberRow {
            name: entry.name.to_string(),
            user_data: entry.user_data.clone(),
            alias_of: entry.alias_of.as_ref().map(MemberName::to_string),
            ..found.row
        };
        state.changed = true;
        state.members.insert(entry.name.to_string(), NewMember { row, is_pending: found.is_pending });
        Ok(())
    }

    /// Whether the directory has room for an entry with so many bytes of user data. That of a library without
    /// directory blocks (DSNTYPE=LIBRARY) grows.
    fn check_directory(&self, name: &MemberName, user_data: usize) -> Result<(), CatalogError> {
        let blocks = self.row().directory_blocks;
        if blocks == 0 || self.directory_is_roomy(blocks, user_data)? {
            return Ok(());
        }
        let members = self.members()?;
        let others = members.iter().filter(|member| member.name != name.as_str());
        let entries = others.map(|member| (member.name.as_str(), member.user_data.len()));
        let mut all: Vec<(&str, usize)> = entries.chain([(name.as_str(), user_data)]).collect();
        all.sort_by(|a, b| directory_order(a.0, b.0));
        let needed = directory_blocks(all.into_iter().map(|(_, user_data)| user_data));
        if needed > blocks { Err(CatalogError::DirectoryFull(self.name())) } else { Ok(()) }
    }

    /// True if the entries fit however they fall on the blocks, which is cheap to know.
    fn directory_is_roomy(&self, blocks: u32, user_data: usize) -> Result<bool, CatalogError> {
        let (members, bytes) = self.all.store.directory_size(&self.name())?;
        let state = self.state.borrow();
        let pending: usize = state.members.values().map(|member| ENTRY + member.row.user_data.len() + 1).sum();
        let cataloged = members * (ENTRY as u64 + 1) + bytes;
        let room = u64::from(blocks) * (BLOCK_ROOM - ENTRY - MAX_USER_DATA) as u64;
        Ok(cataloged + (pending + ENTRY + user_data + 1) as u64 <= room)
    }

    fn find_member(&self, name: &MemberName) -> Result<NewMember, CatalogError> {
        if let Some(new) = self.state.borrow().members.get(name.as_str()) {
            return Ok(new.clone());
        }
        let members = self.all.store.members(&self.name())?;
        let found = members.into_iter().find(|row| row.name == name.as_str());
        let row = found.ok_or_else(|| CatalogError::NoMember(self.name(), name.to_string()))?;
        Ok(NewMember { row, is_pending: false })
    }

    /// Opens the data set, or one member of it, for reading.
    pub fn open_read(&self, member: Option<&MemberName>, attributes: Attributes) -> Result<FileReader, CatalogError> {
        let path = match member {
            Some(member) => Some(self.member_path(member)?),
            None => self.content_path(),
        };
        Ok(FileReader::open(path.as_deref(), &self.name(), attributes)?)
    }

    fn content_path(&self) -> Option<PathBuf> {
        let state = self.state.borrow();
        match &state.content {
            Some(pending) => Some(self.all.run.file(pending)),
            None => state.row.content.as_ref().map(|content| self.all.volumes.join(content)),
        }
    }

    fn member_path(&self, member: &MemberName) -> Result<PathBuf, CatalogError> {
        let NewMember { row, is_pending } = self.find_member(member)?;
        Ok(if is_pending { self.all.run.file(&row.content) } else { self.all.volumes.join(row.content) })
    }

    /// True if there is such a member.
    pub fn has_member(&self, member: &MemberName) -> Result<bool, CatalogError> {
        match self.member_path(member) {
            Ok(_) => Ok(true),
            Err(CatalogError::NoMember(..)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether records of these attributes may come from outside into this data set or `member` of it.
    pub fn fits(
        &self,
        member: Option<&MemberName>,
        attributes: &Attributes,
    ) -> Result<Result<(), Misfit>, CatalogError> {
        let name = self.name();
        let member = match (member, self.is_partitioned()) {
            (Some(_), false) => return Ok(Err(Misfit::NoLibrary(name))),
            (None, true) => return Ok(Err(Misfit::Library(name))),
            (None, false) => return Ok(Ok(())),
            (Some(member), true) => member.as_str(),
        };
        let label = self.label();
        let (Some(recfm), Some(lrecl)) = (label.recfm, label.lrecl) else { return Ok(Ok(())) };
        let is_alike = recfm == attributes.recfm && lrecl == attributes.lrecl;
        if is_alike || self.members()?.iter().all(|other| other.name == member) {
            return Ok(Ok(()));
        }
        Ok(Err(Misfit::OtherMembers { name, recfm: recfm.to_string(), lrecl }))
    }

    /// Opens the data set, or one member of it, for writing. The attributes go into the label.
    pub fn open_write(&self, request: WriteRequest<'_>) -> Result<DataSetWriter, CatalogError> {
        let content = self.all.run.new_content();
        let path = self.all.run.file(&content);
        if request.extend
            && let Some(old) = self.content_path()
        {
            fs::copy(old, &path)?;
        }
        let start = self.start(&request);
        self.set_label(request.attributes);
        let sink = FileSink::open(path, request.attributes, &start, self.room())?;
        Ok(DataSetWriter {
            dataset: self.clone(),
            sink: Some(sink),
            content,
            member: request.member.cloned(),
            ddname: request.ddname.to_owned(),
            release: request.release,
        })
    }

    fn start(&self, request: &WriteRequest<'_>) -> Start {
        let state = self.state.borrow();
        let space = Space {
            primary: state.row.primary_tracks,
            secondary: request.secondary.unwrap_or(state.row.secondary_tracks),
            allocated: state.row.allocated_tracks,
            extents: state.row.extents,
            partitioned: state.row.partitioned,
        };
        let (records, bytes) = if request.extend { (state.row.records, state.row.bytes) } else { (0, 0) };
        let cells = if request.extend || state.row.partitioned { state.row.used_cells } else { 0 };
        Start { space, tally: Tally::starting_at(cells), records, bytes }
    }

    fn set_label(&self, attributes: Attributes) {
        let mut state = self.state.borrow_mut();
        state.changed = true;
        state.row.recfm = Some(attributes.recfm.bits());
        state.row.lrecl = Some(attributes.lrecl);
        state.row.blksize = Some(attributes.blksize);
    }

    /// Asks the volume for room. A store that fails gives none: the writer then ends in an abend, not in a
    /// data set that the volume cannot hold.
    fn room(&self) -> super::file::Room {
        let all = Rc::clone(&self.all);
        let (name, volume) = (self.name(), self.volume());
        Box::new(move |tracks| {
            let cylinders = all.store.volumes().ok().and_then(|volumes| {
                volumes.into_iter().find(|(serial, _)| *serial == volume).map(|(_, cylinders)| cylinders)
            });
            cylinders.is_some_and(|cylinders| all.reserve(&name, &volume, tracks, cylinders).unwrap_or(false))
        })
    }

    /// Takes over what a writer has written.
    fn install(&self, content: String, member: Option<&MemberName>, written: Written) {
        let mut state = self.state.borrow_mut();
        state.changed = true;
        state.row.allocated_tracks = written.space.allocated;
        state.row.extents = written.space.extents;
        state.row.primary_tracks = written.space.primary;
        state.row.used_cells = written.tally.cells();
        if let Some(member) = member {
            let row = MemberRow {
                name: member.to_string(),
                records: written.records,
                bytes: written.bytes,
                content,
                user_data: Vec::new(),
                alias_of: None,
            };
            state.members.insert(member.to_string(), NewMember { row, is_pending: true });
        } else {
            state.row.records = written.records;
            state.row.bytes = written.bytes;
            state.content = Some(content);
        }
    }

    /// Puts the data set as it is now into the catalog. Does nothing if nothing changed.
    pub fn commit(&self) -> Result<(), CatalogError> {
        let mut state = self.state.borrow_mut();
        if !state.changed || state.is_gone {
            return Ok(());
        }
        let files = state.pending();
        files.iter().try_for_each(|content| self.move_in(content))?;
        if !files.is_empty() {
            File::open(&self.all.volumes)?.sync_all()?;
        }
        if let Some(pending) = state.content.take() {
            state.row.content = Some(pending);
        }
        let members = std::mem::take(&mut state.members);
        let new = NewContent { members: members.into_values().map(|member| member.row).collect() };
        let replaced = self.all.store.put_data_set(&state.row, &new, self.all.run.name())?;
        state.changed = false;
        state.is_new = false;
        self.all.remove_files(&replaced)
    }

    /// Makes a file safe on the disk and moves it to the volumes, announced until its entry is there.
    fn move_in(&self, content: &str) -> Result<(), CatalogError> {
        let from = self.all.run.file(content);
        File::open(&from)?.sync_all()?;
        self.all.store.announce(content, self.all.run.name())?;
        fs::rename(from, self.all.volumes.join(content))?;
        Ok(())
    }

    /// Deletes the data set, whether it is in the catalog or only allocated.
    pub fn delete(&self) -> Result<(), CatalogError> {
        let mut state = self.state.borrow_mut();
        for content in state.pending() {
            drop(fs::remove_file(self.all.run.file(&content)));
        }
        state.content = None;
        state.members.clear();
        state.changed = false;
        if std::mem::replace(&mut state.is_gone, true) {
            return Ok(());
        }
        if state.is_new {
            self.all.store.release(self.all.run.name(), &state.row.name)?;
            return Ok(());
        }
        let files = self.all.store.remove_data_set(&state.row.name, self.all.run.name())?;
        self.all.remove_files(&files.unwrap_or_default())
    }
}

/// How a data set is to be written.
#[derive(Debug, Clone, Copy)]
pub struct WriteRequest<'a> {
    /// The ddname, for messages.
    pub ddname: &'a str,
    /// The member, in a library.
    pub member: Option<&'a MemberName>,
    /// Attributes after the merge.
    pub attributes: Attributes,
    /// Write behind what is there (MOD).
    pub extend: bool,
    /// Secondary space in tracks if the DD says so.
    pub secondary: Option<u32>,
    /// Give unused space back at CLOSE, in units of so many tracks.
    pub release: Option<u32>,
}

/// Writes a data set. Dropped without `close` it leaves the whole blocks written so far.
pub struct DataSetWriter {
    dataset: DataSet,
    sink: Option<FileSink>,
    content: String,
    member: Option<MemberName>,
    ddname: String,
    release: Option<u32>,
}

impl DataSetWriter {
    fn error(&self, error: SinkError, length: usize, attributes: Attributes) -> WriteError {
        let dataset = match &self.member {
            Some(member) => format!("{}({member})", self.dataset.name()),
            None => self.dataset.name(),
        };
        match error {
            SinkError::Space(abend) => {
                let (ddname, volume) = (self.ddname.clone(), self.dataset.volume());
                WriteError::Space { abend, ddname, dataset, volume }
            }
            SinkError::Length => {
                WriteError::Length { dataset, length, recfm: attributes.recfm.to_string(), lrecl: attributes.lrecl }
            }
            SinkError::Io(source) => WriteError::Io { dataset, source },
        }
    }

    fn with_sink(
        &mut self,
        length: usize,
        work: impl FnOnce(&mut FileSink) -> Result<(), SinkError>,
    ) -> Result<(), WriteError> {
        let Some(sink) = &mut self.sink else { return Ok(()) };
        let attributes = sink.attributes();
        work(sink).map_err(|error| self.error(error, length, attributes))
    }
}

impl RecordWriter for DataSetWriter {
    fn attributes(&self) -> Attributes {
        self.sink.as_ref().map_or(Attributes { recfm: Recfm::U, lrecl: 0, blksize: 0 }, FileSink::attributes)
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        self.with_sink(record.len(), |sink| sink.put(record))
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        self.with_sink(run.bytes.len(), |sink| sink.put_run(run))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        let Some(sink) = &mut self.sink else { return Ok(()) };
        let attributes = sink.attributes();
        match sink.finish() {
            Ok(mut written) => {
                self.sink = None;
                let full = self.member.as_ref().is_some_and(|member| self.dataset.check_directory(member, 0).is_err());
                if full {
                    drop(fs::remove_file(self.dataset.all.run.file(&self.content)));
                    let (dataset, volume) = (self.dataset.name(), self.dataset.volume());
                    return Err(WriteError::Directory { ddname: self.ddname.clone(), dataset, volume });
                }
                if let Some(unit) = self.release {
                    written.space.release(written.tally.tracks(), unit);
                }
                self.dataset.install(std::mem::take(&mut self.content), self.member.as_ref(), written);
                Ok(())
            }
            Err(error) => Err(self.error(error, 0, attributes)),
        }
    }
}

impl Drop for DataSetWriter {
    fn drop(&mut self) {
        let Some(mut sink) = self.sink.take() else { return };
        match sink.abandon() {
            Ok(written) => self.dataset.install(std::mem::take(&mut self.content), self.member.as_ref(), written),
            // The disk does not take the rest: what was there before the step stays.
            Err(_) => drop(fs::remove_file(sink.path())),
        }
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::rc::Rc;
    use std::sync::Arc;

    use super::{DataSet, DataSets, SpaceRequest, WriteRequest, read_all};
    use crate::dataset::library::DirectoryEntry;
    use crate::dataset::{Attributes, DataSetName, Dcb, Dsorg, MemberName, Recfm, RecordWriter};
    use crate::store::Store;

    const FB4: Attributes = Attributes { recfm: Recfm::FB, lrecl: 4, blksize: 40 };

    fn open(home: &Path) -> Rc<DataSets> {
        let store = Store::open(&home.join("zjob.db")).expect("a store");
        store.put_volume("VOL001", 100).expect("a volume");
        Rc::new(DataSets::open(home, Arc::new(store)).expect("data sets"))
    }

    fn library() -> DataSetName {
        DataSetName::new("MY.LIB").expect("a name")
    }

    fn member(name: &str) -> MemberName {
        MemberName::new(name).expect("a name")
    }

    fn write(dataset: &DataSet, name: &str, record: &[u8]) {
        let (name, ddname) = (member(name), "TEST");
        let request = WriteRequest {
            ddname,
            member: Some(&name),
            attributes: FB4,
            extend: false,
            secondary: None,
            release: None,
        };
        let mut writer = Box::new(dataset.open_write(request).expect("opened"));
        writer.put(record).expect("space");
        writer.close().expect("closed");
    }

    fn alias(name: &str, of: &str) -> DirectoryEntry {
        DirectoryEntry { name: member(name), alias_of: Some(member(of)), user_data: vec![1, 2] }
    }

    fn record(dataset: &DataSet, name: &str) -> Vec<u8> {
        read_all(&mut dataset.open_read(Some(&member(name)), FB4).expect("opened")).expect("sound").concat()
    }

    fn files(home: &Path) -> usize {
        std::fs::read_dir(home.join("volumes")).expect("volumes").count()
    }

    fn made(home: &Path) -> Rc<DataSets> {
        let all = open(home);
        let dcb = Dcb { dsorg: Some(Dsorg::Partitioned), ..FB4.into() };
        let space = SpaceRequest { primary: 10, secondary: 1, directory: 5 };
        let dataset = all.allocate(&library(), dcb, space, None, "2026-01-31T12:00:00").expect("space");
        write(&dataset, "MAIN", b"old ");
        dataset.stow(&alias("$OTHER", "MAIN")).expect("an alias");
        dataset.commit().expect("cataloged");
        all
    }

    #[test]
    fn a_directory_has_user_data_and_aliases_in_ebcdic_order() {
        let home = tempfile::tempdir().expect("a directory");
        let dataset = made(home.path()).locate(&library()).expect("asked").expect("cataloged");
        write(&dataset, "A1", b"one ");
        write(&dataset, "AA", b"two ");
        let entry = DirectoryEntry { name: member("AA"), alias_of: None, user_data: vec![7; 30] };
        dataset.stow(&entry).expect("user data");
        dataset.commit().expect("cataloged");
        let rows = dataset.members().expect("members");
        let found: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.alias_of.as_deref())).collect();
        assert_eq!(found, [("$OTHER", Some("MAIN")), ("AA", None), ("A1", None), ("MAIN", None)]);
        assert_eq!((rows[0].user_data.as_slice(), rows[1].user_data.as_slice()), (&[1, 2][..], &[7; 30][..]));
        assert_eq!(record(&dataset, "$OTHER"), b"old ");
        assert!(dataset.stow(&alias("B", "NOWHERE")).is_err());
    }

    #[test]
    fn an_alias_stays_with_the_old_records_when_its_member_is_replaced_or_deleted() {
        let home = tempfile::tempdir().expect("a directory");
        let all = made(home.path());
        assert_eq!(files(home.path()), 1);
        let dataset = all.locate(&library()).expect("asked").expect("cataloged");
        write(&dataset, "MAIN", b"new ");
        dataset.commit().expect("cataloged");
        assert_eq!((record(&dataset, "MAIN"), record(&dataset, "$OTHER")), (b"new ".to_vec(), b"old ".to_vec()));
        assert!(dataset.directory().expect("a directory").iter().all(|entry| entry.alias_of.is_none()));
        assert!(all.delete_member(&library(), &member("MAIN")).expect("deleted"));
        assert_eq!((record(&dataset, "$OTHER"), files(home.path())), (b"old ".to_vec(), 1));
        assert!(all.delete_member(&library(), &member("$OTHER")).expect("deleted"));
        assert_eq!(files(home.path()), 0);
    }

    #[test]
    fn a_library_is_deleted_with_all_its_files() {
        let home = tempfile::tempdir().expect("a directory");
        let all = made(home.path());
        assert!(all.delete(&library()).expect("deleted"));
        assert_eq!(files(home.path()), 0);
    }
}
