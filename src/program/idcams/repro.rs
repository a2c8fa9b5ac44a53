//! REPRO's copy: opens both sides, compares their records, and copies.

use crate::ams::{Copied, Copy, Place};
use crate::dataset::{Attributes, Dcb, RecordReader, RecordWriter};
use crate::program::copying::{form, is_alike, like};
use crate::program::{Completion, DdKind, NewDataSet, OpenError, StepContext};

/// Copies what the command asks for.
pub(super) fn copy(step: &StepContext<'_>, copy: &Copy) -> Result<Copied, Completion> {
    let mut input = match open_input(step, &copy.from) {
        Ok(input) => input,
        Err(error) => return not_opened(&copy.from, error),
    };
    let from = input.attributes();
    // Before the output is opened: what it holds stays.
    match label(step, &copy.to)? {
        Some(label) if !has_form(label) => return Ok(Copied::Formless(name(&copy.to))),
        Some(label) if !is_alike(from, like(label, from)) => {
            return Ok(Copied::Unlike(form(from), form(like(label, from))));
        }
        _ => {}
    }
    let mut output = match open_output(step, &copy.to, from) {
        Ok(output) => output,
        Err(error) => return not_opened(&copy.to, error),
    };
    let copied = records(step, copy, input.as_mut(), output.as_mut())?;
    output.close()?;
    Ok(Copied::Done(copied))
}

/// What is known of the records of a data set that is to be written; `None` for what takes records of any form.
fn label(step: &StepContext<'_>, place: &Place) -> Result<Option<Dcb>, Completion> {
    match place {
        Place::Dd(ddname) => {
            let is_data_set = matches!(step.dds.kind(ddname), Some(DdKind::DataSet { .. }));
            Ok(is_data_set.then(|| step.dds.coded(ddname)))
        }
        Place::DataSet(name, _) => {
            step.catalog.label(name).map_err(|error| OpenError::Environment(error.to_string()).into())
        }
    }
}

fn open_input<'s>(step: &'s StepContext<'_>, place: &Place) -> Result<Box<dyn RecordReader + 's>, OpenError> {
    match place {
        Place::Dd(ddname) => step.dds.open_input(ddname, Dcb::default()),
        Place::DataSet(name, member) => step.allocation.open_input(name, member.as_ref()),
    }
}

/// SYSOUT and DUMMY take records of any form.
fn open_output<'s>(
    step: &'s StepContext<'_>,
    place: &Place,
    from: Attributes,
) -> Result<Box<dyn RecordWriter + 's>, OpenError> {
    match place {
        Place::Dd(ddname) => {
            let is_data_set = matches!(step.dds.kind(ddname), Some(DdKind::DataSet { .. }));
            step.dds.open_output(ddname, if is_data_set { Dcb::default() } else { from.into() })
        }
        Place::DataSet(name, member) => {
            // REPRO makes no data sets.
            if !matches!(step.catalog.label(name), Ok(Some(_))) {
                return Err(OpenError::NotFound(name.clone()));
            }
            let new = NewDataSet { attributes: from, primary_tracks: 0, secondary_tracks: 0, directory_blocks: 0 };
            step.allocation.open_output(name, member.as_ref(), &new)
        }
    }
}

fn has_form(dcb: Dcb) -> bool {
    dcb.recfm.is_some_and(|recfm| recfm.is_undefined() || dcb.lrecl.is_some_and(|lrecl| lrecl > 0))
}

fn name(place: &Place) -> String {
    match place {
        Place::Dd(ddname) => ddname.clone(),
        Place::DataSet(name, None) => name.to_string(),
        Place::DataSet(name, Some(member)) => format!("{name}({member})"),
    }
}

fn not_opened(place: &Place, error: OpenError) -> Result<Copied, Completion> {
    match error {
        OpenError::Environment(_) => Err(error.into()),
        other => Ok(Copied::NotOpened(name(place), other.to_string())),
    }
}

fn records(
    step: &StepContext<'_>,
    copy: &Copy,
    input: &mut dyn RecordReader,
    output: &mut dyn RecordWriter,
) -> Result<u64, Completion> {
    let (mut skip, most) = (copy.skip, copy.count.unwrap_or(u64::MAX));
    let mut copied = 0;
    while copied < most
        && let Some(run) = input.next_run()?
    {
        step.cancel.check()?;
        if skip == 0 && run.count() <= most - copied {
            output.put_run(run)?;
            copied += run.count();
            continue;
        }
        let passed = skip.min(run.count());
        skip -= passed;
        for record in run.records().skip(usize::try_from(passed).unwrap_or(usize::MAX)) {
            if copied == most {
                break;
            }
            output.put(record)?;
            copied += 1;
        }
    }
    Ok(copied)
}
