//! Programs that a step can run, and what the system gives them.
//!
//! Border: a program knows its DDs, its PARM and the services below. It knows no JCL text, no JES, no
//! catalog tables and no job. A program is one file (or folder) here and one line in `PROGRAMS`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::codepage::CodePage;
use crate::dataset::group::{EntryKind, GroupDeleted, NewGroup};
use crate::dataset::library::DirectoryEntry;
use crate::dataset::{
    Attributes, DataSetName, Dcb, MemberName, ReadError, RecordReader, RecordWriter, SpaceAbend, WriteError,
};
use crate::message::Message;
use crate::world::World;

mod csdfilen;
mod failure;
mod ftp;
mod idcams;
mod iebgener;
mod iefbr14;
mod jzos;
pub mod printer;
#[cfg(test)]
pub(crate) mod testing;
pub mod trsmain;

/// The ways to hosts and the trust that services give are those that the clients use.
pub use crate::ftp::{Route, Trust};

/// A program by its names.
pub trait Program: Sync {
    /// The names under which `EXEC PGM=` finds it, the usual one first.
    fn names(&self) -> &'static [&'static str];

    /// Runs one step. A bad end is a result like any other.
    fn run(&self, step: &StepContext<'_>) -> Completion;
}

/// All programs, in the order of the documentation.
pub static PROGRAMS: &[&dyn Program] = &[
    &idcams::Idcams,
    &iefbr14::Iefbr14,
    &iebgener::Iebgener,
    &trsmain::Trsmain,
    &csdfilen::Csdfilen,
    &csdfilen::Csdfilde,
    &ftp::Ftp,
    &jzos::Launcher,
];

/// The program that `EXEC PGM=name` means.
pub fn find(name: &str) -> Option<&'static dyn Program> {
    PROGRAMS.iter().copied().find(|program| program.names().contains(&name))
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// A condition code, 0 to 4095.
    Code(u16),
    /// A system completion code such as X'806', with its reason.
    System {
        /// The code, 12 bits.
        code: u16,
        /// The reason code.
        reason: u32,
    },
    /// A user completion code, 0 to 4095.
    User(u16),
}

impl From<Result<u16, Completion>> for Completion {
    /// Joins the two ways out of a program that uses `?`.
    fn from(result: Result<u16, Completion>) -> Self {
        result.map_or_else(|completion| completion, Self::Code)
    }
}

/// What a step has: its PARM, its DDs and the services of the system.
#[derive(Clone, Copy)]
pub struct StepContext<'a> {
    /// The job's name.
    pub job_name: &'a str,
    /// The step's name.
    pub step_name: &'a str,
    /// The PARM after quotes and parentheses are gone; trailing blanks are kept.
    pub parm: &'a str,
    /// The system's code page.
    pub code_page: &'static CodePage,
    /// The step's DD statements.
    pub dds: &'a dyn DdStatements,
    /// Libraries behind the DDs.
    pub libraries: &'a dyn Libraries,
    /// Data sets that no DD names.
    pub allocation: &'a dyn DynamicAllocation,
    /// The catalog.
    pub catalog: &'a dyn Catalog,
    /// Key rings.
    pub security: &'a dyn Security,
    /// The operator and the programmer.
    pub console: &'a dyn Console,
    /// Where a host name leads.
    pub network: &'a dyn Network,
    /// Clock, chance and user id.
    pub world: &'a dyn World,
    /// Has the user had enough?
    pub cancel: &'a Cancel,
    /// How far a long transfer is.
    pub progress: &'a dyn Progress,
    /// Settings of single programs from `zjob.toml`.
    pub settings: &'a Settings,
}

/// Settings of single programs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// CSDFILEN writes a trailer that proves integrity (`[efz] integrity`).
    pub efz_integrity: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { efz_integrity: true }
    }
}

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

/// What the catalog answers to a delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// Gone.
    Done,
    /// There was no such data set.
    NotFound,
    /// The data set is there, the member is not.
    MemberNotFound,
    /// Another job or process uses it.
    InUse,
    /// It has an expiration date, and nobody said that this does not count.
    NotExpired,
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
}

/// The environment failed: not the deck's fault.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct ServiceError(pub String);

/// An RSA key of the system's key store (the PKDS of the host).
#[derive(Clone, PartialEq, Eq)]
pub struct RsaKey {
    /// The public half: SubjectPublicKeyInfo, DER.
    pub spki: Vec<u8>,
    /// The private key, PKCS#8 DER, where the system has it.
    pub pkcs8: Option<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RsaKey {{ private: {}, .. }}", self.pkcs8.is_some())
    }
}

/// RACF and ICSF, as far as programs ask them.
pub trait Security {
    /// The RSA key with this label, if there is one.
    fn rsa_key(&self, label: &str) -> Result<Option<RsaKey>, ServiceError>;

    /// The OpenPGP keys, each as a file.
    fn openpgp_keys(&self) -> Result<Vec<Zeroizing<Vec<u8>>>, ServiceError> {
        Ok(Vec::new())
    }

    /// The trust that a key ring holds: `RING`, `USER/RING`, or the path of a PEM file (our extension).
    fn key_ring(&self, name: &str) -> Result<Trust, ServiceError>;
}

/// Messages to the job log and explanations to the user.
pub trait Console {
    /// A message in JESMSGLG and JESYSMSG (WTO with ROUTCDE=11).
    fn write_to_programmer(&self, message: &Message);

    /// An explanation in plain words, outside the listing (stderr).
    fn explain(&self, text: &str);
}

/// Why there is no way to a host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RouteError {
    /// The sandbox does not let the job talk to this host. The explanation was given.
    #[error("the sandbox refuses {0}")]
    Refused(String),
    /// No such host.
    #[error("host {0} is unknown")]
    Unknown(String),
    /// The embedded server did not start, or the like.
    #[error("{0}")]
    Environment(String),
}

/// The way to other hosts, with the sandbox in between.
pub trait Network {
    /// Resolves a host name or address and a port, starting the embedded server where that is the target.
    fn route(&self, host: &str, port: u16) -> Result<Route, RouteError>;
}

/// A flag that Ctrl-C raises. Long work looks at it at least four times a second.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag on top of one that a signal handler sets.
    pub fn watching(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }

    /// True once the user has asked to stop.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// `Err(S222)` once the user has asked to stop, for use with `?`.
    pub fn check(&self) -> Result<(), Completion> {
        if self.is_requested() { Err(Completion::System { code: 0x222, reason: 0 }) } else { Ok(()) }
    }
}

/// How far a long piece of work is, for bars on a terminal.
pub trait Progress {
    /// A piece of work begins: what, and how many bytes if that is known.
    fn begin(&self, what: &str, total: Option<u64>);
    /// So many bytes are done.
    fn advance(&self, bytes: u64);
    /// The piece of work has ended.
    fn end(&self);
}
