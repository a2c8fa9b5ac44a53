//! Records of data sets for commands: opened with their names held, made and cataloged when they are complete.
//!
//! Border: joins the catalog to what commands read and write; knows no formats.

use super::CliError;
use super::dataset::{IMPORT_TRACKS, hold, locate, make};
use crate::dataset::catalog::{DataSet, DataSetWriter, WriteRequest};
use crate::dataset::enqueue::{Enqueues, Use};
use crate::dataset::file::FileReader;
use crate::dataset::{Attributes, DataSetName, Dsorg, MemberName, RecordWriter};
use crate::system::System;

fn usage(what: impl std::fmt::Display) -> CliError {
    CliError::Usage(what.to_string())
}

/// The records of a data set or member, and the hold on its name.
pub(super) fn records(
    system: &System,
    name: &DataSetName,
    member: Option<&MemberName>,
) -> Result<(FileReader, Enqueues), CliError> {
    let held = hold(system, name, Use::Shared)?;
    let dataset = locate(system, name)?;
    if dataset.is_partitioned() != member.is_some() {
        let what = if member.is_some() { "is no library" } else { "is a library; name a member" };
        return Err(usage(what.to_owned()));
    }
    let label = dataset.label();
    let (Some(recfm), Some(lrecl), Some(blksize)) = (label.recfm, label.lrecl, label.blksize) else {
        return Err(usage("nothing was ever written to it, so it has no RECFM and LRECL".to_owned()));
    };
    let reader = dataset.open_read(member, Attributes { recfm, lrecl, blksize }).map_err(usage)?;
    Ok((reader, held))
}

/// A data set being written, in place of an old one if there is any.
pub(super) struct NewDataSet {
    pub(super) writer: Box<DataSetWriter>,
    dataset: DataSet,
    _held: Enqueues,
}

impl NewDataSet {
    pub(super) fn create(
        system: &System,
        name: &DataSetName,
        member: Option<&MemberName>,
        attributes: Attributes,
        force: bool,
    ) -> Result<Self, CliError> {
        let held = hold(system, name, Use::Exclusive)?;
        let old = system.data_sets().locate(name).map_err(usage)?;
        if let Some(old) = &old {
            check_old(old, member, force)?;
        }
        let dataset = make(system, name, Dsorg::of_member(member), attributes, old)?;
        let (ddname, release) = ("TERSE", member.is_none().then_some(1));
        let secondary = Some(IMPORT_TRACKS.1);
        let request = WriteRequest { ddname, member, attributes, extend: false, secondary, release };
        let writer = Box::new(dataset.open_write(request).map_err(usage)?);
        Ok(Self { writer, dataset, _held: held })
    }

    /// Writes out the rest and catalogs the data set.
    pub(super) fn keep(self) -> Result<(), CliError> {
        self.writer.close().map_err(usage)?;
        self.dataset.commit().map_err(usage)
    }
}

fn check_old(old: &DataSet, member: Option<&MemberName>, force: bool) -> Result<(), CliError> {
    let exists = match member {
        _ if old.is_partitioned() != member.is_some() => {
            let what = if member.is_some() { "it is no library" } else { "it is a library; name a member" };
            return Err(usage(what.to_owned()));
        }
        Some(member) => old.has_member(member).map_err(usage)?,
        None => true,
    };
    if exists && !force {
        return Err(usage("the data set or member exists; --force replaces it".to_owned()));
    }
    Ok(())
}
