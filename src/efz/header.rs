//! The header of a "ZEFZ version 1" file: 120 bytes, and an extension where an RSA key wraps the data key.
//! Numbers are big-endian, text is IBM-1047.
//!
//! Drawn in `docs/formats/efz.md`. The layout is zjob's own: IBM has not published the one of CSDFILEN.
//! Border: bytes to facts and back; what password or key is needed is not known here.

use thiserror::Error;

use crate::codepage::{CodePage, EBCDIC_BLANK, Unmappable};

use super::key::{FEWEST_BITS, FINGERPRINT, KeyLabel, LONGEST_LABEL, MOST_BITS, Padding};
use super::secret::Cipher;

/// Bytes in the fixed header; an extension may follow it.
pub const HEADER: usize = 120;
/// Bytes in the extension in front of the wrapped key, which is as long as the modulus.
const EXTENSION: usize = 88;
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

/// Offsets in the extension.
const AT_FINGERPRINT: usize = LONGEST_LABEL;
const AT_WRAPPED_LENGTH: usize = 84;
const AT_PADDING: usize = 86;
const AT_EXTENSION_RESERVED: usize = 87;

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

const PADDING_PKCS1: u8 = 1;
const PADDING_OAEP: u8 = 2;

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

/// A text that is no description.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotADescription {
    /// Too long.
    #[error("a description has at most {DESCRIPTION} characters, this one has {0}")]
    Length(usize),
    /// A character that the header cannot hold.
    #[error("in the description {0}")]
    Character(#[from] Unmappable),
}

