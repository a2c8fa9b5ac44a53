//! Cards that are no cards of a job: one slash too few, blank lines, text around the deck.

use crate::dataset::name::is_simple_name;
use crate::jcl::card::is_blank;
use crate::jcl::{Kind, Statement, Verb};
use crate::message::advice::{ZJB800E, ZJB801W, ZJB802W};

use super::source::Source;
use super::view::View;
use super::{Findings, runs};

/// `/NAME JOB …`
pub(super) fn one_slash(view: &View<'_>, findings: &mut Findings<'_>) {
    for at in stray(view).flat_map(|(_, statement)| statement.cards.clone()) {
        let Some(text) = view.source.card(at).text().strip_prefix('/') else { continue };
        let mut words = text.split(' ').filter(|word| !word.is_empty());
        let name = words.next().unwrap_or("");
        if !is_simple_name(name) || !text.starts_with(name) || words.next() != Some("JOB") {
            continue;
        }
        let remedy = ZJB800E.remedy.with(&[&format!("{name} JOB")]);
        let fix = view.source.splice(at, 1, 0, "/", view.source.limit(at)).unwrap_or_default();
        *findings.advise_with(&ZJB800E, ZJB800E.found.plain(), remedy, Source::place(at, 1, 1)) = fix;
    }
}

/// Blank cards outside in-stream data, and text after the last `/*`.
pub(super) fn stray_cards(view: &View<'_>, findings: &mut Findings<'_>) {
    let last = view.statements().iter().rposition(|statement| !matches!(statement.kind, Kind::EndMark));
    for (number, statement) in stray(view) {
        let is_blank_card = |at: &usize| is_blank(view.source.card(*at).text());
        let is_last = Some(number) == last && follows_delimiter(view, number);
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
