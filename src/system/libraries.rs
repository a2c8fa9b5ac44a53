//! Procedure libraries: data sets of the catalog as the converter sees them.
//!
//! Border: records become lines. Which member is wanted, and what is in it, is the converter's matter.

use std::rc::Rc;

use super::config::Config;
use crate::codepage::CodePage;
use crate::dataset::catalog::{DataSet, DataSets, read_all};
use crate::dataset::{Attributes, DataSetName, MemberName, Recfm};
use crate::job::convert::ProcedureLibraries;

/// What a library of card images is if its label does not say so.
const CARDS: Attributes = Attributes { recfm: Recfm::FB, lrecl: 80, blksize: 800 };

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
}
