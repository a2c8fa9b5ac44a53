//! Messages both ways, without gpg (`tests/gpg.rs` has the same with it).

use super::{
    Asked, Cipher, Compression, Digest, Key, Limit, OpenFailure, OpenPgpError, Opened, Opener, Passphrase, Sealing,
    Signer, open, seal,
};

const NOW: u32 = 1_800_000_000;

/// Bytes that look random and are the same in every run.
fn dice() -> impl FnMut(&mut [u8]) {
    let mut state = 1_u64;
    move |bytes| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple").expect("some text")
}

fn sealing(passphrase: &Passphrase) -> Sealing<'_> {
    Sealing {
        passphrase: Some(passphrase),
        recipients: Vec::new(),
        signer: None,
        cipher: Cipher::Aes256,
        compression: Compression::Zlib,
        digest: Digest::Sha256,
        armor: false,
        text: false,
        now: NOW,
    }
}

fn sealed(sealing: &Sealing<'_>, clear: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    seal(sealing, &mut dice(), clear, &mut out).expect("sealed");
    out
}

/// A key with an encryption subkey, made by the crate: RSA would take seconds.
fn key(user: &str) -> Key {
    use pgp::composed::{EncryptionCaps, KeyType, SecretKeyParamsBuilder, SubkeyParamsBuilder};
    use pgp::crypto::ecc_curve::ECCCurve;
    let mut chance = dice();
    let mut dice = super::Dice(&mut chance);
    let subkey = SubkeyParamsBuilder::default()
        .key_type(KeyType::ECDH(ECCCurve::Curve25519Legacy))
        .can_encrypt(EncryptionCaps::All)
        .created_at(pgp::types::Timestamp::from_secs(NOW - 1000))
        .build()
        .expect("a subkey");
    let secret = SecretKeyParamsBuilder::default()
        .key_type(KeyType::Ed25519Legacy)
        .can_sign(true)
        .can_certify(true)
        .created_at(pgp::types::Timestamp::from_secs(NOW - 1000))
        .primary_user_id(user.to_owned())
        .subkey(subkey)
        .build()
        .expect("a key")
        .generate(&mut dice)
        .expect("made");
    Key { public: secret.to_public_key(), secret: Some(secret) }
}

fn public(key: &Key) -> Key {
    Key { public: key.public.clone(), secret: None }
}

struct Door<'a> {
    keys: Vec<&'a Key>,
    signer: Option<&'a Key>,
    limit: Limit,
    said: &'a str,
}

impl Default for Door<'_> {
    fn default() -> Self {
        Self { keys: Vec::new(), signer: None, limit: Limit::Usual, said: "correct horse battery staple" }
    }
}

fn opened_by(door: &Door<'_>, message: &[u8]) -> Result<(Opened, Vec<u8>), OpenPgpError> {
    let mut ask = |_: Asked<'_>| Passphrase::new(door.said).ok_or(());
    let entrance = Opener { keys: &door.keys, signer: door.signer, ask: &mut ask, limit: door.limit, now: NOW };
    let mut out = Vec::new();
    match open(entrance, message, &mut out) {
        Ok(told) => Ok((told, out)),
        Err(OpenFailure::Message(error)) => Err(error),
        Err(OpenFailure::Asked(())) => panic!("there is an answer"),
    }
}

fn opened(message: &[u8]) -> Result<(Opened, Vec<u8>), OpenPgpError> {
    opened_by(&Door::default(), message)
}

#[test]
fn what_is_sealed_for_a_passphrase_comes_back() {
    let passphrase = passphrase();
    let clear: Vec<u8> = (0..300_000_u32).flat_map(|n| (n / 7).to_be_bytes()).collect();
    for cipher in [Cipher::TripleDes, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256] {
        for compression in [Compression::None, Compression::Zip, Compression::Zlib] {
            let message = sealed(&Sealing { cipher, compression, ..sealing(&passphrase) }, &clear);
            assert!(super::is_message(&message));
            let (told, back) = opened(&message).expect("opened");
            assert_eq!((told.bytes, told.text, told.signatures.len()), (clear.len() as u64, false, 0));
            assert!(back == clear, "{cipher:?} {compression:?}");
        }
    }
}

#[test]
fn an_empty_file_and_an_armored_one_come_back() {
    let passphrase = passphrase();
    let message = sealed(&Sealing { armor: true, ..sealing(&passphrase) }, b"");
    assert!(message.starts_with(b"-----BEGIN PGP MESSAGE-----") && super::is_message(&message));
    assert_eq!(opened(&message).expect("opened").1, b"");
}

#[test]
fn text_loses_the_line_ends_of_the_message() {
    let passphrase = passphrase();
    let message = sealed(&Sealing { text: true, ..sealing(&passphrase) }, b"one\r\ntwo\r\n\rthree\r");
    let (told, back) = opened(&message).expect("opened");
    assert!(told.text);
    assert_eq!(back, b"one\ntwo\n\rthree\r");
}

