//! JCL statements one by one: which verb does what, and the steps that EXEC statements make.
//!
//! Border: the name and operation fields, and who reads the operands. DD statements are `dds`' matter.

use crate::dataset::name::is_simple_name;
use crate::jcl::ast::Jcl;
use crate::jcl::card::Position;
use crate::jcl::{Card, Verb};
use crate::job::model::Step;
use crate::message::Message;
use crate::message::converter::{IEFC605I, IEFC635I, IEFC658I, IEFC662I, IEFC668I};
use crate::message::own::{ZJB008E, ZJB023E, ZJB040I, ZJB041I, ZJB042I, ZJB047I, ZJB049I, ZJB052I};

use super::MAX_STEPS;
use super::field::{Field, verb_name};
use super::flow::{Converter, Item};
use super::merge::{self, Given, Side};
use super::reading::Reading;

/// Operator commands that may stand in a job (MVS System Commands), with their short forms.
const COMMANDS: &[&str] = &[
    "ACTIVATE", "ASSIGN", "C", "CANCEL", "CF", "CHNGDUMP", "CD", "CMDS", "CONFIG", "CONTROL", "D", "DEVSERV",
    "DISPLAY", "DS", "DUMP", "DUMPDS", "DD", "E", "F", "FORCE", "G", "H", "HALT", "HOLD", "I", "IOACTION", "K", "L",
    "LIBRARY", "LI", "LOG", "LOGOFF", "LOGON", "M", "MN", "MODIFY", "MONITOR", "MOUNT", "P", "PA", "PAGEADD",
    "PAGEDEL", "PD", "PM", "QUIESCE", "R", "RELEASE", "REPLY", "RESET", "ROUTE", "RO", "S", "SD", "SEND", "SE",
    "SETALLOC", "SETAUTOR", "SETCEE", "SETCON", "SETDMN", "SETETR", "SETGRS", "SETIOS", "SETLOAD", "SETLOGR",
    "SETLOGRC", "SETOMVS", "SETPROG", "SETRRS", "SETSMF", "SETSMS", "SETSSI", "SETUNI", "SETXCF", "SLIP", "SL",
    "START", "STOP", "STOPMN", "PM", "SWAP", "SWITCH", "T", "TRACE", "TRACK", "TR", "U", "UNLOAD", "V", "VARY", "W",
    "WRITELOG", "Z",
];

impl<'d> Converter<'d> {
    pub(super) fn jcl(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>) {
        if self.in_cntl && jcl.verb != Verb::Endcntl {
            return self.listing.unnumbered(item.cards(), item.place.marks);
        }
        self.takes_data = None;
        if matches!(jcl.verb, Verb::Exec | Verb::If | Verb::Else | Verb::Endif | Verb::Proc | Verb::Pend) {
            self.expand_pending();
            self.finish_step();
            self.findings.anchor = item.place.anchor;
        }
        match jcl.verb {
            Verb::Dd => return self.dd(jcl, item),
            Verb::Output => return self.output(jcl, item),
            _ => {}
        }
        let statement = match jcl.verb {
            Verb::Job => self.listing.job(item.cards(), item.first_card(), &jcl.text),
            Verb::Unknown => self.listing.unknown(item.cards(), item.place.marks),
            // The end of a procedure is not listed where it is expanded.
            Verb::Pend if self.frames.len() > 1 => return,
            _ => self.listing.statement(item.cards(), item.place.marks),
        };
        self.check_name(jcl, item, statement);
        match jcl.verb {
            Verb::Job => self.job(jcl, item, statement),
            Verb::Exec => self.exec(jcl, item, statement),
            Verb::Unknown => self.unknown(jcl, item, statement),
            Verb::Pend => self.findings.stop(statement, jcl.operation_at, IEFC668I.plain()),
            Verb::Proc => self.findings.stop(statement, jcl.operation_at, IEFC658I.plain()),
            Verb::If => self.condition(jcl, statement),
            Verb::Else | Verb::Endif => self.other_side(jcl, statement),
            Verb::Set => self.set(jcl, statement),
            Verb::Export => self.export(jcl, statement),
            Verb::Jcllib => self.jcllib(jcl, item, statement),
            Verb::Include => self.include(jcl, item, statement),
            _ => self.elsewhere(jcl, statement),
        }
    }

