//! What a layout of encrypted files must be able to do, and the table of the known ones.
//!
//! A reader takes a file twice: it is checked as a whole, then its records are released. Bytes are pushed, so
//! that they may come from blocks of a data set, a file or a stream. A further layout (IBM's own, once it is
//! known) is one more file with these traits and one line in [`LAYOUTS`]; callers see [`Facts`] and records only.

use std::ops::ControlFlow;

use thiserror::Error;

use super::header::{Attributes, HeaderError};
use super::key::PrivateKey;
use super::secret::{Cipher, Password};
use super::version1::Version1;

/// The layouts that can be read.
pub(super) static LAYOUTS: &[&dyn Layout] = &[&Version1];

/// A layout of encrypted files.
pub(super) trait Layout: Sync {
    /// Has a file that starts so this layout?
    fn recognize(&self, start: &[u8]) -> Recognition;

    /// What the start of a file says without any key; `None` if more bytes are needed.
    fn facts(&self, start: &[u8]) -> Result<Option<Facts>, HeaderError>;

    /// Starts the first pass.
    fn check<'s>(&self, secret: Secret<'s>) -> Box<dyn CheckPass + 's>;
}

/// Whether a file has a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recognition {
    Yes,
    /// More bytes are needed.
    NotYet,
    /// It has not, and this is what a reader of this layout says to it.
    No(HeaderError),
}

/// The first pass over a file.
pub(super) trait CheckPass {
    /// Takes the next bytes. What can be known early, such as a wrong password, is told early.
    fn feed(&mut self, bytes: &[u8]) -> Result<(), Damage>;

    /// Everything was there and is as it was sealed.
    fn finish(self: Box<Self>) -> Result<Box<dyn CheckedFile>, Damage>;
}

/// A file that has passed its check.
pub(super) trait CheckedFile {
    fn facts(&self) -> &Facts;

    /// Starts the second pass.
    fn open(&self) -> Box<dyn OpenPass>;
}

/// The second pass over a file.
pub(super) trait OpenPass {
    /// Takes the same bytes again and gives every record that is whole to `take`, until that breaks off.
    fn feed(&mut self, bytes: &[u8], take: &mut TakeRecord<'_>) -> Result<ControlFlow<()>, Damage>;

    /// Ends the second pass; gives the number of records.
    fn finish(self: Box<Self>) -> Result<u64, Damage>;
}

/// Takes one record, or breaks off.
pub(super) type TakeRecord<'a> = dyn FnMut(&[u8]) -> ControlFlow<()> + 'a;

/// What a reader has to open a file with.
#[derive(Debug, Clone, Copy)]
pub enum Secret<'a> {
    /// A password.
    Password(&'a Password),
    /// An RSA key.
    Rsa(&'a PrivateKey),
}

/// How the data key of a file is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protection {
    /// It is made of a password.
    Password {
        /// Iterations of the key derivation.
        iterations: u32,
    },
    /// It is wrapped for an RSA key.
    Rsa {
        /// The label that the RSA key had where the file was made.
        label: String,
        /// Bits in its modulus, rounded up to whole bytes.
        bits: usize,
        /// SHA-1 of its SubjectPublicKeyInfo.
        fingerprint: Vec<u8>,
    },
}

/// What a file says of itself before it is opened. Nothing of it is proved before the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Name of the layout.
    pub layout: &'static str,
    /// Its version.
    pub version: u16,
    /// How the data key is protected.
    pub protection: Protection,
    /// The cipher.
    pub cipher: Cipher,
    /// The data key was never to be seen in clear (ENCTDES).
    pub secure_key: bool,
    /// The file carries proof of its integrity.
    pub integrity: bool,
    /// The records were compressed.
    pub compressed: bool,
    /// Attributes of the original records.
    pub attributes: Attributes,
    /// Description.
    pub description: String,
    /// Bytes in front of the ciphertext.
    pub header: u64,
    /// Bytes of the ciphertext.
    pub ciphertext: u64,
    /// Bytes of the whole file.
    pub file: u64,
}

