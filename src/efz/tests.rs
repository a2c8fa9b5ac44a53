//! Sealing and opening as a whole.

use std::convert::Infallible;

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::header::{HEADER, Header};
use super::{
    Attributes, CHUNK, Check, Cipher, Contents, Damage, Description, Draft, Envelope, HeaderError, Key, KeyError,
    KeyLabel, Measure, Password, Plan, PrivateKey, Protection, Seal, SealError, SealingKey, Secret, Totals, facts,
};

const FB80: Attributes = Attributes { recfm: 0x90, lrecl: 80, blksize: 27_920 };

fn password() -> Password {
    Password::new("sample password please change").expect("29 characters")
}

/// Everything that a file can be made with.
#[derive(Debug, Clone, Copy)]
struct Way {
    cipher: Cipher,
    integrity: bool,
    compress: bool,
    rsa: bool,
}

fn plan(integrity: bool) -> Plan {
    Plan { integrity, attributes: FB80, description: Description::default() }
}

fn password_key(cipher: Cipher) -> SealingKey {
    SealingKey::from_password(&password(), cipher, 1, *b"saltsalt")
}

fn private_key(pem: &[u8]) -> PrivateKey {
    match Key::from_pem(pem) {
        Ok(Key::Private(key)) => key,
        other => panic!("no private key but {other:?}"),
    }
}

/// The RSA key of these tests.
fn rsa_2048() -> PrivateKey {
    private_key(include_bytes!("../../testdata/efz/rsa-2048.pem"))
}

fn rsa_4096() -> PrivateKey {
    private_key(include_bytes!("../../testdata/efz/rsa-4096.pem"))
}

/// Bytes that are not random, for tests.
fn chance(bytes: &mut [u8]) {
    for (byte, n) in bytes.iter_mut().zip((1..=255).cycle()) {
        *byte = n;
    }
}

fn rsa_key(cipher: Cipher, secure: bool) -> SealingKey {
    let label = KeyLabel::new("MY.KEY").expect("a label");
    SealingKey::wrapped_for(&rsa_2048().public(), &label, cipher, secure, &mut chance).expect("a good key")
}

fn seal(cipher: Cipher, integrity: bool, records: &[Vec<u8>]) -> (Vec<u8>, Totals) {
    seal_so(Way { cipher, integrity, compress: false, rsa: false }, records)
}

fn seal_so(way: Way, records: &[Vec<u8>]) -> (Vec<u8>, Totals) {
    let key = if way.rsa { rsa_key(way.cipher, false) } else { password_key(way.cipher) };
    let mut measure = Measure::new(way.compress);
    for record in records {
        measure.put(record);
    }
    seal_with(&key, way.integrity, measure.finish(), records)
}

fn seal_with(key: &SealingKey, integrity: bool, counted: Contents, records: &[Vec<u8>]) -> (Vec<u8>, Totals) {
    let mut out = Vec::new();
    let sink = |bytes: &[u8]| {
        out.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let mut seal = Seal::start(&plan(integrity), key, counted, sink).expect("memory takes all");
    for record in records {
        seal.put(record).expect("memory takes all");
    }
    let totals = seal.finish().expect("as counted");
    (out, totals)
}

fn open(password: &Password, file: &[u8], piece: usize) -> Result<Vec<Vec<u8>>, Damage> {
    open_with(Secret::Password(password), file, piece)
}

fn open_with(secret: Secret<'_>, file: &[u8], piece: usize) -> Result<Vec<Vec<u8>>, Damage> {
    let mut check = Check::new(secret);
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
    seal(Cipher::Tdes, integrity, &two_records()).0
}

fn two_records() -> Vec<Vec<u8>> {
    vec![b"FIRST".to_vec(), b"SECOND RECORD".to_vec()]
}

fn damage_of(file: &[u8]) -> Damage {
    open(&password(), file, 1000).expect_err("the file is damaged")
}

/// `file` with the clear body `body` sealed into it as if a writer had framed it so.
fn with_clear_body(body: &[u8]) -> Vec<u8> {
    with_body(body, false)
}

fn with_body(body: &[u8], compressed: bool) -> Vec<u8> {
    use super::chain::Encryptor;
    use super::secret::Keys;
    let keys = Keys::from_password(&password(), Cipher::Tdes, b"saltsalt", 1);
    let mut header = Header::read(&sealed(false)).expect("just written");
    header.compressed = compressed;
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
            let (file, totals) = seal(cipher, integrity, &[]);
            assert_eq!(totals.ciphertext, 0);
            assert_eq!(open(&password(), &file, 50), Ok(Vec::new()));
        }
    }
}