    pub(super) fn check_name(&mut self, jcl: &Jcl<'_>, item: Item<'d>, statement: u32) {
        let is_job = jcl.verb == Verb::Job;
        let is_good = match jcl.verb {
            Verb::Dd | Verb::Output => jcl.name.split('.').all(is_simple_name) && jcl.name.split('.').count() <= 2,
            _ => is_simple_name(jcl.name),
        };
        let at = Position { column: 3, ..item.start() };
        if jcl.name.is_empty() {
            if is_job {
                self.findings.stop(statement, at, IEFC635I.plain());
            }
        } else if !is_good {
            let is_tab = jcl.name.contains('\t');
            let explanation = if is_tab { ZJB047I.with(&[&item.first_card()]) } else { ZJB049I.plain() };
            self.findings.explained(statement, at, IEFC662I.plain(), Some(explanation));
        } else if is_job {
            jcl.name.clone_into(&mut self.name);
        }
    }

    pub(super) fn job(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>, statement: u32) {
        if item.place.anchor.is_some() {
            return self.findings.stop(statement, jcl.operation_at, ZJB008E.with(&[&"JOB"]));
        }
        let field = self.field(jcl, statement);
        let mut reading = Reading {
            statement,
            verb: "JOB",
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        self.card = reading.job(field.operands(), self.settings);
    }

    /// Reads the operand field and lists what substitution made of it.
    pub(super) fn field(&mut self, jcl: &'d Jcl<'d>, statement: u32) -> Field<'d> {
        let field = Field::read(jcl, &self.symbols, statement, &mut self.findings);
        if field.substituted {
            self.listing.substitution(field.text.as_str());
        }
        field
    }

    pub(super) fn exec(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>, statement: u32) {
        let is_first = !std::mem::replace(&mut self.frame().has_step, true);
        self.frame().overrides.begin_step(jcl.name, is_first);
        let coded = self.field(jcl, statement);
        let field = self.given_to(&coded, jcl.name, is_first, item.place.anchor);
        let Some(operands) = &field.operands else { return self.add_step(None, jcl.operation_at, statement) };
        if let Some(call) = self.call_of(jcl, item, statement, &field, operands) {
            self.frame().overrides.pass_over();
            self.frame().pending = Some(call);
            return;
        }
        let (settings, caller) = (self.settings, self.frame().caller.clone());
        let mut reading = Reading {
            statement,
            verb: "EXEC",
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        let mut step = reading.exec(jcl.name, operands, settings.code_page);
        step.caller = caller;
        step.branches = self.branches.of_step();
        self.check_step(&step, &field, statement);
        self.add_step(Some(step), jcl.operation_at, statement);
    }

    /// The operands of an EXEC statement of a procedure with what the caller gives to it.
    pub(super) fn given_to(
        &mut self,
        field: &Field<'d>,
        step: &str,
        is_first: bool,
        anchor: Option<Position>,
    ) -> Field<'d> {
        let frame = self.frame();
        if frame.given.is_empty() || field.operands.is_none() {
            return field.clone();
        }
        let mut given = Vec::new();
        let mut removed = Vec::new();
        let shared: Option<Given> = if is_first { None } else { rest_of_time(&frame.given) };
        for (one, is_taken) in &mut frame.given {
            let is_for_first = one.keyword == "PARM" || one.keyword == "PARMDD";
            match &one.step {
                Some(name) if name != step => {}
                None if is_for_first && !is_first => removed.push(one.keyword.as_str()),
                _ => {
                    *is_taken = true;
                    given.push(shared.as_ref().filter(|_| one.step.is_none() && one.keyword == "TIME").unwrap_or(one));
                }
            }
        }
        // PARM and PARMDD exclude each other: the one that is given takes the other away.
        let has = |keyword: &str| given.iter().any(|one| one.keyword == keyword && !one.value.is_empty());
        for (one, other) in [("PARM", "PARMDD"), ("PARMDD", "PARM")] {
            if has(one) && !has(other) {
                removed.push(other);
            }
        }
        removed.retain(|keyword| !given.iter().any(|one| one.keyword == *keyword));
        merge::exec(Side { field, anchor }, &given, &removed)
    }

