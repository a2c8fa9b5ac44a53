//! The vocabulary of job tests: a system, a deck, what became of it.
#![allow(dead_code, unreachable_pub, reason = "each test file speaks only a part of the language")]

#[path = "../support/mod.rs"]
pub mod support;

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;
use zjob::codepage::CodePage;
use zjob::dataset::catalog::{SpaceRequest, WriteRequest, read_all};
use zjob::dataset::{Attributes, DataSetName, Dcb, Dsorg, MemberName, Recfm, RecordWriter};
use zjob::job::initiator::{JobEnd, JobOutcome};
use zjob::job::spool;
use zjob::program::{Cancel, Progress};
use zjob::store::CertificateRow;
use zjob::system::config::{Config, parse_name};
use zjob::system::{DeckReport, RunOptions, System};
use zjob::world::{ProcessorClock, Seed, Settings, World};

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program itself, on the system at `home`, without what the environment of the tests says of zjob.
pub fn zjob(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zjob"));
    command.env_remove("ZJOB_HOME").env("NO_COLOR", "1").arg("--home").arg(home);
    command
}

/// What a command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub words: String,
}

impl From<std::process::Output> for Said {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8(output.stdout).expect("text"),
            words: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// The samples, copied to a directory of their own.
pub fn samples() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join("data")).expect("made");
    for from in files(&root().join("jcl-samples")) {
        let name = from.strip_prefix(root().join("jcl-samples")).expect("below it");
        let is_golden = name.iter().any(|part| part.to_string_lossy().ends_with(".golden"));
        if name.components().count() <= 2 && !name.starts_with(".zjob") && !is_golden {
            fs::copy(&from, directory.path().join(name)).expect("copied");
        }
    }
    directory
}

/// The shared data, if they are there.
pub fn shared() -> Option<PathBuf> {
    Some(support::shared()).filter(|path| path.is_dir())
}

/// What somebody does to a file.
pub type Change = fn(&fs::File) -> std::io::Result<()>;

/// A system in a directory of its own, with a frozen clock.
pub struct TestSystem {
    home: PathBuf,
    _directory: Option<TempDir>,
    pub config: Config,
    pub frozen: bool,
    pub cancel: Cancel,
    pub live: Vec<String>,
    /// Work at whose beginning the user presses Ctrl-C, as the bar names it.
    pub cancel_at: Option<&'static str>,
    /// Work of a known length at whose beginning somebody changes the files of all data sets, as the bar names it.
    pub change_at: Option<(&'static str, Change)>,
    /// Held jobs are released.
    pub releases: bool,
    /// What tells the processor time of steps.
    pub processor: Option<ProcessorClock>,
}

/// A world with another processor.
struct Machine(Settings, ProcessorClock);

impl World for Machine {
    fn now(&self) -> jiff::civil::DateTime {
        self.0.now()
    }
    fn fill_random(&self, bytes: &mut [u8]) {
        self.0.fill_random(bytes);
    }
    fn user(&self) -> &str {
        self.0.user()
    }
    fn clock_is_frozen(&self) -> bool {
        self.0.clock_is_frozen()
    }
    fn processor_clock(&self) -> ProcessorClock {
        self.1
    }
}

/// Bars that nobody sees, and a finger on Ctrl-C.
struct NoBars<'a>(&'a TestSystem);

impl Progress for NoBars<'_> {
    fn begin(&self, what: &str, length: Option<u64>) {
        if self.0.cancel_at == Some(what) {
            self.0.cancel.request();
        }
        if let Some((work, change)) = self.0.change_at
            && work == what
            && length.is_some()
        {
            for file in self.0.files_in("volumes") {
                fs::File::options().write(true).open(file).and_then(|file| change(&file)).expect("changed");
            }
        }
    }
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}

