//! What the names on DD statements mean in a running job: generations, temporary data sets, references.
//!
//! Border: from a request to a data set name. Whether the data set exists, and what is done with it, is
//! allocation's matter.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use jiff::civil::DateTime;

use super::model::{Dd, DdPart, DdReference, DsName, GdgBias, Job, Request, Source, Status};
use crate::dataset::catalog::{CatalogError, DataSets};
use crate::dataset::group::{MAX_GENERATION, base_of, generation_name};
use crate::dataset::{DataSetName, MemberName};

/// What a DD statement leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A data set.
    DataSet(Meant),
    /// All generations of a group, in the order of reading.
    Generations(Vec<Meant>),
    /// A DD that stands for nothing.
    Dummy,
}

/// A data set by its real name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The name in the catalog.
    pub name: DataSetName,
    /// The member.
    pub member: Option<MemberName>,
    /// What kind of data set it is.
    pub kind: Kind,
}

/// Kinds of data sets, as far as dispositions ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One that outlives the job.
    Permanent,
    /// One that ends with the job.
    Temporary,
    /// A generation of this group.
    Generation(DataSetName),
}

/// Why a name means nothing.
#[derive(Debug)]
pub enum Wrong {
    /// No such group.
    NoGroup(DataSetName),
    /// The group has no such generation.
    NoGeneration(DataSetName, String),
    /// A reference leads to no DD.
    NoDd(String),
    /// The catalog failed.
    Catalog(CatalogError),
}

impl From<CatalogError> for Wrong {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(error)
    }
}

/// Where in the job a name stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Index of the step.
    pub step: usize,
    /// Statement number of the DD.
    pub statement: u32,
}

/// The names of one job.
pub struct Names<'a> {
    job: &'a Job,
    data_sets: &'a Rc<DataSets>,
    /// `SYSyyddd.Thhmmss.RA000.jobname`
    stamp: String,
    /// Temporary data sets without a name, by their statement.
    unnamed: RefCell<BTreeMap<u32, DataSetName>>,
    /// Groups as the job saw them first: the active generations, the oldest first.
    pictures: RefCell<HashMap<DataSetName, Vec<DataSetName>>>,
}

impl<'a> Names<'a> {
    /// The names of a job that started then.
    pub fn new(job: &'a Job, data_sets: &'a Rc<DataSets>, started: DateTime) -> Self {
        let stamp = format!("SYS{}.RA000.{}", started.strftime("%y%j.T%H%M%S"), job.name);
        Self { job, data_sets, stamp, unnamed: RefCell::default(), pictures: RefCell::default() }
    }

    /// A step begins: with GDGBIAS=STEP groups are looked at anew.
    pub fn step_begins(&self) {
        if self.job.gdg_bias == GdgBias::Step {
            self.pictures.borrow_mut().clear();
        }
    }

    /// What a request at `place` means.
    pub fn meaning(&self, place: Place, request: &Request) -> Result<Meaning, Wrong> {
        let meant = |name, kind| Meaning::DataSet(Meant { name, member: request.member.clone(), kind });
        Ok(match &request.name {
            DsName::Plain(name) => return self.plain(name, request),
            DsName::Generation { base, relative } => {
                meant(self.generation(base, *relative, request.disposition.status)?, Kind::Generation(base.clone()))
            }
            DsName::Temporary(name) => meant(self.temporary(name.as_deref(), place.statement)?, Kind::Temporary),
            DsName::SameAs(reference) => return self.same_as(place, reference, request),
        })
    }

    fn plain(&self, name: &DataSetName, request: &Request) -> Result<Meaning, Wrong> {
        let single = |kind| Meaning::DataSet(Meant { name: name.clone(), member: request.member.clone(), kind });
        if request.member.is_none()
            && let Some(group) = self.data_sets.group(name)?
        {
            let mut generations = self.picture(name)?;
            if generations.is_empty() {
                return Err(Wrong::NoGeneration(name.clone(), "AT ALL".to_owned()));
            }
            if !group.fifo {
                generations.reverse();
            }
            let meant = |generation| Meant { name: generation, member: None, kind: Kind::Generation(name.clone()) };
            return Ok(Meaning::Generations(generations.into_iter().map(meant).collect()));
        }
        match base_of(name) {
            Some((base, _)) if self.data_sets.group(&base)?.is_some() => Ok(single(Kind::Generation(base))),
            _ => Ok(single(Kind::Permanent)),
        }
    }

