//! New data sets: their attributes, their space, their volume.
//!
//! Border: makes what a DD asks for. Whether it is to be made is decided by the allocator.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Allocator;
use crate::dataset::attributes::{HALF_TRACK, system_block_size};
use crate::dataset::catalog::{CatalogError, DataSet, SpaceRequest};
use crate::dataset::space::{DIRECTORY_BLOCKS_PER_TRACK, TRACKS_PER_CYLINDER, tracks_for_blocks};
use crate::dataset::{DataSetName, Dcb, Dsorg};
use crate::job::model::{DdPart, DsnType, Expiry, Pattern, Request, Source, Space, SpaceUnit};
use crate::job::names::Meaning;
use crate::message::{Message, allocation, own};

/// EXPDT of data sets that never expire.
const NEVER: &str = "9999-12-31";

impl Allocator<'_> {
    /// DCB of the DD, with what DCB= and LIKE= refer to behind it.
    pub(super) fn attributes(&self, part: &DdPart, request: &Request) -> Result<Dcb, CatalogError> {
        let mut dcb = request.dcb;
        for pattern in [&request.dcb_from, &request.like].into_iter().flatten() {
            if let Some((label, _)) = self.pattern(part, pattern)? {
                dcb = dcb.or(label);
            }
        }
        Ok(dcb)
    }

    /// Attributes and data set of a pattern; none if there is no such data set.
    pub(super) fn pattern(
        &self,
        part: &DdPart,
        pattern: &Pattern,
    ) -> Result<Option<(Dcb, Option<DataSet>)>, CatalogError> {
        match pattern {
            Pattern::DataSet(name) => Ok(self.locate(name)?.map(|found| (found.label(), Some(found)))),
            Pattern::Dd(reference) => {
                let Some((place, original)) = self.names.find(self.place(part), reference) else { return Ok(None) };
                let request = match &original.source {
                    Source::DataSet(request) => request,
                    Source::Sysout { dcb, .. } | Source::Dummy { dcb } | Source::Deferred { dcb, .. } => {
                        return Ok(Some((*dcb, None)));
                    }
                    Source::InStream(_) | Source::NotEmulated { .. } => return Ok(None),
                };
                let found = match self.names.meaning(place, request) {
                    Ok(Meaning::DataSet(meant)) => self.locate(&meant.name)?,
                    _ => None,
                };
                let label = found.as_ref().map(DataSet::label).unwrap_or_default();
                Ok(Some((request.dcb.or(label), found)))
            }
        }
    }

    pub(super) fn make(
        &self,
        ddname: &str,
        part: &DdPart,
        request: &Request,
        name: &DataSetName,
        dcb: Dcb,
    ) -> Result<DataSet, Vec<Message>> {
        let failed = |error: CatalogError| vec![self.environment(&error)];
        let model = match &request.like {
            Some(pattern) => self.pattern(part, pattern).map_err(failed)?.and_then(|(_, dataset)| dataset),
            None => None,
        };
        let wanted = match (&request.space, model) {
            (Some(space), _) => space_request(space, dcb),
            (None, Some(model)) => like(&model),
            (None, None) => return Err(vec![own::ZJB105E.with(&[&self.step_label, &ddname, name])]),
        };
        // A primary quantity of 0 is good: decks delete with DISP=(MOD,DELETE),SPACE=(TRK,0) what may not be there.
        if wanted.directory.div_ceil(DIRECTORY_BLOCKS_PER_TRACK) > wanted.primary {
            return Err(vec![allocation::IEF267I.with(&[&self.step_label, &ddname])]);
        }
        let (dcb, wanted) = of_type(request.dsn_type, dcb, wanted);
        let volume = match (&request.volume, &request.volume_from) {
            (Some(serial), _) => Some(serial.clone()),
            (None, Some(pattern)) => {
                let found = self.pattern(part, pattern).map_err(failed)?;
                found.and_then(|(_, dataset)| dataset).map(|dataset| dataset.volume())
            }
            (None, None) => None,
        };
        match self.data_sets.allocate(name, dcb, wanted, volume.as_deref(), &self.created) {
            Ok(dataset) => {
                dataset.set_expiry(request.expiry.and_then(|expiry| last_day(expiry, &self.created)));
                self.in_use.borrow_mut().insert(name.as_str().to_owned(), dataset.clone());
                Ok(dataset)
            }
            Err(CatalogError::NoVolume(volume)) => Err(vec![own::ZJB103E.with(&[&self.step_label, &ddname, &volume])]),
            Err(CatalogError::NoSpace { name, .. }) => {
                Err(vec![own::ZJB104E.with(&[&self.step_label, &ddname, &name])])
            }
            Err(error) => Err(vec![self.environment(&error)]),
        }
    }
}

