//! Logical statements: a first card and the cards that continue it, joined into one operand field.
//!
//! Border: continuation only (columns 4-16 after a comma, column 16 inside apostrophes, column 72 for
//! comments, up to THEN for IF). Each character of the joined field still knows its card and column.

use std::borrow::Cow;
use std::ops::Range;

use super::ast::Verb;
use super::card::{Card, CardKind, LAST_FIELD_COLUMN, NAME_COLUMN, Position, STRING_COLUMN, is_blank};
use super::ending::{Ending, FindEnd, before_then, conditional_end, plain_end};
use super::text::Text;

/// What is wrong with the way a statement is laid out on its cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutFault {
    /// The next card had to continue this one and does not (`IEFC621I`).
    NoContinuation,
    /// The operand field runs into column 72 (`IEFC618I`).
    NotTerminated,
}

/// A statement as it stands on its cards, operands not yet looked at.
pub struct Logical<'a> {
    /// Name field; empty if column 3 is blank.
    pub name: &'a str,
    /// Operation field.
    pub operation: &'a str,
    /// Column of the operation field on the first card.
    pub operation_column: u32,
    /// What the operation means.
    pub verb: Verb,
    /// Operand field.
    pub operands: Text<'a>,
    /// A fault of layout and where it shows.
    pub fault: Option<(LayoutFault, Position)>,
    /// The cards: the first, those that continue it, and comment cards in between.
    pub cards: Range<usize>,
}

/// Reads the statement that begins at card `at`, which is of the kind `Jcl`.
pub fn read<'a>(cards: &[Card<'a>], at: usize) -> Option<Logical<'a>> {
    let card = *cards.get(at)?;
    let fields = Fields::of(card);
    let mut join =
        Join { cards, last: at, text: Text::new(fields.operands, position(cards, at, fields.operands)), fault: None };
    if fields.verb == Verb::If {
        join.condition();
    } else if fields.verb.has_operands() {
        join.operands(fields.operands, if fields.verb.has_conditions() { conditional_end } else { plain_end });
    } else {
        join.text.joined = Cow::Borrowed("");
        join.comment();
    }
    Some(Logical {
        name: fields.name,
        operation: fields.operation,
        operation_column: position(cards, at, fields.operation).column,
        verb: fields.verb,
        operands: join.text,
        fault: join.fault,
        cards: at..join.last + 1,
    })
}

/// The fields of a first card. `operands` holds the comments field as well.
struct Fields<'a> {
    name: &'a str,
    operation: &'a str,
    verb: Verb,
    operands: &'a str,
}

impl<'a> Fields<'a> {
    fn of(card: Card<'a>) -> Self {
        let (name, rest) = split_field(card.columns(NAME_COLUMN, LAST_FIELD_COLUMN));
        let (operation, operands) = split_field(rest);
        Self { name, operation, verb: Verb::named(operation), operands }
    }
}

/// The text before the first blank, and what comes after the blanks.
fn split_field(text: &str) -> (&str, &str) {
    match text.find(' ') {
        Some(end) => (&text[..end], text[end..].trim_start_matches(' ')),
        None => (text, &text[text.len()..]),
    }
}

/// The position of `field`, a part of the card `at`.
fn position(cards: &[Card<'_>], at: usize, field: &str) -> Position {
    let column = cards.get(at).map_or(1, |card| {
        // `field` was cut out of the card's text.
        let offset = (field.as_ptr() as usize).saturating_sub(card.text().as_ptr() as usize);
        card.column_of(offset.min(card.text().len()))
    });
    place(at, column)
}

fn place(card: usize, column: usize) -> Position {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position { card: number(card + 1), column: number(column) }
}

/// A statement while its cards are being joined.
struct Join<'c, 'a> {
    cards: &'c [Card<'a>],
    last: usize,
    text: Text<'a>,
    fault: Option<(LayoutFault, Position)>,
}

