//! A deck as a reader sees it: jobs, steps, DD statements and their data, also where the deck is wrong.
//!
//! Border: what was typed, with the symbols of SET filled in; `calls` reads it. The steps of procedures, also of those
//! in libraries, are steps like any other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::dataset::{DataSetName, Dcb, MemberName, Recfm};
use crate::ecurep::names;
use crate::jcl::{Card, Jcl, Kind, Operand, Position, Statement, Text, Value, Verb};
use crate::job::convert::{ConvertedJob, ProcedureLibraries};

use super::ftp::FtpStep;
use super::source::{Place, Secrets, Source};
use super::{Catalog, Known};
use super::{calls, credentials};

/// Names of the programs that pack.
const PACKERS: &[&str] = &["TRSMAIN", "AMATERSE"];
/// Name of the program that encrypts.
const ENCRYPTER: &str = "CSDFILEN";
/// Last column that is shown of a card.
pub(super) const MAX_COLUMN: usize = 200;

/// The operand field of a statement after substitution.
pub(super) struct Field<'v> {
    pub(super) text: Text<'v>,
    pub(super) operands: Vec<Operand>,
}

/// A value as it was coded, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coded {
    /// Without enclosing apostrophes.
    pub(super) text: String,
    /// Where it begins.
    pub(super) at: Position,
    /// How many columns it takes, apostrophes included.
    pub(super) columns: u32,
}

impl Coded {
    /// Its columns on the card where it begins.
    pub(super) fn place(&self) -> Place {
        let last = self.at.column.saturating_add(self.columns).saturating_sub(1);
        Place { card: self.at.card, first: self.at.column, last: last.max(self.at.column) }
    }
}

impl Field<'_> {
    /// The value of the keyword, under any of its names.
    pub(super) fn value(&self, names: &[&str]) -> Option<&Value> {
        let text = self.text.as_str();
        let is_meant = |operand: &&Operand| operand.keyword.is_some_and(|keyword| names.contains(&keyword.of(text)));
        self.operands.iter().find(is_meant).map(|operand| &operand.value)
    }

    /// The value of the keyword as it was coded.
    pub(super) fn coded(&self, names: &[&str]) -> Option<Coded> {
        let value = self.value(names)?;
        let (text, span) = (self.text.as_str(), value.span());
        let plain = match value {
            Value::Word(word) => word.value(text).into_owned(),
            _ => span.of(text).to_owned(),
        };
        let columns = u32::try_from(span.of(text).chars().count()).unwrap_or(u32::MAX);
        Some(Coded { text: plain, at: self.text.position(span.start as usize), columns })
    }

    /// The first positional operand.
    pub(super) fn positional(&self) -> Option<&str> {
        let first = self.operands.first().filter(|first| first.keyword.is_none())?;
        Some(first.value.span().of(self.text.as_str()))
    }

    /// The subparameter at `index` of the keyword's value.
    fn item(&self, names: &[&str], index: usize) -> Option<&str> {
        let (_, value) = self.value(names)?.items().get(index)?;
        Some(value.span().of(self.text.as_str()))
    }

    /// The value of a DCB subparameter, stand-alone or inside DCB.
    fn attribute(&self, name: &str) -> Option<&str> {
        let text = self.text.as_str();
        if let Some(value) = self.value(&[name]) {
            return Some(value.span().of(text));
        }
        let mut inside = self.value(&["DCB"])?.items().iter();
        let found = inside.find(|(keyword, _)| keyword.is_some_and(|keyword| keyword.of(text) == name));
        found.map(|(_, value)| value.span().of(text))
    }
}

/// A DD statement.
pub(super) struct Dd<'v> {
    /// Its name; that of the DD before it if it is a concatenation.
    pub(super) name: Cow<'v, str>,
    pub(super) field: Field<'v>,
    /// It changes a DD of a procedure, which may say what it does not.
    pub(super) overrides: bool,
    /// It stands in a library: its columns are not those of a card of the deck.
    pub(super) in_library: bool,
    /// Index of its first card.
    pub(super) card: usize,
    /// The cards of its in-stream data.
    pub(super) data: Option<Range<usize>>,
}

