//! One job, statement by statement: what belongs to which step, and in which order everything is listed.
//!
//! Border: order and belonging. Operands are read by the files of their statements, procedures are brought in by
//! `call`.

use crate::dataset::name::is_simple_name;
use crate::jcl::ast::{Data, Jcl};
use crate::jcl::card::{Position, is_blank};
use crate::jcl::{Card, Deck, Kind, Statement, Verb};
use crate::job::model::{Dd, DdPart, Job, Source, Step};
use crate::message::Message;
use crate::message::converter::{
    IEFC605I, IEFC606I, IEFC607I, IEFC617I, IEFC635I, IEFC649I, IEFC658I, IEFC662I, IEFC668I,
};
use crate::message::own::{
    ZJB007E, ZJB008E, ZJB023E, ZJB027E, ZJB031I, ZJB032I, ZJB040I, ZJB041I, ZJB042I, ZJB047I, ZJB048I, ZJB049I,
    ZJB052I, ZJB054I,
};

use super::branch::Branches;
use super::call::{Call, Procedures};
use super::control;
use super::field::{Field, verb_name};
use super::job_card::JobCard;
use super::listing::{Listing, Marks};
use super::members::Members;
use super::merge::{self, Given, Side};
use super::overrides::{Group, Overrides, Part};
use super::reading::{Findings, Reading};
use super::references::Referents;
use super::stream::Encoder;
use super::symbols::{Symbols, Visible};
use super::{ConvertSettings, ConvertedJob, INVALID_NAME, MAX_DDS, MAX_STEPS};

