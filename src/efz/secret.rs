//! Passwords and the keys made of them. Both forget themselves when they are dropped, and neither shows
//! itself in `Debug`.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::header::{KEY_CHECK, SALT};
use super::kdf::{Purpose, bmp_string, pkcs12_sha1};

/// Fewest characters of a password (DFSMSdss, KEYPASSWORD).
pub const SHORTEST_PASSWORD: usize = 8;
/// Most characters of a password.
pub const LONGEST_PASSWORD: usize = 32;

/// Bytes of the key of the trailer.
const MAC_KEY: usize = 32;
/// Bytes that an RSA key wraps: the data key and the initial vector behind it.
pub const WRAPPED_CLEAR: usize = 32;
/// What the code of a trailer is made for where the key was wrapped.
const MAC_LABEL: &[u8] = b"zjob-efz-mac";
/// What is hashed in front of a key to make its check.
const CHECK_LABEL: &[u8] = b"zjob-efz-check";

/// A password of 8 to 32 characters. Blanks count, case counts.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

/// A text that is too short or too long for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, this one has {0}")]
pub struct PasswordLength(pub usize);

impl Password {
    /// Checks the length of `text`.
    pub fn new(text: &str) -> Result<Self, PasswordLength> {
        let length = text.chars().count();
        if (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PasswordLength(length))
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// The cipher that the data go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cipher {
    /// Triple DES with three keys, in blocks of 8 bytes.
    Tdes,
    /// AES with 128 bits, in blocks of 16 bytes.
    Aes128,
}

impl Cipher {
    /// Bytes in a block, and in an initial vector.
    pub fn block(self) -> usize {
        match self {
            Self::Tdes => super::tdes::BLOCK,
            Self::Aes128 => super::aes_cbc::BLOCK,
        }
    }

    fn key(self) -> usize {
        match self {
            Self::Tdes => super::tdes::KEY,
            Self::Aes128 => super::aes_cbc::KEY,
        }
    }
}

/// The key of one file, its initial vector, and the key of its trailer.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    #[zeroize(skip)]
    pub(super) cipher: Cipher,
    pub(super) key: [u8; super::tdes::KEY],
    pub(super) iv: [u8; super::aes_cbc::BLOCK],
    mac: [u8; MAC_KEY],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({:?}, ..)", self.cipher)
    }
}

impl Keys {
    /// The keys that `password` gives with this salt and iteration count (KDF id 1).
    pub fn from_password(password: &Password, cipher: Cipher, salt: &[u8; SALT], iterations: u32) -> Self {
        let password = bmp_string(&password.0);
        let mut keys = Self { cipher, key: [0; _], iv: [0; _], mac: [0; _] };
        let fill = |purpose, out: &mut [u8]| pkcs12_sha1(&password, salt, iterations, purpose, out);
        fill(Purpose::Key, &mut keys.key[..cipher.key()]);
        fill(Purpose::InitialVector, &mut keys.iv[..cipher.block()]);
        fill(Purpose::Mac, &mut keys.mac);
        keys
    }

    /// The keys in what an RSA key wraps: data key, initial vector; the key of the trailer is made of both.
    pub fn from_wrapped(cipher: Cipher, clear: &[u8; WRAPPED_CLEAR]) -> Self {
        let mut keys = Self { cipher, key: [0; _], iv: [0; _], mac: [0; _] };
        let (key, iv) = clear.split_at(cipher.key());
        keys.key[..key.len()].copy_from_slice(key);
        keys.iv[..iv.len()].copy_from_slice(iv);
        let mut code = authenticator(clear).chain_update(MAC_LABEL).finalize().into_bytes();
        keys.mac.copy_from_slice(&code);
        code.zeroize();
        keys
    }

    /// Keys as a test vector gives them, without one for a trailer.
    #[cfg(test)]
    pub(super) fn given(cipher: Cipher, key: &[u8], iv: &[u8]) -> Self {
        let mut keys = Self { cipher, key: [0; _], iv: [0; _], mac: [0; _] };
        keys.key[..key.len()].copy_from_slice(key);
        keys.iv[..iv.len()].copy_from_slice(iv);
        keys
    }

    /// What the header says of the key, so that a wrong one is found before anything is decrypted.
    pub(super) fn check(&self) -> [u8; KEY_CHECK] {
        let mut hash = Zeroizing::new([0; 32]);
        Sha256::new()
            .chain_update(CHECK_LABEL)
            .chain_update(&self.key[..self.cipher.key()])
            .finalize_into((&mut *hash).into());
        std::array::from_fn(|at| hash[at])
    }

    /// The code that runs over header and body.
    pub(super) fn authenticator(&self) -> Authenticator {
        authenticator(&self.mac)
    }
}

fn authenticator(key: &[u8; MAC_KEY]) -> Authenticator {
    // RFC 2104 fills a key with zeros to the block of its hash, 64 bytes.
    let mut filled = Zeroizing::new([0; 64]);
    filled[..MAC_KEY].copy_from_slice(key);
    Hmac::new((&*filled).into())
}

/// HMAC-SHA-256 over header and ciphertext.
pub(super) type Authenticator = Hmac<Sha256>;

/// The code that `authenticator` has come to.
pub(super) fn trailer(authenticator: Authenticator) -> [u8; super::header::TRAILER] {
    authenticator.finalize().into_bytes().into()
}
