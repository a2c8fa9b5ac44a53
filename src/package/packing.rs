//! Records through the TERSE codec: what packs looks like a data set being written, what unpacks like one being
//! read.
//!
//! Border: joins `terse` to the readers and writers of `dataset`; knows no files.

use std::io::{self, Read};

use crate::dataset::attributes::lrecl_text;
use crate::dataset::{Attributes, ReadError, RecordReader, RecordWriter, Run, Shape, WriteError};
use crate::program::trsmain::shape;
use crate::terse::{DecodeError, Decoder, EncodeError, Encoder, Header, Method, PackedSink, Stamp, Totals};

/// Packs the records that it takes.
pub struct Packing<S: PackedSink<Error = io::Error>> {
    encoder: Encoder<S>,
    attributes: Attributes,
    target: String,
    /// Records taken so far.
    pub records: u64,
    /// Those of them that are empty.
    pub empty_records: u64,
}

impl<S: PackedSink<Error = io::Error>> Packing<S> {
    /// Starts to pack records of these attributes; `target` names the output in errors.
    pub fn new(method: Method, attributes: Attributes, target: String, sink: S) -> Result<Self, String> {
        let header = header(method, attributes)?;
        let encoder = Encoder::new(header, sink).map_err(|error| error.to_string())?;
        Ok(Self { encoder, attributes, target, records: 0, empty_records: 0 })
    }

    /// Ends the data.
    pub fn finish(self, stamp: &Stamp) -> io::Result<(Totals, S)> {
        self.encoder.finish(stamp).map_err(|error| match error {
            EncodeError::Sink(error) => error,
            other => io::Error::other(other.to_string()),
        })
    }

    fn failure(&self, error: EncodeError<io::Error>) -> WriteError {
        let dataset = self.target.clone();
        match error {
            EncodeError::Sink(source) => WriteError::Io { dataset, source },
            EncodeError::RecordLength { length, .. } => {
                let Attributes { recfm, lrecl, .. } = self.attributes;
                WriteError::Length { dataset, length, recfm: recfm.to_string(), lrecl }
            }
            other @ EncodeError::Format(_) => WriteError::Io { dataset, source: io::Error::other(other.to_string()) },
        }
    }
}

impl<S: PackedSink<Error = io::Error>> RecordWriter for Packing<S> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        self.records += 1;
        self.empty_records += u64::from(record.is_empty());
        self.encoder.put_record(record).map_err(|error| self.failure(error))
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        match run.shape {
            Shape::Fixed(length) if length as u32 == self.attributes.lrecl && self.attributes.recfm.is_fixed() => {
                self.records += (run.bytes.len() / length.max(1)) as u64;
                self.encoder.put_run(run.bytes).map_err(|error| self.failure(error))
            }
            _ => run.records().try_for_each(|record| self.put(record)),
        }
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// The header for records of these attributes, or why there is none.
pub fn header(method: Method, attributes: Attributes) -> Result<Header, String> {
    let Attributes { recfm, lrecl, blksize } = attributes;
    shape::header(method, &attributes).map_err(|what| {
        let lrecl = lrecl_text(Some(recfm), lrecl);
        format!("RECFM={recfm}, LRECL={lrecl}, BLKSIZE={blksize} cannot be packed: {what}")
    })
}

/// Gives the records of packed data.
pub struct Unpacking<R> {
    decoder: Decoder<R>,
    attributes: Attributes,
    shape: Shape,
    failure: Option<DecodeError>,
}

impl<R: Read> Unpacking<R> {
    /// The records that `decoder` gives.
    pub fn new(decoder: Decoder<R>) -> Self {
        let header = decoder.header();
        let (attributes, length) = (shape::attributes(header), header.record_length as usize);
        let shape = if header.has_marks() { Shape::Described } else { Shape::Fixed(length) };
        Self { decoder, attributes, shape, failure: None }
    }

    /// The decoder, and the damage at which it stopped.
    pub fn end(self) -> (Decoder<R>, Option<DecodeError>) {
        (self.decoder, self.failure)
    }
}

impl<R: Read> RecordReader for Unpacking<R> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    /// Ends also where the data are damaged; `end` tells.
    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        match self.decoder.next_run() {
            Ok(run) => Ok(run.map(|bytes| Run { bytes, shape: self.shape })),
            Err(error) => {
                self.failure = Some(error);
                Ok(None)
            }
        }
    }
}
