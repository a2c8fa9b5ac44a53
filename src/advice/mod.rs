//! What an expert says about a deck: the host's messages with the card and a plain explanation, and the traps
//! that the host does not tell, across steps and data.
//!
//! Border: reads, never runs. Each check is a small function in the slice `CHECKS` that looks at a `View`; the
//! catalog is known only through the trait `Catalog`. Findings carry the edits that repair them, if that takes
//! no guess; `fix` applies them.

mod calls;
mod cards;
mod credentials;
mod data_sets;
mod fix;
mod ftp;
mod idcams;
mod pasted;
mod source;
mod statements;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::dataset::{DataSetName, Dcb, MemberName};
use crate::jcl::{Deck, Diagnostic, Effect};
use crate::job::convert::{ConvertSettings, ConvertedJob, NoLibraries, convert};
use crate::message::advice::Advice;
use crate::message::{Message, Severity};

pub use fix::{Fixed, fix};
pub use source::{Edit, Place, harmless, harmless_text};

use source::Source;
use view::View;

/// Most findings of one deck that are kept: a deck of millions of wrong cards says the same again and again.
const MAX_FINDINGS: usize = 10_000;
/// Messages about a procedure that the system does not have.
const NO_PROCEDURE: &[&str] = &["IEFC612I", "ZJB004E", "ZJB005E"];

/// What is known of a data set without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It is there, with these attributes.
    Present(Dcb),
    /// It is a library without that member.
    NoMember,
    /// It is not there.
    Absent,
}

/// The catalog as far as a check may look at it.
pub trait Catalog {
    /// What is known of a data set, or of a member.
    fn find(&self, name: &DataSetName, member: Option<&MemberName>) -> Known;

    /// The text of a data set or member, if it can be had without touching the system.
    fn text(&self, name: &DataSetName, member: Option<&MemberName>) -> Option<String>;
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The converter, in a line of the listing.
    Host,
    /// zjob, outside any listing.
    Advice,
}

/// Something found in a deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Who says it.
    pub speaker: Speaker,
    /// How bad it is. A message of the host that stops the job is an error, whatever its id ends in.
    pub severity: Severity,
    /// What was found.
    pub message: Message,
    /// What to do about it.
    pub remedy: Option<Message>,
    /// The job, counted from 0; none before the first one.
    pub job: Option<usize>,
    /// Statement number in JESJCL, where it can be told.
    pub statement: Option<u32>,
    /// Where.
    pub place: Place,
    /// The edits that repair it; empty if that would take a guess.
    pub fix: Vec<Edit>,
}

/// All that was found in a deck.
#[derive(Debug)]
pub struct Report {
    /// The names of the jobs, in order.
    pub jobs: Vec<String>,
    /// The findings: the host's in order of statements, then advice in order of cards.
    pub findings: Vec<Finding>,
    /// How many more there were than are kept.
    pub left_out: usize,
    /// The cards that findings are about, as a terminal may show them.
    pub cards: HashMap<u32, String>,
}

impl Report {
    /// The worst severity; none if nothing was found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// How a check is to be done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Procedures that the system does not have are no fault of the deck.
    pub skip_missing_procedures: bool,
}

/// A check: looks at the deck and says what it found.
type Check = fn(&View<'_>, &mut Findings<'_>);

/// All checks, in the order of the documentation.
const CHECKS: &[Check] = &[
    cards::displaced_job,
    cards::one_slash,
    cards::stray_cards,
    pasted::typography,
    pasted::entities,
    pasted::tabs,
    pasted::quotation_marks,
    statements::late_continuation,
    statements::missing_comma,
    statements::commented_step,
    statements::long_parm,
    data_sets::unknown,
    data_sets::duplicate,
    idcams::column_one,
    credentials::in_clear,
    ftp::parm::exit,
    ftp::parm::readable,
    ftp::parm::input,
    ftp::parm::computed_codes,
    ftp::parm::time_limit,
    ftp::ftp_data::key_ring,
    ftp::ftp_data::server_statements,
    ftp::lines::line_numbers,
    ftp::lines::subcommands,
    ftp::lines::prompts,
    ftp::lines::prefix_not_checked,
    ftp::transfers::remote_name_missing,
    ftp::transfers::unquoted,
    ftp::transfers::type_of_transfer,
    ftp::transfers::new_data_set,
    ftp::transfers::cut_records,
    ftp::transfers::beyond_ascii,
    ftp::names::brackets,
    ftp::names::convention,
    ftp::names::suffixes,
    ftp::names::directory,
];

