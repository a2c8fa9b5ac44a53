//! The vectors of the shared data: hashes, key derivation, CBC, and whole containers.
//!
//! They are read in place through `ZJOB_SHARED`; without them one ignored test says so. Derivations that the
//! container does not use are made here of the hash that it does use: their vectors are vectors of that hash.

use std::convert::Infallible;
use std::path::PathBuf;

use hmac::{Hmac, KeyInit, Mac};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use sha1::{Digest, Sha1};
use zjob::codepage::CodePage;
use zjob::efz::chain::{Decryptor, Encryptor};
use zjob::efz::kdf::{Purpose, pkcs12_sha1};
use zjob::efz::{
    Attributes, Check, Cipher, Description, Key, Keys, Measure, Password, Plan, Protection, Seal, SealingKey, Secret,
    facts,
};

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    let own: Value = serde_json::from_str(include_str!("../testdata/efz/rsa.json")).expect("the vectors are JSON");
    let mut trials = family(&own, "rsa", "desc", wrapped_container);
    let Ok(text) = std::fs::read_to_string(vectors()) else {
        trials.push(Trial::test("efz vectors: data absent", || Ok(())).with_ignored_flag(true));
        return trials;
    };
    let all: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    for (name, label, check) in FAMILIES {
        trials.extend(family(&all, name, label, check));
    }
    trials.push(Trial::test("every family of the file is used", move || every_family_is_used(&all)));
    trials
}

/// Name of a family, the member that tells its rows apart, and what is checked of each row.
type Family = (&'static str, &'static str, fn(&Value));

const FAMILIES: [Family; 8] = [
    ("sha1", "msg", hash),
    ("pbkdf1_sha1", "iterations", repeated_hash),
    ("pbkdf2_hmac_sha1", "out", repeated_hmac),
    ("pkcs12_sha1", "label", key_derivation),
    ("cbc", "source", cipher),
    ("des_parity", "key", parity),
    ("password_encoding", "encoding", password_encoding),
    ("container_v1", "key_type", container),
];

/// What the file says about itself.
const ABOUT: &str = "about";

fn every_family_is_used(all: &Value) -> Result<(), Failed> {
    let of_file = all.as_object().expect("families by name").keys().map(String::as_str);
    let mut unknown = of_file.filter(|name| *name != ABOUT && FAMILIES.iter().all(|(known, ..)| known != name));
    unknown.next().map_or(Ok(()), |name| Err(format!("no test knows the family {name}").into()))
}

