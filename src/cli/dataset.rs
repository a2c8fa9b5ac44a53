//! `zjob dataset`: the catalog from the shell.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use super::hostfile::{self, Form, NewFile, RecordShape};
use super::{CliError, Terminal, thousands};
use crate::dataset::attributes::lrecl_text;
use crate::dataset::catalog::{CatalogError, DataSet, SpaceRequest, WriteRequest};
use crate::dataset::enqueue::{Enqueues, Use};
use crate::dataset::library::Statistics;
use crate::dataset::space::CELLS_PER_TRACK;
use crate::dataset::transfer::{self, HostFormat};
use crate::dataset::{Attributes, DataSetName, Dcb, Dsorg, MemberName, Recfm, RecordWriter};
use crate::store::MemberRow;
use crate::system::config::{import_attributes, parse_name};
use crate::system::{System, SystemError};

/// Tracks of a data set that `import` makes, first and further.
pub(super) const IMPORT_TRACKS: (u32, u32) = (15, 15_000);
/// Directory blocks of a library that `import` makes.
const IMPORT_DIRECTORY: u32 = 45;

/// Subcommands of `zjob dataset`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List data sets
    List {
        /// Only names that start with this
        prefix: Option<String>,
    },
    /// Show attributes and space of a data set, and the members of a library
    Info {
        /// Data set name
        name: String,
    },
    /// Print a data set or member as text
    Cat {
        /// Data set name, or LIBRARY(MEMBER)
        name: String,
        /// How the bytes are shown
        #[command(flatten)]
        form: Form,
    },
    /// Bring a host file in as a data set or member, or a directory as a library
    #[command(after_help = "\
Examples:
  zjob dataset import notes.txt MY.NOTES --recfm FB --lrecl 80
  zjob dataset import dump.bin MY.DUMP --binary --recfm FB --lrecl 4160
  zjob dataset import smf.rdw MY.SMF --rdw --recfm VB --lrecl 32756
  zjob dataset import ftpdata.txt 'MY.TCPPARMS(FTPDATA)'
  zjob dataset import jcl/ MY.JCL         each file becomes a member, named before its first period")]
    Import {
        /// Host file or directory; - is standard input
        file: PathBuf,
        /// Data set name, or LIBRARY(MEMBER)
        name: String,
        /// How records lie in the file
        #[command(flatten)]
        form: Form,
        /// What they shall look like
        #[command(flatten)]
        shape: RecordShape,
    },
    /// Write a data set or member to a host file
    Export {
        /// Data set name, or LIBRARY(MEMBER)
        name: String,
        /// Host file; - is standard output
        #[arg(short, long, default_value = "-")]
        output: PathBuf,
        /// How records shall lie in the file
        #[command(flatten)]
        form: Form,
    },
    /// Delete data sets or members
    Delete {
        /// Data set names, or LIBRARY(MEMBER)
        #[arg(required = true)]
        names: Vec<String>,
    },
}

fn usage(what: String) -> CliError {
    CliError::Usage(what)
}

/// Runs a subcommand.
pub fn execute(command: &Command, system: &System, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    match command {
        Command::List { prefix } => list(system, prefix.as_deref().unwrap_or(""), terminal),
        Command::Info { name } => info(system, name, terminal),
        Command::Cat { name, form } => {
            let format = form.format(system.code_page())?;
            copy_out(system, name, format, &mut *terminal.out).map(|()| 0)
        }
        Command::Import { file, name, form, shape } => {
            import(system, file, name, form.format(system.code_page())?, shape.dcb(), terminal)
        }
        Command::Export { name, output, form } => {
            export(system, name, output, form.format(system.code_page())?, terminal)
        }
        Command::Delete { names } => delete(system, names, terminal),
    }
}

fn list(system: &System, prefix: &str, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let prefix = prefix.to_uppercase();
    let name = "DATA SET";
    writeln!(terminal.out, "{name:<44}  DSORG  RECFM  LRECL  BLKSIZE   TRACKS  VOLUME")?;
    for row in system.data_sets().list().map_err(SystemError::from)? {
        if !row.name.starts_with(&prefix) {
            continue;
        }
        let recfm = row.recfm.and_then(Recfm::from_bits);
        writeln!(
            terminal.out,
            "{:<44}  {:<5}  {:<5}  {:>5}  {:>7}  {:>7}  {}",
            row.name,
            if row.partitioned { "PO" } else { "PS" },
            recfm.map_or_else(String::new, |recfm| recfm.to_string()),
            row.lrecl.map_or_else(String::new, |n| lrecl_text(recfm, n)),
            row.blksize.map_or_else(String::new, |n| n.to_string()),
            row.allocated_tracks,
            row.volume
        )?;
    }
    Ok(0)
}

/// The data set, or an error that names it.
pub(super) fn locate(system: &System, name: &DataSetName) -> Result<DataSet, CliError> {
    let found = system.data_sets().locate(name).map_err(SystemError::from)?;
    found.ok_or_else(|| usage(format!("data set {name} is not in the catalog; zjob dataset list shows all")))
}

