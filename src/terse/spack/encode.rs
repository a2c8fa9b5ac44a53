//! From symbols to SPACK codes, exactly as the real encoder chooses them.

use super::index::{Index, MAX_MATCH, Symbol, Text};
use super::pairs::Pairs;

/// Symbols that are collected before they are packed.
const BATCH: usize = 32 << 10;

pub(crate) struct SpackEncoder<S> {
    text: Text<S>,
    pairs: Pairs,
    index: Index,
    /// The previous code, 0 at the start, and the length of its phrase.
    previous: usize,
    length: usize,
}

impl<S: Symbol> SpackEncoder<S> {
    pub(crate) fn new() -> Self {
        Self { text: Text::new(), pairs: Pairs::new(), index: Index::new(), previous: 0, length: 0 }
    }

    /// An encoder whose index has a smaller pool, to fill it with less data.
    #[cfg(test)]
    pub(crate) fn with_pool(nodes: usize) -> Self {
        let mut encoder = Self::new();
        encoder.index.shrink_pool(nodes);
        encoder
    }

    /// Takes bytes of records.
    pub(crate) fn put_bytes(&mut self, bytes: &[u8], codes: &mut Vec<u16>) {
        self.text.symbols.extend(bytes.iter().map(|&byte| S::of_byte(byte)));
        if self.text.waiting() >= BATCH {
            self.pack(MAX_MATCH, codes);
        }
    }

    /// Ends the data.
    pub(crate) fn finish(&mut self, codes: &mut Vec<u16>) {
        self.pack(1, codes);
    }

    /// Packs until fewer than `least` symbols wait.
    fn pack(&mut self, least: usize, codes: &mut Vec<u16>) {
        while self.text.waiting() >= least {
            codes.push(self.next_code() as u16);
        }
        if let Some(by) = self.text.slide() {
            self.index.slide(by);
        }
    }

    #[inline]
    fn next_code(&mut self) -> usize {
        let entry = self.next_entry();
        let (code, length) = self.index.longest_match(&mut self.text, &self.pairs);
        if self.previous != 0 {
            self.pairs.join(entry, self.previous, code);
            self.index.insert(entry, self.previous, self.length + length, &mut self.text, &self.pairs);
        }
        self.text.at += length;
        (self.previous, self.length) = (code, length);
        code
    }

    /// A code for the pair that the next phrase completes; 0 if there is no previous phrase.
    #[inline]
    fn next_entry(&mut self) -> usize {
        if self.previous == 0 {
            return 0;
        }
        let recycled = self.pairs.is_full();
        let entry = self.pairs.next_code();
        if recycled {
            self.index.remove(entry);
        }
        entry
    }
}

impl SpackEncoder<u16> {
    /// Takes a record mark.
    pub(crate) fn put_mark(&mut self, codes: &mut Vec<u16>) {
        self.text.symbols.push(super::MARK);
        if self.text.waiting() >= BATCH {
            self.pack(MAX_MATCH, codes);
        }
    }
}
