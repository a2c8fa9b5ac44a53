//! Record format, record length, block size and organisation, and how they are merged at OPEN.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Largest block and record on disk, in bytes.
pub const MAX_BLOCK: u32 = 32_760;
/// Largest block of which two fit on a 3390 track, in bytes.
pub const HALF_TRACK: u32 = 27_998;
/// LRECL=X as DS1LRECL holds it: spanned records of any length.
pub const LRECL_X: u32 = 0x8000;
/// Longest spanned record that is kept, in bytes: its RDW must hold the length and itself. The host has no limit
/// with LRECL=X; TERSE has this one.
pub const LONGEST_SPANNED: usize = 65_531;
/// Smallest block that holds a byte of a spanned record behind its two descriptor words.
pub const SMALLEST_SPANNED_BLOCK: u32 = 9;

/// A record format, in the bits of DS1RECFM: X'80' F, X'40' V, X'C0' U, X'10' B, X'08' S, X'04' A, X'02' M.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Recfm(u8);

/// A text that is no record format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a record format such as F, FB, V, VB, VBS, FBA or U")]
pub struct NotARecfm(String);

impl Recfm {
    /// Fixed, unblocked.
    pub const F: Self = Self(0x80);
    /// Fixed, blocked.
    pub const FB: Self = Self(0x90);
    /// Fixed, blocked, with ASA control characters.
    pub const FBA: Self = Self(0x94);
    /// Variable, unblocked.
    pub const V: Self = Self(0x40);
    /// Variable, blocked.
    pub const VB: Self = Self(0x50);
    /// Variable, blocked, with ASA control characters.
    pub const VBA: Self = Self(0x54);
    /// Variable, blocked, spanned.
    pub const VBS: Self = Self(0x58);
    /// Undefined.
    pub const U: Self = Self(0xC0);

    /// The format of a DS1RECFM byte; `None` if no format bit is set.
    pub fn from_bits(bits: u8) -> Option<Self> {
        (bits & 0xC0 != 0).then_some(Self(bits))
    }

    /// The DS1RECFM byte.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// F, with whatever modifiers.
    pub fn is_fixed(self) -> bool {
        self.0 & 0xC0 == 0x80
    }

    /// V, with whatever modifiers.
    pub fn is_variable(self) -> bool {
        self.0 & 0xC0 == 0x40
    }

    /// U.
    pub fn is_undefined(self) -> bool {
        self.0 & 0xC0 == 0xC0
    }

    /// Records of both lie in their data sets in the same way: F, V or U.
    pub fn is_like(self, other: Self) -> bool {
        (self.is_fixed(), self.is_undefined()) == (other.is_fixed(), other.is_undefined())
    }

    /// B.
    pub fn is_blocked(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// S: standard (F) or spanned (V).
    pub fn is_standard_or_spanned(self) -> bool {
        self.0 & 0x08 != 0
    }

    /// S with V: records may be longer than a block and go on in the next one.
    pub fn is_spanned(self) -> bool {
        self.is_variable() && self.is_standard_or_spanned()
    }

    /// A: the first character of a record is an ASA control character.
    pub fn has_asa(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// M: the first byte of a record is a machine control character.
    pub fn has_machine_control(self) -> bool {
        self.0 & 0x02 != 0
    }
}

impl fmt::Display for Recfm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::from(if self.is_fixed() {
            "F"
        } else if self.is_variable() {
            "V"
        } else {
            "U"
        });
        for (bit, letter) in [(0x10, 'B'), (0x08, 'S'), (0x04, 'A'), (0x02, 'M')] {
            if self.0 & bit != 0 {
                text.push(letter);
            }
        }
        f.pad(&text)
    }
}

impl FromStr for Recfm {
    type Err = NotARecfm;

    fn from_str(text: &str) -> Result<Self, NotARecfm> {
        let wrong = || NotARecfm(text.to_owned());
        let mut letters = text.chars();
        let mut bits = match letters.next() {
            Some('F') => 0x80,
            Some('V') => 0x40,
            Some('U') => 0xC0,
            _ => return Err(wrong()),
        };
        for letter in letters {
            let bit = match letter {
                'B' => 0x10,
                'S' => 0x08,
                'A' => 0x04,
                'M' => 0x02,
                _ => return Err(wrong()),
            };
            if bits & bit != 0 || (bit < 0x08 && bits & 0x06 != 0) || (bits & 0xC0 == 0xC0 && bit > 0x04) {
                return Err(wrong());
            }
            bits |= bit;
        }
        Ok(Self(bits))
    }
}

