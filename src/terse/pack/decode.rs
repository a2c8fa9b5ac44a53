//! From PACK codes to bytes.
//!
//! A string is copied from the place where it was unpacked before. Entries whose place has left the window are
//! put together from their ancestors.

use super::tree::Tree;
use super::{END, ENTRIES, FIRST_ENTRY, MARK};
use crate::terse::window::{GONE, RDW, Slide, Span, Window, copy_forward};
use crate::terse::{Fault, Unpacked, table};

const MASK: usize = ENTRIES - 1;

pub(crate) struct PackDecoder {
    tree: Tree,
    spans: Box<[Span; ENTRIES]>,
    /// For entries that left the window: their last symbol.
    lasts: Box<[u16; ENTRIES]>,
    /// Number of the first mark in a string.
    first_marks: Box<[u32; ENTRIES]>,
    /// The entry made by the previous code, whose last symbol is not known yet; 0 at the start.
    newest: usize,
}

impl PackDecoder {
    /// A decoder for codes with or without marks.
    pub(crate) fn new(marks: bool) -> Self {
        let mut spans: Box<[Span; ENTRIES]> = table(Span::default());
        for (code, span) in spans.iter_mut().enumerate().skip(1) {
            *span = if code <= 256 { Window::literal(code) } else { Window::blanks(code - 256) };
        }
        spans[usize::from(MARK)] = if marks { Window::mark() } else { Span::default() };
        Self { tree: Tree::new(), spans, lasts: table(0), first_marks: Window::first_marks(), newest: 0 }
    }

    /// Unpacks codes without marks until one is bad or the end, or the window is full.
    pub(crate) fn expand_bytes(&mut self, codes: &[u16], window: &mut Window) -> Unpacked {
        let mut done = Unpacked { used: 0, stopped: None };
        loop {
            self.expand_many(codes, &mut done, window);
            match codes.get(done.used) {
                Some(&code) if done.stopped.is_none() && !window.is_full() => {
                    match self.recall(usize::from(code) & MASK, window) {
                        Ok(()) => done.used += 1,
                        Err(fault) => done.stopped = Some(fault),
                    }
                }
                _ => return done,
            }
        }
    }

    /// Unpacks codes of the usual kind: those whose string is in the window. Stops at any other.
    fn expand_many(&mut self, codes: &[u16], done: &mut Unpacked, window: &mut Window) {
        let mut tree = self.tree.open();
        let (bytes, full) = (&mut window.bytes[..], window.full);
        let (mut at, mut newest) = (window.at, self.newest);
        for &code in &codes[done.used..] {
            let code = usize::from(code) & MASK;
            let Span { at: from, length } = self.spans[code];
            if at >= full || from == GONE {
                break;
            }
            let entry = tree.recycle();
            if entry == code {
                done.stopped = Some(Fault::Loop);
                break;
            }
            copy_forward(bytes, from as usize, at, length as usize);
            self.spans[entry] = Span { at: at as u32, length: length + 1 };
            let first = bytes[at];
            at += length as usize;
            if code == newest {
                bytes[at - 1] = first;
            }
            tree.attach(entry, code);
            newest = entry;
            done.used += 1;
        }
        let ends = tree.ends;
        self.tree.close(ends);
        (window.at, self.newest) = (at, newest);
    }

    /// The rare codes of fixed data: the end, a mark, and entries that left the window.
    #[cold]
    fn recall(&mut self, code: usize, window: &mut Window) -> Result<(), Fault> {
        match code as u16 {
            END => return Err(Fault::End),
            MARK => return Err(Fault::Mark),
            _ => {}
        }
        let entry = self.tree.recycle();
        if entry == code {
            return Err(Fault::Loop);
        }
        let start = window.at;
        self.rebuild(code, window);
        let length = (window.at - start) as u32;
        self.spans[code] = Span { at: start as u32, length };
        self.spans[entry] = Span { at: start as u32, length: length + 1 };
        self.tree.attach(entry, code);
        self.newest = entry;
        Ok(())
    }

    /// Puts together the string of an entry that left the window: the nearest ancestor that is still there,
    /// then the last symbols of its descendants.
    fn rebuild(&mut self, code: usize, window: &mut Window) {
        let mut symbols = Vec::new();
        let mut ancestor = code;
        while self.spans[ancestor & MASK].at == GONE {
            symbols.push(self.lasts[ancestor & MASK]);
            ancestor = self.tree.father(ancestor);
        }
        self.append(ancestor, window);
        for &symbol in symbols.iter().rev() {
            self.append(usize::from(symbol), window);
        }
    }

    /// Appends a string that is in the window, with its marks.
    fn append(&mut self, code: usize, window: &mut Window) {
        let Span { at, length } = self.spans[code & MASK];
        let (start, known) = (window.at, window.marks.at.len());
        window.copy(at as usize, length as usize);
        window.repeat_marks(self.first_marks[code & MASK], known, at as usize, (at + length) as usize, start);
    }

    /// Unpacks codes with marks until one is bad or the end, or the window is full.
    pub(crate) fn expand_records(&mut self, codes: &[u16], window: &mut Window) -> Unpacked {
        for (used, &code) in codes.iter().enumerate() {
            if window.is_full() {
                return Unpacked { used, stopped: None };
            }
            if let Err(fault) = self.expand_one(usize::from(code) & MASK, window) {
                return Unpacked { used, stopped: Some(fault) };
            }
        }
        Unpacked { used: codes.len(), stopped: None }
    }

    #[inline]
    fn expand_one(&mut self, code: usize, window: &mut Window) -> Result<(), Fault> {
        if code == usize::from(END) {
            return Err(Fault::End);
        }
        window.open_record();
        let entry = self.tree.recycle();
        if entry == code {
            return Err(Fault::Loop);
        }
        let (start, known) = (window.at, window.marks.at.len());
        self.append_any(code, window);
        let first_symbol =
            if window.marks.at.len() > known && window.marks.at[known] == start as u32 { RDW } else { 1 };
        self.spans[self.newest].length += first_symbol as u32;
        self.first_marks[entry] = known as u32;
        self.spans[entry] = Span { at: start as u32, length: (window.at - start) as u32 };
        self.tree.attach(entry, code);
        self.newest = entry;
        Ok(())
    }

    #[inline]
    fn append_any(&mut self, code: usize, window: &mut Window) {
        let (start, known) = (window.at, window.marks.at.len());
        if self.spans[code].at == GONE {
            self.rebuild(code, window);
            self.first_marks[code] = known as u32;
            self.spans[code] = Span { at: start as u32, length: (window.at - start) as u32 };
            return;
        }
        self.append(code, window);
        if code == self.newest {
            // Its string is that of its father, which was just appended, and once more the first symbol of that.
            if window.marks.at.get(known) == Some(&(start as u32)) {
                window.push_mark();
            } else {
                window.push(window.bytes[start]);
            }
        }
    }

    /// Follows the window when it moves.
    pub(crate) fn slide(&mut self, slide: Slide, window: &Window) {
        for entry in FIRST_ENTRY..ENTRIES {
            let Span { at, length } = self.spans[entry];
            if slide.drops(at) {
                self.lasts[entry] = window.symbol_before(at + length);
            }
            slide.follow(&mut self.spans[entry], &mut self.first_marks[entry]);
        }
    }
}
