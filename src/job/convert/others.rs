//! Statements that are read and checked, and do nothing here: OUTPUT, COMMAND, XMIT, CNTL, NOTIFY, SCHEDULE and the
//! job group statements.

use crate::jcl::{Operand, Quoting, Value, Verb};
use crate::message::converter::{IEF642I, IEFC629I, IEFC646I, IEFC663I};
use crate::message::own::ZJB052I;

use super::operand::{AFTER, BEFORE, CONCURRENT, GJOB, JOBGROUP, JOBSET, NOTIFY, OUTPUT, SCHEDULE, Table, XMIT};
use super::reading::Reading;

/// Longest command of COMMAND (JCL reference).
const MAX_COMMAND: usize = 123;

impl Reading<'_> {
    /// Checks a statement that does nothing here and says so. `name` is its name field.
    pub(super) fn other(&mut self, verb: Verb, name: &str, operands: &[Operand]) {
        let must_have_name = matches!(verb, Verb::Output | Verb::Jobgroup | Verb::Gjob | Verb::Jobset);
        if must_have_name && name.is_empty() {
            self.stop(0, IEFC663I.plain());
        }
        match (verb, table(verb)) {
            (_, Some(table)) => {
                self.check_keywords(operands, table, self.on_statement());
                // JOBGROUP has accounting and a programmer's name, as JOB has.
                self.check_no_positional(operands, if verb == Verb::Jobgroup { 2 } else { 0 });
            }
            (Verb::Command, _) => self.command(operands),
            _ => {}
        }
        self.hint(0, ZJB052I.with(&[&self.verb]));
    }

    /// COMMAND 'text'.
    fn command(&mut self, operands: &[Operand]) {
        let place = self.on_statement();
        match operands {
            [Operand { keyword: None, value: Value::Word(word) }] if word.quoting == Quoting::Whole => {
                if word.value(self.text.as_str()).chars().count() > MAX_COMMAND {
                    self.stop(word.span.start, IEF642I.with(&[&place]));
                }
            }
            [] => self.stop(0, IEFC646I.with(&[&place])),
            [first, ..] => self.stop(first.start(), IEFC629I.with(&[&place])),
        }
    }
}

fn table(verb: Verb) -> Option<&'static Table> {
    Some(match verb {
        Verb::Output => &OUTPUT,
        Verb::Xmit => &XMIT,
        Verb::Notify => &NOTIFY,
        Verb::Schedule => &SCHEDULE,
        Verb::Jobgroup => &JOBGROUP,
        Verb::Gjob => &GJOB,
        Verb::Jobset => &JOBSET,
        Verb::Before => &BEFORE,
        Verb::After => &AFTER,
        Verb::Concurrent => &CONCURRENT,
        _ => return None,
    })
}
