//! One job, statement by statement: what belongs to which step, and in which order everything is listed.
//!
//! Border: order and belonging. Operands are read by the files of their statements, procedures are brought in by
//! `call`.

use crate::jcl::ast::Jcl;
use crate::jcl::card::{Position, is_blank};
use crate::jcl::{Card, Deck, Kind, Statement, Verb};
use crate::job::model::{Dd, Job, JobCode, Step, Typrun};
use crate::message::Message;
use crate::message::converter::IEFC607I;
use crate::message::own::{ZJB007E, ZJB008E, ZJB027E, ZJB028E, ZJB031I, ZJB038I};

use super::branch::Branches;
use super::call::{Call, Procedures};
use super::control;
use super::job_card::JobCard;
use super::listing::{Listing, Marks, job_images};
use super::members::Members;
use super::merge::Given;
use super::overrides::{Group, Overrides};
use super::reading::Findings;
use super::references::Referents;
use super::stream::Encoder;
use super::symbols::{Symbols, Visible};
use super::{ConvertSettings, ConvertedJob, INVALID_NAME};

/// Most statements that a job may grow to. Our choice: procedures that call each other grow fast.
const MAX_STATEMENTS: usize = 250_000;

/// Where statements come from.
#[derive(Clone, Copy)]
pub(super) struct Place<'d> {
    /// Their deck: the one that was submitted, or a member.
    pub(super) deck: &'d Deck<'d>,
    /// How they are listed.
    pub(super) marks: Marks,
    /// The place in the submitted deck to be told for them; none if they stand in it themselves.
    pub(super) anchor: Option<Position>,
}

/// A statement and where it comes from.
#[derive(Clone, Copy)]
pub(super) struct Item<'d> {
    /// The statement.
    pub(super) statement: &'d Statement<'d>,
    /// Where it comes from.
    pub(super) place: Place<'d>,
}

impl<'d> Item<'d> {
    /// Its cards.
    pub(super) fn cards(&self) -> &'d [Card<'d>] {
        self.place.deck.cards.get(self.statement.cards.clone()).unwrap_or(&[])
    }

    /// The number of its first card.
    pub(super) fn first_card(&self) -> u32 {
        number(self.statement.cards.start)
    }

    /// Column 1 of its first card.
    pub(super) fn start(&self) -> Position {
        Position { card: self.first_card(), column: 1 }
    }
}

/// Converts one job: its JOB statement and what follows up to the next one.
pub(super) fn convert_job<'d>(
    deck: &'d Deck<'d>,
    statements: &'d [Statement<'d>],
    settings: &'d ConvertSettings<'d>,
    members: Members<'d>,
) -> ConvertedJob {
    let mut converter = Converter::new(settings, members);
    converter.frames.push(Frame::default());
    converter.walk(statements, Place { deck, marks: Marks::Submitted, anchor: None });
    converter.end_frame();
    converter.finish(deck, statements)
}

/// The job, or a procedure that is being expanded.
#[derive(Default)]
pub(super) struct Frame<'d> {
    /// Name of the EXEC statement that calls the procedure; none for the job.
    pub(super) caller: Option<String>,
    /// What the caller changes.
    pub(super) overrides: Overrides<'d>,
    /// Keywords that the caller gives to steps, and whether a step took them.
    pub(super) given: Vec<(Given, bool)>,
    /// True after the first EXEC statement.
    pub(super) has_step: bool,
    /// Overrides of the DD that came last: the next of them is for its next concatenation.
    pub(super) open: Option<Group<'d>>,
    /// A procedure that is called as soon as no DD statement follows any more.
    pub(super) pending: Option<Call<'d>>,
    /// How many IF statements were open when the procedure began.
    pub(super) branches: usize,
}

/// The converter at one statement of a job.
pub(super) struct Converter<'d> {
    pub(super) settings: &'d ConvertSettings<'d>,
    pub(super) members: Members<'d>,
    pub(super) encoder: Encoder,
    pub(super) listing: Listing,
    pub(super) findings: Findings,
    /// What the converter tells in JESYSMSG of a job that is right: statement number and message.
    pub(super) notes: Vec<(u32, Message)>,
    pub(super) name: String,
    pub(super) card: JobCard,
    pub(super) symbols: Symbols<'d>,
    pub(super) procedures: Procedures<'d>,
    /// JCLLIB.
    pub(super) libraries: Vec<String>,
    pub(super) branches: Branches,
    pub(super) frames: Vec<Frame<'d>>,
    /// INCLUDE groups in one another.
    pub(super) includes: usize,
    /// How often procedures or INCLUDE groups were nested too deep.
    pub(super) too_deep: usize,
    pub(super) steps: Vec<Step>,
    pub(super) joblib: Option<Dd>,
    pub(super) referents: Referents,
    /// DD statements of the last step; a nameless one after the first is a concatenation.
    pub(super) dds_of_step: usize,
    /// JOBLIB or the like was seen, so that a nameless DD before the first step is a concatenation.
    pub(super) job_has_dd: bool,
    /// Something that the job asks for was not found: what it brings is not known, so that nothing can be missing.
    pub(super) is_partial: bool,
    /// The last DD statement takes the in-stream data that follows, with these symbols replaced.
    pub(super) takes_data: Option<Visible>,
    /// The null statement after which nothing counts.
    ended_at: Option<u32>,
    ignored_hinted: bool,
    /// Between CNTL and ENDCNTL.
    pub(super) in_cntl: bool,
    /// `/*XMIT` or XMIT: records of the job go to another node.
    pub(super) is_sent: bool,
    /// The `/*XMIT` after whose records nothing counts.
    sent_at: Option<u32>,
    statements: usize,
}

