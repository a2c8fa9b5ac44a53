//! What the suffixes of a name promise, and whether the content keeps it.
//!
//! Border: names and a kind of content. Who looks at the content tells the kind.

use std::fmt;

use super::names::{self, Finding};

/// What the first bytes of an upload are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Packed by TRSMAIN or AMATERSE.
    Packed,
    /// Encrypted by CSDFILEN.
    Encrypted,
    /// An OpenPGP message.
    OpenPgp,
    /// Anything else.
    Other,
}

/// Name and content say different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disagreement {
    /// Packed, and the name does not end in `.TRS`.
    PackedUnsaid,
    /// Encrypted by CSDFILEN, and the name does not end in `.EFZ`.
    EncryptedUnsaid,
    /// An OpenPGP message that is called anything else.
    OpenPgpUnsaid,
    /// `.TRS` at the end, and the content is not packed.
    NotPacked,
    /// `.EFZ` at the end, and the content is not encrypted by CSDFILEN.
    NotEncrypted,
    /// `.PGP` or `.GPG` at the end, and the content is no OpenPGP message that is encrypted.
    NotOpenPgp,
    /// The suffix of the encryption stands before `.TRS`.
    Order,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PackedUnsaid => {
                "the data are packed and the name does not end in .TRS, without which ECuRep does not unpack them"
            }
            Self::EncryptedUnsaid => {
                "the data are encrypted and the name does not end in .EFZ, without which ECuRep does not decrypt them"
            }
            Self::OpenPgpUnsaid => "the data are an OpenPGP message and the name does not end in .PGP",
            Self::NotPacked => "the name ends in .TRS and the data are not packed",
            Self::NotEncrypted => "the name ends in .EFZ and the data are not encrypted by CSDFILEN",
            Self::NotOpenPgp => "the name is that of an OpenPGP message and the data are not encrypted as one",
            Self::Order => "the suffix of the encryption stands before .TRS: pack first, then encrypt, as in .TRS.EFZ",
        })
    }
}

/// Where content and the name of an upload (without directory) disagree, if they do.
pub fn disagreement(name: &str, content: Content) -> Option<Disagreement> {
    let check = names::check(name);
    let last = name.rsplit_once('.').map_or("", |(_, last)| last);
    let ends_in = |suffixes: &[&str]| suffixes.iter().any(|suffix| last.eq_ignore_ascii_case(suffix));
    if check.findings.contains(&Finding::SuffixOrder) && content != Content::Other {
        return Some(Disagreement::Order);
    }
    let (packed, encrypted) = (ends_in(&[names::TERSED]), ends_in(&names::ENCRYPTED_BY_HOST));
    match content {
        Content::Encrypted => (!encrypted).then_some(Disagreement::EncryptedUnsaid),
        _ if encrypted => Some(Disagreement::NotEncrypted),
        // .ASC may be a key or any text.
        Content::Packed | Content::Other if ends_in(&["PGP", "GPG"]) => Some(Disagreement::NotOpenPgp),
        Content::Packed => (!packed).then_some(Disagreement::PackedUnsaid),
        _ if packed => Some(Disagreement::NotPacked),
        Content::OpenPgp => (!ends_in(&names::OPENPGP)).then_some(Disagreement::OpenPgpUnsaid),
        Content::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Content::{Encrypted, OpenPgp, Other, Packed};
    use super::{Disagreement, disagreement};

    #[test]
    fn right_names_agree_with_their_content() {
        for (name, content) in [
            ("12345.123.724.DUMP.TRS", Packed),
            ("12345.123.724.dump.trs", Packed),
            ("12345.123.724.DUMP.TRS.EFZ", Encrypted),
            ("12345.123.724.DUMP.TRS.CRY64", Encrypted),
            ("12345.123.724.DUMP.TRS.PGP", OpenPgp),
            ("12345.123.724.DUMP.gpg", OpenPgp),
            ("12345.123.724.DUMP.ZIP", Other),
            ("12345.123.724.KEY.asc", Other),
            ("TRS", Other),
        ] {
            assert_eq!(disagreement(name, content), None, "{name}");
        }
    }

    #[test]
    fn what_a_name_hides_or_makes_up_is_found() {
        use Disagreement::{EncryptedUnsaid, NotEncrypted, NotOpenPgp, NotPacked, OpenPgpUnsaid, Order, PackedUnsaid};
        for (name, content, expected) in [
            ("12345.123.724.DUMP", Packed, PackedUnsaid),
            ("12345.123.724.DUMP.TRS.BIN", Packed, PackedUnsaid),
            ("12345.123.724.DUMP.TRS", Encrypted, EncryptedUnsaid),
            ("12345.123.724.DUMP.TRS", OpenPgp, NotPacked),
            ("12345.123.724.DUMP.TRS.EFZ", OpenPgp, NotEncrypted),
            ("12345.123.724.DUMP", OpenPgp, OpenPgpUnsaid),
            ("12345.123.724.DUMP.TRS", Other, NotPacked),
            ("12345.123.724.DUMP.TRS.EFZ", Packed, NotEncrypted),
            ("12345.123.724.DUMP.TRS.EFZ", Other, NotEncrypted),
            ("12345.123.724.DUMP.PGP", Other, NotOpenPgp),
            ("12345.123.724.DUMP.TRS.gpg", Packed, NotOpenPgp),
            ("12345.123.724.DUMP.TRS.PGP", Encrypted, EncryptedUnsaid),
            ("12345.123.724.DUMP.EFZ.TRS", Packed, Order),
            ("12345.123.724.DUMP.EFZ.TRS", Encrypted, Order),
            ("12345.123.724.DUMP.PGP.TRS", OpenPgp, Order),
        ] {
            assert_eq!(disagreement(name, content), Some(expected), "{name}");
        }
    }
}
