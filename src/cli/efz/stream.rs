//! Inputs and outputs of one file.
//!
//! Border: bytes in, bytes out, with bars and Ctrl-C; knows no records and no keys.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;
use std::time::SystemTime;

use super::super::behind::Behind;
use super::super::hostfile::{NewFile, Place};
use super::super::progress::Bars;
use super::super::{CliError, StandardInput};
use super::at;
use crate::efz::Sink;
use crate::program::{Cancel, Progress};

/// Bytes moved at once.
pub(in crate::cli) const PIECE: usize = 256 * 1024;
/// Bytes that a buffered reader holds: less than those who take whole pieces ask for, so that theirs are read
/// straight to where they want them.
const BUFFER: usize = 32 * 1024;

/// How far the work is, and whether it shall go on.
pub(in crate::cli) struct Meter {
    pub(in crate::cli) bars: Bars,
    pub(in crate::cli) cancel: Cancel,
}

impl Meter {
    /// `read` with a count of bytes and an ear for Ctrl-C.
    pub(in crate::cli) fn read(&self, from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_requested() {
            return Err(io::Error::other("stopped"));
        }
        let read = from.read(buffer)?;
        self.bars.advance(read as u64);
        Ok(read)
    }

    /// The same for those who want a buffered reader.
    pub(in crate::cli) fn buffered<R: Read>(&self, from: R) -> BufReader<impl Read + use<'_, R>> {
        BufReader::with_capacity(BUFFER, Metered { from, meter: self })
    }
}

struct Metered<'a, R> {
    from: R,
    meter: &'a Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.meter.read(&mut self.from, buffer)
    }
}

/// An input: a file that can be read again from its start, or a stream.
pub(in crate::cli) enum Input {
    File(File, u64),
    Stream(Box<dyn Read + Send>),
}

impl Input {
    pub(in crate::cli) fn open(place: &Place, stream: StandardInput) -> Result<Self, CliError> {
        let Place::Host(path) = place else { return Ok(Self::Stream(stream())) };
        Self::open_file(path).map_err(|error| at(place, error))
    }

    fn open_file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        Ok(if metadata.is_file() { Self::File(file, metadata.len()) } else { Self::Stream(Box::new(file)) })
    }

    /// The stamp of a file; a stream has none.
    pub(in crate::cli) fn stamp(&self) -> io::Result<Option<Stamp>> {
        match self {
            Self::File(file, _) => Stamp::of(file).map(Some),
            Self::Stream(_) => Ok(None),
        }
    }

    /// Bytes in it, if that is known.
    pub(in crate::cli) fn length(&self) -> Option<u64> {
        match self {
            Self::File(_, length) => Some(*length),
            Self::Stream(_) => None,
        }
    }
}

/// What changes in a file with each change of its data: its size and its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Stamp(u64, Option<SystemTime>, (i64, i64));

impl Stamp {
    pub(in crate::cli) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        #[cfg(unix)]
        let changed = std::os::unix::fs::MetadataExt::ctime(&metadata);
        #[cfg(unix)]
        let changed = (changed, std::os::unix::fs::MetadataExt::ctime_nsec(&metadata));
        #[cfg(not(unix))]
        let changed = (0, 0);
        Ok(Self(metadata.len(), metadata.modified().ok(), changed))
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.read(buffer),
            Self::Stream(stream) => stream.read(buffer),
        }
    }
}

/// Reads until `buffer` is full or the input ends.
pub(in crate::cli) fn fill(meter: &Meter, from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match meter.read(from, &mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// A file that only this process can see, ready to be written.
pub(in crate::cli) fn private_temporary() -> Result<File, CliError> {
    tempfile::tempfile().map_err(|error| {
        CliError::Usage(format!("there is no room for a temporary file ({error}): TMPDIR says where one may be"))
    })
}

/// The same file from its start.
pub(in crate::cli) fn rewind(mut file: File) -> io::Result<File> {
    file.rewind()?;
    Ok(file)
}

/// Where the result goes. A file takes its name when it is kept; a thread of its own writes it.
pub(in crate::cli) enum Output<'a> {
    File(Behind<NewFile>),
    Stream(&'a mut dyn Write),
}

impl<'a> Output<'a> {
    pub(in crate::cli) fn create(place: &Place, force: bool, out: &'a mut dyn Write) -> Result<Self, CliError> {
        let Place::Host(path) = place else { return Ok(Self::Stream(out)) };
        let file = NewFile::create(path, force).and_then(Behind::new);
        Ok(Self::File(file.map_err(|error| at(place, error))?))
    }

    /// Makes what was written last.
    pub(in crate::cli) fn keep(self) -> io::Result<()> {
        match self {
            Self::File(file) => file.finish()?.keep(),
            Self::Stream(out) => out.flush(),
        }
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stream(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stream(out) => out.flush(),
        }
    }
}

impl Sink for &mut Output<'_> {
    type Error = io::Error;

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn give(&mut self, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        match self {
            Output::File(file) => file.give(bytes),
            Output::Stream(out) => {
                out.write_all(&bytes)?;
                bytes.clear();
                Ok(bytes)
            }
        }
    }
}

/// Takes the bytes of a seal.
pub(in crate::cli) struct Written<W>(pub(in crate::cli) W);

impl<W: Write> Sink for Written<W> {
    type Error = io::Error;

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}
