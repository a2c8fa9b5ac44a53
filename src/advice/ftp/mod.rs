//! Steps that run the FTP client: their subcommand stream as the client will read it.
//!
//! Border: reading only; the checks are in the files beside.

pub(super) mod ftp_data;
pub(super) mod lines;
pub(super) mod names;
pub(super) mod parm;
pub(super) mod transfers;

use crate::ecurep::hosts;
use crate::ftp::config::{FtpData, LocalSite, Remark};
use crate::ftp::local::LocalPrefix;
use crate::ftp::parm::{Parm, ParmError};
use crate::ftp::subcommand::{Action, Found, find};
use crate::jcl::card::LAST_COLUMN;

use super::source::LAST_DATA_COLUMN;
use super::view::{Coded, Job, Step, View, Word, words};

/// Columns of a line number.
const NUMBER: usize = 8;

/// A step with PGM=FTP.
pub(super) struct FtpStep {
    /// Index of its job, and its own in the job.
    pub(super) job: usize,
    pub(super) step: usize,
    /// PARM as it was coded; none if nothing was, or if a symbol is left in it.
    pub(super) coded: Option<Coded>,
    pub(super) parm: Result<Parm, ParmError>,
    /// FTP.DATA behind SYSFTPD, as far as it can be read.
    pub(super) ftp_data: Option<(FtpData, Vec<Remark>)>,
    /// FTP.DATA names the code pages of text.
    has_code_pages: bool,
    /// INPUT or SYSIN is there.
    pub(super) has_input: bool,
    /// What answers the client's questions.
    pub(super) answers: Vec<Answer>,
    /// The subcommands.
    pub(super) lines: Vec<Line>,
    pub(super) transfers: Vec<Transfer>,
}

/// What a question of the client was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Host,
    User,
    Password,
}

/// A record that answers a question.
pub(super) struct Answer {
    pub(super) role: Role,
    pub(super) words: Vec<Word>,
    pub(super) number: Option<Word>,
}

/// A subcommand, its continuations joined.
pub(super) struct Line {
    pub(super) words: Vec<Word>,
    pub(super) number: Option<Word>,
    pub(super) found: Found,
}

/// Which way a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Put,
    Get,
}

/// PUT, APPEND or GET with what is in force there.
pub(super) struct Transfer {
    pub(super) direction: Direction,
    /// The local name; none for a GET that names only the remote file.
    pub(super) local: Option<Word>,
    pub(super) remote: Option<Word>,
    /// TYPE: A, E or I.
    pub(super) letter: char,
    /// Boundaries of records are sent: RDW, or MODE B.
    pub(super) keeps_records: bool,
    /// TRAILINGBLANKS.
    pub(super) keeps_blanks: bool,
    /// LOCSITE or FTP.DATA gave attributes for new data sets.
    pub(super) has_attributes: bool,
    /// LOCSITE or FTP.DATA named the code pages of text.
    pub(super) has_code_pages: bool,
    /// The record length that SITE asked the server for.
    pub(super) site_lrecl: Option<u32>,
    /// Where local names without apostrophes begin.
    pub(super) prefix: LocalPrefix,
    /// The server.
    pub(super) host: Option<String>,
    /// The directory on the server.
    pub(super) directory: String,
}

impl Transfer {
    /// True if the server is one of ECuRep.
    pub(super) fn is_ecurep(&self) -> bool {
        self.host.as_deref().is_some_and(|host| hosts::lookup(host).is_some())
    }
}

/// A record of the stream: its words, without comment and line number.
struct Record {
    words: Vec<Word>,
    number: Option<Word>,
    is_comment: bool,
}

impl FtpStep {
    /// All steps that run the client.
    pub(super) fn all(view: &View<'_>) -> Vec<Self> {
        let jobs = view.jobs.iter().enumerate();
        let steps = jobs.flat_map(|(job, found)| found.steps.iter().enumerate().map(move |(at, step)| (job, at, step)));
        steps
            .filter(|(_, _, step)| step.runs(&["FTP"]))
            .map(|(job, at, step)| Self::read(view, job, at, step))
            .collect()
    }

