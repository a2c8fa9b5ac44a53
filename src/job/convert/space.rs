//! What a DD says of the room and the place of a data set: SPACE, AVGREC, UNIT, VOL, LABEL, EXPDT, RETPD.

use crate::dataset::name::MAX_NAME;
use crate::jcl::ast::Items;
use crate::jcl::{List, Operand, Value};
use crate::job::model::{Expiry, Pattern, Space, SpaceUnit};
use crate::message::converter::{IEF642I, IEF644I, IEFC640I, IEFC641I, Where};

use super::operand::LABEL;
use super::reading::{Reading, keyword};

const SPACE: Where<'static> = Where::Field("SPACE");
const UNIT: Where<'static> = Where::Field("UNIT");
const VOLUME: Where<'static> = Where::Field("VOLUME");
const SER: Where<'static> = Where::Subparameter("SER", "VOLUME");
const REF: Where<'static> = Where::Subparameter("REF", "VOLUME");
/// Longest volume serial number.
const MAX_SERIAL: usize = 6;
const MAX_SERIALS: usize = 255;
/// Largest quantity of SPACE, and largest block length in it (JCL reference).
const MAX_QUANTITY: u32 = 16_777_215;
const MAX_BLOCK_LENGTH: u32 = 65_535;
const MAX_UNITS: u32 = 59;
/// Largest RETPD in days. The JCL reference of z/OS 2.1 writes four digits, DFSMS keeps retention periods of up to
/// 93,000 days: the larger is let through.
const MAX_RETENTION: u32 = 93_000;

/// VOL.
#[derive(Debug, Default)]
pub(super) struct Volumes {
    /// The first serial.
    pub(super) serial: Option<String>,
    /// REF.
    pub(super) from: Option<Pattern>,
}

