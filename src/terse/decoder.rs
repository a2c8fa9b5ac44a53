//! Packed records in, runs of records out.

use std::io::{self, Read};

use super::container::GROUP_BYTES;
use super::error::DecodeError;
use super::header::{HEADER, Header, Method};
use super::pack::decode::PackDecoder;
use super::spack::decode::SpackDecoder;
use super::stamp::{STAMP, Stamp};
use super::window::Window;
use super::{Fault, RECORD, Unpacked, bits};

/// Bytes that are read at once, a multiple of whole groups.
const INPUT: usize = 512 * GROUP_BYTES;
/// Bytes that one packed byte may become unless another limit is set. PACK ends below 2560 bytes, and below
/// 10,240 where all of them are the RDWs of empty records; AMATERSE's SPACK below 1365.
const EXPANSION: u64 = 16 << 10;

/// How far data may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// As far as files of AMATERSE do.
    #[default]
    Plausible,
    /// To so many bytes, RDWs included.
    Bytes(u64),
    /// Without end.
    None,
}

/// What stands behind the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailer {
    /// Codes before the end code.
    pub codes: u64,
    /// The bytes where the time stamp stands, if there is room for one; readable or not.
    pub stamp: Option<Stamp>,
    /// Bytes of the packed file.
    pub packed: u64,
    /// Bytes of all records, with the RDWs if they are variable.
    pub unpacked: u64,
}

impl Trailer {
    /// True for what AMATERSE writes for SPACK of exactly one byte: a header and zeros. The byte is lost.
    pub fn lost_its_only_byte(&self) -> bool {
        self.codes == 0 && self.packed > RECORD as u64 && self.stamp.is_none_or(|stamp| stamp.to_bytes() == [0; STAMP])
    }
}

/// Unpacks the records of one packed data set, in constant memory.
pub struct Decoder<R> {
    header: Header,
    codes: Codes<R>,
    window: Window,
    engine: Engine,
    limit: Limit,
    unpacked: u64,
    state: State,
}

enum State {
    Unpacking,
    /// The end code was seen; the window may still hold data.
    Complete,
    /// Damage was found; what was unpacked before it may still wait in the window.
    Damaged(DecodeError),
    /// Nothing more will come.
    Ended(Option<Trailer>),
}

enum Engine {
    PackBytes(Box<PackDecoder>),
    PackRecords(Box<PackDecoder>),
    SpackBytes(Box<SpackDecoder>),
    SpackRecords(Box<SpackDecoder>),
}

impl<R: Read> Decoder<R> {
    /// Reads and checks the header.
    pub fn new(mut input: R) -> Result<Self, DecodeError> {
        let mut bytes = [0; HEADER];
        match fill(&mut input, &mut bytes)? {
            0 => return Err(DecodeError::Empty),
            HEADER => {}
            cut => return Err(DecodeError::HeaderCut(cut)),
        }
        let header = Header::parse(&bytes)?;
        Ok(Self {
            header,
            codes: Codes::new(input),
            window: Window::new(header.longest_record()),
            engine: Engine::new(header.method, header.has_marks()),
            limit: Limit::default(),
            unpacked: 0,
            state: State::Unpacking,
        })
    }