impl<'a> Join<'_, 'a> {
    fn operands(&mut self, field: &'a str, find_end: FindEnd) {
        let (end, mut ending) = find_end(field, Ending::Complete);
        self.text.joined = Cow::Borrowed(&field[..end]);
        loop {
            self.check_column_71(ending);
            match ending {
                Ending::Complete => return self.comment(),
                Ending::InString => self.text.pad(LAST_FIELD_COLUMN.saturating_sub(self.card().len())),
                Ending::InCondition(_) => self.text.pad(1),
                Ending::Comma => {}
            }
            let Some(piece) = self.continuation(ending) else { return };
            let (end, next) = find_end(piece, ending);
            self.text.push(&piece[..end], position(self.cards, self.last, piece));
            ending = next;
        }
    }

    /// An operand field that fills column 71 must not go on in column 72.
    fn check_column_71(&mut self, ending: Ending) {
        let card = self.card();
        if ending == Ending::Complete && card.is_marked() && self.reaches_column_71() {
            self.fail(LayoutFault::NotTerminated, place(self.last, LAST_FIELD_COLUMN));
        }
    }

    fn reaches_column_71(&self) -> bool {
        let end = self.text.position(self.text.joined.len());
        !self.text.joined.is_empty() && end == place(self.last, LAST_FIELD_COLUMN + 1)
    }

    /// The text of the next card that continues the operands, if there is one.
    fn continuation(&mut self, ending: Ending) -> Option<&'a str> {
        let next = self.next_but_comments();
        if let Some(card) = self.open_card(next) {
            return self.continued_text(next, card, ending);
        }
        let is_null = self.cards.get(next).is_some_and(|card| card.kind() == CardKind::Null);
        if is_null && ending == Ending::Comma {
            // The JCL reference takes it for an empty continuation: the statement is complete.
            self.last = next;
            return None;
        }
        self.no_continuation()
    }

    fn continued_text(&mut self, next: usize, card: Card<'a>, ending: Ending) -> Option<&'a str> {
        let (blank, from) = match ending {
            Ending::InString => (card.columns(NAME_COLUMN, STRING_COLUMN - 1), STRING_COLUMN),
            _ => ("", NAME_COLUMN + 1),
        };
        let text = card.columns(from, LAST_FIELD_COLUMN);
        let text = if ending == Ending::InString { text } else { text.trim_start_matches(' ') };
        let starts_at = position(self.cards, next, text).column as usize;
        self.last = next;
        if !is_blank(blank) || starts_at > STRING_COLUMN {
            return self.no_continuation();
        }
        Some(text)
    }

    fn no_continuation<T>(&mut self) -> Option<T> {
        let end = self.text.position(self.text.joined.len());
        self.fail(LayoutFault::NoContinuation, Position { column: end.column.saturating_sub(1).max(1), ..end });
        None
    }

    /// Cards that continue the comments field.
    fn comment(&mut self) {
        if self.fault.is_some() {
            return;
        }
        while self.card().is_marked() {
            if self.open_card(self.last + 1).is_none() {
                return;
            }
            self.last += 1;
        }
    }

    /// The expression of IF: it goes on until THEN.
    fn condition(&mut self) {
        let mut piece: &str = &self.text.joined.clone();
        let first = self.text.first;
        let mut joined = Text { joined: Cow::Owned(String::new()), first, more: Vec::new() };
        let mut at = first;
        loop {
            let (expression, complete) = before_then(piece);
            joined.push(expression, at);
            let next = self.next_but_comments();
            let Some(card) = self.open_card(next).filter(|_| !complete) else {
                self.text = joined;
                return if complete { self.comment() } else { self.no_continuation().unwrap_or(()) };
            };
            joined.pad(1);
            self.last = next;
            piece = card.columns(NAME_COLUMN + 1, LAST_FIELD_COLUMN).trim_matches(' ');
            at = position(self.cards, next, piece);
        }
    }

    /// The card at `at` if it is one that can continue a statement: `//` and a blank.
    fn open_card(&self, at: usize) -> Option<Card<'a>> {
        let card = *self.cards.get(at)?;
        let continues = card.kind() == CardKind::Jcl && is_blank(card.columns(NAME_COLUMN, NAME_COLUMN));
        continues.then_some(card)
    }

    fn card(&self) -> Card<'a> {
        self.cards.get(self.last).copied().unwrap_or_else(|| Card::new("", true))
    }

    fn next_but_comments(&self) -> usize {
        let after = self.cards.iter().skip(self.last + 1);
        self.last + 1 + after.take_while(|card| card.kind() == CardKind::Comment).count()
    }

    fn fail(&mut self, fault: LayoutFault, at: Position) {
        self.fault.get_or_insert((fault, at));
    }
}

#[cfg(test)]
mod tests;
