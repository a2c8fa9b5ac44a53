//! Host files: one group of arguments for every command that takes them, and how they are read and written.
//!
//! Border: names, streams and whole files. What lies in a file is known to those who call. A file that is
//! written appears under its name only when it is complete.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{CliError, StandardInput};
use crate::codepage::{CodePage, host};
use crate::dataset::transfer::HostFormat;
use crate::dataset::{DataSetName, Dcb, MemberName, Recfm};
use crate::system::config::parse_name;

/// Bytes read or written in one call.
const BUFFER: usize = 256 * 1024;
/// Deepest directory below one that was named; deeper trees are loops of links or mistakes.
const MAX_DEPTH: usize = 64;

/// How records lie in a host file.
#[derive(Debug, Clone, clap::Args)]
pub struct Form {
    /// One line for each record, translated (the default)
    #[arg(long, group = "form")]
    text: bool,
    /// The bytes of the records, end to end
    #[arg(long, group = "form")]
    binary: bool,
    /// Each record after its 4-byte record descriptor word
    #[arg(long, group = "form")]
    rdw: bool,
    /// Code page of the records [default: that of the system]
    #[arg(long, value_name = "PAGE")]
    codepage: Option<String>,
    /// Encoding of the host file
    #[arg(long, value_name = "NAME", default_value = "UTF-8")]
    host_encoding: String,
}

impl Form {
    /// The form as it is meant; `usual` is the code page if none is named.
    pub fn format(&self, usual: &'static CodePage) -> Result<HostFormat, CliError> {
        if self.binary {
            return Ok(HostFormat::Binary);
        }
        if self.rdw {
            return Ok(HostFormat::Rdw);
        }
        let page = match &self.codepage {
            Some(name) => {
                CodePage::named(name).ok_or_else(|| CliError::Usage(format!("code page {name:?} is not known")))?
            }
            None => usual,
        };
        let label = &self.host_encoding;
        let host = host::named(label).ok_or_else(|| CliError::Usage(format!("encoding {label:?} is not known")))?;
        Ok(HostFormat::Text { page, host })
    }
}

impl Form {
    /// True if text was asked for by name.
    pub fn is_text_asked(&self) -> bool {
        self.text
    }

    /// True if records behind their lengths were asked for.
    pub fn is_rdw_asked(&self) -> bool {
        self.rdw
    }
}

/// What may be replaced, and how much is said.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Manner {
    /// Replace files that exist
    #[arg(short, long)]
    pub force: bool,
    /// Say nothing if all is well
    #[arg(short, long)]
    pub quiet: bool,
}

/// What the records of a host file are to look like.
#[derive(Debug, Clone, clap::Args)]
pub struct RecordShape {
    /// Record format [default: FB, with --rdw VB]
    #[arg(long)]
    recfm: Option<Recfm>,
    /// Record length; X for spanned records of any length
    #[arg(long, value_parser = lrecl)]
    lrecl: Option<u32>,
    /// Block size [default: determined by the system]
    #[arg(long)]
    blksize: Option<u32>,
}

fn lrecl(text: &str) -> Result<u32, String> {
    if text.eq_ignore_ascii_case("X") {
        return Ok(crate::dataset::attributes::LRECL_X);
    }
    text.parse().map_err(|_| "a record length is a number of bytes, or X".to_owned())
}

impl RecordShape {
    /// What was asked for.
    pub fn dcb(&self) -> Dcb {
        Dcb { recfm: self.recfm, lrecl: self.lrecl, blksize: self.blksize, dsorg: None }
    }

    /// True if anything was asked for.
    pub fn is_given(&self) -> bool {
        self.dcb() != Dcb::default()
    }
}

/// Where something lies that a command reads or writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Standard input or output, `-`.
    Stream,
    /// A host file or directory.
    Host(PathBuf),
    /// A data set of the system, `//'A.B.C'` or `//'A.B.C(MEMBER)'`.
    DataSet(DataSetName, Option<MemberName>),
}

impl Place {
    /// What `text` means. `//'A.B'` is the data set A.B, `//B` is B behind the user's prefix, as the C library of
    /// z/OS reads file names; anything else is a host file.
    pub fn parse(text: &Path, user: &str) -> Result<Self, CliError> {
        if text == Path::new("-") {
            return Ok(Self::Stream);
        }
        let Some(name) = text.to_str().and_then(|text| text.strip_prefix("//")).filter(|name| !name.contains('/'))
        else {
            return Ok(Self::Host(text.to_owned()));
        };
        let full = match name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')) {
            Some(full) => full.to_owned(),
            None => format!("{user}.{name}"),
        };
        let (name, member) = parse_name(&full)
            .map_err(|error| CliError::Usage(format!("{}: {error}; write //'A.B.C'", text.display())))?;
        Ok(Self::DataSet(name, member))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream => f.write_str("-"),
            Self::Host(path) => write!(f, "{}", path.display()),
            Self::DataSet(name, None) => write!(f, "//'{name}'"),
            Self::DataSet(name, Some(member)) => write!(f, "//'{name}({member})'"),
        }
    }
}

/// Opens a host file for reading; `-` is standard input.
pub fn open(path: &Path, input: StandardInput) -> io::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::with_capacity(BUFFER, input())));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER, File::open(path)?)))
}

