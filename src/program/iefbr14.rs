//! IEFBR14: does nothing, so that allocation and disposition can do their work.

use super::{Completion, Program, StepContext};

/// The program.
pub(super) struct Iefbr14;

impl Program for Iefbr14 {
    fn names(&self) -> &'static [&'static str] {
        &["IEFBR14"]
    }

    fn run(&self, _: &StepContext<'_>) -> Completion {
        Completion::Code(0)
    }
}
