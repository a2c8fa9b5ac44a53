//! The PACK dictionary as a tree, and which of its leaves is recycled next.
//!
//! The rule of the format is a list of all entries in the order of their last use, in which a used entry takes
//! its ancestors along to the front. Three facts make the list needless: only a leaf can be last; a leaf that
//! is used gets a child at once; and an entry that loses its last child was last used, at the latest, when that
//! child was, so it is the next to go. So leaves leave in the order in which they were made, and a father that
//! became a leaf leaves before them. `plain.rs` keeps the list, and tests prove both equal.

use super::{ENTRIES, FIRST_ENTRY};

const MASK: usize = ENTRIES - 1;
/// The symbol of the blank (EBCDIC 40) in the initial entries.
pub(crate) const BLANK_SYMBOL: u16 = 0x41;

pub(crate) struct Tree {
    father: Box<[u16; ENTRIES]>,
    children: Box<[u16; ENTRIES]>,
    /// Entries in the order in which they were made. At most 3838 are alive between `oldest` and `newest`.
    made: Box<[u16; ENTRIES]>,
    oldest: usize,
    newest: usize,
    /// Father of the entry that was recycled last.
    bereaved: u16,
}

impl Tree {
    /// The tree at the start: one chain of blanks, of which the longest goes first.
    pub(crate) fn new() -> Self {
        let mut tree = Self {
            father: Box::new([0; ENTRIES]),
            // One for the next blank of the chain; and one more than there are, so that literals stay.
            children: Box::new([1; ENTRIES]),
            made: Box::new([0; ENTRIES]),
            oldest: 0,
            newest: 0,
            bereaved: 0,
        };
        for entry in FIRST_ENTRY..ENTRIES {
            tree.father[entry] = entry as u16 - 1;
        }
        tree.father[FIRST_ENTRY] = BLANK_SYMBOL;
        tree.children[usize::from(BLANK_SYMBOL)] += 1;
        tree.children[MASK] = 0;
        tree.made[0] = MASK as u16;
        tree.newest = 1;
        tree
    }

    pub(crate) fn father(&self, entry: usize) -> usize {
        usize::from(self.father[entry & MASK])
    }

    /// Takes the least recently used entry out of the tree.
    #[inline(always)]
    pub(crate) fn recycle(&mut self) -> usize {
        let mut entry = usize::from(self.bereaved) & MASK;
        if self.children[entry] != 0 {
            entry = self.oldest_leaf();
        }
        self.bereaved = self.father[entry];
        self.children[usize::from(self.bereaved) & MASK] -= 1;
        entry
    }

    #[inline(always)]
    fn oldest_leaf(&mut self) -> usize {
        loop {
            let entry = usize::from(self.made[self.oldest]) & MASK;
            self.oldest = (self.oldest + 1) & MASK;
            // One that has children meanwhile leaves when it loses the last of them.
            if self.children[entry] == 0 {
                return entry;
            }
        }
    }

    /// Puts a recycled entry back as the youngest child of `father`.
    #[inline(always)]
    pub(crate) fn attach(&mut self, entry: usize, father: usize) {
        self.father[entry & MASK] = father as u16;
        self.children[father & MASK] += 1;
        self.made[self.newest] = entry as u16;
        self.newest = (self.newest + 1) & MASK;
    }
}
