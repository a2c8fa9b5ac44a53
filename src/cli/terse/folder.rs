//! A library as a directory of the host: a file for each member, and beside them what a directory of the host has
//! no place for.
//!
//! Border: implements `program::Libraries` over host files. What is packed is known elsewhere.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::super::dataset::members_of;
use super::super::hostfile;
use super::Problem;
use crate::dataset::file::{FileReader, shape_of};
use crate::dataset::library::{DirectoryEntry, MAX_USER_DATA, directory_order};
use crate::dataset::record::MemoryReader;
use crate::dataset::transfer::{self, HostFormat};
use crate::dataset::{Attributes, Dcb, Dsorg, MemberName, RDW, RecordReader, RecordWriter, Run, Shape, WriteError};
use crate::program::{Libraries, Library, OpenError};

/// Where a directory of the host keeps what else a library has: attributes, user data, aliases.
const NOTES: &str = ".zjob-library.json";
/// Most bytes of such notes.
const MAX_NOTES: u64 = 64 << 20;
/// Bytes read or written in one call.
const BUFFER: usize = 64 * 1024;
/// Bytes of a directory block that hold entries, and of an entry without its user data.
const DIRECTORY_BLOCK: usize = 254;
const ENTRY: usize = 12;

/// What a directory of the host does not show.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Notes {
    recfm: String,
    lrecl: u32,
    blksize: u32,
    members: Vec<Note>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alias_of: Option<String>,
    /// User data of the directory entry, usually ISPF statistics, in hexadecimal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    user_data: String,
}

impl Notes {
    /// The notes of a directory, if it has any.
    fn read(directory: &Path) -> Result<Option<Self>, Problem> {
        let path = directory.join(NOTES);
        let wrong = |what: String| {
            Problem::Failed(format!(
                "{}: {what}; without this file there are no ISPF statistics and aliases",
                path.display()
            ))
        };
        let text = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Ok(there) if there.len() > MAX_NOTES => return Err(wrong("it is too long".to_owned())),
            _ => fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?,
        };
        serde_json::from_str(&text).map(Some).map_err(|error| wrong(error.to_string()))
    }

    fn dcb(&self) -> Dcb {
        Dcb { recfm: self.recfm.parse().ok(), lrecl: Some(self.lrecl), blksize: Some(self.blksize), dsorg: None }
    }

    /// The entries whose members are among `files`, and those of `files` that have none.
    fn entries(notes: Option<Self>, files: &BTreeMap<MemberName, PathBuf>) -> Vec<DirectoryEntry> {
        let notes = notes.map_or_else(Vec::new, |notes| notes.members);
        let mut entries: BTreeMap<MemberName, DirectoryEntry> =
            files.keys().map(|name| (name.clone(), plain_entry(name))).collect();
        for entry in notes.iter().filter_map(Note::entry) {
            let main = entry.alias_of.as_ref().unwrap_or(&entry.name);
            let hidden = entry.alias_of.is_some() && files.contains_key(&entry.name);
            if files.contains_key(main) && !hidden {
                entries.insert(entry.name.clone(), entry);
            }
        }
        let mut entries: Vec<_> = entries.into_values().collect();
        entries.sort_by(|one, other| directory_order(one.name.as_str(), other.name.as_str()));
        entries
    }
}

fn plain_entry(name: &MemberName) -> DirectoryEntry {
    DirectoryEntry { name: name.clone(), alias_of: None, user_data: Vec::new() }
}

impl Note {
    fn of(entry: &DirectoryEntry) -> Self {
        Self {
            name: entry.name.to_string(),
            alias_of: entry.alias_of.as_ref().map(ToString::to_string),
            user_data: entry.user_data.iter().fold(String::new(), |text, byte| text + &format!("{byte:02X}")),
        }
    }

    /// None if somebody has written what no directory entry can be.
    fn entry(&self) -> Option<DirectoryEntry> {
        let alias_of = self.alias_of.as_deref().map(MemberName::new).transpose().ok()?;
        let user_data = unhex(&self.user_data).filter(|data| data.len() <= MAX_USER_DATA && data.len() % 2 == 0)?;
        Some(DirectoryEntry { name: MemberName::new(&self.name).ok()?, alias_of, user_data })
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high << 4 | low) as u8).collect())
}

/// What was asked for, and for the rest what a directory says of the records in it.
pub(super) fn attributes_or_noted(asked: Dcb, directory: &Path) -> Result<Dcb, Problem> {
    let noted = Notes::read(directory)?.map_or_else(Dcb::default, |notes| notes.dcb());
    let both = asked.or(noted);
    // A block size goes with the records that it was made for.
    let is_same = both.recfm == noted.recfm && both.lrecl == noted.lrecl;
    Ok(Dcb { blksize: if is_same { both.blksize } else { asked.blksize }, ..both })
}

