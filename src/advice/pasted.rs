//! What word processors and web pages make of a deck: typographic characters, entities, tabs.
//!
//! Border: JCL statements, and the control cards of programs that take plain text only. Other data may mean
//! what it says.

use std::ops::Range;

use crate::jcl::Kind;
use crate::message::advice::{Advice, ZJB805W, ZJB806E, ZJB807E, ZJB850E};

use super::source::Source;
use super::view::View;
use super::{Edit, Findings};

/// Programs whose control cards are plain text.
const PLAIN_TEXT: &[&str] = &["FTP", "IDCAMS", "CSDFILEN", "CSDFILDE"];
/// The DDs with their control cards.
const CONTROL: &[&str] = &["INPUT", "SYSIN"];
/// Longest card that is looked at, in bytes. A pasted card may be somewhat longer than 80 columns, no more.
const MAX_CARD: usize = 1_000;
/// What pages write for the characters that HTML takes for itself.
const ENTITIES: &[(&str, &str)] = &[
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&nbsp;", " "),
];

/// Typographic apostrophes, hyphens, blanks and characters without width.
pub(super) fn typography(view: &View<'_>, findings: &mut Findings<'_>) {
    for at in cards(view) {
        let text = view.source.card(at).text();
        if text.is_ascii() && !text.contains('\r') {
            continue;
        }
        let found = (1..).zip(text.chars()).filter_map(|(column, c)| plain(c).map(|plain| (column, c, plain)));
        let found: Vec<(usize, char, &str)> = found.collect();
        let Some(&(column, first, meant)) = found.first() else { continue };
        let edits = found.iter().map(|(column, _, plain)| {
            view.source.splice(at, *column, 1, plain, view.source.limit(at)).unwrap_or_default()
        });
        let edits = edits.flatten().collect();
        let facts = (format!("U+{:04X}", first as u32), name(meant));
        say(&ZJB806E, &facts, at, column..column + 1, edits, findings);
    }
}

/// `&amp;` and its like.
pub(super) fn entities(view: &View<'_>, findings: &mut Findings<'_>) {
    for at in cards(view) {
        let card = view.source.card(at);
        let mut found: Vec<(usize, &str, &str)> = Vec::new();
        for (entity, plain) in ENTITIES {
            found
                .extend(card.text().match_indices(entity).map(|(offset, _)| (card.column_of(offset), *entity, *plain)));
        }
        found.sort_unstable();
        let Some(&(column, first, meant)) = found.first() else { continue };
        let edits = found.iter().map(|(column, entity, plain)| {
            view.source.splice(at, *column, entity.len(), plain, view.source.limit(at)).unwrap_or_default()
        });
        let edits = edits.flatten().collect();
        let facts = (first.to_owned(), name(meant));
        say(&ZJB807E, &facts, at, column..column + first.len(), edits, findings);
    }
}

/// Tabs in JCL statements, outside apostrophes.
pub(super) fn tabs(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, statement, _) in view.jcl() {
        let mut in_string = false;
        for at in statement.cards.clone() {
            let card = view.source.card(at);
            let is_long = card.text().len() > MAX_CARD;
            if is_long || !card.text().contains('\t') || card.text().starts_with("//*") {
                in_string ^= card.text().matches('\'').count() % 2 == 1;
                continue;
            }
            let mut columns = Vec::new();
            for (column, character) in (1..).zip(card.text().chars()) {
                in_string ^= character == '\'';
                if character == '\t' && !in_string {
                    columns.push(column);
                }
            }
            let Some(&first) = columns.first() else { continue };
            let blank = |column: &usize| Edit {
                range: view.source.offset(at, *column)..view.source.offset(at, *column + 1),
                with: " ".to_owned(),
            };
            let fix = columns.iter().map(blank).collect();
            *findings.advise(&ZJB805W, Source::place(at, first, first)) = fix;
        }
    }
}

/// Quotation marks around a value, where JCL wants apostrophes.
pub(super) fn quotation_marks(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, statement, jcl) in view.jcl() {
        for at in statement.cards.clone().filter(|_| jcl.verb.has_operands()) {
            let Some((first, last)) = quoted(view.source.card(at).fields()) else { continue };
            let edit = |column: usize| Edit {
                range: view.source.offset(at, column)..view.source.offset(at, column + 1),
                with: "'".to_owned(),
            };
            *findings.advise(&ZJB850E, Source::place(at, first, last)) = vec![edit(first), edit(last)];
        }
    }
}

/// The columns of the two quotation marks around a value. More of them, or a string beside it, would take a guess.
fn quoted(card: &str) -> Option<(usize, usize)> {
    let mut marks = (1..).zip(card.chars()).filter(|(_, c)| *c == '"').map(|(column, _)| column);
    let (first, last, more) = (marks.next()?, marks.next()?, marks.next());
    let character = |column: usize| card.chars().nth(column - 1);
    let begins = first > 1 && matches!(character(first - 1), Some('=' | ',' | '('));
    let ends = matches!(character(last + 1), None | Some(' ' | ',' | ')'));
    (begins && ends && more.is_none() && !card.starts_with("//*") && !card.contains('\'')).then_some((first, last))
}

fn say(
    advice: &'static Advice,
    facts: &(String, &str),
    at: usize,
    columns: Range<usize>,
    edits: Vec<Edit>,
    findings: &mut Findings<'_>,
) {
    let found = advice.found.with(&[&facts.0, &facts.1]);
    let place = Source::place(at, columns.start, columns.end - 1);
    *findings.advise_with(advice, found, advice.remedy.plain(), place) = edits;
}

/// The cards to look at: those of JCL statements without comments, and control cards without secrets.
fn cards<'a>(view: &'a View<'_>) -> impl Iterator<Item = usize> + 'a {
    let jcl = view.jcl().flat_map(|(_, statement, _)| statement.cards.clone());
    let data = view
        .steps()
        .filter(|(_, _, step)| step.runs(PLAIN_TEXT))
        .flat_map(|(_, _, step)| step.dds(CONTROL).filter_map(|dd| dd.data.clone()).flatten());
    let stray =
        view.statements().iter().filter(|statement| matches!(&statement.kind, Kind::Data(data) if data.generated));
    let stray = stray.flat_map(|statement| statement.cards.clone());
    // A card that begins with // in disguise is stray data until it is repaired.
    let stray = stray.filter(|at| view.source.card(*at).text().trim_start_matches(is_unseen).starts_with("//"));
    jcl.chain(data).chain(stray).filter(|at| {
        let text = view.source.card(*at).text();
        text.len() <= MAX_CARD && !text.starts_with("//*") && !view.is_secret(*at)
    })
}

fn is_unseen(character: char) -> bool {
    plain(character) == Some("")
}

/// The character that was meant.
fn plain(character: char) -> Option<&'static str> {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2032}' => Some("'"),
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => Some("\""),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some("-"),
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(" "),
        '\r' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => Some(""),
        _ => None,
    }
}

fn name(plain: &str) -> &'static str {
    match plain {
        "'" => "an apostrophe",
        "\"" => "a quotation mark",
        "-" => "a hyphen",
        " " => "a blank",
        "&" => "an ampersand",
        "<" => "<",
        ">" => ">",
        _ => "nothing at all",
    }
}