#[test]
fn a_key_opens_what_is_sealed_for_it_and_another_does_not() {
    let (me, other) = (key("Me <me@example.com>"), key("Other <other@example.com>"));
    let recipient = public(&me);
    let passphrase = passphrase();
    let message =
        sealed(&Sealing { passphrase: None, recipients: vec![&recipient], ..sealing(&passphrase) }, b"for me");
    let door = |keys| Door { keys, ..Door::default() };
    assert_eq!(opened_by(&door(vec![&me]), &message).expect("opened").1, b"for me");
    // The dice are the same, so the keys are; a key without its secret part is no key.
    drop(other);
    let error = opened_by(&door(vec![&recipient]), &message).expect_err("nobody has the key");
    assert!(matches!(error, OpenPgpError::NoKey(_)), "{error}");
}

#[test]
fn signatures_are_checked_and_asked_for() {
    let me = key("Me <me@example.com>");
    let known = public(&me);
    let passphrase = passphrase();
    let plain = sealed(&sealing(&passphrase), b"data");
    let signed = sealed(&Sealing { signer: Some((&me, None)), ..sealing(&passphrase) }, b"data");
    let (told, _) = opened_by(&Door { keys: vec![&known], ..Door::default() }, &signed).expect("opened");
    assert!(
        matches!(&told.signatures[..], [one] if matches!(&one.signer, Signer::Known(name) if name.contains("me@example.com")))
    );
    assert_eq!(told.signatures[0].created, Some(NOW));
    let (told, _) = opened(&signed).expect("opened");
    assert!(matches!(told.signatures[0].signer, Signer::Unknown(_)));
    let door = Door { signer: Some(&known), ..Door::default() };
    assert!(opened_by(&door, &signed).is_ok());
    assert!(matches!(opened_by(&door, &plain), Err(OpenPgpError::NotSigned(_))));
}

#[test]
fn a_wrong_passphrase_is_told_and_never_shown() {
    let passphrase = passphrase();
    let message = sealed(&sealing(&passphrase), b"data");
    for said in ["wrong", "Correct horse battery staple", "x"] {
        let error = opened_by(&Door { said, ..Door::default() }, &message).expect_err("refused");
        // One key in 65,536 passes the first check; what it gives is damaged.
        assert!(matches!(error, OpenPgpError::WrongPassphrase | OpenPgpError::Damaged), "{error}");
        assert!(!error.to_string().contains("horse"));
    }
    assert_eq!(format!("{passphrase:?}"), "Passphrase");
}

/// A message for a key, which opens faster than one for a passphrase.
fn for_key(key: &Key, compression: Compression) -> Vec<u8> {
    let passphrase = passphrase();
    let recipients = vec![key];
    sealed(&Sealing { passphrase: None, recipients, compression, ..sealing(&passphrase) }, &[7; 900])
}

#[test]
fn a_changed_bit_anywhere_is_found() {
    let me = key("Me <me@example.com>");
    let door = Door { keys: vec![&me], ..Door::default() };
    for compression in [Compression::None, Compression::Zlib] {
        let message = for_key(&me, compression);
        assert!(opened_by(&door, &message).is_ok());
        for at in 0..message.len() {
            let mut changed = message.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(opened_by(&door, &changed).is_err(), "byte {at} of {}", message.len());
        }
    }
}

#[test]
fn a_cut_or_longer_message_is_found() {
    let me = key("Me <me@example.com>");
    let door = Door { keys: vec![&me], ..Door::default() };
    let message = for_key(&me, Compression::None);
    for length in 0..message.len() {
        assert!(opened_by(&door, &message[..length]).is_err(), "{length} bytes");
    }
    assert!(opened_by(&door, &[&message[..], b"more"].concat()).is_err());
    assert!(opened_by(&door, &[&message[..], &message[..]].concat()).is_err());
}

#[test]
fn a_bomb_is_stopped() {
    let passphrase = passphrase();
    let message = sealed(&sealing(&passphrase), &vec![0; 4 << 20]);
    assert!(message.len() < 64 << 10);
    let door = Door { limit: Limit::Bytes(1 << 20), ..Door::default() };
    assert!(matches!(opened_by(&door, &message), Err(OpenPgpError::TooMuch(_))));
    assert!(opened_by(&Door { limit: Limit::None, ..Door::default() }, &message).is_ok());
}

#[test]
fn other_files_are_no_messages() {
    for other in [b"".as_slice(), b"hello", &[0xFF; 100], b"-----BEGIN PGP MESSAGE-----\n\nAAAA\n"] {
        assert!(opened(other).is_err(), "{other:02X?}");
    }
}

#[test]
fn keys_are_found_by_address_key_id_and_fingerprint() {
    let me = key("Me <me@example.com>");
    let print = me.fingerprint();
    for text in ["me@example.com", "ME@", print.as_str(), &print[print.len() - 16..], &format!("0x{print}")] {
        assert!(me.is_meant_by(text), "{text}");
    }
    for text in ["", "you@example.com", "0123456789ABCDEF"] {
        assert!(!me.is_meant_by(text), "{text}");
    }
}

#[test]
fn a_message_is_for_somebody() {
    let me = key("Me <me@example.com>");
    let passphrase = passphrase();
    let mut out = Vec::new();
    let before = Sealing { passphrase: None, recipients: vec![&me], now: NOW, ..sealing(&passphrase) };
    seal(&before, &mut dice(), b"data".as_slice(), &mut out).expect("it does not expire");
    let nobody = Sealing { passphrase: None, ..sealing(&passphrase) };
    assert!(seal(&nobody, &mut dice(), b"data".as_slice(), &mut out).is_err());
}
