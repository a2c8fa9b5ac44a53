//! From the bytes of a data connection to records.
//!
//! Border: STRU F, MODE S; TYPE I, A and E as the host receives them. Nothing is kept before `close`.

use thiserror::Error;

use crate::codepage::EBCDIC_BLANK;
use crate::dataset::{RecordWriter, Run, Shape, WriteError};

use super::outgoing::EBCDIC_NEWLINE;

/// What arrives.
pub(super) enum Form {
    /// TYPE I: bytes that are cut into records by length.
    Image,
    /// TYPE A: lines that end with CRLF, translated by the table.
    Text { table: Box<[u8; 256]>, long: LongLines },
    /// TYPE E: lines that end with a newline.
    Ebcdic { long: LongLines },
}

/// What becomes of a line that is longer than a record: WRAPRECORD and TRUNCATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LongLines {
    Wrap,
    Cut,
    Refuse,
}

/// Why data cannot be taken.
#[derive(Debug, Error)]
pub(super) enum IncomingError {
    #[error("{0}")]
    Write(#[from] WriteError),
    #[error("a line is longer than a record")]
    TooLong,
}

/// Takes bytes, puts records.
pub(super) struct Incoming<'a> {
    writer: Box<dyn RecordWriter + 'a>,
    form: Form,
    /// Longest record without an RDW.
    longest: usize,
    is_fixed: bool,
    /// The record that is not complete yet.
    record: Vec<u8>,
    /// Bytes have come since the last line end.
    line_is_open: bool,
    /// A CR has come, and nothing after it.
    after_cr: bool,
    /// The rest of this line is dropped.
    cutting: bool,
    lines_cut: u64,
}

impl<'a> Incoming<'a> {
    pub(super) fn new(writer: Box<dyn RecordWriter + 'a>, form: Form) -> Self {
        let attributes = writer.attributes();
        Self {
            form,
            longest: attributes.longest_record(),
            is_fixed: attributes.recfm.is_fixed(),
            writer,
            record: Vec::new(),
            line_is_open: false,
            after_cr: false,
            cutting: false,
            lines_cut: 0,
        }
    }

