//! The JOB statement.

use crate::dataset::name::{MAX_NAME, is_simple_name};
use crate::jcl::{Operand, Value};
use crate::job::model::{
    CondTest, GdgBias, JobCode, MessageLevel, Restart, StatementLevel, StepName, TimeLimit, Typrun,
};
use crate::message::converter::{IEF642I, IEF646I, IEFC637I, IEFC639I, IEFC640I, IEFC641I, IEFC642I, Where};
use crate::message::own::ZJB053I;

use super::ConvertSettings;
use super::operand::JOB;
use super::reading::{Reading, keyword};

/// Longest accounting information, in characters, its commas included (JCL reference).
const MAX_ACCOUNT: usize = 143;
/// Longest programmer's name, in characters.
const MAX_PROGRAMMER: usize = 20;
/// Longest CLASS (JCL reference, since z/OS 2.1).
const MAX_CLASS: usize = 8;
/// Longest password phrase.
const MAX_PASSWORD: usize = 100;

/// What the JOB statement says.
#[derive(Debug)]
pub(super) struct JobCard {
    pub(super) programmer: String,
    pub(super) class: String,
    pub(super) message_class: String,
    pub(super) message_level: MessageLevel,
    pub(super) cond: Vec<CondTest>,
    pub(super) typrun: Typrun,
    pub(super) restart: Option<Restart>,
    pub(super) job_code: JobCode,
    pub(super) gdg_bias: GdgBias,
    pub(super) time: Option<TimeLimit>,
}

impl JobCard {
    /// A JOB statement that says nothing.
    pub(super) fn empty(settings: &ConvertSettings<'_>) -> Self {
        Self {
            programmer: String::new(),
            class: settings.default_class.to_owned(),
            message_class: settings.default_message_class.to_owned(),
            message_level: MessageLevel::default(),
            cond: Vec::new(),
            typrun: Typrun::Run,
            restart: None,
            job_code: JobCode::Highest,
            gdg_bias: GdgBias::Job,
            time: None,
        }
    }
}

