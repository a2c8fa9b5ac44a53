//! The services of a program, in memory.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

use super::{TestData, TestLibrary, TestStep};
use crate::dataset::catalog::Deleted;
use crate::dataset::group::{EntryKind, GroupDeleted, NewGroup};
use crate::dataset::library::{DirectoryEntry, directory_order};
use crate::dataset::{
    Attributes, DataSetName, Dcb, MemberName, ReadError, Recfm, RecordReader, RecordWriter, Run, Shape, WriteError,
};
use crate::message::Message;
use crate::program::{
    Catalog, Console, DdKind, DdStatements, DynamicAllocation, Libraries, Library, Network, NewDataSet, OpenError,
    Progress, Route, RouteError, RsaKey, Security, ServiceError, Trust,
};

impl DdStatements for TestStep {
    fn kind(&self, ddname: &str) -> Option<DdKind> {
        self.dds.contains_key(ddname).then_some(DdKind::Sysout)
    }

    fn coded(&self, ddname: &str) -> Dcb {
        self.dds.get(ddname).map(|dd| dd.dcb).unwrap_or_default()
    }

    fn open_input(&self, ddname: &str, _: Dcb) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        let dd = self.dds.get(ddname).ok_or_else(|| OpenError::NoDd(ddname.to_owned()))?;
        let written = dd.written.borrow().clone();
        let data = dd.input.clone().or(written).ok_or(OpenError::Abend { code: 0x013, reason: 0x34 })?;
        Ok(Box::new(TestReader { data, at: 0, run: Vec::new() }))
    }

    fn open_output(&self, ddname: &str, program: Dcb) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let dd = self.dds.get(ddname).ok_or_else(|| OpenError::NoDd(ddname.to_owned()))?;
        let merged = program.or(dd.dcb);
        let recfm = merged.recfm.unwrap_or(Recfm::U);
        let lrecl = merged.lrecl.unwrap_or(0);
        let attributes = match merged.blksize {
            Some(blksize) if blksize > 0 => Attributes { recfm, lrecl, blksize },
            _ => Attributes::with_system_block_size(recfm, lrecl),
        };
        let data = TestData { attributes, records: Vec::new() };
        Ok(Box::new(TestWriter { data, written: Rc::clone(&dd.written), room: dd.room }))
    }
}

struct TestReader {
    data: TestData,
    at: usize,
    run: Vec<u8>,
}

impl RecordReader for TestReader {
    fn attributes(&self) -> Attributes {
        self.data.attributes
    }

    /// Lends up to three records at once, so that programs meet runs and ends of runs.
    fn next_run(&mut self) -> Result<Option<Run<'_>>, ReadError> {
        let recfm = self.data.attributes.recfm;
        let many = if recfm.is_undefined() { 1 } else { 3 };
        let records: Vec<_> = self.data.records.iter().skip(self.at).take(many).collect();
        self.at += records.len();
        self.run.clear();
        for record in &records {
            if recfm.is_variable() {
                let rdw = u16::try_from(record.len() + 4).expect("a record fits its RDW");
                self.run.extend([rdw.to_be_bytes(), [0, 0]].concat());
            }
            self.run.extend_from_slice(record);
        }
        let shape = match () {
            () if recfm.is_variable() => Shape::Described,
            () if recfm.is_fixed() => Shape::Fixed(self.data.attributes.lrecl as usize),
            () => Shape::Whole,
        };
        Ok((!records.is_empty()).then_some(Run { bytes: &self.run, shape }))
    }
}

struct TestWriter {
    data: TestData,
    written: Rc<RefCell<Option<TestData>>>,
    room: Option<usize>,
}

impl RecordWriter for TestWriter {
    fn attributes(&self) -> Attributes {
        self.data.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let attributes = self.data.attributes;
        let longest = attributes.longest_record();
        if record.len() > longest || (attributes.recfm.is_fixed() && record.len() != longest) {
            return Err(WriteError::Length {
                dataset: "TEST".to_owned(),
                length: record.len(),
                recfm: attributes.recfm.to_string(),
                lrecl: attributes.lrecl,
            });
        }
        if self.room == Some(self.data.records.len()) {
            return Err(WriteError::Space {
                abend: crate::dataset::SpaceAbend::B37,
                ddname: "DD".to_owned(),
                dataset: "TEST".to_owned(),
                volume: "WORK01".to_owned(),
            });
        }
        self.data.records.push(record.to_vec());
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        *self.written.borrow_mut() = Some(self.data);
        Ok(())
    }
}

impl TestStep {
    fn known_library(&self, ddname: &str) -> Result<&RefCell<TestLibrary>, OpenError> {
        let dd = self.dds.get(ddname).ok_or_else(|| OpenError::NoDd(ddname.to_owned()))?;
        dd.library.as_ref().ok_or_else(|| OpenError::Environment(format!("{ddname} is no library")))
    }
}

