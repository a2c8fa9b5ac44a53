//! The members of a library as a running job sees them, its directory included.
//!
//! Border: entries and their places; what a member holds is written by `writer`.

use std::path::PathBuf;

use super::{CatalogError, DataSet};
use crate::dataset::library::{BLOCK_ROOM, DirectoryEntry, ENTRY, MAX_USER_DATA, directory_blocks, directory_order};
use crate::dataset::name::MemberName;
use crate::store::MemberRow;

/// A member that is not in the catalog yet, or not as it is now.
#[derive(Debug, Clone)]
pub(super) struct NewMember {
    pub(super) row: MemberRow,
    /// Its content was written by this process and is not on the volumes yet.
    pub(super) is_pending: bool,
}

impl DataSet {
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
    pub(super) fn check_directory(&self, name: &MemberName, user_data: usize) -> Result<(), CatalogError> {
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

    pub(super) fn member_path(&self, member: &MemberName) -> Result<PathBuf, CatalogError> {
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
}
