//! Sealing and opening as a whole.

use std::convert::Infallible;

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::header::HEADER;
use super::{
    Attributes, Check, Cipher, Contents, Damage, Description, HeaderError, Password, Plan, Seal, SealError, Totals,
};

const FB80: Attributes = Attributes { recfm: 0x90, lrecl: 80, blksize: 27_920 };

fn password() -> Password {
    Password::new("sample password please change").expect("29 characters")
}

fn plan(cipher: Cipher, integrity: bool) -> Plan {
    Plan { cipher, integrity, iterations: 1, salt: *b"saltsalt", attributes: FB80, description: Description::default() }
}

fn seal(plan: &Plan, records: &[Vec<u8>]) -> (Vec<u8>, Totals) {
    let mut out = Vec::new();
    let mut counted = Contents::default();
    for record in records {
        counted.add(record);
    }
    let sink = |bytes: &[u8]| {
        out.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let mut seal = Seal::start(plan, &password(), counted, sink).expect("memory takes all");
    for record in records {
        seal.put(record).expect("memory takes all");
    }
    let totals = seal.finish().expect("as counted");
    (out, totals)
}

fn open(password: &Password, file: &[u8], piece: usize) -> Result<Vec<Vec<u8>>, Damage> {
    let mut check = Check::new(password);
    file.chunks(piece).try_for_each(|bytes| check.feed(bytes))?;
    let checked = check.finish()?;
    let mut records = Vec::new();
    let mut open = checked.open(|record: &[u8]| {
        records.push(record.to_vec());
        Ok::<_, Infallible>(())
    });
    for bytes in file.chunks(piece) {
        open.feed(bytes).expect("the check has passed");
    }
    let count = open.finish().expect("the check has passed");
    assert_eq!(count, records.len() as u64);
    Ok(records)
}

/// Two records, sealed.
fn sealed(integrity: bool) -> Vec<u8> {
    seal(&plan(Cipher::Tdes, integrity), &[b"FIRST".to_vec(), b"SECOND RECORD".to_vec()]).0
}

fn damage_of(file: &[u8]) -> Damage {
    open(&password(), file, 1000).expect_err("the file is damaged")
}

/// `file` with the clear body `body` sealed into it as if a writer had framed it so.
fn with_clear_body(body: &[u8]) -> Vec<u8> {
    use super::chain::Encryptor;
    use super::header::Header;
    use super::secret::Keys;
    let plan = plan(Cipher::Tdes, false);
    let keys = Keys::from_password(&password(), plan.cipher, &plan.salt, plan.iterations);
    let mut header = Header::read(&sealed(false)).expect("just written");
    header.body = body.len() as u64;
    let mut padded = body.to_vec();
    padded.resize(body.len().next_multiple_of(8), 0);
    Encryptor::new(&keys).encrypt(&mut padded);
    [header.write().as_slice(), &padded].concat()
}

#[test]
fn an_empty_data_set_comes_back_empty() {
    for cipher in [Cipher::Tdes, Cipher::Aes128] {
        for integrity in [true, false] {
            let (file, totals) = seal(&plan(cipher, integrity), &[]);
            assert_eq!(totals.ciphertext, 0);
            assert_eq!(open(&password(), &file, 50), Ok(Vec::new()));
        }
    }
}

#[test]
fn the_published_case_of_231_records_has_its_sizes() {
    let records = vec![vec![0x40; 80]; 231];
    let (file, totals) = seal(&plan(Cipher::Tdes, false), &records);
    assert_eq!((totals.ciphertext, totals.written, file.len()), (19_872, 19_992, 19_992));
    let (file, totals) = seal(&plan(Cipher::Tdes, true), &records);
    assert_eq!((totals.ciphertext, totals.written, file.len()), (19_872, 20_024, 20_024));
}

#[test]
fn a_wrong_password_is_found_at_the_header() {
    let file = sealed(true);
    for wrong in ["Sample password please change", "sample password please change ", "12345678"] {
        let wrong = Password::new(wrong).expect("8 to 32 characters");
        let mut check = Check::new(&wrong);
        assert_eq!(check.feed(&file[..HEADER]), Err(Damage::WrongPassword));
    }
}

#[test]
fn every_flipped_bit_is_found_before_a_record_is_released() {
    let file = sealed(true);
    for bit in 0..file.len() * 8 {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&password(), &damaged, 64).is_err(), "bit {bit}");
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    for integrity in [true, false] {
        let file = sealed(integrity);
        for length in 0..file.len() {
            assert!(open(&password(), &file[..length], 64).is_err(), "{length} bytes");
        }
        assert_eq!(
            damage_of(&file[..file.len() - 1]),
            Damage::Truncated { expected: file.len() as u64, found: file.len() as u64 - 1 }
        );
    }
}

