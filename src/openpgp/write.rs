//! Writing a message: encrypted, with integrity protection, compressed and signed on request.
//!
//! The input is read once, from front to back; lengths that nobody knows yet go in parts, as RFC 4880 has it.

use std::io::{Read, Write};

use pgp::composed::{ArmorOptions, MessageBuilder, SubpacketConfig};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{DataMode, Subpacket, SubpacketData};
use pgp::types::{CompressionAlgorithm, KeyVersion, Password, SigningKey, StringToKey, Timestamp};

use super::key::{Key, Recipient};
use super::{Chance, Dice, OpenPgpError, Passphrase};

/// Bytes of a passphrase and salt that are hashed into a key, in the code of RFC 4880 (3.7.1.3): 16,777,216.
const HASHED: u8 = 0xE0;

/// Ciphers, by the names of RFC 9580.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cipher {
    /// Triple DES.
    TripleDes,
    /// AES with 128 bits.
    Aes128,
    /// AES with 192 bits.
    Aes192,
    /// AES with 256 bits.
    Aes256,
}

/// How data are compressed before they are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// Raw DEFLATE.
    Zip,
    /// DEFLATE with a check sum.
    Zlib,
}

/// What makes a key of a passphrase, and what a signature signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// How a message is written.
#[derive(Debug)]
pub struct Sealing<'k> {
    /// Anybody with this passphrase can read it.
    pub passphrase: Option<&'k Passphrase>,
    /// The owners of these keys can read it.
    pub recipients: Vec<&'k Key>,
    /// Signed by this key, which is unlocked by the passphrase behind it.
    pub signer: Option<(&'k Key, Option<&'k Passphrase>)>,
    /// The cipher.
    pub cipher: Cipher,
    /// Compression.
    pub compression: Compression,
    /// The digest of passphrase and signature.
    pub digest: Digest,
    /// Lines of text instead of bytes.
    pub armor: bool,
    /// The data are text in UTF-8 whose lines end in CR LF.
    pub text: bool,
    /// Seconds since 1970: the time of the signature, at which keys must be valid.
    pub now: u32,
}

/// Writes `input` as a message.
pub fn seal(
    sealing: &Sealing<'_>,
    chance: &mut Chance<'_>,
    input: impl Read,
    out: &mut dyn Write,
) -> Result<(), OpenPgpError> {
    if sealing.passphrase.is_none() && sealing.recipients.is_empty() {
        return Err(OpenPgpError::Key("a message needs a passphrase or a recipient".to_owned()));
    }
    let mut dice = Dice(chance);
    let password = sealing.signer.and_then(|(_, passphrase)| passphrase).map(Passphrase::to_password);
    let mut builder = MessageBuilder::from_reader("", input).seipd_v1(&mut dice, cipher(sealing.cipher));
    for key in &sealing.recipients {
        match key.recipient(sealing.now)? {
            Recipient::Primary(key) => builder.encrypt_to_key(&mut dice, key).map(drop),
            Recipient::Sub(key) => builder.encrypt_to_key(&mut dice, key).map(drop),
        }
        .map_err(|error| OpenPgpError::Key(format!("the key {} cannot encrypt: {error}", key.name())))?;
    }
    if let Some(passphrase) = sealing.passphrase {
        let s2k = StringToKey::new_iterated(&mut dice, digest(sealing.digest), HASHED);
        builder.encrypt_with_password(s2k, &passphrase.to_password()).map_err(inside)?;
    }
    match sealing.compression {
        Compression::None => {}
        Compression::Zip => drop(builder.compression(CompressionAlgorithm::ZIP)),
        Compression::Zlib => drop(builder.compression(CompressionAlgorithm::ZLIB)),
    }
    if sealing.text {
        builder.data_mode(DataMode::Utf8).map_err(inside)?;
    }
    if let Some((key, _)) = sealing.signer {
        let signer = key.signer(sealing.now)?;
        let hash = signature_digest(signer, sealing.digest);
        let subpackets = subpackets(signer, sealing.now).map_err(inside)?;
        builder.sign_with_subpackets(signer, password.unwrap_or_else(Password::empty), hash, subpackets);
    }
    if sealing.armor {
        let options = ArmorOptions::default();
        builder.to_armored_writer(&mut dice, options, out).map_err(inside)
    } else {
        builder.to_writer(&mut dice, out).map_err(inside)
    }
}

/// Input and output are the usual reasons; anything else is told as it is.
fn inside(error: pgp::errors::Error) -> OpenPgpError {
    match error {
        pgp::errors::Error::IO { source, .. } => OpenPgpError::Io(source),
        other => OpenPgpError::Key(other.to_string()),
    }
}

/// The time is ours to say; otherwise as the crate writes it.
fn subpackets(signer: &dyn SigningKey, now: u32) -> pgp::errors::Result<SubpacketConfig> {
    let hashed = vec![
        Subpacket::regular(SubpacketData::IssuerFingerprint(signer.fingerprint()))?,
        Subpacket::regular(SubpacketData::SignatureCreationTime(Timestamp::from_secs(now)))?,
    ];
    let mut unhashed = Vec::new();
    if signer.version() <= KeyVersion::V4 {
        unhashed.push(Subpacket::regular(SubpacketData::IssuerKeyId(signer.legacy_key_id()))?);
    }
    Ok(SubpacketConfig::UserDefined { hashed, unhashed })
}

/// Elliptic curves take a digest that is long enough for all of them.
fn signature_digest(signer: &dyn SigningKey, wanted: Digest) -> HashAlgorithm {
    match (signer.algorithm(), wanted) {
        (PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSASign | PublicKeyAlgorithm::DSA, Digest::Sha256) => {
            HashAlgorithm::Sha256
        }
        _ => HashAlgorithm::Sha512,
    }
}

fn digest(digest: Digest) -> HashAlgorithm {
    match digest {
        Digest::Sha256 => HashAlgorithm::Sha256,
        Digest::Sha512 => HashAlgorithm::Sha512,
    }
}

fn cipher(cipher: Cipher) -> SymmetricKeyAlgorithm {
    match cipher {
        Cipher::TripleDes => SymmetricKeyAlgorithm::TripleDES,
        Cipher::Aes128 => SymmetricKeyAlgorithm::AES128,
        Cipher::Aes192 => SymmetricKeyAlgorithm::AES192,
        Cipher::Aes256 => SymmetricKeyAlgorithm::AES256,
    }
}
