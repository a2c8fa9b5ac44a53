//! Statements: continuation, a comma that is missing, a step that is commented out, a PARM that is too long.

use crate::dataset::name::is_simple_name;
use crate::jcl::card::{CardKind, NAME_COLUMN, STRING_COLUMN, is_blank};
use crate::jcl::logical::LayoutFault;
use crate::jcl::{Jcl, Kind, Verb};
use crate::message::advice::{ZJB803E, ZJB804E, ZJB808W, ZJB811E};

use super::source::Source;
use super::view::View;
use super::{Edit, Findings};

/// Longest PARM, in characters (JCL reference).
const MAX_PARM: usize = 100;

/// Operands that go on in column 17 or later.
pub(super) fn late_continuation(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, statement, jcl) in view.jcl() {
        let is_cut = matches!(jcl.fault, Some((LayoutFault::NoContinuation, _))) && jcl.text.as_str().ends_with(',');
        if !is_cut || statement.cards.len() < 2 {
            continue;
        }
        // The card was taken for the continuation that it should have been; more like it may follow.
        let mut at = statement.cards.end - 1;
        while let Some(column) = late_column(view, at) {
            let fix = view.source.splice(at, STRING_COLUMN, column - STRING_COLUMN, "", view.source.limit(at));
            let found = ZJB803E.found.with(&[&column]);
            let place = Source::place(at, column, view.word_end(at, column));
            *findings.advise_with(&ZJB803E, found, ZJB803E.remedy.plain(), place) = fix.unwrap_or_default();
            if !first_word(view, at).ends_with(',') {
                break;
            }
            at += 1;
        }
    }
}

/// The column in which the text of a nameless card begins, if it is too late for a continuation.
fn late_column(view: &View<'_>, at: usize) -> Option<usize> {
    let card = view.source.card(at);
    let is_open = card.kind() == CardKind::Jcl && is_blank(card.columns(NAME_COLUMN, NAME_COLUMN));
    let rest = card.columns(NAME_COLUMN, super::source::LAST_DATA_COLUMN - 1);
    let column = NAME_COLUMN + rest.len() - rest.trim_start_matches(' ').len();
    (is_open && column > STRING_COLUMN).then_some(column)
}

fn first_word<'v>(view: &View<'v>, at: usize) -> &'v str {
    view.source.card(at).fields().get(2..).unwrap_or("").trim_start_matches(' ').split(' ').next().unwrap_or("")
}

/// A card of operands after a statement that did not end in a comma.
pub(super) fn missing_comma(view: &View<'_>, findings: &mut Findings<'_>) {
    let mut before: Option<&Jcl<'_>> = None;
    for (_, _, jcl) in view.jcl() {
        if let (Some(before), Some(keyword)) = (before, stray_operand(jcl)) {
            let end = before.text.position(before.text.as_str().len());
            let at = (end.card as usize).saturating_sub(1);
            let column = (end.column as usize).saturating_sub(1);
            let found = ZJB804E.found.with(&[&format!("{keyword}=")]);
            findings.advise_with(&ZJB804E, found, ZJB804E.remedy.plain(), Source::place(at, column, column));
        }
        let is_whole = jcl.fault.is_none() && jcl.operands.is_ok() && !jcl.text.as_str().is_empty();
        let takes_operands = matches!(jcl.verb, Verb::Job | Verb::Exec | Verb::Dd | Verb::Output);
        before = Some(jcl).filter(|_| is_whole && takes_operands);
    }
}

/// The keyword of a nameless statement whose operation is `KEYWORD=…`.
fn stray_operand<'v>(jcl: &Jcl<'v>) -> Option<&'v str> {
    let (keyword, _) = jcl.operation.split_once('=').filter(|_| jcl.verb == Verb::Unknown && jcl.name.is_empty())?;
    is_simple_name(keyword).then_some(keyword)
}

/// An EXEC statement in a comment, with DDs behind it that go to the step before.
pub(super) fn commented_step(view: &View<'_>, findings: &mut Findings<'_>) {
    let mut step: Option<(&str, bool)> = None;
    let mut commented: Option<(usize, String)> = None;
    for statement in view.statements() {
        match &statement.kind {
            Kind::Comment => {
                let at = statement.cards.start;
                let name = commented_exec(view.source.card(at).text());
                if let (Some(name), Some((_, true))) = (name, step) {
                    commented = Some((at, name.to_owned()));
                }
            }
            Kind::Jcl(jcl) if jcl.verb == Verb::Dd => {
                if let (Some((at, name)), Some((to, _))) = (commented.take(), step) {
                    let found = ZJB808W.found.with(&[&name, &to]);
                    findings.advise_with(&ZJB808W, found, ZJB808W.remedy.plain(), view.source.whole(at));
                }
                step = step.map(|(name, _)| (name, true));
            }
            Kind::Jcl(jcl) => {
                commented = None;
                step = (jcl.verb == Verb::Exec).then_some((jcl.name, false));
            }
            _ => {}
        }
    }
}

/// The name in `//*NAME EXEC …`.
fn commented_exec(card: &str) -> Option<&str> {
    let mut words = card.strip_prefix("//*")?.split(' ').filter(|word| !word.is_empty());
    let name = words.next().filter(|name| is_simple_name(name) && card[3..].starts_with(name))?;
    let is_exec = words.next() == Some("EXEC") && words.next().is_some_and(|operands| operands.contains("PGM="));
    is_exec.then_some(name)
}

/// PARM of more characters than the host takes.
pub(super) fn long_parm(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, step) in view.steps() {
        let Some(parm) = &step.parm else { continue };
        // The parentheses of a list and the apostrophes in it are not counted.
        let text = parm.text.strip_prefix('(').and_then(|list| list.strip_suffix(')'));
        let length = match text {
            Some(list) if parm.columns as usize == parm.text.chars().count() => list.replace('\'', "").chars().count(),
            _ => parm.text.replace("&&", "&").chars().count(),
        };
        if length > MAX_PARM {
            let found = ZJB811E.found.with(&[&length, &MAX_PARM]);
            let at = (parm.at.card as usize).saturating_sub(1);
            let column = parm.at.column as usize;
            let place = Source::place(at, column, view.word_end(at, column));
            let _: &mut Vec<Edit> = findings.advise_with(&ZJB811E, found, ZJB811E.remedy.plain(), place);
        }
    }
}
