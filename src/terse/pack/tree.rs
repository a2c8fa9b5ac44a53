//! The PACK dictionary as a tree, and which of its leaves is recycled next.
//!
//! The rule of the format is a list of all entries in the order of their last use, in which a used entry takes
//! its ancestors along to the front. Three facts make the list needless: only a leaf can be last; a leaf that
//! is used gets a child at once; and an entry that loses its last child was last used, at the latest, when that
//! child was, so it is the next to go. So leaves leave in the order in which they were made, and a father that
//! became a leaf leaves before them. `plain.rs` keeps the list, and tests prove both equal.

use std::hint::select_unpredictable;

use super::{ENTRIES, FIRST_ENTRY};
use crate::terse::table;

const MASK: usize = ENTRIES - 1;
/// The symbol of the blank (EBCDIC 40) in the initial entries.
pub(crate) const BLANK_SYMBOL: u16 = 0x41;

/// Places that are looked at together.
const GROUP: usize = 4;
/// The place of an entry that had a child: one that is never looked at.
const NOWHERE: u16 = ENTRIES as u16;

/// Entries in the order in which they were made; 0 where one got a child. At most 3838 are alive between the
/// oldest and the newest.
type Made = [[u16; GROUP]; ENTRIES / GROUP + 1];

pub(crate) struct Tree {
    father: Box<[u16; ENTRIES]>,
    children: Box<[u16; ENTRIES]>,
    made: Box<Made>,
    /// The place of an entry that never had a child.
    place: Box<[u16; ENTRIES]>,
    ends: Ends,
}

/// Where the entries begin and end, in the order in which they were made.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    /// The place to look at next.
    oldest: usize,
    /// The place of the next entry.
    newest: usize,
    /// Father of the entry that was recycled last.
    bereaved: u16,
    /// How many children it has, kept at hand: the next step waits for it.
    left: u16,
}

/// The tree while much happens to it: what changes all the time is at hand. The ends go back with
/// [`Tree::close`].
pub(crate) struct Open<'a> {
    father: &'a mut [u16; ENTRIES],
    children: &'a mut [u16; ENTRIES],
    made: &'a mut Made,
    place: &'a mut [u16; ENTRIES],
    pub(crate) ends: Ends,
}

impl Tree {
    /// The tree at the start: one chain of blanks, of which the longest goes first.
    pub(crate) fn new() -> Self {
        let mut tree = Self {
            father: table(0),
            // One for the next blank of the chain; and for literals one more than they have, so that they stay.
            children: table(1),
            made: table([0; GROUP]),
            place: table(NOWHERE),
            ends: Ends { oldest: 0, newest: 1, bereaved: 0, left: 1 },
        };
        for entry in FIRST_ENTRY..ENTRIES {
            tree.father[entry] = entry as u16 - 1;
        }
        tree.father[FIRST_ENTRY] = BLANK_SYMBOL;
        tree.children[usize::from(BLANK_SYMBOL)] += 1;
        tree.children[MASK] = 0;
        tree.made[0][0] = MASK as u16;
        tree
    }

    #[inline]
    pub(crate) fn open(&mut self) -> Open<'_> {
        Open {
            father: &mut self.father,
            children: &mut self.children,
            made: &mut self.made,
            place: &mut self.place,
            ends: self.ends,
        }
    }

    #[inline]
    pub(crate) fn close(&mut self, ends: Ends) {
        self.ends = ends;
    }

    pub(crate) fn father(&self, entry: usize) -> usize {
        usize::from(self.father[entry & MASK])
    }

    /// Takes the least recently used entry out of the tree.
    #[inline]
    pub(crate) fn recycle(&mut self) -> usize {
        let mut open = self.open();
        let entry = open.recycle();
        self.ends = open.ends;
        entry
    }

    /// Puts a recycled entry back as the youngest child of `father`.
    #[inline]
    pub(crate) fn attach(&mut self, entry: usize, father: usize) {
        let mut open = self.open();
        open.attach(entry, father);
        self.ends = open.ends;
    }
}

impl Open<'_> {
    /// As [`Tree::recycle`]. No branch depends on which entry it is: none could be predicted.
    #[inline]
    pub(crate) fn recycle(&mut self) -> usize {
        let bereaved = usize::from(self.ends.bereaved) & MASK;
        let (leaf, next) = self.oldest_leaf();
        let has_children = self.ends.left != 0;
        let entry = select_unpredictable(has_children, leaf, bereaved) & MASK;
        self.ends.oldest = select_unpredictable(has_children, next, self.ends.oldest);
        // Both are looked up before it is known which one counts.
        let (of_leaf, of_bereaved) = (self.father[leaf & MASK], self.father[bereaved]);
        self.ends.bereaved = select_unpredictable(has_children, of_leaf, of_bereaved);
        let children = &mut self.children[usize::from(self.ends.bereaved) & MASK];
        *children -= 1;
        self.ends.left = *children;
        entry
    }

    /// The oldest entry that never had a child, and the place behind it.
    #[inline]
    fn oldest_leaf(&mut self) -> (usize, usize) {
        loop {
            let oldest = self.ends.oldest;
            let [one, two, three, four] = self.made[oldest / GROUP % (ENTRIES / GROUP)].map(u64::from);
            let group = (one | two << 16 | three << 32 | four << 48) & u64::MAX << (oldest % GROUP * 16);
            if group != 0 {
                let skipped = group.trailing_zeros() as usize / 16;
                return ((group >> (skipped * 16)) as usize, oldest / GROUP * GROUP + skipped + 1);
            }
            self.ends.oldest = (oldest / GROUP + 1) * GROUP;
        }
    }

    /// As [`Tree::attach`].
    #[inline]
    pub(crate) fn attach(&mut self, entry: usize, father: usize) {
        self.father[entry & MASK] = father as u16;
        self.children[father & MASK] += 1;
        self.ends.left += u16::from(father == usize::from(self.ends.bereaved));
        let place = usize::from(std::mem::replace(&mut self.place[father & MASK], NOWHERE));
        self.made[place / GROUP][place % GROUP] = 0;
        let place = self.ends.newest & MASK;
        self.made[place / GROUP][place % GROUP] = entry as u16;
        self.place[entry & MASK] = place as u16;
        self.ends.newest += 1;
    }
}
