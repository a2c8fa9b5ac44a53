//! Data sets that a job asks for: are they there, and is there room for their names?

use std::collections::HashSet;

use crate::dataset::{DataSetName, MemberName};
use crate::message::advice::{ZJB809I, ZJB810W};

use super::view::{Dd, Job, View};
use super::{Findings, Known, Place};

/// A data set that neither the catalog nor an earlier step has.
pub(super) fn unknown(view: &View<'_>, findings: &mut Findings<'_>) {
    let mut told: HashSet<(DataSetName, Option<MemberName>)> = HashSet::new();
    let mut walk = Walk::default();
    walk.over(view, |_, _, dd, earlier| {
        let Some((name, member)) = dd.data_set().filter(|_| !dd.may_be_new()) else { return };
        if earlier.contains(name.as_str()) || earlier.makes(&name) {
            return;
        }
        let is_there = matches!(view.find(&name, member.as_ref()), Known::Present(_));
        if is_there || !told.insert((name.clone(), member.clone())) {
            return;
        }
        let full = member.map_or_else(|| name.to_string(), |member| format!("{name}({member})"));
        let (found, remedy) = (ZJB809I.found.with(&[&full]), ZJB809I.remedy.with(&[&full]));
        findings.advise_with(&ZJB809I, found, remedy, place(view, dd));
    });
}

/// DISP=NEW for a data set that is there.
pub(super) fn duplicate(view: &View<'_>, findings: &mut Findings<'_>) {
    let mut walk = Walk::default();
    walk.over(view, |_, _, dd, earlier| {
        let Some((name, None)) = dd.data_set().filter(|_| dd.is_new() && dd.field.value(&["DISP"]).is_some()) else {
            return;
        };
        let gone = earlier.contains(name.as_str()) || earlier.makes(&name);
        if !gone && matches!(view.find(&name, None), Known::Present(_)) {
            let found = ZJB810W.found.with(&[&name]);
            findings.advise_with(&ZJB810W, found, ZJB810W.remedy.plain(), place(view, dd));
        }
    });
}

fn place(view: &View<'_>, dd: &Dd<'_>) -> Place {
    if dd.in_library {
        return view.source.whole(dd.card);
    }
    dd.field.coded(&["DSN", "DSNAME"]).map_or_else(|| view.source.whole(dd.card), |name| name.place())
}

/// What earlier statements of the jobs did.
#[derive(Default)]
struct Earlier {
    /// Words of in-stream data: IDCAMS may delete or define what they name.
    words: HashSet<String>,
    /// Data sets that a DD makes or deletes.
    made: HashSet<DataSetName>,
}

impl Earlier {
    fn contains(&self, name: &str) -> bool {
        self.words.contains(name)
    }

    fn makes(&self, name: &DataSetName) -> bool {
        self.made.contains(name)
    }
}

#[derive(Default)]
struct Walk {
    earlier: Earlier,
}

impl Walk {
    /// Calls `look` for each DD with what came before it. All jobs of a deck run one after another.
    fn over(&mut self, view: &View<'_>, mut look: impl FnMut(&Job<'_>, usize, &Dd<'_>, &Earlier)) {
        for (job, number, step) in view.steps() {
            for dd in &step.dds {
                look(job, number, dd, &self.earlier);
            }
            for dd in &step.dds {
                for at in dd.data.clone().into_iter().flatten() {
                    let words = view.source.card(at).text().split(|c: char| !is_name(c));
                    self.earlier.words.extend(words.filter(|word| word.contains('.')).map(str::to_ascii_uppercase));
                }
                if let Some((name, _)) = dd.data_set().filter(|_| dd.may_be_new() || dd.deletes()) {
                    self.earlier.made.insert(name);
                }
            }
        }
    }
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '@' | '#' | '$' | '-')
}
