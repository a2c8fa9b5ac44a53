//! What the catalog and the fixtures say of data sets, without running or loading anything.
//!
//! Border: a system that is there is looked at; none is made.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::SystemError;
use super::config::{Config, Fixture};
use crate::advice::{Catalog, Known};
use crate::dataset::transfer::HostFormat;
use crate::dataset::{DataSetName, Dcb, Dsorg, MemberName, Recfm};
use crate::job::convert::ConvertSettings;
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
}

impl<'c> Facts<'c> {
    /// Looks at the system in `home`, if there is one.
    pub fn new(home: &Path, config: &'c Config) -> Result<Self, SystemError> {
        let path = home.join("zjob.db");
        // An empty file is a system that somebody is just making.
        let is_there = fs::metadata(&path).is_ok_and(|metadata| metadata.len() > 0);
        let store = if is_there { Some(Store::open(&path)?) } else { None };
        Ok(Self { config, store })
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
