//! The naming convention of uploads: `PMR.BRANCH.COUNTRY.rest` or `TSnnnnnnnnn.rest`, and the order of the
//! suffixes that tell how the content was packed.

use std::fmt;

/// What an upload is filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A problem record: `12345.123.724`, the branch office left out where it is not known.
    Pmr {
        /// The number, 5 letters or digits.
        number: String,
        /// The branch office, 3 letters or digits.
        branch: Option<String>,
        /// The IBM country code, 3 digits.
        country: String,
    },
    /// A case: `TS` and 9 digits.
    Case(String),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pmr { number, branch: Some(branch), country } => write!(f, "{number}.{branch}.{country}"),
            Self::Pmr { number, branch: None, country } => write!(f, "{number}.{country}"),
            Self::Case(case) => f.write_str(case),
        }
    }
}

impl Reference {
    /// Reads a problem record, `12345.123.724` or `12345.724`, or a case, `TS001234567`, and nothing behind it.
    pub fn parse(text: &str) -> Option<Self> {
        check(text).reference.filter(|found| found.to_string().eq_ignore_ascii_case(text))
    }
}

/// Something that keeps an upload from being processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A character other than letters, digits, period and hyphen.
    Character(char),
    /// The name begins with neither a problem record nor a case: the file is lost, and purged later.
    NoReference,
    /// `.TRS` does not come before `.EFZ`, `.CRY`, `.CRY64` or the suffix of an OpenPGP message.
    SuffixOrder,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(character) => {
                write!(f, "{character:?} is not a letter, digit, period or hyphen")
            }
            Self::NoReference => f.write_str("the name does not begin with a problem record or a case"),
            Self::SuffixOrder => f.write_str(".TRS has to stand before the suffix of the encryption"),
        }
    }
}

/// What a name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameCheck {
    /// What the upload is filed under, if the name tells.
    pub reference: Option<Reference>,
    /// The suffix `.TRS` is there: the content is tersed.
    pub tersed: bool,
    /// A suffix of an encryption is there (`.EFZ`, `.CRY`, `.CRY64`, `.PGP` and its like).
    pub encrypted: bool,
    /// What is wrong, in the order of the name.
    pub findings: Vec<Finding>,
}

/// Suffixes of what the host encrypts: Encryption Facility, and the two older programs.
pub(super) const ENCRYPTED_BY_HOST: [&str; 3] = ["EFZ", "CRY", "CRY64"];
/// Suffixes of OpenPGP messages. The pages name none; these are usual.
pub(super) const OPENPGP: [&str; 3] = ["PGP", "GPG", "ASC"];
/// The suffix of tersed content.
pub const TERSED: &str = "TRS";
const PMR_LENGTH: usize = 5;
const BRANCH_LENGTH: usize = 3;
const COUNTRY_LENGTH: usize = 3;
const CASE_DIGITS: usize = 9;

/// Reads `name` (no directory) by the convention.
pub fn check(name: &str) -> NameCheck {
    let parts: Vec<&str> = name.split('.').collect();
    let reference = case(&parts).or_else(|| pmr(&parts));
    let tersed = position(&parts, &[TERSED]);
    let encrypted = position(&parts, &[ENCRYPTED_BY_HOST, OPENPGP].concat());
    let mut findings = Vec::new();
    findings.extend(name.chars().find(|&c| !is_safe(c)).map(Finding::Character));
    if reference.is_none() {
        findings.push(Finding::NoReference);
    }
    if tersed.zip(encrypted).is_some_and(|(tersed, encrypted)| tersed > encrypted) {
        findings.push(Finding::SuffixOrder);
    }
    NameCheck { reference, tersed: tersed.is_some(), encrypted: encrypted.is_some(), findings }
}

/// True for the characters that the pages allow in a name.
pub fn is_safe(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-')
}

