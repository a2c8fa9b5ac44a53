//! `zjob inbox open`: the inverse of `zjob package`.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use super::super::hostfile::{Form, Manner, NewFile, Place};
use super::super::openpgp::Reading;
use super::super::package::keys::AtHand;
use super::super::records::NewDataSet;
use super::super::secret::PasswordSource;
use super::super::terse::library;
use super::super::{CliError, Here, Terminal, thousands};
use crate::dataset::attributes::lrecl_text;
use crate::dataset::transfer::{self, HostFormat};
use crate::dataset::{Attributes, DataSetName, MemberName, RecordWriter, Run, WriteError};
use crate::package::open::{Limits, Opened};
use crate::package::{PackageError, Target, name, open};
use crate::program::Cancel;
use crate::system::{System, SystemError};
use crate::terse::library::LibraryDecoder;

/// Exit status: the file is damaged, or its password or key is wrong.
const EXIT_DAMAGED: u8 = 8;
/// Exit status: the user stopped the command.
const EXIT_CANCELLED: u8 = 130;

/// Arguments of `zjob inbox open`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob inbox open 12345.123.724.DUMP.TRS.EFZ                     the newest of that name, as text, into DUMP
  zjob inbox open 12345.123.724.DUMP.TRS -o -                    to standard output
  zjob inbox open 12345.123.724.DUMP.TRS --rdw -o dump.rdw       each record behind its length
  zjob inbox open 12345.123.724.DUMP.TRS -o \"//'MY.DUMP'\"        a data set with the original's attributes
  zjob inbox open TS001234567.MY.LIB.TRS -o members/             a library, into a directory
  zjob inbox open ./TS001234567.DUMP.TRS.PGP --key my.key.asc    a package that lies anywhere

What the file is shows in its content, not in its name. Nothing is written before the encryption around it was
checked as a whole. A file that is neither packed nor encrypted is copied as it is.
Exit status: 0 opened; 8 damaged, or wrong password or key; 64 it cannot be read or written.")]
pub struct Arguments {
    /// Name or path of a received file as zjob inbox list shows it, or a host file
    #[arg(value_name = "NAME|FILE")]
    input: PathBuf,
    /// Host file, - or data set [default: the name without reference and suffixes]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// OpenPGP keys
    #[command(flatten)]
    reading: Reading,
    /// Where the password comes from
    #[command(flatten)]
    password: PasswordSource,
    /// How records shall lie in the host file
    #[command(flatten)]
    form: Form,
    /// What may be replaced, and how much is said
    #[command(flatten)]
    manner: Manner,
}

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let system = here.system()?;
    let found = find(&arguments.input, &system)?;
    let to = match &arguments.output {
        Some(path) => Place::parse(path, system.world().user())?,
        None => Place::Host(clear_name(&found)),
    };
    let mut keys = AtHand {
        here,
        password: &arguments.password,
        secrets: terminal.secrets,
        ring: arguments.reading.keys(here)?,
        now: system.world().unix_seconds(),
        told: RefCell::default(),
        failure: RefCell::default(),
    };
    let mut target = Opening {
        to: &to,
        format: arguments.form.format(system.code_page())?,
        system: &system,
        force: arguments.manner.force,
        cancel: terminal.cancel.clone(),
        out: Some(&mut *terminal.out),
        open: None,
    };
    let failed = |error: &dyn std::fmt::Display| CliError::Usage(format!("{}: {error}", found.display()));
    let file = File::open(&found).map_err(|error| failed(&error))?;
    let opened = open(file, &mut keys, Limits::default(), &|| tempfile::tempfile(), &mut target);
    if terminal.cancel.is_requested() {
        return Ok(EXIT_CANCELLED);
    }
    let Opened { stages, attributes } = match opened {
        Ok(opened) => opened,
        Err(PackageError::Damaged(what)) => {
            (terminal.explain)(&format!("{}: {what}; nothing was written", found.display()));
            return Ok(EXIT_DAMAGED);
        }
        Err(error) => return Err(keys.failure.take().unwrap_or_else(|| failed(&error))),
    };
    target.keep()?;
    keys.told.borrow().iter().for_each(|words| (terminal.explain)(words));
    if !arguments.manner.quiet && to != Place::Stream {
        let names: Vec<&str> = stages.iter().rev().map(|stage| stage.stage.as_str()).collect();
        let bytes = stages.first().map_or(0, |stage| stage.bytes);
        (terminal.explain)(&format!("{to}: {} bytes; {}{}", thousands(bytes), names.join(" > "), form(attributes)));
    }
    Ok(0)
}

/// How the records looked.
fn form(attributes: Option<Attributes>) -> String {
    attributes.map_or_else(String::new, |Attributes { recfm, lrecl, blksize }| {
        format!("; they had RECFM={recfm}, LRECL={}, BLKSIZE={blksize}", lrecl_text(Some(recfm), lrecl))
    })
}

