//! What a value may look like, and the host's message for one that does not.

use std::borrow::Cow;

use crate::jcl::ast::Items;
use crate::jcl::{Operand, Quoting, Value, Word};
use crate::message::Entry;
use crate::message::converter::{
    IEF638I, IEF642I, IEF643I, IEF644I, IEF645I, IEF646I, IEF647I, IEFC616I, IEFC623I, IEFC629I, IEFC640I, IEFC641I,
};

/// What a value may look like.
#[derive(Debug)]
pub(in crate::job::convert) enum Shape {
    /// Read with care elsewhere, or free text.
    Free,
    /// A number in this range.
    Number(u32, u32),
    /// Up to so many digits and one of these letters, or one of these words.
    Amount(usize, &'static str, &'static [&'static str]),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A name: up to so many letters, digits and `@ # $`, no digit first.
    Name(usize),
    /// Up to so many letters, digits and `@ # $`.
    Code(usize),
    /// Up to so many characters, in apostrophes if need be.
    Text(usize),
    /// Only these letters.
    Letters(&'static str),
    /// `*.name`, `*.step.name` or `*.step.procstep.name`.
    Reference,
    /// Up to so many members of one shape; parentheses may be left out for a single one.
    Each(usize, &'static Shape),
    /// Members with their places, of which each may be left out.
    Places(&'static [Shape]),
    /// `keyword=value` members anywhere, and others with their places.
    Keyed(&'static [(&'static str, Shape)], &'static [Shape]),
    /// The first that fits; messages are those of the last.
    Either(&'static [Shape]),
}

/// A value of the wrong shape.
#[derive(Debug, Clone, Copy)]
pub(in crate::job::convert) struct Wrong {
    /// Where it is, as an offset in the operand field.
    pub(in crate::job::convert) at: u32,
    /// The message that says why.
    pub(in crate::job::convert) row: &'static Entry,
}

/// Most parts of a reference after `*`.
const REFERENCE_PARTS: usize = 3;

impl Shape {
    /// What is wrong with `value`, a piece of `text`. Apostrophes that symbols brought do no harm.
    pub(in crate::job::convert) fn wrong(&self, value: &Value, text: &str, substituted: bool) -> Option<Wrong> {
        let reader = Reader { text, substituted };
        reader.wrong(self, value)
    }
}

struct Reader<'t> {
    text: &'t str,
    substituted: bool,
}

impl Reader<'_> {
    fn wrong(&self, shape: &Shape, value: &Value) -> Option<Wrong> {
        match shape {
            Shape::Free => None,
            Shape::Each(most, member) => self.each(value, *most, member),
            Shape::Places(places) => self.places(value, places),
            Shape::Keyed(keys, places) => self.keyed(value, keys, places),
            Shape::Either(shapes) => {
                let mut last = None;
                for shape in *shapes {
                    last = self.wrong(shape, value);
                    last?;
                }
                last
            }
            _ => self.single(shape, value),
        }
    }

    fn each(&self, value: &Value, most: usize, member: &Shape) -> Option<Wrong> {
        let items = value.items();
        let excess = items.get(most).map(|(_, item)| wrong(item, &IEFC640I));
        excess.or_else(|| {
            members(items).find_map(
                |(has_keyword, item)| {
                    if has_keyword { Some(wrong(item, &IEF643I)) } else { self.member(member, item) }
                },
            )
        })
    }

    fn places(&self, value: &Value, places: &[Shape]) -> Option<Wrong> {
        let items = value.items();
        if let Some((_, item)) = items.get(places.len()) {
            return Some(wrong(item, &IEFC640I));
        }
        places.iter().enumerate().find_map(|(index, shape)| {
            let (keyword, item) = items.get(index)?;
            match (keyword, item.is_empty()) {
                (Some(_), _) => Some(wrong(item, &IEF643I)),
                (None, true) => None,
                (None, false) => self.member(shape, item),
            }
        })
    }

    fn keyed(&self, value: &Value, keys: &[(&str, Shape)], places: &[Shape]) -> Option<Wrong> {
        value.items().iter().enumerate().find_map(|(index, (keyword, item))| {
            let keyword = keyword.map(|keyword| keyword.of(self.text));
            let shape = match keyword {
                None if item.is_empty() => return None,
                None => places.get(index).ok_or(&IEFC640I),
                Some(name) => keys.iter().find(|(key, _)| *key == name).map(|(_, shape)| shape).ok_or(&IEF643I),
            };
            shape.map_or_else(|row| Some(wrong(item, row)), |shape| self.member(shape, item))
        })
    }

    /// A member of a list: a list again only where its shape has members.
    fn member(&self, shape: &Shape, value: &Value) -> Option<Wrong> {
        let may_be_list =
            matches!(shape, Shape::Free | Shape::Each(..) | Shape::Places(_) | Shape::Keyed(..) | Shape::Either(_));
        match value {
            Value::List(_) if !may_be_list => Some(wrong(value, &IEFC616I)),
            _ => self.wrong(shape, value),
        }
    }

    fn single(&self, shape: &Shape, value: &Value) -> Option<Wrong> {
        let word = match value {
            Value::Empty(_) => return Some(wrong(value, &IEF646I)),
            Value::Word(word) => word,
            // A single value may stand in parentheses.
            Value::List(list) => {
                return match list.items.as_slice() {
                    [Operand { keyword: None, value: inner @ Value::Word(_) }] => self.single(shape, inner),
                    [Operand { keyword: None, value: Value::List(_) }] => Some(wrong(value, &IEFC616I)),
                    _ => Some(wrong(value, &IEFC641I)),
                };
            }
        };
        let may_be_quoted = matches!(shape, Shape::Name(_) | Shape::Code(_) | Shape::Text(_)) || self.substituted;
        if word.quoting != Quoting::None && !may_be_quoted {
            return Some(wrong(value, &IEFC629I));
        }
        fault(shape, &unquoted(word, self.text)).map(|row| wrong(value, row))
    }
}

fn unquoted<'t>(word: &Word, text: &'t str) -> Cow<'t, str> {
    match word.quoting {
        Quoting::Part => Cow::Owned(word.span.of(text).replace('\'', "")),
        _ => word.value(text),
    }
}

fn wrong(value: &Value, row: &'static Entry) -> Wrong {
    Wrong { at: value.span().start, row }
}

/// Members that say something, and whether they have a keyword.
fn members(items: Items<'_>) -> impl Iterator<Item = (bool, &Value)> {
    items.iter().map(|(keyword, item)| (keyword.is_some(), item)).filter(|(keyword, item)| *keyword || !item.is_empty())
}

/// What is wrong with a single word.
fn fault(shape: &Shape, word: &str) -> Option<&'static Entry> {
    match shape {
        Shape::Number(least, most) => number(word, *least, *most),
        Shape::Amount(digits, letters, words) => amount(word, *digits, letters, words),
        Shape::OneOf(words) => (!words.contains(&word)).then_some(&IEF643I),
        Shape::Name(longest) => name(word, *longest),
        Shape::Code(longest) => code(word, *longest),
        Shape::Text(longest) => (word.chars().count() > *longest).then_some(&IEF642I),
        Shape::Letters(letters) => (!word.chars().all(|c| letters.contains(c))).then_some(&IEF643I),
        Shape::Reference => reference(word),
        _ => None,
    }
}

