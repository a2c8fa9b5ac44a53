//! What is in a packed library: unpacked to nowhere, with all that unpacking would find.
//!
//! Border: implements `program::Libraries` over counters.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;

use crate::dataset::library::{DirectoryEntry, directory_order};
use crate::dataset::{Attributes, Dcb, MemberName, RecordReader, RecordWriter, Run, Shape, WriteError};
use crate::program::trsmain::library::{self, LibraryAt, LibraryError, Unpacked};
use crate::program::{Libraries, Library, OpenError};
use crate::terse::library::LibraryDecoder;

use super::Problem;

/// The members of a packed library.
pub(super) struct Census {
    pub(super) attributes: Attributes,
    /// In the order of a directory.
    pub(super) members: Vec<Member>,
    pub(super) unpacked: Unpacked,
}

/// A member or an alias.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) entry: DirectoryEntry,
    pub(super) records: u64,
}

impl Census {
    /// Counts what `decoder` gives.
    pub(super) fn of<R: Read>(decoder: LibraryDecoder<R>) -> Result<Self, Problem> {
        let attributes = library::original(&decoder)?;
        let counters = Counters { attributes, members: RefCell::default() };
        let at = LibraryAt { libraries: &counters, ddname: "" };
        let unpacked = library::unpack(decoder, attributes, at, &mut |_| Ok(())).map_err(|error| match error {
            LibraryError::Stopped(_) => Problem::Cancelled,
            other => Problem::failed(other),
        })?;
        let mut members: Vec<_> = counters.members.into_inner().into_values().collect();
        members.sort_by(|one, other| directory_order(one.entry.name.as_str(), other.entry.name.as_str()));
        Ok(Self { attributes, members, unpacked })
    }
}

struct Counters {
    attributes: Attributes,
    members: RefCell<BTreeMap<MemberName, Member>>,
}

impl Libraries for Counters {
    fn library(&self, _: &str) -> Result<Option<Library>, OpenError> {
        Ok(None)
    }

    fn open_member(&self, _: &str, member: &MemberName) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        Err(OpenError::Environment(format!("{member} was only counted")))
    }

    fn create_member(&self, _: &str, member: &MemberName, _: Dcb) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let entry = DirectoryEntry { name: member.clone(), alias_of: None, user_data: Vec::new() };
        self.members.borrow_mut().insert(member.clone(), Member { entry, records: 0 });
        Ok(Box::new(Counter { counters: self, name: member.clone(), records: 0 }))
    }

    fn stow(&self, _: &str, entry: &DirectoryEntry) -> Result<(), OpenError> {
        let mut members = self.members.borrow_mut();
        let main = entry.alias_of.as_ref().unwrap_or(&entry.name);
        let records = members.get(main).map_or(0, |member| member.records);
        members.insert(entry.name.clone(), Member { entry: entry.clone(), records });
        Ok(())
    }
}

/// Counts the records of one member.
struct Counter<'a> {
    counters: &'a Counters,
    name: MemberName,
    records: u64,
}

impl RecordWriter for Counter<'_> {
    fn attributes(&self) -> Attributes {
        self.counters.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        self.put_run(Run { bytes: record, shape: Shape::Whole })
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        self.records += run.count();
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        if let Some(member) = self.counters.members.borrow_mut().get_mut(&self.name) {
            member.records = self.records;
        }
        Ok(())
    }
}
