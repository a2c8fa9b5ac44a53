//! The header of a "ZEFZ version 1" file: 120 bytes, and an extension where an RSA key wraps the data key.
//! Numbers are big-endian, text is IBM-1047.
//!
//! Drawn in `docs/formats/efz.md`. The layout is zjob's own: IBM has not published the one of CSDFILEN.
//! Border: bytes to facts and back; what password or key is needed is not known here.

mod description;
mod error;
mod wrapped;

#[cfg(test)]
mod tests;

use super::key::MOST_BITS;
use super::secret::Cipher;

pub use description::{DESCRIPTION, Description, NotADescription};
pub use error::HeaderError;
pub use wrapped::WrappedKey;

use wrapped::EXTENSION;

/// Bytes in the fixed header; an extension may follow it.
pub const HEADER: usize = 120;
/// Bytes in the trailer that proves integrity.
pub const TRAILER: usize = 32;
/// Bytes in the salt (DFSMSdss has the same in its cipher block, DTCSALT).
pub const SALT: usize = 8;
/// Bytes in the key check.
pub const KEY_CHECK: usize = 8;
/// Fewest iterations of the key derivation (DFSMShsm, ICOUNT).
pub const FEWEST_ITERATIONS: u32 = 1;
/// Most iterations of the key derivation.
pub const MOST_ITERATIONS: u32 = 10_000;
/// Iterations where none are asked for (DFSMSdss).
pub const DEFAULT_ITERATIONS: u32 = 16;

/// `ZJOBEFZ ` in EBCDIC.
const EYE_CATCHER: [u8; 8] = [0xE9, 0xD1, 0xD6, 0xC2, 0xC5, 0xC6, 0xE9, 0x40];
/// Version of this layout.
pub(super) const VERSION: u16 = 1;
/// Bytes that tell how long the header is.
const START: usize = 12;
/// Longest body: far more than a volume holds, far less than what overflows.
const LONGEST_BODY: u64 = 1 << 48;

const AT_VERSION: usize = 8;
const AT_HEADER_LENGTH: usize = 10;
const AT_KEY_TYPE: usize = 12;
const AT_FLAGS: usize = 13;
const AT_KDF: usize = 14;
const AT_MODE: usize = 15;
const AT_ITERATIONS: usize = 16;
const AT_SALT: usize = 20;
const AT_RECFM: usize = 28;
const AT_COMPRESSION: usize = 29;
const AT_LRECL: usize = 30;
const AT_BLKSIZE: usize = 32;
const AT_BODY: usize = 36;
const AT_RESERVED: usize = 44;
const AT_KEY_CHECK: usize = 48;
const AT_DESCRIPTION: usize = 56;

/// Key types, with the bits of DFSMSdss' DTCFLAG1.
const CLEAR_TDES: u8 = 0x80;
const CLEAR_AES128: u8 = 0x40;
const ENCRYPTED_TDES: u8 = 0x20;

const FLAG_COMPRESSED: u8 = 0x80;
const FLAG_PASSWORD: u8 = 0x40;
const FLAG_RSA: u8 = 0x20;
const FLAG_TRAILER: u8 = 0x10;

/// No derivation: the key is wrapped.
const KDF_NONE: u8 = 0;
/// PKCS #12 with SHA-1 over a BMPString with its terminator.
const KDF_PKCS12_BMP: u8 = 1;
/// One CBC chain over the whole body.
const MODE_ONE_CHAIN: u8 = 1;
/// The body as it is.
const UNCOMPRESSED: u8 = 0;
/// The body as one raw DEFLATE stream (RFC 1951).
const RAW_DEFLATE: u8 = 1;

/// What the records looked like before they were sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attributes {
    /// RECFM in the bits of DS1RECFM: X'80' F, X'40' V, X'C0' U, X'10' B, X'08' S, X'04' A, X'02' M.
    pub recfm: u8,
    /// LRECL in bytes.
    pub lrecl: u16,
    /// BLKSIZE in bytes.
    pub blksize: u32,
}

/// Where the data key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// From a password.
    Password {
        /// Iterations of the derivation, 1 to 10,000.
        iterations: u32,
        /// Salt of the derivation.
        salt: [u8; SALT],
    },
    /// Wrapped for an RSA key.
    Rsa(WrappedKey),
}

/// What the header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The cipher.
    pub cipher: Cipher,
    /// Where its key comes from.
    pub key: KeySource,
    /// Is there a trailer that proves integrity?
    pub integrity: bool,
    /// Was the body compressed before it was encrypted?
    pub compressed: bool,
    /// Attributes of the original records.
    pub attributes: Attributes,
    /// Bytes of the body, framed and perhaps compressed, before it is padded.
    pub body: u64,
    /// First bytes of a hash of the key.
    pub key_check: [u8; KEY_CHECK],
    /// Description.
    pub description: Description,
}