/// What is wrong with a file, or with the password or key for it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Damage {
    /// The header cannot be read.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The password is not the one that the file was sealed with (or the header's salt or iteration count is damaged).
    #[error("the password is wrong")]
    WrongPassword,
    /// A password was given for a file that needs an RSA key.
    #[error("the data key is wrapped for the RSA key {label}; a password does not open the file")]
    NeedsRsaKey {
        /// Its label where the file was made.
        label: String,
    },
    /// An RSA key was given for a file that needs a password.
    #[error("the data key is made of a password; an RSA key does not open the file")]
    NeedsPassword,
    /// Another RSA key was given.
    #[error("the data key is wrapped for another RSA key, which had the label {label} where the file was made")]
    OtherRsaKey {
        /// Its label where the file was made.
        label: String,
    },
    /// The right RSA key does not unwrap.
    #[error("the wrapped data key is damaged")]
    WrappedKey,
    /// The file ends too early.
    #[error("the file ends after {found} bytes, its header announces {expected}")]
    Truncated {
        /// Bytes that the header announces.
        expected: u64,
        /// Bytes that came.
        found: u64,
    },
    /// The trailer does not belong to what is in front of it.
    #[error("the file was changed after it was sealed")]
    Altered,
    /// The compressed data make no sense.
    #[error("the compressed data are damaged")]
    Compression,
    /// The length in front of a record cannot be.
    #[error("record {record} cannot be {length} bytes long")]
    RecordLength {
        /// Number of the record, from 1.
        record: u64,
        /// The length.
        length: u32,
    },
    /// The flags in front of a record cannot be.
    #[error("record {record} has the unknown flags X'{flags:04X}'")]
    RecordFlags {
        /// Number of the record, from 1.
        record: u64,
        /// The flags.
        flags: u16,
    },
    /// More data follow the record that is marked as the last.
    #[error("more data follow record {records}, which is marked as the last")]
    AfterLast {
        /// Records so far.
        records: u64,
    },
    /// No record is marked as the last.
    #[error("the last of {records} records is not marked as such")]
    NoLast {
        /// Records in all.
        records: u64,
    },
    /// What fills the last block of the cipher is not zero.
    #[error("the padding behind the last record is damaged")]
    Padding,
}

/// The layout of a file that starts so; `None` if more bytes are needed.
pub(super) fn recognize(start: &[u8]) -> Result<Option<&'static dyn Layout>, HeaderError> {
    recognize_among(LAYOUTS, start)
}

fn recognize_among<'l>(layouts: &[&'l dyn Layout], start: &[u8]) -> Result<Option<&'l dyn Layout>, HeaderError> {
    let mut refused = HeaderError::OtherFormat;
    let mut undecided = false;
    for &layout in layouts {
        match layout.recognize(start) {
            Recognition::Yes => return Ok(Some(layout)),
            Recognition::NotYet => undecided = true,
            Recognition::No(HeaderError::OtherFormat) => {}
            Recognition::No(error) => refused = error,
        }
    }
    if undecided { Ok(None) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use super::{CheckPass, Facts, HeaderError, LAYOUTS, Layout, Recognition, Secret, recognize_among};

    /// A layout of somebody else, known by its first four bytes.
    struct Foreign;

    impl Layout for Foreign {
        fn recognize(&self, start: &[u8]) -> Recognition {
            match start.first_chunk() {
                Some(b"CSDX") => Recognition::Yes,
                Some(_) => Recognition::No(HeaderError::OtherFormat),
                None => Recognition::NotYet,
            }
        }

        fn facts(&self, _: &[u8]) -> Result<Option<Facts>, HeaderError> {
            Ok(None)
        }

        fn check<'s>(&self, _: Secret<'s>) -> Box<dyn CheckPass + 's> {
            unreachable!("only asked whether it knows the file")
        }
    }

    fn found(start: &[u8]) -> Result<bool, HeaderError> {
        recognize_among(&[LAYOUTS, &[&Foreign]].concat(), start).map(|layout| layout.is_some())
    }

    #[test]
    fn a_further_layout_takes_its_part_beside_the_first() {
        assert_eq!(found(b"CSDX and so on"), Ok(true));
        assert_eq!(found(b"CSD"), Ok(false), "not yet");
        assert_eq!(found(&[0xE9, 0xD1, 0xD6, 0xC2, 0xC5, 0xC6, 0xE9, 0x40, 0, 1]), Ok(true));
        assert_eq!(found(&[0xE9, 0xD1, 0xD6, 0xC2, 0xC5, 0xC6, 0xE9, 0x40, 0]), Ok(false), "not yet");
        assert_eq!(found(&[0xE9, 0xD1, 0xD6, 0xC2, 0xC5, 0xC6, 0xE9, 0x40, 0, 2]), Err(HeaderError::Version(2)));
        assert_eq!(found(b"TERSE"), Err(HeaderError::OtherFormat));
    }
}
