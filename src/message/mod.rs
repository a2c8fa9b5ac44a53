//! Every text that a job log shows, in one catalogue: id, text, and who has seen it.
//!
//! Border: a caller hands in facts and gets a sentence; no message text is typed anywhere else, and no row
//! may carry an IBM id without a witness. Lines of ours have ids of the form `ZJBnnns` (n number, s severity).

use std::fmt;

mod template;

pub mod advice;
pub mod allocation;
pub mod converter;
pub mod ftp;
pub mod idcams;
pub mod jes;
pub mod own;
pub mod programs;

/// How bad it is, in the letter at the end of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `I`: tells.
    Information,
    /// `W`: the result may not be what was meant.
    Warning,
    /// `E` and the rest (`S`, `A`, `T`): something was not done.
    Error,
}

/// Who has seen the text of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// A real listing or protocol log, by name.
    Log(&'static str),
    /// Published documentation, by title.
    Doc(&'static str),
    /// Public source, by module.
    Source(&'static str),
    /// A line of our own, `ZJBnnns`.
    Own,
}

/// One row of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id, as in `IEF142I`. Lines without an id on the host have a name of ours here.
    pub id: &'static str,
    /// The sentence; `{}` stands for a fact in order, `{<8}` pads to 8 on the right, `{>5}` on the left,
    /// `{04}` fills with zeros.
    pub text: &'static str,
    /// Who has seen it.
    pub witness: Witness,
}

impl Entry {
    /// The message that this row makes of `facts`, one for each `{}` of the text.
    pub fn with(&'static self, facts: &[&dyn fmt::Display]) -> Message {
        Message { entry: self, facts: facts.iter().map(ToString::to_string).collect() }
    }

    /// The message of a row without facts.
    pub fn plain(&'static self) -> Message {
        self.with(&[])
    }

    /// The severity, read from the last letter of the id.
    pub fn severity(&self) -> Severity {
        match self.id.bytes().last() {
            Some(b'I') => Severity::Information,
            Some(b'W') => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// A row with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    entry: &'static Entry,
    facts: Vec<String>,
}

impl Message {
    /// The id of the row, as in `IEF142I`.
    pub fn id(&self) -> &'static str {
        self.entry.id
    }

    /// The row itself.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// The facts that were handed in, in order.
    pub fn facts(&self) -> &[String] {
        &self.facts
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        template::write(f, self.entry.text, &self.facts)
    }
}

/// All rows, family by family.
pub fn catalogue() -> impl Iterator<Item = &'static Entry> {
    [allocation::ROWS, converter::ROWS, ftp::ROWS, idcams::ROWS, jes::ROWS, own::ROWS, programs::ROWS, advice::ROWS]
        .into_iter()
        .flatten()
        .copied()
}

/// Declares a family of rows: `NAME = Witness => "text";` gives a static `NAME` and a line in `ROWS`.
/// A row may have a doc comment that explains it to a user.
macro_rules! rows {
    ($($(#[$meta:meta])* $id:ident = $witness:expr => $text:expr;)*) => {
        $($(#[$meta])* #[allow(missing_docs, reason = "the text says it")]
        pub static $id: $crate::message::Entry =
            $crate::message::Entry { id: stringify!($id), text: $text, witness: $witness };)*
        /// The rows of this family, in order.
        pub static ROWS: &[&$crate::message::Entry] = &[$(&$id),*];
    };
}
use rows;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Witness, catalogue};

    #[test]
    fn every_id_stands_once() {
        let mut seen = HashSet::new();
        for row in catalogue() {
            assert!(seen.insert(row.id), "{} stands twice", row.id);
        }
    }

    #[test]
    fn only_rows_of_ours_lack_a_witness() {
        for row in catalogue() {
            assert_eq!(row.witness == Witness::Own, row.id.starts_with("ZJB"), "{}", row.id);
        }
    }
}
