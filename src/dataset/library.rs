//! What a library knows of its members beside their records: directory entries, their order, ISPF statistics,
//! and where blocks lie.
//!
//! Border: bytes of a directory and arithmetic of places. Members are stored in `catalog`.

use std::cmp::Ordering;
use std::fmt;

use super::name::MemberName;
use super::space::{CELLS_PER_TRACK, DIRECTORY_BLOCKS_PER_TRACK, Tally};
use crate::codepage::CodePage;

/// Most bytes of user data in a directory entry: the count of halfwords has five bits.
pub const MAX_USER_DATA: usize = 62;

/// An entry of a library's directory, without the place of the member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The member, or the alias.
    pub name: MemberName,
    /// The member that this is another name of.
    pub alias_of: Option<MemberName>,
    /// User data, an even number of bytes up to 62; usually ISPF statistics, a [`Statistics`].
    pub user_data: Vec<u8>,
}

/// The order of a directory: by name in EBCDIC, so `$ # @`, then letters, then digits.
pub fn directory_order(one: &str, other: &str) -> Ordering {
    let ebcdic = |name: &str| CodePage::ibm1047().encode_lossy(name);
    ebcdic(one).cmp(&ebcdic(other))
}

/// Bytes of a directory block that entries may fill.
pub const BLOCK_ROOM: usize = 254;
/// Bytes of an entry without user data.
pub const ENTRY: usize = 12;

/// Directory blocks that entries with so many bytes of user data fill, each entry whole in one block.
pub fn directory_blocks(user_data: impl Iterator<Item = usize>) -> u32 {
    let mut blocks = 0;
    let mut left = 0;
    for user_data in user_data {
        let entry = ENTRY + user_data.next_multiple_of(2);
        if entry > left {
            blocks += 1;
            left = BLOCK_ROOM;
        }
        left = left.saturating_sub(entry);
    }
    blocks
}

/// Where a block lies: track within the data set, counted from 0, and record on the track, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Relative track.
    pub track: u16,
    /// Record on the track.
    pub record: u8,
}

/// Gives blocks their places in a library as they follow one another.
#[derive(Debug, Clone)]
pub struct Places {
    tally: Tally,
    track: u64,
    record: u8,
}

impl Places {
    /// Starts behind a directory of so many blocks.
    pub fn behind_directory(blocks: u32) -> Self {
        let tracks = u64::from(blocks.div_ceil(DIRECTORY_BLOCKS_PER_TRACK));
        Self { tally: Tally::starting_at(tracks * CELLS_PER_TRACK), track: tracks, record: 0 }
    }

    /// The place of the next block of `length` bytes; `None` beyond the 65,535 tracks that a directory can name.
    pub fn next(&mut self, length: u32) -> Option<Place> {
        self.tally = self.tally.with_block(length);
        let track = u64::from(self.tally.tracks().saturating_sub(1));
        self.record = if track == self.track { self.record.checked_add(1)? } else { 1 };
        self.track = track;
        Some(Place { track: u16::try_from(track).ok()?, record: self.record })
    }

    /// Passes over the mark that ends a member.
    pub fn end_member(&mut self) -> Option<()> {
        self.next(0).map(drop)
    }
}

/// What ISPF keeps of a member in 30 bytes of user data (40 for members with more lines).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// Version, 1 to 99.
    pub version: u8,
    /// Modification level, 0 to 99.
    pub level: u8,
    /// Date of creation.
    pub created: jiff::civil::Date,
    /// Date and time of the last change.
    pub changed: jiff::civil::DateTime,
    /// Lines now.
    pub lines: u32,
    /// Lines when it was created.
    pub initial: u32,
    /// Lines changed since.
    pub modified: u32,
    /// Who changed it last.
    pub user: String,
}

/// Bytes of the usual form.
const SHORT: usize = 30;
/// Bytes of the form with long counts, marked by this flag.
const LONG: usize = 40;
const EXTENDED: u8 = 0x20;

impl Statistics {
    /// Reads statistics from the user data of a directory entry; `None` if they are something else.
    pub fn read(data: &[u8]) -> Option<Self> {
        let &[version, level, flags, second, ..] = data else { return None };
        let extended = flags & EXTENDED != 0;
        if data.len() < if extended { LONG } else { SHORT } {
            return None;
        }
        let created = date(data.get(4..8)?)?;
        let [hour, minute, second] = [*data.get(12)?, *data.get(13)?, second].map(|byte| packed(byte).ok());
        let time = jiff::civil::Time::new(hour?.cast_signed(), minute?.cast_signed(), second?.cast_signed(), 0).ok()?;
        let changed = date(data.get(8..12)?)?.to_datetime(time);
        let short = |at: usize| Some(u32::from(u16::from_be_bytes(*data.get(at..)?.first_chunk()?)));
        let long = |at: usize| Some(u32::from_be_bytes(*data.get(at..)?.first_chunk()?));
        let [lines, initial, modified] =
            if extended { [long(28)?, long(32)?, long(36)?] } else { [short(14)?, short(16)?, short(18)?] };
        let user = CodePage::ibm1047().decode(data.get(20..28)?).trim_end().to_owned();
        Some(Self { version, level, created, changed, lines, initial, modified, user })
    }

    /// The 30 bytes of user data; counts above 65,535 are cut to that.
    pub fn to_user_data(&self) -> Vec<u8> {
        let count = |lines: u32| u16::try_from(lines).unwrap_or(u16::MAX).to_be_bytes();
        let time = self.changed.time();
        let mut data = vec![self.version, self.level, 0, to_packed(time.second())];
        data.extend(to_date(self.created));
        data.extend(to_date(self.changed.date()));
        data.extend([to_packed(time.hour()), to_packed(time.minute())]);
        data.extend([count(self.lines), count(self.initial), count(self.modified)].concat());
        data.extend(CodePage::ibm1047().encode_lossy(&format!("{:<8.8}  ", self.user)));
        data
    }
}

