//! CSDFILEN and CSDFILDE of the Encryption Facility: encrypt SYSUT1 into SYSUT2, and back.
//!
//! Border: control statements, the report, DDs and condition codes. What the file looks like is known to `efz`.

mod decrypt;
mod encrypt;
mod report;
mod statement;

#[cfg(test)]
mod tests;

use crate::efz::KeyLabel;
use crate::message::{Message, own};

use super::failure::Failure;
use super::{Completion, OpenError, Program, RsaKey, StepContext};
use report::Report;

/// Input data set.
const INPUT: &str = "SYSUT1";
/// Output data set.
const OUTPUT: &str = "SYSUT2";

/// A statement in SYSIN, the password or the input is wrong.
const RC_WRONG: u16 = 8;
/// A DD could not be opened.
const RC_NO_DD: u16 = 12;
/// What should not happen did.
const RC_INTERNAL: u16 = 16;

/// CSDFILEN.
pub(super) struct Csdfilen;

/// CSDFILDE.
pub(super) struct Csdfilde;

impl Program for Csdfilen {
    fn names(&self) -> &'static [&'static str] {
        &["CSDFILEN"]
    }

    fn run(&self, step: &StepContext<'_>) -> Completion {
        run(step, "CSDFILEN", encrypt::run)
    }
}

impl Program for Csdfilde {
    fn names(&self) -> &'static [&'static str] {
        &["CSDFILDE"]
    }

    fn run(&self, step: &StepContext<'_>) -> Completion {
        run(step, "CSDFILDE", decrypt::run)
    }
}

/// A failure that is the deck's or the data's fault.
fn wrong(message: Message) -> Failure {
    Failure::Told(message, RC_WRONG)
}

/// What a DD that does not open means for the step.
fn cannot_open(ddname: &str, error: OpenError) -> Failure {
    Failure::open(&own::ZJB420E, RC_NO_DD, ddname, error)
}

/// The RSA key with this label.
fn rsa_key(step: &StepContext<'_>, label: &KeyLabel) -> Result<RsaKey, Failure> {
    let found = step.security.rsa_key(label.as_str());
    let found = found.map_err(|error| Failure::Told(own::ZJB426E.with(&[label, &error]), RC_INTERNAL))?;
    found.ok_or_else(|| {
        step.console.explain(&format!(
            "The system knows no RSA key {label}. zjob efz key list shows those it has; \
             zjob efz key add {label} --pem FILE brings one in."
        ));
        wrong(own::ZJB424E.with(&[label]))
    })
}

type Work = fn(&StepContext<'_>, &mut Report<'_>) -> Result<(), Failure>;

fn run(step: &StepContext<'_>, program: &str, work: Work) -> Completion {
    let mut report = match Report::open(step) {
        Ok(report) => report,
        Err(error) => return without_report(step, program, error),
    };
    let code = match work(step, &mut report) {
        Ok(()) => Ok(0),
        Err(Failure::Told(message, code)) => report.line(&message).map(|()| code).map_err(Completion::from),
        Err(Failure::Ended(completion)) => Err(completion),
    };
    match (code, report.close()) {
        (Ok(_), Err(error)) => error.into(),
        (code, _) => code.into(),
    }
}

fn without_report(step: &StepContext<'_>, program: &str, error: OpenError) -> Completion {
    if matches!(error, OpenError::Abend { .. }) {
        return error.into();
    }
    step.console.explain(&format!("{program} cannot open SYSPRINT: {error}. Add //SYSPRINT DD SYSOUT=*."));
    Completion::Code(RC_NO_DD)
}
