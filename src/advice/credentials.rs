//! Secrets that stand in a deck: where they are, so that nothing shows them, and that they should not be there.

use std::ops::Range;

use crate::ftp::subcommand::{Action, Found};
use crate::jcl::Verb;
use crate::jcl::card::is_blank;
use crate::message::Entry;
use crate::message::advice::{NO_JOB_PASSWORD, NO_PASSPHRASE, NO_PASSWORD, USE_NETRC, ZJB812W};

use super::Findings;
use super::ftp::{FtpStep, Role};
use super::source::{Place, Source};
use super::view::{MAX_COLUMN, View, Word, words};

mod openpgp;

const PASSWORD: &str = "PASSWORD=";
/// Programs that take a password in SYSIN.
const ENCRYPTION: &[&str] = &["CSDFILEN", "CSDFILDE"];

/// A secret.
struct Secret {
    place: Place,
    /// What it is; none if it needs no word, as the rest of one that was told.
    what: Option<String>,
    remedy: &'static Entry,
}

/// The places of all secrets.
pub(super) fn secrets(view: &View<'_>) -> Vec<Place> {
    all(view).into_iter().map(|secret| secret.place).collect()
}

/// Secrets in clear.
pub(super) fn in_clear(view: &View<'_>, findings: &mut Findings<'_>) {
    for Secret { place, what, remedy } in all(view) {
        if let Some(what) = what {
            findings.advise_with(&ZJB812W, ZJB812W.found.with(&[&what]), remedy.plain(), place);
        }
    }
}

fn all(view: &View<'_>) -> Vec<Secret> {
    let mut found = Vec::new();
    statements(view, &mut found);
    for (_, _, step) in view.steps() {
        if step.runs(ENCRYPTION) {
            let data = step.dds(&["SYSIN"]).filter_map(|dd| dd.data.clone());
            data.flatten().for_each(|at| encryption(view, at, &mut found));
        }
        let data = step.dds(&["NETRC"]).filter_map(|dd| dd.data.clone());
        netrc(view, data, &mut found);
        openpgp::command(view, step, &mut found);
    }
    openpgp::parms(view, &mut found);
    view.ftp.iter().for_each(|step| session(step, &mut found));
    found
}

/// PASSWORD of JOB statements, and of what may be the rest of one.
fn statements(view: &View<'_>, found: &mut Vec<Secret>) {
    for (_, statement, jcl) in view.jcl() {
        if !matches!(jcl.verb, Verb::Job | Verb::Unknown) {
            continue;
        }
        let (mut open, mut told) = (false, false);
        for at in statement.cards.clone() {
            let card = view.source.card(at);
            let text = card.text();
            // What stands beyond the columns that are shown needs no mask.
            let visible = passwords(text, &mut open).into_iter().take_while(|range| range.start < 4 * MAX_COLUMN);
            for range in visible {
                let blank = text.get(range.clone()).is_none_or(is_blank);
                let is_first = !blank && !std::mem::replace(&mut told, true);
                let what = is_first.then(|| "The password of the job".to_owned());
                let (first, end) = (card.column_of(range.start), card.column_of(range.end));
                let place = Source::place(at, first, end.saturating_sub(1));
                found.push(Secret { place, what, remedy: &NO_JOB_PASSWORD });
            }
        }
    }
}

/// The values of PASSWORD on a card. `open` says that a list of passwords goes on.
fn passwords(text: &str, open: &mut bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    if *open {
        let start = text.len().min(2);
        from = start + value_length(text.get(start..).unwrap_or(""), 1, open);
        found.push(start..from);
    }
    let upper = text.to_ascii_uppercase();
    while let Some(at) = upper.get(from..).and_then(|rest| rest.find(PASSWORD)).map(|at| from + at) {
        let start = at + PASSWORD.len();
        from = start;
        let before = at.checked_sub(1).and_then(|before| upper.as_bytes().get(before));
        if matches!(before, None | Some(b',' | b' ')) {
            from = start + value_length(text.get(start..).unwrap_or(""), 0, open);
            found.push(start..from);
        }
    }
    found
}

