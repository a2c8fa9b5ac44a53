//! The frame around each record of the clear body: a 4-byte length and 2 bytes of flags in front of the data.
//!
//! Border: finds records in clear bytes; where those come from is not known here.

use super::open::Damage;

/// Bytes in front of each record. The size of a published run of CSDFILEN shows that it adds six as well.
pub(super) const FRAME: usize = 6;
/// Where the flags stand in them.
const AT_FLAGS: usize = 4;
/// Marks the last record.
const LAST: u16 = 0x8000;
/// Longest record that is believed: far above what a data set can hold (32,760), so that a damaged length cannot
/// make the reader take all memory.
const LONGEST_RECORD: usize = 16 << 20;

/// The frame of a record of `length` bytes.
pub(super) fn frame(length: u32, last: bool) -> [u8; FRAME] {
    let mut out = [0; FRAME];
    out[..AT_FLAGS].copy_from_slice(&length.to_be_bytes());
    out[AT_FLAGS..].copy_from_slice(&if last { LAST } else { 0 }.to_be_bytes());
    out
}

/// Finds the records of a body.
pub(super) struct Frames {
    /// Bytes of the body that were not taken yet.
    left: u64,
    /// Records taken so far.
    records: u64,
    last_seen: bool,
}

impl Frames {
    /// Expects a body of so many bytes.
    pub(super) fn new(body: u64) -> Self {
        Self { left: body, records: 0, last_seen: false }
    }

    /// The next record at the start of `clear`, without its frame, or `None` if more bytes are needed first.
    /// The caller drops `FRAME` + length bytes once it is done with the record.
    pub(super) fn next<'a>(&mut self, clear: &'a [u8]) -> Result<Option<&'a [u8]>, Damage> {
        if self.left == 0 {
            return Ok(None);
        }
        let Some(frame) = clear.first_chunk::<FRAME>() else {
            return if self.left < FRAME as u64 { Err(self.damaged_length(0)) } else { Ok(None) };
        };
        let length = u32::from_be_bytes(std::array::from_fn(|at| frame[at]));
        let flags = u16::from_be_bytes(std::array::from_fn(|at| frame[AT_FLAGS + at]));
        self.check(length, flags)?;
        let end = FRAME + length as usize;
        let Some(record) = clear.get(FRAME..end) else { return Ok(None) };
        self.left -= end as u64;
        self.records += 1;
        self.last_seen = flags == LAST;
        Ok(Some(record))
    }

    fn check(&self, length: u32, flags: u16) -> Result<(), Damage> {
        if length as usize > LONGEST_RECORD || FRAME as u64 + u64::from(length) > self.left {
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

    /// The number of records, once the whole body was taken.
    pub(super) fn finish(&self) -> Result<u64, Damage> {
        if self.left > 0 || (self.records > 0 && !self.last_seen) {
            return Err(Damage::NoLast { records: self.records });
        }
        Ok(self.records)
    }
}
