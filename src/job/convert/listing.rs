//! The JESJCL listing: statement numbers, card images, substitution lines. Column layout is the job log's.

use std::collections::HashSet;
use std::ops::Range;

use crate::jcl::card::{LAST_COLUMN, Position};
use crate::jcl::{Card, Text};
use crate::message::converter::{GENERATED_SYSIN, IEFC653I};

const PASSWORD: &str = "PASSWORD=";

/// Whose statement a line of JESJCL shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// The JOB statement.
    Job,
    /// Another statement of the deck, or a comment in it.
    Submitted,
    /// A statement of a procedure or INCLUDE group, or what substitution made of one.
    Expanded,
}

/// How statements are marked in columns 1 and 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// `//`, as they were submitted.
    Submitted,
    /// `++`: they come from an in-stream procedure.
    InStream,
    /// `XX`: they come from a library.
    Library,
}

impl Marks {
    fn statement(self) -> Option<&'static str> {
        match self {
            Self::Submitted => None,
            Self::InStream => Some("++"),
            Self::Library => Some("XX"),
        }
    }

    /// The marks of a statement that another one overrides.
    fn overridden(self) -> Option<&'static str> {
        match self {
            Self::Submitted => None,
            Self::InStream => Some("+/"),
            Self::Library => Some("X/"),
        }
    }

    fn kind(self) -> LineKind {
        if self == Self::Submitted { LineKind::Submitted } else { LineKind::Expanded }
    }
}

/// The image of a card with other marks in columns 1 and 2.
fn marked(card: &Card<'_>, marks: Option<&str>) -> String {
    match (marks, card.columns(3, LAST_COLUMN)) {
        (Some(marks), rest) => format!("{marks}{rest}"),
        (None, _) => card.image().to_owned(),
    }
}

/// A line of JESJCL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingLine {
    /// Whose statement it shows: MSGLEVEL tells which are printed.
    pub kind: LineKind,
    /// The statement number; only the first card of a statement has one.
    pub number: Option<u32>,
    /// Columns 1 to 80 of the card, or a message.
    pub text: String,
}

/// The listing as far as it goes.
#[derive(Debug, Default)]
pub(super) struct Listing {
    lines: Vec<ListingLine>,
    number: u32,
    substitution: Option<String>,
}

