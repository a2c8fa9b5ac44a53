//! The library form: the blocks and directory entries of a PDS as records of one PACK stream.
//!
//! Each record starts with the track (2 bytes), a type and the number on the track. Record 1 is an image of the
//! DCB; each member has one record for its directory entry, in the form that BLDL gives, and one per block; FF
//! ends the library. What the members hold is the caller's business.

use std::io::Read;

use super::RECORD;
use super::decoder::{Decoder, Trailer};
use super::encoder::{Encoder, PackedSink, Totals};
use super::error::{DecodeError, EncodeError};
use super::header::{Header, Method, Organization};
use super::stamp::Stamp;

/// Track, type and number in front of each record.
const PREFIX: usize = 4;
const TYPE_DCB: u8 = 0x01;
const TYPE_ENTRY: u8 = 0x02;
const TYPE_BLOCK: u8 = 0x04;
const TYPE_END: u8 = 0xFF;

/// Longest block, in bytes.
pub const MAX_BLOCK: usize = 32_760;
/// Longest user data of a directory entry, in bytes: 31 halfwords.
pub const MAX_USER_DATA: usize = 62;

/// Bytes of a DCB image, of which five fields are known and the rest are addresses of the run that packed.
const DCB: usize = 92;
const DCB_DSORG: usize = 26;
const DCB_RECFM: usize = 36;
const DCB_BLKSIZE: usize = 62;
const DCB_LRECL: usize = 82;
const DSORG_PARTITIONED: u8 = 0x02;

/// Bytes of a directory entry record behind its prefix.
const ENTRY: usize = 84;
const ENTRY_TTR: usize = 8;
const ENTRY_INDICATOR: usize = 13;
const ENTRY_USER_DATA: usize = 14;
const ENTRY_TAIL: usize = ENTRY_USER_DATA + MAX_USER_DATA;
const INDICATOR_ALIAS: u8 = 0x80;
const INDICATOR_HALFWORDS: u8 = 0x1F;
const EBCDIC_BLANK: u8 = 0x40;

/// The image of the DCB through which the library was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dcb([u8; DCB]);

impl Dcb {
    /// An image with the known fields; addresses, which mean nothing elsewhere, are 0.
    pub fn new(recfm: u8, lrecl: u16, block_size: u16) -> Self {
        let mut image = [0; DCB];
        image[DCB_DSORG] = DSORG_PARTITIONED;
        image[DCB_RECFM] = recfm;
        image[DCB_BLKSIZE..][..2].copy_from_slice(&block_size.to_be_bytes());
        image[DCB_LRECL..][..2].copy_from_slice(&lrecl.to_be_bytes());
        Self(image)
    }

    /// DCBRECFM, in the bits of DS1RECFM: X'90' is FB.
    pub fn recfm(&self) -> u8 {
        self.0[DCB_RECFM]
    }

    /// Record length in bytes.
    pub fn lrecl(&self) -> u16 {
        u16::from_be_bytes([self.0[DCB_LRECL], self.0[DCB_LRECL + 1]])
    }

    /// Block size in bytes.
    pub fn block_size(&self) -> u16 {
        u16::from_be_bytes([self.0[DCB_BLKSIZE], self.0[DCB_BLKSIZE + 1]])
    }
}

/// A directory entry of a member or an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectoryEntry([u8; ENTRY]);

impl DirectoryEntry {
    /// An entry for the member `name` (EBCDIC, blank-padded) that starts at `place`. `None` if the user data
    /// (ISPF statistics have 30 bytes) are longer than a directory can hold, or no whole halfwords.
    pub fn new(name: [u8; 8], place: Place, alias: bool, user_data: &[u8]) -> Option<Self> {
        if user_data.len() > MAX_USER_DATA || !user_data.len().is_multiple_of(2) {
            return None;
        }
        let mut entry = [0; ENTRY];
        entry[..ENTRY_TTR].copy_from_slice(&name);
        entry[ENTRY_TTR..][..2].copy_from_slice(&place.track.to_be_bytes());
        entry[ENTRY_TTR + 2] = place.number;
        entry[ENTRY_INDICATOR] = (user_data.len() / 2) as u8 | if alias { INDICATOR_ALIAS } else { 0 };
        entry[ENTRY_USER_DATA..][..user_data.len()].copy_from_slice(user_data);
        entry[ENTRY_TAIL..].fill(EBCDIC_BLANK);
        Some(Self(entry))
    }

