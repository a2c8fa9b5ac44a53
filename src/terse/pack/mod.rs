//! PACK: an LZW variant whose 3838 entries are recycled in the order of their last use.
//!
//! Border: symbols and codes. Records, headers and files are the business of the rooms around.

pub(super) mod decode;
pub(super) mod encode;
mod tree;

/// Codes there are, 12 bits.
pub(super) const ENTRIES: usize = 1 << 12;
/// The first code that is a dictionary entry.
pub(super) const FIRST_ENTRY: usize = 258;
/// The code and symbol of a record mark.
pub(super) const MARK: u16 = 257;
/// The code that ends the data.
pub(super) const END: u16 = 0;
/// Blanks in the longest of the initial entries.
pub(super) const LONGEST_RUN: usize = ENTRIES - FIRST_ENTRY + 1;
