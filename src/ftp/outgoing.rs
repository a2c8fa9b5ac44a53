//! From records to the bytes of a data connection.
//!
//! Border: STRU F, MODE S; TYPE I, A and E as the host sends them. Runs that are the wire's bytes already are
//! lent through without a copy.

use thiserror::Error;

use crate::codepage::EBCDIC_BLANK;
use crate::dataset::{ReadError, RecordReader, Run, Shape};

use super::config::LineEnd;
use super::net::NetError;

/// Pieces below this are gathered, larger ones go as they are: TLS and the socket want 64 KiB or more a call.
const GATHER: usize = 64 * 1024;
/// The newline of TYPE E.
pub(super) const EBCDIC_NEWLINE: u8 = 0x15;

/// What records look like on the wire.
pub(super) enum Form<'t> {
    /// TYPE I: the bytes of the records; with `rdw`, those of variable length behind their RDWs.
    Image { rdw: bool },
    /// TYPE A: translated, each record with a line end; `trim` drops the trailing blanks of fixed records.
    Text { table: &'t [u8; 256], trim: bool, line_end: LineEnd },
    /// TYPE E: the bytes of each record and a newline.
    Ebcdic,
}

/// Why not all was sent.
#[derive(Debug, Error)]
pub(super) enum PumpError {
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("{0}")]
    Net(#[from] NetError),
}

/// Sends all records of `reader` and returns the number of bytes.
pub(super) fn pump(
    reader: &mut dyn RecordReader,
    form: &Form<'_>,
    send: impl FnMut(&[u8]) -> Result<(), NetError>,
) -> Result<u64, PumpError> {
    let is_fixed = reader.attributes().recfm.is_fixed();
    let mut gather = Gather { buffer: Vec::with_capacity(2 * GATHER), sent: 0, send };
    while let Some(run) = reader.next_run()? {
        gather.run(run, form, is_fixed)?;
    }
    gather.flush()?;
    Ok(gather.sent)
}

struct Gather<S> {
    buffer: Vec<u8>,
    sent: u64,
    send: S,
}

impl<S: FnMut(&[u8]) -> Result<(), NetError>> Gather<S> {
    fn run(&mut self, run: Run<'_>, form: &Form<'_>, is_fixed: bool) -> Result<(), NetError> {
        match form {
            Form::Image { rdw } if *rdw || !matches!(run.shape, Shape::Described) => self.push(run.bytes),
            Form::Image { .. } => run.records().try_for_each(|record| self.push(record)),
            Form::Text { table, trim, line_end } => run.records().try_for_each(|record| {
                let record = if *trim && is_fixed { without_trailing_blanks(record) } else { record };
                self.buffer.extend(record.iter().map(|&byte| table[usize::from(byte)]));
                self.buffer.extend_from_slice(line_end.bytes());
                self.flush_if_full()
            }),
            Form::Ebcdic => run.records().try_for_each(|record| {
                self.buffer.extend_from_slice(record);
                self.buffer.push(EBCDIC_NEWLINE);
                self.flush_if_full()
            }),
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), NetError> {
        if bytes.len() < GATHER {
            self.buffer.extend_from_slice(bytes);
            return self.flush_if_full();
        }
        self.flush()?;
        self.sent += bytes.len() as u64;
        (self.send)(bytes)
    }

    fn flush_if_full(&mut self) -> Result<(), NetError> {
        if self.buffer.len() < GATHER { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), NetError> {
        if !self.buffer.is_empty() {
            self.sent += self.buffer.len() as u64;
            (self.send)(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

fn without_trailing_blanks(record: &[u8]) -> &[u8] {
    let end = record.iter().rposition(|&byte| byte != EBCDIC_BLANK).map_or(0, |last| last + 1);
    record.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::codepage::CodePage;
    use crate::dataset::record::MemoryReader;
    use crate::dataset::{Attributes, Recfm, Shape};

    use super::super::config::LineEnd;
    use super::{Form, pump};

    fn wire(recfm: Recfm, lrecl: u32, shape: Shape, bytes: &[u8], form: &Form<'_>) -> Vec<u8> {
        let attributes = Attributes::with_system_block_size(recfm, lrecl);
        let mut sent = Vec::new();
        let count = pump(&mut MemoryReader::new(attributes, shape, bytes), form, |piece| {
            sent.extend_from_slice(piece);
            Ok(())
        });
        assert_eq!(count.expect("memory reads and sends"), sent.len() as u64);
        sent
    }

    /// Ten records FB 80 of which one ends in one blank, as in the capture of the reference.
    fn ten_records() -> Vec<u8> {
        let text = format!("{:<80}{}", "X".repeat(79), "Y".repeat(720));
        CodePage::ibm1047().encode(&text).expect("letters have a place")
    }

    #[test]
    fn sizes_on_the_wire_are_those_captured_on_the_host() {
        let data = ten_records();
        let table = CodePage::ibm1047().to_latin1();
        let text = Form::Text { table: &table, trim: true, line_end: LineEnd::CrLf };
        let size = |form: &Form<'_>| wire(Recfm::FB, 80, Shape::Fixed(80), &data, form).len();
        assert_eq!(size(&Form::Image { rdw: false }), 800);
        assert_eq!(size(&Form::Image { rdw: true }), 800);
        assert_eq!(size(&Form::Ebcdic), 810);
        assert_eq!(size(&text), 819);
    }

    #[test]
    fn variable_records_lose_their_bounds_unless_rdws_are_sent() {
        // The dump of the published transfer of "Hello there" and "Folks".
        let data = b"\x00\x0F\x00\x00\xC8\x85\x93\x93\x96\x40\xA3\x88\x85\x99\x85\x00\x09\x00\x00\xC6\x96\x93\x92\xA2";
        let with = wire(Recfm::VB, 256, Shape::Described, data, &Form::Image { rdw: true });
        assert_eq!((with.as_slice(), with.len()), (data.as_slice(), 24));
        let without = wire(Recfm::VB, 256, Shape::Described, data, &Form::Image { rdw: false });
        assert_eq!(CodePage::ibm1047().decode(&without), "Hello thereFolks");
    }

    #[test]
    fn text_is_translated_and_variable_records_keep_their_blanks() {
        let page = CodePage::ibm1047();
        let table = page.to_latin1();
        let data = [b"\x00\x07\x00\x00".as_slice(), &page.encode("A[ ").expect("has a place")].concat();
        let form = Form::Text { table: &table, trim: true, line_end: LineEnd::CrLf };
        assert_eq!(wire(Recfm::VB, 256, Shape::Described, &data, &form), b"A[ \r\n");
        let form = Form::Text { table: &table, trim: false, line_end: LineEnd::Lf };
        assert_eq!(wire(Recfm::FB, 2, Shape::Fixed(2), b"\xC1\x40", &form), b"A \n");
    }
}
