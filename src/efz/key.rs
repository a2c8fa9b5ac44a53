//! RSA keys that wrap the data key of a file, and the labels that they have.
//!
//! Border: keys as DER or PEM in and out, 32 clear bytes to a wrapped key and back. Where keys are kept and who
//! gives random bytes is not known here.

use std::convert::Infallible;
use std::fmt;

use pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey};
use rsa::pkcs8::der::asn1::AnyRef;
use rsa::pkcs8::der::pem;
use rsa::pkcs8::der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::traits::PublicKeyParts;
use rsa::{Oaep, Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use sha1::{Digest, Sha1};
use thiserror::Error;
use zeroize::Zeroizing;

use super::secret::WRAPPED_CLEAR;

/// Fewest bits in the modulus of a key.
pub const FEWEST_BITS: usize = 2048;
/// Most bits in the modulus of a key.
pub const MOST_BITS: usize = 4096;
/// Bits of a key that is generated, unless others are asked for.
pub const DEFAULT_BITS: usize = 2048;
/// Most characters of a label (ICSF).
pub const LONGEST_LABEL: usize = 64;
/// Bytes in the fingerprint of a key.
pub const FINGERPRINT: usize = 20;
/// Longest PEM file that is looked at: some keys and a chain of certificates.
const LONGEST_PEM: usize = 64 * 1024;

/// Gives random bytes fit for keys.
pub type Chance<'a> = dyn FnMut(&mut [u8]) + 'a;

/// The label of a key, 1 to 64 characters (ICSF Application Programmer's Guide, "Key label").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyLabel(String);

/// A text that is no label.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0:?} is no key label: 1 to {LONGEST_LABEL} characters of A-Z, 0-9, @ # $ and period, the first one neither digit nor period"
)]
pub struct NotAKeyLabel(String);

impl KeyLabel {
    /// Checks the characters of `text`.
    pub fn new(text: &str) -> Result<Self, NotAKeyLabel> {
        let first = |c: char| c.is_ascii_uppercase() || "@#$".contains(c);
        let later = |c: char| first(c) || c.is_ascii_digit() || c == '.';
        let good = text.len() <= LONGEST_LABEL && text.starts_with(first) && text.chars().all(later);
        if good { Ok(Self(text.to_owned())) } else { Err(NotAKeyLabel(text.to_owned())) }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why something is not a key that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not a PEM file, or a damaged one.
    #[error(
        "this is no PEM file with an RSA key (expected BEGIN PRIVATE KEY, RSA PRIVATE KEY, PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE)"
    )]
    Pem,
    /// The private key is protected by a pass phrase.
    #[error("the private key is encrypted: take its pass phrase away first, for example with openssl pkey -in FILE")]
    Encrypted,
    /// Not an RSA key, or a damaged one.
    #[error("this is no sound RSA key")]
    Malformed,
    /// Too short or too long.
    #[error("the key has {0} bits, only {FEWEST_BITS} to {MOST_BITS} are supported")]
    Bits(usize),
    /// A modulus that does not fill its bytes.
    #[error("a key of {0} bits cannot be made: the number must be a multiple of 8")]
    BrokenBits(usize),
}

/// How the 32 clear bytes were padded before they were wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// PKCS #1 version 1.5, ICSF's usual one.
    Pkcs1v15,
    /// OAEP with SHA-1.
    OaepSha1,
}

/// A key that wraps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(RsaPublicKey);

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        Self::checked(RsaPublicKey::from_public_key_der(der).map_err(|_| KeyError::Malformed)?)
    }

    fn checked(key: RsaPublicKey) -> Result<Self, KeyError> {
        check_bits(bits_of(&key))?;
        Ok(Self(key))
    }

    /// The SubjectPublicKeyInfo, DER.
    pub fn to_spki(&self) -> Vec<u8> {
        // Two integers of known size always have an encoding.
        self.0.to_public_key_der().map(rsa::pkcs8::Document::into_vec).unwrap_or_default()
    }

    /// The SubjectPublicKeyInfo, PEM.
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).unwrap_or_default()
    }

    /// Bits in the modulus.
    pub fn bits(&self) -> usize {
        bits_of(&self.0)
    }

    /// SHA-1 of the SubjectPublicKeyInfo.
    pub fn fingerprint(&self) -> [u8; FINGERPRINT] {
        Sha1::digest(self.to_spki()).into()
    }

    /// Wraps with PKCS #1 version 1.5.
    pub(super) fn wrap(&self, clear: &[u8; WRAPPED_CLEAR], chance: &mut Chance<'_>) -> Result<Vec<u8>, KeyError> {
        self.0.encrypt(&mut Rng(chance), Pkcs1v15Encrypt, clear).map_err(|_| KeyError::Malformed)
    }

    #[cfg(test)]
    pub(super) fn wrap_oaep(&self, clear: &[u8; WRAPPED_CLEAR], chance: &mut Chance<'_>) -> Vec<u8> {
        self.0.encrypt(&mut Rng(chance), Oaep::<Sha1>::new(), clear).expect("32 bytes fit")
    }
}

fn bits_of(key: &impl PublicKeyParts) -> usize {
    key.n().bits() as usize
}

fn check_bits(bits: usize) -> Result<(), KeyError> {
    if (FEWEST_BITS..=MOST_BITS).contains(&bits) { Ok(()) } else { Err(KeyError::Bits(bits)) }
}

