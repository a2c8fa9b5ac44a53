//! A whole deck: its cards grouped into statements and in-stream data.
//!
//! Border: who reads which card. `DD *`, `DD DATA`, DLM and data without a DD statement are told apart here;
//! jobs are not.

use super::ast::{Data, Jcl, Kind, Operand, Statement, Value, Verb};
use super::card::{Card, CardKind, Position, cards};
use super::grammar;
use super::logical;

/// Longest deck, in bytes. Our choice: offsets fit into 32 bits with room to spare.
pub const MAX_DECK: usize = 1 << 30;
/// Longest delimiter of DLM. The JCL references of z/OS tell of two and of eight characters, programs of IBM that read
/// JCL take up to 18.
pub const MAX_DELIMITER: usize = 18;

const END_OF_FILE_MARK: char = '\u{1A}';
const BYTE_ORDER_MARK: char = '\u{FEFF}';
/// Verbs of JES2 control statements (JCL reference); `$` introduces a command.
const CONTROL_VERBS: &[&str] = &[
    "JOBPARM", "MESSAGE", "NETACCT", "NOTIFY", "OUTPUT", "PRIORITY", "ROUTE", "SETUP", "SIGNOFF", "SIGNON", "XEQ",
    "XMIT",
];

/// A deck that was read.
#[derive(Debug)]
pub struct Deck<'a> {
    /// The byte order mark, if the deck begins with one.
    pub mark: &'a str,
    /// All cards.
    pub cards: Vec<Card<'a>>,
    /// What they are. Together they cover all cards, in order.
    pub statements: Vec<Statement<'a>>,
}

impl<'a> Deck<'a> {
    /// Reads `text`. Nothing is refused: what is wrong with a statement stands in it.
    pub fn read(text: &'a str) -> Self {
        let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let cards = cards(body);
        let end = cards.len() - usize::from(cards.last().is_some_and(is_end_mark));
        let mut statements = Vec::with_capacity(cards.len());
        let mut reader = Reader { cards: &cards[..end], next: 0 };
        while let Some(statement) = reader.statement() {
            let data = follow_up(&statement, cards.get(statement.cards.start));
            statements.push(statement);
            if let Some(ends) = data {
                statements.push(reader.data(&ends, false));
            }
        }
        if end < cards.len() {
            statements.push(Statement { cards: end..cards.len(), kind: Kind::EndMark });
        }
        Self { mark: &text[..text.len() - body.len()], cards, statements }
    }

    /// The cards of one statement.
    pub fn cards_of(&self, statement: &Statement<'_>) -> &[Card<'a>] {
        self.cards.get(statement.cards.clone()).unwrap_or(&[])
    }
}

fn is_end_mark(card: &Card<'_>) -> bool {
    let text = card.text();
    text.starts_with(END_OF_FILE_MARK) && text.chars().all(|c| c == END_OF_FILE_MARK || c == '\0')
}

/// What ends a stream of data.
#[derive(Debug, PartialEq, Eq)]
enum Ends {
    /// `/*`, or any `//`.
    Statement,
    /// `/*` only.
    Delimiter,
    /// `/*` that is no control statement: those belong to the job that is sent.
    EndOfJob,
    /// A card that begins with this text, and any `//` if `statement` says so: DLM on `DD *` (JCL reference,
    /// "* parameter": "in a JES2 system only, the // that indicates another JCL statement").
    Text { text: String, statement: bool },
}

struct Reader<'c, 'a> {
    cards: &'c [Card<'a>],
    next: usize,
}

impl<'a> Reader<'_, 'a> {
    fn statement(&mut self) -> Option<Statement<'a>> {
        let at = self.next;
        let card = self.cards.get(at)?;
        let kind = match card.kind() {
            CardKind::Comment => Kind::Comment,
            CardKind::Null => Kind::Null,
            CardKind::SlashAsterisk => control_verb(card).map_or(Kind::Delimiter, Kind::Control),
            CardKind::Data => return Some(self.data(&Ends::Statement, true)),
            CardKind::Jcl => return self.jcl(),
        };
        self.next += 1;
        Some(Statement { cards: at..self.next, kind })
    }

    fn jcl(&mut self) -> Option<Statement<'a>> {
        let logical = logical::read(self.cards, self.next)?;
        let operands = match logical.verb {
            Verb::If => Ok(Vec::new()),
            verb if verb.has_conditions() => grammar::operands_with_conditions(logical.operands.as_str()),
            _ => grammar::operands(logical.operands.as_str()),
        };
        let card = u32::try_from(self.next + 1).unwrap_or(u32::MAX);
        self.next = logical.cards.end;
        let jcl = Jcl {
            name: logical.name,
            operation: logical.operation,
            operation_at: Position { card, column: logical.operation_column },
            verb: logical.verb,
            text: logical.operands,
            operands,
            fault: logical.fault,
        };
        Some(Statement { cards: logical.cards, kind: Kind::Jcl(Box::new(jcl)) })
    }

    fn data(&mut self, ends: &Ends, generated: bool) -> Statement<'a> {
        let start = self.next;
        while let Some(card) = self.cards.get(self.next) {
            let is_delimiter = match ends {
                Ends::Text { text, .. } => card.text().starts_with(text.as_str()),
                Ends::Statement | Ends::Delimiter => card.text().starts_with("/*"),
                Ends::EndOfJob => card.text().starts_with("/*") && !control_verb(card).is_some_and(is_control_verb),
            };
            let statement_ends = matches!(ends, Ends::Statement | Ends::Text { statement: true, .. });
            if is_delimiter || (statement_ends && card.text().starts_with("//")) {
                // A JES2 control statement ends the data and stands for itself as well.
                let is_control = !matches!(ends, Ends::Text { .. }) && control_verb(card).is_some_and(is_control_verb);
                let records = self.next - start;
                self.next += usize::from(is_delimiter && !is_control);
                return Statement { cards: start..self.next, kind: Kind::Data(Data { generated, records }) };
            }
            self.next += 1;
        }
        Statement { cards: start..self.next, kind: Kind::Data(Data { generated, records: self.next - start }) }
    }
}

