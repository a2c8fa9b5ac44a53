//! Space on a 3390: what a block costs, how many tracks data need, when a data set gets another extent.
//!
//! Border: arithmetic only. Whether a volume has room is asked through a closure.

use super::record::SpaceAbend;

/// Tracks in a cylinder of a 3390.
pub const TRACKS_PER_CYLINDER: u32 = 15;
/// Cells of 34 bytes on a track of a 3390.
pub const CELLS_PER_TRACK: u64 = 1729;
/// Most extents of a data set on a volume.
pub const MAX_EXTENTS: u32 = 16;
/// Directory blocks on a track.
pub const DIRECTORY_BLOCKS_PER_TRACK: u32 = 45;

/// Cells that a block of `length` data bytes without a key takes (3390 track capacity formula, "3390 DASD
/// Reference": 10 + 9 + ceil((length + 6 * ceil((length + 6) / 232) + 6) / 34)).
pub fn block_cells(length: u32) -> u64 {
    let length = u64::from(length);
    19 + (length + 6 * (length + 6).div_ceil(232) + 6).div_ceil(34)
}

/// Blocks of `length` data bytes that fit on a track, at least 1 for every block that is allowed at all.
pub fn blocks_per_track(length: u32) -> u64 {
    (CELLS_PER_TRACK / block_cells(length)).max(1)
}

/// Tracks that `blocks` blocks of `length` bytes take.
pub fn tracks_for_blocks(blocks: u32, length: u32) -> u32 {
    u32::try_from(u64::from(blocks).div_ceil(blocks_per_track(length))).unwrap_or(u32::MAX)
}

/// The space of one data set: what it holds and what it may still get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Tracks in the first extent.
    pub primary: u32,
    /// Tracks in each further one; 0 if none was asked for.
    pub secondary: u32,
    /// Tracks held now.
    pub allocated: u32,
    /// Extents held now.
    pub extents: u32,
    /// True for a library, which ends in E37 where a sequential data set ends in B37.
    pub partitioned: bool,
}

impl Space {
    /// Gets one more extent. `fits` answers whether the volume has room for so many tracks in all.
    pub fn extend(&mut self, fits: impl FnOnce(u32) -> bool) -> Result<(), SpaceAbend> {
        let full = if self.partitioned { SpaceAbend::E37 } else { SpaceAbend::B37 };
        if self.secondary == 0 {
            return Err(SpaceAbend::D37);
        }
        let wanted = self.allocated.saturating_add(self.secondary);
        if self.extents >= MAX_EXTENTS || !fits(wanted) {
            return Err(full);
        }
        self.allocated = wanted;
        self.extents += 1;
        Ok(())
    }

    /// Gives back what `used` tracks do not need, in whole units of `unit` tracks (RLSE).
    pub fn release(&mut self, used: u32, unit: u32) {
        let needed = used.max(1).div_ceil(unit.max(1)).saturating_mul(unit.max(1));
        if needed < self.allocated {
            self.allocated = needed;
            let beyond_primary = needed.saturating_sub(self.primary);
            self.extents = u32::from(self.primary > 0) + beyond_primary.div_ceil(self.secondary.max(1));
            self.primary = self.primary.min(needed);
        }
    }
}

/// Counts the space of blocks as they are written one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    cells: u64,
}

impl Tally {
    /// Goes on where `cells` are used already.
    pub fn starting_at(cells: u64) -> Self {
        Self { cells }
    }

    /// Cells used so far, the unusable ends of full tracks included.
    pub fn cells(self) -> u64 {
        self.cells
    }

    /// Tracks used so far.
    pub fn tracks(self) -> u32 {
        u32::try_from(self.cells.div_ceil(CELLS_PER_TRACK)).unwrap_or(u32::MAX)
    }

    /// The tally after one more block of `length` bytes.
    #[must_use]
    pub fn with_block(self, length: u32) -> Self {
        let cost = block_cells(length);
        let left = (CELLS_PER_TRACK - self.cells % CELLS_PER_TRACK) % CELLS_PER_TRACK;
        let skipped = if cost > left { left } else { 0 };
        Self { cells: self.cells + skipped + cost }
    }

    /// The tally of `blocks` equal blocks of `length` bytes from the start of a track.
    #[must_use]
    pub fn of_blocks(blocks: u64, length: u32) -> Self {
        let per_track = blocks_per_track(length);
        Self { cells: blocks / per_track * CELLS_PER_TRACK + blocks % per_track * block_cells(length) }
    }

