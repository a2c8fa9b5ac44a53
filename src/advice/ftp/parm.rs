//! PARM of the FTP client, and whether it has anything to do.

use crate::ftp::parm::Exit;
use crate::jcl::{Kind, Value, Verb};
use crate::message::advice::{ZJB820W, ZJB821W, ZJB822E, ZJB843E, ZJB844W, ZJB846I};

use super::super::Findings;
use super::super::source::Place;
use super::super::view::{Field, Job, View};
use super::FtpStep;

/// EXIT is missing, or stands where some levels do not look.
pub(in super::super) fn exit(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in &view.ftp {
        let Some((_, step)) = ftp.of(view) else { continue };
        let Ok(parm) = &ftp.parm else { continue };
        let by_data = ftp.ftp_data.as_ref().is_some_and(|(data, _)| data.client_exit);
        let has_symbol = step.parm.is_some() && ftp.coded.is_none();
        if parm.exit.is_none() && !by_data && !has_symbol {
            findings.advise(&ZJB820W, place(ftp, view));
        } else if let Some(first) = ftp.coded.as_ref().and_then(|coded| option_before_exit(&coded.text)) {
            let remedy = ZJB821W.remedy.with(&[&first]);
            findings.advise_with(&ZJB821W, ZJB821W.found.plain(), remedy, place(ftp, view));
        }
    }
}

/// The options that stand before EXIT.
fn option_before_exit(parm: &str) -> Option<String> {
    let (_, options) = parm.split_once('(')?;
    let mut words = options.split_whitespace();
    let is_exit = |word: &&str| word.to_ascii_uppercase().starts_with("EXIT");
    let before: Vec<&str> = words.by_ref().take_while(|word| !is_exit(word)).collect();
    let has_exit = options.split_whitespace().any(|word| is_exit(&word));
    (has_exit && !before.is_empty()).then(|| before.join(" "))
}

/// A PARM that the client refuses.
pub(in super::super) fn readable(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in &view.ftp {
        if let Err(error) = &ftp.parm {
            let found = ZJB822E.found.with(&[&error]);
            findings.advise_with(&ZJB822E, found, ZJB822E.remedy.plain(), place(ftp, view));
        }
    }
}

/// No subcommand stream.
pub(in super::super) fn input(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in view.ftp.iter().filter(|ftp| !ftp.has_input) {
        if let Some((_, step)) = ftp.of(view) {
            findings.advise(&ZJB843E, view.source.whole(step.card));
        }
    }
}

/// Codes that a client with EXIT ends with are those of the error modulo 4096: a later test of a number misses them.
pub(in super::super) fn computed_codes(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in &view.ftp {
        let (Ok(parm), Some((job, step))) = (&ftp.parm, ftp.of(view)) else { continue };
        if parm.exit != Some(Exit::Computed) || step.name.is_empty() {
            continue;
        }
        let later = job.steps.get(ftp.step + 1..).unwrap_or(&[]);
        let by_cond = later.iter().find(|later| tests_a_number(&later.field, &step.name)).map(|later| later.card);
        if let Some(card) = by_cond.or_else(|| tested_by_if(view, job, step.card, &step.name)) {
            let found = ZJB844W.found.with(&[&step.name]);
            findings.advise_with(&ZJB844W, found, ZJB844W.remedy.plain(), view.source.whole(card));
        }
    }
}

/// True if COND compares the code of the step with a number other than 0.
fn tests_a_number(field: &Field<'_>, step: &str) -> bool {
    let text = field.text.as_str();
    let Some(cond) = field.value(&["COND"]) else { return false };
    let is_test = |value: &Value| {
        let part = |at: usize| value.items().get(at).map_or("", |(_, item)| item.span().of(text));
        let name = part(2).split('.').next_back().unwrap_or("");
        name == step && part(0).parse::<u32>().is_ok_and(|number| number > 0)
    };
    is_test(cond) || cond.items().iter().any(|(_, item)| is_test(item))
}

/// The IF statement after `card` that compares the code of the step with a number other than 0.
fn tested_by_if(view: &View<'_>, job: &Job<'_>, card: usize, step: &str) -> Option<usize> {
    let later = view.statements().iter().filter(|statement| (card..job.cards.end).contains(&statement.cards.start));
    let wanted = format!("{step}.RC");
    later.into_iter().find_map(|statement| {
        let Kind::Jcl(jcl) = &statement.kind else { return None };
        let (_, after) = jcl.text.as_str().split_once(&wanted).filter(|_| jcl.verb == Verb::If)?;
        let number = after.trim_start_matches(|c: char| !c.is_ascii_digit());
        let digits = number.split(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
        digits.parse::<u32>().is_ok_and(|number| number > 0).then_some(statement.cards.start)
    })
}

/// TIME on a step that transfers: it is about processor time, and does not keep the step from waiting too long.
pub(in super::super) fn time_limit(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in view.ftp.iter().filter(|ftp| !ftp.transfers.is_empty()) {
        let Some((_, step)) = ftp.of(view) else { continue };
        let Some(time) = step.field.coded(&["TIME"]) else { continue };
        if !matches!(time.text.trim_matches(['(', ')']), "1440" | "NOLIMIT" | "MAXIMUM") {
            let found = ZJB846I.found.with(&[&time.text]);
            findings.advise_with(&ZJB846I, found, ZJB846I.remedy.plain(), view.source.whole(step.card));
        }
    }
}

/// PARM, or the EXEC statement that has none.
fn place(ftp: &FtpStep, view: &View<'_>) -> Place {
    let parm = ftp.coded.as_ref().map(|coded| {
        let place = coded.place();
        let end = view.source.whole((place.card as usize).saturating_sub(1)).last;
        Place { last: place.last.min(end.max(place.first)), ..place }
    });
    let statement = || ftp.of(view).map(|(_, step)| view.source.whole(step.card));
    parm.or_else(statement).unwrap_or(Place { card: 1, first: 1, last: 1 })
}
