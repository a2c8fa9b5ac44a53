//! The newest part of the unpacked data, where the strings of dictionary entries are copied from.
//!
//! Layout: constant strings (literals, blanks, a mark), then history that was lent already, then data not yet
//! lent. A record mark is four bytes, the RDW of the record that follows, filled in when its length is known;
//! so variable records lie as the host would describe them.

use super::pack::{ENTRIES, LONGEST_RUN, MARK as MARK_SYMBOL};

/// A position that stands for "no longer in the window".
pub(super) const GONE: u32 = 0;
/// Bytes that one copy may write beyond its end.
pub(super) const CHUNK: usize = 32;
/// Length of a record descriptor word in bytes.
pub(super) const RDW: usize = 4;

const LITERALS: usize = 32;
const BLANKS: usize = LITERALS + 256;
const MARK: usize = BLANKS + LONGEST_RUN;
const FRONT: usize = (MARK + RDW + CHUNK).next_multiple_of(64);
/// Bytes of history that are kept when data were lent. Entries older than that are built from their parts.
/// Tests keep less, so that entries leave sooner.
const HISTORY: usize = if cfg!(test) { 16 << 10 } else { 128 << 10 };
/// Bytes that are unpacked before they are lent.
const FRESH: usize = if cfg!(test) { 16 << 10 } else { 384 << 10 };
/// Most bytes that one string may have in the window.
pub(super) const LONGEST_STRING: usize = 16 << 10;

const EBCDIC_BLANK: u8 = 0x40;

/// Where a string lies.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) at: u32,
    pub(super) length: u32,
}

pub(super) struct Window {
    pub(super) bytes: Vec<u8>,
    /// Where the next byte goes.
    pub(super) at: usize,
    /// No string may start here or later.
    pub(super) full: usize,
    /// Everything before was lent.
    lent: usize,
    pub(super) marks: Marks,
}

/// Where record marks lie. The first is the constant one.
pub(super) struct Marks {
    pub(super) at: Vec<u32>,
    /// The mark of the record that is being unpacked, if there is one.
    open: Option<usize>,
    longest: usize,
    too_long: bool,
}

/// How far [`Window::slide`] moved, for those who hold positions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slide {
    by: u32,
    marks: u32,
}

impl Window {
    /// A window for records of at most `record` bytes.
    pub(super) fn new(record: usize) -> Self {
        let full = FRONT + HISTORY + FRESH.max(4 * (record + RDW));
        let mut bytes = vec![0; full + LONGEST_STRING + CHUNK];
        for value in 0..=255_u8 {
            bytes[LITERALS + usize::from(value)] = value;
        }
        bytes[BLANKS..MARK].fill(EBCDIC_BLANK);
        let marks = Marks { at: vec![MARK as u32], open: None, longest: record + RDW, too_long: false };
        Self { bytes, at: FRONT, full, lent: FRONT, marks }
    }

    /// The place of the string of a literal code 1..=256.
    pub(super) fn literal(code: usize) -> Span {
        Span { at: (LITERALS + code - 1) as u32, length: 1 }
    }

    /// The place of a mark.
    pub(super) fn mark() -> Span {
        Span { at: MARK as u32, length: RDW as u32 }
    }

    /// For each code the number of the first mark in its string, as long as only the mark itself has one.
    pub(super) fn first_marks() -> Box<[u32; ENTRIES]> {
        let mut first_marks = Box::new([u32::MAX; ENTRIES]);
        first_marks[usize::from(MARK_SYMBOL)] = 0;
        first_marks
    }

    /// The place of a run of blanks.
    pub(super) fn blanks(count: usize) -> Span {
        Span { at: BLANKS as u32, length: count as u32 }
    }

    /// Copies a string of at most [`LONGEST_STRING`] bytes to the end.
    #[inline]
    pub(super) fn copy(&mut self, from: usize, length: usize) {
        copy_forward(&mut self.bytes, from, self.at, length);
        self.at += length;
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.bytes[self.at] = byte;
        self.at += 1;
    }

    /// Ends the open record, if there is one, and starts the next.
    pub(super) fn push_mark(&mut self) {
        self.marks.at.push(self.at as u32);
        self.describe(self.at);
        self.at += RDW;
    }

    /// Starts the first record if none is open.
    pub(super) fn open_record(&mut self) {
        if self.marks.open.is_none() {
            self.push_mark();
        }
    }

    /// Repeats the marks of a string that was copied from `from..end` to `to`; `first` is its first mark.
    #[inline]
    pub(super) fn repeat_marks(&mut self, first: u32, known: usize, from: usize, end: usize, to: usize) {
        let mut index = first as usize;
        while index < known && (self.marks.at[index] as usize) < end {
            let at = self.marks.at[index] as usize - from + to;
            self.marks.at.push(at as u32);
            self.describe(at);
            index += 1;
        }
    }