impl Libraries for TestStep {
    fn library(&self, ddname: &str) -> Result<Option<Library>, OpenError> {
        let library = self.dds.get(ddname).and_then(|dd| dd.library.as_ref());
        Ok(library.map(|library| library.borrow().library.clone()))
    }

    fn open_member(&self, ddname: &str, member: &MemberName) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        let library = self.known_library(ddname)?.borrow();
        let data = library.members.get(member.as_str()).and_then(|data| data.borrow().clone());
        let data = data.ok_or(OpenError::Abend { code: 0x013, reason: 0x18 })?;
        Ok(Box::new(TestReader { data, at: 0, run: Vec::new() }))
    }

    fn create_member(
        &self,
        ddname: &str,
        member: &MemberName,
        program: Dcb,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        let mut library = self.known_library(ddname)?.borrow_mut();
        let merged = program.or(library.library.label);
        let attributes = Attributes {
            recfm: merged.recfm.unwrap_or(Recfm::U),
            lrecl: merged.lrecl.unwrap_or(0),
            blksize: merged.blksize.unwrap_or(0),
        };
        library.library.label = Dcb { dsorg: library.library.label.dsorg, ..attributes.into() };
        let written = Rc::new(RefCell::new(None));
        library.members.insert(member.to_string(), Rc::clone(&written));
        library.library.entries.retain(|entry| entry.name != *member);
        library.library.entries.push(DirectoryEntry { name: member.clone(), alias_of: None, user_data: Vec::new() });
        Ok(Box::new(TestWriter { data: TestData { attributes, records: Vec::new() }, written, room: None }))
    }

    fn stow(&self, ddname: &str, entry: &DirectoryEntry) -> Result<(), OpenError> {
        let entries = &mut self.known_library(ddname)?.borrow_mut().library.entries;
        entries.retain(|old| old.name != entry.name);
        entries.push(entry.clone());
        entries.sort_by(|one, other| directory_order(one.name.as_str(), other.name.as_str()));
        Ok(())
    }
}

impl DynamicAllocation for TestStep {
    fn open_input(&self, name: &DataSetName, _: Option<&MemberName>) -> Result<Box<dyn RecordReader + '_>, OpenError> {
        Err(OpenError::NotFound(name.clone()))
    }

    fn open_output(
        &self,
        name: &DataSetName,
        _: Option<&MemberName>,
        _: &NewDataSet,
    ) -> Result<Box<dyn RecordWriter + '_>, OpenError> {
        Err(OpenError::NotFound(name.clone()))
    }
}

impl Catalog for TestStep {
    fn delete(&self, name: &DataSetName, member: Option<&MemberName>, _: bool) -> Result<Deleted, ServiceError> {
        let mut cataloged = self.cataloged.borrow_mut();
        if self.in_use.contains(name.as_str()) {
            return Ok(Deleted::InUse);
        }
        let known = cataloged.contains(name.as_str());
        Ok(match member {
            _ if !known => Deleted::NotFound,
            Some(member) if !cataloged.remove(&format!("{name}({member})")) => Deleted::MemberNotFound,
            Some(_) => Deleted::Done,
            None => {
                cataloged.remove(name.as_str());
                Deleted::Done
            }
        })
    }

    fn define_group(&self, group: &NewGroup) -> Result<bool, ServiceError> {
        Ok(self.cataloged.borrow_mut().insert(group.base.to_string()))
    }

    fn delete_group(&self, _: &DataSetName, _: bool) -> Result<GroupDeleted, ServiceError> {
        Ok(GroupDeleted::NotFound)
    }

    fn entry(&self, name: &DataSetName) -> Result<Option<EntryKind>, ServiceError> {
        Ok(self.cataloged.borrow().contains(name.as_str()).then_some(EntryKind::NonVsam))
    }

    fn label(&self, _: &DataSetName) -> Result<Option<Dcb>, ServiceError> {
        Ok(None)
    }

    fn entries_below(&self, level: &DataSetName) -> Result<Vec<(DataSetName, EntryKind)>, ServiceError> {
        let below = format!("{level}.");
        let names = self.catalog().into_iter().filter(|name| name.starts_with(&below));
        Ok(names.filter_map(|name| Some((DataSetName::new(&name).ok()?, EntryKind::NonVsam))).collect())
    }
}

impl Security for TestStep {
    fn rsa_key(&self, label: &str) -> Result<Option<RsaKey>, ServiceError> {
        Ok(self.rsa_keys.get(label).cloned())
    }

    fn key_ring(&self, name: &str) -> Result<Trust, ServiceError> {
        Err(ServiceError(format!("no ring {name}")))
    }
}

impl Console for TestStep {
    fn write_to_programmer(&self, _: &Message) {}

    fn explain(&self, text: &str) {
        self.explained.borrow_mut().push(text.to_owned());
    }
}

impl Network for TestStep {
    fn route(&self, host: &str, port: u16) -> Result<Route, RouteError> {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let actual = SocketAddr::new(address, port);
        Ok(Route { shown: address, shown_port: port, actual, server_name: host.to_owned() })
    }
}

impl Progress for TestStep {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}
