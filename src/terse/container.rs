//! Around the codes: groups of eight, the end code, the time stamp, and what an uncleared buffer leaves behind it.

use super::RECORD;
use super::bits;
use super::encoder::PackedSink;
use super::header::{HEADER, Header};
use super::pack::END;
use super::stamp::{STAMP, Stamp};

/// Codes that are written together.
const GROUP: usize = 8;
/// Bytes of such a group.
pub(super) const GROUP_BYTES: usize = 12;
/// The real writer's buffer: what it does not overwrite appears again this many bytes later.
const BUFFER: usize = 3 * RECORD;
/// The sink gets packed records in pieces of at least this many bytes.
const PIECE: usize = 64 << 10;

/// Puts codes into packed records.
pub(super) struct Packer {
    /// Bytes of the file; those before `given` are kept only because they may appear again.
    bytes: Vec<u8>,
    given: usize,
    /// Codes that do not fill a group yet.
    pub(super) codes: Vec<u16>,
    count: u64,
    length: u64,
}

impl Packer {
    pub(super) fn new(header: &Header) -> Self {
        Self { bytes: header.to_bytes().to_vec(), given: 0, codes: Vec::new(), count: 0, length: 0 }
    }

    /// Writes the whole groups among the codes, and gives the sink what is worth it.
    pub(super) fn flush<S: PackedSink>(&mut self, sink: &mut S) -> Result<(), S::Error> {
        let whole = self.codes.len() / GROUP * GROUP;
        bits::append_pairs(&self.codes[..whole], &mut self.bytes);
        self.codes.drain(..whole);
        self.count += whole as u64;
        if self.bytes.len() - self.given >= PIECE { self.give(sink) } else { Ok(()) }
    }

    fn give<S: PackedSink>(&mut self, sink: &mut S) -> Result<(), S::Error> {
        let end = self.given + (self.bytes.len() - self.given) / RECORD * RECORD;
        sink.put(&self.bytes[self.given..end])?;
        self.length += (end - self.given) as u64;
        let kept = end.saturating_sub(BUFFER);
        self.bytes.drain(..kept);
        self.given = end - kept;
        Ok(())
    }

    /// Writes the end code, the stamp and the rest of the last record. Returns the codes without the end
    /// code, and the bytes of the file.
    pub(super) fn finish<S: PackedSink>(mut self, stamp: &Stamp, sink: &mut S) -> Result<(u64, u64), S::Error> {
        let count = self.count + self.codes.len() as u64;
        self.codes.push(END);
        // A full last group is followed by one more of zeros.
        self.codes.resize(self.codes.len() / GROUP * GROUP + GROUP, END);
        self.flush(sink)?;
        self.pad(stamp);
        self.give(sink)?;
        Ok((count, self.length))
    }

    /// Fills the last record: the stamp, if there is room, starts on the last byte of the last group.
    fn pad(&mut self, stamp: &Stamp) {
        let end = self.bytes.len();
        let length = self.given + (end - self.given).next_multiple_of(RECORD);
        if length - (end - 1) >= STAMP {
            self.bytes.truncate(end - 1);
            self.bytes.extend_from_slice(&stamp.to_bytes());
        }
        for at in self.bytes.len()..length {
            let stale = at.checked_sub(BUFFER).and_then(|at| self.bytes.get(at)).copied();
            self.bytes.push(stale.unwrap_or(0));
        }
    }
}

const _: () = assert!(GROUP * 3 == GROUP_BYTES * 2 && HEADER == GROUP_BYTES);
