//! From symbols to PACK codes: the longest known phrase each time, exactly as the real encoder chooses.

use super::tree::{BLANK_SYMBOL, Tree};
use super::{ENTRIES, FIRST_ENTRY, MARK};
use crate::terse::children::Children;
use crate::terse::table;

pub(crate) struct PackEncoder {
    tree: Tree,
    children: Children<ENTRIES>,
    /// Last symbol of each entry.
    lasts: Box<[u16; ENTRIES]>,
    runs: Runs,
    /// The phrase matched so far; 0 at the start.
    phrase: usize,
    /// The entry that will hold the phrase and the symbol after it.
    entry: usize,
}

impl PackEncoder {
    pub(crate) fn new() -> Self {
        let (tree, children) = (Tree::new(), Children::new());
        let mut encoder = Self { tree, children, lasts: table(0), runs: Runs::new(), phrase: 0, entry: 0 };
        for entry in FIRST_ENTRY..ENTRIES {
            encoder.learn(entry, encoder.tree.father(entry), BLANK_SYMBOL);
        }
        encoder
    }

    /// Takes bytes of records.
    pub(crate) fn put_bytes(&mut self, bytes: &[u8], codes: &mut Vec<u16>) {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            let symbol = u16::from(byte) + 1;
            if let Some(child) = self.children.find(self.phrase, symbol) {
                self.phrase = child;
                continue;
            }
            self.end_phrase(symbol, codes);
            if rest.first() == Some(&byte) {
                let (phrase, length) = self.runs.longest(symbol, rest);
                rest = &rest[length..];
                self.phrase = phrase;
            }
        }
    }

    /// Takes a record mark.
    pub(crate) fn put_mark(&mut self, codes: &mut Vec<u16>) {
        match self.children.find(self.phrase, MARK) {
            Some(child) => self.phrase = child,
            None => self.end_phrase(MARK, codes),
        }
    }

    /// Ends the data.
    pub(crate) fn finish(&mut self, codes: &mut Vec<u16>) {
        if self.phrase != 0 {
            codes.push(self.phrase as u16);
        }
    }

    /// Emits the phrase, learns it with the symbol that follows, and starts the next one there.
    #[inline]
    fn end_phrase(&mut self, symbol: u16, codes: &mut Vec<u16>) {
        if self.phrase != 0 {
            codes.push(self.phrase as u16);
            self.tree.attach(self.entry, self.phrase);
            self.learn(self.entry, self.phrase, symbol);
        }
        self.phrase = usize::from(symbol);
        self.entry = self.tree.recycle();
        self.children.remove(self.tree.father(self.entry), self.lasts[self.entry], self.entry);
        self.runs.remove(self.entry);
    }

    #[inline]
    fn learn(&mut self, entry: usize, father: usize, last: u16) {
        self.lasts[entry] = last;
        self.children.insert(father, last, entry);
        self.runs.insert(entry, father, last);
    }
}

/// The entries that are runs of one symbol, so that a run in the data need not be followed step by step.
struct Runs {
    /// By symbol: the entries for two of it, three of it and so on.
    entries: Vec<Vec<u16>>,
    /// The symbol of an entry that is a run (of a literal: itself), else 0.
    symbols: Box<[u16; ENTRIES]>,
}

impl Runs {
    fn new() -> Self {
        let mut symbols = table(0);
        for literal in 1..=MARK {
            symbols[usize::from(literal)] = literal;
        }
        Self { entries: vec![Vec::new(); usize::from(MARK) + 1], symbols }
    }

    /// The entry for the longest run of `symbol` and what follows it in `rest`, and how much of that it takes.
    fn longest(&self, symbol: u16, rest: &[u8]) -> (usize, usize) {
        let entries = &self.entries[usize::from(symbol)];
        let length = run_length(&rest[..rest.len().min(entries.len())], (symbol - 1) as u8);
        match length.checked_sub(1).and_then(|at| entries.get(at)) {
            Some(&entry) => (usize::from(entry), length),
            None => (usize::from(symbol), 0),
        }
    }

    /// An entry below a run of its own symbol is the longest run of it.
    #[inline]
    fn insert(&mut self, entry: usize, father: usize, last: u16) {
        let run = self.symbols[father] == last;
        self.symbols[entry] = if run { last } else { 0 };
        if run {
            self.entries[usize::from(last)].push(entry as u16);
        }
    }

    /// An entry that goes is a leaf: of the runs of its symbol, the longest.
    #[inline]
    fn remove(&mut self, entry: usize) {
        let symbol = std::mem::take(&mut self.symbols[entry]);
        if symbol != 0 {
            self.entries[usize::from(symbol)].pop();
        }
    }
}

/// How many bytes at the front are `byte`.
fn run_length(bytes: &[u8], byte: u8) -> usize {
    let (chunks, _) = bytes.as_chunks::<16>();
    let whole = chunks.iter().take_while(|&&chunk| chunk == [byte; 16]).count() * 16;
    whole + bytes[whole..].iter().take_while(|&&other| other == byte).count()
}
