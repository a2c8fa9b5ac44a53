//! Records on their way: runs lent by readers, records taken by writers.
//!
//! Border: says what a run looks like and what can go wrong, not where the bytes are.

use thiserror::Error;

use super::attributes::Attributes;

/// Length of a record descriptor word in bytes: a 2-byte length that counts itself, and two zeros.
pub const RDW: usize = 4;

/// How records lie in the bytes of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Records of this many bytes, end to end.
    Fixed(usize),
    /// Records that each follow their RDW.
    Described,
    /// The run is one record (RECFM=U: one block).
    Whole,
}

/// Some whole records, lent by a reader until it is asked for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// The bytes: never empty for `Fixed` and `Described`; `Whole` may be an empty record.
    pub bytes: &'a [u8],
    /// How records lie in them.
    pub shape: Shape,
}

impl<'a> Run<'a> {
    /// The records, without RDWs.
    pub fn records(&self) -> Records<'a> {
        Records { rest: Some(self.bytes), shape: self.shape }
    }

    /// How many records there are.
    pub fn count(&self) -> u64 {
        match self.shape {
            Shape::Fixed(length) => (self.bytes.len() / length.max(1)) as u64,
            Shape::Described => self.records().count() as u64,
            Shape::Whole => 1,
        }
    }
}

/// Iterates over the records of a run.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: Option<&'a [u8]>,
    shape: Shape,
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let (start, end) = match self.shape {
            Shape::Whole => {
                self.rest = None;
                return Some(rest);
            }
            Shape::Fixed(length) => (0, length),
            Shape::Described => (RDW, usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]))),
        };
        let record = rest.get(start..end).filter(|_| end > 0)?;
        self.rest = Some(&rest[end..]);
        Some(record)
    }
}

/// Gives the records of one data set in order.
pub trait RecordReader {
    /// The attributes after the merge at OPEN.
    fn attributes(&self) -> Attributes;

    /// Lends the next run of whole records; `None` at the end of the data.
    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError>;

    /// True once `next_run` would give `None`. Readers that know without giving a run say so.
    fn at_end(&mut self) -> Result<bool, ReadError> {
        Ok(false)
    }
}

/// Takes the records of one data set in order. Nothing is kept for good before `close`; a writer that is
/// dropped without it leaves what the disposition of an abend keeps: the whole blocks written so far.
pub trait RecordWriter {
    /// The attributes after the merge at OPEN.
    fn attributes(&self) -> Attributes;

    /// Takes one record, without an RDW. F: exactly LRECL bytes; V: at most LRECL - 4; U: at most BLKSIZE.
    fn put(&mut self, record: &[u8]) -> Result<(), WriteError>;

    /// Takes a run. The default goes record by record; files of fixed records take it in one piece.
    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        run.records().try_for_each(|record| self.put(record))
    }

    /// Writes the last block and ends the output.
    fn close(self: Box<Self>) -> Result<(), WriteError>;
}

/// Why no more records come.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The bytes that hold the records are not what the attributes say.
    #[error("the data of {dataset} are damaged: {what}")]
    Damaged {
        /// The data set.
        dataset: String,
        /// What is wrong.
        what: String,
    },
    /// A data set of a concatenation has other records than the first one.
    #[error("the records of {dataset} are unlike those of the first data set")]
    Unlike {
        /// The data set.
        dataset: String,
    },
    /// The host's file system failed.
    #[error("cannot read the data of {dataset}: {source}")]
    Io {
        /// The data set.
        dataset: String,
        /// The failure.
        source: std::io::Error,
    },
}

/// The system completion codes for "no more space".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceAbend {
    /// B37-04: the volume is full, or the data set has its 16 extents.
    B37,
    /// D37-04: the primary space is full and no secondary was asked for.
    D37,
    /// E37-04: a library has its 16 extents, or no volume has space.
    E37,
}

/// Why a record was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// No more space: the program abends.
    #[error("no space left in {dataset} on volume {volume}")]
    Space {
        /// Which of the three codes.
        abend: SpaceAbend,
        /// The ddname.
        ddname: String,
        /// The data set.
        dataset: String,
        /// The volume serial.
        volume: String,
    },
    /// The record does not fit the attributes: a program's mistake, or data that do not belong here.
    #[error("a record of {length} bytes does not fit {dataset} (RECFM={recfm}, LRECL={lrecl})")]
    Length {
        /// The data set.
        dataset: String,
        /// Bytes in the record.
        length: usize,
        /// RECFM of the data set.
        recfm: String,
        /// LRECL of the data set.
        lrecl: u32,
    },
    /// The directory of a library has no room for another member: the program abends.
    #[error("the directory of {dataset} is full")]
    Directory {
        /// The ddname.
        ddname: String,
        /// The library.
        dataset: String,
        /// The volume serial.
        volume: String,
    },
    /// The host's file system failed.
    #[error("cannot write the data of {dataset}: {source}")]
    Io {
        /// The data set.
        dataset: String,
        /// The failure.
        source: std::io::Error,
    },
}

/// Records in memory: in-stream data, and data sets of tests.
#[derive(Debug)]
pub struct MemoryReader<'a> {
    attributes: Attributes,
    bytes: &'a [u8],
    shape: Shape,
}

impl<'a> MemoryReader<'a> {
    /// Reads records that lie in `bytes` as `attributes` and `shape` say.
    pub fn new(attributes: Attributes, shape: Shape, bytes: &'a [u8]) -> Self {
        Self { attributes, bytes, shape }
    }
}

impl RecordReader for MemoryReader<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        let bytes = std::mem::take(&mut self.bytes);
        Ok((!bytes.is_empty()).then_some(Run { bytes, shape: self.shape }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, Shape};

    #[test]
    fn a_run_of_described_records_gives_them_without_their_rdws() {
        let run = Run { bytes: b"\x00\x06\x00\x00AB\x00\x04\x00\x00\x00\x05\x00\x00C", shape: Shape::Described };
        assert_eq!(run.records().collect::<Vec<_>>(), [b"AB".as_slice(), b"", b"C"]);
    }

    #[test]
    fn a_run_of_fixed_records_is_cut_by_length() {
        let run = Run { bytes: b"AABBCC", shape: Shape::Fixed(2) };
        assert_eq!(run.records().collect::<Vec<_>>(), [b"AA", b"BB", b"CC"]);
    }

    #[test]
    fn a_damaged_rdw_ends_the_iteration() {
        for bytes in [b"\x00\x00\x00\x00".as_slice(), b"\x00\x03\x00\x00A", b"\x00", b"\xFF\xFF\x00\x00A"] {
            assert_eq!(Run { bytes, shape: Shape::Described }.records().count(), 0, "{bytes:02X?}");
        }
    }
}
