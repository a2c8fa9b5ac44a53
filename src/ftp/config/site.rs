//! The variables that FTP.DATA sets and LOCSITE changes, and what new data sets look like by them.
//!
//! Border: values only. Which statement sets which is said here for LOCSITE, in `statement` for FTP.DATA.

use crate::dataset::attributes::{MAX_BLOCK, system_block_size};
use crate::dataset::{Attributes, Recfm};

use super::super::services::NewFile;
use super::DataTables;

/// Tracks of a 3390 cylinder.
const TRACKS_PER_CYLINDER: u32 = 15;
/// Bytes of a 3390 track, for space that is asked for in blocks.
const TRACK_BYTES: u64 = 56_664;

/// The variables that FTP.DATA sets and LOCSITE changes.
#[derive(Debug, Clone)]
pub struct LocalSite {
    /// FWFRIENDLY: PASV instead of PORT.
    pub firewall_friendly: bool,
    /// EPSV4: EPSV on IPv4.
    pub epsv4: bool,
    /// PASSIVEIGNOREADDR.
    pub ignore_passive_address: bool,
    /// TRAILINGBLANKS: blanks at the end of fixed records are sent.
    pub trailing_blanks: bool,
    /// WRAPRECORD.
    pub wrap: bool,
    /// TRUNCATE.
    pub truncate: bool,
    /// RDW: records of variable length are sent with their RDWs.
    pub rdw: bool,
    /// SBSENDEOL.
    pub line_end: LineEnd,
    /// RECFM of new data sets.
    pub recfm: Recfm,
    /// LRECL of new data sets.
    pub lrecl: u32,
    /// BLOCKSIZE of new data sets.
    pub blksize: u32,
    /// PRIMARY.
    pub primary: u32,
    /// SECONDARY.
    pub secondary: u32,
    /// SPACETYPE.
    pub space_unit: SpaceUnit,
    /// DIRECTORY.
    pub directory: u32,
    /// SBDATACONN: code page of files, and code page of the network.
    pub tables: DataTables,
}

/// SBSENDEOL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// X'0D0A'
    CrLf,
    /// X'0D'
    Cr,
    /// X'0A'
    Lf,
    /// Nothing.
    None,
}

impl LineEnd {
    /// The bytes on the wire.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::Lf => b"\n",
            Self::None => b"",
        }
    }
}

/// SPACETYPE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceUnit {
    /// TRACK
    Track,
    /// CYLINDER
    Cylinder,
    /// BLOCK
    Block,
}

impl Default for LocalSite {
    fn default() -> Self {
        Self {
            firewall_friendly: false,
            epsv4: false,
            ignore_passive_address: false,
            trailing_blanks: false,
            wrap: false,
            truncate: true,
            rdw: false,
            line_end: LineEnd::CrLf,
            recfm: Recfm::VB,
            lrecl: 256,
            blksize: 6233,
            primary: 1,
            secondary: 1,
            space_unit: SpaceUnit::Track,
            directory: 27,
            tables: DataTables::default(),
        }
    }
}

impl LocalSite {
    /// What a data set made by GET looks like. A block size that does not go with the record length gives way
    /// to the one that the system determines.
    pub fn new_file(&self, is_library: bool) -> NewFile {
        NewFile {
            attributes: self.attributes(),
            primary_tracks: self.tracks(self.primary),
            secondary_tracks: self.tracks(self.secondary),
            directory_blocks: if is_library { self.directory } else { 0 },
        }
    }

    fn attributes(&self) -> Attributes {
        let (recfm, lrecl, blksize) = (self.recfm, self.lrecl, self.blksize);
        let fits = if recfm.is_fixed() {
            lrecl > 0 && blksize >= lrecl && blksize.is_multiple_of(lrecl) && (recfm.is_blocked() || blksize == lrecl)
        } else if recfm.is_variable() {
            blksize >= lrecl.saturating_add(4)
        } else {
            blksize > 0
        };
        let blksize = if fits { blksize } else { system_block_size(recfm, lrecl) };
        Attributes { recfm, lrecl: if recfm.is_undefined() { 0 } else { lrecl }, blksize }
    }

