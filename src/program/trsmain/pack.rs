//! PACK and SPACK.

use crate::dataset::attributes::lrecl_text;
use crate::dataset::{Attributes, Dcb, Recfm, RecordReader, RecordWriter, Run, Shape, WriteError};
use crate::message::{own, programs};
use crate::program::{Library, StepContext};
use crate::terse::{EncodeError, Encoder, Header, Method, PackedSink, RECORD, Stamp, Totals};

use super::super::failure::Failure;
use super::library::{self, LibraryAt, LibraryError};
use super::{
    INPUTS, OUTPUTS, RC_INPUT, Report, cannot_open_input, cannot_open_output, cannot_use_library, dd_of, shape,
};

pub(super) fn run(step: &StepContext<'_>, method: Method, report: &mut Report<'_>) -> Result<u16, Failure> {
    let (from, to) = (dd_of(step, INPUTS), dd_of(step, OUTPUTS));
    if let Some(library) = step.libraries.library(from).map_err(cannot_open_input)? {
        return run_library(step, method, &library, report);
    }
    let mut input = step.dds.open_input(from, Dcb::default()).map_err(cannot_open_input)?;
    let attributes = input.attributes();
    let header = header(method, &attributes)?;
    let output = open_packed(step, to)?;
    let name = if method == Method::Pack { "PACK" } else { "SPACK" };
    report.line(&own::ZJB300I.with(&[&name]))?;
    report.data_set(step, "INPUT", from)?;
    report.data_set(step, "OUTPUT", to)?;
    step.progress.begin(name, None);
    let packed = pack(step, header, input.as_mut(), output, report);
    step.progress.end();
    let (totals, records) = packed?;
    report.sizes(totals.unpacked, totals.packed)?;
    explain_what_is_special(step, &header, totals, records);
    if shape::loses_control_characters(&attributes) {
        let (from, to) = (attributes.recfm, shape::attributes(&header).recfm);
        step.console.explain(&format!(
            "How AMATERSE notes control characters is not known: UNPACK will give RECFM={to}, not {from}."
        ));
    }
    Ok(0)
}

/// Opens the output for packed records.
fn open_packed<'a>(step: &StepContext<'a>, ddname: &str) -> Result<Box<dyn RecordWriter + 'a>, Failure> {
    let dcb = Dcb { recfm: Some(Recfm::FB), lrecl: Some(RECORD as u32), ..Dcb::default() };
    step.dds.open_output(ddname, dcb).map_err(cannot_open_output)
}

/// PACK of a library as a whole.
fn run_library(
    step: &StepContext<'_>,
    method: Method,
    library: &Library,
    report: &mut Report<'_>,
) -> Result<u16, Failure> {
    let (from, to) = (dd_of(step, INPUTS), dd_of(step, OUTPUTS));
    if method == Method::Spack {
        return Err(Failure::Told(own::ZJB311E.plain(), RC_INPUT));
    }
    let unfit = |what: &str| Failure::Told(own::ZJB312E.with(&[&what]), RC_INPUT);
    let attributes = library::attributes(library, false).map_err(unfit)?;
    let output = open_packed(step, to)?;
    report.line(&own::ZJB300I.with(&[&"PACK"]))?;
    report.data_set(step, "INPUT", from)?;
    report.data_set(step, "OUTPUT", to)?;
    step.progress.begin("PACK", None);
    let at = LibraryAt { libraries: step.libraries, ddname: from };
    let packed = library::pack(at, library, attributes, method, Packed(output), &stamp(step), &mut |bytes| {
        step.progress.advance(bytes);
        step.cancel.check()
    });
    step.progress.end();
    let (totals, Packed(output)) = packed.map_err(|error| match error {
        LibraryError::Unfit(what) => unfit(what),
        LibraryError::Encode(error) => failure(error),
        other => cannot_use_library(other),
    })?;
    output.close()?;
    let aliases = library.entries.iter().filter(|entry| entry.alias_of.is_some()).count();
    report.sizes(totals.unpacked, totals.packed)?;
    report.line(&own::ZJB313I.with(&[&(library.entries.len() - aliases), &aliases]))?;
    Ok(0)
}

/// The header for records of these attributes.
fn header(method: Method, attributes: &Attributes) -> Result<Header, Failure> {
    shape::header(method, attributes).map_err(|what| {
        let lrecl = lrecl_text(Some(attributes.recfm), attributes.lrecl);
        Failure::Told(own::ZJB305E.with(&[&attributes.recfm, &lrecl, &what]), RC_INPUT)
    })
}

fn pack(
    step: &StepContext<'_>,
    header: Header,
    input: &mut dyn RecordReader,
    output: Box<dyn RecordWriter + '_>,
    report: &mut Report<'_>,
) -> Result<(Totals, u64), Failure> {
    let mut encoder = Encoder::new(header, Packed(output)).map_err(failure)?;
    let mut records = 0;
    while let Some(run) = input.next_run()? {
        step.cancel.check()?;
        records += match run.shape {
            Shape::Fixed(length) => {
                encoder.put_run(run.bytes).map_err(failure)?;
                run.bytes.len().checked_div(length).unwrap_or(0) as u64
            }
            Shape::Described | Shape::Whole => put_records(&mut encoder, run, report)?,
        };
        step.progress.advance(run.bytes.len() as u64);
    }
    let (totals, Packed(output)) = encoder.finish(&stamp(step)).map_err(failure)?;
    output.close()?;
    Ok((totals, records))
}

/// Packs the records of a run one by one and warns of empty ones, as the host does. Returns how many there were.
fn put_records(encoder: &mut Encoder<Packed<'_>>, run: Run<'_>, report: &mut Report<'_>) -> Result<u64, Failure> {
    let mut count = 0;
    for record in run.records() {
        if record.is_empty() {
            report.line(&programs::AMA513I.plain())?;
        }
        encoder.put_record(record).map_err(failure)?;
        count += 1;
    }
    Ok(count)
}

fn stamp(step: &StepContext<'_>) -> Stamp {
    Stamp::new(&step.world.now().strftime("%m/%d/%Y %H:%M:%S").to_string()).unwrap_or(Stamp::BLANK)
}

fn failure(error: EncodeError<WriteError>) -> Failure {
    match error {
        EncodeError::Sink(error) => Failure::from(error),
        // A reader that gives records which contradict its own attributes.
        other @ (EncodeError::RecordLength { .. } | EncodeError::Format(_)) => {
            Failure::Told(own::ZJB306E.with(&[&other]), RC_INPUT)
        }
    }
}

fn explain_what_is_special(step: &StepContext<'_>, header: &Header, totals: Totals, records: u64) {
    if header.variable && records == 1 && totals.unpacked == 0 {
        step.console.explain(
            "The input holds exactly one record, and it is empty. Packed data cannot tell that from no record at \
             all: UNPACK will give an empty data set.",
        );
    }
    if header.method == Method::Spack && totals.unpacked == 1 && records == 1 {
        step.console.explain(
            "The input holds exactly one byte. AMATERSE on the host loses it in SPACK; this file keeps it. Use PACK \
             on the host.",
        );
    }
}

/// The output as the encoder sees it.
struct Packed<'a>(Box<dyn RecordWriter + 'a>);

impl PackedSink for Packed<'_> {
    type Error = WriteError;

    fn put(&mut self, records: &[u8]) -> Result<(), WriteError> {
        self.0.put_run(Run { bytes: records, shape: Shape::Fixed(RECORD) })
    }
}