fn space_request(space: &Space, dcb: Dcb) -> SpaceRequest {
    SpaceRequest {
        primary: tracks(space.unit, space.primary, dcb),
        secondary: tracks(space.unit, space.secondary.unwrap_or(0), dcb),
        directory: space.directory,
    }
}

/// The space of another data set.
fn like(model: &DataSet) -> SpaceRequest {
    let row = model.row();
    SpaceRequest { primary: row.primary_tracks, secondary: row.secondary_tracks, directory: row.directory_blocks }
}

/// What DSNTYPE makes of it. The directory of a PDSE has no size.
fn of_type(dsn_type: Option<DsnType>, dcb: Dcb, space: SpaceRequest) -> (Dcb, SpaceRequest) {
    match dsn_type {
        Some(DsnType::Library) => {
            (Dcb { dsorg: Some(Dsorg::Partitioned), ..dcb }, SpaceRequest { directory: 0, ..space })
        }
        Some(DsnType::Pds) => (Dcb { dsorg: dcb.dsorg.or(Some(Dsorg::Partitioned)), ..dcb }, space),
        _ => (dcb, space),
    }
}

/// The first day on which the data set may be deleted.
fn last_day(expiry: Expiry, created: &str) -> Option<String> {
    match expiry {
        Expiry::On(year, day) if year >= 9999 || day >= 365 && year == 1999 => Some(NEVER.to_owned()),
        Expiry::On(year, day) => {
            let first = Date::new(year, 1, 1).ok()?;
            first.checked_add(i64::from(day.checked_sub(1)?).days()).ok().map(|date| date.to_string())
        }
        Expiry::Days(0) => None,
        Expiry::Days(days) => {
            let made: Date = created.get(..10)?.parse().ok()?;
            made.checked_add(i64::from(days).days()).ok().map(|date| date.to_string())
        }
    }
}

/// Tracks that so many units are. Records go into blocks of the size that the data set will have.
pub fn tracks(unit: SpaceUnit, quantity: u32, dcb: Dcb) -> u32 {
    match unit {
        SpaceUnit::Tracks => quantity,
        SpaceUnit::Cylinders => quantity.saturating_mul(TRACKS_PER_CYLINDER),
        SpaceUnit::Blocks(length) => tracks_for_blocks(quantity, length),
        SpaceUnit::Records(length) => {
            let known = dcb.blksize.filter(|&size| size > 0);
            let system = || Some(system_block_size(dcb.recfm?, dcb.lrecl?));
            let block = known.or_else(system).unwrap_or(HALF_TRACK).max(1);
            let bytes = u64::from(quantity) * u64::from(length.max(1));
            tracks_for_blocks(u32::try_from(bytes.div_ceil(u64::from(block))).unwrap_or(u32::MAX), block)
        }
    }
}

/// The unit in which RLSE gives space back, in tracks.
pub fn release_unit(space: &Space) -> Option<u32> {
    let unit = if space.unit == SpaceUnit::Cylinders { TRACKS_PER_CYLINDER } else { 1 };
    space.release.then_some(unit)
}
