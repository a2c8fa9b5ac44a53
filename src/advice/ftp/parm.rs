//! PARM of the FTP client, and whether it has anything to do.

use crate::message::advice::{ZJB820W, ZJB821W, ZJB822E, ZJB843E};

use super::super::Findings;
use super::super::source::Place;
use super::super::view::View;
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
