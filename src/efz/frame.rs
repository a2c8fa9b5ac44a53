//! The frame around each record of the clear body: a 4-byte length and 2 bytes of flags in front of the data.
//!
//! Border: puts records into frames and finds them again in clear bytes; where those come from and go to is not
//! known here.

use std::ops::ControlFlow;

use super::CHUNK;
use super::layout::{Damage, TakeRecord};

/// Bytes in front of each record. The size of a published run of CSDFILEN shows that it adds six as well.
pub(super) const FRAME: usize = 6;
/// Where the flags stand in them.
const AT_FLAGS: usize = 4;
/// Bytes of a card.
const CARD: usize = 80;
/// Marks the last record.
const LAST: u16 = 0x8000;
/// Longest record that is believed: far above what a data set can hold (32,760, spanned 65,531), so that a damaged
/// or hostile length cannot make the reader take all memory.
const LONGEST_RECORD: usize = 1 << 20;

/// The frame of a record of `length` bytes.
fn frame(length: u32, last: bool) -> [u8; FRAME] {
    let mut out = [0; FRAME];
    out[..AT_FLAGS].copy_from_slice(&length.to_be_bytes());
    out[AT_FLAGS..].copy_from_slice(&if last { LAST } else { 0 }.to_be_bytes());
    out
}

/// Frames records into chunks of equal size, whatever the sizes of the records.
pub(super) struct Framer {
    buffer: Vec<u8>,
}

impl Framer {
    pub(super) fn new() -> Self {
        Self { buffer: Vec::with_capacity(CHUNK) }
    }

    /// Frames a record; each chunk that is full goes to `full`, which leaves an empty buffer.
    pub(super) fn put<E>(
        &mut self,
        record: &[u8],
        length: u32,
        last: bool,
        full: &mut impl FnMut(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let frame = frame(length, last);
        if self.buffer.len() + FRAME + record.len() < CHUNK {
            self.buffer.extend_from_slice(&frame);
            // Most records are card images, and a copy of a known length needs no call.
            match <&[u8; CARD]>::try_from(record) {
                Ok(card) => self.buffer.extend_from_slice(card),
                Err(_) => self.buffer.extend_from_slice(record),
            }
            return Ok(());
        }
        self.append(&frame, full)?;
        self.append(record, full)
    }

    /// Takes bytes that may go over the end of the buffer.
    fn append<E>(&mut self, mut bytes: &[u8], full: &mut impl FnMut(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            if self.buffer.len() == CHUNK {
                full(&mut self.buffer)?;
                self.buffer.reserve_exact(CHUNK);
            }
            bytes = later;
        }
        Ok(())
    }

    /// What did not fill a chunk.
    pub(super) fn rest(self) -> Vec<u8> {
        self.buffer
    }
}

/// Finds the records of a body.
pub(super) struct Frames {
    /// Bytes of the body that were not taken yet, where its clear length is known.
    left: Option<u64>,
    /// Records taken so far.
    records: u64,
    last_seen: bool,
}

impl Frames {
    /// Expects a body of so many bytes, or one that ends where its compressed stream ends.
    pub(super) fn new(body: Option<u64>) -> Self {
        Self { left: body, records: 0, last_seen: false }
    }

    /// Gives all records that are whole in `clear` to `take`. The result is how many bytes they had.
    pub(super) fn release(
        &mut self,
        clear: &[u8],
        take: &mut TakeRecord<'_>,
    ) -> Result<ControlFlow<(), usize>, Damage> {
        let mut rest = clear;
        while let Some(record) = self.next(rest)? {
            if take(record).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            rest = &rest[FRAME + record.len()..];
        }
        Ok(ControlFlow::Continue(clear.len() - rest.len()))
    }

    /// The next record at the start of `clear`, without its frame, or `None` if more bytes are needed first.
    fn next<'a>(&mut self, clear: &'a [u8]) -> Result<Option<&'a [u8]>, Damage> {
        if self.left == Some(0) {
            return Ok(None);
        }
        let Some(frame) = clear.first_chunk::<FRAME>() else {
            let too_short = self.left.is_some_and(|left| left < FRAME as u64);
            return if too_short { Err(self.damaged_length(0)) } else { Ok(None) };
        };
        let length = u32::from_be_bytes(std::array::from_fn(|at| frame[at]));
        let flags = u16::from_be_bytes(std::array::from_fn(|at| frame[AT_FLAGS + at]));
        self.check(length, flags)?;
        let end = FRAME + length as usize;
        let Some(record) = clear.get(FRAME..end) else { return Ok(None) };
        self.left = self.left.map(|left| left - end as u64);
        self.records += 1;
        self.last_seen = flags == LAST;
        Ok(Some(record))
    }

    fn check(&self, length: u32, flags: u16) -> Result<(), Damage> {
        let room = self.left.unwrap_or(u64::MAX);
        if length as usize > LONGEST_RECORD || FRAME as u64 + u64::from(length) > room {
            return Err(self.damaged_length(length));
        }
        if flags != 0 && flags != LAST {
            return Err(Damage::RecordFlags { record: self.records + 1, flags });
        }
        if self.last_seen { Err(Damage::AfterLast { records: self.records }) } else { Ok(()) }
    }

    fn damaged_length(&self, length: u32) -> Damage {
        Damage::RecordLength { record: self.records + 1, length }
    }

    /// What is wrong when clear bytes are left over behind the last whole record.
    pub(super) fn unfinished(&self) -> Damage {
        if self.last_seen {
            Damage::AfterLast { records: self.records }
        } else {
            Damage::NoLast { records: self.records }
        }
    }

    /// The number of records, once the whole body was taken.
    pub(super) fn finish(&self) -> Result<u64, Damage> {
        if self.left.is_some_and(|left| left > 0) || (self.records > 0 && !self.last_seen) {
            return Err(Damage::NoLast { records: self.records });
        }
        Ok(self.records)
    }
}