    pub(super) fn add_step(&mut self, step: Option<Step>, at: Position, statement: u32) {
        self.dds_of_step = 0;
        if self.steps.len() == MAX_STEPS {
            self.findings.stop(statement, at, ZJB023E.with(&[&MAX_STEPS]));
        }
        if self.steps.len() > MAX_STEPS {
            self.steps.pop();
        }
        // A step that cannot be read still holds the place of its DDs.
        self.steps.push(step.unwrap_or_else(|| Step { statement, ..Step::default() }));
    }

    pub(super) fn unknown(&mut self, jcl: &Jcl<'_>, item: Item<'d>, statement: u32) {
        if jcl.name.is_empty() && COMMANDS.contains(&jcl.operation) {
            let what = format!("COMMAND {}", jcl.operation);
            self.findings.hint_once(statement, jcl.operation_at, ZJB052I.with(&[&what]));
            return;
        }
        let explanation = explain_operation(jcl, item.cards());
        self.findings.explained(statement, jcl.operation_at, IEFC605I.plain(), explanation);
    }

    /// A statement that does nothing here, or asks for what only a host can do.
    pub(super) fn elsewhere(&mut self, jcl: &'d Jcl<'d>, statement: u32) {
        let field = self.field(jcl, statement);
        self.in_cntl = jcl.verb == Verb::Cntl;
        self.is_sent |= jcl.verb == Verb::Xmit;
        if !matches!(jcl.verb, Verb::Endcntl | Verb::Endset | Verb::Endgroup) {
            self.read_other(jcl, &field, statement);
        }
    }

    /// An OUTPUT statement: it waits for the procedure that it changes, is changed itself, or stands alone.
    fn output(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>) {
        if self.frame().pending.is_some() {
            return self.keep(jcl, item);
        }
        let over = self.frame().overrides.take(Verb::Output, jcl.name).and_then(|mut group| group.parts.pop_front());
        let Some(mut over) = over else {
            let statement = self.listing.statement(item.cards(), item.place.marks);
            self.check_name(jcl, item, statement);
            return self.elsewhere(jcl, statement);
        };
        let statement = self.list_part(&mut over);
        self.findings.anchor = item.place.anchor;
        self.listing.overridden(item.cards(), item.place.marks);
        let body = self.field(jcl, statement);
        let over_side = Side { field: &over.field, anchor: over.item.place.anchor };
        let field = merge::output(Side { field: &body, anchor: item.place.anchor }, over_side);
        self.read_other(jcl, &field, statement);
    }

    /// Checks the operands of a statement that does nothing here.
    pub(super) fn read_other(&mut self, jcl: &Jcl<'_>, field: &Field<'d>, statement: u32) {
        if jcl.verb == Verb::Output {
            self.referents.add_output(jcl.name);
        }
        let mut reading = Reading {
            statement,
            verb: verb_name(jcl.verb),
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        if let Some(operands) = &field.operands {
            reading.other(jcl.verb, jcl.name, operands);
        }
    }
}

/// TIME that is given to a whole procedure, for the steps after its first: what those before have left of it (JCL
/// reference, "TIME parameter", "On an EXEC statement that calls a procedure").
fn rest_of_time(given: &[(Given, bool)]) -> Option<Given> {
    let is_limit = |given: &Given| {
        given.step.is_none() && given.keyword == "TIME" && !["NOLIMIT", "1440", ""].contains(&given.value.as_str())
    };
    let (time, _) = given.iter().find(|(given, _)| is_limit(given))?;
    Some(Given { value: "0".to_owned(), ..time.clone() })
}

/// Why an operation may not be one.
fn explain_operation(jcl: &Jcl<'_>, cards: &[Card<'_>]) -> Option<Message> {
    let card = jcl.operation_at.card;
    if cards.first().is_some_and(|card| card.text().contains('\t')) {
        Some(ZJB047I.with(&[&card]))
    } else if Verb::named(jcl.name) != Verb::Unknown {
        Some(ZJB042I.with(&[&jcl.name]))
    } else if jcl.operation.contains('=') {
        Some(ZJB040I.plain())
    } else if Verb::named(&jcl.operation.to_ascii_uppercase()) != Verb::Unknown {
        Some(ZJB041I.plain())
    } else {
        None
    }
}
