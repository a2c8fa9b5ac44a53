//! The description of a file, which is not encrypted.

use thiserror::Error;

use crate::codepage::{CodePage, EBCDIC_BLANK, Unmappable};

/// Bytes in the description (CSDFILEN, DESC).
pub const DESCRIPTION: usize = 64;

/// The description that a file carries: up to 64 characters, blank padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description(pub(super) [u8; DESCRIPTION]);

/// A text that is no description.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotADescription {
    /// Too long.
    #[error("a description has at most {DESCRIPTION} characters, this one has {0}")]
    Length(usize),
    /// A character that the header cannot hold.
    #[error("in the description {0}")]
    Character(#[from] Unmappable),
}

impl Description {
    /// Makes a description of `text`.
    pub fn new(text: &str) -> Result<Self, NotADescription> {
        let mut bytes = CodePage::ibm1047().encode(text)?;
        if bytes.len() > DESCRIPTION {
            return Err(NotADescription::Length(bytes.len()));
        }
        bytes.resize(DESCRIPTION, EBCDIC_BLANK);
        Ok(Self(std::array::from_fn(|at| bytes[at])))
    }

    /// The text without its padding.
    pub fn text(&self) -> String {
        CodePage::ibm1047().decode(&self.0).trim_end_matches(' ').to_owned()
    }
}

impl Default for Description {
    fn default() -> Self {
        Self([EBCDIC_BLANK; DESCRIPTION])
    }
}
