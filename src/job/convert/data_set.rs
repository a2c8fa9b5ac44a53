//! What a DD says of the name and the fate of a data set: DSN, DISP, and references to other DDs.

use crate::dataset::name::{MAX_DATA_SET_NAME, MAX_NAME};
use crate::dataset::{DataSetName, MemberName};
use crate::jcl::ast::Items;
use crate::jcl::{Quoting, Value, Word};
use crate::job::model::{Action, DdReference, Disposition, DsName, Pattern, Status, StepName};
use crate::message::Entry;
use crate::message::converter::{
    IEF638I, IEF642I, IEF644I, IEF645I, IEF647I, IEFC623I, IEFC624I, IEFC626I, IEFC627I, IEFC628I, IEFC632I, IEFC641I,
    IEFC650I, IEFC651I, Where,
};

use super::reading::Reading;

const DSN: Where<'static> = Where::Field("DSNAME");
const DISP: Where<'static> = Where::Field("DISP");
/// Largest relative generation number (DFSMS: a group has up to 255 generations, an extended one 999).
const MAX_GENERATION: u32 = 999;
const STATUS: &[(&str, Status)] =
    &[("NEW", Status::New), ("OLD", Status::Old), ("SHR", Status::Shr), ("MOD", Status::Mod)];
const ACTIONS: &[(&str, Action)] = &[
    ("DELETE", Action::Delete),
    ("KEEP", Action::Keep),
    ("CATLG", Action::Catlg),
    ("UNCATLG", Action::Uncatlg),
    ("PASS", Action::Pass),
];

/// What DSN names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A data set, or a member.
    DataSet(DsName, Option<MemberName>),
    /// NULLFILE.
    NullFile,
    /// A name that the host takes and no data set here can have.
    Strange,
}

/// What stands in parentheses after a name.
enum Suffix {
    None,
    Member(MemberName),
    Generation(i16),
}

impl Reading<'_> {
    /// DSN.
    pub(super) fn data_set_name(&mut self, value: &Value) -> Option<Named> {
        let Value::Word(word) = value else {
            self.stop(value.span().start, IEFC641I.with(&[&DSN]));
            return None;
        };
        if word.quoting == Quoting::Whole && !self.substituted {
            return self.quoted_name(word);
        }
        let name = if self.substituted {
            // A blank that a symbol brings ends the value.
            self.of(word.span).replace('\'', "").trim_end_matches(' ').to_owned()
        } else {
            self.unquoted(word, DSN)?.into_owned()
        };
        if name == "NULLFILE" {
            return Some(Named::NullFile);
        }
        if name.starts_with("*.") {
            let reference = self.reference(&name, word.span.start, DSN)?;
            return Some(Named::DataSet(DsName::SameAs(reference), None));
        }
        let (stem, suffix) = split_suffix(&name);
        let suffix = self.suffix(word.span.start, suffix)?;
        if let Some(temporary) = stem.strip_prefix('&') {
            return self.temporary(word, temporary.trim_start_matches('&'), suffix);
        }
        if let Some(row) = name_fault(stem) {
            self.stop(word.span.start, row.with(&[&DSN]));
            return None;
        }
        let Ok(base) = DataSetName::new(stem) else { return Some(self.strange(word)) };
        Some(match suffix {
            Suffix::None => Named::DataSet(DsName::Plain(base), None),
            Suffix::Member(member) => Named::DataSet(DsName::Plain(base), Some(member)),
            Suffix::Generation(relative) => Named::DataSet(DsName::Generation { base, relative }, None),
        })
    }

    /// Between apostrophes the host checks nothing but the length.
    fn quoted_name(&mut self, word: &Word) -> Option<Named> {
        let name = word.value(self.text.as_str()).into_owned();
        let (stem, suffix) = split_suffix(&name);
        if stem.chars().count() > MAX_DATA_SET_NAME {
            self.stop(word.span.start, IEF642I.with(&[&DSN]));
            return None;
        }
        let member = suffix.map(MemberName::new).transpose();
        let (Ok(base), Ok(member)) = (DataSetName::new(stem), member) else { return Some(self.strange(word)) };
        Some(Named::DataSet(DsName::Plain(base), member))
    }

    fn strange(&mut self, word: &Word) -> Named {
        self.not_emulated(word.span.start, self.of(word.span), "DSNAME");
        Named::Strange
    }

    fn temporary(&mut self, word: &Word, name: &str, suffix: Suffix) -> Option<Named> {
        let at = word.span.start;
        if name.is_empty() {
            self.stop(at, IEFC627I.with(&[&DSN]));
            return None;
        }
        if let Some(row) = qualifier_fault(name) {
            self.stop(at, row.with(&[&DSN]));
            return None;
        }
        let member = match suffix {
            Suffix::None => None,
            Suffix::Member(member) => Some(member),
            Suffix::Generation(_) => {
                self.stop(at, IEFC632I.with(&[&DSN]));
                return None;
            }
        };
        Some(Named::DataSet(DsName::Temporary(Some(name.to_owned())), member))
    }

    fn suffix(&mut self, at: u32, suffix: Option<&str>) -> Option<Suffix> {
        let Some(text) = suffix else { return Some(Suffix::None) };
        let row = if text.is_empty() {
            &IEFC632I
        } else if text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
            match generation(text) {
                Ok(relative) => return Some(Suffix::Generation(relative)),
                Err(row) => row,
            }
        } else {
            match qualifier_fault(text) {
                Some(row) => row,
                None => match MemberName::new(text) {
                    Ok(member) => return Some(Suffix::Member(member)),
                    Err(_) => &IEFC623I,
                },
            }
        };
        self.stop(at, row.with(&[&DSN]));
        None
    }

    /// `*.ddname`, `*.step.ddname`, `*.step.procstep.ddname`. Whether there is such a DD is looked at elsewhere.
    pub(super) fn reference(&mut self, text: &str, at: u32, place: Where<'static>) -> Option<DdReference> {
        let parts: Vec<&str> = text.strip_prefix("*.").unwrap_or("").split('.').collect();
        let is_good = parts.iter().all(|part| crate::dataset::name::is_simple_name(part));
        let reference = match parts.as_slice() {
            _ if !is_good => None,
            [ddname] => Some(DdReference { step: None, ddname: (*ddname).to_owned() }),
            [step, ddname] => Some(DdReference { step: Some(StepName::plain(step)), ddname: (*ddname).to_owned() }),
            [step, procstep, ddname] => {
                let step = StepName { step: (*step).to_owned(), procstep: Some((*procstep).to_owned()) };
                Some(DdReference { step: Some(step), ddname: (*ddname).to_owned() })
            }
            _ => None,
        };
        if reference.is_none() {
            self.stop(at, IEF645I.with(&[&place]));
        }
        reference
    }

    /// The name of a cataloged data set, or a reference to a DD.
    pub(super) fn pattern(&mut self, value: &Value, place: Where<'static>) -> Option<Pattern> {
        let Value::Word(word) = value else {
            self.stop(value.span().start, IEFC641I.with(&[&place]));
            return None;
        };
        let name = match word.quoting {
            Quoting::Part => self.of(word.span).replace('\'', ""),
            _ => word.value(self.text.as_str()).into_owned(),
        };
        if name.starts_with("*.") {
            return self.reference(&name, word.span.start, place).map(Pattern::Dd);
        }
        if word.quoting != Quoting::Whole
            && let Some(row) = name_fault(split_suffix(&name).0)
        {
            self.stop(word.span.start, row.with(&[&place]));
            return None;
        }
        if let Ok(name) = DataSetName::new(&name) {
            return Some(Pattern::DataSet(name));
        }
        let what = self.of(word.span);
        self.not_emulated(word.span.start, what, field_of(place));
        None
    }

    /// DISP. What it leaves open is decided when the step ends.
    pub(super) fn disposition(&mut self, value: Option<&Value>) -> Option<Disposition> {
        let items = value.map_or(Items::None, Value::items);
        // Commas at the end count for nothing.
        if let Some((_, fourth)) = items.iter().skip(3).find(|(_, item)| !item.is_empty()) {
            self.stop(fourth.span().start, crate::message::converter::IEFC640I.with(&[&DISP]));
        }
        let stops = self.stops();
        let status = self.disp_word(items, 0, STATUS).unwrap_or(Status::New);
        let normal = self.disp_word(items, 1, ACTIONS);
        let abnormal = self.disp_word(items, 2, ACTIONS);
        if let (Some(Action::Pass), Some((_, third))) = (abnormal, items.get(2)) {
            self.unidentified(third, DISP);
        }
        (stops == self.stops()).then_some(Disposition { status, normal, abnormal })
    }

    fn disp_word<T: Copy>(&mut self, items: Items<'_>, index: usize, words: &[(&str, T)]) -> Option<T> {
        let (keyword, value) = items.get(index)?;
        if value.is_empty() && keyword.is_none() {
            return None;
        }
        self.choice(value, words, DISP)
    }
}

