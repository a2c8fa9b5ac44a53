//! A step in memory, for the unit tests of programs: `TestStep::new().sysin(..).run("IDCAMS")`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

use crate::codepage::CodePage;
use crate::dataset::group::{EntryKind, GroupDeleted, NewGroup};
use crate::dataset::library::{DirectoryEntry, directory_order};
use crate::dataset::{
    Attributes, DataSetName, Dcb, MemberName, ReadError, Recfm, RecordReader, RecordWriter, Run, Shape, WriteError,
};
use crate::message::Message;
use crate::world;

use super::{
    Cancel, Catalog, Completion, Console, DdKind, DdStatements, Deleted, DynamicAllocation, Libraries, Library,
    Network, NewDataSet, OpenError, Progress, Route, RouteError, RsaKey, Security, ServiceError, Settings, StepContext,
    Trust, find,
};

/// Records and what they look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestData {
    pub(crate) attributes: Attributes,
    pub(crate) records: Vec<Vec<u8>>,
}

/// A DD: what can be read from it, and what was written to it.
#[derive(Debug, Default)]
struct TestDd {
    /// What OPEN for input finds; `None` gives an abend.
    input: Option<TestData>,
    /// What the DD says of attributes.
    dcb: Dcb,
    /// What was written and closed.
    written: Rc<RefCell<Option<TestData>>>,
    /// Writers fail as if the volume were full after so many records.
    room: Option<usize>,
    /// The library that the DD names as a whole, with the records of its members.
    library: Option<RefCell<TestLibrary>>,
}

/// A library in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestLibrary {
    pub(crate) library: Library,
    /// Records by member; an alias has none of its own.
    pub(crate) members: BTreeMap<String, Rc<RefCell<Option<TestData>>>>,
}

impl TestLibrary {
    /// A library of this form without members.
    pub(crate) fn new(label: Dcb) -> Self {
        Self { library: Library { label, directory_blocks: 10, entries: Vec::new() }, members: BTreeMap::new() }
    }

    /// With a member.
    pub(crate) fn member(mut self, name: &str, user_data: &[u8], data: TestData) -> Self {
        let entry = DirectoryEntry {
            name: MemberName::new(name).expect("a member name"),
            alias_of: None,
            user_data: user_data.to_vec(),
        };
        self.library.entries.push(entry);
        self.members.insert(name.to_owned(), Rc::new(RefCell::new(Some(data))));
        self
    }

    /// With another name of a member.
    pub(crate) fn alias(mut self, name: &str, of: &str) -> Self {
        let entry = DirectoryEntry {
            name: MemberName::new(name).expect("a member name"),
            alias_of: Some(MemberName::new(of).expect("a member name")),
            user_data: Vec::new(),
        };
        self.library.entries.push(entry);
        self
    }
}

/// A step, its DDs, and everything around it.
pub(crate) struct TestStep {
    dds: BTreeMap<String, TestDd>,
    parm: String,
    code_page: &'static CodePage,
    pub(crate) settings: Settings,
    pub(crate) cancel: Cancel,
    world: world::Settings,
    /// Names of cataloged data sets, and of members as `LIB(MEMBER)`.
    cataloged: RefCell<BTreeSet<String>>,
    in_use: BTreeSet<String>,
    rsa_keys: BTreeMap<String, RsaKey>,
    explained: RefCell<Vec<String>>,
}

/// RECFM, LRECL, and the block size that the system determines.
pub(crate) fn attributes(recfm: &str, lrecl: u32) -> Attributes {
    Attributes::with_system_block_size(recfm.parse().expect("a record format"), lrecl)
}

impl TestStep {
    /// A step with SYSPRINT, at 14:13:49 on 2023-04-19.
    pub(crate) fn new() -> Self {
        let clock = jiff::civil::date(2023, 4, 19).at(14, 13, 49, 0);
        let world = world::Settings {
            frozen_clock: Some(clock),
            seed: Some(world::Seed::new(1)),
            ..world::Settings::real("IBMUSER")
        };
        let step = Self {
            dds: BTreeMap::new(),
            parm: String::new(),
            code_page: CodePage::ibm1047(),
            settings: Settings::default(),
            cancel: Cancel::default(),
            world,
            cataloged: RefCell::default(),
            in_use: BTreeSet::new(),
            rsa_keys: BTreeMap::new(),
            explained: RefCell::default(),
        };
        step.output("SYSPRINT")
    }

