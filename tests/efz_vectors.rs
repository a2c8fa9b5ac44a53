//! The vectors of the shared data: key derivation, CBC, and whole containers.
//!
//! They are read in place through `ZJOB_SHARED`; without them one ignored test says so.

use std::convert::Infallible;
use std::path::PathBuf;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
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
    trials.extend(family(&all, "pkcs12_sha1", "label", key_derivation));
    // The families of PBKDF1, PBKDF2 and plain SHA-1 belong to what was tried and is not used.
    trials.extend(family(&all, "cbc", "source", cipher));
    trials.extend(family(&all, "des_parity", "key", parity));
    trials.extend(family(&all, "password_encoding", "encoding", password_encoding));
    trials.extend(family(&all, "container_v1", "key_type", container));
    trials
}

fn vectors() -> PathBuf {
    let shared = std::env::var_os("ZJOB_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    shared.join("data/encryption/vectors.json")
}

fn family(all: &Value, name: &'static str, label: &str, check: fn(&Value)) -> Vec<Trial> {
    let rows = all[name].as_array().expect("a list of vectors");
    let trial = |row: &Value| {
        let row = row.clone();
        Trial::test(format!("{name}: {}", text(&row, label)), move || -> Result<(), Failed> {
            check(&row);
            Ok(())
        })
    };
    rows.iter().map(trial).collect()
}

fn key_derivation(row: &Value) {
    let purpose = match number(row, "id") {
        1 => Purpose::Key,
        2 => Purpose::InitialVector,
        _ => Purpose::Mac,
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
        _ => assert_eq!(CodePage::ibm1047().encode(text(row, "text")).expect("plain letters"), bytes(row, "bytes")),
    }
}

fn keys(cipher: Cipher, key: &[u8], iv: &[u8]) -> Keys {
    Keys::from_wrapped(cipher, &[key, iv].concat().try_into().expect("key and vector take 32 bytes"))
}

fn cipher(row: &Value) {
    let cipher = if text(row, "cipher") == "TDES-CBC" { Cipher::Tdes } else { Cipher::Aes128 };
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
    let cipher = if text(row, "key_type") == "CLRTDES" { Cipher::Tdes } else { Cipher::Aes128 };
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
