//! Names of data sets and members, checked when they are made.

use std::fmt;

use thiserror::Error;

/// Longest data set name, in characters.
pub const MAX_DATA_SET_NAME: usize = 44;
/// Longest qualifier, member name, ddname, user id, in characters.
pub const MAX_NAME: usize = 8;

/// Why something is not a data set or member name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// Empty, or longer than the limit.
    #[error("{0:?} must have 1 to {1} characters")]
    Length(String, usize),
    /// A qualifier is empty, longer than 8, or starts or goes on with a wrong character.
    #[error(
        "{qualifier:?} in {name:?} is not a name of 1 to 8 letters, digits, @ # $ (and -) that starts with a letter or @ # $"
    )]
    Qualifier {
        /// The whole name.
        name: String,
        /// The part that is wrong.
        qualifier: String,
    },
}

/// A data set name of 1 to 44 characters in upper case, as in `YOUR.INPUT.DATASET`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataSetName(String);

impl DataSetName {
    /// Checks `name`: qualifiers of 1 to 8 characters joined by periods, 44 in all.
    pub fn new(name: &str) -> Result<Self, NameError> {
        if name.is_empty() || name.len() > MAX_DATA_SET_NAME {
            return Err(NameError::Length(name.to_owned(), MAX_DATA_SET_NAME));
        }
        match name.split('.').find(|qualifier| !is_qualifier(qualifier)) {
            None => Ok(Self(name.to_owned())),
            Some(wrong) => Err(NameError::Qualifier { name: name.to_owned(), qualifier: wrong.to_owned() }),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DataSetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A member name of 1 to 8 characters in upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberName(String);

impl MemberName {
    /// Checks `name`.
    pub fn new(name: &str) -> Result<Self, NameError> {
        if is_simple_name(name) {
            Ok(Self(name.to_owned()))
        } else {
            Err(NameError::Qualifier { name: name.to_owned(), qualifier: name.to_owned() })
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// True for a name of a member, job, step or DD: 1 to 8 of `A-Z 0-9 @ # $`, no digit first.
pub fn is_simple_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || b"@#$".contains(&c))
        && !name.as_bytes()[0].is_ascii_digit()
}

fn is_qualifier(name: &str) -> bool {
    is_simple_name(&name.replace('-', "A")) && !name.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::{DataSetName, MemberName};

    #[test]
    fn names_follow_the_rules_of_the_jcl_reference() {
        for good in ["A", "YOUR.INPUT.DATASET", "SYS1.PARMLIB", "A.B-C", "$A.@B.#C"] {
            assert!(DataSetName::new(good).is_ok(), "{good}");
        }
        let long = "A2345678.A2345678.A2345678.A2345678.A2345678";
        assert!(DataSetName::new(long).is_ok());
        for bad in ["", ".", "A..B", "A.", "1A", "A.1B", "a.b", "A.B C", "A.TOOLONGQUAL", "-A", &format!("{long}X")] {
            assert!(DataSetName::new(bad).is_err(), "{bad}");
        }
        assert!(MemberName::new("FTPDATA").is_ok());
        assert!(MemberName::new("A-B").is_err());
        assert!(MemberName::new("").is_err());
    }
}
