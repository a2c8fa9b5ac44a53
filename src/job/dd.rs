//! The DDs of a running step as programs see them: opened for input and output, with DCB merged.
//!
//! Border: implements the data services of `program`. Messages of OPEN and of x37 abends are printed here,
//! through the step's log, because programs do not know them.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::allocate::{AllocatedDd, AllocatedPart, Target, release_unit, tracks};
use super::initiator::StepLog;
use super::model::Status;
use super::spool::SpoolFile;
use crate::dataset::catalog::{CatalogError, DataSet, DataSetWriter, DataSets, SpaceRequest, WriteRequest};
use crate::dataset::enqueue::{Enqueues, Use};
use crate::dataset::{
    Attributes, DataSetName, Dcb, MemberName, ReadError, Recfm, RecordReader, RecordWriter, Run, Shape, SpaceAbend,
    WriteError,
};
use crate::message::{allocation, own};
use crate::program::{Catalog, DdKind, DdStatements, Deleted, DynamicAllocation, NewDataSet, OpenError, ServiceError};
use crate::store::SpoolRow;

/// The services that a step's data need.
pub struct StepData<'a> {
    /// The DDs.
    pub dds: &'a [AllocatedDd],
    /// The system's data sets.
    pub data_sets: &'a Rc<DataSets>,
    /// Names held by the job.
    pub enqueues: &'a RefCell<Enqueues>,
    /// Where messages go.
    pub log: &'a StepLog<'a>,
    /// The directory of the job's spool.
    pub spool: &'a std::path::Path,
    /// Spool data sets that are written.
    pub written: RefCell<Vec<(SpoolRow, u64)>>,
    /// When data sets made here were made.
    pub created: String,
}

impl StepData<'_> {
    fn find(&self, ddname: &str) -> Result<&AllocatedDd, OpenError> {
        if let Some(dd) = self.dds.iter().find(|dd| dd.name == ddname) {
            Ok(dd)
        } else {
            self.log.programmer(&allocation::IEC130I.with(&[&ddname]));
            Err(OpenError::NoDd(ddname.to_owned()))
        }
    }

    /// OPEN fails with an abend: the message, then the code.
    fn abend_013(&self, reason: &str, ddname: &str, dataset: &DataSet, member: Option<&MemberName>) -> OpenError {
        let place = self.log.place(ddname, &dataset.volume(), &full_name(dataset, member));
        self.log.programmer(&allocation::IEC141I.with(&[&reason, &place]));
        OpenError::Abend { code: 0x013, reason: u32::from_str_radix(reason, 16).unwrap_or(0) }
    }

    fn no_directory(&self, ddname: &str, dataset: &DataSet) -> OpenError {
        let what = format!("READING LIBRARY {} WITHOUT A MEMBER", dataset.name());
        self.log.programmer(&own::ZJB108E.with(&[&self.log.label(), &ddname, &what]));
        OpenError::Abend { code: 0x013, reason: 0x18 }
    }

    fn read_part<'s>(
        &'s self,
        ddname: &str,
        part: &'s AllocatedPart,
        program: Dcb,
    ) -> Result<Box<dyn RecordReader + 's>, OpenError> {
        match &part.target {
            Target::DataSet { dataset, member, .. } => {
                self.read_data_set(ddname, dataset, member.as_ref(), program.or(part.dcb))
            }
            Target::InStream { records, .. } => Ok(Box::new(InStream { records, given: false })),
            Target::Sysout { .. } | Target::Dummy => Ok(Box::new(Nothing(dummy_attributes(program.or(part.dcb))))),
        }
    }

    fn open_sysout(&self, id: u32, ddname: &str, class: &str, attributes: Attributes) -> io::Result<SpoolFile> {
        let mut written = self.written.borrow_mut();
        match written.iter().position(|(row, _)| row.id == id) {
            Some(at) => SpoolFile::extend(self.spool, written.swap_remove(at)),
            None => SpoolFile::create(self.spool, id, (self.log.step_name(), ddname), class, attributes),
        }
    }

    /// Opens a data set or one of its members for input.
    pub(super) fn read_data_set<'s>(
        &'s self,
        ddname: &str,
        dataset: &DataSet,
        member: Option<&MemberName>,
        dcb: Dcb,
    ) -> Result<Box<dyn RecordReader + 's>, OpenError> {
        let merged = dcb.or(dataset.label());
        let attributes = merge(merged).ok_or_else(|| self.abend_013("34", ddname, dataset, None))?;
        if !attributes.is_consistent() {
            return Err(self.abend_013("20", ddname, dataset, member));
        }
        self.check_member(ddname, dataset, member)?;
        Ok(Box::new(dataset.open_read(member, attributes).map_err(|error| environment(&error))?))
    }

    /// A library needs a member that it has, and a sequential data set must not have one: S013-18 as on the
    /// host. There a library without a member is read too, by its directory.
    fn check_member(&self, ddname: &str, dataset: &DataSet, member: Option<&MemberName>) -> Result<(), OpenError> {
        let good = match (member, dataset.is_partitioned()) {
            (Some(member), true) => dataset.has_member(member).map_err(|error| environment(&error))?,
            (None, false) => true,
            (None, true) => return Err(self.no_directory(ddname, dataset)),
            (Some(_), false) => false,
        };
        if good { Ok(()) } else { Err(self.abend_013("18", ddname, dataset, member)) }
    }

    /// Opens what a DD stands for, or `member` of it, for output.
    pub(super) fn write_data_set(
        &self,
        ddname: &str,
        part: &AllocatedPart,
        member: Option<&MemberName>,
        program: Dcb,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let Target::DataSet { dataset, request, made_here, .. } = &part.target else {
            return Ok(Box::new(Swallow(dummy_attributes(program.or(part.dcb)))));
        };
        let merged = program.or(part.dcb).or(dataset.label());
        let attributes = merge(merged).ok_or_else(|| self.abend_013("34", ddname, dataset, member))?;
        if !attributes.is_consistent() {
            return Err(self.abend_013("20", ddname, dataset, member));
        }
        if member.is_some() != dataset.is_partitioned() {
            return Err(self.abend_013("18", ddname, dataset, member));
        }
        let space = request.space.as_ref();
        let writer = dataset.open_write(WriteRequest {
            ddname,
            member,
            attributes,
            extend: request.disposition.status == Status::Mod && !made_here,
            secondary: space.and_then(|space| Some(tracks(space.unit, space.secondary?))),
            release: space.and_then(release_unit),
        });
        Ok(Box::new(Watched { writer: Box::new(writer.map_err(|error| environment(&error))?), log: self.log }))
    }
}