/// Organisation of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dsorg {
    /// Physical sequential, `PS`.
    Sequential,
    /// Partitioned, `PO`.
    Partitioned,
}

impl Dsorg {
    /// The organisation of a data set that has this member, or none.
    pub fn of_member(member: Option<&super::MemberName>) -> Self {
        if member.is_some() { Self::Partitioned } else { Self::Sequential }
    }
}

impl fmt::Display for Dsorg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sequential => "PS",
            Self::Partitioned => "PO",
        })
    }
}

/// What records look like once everything is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attributes {
    /// Record format.
    pub recfm: Recfm,
    /// Record length in bytes: of every record (F), of the longest including its 4-byte RDW (V), 0 (U);
    /// [`LRECL_X`] for spanned records of any length.
    pub lrecl: u32,
    /// Block size in bytes.
    pub blksize: u32,
}

impl Attributes {
    /// Attributes with the block size that the system would determine.
    pub fn with_system_block_size(recfm: Recfm, lrecl: u32) -> Self {
        Self { recfm, lrecl, blksize: system_block_size(recfm, lrecl) }
    }

    /// Longest record in bytes, without an RDW.
    pub fn longest_record(&self) -> usize {
        let longest = if self.recfm.is_spanned() && self.lrecl >= LRECL_X {
            return LONGEST_SPANNED;
        } else if self.recfm.is_fixed() {
            self.lrecl
        } else if self.recfm.is_variable() {
            self.lrecl.saturating_sub(4)
        } else {
            self.blksize
        };
        longest as usize
    }

    /// The rules whose breach is S013-20: F blocks are multiples of records, V blocks hold the longest one unless
    /// records are spanned.
    pub fn is_consistent(&self) -> bool {
        let Self { recfm, lrecl, blksize } = *self;
        if blksize > MAX_BLOCK {
            return false;
        }
        if recfm.is_fixed() {
            return lrecl > 0 && blksize % lrecl == 0 && (recfm.is_blocked() || blksize == lrecl);
        }
        if recfm.is_spanned() {
            return blksize >= SMALLEST_SPANNED_BLOCK && lrecl <= LRECL_X;
        }
        recfm.is_undefined() || blksize >= lrecl.saturating_add(4)
    }
}

/// LRECL as JCL codes it: a number, or X.
pub fn lrecl_text(recfm: Option<Recfm>, lrecl: u32) -> String {
    if lrecl >= LRECL_X && recfm.is_some_and(Recfm::is_spanned) { "X".to_owned() } else { lrecl.to_string() }
}

/// The system-determined block size on a 3390: the largest that fits twice on a track ("DFSMS Using Data Sets").
/// RECFM=U has none; 32,760 is what load libraries use.
pub fn system_block_size(recfm: Recfm, lrecl: u32) -> u32 {
    match lrecl {
        _ if recfm.is_undefined() => MAX_BLOCK,
        0 => 0,
        _ if recfm.is_spanned() && (recfm.is_blocked() || lrecl + 4 > HALF_TRACK) => HALF_TRACK,
        _ if !recfm.is_blocked() && recfm.is_fixed() => lrecl,
        _ if !recfm.is_blocked() => lrecl.saturating_add(4),
        _ if recfm.is_fixed() && lrecl <= HALF_TRACK => HALF_TRACK / lrecl * lrecl,
        _ if recfm.is_fixed() => lrecl,
        _ if lrecl.saturating_add(4) <= HALF_TRACK => HALF_TRACK,
        _ => MAX_BLOCK,
    }
}

/// Attributes as somebody asked for them: each may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dcb {
    /// Record format, if given.
    pub recfm: Option<Recfm>,
    /// Record length, if given.
    pub lrecl: Option<u32>,
    /// Block size, if given (0 is "not given").
    pub blksize: Option<u32>,
    /// Organisation, if given.
    pub dsorg: Option<Dsorg>,
}

impl Dcb {
    /// The merge at OPEN: what `self` leaves open comes from `next`. Program before DD before label.
    #[must_use]
    pub fn or(self, next: Self) -> Self {
        Self {
            recfm: self.recfm.or(next.recfm),
            lrecl: self.lrecl.filter(|&n| n != 0).or(next.lrecl),
            blksize: self.blksize.filter(|&n| n != 0).or(next.blksize),
            dsorg: self.dsorg.or(next.dsorg),
        }
    }