impl Reading<'_> {
    /// Reads the operands of JOB. Values are not quoted in messages: any of them may be a secret.
    pub(super) fn job(&mut self, operands: &[Operand], settings: &ConvertSettings<'_>) -> JobCard {
        let mut card = JobCard::empty(settings);
        self.check_keywords(operands, &JOB, self.on_statement());
        card.programmer = self.positional(operands);
        let text = self.text.as_str();
        let coded = |name: &str| keyword(text, operands, &[name]);
        if let Some(value) = coded("CLASS") {
            card.class = self.class(value, "CLASS", MAX_CLASS).unwrap_or(card.class);
        }
        if let Some(value) = coded("MSGCLASS") {
            card.message_class = self.class(value, "MSGCLASS", 1).unwrap_or(card.message_class);
        }
        if let Some(value) = coded("COND") {
            card.cond = self.job_cond(value);
        }
        if let Some(value) = coded("TYPRUN") {
            card.typrun = self.typrun(value);
        }
        if let Some(value) = coded("MSGLEVEL") {
            card.message_level = self.message_level(value);
        }
        if coded("GDGBIAS").is_some_and(|value| self.plain(value) == Some("STEP")) {
            card.gdg_bias = GdgBias::Step;
        }
        card.job_code = coded("JOBRC").map(|value| self.job_code(value)).unwrap_or_default();
        card.restart = coded("RESTART").and_then(|value| self.restart(value));
        card.time = self.storage_and_time(operands);
        self.security(operands, settings);
        card
    }

    /// Accounting information and the programmer's name, which is returned.
    fn positional(&mut self, operands: &[Operand]) -> String {
        let positional: Vec<&Operand> = operands.iter().take_while(|operand| operand.keyword.is_none()).collect();
        if let Some(account) = positional.first() {
            self.account(&account.value, MAX_ACCOUNT, self.on_statement());
        }
        if let Some(third) = positional.get(2).filter(|third| !third.value.is_empty()) {
            self.stop(third.start(), IEFC640I.with(&[&self.on_statement()]));
        }
        self.check_no_positional(operands, positional.len());
        positional.get(1).map(|second| self.programmer(&second.value)).unwrap_or_default()
    }

    /// Accounting information, its commas counted and its parentheses not.
    pub(super) fn account(&mut self, value: &Value, longest: usize, place: Where<'_>) {
        let coded = self.of(value.span());
        let inner = coded.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(coded);
        if inner.chars().filter(|c| *c != '\'').count() > longest {
            self.stop(value.span().start, IEFC637I.with(&[&place]));
        }
    }

    fn programmer(&mut self, value: &Value) -> String {
        let place = self.on_statement();
        let name = match value {
            Value::Empty(_) => return String::new(),
            Value::Word(word) => self.unquoted(word, place).unwrap_or_default().into_owned(),
            Value::List(list) => {
                // A name alone may stand in parentheses.
                let [Operand { keyword: None, value: Value::Word(word) }] = list.items.as_slice() else {
                    self.stop(list.span.start, IEFC641I.with(&[&place]));
                    return String::new();
                };
                self.unquoted(word, place).unwrap_or_default().into_owned()
            }
        };
        if name.chars().count() > MAX_PROGRAMMER {
            self.stop(value.span().start, IEFC642I.with(&[&place]));
        }
        name
    }

    fn class(&mut self, value: &Value, keyword: &str, max: usize) -> Option<String> {
        let class = self.unquoted_if_symbol(value).filter(|class| is_class(class, max));
        if class.is_none() {
            self.refuse(value, &IEFC639I, Where::Field(keyword));
        }
        class
    }

    fn typrun(&mut self, value: &Value) -> Typrun {
        let known =
            &[("SCAN", Typrun::Scan), ("HOLD", Typrun::Hold), ("JCLHOLD", Typrun::JclHold), ("COPY", Typrun::Copy)];
        self.choice(value, known, Where::Field("TYPRUN")).unwrap_or_default()
    }

    /// MSGLEVEL=(statements,messages).
    fn message_level(&mut self, value: &Value) -> MessageLevel {
        let place = Where::Field("MSGLEVEL");
        let items = value.items();
        self.check_length(items, 2, place);
        let mut level = MessageLevel::default();
        for ((index, (_, item)), max) in items.iter().enumerate().zip([2, 1]) {
            let number = if item.is_empty() { None } else { self.number(item, place, max) };
            match (index, number) {
                (0, Some(0)) => level.statements = StatementLevel::Job,
                (0, Some(2)) => level.statements = StatementLevel::Submitted,
                (1, Some(0)) => level.messages = false,
                _ => {}
            }
        }
        level
    }

    /// JOBRC=MAXRC, LASTRC, or (STEP,name).
    fn job_code(&mut self, value: &Value) -> JobCode {
        let place = Where::Field("JOBRC");
        let items = value.items();
        self.check_length(items, 2, place);
        let known = &[("MAXRC", Some(JobCodeWord::Highest)), ("LASTRC", Some(JobCodeWord::Last)), ("STEP", None)];
        let Some((_, first)) = items.get(0) else { return JobCode::Highest };
        let Some(word) = self.choice(first, known, place) else { return JobCode::Highest };
        match (word, items.get(1)) {
            (Some(_), Some((_, second))) => {
                self.stop(second.span().start, IEFC640I.with(&[&place]));
                JobCode::Highest
            }
            (Some(JobCodeWord::Highest), None) => JobCode::Highest,
            (Some(JobCodeWord::Last), None) => JobCode::Last,
            (None, Some((_, step))) => self.step_named(step, place).map_or(JobCode::Highest, JobCode::Step),
            (None, None) => {
                self.stop(first.span().start, IEF646I.with(&[&place]));
                JobCode::Highest
            }
        }
    }

    /// RESTART=* or a step, and a checkpoint, which is not emulated.
    fn restart(&mut self, value: &Value) -> Option<Restart> {
        let place = Where::Field("RESTART");
        let items = value.items();
        self.check_length(items, 2, place);
        if let Some((_, checkpoint)) = items.get(1).filter(|(_, checkpoint)| !checkpoint.is_empty()) {
            self.not_emulated(checkpoint.span().start, "A CHECKPOINT", "RESTART");
        }
        let (_, first) = items.get(0)?;
        if self.plain(first) == Some("*") {
            return Some(Restart::First);
        }
        self.step_named(first, place).map(Restart::Step)
    }

    /// `step` or `step.procstep`.
    fn step_named(&mut self, value: &Value, place: Where<'static>) -> Option<StepName> {
        let name = self.word(value).unwrap_or_default();
        let (step, procstep) = match name.split_once('.') {
            Some((step, procstep)) => (step, Some(procstep)),
            None => (name.as_str(), None),
        };
        if [Some(step), procstep].into_iter().flatten().any(|part| part.len() > MAX_NAME) {
            self.stop(value.span().start, IEF642I.with(&[&place]));
            return None;
        }
        if ![Some(step), procstep].into_iter().flatten().all(is_simple_name) {
            self.unidentified(value, place);
            return None;
        }
        Some(StepName { step: step.to_owned(), procstep: procstep.map(str::to_owned) })
    }

    /// USER must be the one user that there is; PASSWORD is believed, but not changed.
    fn security(&mut self, operands: &[Operand], settings: &ConvertSettings<'_>) {
        let text = self.text.as_str();
        if let Some(value) = keyword(text, operands, &["USER"]) {
            let place = Where::Field("USER");
            let user = self.word(value).unwrap_or_default();
            if user.len() > MAX_NAME {
                self.stop(value.span().start, IEF642I.with(&[&place]));
            } else if !is_simple_name(&user) {
                self.unidentified(value, place);
            } else if user != settings.user {
                self.hint(value.span().start, ZJB053I.with(&[&settings.user, &user]));
            }
        }
        let Some(value) = keyword(text, operands, &["PASSWORD"]) else { return };
        let items = value.items();
        self.check_length(items, 2, Where::Field("PASSWORD"));
        for (_, password) in items.iter() {
            if self.of(password.span()).chars().count() > MAX_PASSWORD + 2 {
                self.stop(password.span().start, IEF642I.with(&[&Where::Field("PASSWORD")]));
            }
        }
        if items.len() > 1 {
            self.not_emulated(value.span().start, "A NEW PASSWORD", "PASSWORD");
        }
    }
}

/// The words of JOBRC that stand alone.
#[derive(Debug, Clone, Copy)]
enum JobCodeWord {
    Highest,
    Last,
}

/// True for 1 to `max` letters and digits.
pub(super) fn is_class(class: &str, max: usize) -> bool {
    (1..=max).contains(&class.len()) && class.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
