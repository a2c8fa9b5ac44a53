//! Data sets that a deck left, against the bytes of `data/DSN[(MEMBER)].bin`.
//!
//! Border: records of V come after their RDWs, all others end to end, as `zjob dataset export` writes them. A
//! data set of any size is compared piece by piece.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::{Difference, SuiteError};
use crate::codepage::CodePage;
use crate::dataset::transfer::{self, HostFormat};
use crate::dataset::{Attributes, DataSetName, MemberName, RecordReader};
use crate::system::System;
use crate::system::config::parse_name;

/// Bytes that are shown of each side of a difference.
const SHOWN: usize = 16;

/// A data set to compare, and its golden file.
pub(super) struct Wanted {
    path: PathBuf,
    file: String,
    name: DataSetName,
    member: Option<MemberName>,
}

/// The data sets that the files of a directory name; none if there is no directory.
pub(super) fn wanted(directory: &Path) -> Result<Vec<Wanted>, SuiteError> {
    let failed = |source| SuiteError::Io { path: directory.to_owned(), source };
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let Some(stem) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".bin"))
        else {
            continue;
        };
        let (name, member) = parse_name(stem).map_err(|what| SuiteError::Name { path: path.clone(), what })?;
        all.push(Wanted { file: format!("data/{stem}.bin"), name, member, path });
    }
    all.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(all)
}

/// Compares a data set with its golden file.
pub(super) fn compare(system: &System, wanted: &Wanted) -> Result<Option<Difference>, SuiteError> {
    let failed = |source| SuiteError::Io { path: wanted.path.clone(), source };
    let golden = File::open(&wanted.path).map_err(failed)?;
    let mut comparison = Comparison::new(BufReader::new(golden));
    let difference = |what: String, diff| Some(Difference { file: wanted.file.clone(), what, diff });
    if !export(system, wanted, &mut comparison)? {
        return Ok(difference(format!("{} is not in the catalog", wanted.name), String::new()));
    }
    let Some(Parting { offset, golden, now }) = comparison.finish().map_err(failed)? else { return Ok(None) };
    let mut diff = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(diff, "@@ byte {offset} (X'{offset:X}') @@\n-{}\n+{}", dump(&golden), dump(&now));
    Ok(difference("it differs".to_owned(), diff))
}

/// Writes the golden file of a data set. The result is its name if it has changed.
pub(super) fn update(system: &System, wanted: &Wanted) -> Result<Option<String>, SuiteError> {
    let failed = |source| SuiteError::Io { path: wanted.path.clone(), source };
    let mut bytes = Vec::new();
    if !export(system, wanted, &mut bytes)? {
        let what = "it is not in the catalog after the run; remove the golden file".to_owned();
        return Err(SuiteError::Data { name: wanted.name.to_string(), what });
    }
    if fs::read(&wanted.path).map_err(failed)? == bytes {
        return Ok(None);
    }
    super::golden::write(&wanted.path, &bytes).map_err(failed)?;
    Ok(Some(wanted.file.clone()))
}

/// Copies the records; false if there is no such data set or member.
fn export(system: &System, wanted: &Wanted, to: &mut dyn Write) -> Result<bool, SuiteError> {
    let failed =
        |what: &dyn std::fmt::Display| SuiteError::Data { name: wanted.name.to_string(), what: what.to_string() };
    let Some(dataset) = system.data_sets().locate(&wanted.name).map_err(|error| failed(&error))? else {
        return Ok(false);
    };
    if let Some(member) = &wanted.member {
        if !dataset.has_member(member).map_err(|error| failed(&error))? {
            return Ok(false);
        }
    } else if dataset.is_partitioned() {
        return Err(failed(&"it is a library; name a member, as in A.LIB(MEMBER).bin"));
    }
    let label = dataset.label();
    let Some(recfm) = label.recfm else { return Ok(true) };
    let attributes = Attributes { recfm, lrecl: label.lrecl.unwrap_or(0), blksize: label.blksize.unwrap_or(0) };
    let mut reader = dataset.open_read(wanted.member.as_ref(), attributes).map_err(|error| failed(&error))?;
    let format = if recfm.is_variable() { HostFormat::Rdw } else { HostFormat::Binary };
    let reader: &mut dyn RecordReader = &mut reader;
    transfer::export(reader, to, format).map_err(|error| failed(&error))?;
    Ok(true)
}

