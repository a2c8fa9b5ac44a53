//! Which operands a statement has, what their values look like, and what becomes of them: one table for each
//! statement.
//!
//! Border: shapes and names only. What a value means is read by the file of its statement; the host's message
//! for a wrong value is chosen here.
//!
//! Limits are those of z/OS MVS JCL Reference (SA23-1385). Looked up there: BLKSIZE, BLKSZLIM, REGION, RETPD, UNIT,
//! DISP, BFALN, BFTEK, LABEL, the checkpoints of OUTPUT, the accounting of JES2. The others are from memory and
//! rather too wide than too narrow: a right deck that is refused is worse than a wrong one that is not.

use std::collections::HashSet;

use crate::jcl::Operand;
use crate::message::Entry;
use crate::message::converter::{IEF674I, IEF675I, IEF681I, IEF682I, IEF684I, IEFC630I, IEFC643I, IEFC652I, Where};
use crate::message::own::{ZJB050I, ZJB051I};

use super::reading::Reading;

mod dcb;
mod dd;
mod exec;
mod job;
mod output;
mod shape;
mod workload;

pub(super) use dcb::DCB;
pub(super) use dd::{DD, LABEL, WITH_STREAM};
pub(super) use exec::EXEC;
pub(super) use job::JOB;
pub(super) use output::{OUTPUT, XMIT};
pub(super) use shape::Shape;
pub(super) use workload::{AFTER, BEFORE, CONCURRENT, GJOB, JOBGROUP, JOBSET, NOTIFY, SCHEDULE};

/// What becomes of an operand whose value is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The job model has a place for it.
    Read,
    /// It changes nothing that a job can see here: accounting, storage, buffers. The host's programs cannot tell.
    Silent,
    /// It would change what the job does and does not: the user is told, once for each job.
    Named,
}

/// One keyword of a statement.
#[derive(Debug)]
pub(super) struct Rule {
    /// The keyword as it is typed.
    pub(super) keyword: &'static str,
    /// What its value looks like.
    pub(super) shape: Shape,
    /// What becomes of it.
    pub(super) fate: Fate,
}

const fn read(keyword: &'static str, shape: Shape) -> Rule {
    Rule { keyword, shape, fate: Fate::Read }
}

const fn silent(keyword: &'static str, shape: Shape) -> Rule {
    Rule { keyword, shape, fate: Fate::Silent }
}

const fn named(keyword: &'static str, shape: Shape) -> Rule {
    Rule { keyword, shape, fate: Fate::Named }
}

/// The keywords of a statement, or of a list of subparameters.
pub(super) struct Table {
    /// Its keywords, sorted.
    rules: &'static [Rule],
    /// Keywords of another list that may stand here as well, sorted.
    more: &'static [Rule],
    /// Pairs of keywords of which only one may be coded.
    exclusive: &'static [(&'static str, &'static str)],
    /// The keyword whose subparameters these are; none for a statement.
    field: Option<&'static str>,
}

impl Table {
    const fn of(rules: &'static [Rule]) -> Self {
        Self { rules, more: &[], exclusive: &[], field: None }
    }

    /// The rule for a keyword.
    pub(super) fn rule(&self, keyword: &str) -> Option<&'static Rule> {
        let find = |rules: &'static [Rule]| {
            rules.binary_search_by(|rule| rule.keyword.cmp(keyword)).ok().and_then(|at| rules.get(at))
        };
        find(self.rules).or_else(|| find(self.more))
    }

    fn place(&self, keyword: &'static str) -> Where<'static> {
        self.field.map_or(Where::Field(keyword), |field| Where::Subparameter(keyword, field))
    }

    /// The first of the keywords in `seen` that may not stand beside `name`.
    fn excluded(&self, name: &str, seen: &HashSet<&str>) -> Option<&'static str> {
        let partner = |&(a, b): &(&'static str, &'static str)| match name {
            _ if name == a => Some(b),
            _ if name == b => Some(a),
            _ => None,
        };
        self.exclusive.iter().filter_map(partner).find(|other| seen.contains(other))
    }
}