    /// Name in EBCDIC, padded with blanks.
    pub fn name(&self) -> [u8; 8] {
        let mut name = [0; 8];
        name.copy_from_slice(&self.0[..ENTRY_TTR]);
        name
    }

    /// Where the member's first block was.
    pub fn place(&self) -> Place {
        let [high, low, number] = [self.0[ENTRY_TTR], self.0[ENTRY_TTR + 1], self.0[ENTRY_TTR + 2]];
        Place { track: u16::from_be_bytes([high, low]), number }
    }

    /// True for an alias: its place is that of another member, which has the blocks.
    pub fn is_alias(&self) -> bool {
        self.0[ENTRY_INDICATOR] & INDICATOR_ALIAS != 0
    }

    /// User data, as ISPF statistics.
    pub fn user_data(&self) -> &[u8] {
        let length = usize::from(self.0[ENTRY_INDICATOR] & INDICATOR_HALFWORDS) * 2;
        &self.0[ENTRY_USER_DATA..][..length]
    }
}

/// Where a block was: its track in the library, counted from 0, and its number on the track, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Track (TT).
    pub track: u16,
    /// Number on the track (R).
    pub number: u8,
}

/// What comes next out of a packed library.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A member or an alias begins.
    Entry(DirectoryEntry),
    /// A block of the member that began last.
    Block(Place, &'a [u8]),
}

/// Unpacks a library, in constant memory.
pub struct LibraryDecoder<R> {
    decoder: Decoder<R>,
    /// Records that were unpacked and not handed out, each behind its RDW.
    run: Vec<u8>,
    next: usize,
    dcb: Dcb,
    has_member: bool,
    ended: bool,
}

impl<R: Read> LibraryDecoder<R> {
    /// Goes on with a decoder that has found the library form, before anything was taken from it.
    pub fn new(decoder: Decoder<R>) -> Result<Self, DecodeError> {
        if decoder.header().organization != Organization::Library {
            return Err(DecodeError::Library("it is a sequential data set"));
        }
        let dcb = Dcb([0; DCB]);
        let mut library = Self { decoder, run: Vec::new(), next: 0, dcb, has_member: false, ended: false };
        let Some((TYPE_DCB, _, image)) = library.next_record()? else {
            return Err(DecodeError::Library("it does not start with a DCB"));
        };
        let image = image.try_into().map_err(|_| DecodeError::Library("its DCB has a wrong length"))?;
        library.dcb = Dcb(image);
        Ok(library)
    }

    /// What the library looked like.
    pub fn dcb(&self) -> Dcb {
        self.dcb
    }

