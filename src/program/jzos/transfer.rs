//! Files of the command line: DDs and data sets as bytes, bytes as their records.
//!
//! What is not checked yet waits in a scratch file that has no name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};

use zeroize::Zeroizing;

use super::super::failure::Failure;
use super::super::{Completion, NewDataSet, OpenError, StepContext};
use super::{RC_NO_DD, cannot_open, wrong};
use crate::codepage::EBCDIC_BLANK;
use crate::dataset::transfer::fill;
use crate::dataset::{Attributes, Dcb, Recfm, RecordReader, RecordWriter, Run};
use crate::ftp::LocalFile;
use crate::ftp::local::{LocalNameError, LocalPrefix, named_in_parm};
use crate::message::own;

/// Block size of a message: half a track of a 3390, as CSDFILEN writes.
const HALF_TRACK: u32 = 27_998;
/// Record length of an armored message.
const ARMOR_LINE: u32 = 80;
/// Longest line of text that becomes a record, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// The file that a command line names: `//DD:NAME`, `//'HLQ.DATA(MEMBER)'`, or `//DATA` below the user id.
fn named(step: &StepContext<'_>, file: &str) -> Result<LocalFile, Failure> {
    let inner = file.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(file);
    let found = if inner.starts_with("//") {
        named_in_parm(inner, &LocalPrefix::of_user(step.world.user()))
    } else {
        Err(LocalNameError::Unix)
    };
    // What is not even a path may be a secret in the wrong place.
    let shown = if inner.starts_with('/') { file } else { "A FILE" };
    found.map_err(|error| wrong(own::ZJB463E.with(&[&shown, &error])))
}

fn open_input<'a>(step: &StepContext<'a>, file: &str) -> Result<Box<dyn RecordReader + 'a>, Failure> {
    let opened = match named(step, file)? {
        LocalFile::Dd(ddname) => step.dds.open_input(&ddname, Dcb::default()),
        LocalFile::DataSet { name, member } => step.allocation.open_input(&name, member.as_ref()),
    };
    opened.map_err(|error| cannot_open(file, error))
}

/// Opens a DD, or a data set that exists. What a new one would look like is for a DD to say.
fn open_output<'a>(step: &StepContext<'a>, file: &str, dcb: Dcb) -> Result<Box<dyn RecordWriter + 'a>, Failure> {
    let opened = match named(step, file)? {
        LocalFile::Dd(ddname) => step.dds.open_output(&ddname, dcb),
        LocalFile::DataSet { name, member } => {
            let entry = step.catalog.entry(&name);
            if entry.map_err(|error| cannot_open(file, OpenError::Environment(error.to_string())))?.is_none() {
                return Err(Failure::Told(own::ZJB469E.with(&[&name]), RC_NO_DD));
            }
            let attributes = Attributes {
                recfm: dcb.recfm.unwrap_or(Recfm::U),
                lrecl: dcb.lrecl.unwrap_or(0),
                blksize: dcb.blksize.unwrap_or(0),
            };
            let new = NewDataSet { attributes, primary_tracks: 0, secondary_tracks: 0, directory_blocks: 0 };
            step.allocation.open_output(&name, member.as_ref(), &new)
        }
    };
    opened.map_err(|error| cannot_open(file, error))
}

/// A file without a name, which goes with the step.
pub(super) fn scratch() -> Result<BufWriter<File>, Failure> {
    let file = tempfile::tempfile().map_err(|error| environment(&error))?;
    Ok(BufWriter::with_capacity(256 * 1024, file))
}

fn environment(error: &io::Error) -> Failure {
    cannot_open("A TEMPORARY FILE", OpenError::Environment(error.to_string()))
}

fn rewound(out: BufWriter<File>) -> Result<BufReader<File>, Failure> {
    let file = out.into_inner().map_err(|error| environment(error.error()))?;
    let mut file = file;
    file.rewind().map_err(|error| environment(&error))?;
    Ok(BufReader::with_capacity(256 * 1024, file))
}

/// The records of a DD as lines, at most so many characters.
pub(super) fn lines(step: &StepContext<'_>, ddname: &str, most: usize) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(most.min(4096)));
    if step.dds.kind(ddname).is_none() {
        return Ok(text);
    }
    let mut reader = step.dds.open_input(ddname, Dcb::default()).map_err(|error| cannot_open(ddname, error))?;
    while let Some(run) = reader.next_run()? {
        for record in run.records() {
            let line = Zeroizing::new(step.code_page.decode(record));
            text.push_str(line.trim_end());
            text.push('\n');
            if text.len() > most {
                return Err(wrong(own::ZJB464E.with(&[&ddname, &most])));
            }
        }
    }
    Ok(text)
}

/// The records of a DD as bytes: end to end, or as lines of UTF-8 that end in CR LF.
pub(super) struct Input<'a> {
    step: StepContext<'a>,
    reader: Box<dyn RecordReader + 'a>,
    text: bool,
    ready: Zeroizing<Vec<u8>>,
    next: usize,
    read: u64,
    failure: Option<Failure>,
}

impl<'a> Input<'a> {
    pub(super) fn open(step: &StepContext<'a>, file: &str, text: bool) -> Result<Self, Failure> {
        let reader = open_input(step, file)?;
        let ready = Zeroizing::new(Vec::new());
        Ok(Self { step: *step, reader, text, ready, next: 0, read: 0, failure: None })
    }

    /// Bytes given so far.
    pub(super) fn bytes(&self) -> u64 {
        self.read
    }

