//! IEBGENER: copies SYSUT1 to SYSUT2.
//!
//! Border: the copy. Control statements, which edit records and make members, are named as not emulated.

use crate::dataset::{Attributes, Dcb, Recfm};
use crate::message::{own, programs};

use super::copying::{form, is_alike, like};
use super::printer::Printer;
use super::{Completion, OpenError, Program, StepContext};

/// SYSPRINT as the program opens it, seen in listings.
const SYSPRINT: Dcb = Dcb { recfm: Some(Recfm::FBA), lrecl: Some(121), blksize: Some(121), dsorg: None };
/// Nothing was copied.
const RC_NOT_DONE: u16 = 12;

/// The program.
pub(super) struct Iebgener;

impl Program for Iebgener {
    fn names(&self) -> &'static [&'static str] {
        &["IEBGENER"]
    }

    fn run(&self, step: &StepContext<'_>) -> Completion {
        run(step).into()
    }
}

fn run(step: &StepContext<'_>) -> Result<u16, Completion> {
    let mut printer = Printer::open(step.dds, "SYSPRINT", SYSPRINT, step.code_page)?;
    printer.line(&format!("1{}", programs::IEBGENER_HEADING.with(&[&"0001"])))?;
    let code = copy(step, &mut printer)?;
    printer.close()?;
    Ok(code)
}

fn copy(step: &StepContext<'_>, printer: &mut Printer<'_>) -> Result<u16, Completion> {
    if has_statements(step)? {
        printer.line(&format!("-{}", own::ZJB163E.plain()))?;
        return Ok(RC_NOT_DONE);
    }
    let mut input = step.dds.open_input("SYSUT1", Dcb::default())?;
    let from = input.attributes();
    let to = step.dds.coded("SYSUT2");
    if !is_alike(from, like(to, from)) {
        // Before the output is opened: what it holds stays.
        printer.line("-")?;
        printer.line(&format!(" {}", own::ZJB164E.with(&[&form(from), &form(like(to, from))])))?;
        return Ok(RC_NOT_DONE);
    }
    let is_copied = to.recfm.is_none() || to.lrecl.is_none_or(|lrecl| lrecl == 0);
    if is_copied {
        printer.line(&format!("-{}", programs::IEB352I.plain()))?;
        printer.line(" ")?;
    } else {
        printer.line("-")?;
    }
    let mut output = step.dds.open_output("SYSUT2", missing(to, from))?;
    while let Some(run) = input.next_run()? {
        step.cancel.check()?;
        output.put_run(run)?;
    }
    output.close()?;
    printer.line(&format!(" {}", programs::IEBGENER_END.plain()))?;
    Ok(0)
}

/// SYSIN holds control statements: DUMMY and blank cards are none.
fn has_statements(step: &StepContext<'_>) -> Result<bool, Completion> {
    let mut cards = match step.dds.open_input("SYSIN", Dcb::default()) {
        Ok(cards) => cards,
        Err(OpenError::NoDd(_)) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    while let Some(run) = cards.next_run()? {
        if run.records().any(|card| !step.code_page.decode(card).trim().is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What SYSUT2 has not, it gets from SYSUT1. A block size goes only with the records that it was made for.
fn missing(to: Dcb, from: Attributes) -> Dcb {
    let recfm = to.recfm.is_none().then_some(from.recfm);
    let lrecl = to.lrecl.is_none_or(|lrecl| lrecl == 0).then_some(from.lrecl);
    let all_missing = recfm.is_some() && lrecl.is_some() && to.blksize.is_none_or(|blksize| blksize == 0);
    let blksize = all_missing.then_some(from.blksize).filter(|&blksize| blksize >= from.lrecl);
    Dcb { recfm, lrecl, blksize, dsorg: None }
}

#[cfg(test)]
mod tests {
    use super::missing;
    use crate::dataset::{Attributes, Dcb, Recfm};

    const IN: Attributes = Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 800 };

    #[test]
    fn what_the_output_lacks_comes_from_the_input() {
        assert_eq!(missing(Dcb::default(), IN), IN.into());
        let coded = Dcb { recfm: Some(Recfm::FB), lrecl: Some(80), ..Dcb::default() };
        assert_eq!(missing(coded, IN), Dcb::default());
        let partly = Dcb { recfm: Some(Recfm::F), ..Dcb::default() };
        assert_eq!(missing(partly, IN), Dcb { lrecl: Some(80), ..Dcb::default() });
    }
}
