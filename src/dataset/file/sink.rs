//! Writing one file of records, with the space of its blocks counted.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{BDW, BUFFER, shape_of};
use crate::dataset::attributes::{Attributes, SMALLEST_SPANNED_BLOCK};
use crate::dataset::record::{RDW, Run, Shape, SpaceAbend};
use crate::dataset::space::{Space, Tally};

/// What became of a file of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Records.
    pub records: u64,
    /// Bytes of records without RDWs.
    pub bytes: u64,
    /// Space used, with what was used before.
    pub tally: Tally,
    /// Space held.
    pub space: Space,
}

/// Asks a volume whether a data set may hold so many tracks in all.
pub type Room = Box<dyn FnMut(u32) -> bool>;

/// Writes one file of records and counts its space.
pub struct FileSink {
    file: File,
    path: PathBuf,
    attributes: Attributes,
    buffer: Vec<u8>,
    /// Bytes in the file and in the buffer.
    length: u64,
    /// Bytes up to the end of the last whole block.
    whole: u64,
    /// Records and bytes up to there.
    whole_records: u64,
    whole_bytes: u64,
    records: u64,
    bytes: u64,
    /// Bytes of the block being filled (V only, BDW included; 0 if none is).
    block: u32,
    tally: Tally,
    /// Space used in front of the first of `bytes` (F only): other members.
    before: Tally,
    space: Space,
    room: Room,
}

/// Why a sink took no more.
#[derive(Debug)]
pub enum SinkError {
    /// No space.
    Space(SpaceAbend),
    /// The record does not fit the attributes.
    Length,
    /// The host's file system failed.
    Io(io::Error),
}

impl From<io::Error> for SinkError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where a sink starts.
pub struct Start {
    /// Space that the data set has.
    pub space: Space,
    /// Space that is used before the first record.
    pub tally: Tally,
    /// Records that the file holds already (MOD).
    pub records: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl FileSink {
    /// Writes at the end of the file at `path`, which is made if it is not there.
    pub fn open(path: PathBuf, attributes: Attributes, start: &Start, room: Room) -> io::Result<Self> {
        let file = File::options().create(true).append(true).open(&path)?;
        let length = file.metadata()?.len();
        Ok(Self {
            file,
            path,
            attributes,
            buffer: Vec::with_capacity(BUFFER),
            length,
            whole: length,
            whole_records: start.records,
            whole_bytes: start.bytes,
            records: start.records,
            bytes: start.bytes,
            block: 0,
            tally: start.tally,
            before: if start.bytes == 0 { start.tally } else { Tally::starting_at(0) },
            space: start.space,
            room,
        })
    }

    /// The attributes of the records.
    pub fn attributes(&self) -> Attributes {
        self.attributes
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes one record without an RDW.
    pub fn put(&mut self, record: &[u8]) -> Result<(), SinkError> {
        match shape_of(&self.attributes) {
            Shape::Fixed(length) if record.len() == length => self.put_fixed(record, length),
            Shape::Described if record.len() <= self.attributes.longest_record() => self.put_described(record),
            Shape::Whole if record.len() <= self.attributes.longest_record() => self.put_block(record),
            _ => Err(SinkError::Length),
        }
    }

    /// Takes a run; fixed records of the same length in one piece.
    pub fn put_run(&mut self, run: Run<'_>) -> Result<(), SinkError> {
        match (run.shape, shape_of(&self.attributes)) {
            (Shape::Fixed(given), Shape::Fixed(length))
                if given == length && run.bytes.len().is_multiple_of(length) =>
            {
                self.put_fixed(run.bytes, length)
            }
            _ => run.records().try_for_each(|record| self.put(record)),
        }
    }

    fn put_fixed(&mut self, bytes: &[u8], lrecl: usize) -> Result<(), SinkError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = self.fixed_capacity().saturating_sub(self.bytes);
            let fitting = usize::try_from(room).unwrap_or(usize::MAX).min(rest.len()) / lrecl * lrecl;
            let (now, later) = rest.split_at(fitting);
            self.append(now)?;
            self.bytes += now.len() as u64;
            self.records += (now.len() / lrecl) as u64;
            rest = later;
            if !rest.is_empty() {
                self.extend()?;
            }
        }
        Ok(())
    }

    fn fixed_block(&self) -> u32 {
        let Attributes { lrecl, blksize, .. } = self.attributes;
        (blksize / lrecl.max(1) * lrecl).max(lrecl).max(1)
    }