impl Listing {
    /// Number of the last statement.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Lists the cards of a statement and gives it a number.
    pub(super) fn statement(&mut self, cards: &[Card<'_>], marks: Marks) -> u32 {
        self.numbered(cards.iter().map(|card| marked(card, marks.statement())), marks.kind())
    }

    /// Lists a statement of a procedure that another one overrides. It has no number.
    pub(super) fn overridden(&mut self, cards: &[Card<'_>], marks: Marks) {
        self.flush();
        for (index, card) in cards.iter().enumerate() {
            let mark = if index == 0 { marks.overridden() } else { marks.statement() };
            self.lines.push(ListingLine { kind: marks.kind(), number: None, text: marked(card, mark) });
        }
    }

    /// Lists the JOB statement, its passwords blanked out.
    pub(super) fn job(&mut self, cards: &[Card<'_>], first_card: u32, operands: &Text<'_>) -> u32 {
        self.numbered(job_images(cards, first_card, operands), LineKind::Job)
    }

    /// Lists a statement whose operation nobody knows: it may be the rest of a JOB statement.
    pub(super) fn unknown(&mut self, cards: &[Card<'_>], marks: Marks) -> u32 {
        self.numbered(cards.iter().map(|card| mask(&marked(card, marks.statement()))), marks.kind())
    }

    /// Lists cards without a number.
    pub(super) fn unnumbered(&mut self, cards: &[Card<'_>], marks: Marks) {
        let line = |card| ListingLine { kind: marks.kind(), number: None, text: marked(card, marks.statement()) };
        self.lines.extend(cards.iter().map(line));
    }

    /// Lists the statement that JES2 puts before data without one.
    pub(super) fn generated_sysin(&mut self) -> u32 {
        self.numbered([GENERATED_SYSIN.plain().to_string()], LineKind::Submitted)
    }

    /// Remembers the operand field after substitution. The line comes right before the next statement.
    pub(super) fn substitution(&mut self, field: &str) {
        self.substitution = Some(IEFC653I.with(&[&mask(field)]).to_string());
    }

    /// All lines.
    pub(super) fn finish(mut self) -> Vec<ListingLine> {
        self.flush();
        self.lines
    }

    fn numbered(&mut self, images: impl IntoIterator<Item = String>, kind: LineKind) -> u32 {
        self.flush();
        self.number = self.number.saturating_add(1);
        let numbers = std::iter::once(Some(self.number)).chain(std::iter::repeat(None));
        self.lines.extend(numbers.zip(images).map(|(number, text)| ListingLine { kind, number, text }));
        self.number
    }

    fn flush(&mut self) {
        let Some(text) = self.substitution.take() else { return };
        let line = |text: &str| ListingLine { kind: LineKind::Expanded, number: None, text: text.to_owned() };
        self.lines.extend(folded(&text).into_iter().map(line));
    }
}

/// The images of the cards of the JOB statement, its passwords blanked out.
pub(super) fn job_images(cards: &[Card<'_>], first_card: u32, operands: &Text<'_>) -> Vec<String> {
    let secret: HashSet<Position> =
        passwords(operands.as_str()).into_iter().flatten().map(|offset| operands.position(offset)).collect();
    let image = |(card, text): (u32, &Card<'_>)| {
        let image = mask(text.image());
        let columns = (1..).zip(image.chars());
        columns.map(|(column, c)| if secret.contains(&Position { card, column }) { ' ' } else { c }).collect()
    };
    (first_card..).zip(cards).map(image).collect()
}

/// Characters of a message in JESJCL: a line of 120 behind the place of the statement number. In real listings lines
/// of 117 and 119 characters stand whole, one of 123 is folded.
const MESSAGE_WIDTH: usize = 110;

/// A message in pieces: each ends after the last comma or blank that fits, or where the line ends if there is none.
fn folded(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(MESSAGE_WIDTH) {
        let line = rest.get(..end).unwrap_or(rest);
        let cut = line.rfind([',', ' ']).map_or(end, |at| at + 1);
        let (piece, after) = rest.split_at(cut);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// `text` with blanks in place of passwords.
fn mask(text: &str) -> String {
    let secret: HashSet<usize> = passwords(text).into_iter().flatten().collect();
    text.char_indices().map(|(at, c)| if secret.contains(&at) { ' ' } else { c }).collect()
}

/// The values of PASSWORD in `field`, as byte ranges, in order.
pub(super) fn passwords(field: &str) -> Vec<Range<usize>> {
    let upper = field.to_ascii_uppercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = upper.get(from..).and_then(|rest| rest.find(PASSWORD)).map(|at| from + at) {
        let start = at + PASSWORD.len();
        from = start;
        let before = at.checked_sub(1).and_then(|before| upper.as_bytes().get(before));
        if matches!(before, None | Some(b',' | b' ')) {
            from += value_length(upper.get(start..).unwrap_or(""));
            found.push(start..from);
        }
    }
    found
}

/// How far a value reaches: to a comma outside parentheses, or a blank, outside apostrophes.
fn value_length(text: &str) -> usize {
    let (mut depth, mut in_string) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => in_string = !in_string,
            _ if in_string => {}
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b' ' => return at,
            b',' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{Listing, folded, mask};
    use crate::jcl::card::cards;
    use crate::jcl::logical::read;

    fn listed(deck: &str) -> String {
        let cards = cards(deck);
        let statement = read(&cards, 0).expect("a statement");
        let mut listing = Listing::default();
        listing.job(&cards, 1, &statement.operands);
        listing.finish().into_iter().map(|line| line.text + "\n").collect()
    }

    #[test]
    fn the_value_of_password_is_blank_in_the_listing() {
        assert_eq!(listed("//J JOB USER=ME,PASSWORD=SECRET,CLASS=A"), "//J JOB USER=ME,PASSWORD=      ,CLASS=A\n");
        assert_eq!(listed("//J JOB PASSWORD=(OLD,NEW) COMMENT"), "//J JOB PASSWORD=          COMMENT\n");
        assert_eq!(listed("//J JOB PASSWORD=(OLD,\n// NEW)"), "//J JOB PASSWORD=     \n//     \n");
    }

    #[test]
    fn a_password_is_blank_even_where_the_card_is_wrong() {
        assert!(!listed("//J JOB CLASS=A,\n//                  PASSWORD=SECRET").contains("SECRET"));
        assert!(!listed("//J JOB CLASS=A,password=SECRET").contains("SECRET"));
        assert!(!listed(&format!("//J JOB {:52}PASSWORD=SECRETSECRET", "CLASS=A,".repeat(5))).contains("SECRET"));
    }

    #[test]
    fn a_long_substitution_is_folded_after_a_comma_or_a_blank() {
        // Two lines of a real listing of z/OS.
        let zowe = "IEFC653I SUBSTITUTION JCL - PGM=BPXBATSL,REGION=0M,TIME=NOLIMIT,PARM='PGM /bin/sh \
                    /MV3B/tmp/zoe/zowe_0.9.0_release/explorer-server/../scripts/internal/run-zowe.sh'";
        let lines = folded(zowe);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0], "IEFC653I SUBSTITUTION JCL - PGM=BPXBATSL,REGION=0M,TIME=NOLIMIT,PARM='PGM /bin/sh ");
        let sort = "IEFC653I SUBSTITUTION JCL - DISP=(,DELETE,DELETE),DSN=&&SORT,UNIT=(SYSDA,,DEFER),DCB=RECFM=FB,\
                    SPACE=(CYL,(50,50))";
        assert_eq!(folded(sort)[1], "50))");
        // This one stands whole in a real listing.
        let job = "IEFC653I SUBSTITUTION JCL - (NPA),'SMPE PSI JOB',CLASS=A,MSGCLASS=H,NOTIFY=IBMUSER,MSGLEVEL=(1,1),\
                   REGION=0M";
        assert_eq!(folded(job), [job]);
        assert_eq!(folded(&"X".repeat(250)).iter().map(|line| line.len()).collect::<Vec<_>>(), [110, 110, 30]);
    }

    #[test]
    fn nothing_else_is_masked() {
        assert_eq!(listed("//J JOB NOPASSWORD=X,USER=Y"), "//J JOB NOPASSWORD=X,USER=Y\n");
        assert_eq!(mask("A,PASSWORD=B,C"), "A,PASSWORD= ,C");
    }
}
