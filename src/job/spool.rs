//! The spool: what a job printed, one file of described records for each spool data set.
//!
//! Border: files and their index. What the lines say is known to whoever wrote them.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::codepage::CodePage;
use crate::dataset::{Attributes, Recfm};
use crate::store::{JobRow, SpoolRow, Store, StoreError};

/// Why the spool was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file system failed.
    #[error("cannot use the spool: {0}")]
    Io(#[from] io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A spool file is not what it should be.
    #[error("spool file {0} is damaged")]
    Damaged(String),
}

/// The directory of a job's spool data sets.
pub fn directory(spool: &Path, job: u32) -> PathBuf {
    spool.join(format!("JOB{job:05}"))
}

/// Writes one spool data set.
#[derive(Debug)]
pub struct SpoolFile {
    out: BufWriter<File>,
    row: SpoolRow,
    /// Lines that spacing adds: one for each record with ASA control `0`, two for `-`.
    skipped_lines: u64,
}

impl SpoolFile {
    /// Makes the file of a spool data set.
    pub fn create(
        directory: &Path,
        id: u32,
        (step, ddname): (&str, &str),
        class: &str,
        attributes: Attributes,
    ) -> io::Result<Self> {
        let out = BufWriter::new(File::create(directory.join(id.to_string()))?);
        let row = SpoolRow {
            id,
            ddname: ddname.to_owned(),
            step: step.to_owned(),
            class: class.to_owned(),
            recfm: attributes.recfm.bits(),
            lrecl: attributes.lrecl,
            records: 0,
            bytes: 0,
        };
        Ok(Self { out, row, skipped_lines: 0 })
    }

    /// Goes on behind what the data set holds already, for a DD that is opened again.
    pub fn extend(directory: &Path, (row, skipped_lines): (SpoolRow, u64)) -> io::Result<Self> {
        let file = File::options().append(true).open(directory.join(row.id.to_string()))?;
        Ok(Self { out: BufWriter::new(file), row, skipped_lines })
    }

    /// Writes one record.
    pub fn put(&mut self, record: &[u8]) -> io::Result<()> {
        let length = u16::try_from(record.len() + 4).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(&[0, 0])?;
        self.out.write_all(record)?;
        self.row.records += 1;
        self.row.bytes += record.len() as u64;
        let asa = Recfm::from_bits(self.row.recfm).is_some_and(Recfm::has_asa);
        self.skipped_lines += match record.first() {
            Some(0xF0) if asa => 1,
            Some(0x60) if asa => 2,
            _ => 0,
        };
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<(SpoolRow, u64)> {
        self.out.flush()?;
        Ok((self.row, self.skipped_lines))
    }
}

/// Writes the lines of a JES data set.
pub fn write_lines(
    directory: &Path,
    (id, ddname): (u32, &str),
    attributes: Attributes,
    lines: &[String],
    page: &CodePage,
) -> io::Result<(SpoolRow, u64)> {
    let mut file = SpoolFile::create(directory, id, ("JES2", ddname), "", attributes)?;
    for line in lines {
        file.put(&page.encode_lossy(line))?;
    }
    file.finish()
}

/// Hands the lines of one spool data set to `line`, one by one.
pub fn read_lines(
    spool: &Path,
    job: u32,
    row: &SpoolRow,
    page: &CodePage,
    mut line: impl FnMut(&str) -> io::Result<()>,
) -> Result<(), SpoolError> {
    let path = directory(spool, job).join(row.id.to_string());
    let damaged = || SpoolError::Damaged(path.display().to_string());
    let mut file = BufReader::new(File::open(&path)?);
    let mut record = Vec::new();
    for _ in 0..row.records {
        let mut word = [0; 4];
        file.read_exact(&mut word).map_err(|_| damaged())?;
        let length = usize::from(u16::from_be_bytes([word[0], word[1]])).checked_sub(4).ok_or_else(damaged)?;
        record.resize(length, 0);
        file.read_exact(&mut record).map_err(|_| damaged())?;
        line(&printable(&page.decode(&record)))?;
    }
    Ok(())
}

/// Control characters never reach a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '.' } else { c }).collect()
}

/// All jobs that the spool holds.
pub fn jobs(store: &Store) -> Result<Vec<JobRow>, SpoolError> {
    Ok(store.jobs()?)
}

/// Removes what a job left in the spool directory before, if its number is used again.
pub fn clear(spool: &Path, job: u32) -> io::Result<PathBuf> {
    let directory = directory(spool, job);
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(&directory)?;
    Ok(directory)
}
