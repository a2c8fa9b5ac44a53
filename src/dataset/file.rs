//! Records in files of the host: how they lie there, read in large pieces and written with space counted.
//!
//! F: the bytes of all records. V: each record after its RDW. U: each block after a 4-byte length. Blocks of
//! F and V are not kept, only counted. Border: one file at a time; names and the catalog are elsewhere.

mod sink;
#[cfg(test)]
mod tests;

pub use sink::{FileSink, Room, SinkError, Start, Written};

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::attributes::Attributes;
use super::record::{RDW, ReadError, RecordReader, Run, Shape};

/// Bytes read or written in one call.
const BUFFER: usize = 256 * 1024;
/// Length of the word in front of a block of RECFM=U.
const BLOCK_WORD: usize = 4;
/// Length of a block descriptor word, counted in V blocks.
const BDW: u32 = 4;

/// The shape of runs of these attributes.
pub fn shape_of(attributes: &Attributes) -> Shape {
    if attributes.recfm.is_fixed() {
        Shape::Fixed(attributes.lrecl.max(1) as usize)
    } else if attributes.recfm.is_variable() {
        Shape::Described
    } else {
        Shape::Whole
    }
}

/// Reads one file of records.
pub struct FileReader {
    file: Option<File>,
    dataset: String,
    attributes: Attributes,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl FileReader {
    /// Reads the file at `path`, or nothing at all if there is none.
    pub fn open(path: Option<&Path>, dataset: &str, attributes: Attributes) -> io::Result<Self> {
        let file = path.map(File::open).transpose()?;
        Ok(Self { file, dataset: dataset.to_owned(), attributes, buffer: Vec::new(), start: 0, end: 0 })
    }

    /// Moves what is left to the front and reads more behind it. False at the end of the file.
    fn fill(&mut self) -> Result<bool, ReadError> {
        let Some(file) = &mut self.file else { return Ok(false) };
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        self.buffer.resize(BUFFER, 0);
        let read = loop {
            match file.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let read = read.map_err(|source| ReadError::Io { dataset: self.dataset.clone(), source })?;
        self.end += read;
        Ok(read > 0)
    }

    /// Length of the longest piece of whole records at the front, and where its bytes begin.
    fn whole(&self, shape: Shape) -> Result<(usize, usize), ReadError> {
        let there = &self.buffer[self.start..self.end];
        match shape {
            Shape::Fixed(length) => Ok((0, there.len() / length * length)),
            Shape::Described => described(there).map(|length| (0, length)).map_err(|what| self.damaged(what)),
            Shape::Whole => Ok(match there.first_chunk::<BLOCK_WORD>() {
                Some(word) => match BLOCK_WORD.checked_add(u32::from_be_bytes(*word) as usize) {
                    Some(length) if length <= BUFFER => (BLOCK_WORD, if length <= there.len() { length } else { 0 }),
                    _ => return Err(self.damaged("a block is longer than any block can be")),
                },
                None => (BLOCK_WORD, 0),
            }),
        }
    }

    fn damaged(&self, what: &str) -> ReadError {
        ReadError::Damaged { dataset: self.dataset.clone(), what: what.to_owned() }
    }
}

/// Length of the whole records with their RDWs at the front of `bytes`.
fn described(bytes: &[u8]) -> Result<usize, &'static str> {
    let mut length = 0;
    while let Some(word) = bytes.get(length..).and_then(<[u8]>::first_chunk::<RDW>) {
        let record = usize::from(u16::from_be_bytes([word[0], word[1]]));
        if record < RDW {
            return Err("a record descriptor word is shorter than itself");
        }
        if length + record > bytes.len() {
            break;
        }
        length += record;
    }
    Ok(length)
}

impl RecordReader for FileReader {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        let shape = shape_of(&self.attributes);
        loop {
            let (skip, length) = self.whole(shape)?;
            if length > 0 {
                let from = self.start + skip;
                self.start += length;
                return Ok(Some(Run { bytes: &self.buffer[from..self.start], shape }));
            }
            if !self.fill()? {
                return if self.start == self.end { Ok(None) } else { Err(self.damaged("the last record is cut off")) };
            }
        }
    }

    fn at_end(&mut self) -> Result<bool, ReadError> {
        Ok(self.start == self.end && !self.fill()?)
    }
}