    /// The next directory entry or block; `None` at the end.
    pub fn next_item(&mut self) -> Result<Option<Item<'_>>, DecodeError> {
        if self.ended {
            return Ok(None);
        }
        let has_member = self.has_member;
        // The borrow checker wants to see the simple cases end before the block is lent.
        match self.peek_type()? {
            Some(TYPE_END) => return self.end().map(|()| None),
            Some(TYPE_BLOCK) if !has_member => Err(DecodeError::Library("a block comes before any member")),
            Some(TYPE_BLOCK | TYPE_ENTRY) => Ok(()),
            Some(_) => Err(DecodeError::Library("a record has an unknown type")),
            None => Err(DecodeError::Library("its end is missing")),
        }?;
        self.has_member = true;
        match self.next_record()? {
            Some((TYPE_ENTRY, _, entry)) => {
                let entry = entry.try_into().map_err(|_| DecodeError::Library("an entry has a wrong length"))?;
                Ok(Some(Item::Entry(DirectoryEntry(entry))))
            }
            Some((_, place, block)) => Ok(Some(Item::Block(place, block))),
            None => Ok(None),
        }
    }

    /// What stands behind the data, once they have ended.
    pub fn trailer(&self) -> Option<Trailer> {
        self.decoder.trailer()
    }

    /// The end must be the last record.
    fn end(&mut self) -> Result<(), DecodeError> {
        self.next_record()?;
        self.ended = true;
        match self.peek_type()? {
            None => Ok(()),
            Some(_) => Err(DecodeError::Library("something follows its end")),
        }
    }

    /// Makes sure that the next record is at hand; false at the end of the data.
    fn fetch(&mut self) -> Result<bool, DecodeError> {
        if self.next < self.run.len() {
            return Ok(true);
        }
        self.run.clear();
        self.next = 0;
        match self.decoder.next_run()? {
            Some(run) => self.run.extend_from_slice(run),
            None => return Ok(false),
        }
        Ok(true)
    }

    fn peek_type(&mut self) -> Result<Option<u8>, DecodeError> {
        if !self.fetch()? {
            return Ok(None);
        }
        let too_short = DecodeError::Library("a record is too short");
        parse_record(&self.run[self.next..]).map(|(_, kind, ..)| Some(kind)).ok_or(too_short)
    }

    /// Type, place and content of the next record.
    #[allow(clippy::type_complexity, reason = "the three parts of one record")]
    fn next_record(&mut self) -> Result<Option<(u8, Place, &[u8])>, DecodeError> {
        if !self.fetch()? {
            return Ok(None);
        }
        let too_short = DecodeError::Library("a record is too short");
        let (length, kind, place, content) = parse_record(&self.run[self.next..]).ok_or(too_short)?;
        self.next += length;
        Ok(Some((kind, place, content)))
    }
}

/// Length with its RDW, type, place and content of the record at the front.
fn parse_record(bytes: &[u8]) -> Option<(usize, u8, Place, &[u8])> {
    let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
    match bytes.get(super::window::RDW..length)? {
        [high, low, kind, number, content @ ..] => {
            let place = Place { track: u16::from_be_bytes([*high, *low]), number: *number };
            Some((length, *kind, place, content))
        }
        _ => None,
    }
}

/// Packs a library, in constant memory.
///
/// The header tells the ratio of the sizes, which is known only at the end. Pack twice: the result of the first
/// time, into a sink that drops it, gives [`Totals::ratio`] for the second.
pub struct LibraryEncoder<S> {
    encoder: Encoder<S>,
    record: Vec<u8>,
}

impl<S: PackedSink> LibraryEncoder<S> {
    /// Starts PACK with the image of a DCB.
    pub fn new(dcb: &Dcb, ratio: u8, sink: S) -> Result<Self, EncodeError<S::Error>> {
        Self::with_method(Method::Pack, dcb, ratio, sink)
    }

    /// Starts PACK, or SPACK in a form that is a guess: no sample is known.
    pub fn with_method(method: Method, dcb: &Dcb, ratio: u8, sink: S) -> Result<Self, EncodeError<S::Error>> {
        let header = Header { method, ..Header::library(u32::from(dcb.lrecl()), dcb.block_size(), ratio) };
        let record = Vec::with_capacity(PREFIX + MAX_BLOCK);
        let mut library = Self { encoder: Encoder::new(header, sink)?, record };
        library.put(TYPE_DCB, Place { track: 0, number: 0 }, &dcb.0)?;
        Ok(library)
    }

    /// Begins a member or an alias. Members come in the order of the directory.
    pub fn put_entry(&mut self, entry: &DirectoryEntry) -> Result<(), EncodeError<S::Error>> {
        self.put(TYPE_ENTRY, Place { track: 0, number: 0 }, &entry.0)
    }

    /// Packs a block of the member that began last.
    pub fn put_block(&mut self, place: Place, block: &[u8]) -> Result<(), EncodeError<S::Error>> {
        if block.len() > MAX_BLOCK {
            return Err(EncodeError::RecordLength { length: block.len(), expected: MAX_BLOCK });
        }
        self.put(TYPE_BLOCK, place, block)
    }

