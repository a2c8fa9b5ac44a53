//! What was found in a job, and a statement whose operands are being looked at.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::jcl::ast::Items;
use crate::jcl::card::Position;
use crate::jcl::{Diagnostic, Effect, Operand, Quoting, Span, Text, Value, Word};
use crate::message::converter::{IEF638I, IEF643I, IEF644I, IEFC629I, IEFC640I, Where};
use crate::message::{Entry, Message};

/// Everything that was found in a job so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// What stops the job.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What the user should know.
    pub(super) hints: Vec<Diagnostic>,
    /// What the host tells of a job that may well run: statement number and message.
    pub(super) warnings: Vec<(u32, Message)>,
    /// The place to be told instead of that in a library member.
    pub(super) anchor: Option<Position>,
    /// The hints that were given already.
    said: HashSet<String>,
}

impl Findings {
    /// Nothing found yet in statements whose place is to be told by `anchor`.
    pub(super) fn at(anchor: Option<Position>) -> Self {
        Self { anchor, ..Self::default() }
    }

    /// Something that stops the job.
    pub(super) fn stop(&mut self, statement: u32, position: Position, message: Message) {
        self.explained(statement, position, message, None);
    }

    /// Something that stops the job, with an explanation.
    pub(super) fn explained(
        &mut self,
        statement: u32,
        position: Position,
        message: Message,
        explanation: Option<Message>,
    ) {
        let statement = Some(statement);
        let position = self.anchor.unwrap_or(position);
        self.diagnostics.push(Diagnostic { message, statement, position, explanation, effect: Effect::Stops });
    }

    /// Something that does not stop the job and is no part of the listing; once for each job.
    pub(super) fn hint_once(&mut self, statement: u32, position: Position, message: Message) {
        if self.said.insert(message.to_string()) {
            self.hint(Some(statement), position, message);
        }
    }

    /// Something that does not stop the job and is no part of the listing.
    pub(super) fn hint(&mut self, statement: Option<u32>, position: Position, message: Message) {
        let position = self.anchor.unwrap_or(position);
        self.hints.push(Diagnostic { message, statement, position, explanation: None, effect: Effect::Hint });
    }
}

impl Findings {
    /// Takes over what was found in a statement before it had its number.
    pub(super) fn adopt(&mut self, others: Findings, statement: u32) {
        let numbered = |found: Diagnostic| Diagnostic { statement: Some(statement), ..found };
        self.diagnostics.extend(others.diagnostics.into_iter().map(numbered));
        self.hints.extend(others.hints.into_iter().map(numbered));
        self.warnings.extend(others.warnings.into_iter().map(|(_, message)| (statement, message)));
    }
}

/// A statement being read: its operands' text, and where findings go.
pub(super) struct Reading<'r> {
    /// Statement number.
    pub(super) statement: u32,
    /// The verb as messages name it.
    pub(super) verb: &'static str,
    /// The operand field after substitution.
    pub(super) text: &'r Text<'r>,
    /// True if a symbol was replaced.
    pub(super) substituted: bool,
    /// Where findings go.
    pub(super) findings: &'r mut Findings,
}

