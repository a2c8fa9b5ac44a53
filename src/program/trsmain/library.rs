//! Libraries packed and unpacked: directory entries with their user data, aliases, and blocks as they lie on disk.
//!
//! Border: between `Libraries` and the library form of `terse`. SYSPRINT and condition codes are elsewhere, so that
//! the command line does its work here too.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::io::Read;
use std::marker::PhantomData;

use thiserror::Error;

use crate::codepage::{CodePage, EBCDIC_BLANK};
use crate::dataset::library::{DirectoryEntry, Place, Places};
use crate::dataset::{
    Attributes, Dcb, MemberName, RDW, ReadError, Recfm, RecordReader, RecordWriter, Run, Shape, WriteError,
};
use crate::program::{Completion, Libraries, Library, OpenError};
use crate::terse::library::{self as form, Item, LibraryDecoder, LibraryEncoder};
use crate::terse::{DecodeError, EncodeError, Method, PackedSink, Stamp, Totals, Trailer};

/// Length of a block descriptor word in bytes.
const BDW: usize = 4;
/// Bytes of a member name in a directory entry.
const NAME: usize = 8;
/// Most names that the directory of a packed library may hold. Libraries of the host have a tenth of it.
const MAX_NAMES: usize = 200_000;

/// A library among those that are at hand.
#[derive(Clone, Copy)]
pub struct LibraryAt<'a> {
    /// Where libraries are.
    pub libraries: &'a dyn Libraries,
    /// The ddname of this one.
    pub ddname: &'a str,
}

/// Is told of bytes that are done; may stop the work.
pub type Watch<'a> = &'a mut dyn FnMut(u64) -> Result<(), Completion>;

/// Why a library was not packed or unpacked. `E` is what the sink of packed records reports.
#[derive(Debug, Error)]
pub enum LibraryError<E: std::error::Error> {
    /// A member does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A member does not give its records.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A member does not take its records.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The packed records were not taken.
    #[error(transparent)]
    Encode(EncodeError<E>),
    /// There is no packed form of such a library.
    #[error("{0}")]
    Unfit(&'static str),
    /// The user has had enough.
    #[error("stopped")]
    Stopped(Completion),
}

/// The attributes of a library's members, as far as they are needed to pack it; an error says why it cannot be.
/// Of fixed records samples are known; `unproven` takes others too.
pub fn attributes(library: &Library, unproven: bool) -> Result<Attributes, &'static str> {
    let Dcb { recfm: Some(recfm), lrecl: Some(lrecl), blksize: Some(blksize), .. } = library.label else {
        return Err("nothing was ever written to it, so it has no RECFM and LRECL");
    };
    if recfm.is_spanned() {
        return Err("the packed form of libraries with spanned records is not known");
    }
    if !recfm.is_fixed() && !unproven {
        return Err("no packed library was ever seen whose records are not fixed");
    }
    let attributes = Attributes { recfm, lrecl, blksize };
    let has_lengths = blksize > 0 && attributes.longest_record() > 0;
    if has_lengths && attributes.is_consistent() {
        Ok(attributes)
    } else {
        Err("its RECFM, LRECL and BLKSIZE do not go together")
    }
}

/// Packs a library. It is packed twice: the first time tells the ratio for the header, and its packed records are
/// dropped. Of `method` only PACK is proven; the form that SPACK gives a library is a guess.
pub fn pack<S: PackedSink<Error: std::error::Error>>(
    at: LibraryAt<'_>,
    library: &Library,
    attributes: Attributes,
    method: Method,
    sink: S,
    stamp: &Stamp,
    watch: Watch<'_>,
) -> Result<(Totals, S), LibraryError<S::Error>> {
    let layout = layout(at, library, attributes)?;
    let job = Job { at, library, attributes, method, layout: &layout, stamp };
    let (trial, _) = job.encode(0, Nowhere(PhantomData), &mut |_| Ok(()))?;
    job.encode(trial.ratio(), sink, watch)
}

