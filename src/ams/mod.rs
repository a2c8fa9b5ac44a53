//! Access method services: the command language of IDCAMS, its condition codes and its listing.
//!
//! Border: cards and catalog come through [`Services`]; nothing is known of steps, DDs and SYSOUT. Commands are
//! read and carried out one by one, because what a command does decides which of the next ones count.

mod define;
mod delete;
mod listcat;
mod listing;
mod modal;
mod repro;
mod scan;

pub use listing::Pages;
pub use modal::Processor;
pub use repro::{Copied, Copy, Place};

use crate::dataset::catalog::Deleted;
use crate::dataset::group::{EntryKind, GroupDeleted, NewGroup};
use crate::dataset::{DataSetName, MemberName};
use crate::message::Message;

/// The highest condition code; it ends everything.
pub const SEVERE: u16 = 16;
/// The code of a function that was not done.
const NOT_DONE: u16 = 12;
/// The code of a function that was done in part.
const IN_PART: u16 = 8;

/// What the processor needs of the world around it.
pub trait Services {
    /// What ends the step at once.
    type Error;

    /// The next card of the input, as characters; `None` at the end.
    fn next_card(&mut self) -> Result<Option<String>, Self::Error>;

    /// One record of the listing, its carriage control first.
    fn print(&mut self, record: &str) -> Result<(), Self::Error>;

    /// Deletes a data set, or one member of it. With `purge` also before it expires.
    fn delete(&mut self, name: &DataSetName, member: Option<&MemberName>, purge: bool) -> Result<Deleted, Self::Error>;

    /// Makes a generation data group. False if the name is taken.
    fn define_group(&mut self, group: &NewGroup) -> Result<bool, Self::Error>;

    /// Deletes a generation data group; with `force` also its generations.
    fn delete_group(&mut self, base: &DataSetName, force: bool) -> Result<GroupDeleted, Self::Error>;

    /// What a name stands for; `None` if it is not in the catalog.
    fn entry(&mut self, name: &DataSetName) -> Result<Option<EntryKind>, Self::Error>;

    /// What the catalog has below a level, in the order of names.
    fn entries_below(&mut self, level: &DataSetName) -> Result<Vec<(DataSetName, EntryKind)>, Self::Error>;

    /// Copies records.
    fn copy(&mut self, copy: &Copy) -> Result<Copied, Self::Error>;

    /// Tells the user in plain words what happened, outside the listing.
    fn explain(&mut self, text: &str);
}

/// Why a command was not carried out.
#[derive(Debug)]
enum Rejected<E> {
    /// The message that says so; the text is bypassed until the next command.
    Syntax(Message),
    /// The command is known to the host and not to zjob.
    NotEmulated(String),
    /// The order of modal commands is broken: the rest of the input cannot be understood.
    Modal(Message),
    /// The step ends.
    Ended(E),
}

impl<E> From<E> for Rejected<E> {
    fn from(error: E) -> Self {
        Self::Ended(error)
    }
}
