//! Bytes on their way: with bars and Ctrl-C, or out of the records of a data set.
//!
//! Border: streams only. How records pass through the codec is known to `package`.

use std::io::{self, Read};

use super::Meter;
use crate::dataset::RecordReader;
pub(super) use crate::package::packing::{Packing, Unpacking, header};
use crate::program::Progress;

/// Counts bytes as they are read, and stops when the user has had enough.
pub(super) struct Metered<'a, R> {
    input: R,
    meter: &'a Meter,
}

impl<'a, R: Read> Metered<'a, R> {
    pub(super) fn new(input: R, meter: &'a Meter) -> Self {
        Self { input, meter }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.meter.cancel.is_requested() {
            return Err(io::Error::other("stopped"));
        }
        let read = self.input.read(buffer)?;
        self.meter.bars.advance(read as u64);
        Ok(read)
    }
}

/// The records of a data set end to end, as bytes.
pub(in crate::cli) struct RecordBytes<R> {
    reader: R,
    bytes: Vec<u8>,
    next: usize,
}

impl<R: RecordReader> RecordBytes<R> {
    pub(in crate::cli) fn new(reader: R) -> Self {
        Self { reader, bytes: Vec::new(), next: 0 }
    }
}

impl<R: RecordReader> Read for RecordBytes<R> {
    fn read(&mut self, wanted: &mut [u8]) -> io::Result<usize> {
        if self.next == self.bytes.len() {
            let Some(run) = self.reader.next_run().map_err(|error| io::Error::other(error.to_string()))? else {
                return Ok(0);
            };
            self.bytes.clear();
            self.bytes.extend_from_slice(run.bytes);
            self.next = 0;
        }
        let count = self.bytes.get(self.next..).unwrap_or_default().read(wanted)?;
        self.next += count;
        Ok(count)
    }
}
