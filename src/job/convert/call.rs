//! Procedures and INCLUDE groups: where they are defined, how they are called, how their statements come in.
//!
//! Border: brings statements in and gives overrides to the step they are for. What a statement means is read by the
//! flow, as if it stood in the deck.

use std::collections::HashMap;

use crate::dataset::name::is_simple_name;
use crate::jcl::ast::{Data, Jcl, Operand, Value};
use crate::jcl::card::Position;
use crate::jcl::{Kind, Statement, Verb};
use crate::job::model::Step;
use crate::message::converter::{
    IEF647I, IEFC001I_INSTREAM, IEFC001I_PRIVATE, IEFC001I_SYSTEM, IEFC002I_PRIVATE, IEFC002I_SYSTEM, IEFC610I,
    IEFC611I, IEFC612I, IEFC613I, IEFC617I, IEFC646I, IEFC657I, IEFC663I, IEFC665I, Where,
};
use crate::message::own::{ZJB004E, ZJB006E, ZJB033I, ZJB034I, ZJB036E};

use super::MAX_STEPS;
use super::field::Field;
use super::flow::{Converter, Frame, Item, Place};
use super::listing::Marks;
use super::members::{Found, Missing};
use super::merge::Given;
use super::overrides::{Overrides, Part};
use super::reading::{Findings, keyword};

/// Most procedures in one another, and most INCLUDE groups (JCL reference).
const MAX_NESTING: usize = 15;
/// Most in-stream procedures of a job (JCL reference).
const MAX_PROCEDURES: usize = 15;
/// Most places nested too deep that are named. Our choice: what calls itself more than once would name millions.
const MAX_TOO_DEEP: usize = 15;

/// Keywords that EXEC gives to the steps of a procedure; all others are symbols (JCL reference).
const KEYWORDS: &[&str] = &[
    "ABDISPCC", "ACCT", "ADDRSPC", "CCSID", "COND", "DPRTY", "DYNAMNBR", "MEMLIMIT", "PARM", "PARMDD", "PERFORM", "RD",
    "REGION", "REGIONX", "RLSTMOUT", "ROLL", "TIME", "TVSAMCOM", "TVSMSG",
];

/// A procedure of the deck.
#[derive(Clone, Copy)]
pub(super) struct Procedure<'d> {
    /// Its statements, PROC included, PEND not.
    statements: &'d [Statement<'d>],
    place: Place<'d>,
}

/// An EXEC statement that calls a procedure, and what changes it.
pub(super) struct Call<'d> {
    name: &'d str,
    statement: u32,
    at: Position,
    place: Place<'d>,
    procedure: String,
    symbols: Vec<(String, String)>,
    given: Vec<Given>,
    /// The DD and OUTPUT statements after it.
    pub(super) overrides: Overrides<'d>,
}

