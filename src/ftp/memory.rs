//! Local files in memory: for tests, and for running the client outside a job.
//!
//! Border: keeps records as they come, knows no catalog. A file that is dropped without `close` leaves the
//! records it had before.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::dataset::record::{MemoryReader, RDW};
use crate::dataset::{Attributes, RecordReader, RecordWriter, Shape, WriteError};

use super::local::LocalFile;
use super::services::{LocalError, LocalFiles, NewFile};

/// Files by the text of their names: `A.B.C`, `A.B(MEMBER)`, `DD:INPUT`.
#[derive(Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, (Attributes, Vec<u8>)>,
    written: RefCell<BTreeMap<String, (Attributes, Vec<u8>)>>,
}

impl MemoryFiles {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. `bytes` hold the records end to end (F), each behind its RDW (V), or one record (U).
    #[must_use]
    pub fn with(mut self, name: &str, attributes: Attributes, bytes: Vec<u8>) -> Self {
        self.files.insert(name.to_owned(), (attributes, bytes));
        self
    }

    /// What was written to `name` and closed: attributes and bytes.
    pub fn written(&self, name: &str) -> Option<(Attributes, Vec<u8>)> {
        self.written.borrow().get(name).cloned()
    }
}

fn shape(attributes: Attributes) -> Shape {
    if attributes.recfm.is_fixed() {
        Shape::Fixed(attributes.lrecl as usize)
    } else if attributes.recfm.is_variable() {
        Shape::Described
    } else {
        Shape::Whole
    }
}

impl LocalFiles for MemoryFiles {
    fn open_input(&self, file: &LocalFile) -> Result<Box<dyn RecordReader + '_>, LocalError> {
        let (attributes, bytes) = self.files.get(&file.to_string()).ok_or(LocalError::NotFound)?;
        Ok(Box::new(MemoryReader::new(*attributes, shape(*attributes), bytes)))
    }

    fn exists(&self, file: &LocalFile) -> Result<bool, LocalError> {
        Ok(self.files.contains_key(&file.to_string()))
    }

    fn open_output(&self, file: &LocalFile, new: &NewFile) -> Result<Box<dyn RecordWriter + '_>, LocalError> {
        let name = file.to_string();
        let attributes = self.files.get(&name).map_or(new.attributes, |(attributes, _)| *attributes);
        Ok(Box::new(Writer { files: self, name, attributes, bytes: Vec::new() }))
    }

    fn data_set_of(&self, ddname: &str) -> Option<String> {
        self.files.contains_key(&format!("DD:{ddname}")).then(|| format!("MEMORY.{ddname}"))
    }
}

struct Writer<'a> {
    files: &'a MemoryFiles,
    name: String,
    attributes: Attributes,
    bytes: Vec<u8>,
}

impl RecordWriter for Writer<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        if self.attributes.recfm.is_variable() {
            let length = u16::try_from(record.len() + RDW).unwrap_or(u16::MAX);
            self.bytes.extend_from_slice(&length.to_be_bytes());
            self.bytes.extend_from_slice(&[0, 0]);
        }
        self.bytes.extend_from_slice(record);
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        self.files.written.borrow_mut().insert(self.name, (self.attributes, self.bytes));
        Ok(())
    }
}
