//! The composition root: opens a home, builds the services, hands them to those who use them.
//!
//! Border: it decides who meets whom (which host leads to the embedded server, what a received file becomes),
//! and nothing about how they do their work.

pub mod config;
pub mod facts;
mod fixtures;
mod inbox;
mod libraries;
mod network;
pub mod send;

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::codepage::CodePage;
use crate::dataset::catalog::{CatalogError, DataSets};
use crate::job::convert::{self, ConvertSettings, system_symbols};
use crate::job::initiator::{Initiator, JobOutcome, JobSettings};
use crate::job::spool::SpoolError;
use crate::program::{Cancel, Progress, RsaKey, Security, ServiceError, Trust};
use crate::racf::{Racf, RacfError};
use crate::store::{Store, StoreError, number_after};
use crate::world::World;
use config::{Config, ConfigError};
use libraries::Libraries;
use network::Sandbox;

/// Why a system did not work.
#[derive(Debug, Error)]
pub enum SystemError {
    /// The home directory cannot be used.
    #[error("cannot use the system in {path}: {source}")]
    Home {
        /// The directory.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Data sets failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// Certificates failed.
    #[error(transparent)]
    Racf(#[from] RacfError),
    /// The spool failed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// A fixture could not be loaded.
    #[error("data set {name}, fixture {file}: {what}")]
    Fixture {
        /// The data set.
        name: String,
        /// The host file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// Where the OpenPGP keys of a system lie, below its home: a file for each.
pub const OPENPGP_KEYS: &str = "keys/openpgp";
/// The file that a process locks while it opens a system.
const MAKING: &str = ".lock";

/// An open system.
pub struct System {
    home: PathBuf,
    store: Arc<Store>,
    data_sets: Rc<DataSets>,
    racf: Racf,
    config: Config,
    world: Arc<dyn World>,
}

/// What one `zjob run` brings along.
pub struct RunOptions<'a> {
    /// Ctrl-C.
    pub cancel: &'a Cancel,
    /// Bars.
    pub progress: &'a dyn Progress,
    /// Words for the user, outside the listing.
    pub explain: &'a dyn Fn(&str),
    /// Hosts that jobs may reach for real.
    pub live: &'a [String],
    /// Number of the first job.
    pub job_number: Option<u32>,
    /// Jobs that are held (TYPRUN=HOLD, JCLHOLD) are released at once.
    pub releases: bool,
}

/// What became of a deck.
#[derive(Debug, Default)]
pub struct DeckReport {
    /// Its jobs in order.
    pub jobs: Vec<JobOutcome>,
    /// There was no JOB card: nothing was submitted.
    pub no_job: Option<String>,
    /// How many of them jobs of the deck submitted.
    pub submitted: usize,
    /// A host was refused by the sandbox.
    pub refused: bool,
    /// Number of the job after the last one, if `RunOptions` gave a number.
    pub next_number: Option<u32>,
}

impl System {
    /// Opens the system at `home`, making it if it is not there.
    pub fn open(home: &Path, config: Config, world: Arc<dyn World>) -> Result<Self, SystemError> {
        let failed = |source| SystemError::Home { path: home.to_owned(), source };
        prepare(home).map_err(failed)?;
        // One process at a time makes a system; the others find it complete.
        let making = fs::File::create(home.join(MAKING)).map_err(failed)?;
        making.lock().map_err(failed)?;
        let store = Arc::new(Store::open(&home.join("zjob.db"))?);
        let racf = Racf::new(Arc::clone(&store));
        let is_new = racf.authority()?.is_none();
        racf.create(world.user(), &crate::ecurep::hosts::certificate_names())?;
        if is_new {
            store.touch_user(world.user(), &world.now().to_string())?;
        }
        let known = store.volumes()?;
        for (serial, cylinders) in &config.volumes {
            if !known.contains(&(serial.clone(), *cylinders)) {
                store.put_volume(serial, *cylinders)?;
            }
        }
        let data_sets = Rc::new(DataSets::open(home, Arc::clone(&store))?);
        drop(making);
        Ok(Self { home: home.to_owned(), store, data_sets, racf, config, world })
    }

    /// The store.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// The data sets.
    pub fn data_sets(&self) -> &Rc<DataSets> {
        &self.data_sets
    }

    /// The certificates.
    pub fn racf(&self) -> &Racf {
        &self.racf
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The code page.
    pub fn code_page(&self) -> &'static CodePage {
        self.config.code_page
    }

    /// Clock, chance and user.
    pub fn world(&self) -> &Arc<dyn World> {
        &self.world
    }

    /// Where the system lives.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Root of the spool.
    pub fn spool(&self) -> PathBuf {
        self.home.join("spool")
    }

    /// Directory of lock files.
    pub fn locks(&self) -> PathBuf {
        self.home.join("locks")
    }

    /// Where delivered files lie.
    pub fn delivered(&self) -> PathBuf {
        self.home.join("inbox/delivered")
    }

    fn keys(&self) -> Keys<'_> {
        let openpgp = self.home.join(OPENPGP_KEYS);
        Keys { racf: &self.racf, store: &self.store, user: self.world.user(), openpgp }
    }

    /// Runs the jobs of a deck, one after another. `ended` is told of each as soon as it is over.
    pub fn run_deck(
        &self,
        deck: &[u8],
        options: &RunOptions<'_>,
        ended: &mut dyn FnMut(&JobOutcome) -> io::Result<()>,
    ) -> Result<DeckReport, SystemError> {
        fixtures::load(self, options)?;
        let libraries = Libraries::new(&self.data_sets, &self.config);
        let symbols = system_symbols(&self.config.symbol_names(), self.world.now(), self.world.utc());
        let settings = ConvertSettings {
            symbols: &symbols,
            libraries: &libraries,
            ..facts::convert_settings(&self.config, self.world.user())
        };
        let mut report = DeckReport { next_number: options.job_number, ..DeckReport::default() };
        let jobs = match convert::convert(deck, &settings) {
            Ok(jobs) => jobs,
            Err(diagnostic) => {
                report.no_job = Some(diagnostic.message.to_string());
                diagnostic.explanation.iter().for_each(|text| (options.explain)(&text.to_string()));
                return Ok(report);
            }
        };
        let sandbox = Sandbox::new(self, options);
        let security = self.keys();
        let job_settings = JobSettings {
            system: self.config.name.clone(),
            node: self.config.node.clone(),
            step_table: self.config.step_table,
            monitor: self.config.monitor,
            sms: self.config.sms,
            programs: crate::program::Settings { efz_integrity: self.config.efz_integrity },
        };
        let initiator = Initiator {
            store: &self.store,
            data_sets: &self.data_sets,
            spool: self.spool(),
            locks: self.locks(),
            world: &*self.world,
            code_page: self.config.code_page,
            network: &sandbox,
            security: &security,
            cancel: options.cancel,
            progress: options.progress,
            explain: options.explain,
            releases: options.releases,
            settings: &job_settings,
        };
        let mut queue = VecDeque::from(jobs);
        while let Some(job) = queue.pop_front() {
            let mut outcome = initiator.run(&job, report.next_number)?;
            report.next_number = report.next_number.map(number_after);
            ended(&outcome).map_err(SpoolError::Io)?;
            for deck in std::mem::take(&mut outcome.submitted) {
                let more = submitted(&deck, &settings, &outcome.name, options.explain);
                report.submitted += more.len();
                queue.extend(more);
            }
            report.jobs.push(outcome);
            if report.submitted > MAX_SUBMITTED {
                let left = queue.len();
                report.no_job = Some(format!("jobs have submitted more than {MAX_SUBMITTED} jobs; {left} did not run"));
                break;
            }
            if options.cancel.is_requested() {
                break;
            }
        }
        report.refused = sandbox.has_refused();
        Ok(report)
    }
}

/// Most jobs that the jobs of one run may submit.
const MAX_SUBMITTED: usize = 1000;

/// The jobs of a deck that a job gave to the internal reader.
fn submitted(
    deck: &[u8],
    settings: &convert::ConvertSettings<'_>,
    by: &str,
    explain: &dyn Fn(&str),
) -> Vec<convert::ConvertedJob> {
    convert::convert(deck, settings).unwrap_or_else(|diagnostic| {
        explain(&format!("what job {by} submitted is no job: {}", diagnostic.message));
        Vec::new()
    })
}

/// Makes the directories of a home, for its owner alone. A home that was there before keeps its permissions, so
/// each of its parts is private by itself.
fn prepare(home: &Path) -> io::Result<()> {
    if let Some(parent) = home.parent() {
        fs::create_dir_all(parent)?;
    }
    let made = match private_directory().create(home) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
        Err(error) => return Err(error),
    };
    for directory in ["volumes", "spool", "keys", OPENPGP_KEYS, "inbox/staging", "inbox/delivered", "locks", "tmp"] {
        private_directory().recursive(true).create(home.join(directory))?;
    }
    private_file(&home.join("zjob.db"))?;
    if made {
        fs::write(home.join(".gitignore"), "*\n")?;
    }
    Ok(())
}

/// The home holds private keys and data: nobody else may look, from the first moment on.
fn private_directory() -> fs::DirBuilder {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only Unix knows modes"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Makes an empty file unless there is one. `SQLite` gives the files beside it the same permissions.
fn private_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.write(true).create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Key rings, RSA keys and OpenPGP keys for programs.
struct Keys<'a> {
    racf: &'a Racf,
    store: &'a Store,
    user: &'a str,
    openpgp: PathBuf,
}

impl Security for Keys<'_> {
    fn openpgp_keys(&self) -> Result<Vec<Zeroizing<Vec<u8>>>, ServiceError> {
        let failed = |error: io::Error| ServiceError(format!("{}: {error}", self.openpgp.display()));
        let entries = fs::read_dir(&self.openpgp).map_err(failed)?;
        let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(failed)?;
        paths.sort();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "pgp"));
        let read = |path: &PathBuf| Ok(Zeroizing::new(fs::read(path)?));
        paths.iter().map(read).collect::<io::Result<_>>().map_err(failed)
    }

    fn rsa_key(&self, label: &str) -> Result<Option<RsaKey>, ServiceError> {
        let row = self.store.rsa_key(label).map_err(|error| ServiceError(error.to_string()))?;
        Ok(row.map(|row| RsaKey { spki: row.spki, pkcs8: row.pkcs8 }))
    }

    fn key_ring(&self, name: &str) -> Result<Trust, ServiceError> {
        let path = Path::new(name);
        if path.extension().is_some_and(|extension| extension == "pem") {
            return pem_trust(path);
        }
        let trust = self.racf.ring(name, self.user).map_err(|error| ServiceError(error.to_string()))?;
        Ok(Trust {
            anchors: trust.anchors,
            pinned: trust.pinned,
            own: trust.own.map(|(certificate, key)| (vec![certificate], key)),
        })
    }
}

/// A file of certificates to believe: an extension of ours, for servers outside.
fn pem_trust(path: &Path) -> Result<Trust, ServiceError> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    let failed = |what: String| ServiceError(format!("{}: {what}", path.display()));
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?;
    let anchors = certificates
        .map(|certificate| certificate.map(|der| der.to_vec()).map_err(|error| failed(error.to_string())))
        .collect::<Result<Vec<_>, _>>()?;
    if anchors.is_empty() {
        return Err(failed("no certificate in it".to_owned()));
    }
    Ok(Trust { anchors, ..Trust::default() })
}
