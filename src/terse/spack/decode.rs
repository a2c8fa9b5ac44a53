//! From SPACK codes to bytes.
//!
//! A pair's string lies where its two parts were unpacked one after the other. Pairs whose place has left the
//! window, or whose string is too long for it, are unpacked part by part.

use super::pairs::Pairs;
use super::{END, ENTRIES, FIRST_ENTRY, MARK};
use crate::terse::window::{GONE, LONGEST_STRING, Slide, Span, Window, copy_forward};
use crate::terse::{Fault, Unpacked, table};

const MASK: usize = ENTRIES - 1;

pub(crate) struct SpackDecoder {
    pairs: Pairs,
    /// Length 0 means that there is no such pair.
    spans: Box<[Span; ENTRIES]>,
    /// Number of the first mark in a string.
    first_marks: Box<[u32; ENTRIES]>,
    /// The previous code; 0 at the start.
    previous: usize,
    /// Where the string of the previous code was unpacked.
    previous_span: Span,
    previous_marks: u32,
    /// The code of the pair to make once `parts` are unpacked.
    entry: usize,
    /// Parts of a string that are still to be unpacked, the next one last.
    parts: Vec<u16>,
    /// The code that is unpacked part by part; 0 if there is none.
    current: usize,
    /// Where its string starts.
    current_span: Span,
    current_marks: u32,
}

impl SpackDecoder {
    /// A decoder for codes with or without marks.
    pub(crate) fn new(marks: bool) -> Self {
        let mut spans: Box<[Span; ENTRIES]> = table(Span::default());
        for (code, span) in spans.iter_mut().enumerate().take(usize::from(MARK)).skip(1) {
            *span = Window::literal(code);
        }
        if marks {
            spans[usize::from(MARK)] = Window::mark();
        }
        Self {
            pairs: Pairs::new(),
            spans,
            first_marks: Window::first_marks(),
            previous: 0,
            previous_span: Span::default(),
            previous_marks: 0,
            entry: 0,
            parts: Vec::new(),
            current: 0,
            current_span: Span::default(),
            current_marks: 0,
        }
    }

    /// Unpacks codes until one is bad or the end, or the window is full.
    pub(crate) fn expand<const MARKS: bool>(&mut self, codes: &[u16], window: &mut Window) -> Unpacked {
        if self.current != 0 && !self.expand_parts::<MARKS>(window) {
            return Unpacked { used: 0, stopped: None };
        }
        let mut done = Unpacked { used: 0, stopped: None };
        while done.used < codes.len() && done.stopped.is_none() && !window.is_full() {
            if !MARKS && self.pairs.is_full() {
                self.expand_many(codes, &mut done, window);
            }
            match codes.get(done.used) {
                Some(&code) if done.stopped.is_none() && !window.is_full() => {
                    self.expand_next::<MARKS>(usize::from(code) & MASK, &mut done, window);
                }
                _ => break,
            }
        }
        done
    }

    /// Unpacks one code of any kind. The window may be full in the middle of it.
    #[inline]
    fn expand_next<const MARKS: bool>(&mut self, code: usize, done: &mut Unpacked, window: &mut Window) {
        match self.expand_one::<MARKS>(code, window) {
            Ok(()) | Err(Fault::Full) => done.used += 1,
            Err(fault) => done.stopped = Some(fault),
        }
    }

    /// Unpacks codes of the usual kind, once the dictionary is full: those whose string is in the window. Stops
    /// at any other.
    fn expand_many(&mut self, codes: &[u16], done: &mut Unpacked, window: &mut Window) {
        let mut pairs = self.pairs.open();
        let (bytes, full) = (&mut window.bytes[..], window.full);
        let (mut at, mut previous, mut before) = (window.at, self.previous, self.previous_span);
        for &code in &codes[done.used..] {
            let code = usize::from(code) & MASK;
            let span = self.spans[code];
            if at >= full || span.at == GONE {
                break;
            }
            let entry = pairs.recycle();
            if entry == code {
                done.stopped = Some(Fault::NoEntry);
                break;
            }
            copy_forward(bytes, span.at as usize, at, span.length as usize);
            self.spans[entry & MASK] = joined(before, span);
            pairs.join(entry, previous, code);
            (previous, before) = (code, Span { at: at as u32, length: span.length });
            at += span.length as usize;
            done.used += 1;
        }
        let ends = pairs.ends;
        self.pairs.close(ends);
        (window.at, self.previous, self.previous_span) = (at, previous, before);
    }