impl DdStatements for StepData<'_> {
    fn kind(&self, ddname: &str) -> Option<DdKind> {
        let part = self.dds.iter().find(|dd| dd.name == ddname)?.parts.first()?;
        Some(match &part.target {
            Target::DataSet { request, .. } => {
                DdKind::DataSet { name: request.name.plain()?.clone(), member: request.member.clone() }
            }
            Target::InStream { .. } => DdKind::InStream,
            Target::Sysout { .. } => DdKind::Sysout,
            Target::Dummy => DdKind::Dummy,
        })
    }

    fn open_input(&self, ddname: &str, program: Dcb) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        let dd = self.find(ddname)?;
        let mut readers = readable(&dd.parts)
            .iter()
            .map(|part| self.read_part(ddname, part, program))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter();
        let Some(first) = readers.next() else { return Err(OpenError::NoDd(ddname.to_owned())) };
        let rest: Vec<_> = readers.collect();
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Box::new(Concatenation { attributes: first.attributes(), current: first, rest: rest.into_iter() }))
    }

    fn open_output(&self, ddname: &str, program: Dcb) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let dd = self.find(ddname)?;
        let Some(part) = dd.parts.first() else { return Err(OpenError::NoDd(ddname.to_owned())) };
        match &part.target {
            Target::Sysout { id, class } => {
                let attributes = dummy_attributes(program.or(part.dcb));
                let file = self.open_sysout(*id, ddname, class, attributes).map_err(|error| io_failure(&error))?;
                Ok(Box::new(SysoutWriter { data: self, file: Some(file), attributes, ddname: ddname.to_owned() }))
            }
            Target::InStream { .. } => Err(OpenError::Abend { code: 0x013, reason: 0xC0 }),
            Target::DataSet { member, .. } => self.write_data_set(ddname, part, member.as_ref(), program),
            Target::Dummy => self.write_data_set(ddname, part, None, program),
        }
    }
}

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
        self.log.system(&allocation::IGD103I.with(&[&ddname]));
        let guard = Retained { log: self.log, name: name.to_string(), ddname: ddname.clone() };
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
                self.log.system(&allocation::IGD103I.with(&[&ddname]));
                dataset
            }
            None => self.make(name, new, &ddname)?,
        };
        let guard = Retained { log: self.log, name: name.to_string(), ddname: ddname.clone() };
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
            Target::DataSet { dataset, .. } if dataset.name() == name.as_str() => Some(dataset.clone()),
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
        self.log.new_data_set(ddname, &dataset);
        Ok(dataset)
    }
}

