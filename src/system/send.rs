//! Sending host files by the FTP client, outside of a job: the same client, the same sandbox.
//!
//! Border: gives the client a script, FTP.DATA and the file; what it says is the caller's to show. A file counts as
//! sent only if the client ended with code 0, which `(EXIT` makes it do only after a confirmed transfer.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::network::Sandbox;
use super::{RunOptions, System};
use crate::codepage::{CodePage, EBCDIC_BLANK};
use crate::dataset::record::MemoryReader;
use crate::dataset::{Attributes, ReadError, Recfm, RecordReader, RecordWriter, Run, Shape};
use crate::ftp::{
    End, Hosts, KeyRings, LocalError, LocalFile, LocalFiles, Log, NewFile, Options, Route, RouteError, Services, Trust,
    User,
};
use crate::program::{self, Network, Security};

/// Record length of the script: names of packages are longer than a card.
const SCRIPT_LRECL: u32 = 255;
/// Bytes read at once.
const PIECE: usize = 256 * 1024;
/// The DD that the script puts.
const FILE: &str = "PACKAGE";
/// What FTP.DATA says: data go under TLS as the dialogue does, and the server must prove its name.
const FTP_DATA: &str = "SECURE_DATACONN PRIVATE\nSECURE_HOSTNAME REQUIRED\nKEYRING SECURE.FTP.KEYRING";

/// Where files are sent.
pub struct Destination {
    /// Host name.
    pub host: String,
    /// Directory, as in `/toibm/mvs`.
    pub directory: String,
    /// User id, or `anonymous`.
    pub user: String,
    /// Password, or an e-mail address.
    pub password: Zeroizing<String>,
    /// Under TLS.
    pub secure: bool,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The server has confirmed it.
    Sent,
    /// The client ended with this code.
    Failed(u16),
    /// The sandbox does not let anything go there.
    Refused,
    /// The user stopped it.
    Stopped,
}

/// Sends files to one destination.
pub struct Courier<'a> {
    system: &'a System,
    options: &'a RunOptions<'a>,
    sandbox: Sandbox<'a>,
    destination: &'a Destination,
}

impl System {
    /// Somebody who sends files; the embedded server starts if it is needed and lives as long.
    pub fn courier<'a>(&'a self, destination: &'a Destination, options: &'a RunOptions<'a>) -> Courier<'a> {
        Courier { system: self, options, sandbox: Sandbox::new(self, options), destination }
    }
}

impl Courier<'_> {
    /// Sends a file under `name`. Gives the log of the client as well, in which no password stands.
    pub fn send(&self, file: &Path, name: &str) -> (Delivery, Vec<String>) {
        let post = Post {
            courier: self,
            file,
            script: records(&self.script(name)),
            ftp_data: records(FTP_DATA),
            log: RefCell::default(),
        };
        let services = Services {
            files: &post,
            hosts: &post,
            key_rings: &post,
            log: &post,
            user: &post,
            world: &*self.system.world,
            options: Options::default(),
        };
        let parm = if self.destination.secure { "-r TLS (EXIT" } else { "(EXIT" };
        let delivery = match crate::ftp::run(parm, services) {
            End::Code(0) => Delivery::Sent,
            End::Code(_) if self.sandbox.has_refused() => Delivery::Refused,
            End::Code(code) => Delivery::Failed(code),
            End::Stopped => Delivery::Stopped,
        };
        (delivery, post.log.into_inner())
    }

    fn script(&self, name: &str) -> Zeroizing<String> {
        let Destination { host, directory, user, password, .. } = self.destination;
        let password = password.as_str();
        Zeroizing::new(format!("{host}\n{user}\n{password}\nbin\ncd {directory}\nput //DD:{FILE} {name}\nquit"))
    }
}

