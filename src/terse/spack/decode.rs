//! From SPACK codes to bytes.
//!
//! A pair's string lies where its two parts were unpacked one after the other. Pairs whose place has left the
//! window, or whose string is too long for it, are unpacked part by part.

use super::pairs::Pairs;
use super::{END, ENTRIES, FIRST_ENTRY, MARK};
use crate::terse::window::{GONE, LONGEST_STRING, Slide, Span, Window};
use crate::terse::{Fault, Unpacked};

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
    pub(crate) fn new() -> Self {
        let mut spans = Box::new([Span::default(); ENTRIES]);
        for (code, span) in spans.iter_mut().enumerate().take(FIRST_ENTRY).skip(1) {
            *span = if code == usize::from(MARK) { Window::mark() } else { Window::literal(code) };
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
        for (used, &code) in codes.iter().enumerate() {
            if window.is_full() {
                return Unpacked { used, stopped: None };
            }
            match self.expand_one::<MARKS>(usize::from(code) & MASK, window) {
                Ok(()) => {}
                Err(Fault::Full) => return Unpacked { used: used + 1, stopped: None },
                Err(fault) => return Unpacked { used, stopped: Some(fault) },
            }
        }
        Unpacked { used: codes.len(), stopped: None }
    }

    #[inline(always)]
    fn expand_one<const MARKS: bool>(&mut self, code: usize, window: &mut Window) -> Result<(), Fault> {
        self.entry = self.next_entry();
        let Span { at, length } = self.spans[code];
        if at == GONE || (!MARKS && code == usize::from(MARK)) {
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

    /// A code for the pair that the next code completes; 0 if there is no previous code.
    #[inline(always)]
    fn next_entry(&mut self) -> usize {
        if !self.pairs.is_full() {
            return if self.previous == 0 { 0 } else { self.pairs.fresh() };
        }
        let entry = self.pairs.recycle();
        self.spans[entry & MASK] = Span::default();
        entry
    }

    /// Makes the pair of the previous code and this one, whose string lies at `span`.
    #[inline(always)]
    fn learn<const MARKS: bool>(&mut self, code: usize, span: Span, marks: u32) {
        if self.previous != 0 {
            let length = self.previous_span.length.saturating_add(span.length);
            let at = if length as usize > LONGEST_STRING { GONE } else { self.previous_span.at };
            self.spans[self.entry & MASK] = Span { at, length };
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
