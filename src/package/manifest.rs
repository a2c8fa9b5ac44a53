//! The manifest: what a package was made of and what it must give again, as JSON.

use serde::{Deserialize, Serialize};

use super::PackageError;
use crate::dataset::attributes::lrecl_text;
use crate::dataset::{Attributes, Recfm};

/// Marks a manifest.
const FORMAT: &str = "zjob package";
/// The only version.
const VERSION: u32 = 1;
/// Longest manifest that is read, in bytes.
pub const LONGEST: u64 = 1 << 20;

/// What lies beside a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `zjob package`.
    pub format: String,
    /// 1.
    pub version: u32,
    /// The name of the package.
    pub name: String,
    /// The problem record or case.
    pub reference: String,
    /// When it was made, local time of the system.
    pub created: String,
    /// What it was made of, as it was named: a host file or a data set.
    pub source: String,
    /// How the records looked; nothing where bytes were taken as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Form>,
    /// From the first to the package itself.
    pub stages: Vec<Stage>,
}

/// Attributes of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// `PS`.
    pub dsorg: String,
    /// As in `FB`.
    pub recfm: String,
    /// As in `80`, or `X`.
    pub lrecl: String,
    /// Block size.
    pub blksize: u32,
}

impl From<Attributes> for Form {
    fn from(attributes: Attributes) -> Self {
        let Attributes { recfm, lrecl, blksize } = attributes;
        let lrecl = lrecl_text(Some(recfm), lrecl);
        Self { dsorg: "PS".to_owned(), recfm: recfm.to_string(), lrecl, blksize }
    }
}

impl Form {
    /// True if data of `attributes` keep what TERSE and CSDFILEN can keep of these: neither knows of A and M, and
    /// TERSE not of unblocked records.
    fn fits(&self, attributes: Attributes) -> bool {
        let kind = |recfm: Recfm| (recfm.is_fixed(), recfm.is_variable(), recfm.is_spanned());
        let Ok(recfm) = self.recfm.parse::<Recfm>() else { return false };
        kind(recfm) == kind(attributes.recfm) && self.lrecl == lrecl_text(Some(attributes.recfm), attributes.lrecl)
    }
}

/// What passed at one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// `records`, `bytes`, `terse`, `efz` or `openpgp`.
    pub stage: String,
    /// Their number, for records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// Bytes, without lengths of records.
    pub bytes: u64,
    /// SHA-256 of the bytes; of records, each behind its length in 4 bytes.
    pub sha256: String,
}

impl Manifest {
    /// A manifest of this version.
    pub fn new(name: String, reference: String, created: String, source: String) -> Self {
        let (format, version) = (FORMAT.to_owned(), VERSION);
        Self { format, version, name, reference, created, source, attributes: None, stages: Vec::new() }
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        // Texts and numbers always have a JSON form.
        serde_json::to_string_pretty(self).map_or_else(|_| String::new(), |json| json + "\n")
    }

    /// Reads the text of a file.
    pub fn from_json(json: &[u8]) -> Result<Self, PackageError> {
        let wrong = |what: &str| PackageError::Damaged(format!("the manifest cannot be used: {what}"));
        let read: Self = serde_json::from_slice(json).map_err(|error| wrong(&error.to_string()))?;
        if read.format != FORMAT {
            return Err(wrong("it is none of zjob"));
        }
        if read.version != VERSION {
            return Err(wrong(&format!("version {} is not known here", read.version)));
        }
        Ok(read)
    }

    /// Where what came out of a package differs from the manifest; nothing if all is as it was.
    pub fn differences(&self, attributes: Option<Attributes>, stages: &[Stage]) -> Vec<String> {
        let mut found = Vec::new();
        let names = |stages: &[Stage]| stages.iter().map(|stage| stage.stage.clone()).collect::<Vec<_>>().join(", ");
        if names(&self.stages) != names(stages) {
            found.push(format!("it has the stages {}, the manifest names {}", names(stages), names(&self.stages)));
        }
        for (wanted, is) in self.stages.iter().zip(stages).filter(|(wanted, is)| wanted.stage == is.stage) {
            if wanted.records != is.records {
                let count = |records: Option<u64>| records.unwrap_or(0);
                found.push(format!("{}: {} of {} records", is.stage, count(is.records), count(wanted.records)));
            } else if wanted.bytes != is.bytes {
                found.push(format!("{}: {} bytes, the manifest says {}", is.stage, is.bytes, wanted.bytes));
            } else if wanted.sha256 != is.sha256 {
                found.push(format!("{}: SHA-256 {}, the manifest says {}", is.stage, is.sha256, wanted.sha256));
            }
        }
        match (&self.attributes, attributes) {
            (Some(wanted), Some(is)) if !wanted.fits(is) => {
                let Form { recfm, lrecl, .. } = wanted;
                let is = Form::from(is);
                found.push(format!(
                    "its records have RECFM={}, LRECL={}, the manifest says RECFM={recfm}, LRECL={lrecl}",
                    is.recfm, is.lrecl
                ));
            }
            (Some(_), None) => found.push("it holds no records".to_owned()),
            _ => {}
        }
        found
    }
}
