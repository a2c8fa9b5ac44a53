//! How bytes of a data connection become bytes of a file (TYPE and STRU).
//!
//! Border: bytes to bytes, piece by piece. Image data in file structure passes untouched and uncopied.

use crate::codepage::CodePage;
use crate::server::intake::Representation;

/// The end of a line in text of z/OS UNIX.
const NEW_LINE: u8 = 0x15;

/// What begins a control sequence in record structure (RFC 959): followed by 1 end of record, 2 end of
/// file, 3 both, X'FF' a byte X'FF'.
const ESCAPE: u8 = 0xFF;

/// Structure of the file (STRU).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Structure {
    File,
    Record,
}

/// The translation of one transfer.
#[derive(Debug)]
pub(super) struct Form {
    representation: Representation,
    structure: Structure,
    table: [u8; 256],
    /// The last byte was a carriage return that is not yet written.
    after_return: bool,
    /// The last byte was an escape.
    after_escape: bool,
    ended: bool,
}

impl Form {
    pub(super) fn new(representation: Representation, structure: Structure) -> Self {
        let table = CodePage::ibm1047().from_latin1();
        Self { representation, structure, table, after_return: false, after_escape: false, ended: false }
    }

    /// True if the bytes of the file are the bytes of the connection.
    pub(super) fn is_plain(&self) -> bool {
        self.structure == Structure::File && self.representation != Representation::Ascii
    }

    /// Translates `bytes` to the end of `file`.
    pub(super) fn take(&mut self, bytes: &[u8], file: &mut Vec<u8>) {
        for &byte in bytes {
            match self.structure {
                Structure::File => self.data(byte, file),
                Structure::Record => self.record(byte, file),
            }
        }
    }

    /// Writes what waited for the next byte.
    pub(super) fn finish(&mut self, file: &mut Vec<u8>) {
        if std::mem::take(&mut self.after_return) {
            file.push(self.translate(b'\r'));
        }
    }

    fn record(&mut self, byte: u8, file: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        match (std::mem::take(&mut self.after_escape), byte) {
            (false, ESCAPE) => self.after_escape = true,
            (true, 1) => self.end_record(file),
            (true, 2) => self.ended = true,
            (true, 3) => {
                self.end_record(file);
                self.ended = true;
            }
            _ => self.data(byte, file),
        }
    }

    fn end_record(&mut self, file: &mut Vec<u8>) {
        self.finish(file);
        if self.representation != Representation::Image {
            file.push(NEW_LINE);
        }
    }

    fn data(&mut self, byte: u8, file: &mut Vec<u8>) {
        if self.representation != Representation::Ascii {
            return file.push(byte);
        }
        match (std::mem::take(&mut self.after_return), byte) {
            (true, b'\n') => return file.push(NEW_LINE),
            (true, _) => file.push(self.translate(b'\r')),
            (false, _) => {}
        }
        if byte == b'\r' {
            self.after_return = true;
        } else {
            file.push(self.translate(byte));
        }
    }

    fn translate(&self, byte: u8) -> u8 {
        self.table[usize::from(byte)]
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Structure};
    use crate::server::intake::Representation;

    fn taken(representation: Representation, structure: Structure, pieces: &[&[u8]]) -> Vec<u8> {
        let mut form = Form::new(representation, structure);
        let mut file = Vec::new();
        for piece in pieces {
            form.take(piece, &mut file);
        }
        form.finish(&mut file);
        file
    }

    #[test]
    fn text_is_stored_in_ibm1047_with_its_new_lines() {
        let file = taken(Representation::Ascii, Structure::File, &[b"AB\r", b"\n1[\r\r\n\r"]);
        assert_eq!(file, [0xC1, 0xC2, 0x15, 0xF1, 0xAD, 0x0D, 0x15, 0x0D]);
    }

    #[test]
    fn ebcdic_and_image_pass_as_they_are() {
        let all: Vec<u8> = (0..=255).collect();
        for representation in [Representation::Ebcdic, Representation::Image] {
            assert!(Form::new(representation, Structure::File).is_plain());
            assert_eq!(taken(representation, Structure::File, &[&all]), all);
        }
    }

    #[test]
    fn records_end_at_their_marks() {
        // As measured on z/OS 3.1: FF01 behind each record, FF02 at the end.
        let sent: &[&[u8]] = &[b"A \xFF", b"\x01B\xFF\x01\xFF\x02ignored"];
        assert_eq!(taken(Representation::Ascii, Structure::Record, sent), [0xC1, 0x40, 0x15, 0xC2, 0x15]);
        assert_eq!(taken(Representation::Image, Structure::Record, sent), b"A B");
        assert_eq!(taken(Representation::Image, Structure::Record, &[b"a\xFF\xFFb\xFF\x03"]), b"a\xFFb");
    }
}