#[test]
fn the_published_case_of_231_records_has_its_sizes() {
    let records = vec![vec![0x40; 80]; 231];
    let (file, totals) = seal(Cipher::Tdes, false, &records);
    assert_eq!((totals.ciphertext, totals.written, file.len()), (19_872, 19_992, 19_992));
    let (file, totals) = seal(Cipher::Tdes, true, &records);
    assert_eq!((totals.ciphertext, totals.written, file.len()), (19_872, 20_024, 20_024));
    let counted = Contents { records: 231, bytes: 18_480, compressed: None };
    let (file, totals) = seal_with(&rsa_key(Cipher::Tdes, true), false, counted, &records);
    assert_eq!((totals.ciphertext, totals.written, file.len()), (19_872, 20_336, 20_336), "the listing");
}

#[test]
fn a_wrong_password_is_found_at_the_header() {
    let file = sealed(true);
    for wrong in ["Sample password please change", "sample password please change ", "12345678"] {
        let wrong = Password::new(wrong).expect("8 to 32 characters");
        let mut check = Check::new(Secret::Password(&wrong));
        assert_eq!(check.feed(&file[..HEADER]), Err(Damage::WrongPassword));
    }
}

#[test]
fn every_flipped_bit_is_found_before_a_record_is_released() {
    for compress in [false, true] {
        let way = Way { cipher: Cipher::Aes128, integrity: true, compress, rsa: false };
        let file = seal_so(way, &two_records()).0;
        for bit in 0..file.len() * 8 {
            assert!(open(&password(), &flipped(&file, bit), 64).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn every_flipped_bit_is_found_where_the_key_is_wrapped() {
    let way = Way { cipher: Cipher::Tdes, integrity: true, compress: true, rsa: true };
    let (file, key) = (seal_so(way, &two_records()).0, rsa_2048());
    // Unwrapping takes milliseconds: of the wrapped key and what follows it, one bit of each byte will do.
    let bits = (0..208 * 8).chain((208..file.len()).map(|byte| byte * 8 + byte % 8));
    for bit in bits {
        assert!(open_with(Secret::Rsa(&key), &flipped(&file, bit), 64).is_err(), "bit {bit}");
    }
}

fn flipped(file: &[u8], bit: usize) -> Vec<u8> {
    let mut damaged = file.to_vec();
    damaged[bit / 8] ^= 1 << (bit % 8);
    damaged
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

/// `clear` as a raw DEFLATE stream.
fn deflated(clear: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut packer = super::deflate::Packer::new();
    packer.push(clear, &mut out);
    packer.finish(&mut out);
    out
}

#[test]
fn each_damage_of_a_compressed_body_has_its_own_name() {
    let damage = |body: &[u8]| damage_of(&with_body(body, true));
    assert_eq!(damage(b""), Damage::Compression, "no stream at all");
    assert_eq!(damage(b"\xFF\xFF\xFF"), Damage::Compression, "no such block");
    assert_eq!(damage(&deflated(b"\0\0\0\x01\x80\0A")[..5]), Damage::Compression, "cut");
    assert_eq!(damage(&[&*deflated(b"\0\0\0\x01\x80\0A"), b"more"].concat()), Damage::Compression, "more behind it");
    assert_eq!(damage(&deflated(b"\0\0\0\x01\x80\0AB")), Damage::AfterLast { records: 1 });
    assert_eq!(damage(&deflated(b"\0\0\0\x01\0\0A")), Damage::NoLast { records: 1 });
    assert_eq!(damage(&deflated(b"\0\0\0\x02\x80\0A")), Damage::NoLast { records: 0 });
    assert_eq!(damage(&deflated(b"\0\0\0\x01\x40\0A")), Damage::RecordFlags { record: 1, flags: 0x4000 });
    assert_eq!(damage(&deflated(b"\xFF\0\0\0\0\0")), Damage::RecordLength { record: 1, length: 0xFF00_0000 });
    assert_eq!(damage(&deflated(b"\0\0\0\0\x80\0\0\0\0\0\x80\0")), Damage::AfterLast { records: 1 });
    assert_eq!(open(&password(), &with_body(&deflated(b"\0\0\0\x01\x80\0A"), true), 9), Ok(vec![b"A".to_vec()]));
}

#[test]
fn compression_makes_what_repeats_smaller_and_costs_no_record() {
    let records = vec![vec![0x40; 80]; 50_000];
    for rsa in [false, true] {
        let (file, totals) = seal_so(Way { cipher: Cipher::Tdes, integrity: true, compress: true, rsa }, &records);
        assert!(totals.written < 100_000, "{totals:?}");
        let opened =
            if rsa { open_with(Secret::Rsa(&rsa_2048()), &file, 10_000) } else { open(&password(), &file, 10_000) };
        assert_eq!(opened.map(|opened| opened == records), Ok(true));
    }
}

#[test]
fn a_file_of_many_chunks_comes_back_through_the_thread_that_sums_it_up() {
    // More than three chunks, so that buffers come back; a few bytes over, so that there is a rest.
    let records: Vec<Vec<u8>> = (0..CHUNK / 20).map(|n| vec![n as u8; 100]).collect();
    for compress in [false, true] {
        let way = Way { cipher: Cipher::Aes128, integrity: true, compress, rsa: false };
        let (file, totals) = seal_so(way, &records);
        assert_eq!(file.len() as u64, totals.written);
        assert_eq!(open(&password(), &file, 30_000).map(|opened| opened == records), Ok(true));
    }
}

#[test]
fn the_wrong_kind_of_secret_and_the_wrong_key_are_told_apart() {
    let way = Way { cipher: Cipher::Tdes, integrity: true, compress: false, rsa: true };
    let (wrapped, key, other) = (seal_so(way, &two_records()).0, rsa_2048(), rsa_4096());
    let label = || "MY.KEY".to_owned();
    assert_eq!(open(&password(), &wrapped, 99), Err(Damage::NeedsRsaKey { label: label() }));
    assert_eq!(open_with(Secret::Rsa(&other), &wrapped, 99), Err(Damage::OtherRsaKey { label: label() }));
    assert_eq!(open_with(Secret::Rsa(&key), &sealed(true), 99), Err(Damage::NeedsPassword));
    assert_eq!(open_with(Secret::Rsa(&key), &wrapped, 99), Ok(two_records()));
    // The last byte of the wrapped key.
    assert_eq!(open_with(Secret::Rsa(&key), &flipped(&wrapped, 463 * 8), 99), Err(Damage::WrappedKey));
}

#[test]
fn a_file_tells_its_facts_without_a_key() {
    let records = two_records();
    let file =
        seal_with(&rsa_key(Cipher::Tdes, true), true, Contents { records: 2, bytes: 18, compressed: None }, &records).0;
    let found = facts(&file).expect("ours").expect("enough bytes");
    assert_eq!((found.layout, found.version, found.cipher, found.secure_key), ("ZEFZ", 1, Cipher::Tdes, true));
    assert_eq!((found.header, found.ciphertext, found.file), (464, 32, 464 + 32 + 32));
    assert_eq!((found.attributes, found.integrity, found.compressed), (FB80, true, false));
    let Protection::Rsa { label, bits, fingerprint } = found.protection else { panic!("it is wrapped") };
    assert_eq!((label.as_str(), bits), ("MY.KEY", 2048));
    assert_eq!(fingerprint, rsa_2048().public().fingerprint());
    assert_eq!(facts(&file[..463]), Ok(None), "more bytes are needed");
    assert_eq!(facts(b""), Ok(None));
    assert_eq!(facts(b"PK\x03\x04"), Err(HeaderError::OtherFormat));
    let password = facts(&sealed(true)).expect("ours").expect("enough bytes");
    assert_eq!(password.protection, Protection::Password { iterations: 1 });
}

#[test]
fn rsa_keys_come_as_pem_of_every_common_kind() {
    let key = rsa_2048();
    let public = key.public();
    assert_eq!(Key::from_pem(key.to_pem().as_bytes()), Ok(Key::Private(key.clone())));
    assert_eq!(Key::from_pem(public.to_pem().as_bytes()), Ok(Key::Public(public.clone())));
    let crlf = format!("some words in front\r\n{}", public.to_pem().replace('\n', "\r\n"));
    assert_eq!(Key::from_pem(crlf.as_bytes()), Ok(Key::Public(public.clone())));
    for (pem, is_private) in [
        (include_str!("../../testdata/efz/rsa-2048.pkcs1.pem"), true),
        (include_str!("../../testdata/efz/rsa-2048.pub.pkcs1.pem"), false),
        (include_str!("../../testdata/efz/rsa-2048.crt.pem"), false),
        (include_str!("../../testdata/efz/rsa-2048.v1.crt.pem"), false),
    ] {
        let found = Key::from_pem(pem.as_bytes()).expect("a key");
        assert_eq!((found.public() == public, matches!(found, Key::Private(_))), (true, is_private), "{pem}");
    }
}

#[test]
fn keys_that_cannot_be_used_are_refused_by_name() {
    let read = |pem: &str| Key::from_pem(pem.as_bytes()).err();
    assert_eq!(read(include_str!("../../testdata/efz/rsa-1024.pub.pem")), Some(KeyError::Bits(1024)));
    assert_eq!(read(include_str!("../../testdata/efz/ec-p256.pub.pem")), Some(KeyError::Malformed));
    assert_eq!(
        read("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"),
        Some(KeyError::Encrypted)
    );
    assert_eq!(read("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), Some(KeyError::Malformed));
    for pem in [
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n",
        "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n",
    ] {
        assert_eq!(read(pem), Some(KeyError::Pem), "{pem}");
    }
    assert_eq!(PrivateKey::generate(1024, &mut chance).err(), Some(KeyError::Bits(1024)));
    assert_eq!(PrivateKey::generate(2049, &mut chance).err(), Some(KeyError::BrokenBits(2049)));
}

#[test]
fn a_private_key_does_not_show_itself() {
    assert_eq!(format!("{:?}", rsa_2048()), "PrivateKey(2048 bits, ..)");
}

#[test]
fn nothing_that_holds_a_key_or_a_password_shows_it() {
    let key = rsa_2048();
    let (mut clear, password) = ([0; 32], password());
    chance(&mut clear);
    let keys = super::Keys::from_password(&password, Cipher::Tdes, b"saltsalt", 1);
    let file = sealed(true);
    let mut check = Check::new(Secret::Password(&password));
    check.feed(&file).expect("whole");
    let checked = check.finish().expect("whole");
    let shown = format!(
        "{password:?} {keys:?} {:?} {:?} {:?} {:?} {:?} {checked:?}",
        password_key(Cipher::Aes128),
        rsa_key(Cipher::Tdes, true),
        Secret::Password(&password),
        Secret::Rsa(&key),
        Key::Private(key.clone()),
    );
    // As text, as numbers in a list, as digits: the password, the data key, a random key, a prime.
    assert!(!shown.contains("sample"), "{shown}");
    let prime = &key.to_pkcs8()[600..608];
    for secret in [&keys.key[..8], &clear[..8], prime, b"sample p"] {
        let numbers = secret.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let digits = secret.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        for form in [numbers, digits.to_uppercase(), digits] {
            assert!(!shown.contains(&form), "{form} is in {shown}");
        }
    }
}

#[test]
fn a_length_that_no_data_set_has_is_not_believed() {
    // A whole record of a mebibyte would have to be kept in memory before it could be released.
    let huge = (1_u32 << 20) + 1;
    let body = [&huge.to_be_bytes()[..], &[0x80, 0], &vec![0; huge as usize]].concat();
    assert_eq!(damage_of(&with_clear_body(&body)), Damage::RecordLength { record: 1, length: huge });
    assert_eq!(damage_of(&with_body(&deflated(&body), true)), Damage::RecordLength { record: 1, length: huge });
}

#[test]
fn a_compressed_body_that_grows_a_thousandfold_is_released_piece_by_piece() {
    // 64 MiB of zeros in about 64 KiB: memory stays what a chunk takes, which `efz_cli` measures.
    let records = vec![vec![0; 32_760]; 2048];
    let way = Way { cipher: Cipher::Aes128, integrity: true, compress: true, rsa: false };
    let file = seal_so(way, &records).0;
    assert!(file.len() < 100_000, "{}", file.len());
    let password = password();
    let mut check = Check::new(Secret::Password(&password));
    check.feed(&file).expect("whole");
    let (mut count, mut bytes) = (0, 0);
    let checked = check.finish().expect("whole");
    let mut open = checked.open(|record: &[u8]| {
        (count, bytes) = (count + 1, bytes + record.len());
        Ok::<_, Infallible>(())
    });
    open.feed(&file).expect("checked");
    open.finish().expect("checked");
    assert_eq!((count, bytes), (2048, 2048 * 32_760));
}

#[test]
fn every_wrapped_key_that_does_not_open_is_refused_with_the_same_words() {
    let way = Way { cipher: Cipher::Aes128, integrity: true, compress: false, rsa: true };
    let (file, key) = (seal_so(way, &two_records()).0, rsa_2048());
    let with_wrapped = |wrapped: &[u8]| {
        let mut file = file.clone();
        file[208..464].copy_from_slice(wrapped);
        open_with(Secret::Rsa(&key), &file, 99)
    };
    let public = key.public();
    let other = public.wrap(&[9; 32], &mut chance).expect("a good key");
    // Another data key, no padding at all, a number above the modulus: an attacker learns nothing from the answer.
    for wrapped in [&other[..], &[0; 256], &[1; 256], &[0xFF; 256]] {
        assert_eq!(with_wrapped(wrapped), Err(Damage::WrappedKey));
    }
    // The padding that the header names is part of the question.
    let mut file = file.clone();
    file[206] = 2;
    assert_eq!(open_with(Secret::Rsa(&key), &file, 99), Err(Damage::WrappedKey));
}

#[test]
fn oaep_is_read_as_well() {
    let (key, mut clear) = (rsa_2048(), [0; 32]);
    chance(&mut clear);
    let wrapped = key.public().wrap_oaep(&clear, &mut chance);
    let out = key.unwrap_key(super::key::Padding::OaepSha1, &wrapped).expect("the right key");
    assert_eq!(*out, clear);
    assert_eq!(key.unwrap_key(super::key::Padding::Pkcs1v15, &wrapped), None);
}

#[test]
fn labels_have_the_characters_that_icsf_allows() {
    for good in ["A", "#", "@KEY", "$1", "ITSOLD.TEST.RSA2048", &"K".repeat(64)] {
        assert!(KeyLabel::new(good).is_ok(), "{good}");
    }
    for wrong in ["", "1KEY", ".KEY", "my.key", "MY KEY", "KEY-1", "SCHLÜSSEL", &"K".repeat(65)] {
        assert!(KeyLabel::new(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_not_ours_is_refused_by_name() {
    assert_eq!(damage_of(b"\xC3\xE2\xC4"), Damage::Header(HeaderError::OtherFormat));
    assert_eq!(damage_of(&[0; 500]), Damage::Header(HeaderError::OtherFormat));
    assert_eq!(damage_of(b""), Damage::Header(HeaderError::Cut(0)));
}

#[test]
fn records_that_differ_from_the_count_are_not_sealed() {
    let counted = Contents { records: 2, bytes: 10, compressed: None };
    let start = || {
        let sink = |_: &[u8]| Ok::<_, Infallible>(());
        Seal::start(&plan(true), &password_key(Cipher::Tdes), counted, sink).expect("memory takes all")
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
        Seal::start(&plan(true), &password_key(Cipher::Tdes), Contents::default(), full),
        Err(SealError::Sink("disk full"))
    ));
    let (file, password) = (sealed(true), password());
    let mut check = Check::new(Secret::Password(&password));
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

fn ways() -> impl Strategy<Value = Way> {
    let cipher = prop_oneof![Just(Cipher::Tdes), Just(Cipher::Aes128)];
    (cipher, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(cipher, integrity, compress, rsa)| Way {
        cipher,
        integrity,
        compress,
        rsa,
    })
}

#[test]
fn a_draft_in_its_envelope_is_the_file_that_a_seal_would_have_made() {
    let records: Vec<Vec<u8>> = (0..CHUNK / 25).map(|n| vec![n as u8; n % 150]).collect();
    for (compress, records) in
        [(true, &records[..]), (false, &records), (true, &[]), (false, &[]), (false, &records[..3])]
    {
        for integrity in [true, false] {
            let key = password_key(Cipher::Aes128);
            let way = Way { cipher: Cipher::Aes128, integrity, compress, rsa: false };
            assert!(drafted(&key, integrity, compress, records) == seal_so(way, records).0);
        }
    }
}

fn drafted(key: &SealingKey, integrity: bool, compress: bool, records: &[Vec<u8>]) -> Vec<u8> {
    let mut waiting = Vec::new();
    let sink = |bytes: &[u8]| {
        waiting.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let mut draft = Draft::start(key, compress, sink);
    for record in records {
        draft.put(record).expect("memory takes all");
    }
    let contents = draft.finish().expect("memory takes all");
    let mut file = Vec::new();
    let sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let mut envelope = Envelope::start(&plan(integrity), key, contents, sink).expect("memory takes all");
    waiting.chunks(CHUNK).for_each(|piece| envelope.put(&mut piece.to_vec()).expect("memory takes all"));
    envelope.finish().expect("all of it");
    file
}

#[test]
fn an_envelope_refuses_a_ciphertext_that_it_was_not_made_for() {
    let contents = Contents { records: 1, bytes: 10, compressed: None };
    let sink = |_: &[u8]| Ok::<_, Infallible>(());
    let envelope = Envelope::start(&plan(true), &password_key(Cipher::Tdes), contents, sink).expect("memory takes all");
    assert!(matches!(envelope.finish(), Err(SealError::Ciphertext)));
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_is_opened_in_pieces_of_any_size(
        records in records(),
        way in ways(),
        piece in 1_usize..70_000,
    ) {
        let (file, totals) = seal_so(way, &records);
        assert_eq!(file.len() as u64, totals.written);
        let key = rsa_2048();
        let password = password();
        let secret = if way.rsa { Secret::Rsa(&key) } else { Secret::Password(&password) };
        assert_eq!(open_with(secret, &file, piece), Ok(records));
    }

    #[test]
    fn any_bytes_behind_a_good_header_are_read_without_panic(bytes: Vec<u8>, body in 0_u64..2000, compressed: bool) {
        let mut file = with_body(b"", compressed);
        file[36..44].copy_from_slice(&body.to_be_bytes());
        file.extend_from_slice(&bytes);
        let _ = open(&password(), &file, 100);
    }

    #[test]
    fn any_clear_bytes_are_read_without_panic(bytes: Vec<u8>, compressed: bool) {
        let _ = open(&password(), &with_body(&bytes, compressed), 100);
        let _ = open(&password(), &with_body(&deflated(&bytes), true), 100);
    }

    #[test]
    fn any_bytes_are_no_key_and_no_header_without_panic(bytes: Vec<u8>) {
        assert!(Key::from_pem(&bytes).is_err());
        let _ = facts(&bytes);
        let _ = Header::read(&[&sealed(true)[..12], &bytes].concat());
    }
}
