//! Counts and SHA-256 of what passes: bytes, and records.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::manifest::Stage;
use crate::dataset::{Attributes, RecordWriter, Run, WriteError};

/// Name of the stage of the records themselves.
pub(super) const RECORDS: &str = "records";

/// A running sum.
#[derive(Clone, Default)]
pub(super) struct Sum {
    digest: Sha256,
    bytes: u64,
    records: u64,
}

impl Sum {
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// A record goes into the sum behind its length in 4 bytes, so that records that are cut otherwise differ.
    fn record(&mut self, record: &[u8]) {
        // No record has 4 GiB.
        let length = u32::try_from(record.len()).unwrap_or(u32::MAX);
        self.digest.update(length.to_be_bytes());
        self.digest.update(record);
        self.bytes += record.len() as u64;
        self.records += 1;
    }

    /// What passed, as a stage.
    pub(super) fn stage(self, name: &str) -> Stage {
        use std::fmt::Write;
        let sha256 = self.digest.finalize().iter().fold(String::new(), |mut digits, byte| {
            // A String takes everything that is written to it.
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        let records = (name == RECORDS).then_some(self.records);
        Stage { stage: name.to_owned(), records, bytes: self.bytes, sha256 }
    }
}

/// Sums what is written.
pub(super) struct Summed<W> {
    pub(super) out: W,
    pub(super) sum: Sum,
}

impl<W> Summed<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, sum: Sum::default() }
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.bytes(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Sums the records that are put.
pub(super) struct SummedRecords<'a> {
    pub(super) out: &'a mut dyn RecordWriter,
    pub(super) sum: Sum,
}

impl<'a> SummedRecords<'a> {
    pub(super) fn new(out: &'a mut dyn RecordWriter) -> Self {
        Self { out, sum: Sum::default() }
    }
}

impl RecordWriter for SummedRecords<'_> {
    fn attributes(&self) -> Attributes {
        self.out.attributes()
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        self.sum.record(record);
        self.out.put(record)
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        run.records().for_each(|record| self.sum.record(record));
        self.out.put_run(run)
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