    /// Sets another limit to the expansion.
    #[must_use]
    pub fn with_limit(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    /// What the header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Lends the next run of whole records: end to end if they are fixed, each behind its RDW of 4 bytes if they
    /// are variable (and in a library). `None` at the end of the data. Damage is reported once all whole records
    /// before it were lent; after that nothing comes.
    pub fn next_run(&mut self) -> Result<Option<&[u8]>, DecodeError> {
        if matches!(self.state, State::Unpacking) {
            self.slide();
            self.fill_window()?;
        }
        let length = self.whole_records();
        if length == 0 {
            self.end()?;
            return Ok(None);
        }
        self.unpacked += length as u64;
        Ok(Some(self.window.lend(length)))
    }

    /// What stands behind the data, once they have ended.
    pub fn trailer(&self) -> Option<Trailer> {
        if let State::Ended(trailer) = self.state { trailer } else { None }
    }

    /// The bytes of a last record that is too short, after [`DecodeError::ShortLastRecord`].
    pub fn remainder(&mut self) -> &[u8] {
        let length = if matches!(self.state, State::Ended(_)) { self.window.ready() } else { 0 };
        self.window.lend(length)
    }

    /// Gives back the input, which was read to its end if the data were.
    pub fn into_inner(self) -> R {
        self.codes.input
    }

    fn slide(&mut self) {
        let slide = self.window.next_slide();
        if !slide.is_nothing() {
            self.engine.slide(slide, &self.window);
            self.window.slide(slide);
        }
    }

    /// Unpacks until the window is full, the data end or damage is found.
    fn fill_window(&mut self) -> Result<(), DecodeError> {
        while matches!(self.state, State::Unpacking) && !self.window.is_full() {
            if self.codes.is_empty() && !self.codes.read()? {
                self.state = State::Damaged(self.missing_end());
                break;
            }
            let unpacked = self.engine.expand(self.codes.waiting(), &mut self.window);
            self.codes.take(unpacked.used);
            match unpacked.stopped {
                None => {}
                Some(Fault::End) => {
                    self.window.close_record();
                    self.state = State::Complete;
                }
                Some(fault) => self.state = State::Damaged(self.damage(fault)),
            }
        }
        let checked = self.check_growth();
        if checked.is_err() {
            self.state = State::Ended(None);
        }
        checked
    }

    /// What has grown too much is not lent.
    fn check_growth(&mut self) -> Result<(), DecodeError> {
        if self.window.has_long_record() {
            let limit = self.window.longest_record();
            self.window.discard();
            return Err(self.suspect(DecodeError::LongRecord { limit }));
        }
        let limit = match self.limit {
            Limit::None => return Ok(()),
            Limit::Bytes(limit) => limit,
            Limit::Plausible => (self.codes.length + RECORD as u64) * EXPANSION,
        };
        if self.unpacked + self.window.ready() as u64 > limit {
            self.window.discard();
            return Err(DecodeError::Expansion { limit });
        }
        Ok(())
    }

    fn whole_records(&self) -> usize {
        let ready = self.window.ready();
        match self.state {
            State::Ended(_) => 0,
            _ if self.header.has_marks() => ready,
            _ => ready - ready % self.header.longest_record(),
        }
    }

    /// Everything was lent: reads the rest of the input and looks at what is left over.
    fn end(&mut self) -> Result<(), DecodeError> {
        match std::mem::replace(&mut self.state, State::Ended(None)) {
            State::Unpacking | State::Complete => self.end_complete(),
            State::Damaged(error) => Err(error),
            ended @ State::Ended(_) => {
                self.state = ended;
                Ok(())
            }
        }
    }

    fn end_complete(&mut self) -> Result<(), DecodeError> {
        let left = self.window.ready();
        let codes = self.codes.position;
        let stamp = self.codes.drain(stamp_place(codes))?.try_into().ok().map(Stamp::from_bytes);
        let (packed, unpacked) = (self.codes.length, self.unpacked + left as u64);
        self.state = State::Ended(Some(Trailer { codes, stamp, packed, unpacked }));
        if left > 0 {
            let expected = self.header.longest_record();
            return Err(self.suspect(DecodeError::ShortLastRecord { length: left, expected }));
        }
        if self.header.is_from_mvs() && !packed.is_multiple_of(RECORD as u64) {
            return Err(self.suspect(DecodeError::WrongLength { length: packed }));
        }
        Ok(())
    }

    fn missing_end(&mut self) -> DecodeError {
        let length = self.codes.length;
        let extra = length % RECORD as u64;
        let error =
            if extra == 0 { DecodeError::NoEndCode { length } } else { DecodeError::Truncated { length, extra } };
        self.suspect(error)
    }

    fn damage(&mut self, fault: Fault) -> DecodeError {
        let position = self.codes.position + 1;
        let code = self.codes.waiting().first().copied().unwrap_or(0);
        let error = match fault {
            Fault::Loop => DecodeError::Loop { code, position },
            Fault::Mark => DecodeError::MarkInFixed { position },
            Fault::End | Fault::Full | Fault::NoEntry => DecodeError::NoEntry { code, position },
        };
        self.suspect(error)
    }

    /// Damage that comes from a text-mode transfer is reported as that.
    fn suspect(&mut self, error: DecodeError) -> DecodeError {
        match self.codes.has_line_ends() {
            Err(error) => error.into(),
            Ok(true) => DecodeError::TextTransfer,
            Ok(false) => error,
        }
    }
}

/// Where the stamp stands behind so many codes: on the last byte of the last group.
fn stamp_place(codes: u64) -> u64 {
    HEADER as u64 + ((codes + 1) / 8 + 1) * GROUP_BYTES as u64 - 1
}

impl Engine {
    fn new(method: Method, marks: bool) -> Self {
        match (method, marks) {
            (Method::Pack, false) => Self::PackBytes(Box::new(PackDecoder::new(marks))),
            (Method::Pack, true) => Self::PackRecords(Box::new(PackDecoder::new(marks))),
            (Method::Spack, false) => Self::SpackBytes(Box::new(SpackDecoder::new(marks))),
            (Method::Spack, true) => Self::SpackRecords(Box::new(SpackDecoder::new(marks))),
        }
    }

