//! Cards: the lines of a deck, cut into the columns that JCL gives a meaning.
//!
//! Border: one card at a time. Columns count characters from 1; a card keeps its line end, so that cards put
//! end to end are the deck again.

use std::fmt;

/// Last column of the fields of a JCL statement.
pub const LAST_FIELD_COLUMN: usize = 71;
/// The column that continues a comment if it is not blank.
pub const CONTINUATION_COLUMN: usize = 72;
/// Last column of a card, and of its image in a listing.
pub const LAST_COLUMN: usize = 80;
/// First column after the identifier `//`: the name field.
pub const NAME_COLUMN: usize = 3;
/// Column at which a string in apostrophes goes on, and the last at which an operand may go on.
pub const STRING_COLUMN: usize = 16;

/// A place in a deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The card, counted from 1.
    pub card: u32,
    /// The column, counted in characters from 1.
    pub column: u32,
}

/// What the first columns of a card say about it, outside in-stream data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardKind {
    /// `//`, and something in columns 3 to 71.
    Jcl,
    /// `//*`.
    Comment,
    /// `//`, and nothing in columns 3 to 71.
    Null,
    /// `/*`: a delimiter or a JES2 control statement.
    SlashAsterisk,
    /// Anything else.
    Data,
}

/// One line of a deck.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Card<'a> {
    line: &'a str,
    text_len: u32,
    one_byte_per_column: bool,
}

impl fmt::Debug for Card<'_> {
    /// A card may hold a password: its size is shown, its text is not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Card({} bytes)", self.text_len)
    }
}

impl<'a> Card<'a> {
    /// A card of `line`, which may end in `\n` or `\r\n`. `ascii` says that the whole deck is ASCII.
    pub fn new(line: &'a str, ascii: bool) -> Self {
        let text = line.strip_suffix('\n').map_or(line, |text| text.strip_suffix('\r').unwrap_or(text));
        // A deck is shorter than 4 GiB (`deck::MAX_DECK`), so is a line of it.
        let text_len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self { line, text_len, one_byte_per_column: ascii || text.is_ascii() }
    }

    /// The card without its line end.
    pub fn text(&self) -> &'a str {
        self.line.get(..self.text_len as usize).unwrap_or(self.line)
    }

    /// The card with its line end.
    pub fn line(&self) -> &'a str {
        self.line
    }

    /// How many columns are punched.
    pub fn len(&self) -> usize {
        if self.one_byte_per_column { self.text_len as usize } else { self.text().chars().count() }
    }

    /// True if nothing is punched at all.
    pub fn is_empty(&self) -> bool {
        self.text_len == 0
    }

    /// Columns `first` to `last`, both included; less if the card is shorter.
    pub fn columns(&self, first: usize, last: usize) -> &'a str {
        let text = self.text();
        text.get(self.offset_of(first)..self.offset_of(last.saturating_add(1))).unwrap_or("")
    }

    /// Columns 1 to 71.
    pub fn fields(&self) -> &'a str {
        self.columns(1, LAST_FIELD_COLUMN)
    }

    /// Columns 1 to 80, as a listing shows the card.
    pub fn image(&self) -> &'a str {
        self.columns(1, LAST_COLUMN)
    }

    /// True if column 72 is not blank.
    pub fn is_marked(&self) -> bool {
        let mark = self.columns(CONTINUATION_COLUMN, CONTINUATION_COLUMN);
        !(mark.is_empty() || mark == " ")
    }

    /// The column in which the byte at `offset` of the text stands.
    pub fn column_of(&self, offset: usize) -> usize {
        if self.one_byte_per_column {
            return offset + 1;
        }
        self.text().get(..offset).map_or_else(|| self.len(), |before| before.chars().count()) + 1
    }

    /// What the card is, outside in-stream data.
    pub fn kind(&self) -> CardKind {
        match self.text().as_bytes() {
            [b'/', b'/', b'*', ..] => CardKind::Comment,
            [b'/', b'/', ..] if is_blank(self.columns(NAME_COLUMN, LAST_FIELD_COLUMN)) => CardKind::Null,
            [b'/', b'/', ..] => CardKind::Jcl,
            [b'/', b'*', ..] => CardKind::SlashAsterisk,
            _ => CardKind::Data,
        }
    }

    fn offset_of(&self, column: usize) -> usize {
        let text = self.text();
        let before = column.saturating_sub(1);
        if self.one_byte_per_column {
            return before.min(text.len());
        }
        text.char_indices().nth(before).map_or(text.len(), |(offset, _)| offset)
    }
}

/// True if `text` is nothing but blanks. A tab is no blank on the host.
pub fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte == b' ')
}

/// All cards of a deck.
pub fn cards(text: &str) -> Vec<Card<'_>> {
    // Cards of real decks are about 60 bytes long; a wrong guess costs one more allocation.
    let mut cards = Vec::with_capacity(text.len() / 60 + 1);
    let ascii = text.is_ascii();
    cards.extend(text.split_inclusive('\n').map(|line| Card::new(line, ascii)));
    cards
}

#[cfg(test)]
mod tests {
    use super::{Card, CardKind, cards};

    fn card(text: &str) -> Card<'_> {
        Card::new(text, false)
    }

    #[test]
    fn the_first_columns_tell_the_kinds_of_cards_apart() {
        for (text, kind) in [
            ("//STEP EXEC PGM=X", CardKind::Jcl),
            ("// DD SYSOUT=*", CardKind::Jcl),
            ("//* comment", CardKind::Comment),
            ("//*", CardKind::Comment),
            ("//", CardKind::Null),
            ("//          ", CardKind::Null),
            ("/*", CardKind::SlashAsterisk),
            ("/*JOBPARM L=5", CardKind::SlashAsterisk),
            ("/XXXXX JOB", CardKind::Data),
            ("", CardKind::Data),
            (" // X", CardKind::Data),
        ] {
            assert_eq!(card(text).kind(), kind, "{text}");
        }
    }

    #[test]
    fn a_null_statement_may_carry_a_sequence_number() {
        let numbered = format!("//{:70}00010000", "");
        assert_eq!(card(&numbered).kind(), CardKind::Null);
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let card = card("//* Grüße 12");
        assert_eq!(card.columns(5, 9), "Grüße");
        assert_eq!(card.columns(11, 12), "12");
        assert_eq!(card.columns(13, 80), "");
        assert_eq!(card.len(), 12);
        assert_eq!(card.column_of("//* Grüße ".len()), 11);
    }

    #[test]
    fn column_72_is_neither_field_nor_sequence_number() {
        let text = format!("//{:69}X00000010", "A");
        let card = card(&text);
        assert_eq!(card.fields().len(), 71);
        assert!(card.is_marked());
        assert_eq!(card.image(), text);
        assert!(!Card::new("// SHORT", true).is_marked());
    }

    #[test]
    fn line_ends_belong_to_their_cards_and_are_no_column() {
        let deck = "A\r\nB\nC\r\r\n\nD";
        let cards = cards(deck);
        assert_eq!(cards.iter().map(Card::text).collect::<Vec<_>>(), ["A", "B", "C\r", "", "D"]);
        assert_eq!(cards.iter().map(Card::line).collect::<String>(), deck);
    }

    #[test]
    fn debug_output_of_a_card_does_not_show_its_text() {
        assert_eq!(format!("{:?}", card("PASSWORD=SECRET")), "Card(15 bytes)");
    }
}