/// Where two streams part, and what each has there.
#[derive(Debug, PartialEq, Eq)]
struct Parting {
    offset: u64,
    golden: Vec<u8>,
    now: Vec<u8>,
}

/// Compares what is written to it with another stream.
struct Comparison<R> {
    golden: R,
    offset: u64,
    found: Option<Parting>,
}

impl<R: Read> Comparison<R> {
    fn new(golden: R) -> Self {
        Self { golden, offset: 0, found: None }
    }

    /// The first difference, if there is one.
    fn finish(mut self) -> io::Result<Option<Parting>> {
        let mut rest = vec![0; SHOWN];
        let read = fill(&mut self.golden, &mut rest)?;
        rest.truncate(read);
        match &mut self.found {
            Some(found) => {
                found.golden.extend(rest);
                found.golden.truncate(SHOWN);
            }
            None if !rest.is_empty() => {
                self.found = Some(Parting { offset: self.offset, golden: rest, now: Vec::new() });
            }
            None => {}
        }
        Ok(self.found)
    }
}

impl<R: Read> Write for Comparison<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(found) = &mut self.found {
            found.now.extend(bytes.iter().take(SHOWN.saturating_sub(found.now.len())));
            return Ok(bytes.len());
        }
        let mut golden = vec![0; bytes.len()];
        let read = fill(&mut self.golden, &mut golden)?;
        golden.truncate(read);
        let parts = bytes.iter().zip(&golden).position(|(now, golden)| now != golden);
        let parts = parts.or((read < bytes.len()).then_some(read));
        if let Some(at) = parts {
            let piece = |of: &[u8]| of.iter().skip(at).take(SHOWN).copied().collect();
            self.found = Some(Parting { offset: self.offset + at as u64, golden: piece(&golden), now: piece(bytes) });
        }
        self.offset += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Bytes as hexadecimal digits and as the characters of IBM-1047, as in a dump.
fn dump(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "the end".to_owned();
    }
    let mut line = String::new();
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(line, "{byte:02X} ");
    }
    let readable = |character: char| character == ' ' || character.is_ascii_graphic();
    let text = bytes.iter().map(|&byte| CodePage::ibm1047().character(byte));
    let text: String = text.map(|character| if readable(character) { character } else { '.' }).collect();
    format!("{line:width$}*{text}*", width = 3 * SHOWN)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{Comparison, dump};

    fn compared(golden: &[u8], pieces: &[&[u8]]) -> Option<(u64, Vec<u8>, Vec<u8>)> {
        let mut comparison = Comparison::new(golden);
        for piece in pieces {
            comparison.write_all(piece).expect("compared");
        }
        comparison.finish().expect("read").map(|found| (found.offset, found.golden, found.now))
    }

    #[test]
    fn the_first_byte_that_differs_is_found() {
        assert_eq!(compared(b"ABCDEF", &[b"ABC", b"DEF"]), None);
        assert_eq!(compared(b"ABCDEF", &[b"AB", b"CXEF"]), Some((3, b"DEF".to_vec(), b"XEF".to_vec())));
    }

    #[test]
    fn a_side_that_ends_first_differs() {
        assert_eq!(compared(b"ABC", &[b"AB"]), Some((2, b"C".to_vec(), Vec::new())));
        assert_eq!(compared(b"AB", &[b"AB", b"C"]), Some((2, Vec::new(), b"C".to_vec())));
        assert_eq!(compared(b"", &[]), None);
    }

    #[test]
    fn records_are_shown_as_in_a_dump() {
        let record = [0xC8, 0x85, 0x93, 0x93, 0x96, 0x00, 0x1C, 0x40];
        assert_eq!(dump(&record), "C8 85 93 93 96 00 1C 40                         *Hello.. *");
        assert_eq!(dump(&[0xF1; 16]), format!("{}*{}*", "F1 ".repeat(16), "1".repeat(16)));
        assert_eq!(dump(&[]), "the end");
    }
}
