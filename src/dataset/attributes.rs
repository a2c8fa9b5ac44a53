//! Record format, record length, block size and organisation, and how they are merged at OPEN.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Largest block and record on disk, in bytes.
pub const MAX_BLOCK: u32 = 32_760;
/// Largest block of which two fit on a 3390 track, in bytes.
pub const HALF_TRACK: u32 = 27_998;

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

    /// B.
    pub fn is_blocked(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// S: standard (F) or spanned (V).
    pub fn is_standard_or_spanned(self) -> bool {
        self.0 & 0x08 != 0
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
    /// Record length in bytes: of every record (F), of the longest including its 4-byte RDW (V), 0 (U).
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
        let longest = if self.recfm.is_fixed() {
            self.lrecl
        } else if self.recfm.is_variable() {
            self.lrecl.saturating_sub(4)
        } else {
            self.blksize
        };
        longest as usize
    }
}

/// The system-determined block size on a 3390: the largest that fits twice on a track ("DFSMS Using Data Sets").
/// RECFM=U has none; 32,760 is what load libraries use.
pub fn system_block_size(recfm: Recfm, lrecl: u32) -> u32 {
    match lrecl {
        _ if recfm.is_undefined() => MAX_BLOCK,
        0 => 0,
        _ if !recfm.is_blocked() && recfm.is_fixed() => lrecl,
        _ if !recfm.is_blocked() => lrecl + 4,
        _ if recfm.is_fixed() && lrecl <= HALF_TRACK => HALF_TRACK / lrecl * lrecl,
        _ if recfm.is_fixed() => lrecl,
        _ if lrecl + 4 <= HALF_TRACK => HALF_TRACK,
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
    use super::{Dcb, Recfm, system_block_size};

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
    fn block_sizes_are_those_seen_in_listings() {
        assert_eq!(system_block_size(Recfm::FB, 80), 27_920);
        assert_eq!(system_block_size(Recfm::FB, 1024), 27_648);
        assert_eq!(system_block_size(Recfm::FB, 1), 27_998);
        assert_eq!(system_block_size(Recfm::VB, 255), 27_998);
        assert_eq!(system_block_size(Recfm::VB, 32_756), 32_760);
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
