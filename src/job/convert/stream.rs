//! In-stream data: cards to records of 80 bytes in the system's code page.

use crate::codepage::{CodePage, EBCDIC_BLANK};
use crate::jcl::card::{LAST_COLUMN, Position};
use crate::jcl::symbol::substitute_record;
use crate::jcl::{Card, Operand};
use crate::message::Message;
use crate::message::converter::Where;
use crate::message::own::{ZJB020E, ZJB021E, ZJB029E};

use super::reading::{Findings, Reading, keyword};
use super::symbols::{Symbols, Visible};

/// Who reads records decides how long one may grow by substitution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A program: a record keeps its length.
    Program,
    /// PARMDD: records are joined without the blanks at their ends, so a long one may come in pieces.
    ParmDd,
}

/// A translation table for one run: the code page is asked once for each character of Latin-1.
pub(super) struct Encoder {
    page: &'static CodePage,
    latin1: [Option<u8>; 256],
}

impl Encoder {
    /// An encoder to `page`.
    pub(super) fn new(page: &'static CodePage) -> Self {
        let byte = |code: usize| u8::try_from(code).ok().and_then(|code| page.byte(char::from(code)));
        Self { page, latin1: std::array::from_fn(byte) }
    }

    /// The byte of `character`, if the page has one.
    pub(super) fn byte(&self, character: char) -> Option<u8> {
        match self.latin1.get(character as usize) {
            Some(byte) => *byte,
            None => self.page.byte(character),
        }
    }