/// The file that is meant: the newest received one of that name or path, or a host file.
fn find(input: &Path, system: &System) -> Result<PathBuf, CliError> {
    let text = input.to_string_lossy();
    let rows = system.store().inbox().map_err(SystemError::from)?;
    let is_meant = |path: &str| path == text || path.rsplit('/').next() == Some(&*text);
    if let Some(row) = rows.iter().rev().find(|row| is_meant(&row.path)) {
        return Ok(system.delivered().join(&row.content));
    }
    if input.is_file() {
        return Ok(input.to_owned());
    }
    Err(CliError::Usage(format!("nothing of the name {text} was received; zjob inbox list shows all")))
}

/// The name without reference and suffixes, in the current directory.
fn clear_name(path: &Path) -> PathBuf {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    // A second file of the same name has a number behind it.
    let file = file.split(';').next().unwrap_or_default();
    let stem = name::stem_of(file);
    let parts: Vec<&str> = stem.split('.').collect();
    let is_reference = |count: usize| {
        crate::ecurep::names::Reference::parse(&parts.iter().copied().take(count).collect::<Vec<_>>().join("."))
            .is_some()
    };
    let front = [3, 2, 1].into_iter().find(|&count| count < parts.len() && is_reference(count)).unwrap_or(0);
    let mut name = parts[front..].join(".");
    if name.is_empty() || Path::new(&name) == path {
        name.push_str("opened");
    }
    PathBuf::from(name)
}

/// Where it goes.
struct Opening<'a> {
    to: &'a Place,
    format: HostFormat,
    system: &'a System,
    force: bool,
    cancel: Cancel,
    out: Option<&'a mut dyn Write>,
    open: Option<Open<'a>>,
}

/// An output that was begun.
enum Open<'a> {
    Bytes(Out<'a>),
    Records(Box<ToHost<'a>>),
    DataSet(Box<NewDataSet>),
}

enum Out<'a> {
    File(NewFile),
    Stream(&'a mut dyn Write),
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stream(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stream(out) => out.flush(),
        }
    }
}

impl<'a> Opening<'a> {
    fn out(&mut self) -> Result<Out<'a>, PackageError> {
        match (self.to, self.out.take()) {
            (Place::Host(path), _) => NewFile::create(path, self.force)
                .map(Out::File)
                .map_err(|error| PackageError::Input(format!("{}: {error}", path.display()))),
            (_, Some(out)) => Ok(Out::Stream(out)),
            (_, None) => Err(PackageError::Input("there is nothing to write to".to_owned())),
        }
    }

    fn data_set(
        &self,
        (name, member): (&DataSetName, Option<&MemberName>),
        attributes: Attributes,
    ) -> Result<NewDataSet, PackageError> {
        let made = NewDataSet::create(self.system, name, member, attributes, self.force);
        made.map_err(|error| PackageError::Input(error.to_string()))
    }

    /// Makes what was written last.
    fn keep(self) -> Result<(), CliError> {
        let out = match self.open {
            None => return Ok(()),
            Some(Open::DataSet(dataset)) => return dataset.keep(),
            Some(Open::Records(records)) => records.out,
            Some(Open::Bytes(out)) => out,
        };
        match out {
            Out::File(file) => file.keep().map_err(|error| CliError::Usage(format!("{}: {error}", self.to))),
            Out::Stream(out) => Ok(out.flush()?),
        }
    }
}

impl Target for Opening<'_> {
    fn records(&mut self, attributes: Attributes) -> Result<&mut dyn RecordWriter, PackageError> {
        let open = match self.to {
            Place::DataSet(name, member) => {
                Open::DataSet(Box::new(self.data_set((name, member.as_ref()), attributes)?))
            }
            _ => Open::Records(Box::new(ToHost { out: self.out()?, attributes, format: self.format, records: 0 })),
        };
        match self.open.insert(open) {
            Open::DataSet(dataset) => Ok(&mut *dataset.writer),
            Open::Records(records) => Ok(&mut **records),
            Open::Bytes(_) => Err(PackageError::Input("records were expected".to_owned())),
        }
    }

    fn library(&mut self, members: LibraryDecoder<BufReader<File>>) -> Result<(), PackageError> {
        let ways = library::Ways { format: self.format, force: self.force, cancel: &self.cancel };
        library::open_package(members, self.to, self.system, &ways)
    }

    fn bytes(&mut self) -> Result<&mut dyn Write, PackageError> {
        if let Place::DataSet(..) = self.to {
            let what = "it is neither packed nor encrypted, so nobody knows its records: zjob dataset import takes it";
            return Err(PackageError::Input(what.to_owned()));
        }
        let out = self.out()?;
        match self.open.insert(Open::Bytes(out)) {
            Open::Bytes(out) => Ok(out),
            _ => Err(PackageError::Input("bytes were expected".to_owned())),
        }
    }
}

/// Records on their way into a host file.
struct ToHost<'a> {
    out: Out<'a>,
    attributes: Attributes,
    format: HostFormat,
    records: u64,
}

impl RecordWriter for ToHost<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        self.records += 1;
        let fixed = self.attributes.recfm.is_fixed();
        transfer::export_record(record, self.records, &mut self.out, self.format, fixed).map_err(|error| {
            let source = match error {
                transfer::TransferError::Io(source) => source,
                other => std::io::Error::other(other.to_string()),
            };
            WriteError::Io { dataset: "the output".to_owned(), source }
        })
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        run.records().try_for_each(|record| self.put(record))
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