fn case(parts: &[&str]) -> Option<Reference> {
    let first = *parts.first()?;
    let digits = first.strip_prefix("TS").or_else(|| first.strip_prefix("ts"))?;
    (digits.len() == CASE_DIGITS && all_digits(digits)).then(|| Reference::Case(first.to_ascii_uppercase()))
}

fn pmr(parts: &[&str]) -> Option<Reference> {
    let number = *parts.first()?;
    let second = *parts.get(1)?;
    if number.len() != PMR_LENGTH || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let third = parts.get(2).copied().filter(|part| is_country(part));
    let (branch, country) = match third {
        Some(country) if is_branch(second) => (Some(second.to_owned()), country),
        _ if is_country(second) => (None, second),
        _ => return None,
    };
    Some(Reference::Pmr { number: number.to_owned(), branch, country: country.to_owned() })
}

fn is_branch(part: &str) -> bool {
    part.len() == BRANCH_LENGTH && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_country(part: &str) -> bool {
    part.len() == COUNTRY_LENGTH && all_digits(part)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn position(parts: &[&str], suffixes: &[&str]) -> Option<usize> {
    parts.iter().skip(1).position(|part| suffixes.iter().any(|suffix| part.eq_ignore_ascii_case(suffix)))
}

#[cfg(test)]
mod tests {
    use super::{Finding, Reference, check};

    fn pmr(number: &str, branch: Option<&str>, country: &str) -> Reference {
        let branch = branch.map(str::to_owned);
        Reference::Pmr { number: number.to_owned(), branch, country: country.to_owned() }
    }

    #[test]
    fn the_names_of_the_pages_are_good() {
        for name in [
            "12345.123.724.DUMP.ZIP",
            "34143.055.000.test.nixx",
            "12345.111.724.qt.test",
            "12345.123.724.DUMP.TRS",
            "12345.123.724.DUMP.TRS.EFZ",
            "TS000599999.mustgather.zip",
        ] {
            assert_eq!(check(name).findings, [], "{name}");
        }
    }

    #[test]
    fn a_problem_record_is_read_with_and_without_branch_office() {
        assert_eq!(check("12345.123.724.DUMP.ZIP").reference, Some(pmr("12345", Some("123"), "724")));
        assert_eq!(check("12345.724.tar.Z").reference, Some(pmr("12345", None, "724")));
        assert_eq!(check("TS000599999.x").reference, Some(Reference::Case("TS000599999".to_owned())));
    }

    #[test]
    fn a_reference_by_itself_is_read_and_written_alike() {
        for text in ["12345.123.724", "12345.724", "TS000599999"] {
            assert_eq!(Reference::parse(text).map(|found| found.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Reference::parse("ts000599999").map(|found| found.to_string()).as_deref(), Some("TS000599999"));
        for wrong in ["12345", "12345.123.724.x", "TS12", "", "12345.123.72", "boot.ini"] {
            assert_eq!(Reference::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_without_reference_is_lost() {
        for name in ["boot.ini", "1234.123.724.x", "TS12345678.x", "TS1234567890.x", "", "...", "YOUR.DATA.SET"] {
            assert_eq!(check(name).findings, [Finding::NoReference], "{name}");
        }
    }

    #[test]
    fn blanks_and_dollar_signs_are_named() {
        assert_eq!(check("12345.123.724.a b").findings, [Finding::Character(' ')]);
        assert_eq!(check("12345.123.724.$DUMP").findings, [Finding::Character('$')]);
        assert_eq!(
            check("'A.B[.EFZ]'").findings,
            [Finding::Character('\''), Finding::NoReference],
            "the name of the published deck taken literally"
        );
    }

    #[test]
    fn tersing_comes_before_encryption() {
        assert_eq!(check("12345.123.724.D.EFZ.TRS").findings, [Finding::SuffixOrder]);
        assert_eq!(check("12345.123.724.D.TRS.CRY64").findings, []);
        let both = check("12345.123.724.D.trs.efz");
        assert!(both.tersed && both.encrypted);
    }
}
