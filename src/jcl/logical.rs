//! Logical statements: a first card and the cards that continue it, joined into one operand field.
//!
//! Border: continuation only (columns 4-16 after a comma, column 16 inside apostrophes, column 72 for
//! comments, up to THEN for IF). Each character of the joined field still knows its card and column.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::ast::Verb;
use super::card::{Card, CardKind, LAST_FIELD_COLUMN, NAME_COLUMN, Position, STRING_COLUMN, is_blank};

/// Where a piece of a joined text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Offset of the piece in the joined text, in bytes.
    pub at: u32,
    /// Where its first character stands.
    pub position: Position,
}

/// An operand field, joined over its cards.
#[derive(Clone, PartialEq, Eq)]
pub struct Text<'a> {
    joined: Cow<'a, str>,
    first: Position,
    more: Vec<Origin>,
}

impl fmt::Debug for Text<'_> {
    /// An operand may be a password: the size is shown, the text is not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes from {:?})", self.joined.len(), self.first)
    }
}

impl<'a> Text<'a> {
    /// A text that stands on one card.
    pub fn new(text: &'a str, first: Position) -> Self {
        Self { joined: Cow::Borrowed(text), first, more: Vec::new() }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.joined
    }

    /// Where the character at byte `offset` was punched.
    pub fn position(&self, offset: usize) -> Position {
        let after = self.more.partition_point(|origin| origin.at as usize <= offset);
        let (at, start) = match after.checked_sub(1).and_then(|piece| self.more.get(piece)) {
            Some(origin) => (origin.at as usize, origin.position),
            None => (0, self.first),
        };
        let before = self.joined.get(at..offset).unwrap_or("").chars().count();
        Position { card: start.card, column: start.column.saturating_add(u32::try_from(before).unwrap_or(u32::MAX)) }
    }

    /// Appends a piece that was punched at `position`.
    pub fn push(&mut self, piece: &str, position: Position) {
        let at = u32::try_from(self.joined.len()).unwrap_or(u32::MAX);
        self.more.push(Origin { at, position });
        self.joined.to_mut().push_str(piece);
    }

    /// An empty text to which pieces of this one can be copied.
    pub fn empty_copy(&self) -> Text<'static> {
        Text { joined: Cow::Owned(String::with_capacity(self.joined.len())), first: self.first, more: Vec::new() }
    }

    /// Appends the piece `range` of `other`, whose characters keep their positions.
    pub fn copy(&mut self, other: &Text<'_>, range: Range<usize>) {
        let mut from = range.start;
        while from < range.end {
            let next = other.more.partition_point(|origin| origin.at as usize <= from);
            let end = other.more.get(next).map_or(range.end, |origin| range.end.min(origin.at as usize));
            self.push(other.joined.get(from..end).unwrap_or(""), other.position(from));
            from = end;
        }
    }

    fn pad(&mut self, blanks: usize) {
        if blanks > 0 {
            self.joined.to_mut().extend(std::iter::repeat_n(' ', blanks));
        }
    }
}

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

/// How the operand field of a card ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// At a blank, or with the card.
    Complete,
    /// With a comma: the next card goes on in columns 4 to 16.
    Comma,
    /// Inside apostrophes: the next card goes on in column 16.
    InString,
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
        join.operands(fields.operands);
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

/// Where the operand field in `text` ends, and how. `in_string` says that it starts inside apostrophes.
fn operand_end(text: &str, mut in_string: bool) -> (usize, Ending) {
    let mut last = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => in_string = !in_string,
            b' ' if !in_string => return (at, if last == b',' { Ending::Comma } else { Ending::Complete }),
            _ => {}
        }
        last = byte;
    }
    match last {
        _ if in_string => (text.len(), Ending::InString),
        b',' => (text.len(), Ending::Comma),
        _ => (text.len(), Ending::Complete),
    }
}

/// A statement while its cards are being joined.
struct Join<'c, 'a> {
    cards: &'c [Card<'a>],
    last: usize,
    text: Text<'a>,
    fault: Option<(LayoutFault, Position)>,
}