impl Catalog for StepData<'_> {
    fn delete(&self, name: &DataSetName, member: Option<&MemberName>) -> Result<Deleted, ServiceError> {
        let failed = |error: CatalogError| ServiceError(error.to_string());
        if self.data_sets.locate(name).map_err(failed)?.is_none() {
            return Ok(Deleted::NotFound);
        }
        let held_before = self.enqueues.borrow().holds(name.as_str());
        let got = self.enqueues.borrow_mut().try_get(name.as_str(), Use::Exclusive);
        if !got.map_err(|error| ServiceError(error.to_string()))? {
            return Ok(Deleted::InUse);
        }
        let deleted = match member {
            Some(member) => {
                if self.data_sets.delete_member(name, member).map_err(failed)? {
                    Deleted::Done
                } else {
                    Deleted::MemberNotFound
                }
            }
            None if self.data_sets.delete(name).map_err(failed)? => Deleted::Done,
            None => Deleted::NotFound,
        };
        if !held_before {
            self.enqueues.borrow_mut().release(name.as_str());
        }
        Ok(deleted)
    }
}

/// The parts of a concatenation that are read: what follows DUMMY is not (JCL reference, DUMMY).
fn readable(parts: &[AllocatedPart]) -> &[AllocatedPart] {
    let dummy = parts.iter().position(|part| matches!(part.target, Target::Dummy));
    parts.get(..dummy.map_or(parts.len(), |at| at + 1)).unwrap_or(parts)
}

/// Attributes of a data set that is written with `new` for what its label leaves open. A block size of `new`
/// that does not go with the label gives way to that of the system.
fn merge_new(label: Dcb, new: Attributes) -> Attributes {
    let wanted = label.or(new.into());
    let by_label = label.recfm.and_then(|_| merge(label));
    let by_system = || merge(Dcb { blksize: None, ..wanted });
    let fitting = by_label.or_else(|| merge(wanted)).filter(Attributes::is_consistent);
    fitting.or_else(by_system).unwrap_or(new)
}

/// Attributes after the merge at OPEN; `None` if nobody said enough.
fn merge(dcb: Dcb) -> Option<Attributes> {
    let recfm = dcb.recfm.unwrap_or(Recfm::U);
    if recfm.is_undefined() {
        let blksize = dcb.blksize.filter(|&n| n > 0);
        if blksize.is_none() && dcb.recfm.is_none() {
            return None;
        }
        let blksize = blksize.unwrap_or(crate::dataset::attributes::MAX_BLOCK);
        return Some(Attributes { recfm, lrecl: dcb.lrecl.unwrap_or(0), blksize });
    }
    let blksize = dcb.blksize.filter(|&n| n > 0);
    let lrecl = dcb.lrecl.filter(|&n| n > 0).or_else(|| match (recfm.is_fixed(), blksize) {
        (true, size) => size,
        (false, size) => size.map(|size| size.saturating_sub(4)),
    })?;
    let blksize = blksize.unwrap_or_else(|| crate::dataset::attributes::system_block_size(recfm, lrecl));
    Some(Attributes { recfm, lrecl, blksize })
}

/// Attributes of records that go nowhere or to the spool: whatever was asked for, made complete.
fn dummy_attributes(dcb: Dcb) -> Attributes {
    let recfm = dcb.recfm.unwrap_or(Recfm::VBA);
    merge(Dcb { recfm: Some(recfm), lrecl: dcb.lrecl.or(Some(137)), ..dcb }).unwrap_or(Attributes {
        recfm,
        lrecl: 137,
        blksize: 141,
    })
}

fn full_name(dataset: &DataSet, member: Option<&MemberName>) -> String {
    match member {
        Some(member) => format!("{}({member})", dataset.name()),
        None => dataset.name(),
    }
}

pub(super) fn environment(error: &CatalogError) -> OpenError {
    OpenError::Environment(error.to_string())
}

fn io_failure(error: &io::Error) -> OpenError {
    OpenError::Environment(error.to_string())
}

/// In-stream data, read again from the start at each OPEN.
struct InStream<'a> {
    records: &'a [u8],
    given: bool,
}

impl RecordReader for InStream<'_> {
    fn attributes(&self) -> Attributes {
        Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 80 }
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        let first = !std::mem::replace(&mut self.given, true);
        Ok((first && !self.records.is_empty()).then_some(Run { bytes: self.records, shape: Shape::Fixed(80) }))
    }

    fn at_end(&mut self) -> Result<bool, ReadError> {
        Ok(self.given || self.records.is_empty())
    }
}

/// A data set without records.
struct Nothing(Attributes);

impl RecordReader for Nothing {
    fn attributes(&self) -> Attributes {
        self.0
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        Ok(None)
    }

    fn at_end(&mut self) -> Result<bool, ReadError> {
        Ok(true)
    }
}

/// A data set that swallows everything.
struct Swallow(Attributes);

impl RecordWriter for Swallow {
    fn attributes(&self) -> Attributes {
        self.0
    }

