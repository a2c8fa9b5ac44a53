//! Facts that hold for every face of the service: ports and the tree that a customer sees.

use std::ops::RangeInclusive;

/// The control port of FTP and of explicit FTPS.
pub const CONTROL_PORT: u16 = 21;

/// The port of SFTP.
pub const SFTP_PORT: u16 = 22;

/// The data ports of all three servers in passive mode (page of 7 August 2020).
pub const DATA_PORTS: RangeInclusive<u16> = 65024..=65535;

/// The directory below which customers upload.
pub const TO_IBM: &str = "toibm";

/// The directory below which customers fetch what support offers them.
pub const FROM_IBM: &str = "fromibm";

/// The upload directories below `toibm`, in order: all that the sessions of 2002 and the messages of the
/// same directory name, and `zos` of the help page.
pub const UPLOAD_DIRECTORIES: [&str; 24] = [
    "aix",
    "as400",
    "cae",
    "dm",
    "hw",
    "imageplus",
    "intel",
    "linux",
    "mvs",
    "netw-hw",
    "os2",
    "os400",
    "s390",
    "san",
    "ssa",
    "swm",
    "tivoli",
    "tsm",
    "unix",
    "vm",
    "vse",
    "websphere",
    "windows",
    "zos",
];

/// The files that stand beside the upload directories (2002 and 2020).
pub const READ_ME_FILES: [&str; 2] = ["0-README.txt", "readme.msg"];

#[cfg(test)]
mod tests {
    use super::{DATA_PORTS, UPLOAD_DIRECTORIES};

    #[test]
    fn there_are_512_data_ports() {
        assert_eq!(DATA_PORTS.count(), 512);
    }

    #[test]
    fn directories_stand_in_order_and_once() {
        assert!(UPLOAD_DIRECTORIES.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn the_decks_of_the_pages_find_their_directories() {
        for directory in ["aix", "mvs", "s390", "windows", "websphere", "zos"] {
            assert!(UPLOAD_DIRECTORIES.contains(&directory), "{directory}");
        }
    }
}
