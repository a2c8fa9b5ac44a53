//! Which child a node of a trie has under a symbol: a hash table made for 12-bit dictionaries.
//!
//! A slot is chosen by father XOR a number of the symbol, and no two symbols share a number, so slot and father
//! together tell the symbol. Children that meet in a slot form a chain; at most one child per father can.

use super::table;

/// Slots of the table: many, because a step down a chain costs more than a larger table.
const SLOTS: usize = 1 << 15;
const CHAINED: u32 = 1 << 31;

/// The children of the nodes `0..NODES`. Child 0 stands for none.
pub(super) struct Children<const NODES: usize> {
    /// 0, or father << 16 | child, and [`CHAINED`] if more children follow.
    slots: Box<[u32; SLOTS]>,
    fathers: Box<[u16; NODES]>,
    next: Box<[u16; NODES]>,
    numbers: Box<[u16; 512]>,
}

impl<const NODES: usize> Children<NODES> {
    pub(super) fn new() -> Self {
        let mut numbers = [0; 512];
        for (symbol, number) in numbers.iter_mut().enumerate() {
            // An odd factor keeps the numbers apart and spreads them over all slots.
            *number = (symbol as u16).wrapping_mul(0x6487) & (SLOTS as u16 - 1);
        }
        Self { slots: table(0), fathers: table(0), next: table(0), numbers: Box::new(numbers) }
    }

    #[inline]
    fn slot(&self, father: usize, symbol: u16) -> usize {
        (father ^ usize::from(self.numbers[usize::from(symbol & 511)])) & (SLOTS - 1)
    }

    /// The child of `father` under `symbol`.
    #[inline]
    pub(super) fn find(&self, father: usize, symbol: u16) -> Option<usize> {
        let slot = self.slots[self.slot(father, symbol)];
        if (slot & !CHAINED) >> 16 == father as u32 {
            return (slot != 0).then_some((slot & 0xFFFF) as usize);
        }
        if slot & CHAINED == 0 { None } else { self.find_in_chain(father, (slot & 0xFFFF) as usize) }
    }

    fn find_in_chain(&self, father: usize, first: usize) -> Option<usize> {
        let mut child = usize::from(self.next[first]);
        while child != 0 && usize::from(self.fathers[child]) != father {
            child = usize::from(self.next[child]);
        }
        (child != 0).then_some(child)
    }

    /// Adds a child that is not there yet.
    #[inline]
    pub(super) fn insert(&mut self, father: usize, symbol: u16, child: usize) {
        let at = self.slot(father, symbol);
        let first = self.slots[at];
        self.fathers[child] = father as u16;
        self.next[child] = (first & 0xFFFF) as u16;
        let chained = if first == 0 { 0 } else { CHAINED };
        self.slots[at] = (father << 16 | child) as u32 | chained;
    }

    /// Removes a child that is there.
    #[inline]
    pub(super) fn remove(&mut self, father: usize, symbol: u16, child: usize) {
        let at = self.slot(father, symbol);
        let first = self.slots[at];
        if (first & 0xFFFF) as usize == child {
            self.slots[at] = self.head(usize::from(self.next[child]));
        } else {
            self.unlink(at, (first & 0xFFFF) as usize, child);
        }
    }

    /// Puts a child in the place of another of the same father and symbol.
    #[inline]
    pub(super) fn replace(&mut self, father: usize, symbol: u16, old: usize, new: usize) {
        self.remove(father, symbol, old);
        self.insert(father, symbol, new);
    }

    fn head(&self, child: usize) -> u32 {
        if child == 0 {
            return 0;
        }
        let chained = if self.next[child] == 0 { 0 } else { CHAINED };
        u32::from(self.fathers[child]) << 16 | child as u32 | chained
    }

    fn unlink(&mut self, at: usize, first: usize, child: usize) {
        let mut before = first;
        while usize::from(self.next[before]) != child {
            before = usize::from(self.next[before]);
        }
        self.next[before] = self.next[child];
        self.slots[at] = self.head(first);
    }
}
