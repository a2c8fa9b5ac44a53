//! Files that AMATERSE wrote on z/OS: each is unpacked, packed again with its own time stamp, and compared.
//!
//! The files are read in place (`ZJOB_SHARED`, else `../shared` beside the package); where they are absent one
//! test says so as ignored.
#![allow(clippy::type_complexity, reason = "a library is a list of entries with lists of blocks")]

mod support;

use std::path::Path;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use sha2::{Digest, Sha256};
use zjob::codepage::CodePage;
use zjob::terse::library::{Dcb, DirectoryEntry, Item, LibraryDecoder, LibraryEncoder, Place};
use zjob::terse::{DecodeError, Decoder, Encoder, Header, Stamp, Totals, Trailer};

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    let folder = support::shared().join("data/terse/real");
    let Ok(manifest) = std::fs::read_to_string(folder.join("manifest.json")) else {
        return vec![Trial::test("shared_real_files_are_absent", || Ok(())).with_ignored_flag(true)];
    };
    let manifest: Value = serde_json::from_str(&manifest).expect("the manifest is JSON");
    let files = manifest["files"].as_array().expect("the manifest has files");
    let libraries = files.iter().filter(|facts| facts["members"].is_object());
    let libraries = libraries.map(|facts| library_trial(&folder, facts.clone()));
    files.iter().map(|facts| trial(&folder, facts.clone())).chain(libraries).collect()
}

fn trial(folder: &Path, facts: Value) -> Trial {
    let name = facts["file"].as_str().unwrap_or_default().to_owned();
    let path = folder.join(&name);
    match facts["reencode_bit_identical"].as_bool() {
        Some(true) => Trial::test(format!("{name} comes out identical"), move || comes_out_identical(&path, &facts)),
        Some(false) => Trial::test(format!("{name} has lost its only byte"), move || has_lost_its_only_byte(&path)),
        None => Trial::test(format!("{name} went through a text transfer"), move || went_through_text_transfer(&path)),
    }
}

fn library_trial(folder: &Path, facts: Value) -> Trial {
    let name = facts["file"].as_str().unwrap_or_default().to_owned();
    let path = folder.join(&name);
    Trial::test(format!("{name} is read and written as a library"), move || library_comes_out_identical(&path, &facts))
}

struct Unpacked {
    header: Header,
    bytes: Vec<u8>,
    trailer: Trailer,
}

fn unpack(packed: &[u8]) -> Result<Unpacked, Failed> {
    let mut decoder = Decoder::new(packed)?;
    let mut bytes = Vec::new();
    while let Some(run) = decoder.next_run()? {
        bytes.extend_from_slice(run);
    }
    Ok(Unpacked { header: *decoder.header(), bytes, trailer: decoder.trailer().ok_or("no trailer")? })
}

fn comes_out_identical(path: &Path, facts: &Value) -> Result<(), Failed> {
    let packed = std::fs::read(path)?;
    let Unpacked { header, bytes, trailer } = unpack(&packed)?;
    if let Some(expected) = facts["tersedecompress_binary_sha256"].as_str() {
        equal("the unpacked bytes", &hex(&Sha256::digest(&bytes)), &expected.to_owned())?;
    }
    equal("codes", &Some(trailer.codes), &facts["codes"].as_u64())?;
    let mut encoder = Encoder::new(header, Vec::new())?;
    if header.has_marks() {
        described(&bytes).try_for_each(|record| encoder.put_record(record))?;
    } else {
        encoder.put_run(&bytes)?;
    }
    // Without room for a stamp any will do: it is not written.
    let stamp = trailer.stamp.or_else(|| Stamp::new("06/07/2024 12:34:56")).ok_or("no time stamp")?;
    let (totals, again) = encoder.finish(&stamp)?;
    equal("packed size", &totals.packed, &(packed.len() as u64))?;
    let same = again.iter().zip(&packed).take_while(|(a, b)| a == b).count();
    equal("identical bytes", &same, &packed.len())
}

/// A library as its user sees it: what was in it, in order.
struct Library {
    dcb: Dcb,
    items: Vec<(DirectoryEntry, Vec<(Place, Vec<u8>)>)>,
    trailer: Trailer,
}