/// The files of a directory as members, brought into the form of records once.
pub(super) struct Source {
    records: TempDir,
    attributes: Attributes,
    pub(super) library: Library,
}

impl Source {
    /// Takes the files in as records of these attributes.
    pub(super) fn open(directory: &Path, attributes: Attributes, format: HostFormat) -> Result<Self, Problem> {
        let files = members_of(directory)?;
        let records = tempfile::tempdir()?;
        for (member, path) in &files {
            let failed = |what: &dyn std::fmt::Display| Problem::Failed(format!("{}: {what}", path.display()));
            let mut input = BufReader::with_capacity(BUFFER, File::open(path).map_err(|error| failed(&error))?);
            let file = File::create_new(records.path().join(member.as_str()))?;
            let out = BufWriter::with_capacity(BUFFER, file);
            let mut spool = Spool { out, attributes, name: member.to_string() };
            transfer::import(&mut input, &mut spool, format).map_err(|error| failed(&error))?;
            spool.out.flush()?;
        }
        let entries = Notes::entries(Notes::read(directory)?, &files);
        let length: usize = entries.iter().map(|entry| ENTRY + entry.user_data.len()).sum();
        let label = Dcb { dsorg: Some(Dsorg::Partitioned), ..attributes.into() };
        let directory_blocks = u32::try_from(length / DIRECTORY_BLOCK + 1).unwrap_or(u32::MAX);
        Ok(Self { records, attributes, library: Library { label, directory_blocks, entries } })
    }
}

/// Records of one member, as they lie in files of data sets.
struct Spool {
    out: BufWriter<File>,
    attributes: Attributes,
    name: String,
}

impl RecordWriter for Spool {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let Attributes { recfm, lrecl, .. } = self.attributes;
        let longest = self.attributes.longest_record();
        let (dataset, length) = (self.name.clone(), record.len());
        if length > longest || recfm.is_fixed() && length != longest {
            return Err(WriteError::Length { dataset, length, recfm: recfm.to_string(), lrecl });
        }
        let described = match shape_of(&self.attributes) {
            // Longer than an RDW can say is none.
            Shape::Described => self.out.write_all(&[((length + RDW) >> 8) as u8, (length + RDW) as u8, 0, 0]),
            Shape::Fixed(_) | Shape::Whole => Ok(()),
        };
        described.and_then(|()| self.out.write_all(record)).map_err(|source| WriteError::Io { dataset, source })
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        run.records().try_for_each(|record| self.put(record))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        self.out.flush().map_err(|source| WriteError::Io { dataset: self.name.clone(), source })
    }
}

fn failed(error: &dyn std::fmt::Display) -> OpenError {
    OpenError::Environment(error.to_string())
}

impl Libraries for Source {
    fn library(&self, _: &str) -> Result<Option<Library>, OpenError> {
        Ok(Some(self.library.clone()))
    }

    fn open_member(&self, _: &str, member: &MemberName) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        let path = self.records.path().join(member.as_str());
        let reader = FileReader::open(Some(&path), member.as_str(), self.attributes);
        reader.map(|reader| Box::new(reader) as Box<dyn RecordReader>).map_err(|error| failed(&error))
    }

    fn create_member(&self, _: &str, _: &MemberName, _: Dcb) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        Err(failed(&"members are only read here"))
    }

    fn stow(&self, _: &str, _: &DirectoryEntry) -> Result<(), OpenError> {
        Err(failed(&"members are only read here"))
    }
}

/// A directory being filled with members. They appear when it is kept; dropped before, it leaves nothing.
pub(super) struct Target {
    staging: TempDir,
    directory: PathBuf,
    attributes: Attributes,
    format: HostFormat,
    force: bool,
    entries: RefCell<BTreeMap<MemberName, DirectoryEntry>>,
}

impl Target {
    /// Starts a directory that will be at `directory`; files that are there are replaced only with `force`.
    pub(super) fn create(
        directory: &Path,
        attributes: Attributes,
        format: HostFormat,
        force: bool,
    ) -> Result<Self, Problem> {
        let shown = |error: io::Error| Problem::Failed(format!("{}: {error}", directory.display()));
        if fs::metadata(directory).is_ok_and(|there| !there.is_dir()) {
            return Err(shown(io::Error::from(io::ErrorKind::NotADirectory)));
        }
        // The parent of `x/` is that of `x`.
        let directory: PathBuf = directory.components().collect();
        let parent = match directory.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(shown)?;
        let staging = hostfile::new_directory(parent).map_err(shown)?;
        let target = Self { staging, directory, attributes, format, force, entries: RefCell::default() };
        target.check(NOTES)?;
        Ok(target)
    }

