//! PGM=FTP: gives the FTP client the step's DDs, data sets, key rings and network.
//!
//! Border: adapters only. The client itself is the `ftp` room.

use std::cell::RefCell;

use crate::codepage::{CodePage, EBCDIC_BLANK};
use crate::dataset::{Dcb, Recfm, RecordReader, RecordWriter, WriteError};
use crate::ecurep::suffixes::{Content, disagreement};
use crate::ftp::{
    End, Hosts, KeyRings, LocalError, LocalFile, LocalFiles, Log, NewFile, Options, Route, RouteError, Services, Trust,
    User,
};

use crate::{efz, openpgp, terse};

use super::{Completion, DdKind, NewDataSet, OpenError, Program, StepContext};

/// Record length of the log ("IP User's Guide and Commands", allocating FTP input and output data sets).
const LOG_LRECL: u32 = 160;

/// The program.
pub(super) struct Ftp;

impl Program for Ftp {
    fn names(&self) -> &'static [&'static str] {
        &["FTP"]
    }

    fn run(&self, step: &StepContext<'_>) -> Completion {
        run(step).into()
    }
}

fn run(step: &StepContext<'_>) -> Result<u16, Completion> {
    let log = Output::open(step)?;
    let adapter = Adapter(*step);
    let services = Services {
        files: &adapter,
        hosts: &adapter,
        key_rings: &adapter,
        log: &log,
        user: &adapter,
        world: step.world,
        options: Options::default(),
    };
    let end = crate::ftp::run(step.parm, services);
    log.close()?;
    match end {
        End::Code(code) => Ok(code),
        End::Stopped => Err(Completion::System { code: 0x222, reason: 0 }),
    }
}

/// OUTPUT, or SYSPRINT where that is missing. Lines are characters of IBM-1047, as the client prints them.
struct Output<'a> {
    writer: RefCell<Option<Box<dyn RecordWriter + 'a>>>,
    /// The first error; what is printed after it is lost.
    failed: RefCell<Option<WriteError>>,
}

impl<'a> Output<'a> {
    /// Without either DD the lines go nowhere.
    fn open(step: &StepContext<'a>) -> Result<Self, Completion> {
        let ddname = ["OUTPUT", "SYSPRINT"].into_iter().find(|ddname| step.dds.kind(ddname).is_some());
        let program = Dcb { recfm: Some(Recfm::FB), lrecl: Some(LOG_LRECL), ..Dcb::default() };
        let writer = ddname.map(|ddname| step.dds.open_output(ddname, program)).transpose()?;
        Ok(Self { writer: RefCell::new(writer), failed: RefCell::new(None) })
    }

    fn close(self) -> Result<(), Completion> {
        match (self.failed.into_inner(), self.writer.into_inner()) {
            (Some(error), _) => Err(error.into()),
            (None, Some(writer)) => Ok(writer.close()?),
            (None, None) => Ok(()),
        }
    }
}

impl Log for Output<'_> {
    /// A line longer than a record goes on in the next one.
    fn line(&self, text: &str) {
        let mut writer = self.writer.borrow_mut();
        let Some(writer) = writer.as_mut().filter(|_| self.failed.borrow().is_none()) else { return };
        let bytes = CodePage::ibm1047().encode_lossy(text);
        if let Err(error) = put_line(writer.as_mut(), &bytes) {
            *self.failed.borrow_mut() = Some(error);
        }
    }
}

fn put_line(writer: &mut dyn RecordWriter, line: &[u8]) -> Result<(), WriteError> {
    let attributes = writer.attributes();
    let length = attributes.longest_record().max(1);
    let records = line.chunks(length).chain(line.is_empty().then_some(line));
    for record in records {
        let mut record = record.to_vec();
        if attributes.recfm.is_fixed() {
            record.resize(length, EBCDIC_BLANK);
        }
        writer.put(&record)?;
    }
    Ok(())
}

/// The services of the step in the words of the client.
struct Adapter<'a>(StepContext<'a>);

