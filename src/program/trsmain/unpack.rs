//! UNPACK.

use std::io::{self, Read};

use crate::dataset::attributes::lrecl_text;
use crate::dataset::{Attributes, Dcb, ReadError, RecordReader, RecordWriter, Run, Shape, WriteError};
use crate::message::own;
use crate::program::StepContext;
use crate::terse::library::LibraryDecoder;
use crate::terse::{DecodeError, Decoder, Limit, Organization, Trailer};

use super::super::failure::Failure;
use super::library::{self, LibraryAt};
use super::{
    INPUTS, OUTPUTS, RC_INPUT, RC_WARNING, Report, cannot_open_input, cannot_open_output, cannot_use_library, dd_of,
    shape,
};

pub(super) fn run(step: &StepContext<'_>, report: &mut Report<'_>) -> Result<u16, Failure> {
    let (from, to) = (dd_of(step, INPUTS), dd_of(step, OUTPUTS));
    let input = step.dds.open_input(from, Dcb::default()).map_err(cannot_open_input)?;
    check_form(&input.attributes())?;
    let mut packed = Packed { reader: input, bytes: Vec::new(), next: 0, failure: None };
    let decoder = match Decoder::new(&mut packed) {
        Ok(decoder) => decoder.with_limit(Limit::None),
        Err(error) => return Err(failure(step, &error, packed.failure)),
    };
    let header = *decoder.header();
    let library = step.libraries.library(to).map_err(cannot_open_output)?;
    if header.organization == Organization::Library {
        if library.is_none() {
            return Err(Failure::Told(own::ZJB309E.plain(), RC_INPUT));
        }
        let unpacked = unpack_library(step, decoder, report);
        return finish(step, unpacked.map_err(|stop| stop.into_failure(step, packed.failure))?, report);
    }
    if library.is_some() {
        return Err(Failure::Told(own::ZJB314E.plain(), RC_INPUT));
    }
    let original = shape::attributes(&header);
    let output = step.dds.open_output(to, original.into()).map_err(cannot_open_output)?;
    report.line(&own::ZJB300I.with(&[&"UNPACK"]))?;
    report.data_set(step, "INPUT", from)?;
    report.data_set(step, "OUTPUT", to)?;
    report_original(&original, report)?;
    step.progress.begin("UNPACK", None);
    let unpacked = unpack(step, decoder, output);
    step.progress.end();
    finish(step, unpacked.map_err(|stop| stop.into_failure(step, packed.failure))?, report)
}

fn unpack_library(
    step: &StepContext<'_>,
    decoder: Decoder<&mut Packed<'_>>,
    report: &mut Report<'_>,
) -> Result<End, Stop> {
    let (from, to) = (dd_of(step, INPUTS), dd_of(step, OUTPUTS));
    let decoder = LibraryDecoder::new(decoder).map_err(Stop::Damage)?;
    let attributes = library::original(&decoder).map_err(Stop::Damage)?;
    report.line(&own::ZJB300I.with(&[&"UNPACK"]))?;
    report.data_set(step, "INPUT", from)?;
    report.data_set(step, "OUTPUT", to)?;
    report_original(&attributes, report)?;
    step.progress.begin("UNPACK", None);
    let at = LibraryAt { libraries: step.libraries, ddname: to };
    let unpacked = library::unpack(decoder, attributes, at, &mut |bytes| {
        step.progress.advance(bytes);
        step.cancel.check()
    });
    step.progress.end();
    let unpacked = unpacked.map_err(cannot_use_library)?;
    report.line(&own::ZJB313I.with(&[&unpacked.members, &unpacked.aliases]))?;
    for alias in &unpacked.lost_aliases {
        report.line(&own::ZJB316W.with(&[alias]))?;
    }
    let end = end(unpacked.trailer, unpacked.failure)?;
    Ok(End { is_odd: !unpacked.lost_aliases.is_empty(), ..end })
}

fn report_original(original: &Attributes, report: &mut Report<'_>) -> Result<(), WriteError> {
    let lrecl = lrecl_text(Some(original.recfm), original.lrecl);
    report.line(&own::ZJB303I.with(&[&original.recfm, &lrecl, &original.blksize]))
}