    /// The tally after `blocks` more equal blocks of `length` bytes.
    #[must_use]
    pub fn with_blocks(self, blocks: u64, length: u32) -> Self {
        let on_this_track = self.blocks_on_track(length).min(blocks);
        if on_this_track == blocks {
            return Self { cells: self.cells + blocks * block_cells(length) };
        }
        let next_track = self.cells.next_multiple_of(CELLS_PER_TRACK);
        Self { cells: next_track + Self::of_blocks(blocks - on_this_track, length).cells }
    }

    /// How many more equal blocks of `length` bytes fit on `tracks` tracks in all.
    pub fn blocks_to(self, tracks: u32, length: u32) -> u64 {
        let free = u64::from(tracks).saturating_sub(self.cells.div_ceil(CELLS_PER_TRACK));
        self.blocks_on_track(length) + free * blocks_per_track(length)
    }

    /// How many more such blocks fit on the track that is being filled.
    fn blocks_on_track(self, length: u32) -> u64 {
        (self.cells.next_multiple_of(CELLS_PER_TRACK) - self.cells) / block_cells(length)
    }
}

#[cfg(test)]
mod tests {
    use super::{Space, Tally, blocks_per_track, tracks_for_blocks};
    use crate::dataset::record::SpaceAbend;

    #[test]
    fn blocks_per_track_are_those_of_the_3390_tables() {
        for (length, blocks) in
            [(80, 78), (4096, 12), (6233, 8), (13_682, 4), (18_452, 3), (27_998, 2), (27_999, 1), (32_760, 1)]
        {
            assert_eq!(blocks_per_track(length), blocks, "blocks of {length}");
        }
        assert_eq!(blocks_per_track(27_648), 2);
        assert_eq!(blocks_per_track(56_664), 1);
    }

    #[test]
    fn equal_blocks_cost_the_same_one_by_one_and_all_at_once() {
        for length in [80, 1024, 27_920, 32_760] {
            let mut one_by_one = Tally::starting_at(0);
            for blocks in 1..=200 {
                one_by_one = one_by_one.with_block(length);
                assert_eq!(one_by_one.tracks(), Tally::of_blocks(blocks, length).tracks(), "{blocks} of {length}");
            }
        }
        assert_eq!(tracks_for_blocks(3, 27_998), 2);
    }

    #[test]
    fn equal_blocks_behind_others_cost_the_same_one_by_one_and_all_at_once() {
        for (length, start) in [(80, 20), (1024, 1700), (27_648, 33), (32_760, 1729), (27_648, 0)] {
            let start = Tally::starting_at(start);
            let mut one_by_one = start;
            for blocks in 1..=100 {
                one_by_one = one_by_one.with_block(length);
                let tracks = one_by_one.tracks();
                assert_eq!(start.with_blocks(blocks, length).tracks(), tracks, "{blocks} of {length}");
                assert!(start.blocks_to(tracks, length) >= blocks);
                assert!(start.with_blocks(start.blocks_to(tracks, length), length).tracks() <= tracks);
            }
        }
    }

    #[test]
    fn a_data_set_without_secondary_space_ends_in_d37() {
        let mut space = Space { primary: 1, secondary: 0, allocated: 1, extents: 1, partitioned: false };
        assert_eq!(space.extend(|_| true), Err(SpaceAbend::D37));
    }

    #[test]
    fn without_primary_space_the_first_extent_is_a_secondary_one() {
        let mut space = Space { primary: 0, secondary: 5, allocated: 0, extents: 0, partitioned: false };
        assert_eq!(space.extend(|_| true), Ok(()));
        assert_eq!((space.allocated, space.extents), (5, 1));
        space.release(2, 1);
        assert_eq!((space.allocated, space.extents), (2, 1));
        let mut nothing = Space { primary: 0, secondary: 0, allocated: 0, extents: 0, partitioned: false };
        assert_eq!(nothing.extend(|_| true), Err(SpaceAbend::D37));
    }

    #[test]
    fn the_seventeenth_extent_is_b37_or_e37() {
        for (partitioned, abend) in [(false, SpaceAbend::B37), (true, SpaceAbend::E37)] {
            let mut space = Space { primary: 10, secondary: 5, allocated: 10, extents: 1, partitioned };
            for _ in 1..16 {
                assert_eq!(space.extend(|_| true), Ok(()));
            }
            assert_eq!((space.allocated, space.extents), (85, 16));
            assert_eq!(space.extend(|_| true), Err(abend));
        }
    }

    #[test]
    fn released_space_comes_in_whole_cylinders_when_it_was_asked_for_in_cylinders() {
        let mut space = Space { primary: 150, secondary: 75, allocated: 225, extents: 2, partitioned: false };
        space.release(16, 15);
        assert_eq!((space.allocated, space.extents), (30, 1));
    }
}