    /// The data set that a relative number means: counted from the group as the job saw it first.
    fn generation(&self, base: &DataSetName, relative: i16, status: Status) -> Result<DataSetName, Wrong> {
        if self.data_sets.group(base)?.is_none() {
            return Err(Wrong::NoGroup(base.clone()));
        }
        let picture = self.picture(base)?;
        let missing = || Wrong::NoGeneration(base.clone(), format!("({relative:+})").replace("+0", "0"));
        let back = usize::from(relative.unsigned_abs());
        // The first generation may be made as (0): MOD is NEW where there is none (JCL reference, DSNAME).
        let may_make = matches!(status, Status::New | Status::Mod);
        if relative <= 0 && !(relative == 0 && picture.is_empty() && may_make) {
            let at = picture.len().checked_sub(1 + back).ok_or_else(missing)?;
            return picture.get(at).cloned().ok_or_else(missing);
        }
        let newest = picture.last().and_then(base_of).map_or(0, |(_, number)| number);
        let ahead = u16::try_from(back.max(1)).unwrap_or(MAX_GENERATION);
        let number = (newest.saturating_add(ahead) - 1) % MAX_GENERATION + 1;
        generation_name(base, number).ok_or_else(missing)
    }

    fn picture(&self, base: &DataSetName) -> Result<Vec<DataSetName>, CatalogError> {
        if let Some(seen) = self.pictures.borrow().get(base) {
            return Ok(seen.clone());
        }
        let active = self.data_sets.generations(base)?;
        self.pictures.borrow_mut().insert(base.clone(), active.clone());
        Ok(active)
    }

    /// The name that the system makes for a temporary data set. A DD without a name has a data set of its own.
    fn temporary(&self, name: Option<&str>, statement: u32) -> Result<DataSetName, Wrong> {
        let made = |last: &str| {
            DataSetName::new(&format!("{}.{last}", self.stamp)).map_err(|_| Wrong::NoDd(format!("&&{last}")))
        };
        if let Some(name) = name {
            return made(&format!("{name}.H01"));
        }
        let mut unnamed = self.unnamed.borrow_mut();
        if let Some(known) = unnamed.get(&statement) {
            return Ok(known.clone());
        }
        let name = made(&format!("R01{:05}", unnamed.len() + 1))?;
        unnamed.insert(statement, name.clone());
        Ok(name)
    }

    fn same_as(&self, place: Place, reference: &DdReference, request: &Request) -> Result<Meaning, Wrong> {
        let Some((there, part)) = self.find(place, reference) else {
            return Err(Wrong::NoDd(format!("*.{}", reference.ddname)));
        };
        let Source::DataSet(original) = &part.source else { return Ok(Meaning::Dummy) };
        let mut meaning = self.meaning(there, original)?;
        if let (Meaning::DataSet(meant), Some(member)) = (&mut meaning, &request.member) {
            meant.member = Some(member.clone());
        }
        Ok(meaning)
    }

    /// The DD statement that a reference at `place` leads to: always an earlier one.
    pub fn find(&self, place: Place, reference: &DdReference) -> Option<(Place, &'a DdPart)> {
        let part_of = |step: usize, dds: &'a [Dd]| {
            let mut parts = dds.iter().filter(|dd| dd.name == reference.ddname).filter_map(|dd| dd.parts.first());
            let earlier = parts.rfind(|part| part.statement < place.statement);
            earlier.map(|part| (Place { step, statement: part.statement }, part))
        };
        let here = self.job.steps.get(place.step)?;
        let Some(name) = &reference.step else { return part_of(place.step, &here.dds) };
        let earlier = self.job.steps.get(..place.step)?.iter().enumerate().rev();
        let mut called = earlier.filter(|(_, step)| step.is_called(name, here.caller.as_deref()));
        called.find_map(|(index, step)| part_of(index, &step.dds))
    }
}
