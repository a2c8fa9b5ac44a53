//! The time stamp behind the codes: 27 bytes, seven blanks, `mm/dd/yyyy`, blank, `hh:mm:ss`, blank, in EBCDIC.

use std::fmt;

/// Bytes of a time stamp.
pub(super) const STAMP: usize = 27;
const TEXT: std::ops::Range<usize> = 7..26;
const EBCDIC_BLANK: u8 = 0x40;
const PATTERN: &[u8] = b"00/00/0000 00:00:00";

/// When something was packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp([u8; STAMP]);

impl Stamp {
    /// No date and no time.
    pub const BLANK: Self = Self([EBCDIC_BLANK; STAMP]);

    /// The stamp of a text of the form `06/07/2024 12:34:56`; `None` if it has another form.
    pub fn new(text: &str) -> Option<Self> {
        let fits = text.len() == PATTERN.len()
            && text.bytes().zip(PATTERN).all(|(c, &p)| if p == b'0' { c.is_ascii_digit() } else { c == p });
        let mut bytes = [EBCDIC_BLANK; STAMP];
        for (byte, character) in bytes[TEXT].iter_mut().zip(text.bytes()) {
            *byte = to_ebcdic(character);
        }
        fits.then_some(Self(bytes))
    }

    /// The bytes where a file has its stamp, whatever they are; to write a file again as it was.
    pub fn from_bytes(bytes: [u8; STAMP]) -> Self {
        Self(bytes)
    }

    /// The bytes as they stand in a file.
    pub fn to_bytes(&self) -> [u8; STAMP] {
        self.0
    }

    /// True if date and time can be read.
    pub fn is_readable(&self) -> bool {
        Self::new(&self.to_string()).is_some()
    }
}

impl fmt::Display for Stamp {
    /// Date and time; bytes that belong to neither, as in libraries, show as `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.0[TEXT].iter().map(|&byte| from_ebcdic(byte)).collect();
        f.pad(&text)
    }
}

fn to_ebcdic(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0' + 0xF0,
        b'/' => 0x61,
        b':' => 0x7A,
        _ => EBCDIC_BLANK,
    }
}

fn from_ebcdic(byte: u8) -> char {
    match byte {
        0xF0..=0xF9 => char::from(byte - 0xF0 + b'0'),
        0x61 => '/',
        0x7A => ':',
        EBCDIC_BLANK => ' ',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::Stamp;

    #[test]
    fn a_stamp_has_seven_blanks_date_blank_time_blank() {
        let stamp = Stamp::new("06/07/2024 12:34:56").expect("a stamp");
        let expected = b"\x40\x40\x40\x40\x40\x40\x40\xF0\xF6\x61\xF0\xF7\x61\xF2\xF0\xF2\xF4\x40\xF1\xF2\x7A\xF3\xF4\x7A\xF5\xF6\x40";
        assert_eq!(&stamp.to_bytes(), expected);
        assert_eq!(stamp.to_string(), "06/07/2024 12:34:56");
    }

    #[test]
    fn other_texts_are_no_stamps() {
        for text in ["", "2024-06-07 12:34:56", "06/07/2024 12:34:5", "06/07/2024  2:34:56", "06/07/2024 12:34:56 "] {
            assert!(Stamp::new(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_odd_bytes_of_a_library_show_as_question_marks() {
        let mut bytes = Stamp::new("06/30/2021 15:29:44").expect("a stamp").to_bytes();
        bytes[16..18].copy_from_slice(&[0xEF, 0x7F]);
        let stamp = Stamp::from_bytes(bytes);
        assert_eq!(stamp.to_string(), "06/30/202??15:29:44");
        assert!(!stamp.is_readable());
    }
}
