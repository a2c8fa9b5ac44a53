//! One job, statement by statement.

use crate::dataset::name::is_simple_name;
use crate::jcl::ast::{Data, Jcl};
use crate::jcl::card::{Position, is_blank};
use crate::jcl::grammar::{self, Fault, SyntaxError};
use crate::jcl::logical::LayoutFault;
use crate::jcl::symbol::{Unknown, substitute};
use crate::jcl::{Card, Deck, Kind, Operand, Statement, Text, Verb};
use crate::job::model::{Dd, DdPart, Job, Source, Step};
use crate::message::Message;
use crate::message::converter::{
    IEFC605I, IEFC606I, IEFC607I, IEFC616I, IEFC617I, IEFC618I, IEFC621I, IEFC622I, IEFC623I, IEFC627I, IEFC629I,
    IEFC632I, IEFC635I, IEFC649I, IEFC662I, IEFC668I, Where,
};
use crate::message::own::{
    ZJB010E, ZJB014E, ZJB018E, ZJB022E, ZJB023E, ZJB031I, ZJB032I, ZJB040I, ZJB041I, ZJB042I, ZJB043I, ZJB044I,
    ZJB045I, ZJB047I, ZJB048I, ZJB049I,
};

use super::job_card::JobCard;
use super::listing::{Listing, passwords};
use super::reading::{Findings, Reading};
use super::stream::Encoder;
use super::{ConvertSettings, ConvertedJob, INVALID_NAME, MAX_DDS, MAX_STEPS};

/// ddnames that mean something to the system and are not emulated.
const SPECIAL_DDNAMES: &[&str] = &["JOBLIB", "JOBCAT", "STEPCAT", "SYSCHK"];
/// ddnames of those that stand before the first EXEC statement.
const JOB_LEVEL_DDNAMES: &[&str] = &["JOBLIB", "JOBCAT", "SYSCHK"];
/// Operator commands that may stand in a job (JCL reference, "JCL command statement").
const COMMANDS: &[&str] = &[
    "C", "CANCEL", "CHNGDUMP", "CONTROL", "D", "DISPLAY", "DUMP", "F", "H", "HOLD", "K", "LOG", "M", "MN", "MODIFY",
    "MONITOR", "MOUNT", "P", "PM", "RELEASE", "REPLY", "RESET", "ROUTE", "S", "SEND", "SETDMN", "SLIP", "START",
    "STOP", "STOPMN", "U", "UNLOAD", "V", "VARY", "W", "WRITELOG",
];
/// Names of system symbols that do not begin with SYS (MVS Initialization and Tuning Reference).
const SYSTEM_SYMBOLS: &[&str] = &[
    "DATE", "DAY", "HHMMSS", "HR", "JDAY", "JOBNAME", "MIN", "MON", "SEC", "SEQ", "TIME", "WDAY", "YR2", "YR4",
    "YYMMDD",
];

/// Converts one job: its JOB statement and what follows up to the next one.
pub(super) fn convert_job(
    deck: &Deck<'_>,
    statements: &[Statement<'_>],
    settings: &ConvertSettings<'_>,
) -> ConvertedJob {
    let mut converter = Converter::new(deck, settings);
    for statement in statements {
        converter.statement(statement);
    }
    converter.finish(statements)
}

/// Where in a job the converter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first EXEC statement.
    BeforeSteps,
    /// After one.
    InStep,
    /// Between PROC and PEND.
    InProcedure,
    /// After the null statement on this card.
    AfterNull(u32),
}

struct Converter<'d> {
    deck: &'d Deck<'d>,
    settings: &'d ConvertSettings<'d>,
    encoder: Encoder,
    listing: Listing,
    findings: Findings,
    place: Place,
    name: String,
    card: JobCard,
    steps: Vec<Step>,
    /// DD statements of the last step; a nameless one after the first is a concatenation.
    dds_of_step: usize,
    /// JOBLIB or the like was seen, so that a nameless DD before the first step is a concatenation.
    job_has_dd: bool,
    /// INCLUDE was seen: what it brings is not known, so that nothing can be missing or misplaced.
    includes: bool,
    /// The last DD statement takes the in-stream data that follows.
    takes_data: bool,
    ignored_hinted: bool,
}