impl<'d> Converter<'d> {
    /// A procedure in the deck: it is listed and kept. Returns the index of the statement after it.
    pub(super) fn define(&mut self, statements: &'d [Statement<'d>], start: usize, place: Place<'d>) -> usize {
        self.expand_pending();
        self.finish_step();
        self.findings.anchor = None;
        let mut at = start;
        let mut number = 0;
        while let Some(statement) = statements.get(at) {
            let item = Item { statement, place };
            match &statement.kind {
                Kind::Null => break,
                Kind::Jcl(jcl) if jcl.verb == Verb::Pend => {
                    self.listing.unnumbered(item.cards(), place.marks);
                    self.keep_procedure(statements.get(start..at).unwrap_or(&[]), place, number);
                    return at + 1;
                }
                Kind::Jcl(jcl) if at == start => {
                    number = self.listing.statement(item.cards(), place.marks);
                    self.check_name(jcl, item, number);
                }
                Kind::Jcl(jcl) => {
                    self.listing.unnumbered(item.cards(), place.marks);
                    if jcl.verb == Verb::Proc {
                        self.findings.stop(number, jcl.operation_at, IEFC613I.plain());
                    }
                }
                Kind::Comment | Kind::Control(_) => self.listing.unnumbered(item.cards(), place.marks),
                Kind::Data(_) | Kind::Delimiter | Kind::EndMark => {}
            }
            at += 1;
        }
        self.findings.stop(number, Item { statement: &statements[start], place }.start(), ZJB036E.plain());
        at
    }

    fn keep_procedure(&mut self, statements: &'d [Statement<'d>], place: Place<'d>, number: u32) {
        let Some(Statement { kind: Kind::Jcl(jcl), .. }) = statements.first() else { return };
        if self.procedures.len() == MAX_PROCEDURES {
            self.findings.stop(number, jcl.operation_at, IEFC665I.plain());
        }
        if jcl.name.is_empty() {
            self.findings.stop(number, jcl.operation_at, IEFC663I.plain());
        }
        self.procedures.insert(jcl.name, Procedure { statements, place });
    }

    /// The call that an EXEC statement makes; none if it names a program, or nothing at all.
    pub(super) fn call_of(
        &mut self,
        jcl: &'d Jcl<'d>,
        item: Item<'d>,
        statement: u32,
        field: &Field<'d>,
        operands: &[Operand],
    ) -> Option<Call<'d>> {
        let text = field.text.as_str();
        let (first, rest) = operands.split_first()?;
        match first.keyword.map(|keyword| keyword.of(text)) {
            Some("PROC") => {}
            None if !first.value.is_empty() => {}
            _ => return None,
        }
        let procedure = first.value.span().of(text);
        if !is_simple_name(procedure) {
            let row = if procedure.is_empty() { &IEFC646I } else { &IEF647I };
            let at = field.text.position(first.start() as usize);
            self.findings.stop(statement, at, row.with(&[&Where::Field("PROC")]));
        }
        let mut call = Call {
            name: jcl.name,
            statement,
            at: jcl.operation_at,
            place: item.place,
            procedure: procedure.to_owned(),
            symbols: Vec::new(),
            given: Vec::new(),
            overrides: Overrides::default(),
        };
        for operand in rest {
            self.operand_of_call(operand, field, statement, &mut call);
        }
        Some(call)
    }

    /// `keyword=`, `keyword.step=` or `symbol=`.
    fn operand_of_call(&mut self, operand: &Operand, field: &Field<'d>, statement: u32, call: &mut Call<'d>) {
        let text = field.text.as_str();
        let Some(span) = operand.keyword else { return self.not_a_symbol(operand, field, statement, "EXEC") };
        let (keyword, step) = match span.of(text).split_once('.') {
            Some((keyword, step)) => (keyword, Some(step)),
            None => (span.of(text), None),
        };
        if !KEYWORDS.contains(&keyword) {
            if let Some((name, value)) = self.assignment(operand, field, statement, "EXEC") {
                call.symbols.push((name, value));
            }
            return;
        }
        call.given.push(Given {
            keyword: keyword.to_owned(),
            step: step.map(str::to_owned),
            value: operand.value.span().of(text).to_owned(),
            at: field.text.position(operand.value.span().start as usize),
        });
    }

    /// A DD or OUTPUT statement after a call waits for it.
    pub(super) fn keep(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>) {
        if jcl.verb == Verb::Output {
            self.referents.add_output(jcl.name);
        }
        let mut found = Findings::at(item.place.anchor);
        let field = Field::read(jcl, &self.symbols, 0, &mut found);
        let part = Part { item, jcl: Some(jcl), field, found, comments: Vec::new(), data: None };
        let Some(call) = &mut self.frame().pending else { return };
        let nobodys = match jcl.name.split_once('.') {
            _ if jcl.name.is_empty() && jcl.verb == Verb::Dd => call.overrides.concatenate(part),
            Some((step, name)) => {
                call.overrides.add(jcl.verb, Some(step), name, part);
                None
            }
            None => {
                call.overrides.add(jcl.verb, None, jcl.name, part);
                None
            }
        };
        if nobodys.is_some() {
            let statement = self.listing.statement(item.cards(), item.place.marks);
            self.findings.stop(statement, jcl.operation_at, IEFC617I.plain());
        }
    }

    /// In-stream data after a call belongs to the DD that waits, or makes one.
    pub(super) fn keep_data(&mut self, data: Data, item: Item<'d>) {
        let Some(call) = &mut self.frame().pending else { return };
        if data.generated {
            let field = Field::made(crate::jcl::Text::new("*", item.start()), false);
            let found = Findings::default();
            let part = Part { item, jcl: None, field, found, comments: Vec::new(), data: Some((item, data)) };
            call.overrides.add(Verb::Dd, None, "SYSIN", part);
        } else if let Some(part) = call.overrides.last() {
            part.data = Some((item, data));
        }
    }

    /// Brings in the procedure that was called, if one was.
    pub(super) fn expand_pending(&mut self) {
        let Some(call) = self.frame().pending.take() else { return };
        let is_too_deep = self.frames.len() > MAX_NESTING;
        self.findings.anchor = call.place.anchor;
        if self.is_beyond_limits() {
            return self.without_procedure(call);
        }
        if is_too_deep {
            self.too_deep(call.statement, call.at, "PROCEDURES");
            return self.without_procedure(call);
        }
        if !is_simple_name(&call.procedure) {
            // Which was told where the name stands.
            return self.without_procedure(call);
        }
        if let Some(procedure) = self.procedures.get(call.procedure.as_str()).copied() {
            self.notes.push((call.statement, IEFC001I_INSTREAM.with(&[&call.procedure])));
            let place = Place { marks: Marks::InStream, ..procedure.place };
            return self.expand(call, procedure.statements, place);
        }
        match self.members.find(&self.libraries, &call.procedure) {
            Some(Found { deck, library, is_private }) => {
                let row = if is_private { &IEFC001I_PRIVATE } else { &IEFC001I_SYSTEM };
                self.notes.push((call.statement, row.with(&[&call.procedure, &library])));
                let anchor = call.place.anchor.or(Some(call.at));
                self.expand(call, &deck.statements, Place { deck, marks: Marks::Library, anchor });
            }
            None => self.procedure_not_found(call),
        }
    }

    /// The job cannot run and has grown enough: nothing more is brought in.
    fn is_beyond_limits(&self) -> bool {
        self.steps.len() > MAX_STEPS || self.too_deep == MAX_TOO_DEEP
    }

    fn too_deep(&mut self, statement: u32, at: Position, what: &str) {
        self.too_deep += 1;
        self.findings.stop(statement, at, ZJB006E.with(&[&what, &MAX_NESTING]));
    }

    fn procedure_not_found(&mut self, call: Call<'d>) {
        match self.settings.missing {
            Missing::Stops => {
                self.findings.stop(call.statement, call.at, IEFC612I.with(&[&call.procedure]));
            }
            Missing::LeftOut => {
                let message = ZJB033I.with(&[&call.procedure]);
                self.findings.hint(Some(call.statement), call.at, message);
            }
        }
        self.without_procedure(call);
    }

    /// What changes the procedure is listed all the same.
    fn without_procedure(&mut self, call: Call<'d>) {
        self.is_partial = true;
        let steps = self.steps.len();
        self.steps.push(Step::default());
        for group in call.overrides.into_rest() {
            self.add_group(group);
        }
        self.steps.truncate(steps);
    }

    fn expand(&mut self, call: Call<'d>, statements: &'d [Statement<'d>], place: Place<'d>) {
        self.symbols.enter(call.symbols);
        self.frames.push(Frame {
            caller: Some(call.name.to_owned()),
            overrides: call.overrides,
            given: call.given.into_iter().map(|given| (given, false)).collect(),
            branches: self.branches.depth(),
            ..Frame::default()
        });
        let body = self.proc_statement(statements, place);
        self.walk(body, place);
        self.findings.anchor = place.anchor;
        self.end_frame();
        let unused = self.symbols.leave();
        let Some(frame) = self.frames.pop() else { return };
        self.findings.anchor = call.place.anchor;
        if !frame.has_step && !self.is_partial {
            self.findings.stop(call.statement, call.at, IEFC610I.plain());
        }
        for _ in unused {
            self.findings.stop(call.statement, call.at, IEFC657I.plain());
        }
        if self.is_partial {
            return;
        }
        for (given, _) in frame.given.iter().filter(|(given, is_taken)| !is_taken && given.step.is_some()) {
            self.findings.stop(call.statement, given.at, IEFC611I.plain());
        }
        for group in frame.overrides.into_rest() {
            let Some(at) = group.parts.front().map(|part| part.item.start()) else { continue };
            self.add_group(group);
            self.findings.stop(self.listing.number(), at, IEFC611I.plain());
        }
    }

    /// Lists the PROC statement and takes its defaults. Returns what follows it.
    fn proc_statement(&mut self, statements: &'d [Statement<'d>], place: Place<'d>) -> &'d [Statement<'d>] {
        let is_verb = |statement: &Statement<'_>, verb| matches!(&statement.kind, Kind::Jcl(jcl) if jcl.verb == verb);
        // A member may have comments before PROC, and cards of another purpose after PEND.
        let end = statements.iter().position(|statement| is_verb(statement, Verb::Pend)).unwrap_or(statements.len());
        let statements = statements.get(..end).unwrap_or(&[]);
        let first = statements.iter().position(|statement| matches!(statement.kind, Kind::Jcl(_))).unwrap_or(0);
        let Some(statement) = statements.get(first).filter(|statement| is_verb(statement, Verb::Proc)) else {
            return statements;
        };
        let (before, after) = statements.split_at(first);
        self.walk(before, place);
        let Kind::Jcl(jcl) = &statement.kind else { return statements };
        self.findings.anchor = place.anchor;
        let number = self.listing.statement(Item { statement, place }.cards(), place.marks);
        let field = self.field(jcl, number);
        for operand in field.operands() {
            if let Some((name, value)) = self.assignment(operand, &field, number, "PROC") {
                self.symbols.default(&name, value);
            }
        }
        after.get(1..).unwrap_or(&[])
    }

    /// INCLUDE: the statements of the group come in at this place.
    pub(super) fn include(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>, statement: u32) {
        let field = self.field(jcl, statement);
        let Some(operands) = &field.operands else { return self.is_partial = true };
        let text = field.text.as_str();
        let member = keyword(text, operands, &["MEMBER"]).map(Value::span).map(|span| span.of(text));
        let Some(member) = member.filter(|member| is_simple_name(member)) else {
            self.is_partial = true;
            let row = if member.is_none() { &IEFC646I } else { &IEF647I };
            return self.findings.stop(statement, jcl.operation_at, row.with(&[&Where::Statement("INCLUDE")]));
        };
        if self.is_beyond_limits() {
            return self.is_partial = true;
        }
        if self.includes == MAX_NESTING {
            return self.too_deep(statement, jcl.operation_at, "INCLUDE GROUPS");
        }
        let Some(Found { deck, library, is_private }) = self.members.find(&self.libraries, member) else {
            return self.group_not_found(member, jcl.operation_at, statement);
        };
        let row = if is_private { &IEFC002I_PRIVATE } else { &IEFC002I_SYSTEM };
        self.notes.push((statement, row.with(&[&member, &library])));
        self.includes += 1;
        let anchor = item.place.anchor.or(Some(jcl.operation_at));
        self.walk(&deck.statements, Place { deck, marks: Marks::Library, anchor });
        self.includes -= 1;
        self.findings.anchor = item.place.anchor;
    }

    fn group_not_found(&mut self, member: &str, at: Position, statement: u32) {
        self.is_partial = true;
        match self.settings.missing {
            Missing::Stops => self.findings.stop(statement, at, ZJB004E.with(&[&member])),
            Missing::LeftOut => {
                self.symbols.is_incomplete = true;
                self.findings.hint(Some(statement), at, ZJB034I.with(&[&member]));
            }
        }
    }
}

/// The procedures of a deck by name.
pub(super) type Procedures<'d> = HashMap<&'d str, Procedure<'d>>;
