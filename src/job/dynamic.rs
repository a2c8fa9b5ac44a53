//! Data sets that a program names itself: dynamic allocation and the catalog.
//!
//! Border: implements these services of `program` for a running step, with the lines that they leave in the log.

use std::io;

use super::allocate::Target;
use super::dd::{StepData, environment, io_failure};
use super::merge::{dummy_attributes, merge, merge_new};
use super::model::{Action, SmsClasses};
use super::step_log::StepLog;
use super::streams::Watched;
use crate::dataset::catalog::{CatalogError, DataSet, Deleted, SpaceRequest, WriteRequest};
use crate::dataset::enqueue::Use;
use crate::dataset::group::{EntryKind, GroupDeleted, NewGroup};
use crate::dataset::{
    Attributes, DataSetName, Dcb, MemberName, ReadError, RecordReader, RecordWriter, Run, WriteError,
};
use crate::program::{Catalog, DynamicAllocation, NewDataSet, OpenError, ServiceError};

impl DynamicAllocation for StepData<'_> {
    fn open_input(
        &self,
        name: &DataSetName,
        member: Option<&MemberName>,
    ) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        self.hold(name, Use::Shared)?;
        let dataset = self.locate(name)?.ok_or_else(|| OpenError::NotFound(name.clone()))?;
        if dataset.label().recfm.is_none() {
            return Err(OpenError::NeverWritten(name.clone()));
        }
        let ddname = self.log.next_system_ddname();
        self.log.old_data_set(&ddname, &dataset);
        let guard = Retained { log: self.log, dataset: dataset.clone(), ddname: ddname.clone() };
        let attributes = merge(dataset.label()).ok_or_else(|| self.abend_013("34", &ddname, &dataset, None))?;
        self.check_member(&ddname, &dataset, member)?;
        let reader = dataset.open_read(member, attributes).map_err(|error| environment(&error))?;
        Ok(Box::new(DynamicReader { reader, _guard: guard }))
    }

    fn open_output(
        &self,
        name: &DataSetName,
        member: Option<&MemberName>,
        new: &NewDataSet,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        self.hold(name, Use::Exclusive)?;
        let ddname = self.log.next_system_ddname();
        let found = self.locate(name)?;
        let dataset = match found {
            Some(dataset) => {
                self.log.old_data_set(&ddname, &dataset);
                dataset
            }
            None => self.make(name, new, &ddname)?,
        };
        let guard = Retained { log: self.log, dataset: dataset.clone(), ddname: ddname.clone() };
        if member.is_some() != dataset.is_partitioned() {
            return Err(self.abend_013("18", &ddname, &dataset, member));
        }
        let attributes = merge_new(dataset.label(), new.attributes);
        let request =
            WriteRequest { ddname: &ddname, member, attributes, extend: false, secondary: None, release: None };
        let writer = Box::new(dataset.open_write(request).map_err(|error| environment(&error))?);
        let writer = Some(Watched { writer, log: self.log });
        Ok(Box::new(DynamicWriter { writer, dataset, _guard: guard }))
    }
}

impl StepData<'_> {
    fn hold(&self, name: &DataSetName, wanted: Use) -> Result<(), OpenError> {
        match self.enqueues.borrow_mut().try_get(name.as_str(), wanted) {
            Ok(true) => Ok(()),
            Ok(false) => Err(OpenError::InUse(name.clone())),
            Err(error) => Err(io_failure(&error)),
        }
    }

    /// The data set by name: the one that a DD of this step has, or the cataloged one.
    fn locate(&self, name: &DataSetName) -> Result<Option<DataSet>, OpenError> {
        let of_step = self.dds.iter().flat_map(|dd| &dd.parts).find_map(|part| match &part.target {
            Target::DataSet { dataset, .. } if dataset.name() == name.as_str() && !dataset.is_gone() => {
                Some(dataset.clone())
            }
            _ => None,
        });
        match of_step {
            Some(dataset) => Ok(Some(dataset)),
            None => self.data_sets.locate(name).map_err(|error| environment(&error)),
        }
    }

    fn make(&self, name: &DataSetName, new: &NewDataSet, ddname: &str) -> Result<DataSet, OpenError> {
        let space = SpaceRequest {
            primary: new.primary_tracks,
            secondary: new.secondary_tracks,
            directory: new.directory_blocks,
        };
        let made = self.data_sets.allocate(name, new.attributes.into(), space, None, &self.created);
        let dataset = made.map_err(|error| environment(&error))?;
        self.log.new_data_set(ddname, &dataset, &SmsClasses::default());
        Ok(dataset)
    }
}

