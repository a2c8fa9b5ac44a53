//! The header of a "ZEFZ version 1" file: 120 bytes, big-endian, text in IBM-1047.
//!
//! Drawn in `docs/formats/efz.md`. The layout is zjob's own: IBM has not published the one of CSDFILEN.
//! Border: bytes to facts and back; what the password must be is not known here.

use thiserror::Error;

use crate::codepage::{CodePage, EBCDIC_BLANK};

use super::secret::Cipher;

/// Bytes in the fixed header; an extension may follow it.
pub const HEADER: usize = 120;
/// Bytes in the trailer that proves integrity.
pub const TRAILER: usize = 32;
/// Bytes in the salt (DFSMSdss has the same in its cipher block, DTCSALT).
pub const SALT: usize = 8;
/// Bytes in the key check.
pub const KEY_CHECK: usize = 8;
/// Bytes in the description (CSDFILEN, DESC).
pub const DESCRIPTION: usize = 64;
/// Fewest iterations of the key derivation (DFSMShsm, ICOUNT).
pub const FEWEST_ITERATIONS: u32 = 1;
/// Most iterations of the key derivation.
pub const MOST_ITERATIONS: u32 = 10_000;
/// Iterations where none are asked for (DFSMSdss).
pub const DEFAULT_ITERATIONS: u32 = 16;

/// `ZJOBEFZ ` in EBCDIC.
const EYE_CATCHER: [u8; 8] = [0xE9, 0xD1, 0xD6, 0xC2, 0xC5, 0xC6, 0xE9, 0x40];
const VERSION: u16 = 1;
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

/// PKCS #12 with SHA-1 over a BMPString with its terminator.
const KDF_PKCS12_BMP: u8 = 1;
/// One CBC chain over the whole body.
const MODE_ONE_CHAIN: u8 = 1;

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

/// The description that a file carries: up to 64 characters, blank padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description([u8; DESCRIPTION]);

/// A description that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a description has at most {DESCRIPTION} characters, this one has {0}")]
pub struct DescriptionLength(pub usize);

impl Description {
    /// Makes a description of `text`; a character outside IBM-1047 becomes X'3F'.
    pub fn new(text: &str) -> Result<Self, DescriptionLength> {
        let mut bytes = CodePage::ibm1047().encode_lossy(text);
        if bytes.len() > DESCRIPTION {
            return Err(DescriptionLength(bytes.len()));
        }
        bytes.resize(DESCRIPTION, EBCDIC_BLANK);
        Ok(Self(std::array::from_fn(|at| bytes[at])))
    }

    /// The text without its padding.
    pub fn text(&self) -> String {
        CodePage::ibm1047().decode(&self.0).trim_end_matches(' ').to_owned()
    }
}

impl Default for Description {
    fn default() -> Self {
        Self([EBCDIC_BLANK; DESCRIPTION])
    }
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The cipher.
    pub cipher: Cipher,
    /// Is there a trailer that proves integrity?
    pub integrity: bool,
    /// Iterations of the key derivation, 1 to 10,000.
    pub iterations: u32,
    /// Salt of the key derivation.
    pub salt: [u8; SALT],
    /// Attributes of the original records.
    pub attributes: Attributes,
    /// Bytes of the framed clear body, before it is padded.
    pub body: u64,
    /// First bytes of a hash of the key.
    pub key_check: [u8; KEY_CHECK],
    /// Description.
    pub description: Description,
}

/// Why something is not a header that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// Another format, perhaps IBM's own.
    #[error(
        "this is not a file of zjob's Encryption Facility (no eye-catcher ZJOBEFZ); IBM's own layout is not public and cannot be read"
    )]
    OtherFormat,
    /// The data end inside the header.
    #[error("the data end after {0} bytes, inside the header")]
    Cut(usize),
    /// A later version.
    #[error("version {0} of the layout is not known, only version {VERSION}")]
    Version(u16),
    /// The length of the header does not fit its flags.
    #[error("a header of {0} bytes does not fit its flags")]
    Length(u16),
    /// No known key type.
    #[error("the key type X'{0:02X}' is not known")]
    KeyType(u8),
    /// Flags that are not known, or that exclude each other.
    #[error("the flags X'{0:02X}' are not known")]
    Flags(u8),
    /// The key is wrapped for an RSA key.
    #[error("the data key is wrapped for an RSA key; only passwords are supported so far")]
    RsaKey,
    /// The body is compressed.
    #[error("the data are compressed, which is not supported so far")]
    Compressed,
    /// No known key derivation.
    #[error("the key derivation {0} is not known")]
    KeyDerivation(u8),
    /// No known mode of the cipher.
    #[error("the cipher mode {0} is not known")]
    Mode(u8),
    /// Iteration count out of range.
    #[error("the iteration count {0} is not between {FEWEST_ITERATIONS} and {MOST_ITERATIONS}")]
    Iterations(u32),
    /// No RECFM.
    #[error("X'{0:02X}' is no record format")]
    Recfm(u8),
    /// A body that no volume could hold.
    #[error("the header announces a body of {0} bytes")]
    Body(u64),
    /// Reserved bytes are in use.
    #[error("reserved bytes of the header are not zero")]
    Reserved,
}

