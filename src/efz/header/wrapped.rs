//! The extension of a header: the data key, wrapped for an RSA key.

use crate::codepage::{CodePage, EBCDIC_BLANK};

use super::super::key::{FEWEST_BITS, FINGERPRINT, KeyLabel, LONGEST_LABEL, Padding};
use super::{HeaderError, field};

/// Bytes in the extension in front of the wrapped key, which is as long as the modulus.
pub(super) const EXTENSION: usize = 88;

const AT_FINGERPRINT: usize = LONGEST_LABEL;
const AT_WRAPPED_LENGTH: usize = 84;
const AT_PADDING: usize = 86;
const AT_EXTENSION_RESERVED: usize = 87;

const PADDING_PKCS1: u8 = 1;
const PADDING_OAEP: u8 = 2;

/// A data key that only the owner of an RSA key can unwrap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Label of the RSA key where the file was made.
    pub label: KeyLabel,
    /// The RSA key itself.
    pub fingerprint: [u8; FINGERPRINT],
    /// The data key was never to be seen in clear (ENCTDES).
    pub secure: bool,
    /// How the data key was padded.
    pub padding: Padding,
    /// As many bytes as the modulus has.
    pub wrapped: Vec<u8>,
}

impl WrappedKey {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = CodePage::ibm1047().encode_lossy(self.label.as_str());
        out.resize(LONGEST_LABEL, EBCDIC_BLANK);
        out.extend_from_slice(&self.fingerprint);
        out.extend_from_slice(&(self.wrapped.len() as u16).to_be_bytes());
        out.push(match self.padding {
            Padding::Pkcs1v15 => PADDING_PKCS1,
            Padding::OaepSha1 => PADDING_OAEP,
        });
        out.push(0);
        out.extend_from_slice(&self.wrapped);
        out
    }

    /// Reads an extension; `length` is that of the whole header.
    pub(super) fn read(extension: &[u8], secure: bool, length: u16) -> Result<Self, HeaderError> {
        let wrong_length = HeaderError::Length(length);
        let Some((fixed, wrapped)) = extension.split_first_chunk::<EXTENSION>() else { return Err(wrong_length) };
        let wrapped_length = usize::from(u16::from_be_bytes(field(fixed, AT_WRAPPED_LENGTH)));
        if wrapped.len() != wrapped_length || wrapped_length < FEWEST_BITS / 8 {
            return Err(wrong_length);
        }
        if fixed[AT_EXTENSION_RESERVED] != 0 {
            return Err(HeaderError::Reserved);
        }
        let label = CodePage::ibm1047().decode(&fixed[..LONGEST_LABEL]);
        Ok(Self {
            label: KeyLabel::new(label.trim_end_matches(' ')).map_err(|_| HeaderError::Label)?,
            fingerprint: field(fixed, AT_FINGERPRINT),
            secure,
            padding: match fixed[AT_PADDING] {
                PADDING_PKCS1 => Padding::Pkcs1v15,
                PADDING_OAEP => Padding::OaepSha1,
                other => return Err(HeaderError::Padding(other)),
            },
            wrapped: wrapped.to_vec(),
        })
    }
}