    #[inline]
    fn expand_one<const MARKS: bool>(&mut self, code: usize, window: &mut Window) -> Result<(), Fault> {
        self.entry = if self.previous == 0 { 0 } else { self.pairs.next_code() };
        self.spans[self.entry] = Span::default();
        let Span { at, length } = self.spans[code];
        if at == GONE {
            return self.recall::<MARKS>(code, window);
        }
        if MARKS {
            window.open_record();
        }
        let (start, known) = (window.at, window.marks.at.len());
        window.copy(at as usize, length as usize);
        if MARKS {
            window.repeat_marks(self.first_marks[code], known, at as usize, (at + length) as usize, start);
        }
        self.learn::<MARKS>(code, Span { at: start as u32, length }, known as u32);
        Ok(())
    }

    /// Makes the pair of the previous code and this one, whose string lies at `span`.
    #[inline]
    fn learn<const MARKS: bool>(&mut self, code: usize, span: Span, marks: u32) {
        if self.previous != 0 {
            self.spans[self.entry & MASK] = joined(self.previous_span, span);
            if MARKS {
                self.first_marks[self.entry & MASK] = self.previous_marks;
            }
            self.pairs.join(self.entry, self.previous, code);
        }
        self.previous = code;
        self.previous_span = span;
        self.previous_marks = marks;
    }

    /// The rare codes: the end, a mark in fixed data, no pair at all, and pairs that are not in the window.
    #[cold]
    fn recall<const MARKS: bool>(&mut self, code: usize, window: &mut Window) -> Result<(), Fault> {
        match code as u16 {
            END => return Err(Fault::End),
            MARK => return Err(Fault::Mark),
            _ if self.spans[code].length == 0 => return Err(Fault::NoEntry),
            _ => {}
        }
        if MARKS {
            window.open_record();
        }
        self.current = code;
        self.current_span = Span { at: window.at as u32, length: self.spans[code].length };
        self.current_marks = window.marks.at.len() as u32;
        self.parts.push(code as u16);
        if self.expand_parts::<MARKS>(window) { Ok(()) } else { Err(Fault::Full) }
    }

    /// Unpacks the waiting parts until the window is full; true if the whole string is there.
    fn expand_parts<const MARKS: bool>(&mut self, window: &mut Window) -> bool {
        while let Some(part) = self.parts.pop() {
            if window.is_full() {
                self.parts.push(part);
                return false;
            }
            self.expand_part(usize::from(part) & MASK, window);
        }
        let code = std::mem::take(&mut self.current);
        if self.current_span.length as usize <= LONGEST_STRING {
            self.spans[code] = self.current_span;
            self.first_marks[code] = self.current_marks;
        }
        self.learn::<MARKS>(code, self.current_span, self.current_marks);
        true
    }

    fn expand_part(&mut self, code: usize, window: &mut Window) {
        let Span { at, length } = self.spans[code];
        if at == GONE {
            let (left, right) = self.pairs.parts(code);
            self.parts.extend([right as u16, left as u16]);
            return;
        }
        let (start, known) = (window.at, window.marks.at.len());
        window.copy(at as usize, length as usize);
        window.repeat_marks(self.first_marks[code], known, at as usize, (at + length) as usize, start);
    }

    /// Follows the window when it moves.
    pub(crate) fn slide(&mut self, slide: Slide) {
        for code in FIRST_ENTRY..ENTRIES {
            slide.follow(&mut self.spans[code], &mut self.first_marks[code]);
        }
        slide.follow(&mut self.previous_span, &mut self.previous_marks);
        slide.follow(&mut self.current_span, &mut self.current_marks);
    }
}

/// The string of a pair whose parts lie one after the other. A long one is not copied from there.
#[inline]
fn joined(left: Span, right: Span) -> Span {
    let length = left.length.saturating_add(right.length);
    let at = if length as usize > LONGEST_STRING { GONE } else { left.at };
    Span { at, length }
}
