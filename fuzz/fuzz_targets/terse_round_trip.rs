//! Any records in any format: what was packed unpacks to the same records.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use zjob::terse::{Decoder, Encoder, Header, Limit, Method, Stamp};

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    spack: bool,
    variable: bool,
    length: u16,
    /// Lengths of variable records, in turn.
    lengths: Vec<u16>,
    /// How often the data are packed one after another.
    repeats: u8,
    data: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let method = if input.spack { Method::Spack } else { Method::Pack };
    let length = u32::from(input.length % 32_752) + 1;
    let header = Header::new(method, input.variable, length, 0);
    let data = input.data.repeat(usize::from(input.repeats % 8) + 1);
    let mut expected = Vec::new();
    let mut encoder = Encoder::new(header, Vec::new()).expect("a length from 1 to 32,752");
    let mut rest = data.as_slice();
    let mut lengths = input.lengths.iter().cycle();
    while !rest.is_empty() {
        let most = if input.variable { lengths.next().map_or(1, |&one| u32::from(one) % (length + 1)) } else { length };
        let empty = most == 0 && expected.len() > data.len() * 4;
        let take = if empty { 1 } else { most as usize };
        if take > rest.len() {
            break;
        }
        let (record, behind) = rest.split_at(take);
        encoder.put_record(record).expect("a record of that length");
        if input.variable {
            expected.extend(u32::try_from((record.len() + 4) << 16).expect("a short record").to_be_bytes());
        }
        expected.extend_from_slice(record);
        rest = behind;
    }
    let (_, packed) = encoder.finish(&Stamp::new("11/21/2026 10:11:12").expect("a stamp")).expect("memory takes all");
    let mut decoder = Decoder::new(packed.as_slice()).expect("our own header").with_limit(Limit::None);
    let mut unpacked = Vec::new();
    while let Some(run) = decoder.next_run().expect("our own codes") {
        unpacked.extend_from_slice(run);
    }
    // One empty record packs like none (there is no difference in the format).
    if expected != [0, 4, 0, 0] {
        assert!(unpacked == expected, "other records came back");
    }
});
