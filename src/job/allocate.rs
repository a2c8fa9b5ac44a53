//! Allocation of a step's DDs: every data set found or made before the program starts, or none at all.
//!
//! Border: turns requests into data sets in use and says in messages why it could not. Opening, disposing and
//! printing are elsewhere.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::model::{Dd, DdPart, Request, Source, Space, SpaceUnit, Status, Step};
use crate::dataset::catalog::{CatalogError, DataSet, DataSets, SpaceRequest};
use crate::dataset::space::{TRACKS_PER_CYLINDER, tracks_for_blocks};
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
    },
    /// In-stream data.
    InStream {
        /// Spool number, for its name in messages.
        id: u32,
        /// Records of 80 bytes.
        records: Rc<Vec<u8>>,
    },
    /// A SYSOUT data set.
    Sysout {
        /// Spool number.
        id: u32,
        /// Class.
        class: String,
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

/// Allocates for one step after another.
pub struct Allocator<'a> {
    /// The system's data sets.
    pub data_sets: &'a Rc<DataSets>,
    /// Spool numbers of the job.
    pub numbers: &'a SpoolNumbers,
    /// `job step` or `job procstep step`, as messages name it.
    pub step_label: String,
    /// When new data sets were made.
    pub created: String,
    /// Data sets of this step by name: two DDs of one name are one data set.
    pub in_use: RefCell<HashMap<String, DataSet>>,
}

impl Allocator<'_> {
    /// Allocates all DDs of a step. On failure the messages say why, and what was made is gone again.
    pub fn allocate(&self, step: &Step) -> Result<Vec<AllocatedDd>, Vec<Message>> {
        let missing: Vec<Message> = step
            .dds
            .iter()
            .flat_map(|dd| dd.parts.iter().map(move |part| (dd, part)))
            .filter_map(|(dd, part)| self.missing(dd, part).transpose())
            .collect::<Result<_, _>>()
            .map_err(|error| vec![self.environment(&error)])?;
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut allocated = Vec::with_capacity(step.dds.len());
        for dd in &step.dds {
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

    /// The message if a data set that must exist does not.
    fn missing(&self, dd: &Dd, part: &DdPart) -> Result<Option<Message>, CatalogError> {
        let Source::DataSet(request) = &part.source else { return Ok(None) };
        let must_exist = matches!(request.disposition.status, Status::Old | Status::Shr);
        let Some(name) = request.name.plain() else { return Ok(None) };
        if !must_exist || self.locate(name)?.is_some() {
            return Ok(None);
        }
        Ok(Some(allocation::IEFA107I.with(&[&self.step_label, &dd.name, name])))
    }

    fn locate(&self, name: &DataSetName) -> Result<Option<DataSet>, CatalogError> {
        if let Some(known) = self.in_use.borrow().get(name.as_str()) {
            return Ok(Some(known.clone()));
        }
        let found = self.data_sets.locate(name)?;
        if let Some(dataset) = &found {
            self.in_use.borrow_mut().insert(name.as_str().to_owned(), dataset.clone());
        }
        Ok(found)
    }

    fn environment(&self, error: &dyn std::error::Error) -> Message {
        own::ZJB107E.with(&[&self.step_label, &error.to_string()])
    }

    fn allocate_dd(&self, dd: &Dd) -> Result<AllocatedDd, Vec<Message>> {
        let parts = dd.parts.iter().map(|part| self.allocate_part(dd, part)).collect::<Result<_, _>>()?;
        Ok(AllocatedDd { name: dd.name.clone(), parts })
    }

    fn allocate_part(&self, dd: &Dd, part: &DdPart) -> Result<AllocatedPart, Vec<Message>> {
        Ok(match &part.source {
            Source::DataSet(request) => {
                AllocatedPart { target: self.allocate_data_set(dd, request)?, dcb: request.dcb }
            }
            Source::InStream(records) => {
                let target = Target::InStream { id: self.numbers.next(part), records: Rc::new(records.clone()) };
                AllocatedPart { target, dcb: Dcb::default() }
            }
            Source::Deferred { .. } => {
                return Err(vec![own::ZJB108E.with(&[&self.step_label, &dd.name, &"DDNAME"])]);
            }
            Source::NotEmulated { what } => {
                return Err(vec![own::ZJB108E.with(&[&self.step_label, &dd.name, what])]);
            }
            Source::Sysout { class, dcb, .. } => AllocatedPart {
                target: Target::Sysout { id: self.numbers.next(part), class: class.clone() },
                dcb: *dcb,
            },
            Source::Dummy { dcb } => AllocatedPart { target: Target::Dummy, dcb: *dcb },
        })
    }

    fn allocate_data_set(&self, dd: &Dd, request: &Request) -> Result<Target, Vec<Message>> {
        let Some(name) = request.name.plain() else {
            return Err(vec![own::ZJB108E.with(&[&self.step_label, &dd.name, &"THIS KIND OF DSNAME"])]);
        };
        let found = self.locate(name).map_err(|error| vec![self.environment(&error)])?;
        let (dataset, made_here) = match (found, request.disposition.status) {
            (Some(_), Status::New) => return Err(duplicate(name)),
            (Some(dataset), _) => (dataset, false),
            (None, Status::New | Status::Mod) => (self.make(dd, request, name)?, true),
            (None, Status::Old | Status::Shr) => {
                return Err(vec![allocation::IEFA107I.with(&[&self.step_label, &dd.name, name])]);
            }
        };
        let request = Box::new(request.clone());
        Ok(Target::DataSet { dataset, member: request.member.clone(), request, made_here })
    }

    fn make(&self, dd: &Dd, request: &Request, name: &DataSetName) -> Result<DataSet, Vec<Message>> {
        let Some(space) = &request.space else {
            return Err(vec![own::ZJB105E.with(&[&self.step_label, &dd.name, name])]);
        };
        let wanted = SpaceRequest {
            primary: tracks(space.unit, space.primary),
            secondary: tracks(space.unit, space.secondary.unwrap_or(0)),
            directory: space.directory,
        };
        if wanted.primary == 0 {
            return Err(vec![allocation::IEF135I.with(&[&self.step_label, &dd.name])]);
        }
        let made = self.data_sets.allocate(name, request.dcb, wanted, request.volume.as_deref(), &self.created);
        match made {
            Ok(dataset) => {
                self.in_use.borrow_mut().insert(name.as_str().to_owned(), dataset.clone());
                Ok(dataset)
            }
            Err(CatalogError::NoVolume(volume)) => Err(vec![own::ZJB103E.with(&[&self.step_label, &dd.name, &volume])]),
            Err(CatalogError::NoSpace { name, .. }) => {
                Err(vec![own::ZJB104E.with(&[&self.step_label, &dd.name, &name])])
            }
            Err(error) => Err(vec![self.environment(&error)]),
        }
    }
}

/// Tracks that so many units are.
pub fn tracks(unit: SpaceUnit, quantity: u32) -> u32 {
    match unit {
        SpaceUnit::Tracks => quantity,
        SpaceUnit::Cylinders => quantity.saturating_mul(TRACKS_PER_CYLINDER),
        SpaceUnit::Blocks(length) | SpaceUnit::Records(length) => tracks_for_blocks(quantity, length),
    }
}

/// The unit in which RLSE gives space back, in tracks.
pub fn release_unit(space: &Space) -> Option<u32> {
    let unit = if space.unit == SpaceUnit::Cylinders { TRACKS_PER_CYLINDER } else { 1 };
    space.release.then_some(unit)
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