impl Header {
    /// Bytes of the header.
    pub fn length(&self) -> usize {
        match &self.key {
            KeySource::Password { .. } => HEADER,
            KeySource::Rsa(key) => HEADER + EXTENSION + key.wrapped.len(),
        }
    }

    /// Bytes of the ciphertext: the body padded to whole blocks.
    pub fn ciphertext(&self) -> u64 {
        self.body.next_multiple_of(self.cipher.block() as u64)
    }

    /// Bytes of the whole file.
    pub fn file(&self) -> u64 {
        self.length() as u64 + self.ciphertext() + if self.integrity { TRAILER as u64 } else { 0 }
    }

    /// The bytes of the header.
    pub fn write(&self) -> Vec<u8> {
        let mut out = vec![0; HEADER];
        let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &EYE_CATCHER);
        put(AT_VERSION, &VERSION.to_be_bytes());
        put(AT_HEADER_LENGTH, &(self.length() as u16).to_be_bytes());
        put(AT_KEY_TYPE, &[self.key_type()]);
        put(AT_FLAGS, &[self.flags()]);
        put(AT_MODE, &[MODE_ONE_CHAIN]);
        if let KeySource::Password { iterations, salt } = &self.key {
            put(AT_KDF, &[KDF_PKCS12_BMP]);
            put(AT_ITERATIONS, &iterations.to_be_bytes());
            put(AT_SALT, salt);
        }
        put(AT_RECFM, &[self.attributes.recfm]);
        put(AT_COMPRESSION, &[if self.compressed { RAW_DEFLATE } else { UNCOMPRESSED }]);
        put(AT_LRECL, &self.attributes.lrecl.to_be_bytes());
        put(AT_BLKSIZE, &self.attributes.blksize.to_be_bytes());
        put(AT_BODY, &self.body.to_be_bytes());
        put(AT_KEY_CHECK, &self.key_check);
        put(AT_DESCRIPTION, &self.description.0);
        if let KeySource::Rsa(key) = &self.key {
            out.extend_from_slice(&key.write());
        }
        out
    }

    /// True if a file that starts so has this layout, false if more bytes are needed to say that.
    pub(super) fn claims(start: &[u8]) -> Result<bool, HeaderError> {
        let known = start.len().min(EYE_CATCHER.len());
        if start[..known] != EYE_CATCHER[..known] {
            return Err(HeaderError::OtherFormat);
        }
        let Some(start) = start.first_chunk::<AT_HEADER_LENGTH>() else { return Ok(false) };
        match u16::from_be_bytes(field(start, AT_VERSION)) {
            VERSION => Ok(true),
            other => Err(HeaderError::Version(other)),
        }
    }

    /// Bytes of the header that starts so, or `None` if more are needed to say that.
    pub(super) fn announced(start: &[u8]) -> Result<Option<usize>, HeaderError> {
        Self::claims(start)?;
        let Some(start) = start.first_chunk::<START>() else { return Ok(None) };
        let length = u16::from_be_bytes(field(start, AT_HEADER_LENGTH));
        let longest = HEADER + EXTENSION + MOST_BITS / 8;
        if (HEADER..=longest).contains(&usize::from(length)) {
            Ok(Some(length.into()))
        } else {
            Err(HeaderError::Length(length))
        }
    }

    /// Reads the header at the start of a file.
    pub fn read(bytes: &[u8]) -> Result<Self, HeaderError> {
        let cut = HeaderError::Cut(bytes.len());
        let length = Self::announced(bytes)?.ok_or_else(|| cut.clone())?;
        let (fixed, extension) = bytes.get(..length).and_then(<[u8]>::split_first_chunk::<HEADER>).ok_or(cut)?;
        check_form(fixed)?;
        let header = Self {
            cipher: cipher(fixed[AT_KEY_TYPE])?,
            key: KeySource::read(fixed, extension)?,
            integrity: fixed[AT_FLAGS] & FLAG_TRAILER != 0,
            compressed: fixed[AT_FLAGS] & FLAG_COMPRESSED != 0,
            attributes: Attributes {
                recfm: fixed[AT_RECFM],
                lrecl: u16::from_be_bytes(field(fixed, AT_LRECL)),
                blksize: u32::from_be_bytes(field(fixed, AT_BLKSIZE)),
            },
            body: u64::from_be_bytes(field(fixed, AT_BODY)),
            key_check: field(fixed, AT_KEY_CHECK),
            description: Description(field(fixed, AT_DESCRIPTION)),
        };
        header.check_values()?;
        Ok(header)
    }

    /// `start`, the bytes of a header, with the flag that announces a trailer.
    pub(super) fn announcing_trailer(start: &[u8]) -> Vec<u8> {
        let mut start = start.to_vec();
        if let Some(flags) = start.get_mut(AT_FLAGS) {
            *flags |= FLAG_TRAILER;
        }
        start
    }

    fn key_type(&self) -> u8 {
        match (self.cipher, &self.key) {
            (Cipher::Tdes, KeySource::Rsa(key)) if key.secure => ENCRYPTED_TDES,
            (Cipher::Tdes, _) => CLEAR_TDES,
            (Cipher::Aes128, _) => CLEAR_AES128,
        }
    }

    fn flags(&self) -> u8 {
        let source = match &self.key {
            KeySource::Password { .. } => FLAG_PASSWORD,
            KeySource::Rsa(_) => FLAG_RSA,
        };
        let mut flags = source;
        if self.integrity {
            flags |= FLAG_TRAILER;
        }
        if self.compressed {
            flags |= FLAG_COMPRESSED;
        }
        flags
    }

    fn check_values(&self) -> Result<(), HeaderError> {
        if !is_recfm(self.attributes.recfm) {
            return Err(HeaderError::Recfm(self.attributes.recfm));
        }
        if self.body > LONGEST_BODY { Err(HeaderError::Body(self.body)) } else { Ok(()) }
    }
}