/// A sink that drops what it gets.
struct Nowhere<E>(PhantomData<E>);

impl<E> PackedSink for Nowhere<E> {
    type Error = E;

    fn put(&mut self, _: &[u8]) -> Result<(), E> {
        Ok(())
    }
}

fn too_large<E: std::error::Error>() -> LibraryError<E> {
    LibraryError::Unfit("it has more tracks than a directory can name")
}

/// Where each member starts. An alias may stand in the directory before its member.
fn layout<E: std::error::Error>(
    at: LibraryAt<'_>,
    library: &Library,
    attributes: Attributes,
) -> Result<HashMap<MemberName, Place>, LibraryError<E>> {
    let mut places = Places::behind_directory(library.directory_blocks);
    let mut layout = HashMap::new();
    for entry in library.entries.iter().filter(|entry| entry.alias_of.is_none()) {
        let mut start = None;
        let mut reader = at.libraries.open_member(at.ddname, &entry.name)?;
        blocks(&mut *reader, attributes, |block| {
            let place = places.next(block.len() as u32).ok_or_else(too_large)?;
            start.get_or_insert(place);
            Ok::<_, LibraryError<E>>(())
        })?;
        let end = places.next(0).ok_or_else(too_large)?;
        layout.insert(entry.name.clone(), start.unwrap_or(end));
    }
    Ok(layout)
}

/// What is packed.
struct Job<'a> {
    at: LibraryAt<'a>,
    library: &'a Library,
    attributes: Attributes,
    method: Method,
    layout: &'a HashMap<MemberName, Place>,
    stamp: &'a Stamp,
}

impl Job<'_> {
    fn encode<S: PackedSink<Error: std::error::Error>>(
        &self,
        ratio: u8,
        sink: S,
        watch: Watch<'_>,
    ) -> Result<(Totals, S), LibraryError<S::Error>> {
        let Attributes { recfm, lrecl, blksize } = self.attributes;
        let short = |length: u32| u16::try_from(length).unwrap_or(u16::MAX);
        let dcb = form::Dcb::new(recfm.bits(), short(lrecl), short(blksize));
        let mut encoder = LibraryEncoder::with_method(self.method, &dcb, ratio, sink).map_err(LibraryError::Encode)?;
        let mut places = Places::behind_directory(self.library.directory_blocks);
        for entry in &self.library.entries {
            encoder.put_entry(&self.packed_entry(entry)?).map_err(LibraryError::Encode)?;
            if entry.alias_of.is_some() {
                continue;
            }
            let mut reader = self.at.libraries.open_member(self.at.ddname, &entry.name)?;
            blocks(&mut *reader, self.attributes, |block| {
                let place = places.next(block.len() as u32).ok_or_else(too_large)?;
                watch(block.len() as u64).map_err(LibraryError::Stopped)?;
                encoder.put_block(packed_place(place), block).map_err(LibraryError::Encode)
            })?;
            places.end_member().ok_or_else(too_large)?;
        }
        encoder.finish(self.stamp).map_err(LibraryError::Encode)
    }

    fn packed_entry<E: std::error::Error>(
        &self,
        entry: &DirectoryEntry,
    ) -> Result<form::DirectoryEntry, LibraryError<E>> {
        let mut name = [EBCDIC_BLANK; NAME];
        for (byte, letter) in name.iter_mut().zip(CodePage::ibm1047().encode_lossy(entry.name.as_str())) {
            *byte = letter;
        }
        let member = entry.alias_of.as_ref().unwrap_or(&entry.name);
        let place = self.layout.get(member).ok_or(LibraryError::Unfit("an alias leads to no member"))?;
        form::DirectoryEntry::new(name, packed_place(*place), entry.alias_of.is_some(), &entry.user_data)
            .ok_or(LibraryError::Unfit("user data in its directory are too long"))
    }
}

fn packed_place(place: Place) -> form::Place {
    form::Place { track: place.track, number: place.record }
}