    /// Longest record in bytes, without an RDW.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Takes the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), IncomingError> {
        if self.longest == 0 {
            return if bytes.is_empty() { Ok(()) } else { Err(IncomingError::TooLong) };
        }
        match self.form {
            Form::Image => self.image(bytes),
            Form::Text { .. } => self.text(bytes),
            Form::Ebcdic { .. } => self.ebcdic(bytes),
        }
    }

    /// Puts the last record, padded where it must be, and closes the file. Returns how many lines were cut.
    pub(super) fn close(mut self) -> Result<u64, IncomingError> {
        if matches!(self.form, Form::Image) {
            if !self.record.is_empty() {
                self.put_record(0)?;
            }
        } else {
            if self.after_cr {
                self.extend(b"\r")?;
            }
            if self.line_is_open {
                self.end_line()?;
            }
        }
        self.writer.close()?;
        Ok(self.lines_cut)
    }

    fn image(&mut self, mut bytes: &[u8]) -> Result<(), IncomingError> {
        while !bytes.is_empty() {
            if self.is_fixed && self.record.is_empty() && bytes.len() >= self.longest {
                let (run, rest) = bytes.split_at(bytes.len() / self.longest * self.longest);
                self.writer.put_run(Run { bytes: run, shape: Shape::Fixed(self.longest) })?;
                bytes = rest;
                continue;
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(self.longest - self.record.len()));
            self.record.extend_from_slice(piece);
            bytes = rest;
            if self.record.len() == self.longest {
                self.put_record(0)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, mut bytes: &[u8]) -> Result<(), IncomingError> {
        while let Some(&first) = bytes.first() {
            if std::mem::take(&mut self.after_cr) {
                if first == b'\n' {
                    self.end_line()?;
                    bytes = bytes.get(1..).unwrap_or_default();
                    continue;
                }
                self.extend(b"\r")?;
            }
            let end = bytes.iter().position(|&byte| byte == b'\r');
            self.extend(bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default())?;
            self.after_cr = end.is_some();
            bytes = end.and_then(|end| bytes.get(end + 1..)).unwrap_or_default();
        }
        Ok(())
    }

    fn ebcdic(&mut self, bytes: &[u8]) -> Result<(), IncomingError> {
        for line in bytes.split_inclusive(|&byte| byte == EBCDIC_NEWLINE) {
            let (line, ends) = line.strip_suffix(&[EBCDIC_NEWLINE]).map_or((line, false), |line| (line, true));
            self.extend(line)?;
            if ends {
                self.end_line()?;
            }
        }
        Ok(())
    }

    /// Adds a piece of a line, as it stands on the wire, to the record.
    fn extend(&mut self, mut piece: &[u8]) -> Result<(), IncomingError> {
        while !piece.is_empty() && !self.cutting {
            self.line_is_open = true;
            if self.record.len() == self.longest {
                self.overflow()?;
                continue;
            }
            let (now, rest) = piece.split_at(piece.len().min(self.longest - self.record.len()));
            match &self.form {
                Form::Text { table, .. } => self.record.extend(now.iter().map(|&byte| table[usize::from(byte)])),
                _ => self.record.extend_from_slice(now),
            }
            piece = rest;
        }
        Ok(())
    }

    fn overflow(&mut self) -> Result<(), IncomingError> {
        match self.form {
            Form::Text { long: LongLines::Wrap, .. } | Form::Ebcdic { long: LongLines::Wrap } => {
                self.put_record(EBCDIC_BLANK)
            }
            Form::Text { long: LongLines::Cut, .. } | Form::Ebcdic { long: LongLines::Cut } => {
                self.cutting = true;
                self.lines_cut += 1;
                Ok(())
            }
            _ => Err(IncomingError::TooLong),
        }
    }

    fn end_line(&mut self) -> Result<(), IncomingError> {
        self.cutting = false;
        self.line_is_open = false;
        self.put_record(EBCDIC_BLANK)
    }

    fn put_record(&mut self, pad: u8) -> Result<(), IncomingError> {
        if self.is_fixed {
            self.record.resize(self.longest, pad);
        }
        self.writer.put(&self.record)?;
        self.record.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use proptest::prelude::*;

    use crate::codepage::CodePage;
    use crate::dataset::{Attributes, Recfm, RecordWriter, WriteError};

    use super::{Form, Incoming, IncomingError, LongLines};

    struct Kept(Attributes, Rc<RefCell<Vec<Vec<u8>>>>);

    impl RecordWriter for Kept {
        fn attributes(&self) -> Attributes {
            self.0
        }

        fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
            self.1.borrow_mut().push(record.to_vec());
            Ok(())
        }

        fn close(self: Box<Self>) -> Result<(), WriteError> {
            Ok(())
        }
    }

    fn receive(recfm: Recfm, lrecl: u32, form: Form, pieces: &[&[u8]]) -> Result<(Vec<Vec<u8>>, u64), IncomingError> {
        let kept = Rc::default();
        let writer = Kept(Attributes::with_system_block_size(recfm, lrecl), Rc::clone(&kept));
        let mut incoming = Incoming::new(Box::new(writer), form);
        for piece in pieces {
            incoming.take(piece)?;
        }
        let cut = incoming.close()?;
        Ok((kept.take(), cut))
    }

    fn text(long: LongLines) -> Form {
        Form::Text { table: Box::new(CodePage::ibm1047().from_latin1()), long }
    }

    fn lines(recfm: Recfm, lrecl: u32, long: LongLines, pieces: &[&[u8]]) -> Vec<String> {
        let (records, _) = receive(recfm, lrecl, text(long), pieces).expect("fits");
        records.iter().map(|record| CodePage::ibm1047().decode(record)).collect()
    }

    #[test]
    fn image_data_are_cut_by_length_and_padded_with_zeros() {
        let (records, _) = receive(Recfm::FB, 4, Form::Image, &[b"AB", b"CDEFGHIJ", b"K"]).expect("fits");
        assert_eq!(records, [b"ABCD".as_slice(), b"EFGH", b"IJK\0"]);
    }

    #[test]
    fn image_data_ruin_a_file_in_the_default_format_every_252_bytes() {
        let (records, _) = receive(Recfm::VB, 256, Form::Image, &[&[7; 1024]]).expect("fits");
        assert_eq!(records.iter().map(Vec::len).collect::<Vec<_>>(), [252, 252, 252, 252, 16]);
    }

    #[test]
    fn only_crlf_ends_a_record() {
        let got = lines(Recfm::VB, 80, LongLines::Cut, &[b"one\r", b"\ntwo\nstill two\rmore\r\r\n", b"\r\nlast"]);
        assert_eq!(got, ["one", "two\nstill two\rmore\r", "", "last"]);
    }

    #[test]
    fn fixed_records_are_padded_with_blanks() {
        assert_eq!(lines(Recfm::FB, 5, LongLines::Cut, &[b"ab\r\n\r\n"]), ["ab   ", "     "]);
    }

    #[test]
    fn long_lines_are_cut_wrapped_or_refused() {
        assert_eq!(lines(Recfm::FB, 3, LongLines::Cut, &[b"abcdefg\r\nx\r\n"]), ["abc", "x  "]);
        assert_eq!(lines(Recfm::FB, 3, LongLines::Wrap, &[b"abcdefg\r\nabc\r\n"]), ["abc", "def", "g  ", "abc"]);
        let refused = receive(Recfm::FB, 3, text(LongLines::Refuse), &[b"abcd\r\n"]);
        assert!(matches!(refused, Err(IncomingError::TooLong)));
        let (_, cut) = receive(Recfm::FB, 3, text(LongLines::Cut), &[b"abcd\r\nabc\r\nabcde"]).expect("cut");
        assert_eq!(cut, 2);
    }

    #[test]
    fn ebcdic_lines_end_with_a_newline() {
        let form = Form::Ebcdic { long: LongLines::Cut };
        let (records, _) = receive(Recfm::VB, 80, form, &[b"\xC1\xC2\x15\x15", b"\xC3"]).expect("fits");
        assert_eq!(records, [b"\xC1\xC2".as_slice(), b"", b"\xC3"]);
    }

    #[test]
    fn an_empty_file_gives_no_records() {
        assert_eq!(receive(Recfm::FB, 3, Form::Image, &[]).map(|(r, _)| r.len()).ok(), Some(0));
        assert_eq!(receive(Recfm::FB, 3, text(LongLines::Cut), &[b""]).map(|(r, _)| r.len()).ok(), Some(0));
    }

    proptest! {
        #[test]
        fn how_the_network_cuts_the_stream_does_not_matter(
            data in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), any::<u8>()], 0..200),
            cut in 0_usize..200,
        ) {
            let (front, back) = data.split_at(cut.min(data.len()));
            for form in [|| Form::Image, || text(LongLines::Wrap), || Form::Ebcdic { long: LongLines::Cut }] {
                let whole = receive(Recfm::VB, 20, form(), &[&data]).expect("fits");
                let parts = receive(Recfm::VB, 20, form(), &[front, back]).expect("fits");
                prop_assert_eq!(&whole, &parts);
            }
        }
    }
}
