//! The lines of the subcommand stream: line numbers, unknown subcommands, prompts.

use crate::ftp::subcommand::{Action, Found};
use crate::message::advice::{ZJB823E, ZJB824E, ZJB825W, ZJB826E, ZJB827E, ZJB828W, ZJB849I};

use super::super::Findings;
use super::super::view::{View, Word};
use super::{FtpStep, Role};

/// Line numbers, which the client takes for operands unless FTP.DATA says otherwise.
pub(in super::super) fn line_numbers(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in &view.ftp {
        for answer in &ftp.answers {
            let (Some(number), Some(first)) = (&answer.number, answer.words.first()) else { continue };
            match answer.role {
                Role::Host if answer.words.len() == 1 => {
                    let seen = format!("{} {}", first.text, number.text);
                    let found = ZJB823E.found.with(&[&number.text, &seen]);
                    findings.advise_with(&ZJB823E, found, ZJB823E.remedy.plain(), number.place);
                }
                Role::User if answer.words.len() == 1 => {
                    let found = ZJB824E.found.with(&[&number.text, &first.text]);
                    findings.advise_with(&ZJB824E, found, ZJB824E.remedy.plain(), number.place);
                }
                _ => {}
            }
        }
        // Once is enough for the subcommands.
        let numbered = ftp.lines.iter().find_map(|line| Some((line, line.number.as_ref()?)));
        let Some((line, number)) = numbered else { continue };
        let first = line.words.first().filter(|word| !view.is_secret((word.place.card as usize).saturating_sub(1)));
        let seen = format!("{} {}", first.map_or("...", |word| &word.text), number.text);
        let found = ZJB825W.found.with(&[&number.text, &seen]);
        findings.advise_with(&ZJB825W, found, ZJB825W.remedy.plain(), number.place);
    }
}

/// Words that are no subcommand.
pub(in super::super) fn subcommands(view: &View<'_>, findings: &mut Findings<'_>) {
    for line in view.ftp.iter().flat_map(|ftp| &ftp.lines) {
        let Some(word) = line.words.first().filter(|_| !matches!(line.found, Found::One(_))) else { continue };
        if matches!(word.text.to_ascii_uppercase().as_str(), "PASSIVE" | "PASSIV" | "PASV" | "PASS*") {
            let found = ZJB826E.found.with(&[&word.text]);
            findings.advise_with(&ZJB826E, found, ZJB826E.remedy.plain(), word.place);
            continue;
        }
        let is_secret = view.is_secret((word.place.card as usize).saturating_sub(1));
        let shown: &dyn std::fmt::Display = if is_secret { &"This" } else { &word.text };
        findings.advise_with(&ZJB827E, ZJB827E.found.with(&[shown]), ZJB827E.remedy.plain(), word.place);
    }
}

/// MPUT, MGET and MDELETE with prompting on.
pub(in super::super) fn prompts(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in &view.ftp {
        let mut prompting = !has_flag_i(ftp);
        for line in &ftp.lines {
            let Found::One(row) = line.found else { continue };
            match row.name {
                "PROMPT" => prompting = !prompting,
                "MPUT" | "MGET" | "MDELETE" if prompting => {
                    let place = line.words.first().map(|word: &Word| word.place);
                    let found = ZJB828W.found.with(&[&row.name]);
                    if let Some(place) = place {
                        findings.advise_with(&ZJB828W, found, ZJB828W.remedy.plain(), place);
                    }
                }
                _ => {}
            }
        }
    }
}

/// True if PARM has `-i`, alone or among other flags without values.
fn has_flag_i(ftp: &FtpStep) -> bool {
    let parm = ftp.coded.as_ref().map_or("", |coded| coded.text.as_str());
    let flags = parm.split('(').next().unwrap_or("").split_whitespace().filter_map(|word| word.strip_prefix('-'));
    flags
        .into_iter()
        .any(|letters| letters.chars().take_while(|letter| "degintuvx".contains(*letter)).any(|l| l == 'i'))
}

/// CD to a name in apostrophes, which a z/OS server does not look at.
pub(in super::super) fn prefix_not_checked(view: &View<'_>, findings: &mut Findings<'_>) {
    for line in view.ftp.iter().flat_map(|ftp| &ftp.lines) {
        let (Found::One(row), Some(operand)) = (line.found, line.words.get(1)) else { continue };
        if matches!(row.action, Action::Send("CWD", _)) && operand.text.starts_with('\'') {
            let found = ZJB849I.found.with(&[&operand.text]);
            findings.advise_with(&ZJB849I, found, ZJB849I.remedy.plain(), operand.place);
        }
    }
}
