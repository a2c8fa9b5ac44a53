//! Records in, packed records out.

use std::io;

use super::container::Packer;
use super::error::EncodeError;
use super::header::{Header, MAX_RECORD, MAX_VARIABLE_RECORD, Method};
use super::pack::encode::PackEncoder;
use super::spack::encode::SpackEncoder;
use super::stamp::Stamp;

/// Bytes of records that are packed before the codes are written.
const PIECE: usize = 32 << 10;

/// Takes packed records: whole ones of 1024 bytes, many at a time.
pub trait PackedSink {
    /// Why it does not take them.
    type Error;

    /// Takes some packed records end to end.
    fn put(&mut self, records: &[u8]) -> Result<(), Self::Error>;
}

impl<W: io::Write> PackedSink for W {
    type Error = io::Error;

    fn put(&mut self, records: &[u8]) -> io::Result<()> {
        self.write_all(records)
    }
}

/// What was packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Bytes of all records, without RDWs.
    pub unpacked: u64,
    /// Codes, without the end code.
    pub codes: u64,
    /// Bytes of the packed file, a multiple of 1024.
    pub packed: u64,
}

impl Totals {
    /// The integer part of unpacked / packed size, as the header of a library tells it.
    pub fn ratio(&self) -> u8 {
        self.unpacked.checked_div(self.packed).map_or(0, |ratio| u8::try_from(ratio).unwrap_or(u8::MAX))
    }
}

/// Packs the records of one data set, in constant memory.
pub struct Encoder<S> {
    header: Header,
    engine: Engine,
    packer: Packer,
    sink: S,
    unpacked: u64,
    /// The next variable record is not the first.
    follows: bool,
}

enum Engine {
    Pack(Box<PackEncoder>),
    SpackBytes(Box<SpackEncoder<u8>>),
    SpackMarks(Box<SpackEncoder<u16>>),
}

impl<S: PackedSink> Encoder<S> {
    /// Starts to pack records as `header` describes them.
    pub fn new(header: Header, sink: S) -> Result<Self, EncodeError<S::Error>> {
        let longest = if header.variable { MAX_VARIABLE_RECORD } else { MAX_RECORD };
        if !(1..=longest).contains(&header.record_length) {
            return Err(EncodeError::Format(header.record_length));
        }
        let engine = match header.method {
            Method::Pack => Engine::Pack(Box::new(PackEncoder::new())),
            Method::Spack if header.has_marks() => Engine::SpackMarks(Box::new(SpackEncoder::new())),
            Method::Spack => Engine::SpackBytes(Box::new(SpackEncoder::new())),
        };
        Ok(Self { header, engine, packer: Packer::new(&header), sink, unpacked: 0, follows: false })
    }

    /// Packs one record, without an RDW: of the record length (fixed), or up to it (variable).
    pub fn put_record(&mut self, record: &[u8]) -> Result<(), EncodeError<S::Error>> {
        let (expected, marks) = (self.header.longest_record(), self.header.has_marks());
        if record.len() > expected || (!marks && record.len() != expected) {
            return Err(EncodeError::RecordLength { length: record.len(), expected });
        }
        if marks && std::mem::replace(&mut self.follows, true) {
            self.engine.put_mark(&mut self.packer.codes);
        }
        self.put_bytes(record)
    }

    /// Packs many records of fixed length that lie end to end.
    pub fn put_run(&mut self, records: &[u8]) -> Result<(), EncodeError<S::Error>> {
        let expected = self.header.longest_record();
        if self.header.has_marks() || !records.len().is_multiple_of(expected) {
            return Err(EncodeError::RecordLength { length: records.len(), expected });
        }
        self.put_bytes(records)
    }

    fn put_bytes(&mut self, bytes: &[u8]) -> Result<(), EncodeError<S::Error>> {
        self.unpacked += bytes.len() as u64;
        for piece in bytes.chunks(PIECE) {
            self.engine.put_bytes(piece, &mut self.packer.codes);
            if self.packer.codes.len() >= PIECE / 2 {
                self.packer.flush(&mut self.sink).map_err(EncodeError::Sink)?;
            }
        }
        Ok(())
    }

    /// Ends the data. Returns what was packed, and the sink.
    pub fn finish(mut self, stamp: &Stamp) -> Result<(Totals, S), EncodeError<S::Error>> {
        self.engine.finish(&mut self.packer.codes);
        let (codes, packed) = self.packer.finish(stamp, &mut self.sink).map_err(EncodeError::Sink)?;
        Ok((Totals { unpacked: self.unpacked, codes, packed }, self.sink))
    }
}

impl Engine {
    fn put_bytes(&mut self, bytes: &[u8], codes: &mut Vec<u16>) {
        match self {
            Self::Pack(engine) => engine.put_bytes(bytes, codes),
            Self::SpackBytes(engine) => engine.put_bytes(bytes, codes),
            Self::SpackMarks(engine) => engine.put_bytes(bytes, codes),
        }
    }

    fn put_mark(&mut self, codes: &mut Vec<u16>) {
        match self {
            Self::Pack(engine) => engine.put_mark(codes),
            Self::SpackMarks(engine) => engine.put_mark(codes),
            // Records of fixed length have no marks.
            Self::SpackBytes(_) => {}
        }
    }

    fn finish(&mut self, codes: &mut Vec<u16>) {
        match self {
            Self::Pack(engine) => engine.finish(codes),
            Self::SpackBytes(engine) => engine.finish(codes),
            Self::SpackMarks(engine) => engine.finish(codes),
        }
    }
}