fn number(word: &str, least: u32, most: u32) -> Option<&'static Entry> {
    if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(&IEF644I);
    }
    match word.parse::<u32>() {
        Ok(number) if number < least => Some(&IEF644I),
        Ok(number) if number <= most => None,
        _ => Some(&IEF638I),
    }
}

fn amount(word: &str, digits: usize, letters: &str, words: &[&str]) -> Option<&'static Entry> {
    if words.contains(&word) {
        return None;
    }
    let number = word.strip_suffix(|c| letters.contains(c)).unwrap_or(word);
    if number.is_empty() || number.len() == word.len() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(&IEF644I);
    }
    (number.trim_start_matches('0').len() > digits).then_some(&IEF638I)
}

fn name(word: &str, longest: usize) -> Option<&'static Entry> {
    match word.chars().next() {
        Some(first) if first.is_ascii_digit() => Some(&IEF647I),
        _ => code(word, longest),
    }
}

fn code(word: &str, longest: usize) -> Option<&'static Entry> {
    let is_good = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "@#$".contains(c);
    if !word.chars().all(is_good) {
        return Some(&IEFC623I);
    }
    (word.len() > longest).then_some(&IEF642I)
}

fn reference(word: &str) -> Option<&'static Entry> {
    let Some(parts) = word.strip_prefix("*.") else { return Some(&IEF645I) };
    let is_good = parts.split('.').count() <= REFERENCE_PARTS
        && parts.split('.').all(|part| !part.is_empty() && name(part, 8).is_none());
    (!is_good).then_some(&IEF645I)
}
