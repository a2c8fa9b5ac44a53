//! SPACK: a dictionary of pairs of phrases. Pairs that no other pair needs are recycled, oldest first.
//!
//! Border: symbols and codes. Records, headers and files are the business of the rooms around.

pub(super) mod decode;
pub(super) mod encode;
mod index;
mod pairs;

pub(super) use super::pack::{END, ENTRIES, FIRST_ENTRY, MARK};