/// The word that follows `/*` at once.
fn control_verb<'a>(card: &Card<'a>) -> Option<&'a str> {
    let rest = card.fields().strip_prefix("/*")?;
    let verb = rest.split(' ').next().unwrap_or("");
    (!verb.is_empty()).then_some(verb)
}

fn is_control_verb(verb: &str) -> bool {
    verb.starts_with('$') || CONTROL_VERBS.contains(&verb)
}

/// How the data after a statement ends, if it is one that data follows.
fn follow_up(statement: &Statement<'_>, card: Option<&Card<'_>>) -> Option<Ends> {
    let jcl = match &statement.kind {
        Kind::Jcl(jcl) => jcl,
        Kind::Control("XMIT") => return Some(card.map_or(Ends::EndOfJob, end_of_sent_job)),
        _ => return None,
    };
    let field = jcl.text.as_str();
    let ends = match (jcl.verb, field.split(',').next()) {
        (Verb::Dd, Some("*")) => Ends::Statement,
        (Verb::Dd, Some("DATA")) | (Verb::Xmit, _) => Ends::Delimiter,
        _ => return None,
    };
    let statement = ends == Ends::Statement;
    let delimiter = jcl.operands.as_ref().ok().and_then(|operands| delimiter(field, operands));
    Some(delimiter.map_or(ends, |text| Ends::Text { text, statement }))
}

/// What ends the records after `/*XMIT node DLM=xx`. DLM must have two characters: "If you specify for DLM only one
/// character or more than two characters, JES2 uses /*" (JCL reference, "/*XMIT statement").
fn end_of_sent_job(card: &Card<'_>) -> Ends {
    let operands = card.fields().split(' ').filter(|word| !word.is_empty()).skip(2);
    let dlm = operands.take(1).find_map(|word| word.strip_prefix("DLM="));
    let text = dlm.map(|dlm| match dlm.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(quoted) => quoted.replace("''", "'").replace("&&", "&"),
        None => dlm.to_owned(),
    });
    match text.filter(|text| text.chars().count() == 2) {
        Some(text) => Ends::Text { text, statement: false },
        None => Ends::EndOfJob,
    }
}

