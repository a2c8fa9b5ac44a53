//! One data set in use: its label, its content, and how it gets into the catalog and out of it.
//!
//! Border: what is in a library is `members`, writing is `writer`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::fs::File;
use std::path::PathBuf;
use std::rc::Rc;

use super::members::NewMember;
use super::{CatalogError, DataSets, Misfit};
use crate::dataset::attributes::{Attributes, Dcb, Dsorg, Recfm};
use crate::dataset::file::FileReader;
use crate::dataset::name::MemberName;
use crate::store::{DataSetRow, NewContent};

#[derive(Debug)]
pub(super) struct State {
    pub(super) row: DataSetRow,
    pub(super) is_new: bool,
    /// It was deleted while it was in use.
    pub(super) is_gone: bool,
    pub(super) changed: bool,
    /// Content written by this process and not yet in the catalog.
    pub(super) content: Option<String>,
    pub(super) members: BTreeMap<String, NewMember>,
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
    pub(super) all: Rc<DataSets>,
    pub(super) state: Rc<RefCell<State>>,
}

impl DataSet {
    pub(super) fn new(all: &Rc<DataSets>, row: DataSetRow, is_new: bool) -> Self {
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

    /// Opens the data set, or one member of it, for reading.
    pub fn open_read(&self, member: Option<&MemberName>, attributes: Attributes) -> Result<FileReader, CatalogError> {
        let path = match member {
            Some(member) => Some(self.member_path(member)?),
            None => self.content_path(),
        };
        Ok(FileReader::open(path.as_deref(), &self.name(), attributes)?)
    }

    pub(super) fn content_path(&self) -> Option<PathBuf> {
        let state = self.state.borrow();
        match &state.content {
            Some(pending) => Some(self.all.run.file(pending)),
            None => state.row.content.as_ref().map(|content| self.all.volumes.join(content)),
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