impl<'r> Reading<'r> {
    /// The text of `span`.
    pub(super) fn of(&self, span: Span) -> &'r str {
        span.of(self.text.as_str())
    }

    /// How many things stop the job so far.
    pub(super) fn stops(&self) -> usize {
        self.findings.diagnostics.len()
    }

    /// Something at offset `at` stops the job.
    pub(super) fn stop(&mut self, at: u32, message: Message) {
        let position = self.text.position(at as usize);
        self.findings.stop(self.statement, position, message);
    }

    /// Something at offset `at` that the user should know.
    pub(super) fn hint(&mut self, at: u32, message: Message) {
        let position = self.text.position(at as usize);
        self.findings.hint_once(self.statement, position, message);
    }

    /// The tail ` ON THE DD STATEMENT`.
    pub(super) fn on_statement(&self) -> Where<'static> {
        Where::Statement(self.verb)
    }

    /// The text of a value that is one word without apostrophes and parentheses.
    pub(super) fn plain(&self, value: &Value) -> Option<&'r str> {
        match value {
            Value::Word(Word { span, quoting: Quoting::None, suffix: None }) => Some(self.of(*span)),
            _ => None,
        }
    }

    /// The text of a value that is one word, apostrophes taken off.
    pub(super) fn word(&self, value: &Value) -> Option<String> {
        match value {
            Value::Word(word) if word.quoting == Quoting::Part => Some(self.of(word.span).replace('\'', "")),
            Value::Word(word) => Some(word.value(self.text.as_str()).into_owned()),
            Value::List(list) => match list.items.as_slice() {
                [Operand { keyword: None, value: inner @ Value::Word(_) }] => self.word(inner),
                _ => None,
            },
            Value::Empty(_) => None,
        }
    }

    /// The same, but apostrophes count as wrong unless symbols may have brought them.
    pub(super) fn unquoted_if_symbol(&self, value: &Value) -> Option<String> {
        if self.substituted { self.word(value) } else { self.plain(alone(value)).map(str::to_owned) }
    }

    /// What a word stands for, without its apostrophes. A string inside a word is wrong unless a symbol
    /// stood before it.
    pub(super) fn unquoted(&mut self, word: &Word, place: Where<'_>) -> Option<Cow<'r, str>> {
        if word.quoting != Quoting::Part {
            return Some(word.value(self.text.as_str()));
        }
        if self.substituted {
            return Some(Cow::Owned(self.of(word.span).replace('\'', "")));
        }
        self.stop(word.span.start, IEFC629I.with(&[&place]));
        None
    }

    /// A number of at most `max`.
    pub(super) fn number(&mut self, value: &Value, place: Where<'_>, max: u32) -> Option<u32> {
        let digits = self.unquoted_if_symbol(value).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let digits = digits.filter(|digits| !digits.is_empty());
        let Some(digits) = digits else {
            self.refuse(value, &IEF644I, place);
            return None;
        };
        let number = digits.parse::<u32>().ok().filter(|number| *number <= max);
        if number.is_none() {
            self.stop(value.span().start, IEF638I.with(&[&place]));
        }
        number
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(&mut self, value: &Value, words: &[(&str, T)], place: Where<'_>) -> Option<T> {
        let text = self.unquoted_if_symbol(value);
        let chosen = words.iter().find(|(word, _)| text.as_deref() == Some(word)).map(|(_, meaning)| *meaning);
        if chosen.is_none() {
            self.unidentified(value, place);
        }
        chosen
    }

    /// A value that is not one of those that the keyword takes.
    pub(super) fn unidentified(&mut self, value: &Value, place: Where<'_>) {
        self.refuse(value, &IEF643I, place);
    }

    /// A wrong value: `row` says why, unless it is only that apostrophes are not allowed here.
    pub(super) fn refuse(&mut self, value: &Value, row: &'static Entry, place: Where<'_>) {
        let is_quoted = matches!(value, Value::Word(word) if word.quoting != Quoting::None);
        let row = if is_quoted { &IEFC629I } else { row };
        self.stop(value.span().start, row.with(&[&place]));
    }

    /// A list with more members than it may have.
    pub(super) fn check_length(&mut self, items: Items<'_>, max: usize, place: Where<'_>) {
        if let Some((_, value)) = items.get(max) {
            self.stop(value.span().start, IEFC640I.with(&[&place]));
        }
    }
}

/// The one member of a list of one: a single value may stand in parentheses.
fn alone(value: &Value) -> &Value {
    match value {
        Value::List(list) => match list.items.as_slice() {
            [Operand { keyword: None, value: inner @ Value::Word(_) }] => inner,
            _ => value,
        },
        _ => value,
    }
}

/// The value of the operand with this keyword, if it was coded and is not empty.
pub(super) fn keyword<'o>(text: &str, operands: &'o [Operand], names: &[&str]) -> Option<&'o Value> {
    operands
        .iter()
        .find(|operand| operand.keyword.is_some_and(|keyword| names.contains(&keyword.of(text))))
        .map(|operand| &operand.value)
        .filter(|value| !value.is_empty())
}
