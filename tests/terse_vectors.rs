//! PACK and SPACK of every shared vector, bit for bit, and back.
//!
//! The vectors are read in place (`ZJOB_SHARED`, else `../shared` beside the package); where they are absent one
//! test says so as ignored.

mod support;

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use zjob::terse::{Decoder, Encoder, Header, Method, Stamp};

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    let folder = support::shared().join("data/terse/vectors");
    let Ok(manifest) = std::fs::read_to_string(folder.join("manifest.json")) else {
        return vec![Trial::test("shared_vectors_are_absent", || Ok(())).with_ignored_flag(true)];
    };
    let manifest: Value = serde_json::from_str(&manifest).expect("the manifest is JSON");
    let vectors = manifest["vectors"].as_array().expect("the manifest has vectors");
    vectors.iter().flat_map(|vector| trials_of(&folder, Arc::new(vector.clone()))).collect()
}

fn trials_of(folder: &Path, vector: Arc<Value>) -> [Trial; 2] {
    let name = format!("{}_{}", text(&vector, "name"), text(&vector, "mode").to_lowercase());
    let (here, there) = ((folder.to_path_buf(), Arc::clone(&vector)), (folder.to_path_buf(), vector));
    [
        Trial::test(format!("{name}_is_packed_bit_for_bit"), move || packs(&here.0, &here.1)),
        Trial::test(format!("{name}_is_unpacked"), move || unpacks(&there.0, &there.1)),
    ]
}

fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
    vector[key].as_str().unwrap_or_default()
}

fn number(vector: &Value, key: &str) -> u64 {
    vector[key].as_u64().unwrap_or_default()
}

fn header(vector: &Value) -> Header {
    let method = if text(vector, "mode") == "PACK" { Method::Pack } else { Method::Spack };
    let length = number(vector, "header_lrecl") as u32;
    Header::new(method, text(vector, "recfm") == "VB", length, number(vector, "header_blksize") as u16)
}

fn packs(folder: &Path, vector: &Value) -> Result<(), Failed> {
    let input = std::fs::read(folder.join(text(vector, "input_file")))?;
    let expected = std::fs::read(folder.join(text(vector, "packed_file")))?;
    let header = header(vector);
    let mut encoder = Encoder::new(header, Vec::new())?;
    if header.variable {
        for record in described(&input) {
            encoder.put_record(record)?;
        }
    } else {
        encoder.put_run(&input)?;
    }
    let (totals, packed) = encoder.finish(&Stamp::new(text(vector, "timestamp")).ok_or("no time stamp")?)?;
    same(&packed, &expected)?;
    if totals.codes == number(vector, "codes") { Ok(()) } else { Err(format!("{} codes", totals.codes).into()) }
}

fn unpacks(folder: &Path, vector: &Value) -> Result<(), Failed> {
    let packed = std::fs::read(folder.join(text(vector, "packed_file")))?;
    let expected = std::fs::read(folder.join(text(vector, "input_file")))?;
    let mut decoder = Decoder::new(packed.as_slice())?;
    if *decoder.header() != header(vector) {
        return Err(format!("the header says {:?}", decoder.header()).into());
    }
    let mut unpacked = Vec::new();
    while let Some(run) = decoder.next_run()? {
        unpacked.extend_from_slice(run);
    }
    same(&unpacked, &expected)
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

fn same(found: &[u8], expected: &[u8]) -> Result<(), Failed> {
    if found == expected {
        return Ok(());
    }
    let at = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
    Err(format!("{} bytes instead of {}, first difference at {at}", found.len(), expected.len()).into())
}
