//! A deck as an editor sees it: cards, columns, and the edits that change them.
//!
//! Border: characters and places. An edit is a range of the decoded text; bytes that no edit names come back as
//! they were, and columns 73 to 80 stay where they are.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};

use crate::codepage::host::decode_deck;
use crate::jcl::card::{LAST_FIELD_COLUMN, is_blank};
use crate::jcl::{Card, Deck};

use super::view::MAX_COLUMN;

/// Last column of a control card before the sequence number.
pub(super) const LAST_DATA_COLUMN: usize = 72;
/// Stands where a character of a secret stood.
const MASK: char = '*';
/// Stands where a character stood that a terminal would obey.
const CONTROL: char = '?';

/// A replacement: the bytes `range` of the deck become `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go away, as offsets in the decoded deck.
    pub range: Range<usize>,
    /// What comes instead.
    pub with: String,
}

/// Columns of one card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The card, counted from 1.
    pub card: u32,
    /// The first column, counted in characters from 1.
    pub first: u32,
    /// The last column; not before `first`.
    pub last: u32,
}

/// The characters of a deck, and the encoding that they came in.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static Encoding) {
    decode_deck(bytes)
}

/// A deck with the places of its cards.
pub(super) struct Source<'d> {
    pub(super) text: &'d str,
    pub(super) deck: &'d Deck<'d>,
    /// Offset of each card, and of the end.
    starts: Vec<usize>,
}

impl<'d> Source<'d> {
    pub(super) fn new(text: &'d str, deck: &'d Deck<'d>) -> Self {
        let mut starts = Vec::with_capacity(deck.cards.len() + 1);
        let mut at = deck.mark.len();
        for card in &deck.cards {
            starts.push(at);
            at += card.line().len();
        }
        starts.push(at);
        Self { text, deck, starts }
    }

    /// The card at index `at`; an empty one beyond the end.
    pub(super) fn card(&self, at: usize) -> Card<'d> {
        self.deck.cards.get(at).copied().unwrap_or_else(|| Card::new("", true))
    }

    /// The place of columns `first` to `last` of the card at index `at`.
    pub(super) fn place(at: usize, first: usize, last: usize) -> Place {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { card: number(at + 1), first: number(first.max(1)), last: number(last.max(first).max(1)) }
    }

    /// The place of all that is punched in the card at index `at`.
    pub(super) fn whole(&self, at: usize) -> Place {
        let card = self.card(at);
        Self::place(at, 1, card.column_of(card.text().trim_end().len()).saturating_sub(1))
    }

    /// The offset in the deck of column `column` of the card at index `at`.
    pub(super) fn offset(&self, at: usize, column: usize) -> usize {
        let before = self.card(at).columns(1, column.saturating_sub(1)).len();
        self.starts.get(at).copied().unwrap_or(self.text.len()) + before
    }

    /// An edit that removes cards, line ends and all.
    pub(super) fn remove_cards(&self, cards: Range<usize>) -> Edit {
        let offset = |at: usize| self.starts.get(at).copied().unwrap_or(self.text.len());
        Edit { range: offset(cards.start)..offset(cards.end), with: String::new() }
    }

    /// Edits that put `insert` in the place of `delete` columns from `column` on. What stands after column
    /// `limit` stays in its columns; none if there is no room.
    pub(super) fn splice(
        &self,
        at: usize,
        column: usize,
        delete: usize,
        insert: &str,
        limit: usize,
    ) -> Option<Vec<Edit>> {
        let card = self.card(at);
        let inserted = insert.chars().count();
        let range = self.offset(at, column)..self.offset(at, column + delete);
        let mut edits = vec![Edit { range, with: insert.to_owned() }];
        let is_long = card.len() > limit;
        if inserted < delete && is_long {
            let end = self.offset(at, limit + 1);
            edits.push(Edit { range: end..end, with: " ".repeat(delete - inserted) });
        }
        let more = inserted.saturating_sub(delete);
        if more > 0 {
            let from = (limit + 1).saturating_sub(more);
            if from < column + delete || !is_blank(card.columns(from, limit)) {
                return None;
            }
            if is_long {
                edits.push(Edit { range: self.offset(at, from)..self.offset(at, limit + 1), with: String::new() });
            } else if card.len() >= from {
                // Blanks at the end give way.
                let end = self.offset(at, card.len() + 1);
                edits.push(Edit { range: self.offset(at, from)..end, with: String::new() });
            }
        }
        Some(edits)
    }

    /// The last column that an edit of the card at index `at` may fill.
    pub(super) fn limit(&self, at: usize) -> usize {
        if self.card(at).text().starts_with("//") { LAST_FIELD_COLUMN } else { LAST_DATA_COLUMN }
    }
}

/// What nobody may see of a deck.
#[derive(Debug, Default)]
pub(super) struct Secrets(Vec<Range<usize>>);

impl Secrets {
    pub(super) fn new(source: &Source<'_>, places: &[Place]) -> Self {
        let range = |place: &Place| {
            let at = (place.card as usize).saturating_sub(1);
            source.offset(at, place.first as usize)..source.offset(at, place.last as usize + 1)
        };
        let mut ranges: Vec<_> = places.iter().map(range).collect();
        ranges.sort_by_key(|range| range.start);
        Self(ranges)
    }

    /// True if something on the card at index `at` is a secret.
    pub(super) fn touch(&self, source: &Source<'_>, at: usize) -> bool {
        let (start, end) = (source.offset(at, 1), source.offset(at, usize::MAX));
        let next = self.0.partition_point(|secret| secret.end <= start);
        self.0.get(next).is_some_and(|secret| secret.start < end)
    }