impl TestSystem {
    /// A new system with default settings.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let system = Self::at(directory.path());
        Self { _directory: Some(directory), ..system }
    }

    /// The system in a directory that is somebody else's.
    pub fn at(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            _directory: None,
            config: Config::default(),
            frozen: true,
            cancel: Cancel::default(),
            live: Vec::new(),
            cancel_at: None,
            change_at: None,
            releases: false,
            processor: None,
        }
    }

    /// A new system with the settings of the sample decks.
    pub fn of_samples() -> Self {
        let config = Config::read(&root().join("jcl-samples/zjob.toml")).expect("the samples' settings");
        Self { config, ..Self::new() }
    }

    /// With a single volume of so many cylinders.
    pub fn with_volume(mut self, cylinders: u32) -> Self {
        self.config.volumes = vec![("SMALL1".to_owned(), cylinders)];
        self
    }

    /// With a host name that leads somewhere else.
    pub fn with_host(mut self, name: &str, target: &str) -> Self {
        self.config.hosts.insert(name.to_owned(), target.to_owned());
        self
    }

    /// With a key ring of the user that believes one authority.
    pub fn with_ring(self, ring: &str, authority: &[u8]) -> Self {
        let system = self.open();
        let (store, user) = (system.store(), self.config.user.as_str());
        let (owner, label) = ("irrcerta", format!("AUTHORITY OF {ring}"));
        let row = CertificateRow { owner: owner.to_owned(), label: label.clone(), der: authority.to_vec(), key: None };
        store.put_certificate(&row).expect("kept");
        store.put_ring(user, ring).expect("made");
        store.connect((user, ring), (owner, &label), "CERTAUTH", false).expect("connected");
        self
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    pub fn open(&self) -> System {
        let mut world = Settings::real(&self.config.user);
        if self.frozen {
            world.frozen_clock = Some("2026-01-31T12:00:00".parse().expect("a time"));
            world.seed = Some(Seed::new(1));
        }
        let world: Arc<dyn World> = match self.processor {
            Some(clock) => Arc::new(Machine(world, clock)),
            None => Arc::new(world),
        };
        System::open(self.home(), self.config.clone(), world).expect("the system opens")
    }

    /// Catalogs a sequential data set with these records.
    pub fn dataset(self, name: &str, recfm: Recfm, lrecl: u32, records: &[Vec<u8>]) -> Self {
        self.put(name, Attributes::with_system_block_size(recfm, lrecl), records);
        self
    }

    /// Catalogs a data set or member of 80-byte records with these lines.
    pub fn text(self, name: &str, lines: &[&str]) -> Self {
        let records: Vec<Vec<u8>> = lines
            .iter()
            .map(|line| CodePage::ibm1047().encode(&format!("{line:<80}")).expect("characters of the page"))
            .collect();
        self.put(name, Attributes::with_system_block_size(Recfm::FB, 80), &records);
        self
    }

    pub fn put(&self, name: &str, attributes: Attributes, records: &[Vec<u8>]) {
        let system = self.open();
        let (name, member) = parse_name(name).expect("a name");
        let dataset = if let Some(dataset) = system.data_sets().locate(&name).expect("asked") {
            dataset
        } else {
            let dsorg = if member.is_some() { Dsorg::Partitioned } else { Dsorg::Sequential };
            let dcb = Dcb { dsorg: Some(dsorg), ..attributes.into() };
            let directory = if member.is_some() { 10 } else { 0 };
            let bytes: usize = records.iter().map(Vec::len).sum();
            let tracks = (bytes / 50_000 + 1) as u32;
            let space = SpaceRequest { primary: tracks, secondary: 150, directory };
            system.data_sets().allocate(&name, dcb, space, None, "2026-01-31T12:00:00").expect("space")
        };
        let request = WriteRequest {
            ddname: "TEST",
            member: member.as_ref(),
            attributes,
            extend: false,
            secondary: None,
            release: None,
        };
        let mut writer: Box<dyn RecordWriter> = Box::new(dataset.open_write(request).expect("opened"));
        for record in records {
            writer.put(record).expect("written");
        }
        writer.close().expect("closed");
        dataset.commit().expect("cataloged");
    }

    /// The records of a data set or member; `None` if it is not cataloged.
    pub fn records(&self, name: &str) -> Option<Vec<Vec<u8>>> {
        let system = self.open();
        let (name, member) = parse_name(name).expect("a name");
        let dataset = system.data_sets().locate(&name).expect("asked")?;
        let label = dataset.label();
        let Some(recfm) = label.recfm else { return Some(Vec::new()) };
        let attributes = Attributes { recfm, lrecl: label.lrecl.unwrap_or(0), blksize: label.blksize.unwrap_or(0) };
        let mut reader = dataset.open_read(member.as_ref(), attributes).expect("opened");
        Some(read_all(&mut reader).expect("sound records"))
    }

    /// The attributes of a data set.
    pub fn attributes(&self, name: &str) -> Option<Attributes> {
        let system = self.open();
        let name = DataSetName::new(name).expect("a name");
        let label = system.data_sets().locate(&name).expect("asked")?.label();
        Some(Attributes { recfm: label.recfm?, lrecl: label.lrecl?, blksize: label.blksize? })
    }

    pub fn exists(&self, name: &str) -> bool {
        let system = self.open();
        let name = DataSetName::new(name).expect("a name");
        system.data_sets().locate(&name).expect("asked").is_some()
    }

    pub fn has_member(&self, library: &str, member: &str) -> bool {
        let system = self.open();
        let library = DataSetName::new(library).expect("a name");
        let found = system.data_sets().locate(&library).expect("asked");
        found.is_some_and(|dataset| dataset.has_member(&MemberName::new(member).expect("a name")).expect("asked"))
    }

    /// Runs a deck of the samples.
    pub fn run_sample(&self, name: &str) -> Ran {
        self.run(&std::fs::read_to_string(root().join("jcl-samples").join(name)).expect("the sample"))
    }

    /// Runs a deck and returns what became of it.
    pub fn run(&self, deck: &str) -> Ran {
        self.run_bytes(deck.as_bytes())
    }

    pub fn run_bytes(&self, deck: &[u8]) -> Ran {
        let system = self.open();
        let words = RefCell::new(Vec::new());
        let explain = |text: &str| words.borrow_mut().push(text.to_owned());
        let options = RunOptions {
            cancel: &self.cancel,
            progress: &NoBars(self),
            explain: &explain,
            live: &self.live,
            job_number: None,
            releases: self.releases,
        };
        let mut data_sets = Vec::new();
        let report = system
            .run_deck(deck, &options, &mut |job: &JobOutcome| {
                for row in &job.spool {
                    let mut lines = Vec::new();
                    spool::read_lines(&system.spool(), job.number, row, system.code_page(), |line| {
                        lines.push(line.to_owned());
                        Ok(())
                    })
                    .expect("the spool");
                    data_sets.push(SpoolText { step: row.step.clone(), ddname: row.ddname.clone(), lines });
                }
                Ok(())
            })
            .expect("the system works");
        Ran { report, data_sets, words: words.into_inner() }
    }

    /// Files in a directory of the home, recursively, for "nothing is left".
    pub fn files_in(&self, directory: &str) -> Vec<PathBuf> {
        files(&self.home().join(directory))
    }

    /// The delivered files by path, with their bytes.
    pub fn inbox(&self) -> Vec<(String, Vec<u8>)> {
        let system = self.open();
        let rows = system.store().inbox().expect("the inbox");
        rows.into_iter()
            .map(|row| (row.path, std::fs::read(system.delivered().join(row.content)).expect("the delivered file")))
            .collect()
    }

    /// Asserts that no temporary file, lock or staging file is left.
    pub fn assert_clean(&self) {
        for directory in ["tmp", "locks", "inbox/staging"] {
            let left = self.files_in(directory);
            assert!(left.is_empty(), "left in {directory}: {left:?}");
        }
    }
}

