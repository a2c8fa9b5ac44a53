//! Records in files of the host: how they lie there, read in large pieces and written with space counted.
//!
//! F: the bytes of all records. V: each record after its RDW. U: each block after a 4-byte length. Blocks of
//! F and V are not kept, only counted. Border: one file at a time; names and the catalog are elsewhere.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::attributes::{Attributes, SMALLEST_SPANNED_BLOCK};
use super::record::{RDW, ReadError, RecordReader, Run, Shape, SpaceAbend};
use super::space::{Space, Tally};

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FileReader, FileSink, SinkError, Start};
    use crate::dataset::attributes::{Attributes, LONGEST_SPANNED, LRECL_X, Recfm};
    use crate::dataset::record::{ReadError, RecordReader, SpaceAbend};
    use crate::dataset::space::{Space, Tally};

    fn attributes(recfm: Recfm, lrecl: u32, blksize: u32) -> Attributes {
        Attributes { recfm, lrecl, blksize }
    }

    fn sink(home: &tempfile::TempDir, attributes: Attributes, primary: u32, secondary: u32) -> FileSink {
        let space = Space { primary, secondary, allocated: primary, extents: 1, partitioned: false };
        let start = Start { space, tally: Tally::starting_at(0), records: 0, bytes: 0 };
        FileSink::open(home.path().join("data"), attributes, &start, Box::new(|_| true)).expect("a file")
    }

    fn read(home: &tempfile::TempDir, attributes: Attributes) -> Result<Vec<Vec<u8>>, ReadError> {
        let path = home.path().join("data");
        let mut reader = FileReader::open(Some(&path), "A.B", attributes).expect("a file");
        let mut records = Vec::new();
        while let Some(run) = reader.next_run()? {
            records.extend(run.records().map(<[u8]>::to_vec));
        }
        Ok(records)
    }

    fn any_attributes() -> impl Strategy<Value = Attributes> {
        prop_oneof![
            (1u32..300).prop_map(|lrecl| attributes(Recfm::FB, lrecl, lrecl * 7)),
            (5u32..300).prop_map(|lrecl| attributes(Recfm::VB, lrecl, 2 * lrecl + 4)),
            (5u32..300).prop_map(|lrecl| attributes(Recfm::V, lrecl, lrecl + 4)),
            (1u32..300).prop_map(|blksize| attributes(Recfm::U, 0, blksize)),
            (5u32..300, 9u32..300).prop_map(|(lrecl, blksize)| attributes(Recfm::VBS, lrecl, blksize)),
        ]
    }

    proptest! {
        #[test]
        fn records_come_back_as_they_were_put(
            attributes in any_attributes(),
            lengths in prop::collection::vec(0usize..300, 0..200),
        ) {
            let home = tempfile::tempdir().expect("a directory");
            let longest = attributes.longest_record();
            let records: Vec<Vec<u8>> = lengths
                .iter()
                .map(|&n| vec![n as u8; if attributes.recfm.is_fixed() { longest } else { n.min(longest) }])
                .collect();
            let mut sink = sink(&home, attributes, 1000, 0);
            for record in &records {
                sink.put(record).expect("space for all");
            }
            let written = sink.finish().expect("written");
            prop_assert_eq!(written.records, records.len() as u64);
            prop_assert_eq!(read(&home, attributes).expect("sound data"), records);
        }
    }

    #[test]
    fn a_full_primary_without_secondary_keeps_its_whole_blocks() {
        let home = tempfile::tempdir().expect("a directory");
        let attributes = attributes(Recfm::FB, 80, 27_920);
        let mut sink = sink(&home, attributes, 1, 0);
        let error = (0..).find_map(|_| sink.put(&[0x40; 80]).err());
        assert!(matches!(error, Some(SinkError::Space(SpaceAbend::D37))));
        let left = sink.abandon().expect("kept");
        assert_eq!((left.records, left.tally.tracks()), (2 * 349, 1));
        assert_eq!(read(&home, attributes).expect("sound data").len(), 698);
    }

    #[test]
    fn a_member_of_fixed_records_gets_only_the_space_that_other_members_leave() {
        let home = tempfile::tempdir().expect("a directory");
        let attributes = attributes(Recfm::FB, 80, 27_920);
        let space = Space { primary: 2, secondary: 0, allocated: 2, extents: 1, partitioned: true };
        // A directory on the first track leaves room for one block there or none, and for two on the second.
        for (used, blocks) in [(39, 3), (1000, 2), (1729, 2), (2 * 1729, 0)] {
            let path = home.path().join(used.to_string());
            let start = Start { space, tally: Tally::starting_at(used), records: 0, bytes: 0 };
            let mut sink = FileSink::open(path, attributes, &start, Box::new(|_| true)).expect("a file");
            let error = (0..).find_map(|_| sink.put(&[0x40; 80]).err());
            assert!(matches!(error, Some(SinkError::Space(SpaceAbend::D37))));
            let left = sink.abandon().expect("kept");
            assert_eq!(left.records, blocks * 349, "behind {used} cells");
            assert!(left.tally.cells() >= used && left.tally.tracks() <= 2);
        }
    }

    #[test]
    fn a_block_being_filled_is_lost_when_the_step_abends() {
        let home = tempfile::tempdir().expect("a directory");
        let attributes = attributes(Recfm::VB, 84, 4 + 3 * 84);
        let mut sink = sink(&home, attributes, 1, 0);
        for _ in 0..7 {
            sink.put(&[0x40; 80]).expect("space");
        }
        assert_eq!(sink.abandon().expect("kept").records, 6);
        assert_eq!(read(&home, attributes).expect("sound data").len(), 6);
    }

    #[test]
    fn a_spanned_record_is_counted_in_segments() {
        let home = tempfile::tempdir().expect("a directory");
        for (recfm, records, blocks) in [
            // 40 bytes hold BDW 4, SDW 4 and 32 bytes: 100 bytes are 32 + 32 + 32 + 4, and 28 bytes of room are left.
            (Recfm::VBS, vec![100], vec![40, 40, 40, 12]),
            (Recfm::VBS, vec![100, 24], vec![40, 40, 40, 40]),
            // 3 bytes of room are too few for another segment.
            (Recfm::VBS, vec![29, 1], vec![37, 9]),
            (Recfm::VBS, vec![27, 1], vec![40]),
            (Recfm::VBS, vec![28, 0], vec![40]),
            (Recfm::from_bits(0x48).expect("VS"), vec![33, 1], vec![40, 9, 9]),
        ] {
            let mut sink = sink(&home, attributes(recfm, 200, 40), 10, 0);
            for &length in &records {
                sink.put(&vec![1; length]).expect("space");
            }
            let expected = blocks.iter().fold(Tally::starting_at(0), |tally, &block| tally.with_block(block));
            assert_eq!(sink.finish().expect("written").tally, expected, "{recfm} {records:?}");
        }
    }

    #[test]
    fn the_longest_spanned_record_is_kept_and_one_more_byte_is_not() {
        let home = tempfile::tempdir().expect("a directory");
        let attributes = attributes(Recfm::VBS, LRECL_X, 27_998);
        let mut sink = sink(&home, attributes, 10, 0);
        sink.put(&vec![7; LONGEST_SPANNED]).expect("space");
        assert!(matches!(sink.put(&vec![7; LONGEST_SPANNED + 1]), Err(SinkError::Length)));
        sink.finish().expect("written");
        assert_eq!(read(&home, attributes).expect("sound data"), [vec![7; LONGEST_SPANNED]]);
    }

    #[test]
    fn records_that_do_not_fit_are_refused() {
        let home = tempfile::tempdir().expect("a directory");
        for (attributes, length) in [
            (attributes(Recfm::FB, 80, 800), 79),
            (attributes(Recfm::FB, 80, 800), 81),
            (attributes(Recfm::VB, 84, 800), 81),
            (attributes(Recfm::U, 0, 800), 801),
        ] {
            let result = sink(&home, attributes, 1, 0).put(&vec![0; length]);
            assert!(matches!(result, Err(SinkError::Length)), "{attributes:?} {length}");
        }
    }

    #[test]
    fn a_file_that_is_cut_or_lies_about_lengths_is_damaged() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("data");
        for (bytes, attributes) in [
            (b"12345".as_slice(), attributes(Recfm::FB, 2, 20)),
            (b"\x00\x08\x00\x00AB", attributes(Recfm::VB, 84, 800)),
            (b"\x00\x03\x00\x00", attributes(Recfm::VB, 84, 800)),
            (b"\xFF\xFF\xFF\xFF", attributes(Recfm::U, 0, 800)),
            (b"\x00\x00\x00\x09A", attributes(Recfm::U, 0, 800)),
        ] {
            std::fs::write(&path, bytes).expect("a file");
            assert!(matches!(read(&home, attributes), Err(ReadError::Damaged { .. })), "{bytes:02X?}");
        }
    }
}
