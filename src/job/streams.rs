//! What OPEN gives to a program: readers and writers over in-stream data, the spool, concatenations.
//!
//! Border: passes records on and prints what goes with their failures. Which one a DD gets is `dd`'s matter.

use std::cell::RefCell;
use std::io;

use super::spool::SpoolFile;
use super::step_log::StepLog;
use crate::codepage::CodePage;
use crate::dataset::catalog::DataSetWriter;
use crate::dataset::{Attributes, ReadError, Recfm, RecordReader, RecordWriter, Run, Shape, SpaceAbend, WriteError};
use crate::jcl::deck::MAX_DECK;
use crate::message::{allocation, own};
use crate::store::SpoolRow;

/// In-stream data, read again from the start at each OPEN.
pub(super) struct InStream<'a> {
    records: &'a [u8],
    given: bool,
}

impl<'a> InStream<'a> {
    pub(super) fn new(records: &'a [u8]) -> Self {
        Self { records, given: false }
    }
}

impl RecordReader for InStream<'_> {
    fn attributes(&self) -> Attributes {
        Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 80 }
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        let first = !std::mem::replace(&mut self.given, true);
        Ok((first && !self.records.is_empty()).then_some(Run { bytes: self.records, shape: Shape::Fixed(80) }))
    }

    fn at_end(&mut self) -> Result<bool, ReadError> {
        Ok(self.given || self.records.is_empty())
    }
}

/// A data set without records.
pub(super) struct Nothing(pub(super) Attributes);

impl RecordReader for Nothing {
    fn attributes(&self) -> Attributes {
        self.0
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        Ok(None)
    }

    fn at_end(&mut self) -> Result<bool, ReadError> {
        Ok(true)
    }
}

/// A data set that swallows everything.
pub(super) struct Swallow(pub(super) Attributes);

impl RecordWriter for Swallow {
    fn attributes(&self) -> Attributes {
        self.0
    }

    fn put(&mut self, _: &[u8]) -> Result<(), WriteError> {
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// Says outside the listing why data cannot be read: the abend alone does not.
pub(super) struct Heard<'a> {
    pub(super) reader: Box<dyn RecordReader + 'a>,
    pub(super) log: &'a StepLog<'a>,
}

impl RecordReader for Heard<'_> {
    fn attributes(&self) -> Attributes {
        self.reader.attributes()
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        let log = self.log;
        self.reader.next_run().inspect_err(|error| log.explain(&error.to_string()))
    }

    fn at_end(&mut self) -> Result<bool, ReadError> {
        self.reader.at_end()
    }
}

/// A data set of a concatenation: its name, for messages, and its reader.
pub(super) type Member<'a> = (String, Box<dyn RecordReader + 'a>);

/// Data sets read one after the other, with the attributes of the first one.
pub(super) struct Concatenation<'a> {
    log: &'a StepLog<'a>,
    ddname: String,
    attributes: Attributes,
    current: Box<dyn RecordReader + 'a>,
    rest: std::vec::IntoIter<Member<'a>>,
}

impl<'a> Concatenation<'a> {
    pub(super) fn new(
        log: &'a StepLog<'a>,
        ddname: &str,
        first: Box<dyn RecordReader + 'a>,
        rest: Vec<Member<'a>>,
    ) -> Self {
        let attributes = first.attributes();
        Self { log, ddname: ddname.to_owned(), attributes, current: first, rest: rest.into_iter() }
    }

    /// Blocks of other records than the first data set has cannot be taken apart: an input error.
    fn check(&self, name: &str, next: Attributes) -> Result<(), ReadError> {
        let first = self.attributes;
        if first.recfm.is_like(next.recfm) && (!first.recfm.is_fixed() || first.lrecl == next.lrecl) {
            return Ok(());
        }
        let (label, ddname) = (self.log.label(), &self.ddname);
        self.log.programmer(&own::ZJB156E.with(&[
            &label,
            ddname,
            &name,
            &next.recfm,
            &next.lrecl,
            &first.recfm,
            &first.lrecl,
        ]));
        Err(ReadError::Unlike { dataset: name.to_owned() })
    }
}

