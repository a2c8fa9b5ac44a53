//! The way of an upload: begun under a staging name, put on the disk, delivered only when complete.
//!
//! Border: the two traits that the store behind the server implements, and the facts it gets. Where uploads
//! are kept, and what is remembered of them, is the store's own business.

use std::net::IpAddr;

use jiff::civil::DateTime;
use thiserror::Error;

use crate::ecurep::names::NameCheck;

/// How the bytes came (TYPE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
    /// Text in ISO8859-1: stored as z/OS stores text, in IBM-1047. Ruins what is not text.
    Ascii,
    /// Text in EBCDIC, stored as it came.
    Ebcdic,
    /// Bytes, stored as they came.
    Image,
}

/// What is known when an upload begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The directory below `toibm`, as in `mvs`. Always one of `ecurep::service::UPLOAD_DIRECTORIES`.
    pub directory: String,
    /// The name: 1 to 255 characters, no slash, no control character, neither `.` nor `..`. Everything else
    /// is possible, so it is no file name of the machine.
    pub name: String,
    /// What the naming convention says to the name.
    pub check: NameCheck,
    /// The user that logged on.
    pub user: String,
    /// The other end of the control connection.
    pub peer: IpAddr,
    /// True if control and data connection were under TLS.
    pub private: bool,
    /// How the bytes come.
    pub representation: Representation,
    /// When it began, in the time of the emulated system.
    pub begun: DateTime,
}

/// Why an upload was not completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incomplete {
    /// The data connection was reset, or the control connection was gone at the end.
    ConnectionLost,
    /// The data connection ended without the close notice of TLS: it may have been cut.
    Truncated,
    /// No data came for too long.
    Stalled,
    /// The client sent ABOR, or the server was stopped.
    Aborted,
    /// The store could not keep the data.
    NotKept,
}

/// What the store cannot do.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No space is left. The client gets 452.
    #[error("no space is left for the upload")]
    Full,
    /// Something of this name is still there. The client gets 553.
    #[error("an upload of this name is still there")]
    Duplicate,
    /// Everything else. The client gets 451.
    #[error("the upload cannot be kept: {0}")]
    Failed(#[from] std::io::Error),
}

/// Where uploads go. Called from threads that may block.
pub trait Store: Send + Sync {
    /// Begins an upload under a name that no one else sees.
    fn begin(&self, upload: &Upload) -> Result<Box<dyn Staged>, StoreError>;
}

/// An upload that has begun. Dropping it gives it up: nothing of it may remain in the staging area.
pub trait Staged: Send {
    /// Takes the next bytes. Called with many at a time.
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError>;

    /// Puts what was written on the disk. Called once, after the last byte and before `commit`.
    fn sync(&mut self) -> Result<(), StoreError>;

    /// Delivers the upload, which is complete and has `bytes` bytes.
    fn commit(self: Box<Self>, bytes: u64) -> Result<(), StoreError>;

    /// Gives the upload up after `bytes` bytes.
    fn abandon(self: Box<Self>, bytes: u64, why: Incomplete);
}

impl StoreError {
    /// `error`, told as `Full` where it says that no space is left.
    pub fn of(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        if matches!(error.kind(), StorageFull | QuotaExceeded) { Self::Full } else { Self::Failed(error) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::StoreError;

    #[test]
    fn a_disk_without_space_is_told_apart_from_other_troubles() {
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            assert!(matches!(StoreError::of(Error::from(kind)), StoreError::Full), "{kind}");
        }
        assert!(matches!(StoreError::of(Error::from(ErrorKind::PermissionDenied)), StoreError::Failed(_)));
    }
}
