//! What a DD says of the records of a data set: DCB and its subparameters, DSNTYPE, LIKE, REFDD.

use crate::dataset::attributes::{LRECL_X, MAX_BLOCK};
use crate::dataset::{Dcb, Dsorg, Recfm};
use crate::jcl::{Operand, Value};
use crate::job::model::{DsnType, Pattern};
use crate::message::converter::{IEFC640I, Where};

use super::operand::DCB;
use super::reading::{Reading, keyword};

const FIELD: Where<'static> = Where::Field("DCB");
const DSNTYPE: Where<'static> = Where::Field("DSNTYPE");
/// Largest BLKSIZE that may be coded, for tapes (JCL reference, BLKSIZE: 2G).
const MAX_CODED_BLOCK: u32 = 2_147_483_648;
/// The versions of a library.
const MAX_VERSION: u32 = 2;

/// DCB and what it refers to.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// What the DD says itself.
    pub(super) dcb: Dcb,
    /// Where DCB takes the rest from.
    pub(super) from: Option<Pattern>,
}

impl Reading<'_> {
    /// DCB= and the keywords that may stand without it, which win.
    pub(super) fn attributes(&mut self, operands: &[Operand]) -> Attributes {
        let alone = self.dcb_keywords(operands, None);
        let Some(value) = keyword(self.text.as_str(), operands, &["DCB"]) else {
            return Attributes { dcb: alone, from: None };
        };
        let Value::List(list) = value else {
            return Attributes { dcb: alone, from: self.pattern(value, FIELD) };
        };
        let mut from = None;
        for (index, item) in list.items.iter().enumerate().filter(|(_, item)| item.keyword.is_none()) {
            match index {
                _ if item.value.is_empty() => {}
                0 => from = self.pattern(&item.value, FIELD),
                _ => self.stop(item.start(), IEFC640I.with(&[&FIELD])),
            }
        }
        self.check_keywords(&list.items, &DCB, FIELD);
        Attributes { dcb: alone.or(self.dcb_keywords(&list.items, Some("DCB"))), from }
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
        // A letter may be repeated, as in FBB.
        let text = self.word(value).unwrap_or_default().chars().fold(String::new(), |mut text, letter| {
            if !text.contains(letter) {
                text.push(letter);
            }
            text
        });
        if let Ok(recfm) = text.parse() {
            return Some(recfm);
        }
        // T is track overflow, D is tape in ISO/ANSI code: letters that the host knows and that mean nothing here.
        let known = text.replace(['T', 'D'], "");
        if known != text && (known.is_empty() || known.bytes().all(|letter| b"FVUBSAM".contains(&letter))) {
            self.not_emulated(value.span().start, &text, "RECFM");
            return known.parse().ok();
        }
        self.unidentified(value, place);
        None
    }

    fn lrecl(&mut self, value: &Value, place: Where<'_>) -> Option<u32> {
        if self.plain(value) == Some("X") { Some(LRECL_X) } else { self.length(value, "LRECL", place) }
    }

    fn length(&mut self, value: &Value, keyword: &str, place: Where<'_>) -> Option<u32> {
        let text = self.plain(value).unwrap_or("");
        let other_unit = text.strip_suffix(['K', 'M', 'G']).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        if other_unit && text.len() > 1 {
            self.not_emulated(value.span().start, text, keyword);
            return None;
        }
        match keyword {
            "BLKSIZE" => self.block_size(value, place),
            _ => self.number(value, place, MAX_BLOCK),
        }
    }

    /// What OPEN allows a disk data set is less than what may be coded.
    fn block_size(&mut self, value: &Value, place: Where<'_>) -> Option<u32> {
        let size = self.number(value, place, MAX_CODED_BLOCK)?;
        if size > MAX_BLOCK {
            self.not_emulated(value.span().start, "A BLOCK LONGER THAN 32760", "BLKSIZE");
            return None;
        }
        Some(size)
    }

    fn dsorg(&mut self, value: &Value, place: Where<'_>) -> Option<Dsorg> {
        let text = self.word(value).unwrap_or_default();
        match text.as_str() {
            "PS" => return Some(Dsorg::Sequential),
            "PO" => return Some(Dsorg::Partitioned),
            "PSU" | "POU" | "DA" | "DAU" | "IS" | "ISU" | "CX" | "CQ" | "MQ" | "GS" | "TQ" | "TX" | "TR" => {
                self.not_emulated(value.span().start, &text, "DSORG");
            }
            _ => self.unidentified(value, place),
        }
        None
    }

    /// DSNTYPE; LIBRARY may have a version.
    pub(super) fn dsn_type(&mut self, value: &Value) -> Option<DsnType> {
        let items = value.items();
        self.check_length(items, 2, DSNTYPE);
        if let Some((_, version)) = items.get(1).filter(|(_, version)| !version.is_empty())
            && self.number(version, DSNTYPE, MAX_VERSION).is_some()
        {
            self.not_emulated(version.span().start, "A VERSION", "DSNTYPE");
        }
        let known = &[
            ("PDS", Some(DsnType::Pds)),
            ("LIBRARY", Some(DsnType::Library)),
            ("BASIC", Some(DsnType::Basic)),
            ("LARGE", Some(DsnType::Large)),
            ("EXTREQ", Some(DsnType::Extended)),
            ("EXTPREF", Some(DsnType::Extended)),
            ("HFS", None),
            ("PIPE", None),
        ];
        let (_, first) = items.get(0)?;
        let found = self.choice(first, known, DSNTYPE)?;
        if found.is_none() {
            let what = self.of(first.span());
            self.not_emulated(first.span().start, what, "DSNTYPE");
        }
        found
    }

    /// LIKE or REFDD.
    pub(super) fn like(&mut self, operands: &[Operand]) -> Option<Pattern> {
        let text = self.text.as_str();
        let like = keyword(text, operands, &["LIKE"]).and_then(|value| self.pattern(value, Where::Field("LIKE")));
        let refdd = keyword(text, operands, &["REFDD"]).and_then(|value| self.pattern(value, Where::Field("REFDD")));
        like.or(refdd)
    }
}