    fn read(view: &View<'_>, job: usize, at: usize, step: &Step<'_>) -> Self {
        let coded = step.parm.clone().filter(|parm| !parm.text.contains('&'));
        let parm = Parm::parse(coded.as_ref().map_or("", |parm| &parm.text));
        let ftp_data = step.dds(&["SYSFTPD"]).next().and_then(|dd| view.lines_of(dd));
        let has_code_pages = ftp_data.iter().flatten().any(|line| names_code_pages(line.trim_start()));
        let ftp_data = ftp_data.map(|lines| FtpData::parse(lines.iter().map(|line| line.trim_end())));
        let name = if step.dds(&["INPUT"]).next().is_some() { "INPUT" } else { "SYSIN" };
        let names = &[name];
        let sequenced = ftp_data.as_ref().is_some_and(|(data, _)| data.sequence_numbers);
        let (records, complete) = records(view, step.dds(names).map(|dd| dd.data.clone()), sequenced);
        let mut this = Self {
            job,
            step: at,
            coded,
            parm,
            ftp_data,
            has_code_pages,
            has_input: step.dds(names).next().is_some(),
            answers: Vec::new(),
            lines: Vec::new(),
            transfers: Vec::new(),
        };
        let has_netrc = step.dds(&["NETRC"]).next().is_some();
        if complete {
            this.script(records, has_netrc);
            this.transfers = this.replay(view.user);
        }
        this
    }

    /// The step itself.
    pub(super) fn of<'s, 'v>(&self, view: &'s View<'v>) -> Option<(&'s Job<'v>, &'s Step<'v>)> {
        let job = view.jobs.get(self.job)?;
        Some((job, job.steps.get(self.step)?))
    }

    /// True if the record with the user id has something behind it, which the client takes for the password.
    pub(super) fn password_beside_user(&self) -> bool {
        let user = self.answers.iter().find(|answer| answer.role == Role::User);
        user.is_some_and(|user| user.words.len() > 1 || user.number.is_some())
    }

    /// Deals the records out: answers first, as PARM and NETRC leave them to be given, then subcommands.
    fn script(&mut self, records: Vec<Record>, has_netrc: bool) {
        let mut records = records.into_iter().filter(|record| !record.is_comment).peekable();
        let parm = self.parm.as_ref().ok();
        let mut roles = Vec::new();
        if parm.is_none_or(|parm| parm.host.is_none()) {
            roles.push(Role::Host);
        }
        if parm.is_none_or(|parm| !parm.no_autologin) {
            roles.push(Role::User);
            roles.push(Role::Password);
        }
        for role in roles {
            let is_known = role != Role::Host && has_netrc;
            if is_known && records.peek().and_then(|next| next.words.first()).is_some_and(is_subcommand) {
                break;
            }
            if role == Role::Password && self.has_password() {
                break;
            }
            let Some(Record { words, number, .. }) = records.next() else { return };
            self.answers.push(Answer { role, words, number });
        }
        let mut open: Option<Line> = None;
        for Record { words, number, .. } in records {
            let mut line = match open.take() {
                Some(mut line) => {
                    line.words.extend(words);
                    line
                }
                None if words.is_empty() => continue,
                None => {
                    let found = words.first().map_or(Found::Unknown, |word| find(&word.text));
                    Line { words, number, found }
                }
            };
            if line.words.last().is_some_and(|word| word.text == "+") && line.words.len() > 1 {
                line.words.pop();
                open = Some(line);
            } else {
                self.lines.push(line);
            }
        }
        self.lines.extend(open);
    }

    /// The password stands beside the user id.
    fn has_password(&self) -> bool {
        let user = self.answers.iter().find(|answer| answer.role == Role::User);
        user.is_some_and(|user| user.words.len() > 1)
    }