impl<'a> Join<'_, 'a> {
    fn operands(&mut self, field: &'a str) {
        let (end, mut ending) = operand_end(field, false);
        self.text.joined = Cow::Borrowed(&field[..end]);
        loop {
            self.check_column_71(ending);
            match ending {
                Ending::Complete => return self.comment(),
                Ending::InString => self.text.pad(LAST_FIELD_COLUMN.saturating_sub(self.card().len())),
                Ending::Comma => {}
            }
            let Some(piece) = self.continuation(ending) else { return };
            let (end, next) = operand_end(piece, ending == Ending::InString);
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

/// The text before the word THEN, and whether it is there.
fn before_then(text: &str) -> (&str, bool) {
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("THEN")) {
        let at = from + found;
        let (before, after) = (text.get(..at).unwrap_or(""), text.get(at + 4..).unwrap_or(""));
        if is_end(after) && (before.is_empty() || before.ends_with([' ', ')'])) {
            return (before.trim_end_matches(' '), true);
        }
        from = at + 4;
    }
    (text.trim_end_matches(' '), false)
}

#[cfg(test)]
mod tests {
    use super::super::card::{Position, cards};
    use super::{LayoutFault, Logical, read};

    fn logical(deck: &str) -> Logical<'_> {
        read(&cards(deck), 0).expect("the deck has a card")
    }

    fn operands(deck: &str) -> String {
        logical(deck).operands.as_str().to_owned()
    }

    fn fault(deck: &str) -> Option<LayoutFault> {
        logical(deck).fault.map(|(fault, _)| fault)
    }

    fn at(card: u32, column: u32) -> Position {
        Position { card, column }
    }

    /// A card whose text fills columns 1 to 71.
    fn filled(start: &str, fill: char) -> String {
        let mut card = start.to_owned();
        card.extend(std::iter::repeat_n(fill, 71 - start.chars().count()));
        card
    }

    #[test]
    fn the_fields_are_separated_by_blanks() {
        let statement = logical("//OUTFILE  DD   DISP=(NEW,CATLG),UNIT=SYSDA   a comment");
        assert_eq!(statement.name, "OUTFILE");
        assert_eq!(statement.operation, "DD");
        assert_eq!(statement.operation_column, 12);
        assert_eq!(statement.operands.as_str(), "DISP=(NEW,CATLG),UNIT=SYSDA");
        assert_eq!(logical("// EXEC X").name, "");
        assert_eq!(logical("//STEP1").operation, "");
    }

    #[test]
    fn after_a_comma_the_operands_go_on_on_the_next_card() {
        let deck = "//A DD DISP=(NEW,CATLG),UNIT=SYSDA,   <-- comment\n// SPACE=(CYL,(10,5),RLSE),\n//         DSN=X.Y\n//B DD *";
        let statement = logical(deck);
        assert_eq!(statement.operands.as_str(), "DISP=(NEW,CATLG),UNIT=SYSDA,SPACE=(CYL,(10,5),RLSE),DSN=X.Y");
        assert_eq!(statement.cards, 0..3);
        assert_eq!(statement.operands.position(0), at(1, 8));
        let dsn = statement.operands.as_str().find("DSN").expect("it is there");
        assert_eq!(statement.operands.position(dsn), at(3, 12));
    }

    #[test]
    fn comment_cards_may_stand_between_continued_cards() {
        let deck = "//A DD DISP=SHR,\n//* in between\n//* and again\n//  DSN=X\n//B DD *";
        assert_eq!(operands(deck), "DISP=SHR,DSN=X");
        assert_eq!(logical(deck).cards, 0..4);
    }

    #[test]
    fn a_card_with_something_in_column_3_is_no_continuation() {
        let deck = "//A DD DISP=SHR,\n//* comment\n//DSN=X";
        let statement = logical(deck);
        assert_eq!(statement.fault, Some((LayoutFault::NoContinuation, at(1, 16))));
        assert_eq!(statement.cards, 0..1);
        assert_eq!(fault("//A DD DISP=SHR,"), Some(LayoutFault::NoContinuation));
        assert_eq!(fault("//A DD DISP=SHR,\n/*"), Some(LayoutFault::NoContinuation));
    }

    #[test]
    fn operands_that_begin_after_column_16_do_not_continue() {
        assert_eq!(fault("//A DD DISP=SHR,\n//             DSN=X"), None);
        assert_eq!(fault("//A DD DISP=SHR,\n//              DSN=X"), Some(LayoutFault::NoContinuation));
    }

    #[test]
    fn a_null_statement_after_a_comma_completes_the_statement() {
        let statement = logical("//A DD DISP=SHR,\n//\n//B DD *");
        assert_eq!(statement.fault, None);
        assert_eq!(statement.cards, 0..2);
    }

    #[test]
    fn a_string_goes_on_from_column_71_to_column_16() {
        let deck = format!("{}\n//{:13}B'\n", filled("//A EXEC PGM=X,PARM='", 'A'), "");
        let statement = logical(&deck);
        assert!(statement.operands.as_str().ends_with("AAAB'"));
        assert_eq!(statement.operands.as_str().len(), 71 - 9 + 2);
        assert_eq!(statement.operands.position(statement.operands.as_str().len() - 2), at(2, 16));
        assert_eq!(statement.fault, None);
    }

    #[test]
    fn blanks_up_to_column_71_belong_to_the_string_even_if_they_were_not_typed() {
        let deck = format!("//A EXEC PGM=X,PARM='AB\n//{:13}C'", "");
        let text = operands(&deck);
        assert_eq!(text.len(), (71 - 9) + 2);
        assert!(text.starts_with("PGM=X,PARM='AB   ") && text.ends_with("  C'"));
    }

    #[test]
    fn a_string_that_goes_on_before_column_16_is_not_continued() {
        assert_eq!(fault("//A EXEC PGM=X,PARM='AB\n// CD'"), Some(LayoutFault::NoContinuation));
        assert_eq!(fault("//A EXEC PGM=X,PARM='AB\n//B DD *"), Some(LayoutFault::NoContinuation));
    }

    #[test]
    fn an_apostrophe_in_column_71_closes_the_string() {
        let deck = format!("{}'\n// DD SYSOUT=*", filled("//A EXEC PGM=X,PARM='", 'A').split_at(70).0);
        let statement = logical(&deck);
        assert_eq!(statement.fault, None);
        assert_eq!(statement.cards, 0..1);
    }

    #[test]
    fn a_field_that_runs_into_column_72_is_not_terminated() {
        let card = filled("//A DD DSN=", 'A');
        assert_eq!(fault(&card), None);
        assert_eq!(fault(&format!("{card}A")), Some(LayoutFault::NotTerminated));
        assert_eq!(fault(&format!("{card},\n// DISP=SHR")), Some(LayoutFault::NotTerminated));
    }

    #[test]
    fn a_mark_in_column_72_continues_a_comment_and_nothing_else() {
        let marked = format!("{:71}X", "//A DD SYSOUT=* the comment");
        assert_eq!(logical(&format!("{marked}\n// goes on here\n//B DD *")).cards, 0..2);
        assert_eq!(logical(&format!("{marked}\n//B DD *")).cards, 0..1);
        assert_eq!(logical(&format!("{marked}\n//\n")).cards, 0..1);
        let comma = format!("{:71}X", "//A DD DISP=SHR, the comment");
        assert_eq!(operands(&format!("{comma}\n// DSN=A")), "DISP=SHR,DSN=A");
    }

    #[test]
    fn sequence_numbers_are_not_read() {
        let deck = format!("{:72}00000010\n{:72}00000020", "//A DD DISP=SHR,", "// DSN=A");
        assert_eq!(operands(&deck), "DISP=SHR,DSN=A");
    }

    #[test]
    fn an_if_goes_on_until_then() {
        let deck = "// IF (A.RC = 0 &\n//* why\n//    B.RC = 4) THEN  comment\n//S EXEC X";
        assert_eq!(operands(deck), "(A.RC = 0 & B.RC = 4)");
        assert_eq!(logical(deck).cards, 0..3);
        assert_eq!(operands("// IF RC=0 THEN"), "RC=0");
        assert_eq!(operands("// IF (ATHEN.RC=0)THEN"), "(ATHEN.RC=0)");
        assert_eq!(fault("// IF (RC = 0)\n//S EXEC X"), Some(LayoutFault::NoContinuation));
    }

    #[test]
    fn verbs_without_operands_have_comments_only() {
        assert_eq!(operands("// ELSE  DON'T PANIC,"), "");
        assert_eq!(fault("// ELSE  DON'T PANIC,"), None);
        assert_eq!(operands("// PEND"), "");
    }
}
