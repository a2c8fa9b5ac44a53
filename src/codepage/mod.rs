//! EBCDIC code pages: characters to bytes and back, one byte per character.
//!
//! Border: tables and translation only. Where records end, what a newline is and which page a data set has
//! are the caller's questions.

use std::sync::OnceLock;

use thiserror::Error;

pub mod host;
mod tables;

/// The substitute character of EBCDIC, X'3F'.
pub const EBCDIC_SUBSTITUTE: u8 = 0x3F;
/// The blank of EBCDIC, X'40'.
pub const EBCDIC_BLANK: u8 = 0x40;

/// A single-byte EBCDIC code page.
#[derive(Debug)]
pub struct CodePage {
    name: &'static str,
    unicode: [u16; 256],
}

/// A character that has no place in a code page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the character {character:?} at position {position} has no place in {page}")]
pub struct Unmappable {
    /// The character.
    pub character: char,
    /// Its position, counted in characters from 1.
    pub position: usize,
    /// The code page, as in `IBM-1047`.
    pub page: &'static str,
}

impl CodePage {
    /// The code page called `name`: `IBM-1047`, `IBM1047`, `CP1047` and `1047` all name the same one.
    pub fn named(name: &str) -> Option<&'static Self> {
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        let prefix = name[..name.len() - digits.len()].to_ascii_uppercase();
        let known_prefix = matches!(prefix.as_str(), "" | "IBM-" | "IBM" | "CP" | "CP-");
        tables::PAGES.iter().find(|page| known_prefix && number(page.name) == number(digits))
    }

    /// IBM-1047, the page of z/OS UNIX and the default of the system.
    pub fn ibm1047() -> &'static Self {
        &tables::PAGES[0]
    }

    /// All pages, for help texts.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        tables::PAGES.iter()
    }

    /// The name, as in `IBM-1047`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The character of one byte.
    pub fn character(&self, byte: u8) -> char {
        // The tables hold no surrogates; a test looks at every value.
        char::from_u32(u32::from(self.unicode[usize::from(byte)])).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The byte of one character, if it has one.
    pub fn byte(&self, character: char) -> Option<u8> {
        let wanted = u16::try_from(u32::from(character)).ok()?;
        let low = u8::try_from(wanted).ok();
        if let Some(low) = low {
            return self.latin1_bytes()[usize::from(low)];
        }
        self.unicode.iter().position(|&value| value == wanted).and_then(|at| u8::try_from(at).ok())
    }

    /// `bytes` as text.
    pub fn decode(&self, bytes: &[u8]) -> String {
        bytes.iter().map(|&byte| self.character(byte)).collect()
    }

    /// `text` as bytes; the first character without a place is an error.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, Unmappable> {
        text.chars()
            .enumerate()
            .map(|(at, character)| {
                self.byte(character).ok_or(Unmappable { character, position: at + 1, page: self.name })
            })
            .collect()
    }

    /// `text` as bytes, with X'3F' for what has no place.
    pub fn encode_lossy(&self, text: &str) -> Vec<u8> {
        text.chars().map(|character| self.byte(character).unwrap_or(EBCDIC_SUBSTITUTE)).collect()
    }

    /// Byte for byte from this page to ISO8859-1; X'1A' (SUB) where that has no such character.
    pub fn to_latin1(&self) -> [u8; 256] {
        std::array::from_fn(|byte| u8::try_from(self.unicode[byte]).unwrap_or(0x1A))
    }

    /// Byte for byte from ISO8859-1 to this page; X'3F' where this has no such character.
    pub fn from_latin1(&self) -> [u8; 256] {
        let bytes = self.latin1_bytes();
        std::array::from_fn(|byte| bytes[byte].unwrap_or(EBCDIC_SUBSTITUTE))
    }

    fn latin1_bytes(&self) -> &'static [Option<u8>; 256] {
        static INVERSE: [OnceLock<[Option<u8>; 256]>; tables::PAGES.len()] =
            [const { OnceLock::new() }; tables::PAGES.len()];
        let at = tables::PAGES.iter().position(|page| page.name == self.name).unwrap_or(0);
        INVERSE[at].get_or_init(|| {
            let mut inverse = [None; 256];
            for (byte, &value) in (0..=u8::MAX).zip(&self.unicode) {
                if let Ok(latin1) = u8::try_from(value) {
                    inverse[usize::from(latin1)] = Some(byte);
                }
            }
            inverse
        })
    }
}

fn number(name: &str) -> Option<u32> {
    name.trim_start_matches("IBM-").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::CodePage;

    fn page(name: &str) -> &'static CodePage {
        CodePage::named(name).expect("the page is in the table")
    }

    #[test]
    fn every_page_is_a_bijection_on_its_256_bytes() {
        for page in CodePage::all() {
            for byte in 0..=u8::MAX {
                assert_eq!(page.byte(page.character(byte)), Some(byte), "{} X'{byte:02X}'", page.name());
            }
        }
    }

    #[test]
    fn pages_answer_to_the_names_in_use() {
        for name in ["IBM-1047", "ibm-1047", "IBM1047", "cp1047", "1047"] {
            assert_eq!(page(name).name(), "IBM-1047");
        }
        assert_eq!(page("IBM-037").name(), page("37").name());
        assert!(CodePage::named("KOI8-R").is_none());
        assert!(CodePage::named("X1047").is_none());
    }

    #[test]
    fn brackets_and_national_characters_stand_where_the_hosts_have_them() {
        assert_eq!(page("IBM-1047").encode("[]$#@").expect("all have a place"), [0xAD, 0xBD, 0x5B, 0x7B, 0x7C]);
        assert_eq!(page("IBM-500").encode("[]").expect("all have a place"), [0x4A, 0x5A]);
        assert_eq!(page("IBM-273").character(0x7C), '§');
        assert_eq!(page("IBM-1140").byte('€'), Some(0x9F));
    }

    #[test]
    fn ibm037_and_ibm1047_differ_in_exactly_six_bytes() {
        let differing = (0..=u8::MAX).filter(|&b| page("37").character(b) != page("1047").character(b));
        assert_eq!(differing.collect::<Vec<_>>(), [0x5F, 0xAD, 0xB0, 0xBA, 0xBB, 0xBD]);
    }

    #[test]
    fn a_character_without_a_place_is_named_with_its_position() {
        let error = page("1047").encode("AB€").expect_err("no euro in IBM-1047");
        assert_eq!((error.character, error.position), ('€', 3));
    }
}