    /// A DD that holds records.
    pub(crate) fn input(mut self, ddname: &str, data: TestData) -> Self {
        self.dds.entry(ddname.to_owned()).or_default().input = Some(data);
        self
    }

    /// SYSIN of card images.
    pub(crate) fn sysin(self, cards: &[&str]) -> Self {
        let page = self.code_page;
        let record = |card: &&str| page.encode(&format!("{card:<80}")).expect("every character has a place");
        let data = TestData { attributes: attributes("FB", 80), records: cards.iter().map(record).collect() };
        self.input("SYSIN", data)
    }

    /// A DD for output.
    pub(crate) fn output(mut self, ddname: &str) -> Self {
        self.dds.entry(ddname.to_owned()).or_default();
        self
    }

    /// A DD for output that says what its records look like.
    pub(crate) fn formed_output(mut self, ddname: &str, recfm: &str, lrecl: u32) -> Self {
        let Attributes { recfm, lrecl, blksize } = attributes(recfm, lrecl);
        let dcb = Dcb { recfm: Some(recfm), lrecl: Some(lrecl), blksize: Some(blksize), dsorg: None };
        self.dds.entry(ddname.to_owned()).or_default().dcb = dcb;
        self
    }

    /// A DD for output whose volume is full after so many records.
    pub(crate) fn small_output(mut self, ddname: &str, records: usize) -> Self {
        self.dds.entry(ddname.to_owned()).or_default().room = Some(records);
        self
    }

    /// A DD that names a whole library.
    pub(crate) fn library(mut self, ddname: &str, library: TestLibrary) -> Self {
        self.dds.entry(ddname.to_owned()).or_default().library = Some(RefCell::new(library));
        self
    }

    /// What a library holds now.
    pub(crate) fn library_of(&self, ddname: &str) -> TestLibrary {
        self.dds.get(ddname).and_then(|dd| dd.library.as_ref()).expect("a library").borrow().clone()
    }

    /// The step without a DD.
    pub(crate) fn without(mut self, ddname: &str) -> Self {
        self.dds.remove(ddname);
        self
    }

    /// The step with a PARM.
    pub(crate) fn parm(mut self, parm: &str) -> Self {
        parm.clone_into(&mut self.parm);
        self
    }

    /// The step with another code page.
    pub(crate) fn code_page(mut self, name: &str) -> Self {
        self.code_page = CodePage::named(name).expect("a code page");
        self
    }

    /// A catalog with these data sets and members, `LIB(MEMBER)`.
    pub(crate) fn cataloged(self, names: &[&str]) -> Self {
        self.cataloged.borrow_mut().extend(names.iter().map(|&name| name.to_owned()));
        self
    }

    /// A key store with this RSA key.
    pub(crate) fn rsa_key(mut self, label: &str, key: RsaKey) -> Self {
        self.rsa_keys.insert(label.to_owned(), key);
        self
    }

    /// A data set that somebody else uses.
    pub(crate) fn in_use(mut self, name: &str) -> Self {
        self.in_use.insert(name.to_owned());
        self
    }

    /// Runs a program.
    pub(crate) fn run(&self, program: &str) -> Completion {
        let step = StepContext {
            job_name: "TESTJOB",
            step_name: "STEP",
            parm: &self.parm,
            code_page: self.code_page,
            dds: self,
            libraries: self,
            allocation: self,
            catalog: self,
            security: self,
            console: self,
            network: self,
            world: &self.world,
            cancel: &self.cancel,
            progress: self,
            settings: &self.settings,
        };
        find(program).expect("the program is in the table").run(&step)
    }

    /// What a DD was written, if it was opened and closed.
    pub(crate) fn written(&self, ddname: &str) -> Option<TestData> {
        self.dds.get(ddname).and_then(|dd| dd.written.borrow().clone())
    }

    /// The lines of a DD as text.
    pub(crate) fn lines(&self, ddname: &str) -> Vec<String> {
        let written = self.written(ddname).expect("the DD was written");
        written.records.iter().map(|record| self.code_page.decode(record)).collect()
    }

    /// What was explained to the user.
    pub(crate) fn explained(&self) -> Vec<String> {
        self.explained.borrow().clone()
    }

    /// What is left in the catalog.
    pub(crate) fn catalog(&self) -> Vec<String> {
        self.cataloged.borrow().iter().cloned().collect()
    }
}

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
