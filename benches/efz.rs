//! Speed of the ciphers and of a whole seal, to be held against `openssl speed -bytes 262144` on the same machine.

use std::convert::Infallible;
use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use zjob::efz::{Attributes, Check, Cipher, Contents, Description, Password, Plan, Seal, SealingKey, Secret};

/// Bytes of an FB 80 data set, about 4 MiB.
const RECORD: usize = 80;
const RECORDS: usize = 50_000;

fn main() {
    divan::main();
}

fn password() -> Password {
    Password::new("sample password please change").expect("29 characters")
}

fn sealed(cipher: Cipher, integrity: bool, data: &[u8]) -> Vec<u8> {
    let plan = Plan {
        integrity,
        attributes: Attributes { recfm: 0x90, lrecl: 80, blksize: 27_920 },
        description: Description::default(),
    };
    let key = SealingKey::from_password(&password(), cipher, 16, *b"saltsalt");
    let counted = Contents { records: (data.len() / RECORD) as u64, bytes: data.len() as u64, compressed: None };
    let mut file = Vec::with_capacity(data.len() * 2);
    let sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let mut seal = Seal::start(&plan, &key, counted, sink).expect("memory takes all");
    data.chunks(RECORD).for_each(|record| seal.put(record).expect("memory takes all"));
    seal.finish().expect("as counted");
    file
}

const CASES: [(Cipher, bool); 4] =
    [(Cipher::Tdes, false), (Cipher::Tdes, true), (Cipher::Aes128, false), (Cipher::Aes128, true)];

#[divan::bench(args = CASES, sample_count = 9)]
fn seal(bencher: Bencher, (cipher, integrity): (Cipher, bool)) {
    let data = vec![0xC1; RECORD * RECORDS];
    bencher
        .counter(BytesCount::new(RECORDS * (RECORD + 6)))
        .bench_local(|| sealed(cipher, integrity, black_box(&data)));
}

#[divan::bench(args = CASES, sample_count = 9)]
fn check_and_open(bencher: Bencher, (cipher, integrity): (Cipher, bool)) {
    let file = sealed(cipher, integrity, &vec![0xC1; RECORD * RECORDS]);
    let password = password();
    bencher.counter(BytesCount::new(RECORDS * (RECORD + 6))).bench_local(|| {
        let mut check = Check::new(Secret::Password(&password));
        check.feed(black_box(&file)).expect("the password is right");
        let checked = check.finish().expect("the file is whole");
        let mut open = checked.open(|record: &[u8]| {
            black_box(record);
            Ok::<_, Infallible>(())
        });
        open.feed(&file).expect("the file was checked");
        open.finish().expect("the file was checked")
    });
}