    /// Why reading stopped, if it did not come to its end.
    pub(super) fn result(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Takes the next run; false at the end.
    fn refill(&mut self) -> Result<bool, Failure> {
        self.step.cancel.check()?;
        let Some(run) = self.reader.next_run()? else { return Ok(false) };
        self.ready.clear();
        self.next = 0;
        for record in run.records() {
            if self.text {
                let line = Zeroizing::new(self.step.code_page.decode(record));
                self.ready.extend_from_slice(line.trim_end_matches(' ').as_bytes());
                self.ready.extend_from_slice(b"\r\n");
            } else {
                self.ready.extend_from_slice(record);
            }
        }
        Ok(true)
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.next == self.ready.len() {
            match self.refill() {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(failure) => {
                    self.failure = Some(failure);
                    return Err(io::Error::other("the input failed"));
                }
            }
        }
        let count = self.ready.get(self.next..).unwrap_or_default().read(buffer)?;
        self.next += count;
        self.read += count as u64;
        Ok(count)
    }
}

/// Writes a message into a DD: blocks of undefined length, or lines where it is armored. Gives its bytes.
pub(super) fn message_to_dd(
    step: &StepContext<'_>,
    file: &str,
    armor: bool,
    message: BufWriter<File>,
) -> Result<u64, Failure> {
    let mut message = rewound(message)?;
    let dcb = if armor {
        Dcb { recfm: Some(Recfm::FB), lrecl: Some(ARMOR_LINE), ..Dcb::default() }
    } else {
        Dcb { recfm: Some(Recfm::U), lrecl: Some(0), blksize: Some(HALF_TRACK), dsorg: None }
    };
    let mut out = open_output(step, file, dcb)?;
    let bytes = if armor {
        put_lines(step, file, &mut message, out.as_mut())?.1
    } else {
        put_blocks(step, &mut message, out.as_mut())?
    };
    out.close()?;
    Ok(bytes)
}

fn put_blocks(step: &StepContext<'_>, from: &mut dyn Read, out: &mut dyn RecordWriter) -> Result<u64, Failure> {
    let mut block = vec![0; out.attributes().longest_record().max(1)];
    let mut bytes = 0;
    loop {
        step.cancel.check()?;
        let read = fill(from, &mut block).map_err(|error| environment(&error))?;
        if read > 0 {
            out.put(&block[..read])?;
            bytes += read as u64;
        }
        if read < block.len() {
            return Ok(bytes);
        }
    }
}

/// Writes lines of UTF-8 as records. Gives their number and the bytes read.
fn put_lines(
    step: &StepContext<'_>,
    file: &str,
    from: &mut dyn BufRead,
    out: &mut dyn RecordWriter,
) -> Result<(u64, u64), Failure> {
    let attributes = out.attributes();
    let longest = attributes.longest_record();
    let wrong_line = |number: u64, what: &dyn std::fmt::Display| wrong(own::ZJB465E.with(&[&file, &number, &what]));
    let (mut line, mut records, mut bytes) = (Zeroizing::new(Vec::new()), 0, 0);
    loop {
        step.cancel.check()?;
        line.clear();
        let read = from.take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|error| environment(&error))?;
        if read == 0 {
            return Ok((records, bytes));
        }
        (records, bytes) = (records + 1, bytes + read as u64);
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        let text = std::str::from_utf8(&line).map_err(|_| wrong_line(records, &"IT IS NO UTF-8 TEXT"))?;
        let mut record = Zeroizing::new(step.code_page.encode(text).map_err(|error| wrong_line(records, &error))?);
        if record.len() > longest {
            return Err(wrong_line(records, &format!("IT HAS {} CHARACTERS, A RECORD {longest}", record.len())));
        }
        if attributes.recfm.is_fixed() {
            record.resize(longest, EBCDIC_BLANK);
        }
        out.put(&record)?;
    }
}

/// The message in a DD as a file: its records end to end, or its lines where they are armor in the code page of the
/// system.
pub(super) fn message_of_dd(step: &StepContext<'_>, file: &str) -> Result<BufReader<File>, Failure> {
    let mut reader = open_input(step, file)?;
    let mut out = scratch()?;
    let mut armor = None;
    while let Some(run) = reader.next_run()? {
        step.cancel.check()?;
        put_message(step, run, &mut armor, &mut out).map_err(|error| environment(&error))?;
    }
    rewound(out)
}

fn put_message(step: &StepContext<'_>, run: Run<'_>, armor: &mut Option<bool>, out: &mut dyn Write) -> io::Result<()> {
    for record in run.records() {
        let is_armor = *armor.get_or_insert_with(|| step.code_page.decode(record).starts_with("-----BEGIN PGP"));
        if is_armor {
            writeln!(out, "{}", step.code_page.decode(record).trim_end())?;
        } else {
            out.write_all(record)?;
        }
    }
    Ok(())
}

/// Writes clear bytes into a DD as its attributes have it: lines as records if they are text. Gives the records.
pub(super) fn clear_to_dd(
    step: &StepContext<'_>,
    file: &str,
    text: bool,
    clear: BufWriter<File>,
) -> Result<u64, Failure> {
    let length = clear.get_ref().metadata().map_err(|error| environment(&error))?.len() + clear.buffer().len() as u64;
    let mut clear = rewound(clear)?;
    let mut out = open_output(step, file, Dcb::default())?;
    let attributes = out.attributes();
    let longest = attributes.longest_record();
    if longest == 0 {
        return Err(Failure::Told(own::ZJB466E.with(&[&file]), RC_NO_DD));
    }
    if !text && attributes.recfm.is_fixed() && !length.is_multiple_of(longest as u64) {
        return Err(wrong(own::ZJB467E.with(&[&file, &length, &longest])));
    }
    let records = if text {
        put_lines(step, file, &mut clear, out.as_mut())?.0
    } else {
        put_blocks(step, &mut clear, out.as_mut())?.div_ceil(longest as u64)
    };
    out.close().map_err(Completion::from)?;
    Ok(records)
}
