//! What the system gives to programs: DDs, libraries, dynamic allocation, the catalog, and how each can fail.
//!
//! Border: traits and their results; the job implements them, a test step does so in memory.

use thiserror::Error;

use super::Completion;
use crate::dataset::catalog::Deleted;
use crate::dataset::group::{EntryKind, GroupDeleted, NewGroup};
use crate::dataset::library::DirectoryEntry;
use crate::dataset::{
    Attributes, DataSetName, Dcb, MemberName, ReadError, RecordReader, RecordWriter, SpaceAbend, WriteError,
};

/// What a DD statement stands for, as far as a program may ask (the TIOT and JFCB of the host).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DdKind {
    /// A data set or one of its members.
    DataSet {
        /// Its name.
        name: DataSetName,
        /// Its member, if one is named.
        member: Option<MemberName>,
    },
    /// In-stream data.
    InStream,
    /// A SYSOUT data set.
    Sysout,
    /// DUMMY or NULLFILE.
    Dummy,
}

/// The DD statements of a step.
pub trait DdStatements {
    /// What the DD stands for; `None` if the step has no such DD. The first of a concatenation.
    fn kind(&self, ddname: &str) -> Option<DdKind>;

    /// The attributes that the DD codes and, behind them, the label has (the JFCB and DSCB of the host). Nothing is
    /// opened.
    fn coded(&self, ddname: &str) -> Dcb;

    /// Opens a DD for input, merging the program's attributes with the DD's and the label's.
    fn open_input(&self, ddname: &str, program: Dcb) -> Result<Box<dyn RecordReader + '_>, OpenError>;

    /// Opens a DD for output, merging the program's attributes with the DD's and the label's.
    fn open_output(&self, ddname: &str, program: Dcb) -> Result<Box<dyn RecordWriter + '_>, OpenError>;
}

/// A library as a program sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// What its label says, as far as it is known.
    pub label: Dcb,
    /// Directory blocks of 256 bytes.
    pub directory_blocks: u32,
    /// Its directory, in order.
    pub entries: Vec<DirectoryEntry>,
}

/// Libraries that DD statements name as a whole, without a member (BLDL, FIND and STOW of the host).
pub trait Libraries {
    /// The library behind a DD; `None` if the DD names anything else or is not there. The first of a
    /// concatenation.
    fn library(&self, ddname: &str) -> Result<Option<Library>, OpenError>;

    /// Opens a member for input.
    fn open_member(&self, ddname: &str, member: &MemberName) -> Result<Box<dyn RecordReader + '_>, OpenError>;

    /// Opens a member for output, merging the program's attributes with the DD's and the label's. It is in the
    /// directory, without user data, once it is closed.
    fn create_member(
        &self,
        ddname: &str,
        member: &MemberName,
        program: Dcb,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError>;

    /// Gives a member that is in the directory its user data, or another name.
    fn stow(&self, ddname: &str, entry: &DirectoryEntry) -> Result<(), OpenError>;
}

/// Data sets that a program allocates by name (SVC 99). Messages of the allocation go to the job log.
pub trait DynamicAllocation {
    /// Opens an existing data set or member for input.
    fn open_input(
        &self,
        name: &DataSetName,
        member: Option<&MemberName>,
    ) -> Result<Box<dyn RecordReader + '_>, OpenError>;

    /// Opens a data set or member for output; a data set that does not exist is made with `new` and cataloged.
    fn open_output(
        &self,
        name: &DataSetName,
        member: Option<&MemberName>,
        new: &NewDataSet,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError>;
}

/// What a program asks of a data set that it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDataSet {
    /// Record attributes.
    pub attributes: Attributes,
    /// Primary space in tracks.
    pub primary_tracks: u32,
    /// Secondary space in tracks.
    pub secondary_tracks: u32,
    /// Directory blocks; 0 for a sequential data set.
    pub directory_blocks: u32,
}

/// Why OPEN did not give a data set.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The step has no such DD.
    #[error("the step has no DD statement {0}")]
    NoDd(String),
    /// No such data set in the catalog (dynamic allocation only; for a DD the step would not have started).
    #[error("data set {0} is not in the catalog")]
    NotFound(DataSetName),
    /// Another job or another process uses the data set.
    #[error("data set {0} is in use")]
    InUse(DataSetName),
    /// The data set was allocated and never written, so nobody knows its records (dynamic allocation only).
    #[error("data set {0} has no record format: it was never written")]
    NeverWritten(DataSetName),
    /// OPEN abends: the messages are printed already.
    #[error("OPEN abends with S{code:03X}-{reason:02X}")]
    Abend {
        /// The completion code.
        code: u16,
        /// The reason.
        reason: u32,
    },
    /// The host's file system or the catalog failed.
    #[error("{0}")]
    Environment(String),
}

impl From<OpenError> for Completion {
    /// A program that does not care what OPEN found abends as the host would.
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Abend { code, reason } => Self::System { code, reason },
            // OPEN without a DD leaves the DCB closed; the first GET or PUT then fails with S0C1 on the host.
            OpenError::NoDd(_) => Self::System { code: 0x0C1, reason: 1 },
            OpenError::NotFound(_) | OpenError::InUse(_) => Self::System { code: 0x213, reason: 0x04 },
            OpenError::NeverWritten(_) => Self::System { code: 0x013, reason: 0x34 },
            OpenError::Environment(_) => Self::System { code: 0x001, reason: 0x01 },
        }
    }
}

impl From<WriteError> for Completion {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Space { abend, .. } => {
                let code = match abend {
                    SpaceAbend::B37 => 0xB37,
                    SpaceAbend::D37 => 0xD37,
                    SpaceAbend::E37 => 0xE37,
                };
                Self::System { code, reason: 0x04 }
            }
            WriteError::Length { .. } => Self::System { code: 0x002, reason: 0x18 },
            WriteError::Directory { .. } => Self::System { code: 0xB14, reason: 0x0C },
            WriteError::Io { .. } => Self::System { code: 0x001, reason: 0x01 },
        }
    }
}

impl From<ReadError> for Completion {
    fn from(error: ReadError) -> Self {
        let reason = if matches!(error, ReadError::Unlike { .. }) { 0x04 } else { 0x01 };
        Self::System { code: 0x001, reason }
    }
}

/// The catalog, as IDCAMS and TSO use it.
pub trait Catalog {
    /// Deletes a data set, or one member of it. With `purge` also before it expires.
    fn delete(&self, name: &DataSetName, member: Option<&MemberName>, purge: bool) -> Result<Deleted, ServiceError>;

    /// Makes a generation data group. False if the name is taken.
    fn define_group(&self, group: &NewGroup) -> Result<bool, ServiceError>;

    /// Deletes a generation data group; with `force` also its generations.
    fn delete_group(&self, base: &DataSetName, force: bool) -> Result<GroupDeleted, ServiceError>;

    /// What a name stands for; `None` if it is not in the catalog.
    fn entry(&self, name: &DataSetName) -> Result<Option<EntryKind>, ServiceError>;

    /// The attributes in the label of a data set; `None` if it is not in the catalog.
    fn label(&self, name: &DataSetName) -> Result<Option<Dcb>, ServiceError>;

    /// What the catalog has below a level (`A.B` for `A.B.C`), in the order of names.
    fn entries_below(&self, level: &DataSetName) -> Result<Vec<(DataSetName, EntryKind)>, ServiceError>;
}

/// The environment failed: not the deck's fault.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct ServiceError(pub String);
