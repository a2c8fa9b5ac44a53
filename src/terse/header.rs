//! The 12 bytes in front of the codes: parsed, checked and written.
//!
//! Border: what the bytes say and how a wrong file gives itself away. The layout is drawn in
//! `docs/formats/terse.md`.

use super::error::{DecodeError, Foreign};

/// Bytes of a header.
pub const HEADER: usize = 12;
/// Longest record that is taken, in bytes. Data sets end at 32,760, spanned records at 65,535; the second
/// length field could ask for 4 GiB of memory.
pub const MAX_RECORD: u32 = 1 << 20;
/// Longest variable record, in bytes, that an RDW can describe.
pub const MAX_VARIABLE_RECORD: u32 = 65_531;

const VERSION_PACK: u8 = 0x02;
const VERSION_SPACK: u8 = 0x05;
const VERSION_LIBRARY: u8 = 0x07;
/// A guess: as far from 05 as 07 is from 02. No sample of SPACK of a library is known.
const VERSION_SPACK_LIBRARY: u8 = 0x0A;
const VERSION_NATIVE: u8 = 0x01;
const NATIVE_MAGIC: [u8; 3] = [0x89, 0x69, 0xA5];
/// What the versions 05 and 07 become in a translation from EBCDIC to ISO 8859-1; 02 stays 02.
const TRANSLATED_VERSIONS: [u8; 2] = [0x09, 0x7F];

/// Set by MVS; the flags, the ratio and the block size mean something only with it.
const FLAG_MVS: u8 = 0x04;
/// Set in all known files of MVS beside [`FLAG_MVS`], whether fixed or variable.
const FLAG_BLOCKED: u8 = 0x08;
const FLAG_SPANNED: u8 = 0x10;

/// How the data are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// PACK, the simple format.
    Pack,
    /// SPACK, the complex format.
    Spack,
}

/// What was packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Organization {
    /// A sequential data set, or one member.
    Sequential,
    /// A library with its directory.
    Library,
}

/// What the header of a packed data set says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// PACK or SPACK.
    pub method: Method,
    /// Sequential or library.
    pub organization: Organization,
    /// True if the records have variable length.
    pub variable: bool,
    /// Length of every record (fixed) or of the longest without its RDW (variable), in bytes.
    pub record_length: u32,
    /// The flags; 0 if another platform than MVS has packed.
    pub flags: u8,
    /// Integer part of unpacked size / packed size; 0 in sequential files.
    pub ratio: u8,
    /// Block size of the original data set; 0 if unknown.
    pub block_size: u16,
}

impl Header {
    /// The header that MVS writes for records of `record_length` bytes (without an RDW).
    pub fn new(method: Method, variable: bool, record_length: u32, block_size: u16) -> Self {
        let flags = FLAG_MVS | FLAG_BLOCKED;
        let organization = Organization::Sequential;
        Self { method, organization, variable, record_length, flags, ratio: 0, block_size }
    }

    /// LRECL of the original data set: with the RDW if the records are variable.
    pub fn lrecl(&self) -> u32 {
        if self.variable { self.record_length + 4 } else { self.record_length }
    }

    /// True for a form of which no sample is known.
    pub fn is_unproven(&self) -> bool {
        self.organization == Organization::Library && self.method == Method::Spack
    }

    /// The header of a library of records of `record_length` bytes. `ratio` is [`Totals::ratio`](super::Totals::ratio).
    pub fn library(record_length: u32, block_size: u16, ratio: u8) -> Self {
        let organization = Organization::Library;
        Self { organization, ratio, ..Self::new(Method::Pack, false, record_length, block_size) }
    }

    /// The same for records that span blocks. The flag has its name from the published decoder; no sample of it
    /// is known.
    #[must_use]
    pub fn spanned(mut self) -> Self {
        self.flags |= FLAG_SPANNED;
        self
    }

    /// True if the records are said to span blocks (VBS). No sample of this flag is known.
    pub fn is_spanned(&self) -> bool {
        self.flags & FLAG_SPANNED != 0
    }

    /// True if marks divide the records: variable ones, and all those of a library, whatever its members are.
    pub fn has_marks(&self) -> bool {
        self.variable || self.organization == Organization::Library
    }

    /// The longest record between two marks, or the length of every record if there are none, in bytes.
    pub fn longest_record(&self) -> usize {
        match self.organization {
            Organization::Sequential => self.record_length as usize,
            Organization::Library => MAX_VARIABLE_RECORD as usize,
        }
    }

    /// True if the data come from MVS (z/OS) and not from another platform.
    pub fn is_from_mvs(&self) -> bool {
        self.flags & FLAG_MVS != 0
    }

