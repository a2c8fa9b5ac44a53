//! Packages for ECuRep: records packed, encrypted, named by the convention, with a manifest beside them; and back.
//!
//! Border: streams of records and bytes in and out. Where they lie, who gives passwords and what a job is, nobody
//! here knows. What a package goes through are its stages: records, `terse`, `efz` or `openpgp`; each is counted
//! and summed, so that whoever opens the package again can compare.

pub mod build;
pub mod manifest;
pub mod name;
pub mod open;
pub mod packing;
mod sum;

#[cfg(test)]
mod tests;

use std::io;

use thiserror::Error;

pub use build::{Encryption, Plan, Source, build};
pub use manifest::{Manifest, Stage};
pub use name::{NameError, upload_name};
pub use open::{Keys, Target, open};

use crate::dataset::transfer::TransferError;
use crate::dataset::{ReadError, WriteError};
use crate::ecurep::suffixes::Content;
use crate::{efz, openpgp, terse};

/// Why a package was not made or not opened.
#[derive(Debug, Error)]
pub enum PackageError {
    /// The input does not fit what was asked for.
    #[error("{0}")]
    Input(String),
    /// The package is damaged, or its password or key is wrong.
    #[error("{0}")]
    Damaged(String),
    /// Files failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl From<TransferError> for PackageError {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::Io(error) => Self::Io(error),
            TransferError::Write(error) => error.into(),
            TransferError::Read(error) => error.into(),
            other => Self::Input(other.to_string()),
        }
    }
}

impl From<WriteError> for PackageError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Io { source, .. } => Self::Io(source),
            other => Self::Input(other.to_string()),
        }
    }
}

impl From<ReadError> for PackageError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io { source, .. } => Self::Io(source),
            other @ (ReadError::Damaged { .. } | ReadError::Unlike { .. }) => Self::Damaged(other.to_string()),
        }
    }
}

/// Bytes that show what a file is.
pub const START: usize = 4096;

/// What a file is that begins with `start`.
pub fn content(start: &[u8]) -> Content {
    if start.first_chunk().is_some_and(|header| terse::Header::parse(header).is_ok()) {
        Content::Packed
    } else if efz::is_sealed(start) {
        Content::Encrypted
    } else if openpgp::is_message(start) {
        Content::OpenPgp
    } else {
        Content::Other
    }
}