impl KeySource {
    fn read(fixed: &[u8; HEADER], extension: &[u8]) -> Result<Self, HeaderError> {
        let iterations = u32::from_be_bytes(field(fixed, AT_ITERATIONS));
        let salt = field(fixed, AT_SALT);
        if fixed[AT_FLAGS] & FLAG_RSA != 0 {
            if iterations != 0 || salt != [0; SALT] {
                return Err(HeaderError::Reserved);
            }
            let secure = fixed[AT_KEY_TYPE] == ENCRYPTED_TDES;
            return WrappedKey::read(extension, secure, u16::from_be_bytes(field(fixed, AT_HEADER_LENGTH)))
                .map(Self::Rsa);
        }
        if fixed[AT_KEY_TYPE] == ENCRYPTED_TDES {
            return Err(HeaderError::KeyType(ENCRYPTED_TDES));
        }
        if !extension.is_empty() {
            return Err(HeaderError::Length(u16::from_be_bytes(field(fixed, AT_HEADER_LENGTH))));
        }
        if !(FEWEST_ITERATIONS..=MOST_ITERATIONS).contains(&iterations) {
            return Err(HeaderError::Iterations(iterations));
        }
        Ok(Self::Password { iterations, salt })
    }
}

/// Everything that says how the rest is to be read.
fn check_form(bytes: &[u8; HEADER]) -> Result<(), HeaderError> {
    let flags = bytes[AT_FLAGS];
    let derivation = match flags & !(FLAG_TRAILER | FLAG_COMPRESSED) {
        FLAG_PASSWORD => KDF_PKCS12_BMP,
        FLAG_RSA => KDF_NONE,
        _ => return Err(HeaderError::Flags(flags)),
    };
    if bytes[AT_KDF] != derivation {
        return Err(HeaderError::KeyDerivation(bytes[AT_KDF]));
    }
    let compression = if flags & FLAG_COMPRESSED == 0 { UNCOMPRESSED } else { RAW_DEFLATE };
    if bytes[AT_COMPRESSION] != compression {
        return Err(HeaderError::Compression(bytes[AT_COMPRESSION]));
    }
    if bytes[AT_MODE] != MODE_ONE_CHAIN {
        return Err(HeaderError::Mode(bytes[AT_MODE]));
    }
    if field(bytes, AT_RESERVED) == [0; 4] { Ok(()) } else { Err(HeaderError::Reserved) }
}

/// F or V with B, S and one of A and M; U with one of A and M. Nothing else can be coded.
fn is_recfm(bits: u8) -> bool {
    let undefined = bits & 0xC0 == 0xC0;
    bits & 0xC0 != 0 && bits & 0x21 == 0 && bits & 0x06 != 0x06 && !(undefined && bits & 0x18 != 0)
}

fn cipher(key_type: u8) -> Result<Cipher, HeaderError> {
    match key_type {
        CLEAR_TDES | ENCRYPTED_TDES => Ok(Cipher::Tdes),
        CLEAR_AES128 => Ok(Cipher::Aes128),
        other => Err(HeaderError::KeyType(other)),
    }
}

/// The `N` bytes at `at`, which every caller names by the constants above.
fn field<const N: usize, const M: usize>(bytes: &[u8; M], at: usize) -> [u8; N] {
    std::array::from_fn(|offset| bytes[at + offset])
}