/// Starts a host file and makes the directories that lead to it.
pub fn create_with_parents(target: &Path, replace: bool) -> io::Result<NewFile> {
    if let Some(parent) = target.parent().filter(|path| !path.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    NewFile::create(target, replace)
}

/// A host file being written. It takes its name when it is kept; dropped before, it leaves nothing.
pub struct NewFile {
    inner: Inner,
}

enum Inner {
    /// Written beside the place where it shall be.
    Beside { file: BufWriter<NamedTempFile>, target: PathBuf, replace: bool },
    /// A device or a pipe that is there already.
    Device(BufWriter<File>),
}

impl NewFile {
    /// Starts a file that will be at `target`, in place of another one only if `replace`.
    pub fn create(target: &Path, replace: bool) -> io::Result<Self> {
        match fs::metadata(target) {
            Ok(there) if there.is_dir() => return Err(io::Error::from(io::ErrorKind::IsADirectory)),
            Ok(there) if !there.is_file() => {
                let device = File::options().write(true).open(target)?;
                return Ok(Self { inner: Inner::Device(BufWriter::with_capacity(BUFFER, device)) });
            }
            Ok(_) if !replace => return Err(exists()),
            _ => {}
        }
        let directory = target.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = builder(0o666).tempfile_in(directory)?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { inner: Inner::Beside { file, target: target.to_owned(), replace } })
    }

    /// The same for a file that nobody but its owner may read.
    pub fn create_private(target: &Path, replace: bool) -> io::Result<Self> {
        let mut file = Self::create(target, replace)?;
        if let Inner::Beside { file, .. } = &mut file.inner {
            make_private(file.get_ref().as_file())?;
        }
        Ok(file)
    }

    /// Writes out the rest and gives the file its name.
    pub fn keep(self) -> io::Result<()> {
        match self.inner {
            Inner::Device(mut device) => device.flush(),
            Inner::Beside { file, target, replace } => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                let kept = if replace { file.persist(&target) } else { file.persist_noclobber(&target) };
                kept.map(drop).map_err(|error| match error.error.kind() {
                    io::ErrorKind::AlreadyExists => exists(),
                    _ => error.error,
                })
            }
        }
    }
}

fn exists() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "the file exists; --force replaces it")
}

#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &File) -> io::Result<()> {
    Ok(())
}

/// A directory in `parent` that becomes one of the user.
pub(super) fn new_directory(parent: &Path) -> io::Result<tempfile::TempDir> {
    builder(0o777).tempdir_in(parent)
}

/// Temporaries that become files of the user: not for the owner alone, as far as the umask allows.
fn builder(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".zjob-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.inner {
            Inner::Beside { file, .. } => file.write(bytes),
            Inner::Device(device) => device.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.inner {
            Inner::Beside { file, .. } => file.flush(),
            Inner::Device(device) => device.flush(),
        }
    }
}

/// The files below `directory` in order of their names, as paths relative to it. Hidden ones are left out.
pub fn tree(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    walk(directory, Path::new(""), 0, &mut files)?;
    Ok(files)
}

fn walk(directory: &Path, relative: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if depth > MAX_DEPTH {
        return Err(io::Error::other(format!("directories are nested deeper than {MAX_DEPTH}")));
    }
    let mut names = fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    for name in names.iter().filter(|name| !name.as_encoded_bytes().starts_with(b".")) {
        let (path, inside) = (directory.join(name), relative.join(name));
        let there = fs::metadata(&path)?;
        if there.is_dir() {
            walk(&path, &inside, depth + 1, files)?;
        } else if there.is_file() {
            files.push(inside);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::{NewFile, Place, tree};

    fn place(text: &str) -> String {
        Place::parse(Path::new(text), "IBMUSER").map_or_else(|error| error.to_string(), |place| place.to_string())
    }

    #[test]
    fn data_sets_are_written_as_the_c_library_of_the_host_reads_them() {
        assert_eq!(place("//'my.lib(a)'"), "//'MY.LIB(A)'");
        assert_eq!(place("//notes.text"), "//'IBMUSER.NOTES.TEXT'");
        for host in ["a.b.c", "/tmp/a", "//tmp/a", "'A.B'"] {
            assert!(matches!(Place::parse(Path::new(host), "IBMUSER"), Ok(Place::Host(_))), "{host}");
        }
        assert!(place("//'1A.B'").contains("write //'A.B.C'"));
        assert_eq!(place("-"), "-");
    }

    #[test]
    fn a_file_takes_its_name_when_it_is_complete_and_replaces_only_if_asked_to() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("a");
        let write = |text: &[u8], replace| {
            let mut file = NewFile::create(&path, replace)?;
            file.write_all(text)?;
            file.keep()
        };
        let mut dropped = NewFile::create(&path, false).expect("a new file");
        dropped.write_all(b"half").expect("written");
        drop(dropped);
        assert_eq!(std::fs::read_dir(home.path()).expect("readable").count(), 0);
        write(b"one", false).expect("new");
        assert!(write(b"two", false).expect_err("refused").to_string().contains("--force"));
        assert_eq!(std::fs::read(&path).expect("the old one"), b"one");
        write(b"two", true).expect("replaced");
        assert_eq!(std::fs::read(&path).expect("the new one"), b"two");
    }

    #[test]
    fn two_who_write_the_same_new_file_do_not_overwrite_each_other() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("a");
        let (mut one, mut other) =
            (NewFile::create(&path, false).expect("one"), NewFile::create(&path, false).expect("other"));
        one.write_all(b"one").expect("written");
        other.write_all(b"other").expect("written");
        one.keep().expect("the first wins");
        assert!(other.keep().is_err());
        assert_eq!(std::fs::read(&path).expect("the file"), b"one");
    }

    #[test]
    fn a_tree_is_listed_in_order_without_what_is_hidden() {
        let home = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(home.path().join("b")).expect("made");
        for name in ["c", "b/x", "a", ".hidden"] {
            std::fs::write(home.path().join(name), "").expect("written");
        }
        let files = tree(home.path()).expect("readable");
        assert_eq!(files, ["a", "b/x", "c"].map(Into::<std::path::PathBuf>::into));
    }
}