    fn put(&mut self, _: &[u8]) -> Result<(), WriteError> {
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// Data sets read one after the other.
struct Concatenation<'a> {
    attributes: Attributes,
    current: Box<dyn RecordReader + 'a>,
    rest: std::vec::IntoIter<Box<dyn RecordReader + 'a>>,
}

impl RecordReader for Concatenation<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        while self.current.at_end()? {
            match self.rest.next() {
                Some(next) => self.current = next,
                None => return Ok(None),
            }
        }
        self.current.next_run()
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
    name: String,
    ddname: String,
}

impl Drop for Retained<'_> {
    fn drop(&mut self) {
        self.log.system(&allocation::IGD104I.with(&[&self.name, &self.ddname]));
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

/// Prints the message that goes with an x37 abend.
struct Watched<'a> {
    writer: Box<DataSetWriter>,
    log: &'a StepLog<'a>,
}

impl Watched<'_> {
    fn tell<T>(&self, result: Result<T, WriteError>) -> Result<T, WriteError> {
        match &result {
            Err(WriteError::Space { abend, ddname, dataset, volume }) => {
                let place = self.log.place(ddname, volume, dataset);
                let entry = match abend {
                    SpaceAbend::B37 => &allocation::IEC030I,
                    SpaceAbend::D37 => &allocation::IEC031I,
                    SpaceAbend::E37 => &allocation::IEC032I,
                };
                self.log.programmer(&entry.with(&[&place]));
            }
            Err(error @ (WriteError::Io { .. } | WriteError::Length { .. })) => self.log.explain(&error.to_string()),
            Ok(_) => {}
        }
        result
    }
}

impl RecordWriter for Watched<'_> {
    fn attributes(&self) -> Attributes {
        self.writer.attributes()
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let result = self.writer.put(record);
        self.tell(result)
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        let result = self.writer.put_run(run);
        self.tell(result)
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        let Self { writer, log } = *self;
        let result = writer.close();
        if let Err(error) = &result {
            log.explain(&error.to_string());
        }
        result
    }
}

/// Writes a SYSOUT data set to the spool.
struct SysoutWriter<'a> {
    data: &'a StepData<'a>,
    file: Option<SpoolFile>,
    attributes: Attributes,
    ddname: String,
}

impl SysoutWriter<'_> {
    fn failed(&self, source: io::Error) -> WriteError {
        WriteError::Io { dataset: self.ddname.clone(), source }
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let written = file.finish().map_err(|error| self.failed(error))?;
        self.data.written.borrow_mut().push(written);
        Ok(())
    }
}

impl RecordWriter for SysoutWriter<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let result = self.file.as_mut().map_or(Ok(()), |file| file.put(record));
        result.map_err(|error| self.failed(error))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        self.finish()
    }
}

impl Drop for SysoutWriter<'_> {
    fn drop(&mut self) {
        // A step that abends keeps what it printed.
        drop(self.finish());
    }
}

#[cfg(test)]
mod tests {
    use super::{Attributes, Dcb, Recfm, merge, merge_new};

    fn dcb(recfm: Recfm, lrecl: u32, blksize: Option<u32>) -> Dcb {
        Dcb { recfm: Some(recfm), lrecl: Some(lrecl), blksize, dsorg: None }
    }

    #[test]
    fn a_block_size_of_zero_is_one_that_nobody_gave() {
        assert_eq!(merge(dcb(Recfm::U, 0, Some(0))), Some(Attributes { recfm: Recfm::U, lrecl: 0, blksize: 32_760 }));
        assert_eq!(merge(dcb(Recfm::FB, 80, Some(0))), merge(dcb(Recfm::FB, 80, None)));
    }

    #[test]
    fn a_data_set_of_which_nobody_said_anything_has_no_attributes() {
        assert_eq!(merge(Dcb::default()), None);
        assert_eq!(merge(Dcb { lrecl: Some(0), blksize: Some(0), ..Dcb::default() }), None);
    }

    #[test]
    fn the_defaults_of_a_client_fill_in_what_a_label_leaves_open_and_nothing_else() {
        // RECFM VB, LRECL 256 and BLKSIZE 6233 are the defaults of the FTP client.
        let new = Attributes { recfm: Recfm::VB, lrecl: 256, blksize: 6233 };
        let merged = |label| merge_new(label, new);
        assert_eq!(merged(Dcb::default()), new);
        assert_eq!(merged(dcb(Recfm::FB, 80, None)), Attributes::with_system_block_size(Recfm::FB, 80));
        assert_eq!(merged(dcb(Recfm::FB, 80, Some(800))), Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 800 });
        assert!(merged(Dcb { recfm: Some(Recfm::FB), ..Dcb::default() }).is_consistent());
    }
}
