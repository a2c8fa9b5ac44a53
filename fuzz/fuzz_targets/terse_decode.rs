//! Any bytes as a packed file: they decode or are refused, and never grow beyond the limit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zjob::terse::library::LibraryDecoder;
use zjob::terse::{Decoder, Limit, Organization};

/// Bytes that one input may become.
const MOST: u64 = 4 << 20;

fuzz_target!(|packed: &[u8]| {
    let Ok(decoder) = Decoder::new(packed) else { return };
    let mut decoder = decoder.with_limit(Limit::Bytes(MOST));
    if decoder.header().organization == Organization::Library {
        let Ok(mut library) = LibraryDecoder::new(decoder) else { return };
        while let Ok(Some(_)) = library.next_item() {}
        return;
    }
    let mut unpacked = 0;
    while let Ok(Some(run)) = decoder.next_run() {
        assert!(!run.is_empty(), "a run without a record");
        unpacked += run.len() as u64;
        assert!(unpacked <= MOST, "more than the limit");
    }
});