impl<'d> Converter<'d> {
    fn new(settings: &'d ConvertSettings<'d>, members: Members<'d>) -> Self {
        Self {
            settings,
            members,
            encoder: Encoder::new(settings.code_page),
            listing: Listing::default(),
            findings: Findings::default(),
            notes: Vec::new(),
            name: INVALID_NAME.to_owned(),
            card: JobCard::empty(settings),
            symbols: Symbols::new(settings.user, settings.symbols),
            procedures: Procedures::new(),
            libraries: Vec::new(),
            branches: Branches::default(),
            frames: Vec::new(),
            includes: 0,
            too_deep: 0,
            steps: Vec::new(),
            joblib: None,
            referents: Referents::default(),
            dds_of_step: 0,
            job_has_dd: false,
            is_partial: false,
            takes_data: None,
            ended_at: None,
            ignored_hinted: false,
            in_cntl: false,
            is_sent: false,
            sent_at: None,
            statements: 0,
        }
    }

    /// The innermost procedure, or the job.
    pub(super) fn frame(&mut self) -> &mut Frame<'d> {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        // A frame was pushed if there was none.
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Goes through statements of one place, in order.
    pub(super) fn walk(&mut self, statements: &'d [Statement<'d>], place: Place<'d>) {
        let mut at = 0;
        while let Some(statement) = statements.get(at) {
            at += 1;
            self.findings.anchor = place.anchor;
            self.statements += 1;
            if self.statements > MAX_STATEMENTS {
                return self.too_many(statement, place);
            }
            match &statement.kind {
                Kind::Jcl(jcl) if jcl.verb == Verb::Proc && self.may_define(jcl) => {
                    at = self.define(statements, at - 1, place);
                }
                _ => self.item(Item { statement, place }),
            }
        }
    }

    fn too_many(&mut self, statement: &'d Statement<'d>, place: Place<'d>) {
        if self.statements == MAX_STATEMENTS + 1 {
            let number = self.listing.number();
            let at = Item { statement, place }.start();
            self.findings.stop(number, at, ZJB007E.with(&[&MAX_STATEMENTS]));
        }
    }

    /// A PROC statement of the job itself begins a definition.
    fn may_define(&self, jcl: &Jcl<'_>) -> bool {
        self.frames.len() == 1 && self.includes == 0 && self.ended_at.is_none() && !jcl.name.is_empty()
    }

    fn item(&mut self, item: Item<'d>) {
        match (&item.statement.kind, self.ended_at.or(self.sent_at)) {
            (Kind::EndMark | Kind::Delimiter, _) | (Kind::Comment, Some(_)) => {}
            (Kind::Control(verb), _) => self.control(verb, item),
            (Kind::Data(data), Some(_)) if !data.generated && self.sent_at.is_some() => {}
            (_, Some(end)) => self.ignored(item, end),
            (Kind::Comment, _) => self.comment(item),
            (Kind::Null, _) => self.null(item),
            (Kind::Data(data), _) => self.data(*data, item),
            (Kind::Jcl(jcl), _) => self.jcl(jcl, item),
        }
    }

    fn finish(mut self, deck: &Deck<'_>, statements: &[Statement<'_>]) -> ConvertedJob {
        self.findings.anchor = None;
        let mut copy = Vec::new();
        if self.card.typrun == Typrun::Copy {
            // JES2 copies the cards without looking at them.
            copy = images(deck, statements);
            self.findings.diagnostics.clear();
        } else if self.is_sent && self.steps.is_empty() {
            self.card.typrun = Typrun::Sent;
        } else if self.steps.is_empty() && !self.is_partial {
            self.findings.stop(1, Position { card: first_card(statements), column: 1 }, IEFC607I.plain());
        }
        self.check_job_code(statements);
        self.findings.diagnostics.sort_by_key(|diagnostic| diagnostic.statement);
        self.notes.append(&mut self.findings.warnings);
        self.notes.sort_by_key(|(statement, _)| *statement);
        let job = self.findings.diagnostics.is_empty().then(|| Job {
            name: self.name.clone(),
            programmer: self.card.programmer.clone(),
            class: self.card.class.clone(),
            message_class: self.card.message_class.clone(),
            cond: self.card.cond,
            message_level: self.card.message_level,
            typrun: self.card.typrun,
            restart: self.card.restart,
            job_code: self.card.job_code,
            gdg_bias: self.card.gdg_bias,
            time: self.card.time,
            joblib: self.joblib,
            steps: self.steps,
        });
        let read = statements.iter().filter(|statement| !matches!(statement.kind, Kind::EndMark));
        ConvertedJob {
            name: self.name,
            programmer: self.card.programmer,
            class: self.card.class,
            message_class: self.card.message_class,
            listing: self.listing.finish(),
            cards_read: count(read.map(|statement| statement.cards.len()).sum()),
            notes: self.notes,
            diagnostics: self.findings.diagnostics,
            hints: self.findings.hints,
            copy,
            job,
        }
    }

    /// JOBRC=(STEP,name): "If this step does not exist, a JCL error is generated" (JCL reference).
    fn check_job_code(&mut self, statements: &[Statement<'_>]) {
        let JobCode::Step(name) = &self.card.job_code else { return };
        let is_there = self.steps.iter().any(|step| step.is_called(name, None));
        if !is_there && !self.is_partial && self.card.typrun != Typrun::Copy {
            let shown =
                name.procstep.as_ref().map_or(name.step.clone(), |procstep| format!("{}.{procstep}", name.step));
            let at = Position { card: first_card(statements), column: 1 };
            self.findings.stop(1, at, ZJB028E.with(&[&shown]));
        }
    }

    fn control(&mut self, verb: &str, item: Item<'d>) {
        if self.frames.len() > 1 {
            // "JES2 ignores JES2 control statements in a procedure" (JCL reference).
            return;
        }
        let statement = self.listing.statement(item.cards(), item.place.marks);
        if item.place.marks == Marks::Library {
            let what = format!("/*{verb}");
            return self.findings.stop(statement, item.start(), ZJB008E.with(&[&what]));
        }
        if let Some(card) = item.cards().first() {
            control::check(verb, card, item.first_card(), statement, &mut self.findings);
        }
        if verb == "XMIT" {
            self.is_sent = true;
            self.sent_at.get_or_insert(item.first_card());
        }
    }

    /// A card after the null statement, or after the records of `/*XMIT`. z/OS reads on with the next JOB statement.
    fn ignored(&mut self, item: Item<'d>, end: u32) {
        let says_something = item.cards().iter().any(|card| !is_blank(card.text()));
        if says_something && !std::mem::replace(&mut self.ignored_hinted, true) {
            let first = item.first_card();
            let row = if self.ended_at.is_some() { &ZJB031I } else { &ZJB038I };
            self.findings.hint(None, item.start(), row.with(&[&first, &end]));
        }
    }

    fn null(&mut self, item: Item<'d>) {
        self.expand_pending();
        self.finish_step();
        self.findings.anchor = item.place.anchor;
        self.listing.statement(item.cards(), item.place.marks);
        if item.place.anchor.is_none() {
            self.ended_at = Some(item.first_card());
        }
    }

    /// A comment goes with the override before it: it is listed when that is.
    fn comment(&mut self, item: Item<'d>) {
        let waiting = self.frame().pending.as_mut().and_then(|call| call.overrides.last());
        match waiting {
            Some(part) => part.comments.push(item),
            None => self.listing.unnumbered(item.cards(), item.place.marks),
        }
    }

    /// The end of the job or of a procedure: what is still open is closed.
    pub(super) fn end_frame(&mut self) {
        self.expand_pending();
        self.finish_step();
        let floor = self.frame().branches;
        if let Some(statement) = self.branches.close_down_to(floor) {
            let at = self.findings.anchor.unwrap_or(Position { card: 1, column: 1 });
            self.findings.stop(statement, at, ZJB027E.plain());
        }
    }
}

/// The cards of a job as they were submitted, but for passwords of its JOB statement.
fn images(deck: &Deck<'_>, statements: &[Statement<'_>]) -> Vec<String> {
    let of = |statement: &Statement<'_>| -> Vec<String> {
        let cards = deck.cards_of(statement);
        match &statement.kind {
            Kind::Jcl(jcl) if jcl.verb == Verb::Job => job_images(cards, number(statement.cards.start), &jcl.text),
            Kind::EndMark => Vec::new(),
            _ => cards.iter().map(|card| card.image().to_owned()).collect(),
        }
    };
    statements.iter().flat_map(of).collect()
}

fn first_card(statements: &[Statement<'_>]) -> u32 {
    statements.first().map_or(1, |statement| number(statement.cards.start))
}

/// The number of the card at index `index`.
fn number(index: usize) -> u32 {
    count(index).saturating_add(1)
}

/// A count of cards.
pub(super) fn count(cards: usize) -> u32 {
    u32::try_from(cards).unwrap_or(u32::MAX)
}
