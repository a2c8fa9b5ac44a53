//! Text that was put together from several cards: each character still knows its card and column.
//!
//! Border: places. What the text means is the grammar's matter.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::card::Position;

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
    pub(super) joined: Cow<'a, str>,
    pub(super) first: Position,
    pub(super) more: Vec<Origin>,
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

    /// Appends blanks.
    pub(super) fn pad(&mut self, blanks: usize) {
        if blanks > 0 {
            self.joined.to_mut().extend(std::iter::repeat_n(' ', blanks));
        }
    }
}