    fn expand(&mut self, codes: &[u16], window: &mut Window) -> Unpacked {
        match self {
            Self::PackBytes(engine) => engine.expand_bytes(codes, window),
            Self::PackRecords(engine) => engine.expand_records(codes, window),
            Self::SpackBytes(engine) => engine.expand::<false>(codes, window),
            Self::SpackRecords(engine) => engine.expand::<true>(codes, window),
        }
    }

    fn slide(&mut self, slide: super::window::Slide, window: &Window) {
        match self {
            Self::PackBytes(engine) | Self::PackRecords(engine) => engine.slide(slide, window),
            Self::SpackBytes(engine) | Self::SpackRecords(engine) => engine.slide(slide),
        }
    }
}

/// Reads the input piece by piece as codes, and remembers what diagnosis needs.
struct Codes<R> {
    input: R,
    bytes: Vec<u8>,
    waiting: Vec<u16>,
    next: usize,
    /// Codes taken so far.
    position: u64,
    /// Bytes read so far, with the header.
    length: u64,
    /// The bytes behind the first record, where a text transfer puts a line end.
    seam: [u8; 2],
}

impl<R: Read> Codes<R> {
    fn new(input: R) -> Self {
        let (bytes, waiting) = (Vec::with_capacity(INPUT), Vec::with_capacity(INPUT));
        Self { input, bytes, waiting, next: 0, position: 0, length: HEADER as u64, seam: [0; 2] }
    }

    fn is_empty(&self) -> bool {
        self.next == self.waiting.len()
    }

    fn waiting(&self) -> &[u16] {
        self.waiting.get(self.next..).unwrap_or_default()
    }

    fn take(&mut self, count: usize) {
        self.next += count;
        self.position += count as u64;
    }

    /// Reads the next piece; false at the end of the input.
    fn read(&mut self) -> io::Result<bool> {
        self.read_bytes()?;
        self.waiting.clear();
        self.next = 0;
        bits::append_codes(&self.bytes, &mut self.waiting);
        Ok(!self.waiting.is_empty())
    }

    fn read_bytes(&mut self) -> io::Result<()> {
        self.bytes.resize(INPUT, 0);
        let count = fill(&mut self.input, &mut self.bytes)?;
        self.bytes.truncate(count);
        for (at, byte) in (RECORD as u64..).zip(&mut self.seam) {
            let here = at.checked_sub(self.length).and_then(|at| self.bytes.get(usize::try_from(at).ok()?));
            *byte = here.copied().unwrap_or(*byte);
        }
        self.length += count as u64;
        Ok(())
    }

    /// Reads to the end of the input. Returns up to 27 bytes at `wanted`, a place in the newest piece or later.
    fn drain(&mut self, wanted: u64) -> io::Result<Vec<u8>> {
        let mut found = Vec::new();
        loop {
            let start = self.length - self.bytes.len() as u64;
            let skip = usize::try_from((wanted + found.len() as u64).saturating_sub(start)).unwrap_or(usize::MAX);
            let there = self.bytes.get(skip..).unwrap_or_default();
            found.extend(there.iter().take(STAMP - found.len()));
            if self.bytes.is_empty() {
                return Ok(found);
            }
            self.read_bytes()?;
        }
    }

    /// True if there is a line end behind the first record, in a file that holds more than records.
    /// Reads to the end of the input.
    fn has_line_ends(&mut self) -> io::Result<bool> {
        if self.seam[0] != b'\n' && self.seam != *b"\r\n" {
            return Ok(false);
        }
        self.drain(self.length)?;
        Ok(!self.length.is_multiple_of(RECORD as u64))
    }
}

/// Reads until `bytes` are full or the input ends. Returns how many were read.
fn fill(input: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < bytes.len() {
        match input.read(&mut bytes[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}
