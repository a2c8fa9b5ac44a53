//! Conversion: a deck to jobs, with the JESJCL listing and every error of each job in one pass.
//!
//! Border: statements and operands come from `jcl`, what they mean goes into `model::Job`. No catalog is
//! looked at and nothing is allocated. What is parsed but not emulated stops the job with a line that names it.

use crate::codepage::CodePage;
use crate::codepage::host::decode_deck;
use crate::jcl::card::{CardKind, Position};
use crate::jcl::deck::MAX_DECK;
use crate::jcl::{Deck, Diagnostic, Effect, Kind, Statement, Verb};
use crate::message::Message;
use crate::message::own::{ZJB001E, ZJB002E, ZJB003E, ZJB046I};

use super::model::Job;

mod attributes;
mod before_job;
mod branch;
mod call;
mod condition;
mod control;
mod data_set;
mod dd;
mod dds;
mod exec;
mod field;
mod flow;
mod in_stream;
mod job_card;
mod listing;
mod members;
mod merge;
mod operand;
mod others;
mod overrides;
mod reading;
mod references;
mod space;
mod stage;
mod statements;
mod stream;
mod symbols;
mod system_symbols;

pub use listing::{LineKind, ListingLine};
pub use members::{Missing, NoLibraries, ProcedureLibraries};
pub use system_symbols::{SystemNames, system_symbols};

use members::{Members, Slots};

/// Most steps of a job (JCL reference).
pub const MAX_STEPS: usize = 255;
/// Most DD statements of a step, with the largest TIOT (JCL reference).
pub const MAX_DDS: usize = 3273;
/// Job name that JES2 gives to a job whose own cannot be used.
const INVALID_NAME: &str = "INVALID";

/// What the system adds to what a deck says.
#[derive(Clone, Copy)]
pub struct ConvertSettings<'a> {
    /// The user id that jobs run under; the value of `&SYSUID`.
    pub user: &'a str,
    /// The code page of in-stream data.
    pub code_page: &'static CodePage,
    /// CLASS of a job that codes none.
    pub default_class: &'a str,
    /// MSGCLASS of a job that codes none.
    pub default_message_class: &'a str,
    /// System symbols: name and value.
    pub symbols: &'a [(String, String)],
    /// Where procedures and INCLUDE groups come from.
    pub libraries: &'a dyn ProcedureLibraries,
    /// What one that is not found does to the job.
    pub missing: Missing,
}

impl<'a> ConvertSettings<'a> {
    /// Settings for `user` with code page IBM-1047, CLASS A and MSGCLASS A, without system symbols and libraries.
    pub fn for_user(user: &'a str) -> Self {
        Self {
            user,
            code_page: CodePage::ibm1047(),
            default_class: "A",
            default_message_class: "A",
            symbols: &[],
            libraries: &NoLibraries,
            missing: Missing::Stops,
        }
    }
}

/// A job as the converter leaves it.
#[derive(Debug)]
pub struct ConvertedJob {
    /// Job name; `INVALID` if the JOB card has none that can be used.
    pub name: String,
    /// Programmer's name; empty if none.
    pub programmer: String,
    /// CLASS.
    pub class: String,
    /// MSGCLASS.
    pub message_class: String,
    /// The lines of JESJCL, in order.
    pub listing: Vec<ListingLine>,
    /// How many cards JES2 read.
    pub cards_read: u32,
    /// What the converter tells in JESYSMSG of a job that may well run: statement number and message.
    pub notes: Vec<(u32, Message)>,
    /// Why the job does not run, in order of statements; empty if it does.
    pub diagnostics: Vec<Diagnostic>,
    /// What the user should know; no part of the listing.
    pub hints: Vec<Diagnostic>,
    /// The cards of a job with TYPRUN=COPY, 80 columns each at most; empty for any other.
    pub copy: Vec<String>,
    /// The job; none if a diagnostic stops it.
    pub job: Option<Job>,
}

/// Converts the jobs of `deck`, in order. An error means that there is nothing to submit: no JOB card, for
/// instance. A job that cannot run is not an error: its `diagnostics` say why.
pub fn convert(deck: &[u8], settings: &ConvertSettings<'_>) -> Result<Vec<ConvertedJob>, Box<Diagnostic>> {
    if deck.len() > MAX_DECK {
        return Err(Box::new(refusal(ZJB002E.with(&[&MAX_DECK]), 1)));
    }
    let (text, _) = decode_deck(deck);
    let deck = Deck::read(&text);
    let starts: Vec<usize> =
        deck.statements.iter().enumerate().filter(|(_, statement)| is_job(statement)).map(|(at, _)| at).collect();
    let Some(&first) = starts.first() else { return Err(Box::new(no_job(&deck))) };
    let before = deck.statements.get(..first).unwrap_or(&[]);
    if let Some(refused) = before.iter().find_map(misplaced) {
        return Err(Box::new(refused));
    }
    let (names, texts, decks) = (Slots::new(), Slots::new(), Slots::new());
    let keep = |library: String, text: String| {
        let text: &String = texts.add(text)?;
        let deck: &Deck<'_> = decks.add(Deck::read(text))?;
        let name: &String = names.add(library)?;
        Some((name.as_str(), deck))
    };
    let ends = starts.iter().skip(1).copied().chain([deck.statements.len()]);
    let mut jobs: Vec<ConvertedJob> = starts
        .iter()
        .zip(ends)
        .filter_map(|(&start, end)| deck.statements.get(start..end))
        .map(|statements| flow::convert_job(&deck, statements, settings, Members::new(settings.libraries, &keep)))
        .collect();
    if let Some(job) = jobs.first_mut() {
        before_job::add(&deck, before, job);
    }
    Ok(jobs)
}

fn is_job(statement: &Statement<'_>) -> bool {
    matches!(&statement.kind, Kind::Jcl(jcl) if jcl.verb == Verb::Job)
}

/// What stands before the first JOB card and would make another job of it.
fn misplaced(statement: &Statement<'_>) -> Option<Diagnostic> {
    let Kind::Jcl(jcl) = &statement.kind else { return None };
    let is_misplaced = !before_job::may_be_there(jcl.verb);
    is_misplaced.then(|| refusal(ZJB003E.with(&[&jcl.operation]), statement.cards.start + 1))
}

fn no_job(deck: &Deck<'_>) -> Diagnostic {
    let one_slash = deck.cards.iter().position(|card| {
        let text = card.text();
        card.kind() == CardKind::Data && text.starts_with('/') && text.split(' ').nth(1) == Some("JOB")
    });
    let explanation = one_slash.map(|_| ZJB046I.plain());
    Diagnostic { explanation, ..refusal(ZJB001E.plain(), one_slash.map_or(1, |at| at + 1)) }
}

fn refusal(message: crate::message::Message, card: usize) -> Diagnostic {
    let position = Position { card: u32::try_from(card).unwrap_or(u32::MAX), column: 1 };
    Diagnostic { message, statement: None, position, explanation: None, effect: Effect::Stops }
}

#[cfg(test)]
mod operand_tests;
#[cfg(test)]
mod tests;
