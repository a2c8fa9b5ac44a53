//! Cards that are no cards of a job: one slash too few, blank lines, text around the deck.

use crate::dataset::name::is_simple_name;
use crate::jcl::card::is_blank;
use crate::jcl::{Kind, Statement, Verb};
use crate::message::advice::{ZJB800E, ZJB801W, ZJB802W, ZJB851E, ZJB852E, ZJB853E, ZJB854E};

use super::source::Source;
use super::view::View;
use super::{Findings, runs};

/// Most cards that are searched for a JOB card that is none.
const MOST_BEFORE_JOB: usize = 1_000;
/// Most columns that a page puts before a deck.
const MOST_INDENTED: usize = 40;

/// A deck whose JOB card is not where or what it should be: moved to the right, in lower case, in UTF-16.
pub(super) fn displaced_job(view: &View<'_>, findings: &mut Findings<'_>) {
    let has_job = view.jcl().any(|(_, _, jcl)| jcl.verb == Verb::Job);
    let cards = (0..view.source.deck.cards.len()).take(MOST_BEFORE_JOB);
    let found = cards.filter(|_| !has_job).find_map(|at| Some((at, disguise(view.source.card(at).columns(1, 80))?)));
    match found {
        Some((at, Disguise::Moved(before))) => {
            let place = Source::place(at, before + 1, before + 2);
            let found = ZJB852E.found.with(&[&(before + 1)]);
            findings.advise_with(&ZJB852E, found, ZJB852E.remedy.with(&[&before]), place);
        }
        Some((at, Disguise::LowerCase)) => _ = findings.advise(&ZJB853E, view.source.whole(at)),
        Some((at, Disguise::TwoBytes)) => _ = findings.advise(&ZJB854E, Source::place(at, 1, 1)),
        None => {}
    }
}

/// Why a card is no JOB card, though a reader would take it for one.
enum Disguise {
    /// So many columns stand before the slashes.
    Moved(usize),
    LowerCase,
    TwoBytes,
}

fn disguise(card: &str) -> Option<Disguise> {
    if card.contains("\0J\0O\0B") {
        return Some(Disguise::TwoBytes);
    }
    let at = card.find("//")?;
    let mut words = card.get(at + 2..)?.split(' ').filter(|word| !word.is_empty());
    let (name, verb) = (words.next()?, words.next()?);
    if !is_simple_name(&name.to_ascii_uppercase()) || !verb.eq_ignore_ascii_case("JOB") {
        return None;
    }
    match card.get(..at)?.chars().count() {
        0 => (verb != "JOB").then_some(Disguise::LowerCase),
        before => (before <= MOST_INDENTED).then_some(Disguise::Moved(before)),
    }
}

/// `/NAME JOB …`, and EXEC and DD alike, where no data belongs.
pub(super) fn one_slash(view: &View<'_>, findings: &mut Findings<'_>) {
    for at in stray(view).flat_map(|(_, statement)| statement.cards.clone()) {
        let Some((name, verb)) = slashed_once(view.source.card(at).text()) else { continue };
        let advice = if verb == "JOB" { &ZJB800E } else { &ZJB851E };
        let remedy = advice.remedy.with(&[&format!("{name} {verb}")]);
        let fix = view.source.splice(at, 1, 0, "/", view.source.limit(at)).unwrap_or_default();
        *findings.advise_with(advice, advice.found.plain(), remedy, Source::place(at, 1, 1)) = fix;
    }
}

/// Name and operation of a statement with one slash.
fn slashed_once(card: &str) -> Option<(&str, &str)> {
    let text = card.strip_prefix('/')?;
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let (name, verb) = (words.next()?, words.next()?);
    let is_statement = is_simple_name(name) && text.starts_with(name) && matches!(verb, "JOB" | "EXEC" | "DD");
    is_statement.then_some((name, verb))
}

/// Blank cards outside in-stream data, and text after the last `/*`.
pub(super) fn stray_cards(view: &View<'_>, findings: &mut Findings<'_>) {
    let last = view.statements().iter().rposition(|statement| !matches!(statement.kind, Kind::EndMark));
    for (number, statement) in stray(view) {
        let is_blank_card = |at: &usize| is_blank(view.source.card(*at).text());
        let is_text = |at: usize| slashed_once(view.source.card(at).text()).is_none();
        let is_last = Some(number) == last && follows_delimiter(view, number) && statement.cards.clone().all(is_text);
        if let Some(first) = statement.cards.clone().find(|at| is_last && !is_blank_card(at)) {
            let fix = view.source.remove_cards(statement.cards.clone());
            findings.advise(&ZJB802W, view.source.whole(first)).push(fix);
            continue;
        }
        for blank in runs(statement.cards.clone().filter(is_blank_card)) {
            let what = match blank.len() {
                1 => "A blank card".to_owned(),
                several => format!("{several} blank cards"),
            };
            let fix = view.source.remove_cards(blank.clone());
            let (found, remedy) = (ZJB801W.found.with(&[&what]), ZJB801W.remedy.plain());
            findings.advise_with(&ZJB801W, found, remedy, Source::place(blank.start, 1, 1)).push(fix);
        }
    }
}

/// Data that belongs to no DD statement, but for what z/OS ignores after a null statement.
fn stray<'v>(view: &View<'v>) -> impl Iterator<Item = (usize, &'v Statement<'v>)> {
    let mut ignored = false;
    view.statements().iter().enumerate().filter(move |(_, statement)| {
        match &statement.kind {
            Kind::Null => ignored = true,
            Kind::Jcl(jcl) if jcl.verb == Verb::Job => ignored = false,
            _ => {}
        }
        !ignored && matches!(&statement.kind, Kind::Data(data) if data.generated)
    })
}

/// True if the statement before ended with a `/*` card.
fn follows_delimiter(view: &View<'_>, number: usize) -> bool {
    let Some(before) = number.checked_sub(1).and_then(|before| view.statements().get(before)) else { return false };
    match &before.kind {
        Kind::Delimiter => true,
        Kind::Data(data) => before.cards.len() > data.records,
        _ => false,
    }
}