/// Hands the blocks of a member to `each`, filled as full as they can be.
fn blocks<E: From<ReadError>>(
    reader: &mut dyn RecordReader,
    attributes: Attributes,
    mut each: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut block = Block { bytes: Vec::new(), attributes };
    while let Some(run) = reader.next_run()? {
        match run.shape {
            Shape::Fixed(_) => block.put_fixed(run.bytes, &mut each)?,
            Shape::Described => run.records().try_for_each(|record| block.put_variable(record, &mut each))?,
            Shape::Whole => each(run.bytes)?,
        }
    }
    block.end(&mut each)
}

/// A block being filled.
struct Block {
    bytes: Vec<u8>,
    attributes: Attributes,
}

impl Block {
    fn put_fixed<E>(&mut self, mut bytes: &[u8], each: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let Attributes { lrecl, blksize, .. } = self.attributes;
        let size = (blksize / lrecl.max(1) * lrecl).max(1) as usize;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(size - self.bytes.len()));
            self.bytes.extend_from_slice(now);
            bytes = later;
            if self.bytes.len() == size {
                self.end(each)?;
            }
        }
        Ok(())
    }

    fn put_variable<E>(&mut self, record: &[u8], each: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let length = record.len() + RDW;
        let is_full = self.bytes.len() + length > self.attributes.blksize as usize;
        if !self.bytes.is_empty() && (is_full || !self.attributes.recfm.is_blocked()) {
            self.end(each)?;
        }
        if self.bytes.is_empty() {
            self.bytes.resize(BDW, 0);
        }
        self.bytes.extend([(length >> 8) as u8, length as u8, 0, 0]);
        self.bytes.extend_from_slice(record);
        Ok(())
    }

    fn end<E>(&mut self, each: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        if self.attributes.recfm.is_variable() {
            let length = self.bytes.len() as u16;
            self.bytes[..2].copy_from_slice(&length.to_be_bytes());
        }
        each(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

/// What was unpacked.
#[derive(Debug, Default)]
pub struct Unpacked {
    /// Members.
    pub members: u64,
    /// Further names of members.
    pub aliases: u64,
    /// Aliases that lead to no member; they were left out.
    pub lost_aliases: Vec<MemberName>,
    /// Records of all members.
    pub records: u64,
    /// Bytes of all blocks.
    pub bytes: u64,
    /// What stands behind the data, if their end was found.
    pub trailer: Option<Trailer>,
    /// The damage at which the work stopped. What lies before it was unpacked.
    pub failure: Option<DecodeError>,
}

/// The attributes of the members of a packed library.
pub fn original<R: Read>(decoder: &LibraryDecoder<R>) -> Result<Attributes, DecodeError> {
    let dcb = decoder.dcb();
    let recfm = Recfm::from_bits(dcb.recfm()).ok_or(DecodeError::Library("its DCB has no record format"))?;
    let attributes = Attributes { recfm, lrecl: u32::from(dcb.lrecl()), blksize: u32::from(dcb.block_size()) };
    let has_lengths = attributes.blksize > 0 && attributes.longest_record() > 0;
    if !has_lengths || !attributes.is_consistent() {
        return Err(DecodeError::Library("the RECFM, LRECL and BLKSIZE in its DCB do not go together"));
    }
    if recfm.is_spanned() {
        return Err(DecodeError::Library("libraries with spanned records are not known"));
    }
    Ok(attributes)
}

/// Unpacks a library into another one, member by member. An alias becomes another name of its member at the end;
/// one that has blocks of its own becomes a member, so that nothing is lost.
pub fn unpack<R: Read>(
    mut decoder: LibraryDecoder<R>,
    attributes: Attributes,
    at: LibraryAt<'_>,
    watch: Watch<'_>,
) -> Result<Unpacked, LibraryError<Infallible>> {
    let mut target = Target::new(at, attributes);
    let failure = loop {
        let done = match decoder.next_item() {
            Ok(Some(Item::Entry(entry))) => target.begin(&entry)?,
            Ok(Some(Item::Block(_, block))) => {
                watch(block.len() as u64).map_err(LibraryError::Stopped)?;
                target.put(block)?
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        };
        if let Err(what) = done {
            break Some(DecodeError::Library(what));
        }
    };
    target.end_entry()?;
    let done = target.stow_aliases()?;
    Ok(Unpacked { trailer: decoder.trailer(), failure, ..done })
}

/// What is done, or what is wrong with the packed data.
type Done = Result<(), &'static str>;

/// The library that is being filled.
struct Target<'a> {
    at: LibraryAt<'a>,
    attributes: Attributes,
    open: Open<'a>,
    names: HashSet<MemberName>,
    /// Members by the places that they had.
    members: HashMap<form::Place, MemberName>,
    aliases: Vec<Alias>,
    done: Unpacked,
}

/// The directory entry whose blocks come now.
enum Open<'a> {
    Nothing,
    /// One that should have none.
    Alias(Alias),
    Member(DirectoryEntry, Box<dyn RecordWriter + 'a>),
}

struct Alias {
    name: MemberName,
    place: form::Place,
    user_data: Vec<u8>,
}

impl<'a> Target<'a> {
    fn new(at: LibraryAt<'a>, attributes: Attributes) -> Self {
        let (names, members, aliases) = (HashSet::new(), HashMap::new(), Vec::new());
        Self { at, attributes, open: Open::Nothing, names, members, aliases, done: Unpacked::default() }
    }

    fn begin(&mut self, entry: &form::DirectoryEntry) -> Result<Done, LibraryError<Infallible>> {
        self.end_entry()?;
        let text = CodePage::ibm1047().decode(&entry.name());
        let Ok(name) = MemberName::new(text.trim_end()) else {
            return Ok(Err("a name in its directory is no member name"));
        };
        if !self.names.insert(name.clone()) {
            return Ok(Err("a name comes twice in its directory"));
        }
        if self.names.len() > MAX_NAMES {
            return Ok(Err("its directory has more names than any library"));
        }
        let (place, user_data) = (entry.place(), entry.user_data().to_vec());
        if entry.is_alias() {
            self.open = Open::Alias(Alias { name, place, user_data });
        } else {
            self.members.insert(place, name.clone());
            self.create(name, user_data)?;
        }
        Ok(Ok(()))
    }

    fn create(&mut self, name: MemberName, user_data: Vec<u8>) -> Result<(), OpenError> {
        let writer = self.at.libraries.create_member(self.at.ddname, &name, self.attributes.into())?;
        self.open = Open::Member(DirectoryEntry { name, alias_of: None, user_data }, writer);
        Ok(())
    }

    fn put(&mut self, block: &[u8]) -> Result<Done, LibraryError<Infallible>> {
        if matches!(self.open, Open::Alias(_))
            && let Open::Alias(Alias { name, user_data, .. }) = std::mem::replace(&mut self.open, Open::Nothing)
        {
            self.create(name, user_data)?;
        }
        let Open::Member(_, writer) = &mut self.open else { return Ok(Err("a block comes before any member")) };
        let run = match run_of(block, self.attributes) {
            Ok(run) => run,
            Err(what) => return Ok(Err(what)),
        };
        self.done.records += run.count();
        self.done.bytes += block.len() as u64;
        writer.put_run(run)?;
        Ok(Ok(()))
    }

    /// Ends the entry that is open.
    fn end_entry(&mut self) -> Result<(), LibraryError<Infallible>> {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Alias(alias) => self.aliases.push(alias),
            Open::Member(entry, writer) => {
                writer.close()?;
                self.done.members += 1;
                if !entry.user_data.is_empty() {
                    self.at.libraries.stow(self.at.ddname, &entry)?;
                }
            }
        }
        Ok(())
    }

    /// Gives members their other names.
    fn stow_aliases(mut self) -> Result<Unpacked, LibraryError<Infallible>> {
        for Alias { name, place, user_data } in self.aliases {
            let Some(member) = self.members.get(&place) else {
                self.done.lost_aliases.push(name);
                continue;
            };
            let entry = DirectoryEntry { name, alias_of: Some(member.clone()), user_data };
            self.at.libraries.stow(self.at.ddname, &entry)?;
            self.done.aliases += 1;
        }
        Ok(self.done)
    }
}

/// The records of a block.
fn run_of(block: &[u8], attributes: Attributes) -> Result<Run<'_>, &'static str> {
    let Attributes { recfm, lrecl, blksize } = attributes;
    if block.is_empty() || block.len() > blksize as usize {
        return Err("a block is longer than the block size, or empty");
    }
    if recfm.is_fixed() {
        let length = lrecl as usize;
        let whole = block.len().is_multiple_of(length);
        return if whole {
            Ok(Run { bytes: block, shape: Shape::Fixed(length) })
        } else {
            Err("a block ends within a record")
        };
    }
    if recfm.is_undefined() {
        return Ok(Run { bytes: block, shape: Shape::Whole });
    }
    let (word, bytes) = block.split_first_chunk::<BDW>().ok_or("a block is shorter than its descriptor word")?;
    if usize::from(u16::from_be_bytes([word[0], word[1]])) != block.len() {
        return Err("a block has not the length that its descriptor word says");
    }
    let run = Run { bytes, shape: Shape::Described };
    let length: usize = run.records().map(|record| record.len() + RDW).sum();
    if length == bytes.len() { Ok(run) } else { Err("the descriptor words in a block do not fit") }
}

#[cfg(test)]
mod tests {
    use super::{blocks, run_of};
    use crate::dataset::record::MemoryReader;
    use crate::dataset::{Attributes, ReadError, Recfm, Shape};

    fn cut(bytes: &[u8], shape: Shape, attributes: Attributes) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        blocks(&mut MemoryReader::new(attributes, shape, bytes), attributes, |block| {
            found.push(block.to_vec());
            Ok::<_, ReadError>(())
        })
        .expect("memory can be read");
        found
    }

    #[test]
    fn blocks_are_as_full_as_they_can_be() {
        let fixed = Attributes { recfm: Recfm::FB, lrecl: 2, blksize: 6 };
        assert_eq!(cut(b"AABBCCDD", Shape::Fixed(2), fixed), [&b"AABBCC"[..], b"DD"]);
        let variable = Attributes { recfm: Recfm::VB, lrecl: 8, blksize: 15 };
        let records = b"\0\x06\0\0AA\0\x05\0\0B\0\x05\0\0C";
        let expected = [&b"\0\x0F\0\0\0\x06\0\0AA\0\x05\0\0B"[..], b"\0\x09\0\0\0\x05\0\0C"];
        assert_eq!(cut(records, Shape::Described, variable), expected);
        let unblocked = Attributes { recfm: Recfm::V, ..variable };
        assert_eq!(cut(records, Shape::Described, unblocked).len(), 3);
        for (bytes, shape, attributes) in
            [(&b"AABBCCDD"[..], Shape::Fixed(2), fixed), (records, Shape::Described, variable)]
        {
            let back: Vec<u8> = cut(bytes, shape, attributes)
                .iter()
                .flat_map(|block| run_of(block, attributes).expect("sound").bytes.to_vec())
                .collect();
            assert_eq!(back, bytes);
        }
    }

    #[test]
    fn blocks_that_contradict_the_attributes_are_damage() {
        let fixed = Attributes { recfm: Recfm::FB, lrecl: 2, blksize: 6 };
        let variable = Attributes { recfm: Recfm::VB, lrecl: 8, blksize: 15 };
        for (block, attributes) in [
            (&b"AAB"[..], fixed),
            (b"AABBCCDD", fixed),
            (b"", fixed),
            (b"\0\x05", variable),
            (b"\0\x0A\0\0\0\x05\0\0C", variable),
            (b"\0\x09\0\0\0\x06\0\0C", variable),
            (b"\0\x09\0\0\0\x03\0\0C", variable),
        ] {
            assert!(run_of(block, attributes).is_err(), "{block:02X?}");
        }
    }
}