    /// Bytes of fixed records that the space holds.
    fn fixed_capacity(&self) -> u64 {
        let block = self.fixed_block();
        self.before.blocks_to(self.space.allocated, block) * u64::from(block)
    }

    fn put_described(&mut self, record: &[u8]) -> Result<(), SinkError> {
        let length = record.len() as u32 + RDW as u32;
        if self.attributes.recfm.is_spanned() {
            self.span(record.len() as u32)?;
        } else {
            self.fit(length)?;
        }
        self.append(&[(length >> 8) as u8, length as u8, 0, 0])?;
        self.append(record)?;
        self.count(record.len());
        Ok(())
    }

    /// Puts a record of `length` bytes with its RDW in a block that has room for all of it.
    fn fit(&mut self, length: u32) -> Result<(), SinkError> {
        if self.block > 0 && (self.block + length > self.attributes.blksize || !self.attributes.recfm.is_blocked()) {
            self.end_block();
        }
        let block = if self.block == 0 { BDW } else { self.block } + length;
        self.make_room(self.tally.with_block(block))?;
        self.block = block;
        Ok(())
    }

    /// Cuts a record of `rest` bytes into segments, each behind its descriptor word, as blocks have room.
    fn span(&mut self, mut rest: u32) -> Result<(), SinkError> {
        let blksize = self.attributes.blksize.max(SMALLEST_SPANNED_BLOCK);
        if self.block > 0 && !self.attributes.recfm.is_blocked() {
            self.end_block();
        }
        loop {
            let block = if self.block == 0 { BDW } else { self.block } + RDW as u32;
            if block + rest.min(1) > blksize {
                self.end_block();
                continue;
            }
            let segment = rest.min(blksize - block);
            self.make_room(self.tally.with_block(block + segment))?;
            self.block = block + segment;
            rest -= segment;
            if rest == 0 {
                return Ok(());
            }
            self.end_block();
        }
    }

    fn put_block(&mut self, block: &[u8]) -> Result<(), SinkError> {
        self.make_room(self.tally.with_block(block.len() as u32))?;
        self.append(&(block.len() as u32).to_be_bytes())?;
        self.append(block)?;
        self.count(block.len());
        self.block = block.len() as u32;
        self.end_block();
        Ok(())
    }

    fn count(&mut self, length: usize) {
        self.records += 1;
        self.bytes += length as u64;
    }

    /// The block being filled is written: what is there now stays, whatever happens.
    fn end_block(&mut self) {
        self.tally = self.tally.with_block(self.block);
        self.block = 0;
        self.whole_records = self.records;
        self.whole_bytes = self.bytes;
        self.whole = self.length;
    }

    fn make_room(&mut self, wanted: Tally) -> Result<(), SinkError> {
        while wanted.tracks() > self.space.allocated {
            self.extend()?;
        }
        Ok(())
    }

    fn extend(&mut self) -> Result<(), SinkError> {
        let room = &mut self.room;
        self.space.extend(room).map_err(SinkError::Space)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        if self.buffer.len() + bytes.len() <= BUFFER {
            self.buffer.extend_from_slice(bytes);
            return Ok(());
        }
        self.flush()?;
        if bytes.len() >= BUFFER {
            return self.file.write_all(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Writes the last block and says what there is. The file is not yet safe on the disk.
    pub fn finish(&mut self) -> Result<Written, SinkError> {
        if self.block > 0 {
            self.end_block();
        }
        self.flush()?;
        if self.attributes.recfm.is_fixed() {
            let block = self.fixed_block();
            self.tally = self.before.with_blocks(self.bytes.div_ceil(u64::from(block)), block);
        }
        Ok(Written { records: self.records, bytes: self.bytes, tally: self.tally, space: self.space })
    }

    /// What an abend leaves: the whole blocks written so far.
    pub fn abandon(&mut self) -> io::Result<Written> {
        self.flush()?;
        if self.attributes.recfm.is_fixed() {
            let block = u64::from(self.fixed_block());
            self.tally = self.before.with_blocks(self.bytes / block, self.fixed_block());
            self.whole_bytes = self.bytes / block * block;
            self.whole = self.whole_bytes;
            self.whole_records = self.whole_bytes / u64::from(self.attributes.lrecl.max(1));
        }
        self.file.set_len(self.whole)?;
        Ok(Written { records: self.whole_records, bytes: self.whole_bytes, tally: self.tally, space: self.space })
    }
}