    /// Follows the session from transfer to transfer.
    fn replay(&self, user: &str) -> Vec<Transfer> {
        let mut site = self.ftp_data.as_ref().map_or_else(LocalSite::default, |(data, _)| data.site.clone());
        let usual = LocalSite::default();
        let of_parm = self.parm.as_ref().ok().and_then(|parm| parm.host.clone());
        let of_input = self.answers.iter().find(|answer| answer.role == Role::Host);
        let of_input = of_input.and_then(|answer| answer.words.first()).map(|word| word.text.clone());
        let mut host = of_parm.or(of_input);
        let (mut letter, mut is_block, mut directory) = ('A', false, "/".to_owned());
        let (mut has_code_pages, mut site_lrecl) = (self.has_code_pages, None);
        let mut prefix = LocalPrefix::of_user(user);
        let mut transfers = Vec::new();
        for line in &self.lines {
            let Found::One(row) = line.found else { continue };
            let operands = line.words.get(1..).unwrap_or_default();
            let operands = operands.iter().take_while(|word| !word.text.starts_with('('));
            let operands: Vec<&Word> = operands.collect();
            let first = operands.first().map_or("", |word| &word.text);
            let direction = match row.action {
                Action::Put | Action::Append => Direction::Put,
                Action::Get => Direction::Get,
                Action::Type(to) => {
                    letter = to;
                    continue;
                }
                Action::TypeOperand => {
                    letter = first.chars().next().map_or(letter, |c| c.to_ascii_uppercase());
                    continue;
                }
                Action::LocalSite => {
                    for operand in operands {
                        has_code_pages |= names_code_pages(&operand.text);
                        let _ = site.take(&operand.text);
                    }
                    continue;
                }
                Action::Send("SITE", _) => {
                    let lengths = operands.iter().filter_map(|operand| lrecl(&operand.text));
                    site_lrecl = lengths.fold(site_lrecl, |_, length| Some(length));
                    continue;
                }
                Action::LocalDirectory => {
                    prefix = prefix.changed(first);
                    continue;
                }
                Action::Mode => {
                    is_block = first.eq_ignore_ascii_case("B");
                    continue;
                }
                Action::Open => {
                    site_lrecl = None;
                    (host, directory) = (Some(first.to_owned()).filter(|host| !host.is_empty()), "/".to_owned());
                    continue;
                }
                Action::Send("CWD", _) => {
                    directory = joined(&directory, first);
                    continue;
                }
                Action::Send("CDUP", _) => {
                    directory = joined(&directory, "..");
                    continue;
                }
                _ => {
                    is_block |= row.name == "BLOCK";
                    is_block &= row.name != "STREAM";
                    continue;
                }
            };
            let word = |at: usize| operands.get(at).map(|word| (*word).clone());
            let (local, remote) = match direction {
                Direction::Put => (word(0), word(1)),
                Direction::Get => (word(1), word(0)),
            };
            transfers.push(Transfer {
                direction,
                local,
                remote,
                letter,
                keeps_records: site.rdw || is_block,
                keeps_blanks: site.trailing_blanks,
                has_attributes: site.recfm != usual.recfm || site.lrecl != usual.lrecl,
                has_code_pages,
                site_lrecl,
                prefix: prefix.clone(),
                host: host.clone(),
                directory: directory.clone(),
            });
        }
        transfers
    }
}

/// The directory that `cd operand` leads to.
pub(super) fn joined(directory: &str, operand: &str) -> String {
    let start = if operand.starts_with('/') { "" } else { directory };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(operand.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    format!("/{}", parts.join("/"))
}

/// `LRECL=80` to 80.
fn lrecl(operand: &str) -> Option<u32> {
    let (keyword, value) = operand.split_once('=')?;
    keyword.eq_ignore_ascii_case("LRECL").then(|| value.parse().ok()).flatten()
}

/// True for the operands and statements that say how text is translated.
fn names_code_pages(text: &str) -> bool {
    let word = text.split(['=', ' ']).next().unwrap_or("").to_ascii_uppercase();
    matches!(word.as_str(), "SBDATACONN" | "SBD" | "MBDATACONN" | "ENCODING" | "UCSHOSTCS" | "XLATE")
}

fn is_subcommand(word: &Word) -> bool {
    matches!(find(&word.text), Found::One(_))
}

/// The records of the DDs of a concatenation; the second value is false if one of them cannot be read.
fn records(
    view: &View<'_>,
    parts: impl Iterator<Item = Option<std::ops::Range<usize>>>,
    sequenced: bool,
) -> (Vec<Record>, bool) {
    let mut records = Vec::new();
    for part in parts {
        let Some(cards) = part else { return (records, false) };
        let leading = cards.clone().next().is_some_and(|at| is_number(view.source.card(at).columns(1, NUMBER)));
        records.extend(cards.map(|at| record(view, at, leading, sequenced)));
    }
    (records, true)
}

fn record(view: &View<'_>, at: usize, leading: bool, sequenced: bool) -> Record {
    let card = view.source.card(at);
    let trailing = is_number(card.columns(LAST_DATA_COLUMN + 1, LAST_COLUMN));
    let (first, last) = match (trailing, leading) {
        (true, _) => (1, LAST_DATA_COLUMN),
        (false, true) => (NUMBER + 1, LAST_COLUMN),
        _ => (1, LAST_COLUMN),
    };
    let number = match (trailing, leading) {
        (true, _) => words(card, at, LAST_DATA_COLUMN + 1, LAST_COLUMN).into_iter().next(),
        (false, true) => words(card, at, 1, NUMBER).into_iter().next(),
        _ => None,
    };
    let mut words = words(card, at, first, last);
    let is_comment = words.first().is_some_and(|word| word.text.starts_with(';'));
    if let Some(comment) = words.iter().position(|word| word.text.starts_with(';')) {
        words.truncate(comment);
    }
    Record { words, number: number.filter(|_| !sequenced), is_comment }
}

fn is_number(columns: &str) -> bool {
    columns.len() == NUMBER && columns.bytes().all(|byte| byte.is_ascii_digit())
}