pub fn files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Takes apart what the main job sends: decrypts and unpacks it in a job of another system.
pub struct Recipient(TestSystem);

impl Default for Recipient {
    fn default() -> Self {
        Self(TestSystem::new())
    }
}

impl Recipient {
    /// The records of the data set that was sent as `bytes`, and their attributes.
    pub fn open(&self, bytes: &[u8]) -> (Attributes, Vec<Vec<u8>>) {
        let blocks: Vec<Vec<u8>> = bytes.chunks(27_998).map(<[u8]>::to_vec).collect();
        self.0.put("RECEIVED.FILE", Attributes { recfm: Recfm::U, lrecl: 0, blksize: 27_998 }, &blocks);
        self.run(DECRYPT);
        self.unpack()
    }

    /// The same for a data set that is only packed.
    pub fn open_packed(&self, records: &[Vec<u8>]) -> (Attributes, Vec<Vec<u8>>) {
        self.run(TIDY);
        self.0.put("BACK.TERSED", Attributes::with_system_block_size(Recfm::FB, 1024), records);
        self.unpack()
    }

    fn unpack(&self) -> (Attributes, Vec<Vec<u8>>) {
        self.run(UNPACK);
        let attributes = self.0.attributes("BACK.DATA").expect("unpacked");
        (attributes, self.0.records("BACK.DATA").expect("unpacked"))
    }