impl fmt::Display for Statistics {
    /// As a member list of ISPF has them: `VV.MM Created Changed Size Init Mod ID`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, level, created, changed, lines, initial, modified, user } = self;
        let changed = changed.strftime("%Y/%m/%d %H:%M:%S");
        write!(f, "{version:02}.{level:02} {} {changed} ", created.strftime("%Y/%m/%d"))?;
        write!(f, "{lines:>5} {initial:>5} {modified:>5} {user}")
    }
}

/// A byte of two decimal digits.
fn packed(byte: u8) -> Result<u8, ()> {
    let (tens, ones) = (byte >> 4, byte & 15);
    if tens < 10 && ones < 10 { Ok(tens * 10 + ones) } else { Err(()) }
}

fn to_packed(number: i8) -> u8 {
    let number = number.unsigned_abs() % 100;
    ((number / 10) << 4) | (number % 10)
}

/// A date of the form `0cyydddF`, packed: centuries after 1900, year, day of the year, sign.
fn date(bytes: &[u8]) -> Option<jiff::civil::Date> {
    let &[century, year, days, last] = bytes else { return None };
    let year = 1900 + i16::from(packed(century).ok()?) * 100 + i16::from(packed(year).ok()?);
    let ones = last >> 4;
    let day = i16::from(packed(days).ok()?) * 10 + i16::from(ones);
    if last & 15 < 10 || ones > 9 || day == 0 {
        return None;
    }
    let first = jiff::civil::Date::new(year, 1, 1).ok()?;
    let found = first.checked_add(jiff::Span::new().days(day - 1)).ok()?;
    (found.year() == year).then_some(found)
}

fn to_date(date: jiff::civil::Date) -> [u8; 4] {
    let years = (date.year() - 1900).clamp(0, 999);
    let day = date.day_of_year();
    let two = |number: i16| to_packed((number % 100) as i8);
    [two(years / 100), two(years), two(day / 10), (two(day % 10) << 4) | 0x0F]
}

#[cfg(test)]
mod tests {
    use super::{Place, Places, Statistics, directory_blocks, directory_order};
    use crate::dataset::space::{block_cells, blocks_per_track};

    /// Statistics of a member of a library that AMATERSE packed.
    const REAL: [u8; 30] = [
        0x01, 0x05, 0x00, 0x50, 0x01, 0x20, 0x12, 0x6F, 0x01, 0x20, 0x18, 0x2F, 0x15, 0x28, 0x00, 0x25, 0x00, 0x05,
        0x00, 0x00, 0xE2, 0xC8, 0xC9, 0xE5, 0xC1, 0xD5, 0xC7, 0x40, 0x40, 0x40,
    ];

    #[test]
    fn statistics_of_a_real_member_are_read_and_written_alike() {
        let read = Statistics::read(&REAL).expect("statistics");
        assert_eq!(read.to_string(), "01.05 2020/05/05 2020/06/30 15:28:50    37     5     0 SHIVANG");
        assert_eq!(read.to_user_data(), REAL);
    }

    #[test]
    fn user_data_of_another_kind_are_no_statistics() {
        let mut wrong_date = REAL;
        wrong_date[5] = 0xAB;
        let mut day_367 = REAL;
        day_367[6..8].copy_from_slice(&[0x36, 0x7F]);
        for data in [&[][..], &REAL[..29], &wrong_date, &day_367, &[0xFF; 30], &[0x20; 40]] {
            assert_eq!(Statistics::read(data), None, "{data:02X?}");
        }
    }

    #[test]
    fn long_counts_are_read_from_the_long_form() {
        let mut long = REAL.to_vec();
        long[2] = 0x20;
        long.truncate(28);
        for lines in [70_000_u32, 5, 69_995] {
            long.extend(lines.to_be_bytes());
        }
        let read = Statistics::read(&long).expect("statistics");
        assert_eq!((read.lines, read.initial, read.modified), (70_000, 5, 69_995));
    }

    #[test]
    fn a_directory_block_holds_21_plain_entries_or_6_with_statistics() {
        let blocks = |entries, user_data| directory_blocks(std::iter::repeat_n(user_data, entries));
        assert_eq!((blocks(0, 0), blocks(1, 0), blocks(21, 0), blocks(22, 0)), (0, 1, 1, 2));
        assert_eq!((blocks(6, 30), blocks(7, 30)), (1, 2));
    }

    #[test]
    fn a_directory_is_in_ebcdic_order() {
        let mut names = ["A1", "AA", "@A", "#A", "$A", "A", "A@"];
        names.sort_by(|one, other| directory_order(one, other));
        assert_eq!(names, ["$A", "#A", "@A", "A", "A@", "AA", "A1"]);
    }

    #[test]
    fn blocks_follow_one_another_track_by_track() {
        let mut places = Places::behind_directory(46);
        let per_track = blocks_per_track(800);
        for block in 0..per_track {
            let expected = Place { track: 2, record: block as u8 + 1 };
            assert_eq!(places.next(800), Some(expected));
        }
        assert_eq!(places.next(800), Some(Place { track: 3, record: 1 }));
        places.end_member().expect("a place");
        assert_eq!(places.next(800), Some(Place { track: 3, record: 3 }));
        assert!(block_cells(0) > 0, "the mark takes space");
    }
}
