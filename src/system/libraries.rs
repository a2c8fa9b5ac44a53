//! Procedure libraries: data sets of the catalog as the converter sees them.
//!
//! Border: records become lines. Which member is wanted, and what is in it, is the converter's matter.

use std::rc::Rc;

use super::config::Config;
use crate::codepage::CodePage;
use crate::dataset::catalog::{DataSet, DataSets, read_all};
use crate::dataset::{Attributes, DataSetName, MemberName, Recfm};
use crate::job::convert::ProcedureLibraries;

/// Procedures that IBM delivers and that are there without a data set, for programs that are emulated: name and
/// cards. A member of a procedure library comes first.
const DELIVERED: &[(&str, &str)] = &[("CSDJZSVM", include_str!("procedures/CSDJZSVM"))];

/// What a library of card images is if its label does not say so.
const CARDS: Attributes = Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 800 };

/// A delivered procedure, found in the last library of the system.
pub(super) fn delivered(system: &[String], library: &str, member: &str) -> Option<String> {
    let (_, cards) = DELIVERED.iter().find(|(name, _)| *name == member)?;
    (system.last()? == library).then(|| (*cards).to_owned())
}

/// The procedure libraries of a system.
pub(super) struct Libraries<'s> {
    data_sets: &'s Rc<DataSets>,
    system: &'s [String],
    page: &'static CodePage,
}

impl<'s> Libraries<'s> {
    pub(super) fn new(data_sets: &'s Rc<DataSets>, config: &'s Config) -> Self {
        Self { data_sets, system: &config.procedure_libraries, page: config.code_page }
    }

    fn cataloged(&self, library: &str, member: &str) -> Option<String> {
        let dataset = self.locate(library).filter(DataSet::is_partitioned)?;
        let label = dataset.label();
        let attributes = Attributes {
            recfm: label.recfm.unwrap_or(CARDS.recfm),
            lrecl: label.lrecl.unwrap_or(CARDS.lrecl),
            blksize: label.blksize.unwrap_or(CARDS.blksize),
        };
        let mut reader = dataset.open_read(Some(&MemberName::new(member).ok()?), attributes).ok()?;
        let records = read_all(&mut reader).ok()?;
        let mut text = String::with_capacity(records.len() * 81);
        for record in &records {
            let line = self.page.decode(record);
            text.push_str(line.trim_end_matches(' '));
            text.push('\n');
        }
        Some(text)
    }

    fn locate(&self, library: &str) -> Option<DataSet> {
        self.data_sets.locate(&DataSetName::new(library).ok()?).ok()?
    }
}

impl ProcedureLibraries for Libraries<'_> {
    fn system(&self) -> &[String] {
        self.system
    }

    fn exists(&self, library: &str) -> bool {
        self.locate(library).is_some()
    }

    fn member(&self, library: &str, member: &str) -> Option<String> {
        self.cataloged(library, member).or_else(|| delivered(self.system, library, member))
    }
}
