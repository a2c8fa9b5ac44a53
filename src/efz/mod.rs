//! Encryption Facility files: records to a sealed stream of bytes, and back.
//!
//! Border: knows passwords, RSA keys, ciphers and the container "ZEFZ version 1" (`docs/formats/efz.md`), nothing
//! of data sets, DDs, key stores and reports. Memory does not grow with the data. The container is zjob's own,
//! because IBM has not published the one that CSDFILEN writes.

mod aes_cbc;
pub mod chain;
mod deflate;
mod frame;
pub mod header;
pub mod kdf;
pub mod key;
mod layout;
mod mac;
pub mod open;
pub mod seal;
mod secret;
mod tdes;
mod version1;

pub use header::{Attributes, Description, HeaderError, NotADescription};
pub use key::{Key, KeyError, KeyLabel, NotAKeyLabel, PrivateKey, PublicKey};
pub use layout::{Damage, Facts, Protection, Secret};
pub use open::{Check, Checked, Open, ReleaseError, facts, is_sealed};
pub use seal::{Contents, Draft, Envelope, Measure, Plan, Seal, SealError, SealingKey, Totals};
pub use secret::{Cipher, Keys, LONGEST_PASSWORD, Password, PasswordLength, SHORTEST_PASSWORD, WRAPPED_CLEAR};

/// Bytes that the cipher works on at once, a multiple of both block sizes.
const CHUNK: usize = 256 * 1024;

/// Takes what a seal or an opening gives, and may watch the cipher at work.
pub trait Sink {
    /// Why it takes no more.
    type Error;

    /// Takes the next bytes (sealing) or the next record (opening).
    fn put(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Takes the next bytes with the buffer that they are in, and gives an empty buffer back. Whoever hands them on
    /// need not copy them.
    fn give(&mut self, mut bytes: Vec<u8>) -> Result<Vec<u8>, Self::Error> {
        self.put(&bytes)?;
        bytes.clear();
        Ok(bytes)
    }

    /// Lets a seal put so many bytes through the cipher; whoever wants to know how long that takes can see it here.
    fn cipher(&mut self, bytes: usize, work: &mut dyn FnMut()) {
        let _ = bytes;
        work();
    }
}

/// A closure is a sink that watches nothing.
impl<F: FnMut(&[u8]) -> Result<(), E>, E> Sink for F {
    type Error = E;

    fn put(&mut self, bytes: &[u8]) -> Result<(), E> {
        self(bytes)
    }
}

#[cfg(test)]
mod tests;
