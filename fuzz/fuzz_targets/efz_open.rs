//! Any bytes as an encrypted file: header and body are read or refused; a header that is read is written alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zjob::efz::header::Header;
use zjob::efz::{Check, Password, Secret, facts};

/// Key derivations above this many iterations would only slow the search down.
const ITERATIONS: u32 = 16;

fuzz_target!(|bytes: &[u8]| {
    let _ = facts(bytes);
    let Ok(header) = Header::read(bytes) else { return };
    assert_eq!(header.write(), bytes[..header.length()], "a header that is written otherwise");
    if let Ok(Some(facts)) = facts(bytes) {
        if let zjob::efz::Protection::Password { iterations } = facts.protection {
            if iterations > ITERATIONS {
                return;
            }
        }
    }
    let password = Password::new("sample password please change").expect("29 characters");
    let mut check = Check::new(Secret::Password(&password));
    for piece in bytes.chunks(97) {
        if check.feed(piece).is_err() {
            return;
        }
    }
    let Ok(checked) = check.finish() else { return };
    let mut open = checked.open(|_: &[u8]| Ok::<_, std::convert::Infallible>(()));
    for piece in bytes.chunks(31) {
        open.feed(piece).expect("a file that passed its check");
    }
    open.finish().expect("a file that passed its check");
});