    /// Ends the library. Returns what was packed, and the sink.
    pub fn finish(mut self, stamp: &Stamp) -> Result<(Totals, S), EncodeError<S::Error>> {
        self.put(TYPE_END, Place { track: u16::MAX, number: u8::MAX }, &[])?;
        self.encoder.finish(stamp)
    }

    fn put(&mut self, kind: u8, place: Place, content: &[u8]) -> Result<(), EncodeError<S::Error>> {
        let [high, low] = place.track.to_be_bytes();
        self.record.clear();
        self.record.extend_from_slice(&[high, low, kind, place.number]);
        self.record.extend_from_slice(content);
        self.encoder.put_record(&self.record)
    }
}

const _: () = assert!(PREFIX + MAX_BLOCK < 64 * RECORD);

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::{DecodeError, Decoder, Encoder, Header, Stamp};
    use super::{Dcb, DirectoryEntry, Item, LibraryDecoder, LibraryEncoder, Place};

    /// ISPF statistics of the member SMF30JCL in a published library.
    const STATISTICS: [u8; 30] = *b"\x01\x10\x00\x05\x01\x20\x12\x6F\x01\x20\x18\x2F\x15\x28\x00\x25\x00\x05\x00\x00\
        \xE2\xC8\xC9\xE5\xC1\xD5\xC7\x40\x40\x40";

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "names are written as byte strings")]
    fn member(name: &[u8; 8], place: Place) -> DirectoryEntry {
        DirectoryEntry::new(*name, place, false, &STATISTICS).expect("30 bytes fit")
    }

    #[test]
    fn entries_have_the_layout_of_the_format_note() {
        let entry = member(b"\xE2\xD4\xC6\xF3\xF0\xD1\xC3\xD3", Place { track: 8, number: 0x16 });
        let mut expected = b"\xE2\xD4\xC6\xF3\xF0\xD1\xC3\xD3\x00\x08\x16\x00\x00\x0F".to_vec();
        expected.extend_from_slice(&STATISTICS);
        expected.resize(76, 0);
        expected.resize(84, 0x40);
        assert_eq!(entry.0.as_slice(), expected);
        assert_eq!((entry.user_data(), entry.is_alias()), (STATISTICS.as_slice(), false));
    }

    #[test]
    fn user_data_that_no_directory_can_hold_are_refused() {
        let place = Place { track: 0, number: 1 };
        assert!(DirectoryEntry::new([0x40; 8], place, false, &[0; 64]).is_none());
        assert!(DirectoryEntry::new([0x40; 8], place, false, &[0; 3]).is_none());
        assert!(DirectoryEntry::new([0x40; 8], place, true, &[0; 62]).is_some_and(|entry| entry.is_alias()));
    }

    #[test]
    fn a_library_comes_back_with_its_members_blocks_and_aliases() {
        let dcb = Dcb::new(0x90, 80, 800);
        let places = [Place { track: 0, number: 3 }, Place { track: 0, number: 4 }, Place { track: 0, number: 6 }];
        let first = member(b"\xC1\x40\x40\x40\x40\x40\x40\x40", places[0]);
        let alias = DirectoryEntry::new(*b"\xC1\xC1\x40\x40\x40\x40\x40\x40", places[0], true, &[]).expect("none fit");
        let second = member(b"\xC2\x40\x40\x40\x40\x40\x40\x40", places[2]);
        let mut encoder = LibraryEncoder::new(&dcb, 0, Vec::new()).expect("a good DCB");
        encoder.put_entry(&first).expect("taken");
        encoder.put_block(places[0], &[0xC1; 800]).expect("taken");
        encoder.put_block(places[1], &[0xC1; 80]).expect("taken");
        encoder.put_entry(&alias).expect("taken");
        encoder.put_entry(&second).expect("taken");
        encoder.put_block(places[2], &[0xC2; 160]).expect("taken");
        let (totals, file) = encoder.finish(&Stamp::BLANK).expect("memory takes everything");
        assert_eq!(totals.unpacked, 96 + 3 * 88 + 804 + 84 + 164 + 4);

        let mut library = LibraryDecoder::new(Decoder::new(file.as_slice()).expect("a header")).expect("a library");
        assert_eq!((library.dcb().recfm(), library.dcb().lrecl(), library.dcb().block_size()), (0x90, 80, 800));
        assert_eq!(library.next_item().expect("good"), Some(Item::Entry(first)));
        assert_eq!(library.next_item().expect("good"), Some(Item::Block(places[0], &[0xC1; 800])));
        assert_eq!(library.next_item().expect("good"), Some(Item::Block(places[1], &[0xC1; 80])));
        assert_eq!(library.next_item().expect("good"), Some(Item::Entry(alias)));
        assert_eq!(library.next_item().expect("good"), Some(Item::Entry(second)));
        assert_eq!(library.next_item().expect("good"), Some(Item::Block(places[2], &[0xC2; 160])));
        assert_eq!(library.next_item().expect("good"), None);
        assert!(library.trailer().is_some());
    }

    #[test]
    fn an_empty_library_has_a_dcb_and_an_end() {
        let encoder = LibraryEncoder::new(&Dcb::new(0x90, 80, 800), 0, Vec::new()).expect("a good DCB");
        let (_, file) = encoder.finish(&Stamp::BLANK).expect("memory takes everything");
        let mut library = LibraryDecoder::new(Decoder::new(file.as_slice()).expect("a header")).expect("a library");
        assert_eq!(library.next_item().expect("good"), None);
    }

    /// The first error in a library of these records.
    fn fault(records: &[&[u8]]) -> DecodeError {
        let mut encoder = Encoder::new(Header::library(80, 800, 0), Vec::new()).expect("a good header");
        for record in records {
            encoder.put_record(record).expect("taken");
        }
        let (_, file) = encoder.finish(&Stamp::BLANK).expect("memory takes everything");
        let mut library = match LibraryDecoder::new(Decoder::new(file.as_slice()).expect("a header")) {
            Ok(library) => library,
            Err(error) => return error,
        };
        loop {
            match library.next_item() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("no error"),
                Err(error) => return error,
            }
        }
    }

    #[test]
    fn records_that_break_the_rules_are_damage() {
        let dcb = [b"\0\0\x01\0".as_slice(), &[0; 92]].concat();
        let entry = [b"\0\0\x02\0".as_slice(), &[0; 84]].concat();
        let end = b"\xFF\xFF\xFF\xFF".as_slice();
        let cases: [(&[&[u8]], &str); 8] = [
            (&[&entry, end], "it does not start with a DCB"),
            (&[b"\0\0\x01\0short", end], "its DCB has a wrong length"),
            (&[&dcb, b"\0\0\x04\x01block", end], "a block comes before any member"),
            (&[&dcb, b"\0\0\x02\0short", end], "an entry has a wrong length"),
            (&[&dcb, &entry, b"\0\0\x03\0what", end], "a record has an unknown type"),
            (&[&dcb, &entry, b"\0\0", end], "a record is too short"),
            (&[&dcb, &entry], "its end is missing"),
            (&[&dcb, end, &entry], "something follows its end"),
        ];
        for (records, expected) in cases {
            assert!(matches!(fault(records), DecodeError::Library(what) if what == expected), "{expected}");
        }
    }

    #[test]
    fn a_sequential_data_set_is_no_library() {
        let encoder = Encoder::new(Header::new(super::super::Method::Pack, false, 80, 0), Vec::new());
        let (_, file) = encoder.expect("a good header").finish(&Stamp::BLANK).expect("memory takes everything");
        let library = LibraryDecoder::new(Decoder::new(file.as_slice()).expect("a header"));
        assert!(matches!(library.map(|_| io::empty()), Err(DecodeError::Library(_))));
    }
}
