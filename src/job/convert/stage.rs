//! Statements that set the stage: SET, EXPORT, JCLLIB, IF, ELSE, ENDIF.
//!
//! Border: they change what the converter knows. None of them is a part of the job.

use crate::dataset::name::is_simple_name;
use crate::jcl::Verb;
use crate::jcl::ast::{Jcl, Operand, Quoting, Value};
use crate::message::converter::{IEFC630I, IEFC642I, IEFC643I, IEFC646I, Where};
use crate::message::own::{ZJB005E, ZJB006E, ZJB008E, ZJB009E, ZJB035I, ZJB037I, ZJB050I};

use super::branch::{self, MAX_NESTING};
use super::field::{Field, verb_name};
use super::flow::{Converter, Item};
use super::members::Missing;
use super::reading::keyword;
use super::symbols::MAX_VALUE;

impl<'d> Converter<'d> {
    /// SET
    pub(super) fn set(&mut self, jcl: &'d Jcl<'d>, statement: u32) {
        let field = self.field(jcl, statement);
        for operand in field.operands() {
            if let Some((name, value)) = self.assignment(operand, &field, statement, "SET") {
                self.symbols.set(&name, value);
            }
        }
    }

    /// `symbol=value`: the symbol and its substitution text.
    pub(super) fn assignment(
        &mut self,
        operand: &Operand,
        field: &Field<'d>,
        statement: u32,
        verb: &'static str,
    ) -> Option<(String, String)> {
        let text = field.text.as_str();
        let Some(keyword) = operand.keyword else {
            self.not_a_symbol(operand, field, statement, verb);
            return None;
        };
        let (name, at) = (keyword.of(text), field.text.position(keyword.start as usize));
        if !is_simple_name(name) {
            self.findings.stop(statement, at, IEFC630I.with(&[&name, &Where::Statement(verb)]));
            return None;
        }
        let value = match &operand.value {
            Value::Word(word) if word.quoting == Quoting::Part => word.span.of(text).replace('\'', ""),
            Value::Word(word) => word.value(text).into_owned(),
            other => other.span().of(text).to_owned(),
        };
        if value.chars().count() > MAX_VALUE {
            self.findings.stop(statement, at, IEFC642I.with(&[&Where::Statement(verb)]));
            return None;
        }
        Some((name.to_owned(), value))
    }

    /// Something positional where only `symbol=value` may stand.
    pub(super) fn not_a_symbol(&mut self, operand: &Operand, field: &Field<'d>, statement: u32, verb: &'static str) {
        if !operand.value.is_empty() {
            let at = field.text.position(operand.start() as usize);
            self.findings.stop(statement, at, IEFC643I.with(&[&Where::Statement(verb)]));
        }
    }

    /// EXPORT SYMLIST=
    pub(super) fn export(&mut self, jcl: &'d Jcl<'d>, statement: u32) {
        let field = self.field(jcl, statement);
        let Some(operands) = &field.operands else { return };
        let text = field.text.as_str();
        self.only_keyword("SYMLIST", operands, &field, statement, "EXPORT");
        let Some(list) = keyword(text, operands, &["SYMLIST"]) else {
            let message = IEFC646I.with(&[&Where::Statement("EXPORT")]);
            return self.findings.stop(statement, jcl.operation_at, message);
        };
        for (_, item) in list.items().iter() {
            let name = item.span().of(text);
            if name == "*" || is_simple_name(name) {
                self.symbols.export(name);
            } else if !item.is_empty() {
                let at = field.text.position(item.span().start as usize);
                self.findings.stop(statement, at, IEFC630I.with(&[&name, &Where::Statement("EXPORT")]));
            }
        }
    }

