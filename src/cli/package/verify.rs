//! Opens packages again and compares them with their manifests.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::super::secret::Secrets;
use super::super::{CliError, Here, Terminal};
use super::keys::AtHand;
use super::{Arguments, EXIT_DAMAGED, MANIFEST, scratch};
use crate::dataset::{Attributes, RecordWriter, Run, WriteError};
use crate::ecurep::suffixes::disagreement;
use crate::openpgp::KeyRing;
use crate::package::manifest::LONGEST;
use crate::package::open::{Limits, Opened, undecodable};
use crate::package::{Keys, Manifest, PackageError, START, Target, content, name, open};
use crate::system::config;
use crate::terse::library::LibraryDecoder;
use crate::world::World;

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let config = here.config()?;
    let now = config::world(&config).unix_seconds();
    let mut worst = 0;
    for input in &arguments.inputs {
        let path = PathBuf::from(input);
        let ring = arguments.reading.keys(here)?;
        let mut keys = at_hand(arguments, here, terminal.secrets, ring, now);
        match verify(&path, &mut keys) {
            Ok(found) if found.is_empty() => {
                if !arguments.manner.quiet {
                    (terminal.explain)(&format!("{}: as its manifest says", path.display()));
                }
            }
            Ok(found) => {
                worst = worst.max(EXIT_DAMAGED);
                for what in &found {
                    (terminal.explain)(&format!("{}: {what}", path.display()));
                }
            }
            Err(error) => {
                let damaged = matches!(error, PackageError::Damaged(_));
                worst = worst.max(if damaged { EXIT_DAMAGED } else { super::super::EXIT_USAGE });
                (terminal.explain)(&format!("{}: {error}", path.display()));
            }
        }
        keys.told.borrow().iter().for_each(|words| (terminal.explain)(&format!("{}: {words}", path.display())));
        if terminal.cancel.is_requested() {
            break;
        }
    }
    Ok(worst)
}

fn at_hand<'a>(
    arguments: &'a Arguments,
    here: &'a Here<'a>,
    secrets: &'a dyn Secrets,
    ring: KeyRing,
    now: u32,
) -> AtHand<'a> {
    AtHand {
        here,
        password: &arguments.password,
        secrets,
        ring,
        now,
        told: RefCell::default(),
        failure: RefCell::default(),
    }
}

/// What is wrong with a package; nothing if all is as the manifest says.
fn verify(path: &Path, keys: &mut dyn Keys) -> Result<Vec<String>, PackageError> {
    let manifest = manifest_of(path)?;
    let mut file = File::open(path)?;
    let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut found: Vec<String> = name::findings(&file_name).iter().map(ToString::to_string).collect();
    if manifest.name != file_name {
        found.push(format!("the manifest is that of {}", manifest.name));
    }
    let mut start = Vec::new();
    (&mut file).take(START as u64).read_to_end(&mut start)?;
    found.extend(disagreement(&file_name, content(&start)).map(|what| what.to_string()));
    let Opened { stages, attributes } = open(file, keys, Limits::default(), &scratch, &mut Nowhere::default())?;
    found.extend(manifest.differences(attributes, &stages));
    Ok(found)
}

fn manifest_of(path: &Path) -> Result<Manifest, PackageError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(MANIFEST);
    let beside = PathBuf::from(beside);
    let wrong = |error: io::Error| PackageError::Input(format!("its manifest {}: {error}", beside.display()));
    let mut json = Vec::new();
    File::open(&beside).map_err(wrong)?.take(LONGEST).read_to_end(&mut json).map_err(wrong)?;
    Manifest::from_json(&json)
}

/// Takes everything and keeps nothing.
#[derive(Default)]
struct Nowhere {
    records: Option<NoRecords>,
    bytes: io::Sink,
}

struct NoRecords(Attributes);

impl Target for Nowhere {
    fn records(&mut self, attributes: Attributes) -> Result<&mut dyn RecordWriter, PackageError> {
        Ok(self.records.insert(NoRecords(attributes)))
    }

    fn library(&mut self, mut members: LibraryDecoder<BufReader<File>>) -> Result<(), PackageError> {
        while members.next_item().map_err(undecodable)?.is_some() {}
        Ok(())
    }

    fn bytes(&mut self) -> Result<&mut dyn Write, PackageError> {
        Ok(&mut self.bytes)
    }
}

impl RecordWriter for NoRecords {
    fn attributes(&self) -> Attributes {
        self.0
    }

    fn put(&mut self, _: &[u8]) -> Result<(), WriteError> {
        Ok(())
    }

    fn put_run(&mut self, _: Run<'_>) -> Result<(), WriteError> {
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