impl LocalFiles for Adapter<'_> {
    fn open_input(&self, file: &LocalFile) -> Result<Box<dyn RecordReader + '_>, LocalError> {
        match file {
            LocalFile::DataSet { name, member } => self.0.allocation.open_input(name, member.as_ref()),
            // Asking for a DD that the client does not need must not be told in the job log.
            LocalFile::Dd(ddname) if self.0.dds.kind(ddname).is_none() => return Err(LocalError::NotFound),
            LocalFile::Dd(ddname) => self.0.dds.open_input(ddname, Dcb::default()),
        }
        .map_err(local_error)
    }

    fn exists(&self, file: &LocalFile) -> Result<bool, LocalError> {
        match self.open_input(file) {
            Ok(_) => Ok(true),
            Err(LocalError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn open_output(&self, file: &LocalFile, new: &NewFile) -> Result<Box<dyn RecordWriter + '_>, LocalError> {
        match file {
            LocalFile::DataSet { name, member } => {
                let new = NewDataSet {
                    attributes: new.attributes,
                    primary_tracks: new.primary_tracks,
                    secondary_tracks: new.secondary_tracks,
                    directory_blocks: new.directory_blocks,
                };
                self.0.allocation.open_output(name, member.as_ref(), &new)
            }
            LocalFile::Dd(ddname) => self.0.dds.open_output(ddname, Dcb::default()),
        }
        .map_err(local_error)
    }

    fn data_set_of(&self, ddname: &str) -> Option<String> {
        match self.0.dds.kind(ddname)? {
            DdKind::DataSet { name, member: None } => Some(name.to_string()),
            DdKind::DataSet { name, member: Some(member) } => Some(format!("{name}({member})")),
            DdKind::InStream | DdKind::Sysout | DdKind::Dummy => None,
        }
    }
}

fn local_error(error: OpenError) -> LocalError {
    match error {
        OpenError::NoDd(_) | OpenError::NotFound(_) => LocalError::NotFound,
        OpenError::InUse(_) => LocalError::InUse,
        error => LocalError::Failed(error.to_string()),
    }
}

impl Hosts for Adapter<'_> {
    fn route(&self, host: &str, port: u16) -> Result<Route, RouteError> {
        self.0.network.route(host, port).map_err(|error| match error {
            super::RouteError::Refused(_) => RouteError::Refused,
            super::RouteError::Unknown(_) => RouteError::Unknown,
            super::RouteError::Environment(why) => RouteError::Environment(why),
        })
    }
}

impl KeyRings for Adapter<'_> {
    fn trust(&self, ring: &str) -> Result<Trust, String> {
        self.0.security.key_ring(ring).map_err(|error| error.to_string())
    }
}

/// What is to be said where the name of an upload and its first bytes disagree.
fn suffix_hint(remote: &str, start: &[u8]) -> Option<String> {
    let name = remote.rsplit('/').next().unwrap_or(remote);
    // A quoted name is a data set of another z/OS, where the convention of uploads means nothing.
    if name.starts_with('\'') {
        return None;
    }
    let found = disagreement(name, content(start))?;
    Some(format!("PUT to {name}: {found}."))
}

fn content(start: &[u8]) -> Content {
    let is_packed = start.first_chunk().is_some_and(|header| terse::Header::parse(header).is_ok());
    if is_packed {
        Content::Packed
    } else if efz::is_sealed(start) {
        Content::Encrypted
    } else if openpgp::is_message(start) {
        Content::OpenPgp
    } else {
        Content::Other
    }
}

impl User for Adapter<'_> {
    fn wants_to_stop(&self) -> bool {
        self.0.cancel.is_requested()
    }

    fn explain(&self, text: &str) {
        self.0.console.explain(text);
    }

    fn sends(&self, remote: &str, start: &[u8]) {
        if let Some(words) = suffix_hint(remote, start) {
            self.0.console.explain(&words);
        }
    }

    fn transfer_begins(&self, what: &str) {
        self.0.progress.begin(what, None);
    }

    fn transferred(&self, bytes: u64) {
        self.0.progress.advance(bytes);
    }

    fn transfer_ends(&self) {
        self.0.progress.end();
    }
}
