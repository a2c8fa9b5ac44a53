//! Lines of text into a SYSOUT or another data set of printed records.
//!
//! Border: turns characters into records of the system's code page and cuts or pads them as the record format
//! asks. What the lines say is the program's matter.

use crate::codepage::{CodePage, EBCDIC_BLANK};
use crate::dataset::{Dcb, RecordWriter, WriteError};

use super::{DdStatements, OpenError};

/// Writes lines of text to an open data set.
pub struct Printer<'a> {
    out: Box<dyn RecordWriter + 'a>,
    page: &'static CodePage,
}

impl<'a> Printer<'a> {
    /// Opens `ddname` for lines, with the attributes that the program asks for.
    pub fn open(
        dds: &'a dyn DdStatements,
        ddname: &str,
        program: Dcb,
        page: &'static CodePage,
    ) -> Result<Self, OpenError> {
        Ok(Self { out: dds.open_output(ddname, program)?, page })
    }

    /// Writes one line. With an ASA record format its first character is the control character.
    pub fn line(&mut self, text: &str) -> Result<(), WriteError> {
        let mut record = self.page.encode_lossy(text);
        let attributes = self.out.attributes();
        record.truncate(attributes.longest_record());
        if attributes.recfm.is_fixed() {
            record.resize(attributes.longest_record(), EBCDIC_BLANK);
        }
        self.out.put(&record)
    }

    /// Ends the output.
    pub fn close(self) -> Result<(), WriteError> {
        self.out.close()
    }
}
