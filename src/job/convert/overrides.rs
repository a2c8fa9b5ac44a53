//! The DD and OUTPUT statements after an EXEC statement that calls a procedure: which of its steps and statements they
//! are for.
//!
//! Border: keeps and finds them. How operands are merged is `merge`'s matter.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::jcl::Verb;
use crate::jcl::ast::{Data, Jcl};

use super::field::Field;
use super::flow::Item;
use super::reading::Findings;

/// A DD or OUTPUT statement that waits for the step it belongs to.
pub(super) struct Part<'d> {
    /// Its cards.
    pub(super) item: Item<'d>,
    /// The statement; none for the SYSIN that JES2 makes.
    pub(super) jcl: Option<&'d Jcl<'d>>,
    /// Its operands.
    pub(super) field: Field<'d>,
    /// What was found in them; its number is not known before it is listed.
    pub(super) found: Findings,
    /// Comments after it.
    pub(super) comments: Vec<Item<'d>>,
    /// Its in-stream data, with what SYMBOLS replaced in it.
    pub(super) data: Option<(Item<'d>, Data)>,
}

/// A DD statement and the nameless ones after it, or an OUTPUT statement.
pub(super) struct Group<'d> {
    /// DD or OUTPUT: each has names of its own.
    pub(super) verb: Verb,
    /// The step of the procedure; none for the first.
    pub(super) step: Option<String>,
    /// The ddname, or the name of the OUTPUT statement.
    pub(super) ddname: String,
    /// The statements.
    pub(super) parts: VecDeque<Part<'d>>,
}

/// All statements that change one call of a procedure.
#[derive(Default)]
pub(super) struct Overrides<'d> {
    groups: Vec<Option<Group<'d>>>,
    /// Groups of steps that have not come yet.
    of_steps: HashMap<Option<String>, Vec<usize>>,
    /// Steps that have begun.
    begun: HashSet<Option<String>>,
    /// Groups before this one are for steps that have begun: statements must come in the order of the steps.
    front: usize,
    /// Groups of the step that is being read.
    current: Vec<usize>,
    by_name: HashMap<(Verb, String), usize>,
}

impl<'d> Overrides<'d> {
    /// True if there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The statement that came last.
    pub(super) fn last(&mut self) -> Option<&mut Part<'d>> {
        self.groups.last_mut()?.as_mut()?.parts.back_mut()
    }

    /// Adds a named statement. Without a step it is for that of the statement before.
    pub(super) fn add(&mut self, verb: Verb, step: Option<&str>, ddname: &str, part: Part<'d>) {
        let before = || self.groups.last().and_then(Option::as_ref).and_then(|group| group.step.clone());
        let step = step.map(str::to_owned).or_else(before);
        self.of_steps.entry(step.clone()).or_default().push(self.groups.len());
        self.groups.push(Some(Group { verb, step, ddname: ddname.to_owned(), parts: VecDeque::from([part]) }));
    }

    /// Adds a nameless statement; gives it back if none is before it.
    pub(super) fn concatenate(&mut self, part: Part<'d>) -> Option<Part<'d>> {
        match self.groups.iter_mut().rev().flatten().find(|group| group.verb == Verb::Dd) {
            Some(group) => group.parts.push_back(part),
            None => return Some(part),
        }
        None
    }

    /// A step of the procedure begins.
    pub(super) fn begin_step(&mut self, name: &str, is_first: bool) {
        if self.groups.is_empty() {
            return;
        }
        self.current = self.of_steps.remove(&Some(name.to_owned())).unwrap_or_default();
        self.begun.insert(Some(name.to_owned()));
        if is_first {
            self.current.extend(self.of_steps.remove(&None).unwrap_or_default());
            self.current.sort_unstable();
            self.begun.insert(None);
        }
        while let Some(group) = self.groups.get(self.front)
            && group.as_ref().is_none_or(|group| self.begun.contains(&group.step))
        {
            self.front += 1;
        }
        self.current.retain(|at| *at < self.front);
        self.by_name.clear();
        for &at in self.current.iter().rev() {
            if let Some(Some(group)) = self.groups.get(at) {
                self.by_name.insert((group.verb, group.ddname.clone()), at);
            }
        }
    }

    /// The statements for the statement `name` of the step that began last.
    pub(super) fn take(&mut self, verb: Verb, name: &str) -> Option<Group<'d>> {
        if self.by_name.is_empty() {
            return None;
        }
        let at = self.by_name.remove(&(verb, name.to_owned()))?;
        self.groups.get_mut(at)?.take()
    }

    /// The step that began calls a procedure: nothing from outside reaches what is in it.
    pub(super) fn pass_over(&mut self) {
        self.current.clear();
        self.by_name.clear();
    }

    /// Statements for this step that met no DD: they are added to it.
    pub(super) fn take_added(&mut self) -> Vec<Group<'d>> {
        self.by_name.clear();
        let current = std::mem::take(&mut self.current);
        current.into_iter().filter_map(|at| self.groups.get_mut(at)?.take()).collect()
    }

    /// Statements for steps that did not come, or had gone by.
    pub(super) fn into_rest(self) -> impl Iterator<Item = Group<'d>> {
        self.groups.into_iter().flatten()
    }
}