    /// JCLLIB ORDER=
    pub(super) fn jcllib(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>, statement: u32) {
        let field = self.field(jcl, statement);
        let Some(operands) = &field.operands else { return };
        let is_late = self.frame().has_step || !self.libraries.is_empty();
        if is_late || item.place.anchor.is_some() || self.frames.len() > 1 {
            self.findings.stop(statement, jcl.operation_at, ZJB008E.with(&[&"JCLLIB"]));
        }
        let text = field.text.as_str();
        self.only_keyword("ORDER", operands, &field, statement, "JCLLIB");
        let Some(order) = keyword(text, operands, &["ORDER"]) else {
            if keyword(text, operands, &["PROCLIB"]).is_some() {
                return;
            }
            let message = IEFC646I.with(&[&Where::Statement("JCLLIB")]);
            return self.findings.stop(statement, jcl.operation_at, message);
        };
        for (_, value) in order.items().iter().filter(|(_, value)| !value.is_empty()) {
            let library = value.span().of(text).trim_matches('\'').to_owned();
            if !self.members.has_library(&library) {
                let at = field.text.position(value.span().start as usize);
                match self.settings.missing {
                    Missing::Stops => self.findings.stop(statement, at, ZJB005E.with(&[&library])),
                    Missing::LeftOut => self.findings.hint(Some(statement), at, ZJB035I.with(&[&library])),
                }
            }
            self.libraries.push(library);
        }
    }

    fn only_keyword(
        &mut self,
        name: &str,
        operands: &[Operand],
        field: &Field<'d>,
        statement: u32,
        verb: &'static str,
    ) {
        let text = field.text.as_str();
        for operand in operands {
            let at = field.text.position(operand.start() as usize);
            let place = Where::Statement(verb);
            match operand.keyword.map(|keyword| keyword.of(text)) {
                Some(keyword) if keyword == name => {}
                // The procedure library of a job class, of which there are none.
                Some("PROCLIB") if verb == "JCLLIB" => {
                    self.findings.hint_once(statement, at, ZJB050I.with(&[&"PROCLIB", &place]));
                }
                Some(keyword) => self.findings.stop(statement, at, IEFC630I.with(&[&keyword, &place])),
                None if operand.value.is_empty() => {}
                None => self.findings.stop(statement, at, IEFC643I.with(&[&place])),
            }
        }
    }

    /// IF
    pub(super) fn condition(&mut self, jcl: &'d Jcl<'d>, statement: u32) {
        let mut faults = self.findings.diagnostics.len();
        let field = self.field(jcl, statement);
        let text = field.text.as_str();
        let read = branch::expression(text).unwrap_or_else(|wrong| {
            if faults == self.findings.diagnostics.len() {
                let at = field.text.position(wrong.at);
                self.findings.stop(statement, at, ZJB009E.with(&[&wrong.expected]));
            }
            faults = usize::MAX;
            branch::nothing()
        });
        if self.branches.depth() == MAX_NESTING {
            let message = ZJB006E.with(&[&"IF STATEMENTS", &MAX_NESTING]);
            self.findings.stop(statement, jcl.operation_at, message);
        }
        if faults != usize::MAX {
            self.hint_unknown_steps(&read, jcl, statement);
        }
        let caller = self.frame().caller.clone();
        self.branches.open(statement, read, caller);
    }

    /// An IF that asks for a step which did not run is false: that of a step which does not exist always is.
    fn hint_unknown_steps(&mut self, read: &crate::job::model::Expression, jcl: &Jcl<'_>, statement: u32) {
        let caller = self.frame().caller.clone();
        for name in branch::steps_of(read) {
            if !self.is_partial && !self.steps.iter().any(|step| step.is_called(name, caller.as_deref())) {
                let shown = match &name.procstep {
                    Some(procstep) => format!("{}.{procstep}", name.step),
                    None => name.step.clone(),
                };
                self.findings.hint(Some(statement), jcl.operation_at, ZJB037I.with(&[&shown]));
            }
        }
    }

    /// ELSE, ENDIF
    pub(super) fn other_side(&mut self, jcl: &'d Jcl<'d>, statement: u32) {
        let floor = self.frame().branches;
        let fits = match jcl.verb {
            Verb::Else => self.branches.otherwise(floor),
            _ => self.branches.close(floor),
        };
        if !fits {
            self.findings.stop(statement, jcl.operation_at, ZJB008E.with(&[&verb_name(jcl.verb)]));
        }
    }
}
