//! The name of a package: reference, a word for the content, and the suffixes that are true.

use thiserror::Error;

use crate::ecurep::names::{self, Finding, Reference};
use crate::ecurep::suffixes::{Content, disagreement};

/// Longest name: what file systems take, less what the manifest's name needs.
const LONGEST: usize = 200;

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// Nothing between reference and suffixes.
    #[error("the name says nothing of the content: give one, as in FILE=DUMP")]
    Empty,
    /// Too long for a file system.
    #[error("the name {0} has more than {LONGEST} characters")]
    Long(String),
    /// Against the rules of ECuRep.
    #[error("the name {0} will not do: {1}; give another, as in FILE=DUMP")]
    Rule(String, String),
}

/// The suffixes of a content, inner first.
fn suffixes(packed: bool, outermost: Content) -> Vec<&'static str> {
    let encryption = match outermost {
        Content::Encrypted => Some("EFZ"),
        Content::OpenPgp => Some("PGP"),
        Content::Packed | Content::Other => None,
    };
    packed.then_some("TRS").into_iter().chain(encryption).collect()
}

/// A word for the content out of the name of a file or data set: characters that ECuRep does not take become
/// hyphens, and a suffix that it has already is not said twice.
pub fn stem_of(name: &str) -> String {
    let safe: String = name.chars().map(|c| if names::is_safe(c) { c } else { '-' }).collect();
    let mut stem = safe.as_str();
    while let Some((front, last)) = stem.rsplit_once('.') {
        if !["TRS", "EFZ", "PGP", "GPG", "ASC"].iter().any(|suffix| last.eq_ignore_ascii_case(suffix)) {
            break;
        }
        stem = front;
    }
    stem.trim_matches(['.', '-']).to_owned()
}

/// The name of an upload whose content is `outermost`, around packed data or not. A stem that begins with the
/// reference already does not get it twice.
pub fn upload_name(reference: &Reference, stem: &str, packed: bool, outermost: Content) -> Result<String, NameError> {
    let front = format!("{reference}.");
    let has_it = stem.get(..front.len()).is_some_and(|start| start.eq_ignore_ascii_case(&front));
    let stem = if has_it { &stem[front.len()..] } else { stem };
    if stem.is_empty() {
        return Err(NameError::Empty);
    }
    let mut name = format!("{front}{stem}");
    for suffix in suffixes(packed, outermost) {
        name.push('.');
        name.push_str(suffix);
    }
    let rule = |what: String| NameError::Rule(name.clone(), what);
    if name.len() > LONGEST {
        return Err(NameError::Long(name));
    }
    if let Some(finding) = names::check(&name).findings.first() {
        return Err(rule(finding.to_string()));
    }
    if stem.starts_with('.') || name.contains("..") {
        return Err(rule("a part of it is empty".to_owned()));
    }
    match disagreement(&name, outermost) {
        Some(found) => Err(rule(found.to_string())),
        None => Ok(name),
    }
}

/// What keeps a name from being processed, apart from its content.
pub fn findings(name: &str) -> Vec<Finding> {
    names::check(name).findings
}

#[cfg(test)]
mod tests {
    use super::{NameError, stem_of, upload_name};
    use crate::ecurep::names::Reference;
    use crate::ecurep::suffixes::Content;

    fn named(reference: &str, stem: &str, packed: bool, outermost: Content) -> Result<String, NameError> {
        upload_name(&Reference::parse(reference).expect("a reference"), stem, packed, outermost)
    }

    #[test]
    fn suffixes_are_appended_in_order_and_only_when_true() {
        for (packed, outermost, expected) in [
            (true, Content::Packed, "12345.123.724.DUMP.TRS"),
            (true, Content::Encrypted, "12345.123.724.DUMP.TRS.EFZ"),
            (false, Content::Encrypted, "12345.123.724.DUMP.EFZ"),
            (true, Content::OpenPgp, "12345.123.724.DUMP.TRS.PGP"),
            (false, Content::Other, "12345.123.724.DUMP"),
        ] {
            assert_eq!(named("12345.123.724", "DUMP", packed, outermost).as_deref(), Ok(expected));
        }
        let case = named("TS001234567", "dump.bin", true, Content::Packed);
        assert_eq!(case.as_deref(), Ok("TS001234567.dump.bin.TRS"));
    }

    #[test]
    fn the_reference_is_not_said_twice() {
        let name = named("TS001234567", "ts001234567.dump", false, Content::Other);
        assert_eq!(name.as_deref(), Ok("TS001234567.dump"));
    }

    #[test]
    fn names_that_ecurep_would_lose_are_refused() {
        for wrong in ["a b", "$DUMP", "x/y", "a..b", ".a", "b.", "D.EFZ.x", "ümlaut", &"x".repeat(300)] {
            assert!(named("12345.123.724", wrong, true, Content::Packed).is_err(), "{wrong}");
        }
        assert_eq!(named("12345.123.724", "", true, Content::Packed), Err(NameError::Empty));
        assert!(named("12345.123.724", "DUMP.TRS", false, Content::Other).is_err(), "a suffix that is not true");
    }

    #[test]
    fn a_stem_is_made_of_what_a_file_is_called() {
        for (name, stem) in [
            ("boot_log.txt", "boot-log.txt"),
            ("DUMP.TRS", "DUMP"),
            ("dump.trs.efz", "dump"),
            ("SYS1.DUMP.D@T$A", "SYS1.DUMP.D-T-A"),
            (".hidden", "hidden"),
            ("___", ""),
        ] {
            assert_eq!(stem_of(name), stem);
        }
    }
}