fn field_of(place: Where<'static>) -> &'static str {
    match place {
        Where::Statement(name) | Where::Field(name) | Where::Subparameter(name, _) => name,
    }
}

/// `LIB(MEMBER)` to `LIB` and `MEMBER`.
fn split_suffix(name: &str) -> (&str, Option<&str>) {
    let inner = name.strip_suffix(')').and_then(|name| name.split_once('('));
    inner.map_or((name, None), |(stem, suffix)| (stem, Some(suffix)))
}

/// `0`, `+1`, `-2`.
fn generation(text: &str) -> Result<i16, &'static Entry> {
    let digits = text.trim_start_matches(['+', '-']);
    if text.len() - digits.len() > 1 || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(&IEF644I);
    }
    let number = digits.parse::<u32>().ok().filter(|number| *number <= MAX_GENERATION);
    let number = number.and_then(|number| i16::try_from(number).ok()).ok_or(&IEF638I)?;
    Ok(if text.starts_with('-') { -number } else { number })
}

/// The first thing that is wrong with a data set name.
fn name_fault(name: &str) -> Option<&'static Entry> {
    if name.len() > MAX_DATA_SET_NAME {
        return Some(&IEF642I);
    }
    name.split('.')
        .find_map(|qualifier| if qualifier.is_empty() { Some(&IEFC624I) } else { qualifier_fault(qualifier) })
}

/// What is wrong with a qualifier or member name that is not empty.
fn qualifier_fault(name: &str) -> Option<&'static Entry> {
    // `{` is X'C0', which the host allows.
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "@#$-{".contains(c);
    if let Some(stranger) = name.chars().find(|&c| !is_name(c)) {
        return Some(match stranger {
            '+' => &IEFC626I,
            '&' => &IEFC627I,
            '*' => &IEFC628I,
            '/' => &IEFC650I,
            '.' => &IEFC624I,
            _ => &IEFC623I,
        });
    }
    if name.len() > MAX_NAME {
        return Some(&IEF642I);
    }
    match name.chars().next() {
        Some('-') => Some(&IEFC651I),
        Some(first) if first.is_ascii_digit() || first == '{' => Some(&IEF647I),
        _ => None,
    }
}
