//! Text files of the host (the laptop): UTF-8 or what encoding_rs knows, to characters and back.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// `bytes` of a deck as characters: UTF-8 if they are, else windows-1252, which gives every byte a character.
/// The result says which one it was, so that the bytes can be written back as they came.
pub fn decode_deck(bytes: &[u8]) -> (Cow<'_, str>, &'static Encoding) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), UTF_8),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, WINDOWS_1252),
    }
}

/// The encoding of host files called `label`, as in `UTF-8` or `windows-1252`.
pub fn named(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::decode_deck;

    #[test]
    fn a_deck_that_is_no_utf8_is_windows_1252() {
        assert_eq!(decode_deck("Müller".as_bytes()).0, "Müller");
        assert_eq!(decode_deck(b"M\xFCller").0, "Müller");
    }

    #[test]
    fn every_byte_of_windows_1252_comes_back() {
        let all: Vec<u8> = (0x80..=0xFF).collect();
        let (text, encoding) = decode_deck(&all);
        assert_eq!(encoding.encode(&text).0.as_ref(), all);
    }
}
