//! Programs that a step can run, and what the system gives them.
//!
//! Border: a program knows its DDs, its PARM and the services below. It knows no JCL text, no JES, no
//! catalog tables and no job. A program is one file (or folder) here and one line in `PROGRAMS`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::codepage::CodePage;
use crate::message::Message;
use crate::world::{ProcessorClock, World};

mod copying;
mod csdfilen;
mod failure;
mod ftp;
mod idcams;
mod iebgener;
mod iefbr14;
mod jzos;
pub mod printer;
mod services;
#[cfg(test)]
pub(crate) mod testing;
pub mod trsmain;

pub use services::{
    Catalog, DdKind, DdStatements, DynamicAllocation, Libraries, Library, NewDataSet, OpenError, ServiceError,
};

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

/// A flag that Ctrl-C raises, and the processor time that a step may take. Long work looks at it at least four times
/// a second.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    /// The clock, and the time on it at which the step has had enough.
    limit: Option<(ProcessorClock, Duration)>,
}

impl Cancel {
    /// A flag on top of one that a signal handler sets.
    pub fn watching(flag: Arc<AtomicBool>) -> Self {
        Self { flag, limit: None }
    }

    /// The same flag, with so much processor time from now on.
    #[must_use]
    pub fn limited(&self, clock: ProcessorClock, allowed: Duration) -> Self {
        Self { flag: Arc::clone(&self.flag), limit: Some((clock, clock().saturating_add(allowed))) }
    }

    /// True once the user has asked to stop, or the time is over.
    pub fn is_requested(&self) -> bool {
        self.is_cancelled() || self.limit.is_some_and(|(clock, end)| clock() > end)
    }

    fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    /// Asks to stop.
    pub fn request(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// `Err(S222)` once the user has asked to stop, `Err(S322)` once the time is over, for use with `?`.
    pub fn check(&self) -> Result<(), Completion> {
        match (self.is_cancelled(), self.is_requested()) {
            (true, _) => Err(Completion::System { code: 0x222, reason: 0 }),
            (false, true) => Err(Completion::System { code: 0x322, reason: 0 }),
            (false, false) => Ok(()),
        }
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
