//! Host files in and out: text by line, bytes by record length, or records after their RDWs.
//!
//! Border: streams of bytes on one side, records on the other. Nothing is guessed: a line that does not fit
//! is an error that names it.

use std::io::{self, BufRead, Read, Write};

use thiserror::Error;

use super::attributes::Attributes;
use super::record::{RDW, ReadError, RecordReader, RecordWriter, Run, Shape, WriteError};
use crate::codepage::{CodePage, EBCDIC_BLANK};

/// Longest line of a host file that is read before it is refused, in bytes.
const MAX_LINE: u64 = 1 << 20;
/// Bytes moved at once.
const PIECE: usize = 256 * 1024;

/// How records lie in a host file.
#[derive(Debug, Clone, Copy)]
pub enum HostFormat {
    /// One line per record, translated between `host` and `page`.
    Text {
        /// The data set's code page.
        page: &'static CodePage,
        /// The host file's encoding.
        host: &'static encoding_rs::Encoding,
    },
    /// The bytes of the records end to end.
    Binary,
    /// Each record after its RDW.
    Rdw,
}

/// Why a host file was not taken in or written.
#[derive(Debug, Error)]
pub enum TransferError {
    /// A line or record does not fit.
    #[error("record {number}: {what}")]
    Record {
        /// Counted from 1.
        number: u64,
        /// What is wrong and what to do.
        what: String,
    },
    /// This format cannot hold such records.
    #[error("{0}")]
    Unsuitable(String),
    /// The data set did not give its records.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The data set did not take the records.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The host file failed.
    #[error("cannot use the host file: {0}")]
    Io(#[from] io::Error),
}

/// Copies a host file into an open data set. Returns the number of records.
pub fn import(from: &mut dyn BufRead, to: &mut dyn RecordWriter, format: HostFormat) -> Result<u64, TransferError> {
    match format {
        HostFormat::Text { page, host } => import_text(from, to, page, host),
        HostFormat::Binary => import_binary(from, to),
        HostFormat::Rdw => import_rdw(from, to),
    }
}

fn import_text(
    from: &mut dyn BufRead,
    to: &mut dyn RecordWriter,
    page: &CodePage,
    host: &'static encoding_rs::Encoding,
) -> Result<u64, TransferError> {
    let attributes = to.attributes();
    let mut number = 0;
    let mut line = Vec::new();
    while read_line(from, &mut line, number + 1)? {
        number += 1;
        let wrong = |what: String| TransferError::Record { number, what };
        let (text, _, damaged) = host.decode(&line);
        if damaged {
            return Err(wrong(format!("the line is no {} text; say --host-encoding", host.name())));
        }
        let mut record = page.encode(&text).map_err(|error| wrong(error.to_string()))?;
        if record.len() > attributes.longest_record() {
            let (found, most) = (record.len(), attributes.longest_record());
            return Err(wrong(format!("the line has {found} characters, a record holds {most}; raise --lrecl")));
        }
        if attributes.recfm.is_fixed() {
            record.resize(attributes.longest_record(), EBCDIC_BLANK);
        }
        to.put(&record)?;
    }
    Ok(number)
}

/// Reads one line without its end (LF or CR LF). False at the end of the file.
fn read_line(from: &mut dyn BufRead, line: &mut Vec<u8>, number: u64) -> Result<bool, TransferError> {
    line.clear();
    let read = from.take(MAX_LINE + 2).read_until(b'\n', line)?;
    if line.len() as u64 > MAX_LINE {
        let what = format!("the line is longer than {MAX_LINE} bytes; is this a text file?");
        return Err(TransferError::Record { number, what });
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    Ok(read > 0)
}

fn import_binary(from: &mut dyn BufRead, to: &mut dyn RecordWriter) -> Result<u64, TransferError> {
    let attributes = to.attributes();
    if attributes.recfm.is_variable() {
        let what = "a binary file does not say where records of RECFM=V end; use --rdw or --text".to_owned();
        return Err(TransferError::Unsuitable(what));
    }
    let record = attributes.longest_record().max(1);
    let undefined = attributes.recfm.is_undefined();
    let shape = if undefined { Shape::Whole } else { Shape::Fixed(record) };
    let mut piece = vec![0; if undefined { record } else { (PIECE / record).max(1) * record }];
    let mut number = 0;
    loop {
        let read = fill(from, &mut piece)?;
        if !undefined && read % record != 0 {
            let what = format!("only {} of {record} bytes; the file is cut off, or LRECL is wrong", read % record);
            return Err(TransferError::Record { number: number + (read / record) as u64 + 1, what });
        }
        if read > 0 {
            to.put_run(Run { bytes: &piece[..read], shape })?;
            number += read.div_ceil(record) as u64;
        }
        if read < piece.len() {
            return Ok(number);
        }
    }
}

fn import_rdw(from: &mut dyn BufRead, to: &mut dyn RecordWriter) -> Result<u64, TransferError> {
    let mut record = Vec::new();
    let mut number = 0;
    loop {
        let mut word = [0; RDW];
        let read = fill(from, &mut word)?;
        if read == 0 {
            return Ok(number);
        }
        number += 1;
        let wrong = |what: String| TransferError::Record { number, what };
        let length = usize::from(u16::from_be_bytes([word[0], word[1]]));
        if read < RDW || length < RDW || word[2..] != [0, 0] {
            return Err(wrong(format!("X'{:08X}' is no record descriptor word", u32::from_be_bytes(word))));
        }
        record.resize(length - RDW, 0);
        if fill(from, &mut record)? < record.len() {
            return Err(wrong("the file ends inside the record".to_owned()));
        }
        to.put(&record)?;
    }
}

/// Reads until `buffer` is full or the input ends; says how many bytes there are.
pub fn fill(from: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Copies an open data set into a host file. Returns the number of records.
pub fn export(from: &mut dyn RecordReader, to: &mut dyn Write, format: HostFormat) -> Result<u64, TransferError> {
    let fixed = from.attributes().recfm.is_fixed();
    let mut number = 0;
    while let Some(run) = from.next_run()? {
        match format {
            HostFormat::Binary if !matches!(run.shape, Shape::Described) => {
                to.write_all(run.bytes)?;
                number += run.count();
            }
            HostFormat::Rdw if matches!(run.shape, Shape::Described) => {
                to.write_all(run.bytes)?;
                number += run.count();
            }
            _ => {
                for record in run.records() {
                    number += 1;
                    export_record(record, number, to, format, fixed)?;
                }
            }
        }
    }
    to.flush()?;
    Ok(number)
}

/// Writes one record, the `number`th, as `format` has it. Blanks at the end of `fixed` records leave text.
pub fn export_record(
    record: &[u8],
    number: u64,
    to: &mut dyn Write,
    format: HostFormat,
    fixed: bool,
) -> Result<(), TransferError> {
    match format {
        HostFormat::Binary => to.write_all(record)?,
        HostFormat::Rdw => {
            let length = u16::try_from(record.len() + RDW).map_err(|_| TransferError::Record {
                number,
                what: format!("{} bytes are too many for a record descriptor word", record.len()),
            })?;
            to.write_all(&length.to_be_bytes())?;
            to.write_all(&[0, 0])?;
            to.write_all(record)?;
        }
        HostFormat::Text { page, host } => {
            let end = record.iter().rposition(|&byte| byte != EBCDIC_BLANK).map_or(0, |last| last + 1);
            let text = page.decode(if fixed { &record[..end] } else { record });
            to.write_all(&host.encode(&text).0)?;
            to.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// The attributes of records of this format when nobody says more.
pub fn default_attributes(format: HostFormat) -> Attributes {
    use super::attributes::Recfm;
    match format {
        HostFormat::Text { .. } | HostFormat::Binary => Attributes::with_system_block_size(Recfm::FB, 80),
        HostFormat::Rdw => Attributes::with_system_block_size(Recfm::VB, 32_756),
    }
}