/// Most statements that a job may grow to. Our choice: procedures that call each other grow fast.
const MAX_STATEMENTS: usize = 250_000;
/// ddnames that mean something to the system and are not emulated.
const SPECIAL_DDNAMES: &[&str] = &["JOBCAT", "STEPCAT", "SYSCHK"];
/// ddnames of DDs that stand before the first EXEC statement.
const JOB_LEVEL_DDNAMES: &[&str] = &["JOBLIB", "JOBCAT", "SYSCHK"];
/// Operator commands that may stand in a job (MVS System Commands), with their short forms.
const COMMANDS: &[&str] = &[
    "ACTIVATE", "ASSIGN", "C", "CANCEL", "CF", "CHNGDUMP", "CD", "CMDS", "CONFIG", "CONTROL", "D", "DEVSERV",
    "DISPLAY", "DS", "DUMP", "DUMPDS", "DD", "E", "F", "FORCE", "G", "H", "HALT", "HOLD", "I", "IOACTION", "K", "L",
    "LIBRARY", "LI", "LOG", "LOGOFF", "LOGON", "M", "MN", "MODIFY", "MONITOR", "MOUNT", "P", "PA", "PAGEADD",
    "PAGEDEL", "PD", "PM", "QUIESCE", "R", "RELEASE", "REPLY", "RESET", "ROUTE", "RO", "S", "SD", "SEND", "SE",
    "SETALLOC", "SETAUTOR", "SETCEE", "SETCON", "SETDMN", "SETETR", "SETGRS", "SETIOS", "SETLOAD", "SETLOGR",
    "SETLOGRC", "SETOMVS", "SETPROG", "SETRRS", "SETSMF", "SETSMS", "SETSSI", "SETUNI", "SETXCF", "SLIP", "SL",
    "START", "STOP", "STOPMN", "PM", "SWAP", "SWITCH", "T", "TRACE", "TRACK", "TR", "U", "UNLOAD", "V", "VARY", "W",
    "WRITELOG", "Z",
];

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
    converter.finish(statements)
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
    encoder: Encoder,
    pub(super) listing: Listing,
    pub(super) findings: Findings,
    /// What the converter tells in JESYSMSG of a job that is right: statement number and message.
    pub(super) notes: Vec<(u32, Message)>,
    name: String,
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
    joblib: Option<Dd>,
    pub(super) referents: Referents,
    /// DD statements of the last step; a nameless one after the first is a concatenation.
    dds_of_step: usize,
    /// JOBLIB or the like was seen, so that a nameless DD before the first step is a concatenation.
    job_has_dd: bool,
    /// Something that the job asks for was not found: what it brings is not known, so that nothing can be missing.
    pub(super) is_partial: bool,
    /// The last DD statement takes the in-stream data that follows, with these symbols replaced.
    takes_data: Option<Visible>,
    /// The null statement after which nothing counts.
    ended_at: Option<u32>,
    ignored_hinted: bool,
    /// Between CNTL and ENDCNTL.
    pub(super) in_cntl: bool,
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
        match (&item.statement.kind, self.ended_at) {
            (Kind::EndMark | Kind::Delimiter, _) | (Kind::Comment, Some(_)) => {}
            (Kind::Control(verb), _) => self.control(verb, item),
            (_, Some(null)) => self.ignored(item, null),
            (Kind::Comment, _) => self.comment(item),
            (Kind::Null, _) => self.null(item),
            (Kind::Data(data), _) => self.data(*data, item),
            (Kind::Jcl(jcl), _) => self.jcl(jcl, item),
        }
    }

    fn finish(mut self, statements: &[Statement<'_>]) -> ConvertedJob {
        self.findings.anchor = None;
        if self.steps.is_empty() && !self.is_partial {
            self.findings.stop(1, Position { card: first_card(statements), column: 1 }, IEFC607I.plain());
        }
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
            job,
        }
    }

    fn control(&mut self, verb: &str, item: Item<'d>) {
        let statement = self.listing.statement(item.cards(), item.place.marks);
        if item.place.marks == Marks::Library {
            let what = format!("/*{verb}");
            return self.findings.stop(statement, item.start(), ZJB008E.with(&[&what]));
        }
        if let Some(card) = item.cards().first() {
            control::check(verb, card, item.first_card(), statement, &mut self.findings);
        }
    }

    /// A card after the null statement. z/OS reads on with the next JOB statement.
    fn ignored(&mut self, item: Item<'d>, null: u32) {
        let says_something = item.cards().iter().any(|card| !is_blank(card.text()));
        if says_something && !std::mem::replace(&mut self.ignored_hinted, true) {
            let first = item.first_card();
            self.findings.hint(None, item.start(), ZJB031I.with(&[&first, &null]));
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

    fn data(&mut self, data: Data, item: Item<'d>) {
        if self.frame().pending.is_some() {
            return self.keep_data(data, item);
        }
        if data.generated {
            self.generated_sysin(data.records, item);
        }
        let Some(visible) = self.takes_data.take() else { return };
        let statement = self.listing.number();
        self.fill(data, item, statement, visible);
    }

    /// Puts in-stream data into the DD that came last.
    fn fill(&mut self, data: Data, item: Item<'d>, statement: u32, visible: Visible) {
        let cards = item.cards().get(..data.records).unwrap_or(item.cards());
        let symbols = (&self.symbols, visible);
        let records = self.encoder.records(cards, item.first_card(), statement, symbols, &mut self.findings);
        let last = self.steps.last_mut().and_then(|step| step.dds.last_mut()).and_then(|dd| dd.parts.last_mut());
        if let Some(part) = last {
            part.source = Source::InStream(records);
        }
    }

    fn generated_sysin(&mut self, cards: usize, item: Item<'d>) {
        let statement = self.listing.generated_sysin();
        if self.steps.is_empty() && !self.is_partial {
            self.findings.explained(statement, item.start(), IEFC606I.plain(), Some(ZJB048I.plain()));
            return;
        }
        self.hint_generated(statement, cards, item);
        self.close_group();
        self.push_dd("SYSIN", statement, Some(Source::InStream(Vec::new())));
        self.takes_data = Some(Visible::Nothing);
    }

    fn hint_generated(&mut self, statement: u32, cards: usize, item: Item<'d>) {
        let first = item.first_card();
        let last = first.saturating_add(count(cards)).saturating_sub(1);
        self.findings.hint(Some(statement), item.start(), ZJB032I.with(&[&first, &last]));
    }

    fn jcl(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>) {
        if self.in_cntl && jcl.verb != Verb::Endcntl {
            return self.listing.unnumbered(item.cards(), item.place.marks);
        }
        self.takes_data = None;
        if matches!(jcl.verb, Verb::Exec | Verb::If | Verb::Else | Verb::Endif | Verb::Proc | Verb::Pend) {
            self.expand_pending();
            self.finish_step();
            self.findings.anchor = item.place.anchor;
        }
        if jcl.verb == Verb::Dd {
            return self.dd(jcl, item);
        }
        let statement = match jcl.verb {
            Verb::Job => self.listing.job(item.cards(), item.first_card(), &jcl.text),
            Verb::Unknown => self.listing.unknown(item.cards(), item.place.marks),
            // The end of a procedure is not listed where it is expanded.
            Verb::Pend if self.frames.len() > 1 => return,
            _ => self.listing.statement(item.cards(), item.place.marks),
        };
        self.check_name(jcl, item, statement);
        match jcl.verb {
            Verb::Job => self.job(jcl, item, statement),
            Verb::Exec => self.exec(jcl, item, statement),
            Verb::Unknown => self.unknown(jcl, item, statement),
            Verb::Pend => self.findings.stop(statement, jcl.operation_at, IEFC668I.plain()),
            Verb::Proc => self.findings.stop(statement, jcl.operation_at, IEFC658I.plain()),
            Verb::If => self.condition(jcl, statement),
            Verb::Else | Verb::Endif => self.other_side(jcl, statement),
            Verb::Set => self.set(jcl, statement),
            Verb::Export => self.export(jcl, statement),
            Verb::Jcllib => self.jcllib(jcl, item, statement),
            Verb::Include => self.include(jcl, item, statement),
            _ => self.elsewhere(jcl, statement),
        }
    }

    pub(super) fn check_name(&mut self, jcl: &Jcl<'_>, item: Item<'d>, statement: u32) {
        let is_job = jcl.verb == Verb::Job;
        let is_good = match jcl.verb {
            Verb::Dd | Verb::Output => jcl.name.split('.').all(is_simple_name) && jcl.name.split('.').count() <= 2,
            _ => is_simple_name(jcl.name),
        };
        let at = Position { column: 3, ..item.start() };
        if jcl.name.is_empty() {
            if is_job {
                self.findings.stop(statement, at, IEFC635I.plain());
            }
        } else if !is_good {
            let is_tab = jcl.name.contains('\t');
            let explanation = if is_tab { ZJB047I.with(&[&item.first_card()]) } else { ZJB049I.plain() };
            self.findings.explained(statement, at, IEFC662I.plain(), Some(explanation));
        } else if is_job {
            jcl.name.clone_into(&mut self.name);
        }
    }

    fn job(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>, statement: u32) {
        if item.place.anchor.is_some() {
            return self.findings.stop(statement, jcl.operation_at, ZJB008E.with(&[&"JOB"]));
        }
        let field = self.field(jcl, statement);
        let mut reading = Reading {
            statement,
            verb: "JOB",
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        self.card = reading.job(field.operands(), self.settings);
    }

    /// Reads the operand field and lists what substitution made of it.
    pub(super) fn field(&mut self, jcl: &'d Jcl<'d>, statement: u32) -> Field<'d> {
        let field = Field::read(jcl, &self.symbols, statement, &mut self.findings);
        if field.substituted {
            self.listing.substitution(field.text.as_str());
        }
        field
    }

    fn exec(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>, statement: u32) {
        let is_first = !std::mem::replace(&mut self.frame().has_step, true);
        self.frame().overrides.begin_step(jcl.name, is_first);
        let coded = self.field(jcl, statement);
        let field = self.given_to(&coded, jcl.name, is_first, item.place.anchor);
        let Some(operands) = &field.operands else { return self.add_step(None, jcl.operation_at, statement) };
        if let Some(call) = self.call_of(jcl, item, statement, &field, operands) {
            self.frame().overrides.pass_over();
            self.frame().pending = Some(call);
            return;
        }
        let (settings, caller) = (self.settings, self.frame().caller.clone());
        let mut reading = Reading {
            statement,
            verb: "EXEC",
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        let mut step = reading.exec(jcl.name, operands, settings.code_page);
        step.caller = caller;
        step.branches = self.branches.of_step();
        self.check_step(&step, &field, statement);
        self.add_step(Some(step), jcl.operation_at, statement);
    }

    /// The operands of an EXEC statement of a procedure with what the caller gives to it.
    fn given_to(&mut self, field: &Field<'d>, step: &str, is_first: bool, anchor: Option<Position>) -> Field<'d> {
        let frame = self.frame();
        if frame.given.is_empty() || field.operands.is_none() {
            return field.clone();
        }
        let mut given = Vec::new();
        let mut removed = Vec::new();
        for (one, is_taken) in &mut frame.given {
            let is_for_first = one.keyword == "PARM" || one.keyword == "PARMDD";
            match &one.step {
                Some(name) if name != step => {}
                None if is_for_first && !is_first => removed.push(one.keyword.as_str()),
                _ => {
                    *is_taken = true;
                    given.push(&*one);
                }
            }
        }
        // PARM and PARMDD exclude each other: the one that is given takes the other away.
        let has = |keyword: &str| given.iter().any(|one| one.keyword == keyword && !one.value.is_empty());
        for (one, other) in [("PARM", "PARMDD"), ("PARMDD", "PARM")] {
            if has(one) && !has(other) {
                removed.push(other);
            }
        }
        removed.retain(|keyword| !given.iter().any(|one| one.keyword == *keyword));
        merge::exec(Side { field, anchor }, &given, &removed)
    }

    fn add_step(&mut self, step: Option<Step>, at: Position, statement: u32) {
        self.dds_of_step = 0;
        if self.steps.len() == MAX_STEPS {
            self.findings.stop(statement, at, ZJB023E.with(&[&MAX_STEPS]));
        }
        if self.steps.len() > MAX_STEPS {
            self.steps.pop();
        }
        // A step that cannot be read still holds the place of its DDs.
        self.steps.push(step.unwrap_or_else(|| Step { statement, ..Step::default() }));
    }

    /// A DD statement: it waits for the procedure that it changes, or belongs to the step.
    fn dd(&mut self, jcl: &'d Jcl<'d>, item: Item<'d>) {
        if self.frame().pending.is_some() {
            return self.keep_dd(jcl, item);
        }
        if !jcl.name.is_empty() {
            self.close_group();
            let frame = self.frame();
            frame.open = frame.overrides.take(jcl.name);
        }
        let over = self.frame().open.as_mut().and_then(|group| group.parts.pop_front());
        let Some(mut over) = over else {
            let statement = self.listing.statement(item.cards(), item.place.marks);
            self.check_name(jcl, item, statement);
            let field = self.field(jcl, statement);
            return self.add_dd(jcl.name, &field, jcl.operation_at, statement);
        };
        let statement = self.list_part(&mut over);
        self.findings.anchor = item.place.anchor;
        self.listing.overridden(item.cards(), item.place.marks);
        let body = Field::read(jcl, &self.symbols, statement, &mut self.findings);
        let over_side = Side { field: &over.field, anchor: over.item.place.anchor };
        let field = merge::dd(Side { field: &body, anchor: item.place.anchor }, over_side);
        let is_readable = body.operands.is_some() && over.field.operands.is_some();
        let field = Field { operands: field.operands.clone().filter(|_| is_readable), ..field };
        self.findings.anchor = over.item.place.anchor;
        self.add_dd(jcl.name, &field, over.item.start(), statement);
        self.fill_part(&over, statement);
    }

    /// Lists an override or an added statement: its cards, then the comments after it.
    fn list_part(&mut self, part: &mut Part<'d>) -> u32 {
        let statement = match part.jcl {
            Some(_) => self.listing.statement(part.item.cards(), part.item.place.marks),
            None => self.listing.generated_sysin(),
        };
        self.findings.anchor = part.item.place.anchor;
        match (part.jcl, &part.item.statement.kind) {
            (Some(jcl), _) => self.check_name(jcl, part.item, statement),
            (None, Kind::Data(data)) => self.hint_generated(statement, data.records, part.item),
            _ => {}
        }
        if part.field.substituted {
            self.listing.substitution(part.field.text.as_str());
        }
        self.findings.adopt(std::mem::take(&mut part.found), statement);
        for comment in &part.comments {
            self.listing.unnumbered(comment.cards(), comment.place.marks);
        }
        statement
    }

    fn fill_part(&mut self, part: &Part<'d>, statement: u32) {
        if let Some((item, data)) = part.data {
            let visible = self.takes_data.take().unwrap_or(Visible::Nothing);
            self.fill(data, item, statement, visible);
        }
    }

    /// Adds what is left of the overrides for the last DD: more data sets for its concatenation.
    fn close_group(&mut self) {
        let Some(group) = self.frame().open.take() else { return };
        for part in group.parts {
            self.add_part("", part);
        }
    }

    fn add_part(&mut self, name: &str, mut part: Part<'d>) {
        let statement = self.list_part(&mut part);
        self.add_dd(name, &part.field, part.item.start(), statement);
        self.fill_part(&part, statement);
    }

    /// Adds the statements of the caller that met no DD of this step.
    pub(super) fn finish_step(&mut self) {
        self.close_group();
        if self.frame().overrides.is_empty() {
            return;
        }
        for group in self.frame().overrides.take_added() {
            self.add_group(group);
        }
    }

    pub(super) fn add_group(&mut self, group: Group<'d>) {
        for (index, part) in group.parts.into_iter().enumerate() {
            self.add_part(if index == 0 { &group.ddname } else { "" }, part);
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

    fn add_dd(&mut self, name: &str, field: &Field<'d>, at: Position, statement: u32) {
        let mut reading = Reading {
            statement,
            verb: "DD",
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        let visible = reading.visible_symbols(field.operands());
        let source = field.operands.as_deref().and_then(|operands| reading.dd(operands, &self.card.message_class));
        if self.steps.is_empty() && !self.is_partial {
            return self.dd_of_job(name, source, at, statement);
        }
        // In a step that runs a program only the ddname of `procstep.ddname` counts (JCL reference, "Name field when
        // adding a DD statement to a program").
        let name = name.rsplit('.').next().unwrap_or(name);
        if SPECIAL_DDNAMES.contains(&name) {
            self.findings.hint_once(statement, at, ZJB054I.with(&[&name]));
        }
        if name.is_empty() && self.dds_of_step == 0 && !self.is_partial {
            self.findings.stop(statement, at, IEFC617I.plain());
        }
        if self.dds_of_step == MAX_DDS {
            self.findings.stop(statement, at, IEFC649I.plain());
        }
        if let Some(source) = &source {
            self.check_dd(source, field, statement);
        }
        self.takes_data = matches!(source, Some(Source::InStream(_))).then_some(visible);
        self.push_dd(name, statement, source);
    }

    /// A DD before the first step: JOBLIB, or one of those that are not emulated.
    fn dd_of_job(&mut self, name: &str, source: Option<Source>, at: Position, statement: u32) {
        if name == "JOBLIB" || (name.is_empty() && self.joblib.is_some()) {
            let Some(source) = source else { return };
            let joblib = self.joblib.get_or_insert_with(|| Dd { name: name.to_owned(), parts: Vec::new() });
            return joblib.parts.push(DdPart { statement, source });
        }
        if JOB_LEVEL_DDNAMES.contains(&name) {
            self.job_has_dd = true;
            return self.findings.hint_once(statement, at, ZJB054I.with(&[&name]));
        }
        if !(name.is_empty() && self.job_has_dd) {
            self.findings.stop(statement, at, IEFC606I.plain());
        }
    }

    fn push_dd(&mut self, name: &str, statement: u32, source: Option<Source>) {
        self.dds_of_step += 1;
        let (Some(step), Some(source)) = (self.steps.last_mut(), source) else { return };
        let part = DdPart { statement, source };
        match step.dds.last_mut() {
            Some(dd) if name.is_empty() => dd.parts.push(part),
            _ => step.dds.push(Dd { name: name.to_owned(), parts: vec![part] }),
        }
    }

    fn unknown(&mut self, jcl: &Jcl<'_>, item: Item<'d>, statement: u32) {
        if jcl.name.is_empty() && COMMANDS.contains(&jcl.operation) {
            let what = format!("COMMAND {}", jcl.operation);
            self.findings.hint_once(statement, jcl.operation_at, ZJB052I.with(&[&what]));
            return;
        }
        let explanation = explain_operation(jcl, item.cards());
        self.findings.explained(statement, jcl.operation_at, IEFC605I.plain(), explanation);
    }

    /// A statement that does nothing here, or asks for what only a host can do.
    fn elsewhere(&mut self, jcl: &'d Jcl<'d>, statement: u32) {
        let field = self.field(jcl, statement);
        self.in_cntl = jcl.verb == Verb::Cntl;
        if matches!(jcl.verb, Verb::Endcntl | Verb::Endset | Verb::Endgroup) {
            return;
        }
        let mut reading = Reading {
            statement,
            verb: verb_name(jcl.verb),
            text: &field.text,
            substituted: field.substituted,
            findings: &mut self.findings,
        };
        if let Some(operands) = &field.operands {
            reading.other(jcl.verb, jcl.name, operands);
        }
    }
}

/// Why an operation may not be one.
fn explain_operation(jcl: &Jcl<'_>, cards: &[Card<'_>]) -> Option<Message> {
    let card = jcl.operation_at.card;
    if cards.first().is_some_and(|card| card.text().contains('\t')) {
        Some(ZJB047I.with(&[&card]))
    } else if Verb::named(jcl.name) != Verb::Unknown {
        Some(ZJB042I.with(&[&jcl.name]))
    } else if jcl.operation.contains('=') {
        Some(ZJB040I.plain())
    } else if Verb::named(&jcl.operation.to_ascii_uppercase()) != Verb::Unknown {
        Some(ZJB041I.plain())
    } else {
        None
    }
}

fn first_card(statements: &[Statement<'_>]) -> u32 {
    statements.first().map_or(1, |statement| number(statement.cards.start))
}

/// The number of the card at index `index`.
fn number(index: usize) -> u32 {
    count(index).saturating_add(1)
}

fn count(cards: usize) -> u32 {
    u32::try_from(cards).unwrap_or(u32::MAX)
}
