//! The DDs of a running step as programs see them: opened for input and output, with DCB merged.
//!
//! Border: implements the data services of `program`. Messages of OPEN and of x37 abends are printed here,
//! through the step's log, because programs do not know them.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::rc::Rc;

use super::allocate::{AllocatedDd, AllocatedPart, Target, release_unit, tracks};
use super::merge::{dummy_attributes, merge};
use super::model::Status;
use super::spool::SpoolFile;
use super::step_log::StepLog;
use super::streams::{Concatenation, Heard, InStream, Member, Nothing, ReaderWriter, Swallow, SysoutWriter, Watched};
use crate::codepage::CodePage;
use crate::dataset::catalog::{CatalogError, DataSet, DataSets, WriteRequest};
use crate::dataset::enqueue::Enqueues;
use crate::dataset::{Attributes, DataSetName, Dcb, MemberName, Recfm, RecordReader, RecordWriter};
use crate::message::{allocation, own};
use crate::program::{DdKind, DdStatements, OpenError};
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
    pub spool: &'a Path,
    /// The system's code page.
    pub code_page: &'static CodePage,
    /// Spool data sets that are written.
    pub written: RefCell<Vec<(SpoolRow, u64)>>,
    /// Decks that the internal reader took.
    pub submitted: RefCell<Vec<Vec<u8>>>,
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
    pub(super) fn abend_013(
        &self,
        reason: &str,
        ddname: &str,
        dataset: &DataSet,
        member: Option<&MemberName>,
    ) -> OpenError {
        let place = self.log.place(ddname, &dataset.volume(), &full_name(dataset, member));
        self.log.programmer(&allocation::IEC141I.with(&[&reason, &place]));
        OpenError::Abend { code: 0x013, reason: u32::from_str_radix(reason, 16).unwrap_or(0) }
    }

    fn no_directory(&self, ddname: &str, dataset: &DataSet) -> OpenError {
        let what = format!("READING LIBRARY {} WITHOUT A MEMBER", dataset.name());
        self.log.programmer(&own::ZJB108E.with(&[&self.log.label(), &ddname, &what]));
        OpenError::Abend { code: 0x013, reason: 0x18 }
    }

    /// Blocks are not kept, so records cannot be cut another way than their label says, nor others put behind them.
    fn other_form(&self, ddname: &str, dataset: &DataSet, label: Recfm, what: &str) -> OpenError {
        let what = format!("{} (RECFM={label}) {what}", dataset.name());
        self.log.programmer(&own::ZJB108E.with(&[&self.log.label(), &ddname, &what]));
        OpenError::Abend { code: 0x013, reason: 0x34 }
    }

    fn read_part<'s>(
        &'s self,
        ddname: &str,
        part: &'s AllocatedPart,
        program: Dcb,
    ) -> Result<Box<dyn RecordReader + 's>, OpenError> {
        match &part.target {
            Target::DataSet { dataset, member, .. } => {
                let reader = self.read_data_set(ddname, dataset, member.as_ref(), program.or(part.dcb))?;
                Ok(Box::new(Heard { reader, log: self.log }))
            }
            Target::InStream { records, .. } => Ok(Box::new(InStream::new(records))),
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
        if let Some(label) = dataset.label().recfm.filter(|label| !label.is_like(attributes.recfm)) {
            return Err(self.other_form(ddname, dataset, label, &format!("READ AS RECFM={}", attributes.recfm)));
        }
        self.check_member(ddname, dataset, member)?;
        Ok(Box::new(dataset.open_read(member, attributes).map_err(|error| environment(&error))?))
    }

    /// A library needs a member that it has, and a sequential data set must not have one: S013-18 as on the
    /// host. There a library without a member is read too, by its directory.
    pub(super) fn check_member(
        &self,
        ddname: &str,
        dataset: &DataSet,
        member: Option<&MemberName>,
    ) -> Result<(), OpenError> {
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
        let asked = program.or(part.dcb);
        let merged = asked.or(dataset.label().as_label_behind(asked));
        let attributes = merge(merged).ok_or_else(|| self.abend_013("34", ddname, dataset, member))?;
        if !attributes.is_consistent() {
            return Err(self.abend_013("20", ddname, dataset, member));
        }
        if member.is_some() != dataset.is_partitioned() {
            return Err(self.abend_013("18", ddname, dataset, member));
        }
        let extend = request.disposition.status == Status::Mod && !made_here;
        let label = dataset.label();
        if let Some(recfm) = label.recfm.filter(|_| extend && member.is_none() && dataset.row().records > 0)
            && !(recfm.is_like(attributes.recfm) && (!recfm.is_fixed() || label.lrecl == Some(attributes.lrecl)))
        {
            let what = format!("WITH RECFM={},LRECL={} BEHIND", attributes.recfm, attributes.lrecl);
            return Err(self.other_form(ddname, dataset, recfm, &what));
        }
        let space = request.space.as_ref();
        let writer = dataset.open_write(WriteRequest {
            ddname,
            member,
            attributes,
            extend,
            secondary: space.and_then(|space| Some(tracks(space.unit, space.secondary?, merged))),
            release: space.and_then(release_unit),
        });
        Ok(Box::new(Watched { writer: Box::new(writer.map_err(|error| environment(&error))?), log: self.log }))
    }
}

