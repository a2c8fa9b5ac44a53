//! Any bytes as an OpenPGP message: it is opened or refused, and nothing comes out beyond the limit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zjob::openpgp::{Asked, Limit, Opener, Passphrase, is_message, open, read_keys};

/// Bytes that one message may become.
const MOST: u64 = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    let _ = read_keys(bytes);
    if !is_message(bytes) {
        return;
    }
    // Without a passphrase: deriving keys would only slow the search down.
    let mut ask = |_: Asked<'_>| Err::<Passphrase, ()>(());
    let opener = Opener { keys: &[], signer: None, ask: &mut ask, limit: Limit::Bytes(MOST), now: 1_700_000_000 };
    let mut out = Vec::new();
    let _ = open(opener, bytes, &mut out);
    assert!(out.len() as u64 <= MOST, "more than the limit");
});