    /// The bytes of the header.
    pub fn to_bytes(&self) -> [u8; HEADER] {
        let version = match (self.organization, self.method) {
            (Organization::Library, Method::Pack) => VERSION_LIBRARY,
            (Organization::Library, Method::Spack) => VERSION_SPACK_LIBRARY,
            (Organization::Sequential, Method::Pack) => VERSION_PACK,
            (Organization::Sequential, Method::Spack) => VERSION_SPACK,
        };
        let (short, long) = match u16::try_from(self.record_length) {
            Ok(short) => (short, 0),
            Err(_) => (0, self.record_length),
        };
        let mut bytes = [0; HEADER];
        bytes[0] = version;
        bytes[1] = u8::from(self.variable);
        bytes[2..4].copy_from_slice(&short.to_be_bytes());
        bytes[4] = self.flags;
        bytes[5] = self.ratio;
        bytes[6..8].copy_from_slice(&self.block_size.to_be_bytes());
        bytes[8..12].copy_from_slice(&long.to_be_bytes());
        bytes
    }

    /// Reads and checks the first 12 bytes of a file.
    pub fn parse(bytes: &[u8; HEADER]) -> Result<Self, DecodeError> {
        let (organization, method) = recognize(bytes)?;
        let &[_, variable, first_0, first_1, flags, ratio, block_0, block_1, second @ ..] = bytes;
        if variable > 1 {
            return Err(DecodeError::VariableFlag(variable));
        }
        let block_size = u16::from_be_bytes([block_0, block_1]);
        if flags & FLAG_MVS == 0 && (flags != 0 || ratio != 0 || block_size != 0) {
            return Err(DecodeError::TextTransfer);
        }
        let first = u32::from(u16::from_be_bytes([first_0, first_1]));
        let record_length = one_of(first, u32::from_be_bytes(second))?;
        let header = Self { method, organization, variable: variable == 1, record_length, flags, ratio, block_size };
        header.check_limit()?;
        Ok(header)
    }

    fn check_limit(&self) -> Result<(), DecodeError> {
        let limit = if self.variable { MAX_VARIABLE_RECORD } else { MAX_RECORD };
        if self.record_length <= limit {
            return Ok(());
        }
        Err(DecodeError::RecordLengthLimit { length: self.record_length, limit })
    }
}

/// The two lengths must not both be missing and must not contradict each other.
fn one_of(first: u32, second: u32) -> Result<u32, DecodeError> {
    match (first, second) {
        (0, 0) => Err(DecodeError::RecordLengths { first, second }),
        (length, 0) | (0, length) => Ok(length),
        (first, second) if first == second => Ok(first),
        _ => Err(DecodeError::RecordLengths { first, second }),
    }
}

fn recognize(bytes: &[u8; HEADER]) -> Result<(Organization, Method), DecodeError> {
    let &[version, second, ..] = bytes;
    match version {
        VERSION_NATIVE | VERSION_LIBRARY if bytes[1..4] == NATIVE_MAGIC => Err(DecodeError::NativePc),
        VERSION_PACK => Ok((Organization::Sequential, Method::Pack)),
        VERSION_SPACK => Ok((Organization::Sequential, Method::Spack)),
        VERSION_LIBRARY => Ok((Organization::Library, Method::Pack)),
        VERSION_SPACK_LIBRARY if second <= 1 => Ok((Organization::Library, Method::Spack)),
        _ if TRANSLATED_VERSIONS.contains(&version) && second <= 1 => Err(DecodeError::TextTransfer),
        _ => Err(DecodeError::Foreign(what_else(bytes))),
    }
}

/// What the first bytes of a file that is no TERSE file look like.
fn what_else(bytes: &[u8; HEADER]) -> Foreign {
    /// `INMR01` in EBCDIC.
    const INMR01: [u8; 6] = [0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF1];
    match bytes {
        [0x1F, 0x8B, ..] => Foreign::Gzip,
        [b'P', b'K', ..] => Foreign::Zip,
        [b'M', b'Z', ..] => Foreign::WindowsProgram,
        _ if bytes[2..8] == INMR01 => Foreign::Xmit,
        _ if bytes.iter().copied().all(is_ascii_text) => Foreign::AsciiText,
        _ if bytes.iter().copied().all(is_ebcdic_text) => Foreign::EbcdicText,
        _ => Foreign::Unknown,
    }
}

fn is_ascii_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

/// Blank, letters, digits and the punctuation that all Latin code pages share.
fn is_ebcdic_text(byte: u8) -> bool {
    matches!(byte,
        0x40 | 0x4B..=0x50 | 0x5A..=0x61 | 0x6B..=0x6F | 0x7A..=0x7F
        | 0x81..=0x89 | 0x91..=0x99 | 0xA2..=0xA9 | 0xC1..=0xC9 | 0xD1..=0xD9 | 0xE2..=0xE9 | 0xF0..=0xF9)
}

#[cfg(test)]
mod tests {
    use super::{Header, Method, Organization};
    use crate::terse::error::{DecodeError, Foreign};

    fn parse(bytes: [u8; 12]) -> Result<Header, DecodeError> {
        Header::parse(&bytes)
    }