impl Reading<'_> {
    /// SPACE=(unit,(primary,secondary,directory),RLSE,contiguity,ROUND), and AVGREC.
    pub(super) fn space(&mut self, value: &Value, average: Option<&Value>) -> Option<Space> {
        let Value::List(List { items, .. }) = value else {
            self.stop(value.span().start, IEFC641I.with(&[&SPACE]));
            return None;
        };
        let items = Items::List(items);
        if optional(items, 0).and_then(|unit| self.plain(unit)) == Some("ABSTR") {
            return self.absolute_tracks(items, value);
        }
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
        (stops == self.stops()).then_some(self.in_records(space, average))
    }

    /// SPACE=(ABSTR,(primary,address,directory)).
    fn absolute_tracks(&mut self, items: Items<'_>, value: &Value) -> Option<Space> {
        self.check_length(items, 2, SPACE);
        let quantities = self.required(items, 1, value).map_or(Items::None, Value::items);
        self.check_length(quantities, 3, SPACE);
        for (_, quantity) in quantities.iter().filter(|(_, quantity)| !quantity.is_empty()) {
            self.number(quantity, SPACE, MAX_QUANTITY);
        }
        let primary = optional(quantities, 0).and_then(|n| self.number(n, SPACE, MAX_QUANTITY))?;
        self.not_emulated(value.span().start, "ABSTR", "SPACE");
        let directory = optional(quantities, 2).and_then(|n| self.number(n, SPACE, MAX_QUANTITY)).unwrap_or(0);
        Some(Space { unit: SpaceUnit::Tracks, primary, secondary: None, directory, release: false })
    }

    /// AVGREC makes a count of blocks one of records.
    fn in_records(&mut self, space: Space, average: Option<&Value>) -> Space {
        let Some(value) = average else { return space };
        let times = match self.plain(value) {
            Some("K") => 1024,
            Some("M") => 1024 * 1024,
            _ => 1,
        };
        let SpaceUnit::Blocks(length) = space.unit else {
            self.not_emulated(value.span().start, "A UNIT OTHER THAN RECORDS", "AVGREC");
            return space;
        };
        Space {
            unit: SpaceUnit::Records(length),
            primary: space.primary.saturating_mul(times),
            secondary: space.secondary.map(|secondary| secondary.saturating_mul(times)),
            ..space
        }
    }

    fn required<'v>(&mut self, items: Items<'v>, index: usize, whole: &Value) -> Option<&'v Value> {
        let value = optional(items, index);
        if value.is_none() {
            // With SMS a data class may fill it in.
            self.not_emulated(whole.span().start, "AN OMITTED QUANTITY", "SPACE");
        }
        value
    }

    fn space_unit(&mut self, value: &Value) -> Option<SpaceUnit> {
        match self.plain(value) {
            Some("TRK") => Some(SpaceUnit::Tracks),
            Some("CYL") => Some(SpaceUnit::Cylinders),
            Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => {
                self.number(value, SPACE, MAX_BLOCK_LENGTH).map(SpaceUnit::Blocks)
            }
            _ => {
                self.unidentified(value, SPACE);
                None
            }
        }
    }

    /// CONTIG, MXIG, ALX and ROUND say where on a volume the space lies, which no program sees.
    fn space_layout(&mut self, items: Items<'_>) {
        for (index, words) in [(3, &["CONTIG", "MXIG", "ALX"][..]), (4, &["ROUND"])] {
            let Some(value) = optional(items, index) else { continue };
            match self.plain(value).filter(|word| words.contains(word)) {
                Some(word @ ("MXIG" | "ALX")) => self.not_emulated(value.span().start, word, "SPACE"),
                Some(_) => {}
                None => self.unidentified(value, SPACE),
            }
        }
    }

    /// UNIT=(name,count,DEFER,SMSHONOR) or UNIT=AFF=ddname.
    pub(super) fn unit(&mut self, value: &Value) -> Option<String> {
        let items = value.items();
        self.check_length(items, 4, UNIT);
        for (index, (keyword, item)) in items.iter().enumerate().skip(1) {
            match (keyword.map(|keyword| self.of(keyword)), self.plain(item)) {
                // Separation of channels, obsolete.
                (Some("SEP"), _) => {}
                _ if item.is_empty() => {}
                (None, Some("DEFER")) if index >= 2 => {}
                (None, Some("SMSHONOR")) if index == 3 => {}
                (None, Some("P")) if index == 1 => self.not_emulated(item.span().start, "P", "UNIT"),
                (None, _) if index == 1 => {
                    if self.number(item, UNIT, MAX_UNITS).is_some_and(|count| count > 1) {
                        self.not_emulated(item.span().start, "MORE THAN ONE DEVICE", "UNIT");
                    }
                }
                _ => self.unidentified(item, UNIT),
            }
        }
        let (keyword, first) = items.get(0)?;
        match keyword.map(|keyword| self.of(keyword)) {
            None => self.unit_name(first),
            Some("AFF") => {
                if self.short_name(first, MAX_NAME, UNIT).is_some() {
                    self.not_emulated(first.span().start, "AFF", "UNIT");
                }
                None
            }
            Some(_) => {
                self.unidentified(first, UNIT);
                None
            }
        }
    }

    /// A name, or a device number, which may follow a slash.
    fn unit_name(&mut self, value: &Value) -> Option<String> {
        if self.plain(value).is_some_and(|name| name.starts_with('/')) {
            return self.short_name(value, 5, UNIT);
        }
        self.short_name(value, MAX_NAME, UNIT)
    }

    /// VOL=(PRIVATE,RETAIN,sequence,count,SER=serials or REF=name).
    pub(super) fn volume(&mut self, value: &Value) -> Volumes {
        let mut volumes = Volumes::default();
        for (index, (keyword, item)) in value.items().iter().enumerate() {
            match keyword.map(|keyword| self.of(keyword)) {
                Some("SER") => volumes.serial = self.serials(item),
                Some("REF") => volumes.from = self.pattern(item, REF),
                Some(_) => self.unidentified(item, VOLUME),
                None if item.is_empty() => {}
                None => self.volume_word(index, item),
            }
        }
        volumes
    }

    fn volume_word(&mut self, index: usize, item: &Value) {
        match (index, self.plain(item)) {
            // Who else may use a volume that is mounted, and whether it stays there: matters of tapes.
            (0, Some("PRIVATE")) | (1, Some("RETAIN")) => {}
            (2 | 3, Some(_)) => {
                if self.number(item, VOLUME, 255).is_some_and(|n| n > 1) {
                    self.not_emulated(item.span().start, "MORE THAN ONE VOLUME", "VOLUME");
                }
            }
            (0..=3, _) => self.unidentified(item, VOLUME),
            _ => self.stop(item.span().start, IEFC640I.with(&[&VOLUME])),
        }
    }

    fn serials(&mut self, value: &Value) -> Option<String> {
        let items = value.items();
        self.check_length(items, MAX_SERIALS, SER);
        if items.len() > 1 {
            self.not_emulated(value.span().start, "MORE THAN ONE VOLUME", "VOLUME");
        }
        let mut first = None;
        for (_, item) in items.iter().filter(|(_, item)| !item.is_empty()) {
            let serial = self.serial(item)?;
            first.get_or_insert(serial);
        }
        first
    }

    fn serial(&mut self, value: &Value) -> Option<String> {
        let Value::Word(word) = value else { return self.short_name(value, MAX_SERIAL, SER) };
        let name = self.unquoted(word, SER)?;
        if name.chars().count() > MAX_SERIAL {
            self.stop(word.span.start, IEF642I.with(&[&SER]));
            return None;
        }
        Some(name.into_owned())
    }

    fn short_name(&mut self, value: &Value, max: usize, place: Where<'_>) -> Option<String> {
        let name = match value {
            Value::Word(word) => self.unquoted(word, place)?.into_owned(),
            Value::Empty(_) => return None,
            Value::List(_) => {
                self.stop(value.span().start, IEFC641I.with(&[&place]));
                return None;
            }
        };
        if name.chars().count() > max {
            self.stop(value.span().start, IEF642I.with(&[&place]));
            return None;
        }
        Some(name)
    }

    /// EXPDT and RETPD, alone or in LABEL, whose other subparameters are about tapes.
    pub(super) fn expiry(&mut self, operands: &[Operand]) -> Option<Expiry> {
        let text = self.text.as_str();
        let mut expiry = None;
        if let Some(value) = keyword(text, operands, &["LABEL"]) {
            if let Some(wrong) = LABEL.wrong(value, text, self.substituted) {
                self.stop(wrong.at, wrong.row.with(&[&Where::Field("LABEL")]));
                return None;
            }
            for (index, (keyword, item)) in value.items().iter().enumerate() {
                match keyword.map(|keyword| self.of(keyword)) {
                    Some("EXPDT") => expiry = self.expiration(item),
                    Some("RETPD") => expiry = self.retention(item),
                    _ => self.label_word(index, item),
                }
            }
        }
        if let Some(value) = keyword(text, operands, &["EXPDT"]) {
            expiry = self.expiration(value);
        }
        if let Some(value) = keyword(text, operands, &["RETPD"]) {
            expiry = self.retention(value);
        }
        expiry
    }

    fn label_word(&mut self, index: usize, item: &Value) {
        let is_default =
            item.is_empty() || matches!((index, self.plain(item)), (0, Some("1" | "01")) | (1, Some("SL")));
        if !is_default {
            let what = self.of(item.span());
            self.not_emulated(item.span().start, what, "LABEL");
        }
    }

    fn expiration(&mut self, value: &Value) -> Option<Expiry> {
        let place = Where::Field("EXPDT");
        let text = match value {
            Value::Word(word) => self.unquoted(word, place)?.into_owned(),
            _ => String::new(),
        };
        let date = date(&text);
        if date.is_none() {
            self.stop(value.span().start, IEF644I.with(&[&place]));
        }
        date
    }

    fn retention(&mut self, value: &Value) -> Option<Expiry> {
        let days = self.number(value, Where::Field("RETPD"), MAX_RETENTION)?;
        // A data set that is kept for centuries is kept for ever.
        Some(Expiry::Days(u16::try_from(days).unwrap_or(u16::MAX)))
    }
}

/// `yyddd`, which means the 20th century, or `yyyy/ddd`.
fn date(text: &str) -> Option<Expiry> {
    let (year, day) = match text.split_once('/') {
        Some((year, day)) if year.len() == 4 => (year, day),
        Some(_) => return None,
        None => text.split_at_checked(text.len().checked_sub(3)?)?,
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(year) || !is_number(day) || day.len() != 3 {
        return None;
    }
    let year: i16 = match year.len() {
        2 => year.parse::<i16>().ok()? + 1900,
        4 => year.parse().ok()?,
        _ => return None,
    };
    let day: u16 = day.parse().ok()?;
    (day <= 366).then_some(Expiry::On(year, day))
}

/// The subparameter at `index`, if it was coded.
fn optional(items: Items<'_>, index: usize) -> Option<&Value> {
    items.get(index).map(|(_, value)| value).filter(|value| !value.is_empty())
}
