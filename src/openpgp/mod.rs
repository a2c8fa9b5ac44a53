//! OpenPGP messages (RFC 9580) as Encryption Facility for z/OS exchanges them with other systems: what a real host
//! can read, and what gpg can.
//!
//! Written is the subset of RFC 4880 that all of them know: one symmetrically encrypted packet with integrity
//! protection (SEIPD version 1 and MDC), for passphrases and for keys, compressed and signed on request. Read is
//! all that RFC 9580 has, except what has no integrity protection. Border: bytes, keys and passphrases; the format
//! is the crate `pgp`'s, and no other room sees that crate. Memory does not grow with the data.

mod key;
mod read;
mod recognize;
mod write;

#[cfg(test)]
mod tests;

use std::io;

use thiserror::Error;
use zeroize::Zeroizing;

pub use key::{Key, KeyRing, LONGEST_KEY_FILE, read_keys};
pub use read::{Asked, Limit, OpenFailure, Opened, Opener, Signature, Signer, open};
pub use recognize::is_message;
pub use write::{Cipher, Compression, Digest, Sealing, seal};

/// Where keys and salts come from.
pub type Chance<'a> = dyn FnMut(&mut [u8]) + 'a;

/// A passphrase. It is wiped from memory when it goes, and shown by nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Any text that is not empty.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// What the crate takes; it wipes it as well.
    fn to_password(&self) -> pgp::types::Password {
        self.0.as_str().into()
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase")
    }
}

/// Why a message was not written or not opened.
#[derive(Debug, Error)]
pub enum OpenPgpError {
    /// Nothing of the format.
    #[error("this is no encrypted OpenPGP message")]
    NotAMessage,
    /// Encrypted for keys that nobody has here.
    #[error("the message is encrypted for other keys: {0}")]
    NoKey(String),
    /// No passphrase fits.
    #[error("the passphrase is wrong, or the start of the message is damaged")]
    WrongPassphrase,
    /// The passphrase of a secret key.
    #[error("the passphrase of the key {0} is wrong")]
    WrongKeyPassphrase(String),
    /// Anybody could have changed it.
    #[error(
        "the message has no integrity protection (MDC), so nobody can tell whether it was changed; ask for it again"
    )]
    Unprotected,
    /// What is wrong is not told: it is an attacker's business alone.
    #[error("the message is damaged or was changed after it was encrypted")]
    Damaged,
    /// A signature by a known key does not fit.
    #[error("the signature of {0} is not valid for these data")]
    BadSignature(String),
    /// A signature was asked for.
    #[error("the message is not signed by {0}")]
    NotSigned(String),
    /// More comes out than is allowed.
    #[error("more than {0} bytes come out of it: --limit raises what is taken")]
    TooMuch(u64),
    /// The structure is none that anybody writes.
    #[error("the message holds {0}, which is not read here")]
    Unsupported(&'static str),
    /// A key that cannot be used.
    #[error("{0}")]
    Key(String),
    /// Input or output failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Random bytes for the crate.
struct Dice<'a, 'b>(&'a mut Chance<'b>);

impl rand_core::RngCore for Dice<'_, '_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        (self.0)(bytes);
        Ok(())
    }
}

impl rand_core::CryptoRng for Dice<'_, '_> {}
