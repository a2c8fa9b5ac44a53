//! IDCAMS: access method services over SYSIN and SYSPRINT.
//!
//! Border: DDs and the catalog for `ams`, which knows the commands.

mod repro;

use crate::ams::{Copied, Copy, Processor, Services};
use crate::codepage::CodePage;
use crate::dataset::catalog::Deleted;
use crate::dataset::group::{EntryKind, GroupDeleted, NewGroup};
use crate::dataset::{DataSetName, Dcb, MemberName, Recfm, RecordReader, WriteError};
use crate::message::own;

use super::printer::Printer;
use super::{Completion, OpenError, Program, ServiceError, StepContext};

/// SYSPRINT unless the DD or the label says otherwise ("Access Method Services Commands").
const SYSPRINT_LRECL: u32 = 125;
const SYSPRINT_BLKSIZE: u32 = 629;

/// A DD could not be opened.
const RC_NO_DD: u16 = 16;
/// What was asked for was not done.
const RC_NOT_DONE: u16 = 12;

/// The program.
pub(super) struct Idcams;

impl Program for Idcams {
    fn names(&self) -> &'static [&'static str] {
        &["IDCAMS"]
    }

    fn run(&self, step: &StepContext<'_>) -> Completion {
        run(step).into()
    }
}

fn run(step: &StepContext<'_>) -> Result<u16, Completion> {
    let program =
        Dcb { recfm: Some(Recfm::VBA), lrecl: Some(SYSPRINT_LRECL), blksize: Some(SYSPRINT_BLKSIZE), ..Dcb::default() };
    let mut printer = match Printer::open(step.dds, "SYSPRINT", program, step.code_page) {
        Ok(printer) => printer,
        Err(error) => return without_dd(step, "SYSPRINT", error),
    };
    let code = with_listing(step, &mut printer);
    let closed = printer.close();
    let code = code?;
    closed?;
    Ok(code)
}

fn with_listing(step: &StepContext<'_>, printer: &mut Printer<'_>) -> Result<u16, Completion> {
    if !step.parm.is_empty() {
        printer.line(&format!(" {}", own::ZJB210E.with(&[&"PARM OF IDCAMS"])))?;
        return Ok(RC_NOT_DONE);
    }
    let reader = match step.dds.open_input("SYSIN", Dcb::default()) {
        Ok(reader) => reader,
        Err(error) => {
            printer.line(&format!(" {}", own::ZJB201E.with(&[&"SYSIN", &error])))?;
            return without_dd(step, "SYSIN", error);
        }
    };
    let cards = Cards { reader, page: step.code_page, run: Vec::new().into_iter() };
    Processor::new(step.world.now()).run(&mut StepServices { step, cards, printer })
}

/// What a DD that does not open means for the step.
fn without_dd(step: &StepContext<'_>, ddname: &str, error: OpenError) -> Result<u16, Completion> {
    match error {
        OpenError::Abend { .. } => Err(error.into()),
        other => {
            step.console.explain(&format!("IDCAMS cannot open {ddname}: {other}."));
            Ok(RC_NO_DD)
        }
    }
}

/// SYSIN, card by card.
struct Cards<'a> {
    reader: Box<dyn RecordReader + 'a>,
    page: &'static CodePage,
    run: std::vec::IntoIter<String>,
}

impl Cards<'_> {
    fn next(&mut self) -> Result<Option<String>, Completion> {
        loop {
            if let Some(card) = self.run.next() {
                return Ok(Some(card));
            }
            let Some(run) = self.reader.next_run()? else { return Ok(None) };
            let cards: Vec<_> = run.records().map(|record| self.page.decode(record)).collect();
            self.run = cards.into_iter();
        }
    }
}

/// The step as access method services see it.
struct StepServices<'a, 'p> {
    step: &'a StepContext<'a>,
    cards: Cards<'a>,
    printer: &'a mut Printer<'p>,
}

impl Services for StepServices<'_, '_> {
    type Error = Completion;

    fn next_card(&mut self) -> Result<Option<String>, Completion> {
        self.step.cancel.check()?;
        self.cards.next()
    }

    fn print(&mut self, record: &str) -> Result<(), Completion> {
        self.printer.line(record).map_err(WriteError::into)
    }

    fn delete(&mut self, name: &DataSetName, member: Option<&MemberName>, purge: bool) -> Result<Deleted, Completion> {
        self.step.catalog.delete(name, member, purge).map_err(|error| self.failed(name, &error))
    }

    fn define_group(&mut self, group: &NewGroup) -> Result<bool, Completion> {
        self.step.catalog.define_group(group).map_err(|error| self.failed(&group.base, &error))
    }

    fn delete_group(&mut self, base: &DataSetName, force: bool) -> Result<GroupDeleted, Completion> {
        self.step.catalog.delete_group(base, force).map_err(|error| self.failed(base, &error))
    }

    fn entry(&mut self, name: &DataSetName) -> Result<Option<EntryKind>, Completion> {
        self.step.catalog.entry(name).map_err(|error| self.failed(name, &error))
    }

    fn entries_below(&mut self, level: &DataSetName) -> Result<Vec<(DataSetName, EntryKind)>, Completion> {
        self.step.catalog.entries_below(level).map_err(|error| self.failed(level, &error))
    }

    fn copy(&mut self, copy: &Copy) -> Result<Copied, Completion> {
        repro::copy(self.step, copy)
    }

    fn explain(&mut self, text: &str) {
        self.step.console.explain(text);
    }
}

impl StepServices<'_, '_> {
    fn failed(&self, name: &DataSetName, error: &ServiceError) -> Completion {
        self.step.console.explain(&format!("The catalog failed over {name}: {error}."));
        Completion::System { code: 0x001, reason: 0x01 }
    }
}

#[cfg(test)]
mod tests;