fn read_library(packed: &[u8]) -> Result<Library, Failed> {
    let mut decoder = LibraryDecoder::new(Decoder::new(packed)?)?;
    let mut items: Vec<(DirectoryEntry, Vec<(Place, Vec<u8>)>)> = Vec::new();
    while let Some(item) = decoder.next_item()? {
        match item {
            Item::Entry(entry) => items.push((entry, Vec::new())),
            Item::Block(place, block) => items.last_mut().ok_or("no member")?.1.push((place, block.to_vec())),
        }
    }
    Ok(Library { dcb: decoder.dcb(), items, trailer: decoder.trailer().ok_or("no trailer")? })
}

fn write_library(library: &Library, ratio: u8, stamp: &Stamp) -> Result<(Totals, Vec<u8>), Failed> {
    let mut encoder = LibraryEncoder::new(&library.dcb, ratio, Vec::new())?;
    for (entry, blocks) in &library.items {
        encoder.put_entry(entry)?;
        blocks.iter().try_for_each(|(place, block)| encoder.put_block(*place, block))?;
    }
    Ok(encoder.finish(stamp)?)
}

fn library_comes_out_identical(path: &Path, facts: &Value) -> Result<(), Failed> {
    let packed = std::fs::read(path)?;
    let library = read_library(&packed)?;
    equal("attributes", &(library.dcb.recfm(), library.dcb.lrecl(), library.dcb.block_size()), &(0x90, 80, 800))?;
    for (entry, blocks) in &library.items {
        equal("place of the first block", &blocks.first().map(|(place, _)| *place), &Some(entry.place()))?;
        let member = &facts["members"][CodePage::ibm1047().decode(&entry.name()).trim_end()];
        let data = blocks.iter().flat_map(|(_, block)| block).copied().collect::<Vec<u8>>();
        equal("records of a member", &Some(data.len() as u64 / 80), &member["records"].as_u64())?;
        let digest = hex(&Sha256::digest(&data));
        equal("bytes of a member", &Some(digest.as_str()), &member["sha256_of_ebcdic_bytes"].as_str())?;
        equal("length of the statistics", &entry.user_data().len(), &30)?;
    }
    equal("members", &Some(library.items.len()), &facts["members"].as_object().map(serde_json::Map::len))?;
    let stamp = library.trailer.stamp.ok_or("no time stamp")?;
    let (totals, _) = write_library(&library, 0, &stamp)?;
    let (_, again) = write_library(&library, totals.ratio(), &stamp)?;
    equal("the file", &again, &packed)
}

/// AMATERSE writes a header and zeros for SPACK of one byte. We write the byte.
fn has_lost_its_only_byte(path: &Path) -> Result<(), Failed> {
    let Unpacked { header, bytes, trailer } = unpack(&std::fs::read(path)?)?;
    equal("unpacked bytes", &bytes.len(), &0)?;
    equal("the defect is recognized", &trailer.lost_its_only_byte(), &true)?;
    let mut encoder = Encoder::new(header, Vec::new())?;
    encoder.put_record(&[0xC1])?;
    let (_, ours) = encoder.finish(&Stamp::new("06/07/2024 12:34:56").ok_or("no time stamp")?)?;
    equal("the first codes", &ours[12..15], &[0x0C, 0x20, 0x00][..])?;
    let record = if header.variable { &[0, 5, 0, 0, 0xC1][..] } else { &[0xC1][..] };
    equal("our file unpacked", &unpack(&ours)?.bytes[..], record)
}

fn went_through_text_transfer(path: &Path) -> Result<(), Failed> {
    match Decoder::new(std::fs::File::open(path)?) {
        Err(DecodeError::TextTransfer) => Ok(()),
        Err(other) => Err(other.to_string().into()),
        Ok(_) => Err("the header was accepted".into()),
    }
}

/// The records that lie behind their RDWs in `bytes`.
fn described(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
        let (record, rest) = bytes.split_at(length);
        bytes = rest;
        Some(&record[4..])
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn equal<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, found: &T, expected: &T) -> Result<(), Failed> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?} instead of {expected:?}").into()) }
}