    /// The card at index `at` as a terminal may show it: secrets masked, control characters replaced. One
    /// character stands for each column.
    pub(super) fn shown(&self, source: &Source<'_>, at: usize) -> String {
        let start = source.offset(at, 1);
        let text = source.card(at).text();
        let mut next = self.0.partition_point(|secret| secret.end <= start);
        let mut shown = String::with_capacity(text.len().min(MAX_COLUMN));
        for (offset, character) in text.char_indices().take(MAX_COLUMN) {
            while self.0.get(next).is_some_and(|secret| secret.end <= start + offset) {
                next += 1;
            }
            let is_secret = self.0.get(next).is_some_and(|secret| secret.contains(&(start + offset)));
            shown.push(if is_secret { MASK } else { harmless(character) });
        }
        shown
    }
}

/// `character`, or a mark if a terminal would obey it or it would not be seen.
pub fn harmless(character: char) -> char {
    let is_unseen = matches!(character,
        '\u{AD}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}');
    if character.is_control() || is_unseen { CONTROL } else { character }
}

/// `text` for a terminal.
pub fn harmless_text(text: &str) -> String {
    text.chars().map(harmless).collect()
}

/// The deck `bytes` with `edits` applied. An edit that overlaps an earlier one is left out.
pub(super) fn apply(bytes: &[u8], mut edits: Vec<Edit>) -> Vec<u8> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut result = Vec::with_capacity(bytes.len() + 64);
    let mut done = 0;
    for edit in edits {
        let (Some(before), Some(_)) = (bytes.get(done..edit.range.start), bytes.get(edit.range.clone())) else {
            continue;
        };
        result.extend_from_slice(before);
        result.extend_from_slice(edit.with.as_bytes());
        done = edit.range.end;
    }
    result.extend_from_slice(bytes.get(done..).unwrap_or_default());
    result
}

/// Makes offsets in the decoded text offsets in the bytes of the deck.
pub(super) fn to_bytes<'e>(text: &str, encoding: &'static Encoding, edits: impl Iterator<Item = &'e mut Edit>) {
    if encoding == UTF_8 {
        return;
    }
    // One byte a character: windows-1252. All offsets are counted in one pass.
    let mut offsets: Vec<&mut usize> = edits.flat_map(|edit| [&mut edit.range.start, &mut edit.range.end]).collect();
    offsets.sort_unstable_by_key(|offset| **offset);
    let (mut done, mut count) = (0, 0);
    for offset in offsets {
        count += text.get(done..*offset).map_or(0, |piece| piece.chars().count());
        done = done.max(*offset);
        *offset = count;
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1252;

    use super::{Edit, Secrets, Source, apply, to_bytes};
    use crate::jcl::Deck;

    fn spliced(card: &str, column: usize, delete: usize, insert: &str, limit: usize) -> Option<String> {
        let deck = Deck::read(card);
        let source = Source::new(card, &deck);
        let edits = source.splice(0, column, delete, insert, limit)?;
        Some(String::from_utf8(apply(card.as_bytes(), edits)).expect("characters"))
    }

    #[test]
    fn columns_73_to_80_stay_where_they_are() {
        let card = format!("{:<72}00000100\r\n", "/J JOB");
        assert_eq!(spliced(&card, 1, 0, "/", 71), Some(format!("{:<72}00000100\r\n", "//J JOB")));
        let longer = format!("{:<72}00000100\n", "// A=&amp;X");
        assert_eq!(spliced(&longer, 6, 5, "&", 71), Some(format!("{:<72}00000100\n", "// A=&X")));
    }

    #[test]
    fn a_card_without_room_is_left_alone() {
        let full = format!("/{:X<70}\n", "");
        assert_eq!(spliced(&full, 1, 0, "/", 71), None);
        let room = format!("/{:X<69}\n", "");
        assert_eq!(spliced(&room, 1, 0, "/", 71), Some(format!("//{:X<69}\n", "")));
        let blanks = format!("/{:X<68}   ", "");
        assert_eq!(spliced(&blanks, 1, 0, "//", 71), Some(format!("///{:X<68} ", "")));
    }

    #[test]
    fn edits_are_applied_together_and_bytes_between_them_survive() {
        let bytes = b"M\xFCller \xA0X";
        let (text, encoding) = super::decode(bytes);
        assert_eq!(encoding, WINDOWS_1252);
        let edit = |at: &str| {
            let start = text.find(at).expect("it is there");
            Edit { range: start..start + at.len(), with: "-".to_owned() }
        };
        let mut edits = vec![edit("X"), edit("\u{a0}")];
        to_bytes(&text, encoding, edits.iter_mut());
        assert_eq!(apply(bytes, edits), b"M\xFCller --");
    }

    #[test]
    fn of_two_edits_that_overlap_one_is_applied() {
        let edit = |range, with: &str| Edit { range, with: with.to_owned() };
        assert_eq!(apply(b"ABC", vec![edit(0..2, "x"), edit(1..3, "y")]), b"xC");
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_shown() {
        let text = "\u{1b}[31m\u{202e}A\tB\u{9b}";
        let deck = Deck::read(text);
        assert_eq!(Secrets::default().shown(&Source::new(text, &deck), 0), "?[31m?A?B?");
    }

    #[test]
    fn secrets_are_masked() {
        let text = "\u{e4}bcdef";
        let deck = Deck::read(text);
        let source = Source::new(text, &deck);
        let secrets = Secrets::new(&source, &[Source::place(0, 3, 4), Source::place(0, 1, 1)]);
        assert_eq!(secrets.shown(&source, 0), "*b**ef");
        assert!(secrets.touch(&source, 0) && !secrets.touch(&source, 1));
    }
}