fn vectors() -> PathBuf {
    let shared = std::env::var_os("ZJOB_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    shared.join("data/encryption/vectors.json")
}

fn family(all: &Value, name: &'static str, label: &str, check: fn(&Value)) -> Vec<Trial> {
    let rows = all[name].as_array().expect("a list of vectors");
    assert!(!rows.is_empty(), "{name} has rows");
    let trial = |row: &Value| {
        let row = row.clone();
        let title = row[label].as_str().map_or_else(|| row[label].to_string(), str::to_owned);
        Trial::test(format!("{name}: {title}"), move || -> Result<(), Failed> {
            check(&row);
            Ok(())
        })
    };
    rows.iter().map(trial).collect()
}

fn hash(row: &Value) {
    assert_eq!(Sha1::digest(bytes(row, "msg"))[..], bytes(row, "out"));
}

/// PBKDF1 (RFC 8018, 5.1): the hash of password and salt, hashed again and again.
fn repeated_hash(row: &Value) {
    let mut hash = Sha1::new().chain_update(bytes(row, "password")).chain_update(bytes(row, "salt")).finalize();
    for _ in 1..number(row, "iterations") {
        hash = Sha1::digest(hash);
    }
    assert_eq!(hash[..], bytes(row, "out20"));
}

/// PBKDF2 (RFC 8018, 5.2): for each part of the key the exclusive-or of a chain of HMACs.
fn repeated_hmac(row: &Value) {
    let (password, salt, wanted) = (bytes(row, "password"), bytes(row, "salt"), bytes(row, "out"));
    let hmac = |parts: &[&[u8]]| -> [u8; 20] {
        let mut mac = Hmac::<Sha1>::new_from_slice(&password).expect("a key of any length");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    };
    assert_eq!(wanted.len() as u64, number(row, "n"));
    for (part, number_of_part) in wanted.chunks(20).zip(1_u32..) {
        let mut link = hmac(&[&salt, &number_of_part.to_be_bytes()]);
        let mut sum = link;
        for _ in 1..number(row, "iterations") {
            link = hmac(&[&link]);
            sum.iter_mut().zip(link).for_each(|(byte, other)| *byte ^= other);
        }
        assert_eq!(sum[..part.len()], *part);
    }
}

fn key_derivation(row: &Value) {
    let purpose = match number(row, "id") {
        1 => Purpose::Key,
        2 => Purpose::InitialVector,
        3 => Purpose::Mac,
        other => panic!("no test knows the purpose {other}"),
    };
    let mut out = vec![0; number(row, "n") as usize];
    let iterations = u32::try_from(number(row, "iterations")).expect("a small number");
    pkcs12_sha1(&bytes(row, "password_bytes"), &bytes(row, "salt"), iterations, purpose, &mut out);
    assert_eq!(out, bytes(row, "out"));
}

fn password_encoding(row: &Value) {
    let ours = zjob::efz::kdf::bmp_string(text(row, "text"));
    match text(row, "encoding") {
        "BMP+0000" => assert_eq!(*ours, bytes(row, "bytes")),
        "BMP without terminator" => assert_eq!(ours[..ours.len() - 2], bytes(row, "bytes")),
        "ASCII bytes" => assert_eq!(text(row, "text").as_bytes(), bytes(row, "bytes")),
        encoding if encoding.starts_with("EBCDIC bytes") => {
            assert_eq!(CodePage::ibm1047().encode(text(row, "text")).expect("plain letters"), bytes(row, "bytes"));
        }
        other => panic!("no test knows the encoding {other}"),
    }
    assert_eq!(bytes(row, "bytes").len() as u64, number(row, "length"));
}

fn keys(cipher: Cipher, key: &[u8], iv: &[u8]) -> Keys {
    Keys::from_wrapped(cipher, &[key, iv].concat().try_into().expect("key and vector take 32 bytes"))
}

fn cipher(row: &Value) {
    let cipher = match text(row, "cipher") {
        "TDES-CBC" => Cipher::Tdes,
        "AES-128-CBC" => Cipher::Aes128,
        other => panic!("no test knows the cipher {other}"),
    };
    let keys = keys(cipher, &bytes(row, "key"), &bytes(row, "iv"));
    let mut data = bytes(row, "plain");
    Encryptor::new(&keys).encrypt(&mut data);
    assert_eq!(data, bytes(row, "cipher_text"));
    Decryptor::new(&keys).decrypt(&mut data);
    assert_eq!(data, bytes(row, "plain"));
}

/// A key encrypts as the one that differs from it in parity bits alone.
fn parity(row: &Value) {
    let encrypted = |name: &str| {
        let key: Vec<u8> = bytes(row, name).into_iter().cycle().take(24).collect();
        let mut data = *b"sixteen bytes ..";
        Encryptor::new(&keys(Cipher::Tdes, &key, &[0; 8])).encrypt(&mut data);
        data
    };
    assert_eq!(encrypted("key"), encrypted("odd"));
}

/// Seals the records and compares every byte, then opens the file.
fn container(row: &Value) {
    let password = Password::new(text(row, "password")).expect("a password of the right length");
    let records: Vec<_> =
        row["records"].as_array().expect("records").iter().map(|record| unhex(record.as_str().expect("hex"))).collect();
    let mut measure = Measure::new(false);
    for record in &records {
        measure.put(record);
    }
    let mut file = Vec::new();
    let sink = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let cipher = match text(row, "key_type") {
        "CLRTDES" => Cipher::Tdes,
        "CLRAES128" => Cipher::Aes128,
        other => panic!("no test knows the key type {other}"),
    };
    let salt = bytes(row, "salt").try_into().expect("8 bytes");
    let key = SealingKey::from_password(&password, cipher, number(row, "icount") as u32, salt);
    let mut seal = Seal::start(&plan(row), &key, measure.finish(), sink).expect("memory takes all");
    for record in &records {
        seal.put(record).expect("memory takes all");
    }
    let totals = seal.finish().expect("as counted");
    assert_eq!(totals.written, number(row, "total_length"));
    assert_eq!(file, bytes(row, "container"));
    assert_eq!(opened(&file, Secret::Password(&password)), records);
}

/// Opens a container that another program has made for an RSA key.
fn wrapped_container(row: &Value) {
    let pem = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/efz").join(text(row, "pem"));
    let Ok(Key::Private(key)) = Key::from_pem(&std::fs::read(pem).expect("the key of the vectors")) else {
        panic!("a private key")
    };
    let file = bytes(row, "container");
    let records: Vec<_> =
        row["records"].as_array().expect("records").iter().map(|record| unhex(record.as_str().expect("hex"))).collect();
    assert_eq!(opened(&file, Secret::Rsa(&key)), records);
    let found = facts(&file).expect("a container").expect("all of it");
    assert_eq!(found.description, text(row, "desc"));
    assert_eq!(
        (Some(found.compressed), Some(found.integrity)),
        (row["compressed"].as_bool(), row["integrity"].as_bool())
    );
    let Protection::Rsa { label, .. } = found.protection else { panic!("a wrapped key") };
    assert_eq!(label, text(row, "label"));
}

fn plan(row: &Value) -> Plan {
    let recfm: zjob::dataset::Recfm = text(row, "recfm").parse().expect("a record format");
    Plan {
        integrity: false,
        attributes: Attributes {
            recfm: recfm.bits(),
            lrecl: number(row, "lrecl") as u16,
            blksize: number(row, "blksize") as u32,
        },
        description: Description::new(text(row, "desc")).expect("at most 64 characters"),
    }
}

fn opened(file: &[u8], secret: Secret<'_>) -> Vec<Vec<u8>> {
    let mut check = Check::new(secret);
    check.feed(file).expect("the secret is right");
    let mut records = Vec::new();
    let checked = check.finish().expect("the file is whole");
    let mut open = checked.open(|record: &[u8]| {
        records.push(record.to_vec());
        Ok::<_, Infallible>(())
    });
    open.feed(file).expect("the file was checked");
    open.finish().expect("the file was checked");
    records
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_else(|| panic!("{name} is a text"))
}

fn number(row: &Value, name: &str) -> u64 {
    row[name].as_u64().unwrap_or_else(|| panic!("{name} is a number"))
}

fn bytes(row: &Value, name: &str) -> Vec<u8> {
    unhex(text(row, name))
}

fn unhex(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
    (0..hex.len()).step_by(2).map(digit).collect()
}