impl Header {
    /// Bytes of the ciphertext: the body padded to whole blocks.
    pub fn ciphertext(&self) -> u64 {
        self.body.next_multiple_of(self.cipher.block() as u64)
    }

    /// Bytes of the whole file.
    pub fn file(&self) -> u64 {
        HEADER as u64 + self.ciphertext() + if self.integrity { TRAILER as u64 } else { 0 }
    }

    /// The bytes of the header.
    pub fn write(&self) -> [u8; HEADER] {
        let mut out = [0; HEADER];
        let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &EYE_CATCHER);
        put(AT_VERSION, &VERSION.to_be_bytes());
        put(AT_HEADER_LENGTH, &(HEADER as u16).to_be_bytes());
        put(AT_KEY_TYPE, &[self.key_type()]);
        put(AT_FLAGS, &[FLAG_PASSWORD | if self.integrity { FLAG_TRAILER } else { 0 }]);
        put(AT_KDF, &[KDF_PKCS12_BMP]);
        put(AT_MODE, &[MODE_ONE_CHAIN]);
        put(AT_ITERATIONS, &self.iterations.to_be_bytes());
        put(AT_SALT, &self.salt);
        put(AT_RECFM, &[self.attributes.recfm]);
        put(AT_LRECL, &self.attributes.lrecl.to_be_bytes());
        put(AT_BLKSIZE, &self.attributes.blksize.to_be_bytes());
        put(AT_BODY, &self.body.to_be_bytes());
        put(AT_KEY_CHECK, &self.key_check);
        put(AT_DESCRIPTION, &self.description.0);
        out
    }

    /// Reads the header at the start of a file.
    pub fn read(bytes: &[u8]) -> Result<Self, HeaderError> {
        let start = bytes.len().min(EYE_CATCHER.len());
        if bytes[..start] != EYE_CATCHER[..start] {
            return Err(HeaderError::OtherFormat);
        }
        let bytes: &[u8; HEADER] = bytes.first_chunk().ok_or(HeaderError::Cut(bytes.len()))?;
        check_form(bytes)?;
        let header = Self {
            cipher: cipher(bytes[AT_KEY_TYPE])?,
            integrity: bytes[AT_FLAGS] & FLAG_TRAILER != 0,
            iterations: u32::from_be_bytes(field(bytes, AT_ITERATIONS)),
            salt: field(bytes, AT_SALT),
            attributes: Attributes {
                recfm: bytes[AT_RECFM],
                lrecl: u16::from_be_bytes(field(bytes, AT_LRECL)),
                blksize: u32::from_be_bytes(field(bytes, AT_BLKSIZE)),
            },
            body: u64::from_be_bytes(field(bytes, AT_BODY)),
            key_check: field(bytes, AT_KEY_CHECK),
            description: Description(field(bytes, AT_DESCRIPTION)),
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
        match self.cipher {
            Cipher::Tdes => CLEAR_TDES,
            Cipher::Aes128 => CLEAR_AES128,
        }
    }

    fn check_values(&self) -> Result<(), HeaderError> {
        if !(FEWEST_ITERATIONS..=MOST_ITERATIONS).contains(&self.iterations) {
            return Err(HeaderError::Iterations(self.iterations));
        }
        if self.attributes.recfm & 0xC0 == 0 {
            return Err(HeaderError::Recfm(self.attributes.recfm));
        }
        if self.body > LONGEST_BODY { Err(HeaderError::Body(self.body)) } else { Ok(()) }
    }
}

/// Everything that says how the rest is to be read.
fn check_form(bytes: &[u8; HEADER]) -> Result<(), HeaderError> {
    let version = u16::from_be_bytes(field(bytes, AT_VERSION));
    if version != VERSION {
        return Err(HeaderError::Version(version));
    }
    check_flags(bytes[AT_FLAGS])?;
    if bytes[AT_COMPRESSION] != 0 {
        return Err(HeaderError::Compressed);
    }
    if bytes[AT_KDF] != KDF_PKCS12_BMP {
        return Err(HeaderError::KeyDerivation(bytes[AT_KDF]));
    }
    if bytes[AT_MODE] != MODE_ONE_CHAIN {
        return Err(HeaderError::Mode(bytes[AT_MODE]));
    }
    let length = u16::from_be_bytes(field(bytes, AT_HEADER_LENGTH));
    if usize::from(length) != HEADER {
        return Err(HeaderError::Length(length));
    }
    if field(bytes, AT_RESERVED) == [0; 4] { Ok(()) } else { Err(HeaderError::Reserved) }
}

