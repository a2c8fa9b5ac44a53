//! Allocation of a step's DDs: every data set found or made before the program starts, or none at all.
//!
//! Border: turns requests into data sets in use and says in messages why it could not. What names mean is
//! `names`; opening, disposing and printing are elsewhere.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

mod making;

pub use making::{release_unit, tracks};

use super::model::{Dd, DdPart, DsName, Pattern, Request, Source, Status, Step};
use super::names::{Kind, Meaning, Meant, Names, Place, Wrong};
use crate::dataset::catalog::{CatalogError, DataSet, DataSets};
use crate::dataset::enqueue::Use;
use crate::dataset::{DataSetName, Dcb, MemberName};
use crate::message::{Message, allocation, own};

/// Number of the first spool data set of a job's steps.
pub const FIRST_SPOOL_ID: u32 = 101;

/// A DD of a running step.
#[derive(Debug)]
pub struct AllocatedDd {
    /// ddname.
    pub name: String,
    /// The DD and what is concatenated to it.
    pub parts: Vec<AllocatedPart>,
    /// It is JOBLIB, whose data sets are disposed of when the job ends.
    pub of_job: bool,
}

/// One DD statement of a running step.
#[derive(Debug)]
pub struct AllocatedPart {
    /// What it stands for.
    pub target: Target,
    /// Attributes coded on the DD.
    pub dcb: Dcb,
}

/// What an allocated DD statement stands for.
#[derive(Debug)]
pub enum Target {
    /// A data set in use.
    DataSet {
        /// The data set.
        dataset: DataSet,
        /// Its member, if one is named.
        member: Option<MemberName>,
        /// As the DD asked for it.
        request: Box<Request>,
        /// It did not exist when the step started.
        made_here: bool,
        /// What kind of data set it is.
        kind: Kind,
    },
    /// In-stream data.
    InStream {
        /// Spool number, for its name in messages.
        id: u32,
        /// The last qualifier of that name, if the DD gives it.
        name: Option<String>,
        /// Records of 80 bytes.
        records: Rc<Vec<u8>>,
    },
    /// A SYSOUT data set.
    Sysout {
        /// Spool number.
        id: u32,
        /// The last qualifier of its name, if the DD gives it.
        name: Option<String>,
        /// Class.
        class: String,
        /// The internal reader takes it: it is a job.
        is_reader: bool,
    },
    /// DUMMY.
    Dummy,
}

/// Spool numbers of a job: in-stream data sets first, in deck order over all steps, then SYSOUT as it comes.
#[derive(Debug)]
pub struct SpoolNumbers {
    in_stream: Cell<u32>,
    sysout: Cell<u32>,
}

impl SpoolNumbers {
    /// The numbers of a job with these steps.
    pub fn new(steps: &[Step]) -> Self {
        let parts = steps.iter().flat_map(|step| &step.dds).flat_map(|dd| &dd.parts);
        let in_stream = parts.filter(|part| matches!(part.source, Source::InStream(_))).count();
        let first_sysout = FIRST_SPOOL_ID + u32::try_from(in_stream).unwrap_or(0);
        Self { in_stream: Cell::new(FIRST_SPOOL_ID), sysout: Cell::new(first_sysout) }
    }

    fn next(&self, part: &DdPart) -> u32 {
        let counter = if matches!(part.source, Source::InStream(_)) { &self.in_stream } else { &self.sysout };
        counter.replace(counter.get() + 1)
    }

    /// Passes over the numbers of a step that is not run.
    pub fn skip(&self, step: &Step) {
        for part in step.dds.iter().flat_map(|dd| &dd.parts) {
            if matches!(part.source, Source::InStream(_) | Source::Sysout { .. }) {
                self.next(part);
            }
        }
    }
}

/// A DD with what its name leads to, before anything is allocated.
struct Planned<'a> {
    name: &'a str,
    parts: Vec<(&'a DdPart, Dcb, Option<Meaning>)>,
    of_job: bool,
}

/// Holds a data set name for the job; false if the user did not want to wait for it.
pub type Hold<'a> = &'a dyn Fn(&str, Use) -> io::Result<bool>;

