//! JES2 control statements: read and checked. What they ask for is about printers, nodes and operators, none of
//! which is here.

use crate::jcl::Card;
use crate::jcl::card::Position;
use crate::message::own::{ZJB052I, ZJB060E, ZJB061E, ZJB062E, ZJB063E};

use super::reading::Findings;

/// What an operand of a control statement may be.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// A number up to this.
    Number(u32),
    /// Y or N.
    Flag,
    /// Up to so many characters, or a list of them.
    Text(usize),
    /// Nothing: the keyword stands alone.
    Alone,
}

/// What follows the verb.
enum Operands {
    /// Keywords with one-letter forms, all of which may be left out.
    Keywords(&'static [(&'static str, &'static str, Shape)]),
    /// Words, so many at least.
    Words(usize),
    /// Anything.
    Text,
}

const JOBPARM: Operands = Operands::Keywords(&[
    ("BURST", "B", Shape::Flag),
    ("BYTES", "M", Shape::Number(999_999)),
    ("CARDS", "C", Shape::Number(99_999_999)),
    ("COPIES", "N", Shape::Number(255)),
    ("FORMS", "F", Shape::Text(8)),
    ("LINECT", "K", Shape::Number(255)),
    ("LINES", "L", Shape::Number(9999)),
    ("NOLOG", "J", Shape::Alone),
    ("PAGES", "G", Shape::Number(99_999)),
    ("PROCLIB", "P", Shape::Text(8)),
    ("RESTART", "E", Shape::Flag),
    ("ROOM", "R", Shape::Text(4)),
    ("SYSAFF", "S", Shape::Text(160)),
    ("TIME", "T", Shape::Number(279_620)),
]);
const OUTPUT: Operands = Operands::Keywords(&[
    ("BURST", "B", Shape::Flag),
    ("CHARS", "X", Shape::Text(24)),
    ("CKPTLNS", "E", Shape::Number(32_767)),
    ("CKPTPGS", "P", Shape::Number(32_767)),
    ("COMPACT", "Z", Shape::Text(8)),
    ("COPIES", "N", Shape::Text(40)),
    ("COPYG", "G", Shape::Text(40)),
    ("DEST", "D", Shape::Text(160)),
    ("FCB", "C", Shape::Text(4)),
    ("FLASH", "O", Shape::Text(12)),
    ("FLASHC", "Q", Shape::Number(255)),
    ("FORMS", "F", Shape::Text(8)),
    ("INDEX", "I", Shape::Number(31)),
    ("LINDEX", "L", Shape::Number(31)),
    ("LINECT", "K", Shape::Number(255)),
    ("MODIFY", "Y", Shape::Text(12)),
    ("MODTRC", "M", Shape::Number(3)),
    ("UCS", "T", Shape::Text(4)),
]);
/// The control statements (JCL reference, "JES2 control statements").
const STATEMENTS: &[(&str, Operands)] = &[
    ("JECL", Operands::Text),
    ("JOBPARM", JOBPARM),
    ("MESSAGE", Operands::Text),
    ("NETACCT", Operands::Words(1)),
    ("NOTIFY", Operands::Words(1)),
    ("OUTPUT", OUTPUT),
    ("PRIORITY", Operands::Words(1)),
    ("ROUTE", Operands::Words(2)),
    ("SETUP", Operands::Words(1)),
    ("SIGNOFF", Operands::Text),
    ("SIGNON", Operands::Words(1)),
    ("XEQ", Operands::Words(1)),
    ("XMIT", Operands::Words(1)),
];
const ROUTES: &[&str] = &["PRINT", "PUNCH", "XEQ"];
const MAX_PRIORITY: u32 = 15;

/// Checks the control statement on `card`, which is number `number` of the deck, and names it.
pub(super) fn check(verb: &str, card: &Card<'_>, number: u32, statement: u32, findings: &mut Findings) {
    let position = |column: usize| Position { card: number, column: u32::try_from(column).unwrap_or(u32::MAX) };
    let named = format!("/*{verb}");
    if verb.starts_with('$') {
        findings.hint_once(statement, position(1), ZJB052I.with(&[&named]));
        return;
    }
    // A line of asterisks is a comment to JES2's eye: it knows no such verb and reads on.
    if verb.starts_with('*') {
        return;
    }
    let Some((_, operands)) = STATEMENTS.iter().find(|(name, _)| *name == verb) else {
        findings.stop(statement, position(1), ZJB063E.with(&[&verb]));
        return;
    };
    let fields = card.fields();
    let after = fields.strip_prefix("/*").and_then(|rest| rest.strip_prefix(verb)).unwrap_or("");
    let text = after.trim_start_matches(' ');
    let column = fields.chars().count() - text.chars().count() + 1;
    let stops = findings.diagnostics.len();
    match operands {
        Operands::Text => {}
        Operands::Words(least) => words(verb, text, *least, statement, position(column), findings),
        Operands::Keywords(keywords) => keyed(verb, text, keywords, statement, position(column), findings),
    }
    if stops == findings.diagnostics.len() {
        findings.hint_once(statement, position(1), ZJB052I.with(&[&named]));
    }
}

fn words(verb: &str, text: &str, least: usize, statement: u32, at: Position, findings: &mut Findings) {
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let (first, second) = (words.next(), words.next());
    let count = usize::from(first.is_some()) + usize::from(second.is_some());
    let Some(first) = first.filter(|_| count >= least) else {
        findings.stop(statement, at, ZJB062E.with(&[&verb]));
        return;
    };
    let is_wrong = match verb {
        "ROUTE" => !ROUTES.contains(&first),
        "PRIORITY" => !first.parse::<u32>().is_ok_and(|priority| priority <= MAX_PRIORITY),
        _ => false,
    };
    if is_wrong {
        findings.stop(statement, at, ZJB060E.with(&[&first, &verb]));
    }
}

fn keyed(
    verb: &str,
    text: &str,
    keywords: &[(&str, &str, Shape)],
    statement: u32,
    at: Position,
    findings: &mut Findings,
) {
    // OUTPUT begins with its code; `*` continues the statement before.
    let text = match text.split_once(' ') {
        Some((code, rest)) if verb == "OUTPUT" && !code.contains('=') => rest.trim_start_matches(' '),
        _ => text,
    };
    let field = text.split(' ').next().unwrap_or("");
    for operand in split(field).filter(|operand| !operand.is_empty()) {
        let (keyword, value) =
            operand.split_once('=').map_or((operand, None), |(keyword, value)| (keyword, Some(value)));
        let Some((_, _, shape)) = keywords.iter().find(|(long, short, _)| *long == keyword || *short == keyword) else {
            findings.stop(statement, at, ZJB060E.with(&[&keyword, &verb]));
            continue;
        };
        if !shape.fits(value) {
            findings.stop(statement, at, ZJB061E.with(&[&value.unwrap_or(""), &keyword, &verb]));
        }
    }
}

/// The pieces between the commas that stand outside parentheses.
fn split(field: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    field.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

impl Shape {
    fn fits(self, value: Option<&str>) -> bool {
        match (self, value) {
            (Self::Alone, None) => true,
            (Self::Alone, Some(_)) | (_, None) => false,
            (Self::Flag, Some(value)) => matches!(value, "Y" | "N" | "YES" | "NO"),
            (Self::Number(most), Some(value)) => {
                value.bytes().all(|byte| byte.is_ascii_digit())
                    && value.parse::<u32>().is_ok_and(|number| number <= most)
            }
            (Self::Text(longest), Some(value)) => !value.is_empty() && value.chars().count() <= longest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::jcl::card::cards;
    use crate::job::convert::reading::Findings;

    fn said(card: &str) -> (Vec<String>, Vec<String>) {
        let mut findings = Findings::default();
        let verb = card.trim_start_matches("/*").split(' ').next().unwrap_or("");
        check(verb, &cards(card)[0], 7, 3, &mut findings);
        let texts = |found: &[crate::jcl::Diagnostic]| found.iter().map(|found| found.message.to_string()).collect();
        (texts(&findings.diagnostics), texts(&findings.hints))
    }

    #[test]
    fn what_jes2_knows_is_named_and_runs() {
        for card in [
            "/*JOBPARM LINES=200",
            "/*JOBPARM L=200,S=(A,B),J",
            "/*ROUTE PRINT N1.R5",
            "/*PRIORITY 5",
            "/*XEQ NODE",
            "/*MESSAGE ANY TEXT",
            "/*OUTPUT ABCD COPIES=2",
            "/*OUTPUT * K=4,Y=5",
            "/*SETUP V1,V2",
            "/*$D A,L",
        ] {
            let (stops, hints) = said(card);
            assert!(stops.is_empty(), "{card}: {stops:?}");
            assert_eq!(hints.len(), 1, "{card}");
        }
    }

    #[test]
    fn what_jes2_does_not_know_stops_the_job() {
        assert_eq!(said("/*JOBPARM LINE=2").0, ["ZJB060E LINE IS NO OPERAND OF /*JOBPARM"]);
        assert_eq!(said("/*JOBPARM LINES=X").0, ["ZJB061E X IS WRONG FOR LINES ON /*JOBPARM"]);
        assert_eq!(said("/*ROUTE PAPER X").0, ["ZJB060E PAPER IS NO OPERAND OF /*ROUTE"]);
        assert_eq!(said("/*PRIORITY 16").0, ["ZJB060E 16 IS NO OPERAND OF /*PRIORITY"]);
        assert_eq!(said("/*NOTIFY").0, ["ZJB062E /*NOTIFY NEEDS AN OPERAND"]);
        assert_eq!(said("/*JOBPRM X").0, ["ZJB063E /*JOBPRM IS NO JES2 CONTROL STATEMENT"]);
    }
}
