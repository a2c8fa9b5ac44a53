//! Inputs and outputs of one file: host files, streams and data sets behind one face.
//!
//! Border: opens and keeps. A host file appears when it is kept, a data set is cataloged when it is kept.

use std::io::{self, BufRead, BufReader, Read, Write};

use super::super::hostfile::{self, NewFile, Place};
pub(super) use super::super::records::{NewDataSet, records};
use super::stream::{Metered, RecordBytes};
use super::{Meter, Problem};
use crate::dataset::enqueue::Enqueues;
use crate::dataset::{Attributes, DataSetName, Recfm, RecordWriter, Run, Shape};
use crate::system::System;
use crate::terse::RECORD;

/// Bytes read in one call.
const BUFFER: usize = 256 * 1024;

/// Where outputs of one task may go beside host files.
pub(super) struct Around<'a> {
    /// The system, if a data set is named anywhere.
    pub(super) system: Option<&'a System>,
    /// Standard output, where it is not shared by threads.
    pub(super) out: Option<&'a mut dyn Write>,
    pub(super) meter: &'a Meter,
    pub(super) force: bool,
}

impl<'a> Around<'a> {
    pub(super) fn system(&self) -> Result<&'a System, Problem> {
        self.system.ok_or_else(|| Problem::Failed("there is no system".to_owned()))
    }

    /// True for a library of the system.
    pub(super) fn is_library(&self, name: &DataSetName) -> bool {
        let found = self.system.and_then(|system| system.data_sets().locate(name).ok()?);
        found.is_some_and(|dataset| dataset.is_partitioned())
    }

    /// Opens the bytes of a host file, a stream or a data set of fixed records.
    pub(super) fn bytes(&self, from: &Place) -> Result<Box<dyn BufRead + 'a>, Problem> {
        let Place::DataSet(name, member) = from else { return host_bytes(from, self.meter) };
        let (reader, held) = records(self.system()?, name, member.as_ref())?;
        if !crate::dataset::RecordReader::attributes(&reader).recfm.is_fixed() {
            return Err(Problem::Failed(
                "packed data sets have RECFM=FB, LRECL=1024; transfer it again, in binary, into such a data set"
                    .to_owned(),
            ));
        }
        Ok(Box::new(BufReader::new(Held { reader: Metered::new(RecordBytes::new(reader), self.meter), _held: held })))
    }

    /// Starts an output of bytes: packed records or a host file.
    pub(super) fn create(&mut self, to: &Place) -> Result<Output<'_>, Problem> {
        match to {
            Place::Host(path) => {
                let file = hostfile::create_with_parents(path, self.force);
                Ok(Output::File(file.map_err(|error| Problem::failed(format!("{}: {error}", path.display())))?))
            }
            Place::DataSet(name, member) => {
                let attributes = Attributes::with_system_block_size(Recfm::FB, RECORD as u32);
                let new = NewDataSet::create(self.system()?, name, member.as_ref(), attributes, self.force)?;
                Ok(Output::DataSet(Box::new(new)))
            }
            Place::Stream => match &mut self.out {
                Some(out) => Ok(Output::Stream(*out)),
                None => Err(Problem::Failed("standard output is not at hand".to_owned())),
            },
        }
    }
}

/// Opens the bytes of a host file or a stream.
pub(super) fn host_bytes<'a>(from: &Place, meter: &'a Meter) -> Result<Box<dyn BufRead + 'a>, Problem> {
    let path = match from {
        Place::Host(path) => path.as_path(),
        _ => std::path::Path::new("-"),
    };
    let input = Metered::new(hostfile::open(path, meter.input)?, meter);
    Ok(Box::new(BufReader::with_capacity(BUFFER, input)))
}

/// A reader that holds the name of its data set.
struct Held<R> {
    reader: R,
    _held: Enqueues,
}

impl<R: Read> Read for Held<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// Where bytes go.
pub(super) enum Output<'a> {
    File(NewFile),
    Stream(&'a mut dyn Write),
    DataSet(Box<NewDataSet>),
}

impl Output<'_> {
    /// Makes what was written last.
    pub(super) fn keep(self) -> Result<(), Problem> {
        match self {
            Self::File(file) => Ok(file.keep()?),
            Self::Stream(out) => Ok(out.flush()?),
            Self::DataSet(dataset) => Ok(dataset.keep()?),
        }
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stream(out) => out.write(bytes),
            // The encoder gives whole packed records.
            Self::DataSet(dataset) => {
                let run = Run { bytes, shape: Shape::Fixed(RECORD) };
                dataset.writer.put_run(run).map_err(|error| io::Error::other(error.to_string()))?;
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stream(out) => out.flush(),
            Self::DataSet(_) => Ok(()),
        }
    }
}