/// Allocates for one step after another.
pub struct Allocator<'a> {
    /// The system's data sets.
    pub data_sets: &'a Rc<DataSets>,
    /// What names mean.
    pub names: &'a Names<'a>,
    /// Temporary data sets that earlier steps have passed on.
    pub passed: &'a HashMap<String, DataSet>,
    /// Spool numbers of the job.
    pub numbers: &'a SpoolNumbers,
    /// Holds names that are known only now.
    pub hold: Hold<'a>,
    /// `job step` or `job procstep step`, as messages name it.
    pub step_label: String,
    /// Index of the step.
    pub step: usize,
    /// When new data sets were made.
    pub created: String,
    /// Data sets of this step by name: two DDs of one name are one data set.
    pub in_use: RefCell<HashMap<String, DataSet>>,
}

impl<'a> Allocator<'a> {
    /// Allocates all DDs of a step. On failure the messages say why, and what was made is gone again.
    pub fn allocate(&self, step: &'a Step, joblib: Option<&'a Dd>) -> Result<Vec<AllocatedDd>, Vec<Message>> {
        let plan = self.plan(step, joblib)?;
        let missing: Vec<Message> = plan
            .iter()
            .flat_map(|dd| dd.parts.iter().map(move |(part, _, meaning)| (dd.name, *part, meaning.as_ref())))
            .filter_map(|(ddname, part, meaning)| self.missing(ddname, part, meaning).transpose())
            .collect::<Result<_, _>>()
            .map_err(|error| vec![self.environment(&error)])?;
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut allocated = Vec::with_capacity(plan.len());
        for dd in &plan {
            match self.allocate_dd(dd) {
                Ok(dd) => allocated.push(dd),
                Err(messages) => {
                    give_back(&allocated);
                    return Err(messages);
                }
            }
        }
        Ok(allocated)
    }