    fn tracks(&self, quantity: u32) -> u32 {
        match self.space_unit {
            SpaceUnit::Track => quantity,
            SpaceUnit::Cylinder => quantity.saturating_mul(TRACKS_PER_CYLINDER),
            SpaceUnit::Block => {
                let bytes = u64::from(quantity) * u64::from(self.blksize);
                u32::try_from(bytes.div_ceil(TRACK_BYTES)).unwrap_or(u32::MAX)
            }
        }
    }

    /// Takes one operand of LOCSITE, such as `RDW`, `NORDW`, `LRECL=80` or `FWFRIENDLY`.
    pub fn take(&mut self, operand: &str) -> Taken {
        let upper = operand.to_ascii_uppercase();
        let (key, value) = upper.split_once('=').unwrap_or((&upper, ""));
        let (key, on) = match key.strip_prefix("NO") {
            Some(rest) if self.switch(rest).is_some() => (rest, false),
            _ => (key, true),
        };
        if let (Some(switch), "") = (self.switch(key), value) {
            *switch = on;
            return Taken::Yes;
        }
        self.set(key, value)
    }

    pub(super) fn switch(&mut self, key: &str) -> Option<&mut bool> {
        Some(match key {
            "FWFRIENDLY" => &mut self.firewall_friendly,
            "EPSV4" => &mut self.epsv4,
            "PASSIVEIGNOREADDR" => &mut self.ignore_passive_address,
            "TRAILINGBLANKS" => &mut self.trailing_blanks,
            "WRAPRECORD" | "WRAP" => &mut self.wrap,
            "TRUNCATE" => &mut self.truncate,
            "RDW" => &mut self.rdw,
            _ => return None,
        })
    }

    pub(super) fn set(&mut self, key: &str, value: &str) -> Taken {
        let number = |limit: u32| value.parse::<u32>().ok().filter(|&n| n <= limit);
        match key {
            "RECFM" => put(&mut self.recfm, value.parse().ok()),
            "LRECL" => put(&mut self.lrecl, number(MAX_BLOCK)),
            "BLKSIZE" | "BLOCKSIZE" | "BLOCKSI" => put(&mut self.blksize, number(MAX_BLOCK)),
            "PRIMARY" | "PRI" => put(&mut self.primary, number(16_777_215)),
            "SECONDARY" | "SEC" => put(&mut self.secondary, number(16_777_215)),
            "DIRECTORY" | "DIR" => put(&mut self.directory, number(16_777_215)),
            "TRACKS" | "TR" | "TRACK" => put(&mut self.space_unit, Some(SpaceUnit::Track)),
            "CYLINDERS" | "CYL" | "CYLINDER" => put(&mut self.space_unit, Some(SpaceUnit::Cylinder)),
            "BLOCKS" | "BLOCK" => put(&mut self.space_unit, Some(SpaceUnit::Block)),
            "SBSENDEOL" => put(&mut self.line_end, line_end(value)),
            "SBDATACONN" => DataTables::named(value).map_or(Taken::NotEmulated, |t| put(&mut self.tables, Some(t))),
            _ => Taken::NotEmulated,
        }
    }
}

/// What became of a statement or operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in force.
    Yes,
    /// Its value is wrong.
    Wrong,
    /// It has no effect here.
    NotEmulated,
}

pub(super) fn put<T>(slot: &mut T, value: Option<T>) -> Taken {
    match value {
        Some(value) => {
            *slot = value;
            Taken::Yes
        }
        None => Taken::Wrong,
    }
}

fn line_end(value: &str) -> Option<LineEnd> {
    match value {
        "CRLF" => Some(LineEnd::CrLf),
        "CR" => Some(LineEnd::Cr),
        "LF" => Some(LineEnd::Lf),
        "NONE" => Some(LineEnd::None),
        _ => None,
    }
}