impl Catalog for StepData<'_> {
    fn delete(&self, name: &DataSetName, member: Option<&MemberName>, purge: bool) -> Result<Deleted, ServiceError> {
        let Some(dataset) = self.locate(name).map_err(|error| ServiceError(error.to_string()))? else {
            return Ok(Deleted::NotFound);
        };
        let held_before = self.enqueues.borrow().holds(name.as_str());
        let got = self.enqueues.borrow_mut().try_get(name.as_str(), Use::Exclusive);
        if !got.map_err(|error| ServiceError(error.to_string()))? {
            return Ok(Deleted::InUse);
        }
        let deleted = self.delete_held(name, &dataset, member, purge);
        if !held_before {
            self.enqueues.borrow_mut().release(name.as_str());
        }
        deleted.map_err(|error| ServiceError(error.to_string()))
    }

    fn define_group(&self, group: &NewGroup) -> Result<bool, ServiceError> {
        self.data_sets.define_group(group, &self.created).map_err(|error| ServiceError(error.to_string()))
    }

    fn delete_group(&self, base: &DataSetName, force: bool) -> Result<GroupDeleted, ServiceError> {
        self.data_sets.delete_group(base, force).map_err(|error| ServiceError(error.to_string()))
    }

    fn entry(&self, name: &DataSetName) -> Result<Option<EntryKind>, ServiceError> {
        // A data set that the step has made is cataloged when it ends; SMS has it in the catalog already.
        let made = || matches!(self.locate(name), Ok(Some(_)));
        let found = self.data_sets.entry(name).map_err(|error| ServiceError(error.to_string()))?;
        Ok(found.or_else(|| made().then_some(EntryKind::NonVsam)))
    }

    fn label(&self, name: &DataSetName) -> Result<Option<Dcb>, ServiceError> {
        let found = self.locate(name).map_err(|error| ServiceError(error.to_string()))?;
        Ok(found.map(|dataset| dataset.label()))
    }

    fn entries_below(&self, level: &DataSetName) -> Result<Vec<(DataSetName, EntryKind)>, ServiceError> {
        self.data_sets.entries_below(level).map_err(|error| ServiceError(error.to_string()))
    }
}

impl StepData<'_> {
    fn delete_held(
        &self,
        name: &DataSetName,
        dataset: &DataSet,
        member: Option<&MemberName>,
        purge: bool,
    ) -> Result<Deleted, CatalogError> {
        let Some(member) = member else {
            let expires = dataset.row().expires;
            if !purge && expires.is_some_and(|day| self.created.get(..10).is_some_and(|today| day.as_str() > today)) {
                return Ok(Deleted::NotExpired);
            }
            dataset.delete()?;
            return Ok(Deleted::Done);
        };
        let gone = self.data_sets.delete_member(name, member)?;
        Ok(if gone { Deleted::Done } else { Deleted::MemberNotFound })
    }
}

struct DynamicReader<'a> {
    reader: crate::dataset::file::FileReader,
    _guard: Retained<'a>,
}

impl RecordReader for DynamicReader<'_> {
    fn attributes(&self) -> Attributes {
        self.reader.attributes()
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        self.reader.next_run()
    }

    fn at_end(&mut self) -> Result<bool, ReadError> {
        self.reader.at_end()
    }
}

/// Prints the disposition of a dynamically allocated data set when it is freed.
struct Retained<'a> {
    log: &'a StepLog<'a>,
    dataset: DataSet,
    ddname: String,
}

impl Drop for Retained<'_> {
    fn drop(&mut self) {
        self.log.disposition(&self.dataset, &self.ddname, Action::Keep);
    }
}

/// Writes a data set that no DD names; it is cataloged when it is closed, also after an abend.
struct DynamicWriter<'a> {
    writer: Option<Watched<'a>>,
    dataset: DataSet,
    _guard: Retained<'a>,
}

impl RecordWriter for DynamicWriter<'_> {
    fn attributes(&self) -> Attributes {
        self.writer.as_ref().map_or_else(|| dummy_attributes(Dcb::default()), |writer| writer.writer.attributes())
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        self.writer.as_mut().map_or(Ok(()), |writer| writer.put(record))
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        self.writer.as_mut().map_or(Ok(()), |writer| writer.put_run(run))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        if let Some(writer) = self.writer.take() {
            Box::new(writer).close()?;
        }
        self.dataset.commit().map_err(|error| WriteError::Io {
            dataset: self.dataset.name(),
            source: io::Error::other(error.to_string()),
        })
    }
}

impl Drop for DynamicWriter<'_> {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            drop(writer);
            // CONDDISP=CATLG is the client's default; a failure leaves the old state, which is as good.
            drop(self.dataset.commit());
        }
    }
}
