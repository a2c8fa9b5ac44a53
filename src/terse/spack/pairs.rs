//! Which pair each code stands for, how many pairs need it, and which is recycled next.

use super::{ENTRIES, FIRST_ENTRY};

const MASK: usize = ENTRIES - 1;
/// The anchor of the queue; no code of a pair.
const ANCHOR: usize = 0;

#[derive(Clone, Copy, Default)]
struct Pair {
    left: u16,
    right: u16,
    /// Pairs that contain this one.
    uses: u16,
}

/// Neighbours in the queue. One that is not in the queue is its own neighbour, so that taking it out does nothing.
#[derive(Clone, Copy)]
struct Neighbours {
    before: u16,
    after: u16,
}

pub(crate) struct Pairs {
    pairs: Box<[Pair; ENTRIES]>,
    /// The queue of pairs that no other needs; the anchor's successor is the oldest.
    queue: Box<[Neighbours; ENTRIES]>,
    /// Codes from here on were never used.
    unused: usize,
}

impl Pairs {
    pub(crate) fn new() -> Self {
        let mut queue = Box::new([Neighbours { before: 0, after: 0 }; ENTRIES]);
        for (code, neighbours) in queue.iter_mut().enumerate() {
            *neighbours = Neighbours { before: code as u16, after: code as u16 };
        }
        let mut pairs = Box::new([Pair::default(); ENTRIES]);
        // Literals are never freed: one use more than there can be.
        pairs[..FIRST_ENTRY].iter_mut().for_each(|literal| literal.uses = 1);
        Self { pairs, queue, unused: FIRST_ENTRY }
    }

    /// True if the next pair takes the place of an older one.
    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.unused == ENTRIES
    }

    /// A code for the next pair that was never used.
    #[inline(always)]
    pub(crate) fn fresh(&mut self) -> usize {
        self.unused += 1;
        self.unused - 1
    }

    /// Takes the oldest pair that no other needs apart and gives its code for the next pair.
    #[inline(always)]
    pub(crate) fn recycle(&mut self) -> usize {
        let oldest = usize::from(self.queue[ANCHOR].after) & MASK;
        self.leave(oldest);
        let Pair { left, right, .. } = self.pairs[oldest];
        self.release(usize::from(left) & MASK);
        self.release(usize::from(right) & MASK);
        oldest
    }

    /// Makes `code` the pair of `left` and `right`.
    #[inline(always)]
    pub(crate) fn join(&mut self, code: usize, left: usize, right: usize) {
        let code = code & MASK;
        self.pairs[code] = Pair { left: left as u16, right: right as u16, uses: 0 };
        self.need(left & MASK);
        self.need(right & MASK);
        self.enter(code);
    }

    /// The two parts of a pair.
    pub(crate) fn parts(&self, code: usize) -> (usize, usize) {
        let Pair { left, right, .. } = self.pairs[code & MASK];
        (usize::from(left), usize::from(right))
    }

    #[inline(always)]
    fn need(&mut self, code: usize) {
        self.pairs[code].uses += 1;
        self.leave(code);
    }

    #[inline(always)]
    fn release(&mut self, code: usize) {
        self.pairs[code].uses -= 1;
        if self.pairs[code].uses == 0 {
            self.enter(code);
        }
    }

    #[inline(always)]
    fn enter(&mut self, code: usize) {
        let last = usize::from(self.queue[ANCHOR].before) & MASK;
        self.queue[code] = Neighbours { before: last as u16, after: ANCHOR as u16 };
        self.queue[last].after = code as u16;
        self.queue[ANCHOR].before = code as u16;
    }

    #[inline(always)]
    fn leave(&mut self, code: usize) {
        let Neighbours { before, after } = self.queue[code];
        self.queue[usize::from(before) & MASK].after = after;
        self.queue[usize::from(after) & MASK].before = before;
        self.queue[code] = Neighbours { before: code as u16, after: code as u16 };
    }
}
