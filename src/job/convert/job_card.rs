//! The JOB statement.

use crate::jcl::{Operand, Value};
use crate::job::model::{CondTest, Typrun};
use crate::message::converter::{IEFC637I, IEFC639I, IEFC640I, IEFC641I, IEFC642I, Where};
use crate::message::own::ZJB019E;

use super::ConvertSettings;
use super::keywords::JOB;
use super::reading::{Reading, keyword};

/// Longest accounting information, in characters, its commas included (JCL reference).
const MAX_ACCOUNT: usize = 143;
/// Longest programmer's name, in characters.
const MAX_PROGRAMMER: usize = 20;
/// Longest CLASS (JCL reference, since z/OS 2.1).
const MAX_CLASS: usize = 8;
const MAX_PRIORITY: u32 = 15;

/// What the JOB statement says.
#[derive(Debug)]
pub(super) struct JobCard {
    pub(super) programmer: String,
    pub(super) class: String,
    pub(super) message_class: String,
    pub(super) cond: Vec<CondTest>,
    pub(super) typrun: Typrun,
}

impl JobCard {
    /// A JOB statement that says nothing.
    pub(super) fn empty(settings: &ConvertSettings<'_>) -> Self {
        Self {
            programmer: String::new(),
            class: settings.default_class.to_owned(),
            message_class: settings.default_message_class.to_owned(),
            cond: Vec::new(),
            typrun: Typrun::Run,
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
            self.message_level(value);
        }
        self.security(operands, settings);
        self.storage_and_time(operands);
        self.defaults_only(operands);
        card
    }

    /// Accounting information and the programmer's name, which is returned.
    fn positional(&mut self, operands: &[Operand]) -> String {
        let positional: Vec<&Operand> = operands.iter().take_while(|operand| operand.keyword.is_none()).collect();
        let account = positional.first().filter(|account| self.of(account.span()).chars().count() > MAX_ACCOUNT);
        if let Some(account) = account {
            self.stop(account.start(), IEFC637I.with(&[&self.on_statement()]));
        }
        if let Some(third) = positional.get(2).filter(|third| !third.value.is_empty()) {
            self.stop(third.start(), IEFC640I.with(&[&self.on_statement()]));
        }
        self.check_no_positional(operands, positional.len());
        positional.get(1).map(|second| self.programmer(&second.value)).unwrap_or_default()
    }

    fn programmer(&mut self, value: &Value) -> String {
        let place = self.on_statement();
        let name = match value {
            Value::Empty(_) => return String::new(),
            Value::Word(word) => self.unquoted(word, place).unwrap_or_default().into_owned(),
            Value::List(list) => {
                self.stop(list.span.start, IEFC641I.with(&[&place]));
                return String::new();
            }
        };
        if name.chars().count() > MAX_PROGRAMMER {
            self.stop(value.span().start, IEFC642I.with(&[&place]));
        }
        name
    }

    fn class(&mut self, value: &Value, keyword: &str, max: usize) -> Option<String> {
        let class = self.plain(value).filter(|class| is_class(class, max));
        if class.is_none() {
            self.refuse(value, &IEFC639I, Where::Field(keyword));
        }
        class.map(str::to_owned)
    }

    fn typrun(&mut self, value: &Value) -> Typrun {
        let known = &[
            ("SCAN", Some(Typrun::Scan)),
            ("HOLD", Some(Typrun::Hold)),
            ("JCLHOLD", Some(Typrun::JclHold)),
            ("COPY", None),
        ];
        match self.choice(value, known, Where::Field("TYPRUN")) {
            Some(None) => self.not_emulated(value, "COPY", "TYPRUN"),
            Some(Some(typrun)) => return typrun,
            None => {}
        }
        Typrun::Run
    }

    /// MSGLEVEL=(statements,messages): everything is listed, which is what all values but 0 ask for.
    fn message_level(&mut self, value: &Value) {
        let place = Where::Field("MSGLEVEL");
        let items = value.items();
        self.check_length(items, 2, place);
        for ((_, item), max) in items.iter().zip([2, 1]) {
            if !item.is_empty() && self.number(item, place, max) == Some(0) {
                self.not_emulated(item, "0", "MSGLEVEL");
            }
        }
    }

    /// USER must be the one user that there is; PASSWORD is believed, but not changed.
    fn security(&mut self, operands: &[Operand], settings: &ConvertSettings<'_>) {
        let text = self.text.as_str();
        if let Some(value) = keyword(text, operands, &["USER"]) {
            let user = self.plain(value).unwrap_or("");
            if user != settings.user {
                self.stop(value.span().start, ZJB019E.with(&[&settings.user, &user]));
            }
        }
        if let Some(value) = keyword(text, operands, &["PASSWORD"]).filter(|value| value.items().len() > 1) {
            self.not_emulated(value, "A NEW PASSWORD", "PASSWORD");
        }
    }

    /// Keywords of which only the value that is in force anyway is emulated.
    fn defaults_only(&mut self, operands: &[Operand]) {
        let text = self.text.as_str();
        if let Some(value) = keyword(text, operands, &["PRTY"]) {
            self.number(value, Where::Field("PRTY"), MAX_PRIORITY);
        }
        for (name, in_force) in [("GDGBIAS", "JOB"), ("JOBRC", "MAXRC")] {
            let other = keyword(text, operands, &[name]).filter(|value| self.plain(value) != Some(in_force));
            if let Some(value) = other {
                let coded = self.of(value.span());
                self.not_emulated(value, coded, name);
            }
        }
    }
}

/// True for 1 to `max` letters and digits.
pub(super) fn is_class(class: &str, max: usize) -> bool {
    (1..=max).contains(&class.len()) && class.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
