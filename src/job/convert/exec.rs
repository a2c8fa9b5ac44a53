//! The EXEC statement.

use std::borrow::Cow;

use crate::codepage::CodePage;
use crate::dataset::name::{MAX_NAME, is_simple_name};
use crate::jcl::{List, Operand, Value};
use crate::job::model::Step;
use crate::message::converter::{IEF642I, IEF644I, IEF647I, IEFC616I, IEFC623I, IEFC642I, IEFC646I, Where};
use crate::message::own::{ZJB012E, ZJB016E};

use super::keywords::EXEC;
use super::reading::{Reading, keyword};

/// Longest PARM, in characters (JCL reference).
pub(super) const MAX_PARM: usize = 100;
/// Largest minutes of TIME: 357,912 (JCL reference).
const MAX_MINUTES: u32 = 357_912;
const PARM: Where<'static> = Where::Field("PARM");
const PGM: Where<'static> = Where::Field("PGM");
const TIME: Where<'static> = Where::Field("TIME");

impl Reading<'_> {
    /// A step without its DDs. What cannot be read is reported, and the step is made all the same.
    pub(super) fn exec(&mut self, name: &str, operands: &[Operand], page: &'static CodePage) -> Step {
        let mut step = Step { name: name.to_owned(), statement: self.statement, ..Step::default() };
        let Some(program) = self.program(operands) else { return step };
        step.program = program;
        self.check_keywords(operands, &EXEC, self.on_statement());
        self.check_no_positional(operands, 1);
        let text = self.text.as_str();
        if let Some(value) = keyword(text, operands, &["PARM"]) {
            step.parm = self.parm(value, page).unwrap_or_default();
        }
        if let Some(value) = keyword(text, operands, &["COND"]) {
            step.cond = self.exec_cond(value);
        }
        self.storage_and_time(operands);
        step
    }

    /// The program; none if the statement calls a procedure or nothing at all.
    fn program(&mut self, operands: &[Operand]) -> Option<String> {
        let first = operands.first().map(|first| (first.keyword.map(|keyword| self.of(keyword)), &first.value));
        match first {
            Some((Some("PGM"), value)) => return Some(self.program_name(value)),
            _ => self.stop(0, IEFC646I.with(&[&self.on_statement()])),
        }
        None
    }

    fn program_name(&mut self, value: &Value) -> String {
        let at = value.span().start;
        let name = self.plain(value).unwrap_or("");
        if name.starts_with("*.") {
            self.stop(at, ZJB016E.with(&[&format!("PGM={name}")]));
        } else if name.len() > MAX_NAME {
            self.stop(at, IEF642I.with(&[&PGM]));
        } else if !is_simple_name(name) {
            let row = if name.starts_with(|c: char| c.is_ascii_uppercase()) { &IEFC623I } else { &IEF647I };
            self.stop(at, row.with(&[&PGM]));
        }
        name.to_owned()
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
            if let Some(keyword) = item.keyword {
                parm.push_str(self.of(keyword));
                parm.push('=');
            }
            parm.push_str(&self.parm_piece(&item.value)?);
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

    /// ADDRSPC, REGION and TIME: checked, and of no effect where storage and CPU time are not measured.
    pub(super) fn storage_and_time(&mut self, operands: &[Operand]) {
        let text = self.text.as_str();
        if let Some(value) = keyword(text, operands, &["ADDRSPC"]) {
            let is_real = self.choice(value, &[("VIRT", false), ("REAL", true)], Where::Field("ADDRSPC"));
            if is_real == Some(true) {
                self.not_emulated(value, "REAL", "ADDRSPC");
            }
        }
        if let Some(value) = keyword(text, operands, &["REGION"]) {
            self.region(value);
        }
        if let Some(value) = keyword(text, operands, &["TIME"]) {
            self.time(value);
        }
    }

    fn region(&mut self, value: &Value) {
        let text = self.plain(value).unwrap_or("");
        let digits = text.strip_suffix(['K', 'M']).unwrap_or("");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.refuse(value, &IEF644I, Where::Field("REGION"));
        }
    }

    fn time(&mut self, value: &Value) {
        if matches!(self.plain(value), Some("NOLIMIT" | "MAXIMUM")) {
            return;
        }
        let items = value.items();
        self.check_length(items, 2, TIME);
        for ((_, item), max) in items.iter().zip([MAX_MINUTES, 59]) {
            if !item.is_empty() {
                self.number(item, TIME, max);
            }
        }
    }
}