    /// The DDs in order, JOBLIB first unless the step has its own STEPLIB; DDNAME has become what it stands for.
    fn plan(&self, step: &'a Step, joblib: Option<&'a Dd>) -> Result<Vec<Planned<'a>>, Vec<Message>> {
        let has_steplib = step.dds.iter().any(|dd| dd.name == "STEPLIB");
        let mut plan = Vec::with_capacity(step.dds.len() + 1);
        let mut wrong = Vec::new();
        if let Some(joblib) = joblib.filter(|_| !has_steplib) {
            let parts = joblib.parts.iter().map(|part| (part, Dcb::default()));
            plan.push(self.planned(&joblib.name, true, parts, &mut wrong));
        }
        let referred = |at: usize, wanted: &str| step.dds.iter().skip(at + 1).position(|dd| dd.name == wanted);
        let mut taken = vec![false; step.dds.len()];
        for (at, dd) in step.dds.iter().enumerate() {
            if taken.get(at) == Some(&true) {
                continue;
            }
            let mut parts = Vec::with_capacity(dd.parts.len());
            for part in &dd.parts {
                match &part.source {
                    Source::Deferred { ddname, dcb } => match referred(at, ddname) {
                        Some(behind) => {
                            let index = at + 1 + behind;
                            if let (Some(flag), Some(dd)) = (taken.get_mut(index), step.dds.get(index)) {
                                *flag = true;
                                parts.extend(dd.parts.iter().map(|part| (part, *dcb)));
                            }
                        }
                        // Nothing came: the host takes it for DUMMY.
                        None => parts.push((part, *dcb)),
                    },
                    _ => parts.push((part, Dcb::default())),
                }
            }
            plan.push(self.planned(&dd.name, false, parts.into_iter(), &mut wrong));
        }
        if wrong.is_empty() { Ok(plan) } else { Err(wrong) }
    }

    fn planned(
        &self,
        name: &'a str,
        of_job: bool,
        parts: impl Iterator<Item = (&'a DdPart, Dcb)>,
        wrong: &mut Vec<Message>,
    ) -> Planned<'a> {
        let mut planned = Planned { name, parts: Vec::new(), of_job };
        for (part, dcb) in parts {
            let meaning = match &part.source {
                Source::DataSet(request) => match self.names.meaning(self.place(part), request) {
                    Ok(meaning) => Some(meaning),
                    Err(error) => {
                        wrong.push(self.explain(name, error));
                        continue;
                    }
                },
                _ => None,
            };
            planned.parts.push((part, dcb, meaning));
        }
        planned
    }

    fn place(&self, part: &DdPart) -> Place {
        Place { step: self.step, statement: part.statement }
    }

    fn explain(&self, ddname: &str, wrong: Wrong) -> Message {
        let label = &self.step_label;
        match wrong {
            Wrong::NoGroup(base) => own::ZJB151E.with(&[label, &ddname, &base]),
            Wrong::NoGeneration(base, number) => own::ZJB152E.with(&[label, &ddname, &base, &number]),
            Wrong::NoDd(reference) => own::ZJB157E.with(&[label, &ddname, &reference]),
            Wrong::Catalog(error) => self.environment(&error),
        }
    }

    /// The message if a data set that must exist does not, or lies on another volume than the DD says.
    fn missing(&self, ddname: &str, part: &DdPart, meaning: Option<&Meaning>) -> Result<Option<Message>, CatalogError> {
        let (Source::DataSet(request), Some(Meaning::DataSet(meant))) = (&part.source, meaning) else {
            return Ok(None);
        };
        if !matches!(request.disposition.status, Status::Old | Status::Shr) {
            return Ok(None);
        }
        if refers_to_this_step(request) {
            // The DD that is referred to may make it; allocation looks again when its turn comes.
            return Ok(None);
        }
        let volume = request.volume.as_ref();
        let found = self.locate(&meant.name)?.filter(|found| volume.is_none_or(|volume| *volume == found.volume()));
        Ok(found.is_none().then(|| allocation::IEFA107I.with(&[&self.step_label, &ddname, &meant.name])))
    }

    fn locate(&self, name: &DataSetName) -> Result<Option<DataSet>, CatalogError> {
        if let Some(known) = self.in_use.borrow().get(name.as_str()) {
            return Ok(Some(known.clone()));
        }
        let found = match self.passed.get(name.as_str()) {
            Some(passed) => Some(passed.clone()),
            None => self.data_sets.locate(name)?,
        };
        if let Some(dataset) = &found {
            self.in_use.borrow_mut().insert(name.as_str().to_owned(), dataset.clone());
        }
        Ok(found)
    }

    fn environment(&self, error: &dyn std::error::Error) -> Message {
        own::ZJB107E.with(&[&self.step_label, &error.to_string()])
    }

    fn allocate_dd(&self, dd: &Planned<'_>) -> Result<AllocatedDd, Vec<Message>> {
        let mut parts = Vec::with_capacity(dd.parts.len());
        for (part, dcb, meaning) in &dd.parts {
            match self.allocate_part(dd.name, part, meaning.as_ref()) {
                Ok(more) => {
                    parts.extend(more.into_iter().map(|part| AllocatedPart { dcb: part.dcb.or(*dcb), ..part }));
                }
                Err(messages) => {
                    give_back(&[AllocatedDd { name: String::new(), parts, of_job: false }]);
                    return Err(messages);
                }
            }
        }
        Ok(AllocatedDd { name: dd.name.to_owned(), parts, of_job: dd.of_job })
    }

    fn allocate_part(
        &self,
        ddname: &str,
        part: &DdPart,
        meaning: Option<&Meaning>,
    ) -> Result<Vec<AllocatedPart>, Vec<Message>> {
        let one = |target, dcb| Ok(vec![AllocatedPart { target, dcb }]);
        match (&part.source, meaning) {
            (Source::DataSet(request), Some(Meaning::DataSet(meant))) => {
                let dcb = self.attributes(part, request).map_err(|error| vec![self.environment(&error)])?;
                one(self.allocate_data_set(ddname, part, request, meant, dcb)?, dcb)
            }
            (Source::DataSet(request), Some(Meaning::Generations(all))) => all
                .iter()
                .map(|meant| {
                    let target = self.allocate_data_set(ddname, part, request, meant, request.dcb)?;
                    Ok(AllocatedPart { target, dcb: request.dcb })
                })
                .collect(),
            (Source::DataSet(request), _) => one(Target::Dummy, request.dcb),
            (Source::InStream(records), _) => {
                let (id, name) = (self.numbers.next(part), part.spool_name.clone());
                one(Target::InStream { id, name, records: Rc::new(records.clone()) }, Dcb::default())
            }
            (Source::Sysout { class, writer, dcb }, _) => {
                let is_reader = writer.as_deref() == Some("INTRDR");
                let (id, name) = (self.numbers.next(part), part.spool_name.clone());
                one(Target::Sysout { id, name, class: class.clone(), is_reader }, *dcb)
            }
            (Source::Dummy { dcb } | Source::Deferred { dcb, .. }, _) => one(Target::Dummy, *dcb),
            (Source::NotEmulated { what }, _) => Err(vec![own::ZJB108E.with(&[&self.step_label, &ddname, what])]),
        }
    }

    fn allocate_data_set(
        &self,
        ddname: &str,
        part: &DdPart,
        request: &Request,
        meant: &Meant,
        dcb: Dcb,
    ) -> Result<Target, Vec<Message>> {
        let name = &meant.name;
        let status = request.disposition.status;
        self.hold_late(meant, status)?;
        let failed = |error: CatalogError| vec![self.environment(&error)];
        let mut found = self.locate(name).map_err(failed)?;
        if found.is_some() && status == Status::New && self.data_sets.is_deferred(name).map_err(failed)? {
            // A generation that was never rolled in gives way to the next one of its number.
            self.data_sets.delete(name).map_err(failed)?;
            self.in_use.borrow_mut().remove(name.as_str());
            found = None;
        }
        let (dataset, made_here) = match (found, status) {
            (Some(_), Status::New) => return Err(duplicate(name)),
            (Some(dataset), _) => (dataset, false),
            (None, Status::New | Status::Mod) => (self.make(ddname, part, request, name, dcb)?, true),
            (None, Status::Old | Status::Shr) => {
                return Err(vec![allocation::IEFA107I.with(&[&self.step_label, &ddname, name])]);
            }
        };
        let request = Box::new(request.clone());
        Ok(Target::DataSet { dataset, member: meant.member.clone(), request, made_here, kind: meant.kind.clone() })
    }

    /// Names of generations are held from here on; those on DD statements were held when the job started.
    fn hold_late(&self, meant: &Meant, status: Status) -> Result<(), Vec<Message>> {
        if !matches!(meant.kind, Kind::Generation(_)) {
            return Ok(());
        }
        let how = if status == Status::Shr { Use::Shared } else { Use::Exclusive };
        match (self.hold)(meant.name.as_str(), how) {
            Ok(true) => Ok(()),
            Ok(false) => Err(vec![own::ZJB106E.with(&[&self.step_label, &meant.name])]),
            Err(error) => Err(vec![self.environment(&error)]),
        }
    }
}

/// DSN=*.ddname or VOL=REF=*.ddname.
fn refers_to_this_step(request: &Request) -> bool {
    let ((DsName::SameAs(dd), _) | (_, Some(Pattern::Dd(dd)))) = (&request.name, &request.volume_from) else {
        return false;
    };
    dd.step.is_none()
}

fn duplicate(name: &DataSetName) -> Vec<Message> {
    vec![allocation::IGD17101I.with(&[name]), allocation::IGD17101I_NAME.plain(), allocation::IGD17101I_CODE.plain()]
}

/// A later DD failed: new data sets are deleted, old ones are left alone ("Summary of disposition processing").
fn give_back(allocated: &[AllocatedDd]) {
    for part in allocated.iter().flat_map(|dd| &dd.parts) {
        if let Target::DataSet { dataset, made_here: true, .. } = &part.target {
            // It is not in the catalog; what cannot be released now is released with this run.
            drop(dataset.delete());
        }
    }
}
