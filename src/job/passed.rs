//! What steps leave for those after them: data sets that were passed on, those of JOBLIB, and what the job made.
//!
//! Border: remembers. What is done with a data set when a step or the job ends is `dispose`.

use std::collections::{HashMap, HashSet};

use super::model::Disposition;
use super::names::Kind;
use crate::dataset::catalog::DataSet;

/// A data set with what its DD says of its end.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) dataset: DataSet,
    pub(super) ddname: String,
    pub(super) disposition: Disposition,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) struct PassedOn {
    pub(super) held: Held,
    /// It is one of JOBLIB, which every step has anew.
    pub(super) of_job: bool,
}

/// Data sets between two steps.
#[derive(Debug, Default)]
pub struct Passed {
    on: Vec<PassedOn>,
    temporary: HashMap<String, DataSet>,
    made: HashSet<String>,
}

impl Passed {
    /// Temporary data sets by name: they are in no catalog.
    pub fn temporary(&self) -> &HashMap<String, DataSet> {
        &self.temporary
    }

    /// A step passes a data set on.
    pub(super) fn add(&mut self, held: &Held) {
        let name = held.dataset.name();
        self.take(&name);
        if held.kind == Kind::Temporary {
            self.temporary.insert(name, held.dataset.clone());
        }
        self.on.push(PassedOn { held: held.clone(), of_job: false });
    }

    /// A data set of JOBLIB is kept until the job ends.
    pub(super) fn keep_for_job(&mut self, held: Held) {
        let name = held.dataset.name();
        self.on.retain(|passed| !passed.of_job || passed.held.dataset.name() != name);
        self.on.push(PassedOn { held, of_job: true });
    }

    /// The data set is not passed any more.
    pub(super) fn take(&mut self, name: &str) {
        self.on.retain(|passed| passed.of_job || passed.held.dataset.name() != name);
        self.temporary.remove(name);
    }

    /// The job has made this data set.
    pub(super) fn made(&mut self, name: String) {
        self.made.insert(name);
    }

    /// The data set does not exist any more.
    pub(super) fn deleted(&mut self, name: &str) {
        self.take(name);
        self.made.remove(name);
    }

    /// True if the job has made this data set.
    pub(super) fn has_made(&self, name: &str) -> bool {
        self.made.contains(name)
    }

    /// True if an earlier step passed this data set on, and the job has made it.
    pub(super) fn is_passed_and_new(&self, name: &str) -> bool {
        self.has_made(name) && self.on.iter().any(|passed| !passed.of_job && passed.held.dataset.name() == name)
    }

    /// Everything that is still passed, in the order of passing.
    pub(super) fn left(&mut self) -> Vec<PassedOn> {
        std::mem::take(&mut self.on)
    }

    /// Temporary data sets of a step that failed.
    pub(super) fn left_temporary(&mut self) -> impl Iterator<Item = DataSet> + use<> {
        std::mem::take(&mut self.temporary).into_values()
    }
}