impl Dd<'_> {
    /// The data set that it names, if that is a name and no reference.
    pub(super) fn data_set(&self) -> Option<(DataSetName, Option<MemberName>)> {
        let text = self.field.text.as_str();
        let Some(Value::Word(word)) = self.field.value(&["DSN", "DSNAME"]) else { return None };
        let (stem, suffix) = match word.suffix {
            Some(suffix) => (word.stem(text).to_owned(), Some(suffix.of(text))),
            None => (word.value(text).into_owned(), None),
        };
        let member = match suffix {
            Some(member) => Some(MemberName::new(member).ok()?),
            None => None,
        };
        if stem == "NULLFILE" && member.is_none() {
            return None;
        }
        Some((DataSetName::new(&stem).ok().filter(|name| name.as_str() == stem)?, member))
    }

    /// True if the DD makes a new data set.
    pub(super) fn is_new(&self) -> bool {
        match self.field.item(&["DISP"], 0) {
            None => !self.overrides,
            status => matches!(status, Some("" | "NEW")),
        }
    }

    /// True if the data set may be made here because it is not there: DISP=MOD.
    pub(super) fn may_be_new(&self) -> bool {
        self.is_new() || self.field.item(&["DISP"], 0) == Some("MOD")
    }

    /// True if the data set goes away at the end of the step.
    pub(super) fn deletes(&self) -> bool {
        self.field.item(&["DISP"], 1) == Some("DELETE")
    }

    /// The attributes that it codes.
    fn dcb(&self) -> Dcb {
        let number = |name: &str| self.field.attribute(name).and_then(|value| value.parse().ok());
        let recfm = self.field.attribute("RECFM").and_then(|value| value.parse::<Recfm>().ok());
        Dcb { recfm, lrecl: number("LRECL"), blksize: number("BLKSIZE"), dsorg: None }
    }
}

/// A step: an EXEC statement and its DDs.
pub(super) struct Step<'v> {
    /// The name of the EXEC statement.
    pub(super) name: Cow<'v, str>,
    /// The EXEC statement; that of the call for a step of a procedure that a library has.
    pub(super) field: Field<'v>,
    /// Index of the first card.
    pub(super) card: usize,
    /// PGM; none for a procedure.
    pub(super) program: Option<Coded>,
    pub(super) parm: Option<Coded>,
    pub(super) dds: Vec<Dd<'v>>,
}

impl<'v> Step<'v> {
    /// True if the step runs this program.
    pub(super) fn runs(&self, programs: &[&str]) -> bool {
        self.program.as_ref().is_some_and(|program| programs.contains(&program.text.as_str()))
    }

    /// The DDs of that name: more than one is a concatenation.
    pub(super) fn dds<'s>(&'s self, names: &'s [&'s str]) -> impl Iterator<Item = &'s Dd<'v>> {
        self.dds.iter().filter(|dd| names.contains(&&*dd.name))
    }
}

/// What a job does to a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// TRSMAIN packs into it.
    Tersed,
    /// CSDFILEN encrypts into it.
    Encrypted,
    /// Any other step makes it.
    Plain,
}

impl Made {
    /// The suffix that the naming convention asks for.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Tersed => names::TERSED,
            Self::Encrypted => "EFZ",
            Self::Plain => "",
        }
    }
}

/// A job, or what stands before the first one.
pub(super) struct Job<'v> {
    /// Its cards.
    pub(super) cards: Range<usize>,
    pub(super) steps: Vec<Step<'v>>,
    /// Where data sets are named: step and DD.
    named: HashMap<DataSetName, Vec<(usize, usize)>>,
}

impl<'v> Job<'v> {
    pub(super) fn new(cards: Range<usize>) -> Self {
        Self { cards, steps: Vec::new(), named: HashMap::new() }
    }

    /// Notes where data sets are named.
    pub(super) fn index(&mut self) {
        for (step, found) in self.steps.iter().enumerate() {
            for (dd, found) in found.dds.iter().enumerate() {
                if let Some((name, _)) = found.data_set() {
                    self.named.entry(name).or_default().push((step, dd));
                }
            }
        }
    }

    /// The DDs of steps before `before` that name the data set, the last one first.
    fn uses(&self, name: &DataSetName, before: usize) -> impl Iterator<Item = (&Step<'v>, &Dd<'v>)> {
        let all = self.named.get(name).map_or(&[][..], Vec::as_slice);
        let earlier = all.get(..all.partition_point(|(step, _)| *step < before)).unwrap_or(&[]);
        earlier.iter().rev().filter_map(|(step, dd)| {
            let step = self.steps.get(*step)?;
            Some((step, step.dds.get(*dd)?))
        })
    }

