//! TRSMAIN, and AMATERSE as it is called today: PACK, SPACK or UNPACK one data set into another.
//!
//! Border: PARM, DDs, SYSPRINT and condition codes. What packed data look like is known to `terse`.

pub mod library;
mod pack;
pub mod shape;
mod unpack;

#[cfg(test)]
mod tests;

use crate::dataset::{Dcb, Recfm, WriteError};
use crate::message::{Message, own, programs};
use crate::terse::Method;

use super::failure::Failure;
use super::printer::Printer;
use super::{Completion, DdKind, OpenError, Program, StepContext};

/// DDs for input: that of TRSMAIN and that of AMATERSE. Either program takes either.
const INPUTS: [&str; 2] = ["INFILE", "SYSUT1"];
/// DDs for output.
const OUTPUTS: [&str; 2] = ["OUTFILE", "SYSUT2"];

/// The data are complete, and yet something is wrong with them.
const RC_WARNING: u16 = 4;
/// The input cannot be used (X'10' in the manual).
const RC_INPUT: u16 = 16;
/// The output cannot be opened (X'28' in the manual).
const RC_OUTPUT: u16 = 40;

/// Characters of a SYSPRINT line behind its control character.
const LINE: usize = 132;
/// How far the second line of a long message is indented: an id and a blank.
const INDENT: usize = 9;

/// The program.
pub(super) struct Trsmain;

impl Program for Trsmain {
    fn names(&self) -> &'static [&'static str] {
        &["TRSMAIN", "AMATERSE"]
    }

    fn run(&self, step: &StepContext<'_>) -> Completion {
        let mut report = match Report::open(step) {
            Ok(report) => report,
            Err(error) => return without_report(step, error),
        };
        let code = match work(step, &mut report) {
            Ok(code) => Ok(code),
            Err(Failure::Told(message, code)) => report.line(&message).map(|()| code).map_err(Completion::from),
            Err(Failure::Ended(completion)) => Err(completion),
        };
        match (code, report.0.close()) {
            (Ok(_), Err(error)) => error.into(),
            (code, _) => code.into(),
        }
    }
}

fn without_report(step: &StepContext<'_>, error: OpenError) -> Completion {
    if let OpenError::NoDd(_) = error {
        step.console.explain("The program cannot open SYSPRINT. Add //SYSPRINT DD SYSOUT=*.");
    }
    error.into()
}

fn work(step: &StepContext<'_>, report: &mut Report<'_>) -> Result<u16, Failure> {
    match step.parm.trim_end() {
        "PACK" => pack::run(step, Method::Pack, report),
        "SPACK" => pack::run(step, Method::Spack, report),
        "UNPACK" => unpack::run(step, report),
        other => Err(Failure::Told(own::ZJB304E.with(&[&other]), RC_INPUT)),
    }
}

/// What an input that does not open means for the step.
fn cannot_open_input(error: OpenError) -> Failure {
    match error {
        OpenError::NoDd(_) => Failure::Told(programs::AMA522E.plain(), RC_INPUT),
        other => Failure::Ended(other.into()),
    }
}

/// What means the same for a library whether it is packed or unpacked.
fn cannot_use_library<E: std::error::Error>(error: library::LibraryError<E>) -> Failure {
    use library::LibraryError::{Encode, Open, Read, Stopped, Unfit, Write};
    match error {
        Open(error) => Failure::Ended(error.into()),
        Read(error) => error.into(),
        Write(error) => error.into(),
        Stopped(completion) => completion.into(),
        Encode(_) | Unfit(_) => Failure::Told(own::ZJB315E.with(&[&error]), RC_INPUT),
    }
}

/// What an output that does not open means for the step.
fn cannot_open_output(error: OpenError) -> Failure {
    match error {
        OpenError::NoDd(_) => Failure::Told(programs::AMA518E.plain(), RC_OUTPUT),
        other => Failure::Ended(other.into()),
    }
}

/// The one of two DDs that the step has; the first if it has none.
fn dd_of(step: &StepContext<'_>, names: [&'static str; 2]) -> &'static str {
    names.into_iter().find(|name| step.dds.kind(name).is_some()).unwrap_or(names[0])
}

/// SYSPRINT.
struct Report<'a>(Printer<'a>);

impl<'a> Report<'a> {
    fn open(step: &StepContext<'a>) -> Result<Self, OpenError> {
        let dcb = Dcb { recfm: Some(Recfm::FBA), lrecl: Some(LINE as u32 + 1), ..Dcb::default() };
        Printer::open(step.dds, "SYSPRINT", dcb, step.code_page).map(Self)
    }

    /// Writes a message, on several lines if it is long.
    fn line(&mut self, message: &Message) -> Result<(), WriteError> {
        wrap(&message.to_string()).iter().try_for_each(|line| self.0.line(&format!(" {line}")))
    }

    /// Says which data set a DD stands for.
    fn data_set(&mut self, step: &StepContext<'_>, what: &str, ddname: &str) -> Result<(), WriteError> {
        let name = match step.dds.kind(ddname) {
            Some(DdKind::DataSet { name, member: Some(member) }) => format!("{name}({member})"),
            Some(DdKind::DataSet { name, member: None }) => name.to_string(),
            Some(DdKind::Dummy) => "NULLFILE".to_owned(),
            Some(DdKind::InStream | DdKind::Sysout) | None => "JES2".to_owned(),
        };
        self.line(&own::ZJB301I.with(&[&what, &ddname, &name]))
    }

    /// Says how large both sides are.
    fn sizes(&mut self, unpacked: u64, packed: u64) -> Result<(), WriteError> {
        let percent = (packed.saturating_mul(100) + unpacked / 2).checked_div(unpacked).unwrap_or(0);
        self.line(&own::ZJB302I.with(&[&unpacked, &packed, &percent]))
    }
}

/// Cuts a text at blanks into lines that fit.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        let length = line.chars().count() + word.trim_end().chars().count();
        if length > LINE && line.len() > INDENT {
            lines.push(std::mem::replace(&mut line, " ".repeat(INDENT)));
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