fn info(system: &System, name: &str, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let (name, _) = parse_name(name).map_err(usage)?;
    let dataset = locate(system, &name)?;
    let row = dataset.row();
    let mut line = |label: &str, value: String| writeln!(terminal.out, "{label:<12}{value}");
    line("Data set", row.name.clone())?;
    line("DSORG", if row.partitioned { "PO".to_owned() } else { "PS".to_owned() })?;
    line("RECFM", row.recfm.and_then(Recfm::from_bits).map_or_else(|| "unknown".to_owned(), |r| r.to_string()))?;
    let recfm = row.recfm.and_then(Recfm::from_bits);
    line("LRECL", row.lrecl.map_or_else(|| "unknown".to_owned(), |n| lrecl_text(recfm, n)))?;
    line("BLKSIZE", row.blksize.map_or_else(|| "unknown".to_owned(), |n| n.to_string()))?;
    line("Volume", row.volume.clone())?;
    line("Created", row.created.chars().take(19).collect())?;
    line("Allocated", format!("{} tracks in {} extents", row.allocated_tracks, row.extents))?;
    line("Used", format!("{} tracks", row.used_cells.div_ceil(CELLS_PER_TRACK)))?;
    if !row.partitioned {
        line("Records", thousands(row.records))?;
        line("Bytes", thousands(row.bytes))?;
        return Ok(0);
    }
    for member in dataset.members().map_err(SystemError::from)? {
        line("Member", member_line(&member))?;
    }
    Ok(0)
}

/// A member with what its directory entry says.
fn member_line(member: &MemberRow) -> String {
    let alias = member.alias_of.as_ref().map_or_else(String::new, |main| format!("  alias of {main}"));
    let data = match Statistics::read(&member.user_data) {
        Some(statistics) => format!("  {statistics}"),
        None if member.user_data.is_empty() => String::new(),
        None => format!("  {} bytes of user data", member.user_data.len()),
    };
    format!("{:<8}  {:>10} records{alias}{data}", member.name, thousands(member.records))
}

/// Copies the records of a data set or member to a writer.
fn copy_out(system: &System, name: &str, format: HostFormat, out: &mut dyn Write) -> Result<(), CliError> {
    let (name, member) = parse_name(name).map_err(usage)?;
    let _held = hold(system, &name, Use::Shared)?;
    let dataset = locate(system, &name)?;
    if dataset.is_partitioned() && member.is_none() {
        return Err(usage(format!("{name} is a library; name a member, as in '{name}(MEMBER)'")));
    }
    let label = dataset.label();
    let (Some(recfm), Some(lrecl)) = (label.recfm, label.lrecl.or(Some(0))) else {
        return Ok(());
    };
    let attributes = Attributes { recfm, lrecl, blksize: label.blksize.unwrap_or(0) };
    let mut reader = dataset.open_read(member.as_ref(), attributes).map_err(catalog)?;
    transfer::export(&mut reader, out, format).map_err(|error| match error {
        transfer::TransferError::Io(error) => CliError::Io(error),
        other => usage(format!("{name}: {other}")),
    })?;
    Ok(())
}

fn catalog(error: CatalogError) -> CliError {
    match error {
        CatalogError::NoMember(..) => usage(error.to_string()),
        other => CliError::System(SystemError::Catalog(other)),
    }
}

/// Holds a name against jobs, or says that one has it.
pub(super) fn hold(system: &System, name: &DataSetName, wanted: Use) -> Result<Enqueues, CliError> {
    let mut held = Enqueues::new(&system.locks());
    if held.try_get(name.as_str(), wanted)? {
        Ok(held)
    } else {
        Err(usage(format!("a job uses {name} now; try again when it has ended")))
    }
}

fn import(
    system: &System,
    file: &Path,
    name: &str,
    format: HostFormat,
    asked: Dcb,
    terminal: &Terminal<'_>,
) -> Result<u8, CliError> {
    let (name, member) = parse_name(name).map_err(usage)?;
    let _held = hold(system, &name, Use::Exclusive)?;
    if file.is_dir() {
        return import_directory(system, file, &name, member.as_ref(), format, asked, terminal);
    }
    let old = system.data_sets().locate(&name).map_err(SystemError::from)?;
    let known = old.as_ref().filter(|_| member.is_some()).map(DataSet::label).unwrap_or_default();
    let is_same = asked.or(known).recfm == known.recfm && asked.or(known).lrecl == known.lrecl;
    // A block size goes with the records that it was made for.
    let known = Dcb { blksize: known.blksize.filter(|_| is_same), ..known };
    let attributes = import_attributes(asked.or(known), format).map_err(usage)?;
    if let Some(old) = &old {
        old.fits(member.as_ref(), &attributes).map_err(catalog)?.map_err(|why| usage(why.to_string()))?;
    }
    let target = make(system, &name, Dsorg::of_member(member.as_ref()), attributes, old)?;
    let records = fill(open(file, terminal)?, &target, member.as_ref(), attributes, format)
        .map_err(|what| usage(format!("{}: {what}", shown(file))))?;
    target.commit().map_err(catalog)?;
    (terminal.explain)(&format!("{name}: {} records imported", thousands(records)));
    Ok(0)
}