    /// What the last step before `before` that writes the data set makes of it.
    pub(super) fn made(&self, name: &DataSetName, before: usize) -> Option<Made> {
        let mut writers = self.uses(name, before).filter(|(step, dd)| dd.may_be_new() || is_output(step, dd));
        writers.next().map(|(step, dd)| kind(step, dd))
    }

    /// The data set that the step which made `name` read: INFILE of TRSMAIN, SYSUT1 of CSDFILEN.
    pub(super) fn source_of(&self, name: &DataSetName, before: usize) -> Option<DataSetName> {
        let (maker, _) = self.uses(name, before).find(|(step, dd)| is_output(step, dd))?;
        maker.dds(&["INFILE", "SYSUT1"]).find_map(Dd::data_set).map(|(name, _)| name)
    }

    /// True if a step before `before` reads the data set to pack it.
    pub(super) fn is_packed_elsewhere(&self, name: &DataSetName, before: usize) -> bool {
        let is_input = |step: &Step<'_>, dd: &Dd<'_>| packs(step) && matches!(&*dd.name, "INFILE" | "SYSUT1");
        self.uses(name, before).any(|(step, dd)| is_input(step, dd))
    }

    /// True if a step before `before` names the data set in a DD.
    pub(super) fn uses_before(&self, name: &DataSetName, before: usize) -> bool {
        self.uses(name, before).next().is_some()
    }

    /// The attributes that DDs of steps before `before` code for the data set.
    fn coded(&self, name: &DataSetName, before: usize) -> Dcb {
        self.uses(name, before).map(|(_, dd)| dd.dcb()).fold(Dcb::default(), Dcb::or)
    }
}

fn kind(step: &Step<'_>, dd: &Dd<'_>) -> Made {
    if !is_output(step, dd) {
        Made::Plain
    } else if step.runs(&[ENCRYPTER]) {
        Made::Encrypted
    } else {
        Made::Tersed
    }
}

/// True for the output of a step that packs or encrypts.
fn is_output(step: &Step<'_>, dd: &Dd<'_>) -> bool {
    if !matches!(&*dd.name, "OUTFILE" | "SYSUT2") {
        return false;
    }
    packs(step) || step.runs(&[ENCRYPTER])
}

fn packs(step: &Step<'_>) -> bool {
    let is_asked = step.parm.as_ref().is_some_and(|parm| matches!(parm.text.trim(), "PACK" | "SPACK"));
    is_asked && step.runs(PACKERS)
}

/// A deck, read.
pub(super) struct View<'v> {
    pub(super) source: &'v Source<'v>,
    pub(super) user: &'v str,
    catalog: &'v dyn Catalog,
    pub(super) jobs: Vec<Job<'v>>,
    /// The steps that run the FTP client.
    pub(super) ftp: Vec<FtpStep>,
    secrets: Secrets,
}

impl<'v> View<'v> {
    pub(super) fn new(
        source: &'v Source<'v>,
        user: &'v str,
        catalog: &'v dyn Catalog,
        libraries: &dyn ProcedureLibraries,
    ) -> Self {
        let (jobs, ftp, secrets) = (calls::jobs(source, user, libraries), Vec::new(), Secrets::default());
        let mut view = Self { source, user, catalog, jobs, ftp, secrets };
        view.ftp = FtpStep::all(&view);
        view.secrets = Secrets::new(source, &credentials::secrets(&view));
        view
    }

    /// The card at index `at` as a terminal may show it.
    pub(super) fn shown(&self, at: usize) -> String {
        self.secrets.shown(self.source, at)
    }

    /// True if the card at index `at` has a secret on it.
    pub(super) fn is_secret(&self, at: usize) -> bool {
        self.secrets.touch(self.source, at)
    }