/// Checks `deck`. Nothing runs and no data set is touched.
pub fn check(deck: &[u8], settings: &ConvertSettings<'_>, catalog: &dyn Catalog, options: Options) -> Report {
    let (text, encoding) = source::decode(deck);
    let converted = convert(deck, settings);
    if text.len() > crate::jcl::deck::MAX_DECK {
        return refused(converted.err());
    }
    let typed = Deck::read(&text);
    let source = Source::new(&text, &typed);
    let view = View::new(&source, settings.user, catalog, settings.libraries);
    let jobs = match &converted {
        Ok(jobs) => jobs.as_slice(),
        Err(_) => &[],
    };
    let numbers = view.statement_numbers(jobs);
    let mut findings = Findings { view: &view, numbers: &numbers, found: Vec::new(), left_out: 0 };
    match &converted {
        Ok(jobs) => findings.host(jobs, options),
        Err(refusal) => findings.say(refusal, None),
    }
    let host = findings.found.len();
    for check in CHECKS {
        check(&view, &mut findings);
    }
    let Findings { mut found, left_out, .. } = findings;
    found[host..].sort_by_key(|finding| finding.place);
    // A procedure that is called twice has the same faults twice.
    let mut told = HashSet::new();
    let mut number = 0;
    found.retain(|finding| {
        number += 1;
        number <= host || told.insert((finding.place, finding.message.to_string()))
    });
    source::to_bytes(&text, encoding, found.iter_mut().flat_map(|finding| &mut finding.fix));
    let shown = |finding: &Finding| (finding.place.card, view.shown((finding.place.card as usize).saturating_sub(1)));
    let cards = found.iter().map(shown).collect();
    Report { jobs: jobs.iter().map(|job| job.name.clone()).collect(), findings: found, left_out, cards }
}

/// The cards of `deck` as a terminal may show them: no secrets, no control characters.
pub fn shown(deck: &[u8], user: &str) -> Vec<String> {
    struct Nothing;
    impl Catalog for Nothing {
        fn find(&self, _: &DataSetName, _: Option<&MemberName>) -> Known {
            Known::Absent
        }
        fn text(&self, _: &DataSetName, _: Option<&MemberName>) -> Option<String> {
            None
        }
    }
    let (text, _) = source::decode(deck);
    let typed = Deck::read(&text);
    let source = Source::new(&text, &typed);
    let view = View::new(&source, user, &Nothing, &NoLibraries);
    (0..typed.cards.len()).map(|at| view.shown(at)).collect()
}

/// The report of a deck that is too long to be read.
fn refused(refusal: Option<Box<Diagnostic>>) -> Report {
    let finding = refusal.map(|refusal| Finding {
        speaker: Speaker::Host,
        severity: Severity::Error,
        message: refusal.message,
        remedy: refusal.explanation,
        job: None,
        statement: None,
        place: Source::place(0, 1, 1),
        fix: Vec::new(),
    });
    Report { jobs: Vec::new(), findings: finding.into_iter().collect(), left_out: 0, cards: HashMap::new() }
}

/// Where findings go.
struct Findings<'f> {
    view: &'f View<'f>,
    numbers: &'f HashMap<usize, u32>,
    found: Vec<Finding>,
    left_out: usize,
}

impl Findings<'_> {
    /// What the converter says.
    fn host(&mut self, jobs: &[ConvertedJob], options: Options) {
        for (number, job) in jobs.iter().enumerate() {
            let all = job.diagnostics.iter().chain(&job.hints);
            let skipped =
                |found: &Diagnostic| options.skip_missing_procedures && NO_PROCEDURE.contains(&found.message.id());
            for diagnostic in all.filter(|found| !skipped(found)) {
                self.say(diagnostic, Some(number));
            }
        }
    }

    fn say(&mut self, diagnostic: &Diagnostic, job: Option<usize>) {
        let stops = diagnostic.effect == Effect::Stops;
        let at = (diagnostic.position.card as usize).saturating_sub(1);
        let column = diagnostic.position.column as usize;
        self.push(Finding {
            speaker: if stops { Speaker::Host } else { Speaker::Advice },
            severity: if stops { Severity::Error } else { diagnostic.message.entry().severity() },
            message: diagnostic.message.clone(),
            remedy: diagnostic.explanation.clone(),
            job,
            statement: diagnostic.statement,
            place: Source::place(at, column, self.view.word_end(at, column)),
            fix: Vec::new(),
        });
    }

    /// A piece of advice without facts.
    fn advise(&mut self, advice: &'static Advice, place: Place) -> &mut Vec<Edit> {
        self.advise_with(advice, advice.found.plain(), advice.remedy.plain(), place)
    }

    /// A piece of advice; the result is the list of its edits.
    fn advise_with(
        &mut self,
        advice: &'static Advice,
        message: Message,
        remedy: Message,
        place: Place,
    ) -> &mut Vec<Edit> {
        let at = (place.card as usize).saturating_sub(1);
        self.push(Finding {
            speaker: Speaker::Advice,
            severity: advice.found.severity(),
            message,
            remedy: Some(remedy),
            job: self.view.job_of(at),
            statement: self.numbers.get(&self.view.first_card_of(at)).copied(),
            place,
            fix: Vec::new(),
        })
    }

    /// Beyond the limit a finding takes the place of the last one: whoever made it still has its edits.
    fn push(&mut self, finding: Finding) -> &mut Vec<Edit> {
        if self.found.len() >= MAX_FINDINGS {
            self.found.pop();
            self.left_out += 1;
        }
        let at = self.found.len();
        self.found.push(finding);
        &mut self.found[at].fix
    }
}

/// Ranges that follow each other, joined: `[1, 2, 3, 7]` is `1..4` and `7..8`.
fn runs(numbers: impl IntoIterator<Item = usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => runs.push(number..number + 1),
        }
    }
    runs
}