fn check_flags(flags: u8) -> Result<(), HeaderError> {
    match flags & !FLAG_TRAILER {
        FLAG_PASSWORD => Ok(()),
        other if other & !(FLAG_COMPRESSED | FLAG_PASSWORD | FLAG_RSA) != 0 => Err(HeaderError::Flags(flags)),
        other if other & (FLAG_PASSWORD | FLAG_RSA) == FLAG_RSA => Err(HeaderError::RsaKey),
        other if other & (FLAG_PASSWORD | FLAG_RSA) == FLAG_PASSWORD => Err(HeaderError::Compressed),
        _ => Err(HeaderError::Flags(flags)),
    }
}

fn cipher(key_type: u8) -> Result<Cipher, HeaderError> {
    match key_type {
        CLEAR_TDES => Ok(Cipher::Tdes),
        CLEAR_AES128 => Ok(Cipher::Aes128),
        // A secure key comes only with RSA, which the flags would have said.
        ENCRYPTED_TDES => Err(HeaderError::RsaKey),
        other => Err(HeaderError::KeyType(other)),
    }
}

/// The `N` bytes at `at`, which every caller names by the constants above.
fn field<const N: usize>(bytes: &[u8; HEADER], at: usize) -> [u8; N] {
    std::array::from_fn(|offset| bytes[at + offset])
}

#[cfg(test)]
mod tests {
    use super::{Attributes, Cipher, Description, HEADER, Header, HeaderError};

    fn header() -> Header {
        Header {
            cipher: Cipher::Tdes,
            integrity: true,
            iterations: 16,
            salt: *b"saltsalt",
            attributes: Attributes { recfm: 0x90, lrecl: 80, blksize: 27_920 },
            body: 19_866,
            key_check: *b"checkchk",
            description: Description::new("Optional information").expect("20 characters"),
        }
    }

    /// The header with one byte set.
    fn with(at: usize, byte: u8) -> Result<Header, HeaderError> {
        let mut bytes = header().write();
        bytes[at] = byte;
        Header::read(&bytes)
    }

    #[test]
    fn what_is_written_is_read() {
        for cipher in [Cipher::Tdes, Cipher::Aes128] {
            for integrity in [true, false] {
                let header = Header { cipher, integrity, ..header() };
                assert_eq!(Header::read(&header.write()), Ok(header));
            }
        }
    }

    #[test]
    fn the_published_231_records_take_the_published_number_of_bytes() {
        let header = Header { integrity: false, ..header() };
        assert_eq!((header.ciphertext(), header.file()), (19_872, 19_992));
        assert_eq!(Header { integrity: true, ..header }.file(), 19_992 + 32);
    }

    #[test]
    fn each_thing_that_cannot_be_read_has_its_own_error() {
        assert_eq!(with(0, b'Z'), Err(HeaderError::OtherFormat));
        assert_eq!(with(9, 2), Err(HeaderError::Version(2)));
        assert_eq!(with(11, 121), Err(HeaderError::Length(121)));
        assert_eq!(with(12, 0x10), Err(HeaderError::KeyType(0x10)));
        assert_eq!(with(12, 0x20), Err(HeaderError::RsaKey));
        assert_eq!(with(13, 0x41), Err(HeaderError::Flags(0x41)));
        assert_eq!(with(13, 0x60), Err(HeaderError::Flags(0x60)));
        assert_eq!(with(13, 0x00), Err(HeaderError::Flags(0x00)));
        assert_eq!(with(13, 0x30), Err(HeaderError::RsaKey));
        assert_eq!(with(13, 0xD0), Err(HeaderError::Compressed));
        assert_eq!(with(14, 2), Err(HeaderError::KeyDerivation(2)));
        assert_eq!(with(15, 2), Err(HeaderError::Mode(2)));
        assert_eq!(with(19, 0), Err(HeaderError::Iterations(0)));
        assert_eq!(with(17, 1), Err(HeaderError::Iterations(65_552)));
        assert_eq!(with(28, 0x10), Err(HeaderError::Recfm(0x10)));
        assert_eq!(with(29, 1), Err(HeaderError::Compressed));
        assert_eq!(with(36, 1), Err(HeaderError::Body(0x0100_0000_0000_4D9A)));
        assert_eq!(with(47, 1), Err(HeaderError::Reserved));
    }

    #[test]
    fn a_header_that_is_cut_says_where() {
        let bytes = header().write();
        assert_eq!(Header::read(&bytes[..HEADER - 1]), Err(HeaderError::Cut(119)));
        assert_eq!(Header::read(&bytes[..3]), Err(HeaderError::Cut(3)));
        assert_eq!(Header::read(&[]), Err(HeaderError::Cut(0)));
        assert_eq!(Header::read(b"PGP"), Err(HeaderError::OtherFormat));
    }

    #[test]
    fn a_description_is_padded_and_comes_back_without_its_padding() {
        assert_eq!(header().description.text(), "Optional information");
        assert!(Description::new(&"x".repeat(64)).is_ok());
        assert!(Description::new(&"x".repeat(65)).is_err());
    }
}