    /// Nothing of this name may be in the way.
    fn check(&self, name: &str) -> io::Result<()> {
        if !self.force && self.directory.join(name).exists() {
            let what = format!("{}: the file exists; --force replaces it", self.directory.join(name).display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, what));
        }
        Ok(())
    }

    /// Gives the members their names.
    pub(super) fn keep(self) -> Result<(), Problem> {
        let notes = Notes {
            recfm: self.attributes.recfm.to_string(),
            lrecl: self.attributes.lrecl,
            blksize: self.attributes.blksize,
            members: self.entries.borrow().values().map(Note::of).collect(),
        };
        let text = serde_json::to_string_pretty(&notes).map_err(Problem::failed)?;
        fs::write(self.staging.path().join(NOTES), text + "\n")?;
        if fs::rename(self.staging.path(), &self.directory).is_ok() {
            return Ok(());
        }
        // There is one already.
        for entry in fs::read_dir(self.staging.path())? {
            let name = entry?.file_name();
            self.check(&name.to_string_lossy())?;
            fs::rename(self.staging.path().join(&name), self.directory.join(&name))?;
        }
        Ok(())
    }
}

impl Libraries for Target {
    fn library(&self, _: &str) -> Result<Option<Library>, OpenError> {
        Ok(None)
    }

    fn open_member(&self, _: &str, _: &MemberName) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        Err(failed(&"members are only written here"))
    }

    fn create_member(&self, _: &str, member: &MemberName, _: Dcb) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        self.check(member.as_str()).map_err(|error| failed(&error))?;
        let file = File::create_new(self.staging.path().join(member.as_str())).map_err(|error| failed(&error))?;
        self.entries.borrow_mut().insert(member.clone(), plain_entry(member));
        let out = BufWriter::with_capacity(BUFFER, file);
        Ok(Box::new(MemberFile { out, attributes: self.attributes, format: self.format, name: member.to_string() }))
    }

    fn stow(&self, _: &str, entry: &DirectoryEntry) -> Result<(), OpenError> {
        self.entries.borrow_mut().insert(entry.name.clone(), entry.clone());
        Ok(())
    }
}

/// The file of one member.
struct MemberFile {
    out: BufWriter<File>,
    attributes: Attributes,
    format: HostFormat,
    name: String,
}

impl MemberFile {
    fn failure(&self, source: io::Error) -> WriteError {
        WriteError::Io { dataset: self.name.clone(), source }
    }
}

impl RecordWriter for MemberFile {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        self.put_run(Run { bytes: record, shape: Shape::Whole })
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        let mut records = MemoryReader::new(self.attributes, run.shape, run.bytes);
        let done = transfer::export(&mut records, &mut self.out, self.format);
        done.map(drop).map_err(|error| self.failure(io::Error::other(error.to_string())))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        self.out.flush().map_err(|error| self.failure(error))
    }
}

#[cfg(test)]
mod tests {
    use super::{DirectoryEntry, MemberName, Note, Notes, unhex};

    #[test]
    fn notes_give_an_entry_back_and_nothing_that_no_directory_could_hold() {
        let name = |text| MemberName::new(text).expect("a name");
        let entry = DirectoryEntry { name: name("A1"), alias_of: Some(name("B")), user_data: vec![0x01, 0xFF] };
        assert_eq!(Note::of(&entry).entry(), Some(entry));
        let note = |name: &str, user_data: &str| Note {
            name: name.to_owned(),
            alias_of: None,
            user_data: user_data.to_owned(),
        };
        for wrong in [note("../A", ""), note("A", "0"), note("A", "00"), note("A", "XY"), note("A", &"00".repeat(64))] {
            assert_eq!(wrong.entry(), None, "{wrong:?}");
        }
        assert_eq!(unhex("0aFF"), Some(vec![10, 255]));
    }

    #[test]
    fn entries_follow_the_files_that_are_there() {
        let name = |text| MemberName::new(text).expect("a name");
        let files = ["B", "$NEW"].map(|text| (name(text), text.into())).into();
        let text = r#"{"recfm": "FB", "lrecl": 80, "blksize": 800, "members": [{"name": "A", "alias_of": "B"},
            {"name": "B", "user_data": "0102"}, {"name": "GONE"}, {"name": "LOST", "alias_of": "GONE"}]}"#;
        let notes = serde_json::from_str(text).expect("notes");
        let shown: Vec<_> = Notes::entries(Some(notes), &files)
            .into_iter()
            .map(|entry| (entry.name.to_string(), entry.alias_of.map(|main| main.to_string()), entry.user_data))
            .collect();
        let expected = [("$NEW", None, vec![]), ("A", Some("B"), vec![]), ("B", None, vec![1, 2])];
        assert_eq!(shown, expected.map(|(name, main, data)| (name.to_owned(), main.map(str::to_owned), data)));
    }
}