impl Description {
    /// Makes a description of `text`.
    pub fn new(text: &str) -> Result<Self, NotADescription> {
        let mut bytes = CodePage::ibm1047().encode(text)?;
        if bytes.len() > DESCRIPTION {
            return Err(NotADescription::Length(bytes.len()));
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
    /// The length of the header does not fit what it holds.
    #[error("a header of {0} bytes does not fit what it holds")]
    Length(u16),
    /// No known key type, or one that does not go with a password.
    #[error("the key type X'{0:02X}' is not known here")]
    KeyType(u8),
    /// Flags that are not known, or that exclude each other.
    #[error("the flags X'{0:02X}' are not known")]
    Flags(u8),
    /// No known compression, or one that the flags do not announce.
    #[error("the compression {0} is not known here")]
    Compression(u8),
    /// No known key derivation, or one that does not go with the flags.
    #[error("the key derivation {0} is not known here")]
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
    /// The label of the RSA key is none.
    #[error("the label of the RSA key is damaged")]
    Label,
    /// No known padding of a wrapped key.
    #[error("the padding {0} of the wrapped key is not known")]
    Padding(u8),
    /// Reserved bytes are in use.
    #[error("reserved bytes of the header are not zero")]
    Reserved,
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

impl WrappedKey {
    fn write(&self) -> Vec<u8> {
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
    fn read(extension: &[u8], secure: bool, length: u16) -> Result<Self, HeaderError> {
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

#[cfg(test)]
mod tests {
    use super::{
        Attributes, Cipher, Description, HEADER, Header, HeaderError, KeyLabel, KeySource, NotADescription, Padding,
        WrappedKey,
    };

    fn header() -> Header {
        Header {
            cipher: Cipher::Tdes,
            key: KeySource::Password { iterations: 16, salt: *b"saltsalt" },
            integrity: true,
            compressed: false,
            attributes: Attributes { recfm: 0x90, lrecl: 80, blksize: 27_920 },
            body: 19_866,
            key_check: *b"checkchk",
            description: Description::new("Optional information").expect("20 characters"),
        }
    }

    /// A header with a key that is wrapped for an RSA key of 2048 bits.
    fn wrapped() -> Header {
        let key = WrappedKey {
            label: KeyLabel::new("ITSOLD.TEST.RSA2048").expect("a label"),
            fingerprint: [7; 20],
            secure: true,
            padding: Padding::Pkcs1v15,
            wrapped: vec![9; 256],
        };
        Header { key: KeySource::Rsa(key), ..header() }
    }

    /// The header with one byte set.
    fn with(at: usize, byte: u8) -> Result<Header, HeaderError> {
        set(&header(), at, byte)
    }

    fn set(header: &Header, at: usize, byte: u8) -> Result<Header, HeaderError> {
        let mut bytes = header.write();
        bytes[at] = byte;
        Header::read(&bytes)
    }

    #[test]
    fn what_is_written_is_read() {
        for cipher in [Cipher::Tdes, Cipher::Aes128] {
            for (integrity, compressed) in [(true, true), (true, false), (false, true), (false, false)] {
                let header = Header { cipher, integrity, compressed, ..header() };
                assert_eq!(Header::read(&header.write()), Ok(header));
            }
        }
        for padding in [Padding::Pkcs1v15, Padding::OaepSha1] {
            for (secure, bytes) in [(true, 256), (false, 384), (true, 512)] {
                let mut header = wrapped();
                let KeySource::Rsa(key) = &mut header.key else { unreachable!("it is wrapped") };
                (key.secure, key.padding, key.wrapped) = (secure, padding, vec![9; bytes]);
                assert_eq!(Header::read(&header.write()), Ok(header));
            }
        }
    }

    #[test]
    fn the_published_231_records_take_the_published_number_of_bytes() {
        let header = Header { integrity: false, ..header() };
        assert_eq!((header.ciphertext(), header.file()), (19_872, 19_992));
        assert_eq!(Header { integrity: true, ..header }.file(), 19_992 + 32);
        let header = Header { integrity: false, ..wrapped() };
        assert_eq!((header.length(), header.file()), (464, 20_336), "the listing in the redbook");
    }

    #[test]
    fn each_thing_that_cannot_be_read_has_its_own_error() {
        assert_eq!(with(0, b'Z'), Err(HeaderError::OtherFormat));
        assert_eq!(with(9, 2), Err(HeaderError::Version(2)));
        assert_eq!(with(11, 119), Err(HeaderError::Length(119)));
        assert_eq!(with(11, 121), Err(HeaderError::Cut(120)));
        assert_eq!(with(12, 0x10), Err(HeaderError::KeyType(0x10)));
        assert_eq!(with(12, 0x20), Err(HeaderError::KeyType(0x20)), "a secure key needs RSA");
        assert_eq!(with(13, 0x41), Err(HeaderError::Flags(0x41)));
        assert_eq!(with(13, 0x60), Err(HeaderError::Flags(0x60)));
        assert_eq!(with(13, 0x00), Err(HeaderError::Flags(0x00)));
        assert_eq!(with(13, 0x30), Err(HeaderError::KeyDerivation(1)), "RSA derives nothing");
        assert_eq!(with(13, 0xD0), Err(HeaderError::Compression(0)));
        assert_eq!(with(14, 2), Err(HeaderError::KeyDerivation(2)));
        assert_eq!(with(15, 2), Err(HeaderError::Mode(2)));
        assert_eq!(with(19, 0), Err(HeaderError::Iterations(0)));
        assert_eq!(with(17, 1), Err(HeaderError::Iterations(65_552)));
        for bits in [0x00, 0x10, 0x91, 0xB0, 0x96, 0xD0, 0xC8, 0x56] {
            assert_eq!(with(28, bits), Err(HeaderError::Recfm(bits)), "X'{bits:02X}'");
        }
        assert_eq!(with(29, 1), Err(HeaderError::Compression(1)));
        assert_eq!(with(36, 1), Err(HeaderError::Body(0x0100_0000_0000_4D9A)));
        assert_eq!(with(47, 1), Err(HeaderError::Reserved));
    }

    #[test]
    fn each_thing_that_is_wrong_with_a_wrapped_key_has_its_own_error() {
        assert_eq!(set(&wrapped(), 12, 0x00), Err(HeaderError::KeyType(0)));
        assert_eq!(set(&wrapped(), 19, 16), Err(HeaderError::Reserved), "an iteration count");
        assert_eq!(set(&wrapped(), 20, 1), Err(HeaderError::Reserved), "a salt");
        assert_eq!(set(&wrapped(), 120, 0xF1), Err(HeaderError::Label), "a digit in front");
        assert_eq!(set(&wrapped(), 205, 1), Err(HeaderError::Length(464)));
        assert_eq!(set(&wrapped(), 206, 3), Err(HeaderError::Padding(3)));
        assert_eq!(set(&wrapped(), 207, 1), Err(HeaderError::Reserved));
        assert_eq!(set(&wrapped(), 10, 0xFF), Err(HeaderError::Length(0xFFD0)));
        let mut short = wrapped();
        let KeySource::Rsa(key) = &mut short.key else { unreachable!("it is wrapped") };
        key.wrapped.truncate(128);
        assert_eq!(Header::read(&short.write()), Err(HeaderError::Length(336)), "1024 bits are too few");
    }

    #[test]
    fn a_header_that_is_cut_says_where() {
        let bytes = header().write();
        assert_eq!(Header::read(&bytes[..HEADER - 1]), Err(HeaderError::Cut(119)));
        assert_eq!(Header::read(&bytes[..3]), Err(HeaderError::Cut(3)));
        assert_eq!(Header::read(&[]), Err(HeaderError::Cut(0)));
        assert_eq!(Header::read(b"PGP"), Err(HeaderError::OtherFormat));
        assert_eq!(Header::read(&wrapped().write()[..463]), Err(HeaderError::Cut(463)));
    }

    #[test]
    fn a_description_is_padded_and_comes_back_without_its_padding() {
        assert_eq!(header().description.text(), "Optional information");
        assert!(Description::new(&"x".repeat(64)).is_ok());
        assert_eq!(Description::new(&"x".repeat(65)), Err(NotADescription::Length(65)));
        assert!(matches!(Description::new("10 €"), Err(NotADescription::Character(_))), "nothing is lost silently");
    }
}