    pub(super) fn statements(&self) -> &'v [Statement<'v>] {
        &self.source.deck.statements
    }

    /// The JCL statements with the index of the first card.
    pub(super) fn jcl(&self) -> impl Iterator<Item = (usize, &'v Statement<'v>, &'v Jcl<'v>)> {
        self.statements().iter().filter_map(|statement| match &statement.kind {
            Kind::Jcl(jcl) => Some((statement.cards.start, statement, &**jcl)),
            _ => None,
        })
    }

    /// All steps of all jobs, each with its job and its number in it.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&Job<'v>, usize, &Step<'v>)> {
        self.jobs.iter().flat_map(|job| job.steps.iter().enumerate().map(move |(at, step)| (job, at, step)))
    }

    /// What is known of a data set.
    pub(super) fn find(&self, name: &DataSetName, member: Option<&MemberName>) -> Known {
        self.catalog.find(name, member)
    }

    /// The attributes of a data set: as an earlier DD of the job codes them, or as the catalog has them.
    pub(super) fn attributes(&self, job: &Job<'_>, name: &DataSetName, before: usize) -> Dcb {
        let cataloged = match self.find(name, None) {
            Known::Present(dcb) => dcb,
            _ => Dcb::default(),
        };
        job.coded(name, before).or(cataloged)
    }

    /// The lines of a DD's in-stream data, or of the data set that it names.
    pub(super) fn lines_of(&self, dd: &Dd<'_>) -> Option<Vec<String>> {
        if let Some(data) = &dd.data {
            return Some(data.clone().map(|at| self.source.card(at).image().to_owned()).collect());
        }
        let (name, member) = dd.data_set()?;
        self.text(&name, member.as_ref())
    }

    /// The lines of a data set or member, if they can be had without touching the system.
    pub(super) fn text(&self, name: &DataSetName, member: Option<&MemberName>) -> Option<Vec<String>> {
        Some(self.catalog.text(name, member)?.lines().map(str::to_owned).collect())
    }

    /// The job that the card at index `at` belongs to.
    pub(super) fn job_of(&self, at: usize) -> Option<usize> {
        self.jobs.partition_point(|job| job.cards.start <= at).checked_sub(1)
    }

    /// The first card of the statement that the card at index `at` belongs to; for data that of its DD.
    pub(super) fn first_card_of(&self, at: usize) -> usize {
        let statements = self.statements();
        let mut number = statements.partition_point(|statement| statement.cards.start <= at).saturating_sub(1);
        let is_data = |number: usize| {
            statements
                .get(number)
                .is_some_and(|statement| matches!(&statement.kind, Kind::Data(data) if !data.generated && number > 0))
        };
        if is_data(number) {
            number -= 1;
        }
        statements.get(number).map_or(at, |statement| statement.cards.start)
    }

    /// The last column of the word that begins in `column`.
    pub(super) fn word_end(&self, at: usize, column: usize) -> usize {
        if column > MAX_COLUMN {
            return column;
        }
        let rest = self.source.card(at).columns(column, MAX_COLUMN);
        let length = rest.find([' ', ',']).map_or_else(|| rest.chars().count(), |end| rest[..end].chars().count());
        (column + length).saturating_sub(1).max(column)
    }

    /// Statement numbers by first card, as the listings of the jobs have them: each card is looked for in the
    /// listing, in order.
    pub(super) fn statement_numbers(&self, jobs: &[ConvertedJob]) -> HashMap<usize, u32> {
        let mut numbers = HashMap::new();
        for (job, converted) in self.jobs.iter().zip(jobs) {
            let mut lines: HashMap<&str, Vec<(usize, u32)>> = HashMap::new();
            for (at, line) in converted.listing.iter().enumerate() {
                if let Some(number) = line.number {
                    lines.entry(line.text.as_str()).or_default().push((at, number));
                }
            }
            let mut next = 0;
            let statements = self.statements();
            let at = |card: usize| statements.partition_point(|statement| statement.cards.start < card);
            let inside = statements.get(at(job.cards.start)..at(job.cards.end)).unwrap_or(&[]);
            let inside = inside.iter().filter_map(|statement| match &statement.kind {
                Kind::Jcl(jcl) => Some((statement.cards.start, jcl)),
                _ => None,
            });
            for (first, jcl) in inside {
                // The JOB card is the first, and may be masked.
                let image = self.source.card(first).image();
                let found = if jcl.verb == Verb::Job {
                    converted.listing.iter().position(|line| line.number.is_some()).map(|at| (at, 1))
                } else {
                    lines.get(image).and_then(|all| all.get(all.partition_point(|(at, _)| *at < next)).copied())
                };
                if let Some((at, number)) = found {
                    next = at + 1;
                    numbers.insert(first, number);
                }
            }
        }
        numbers
    }
}

/// A word of a control card, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) place: Place,
}

/// The words of columns `first` to `last` of a card.
pub(super) fn words(card: Card<'_>, at: usize, first: usize, last: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (column, character) in (first..).zip(card.columns(first, last).chars()) {
        if character.is_whitespace() {
            open = false;
        } else if let Some(word) = words.last_mut().filter(|_| open) {
            word.text.push(character);
            word.place.last += 1;
        } else {
            words.push(Word { text: character.to_string(), place: Source::place(at, column, column) });
            open = true;
        }
    }
    words
}
