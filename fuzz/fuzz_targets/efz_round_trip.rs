//! Any records, sealed in any way: they come back, and a flipped bit is found.
#![no_main]

use std::convert::Infallible;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use zjob::efz::{Attributes, Check, Cipher, Description, Measure, Password, Plan, Seal, SealingKey, Secret};

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    aes: bool,
    compress: bool,
    records: Vec<&'a [u8]>,
    flip: u32,
}

fuzz_target!(|input: Input<'_>| {
    let cipher = if input.aes { Cipher::Aes128 } else { Cipher::Tdes };
    let password = Password::new("sample password please change").expect("29 characters");
    let key = SealingKey::from_password(&password, cipher, 1, *b"saltsalt");
    let attributes = Attributes { recfm: 0x50, lrecl: 32_756, blksize: 32_760 };
    let plan = Plan { integrity: true, attributes, description: Description::default() };
    let mut measure = Measure::new(input.compress);
    input.records.iter().for_each(|record| measure.put(record));
    let mut sealed = Vec::new();
    let sink = |bytes: &[u8]| {
        sealed.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let mut seal = Seal::start(&plan, &key, measure.finish(), sink).expect("memory takes all");
    input.records.iter().for_each(|record| seal.put(record).expect("as measured"));
    seal.finish().expect("as measured");

    let secret = Secret::Password(&password);
    let mut check = Check::new(secret);
    check.feed(&sealed).expect("our own file");
    let checked = check.finish().expect("our own file");
    let mut came = 0;
    let mut open = checked.open(|record: &[u8]| {
        assert_eq!(record, input.records[came], "another record came back");
        came += 1;
        Ok::<_, Infallible>(())
    });
    open.feed(&sealed).expect("the file that was checked");
    assert_eq!(open.finish().expect("the file that was checked"), input.records.len() as u64);

    let at = input.flip as usize % (sealed.len() * 8);
    sealed[at / 8] ^= 1 << (at % 8);
    let mut check = Check::new(secret);
    assert!(check.feed(&sealed).is_err() || check.finish().is_err(), "bit {at} may be flipped");
});