impl DdStatements for StepData<'_> {
    fn kind(&self, ddname: &str) -> Option<DdKind> {
        let part = self.dds.iter().find(|dd| dd.name == ddname)?.parts.first()?;
        Some(match &part.target {
            Target::DataSet { dataset, member, .. } => {
                DdKind::DataSet { name: DataSetName::new(&dataset.name()).ok()?, member: member.clone() }
            }
            Target::InStream { .. } => DdKind::InStream,
            Target::Sysout { .. } => DdKind::Sysout,
            Target::Dummy => DdKind::Dummy,
        })
    }

    fn coded(&self, ddname: &str) -> Dcb {
        let dd = self.dds.iter().find(|dd| dd.name == ddname);
        let Some(part) = dd.and_then(|dd| dd.parts.first()) else { return Dcb::default() };
        match &part.target {
            Target::DataSet { dataset, .. } => part.dcb.or(dataset.label()),
            _ => part.dcb,
        }
    }

    fn open_input(&self, ddname: &str, program: Dcb) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        let dd = self.find(ddname)?;
        let mut readers = readable(&dd.parts)
            .iter()
            .map(|part| Ok((part_name(part), self.read_part(ddname, part, program)?)))
            .collect::<Result<Vec<Member<'_>>, OpenError>>()?
            .into_iter();
        let Some((_, first)) = readers.next() else { return Err(OpenError::NoDd(ddname.to_owned())) };
        let rest: Vec<_> = readers.collect();
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Box::new(Concatenation::new(self.log, ddname, first, rest)))
    }

    fn open_output(&self, ddname: &str, program: Dcb) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let dd = self.find(ddname)?;
        let Some(part) = dd.parts.first() else { return Err(OpenError::NoDd(ddname.to_owned())) };
        match &part.target {
            Target::Sysout { is_reader: true, .. } => Ok(Box::new(ReaderWriter {
                submitted: &self.submitted,
                deck: Vec::new(),
                attributes: dummy_attributes(program.or(part.dcb)),
                page: self.code_page,
                ddname: ddname.to_owned(),
            })),
            Target::Sysout { id, class, .. } => {
                let attributes = dummy_attributes(program.or(part.dcb));
                let file = self.open_sysout(*id, ddname, class, attributes).map_err(|error| io_failure(&error))?;
                let (written, ddname) = (&self.written, ddname.to_owned());
                Ok(Box::new(SysoutWriter { written, file: Some(file), attributes, ddname }))
            }
            Target::InStream { .. } => Err(OpenError::Abend { code: 0x013, reason: 0xC0 }),
            Target::DataSet { member, .. } => self.write_data_set(ddname, part, member.as_ref(), program),
            Target::Dummy => self.write_data_set(ddname, part, None, program),
        }
    }
}

/// The parts of a concatenation that are read: what follows DUMMY is not (JCL reference, DUMMY).
fn readable(parts: &[AllocatedPart]) -> &[AllocatedPart] {
    let dummy = parts.iter().position(|part| matches!(part.target, Target::Dummy));
    parts.get(..dummy.map_or(parts.len(), |at| at + 1)).unwrap_or(parts)
}

/// How messages name what a DD statement reads.
fn part_name(part: &AllocatedPart) -> String {
    match &part.target {
        Target::DataSet { dataset, member, .. } => full_name(dataset, member.as_ref()),
        Target::InStream { .. } => "DD *".to_owned(),
        Target::Sysout { .. } => "SYSOUT".to_owned(),
        Target::Dummy => "DUMMY".to_owned(),
    }
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

pub(super) fn io_failure(error: &io::Error) -> OpenError {
    OpenError::Environment(error.to_string())
}