#[test]
fn fill_behind_the_end_does_not_count() {
    for integrity in [true, false] {
        let mut file = sealed(integrity);
        file.resize(file.len() + 100, 0x40);
        assert_eq!(open(&password(), &file, 64).map(|records| records.len()), Ok(2));
    }
}

#[test]
fn a_changed_trailer_or_body_or_description_is_altered() {
    let file = sealed(true);
    for at in [file.len() - 1, HEADER, HEADER - 1] {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert_eq!(damage_of(&damaged), Damage::Altered);
    }
}

#[test]
fn each_damage_of_the_frames_has_its_own_name() {
    assert_eq!(damage_of(&with_clear_body(b"\0\0\0\x02\x80\0A")), Damage::RecordLength { record: 1, length: 2 });
    assert_eq!(damage_of(&with_clear_body(b"\0\0\0\0\0\0\0")), Damage::RecordLength { record: 2, length: 0 });
    assert_eq!(damage_of(&with_clear_body(b"\0\0\0\x01\x40\0A")), Damage::RecordFlags { record: 1, flags: 0x4000 });
    assert_eq!(damage_of(&with_clear_body(b"\0\0\0\0\x80\0\0\0\0\0\x80\0")), Damage::AfterLast { records: 1 });
    assert_eq!(damage_of(&with_clear_body(b"\0\0\0\x01\0\0A")), Damage::NoLast { records: 1 });
    let mut padded = with_clear_body(b"\0\0\0\x01\x80\0AB");
    padded[36..44].copy_from_slice(&7_u64.to_be_bytes());
    assert_eq!(damage_of(&padded), Damage::Padding);
}

#[test]
fn what_is_not_ours_is_refused_by_name() {
    assert_eq!(damage_of(b"\xC3\xE2\xC4"), Damage::Header(HeaderError::OtherFormat));
    assert_eq!(damage_of(&[0; 500]), Damage::Header(HeaderError::OtherFormat));
    assert_eq!(damage_of(b""), Damage::Header(HeaderError::Cut(0)));
}

#[test]
fn records_that_differ_from_the_count_are_not_sealed() {
    let counted = Contents { records: 2, bytes: 10 };
    let start = || {
        let sink = |_: &[u8]| Ok::<_, Infallible>(());
        Seal::start(&plan(Cipher::Tdes, true), &password(), counted, sink).expect("memory takes all")
    };
    let mut seal = start();
    seal.put(b"12345").expect("the first");
    assert!(matches!(seal.finish(), Err(SealError::Changed { .. })));
    let mut seal = start();
    assert!(matches!(seal.put(b"12345678901"), Err(SealError::Changed { .. })));
}

#[test]
fn a_sink_that_takes_no_more_ends_the_sealing_and_the_opening() {
    let full = |_: &[u8]| Err("disk full");
    assert!(matches!(
        Seal::start(&plan(Cipher::Tdes, true), &password(), Contents::default(), full),
        Err(SealError::Sink("disk full"))
    ));
    let (file, password) = (sealed(true), password());
    let mut check = Check::new(&password);
    check.feed(&file).expect("whole");
    let checked = check.finish().expect("whole");
    assert!(checked.open(full).feed(&file).is_err());
}

#[test]
fn passwords_have_8_to_32_characters_and_do_not_show_themselves() {
    assert_eq!(Password::new("1234567").map_err(|error| error.0), Err(7));
    assert_eq!(Password::new(&"x".repeat(33)).map_err(|error| error.0), Err(33));
    assert!(Password::new("pässwörd").is_ok(), "characters count, not bytes");
    // The example of the redbook is exactly as long as a password may be.
    let password = Password::new("Day 28072006 was used to test EF").expect("32 characters");
    assert_eq!(format!("{password:?}"), "Password(..)");
}

fn records() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let record = prop_oneof![
        4 => proptest::collection::vec(any::<u8>(), 0..300),
        1 => (0_usize..33_000).prop_map(|length| vec![0xC1; length]),
    ];
    proptest::collection::vec(record, 0..40)
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_is_opened_in_pieces_of_any_size(
        records in records(),
        cipher in prop_oneof![Just(Cipher::Tdes), Just(Cipher::Aes128)],
        integrity: bool,
        piece in 1_usize..70_000,
    ) {
        let (file, totals) = seal(&plan(cipher, integrity), &records);
        assert_eq!(file.len() as u64, totals.written);
        assert_eq!(open(&password(), &file, piece), Ok(records));
    }

    #[test]
    fn any_bytes_behind_a_good_header_are_read_without_panic(bytes: Vec<u8>, body in 0_u64..2000) {
        let mut file = sealed(false)[..HEADER].to_vec();
        file[36..44].copy_from_slice(&body.to_be_bytes());
        file.extend_from_slice(&bytes);
        let _ = open(&password(), &file, 100);
    }
}
