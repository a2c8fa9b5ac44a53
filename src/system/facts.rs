//! What the catalog and the fixtures say of data sets, without running or loading anything.
//!
//! Border: a system that is there is looked at; none is made.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::SystemError;
use super::config::{Config, Fixture};
use super::libraries::delivered;
use crate::advice::{Catalog, Known};
use crate::dataset::transfer::HostFormat;
use crate::dataset::{DataSetName, Dcb, Dsorg, MemberName, Recfm};
use crate::job::convert::{ConvertSettings, ProcedureLibraries};
use crate::store::Store;

/// Longest fixture that is read for its text: far above any FTP.DATA.
const MAX_TEXT: u64 = 1 << 20;

/// The settings of the converter that a configuration gives.
pub fn convert_settings<'a>(config: &'a Config, user: &'a str) -> ConvertSettings<'a> {
    ConvertSettings {
        code_page: config.code_page,
        default_class: &config.class,
        default_message_class: &config.message_class,
        ..ConvertSettings::for_user(user)
    }
}

/// What is known of the data sets of a system.
pub struct Facts<'c> {
    config: &'c Config,
    store: Option<Store>,
    volumes: PathBuf,
}

impl<'c> Facts<'c> {
    /// Looks at the system in `home`, if there is one.
    pub fn new(home: &Path, config: &'c Config) -> Result<Self, SystemError> {
        let path = home.join("zjob.db");
        // An empty file is a system that somebody is just making.
        let is_there = fs::metadata(&path).is_ok_and(|metadata| metadata.len() > 0);
        let store = if is_there { Some(Store::open(&path)?) } else { None };
        Ok(Self { config, store, volumes: home.join("volumes") })
    }

    fn fixture(&self, name: &DataSetName, member: Option<&MemberName>) -> Option<&Fixture> {
        let is_meant = |fixture: &&Fixture| {
            fixture.name == *name && (member.is_none() || fixture.member.is_none() || fixture.member.as_ref() == member)
        };
        self.config.fixtures.iter().find(is_meant)
    }

    fn cataloged(&self, name: &DataSetName, member: Option<&MemberName>) -> Known {
        let Some(store) = &self.store else { return Known::Absent };
        // A database that does not answer says nothing about the deck.
        let Ok(Some(row)) = store.data_set(name.as_str()) else { return Known::Absent };
        if let Some(member) = member {
            let is_there =
                |members: Vec<crate::store::MemberRow>| members.iter().any(|row| row.name == member.as_str());
            if !store.members(name.as_str()).is_ok_and(is_there) {
                return Known::NoMember;
            }
        }
        Known::Present(Dcb {
            recfm: row.recfm.and_then(Recfm::from_bits),
            lrecl: row.lrecl,
            blksize: row.blksize,
            dsorg: Some(if row.partitioned { Dsorg::Partitioned } else { Dsorg::Sequential }),
        })
    }
}

impl Catalog for Facts<'_> {
    fn find(&self, name: &DataSetName, member: Option<&MemberName>) -> Known {
        match self.fixture(name, member) {
            Some(fixture) => Known::Present(fixture.attributes.into()),
            None => self.cataloged(name, member),
        }
    }

    fn text(&self, name: &DataSetName, member: Option<&MemberName>) -> Option<String> {
        let fixture = self.fixture(name, member)?;
        let HostFormat::Text { host, .. } = fixture.format else { return None };
        let mut bytes = Vec::new();
        File::open(&fixture.file).ok()?.take(MAX_TEXT).read_to_end(&mut bytes).ok()?;
        Some(host.decode(&bytes).0.into_owned())
    }
}

impl Facts<'_> {
    /// The lines of a cataloged member of fixed or variable records.
    fn cataloged_text(&self, name: &DataSetName, member: &MemberName) -> Option<String> {
        let store = self.store.as_ref()?;
        let row = store.data_set(name.as_str()).ok()??;
        let member = store.members(name.as_str()).ok()?.into_iter().find(|row| row.name == member.as_str())?;
        let mut bytes = Vec::new();
        File::open(self.volumes.join(&member.content)).ok()?.take(MAX_TEXT).read_to_end(&mut bytes).ok()?;
        let recfm = row.recfm.and_then(Recfm::from_bits)?;
        let lines: Vec<&[u8]> = if recfm.is_fixed() {
            bytes.chunks(usize::try_from(row.lrecl?).ok().filter(|&length| length > 0)?).collect()
        } else if recfm.is_variable() {
            variable_records(&bytes)
        } else {
            return None;
        };
        let page = self.config.code_page;
        Some(lines.iter().map(|line| page.decode(line).trim_end_matches(' ').to_owned() + "\n").collect())
    }
}

/// The records that lie behind their RDWs.
fn variable_records(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while let Some((rdw, rest)) = bytes.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([rdw[0], rdw[1]])).saturating_sub(4);
        let Some((record, behind)) = rest.split_at_checked(length) else { break };
        records.push(record);
        bytes = behind;
    }
    records
}

/// Procedures as `run` would find them: in fixtures, in the catalog, and those that are delivered.
impl ProcedureLibraries for Facts<'_> {
    fn system(&self) -> &[String] {
        &self.config.procedure_libraries
    }

    fn exists(&self, library: &str) -> bool {
        DataSetName::new(library).is_ok_and(|name| matches!(self.find(&name, None), Known::Present(_)))
    }

    fn member(&self, library: &str, member: &str) -> Option<String> {
        let found = || {
            let (name, member) = (DataSetName::new(library).ok()?, MemberName::new(member).ok()?);
            // A fixture without a member name is a whole data set, and no library.
            let fixture = self.fixture(&name, Some(&member)).filter(|fixture| fixture.member.is_some());
            if fixture.is_some() { self.text(&name, Some(&member)) } else { self.cataloged_text(&name, &member) }
        };
        found().or_else(|| delivered(&self.config.procedure_libraries, library, member))
    }
}
