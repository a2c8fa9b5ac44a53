//! Members of procedure libraries: where they are looked for, and their decks while jobs are converted.
//!
//! Border: a library is a name to the converter. Catalog and data sets stand behind `ProcedureLibraries`.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use crate::jcl::Deck;

/// Most members that the jobs of one deck may bring in. Our choice.
const MAX_MEMBERS: usize = 1024;

/// Where procedures and INCLUDE groups come from.
pub trait ProcedureLibraries {
    /// The libraries of the system, in the order in which they are searched.
    fn system(&self) -> &[String];

    /// True if there is a library of this name.
    fn exists(&self, library: &str) -> bool;

    /// The text of a member, one line for each record; none if the library or the member does not exist.
    fn member(&self, library: &str, member: &str) -> Option<String>;
}

/// A system without procedure libraries.
#[derive(Debug, Clone, Copy)]
pub struct NoLibraries;

impl ProcedureLibraries for NoLibraries {
    fn system(&self) -> &[String] {
        &[]
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn member(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}

/// What a procedure or INCLUDE group that is nowhere to be found does to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// It stops it, as on the host.
    #[default]
    Stops,
    /// It is left out with a hint: for a look at decks whose libraries are not at hand.
    LeftOut,
}

/// Things that live as long as the conversion and can be added to behind a shared reference.
pub(super) struct Slots<T> {
    slots: Vec<OnceCell<T>>,
    used: Cell<usize>,
}

impl<T> Slots<T> {
    /// Room for as many members as a deck may bring in.
    pub(super) fn new() -> Self {
        Self { slots: (0..MAX_MEMBERS).map(|_| OnceCell::new()).collect(), used: Cell::new(0) }
    }

    /// Keeps `value`; none if there is no room left.
    pub(super) fn add(&self, value: T) -> Option<&T> {
        let slot = self.slots.get(self.used.get())?;
        self.used.set(self.used.get() + 1);
        Some(slot.get_or_init(|| value))
    }
}

/// A member that was found.
#[derive(Clone, Copy)]
pub(super) struct Found<'d> {
    /// Its deck.
    pub(super) deck: &'d Deck<'d>,
    /// Its library.
    pub(super) library: &'d str,
    /// True if JCLLIB names the library.
    pub(super) is_private: bool,
}

/// The members of one deck: each is read once.
pub(super) struct Members<'d> {
    libraries: &'d dyn ProcedureLibraries,
    keep: &'d dyn Fn(String, String) -> Option<(&'d str, &'d Deck<'d>)>,
    known: HashMap<(String, String), Option<(&'d str, &'d Deck<'d>)>>,
}

impl<'d> Members<'d> {
    /// `keep` holds the name of a library and the text of a member for as long as the conversion lasts.
    pub(super) fn new(
        libraries: &'d dyn ProcedureLibraries,
        keep: &'d dyn Fn(String, String) -> Option<(&'d str, &'d Deck<'d>)>,
    ) -> Self {
        Self { libraries, keep, known: HashMap::new() }
    }

    /// True if there is a library of this name.
    pub(super) fn has_library(&self, library: &str) -> bool {
        self.libraries.exists(library)
    }

    /// Looks for `member` in the libraries of JCLLIB, then in those of the system.
    pub(super) fn find(&mut self, private: &[String], member: &str) -> Option<Found<'d>> {
        let libraries = self.libraries;
        let of_job = private.iter().map(|library| (library, true));
        let of_system = libraries.system().iter().map(|library| (library, false));
        of_job.chain(of_system).find_map(|(library, is_private)| {
            let (library, deck) = self.read(library, member)?;
            Some(Found { deck, library, is_private })
        })
    }

    fn read(&mut self, library: &str, member: &str) -> Option<(&'d str, &'d Deck<'d>)> {
        let key = (library.to_owned(), member.to_owned());
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let text = self.libraries.member(library, member);
        let found = text.and_then(|text| (self.keep)(library.to_owned(), text));
        self.known.insert(key, found);
        found
    }
}