/// Lines as records of a DD.
fn records(lines: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(lines.lines().count() * SCRIPT_LRECL as usize));
    for line in lines.lines() {
        let record = Zeroizing::new(CodePage::ibm1047().encode_lossy(line));
        bytes.extend(record.iter().copied().chain(std::iter::repeat(EBCDIC_BLANK)).take(SCRIPT_LRECL as usize));
    }
    bytes
}

/// The services of the client.
struct Post<'a> {
    courier: &'a Courier<'a>,
    file: &'a Path,
    script: Zeroizing<Vec<u8>>,
    ftp_data: Zeroizing<Vec<u8>>,
    log: RefCell<Vec<String>>,
}

impl LocalFiles for Post<'_> {
    fn open_input(&self, file: &LocalFile) -> Result<Box<dyn RecordReader + '_>, LocalError> {
        let LocalFile::Dd(ddname) = file else { return Err(LocalError::NotFound) };
        let lines = |bytes| {
            let attributes = Attributes::with_system_block_size(Recfm::FB, SCRIPT_LRECL);
            Box::new(MemoryReader::new(attributes, Shape::Fixed(SCRIPT_LRECL as usize), bytes))
        };
        match ddname.as_str() {
            "INPUT" => Ok(lines(&self.script)),
            "SYSFTPD" => Ok(lines(&self.ftp_data)),
            FILE => {
                let file = File::open(self.file).map_err(|error| LocalError::Failed(error.to_string()))?;
                let name = self.file.display().to_string();
                Ok(Box::new(HostFile { file, name, piece: vec![0; PIECE] }))
            }
            _ => Err(LocalError::NotFound),
        }
    }

    fn exists(&self, file: &LocalFile) -> Result<bool, LocalError> {
        Ok(self.open_input(file).is_ok())
    }

    fn open_output(&self, _: &LocalFile, _: &NewFile) -> Result<Box<dyn RecordWriter + '_>, LocalError> {
        Err(LocalError::NotFound)
    }

    fn data_set_of(&self, _: &str) -> Option<String> {
        None
    }
}

/// The bytes of a host file, as a data set of undefined records.
struct HostFile {
    file: File,
    name: String,
    piece: Vec<u8>,
}

impl RecordReader for HostFile {
    fn attributes(&self) -> Attributes {
        Attributes { recfm: Recfm::U, lrecl: 0, blksize: crate::dataset::attributes::MAX_BLOCK }
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        loop {
            match self.file.read(&mut self.piece) {
                Ok(0) => return Ok(None),
                Ok(read) => return Ok(Some(Run { bytes: &self.piece[..read], shape: Shape::Whole })),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(ReadError::Io { dataset: self.name.clone(), source }),
            }
        }
    }
}

impl Hosts for Post<'_> {
    fn route(&self, host: &str, port: u16) -> Result<Route, RouteError> {
        self.courier.sandbox.route(host, port).map_err(|error| match error {
            program::RouteError::Refused(_) => RouteError::Refused,
            program::RouteError::Unknown(_) => RouteError::Unknown,
            program::RouteError::Environment(why) => RouteError::Environment(why),
        })
    }
}

impl KeyRings for Post<'_> {
    fn trust(&self, ring: &str) -> Result<Trust, String> {
        self.courier.system.keys().key_ring(ring).map_err(|error| error.to_string())
    }
}

impl Log for Post<'_> {
    fn line(&self, text: &str) {
        self.log.borrow_mut().push(text.to_owned());
    }
}

impl User for Post<'_> {
    fn wants_to_stop(&self) -> bool {
        self.courier.options.cancel.is_requested()
    }

    fn explain(&self, text: &str) {
        (self.courier.options.explain)(text);
    }

    fn transfer_begins(&self, what: &str) {
        let size = std::fs::metadata(self.file).ok().map(|file| file.len());
        self.courier.options.progress.begin(what, size);
    }

    fn transferred(&self, bytes: u64) {
        self.courier.options.progress.advance(bytes);
    }

    fn transfer_ends(&self) {
        self.courier.options.progress.end();
    }
}
