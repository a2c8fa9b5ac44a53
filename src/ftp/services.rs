//! What the client asks of whoever runs it: files, hosts, key rings, a log, and somebody to talk to.
//!
//! Border: traits and plain facts only. A job gives them through its services, a test through `memory`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use thiserror::Error;

use crate::dataset::{Attributes, RecordReader, RecordWriter};
use crate::world::World;

use super::local::LocalFile;

/// Everything that a run of the client may touch.
#[derive(Clone, Copy)]
pub struct Services<'a> {
    /// Data sets and DDs.
    pub files: &'a dyn LocalFiles,
    /// The way to other hosts.
    pub hosts: &'a dyn Hosts,
    /// Certificates.
    pub key_rings: &'a dyn KeyRings,
    /// Where the lines of the run go.
    pub log: &'a dyn Log,
    /// Who may stop the run, and gets explanations.
    pub user: &'a dyn User,
    /// Clock and user id.
    pub world: &'a dyn World,
    /// What no statement of the host chooses.
    pub options: Options,
}

/// Choices of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Offer TLS 1.3 as well. With it, servers that insist on session reuse may refuse the third transfer: a
    /// session ticket can be used once, and servers send two.
    pub tls13: bool,
}

/// Local files: data sets by name, and DDs.
pub trait LocalFiles {
    /// Opens an existing file for input.
    fn open_input(&self, file: &LocalFile) -> Result<Box<dyn RecordReader + '_>, LocalError>;

    /// True if the data set or member is there; a DD always "is", for its DISP decides.
    fn exists(&self, file: &LocalFile) -> Result<bool, LocalError>;

    /// Opens a file for output; one that does not exist is made as `new` says.
    fn open_output(&self, file: &LocalFile, new: &NewFile) -> Result<Box<dyn RecordWriter + '_>, LocalError>;

    /// The data set and member behind a DD, as in `TCPIP.IVN.TCPPARMS(FTPCDATS)`; `None` if it is none.
    fn data_set_of(&self, ddname: &str) -> Option<String>;
}

/// Attributes and space of a data set that GET makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewFile {
    /// Record attributes.
    pub attributes: Attributes,
    /// Primary space in tracks.
    pub primary_tracks: u32,
    /// Secondary space in tracks.
    pub secondary_tracks: u32,
    /// Directory blocks of a library.
    pub directory_blocks: u32,
}

/// Why a local file was not opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LocalError {
    /// There is no such data set, member or DD.
    #[error("it does not exist")]
    NotFound,
    /// Somebody else uses it.
    #[error("it is in use")]
    InUse,
    /// OPEN or the environment failed.
    #[error("{0}")]
    Failed(String),
}

/// The way to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The address that the log shows.
    pub shown: IpAddr,
    /// The port that the log shows.
    pub shown_port: u16,
    /// Where to connect in truth.
    pub actual: SocketAddr,
    /// The name or address that the server's certificate must carry.
    pub server_name: String,
}

/// Why there is no way to a host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RouteError {
    /// Not allowed; the user was told why.
    #[error("the sandbox refuses it")]
    Refused,
    /// No such host.
    #[error("no such host")]
    Unknown,
    /// The environment failed.
    #[error("{0}")]
    Environment(String),
}

/// Where host names lead.
pub trait Hosts {
    /// The way to `host` (a name or an address) at `port`.
    fn route(&self, host: &str, port: u16) -> Result<Route, RouteError>;
}

/// What a key ring holds, as DER.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Certificates whose issues are believed (CERTAUTH).
    pub anchors: Vec<Vec<u8>>,
    /// Server certificates believed as they are, byte for byte (SITE).
    pub pinned: Vec<Vec<u8>>,
    /// The client's own chain, leaf first, and its PKCS#8 key.
    pub own: Option<(Vec<Vec<u8>>, Vec<u8>)>,
}

impl fmt::Debug for Trust {
    /// Counts only: a private key must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust {{ anchors: {}, pinned: {} }}", self.anchors.len(), self.pinned.len())
    }
}

/// Key rings by the name that KEYRING gives.
pub trait KeyRings {
    /// The contents of a ring; the error says why there are none.
    fn trust(&self, ring: &str) -> Result<Trust, String>;
}

/// The log of the run: OUTPUT, or SYSPRINT.
pub trait Log {
    /// One line of characters that IBM-1047 can hold.
    fn line(&self, text: &str);
}

/// The person at the terminal.
pub trait User {
    /// True once the run shall stop.
    fn wants_to_stop(&self) -> bool;

    /// An explanation in plain words, outside the log.
    fn explain(&self, text: &str);

    /// The first bytes of the records that are about to be sent under the name `remote`; none if there are no
    /// records. Whoever knows what the name promises can warn.
    fn sends(&self, remote: &str, start: &[u8]) {
        let _ = (remote, start);
    }

    /// A transfer begins.
    fn transfer_begins(&self, what: &str);

    /// So many more bytes went over the data connection.
    fn transferred(&self, bytes: u64);

    /// The transfer has ended.
    fn transfer_ends(&self);
}