/// Keywords for whose wrong values the host takes another one and tells so.
const INSTEAD: &[(&str, &Entry)] =
    &[("COPIES", &IEF681I), ("DYNAMNBR", &IEF674I), ("FREE", &IEF682I), ("HOLD", &IEF684I), ("PERFORM", &IEF675I)];

/// Two names of one keyword.
const SYNONYMS: &[(&str, &str)] = &[("DSNAME", "DSN"), ("VOLUME", "VOL")];
/// Keywords whose field has another name in messages.
const FIELDS: &[(&str, &str)] = &[("DSN", "DSNAME"), ("VOL", "VOLUME")];

impl Reading<'_> {
    /// Checks that each keyword is known, coded once and beside none that it excludes, and that its value has
    /// the right shape. What is not emulated is named.
    pub(super) fn check_keywords(&mut self, operands: &[Operand], table: &Table, place: Where<'_>) {
        let mut seen = HashSet::with_capacity(operands.len());
        for operand in operands {
            let Some(span) = operand.keyword else { continue };
            let typed = self.of(span);
            let Some(rule) = table.rule(typed) else {
                self.stop(span.start, IEFC630I.with(&[&typed, &place]));
                continue;
            };
            let name = canonical(typed);
            let other = if seen.insert(name) { table.excluded(name, &seen) } else { Some(name) };
            if let Some(other) = other {
                self.stop(span.start, IEFC652I.with(&[&typed, &other]));
            }
            self.check_value(operand, rule, table, place);
        }
    }

    fn check_value(&mut self, operand: &Operand, rule: &'static Rule, table: &Table, place: Where<'_>) {
        if operand.value.is_empty() {
            return;
        }
        let wrong = rule.shape.wrong(&operand.value, self.text.as_str(), self.substituted);
        let instead = INSTEAD.iter().find(|(keyword, _)| *keyword == rule.keyword).filter(|_| self.verb != "OUTPUT");
        if let (Some(_), Some((_, row))) = (wrong, instead) {
            self.findings.warnings.push((self.statement, row.plain()));
        } else if let Some(wrong) = wrong {
            self.stop(wrong.at, wrong.row.with(&[&table.place(field(rule.keyword))]));
        } else if rule.fate == Fate::Named {
            self.hint(operand.start(), ZJB050I.with(&[&rule.keyword, &place]));
        }
    }

    /// Positional operands from `first` on that nobody knows.
    pub(super) fn check_no_positional(&mut self, operands: &[Operand], first: usize) {
        let strangers = operands.iter().skip(first);
        for operand in strangers.filter(|operand| operand.keyword.is_none() && !operand.value.is_empty()) {
            self.stop(operand.start(), IEFC643I.with(&[&self.on_statement()]));
        }
    }

    /// A value that the host takes and zjob does nothing about. `what` must not be a secret.
    pub(super) fn not_emulated(&mut self, at: u32, what: &str, keyword: &str) {
        self.hint(at, ZJB051I.with(&[&what, &keyword]));
    }
}

fn canonical(keyword: &str) -> &str {
    SYNONYMS.iter().find(|(synonym, _)| *synonym == keyword).map_or(keyword, |(_, name)| name)
}

fn field(keyword: &'static str) -> &'static str {
    FIELDS.iter().find(|(name, _)| *name == keyword).map_or(keyword, |(_, field)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_and_stand_once() {
        for table in [
            &JOB,
            &EXEC,
            &DD,
            &DCB,
            &OUTPUT,
            &XMIT,
            &NOTIFY,
            &SCHEDULE,
            &JOBGROUP,
            &GJOB,
            &JOBSET,
            &BEFORE,
            &AFTER,
            &CONCURRENT,
        ] {
            for rules in [table.rules, table.more] {
                let pairs = rules.iter().zip(rules.iter().skip(1));
                for (one, next) in pairs {
                    assert!(one.keyword < next.keyword, "{} before {}", one.keyword, next.keyword);
                }
            }
        }
    }

    #[test]
    fn keywords_that_exclude_each_other_exist() {
        for table in [&JOB, &EXEC, &DD, &OUTPUT] {
            for (a, b) in table.exclusive {
                assert!(table.rule(a).is_some(), "{a}");
                assert!(table.rule(b).is_some(), "{b}");
            }
        }
    }
}
