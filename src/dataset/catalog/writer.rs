//! Writing a data set or a member: space, label, and what an abend leaves.
//!
//! Border: from OPEN to CLOSE. The catalog changes when the data set is committed.

use std::fs;
use std::rc::Rc;

use super::members::NewMember;
use super::{CatalogError, DataSet};
use crate::dataset::attributes::{Attributes, Recfm};
use crate::dataset::file::{FileSink, Room, SinkError, Start, Written};
use crate::dataset::name::MemberName;
use crate::dataset::record::{RecordWriter, Run, WriteError};
use crate::dataset::space::{Space, Tally};
use crate::store::MemberRow;

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

impl DataSet {
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
    fn room(&self) -> Room {
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
