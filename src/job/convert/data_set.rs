//! What a DD says of a data set: DSN, DISP, SPACE, UNIT, VOL, DCB.

use crate::dataset::attributes::{LRECL_X, MAX_BLOCK};
use crate::dataset::name::{MAX_DATA_SET_NAME, MAX_NAME};
use crate::dataset::{DataSetName, Dcb, Dsorg, MemberName, Recfm};
use crate::jcl::ast::Items;
use crate::jcl::{List, Operand, Quoting, Value, Word};
use crate::job::model::{Action, Disposition, Space, SpaceUnit, Status};
use crate::message::converter::{
    IEF642I, IEF647I, IEFC623I, IEFC624I, IEFC626I, IEFC627I, IEFC628I, IEFC632I, IEFC641I, IEFC650I, IEFC651I, Where,
};
use crate::message::own::{ZJB015E, ZJB016E, ZJB017E, ZJB026E};
use crate::message::{Entry, Message};

use super::keywords::DCB;
use super::reading::{Reading, keyword};

const DSN: Where<'static> = Where::Field("DSNAME");
const DISP: Where<'static> = Where::Field("DISP");
const SPACE: Where<'static> = Where::Field("SPACE");
const UNIT: Where<'static> = Where::Field("UNIT");
const SER: Where<'static> = Where::Subparameter("SER", "VOLUME");
/// Longest volume serial number.
const MAX_SERIAL: usize = 6;
/// Largest quantity of SPACE, and largest block length in it (JCL reference).
const MAX_QUANTITY: u32 = 16_777_215;
const MAX_BLOCK_LENGTH: u32 = 65_535;
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
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A data set, or a member.
    DataSet(DataSetName, Option<MemberName>),
    /// NULLFILE.
    NullFile,
}

impl<'r> Reading<'r> {
    /// DSN.
    pub(super) fn data_set_name(&mut self, value: &Value) -> Option<Named> {
        let Value::Word(word) = value else {
            self.stop(value.span().start, IEFC641I.with(&[&DSN]));
            return None;
        };
        let at = word.span.start;
        if word.quoting == Quoting::Whole {
            let name = word.value(self.text.as_str());
            let checked = DataSetName::new(&name).map(|name| Named::DataSet(name, None));
            return checked.map_err(|_| self.stop(at, ZJB026E.with(&[&name]))).ok();
        }
        let name = self.unquoted(word, DSN)?;
        if let Some(message) = unsupported_name(&name) {
            self.stop(at, message);
            return None;
        }
        if name == "NULLFILE" {
            return Some(Named::NullFile);
        }
        let stem = if word.quoting == Quoting::None { word.stem(self.text.as_str()) } else { &name };
        if let Some(row) = name_fault(stem) {
            self.stop(at, row.with(&[&DSN]));
            return None;
        }
        let member = self.member(word)?;
        let name = DataSetName::new(stem).map_err(|_| self.stop(at, ZJB026E.with(&[&stem]))).ok()?;
        Some(Named::DataSet(name, member))
    }