/// The delimiter that DLM names: in a string, doubled apostrophes and ampersands stand for one.
fn delimiter(field: &str, operands: &[Operand]) -> Option<String> {
    let dlm = operands.iter().find(|operand| operand.keyword.is_some_and(|keyword| keyword.of(field) == "DLM"))?;
    let Value::Word(word) = dlm.value else { return None };
    let text = word.value(field).replace("&&", "&");
    (2..=MAX_DELIMITER).contains(&text.chars().count()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ast::{Data, Kind};
    use super::super::card::Card;
    use super::Deck;

    /// The statements of a deck, one word each.
    fn kinds(deck: &str) -> Vec<String> {
        let deck = Deck::read(deck);
        deck.statements
            .iter()
            .map(|statement| match &statement.kind {
                Kind::Jcl(jcl) => jcl.operation.to_owned(),
                Kind::Data(Data { generated, records }) => {
                    let delimiter = statement.cards.len() - records;
                    format!("{}{records}+{delimiter}", if *generated { "generated" } else { "data" })
                }
                Kind::Control(verb) => format!("/*{verb}"),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn data_of_dd_asterisk_ends_at_a_delimiter_or_a_statement() {
        assert_eq!(
            kinds("//A DD *\nX\nY\n/*\n//B DD *\nZ\n//* no data"),
            ["DD", "data2+1", "DD", "data1+0", "Comment"]
        );
        assert_eq!(kinds("//A DD *\n//B DD *\n"), ["DD", "data0+0", "DD", "data0+0"]);
        assert_eq!(kinds("//A DD *,DCB=BLKSIZE=80\nX"), ["DD", "data1+0"]);
    }

    #[test]
    fn data_of_dd_data_may_contain_statements() {
        assert_eq!(kinds("//A DD DATA\n//X JOB\n/*\n//B DD *"), ["DD", "data1+1", "DD", "data0+0"]);
    }

    #[test]
    fn a_delimiter_of_ones_own_leaves_all_other_cards_to_the_data() {
        assert_eq!(kinds("//A DD DATA,DLM=$$\n//X JOB\n/*\n$$ text\n//B EXEC X"), ["DD", "data2+1", "EXEC"]);
        assert_eq!(kinds("//A DD DATA,DLM='AEIOU12345@#$'\n$$\nAEIOU12345@#$ text"), ["DD", "data1+1"]);
        assert_eq!(kinds("//A DD DATA,DLM='><'\n/*\n><"), ["DD", "data1+1"]);
        assert_eq!(kinds("//A DD DATA,DLM='&&''X'\nA\n&'X"), ["DD", "data1+1"]);
    }

    #[test]
    fn a_statement_ends_data_of_dd_asterisk_also_if_it_has_a_delimiter_of_its_own() {
        assert_eq!(kinds("//A DD *,DLM=$$\nX\n/*\n//B DD *"), ["DD", "data2+0", "DD", "data0+0"]);
        assert_eq!(kinds("//A DD *,DLM=$$\nX\n/*\n$$\n//B EXEC X"), ["DD", "data2+1", "EXEC"]);
    }

    #[test]
    fn data_without_a_statement_gets_one_from_jes2() {
        assert_eq!(kinds("//A EXEC X\n\nDATA\n/*\n//B DD *"), ["EXEC", "generated2+1", "DD", "data0+0"]);
    }

    #[test]
    fn a_control_statement_ends_data_and_stands_for_itself() {
        assert_eq!(kinds("//A DD *\nX\n/*JOBPARM L=5\n//B EXEC X"), ["DD", "data1+0", "/*JOBPARM", "EXEC"]);
        assert_eq!(kinds("//A DD *\nX\n/*REXX*/\n//B EXEC X"), ["DD", "data1+1", "EXEC"]);
        assert_eq!(kinds("/*\n//A JOB\n/*ROUTE PRINT X"), ["Delimiter", "JOB", "/*ROUTE"]);
    }

    #[test]
    fn the_records_after_xmit_are_no_statements() {
        let sent = "//A JOB\n/*XMIT N\n//B JOB\n/*JOBPARM L=5\n//S EXEC X\n/*\n//C JOB";
        assert_eq!(kinds(sent), ["JOB", "/*XMIT", "data3+1", "JOB"]);
        assert_eq!(kinds("/*XMIT N DLM=AA\n//B JOB\n/*\nAA\n//C JOB"), ["/*XMIT", "data2+1", "JOB"]);
        assert_eq!(kinds("/*XMIT N DLM='&&+'\n//B JOB\n/*\n&+\n//C JOB"), ["/*XMIT", "data2+1", "JOB"]);
        // JES2 takes `/*` for a delimiter of any other length.
        assert_eq!(kinds("/*XMIT N DLM=ABC\n//B JOB\n/*\n//C JOB"), ["/*XMIT", "data1+1", "JOB"]);
        assert_eq!(kinds("//X XMIT DEST=N,DLM=AA\n//B JOB\n/*\nAA\n//C JOB"), ["XMIT", "data2+1", "JOB"]);
        assert_eq!(kinds("//X XMIT DEST=N\n//B JOB\n/*\n//C JOB"), ["XMIT", "data1+1", "JOB"]);
    }

    #[test]
    fn an_end_of_file_mark_is_no_card_of_the_deck() {
        assert_eq!(kinds("//A EXEC X\n\u{1A}"), ["EXEC", "EndMark"]);
        assert_eq!(kinds("//A DD *\nX\n\u{1A}\u{1A}"), ["DD", "data1+0", "EndMark"]);
    }

    #[test]
    fn a_byte_order_mark_is_kept_apart() {
        let deck = Deck::read("\u{FEFF}//A JOB");
        assert_eq!(deck.mark, "\u{FEFF}");
        assert_eq!(deck.cards[0].text(), "//A JOB");
    }

    fn put_together(text: &str) -> String {
        let deck = Deck::read(text);
        let mut all = deck.mark.to_owned();
        let mut next = 0;
        for statement in &deck.statements {
            assert_eq!(statement.cards.start, next, "a card belongs to no statement, or to two");
            next = statement.cards.end;
            all.extend(deck.cards_of(statement).iter().map(Card::line));
        }
        all
    }

    fn card_like() -> impl Strategy<Value = String> {
        prop_oneof![
            "//[A-Z]{0,3} (DD|EXEC|JOB|IF|SET) [A-Z=,()'* ]{0,70}[\r]?\n",
            "// [A-Z=,()' ]{0,80}\n",
            "(/\\*|//\\*|//)[ A-Z]{0,5}\n",
            "[ -~ä€\u{1A}]{0,90}\n?",
        ]
    }

    proptest! {
        #[test]
        fn every_deck_can_be_put_together_again(cards in proptest::collection::vec(card_like(), 0..30)) {
            let deck = cards.concat();
            prop_assert_eq!(put_together(&deck), deck);
        }
    }
}
