//! The operand field of a statement: symbols replaced, layout, characters and syntax checked.
//!
//! Border: every verb alike. What operands mean is read later, perhaps after they were merged with others.

use std::borrow::Cow;

use crate::jcl::ast::Jcl;
use crate::jcl::grammar::{self, Fault, SyntaxError};
use crate::jcl::logical::LayoutFault;
use crate::jcl::symbol::{Unknown, substitute};
use crate::jcl::{Operand, Text, Verb};
use crate::message::converter::{
    IEFC616I, IEFC618I, IEFC621I, IEFC622I, IEFC623I, IEFC627I, IEFC629I, IEFC632I, Where,
};
use crate::message::own::{ZJB014E, ZJB022E, ZJB041I, ZJB043I, ZJB044I, ZJB045I, ZJB055I};

use super::reading::Findings;
use super::symbols::Symbols;

/// Names of system symbols that do not begin with SYS (MVS Initialization and Tuning Reference).
const SYSTEM_SYMBOLS: &[&str] = &[
    "DATE", "DAY", "HHMMSS", "HR", "JDAY", "JOBNAME", "MIN", "MON", "SEC", "SEQ", "TIME", "WDAY", "YR2", "YR4",
    "YYMMDD",
];

/// An operand field after substitution.
#[derive(Debug, Clone)]
pub(super) struct Field<'d> {
    /// The field.
    pub(super) text: Cow<'d, Text<'d>>,
    /// True if a symbol was replaced.
    pub(super) substituted: bool,
    /// Its operands; none if something is wrong with the field, which was reported then.
    pub(super) operands: Option<Cow<'d, [Operand]>>,
}

impl<'d> Field<'d> {
    /// Reads the field of `jcl`.
    pub(super) fn read(jcl: &'d Jcl<'d>, symbols: &Symbols<'_>, statement: u32, findings: &mut Findings) -> Self {
        let faults = findings.diagnostics.len();
        let mut is_readable = true;
        layout(jcl, statement, findings);
        // In the expression of IF an ampersand before no symbol means AND.
        let is_expression = jcl.verb == Verb::If || jcl.verb.has_conditions();
        let substituted = substitute(&jcl.text, |name| symbols.get(name));
        let (text, changed) = match substituted {
            Some(result) => {
                if is_expression {
                } else if symbols.is_incomplete {
                    // What was left out may have set them: the statement is let through unread.
                    is_readable = result.unknown.iter().all(|unknown| unknown.in_string);
                } else {
                    unknown_symbols(jcl, &result.unknown, statement, findings);
                }
                if result.changed { (Cow::Owned(result.text), true) } else { (Cow::Borrowed(&jcl.text), false) }
            }
            None => (Cow::Borrowed(&jcl.text), false),
        };
        characters(&text, jcl.verb, statement, findings);
        let operands = if changed {
            let read = if jcl.verb.has_conditions() { grammar::operands_with_conditions } else { grammar::operands };
            read(text.as_str()).map(Cow::Owned)
        } else {
            jcl.operands.as_ref().map(|operands| Cow::Borrowed(operands.as_slice())).map_err(|error| *error)
        };
        if let (Err(error), None) = (&operands, jcl.fault) {
            syntax(*error, &text, jcl.verb, statement, findings);
        }
        let operands = operands.ok().filter(|_| is_readable && findings.diagnostics.len() == faults);
        Self { text, substituted: changed, operands }
    }

    /// A field made of others. `text` came out of fields that were right.
    pub(super) fn made(text: Text<'d>, substituted: bool) -> Self {
        let operands = grammar::operands(text.as_str()).ok().map(Cow::Owned);
        Self { text: Cow::Owned(text), substituted, operands }
    }

    /// The operands; none if they cannot be read.
    pub(super) fn operands(&self) -> &[Operand] {
        self.operands.as_deref().unwrap_or(&[])
    }
}

/// A verb as messages name it.
pub(super) fn verb_name(verb: Verb) -> &'static str {
    match verb {
        Verb::Job => "JOB",
        Verb::Exec => "EXEC",
        Verb::Dd => "DD",
        Verb::Proc => "PROC",
        Verb::Set => "SET",
        Verb::If => "IF",
        Verb::Include => "INCLUDE",
        Verb::Jcllib => "JCLLIB",
        Verb::Output => "OUTPUT",
        Verb::Export => "EXPORT",
        Verb::Command => "COMMAND",
        Verb::Xmit => "XMIT",
        Verb::Cntl => "CNTL",
        Verb::Notify => "NOTIFY",
        Verb::Schedule => "SCHEDULE",
        Verb::Jobgroup => "JOBGROUP",
        Verb::Gjob => "GJOB",
        Verb::Jobset => "JOBSET",
        Verb::Sjob => "SJOB",
        Verb::Before => "BEFORE",
        Verb::After => "AFTER",
        Verb::Concurrent => "CONCURRENT",
        Verb::Pend => "PEND",
        Verb::Else => "ELSE",
        Verb::Endif => "ENDIF",
        Verb::Endcntl => "ENDCNTL",
        Verb::Endset => "ENDSET",
        Verb::Endgroup => "ENDGROUP",
        Verb::Unknown => "JCL",
    }
}