impl<'d> Converter<'d> {
    fn new(deck: &'d Deck<'d>, settings: &'d ConvertSettings<'d>) -> Self {
        Self {
            deck,
            settings,
            encoder: Encoder::new(settings.code_page),
            listing: Listing::default(),
            findings: Findings::default(),
            place: Place::BeforeSteps,
            name: INVALID_NAME.to_owned(),
            card: JobCard::empty(settings),
            steps: Vec::new(),
            dds_of_step: 0,
            job_has_dd: false,
            includes: false,
            takes_data: false,
            ignored_hinted: false,
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        let cards = self.deck.cards_of(statement);
        let first = number(statement.cards.start);
        match (&statement.kind, self.place) {
            (Kind::EndMark | Kind::Delimiter, _) | (Kind::Comment, Place::AfterNull(_)) => {}
            (Kind::Control(verb), _) => self.control(verb, cards, first),
            (_, Place::AfterNull(null)) => self.ignored(cards, first, null),
            (Kind::Comment, _) => self.listing.unnumbered(cards),
            (Kind::Null, _) => {
                self.listing.statement(cards);
                self.place = Place::AfterNull(first);
            }
            (Kind::Data(data), _) => self.data(*data, cards, first),
            (Kind::Jcl(jcl), Place::InProcedure) => self.in_procedure(jcl, cards),
            (Kind::Jcl(jcl), _) => self.jcl(jcl, cards, first),
        }
    }

    fn finish(mut self, statements: &[Statement<'_>]) -> ConvertedJob {
        if self.steps.is_empty() && !self.includes {
            self.findings.stop(1, position(first_card(statements)), IEFC607I.plain());
        }
        self.findings.diagnostics.sort_by_key(|diagnostic| diagnostic.statement);
        let job = self.findings.diagnostics.is_empty().then(|| Job {
            name: self.name.clone(),
            programmer: self.card.programmer.clone(),
            class: self.card.class.clone(),
            message_class: self.card.message_class.clone(),
            cond: self.card.cond,
            typrun: self.card.typrun,
            steps: self.steps,
            ..Job::default()
        });
        let read = statements.iter().filter(|statement| !matches!(statement.kind, Kind::EndMark));
        ConvertedJob {
            name: self.name,
            programmer: self.card.programmer,
            class: self.card.class,
            message_class: self.card.message_class,
            listing: self.listing.finish(),
            cards_read: count(read.map(|statement| statement.cards.len()).sum()),
            diagnostics: self.findings.diagnostics,
            hints: self.findings.hints,
            job,
        }
    }

    /// `BeforeSteps` if the job has no step at all.
    fn place_of_steps(&self) -> Place {
        if self.steps.is_empty() { Place::BeforeSteps } else { Place::InStep }
    }

    fn control(&mut self, verb: &str, cards: &[Card<'_>], first: u32) {
        let statement = self.listing.statement(cards);
        self.findings.stop(statement, position(first), ZJB010E.with(&[&format!("/*{verb}")]));
    }

    /// A card after the null statement. z/OS reads on with the next JOB statement.
    fn ignored(&mut self, cards: &[Card<'_>], first: u32, null: u32) {
        let says_something = cards.iter().any(|card| !is_blank(card.text()));
        if says_something && !std::mem::replace(&mut self.ignored_hinted, true) {
            self.findings.hint(None, position(first), ZJB031I.with(&[&first, &null]));
        }
    }

    fn in_procedure(&mut self, jcl: &Jcl<'_>, cards: &[Card<'_>]) {
        self.listing.unnumbered(cards);
        if jcl.verb == Verb::Pend {
            self.place = self.place_of_steps();
        }
    }

    fn data(&mut self, data: Data, cards: &[Card<'_>], first: u32) {
        let cards = cards.get(..data.records).unwrap_or(cards);
        if self.place == Place::InProcedure {
            return;
        }
        if data.generated {
            self.generated_sysin(cards.len(), first);
        }
        let statement = self.listing.number();
        let records = self.encoder.records(cards, first, statement, &mut self.findings);
        let target = self.steps.last_mut().and_then(|step| step.dds.last_mut()).and_then(|dd| dd.parts.last_mut());
        if let Some(part) = target.filter(|_| std::mem::take(&mut self.takes_data)) {
            part.source = Source::InStream(records);
        }
    }

    fn generated_sysin(&mut self, cards: usize, first: u32) {
        let statement = self.listing.generated_sysin();
        let last = first.saturating_add(count(cards)).saturating_sub(1);
        if self.place == Place::BeforeSteps && !self.includes {
            self.findings.explained(statement, position(first), IEFC606I.plain(), Some(ZJB048I.plain()));
            return;
        }
        self.findings.hint(Some(statement), position(first), ZJB032I.with(&[&first, &last]));
        self.add_dd("SYSIN", statement, Some(Source::InStream(Vec::new())));
    }

    fn jcl(&mut self, jcl: &Jcl<'_>, cards: &[Card<'_>], first: u32) {
        let statement = match jcl.verb {
            Verb::Job => self.listing.job(cards, first, &jcl.text),
            Verb::Unknown => self.listing.unknown(cards),
            _ => self.listing.statement(cards),
        };
        self.takes_data = false;
        self.check_name(jcl, statement, first);
        match jcl.verb {
            Verb::Job | Verb::Exec | Verb::Dd => self.read(jcl, statement),
            Verb::Unknown => self.unknown(jcl, cards, statement),
            Verb::Pend => self.findings.stop(statement, jcl.operation_at, IEFC668I.plain()),
            // The statement that they belong to was named already.
            Verb::Else | Verb::Endif | Verb::Endcntl | Verb::Endset | Verb::Endgroup
                if !self.findings.diagnostics.is_empty() => {}
            verb => {
                self.findings.stop(statement, jcl.operation_at, ZJB010E.with(&[&jcl.operation]));
                self.includes |= verb == Verb::Include;
                if verb == Verb::Proc {
                    self.place = Place::InProcedure;
                }
            }
        }
    }

    fn check_name(&mut self, jcl: &Jcl<'_>, statement: u32, first: u32) {
        let is_job = jcl.verb == Verb::Job;
        let is_good = match jcl.verb {
            Verb::Dd => jcl.name.split('.').all(is_simple_name),
            _ => is_simple_name(jcl.name),
        };
        let at = Position { column: 3, ..position(first) };
        if jcl.name.is_empty() {
            if is_job {
                self.findings.stop(statement, at, IEFC635I.plain());
            }
        } else if !is_good {
            let explanation = if jcl.name.contains('\t') { ZJB047I.with(&[&first]) } else { ZJB049I.plain() };
            self.findings.explained(statement, at, IEFC662I.plain(), Some(explanation));
        } else if is_job {
            jcl.name.clone_into(&mut self.name);
        }
    }

    fn unknown(&mut self, jcl: &Jcl<'_>, cards: &[Card<'_>], statement: u32) {
        if jcl.name.is_empty() && COMMANDS.contains(&jcl.operation) {
            let what = format!("COMMAND {}", jcl.operation);
            self.findings.stop(statement, jcl.operation_at, ZJB010E.with(&[&what]));
            return;
        }
        let explanation = explain_operation(jcl, cards);
        self.findings.explained(statement, jcl.operation_at, IEFC605I.plain(), explanation);
    }

    /// JOB, EXEC or DD: symbols, syntax, meaning.
    fn read(&mut self, jcl: &Jcl<'_>, statement: u32) {
        let faults = self.findings.diagnostics.len();
        self.layout(jcl, statement);
        let user = self.settings.user;
        let substituted = substitute(&jcl.text, |name| (name == "SYSUID").then_some(user));
        let (text, changed) = match &substituted {
            Some(result) => {
                self.unknown_symbols(jcl, &result.unknown, statement);
                (&result.text, result.changed)
            }
            None => (&jcl.text, false),
        };
        if changed {
            self.listing.substitution(text.as_str());
        }
        self.characters(text, statement);
        let again = changed.then(|| grammar::operands(text.as_str()));
        let operands = again.as_ref().unwrap_or(&jcl.operands).as_ref();
        if let (Err(error), None) = (operands, jcl.fault) {
            self.syntax(*error, text, jcl, statement);
        }
        let operands = operands.map(Vec::as_slice).ok().filter(|_| self.findings.diagnostics.len() == faults);
        self.meaning(jcl, text, changed, operands, statement);
    }

    fn meaning(
        &mut self,
        jcl: &Jcl<'_>,
        text: &Text<'_>,
        substituted: bool,
        operands: Option<&[Operand]>,
        statement: u32,
    ) {
        let verb = verb_name(jcl.verb);
        let (settings, known) = (self.settings, operands.unwrap_or(&[]));
        match jcl.verb {
            Verb::Job => {
                let mut reading = Reading { statement, verb, text, substituted, findings: &mut self.findings };
                self.card = reading.job(known, settings);
            }
            Verb::Exec => {
                let mut reading = Reading { statement, verb, text, substituted, findings: &mut self.findings };
                let step = operands.map(|operands| reading.exec(jcl.name, operands, settings.code_page));
                self.add_step(step, jcl.operation_at, statement);
            }
            _ => {
                let mut reading = Reading { statement, verb, text, substituted, findings: &mut self.findings };
                let source = operands.and_then(|operands| reading.dd(operands, &self.card.message_class));
                self.dd(jcl, source, statement);
            }
        }
    }

    fn add_step(&mut self, step: Option<Step>, at: Position, statement: u32) {
        self.place = Place::InStep;
        self.dds_of_step = 0;
        if self.steps.len() == MAX_STEPS {
            self.findings.stop(statement, at, ZJB023E.with(&[&MAX_STEPS]));
        }
        // A step that cannot be read still holds the place of its DDs.
        self.steps.push(step.unwrap_or_else(|| Step { statement, ..Step::default() }));
    }

    fn dd(&mut self, jcl: &Jcl<'_>, source: Option<Source>, statement: u32) {
        let at = jcl.operation_at;
        let is_before_steps = self.place == Place::BeforeSteps;
        if is_before_steps && JOB_LEVEL_DDNAMES.contains(&jcl.name) {
            self.job_has_dd = true;
            return self.findings.stop(statement, at, ZJB018E.with(&[&jcl.name]));
        }
        if is_before_steps && !self.includes {
            if !(jcl.name.is_empty() && self.job_has_dd) {
                self.findings.stop(statement, at, IEFC606I.plain());
            }
            return;
        }
        if SPECIAL_DDNAMES.contains(&jcl.name) || jcl.name.contains('.') {
            self.findings.stop(statement, at, ZJB018E.with(&[&jcl.name]));
        }
        if jcl.name.is_empty() && self.dds_of_step == 0 && !self.includes {
            self.findings.stop(statement, at, IEFC617I.plain());
        }
        if self.dds_of_step == MAX_DDS {
            self.findings.stop(statement, at, IEFC649I.plain());
        }
        self.add_dd(jcl.name, statement, source);
    }

    fn add_dd(&mut self, name: &str, statement: u32, source: Option<Source>) {
        self.dds_of_step += 1;
        let (Some(step), Some(source)) = (self.steps.last_mut(), source) else { return };
        self.takes_data = matches!(source, Source::InStream(_));
        let part = DdPart { statement, source };
        match step.dds.last_mut() {
            Some(dd) if name.is_empty() => dd.parts.push(part),
            _ => step.dds.push(Dd { name: name.to_owned(), parts: vec![part] }),
        }
    }

    fn layout(&mut self, jcl: &Jcl<'_>, statement: u32) {
        let Some((fault, at)) = jcl.fault else { return };
        let in_string = matches!(jcl.operands, Err(SyntaxError { fault: Fault::Apostrophe, .. }));
        let (message, explanation) = match fault {
            LayoutFault::NoContinuation if in_string => (&IEFC621I, &ZJB044I),
            LayoutFault::NoContinuation => (&IEFC621I, &ZJB043I),
            LayoutFault::NotTerminated => (&IEFC618I, &ZJB045I),
        };
        self.findings.explained(statement, at, message.plain(), Some(explanation.plain()));
    }

    fn unknown_symbols(&mut self, jcl: &Jcl<'_>, unknown: &[Unknown], statement: u32) {
        let secrets = passwords(jcl.text.as_str());
        for Unknown { name, at, in_string } in unknown {
            if *in_string && !is_system_symbol(name) {
                continue;
            }
            let next = secrets.partition_point(|secret| secret.start <= *at);
            let is_secret = next.checked_sub(1).and_then(|last| secrets.get(last)).is_some_and(|s| s.contains(at));
            let message = if name.is_empty() || is_secret {
                IEFC627I.with(&[&Where::Statement(verb_name(jcl.verb))])
            } else {
                ZJB014E.with(&[name])
            };
            self.findings.stop(statement, jcl.text.position(*at), message);
        }
    }

    /// Outside apostrophes an operand field has no lower-case letters, no tabs and nothing beyond ASCII.
    fn characters(&mut self, text: &Text<'_>, statement: u32) {
        let mut in_string = false;
        let stranger = text.as_str().char_indices().find(|&(_, c)| {
            in_string ^= c == '\'';
            !in_string && c != ' ' && (!c.is_ascii_graphic() || c.is_ascii_lowercase())
        });
        let Some((at, character)) = stranger else { return };
        let position = text.position(at);
        if character == '\t' {
            self.findings.stop(statement, position, ZJB022E.with(&[&position.column, &position.card]));
        } else {
            let explanation = character.is_lowercase().then(|| ZJB041I.plain());
            self.findings.explained(statement, position, IEFC623I.plain(), explanation);
        }
    }

    fn syntax(&mut self, error: SyntaxError, text: &Text<'_>, jcl: &Jcl<'_>, statement: u32) {
        let place = Where::Statement(verb_name(jcl.verb));
        let row = match error.fault {
            Fault::Parenthesis => &IEFC622I,
            Fault::Apostrophe => &IEFC629I,
            Fault::Nesting => &IEFC616I,
            Fault::Format => &IEFC632I,
        };
        self.findings.stop(statement, text.position(error.at as usize), row.with(&[&place]));
    }
}

fn verb_name(verb: Verb) -> &'static str {
    match verb {
        Verb::Job => "JOB",
        Verb::Exec => "EXEC",
        _ => "DD",
    }
}

fn is_system_symbol(name: &str) -> bool {
    let is_known = |name: &str| SYSTEM_SYMBOLS.contains(&name);
    name.starts_with("SYS") || is_known(name) || name.strip_prefix('L').is_some_and(is_known)
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

fn position(card: u32) -> Position {
    Position { card, column: 1 }
}

/// The number of the card at index `index`.
fn number(index: usize) -> u32 {
    count(index).saturating_add(1)
}

fn count(cards: usize) -> u32 {
    u32::try_from(cards).unwrap_or(u32::MAX)
}
