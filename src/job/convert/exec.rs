//! The EXEC statement.

use std::borrow::Cow;

use crate::codepage::CodePage;
use crate::dataset::name::{MAX_NAME, is_simple_name};
use crate::jcl::{List, Operand, Value};
use crate::job::model::{Step, TimeLimit};
use crate::message::converter::{IEF642I, IEF645I, IEF647I, IEFC616I, IEFC623I, IEFC642I, IEFC646I, Where};
use crate::message::own::ZJB012E;

use super::operand::EXEC;
use super::reading::{Reading, keyword};

/// Longest PARM, in characters (JCL reference).
pub(super) const MAX_PARM: usize = 100;
/// Most characters of accounting information (JCL reference).
const MAX_ACCOUNT: usize = 142;
/// Largest minutes of TIME: 357,912 (JCL reference).
const MAX_MINUTES: u32 = 357_912;
/// TIME=1440 is a day, and means no limit.
const NO_LIMIT: u32 = 1440;
const PARM: Where<'static> = Where::Field("PARM");
const PGM: Where<'static> = Where::Field("PGM");
const TIME: Where<'static> = Where::Field("TIME");

impl Reading<'_> {
    /// A step without its DDs. What cannot be read is reported, and the step is made all the same.
    pub(super) fn exec(&mut self, name: &str, operands: &[Operand], page: &'static CodePage) -> Step {
        let mut step = Step { name: name.to_owned(), statement: self.statement, ..Step::default() };
        if !self.program(operands, &mut step) {
            return step;
        }
        self.check_keywords(operands, &EXEC, self.on_statement());
        self.check_no_positional(operands, 1);
        let text = self.text.as_str();
        let coded = |name: &str| keyword(text, operands, &[name]);
        if let Some(value) = coded("PARM") {
            step.parm = self.parm(value, page).unwrap_or_default();
        }
        step.parm_dd = coded("PARMDD").and_then(|value| self.word(value));
        if let Some(value) = coded("COND") {
            step.cond = self.exec_cond(value);
        }
        if let Some(value) = coded("ACCT") {
            self.account(value, MAX_ACCOUNT, Where::Field("ACCT"));
        }
        step.time = self.storage_and_time(operands);
        step
    }

    /// The program; false if the statement calls a procedure or nothing at all.
    fn program(&mut self, operands: &[Operand], step: &mut Step) -> bool {
        let first = operands.first().map(|first| (first.keyword.map(|keyword| self.of(keyword)), &first.value));
        match first {
            Some((Some("PGM"), value)) => {
                self.program_name(value, step);
                return true;
            }
            _ => self.stop(0, IEFC646I.with(&[&self.on_statement()])),
        }
        false
    }

    fn program_name(&mut self, value: &Value, step: &mut Step) {
        let at = value.span().start;
        let name = self.word(value).unwrap_or_default();
        if name.starts_with("*.") {
            step.program_from = self.reference(&name, at, PGM);
            if step.program_from.as_ref().is_some_and(|from| from.step.is_none()) {
                self.stop(at, IEF645I.with(&[&PGM]));
            }
            return;
        }
        if name.is_empty() {
            self.stop(at, IEFC646I.with(&[&PGM]));
        } else if name.len() > MAX_NAME {
            self.stop(at, IEF642I.with(&[&PGM]));
        } else if !is_simple_name(&name) {
            let row = if name.starts_with(|c: char| c.is_ascii_uppercase()) { &IEFC623I } else { &IEF647I };
            self.stop(at, row.with(&[&PGM]));
        }
        step.program = name;
    }

    /// PARM as the program sees it.
    fn parm(&mut self, value: &Value, page: &'static CodePage) -> Option<String> {
        let parm = match value {
            Value::Empty(_) => String::new(),
            Value::Word(_) => self.parm_piece(value)?,
            Value::List(list) => self.parm_list(list)?,
        };
        let parm = parm.replace("&&", "&");
        if parm.chars().count() > MAX_PARM {
            self.stop(value.span().start, IEFC642I.with(&[&PARM]));
            return None;
        }
        if let Err(unmappable) = page.encode(&parm) {
            let code = format!("U+{:04X}", unmappable.character as u32);
            self.stop(value.span().start, ZJB012E.with(&[&code, &"PARM"]));
            return None;
        }
        Some(parm)
    }

    fn parm_list(&mut self, list: &List) -> Option<String> {
        let mut parm = String::new();
        for (index, item) in list.items.iter().enumerate() {
            if index > 0 {
                parm.push(',');
            }
            let Some(keyword) = item.keyword else {
                parm.push_str(&self.parm_piece(&item.value)?);
                continue;
            };
            parm.push_str(self.of(keyword));
            parm.push('=');
            match &item.value {
                // As in PARM=(XREF,SIZE=(512K,128K)), which binder steps code.
                Value::List(list) => parm.push_str(self.of(list.span)),
                value => parm.push_str(&self.parm_piece(value)?),
            }
        }
        Some(parm)
    }

    fn parm_piece(&mut self, value: &Value) -> Option<String> {
        match value {
            Value::Empty(_) => Some(String::new()),
            Value::Word(word) => {
                // Parentheses after a word stay, as in PARM=(XREF,AMODE(31)), which binder steps code.
                self.unquoted(word, PARM).map(Cow::into_owned)
            }
            Value::List(list) => {
                self.stop(list.span.start, IEFC616I.with(&[&PARM]));
                None
            }
        }
    }

    /// ADDRSPC, REGION and TIME. Storage is not measured; the limit of processor time is returned.
    pub(super) fn storage_and_time(&mut self, operands: &[Operand]) -> Option<TimeLimit> {
        let text = self.text.as_str();
        if let Some(value) = keyword(text, operands, &["ADDRSPC"]).filter(|value| self.plain(value) == Some("REAL")) {
            self.not_emulated(value.span().start, "REAL", "ADDRSPC");
        }
        keyword(text, operands, &["TIME"]).and_then(|value| self.time(value))
    }

    fn time(&mut self, value: &Value) -> Option<TimeLimit> {
        match self.plain(value) {
            Some("NOLIMIT") => return Some(TimeLimit::None),
            Some("MAXIMUM") => return Some(TimeLimit::Maximum),
            _ => {}
        }
        let items = value.items();
        self.check_length(items, 2, TIME);
        let stops = self.stops();
        let mut seconds = 0;
        for ((_, item), (max, unit)) in items.iter().zip([(MAX_MINUTES, 60), (59, 1)]) {
            if !item.is_empty() {
                seconds += self.number(item, TIME, max).unwrap_or(0) * unit;
            }
        }
        let limit = if seconds == NO_LIMIT * 60 { TimeLimit::None } else { TimeLimit::Seconds(seconds) };
        (stops == self.stops()).then_some(limit)
    }
}
