//! Which pair each code stands for, how many pairs need it, and which is recycled next.
//!
//! Codes that no pair needs wait in a queue. A code that is needed again leaves an empty place behind, and the
//! front looks at four places at once. Nothing here branches on what could not be predicted.

use std::hint::select_unpredictable;

use super::{ENTRIES, FIRST_ENTRY};
use crate::terse::table;

const MASK: usize = ENTRIES - 1;
/// Places of the queue. A code waits for at most 3838 recycled ones, and with each of these at most three come.
const PLACES: usize = 1 << 14;
/// Places that are looked at together.
const GROUP: usize = 4;
/// The place of a code that does not wait: one that is never looked at.
const NOWHERE: u16 = PLACES as u16;

#[derive(Clone, Copy)]
struct Pair {
    left: u16,
    right: u16,
    /// Pairs that contain this one.
    uses: u16,
    place: u16,
}

pub(crate) struct Pairs {
    /// By code; one more, for writes that shall have no effect.
    of: Box<[Pair; ENTRIES + 1]>,
    /// Codes in the order in which they leave; 0 where one was needed again.
    queue: Box<[[u16; GROUP]; PLACES / GROUP + 1]>,
    ends: Ends,
    /// Codes from here on were never used.
    unused: usize,
}

/// Where the queue begins and ends.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    /// The place to look at next.
    oldest: usize,
    /// The next place.
    next: usize,
}

/// The pairs while many are made: what changes all the time is at hand. The ends go back with
/// [`Pairs::close`].
pub(crate) struct Open<'a> {
    of: &'a mut [Pair; ENTRIES + 1],
    queue: &'a mut [[u16; GROUP]; PLACES / GROUP + 1],
    pub(crate) ends: Ends,
}

impl Pairs {
    pub(crate) fn new() -> Self {
        // Literals are never freed: one use more than there can be.
        let pair = Pair { left: 0, right: 0, uses: 1, place: NOWHERE };
        let ends = Ends { oldest: 0, next: 0 };
        Self { of: table(pair), queue: table([0; GROUP]), ends, unused: FIRST_ENTRY }
    }

    #[inline]
    pub(crate) fn open(&mut self) -> Open<'_> {
        Open { of: &mut self.of, queue: &mut self.queue, ends: self.ends }
    }

    #[inline]
    pub(crate) fn close(&mut self, ends: Ends) {
        self.ends = ends;
    }

    /// True if the next pair takes the place of an older one.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.unused == ENTRIES
    }

    /// A code for the next pair: one that was never used, or that of the oldest pair that no other needs.
    pub(crate) fn next_code(&mut self) -> usize {
        if self.is_full() {
            let mut open = self.open();
            let code = open.recycle();
            self.ends = open.ends;
            return code;
        }
        self.unused += 1;
        self.unused - 1
    }

    /// Makes `code` the pair of `left` and `right`.
    pub(crate) fn join(&mut self, code: usize, left: usize, right: usize) {
        let mut open = self.open();
        open.join(code, left, right);
        self.ends = open.ends;
    }

    /// The two parts of a pair.
    pub(crate) fn parts(&self, code: usize) -> (usize, usize) {
        let Pair { left, right, .. } = self.of[code & MASK];
        (usize::from(left), usize::from(right))
    }
}

impl Open<'_> {
    /// Takes the oldest pair that no other needs apart and gives its code for the next pair. The newest pair
    /// always waits, so there is one.
    #[inline]
    pub(crate) fn recycle(&mut self) -> usize {
        let oldest = self.leave();
        let Pair { left, right, .. } = self.of[oldest];
        self.release(usize::from(left) & MASK);
        self.release(usize::from(right) & MASK);
        oldest
    }

    /// Takes the first code out of the queue.
    #[inline]
    fn leave(&mut self) -> usize {
        loop {
            let [one, two, three, four] = self.queue[self.ends.oldest / GROUP % (PLACES / GROUP)].map(u64::from);
            let group = (one | two << 16 | three << 32 | four << 48) & u64::MAX << (self.ends.oldest % GROUP * 16);
            let skipped = group.trailing_zeros() as usize / 16;
            self.ends.oldest = self.ends.oldest / GROUP * GROUP + skipped + usize::from(group != 0);
            if group != 0 {
                return (group >> (skipped * 16)) as usize & MASK;
            }
        }
    }

    /// Makes `code` the pair of `left` and `right`.
    #[inline]
    pub(crate) fn join(&mut self, code: usize, left: usize, right: usize) {
        self.of[code & MASK] = Pair { left: left as u16, right: right as u16, uses: 0, place: NOWHERE };
        self.need(left & MASK);
        self.need(right & MASK);
        self.wait(code & MASK, true);
    }

    #[inline]
    fn need(&mut self, code: usize) {
        let pair = &mut self.of[code];
        pair.uses += 1;
        let place = usize::from(std::mem::replace(&mut pair.place, NOWHERE));
        self.queue[place / GROUP][place % GROUP] = 0;
    }

    #[inline]
    fn release(&mut self, code: usize) {
        self.of[code].uses -= 1;
        self.wait(code, self.of[code].uses == 0);
    }

    /// Puts a code at the end of the queue, if it is so.
    #[inline]
    fn wait(&mut self, code: usize, really: bool) {
        let place = self.ends.next % PLACES;
        self.queue[place / GROUP][place % GROUP] = code as u16;
        self.of[select_unpredictable(really, code, ENTRIES)].place = place as u16;
        self.ends.next += usize::from(really);
    }
}
