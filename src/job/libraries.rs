//! Libraries as programs see them: the directory behind a DD, its members, and new entries.
//!
//! Border: implements `program::Libraries` on top of the DDs of a running step; what entries mean is the
//! program's matter.

use super::allocate::{AllocatedPart, Target};
use super::dd::{StepData, environment};
use crate::dataset::catalog::{CatalogError, DataSet};
use crate::dataset::library::DirectoryEntry;
use crate::dataset::{Dcb, MemberName, RecordReader, RecordWriter};
use crate::message::own;
use crate::program::{Libraries, Library, OpenError};

impl StepData<'_> {
    /// The library that the DD names as a whole.
    fn whole_library(&self, ddname: &str) -> Option<(&AllocatedPart, &DataSet)> {
        let part = self.dds.iter().find(|dd| dd.name == ddname)?.parts.first()?;
        match &part.target {
            Target::DataSet { dataset, member: None, .. } if dataset.is_partitioned() => Some((part, dataset)),
            _ => None,
        }
    }

    fn known_library(&self, ddname: &str) -> Result<(&AllocatedPart, &DataSet), OpenError> {
        let found = self.whole_library(ddname);
        found.ok_or_else(|| OpenError::Environment(format!("{ddname} is no library")))
    }
}

impl Libraries for StepData<'_> {
    fn library(&self, ddname: &str) -> Result<Option<Library>, OpenError> {
        let Some((part, dataset)) = self.whole_library(ddname) else { return Ok(None) };
        let entries = dataset.directory().map_err(|error| environment(&error))?;
        let label = part.dcb.or(dataset.label());
        Ok(Some(Library { label, directory_blocks: dataset.row().directory_blocks, entries }))
    }

    fn open_member(&self, ddname: &str, member: &MemberName) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        let (part, dataset) = self.known_library(ddname)?;
        self.read_data_set(ddname, dataset, Some(member), part.dcb)
    }

    fn create_member(
        &self,
        ddname: &str,
        member: &MemberName,
        program: Dcb,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let (part, _) = self.known_library(ddname)?;
        self.write_data_set(ddname, part, Some(member), program)
    }

    fn stow(&self, ddname: &str, entry: &DirectoryEntry) -> Result<(), OpenError> {
        let (_, dataset) = self.known_library(ddname)?;
        dataset.stow(entry).map_err(|error| match error {
            CatalogError::DirectoryFull(name) => {
                let place = self.log.place(ddname, &dataset.volume(), &name);
                self.log.programmer(&own::ZJB153E.with(&[&place]));
                OpenError::Abend { code: 0xB14, reason: 0x0C }
            }
            other => environment(&other),
        })
    }
}