/// The input must be fixed; a record length other than 1024 is a sign that the file came over a wrong way.
fn check_form(attributes: &Attributes) -> Result<(), Failure> {
    if attributes.recfm.is_fixed() {
        return Ok(());
    }
    Err(Failure::Told(own::ZJB307E.with(&[&attributes.recfm, &attributes.lrecl]), RC_INPUT))
}

/// Why unpacking stopped.
enum Stop {
    Ended(Failure),
    Damage(DecodeError),
}

impl<T: Into<Failure>> From<T> for Stop {
    fn from(failure: T) -> Self {
        Self::Ended(failure.into())
    }
}

impl Stop {
    fn into_failure(self, step: &StepContext<'_>, read: Option<ReadError>) -> Failure {
        match self {
            Self::Ended(failure) => failure,
            Self::Damage(error) => failure(step, &error, read),
        }
    }
}

/// What is known at the end.
struct End {
    trailer: Option<Trailer>,
    /// The file has a length that it should not have.
    length: Option<DecodeError>,
    /// SYSPRINT has a warning already.
    is_odd: bool,
}

fn unpack(
    step: &StepContext<'_>,
    mut decoder: Decoder<&mut Packed<'_>>,
    mut output: Box<dyn RecordWriter + '_>,
) -> Result<End, Stop> {
    let header = *decoder.header();
    let shape = if header.variable { Shape::Described } else { Shape::Fixed(header.record_length as usize) };
    let ended = loop {
        step.cancel.check()?;
        match decoder.next_run() {
            Ok(Some(bytes)) => {
                output.put_run(Run { bytes, shape })?;
                step.progress.advance(bytes.len() as u64);
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    // What could be unpacked stays, as after any step that ends with a condition code.
    output.close()?;
    end(decoder.trailer(), ended)
}

fn end(trailer: Option<Trailer>, ended: Option<DecodeError>) -> Result<End, Stop> {
    match ended {
        Some(error) if !error.is_only_length() => Err(Stop::Damage(error)),
        length => Ok(End { trailer, length, is_odd: false }),
    }
}

fn finish(step: &StepContext<'_>, end: End, report: &mut Report<'_>) -> Result<u16, Failure> {
    if let Some(trailer) = end.trailer {
        report.sizes(trailer.unpacked, trailer.packed)?;
        if trailer.lost_its_only_byte() {
            step.console.explain(
                "The packed data set is empty, but it looks like SPACK of exactly one byte, which AMATERSE loses. \
                 Pack the original once more with PACK.",
            );
        }
    }
    let Some(error) = end.length else { return Ok(if end.is_odd { RC_WARNING } else { 0 }) };
    report.line(&own::ZJB310W.with(&[&error]))?;
    Ok(RC_WARNING)
}

/// What damage means for the step: a line in SYSPRINT, and the same in plain words for the user.
fn failure(step: &StepContext<'_>, error: &DecodeError, read: Option<ReadError>) -> Failure {
    if let Some(error) = read {
        return Failure::from(error);
    }
    step.console.explain(&format!("UNPACK: {error}."));
    Failure::Told(own::ZJB308E.with(&[error]), RC_INPUT)
}

/// The input as the decoder sees it.
struct Packed<'a> {
    reader: Box<dyn RecordReader + 'a>,
    bytes: Vec<u8>,
    next: usize,
    failure: Option<ReadError>,
}

impl Packed<'_> {
    /// Fetches the next run. False at the end.
    fn fetch(&mut self) -> io::Result<bool> {
        match self.reader.next_run() {
            Ok(None) => Ok(false),
            Ok(Some(run)) => {
                self.bytes.clear();
                self.bytes.extend_from_slice(run.bytes);
                self.next = 0;
                Ok(true)
            }
            Err(error) => {
                self.failure = Some(error);
                Err(io::Error::other("the data set cannot be read"))
            }
        }
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, wanted: &mut [u8]) -> io::Result<usize> {
        if self.next == self.bytes.len() && !self.fetch()? {
            return Ok(0);
        }
        let mut rest = self.bytes.get(self.next..).unwrap_or_default();
        let count = rest.read(wanted)?;
        self.next += count;
        Ok(count)
    }
}