    /// With the block size that the system determines where none is given and record format and length are
    /// (DFSMS Using Data Sets, "System-Determined Block Size").
    #[must_use]
    pub fn with_system_block_size(self) -> Self {
        match (self.recfm, self.lrecl.filter(|&n| n > 0), self.blksize.filter(|&n| n > 0)) {
            (Some(recfm), Some(lrecl), None) if !recfm.is_undefined() && lrecl <= LRECL_X => {
                Self { blksize: Some(system_block_size(recfm, lrecl)), ..self }
            }
            _ => self,
        }
    }

    /// A label as it counts for OPEN: a block size that the system determined gives way where the program or the DD,
    /// in `before`, ask for other records.
    #[must_use]
    pub fn as_label_behind(self, before: Self) -> Self {
        let determined = Self { blksize: None, ..self }.with_system_block_size().blksize;
        let records_differ = before.recfm.is_some_and(|recfm| Some(recfm) != self.recfm)
            || before.lrecl.filter(|&n| n > 0).is_some_and(|lrecl| Some(lrecl) != self.lrecl);
        if records_differ && self.blksize == determined { Self { blksize: None, ..self } } else { self }
    }
}

impl From<Attributes> for Dcb {
    fn from(attributes: Attributes) -> Self {
        Self {
            recfm: Some(attributes.recfm),
            lrecl: Some(attributes.lrecl),
            blksize: Some(attributes.blksize),
            dsorg: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attributes, Dcb, HALF_TRACK, LONGEST_SPANNED, LRECL_X, Recfm, lrecl_text, system_block_size};

    #[test]
    fn record_formats_read_and_print_alike() {
        for text in ["F", "FB", "FBS", "V", "VB", "VBS", "VBA", "FBA", "FBM", "U", "UA"] {
            assert_eq!(text.parse::<Recfm>().expect(text).to_string(), text);
        }
        for text in ["", "B", "FF", "FBAM", "UB", "X", "FBB"] {
            assert!(text.parse::<Recfm>().is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_beyond_all_limits_are_refused_and_break_nothing() {
        for recfm in [Recfm::F, Recfm::FB, Recfm::V, Recfm::VB] {
            assert!(!Attributes::with_system_block_size(recfm, u32::MAX).is_consistent(), "{recfm}");
        }
    }

    #[test]
    fn block_sizes_are_those_seen_in_listings() {
        assert_eq!(system_block_size(Recfm::FB, 80), 27_920);
        assert_eq!(system_block_size(Recfm::FB, 1024), 27_648);
        assert_eq!(system_block_size(Recfm::FB, 1), 27_998);
        assert_eq!(system_block_size(Recfm::VB, 255), 27_998);
        assert_eq!(system_block_size(Recfm::VB, 32_756), 32_760);
    }

    #[test]
    fn spanned_records_may_be_longer_than_their_blocks() {
        let vbs = |lrecl, blksize| Attributes { recfm: Recfm::VBS, lrecl, blksize };
        assert!(vbs(32_760, 4096).is_consistent() && vbs(LRECL_X, 32_760).is_consistent());
        assert!(!vbs(32_760, 8).is_consistent() && !vbs(100, 32_761).is_consistent());
        assert!(!Attributes { recfm: Recfm::VB, lrecl: 32_757, blksize: 32_760 }.is_consistent());
        assert_eq!(vbs(32_760, 4096).longest_record(), 32_756);
        assert_eq!(vbs(LRECL_X, 4096).longest_record(), LONGEST_SPANNED);
        assert_eq!(system_block_size(Recfm::VBS, LRECL_X), HALF_TRACK);
        assert_eq!(lrecl_text(Some(Recfm::VBS), LRECL_X), "X");
    }

    #[test]
    fn what_the_program_says_wins_over_the_dd_and_the_dd_over_the_label() {
        let program = Dcb { recfm: Some(Recfm::FB), ..Dcb::default() };
        let dd = Dcb { recfm: Some(Recfm::VB), lrecl: Some(100), blksize: Some(0), ..Dcb::default() };
        let label = Dcb { lrecl: Some(80), blksize: Some(800), ..Dcb::default() };
        let merged = program.or(dd).or(label);
        assert_eq!((merged.recfm, merged.lrecl, merged.blksize), (Some(Recfm::FB), Some(100), Some(800)));
    }
}