    /// Fills in the RDW of the record that ends where the mark `next` lies, which becomes the open one.
    fn describe(&mut self, next: usize) {
        if let Some(open) = self.marks.open.replace(next) {
            let length = next - open;
            self.marks.too_long |= length > self.marks.longest;
            let [high, low] = (length as u16).to_be_bytes();
            self.bytes[open..open + RDW].copy_from_slice(&[high, low, 0, 0]);
        }
    }

    /// Ends the last record.
    pub(super) fn close_record(&mut self) {
        if self.marks.open.is_some() {
            self.describe(self.at);
            self.marks.open = None;
        }
    }

    /// True once a record was longer than records may be.
    pub(super) fn has_long_record(&self) -> bool {
        self.marks.too_long || self.marks.open.is_some_and(|open| self.at - open > self.marks.longest)
    }

    /// The symbol that ends before `end`.
    pub(super) fn symbol_before(&self, end: u32) -> u16 {
        if self.marks.at[1..].binary_search(&(end - RDW as u32)).is_ok() {
            return MARK_SYMBOL;
        }
        u16::from(self.bytes[end as usize - 1]) + 1
    }

    /// The longest record that there may be, without its RDW.
    pub(super) fn longest_record(&self) -> usize {
        self.marks.longest - RDW
    }

    /// The bytes that were not lent yet, as far as they may be: up to the open record.
    pub(super) fn ready(&self) -> usize {
        self.marks.open.unwrap_or(self.at) - self.lent
    }

    /// Lends the next `length` bytes.
    pub(super) fn lend(&mut self, length: usize) -> &[u8] {
        let start = self.lent;
        self.lent += length;
        &self.bytes[start..self.lent]
    }

    /// Gives up what was not lent.
    pub(super) fn discard(&mut self) {
        self.marks.open = None;
        self.lent = self.at;
    }

    /// Bytes that can be lent at all times: the whole window.
    pub(super) fn is_full(&self) -> bool {
        self.at >= self.full
    }

    /// How far a slide would move; 0 if it is too early.
    pub(super) fn next_slide(&self) -> Slide {
        let keep = self.lent.min(self.at.saturating_sub(HISTORY)).max(FRONT);
        let by = keep - FRONT;
        let marks = self.marks.at[1..].partition_point(|&at| (at as usize) < keep);
        Slide { by: by as u32, marks: marks as u32 }
    }

    /// Drops what no longer fits the history.
    pub(super) fn slide(&mut self, slide: Slide) {
        let by = slide.by as usize;
        self.bytes.copy_within(FRONT + by..self.at, FRONT);
        self.at -= by;
        self.lent -= by;
        self.marks.at.drain(1..=slide.marks as usize);
        self.marks.at[1..].iter_mut().for_each(|at| *at -= slide.by);
        self.marks.open = self.marks.open.map(|open| open - by);
    }
}

impl Slide {
    pub(super) fn is_nothing(self) -> bool {
        self.by == 0
    }

    /// True if the string at `at` leaves the window.
    pub(super) fn drops(self, at: u32) -> bool {
        (FRONT as u32..FRONT as u32 + self.by).contains(&at)
    }

    /// Moves a string and the number of its first mark along, or notes that it is gone.
    pub(super) fn follow(self, span: &mut Span, first_mark: &mut u32) {
        if self.drops(span.at) {
            span.at = GONE;
        } else if span.at >= FRONT as u32 {
            span.at -= self.by;
            *first_mark = first_mark.saturating_sub(self.marks);
        }
    }
}

/// Copies forward in chunks, so that a string may reach into its own copy if it starts at least [`CHUNK`]
/// bytes before it.
#[inline]
pub(super) fn copy_forward(bytes: &mut [u8], from: usize, to: usize, length: usize) {
    copy_chunk(bytes, from, to);
    if length > CHUNK {
        copy_chunks(bytes, from, to, length);
    }
}

fn copy_chunks(bytes: &mut [u8], from: usize, to: usize, length: usize) {
    for done in (CHUNK..length).step_by(CHUNK) {
        copy_chunk(bytes, from + done, to + done);
    }
}

#[inline]
fn copy_chunk(bytes: &mut [u8], from: usize, to: usize) {
    let mut chunk = [0; CHUNK];
    chunk.copy_from_slice(&bytes[from..from + CHUNK]);
    bytes[to..to + CHUNK].copy_from_slice(&chunk);
}