    /// The member, if one is named; the outer `None` means that it is wrong.
    #[allow(clippy::option_option, reason = "no member and no valid member are different things")]
    fn member(&mut self, word: &Word) -> Option<Option<MemberName>> {
        let Some(suffix) = word.suffix else { return Some(None) };
        let text = self.of(suffix);
        if text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
            self.stop(suffix.start, ZJB017E.with(&[&self.of(word.span)]));
            return None;
        }
        let fault = if text.is_empty() { Some(&IEFC632I) } else { qualifier_fault(text) };
        if let Some(row) = fault {
            self.stop(suffix.start, row.with(&[&DSN]));
            return None;
        }
        MemberName::new(text).map(Some).map_err(|_| self.stop(suffix.start, IEFC623I.plain())).ok()
    }

    /// DISP with its defaults.
    pub(super) fn disposition(&mut self, value: Option<&Value>) -> Option<Disposition> {
        let items = value.map_or(Items::None, Value::items);
        self.check_length(items, 3, DISP);
        let stops = self.stops();
        let status = self.subparameter(items, 0, STATUS).unwrap_or(Status::New);
        let default = if status == Status::New { Action::Delete } else { Action::Keep };
        let normal = self.subparameter(items, 1, ACTIONS).unwrap_or(default);
        let abnormal = self.subparameter(items, 2, ACTIONS);
        if let (Some(Action::Pass), Some((_, third))) = (abnormal, items.get(2)) {
            self.unidentified(third, DISP);
        }
        (stops == self.stops()).then_some(Disposition { status, normal, abnormal: abnormal.unwrap_or(normal) })
    }

    fn subparameter<T: Copy>(&mut self, items: Items<'_>, index: usize, words: &[(&str, T)]) -> Option<T> {
        let (keyword, value) = items.get(index)?;
        if value.is_empty() && keyword.is_none() {
            return None;
        }
        self.choice(value, words, DISP)
    }

    /// SPACE=(unit,(primary,secondary,directory),RLSE,contiguity,ROUND).
    pub(super) fn space(&mut self, value: &Value) -> Option<Space> {
        let Value::List(List { items, .. }) = value else {
            self.stop(value.span().start, IEFC641I.with(&[&SPACE]));
            return None;
        };
        let items = Items::List(items);
        let stops = self.stops();
        self.check_length(items, 5, SPACE);
        let unit = self.required(items, 0, value).and_then(|unit| self.space_unit(unit));
        let quantities = self.required(items, 1, value).map_or(Items::None, Value::items);
        self.check_length(quantities, 3, SPACE);
        let primary = self.required(quantities, 0, value).and_then(|n| self.number(n, SPACE, MAX_QUANTITY));
        let secondary = optional(quantities, 1).and_then(|n| self.number(n, SPACE, MAX_QUANTITY));
        let directory = optional(quantities, 2).and_then(|n| self.number(n, SPACE, MAX_QUANTITY));
        let release = optional(items, 2).and_then(|word| self.choice(word, &[("RLSE", true)], SPACE));
        self.space_layout(items);
        let space = Space {
            unit: unit?,
            primary: primary?,
            secondary,
            directory: directory.unwrap_or(0),
            release: release.unwrap_or(false),
        };
        (stops == self.stops()).then_some(space)
    }

    fn required<'v>(&mut self, items: Items<'v>, index: usize, whole: &Value) -> Option<&'v Value> {
        let value = optional(items, index);
        if value.is_none() {
            // With SMS a data class may fill it in.
            self.not_emulated(whole, "AN OMITTED QUANTITY", "SPACE");
        }
        value
    }

    fn space_unit(&mut self, value: &Value) -> Option<SpaceUnit> {
        match self.plain(value) {
            Some("TRK") => Some(SpaceUnit::Tracks),
            Some("CYL") => Some(SpaceUnit::Cylinders),
            Some("ABSTR") => {
                self.not_emulated(value, "ABSTR", "SPACE");
                None
            }
            Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => {
                self.number(value, SPACE, MAX_BLOCK_LENGTH).map(SpaceUnit::Blocks)
            }
            _ => {
                self.unidentified(value, SPACE);
                None
            }
        }
    }

    fn space_layout(&mut self, items: Items<'_>) {
        for (index, words) in [(3, &["CONTIG", "MXIG", "ALX"][..]), (4, &["ROUND"])] {
            let Some(value) = optional(items, index) else { continue };
            match self.plain(value).filter(|word| words.contains(word)) {
                Some(word) => self.not_emulated(value, word, "SPACE"),
                None => self.unidentified(value, SPACE),
            }
        }
    }

    /// UNIT: one device of some name.
    pub(super) fn unit(&mut self, value: &Value) -> Option<String> {
        let items = value.items();
        self.check_length(items, 4, UNIT);
        for (index, (keyword, item)) in items.iter().enumerate().skip(1) {
            let one_device = index == 1 && keyword.is_none() && self.plain(item) == Some("1");
            if !item.is_empty() && !one_device {
                let what = self.of(item.span());
                self.not_emulated(item, what, "UNIT");
            }
        }
        let (keyword, first) = items.get(0)?;
        if let Some(keyword) = keyword {
            let what = self.of(keyword);
            self.not_emulated(first, what, "UNIT");
            return None;
        }
        self.short_name(first, MAX_NAME, UNIT)
    }

    /// VOL=SER: one volume.
    pub(super) fn volume(&mut self, value: &Value) -> Option<String> {
        let mut serial = None;
        for (keyword, item) in value.items().iter() {
            match keyword.map(|keyword| self.of(keyword)) {
                Some("SER") => serial = self.serial(item),
                Some("REF") => {
                    let what = format!("VOL=REF={}", self.of(item.span()));
                    self.stop(item.span().start, ZJB016E.with(&[&what]));
                }
                None if item.is_empty() => {}
                _ => {
                    let what = self.of(item.span());
                    self.not_emulated(item, what, "VOLUME");
                }
            }
        }
        serial
    }

    fn serial(&mut self, value: &Value) -> Option<String> {
        let items = value.items();
        if items.len() > 1 {
            self.not_emulated(value, "MORE THAN ONE VOLUME", "VOLUME");
        }
        let (_, first) = items.get(0)?;
        let Value::Word(word) = first else { return self.short_name(first, MAX_SERIAL, SER) };
        let name = self.unquoted(word, SER)?;
        if name.chars().count() > MAX_SERIAL {
            self.stop(word.span.start, IEF642I.with(&[&SER]));
            return None;
        }
        Some(name.into_owned())
    }

    fn short_name(&mut self, value: &Value, max: usize, place: Where<'_>) -> Option<String> {
        match self.plain(value) {
            None => {
                if !value.is_empty() {
                    self.unidentified(value, place);
                }
                None
            }
            Some(name) if name.len() > max => {
                self.stop(value.span().start, IEF642I.with(&[&place]));
                None
            }
            Some(name) => Some(name.to_owned()),
        }
    }

    /// DCB= and the keywords that may stand without it, which win.
    pub(super) fn attributes(&mut self, operands: &'r [Operand]) -> Dcb {
        let alone = self.dcb_keywords(operands, None);
        let list = keyword(self.text.as_str(), operands, &["DCB"]).map_or_else(Dcb::default, |value| self.dcb(value));
        alone.or(list)
    }

    fn dcb(&mut self, value: &Value) -> Dcb {
        let Value::List(List { items, .. }) = value else {
            let what = self.of(value.span());
            self.stop(value.span().start, ZJB016E.with(&[&format!("DCB={what}")]));
            return Dcb::default();
        };
        for item in items.iter().filter(|item| item.keyword.is_none() && !item.value.is_empty()) {
            let what = self.of(item.value.span());
            self.stop(item.start(), ZJB016E.with(&[&format!("DCB={what}")]));
        }
        self.check_keywords(items, &DCB, Where::Field("DCB"));
        self.dcb_keywords(items, Some("DCB"))
    }

    fn dcb_keywords(&mut self, operands: &[Operand], field: Option<&'static str>) -> Dcb {
        let text = self.text.as_str();
        let place = |name: &'static str| field.map_or(Where::Field(name), |field| Where::Subparameter(name, field));
        let coded = |name: &str| keyword(text, operands, &[name]);
        Dcb {
            recfm: coded("RECFM").and_then(|value| self.recfm(value, place("RECFM"))),
            lrecl: coded("LRECL").and_then(|value| self.lrecl(value, place("LRECL"))),
            blksize: coded("BLKSIZE").and_then(|value| self.length(value, "BLKSIZE", place("BLKSIZE"))),
            dsorg: coded("DSORG").and_then(|value| self.dsorg(value, place("DSORG"))),
        }
    }

    fn recfm(&mut self, value: &Value, place: Where<'_>) -> Option<Recfm> {
        let text = self.plain(value).unwrap_or("");
        if let Ok(recfm) = text.parse() {
            return Some(recfm);
        }
        // T is track overflow, D is tape in ISO/ANSI code: known letters that mean nothing here.
        if !text.is_empty() && text.bytes().all(|letter| b"FVUDBSAMT".contains(&letter)) {
            self.not_emulated(value, text, "RECFM");
        } else {
            self.unidentified(value, place);
        }
        None
    }

    fn lrecl(&mut self, value: &Value, place: Where<'_>) -> Option<u32> {
        if self.plain(value) == Some("X") { Some(LRECL_X) } else { self.length(value, "LRECL", place) }
    }

    fn length(&mut self, value: &Value, keyword: &str, place: Where<'_>) -> Option<u32> {
        let text = self.plain(value).unwrap_or("");
        let other_unit = text.strip_suffix(['K', 'M', 'G']).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        if other_unit && text.len() > 1 {
            self.not_emulated(value, text, keyword);
            return None;
        }
        self.number(value, place, MAX_BLOCK)
    }

    fn dsorg(&mut self, value: &Value, place: Where<'_>) -> Option<Dsorg> {
        let text = self.plain(value).unwrap_or("");
        match text {
            "PS" => return Some(Dsorg::Sequential),
            "PO" => return Some(Dsorg::Partitioned),
            "PSU" | "POU" | "DA" | "DAU" | "IS" | "ISU" | "CX" | "GS" => self.not_emulated(value, text, "DSORG"),
            _ => self.unidentified(value, place),
        }
        None
    }
}

/// The subparameter at `index`, if it was coded.
fn optional(items: Items<'_>, index: usize) -> Option<&Value> {
    items.get(index).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// Names that mean something that is not emulated.
fn unsupported_name(name: &str) -> Option<Message> {
    if name.starts_with("&&") {
        Some(ZJB015E.with(&[&format!("DSN={name}")]))
    } else if name.starts_with("*.") {
        Some(ZJB016E.with(&[&format!("DSN={name}")]))
    } else {
        None
    }
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
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "@#$-".contains(c);
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
        Some(first) if first.is_ascii_digit() => Some(&IEF647I),
        _ => None,
    }
}