fn layout(jcl: &Jcl<'_>, statement: u32, findings: &mut Findings) {
    let Some((fault, at)) = jcl.fault else { return };
    let in_string = matches!(jcl.operands, Err(SyntaxError { fault: Fault::Apostrophe, .. }));
    let (message, explanation) = match fault {
        LayoutFault::NoContinuation if in_string => (&IEFC621I, &ZJB044I),
        LayoutFault::NoContinuation => (&IEFC621I, &ZJB043I),
        LayoutFault::NotTerminated => (&IEFC618I, &ZJB045I),
    };
    findings.explained(statement, at, message.plain(), Some(explanation.plain()));
}

fn unknown_symbols(jcl: &Jcl<'_>, unknown: &[Unknown], statement: u32, findings: &mut Findings) {
    for Unknown { name, at, in_string } in unknown {
        let is_of_system = is_system_symbol(name);
        if *in_string && is_of_system {
            findings.hint(Some(statement), jcl.text.position(*at), ZJB055I.with(&[name]));
        }
        if *in_string || is_temporary_name(jcl, name, *at) {
            continue;
        }
        let message = if is_of_system { ZJB014E.with(&[name]) } else { IEFC627I.with(&[&place_of(jcl, *at)]) };
        findings.stop(statement, jcl.text.position(*at), message);
    }
}

/// `DSN=&NAME` without a symbol NAME is a temporary data set, as `DSN=&&NAME` is.
fn is_temporary_name(jcl: &Jcl<'_>, name: &str, at: usize) -> bool {
    let text = jcl.text.as_str();
    let before = text.get(..at).unwrap_or("");
    let after = text.get(at + 1 + name.len()..).unwrap_or("");
    let is_name = before.ends_with("DSN=") || before.ends_with("DSNAME=");
    jcl.verb == Verb::Dd && !name.is_empty() && is_name && (after.is_empty() || after.starts_with([',', '(']))
}

/// The operand that the character at offset `at` belongs to.
fn place_of<'j>(jcl: &'j Jcl<'_>, at: usize) -> Where<'j> {
    let text = jcl.text.as_str();
    let operands = jcl.operands.as_deref().unwrap_or(&[]);
    // Operands stand in order: the last one that begins before the character is the one around it.
    let after = operands.partition_point(|operand| operand.start() as usize <= at);
    let around = after.checked_sub(1).and_then(|last| operands.get(last));
    match around.and_then(|operand| operand.keyword) {
        Some(keyword) => Where::Field(keyword.of(text)),
        None => Where::Statement(verb_name(jcl.verb)),
    }
}

fn is_system_symbol(name: &str) -> bool {
    let is_known = |name: &str| SYSTEM_SYMBOLS.contains(&name);
    name.starts_with("SYS") || is_known(name) || name.strip_prefix('L').is_some_and(is_known)
}

/// Characters that no operand has outside apostrophes (JCL reference, "Character sets"). Not all that the reference
/// leaves out: some keywords take others, as DSID takes a bracket and SECMODEL a percent sign.
const ILLEGAL: &str = "\"<>;\\`~";

/// Outside apostrophes an operand field has no lower-case letters, no tabs, nothing beyond ASCII and not all of that.
fn characters(text: &Text<'_>, verb: Verb, statement: u32, findings: &mut Findings) {
    let mut in_string = false;
    let is_not = |c: char| verb == Verb::If && c == '¬';
    let has_expression = matches!(verb, Verb::If | Verb::Jobgroup | Verb::Before | Verb::After | Verb::Notify);
    let stranger = text.as_str().char_indices().find(|&(_, c)| {
        in_string ^= c == '\'';
        let is_illegal = || !has_expression && ILLEGAL.contains(c);
        !in_string && c != ' ' && !is_not(c) && (!c.is_ascii_graphic() || c.is_ascii_lowercase() || is_illegal())
    });
    let Some((at, character)) = stranger else { return };
    let position = text.position(at);
    if character == '\t' {
        findings.stop(statement, position, ZJB022E.with(&[&position.column, &position.card]));
    } else {
        let explanation = character.is_lowercase().then(|| ZJB041I.plain());
        findings.explained(statement, position, IEFC623I.plain(), explanation);
    }
}

fn syntax(error: SyntaxError, text: &Text<'_>, verb: Verb, statement: u32, findings: &mut Findings) {
    let row = match error.fault {
        Fault::Parenthesis => &IEFC622I,
        Fault::Apostrophe => &IEFC629I,
        Fault::Nesting => &IEFC616I,
        Fault::Format => &IEFC632I,
    };
    let place = Where::Statement(verb_name(verb));
    findings.stop(statement, text.position(error.at as usize), row.with(&[&place]));
}
