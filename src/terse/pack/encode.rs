//! From symbols to PACK codes: the longest known phrase each time, exactly as the real encoder chooses.

use super::tree::{BLANK_SYMBOL, Tree};
use super::{ENTRIES, FIRST_ENTRY, MARK};
use crate::terse::children::Children;

pub(crate) struct PackEncoder {
    tree: Tree,
    children: Children<ENTRIES>,
    /// Last symbol of each entry.
    lasts: Box<[u16; ENTRIES]>,
    /// The phrase matched so far; 0 at the start.
    phrase: usize,
    /// The entry that will hold the phrase and the symbol after it.
    entry: usize,
}

impl PackEncoder {
    pub(crate) fn new() -> Self {
        let mut encoder = Self {
            tree: Tree::new(),
            children: Children::new(),
            lasts: Box::new([BLANK_SYMBOL; ENTRIES]),
            phrase: 0,
            entry: 0,
        };
        for entry in FIRST_ENTRY..ENTRIES {
            encoder.children.insert(encoder.tree.father(entry), BLANK_SYMBOL, entry);
        }
        encoder
    }

    /// Takes bytes of records.
    pub(crate) fn put_bytes(&mut self, bytes: &[u8], codes: &mut Vec<u16>) {
        for &byte in bytes {
            self.put(u16::from(byte) + 1, codes);
        }
    }

    /// Takes a record mark.
    pub(crate) fn put_mark(&mut self, codes: &mut Vec<u16>) {
        self.put(MARK, codes);
    }

    /// Ends the data.
    pub(crate) fn finish(&mut self, codes: &mut Vec<u16>) {
        if self.phrase != 0 {
            codes.push(self.phrase as u16);
        }
    }

    #[inline(always)]
    fn put(&mut self, symbol: u16, codes: &mut Vec<u16>) {
        match self.children.find(self.phrase, symbol) {
            Some(child) => self.phrase = child,
            None => self.end_phrase(symbol, codes),
        }
    }

    /// Emits the phrase, learns it with the symbol that follows, and starts the next one there.
    #[inline(always)]
    fn end_phrase(&mut self, symbol: u16, codes: &mut Vec<u16>) {
        if self.phrase != 0 {
            codes.push(self.phrase as u16);
            self.tree.attach(self.entry, self.phrase);
            self.lasts[self.entry] = symbol;
            self.children.insert(self.phrase, symbol, self.entry);
        }
        self.phrase = usize::from(symbol);
        self.entry = self.tree.recycle();
        self.children.remove(self.tree.father(self.entry), self.lasts[self.entry], self.entry);
    }
}