/// A host file as messages name it.
fn shown(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}

/// Brings the files of a directory in as members of a library: all of them, or none.
fn import_directory(
    system: &System,
    directory: &Path,
    name: &DataSetName,
    member: Option<&MemberName>,
    format: HostFormat,
    asked: Dcb,
    terminal: &Terminal<'_>,
) -> Result<u8, CliError> {
    if member.is_some() {
        return Err(usage(format!("{} is a directory and becomes a library: name no member", directory.display())));
    }
    let old = system.data_sets().locate(name).map_err(SystemError::from)?;
    if old.as_ref().is_some_and(|old| !old.is_partitioned()) {
        return Err(usage(format!("{name} is no library")));
    }
    let known = old.as_ref().map(DataSet::label).unwrap_or_default();
    let attributes = import_attributes(asked.or(known), format).map_err(usage)?;
    let members = members_of(directory)?;
    let library = make(system, name, Dsorg::Partitioned, attributes, old)?;
    let mut records = 0;
    for (member, file) in &members {
        records += fill(open(file, terminal)?, &library, Some(member), attributes, format)
            .map_err(|what| usage(format!("{}: {what}", file.display())))?;
    }
    library.commit().map_err(catalog)?;
    (terminal.explain)(&format!("{name}: {} members with {} records imported", members.len(), thousands(records)));
    Ok(0)
}

/// The files of a directory by the names of the members that they become.
pub(super) fn members_of(directory: &Path) -> Result<BTreeMap<MemberName, PathBuf>, CliError> {
    let files = hostfile::tree(directory).map_err(|error| usage(format!("{}: {error}", directory.display())))?;
    let mut members = BTreeMap::new();
    for file in files.iter().filter(|file| file.components().count() == 1) {
        let path = directory.join(file);
        let text = file.to_string_lossy().to_uppercase();
        let stem = text.split('.').next().unwrap_or_default();
        let member = MemberName::new(stem).map_err(|error| usage(format!("{}: {error}", path.display())))?;
        if let Some(other) = members.insert(member, path) {
            return Err(usage(format!("{} and another file would both become member {stem}", other.display())));
        }
    }
    Ok(members)
}

/// A data set for an import. An old one of the same name is replaced when the new one is complete.
pub(super) fn make(
    system: &System,
    name: &DataSetName,
    dsorg: Dsorg,
    attributes: Attributes,
    old: Option<DataSet>,
) -> Result<DataSet, CliError> {
    if let Some(old) = old {
        return Ok(old);
    }
    let (primary, secondary) = IMPORT_TRACKS;
    let directory = if dsorg == Dsorg::Partitioned { IMPORT_DIRECTORY } else { 0 };
    let dcb = Dcb { dsorg: Some(dsorg), ..attributes.into() };
    let created = system.world().now().to_string();
    let space = SpaceRequest { primary, secondary, directory };
    system.data_sets().allocate(name, dcb, space, None, &created).map_err(catalog)
}

fn open(file: &Path, terminal: &Terminal<'_>) -> Result<Box<dyn BufRead>, CliError> {
    hostfile::open(file, terminal.input).map_err(|error| usage(format!("{}: {error}", shown(file))))
}

fn fill(
    mut input: Box<dyn BufRead>,
    target: &DataSet,
    member: Option<&MemberName>,
    attributes: Attributes,
    format: HostFormat,
) -> Result<u64, String> {
    let request = WriteRequest {
        ddname: "IMPORT",
        member,
        attributes,
        extend: false,
        secondary: Some(IMPORT_TRACKS.1),
        release: member.is_none().then_some(1),
    };
    let mut writer: Box<dyn RecordWriter> = Box::new(target.open_write(request).map_err(|error| error.to_string())?);
    let records = transfer::import(&mut *input, &mut *writer, format).map_err(|error| error.to_string())?;
    writer.close().map_err(|error| error.to_string())?;
    Ok(records)
}

fn export(
    system: &System,
    name: &str,
    output: &Path,
    format: HostFormat,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CliError> {
    if output == Path::new("-") {
        copy_out(system, name, format, &mut *terminal.out)?;
        return Ok(0);
    }
    let failed = |error: io::Error| usage(format!("{}: {error}", output.display()));
    let mut file = NewFile::create(output, true).map_err(failed)?;
    copy_out(system, name, format, &mut file)?;
    file.keep().map_err(failed)?;
    Ok(0)
}

fn delete(system: &System, names: &[String], terminal: &Terminal<'_>) -> Result<u8, CliError> {
    for text in names {
        let (name, member) = parse_name(text).map_err(usage)?;
        let _held = hold(system, &name, Use::Exclusive)?;
        let gone = match &member {
            Some(member) => system.data_sets().delete_member(&name, member),
            None => system.data_sets().delete(&name),
        };
        if !gone.map_err(catalog)? {
            return Err(usage(format!("{} is not in the catalog", text.to_uppercase())));
        }
        (terminal.explain)(&format!("{} deleted", text.to_uppercase()));
    }
    Ok(0)
}