    #[test]
    fn headers_of_real_files_are_read_and_written_alike() {
        let fb80 = [2, 0, 0, 80, 0x0C, 0, 0x6D, 0x10, 0, 0, 0, 0];
        assert_eq!(parse(fb80).expect("PACK"), Header::new(Method::Pack, false, 80, 27_920));
        let vb = [5, 1, 0, 0xFB, 0x0C, 0, 0x6D, 0x5E, 0, 0, 0, 0];
        let header = parse(vb).expect("SPACK");
        assert_eq!((header.method, header.lrecl(), header.block_size), (Method::Spack, 255, 27_998));
        let library = [7, 0, 0, 80, 0x0C, 4, 3, 0x20, 0, 0, 0, 0];
        let read = parse(library).expect("library");
        assert_eq!((read.organization, read.ratio, read.block_size), (Organization::Library, 4, 800));
        // The form that is a guess.
        let spack_library = [10, 0, 0, 80, 0x0C, 4, 3, 0x20, 0, 0, 0, 0];
        assert!(parse(spack_library).expect("library").is_unproven());
        for bytes in [fb80, vb, library, spack_library] {
            assert_eq!(parse(bytes).expect("valid").to_bytes(), bytes);
        }
    }

    #[test]
    fn a_record_length_over_two_bytes_takes_the_second_field() {
        let bytes = Header::new(Method::Pack, false, 70_000, 0).to_bytes();
        assert_eq!((&bytes[2..4], &bytes[8..]), ([0, 0].as_slice(), 70_000_u32.to_be_bytes().as_slice()));
        assert_eq!(parse(bytes).expect("valid").record_length, 70_000);
    }

    #[test]
    fn the_form_of_other_platforms_has_neither_flags_nor_block_size() {
        let header = parse([2, 1, 0, 80, 0, 0, 0, 0, 0, 0, 0, 80]).expect("VM");
        assert!(!header.is_from_mvs());
        assert_eq!(header.record_length, 80);
    }

    #[test]
    fn a_header_that_was_translated_to_ascii_is_recognized() {
        let real = [0x7F, 0, 0, 0x26, 0x0C, 0x9C, 3, 0x80, 0, 0, 0, 0];
        let spack = [0x09, 0, 0, 0x26, 0x0C, 0, 0x5F, 0x10, 0, 0, 0, 0];
        let no_flag = [2, 0, 0, 0x26, 0x08, 0, 0x5F, 0x10, 0, 0, 0, 0];
        for bytes in [real, spack, no_flag] {
            assert!(matches!(parse(bytes), Err(DecodeError::TextTransfer)), "{bytes:02X?}");
        }
    }

    #[test]
    fn the_native_form_of_the_pc_is_recognized() {
        for version in [1, 7] {
            let bytes = [version, 0x89, 0x69, 0xA5, 0, 80, 0, 0, 0, 0, 0, 0];
            assert!(matches!(parse(bytes), Err(DecodeError::NativePc)));
        }
    }

    #[test]
    fn files_of_other_tools_are_named() {
        let cases: [([u8; 12], Foreign); 7] = [
            ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0], Foreign::Gzip),
            (*b"PK\x03\x04\x14\0\0\0\x08\0\0\0", Foreign::Zip),
            (*b"MZ\x90\0\x03\0\0\0\x04\0\0\0", Foreign::WindowsProgram),
            ([0x5C, 0xE0, 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF1, 0x10, 0x11, 0, 0], Foreign::Xmit),
            (*b"//UPLOAD JOB", Foreign::AsciiText),
            ([0x61, 0x61, 0xE4, 0xD7, 0x40, 0xD1, 0xD6, 0xC2, 0x40, 0xF1, 0xF2, 0x6B], Foreign::EbcdicText),
            ([0; 12], Foreign::Unknown),
        ];
        for (bytes, expected) in cases {
            assert!(matches!(parse(bytes), Err(DecodeError::Foreign(found)) if found == expected), "{expected:?}");
        }
    }

    #[test]
    fn contradictions_in_the_header_are_damage() {
        let lengths = |first: u8, second: u8| parse([2, 0, 0, first, 0x0C, 0, 0, 0, 0, 0, 0, second]);
        assert!(matches!(lengths(0, 0), Err(DecodeError::RecordLengths { first: 0, second: 0 })));
        assert!(matches!(lengths(80, 81), Err(DecodeError::RecordLengths { first: 80, second: 81 })));
        assert!(lengths(80, 80).is_ok());
        let flag = parse([2, 2, 0, 80, 0x0C, 0, 0, 0, 0, 0, 0, 0]);
        assert!(matches!(flag, Err(DecodeError::VariableFlag(2))));
        let huge = parse([2, 0, 0, 0, 0x0C, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert!(matches!(huge, Err(DecodeError::RecordLengthLimit { length: u32::MAX, .. })));
    }
}