/// How far a value reaches: to a comma outside parentheses, or a blank, outside apostrophes. `open` becomes true
/// if a parenthesis is still open at the end.
fn value_length(text: &str, mut depth: usize, open: &mut bool) -> usize {
    let mut in_string = false;
    let inside = depth > 0;
    let mut begun = !inside;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => in_string = !in_string,
            _ if in_string => {}
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b' ' if !begun => continue,
            b',' | b' ' if depth == 0 => return closed(at, open),
            b' ' => return at,
            _ => {}
        }
        begun = true;
        if inside && depth == 0 {
            return closed(at + 1, open);
        }
    }
    *open = depth > 0;
    text.len()
}

fn closed(at: usize, open: &mut bool) -> usize {
    *open = false;
    at
}

/// `PASSWORD=` of CSDFILEN: it takes the rest of the card.
fn encryption(view: &View<'_>, at: usize, found: &mut Vec<Secret>) {
    let card = view.source.card(at);
    let is_password = card.text().get(..PASSWORD.len()).is_some_and(|start| start.eq_ignore_ascii_case(PASSWORD));
    let last = view.source.whole(at).last as usize;
    if is_password && last > PASSWORD.len() {
        let place = Source::place(at, PASSWORD.len() + 1, last);
        let what = Some("The password of the encrypted file".to_owned());
        found.push(Secret { place, what, remedy: &NO_PASSWORD });
    }
}

/// Passwords of a NETRC in the deck.
fn netrc(view: &View<'_>, data: impl Iterator<Item = Range<usize>>, found: &mut Vec<Secret>) {
    let mut is_next = false;
    for word in data.flatten().flat_map(|at| words(view.source.card(at), at, 1, MAX_COLUMN)) {
        if is_next {
            found.push(secret(&word, "The password of an FTP user"));
        }
        is_next = !is_next && matches!(word.text.to_ascii_uppercase().as_str(), "PASSWORD" | "ACCOUNT");
    }
}

/// Passwords in the subcommand stream.
fn session(step: &FtpStep, found: &mut Vec<Secret>) {
    let mut user = String::new();
    for answer in &step.answers {
        match answer.role {
            Role::Host => {}
            Role::User => {
                user = answer.words.first().map_or_else(String::new, |word| word.text.clone());
                credentials(&user, answer.words.get(1..).unwrap_or_default(), found);
            }
            Role::Password => credentials(&user, &answer.words, found),
        }
    }
    let mut hide_unknown = step.password_beside_user();
    for line in &step.lines {
        let operands = line.words.get(1..).unwrap_or_default();
        match line.found {
            Found::One(row) => match row.action {
                Action::User => {
                    user = operands.first().map_or_else(String::new, |word| word.text.clone());
                    credentials(&user, operands.get(1..).unwrap_or_default(), found);
                }
                Action::Pass | Action::Account => credentials(&user, operands, found),
                Action::Quote => {
                    let verb = operands.first().map(|word| word.text.to_ascii_uppercase());
                    if matches!(verb.as_deref(), Some("PASS" | "ACCT")) {
                        credentials(&user, operands.get(1..).unwrap_or_default(), found);
                    }
                }
                _ => {}
            },
            // What follows a user id with a password, or with a line number, may be the true password.
            _ if std::mem::take(&mut hide_unknown) => {
                let hidden = |word: &Word| Secret { place: word.place, what: None, remedy: &USE_NETRC };
                found.extend(line.words.iter().map(hidden));
            }
            _ => {}
        }
    }
}

fn credentials(user: &str, words: &[Word], found: &mut Vec<Secret>) {
    // The password of an anonymous user is an address, and no secret.
    if user.eq_ignore_ascii_case("anonymous") || user.eq_ignore_ascii_case("ftp") {
        return;
    }
    let what = "The password of an FTP user";
    found.extend(words.iter().take(1).map(|word| secret(word, what)));
    found.extend(words.iter().skip(1).map(|word| Secret { what: None, ..secret(word, what) }));
}

fn secret(word: &Word, what: &str) -> Secret {
    Secret { place: word.place, what: Some(what.to_owned()), remedy: &USE_NETRC }
}
