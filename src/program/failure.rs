//! Why the work of a program did not end with code 0, for programs that print a line and end with a code of their own.

use crate::dataset::{ReadError, WriteError};
use crate::message::{Entry, Message};

use super::{Completion, OpenError};

/// Why the work did not end with 0.
#[derive(Debug)]
pub(super) enum Failure {
    /// The listing gets this line, the step this code.
    Told(Message, u16),
    /// The step ends so; what there is to say was said.
    Ended(Completion),
}

impl Failure {
    /// What a DD or a file that does not open means for the step: its abend, or the line of `row` and this code.
    pub(super) fn open(row: &'static Entry, code: u16, name: &str, error: OpenError) -> Self {
        match error {
            OpenError::Abend { .. } => Self::Ended(error.into()),
            other => Self::Told(row.with(&[&name, &other]), code),
        }
    }
}

impl From<Completion> for Failure {
    fn from(completion: Completion) -> Self {
        Self::Ended(completion)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::Ended(error.into())
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Ended(error.into())
    }
}