    fn run(&self, deck: &str) {
        let ran = self.0.run(deck);
        assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    }
}

const DECRYPT: &str = "\
//DECRYPT JOB CLASS=A
//DELETE  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 DELETE BACK.TERSED
 SET MAXCC=0
//DECRYPT EXEC PGM=CSDFILDE
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD DSN=RECEIVED.FILE,DISP=SHR
//SYSUT2   DD DSN=BACK.TERSED,DISP=(NEW,CATLG),SPACE=(CYL,(10,10))
//SYSIN    DD *
PASSWORD=sample password please change
";
const TIDY: &str = "\
//TIDY    JOB CLASS=A
//DELETE  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 DELETE BACK.TERSED
 SET MAXCC=0
";
const UNPACK: &str = "\
//UNPACK  JOB CLASS=A
//DELETE  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 DELETE BACK.DATA
 SET MAXCC=0
//UNPACK  EXEC PGM=TRSMAIN,PARM=UNPACK
//SYSPRINT DD SYSOUT=*
//INFILE   DD DSN=BACK.TERSED,DISP=SHR
//OUTFILE  DD DSN=BACK.DATA,DISP=(NEW,CATLG),SPACE=(CYL,(10,10))
";

/// A spool data set as text.
pub struct SpoolText {
    pub step: String,
    pub ddname: String,
    pub lines: Vec<String>,
}

/// A deck that was run.
pub struct Ran {
    pub report: DeckReport,
    pub data_sets: Vec<SpoolText>,
    /// What was said outside the listing.
    pub words: Vec<String>,
}

impl Ran {
    /// How the (only) job ended.
    pub fn end(&self) -> &JobEnd {
        &self.report.jobs.last().expect("a job").end
    }

    /// The result of a step: `0000`, `*S806`, `FLUSH`.
    pub fn step(&self, name: &str) -> &str {
        let job = self.report.jobs.last().expect("a job");
        let step = job.steps.iter().find(|(step, _)| step == name);
        step.map_or_else(|| panic!("no step {name}: {:?}", job.steps), |(_, result)| result)
    }

    /// The lines of a spool data set.
    pub fn lines(&self, step: &str, ddname: &str) -> &[String] {
        let found = self.data_sets.iter().find(|set| set.step == step && set.ddname == ddname);
        found.map_or(&[], |set| &set.lines)
    }

    pub fn jesysmsg(&self) -> &[String] {
        self.lines("JES2", "JESYSMSG")
    }

    pub fn jesmsglg(&self) -> &[String] {
        self.lines("JES2", "JESMSGLG")
    }

    /// The whole listing as `zjob run` prints it.
    pub fn listing(&self) -> String {
        self.data_sets.iter().flat_map(|set| &set.lines).flat_map(|line| [line, "\n"]).collect()
    }

    /// True if the listing contains `text`.
    pub fn says(&self, text: &str) -> bool {
        self.listing().contains(text)
    }

    /// Asserts that the listing contains every one of `texts`, in this order.
    pub fn assert_says(&self, texts: &[&str]) {
        let listing = self.listing();
        let mut rest = listing.as_str();
        for text in texts {
            let Some(at) = rest.find(text) else { panic!("{text:?} is not, or not here, in\n{listing}") };
            rest = &rest[at + text.len()..];
        }
    }

    /// True if something outside the listing contains `text`.
    pub fn explains(&self, text: &str) -> bool {
        self.words.iter().any(|word| word.contains(text))
    }
}