impl RecordReader for Concatenation<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        while self.current.at_end()? {
            let Some((name, mut next)) = self.rest.next() else { return Ok(None) };
            // One without records has no blocks that could be wrong.
            if next.at_end()? {
                continue;
            }
            self.check(&name, next.attributes())?;
            self.current = next;
        }
        self.current.next_run()
    }
}

/// Prints the message that goes with an x37 abend.
pub(super) struct Watched<'a> {
    pub(super) writer: Box<DataSetWriter>,
    pub(super) log: &'a StepLog<'a>,
}

impl Watched<'_> {
    fn tell<T>(&self, result: Result<T, WriteError>) -> Result<T, WriteError> {
        match &result {
            Err(WriteError::Space { abend, ddname, dataset, volume }) => {
                let place = self.log.place(ddname, volume, dataset);
                let entry = match abend {
                    SpaceAbend::B37 => &allocation::IEC030I,
                    SpaceAbend::D37 => &allocation::IEC031I,
                    SpaceAbend::E37 => &allocation::IEC032I,
                };
                self.log.programmer(&entry.with(&[&place]));
            }
            Err(WriteError::Directory { .. }) => self.log.programmer(&own::ZJB153E.with(&[&self.log.label()])),
            Err(error @ (WriteError::Io { .. } | WriteError::Length { .. })) => self.log.explain(&error.to_string()),
            Ok(_) => {}
        }
        result
    }
}

impl RecordWriter for Watched<'_> {
    fn attributes(&self) -> Attributes {
        self.writer.attributes()
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let result = self.writer.put(record);
        self.tell(result)
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        let result = self.writer.put_run(run);
        self.tell(result)
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        let Self { writer, log } = *self;
        let result = writer.close();
        match &result {
            Err(WriteError::Directory { ddname, dataset, volume }) => {
                let place = log.place(ddname, volume, dataset);
                log.programmer(&own::ZJB153E.with(&[&place]));
            }
            Err(error) => log.explain(&error.to_string()),
            Ok(()) => {}
        }
        result
    }
}

/// Writes a SYSOUT data set to the spool.
pub(super) struct SysoutWriter<'a> {
    pub(super) written: &'a RefCell<Vec<(SpoolRow, u64)>>,
    pub(super) file: Option<SpoolFile>,
    pub(super) attributes: Attributes,
    pub(super) ddname: String,
}

impl SysoutWriter<'_> {
    fn failed(&self, source: io::Error) -> WriteError {
        WriteError::Io { dataset: self.ddname.clone(), source }
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let written = file.finish().map_err(|error| self.failed(error))?;
        self.written.borrow_mut().push(written);
        Ok(())
    }
}

impl RecordWriter for SysoutWriter<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let result = self.file.as_mut().map_or(Ok(()), |file| file.put(record));
        result.map_err(|error| self.failed(error))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        self.finish()
    }
}

impl Drop for SysoutWriter<'_> {
    fn drop(&mut self) {
        // A step that abends keeps what it printed.
        drop(self.finish());
    }
}

/// The internal reader: what is written becomes a job when it is closed.
pub(super) struct ReaderWriter<'a> {
    pub(super) submitted: &'a RefCell<Vec<Vec<u8>>>,
    pub(super) deck: Vec<u8>,
    pub(super) attributes: Attributes,
    pub(super) page: &'static CodePage,
    pub(super) ddname: String,
}

impl RecordWriter for ReaderWriter<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let card = self.page.decode(record);
        if self.deck.len() + card.len() >= MAX_DECK {
            let source = io::Error::other(format!("a deck has at most {MAX_DECK} bytes"));
            return Err(WriteError::Io { dataset: self.ddname.clone(), source });
        }
        self.deck.extend_from_slice(card.trim_end_matches(' ').as_bytes());
        self.deck.push(b'\n');
        Ok(())
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        self.submit();
        Ok(())
    }
}

impl ReaderWriter<'_> {
    fn submit(&mut self) {
        let deck = std::mem::take(&mut self.deck);
        if !deck.is_empty() {
            self.submitted.borrow_mut().push(deck);
        }
    }
}

impl Drop for ReaderWriter<'_> {
    fn drop(&mut self) {
        // The system closes what a step leaves open.
        self.submit();
    }
}