    /// The records of `cards`, end to end. `first_card` is the number of the first of them in the deck.
    pub(super) fn records(
        &self,
        cards: &[Card<'_>],
        first_card: u32,
        statement: u32,
        (symbols, visible): (&Symbols<'_>, Visible),
        reader: Reader,
        findings: &mut Findings,
    ) -> Vec<u8> {
        let mut records = Vec::with_capacity(cards.len() * LAST_COLUMN);
        for (number, card) in (first_card..).zip(cards) {
            let start = records.len();
            let text = card.text().trim_end_matches(' ');
            let value = |name: &str| symbols.get_for_data(name, visible);
            let is_substituted = visible != Visible::Nothing;
            let substituted = is_substituted.then(|| substitute_record(text, value)).flatten();
            let outcome = match &substituted {
                Some(text) if reader == Reader::ParmDd => self.pieces(text.trim_end_matches(' '), number, &mut records),
                Some(text) => self.substituted(text.trim_end_matches(' '), number, &mut records),
                None => self.record(text, number, &mut records),
            };
            if let Err((position, message)) = outcome {
                findings.stop(statement, position, message);
            }
            fill_record(&mut records, start);
        }
        records
    }

    /// A record after substitution: blanks make room for longer values, those at its end first, then those before its
    /// last word, which may be a sequence number.
    fn substituted(&self, text: &str, number: u32, out: &mut Vec<u8>) -> Result<(), (Position, Message)> {
        let columns = text.chars().count();
        if columns > LAST_COLUMN {
            let excess = columns - LAST_COLUMN;
            let gap = text
                .rfind(' ')
                .filter(|at| text.get(..=*at).is_some_and(|head| head.ends_with(&" ".repeat(excess + 1))));
            if let Some((head, word)) = gap.and_then(|at| Some((text.get(..=at - excess)?, text.get(at + 1..)?))) {
                return self.record(&format!("{head}{word}"), number, out);
            }
            return Err(too_long(number, columns));
        }
        self.record(text, number, out)
    }

    /// A record after substitution as records that end in no blank: joined they are the text again.
    fn pieces(&self, text: &str, number: u32, out: &mut Vec<u8>) -> Result<(), (Position, Message)> {
        let mut rest = text;
        while let Some((end, _)) = rest.char_indices().nth(LAST_COLUMN) {
            let piece = rest.get(..end).unwrap_or(rest).trim_end_matches(' ');
            if piece.is_empty() {
                return Err(too_long(number, text.chars().count()));
            }
            let start = out.len();
            self.record(piece, number, out)?;
            fill_record(out, start);
            rest = rest.get(piece.len()..).unwrap_or("");
        }
        self.record(rest, number, out)
    }

    fn record(&self, text: &str, number: u32, out: &mut Vec<u8>) -> Result<(), (Position, Message)> {
        let columns = text.chars().count();
        if columns > LAST_COLUMN {
            let position = Position { card: number, column: LAST_COLUMN as u32 + 1 };
            return Err((position, ZJB020E.with(&[&number, &columns])));
        }
        for (column, character) in (1..).zip(text.chars()) {
            let byte = self.byte(character).ok_or_else(|| {
                let code = format!("U+{:04X}", character as u32);
                let position = Position { card: number, column };
                (position, ZJB021E.with(&[&code, &column, &number, &self.page.name()]))
            })?;
            out.push(byte);
        }
        Ok(())
    }
}

/// Fills what stands since `start` with blanks to whole records, one at least.
fn fill_record(records: &mut Vec<u8>, start: usize) {
    let length = (records.len() - start).max(1).next_multiple_of(LAST_COLUMN);
    records.resize(start + length, EBCDIC_BLANK);
}

fn too_long(card: u32, columns: usize) -> (Position, Message) {
    (Position { card, column: 1 }, ZJB029E.with(&[&card, &columns]))
}

const SYMBOLS: Where<'static> = Where::Field("SYMBOLS");
const VISIBLE: &[(&str, Visible)] =
    &[("JCLONLY", Visible::Jcl), ("EXECSYS", Visible::JclAndSystem), ("CNVTSYS", Visible::JclAndSystem)];

impl Reading<'_> {
    /// SYMBOLS on a DD statement: which symbols are replaced in its data.
    pub(super) fn visible_symbols(&mut self, operands: &[Operand]) -> Visible {
        let Some(value) = keyword(self.text.as_str(), operands, &["SYMBOLS"]) else { return Visible::Nothing };
        let items = value.items();
        self.check_length(items, 2, SYMBOLS);
        if let Some((_, log)) = items.get(1).filter(|(_, log)| !log.is_empty()) {
            self.not_emulated(log.span().start, "A LOG DD", "SYMBOLS");
        }
        let first = items.get(0).and_then(|(_, first)| self.choice(first, VISIBLE, SYMBOLS));
        first.unwrap_or(Visible::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoder, Findings, Reader, Symbols, Visible};
    use crate::codepage::CodePage;
    use crate::jcl::card::{Position, cards};

    fn records(deck: &str) -> (Vec<u8>, Vec<(Position, String)>) {
        let mut findings = Findings::default();
        let records = Encoder::new(CodePage::ibm1047()).records(
            &cards(deck),
            5,
            3,
            (&Symbols::new("ME", &[]), Visible::Nothing),
            Reader::Program,
            &mut findings,
        );
        let found = findings.diagnostics.into_iter().map(|found| (found.position, found.message.to_string()));
        (records, found.collect())
    }

    #[test]
    fn each_card_becomes_a_record_of_80_bytes() {
        let (records, found) = records("AB\r\n\n[1] \n");
        assert_eq!(records.len(), 240);
        assert_eq!(records[..3], [0xC1, 0xC2, 0x40]);
        assert!(records[3..160].iter().all(|&byte| byte == 0x40));
        assert_eq!(records[160..163], [0xAD, 0xF1, 0xBD]);
        assert!(found.is_empty());
    }

    #[test]
    fn sequence_numbers_are_data() {
        let (records, _) = records(&format!("{:72}00000010", "QUIT"));
        assert_eq!(records[72..], [0xF0, 0xF0, 0xF0, 0xF0, 0xF0, 0xF0, 0xF1, 0xF0]);
    }

    #[test]
    fn blanks_after_column_80_do_no_harm_but_text_does() {
        assert!(records(&format!("{:200}", "A")).1.is_empty());
        let (_, found) = records(&format!("A\n{:81}B", "A"));
        assert_eq!(found[0].0, Position { card: 6, column: 81 });
        assert!(found[0].1.starts_with("ZJB020E CARD 6 HAS 82 COLUMNS"), "{}", found[0].1);
    }

    #[test]
    fn a_character_without_a_place_is_named_with_card_and_column() {
        let (records, found) = records("put 'A' 5€.TRS");
        assert_eq!(found[0].0, Position { card: 5, column: 10 });
        assert_eq!(found[0].1, "ZJB021E CHARACTER U+20AC IN COLUMN 10 OF CARD 5 HAS NO PLACE IN CODE PAGE IBM-1047");
        assert_eq!(records.len(), 80);
    }
}
