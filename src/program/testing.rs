//! A step in memory, for the unit tests of programs: `TestStep::new().sysin(..).run("IDCAMS")`.

mod services;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Cancel, Completion, Library, RsaKey, Settings, StepContext, find};
use crate::codepage::CodePage;
use crate::dataset::library::DirectoryEntry;
use crate::dataset::{Attributes, Dcb, MemberName};
use crate::world;

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