/// A key that unwraps. It forgets itself when it is dropped, and does not show itself in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(RsaPrivateKey);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({} bits, ..)", bits_of(&self.0))
    }
}

impl PrivateKey {
    /// Makes a new key. Takes seconds for 4096 bits.
    pub fn generate(bits: usize, chance: &mut Chance<'_>) -> Result<Self, KeyError> {
        check_bits(bits)?;
        if !bits.is_multiple_of(8) {
            return Err(KeyError::BrokenBits(bits));
        }
        Ok(Self(RsaPrivateKey::new(&mut Rng(chance), bits).map_err(|_| KeyError::Malformed)?))
    }

    /// Reads PKCS #8.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        Self::checked(RsaPrivateKey::from_pkcs8_der(der).map_err(|_| KeyError::Malformed)?)
    }

    fn checked(key: RsaPrivateKey) -> Result<Self, KeyError> {
        check_bits(bits_of(&key))?;
        Ok(Self(key))
    }

    /// PKCS #8, DER.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        // A key of two primes always has an encoding.
        self.0.to_pkcs8_der().map(|der| der.to_bytes()).unwrap_or_default()
    }

    /// PKCS #8, PEM.
    pub fn to_pem(&self) -> Zeroizing<String> {
        self.0.to_pkcs8_pem(LineEnding::LF).unwrap_or_default()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.to_public_key())
    }

    /// The 32 clear bytes. `None` says only that they did not come out, not why.
    pub(super) fn unwrap_key(&self, padding: Padding, wrapped: &[u8]) -> Option<Zeroizing<[u8; WRAPPED_CLEAR]>> {
        let clear = match padding {
            Padding::Pkcs1v15 => self.0.decrypt(Pkcs1v15Encrypt, wrapped),
            Padding::OaepSha1 => self.0.decrypt(Oaep::<Sha1>::new(), wrapped),
        };
        let clear = Zeroizing::new(clear.ok()?);
        clear.as_slice().try_into().ok().map(Zeroizing::new)
    }
}

/// A key out of a PEM file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Wraps only.
    Public(PublicKey),
    /// Wraps and unwraps.
    Private(PrivateKey),
}

impl Key {
    /// Reads the first key of a PEM file: PKCS #8, PKCS #1, SubjectPublicKeyInfo, or that of a certificate.
    pub fn from_pem(text: &[u8]) -> Result<Self, KeyError> {
        if text.len() > LONGEST_PEM {
            return Err(KeyError::Pem);
        }
        let start = text.windows(BEGIN.len()).position(|part| part == BEGIN).ok_or(KeyError::Pem)?;
        let end = end_of_block(&text[start..]).ok_or(KeyError::Pem)?;
        let mut room = Zeroizing::new(vec![0; text.len()]);
        let (label, der) = pem::decode(&text[start..start + end], &mut room).map_err(|_| KeyError::Pem)?;
        Self::from_der(label, der)
    }

    fn from_der(label: &str, der: &[u8]) -> Result<Self, KeyError> {
        let private = |key: Result<_, _>| PrivateKey::checked(key.ok().ok_or(KeyError::Malformed)?).map(Self::Private);
        match label {
            "PRIVATE KEY" => PrivateKey::from_pkcs8(der).map(Self::Private),
            "RSA PRIVATE KEY" => private(RsaPrivateKey::from_pkcs1_der(der)),
            "PUBLIC KEY" => PublicKey::from_spki(der).map(Self::Public),
            "RSA PUBLIC KEY" => {
                let key = RsaPublicKey::from_pkcs1_der(der).map_err(|_| KeyError::Malformed)?;
                PublicKey::checked(key).map(Self::Public)
            }
            "CERTIFICATE" => PublicKey::from_spki(&certified_key(der).ok_or(KeyError::Malformed)?).map(Self::Public),
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
            _ => Err(KeyError::Pem),
        }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Public(key) => key.clone(),
            Self::Private(key) => key.public(),
        }
    }
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// Bytes up to the end of the line that ends the PEM block at the front.
fn end_of_block(text: &[u8]) -> Option<usize> {
    let end = text.windows(END.len()).position(|part| part == END)?;
    let line = text[end..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| end + at + 1);
    Some(line)
}

/// The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280, 4.1).
fn certified_key(der: &[u8]) -> Option<Vec<u8>> {
    let certificate = AnyRef::from_der(der).ok()?;
    let mut outer = SliceReader::new(certificate.value()).ok()?;
    let signed = AnyRef::decode(&mut outer).ok()?;
    let mut fields = SliceReader::new(signed.value()).ok()?;
    let version = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
    // In front of the key: perhaps the version, then serial number, signature, issuer, validity, subject.
    let first = AnyRef::decode(&mut fields).ok()?;
    for _ in 0..(if first.tag() == version { 5 } else { 4 }) {
        AnyRef::decode(&mut fields).ok()?;
    }
    if fields.is_finished() {
        return None;
    }
    SubjectPublicKeyInfoRef::decode(&mut fields).ok()?.to_der().ok()
}

/// Random bytes in the form that `rsa` wants them.
struct Rng<'a, 'b>(&'a mut Chance<'b>);

impl TryRng for Rng<'_, '_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Rng<'_, '_> {}
