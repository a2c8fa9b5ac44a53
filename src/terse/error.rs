//! What can be wrong with packed data, one case each, and what the user can do about it.

use std::fmt;
use std::io;

use thiserror::Error;

use super::RECORD;

/// What a file is that somebody took for a TERSE file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Starts with 1F 8B.
    Gzip,
    /// Starts with `PK`.
    Zip,
    /// Starts with `MZ`.
    WindowsProgram,
    /// A NETDATA stream: INMR01 stands in EBCDIC at the third byte.
    Xmit,
    /// Printable ASCII.
    AsciiText,
    /// Printable EBCDIC.
    EbcdicText,
    /// None of these.
    Unknown,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "a gzip file (gunzip it first)",
            Self::Zip => "a zip file (unzip it first)",
            Self::WindowsProgram => "a Windows program, perhaps a self-extracting archive",
            Self::Xmit => "a file of TSO TRANSMIT (RECEIVE unpacks it)",
            Self::AsciiText => "plain text in ASCII",
            Self::EbcdicText => "plain text in EBCDIC",
            Self::Unknown => "something else, of no kind that zjob knows",
        })
    }
}

/// Why packed data cannot be unpacked, or not to the end.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// The source of the packed bytes failed.
    #[error("cannot read the packed data: {0}")]
    Io(#[from] io::Error),
    /// There is not one byte.
    #[error("there is nothing to unpack: the input is empty")]
    Empty,
    /// Fewer bytes than a header.
    #[error("the input ends after {0} bytes, within the 12 bytes of a TERSE header")]
    HeaderCut(usize),
    /// Another kind of file.
    #[error("this is not a TERSE file but {0}")]
    Foreign(Foreign),
    /// The file went through a translation from EBCDIC to ASCII and cannot be repaired.
    #[error(
        "the TERSE file was transferred in ASCII (text) mode, which destroyed it; transfer it once more from the host in binary mode"
    )]
    TextTransfer,
    /// The header 01 or 07, 89 69 A5 of a PC program; no sample of it is known.
    #[error("the TERSE file has the header of the PC form, which is not supported; pack the data again on the host")]
    NativePc,
    /// The flag that tells fixed from variable records is neither 0 nor 1.
    #[error("the TERSE header is damaged: the flag for variable records is X'{0:02X}', neither 00 nor 01")]
    VariableFlag(u8),
    /// Neither record length is there, or both are and differ.
    #[error("the TERSE header is damaged: its record lengths are {first} and {second}")]
    RecordLengths {
        /// The length of two bytes.
        first: u32,
        /// The length of four bytes.
        second: u32,
    },
    /// A record length beyond what this reader takes.
    #[error("the TERSE header asks for records of {length} bytes; the limit is {limit}")]
    RecordLengthLimit {
        /// The length in the header.
        length: u32,
        /// The limit.
        limit: u32,
    },
    /// No end code, and the length is no multiple of 1024: the rest of the file is missing.
    #[error(
        "the TERSE file is truncated: it ends after {length} bytes without an end code, {extra} bytes into a record of {RECORD}; transfer it again"
    )]
    Truncated {
        /// Bytes in the file.
        length: u64,
        /// Bytes after the last whole record.
        extra: u64,
    },
    /// No end code, although the records of 1024 are whole.
    #[error("the TERSE file is truncated: it has {} whole records of {RECORD} bytes but no end code; transfer it again", length / RECORD as u64)]
    NoEndCode {
        /// Bytes in the file.
        length: u64,
    },
    /// All data were unpacked, but the length of the file is no multiple of 1024.
    #[error(
        "the data are complete, but the TERSE file has {length} bytes, no multiple of {RECORD}: something was added or cut at its end"
    )]
    WrongLength {
        /// Bytes in the file.
        length: u64,
    },
    /// A PACK code that names the entry which is about to be replaced: its string would contain itself.
    #[error("the TERSE file is damaged: code {position} (X'{code:03X}') refers to itself")]
    Loop {
        /// The code.
        code: u16,
        /// Its place in the stream, counted from 1.
        position: u64,
    },
    /// An SPACK code that has no entry.
    #[error("the TERSE file is damaged: code {position} (X'{code:03X}') has no dictionary entry")]
    NoEntry {
        /// The code.
        code: u16,
        /// Its place in the stream, counted from 1.
        position: u64,
    },
    /// A record mark where records have a fixed length.
    #[error("the TERSE file is damaged: code {position} ends a record, although the records have a fixed length")]
    MarkInFixed {
        /// The place of the mark in the stream of codes, counted from 1.
        position: u64,
    },
    /// The last record of fixed length is not whole. [`Decoder::remainder`](super::Decoder::remainder) has it.
    #[error("the TERSE file is damaged: its last record has {length} of {expected} bytes")]
    ShortLastRecord {
        /// Bytes that are there.
        length: usize,
        /// The record length.
        expected: usize,
    },
    /// A record of variable length is longer than the header allows.
    #[error("the TERSE file is damaged: a record has more than the {limit} bytes that its header allows")]
    LongRecord {
        /// The longest record, without an RDW.
        limit: usize,
    },
    /// The data grow beyond what was asked for.
    #[error("the data grow beyond {limit} bytes; raise the limit if this is not an expansion bomb")]
    Expansion {
        /// The limit in bytes.
        limit: u64,
    },
    /// The records of the library form do not follow its rules.
    #[error("the packed library is damaged: {0}")]
    Library(&'static str),
}

impl DecodeError {
    /// True if all data were unpacked and only the length of the file is wrong.
    pub fn is_only_length(&self) -> bool {
        matches!(self, Self::WrongLength { .. })
    }
}

/// Why records cannot be packed. `E` is what the sink reports.
#[derive(Debug, Error)]
pub enum EncodeError<E> {
    /// The sink did not take the packed records.
    #[error(transparent)]
    Sink(E),
    /// A record does not fit the format: the wrong length (fixed) or too long (variable).
    #[error("a record of {length} bytes does not fit a record length of {expected}")]
    RecordLength {
        /// Bytes in the record, or in the run.
        length: usize,
        /// The record length, without an RDW.
        expected: usize,
    },
    /// No data set has such a record length.
    #[error("TERSE cannot pack records of {0} bytes")]
    Format(u32),
}
