//! Uploads as files of a folder: `staging/` while they come, `delivered/DIRECTORY/NAME` when complete.
//!
//! Border: files only. A store that also keeps records wraps `Incoming` and calls `deliver` itself.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::intake::{Incomplete, Staged, Store, StoreError, Upload};

/// Longest file name that is made; most file systems take 255 bytes.
const FILE_NAME_LIMIT: usize = 200;

/// Highest number that is tried where a name is taken.
const NUMBER_LIMIT: u32 = 100_000;

/// A folder that takes uploads.
#[derive(Debug, Clone)]
pub struct Folder {
    staging: PathBuf,
    delivered: PathBuf,
}

impl Folder {
    /// The folder below `root`, made if it is not there.
    pub fn open(root: &Path) -> io::Result<Self> {
        let folder = Self { staging: root.join("staging"), delivered: root.join("delivered") };
        fs::create_dir_all(&folder.staging)?;
        fs::create_dir_all(&folder.delivered)?;
        Ok(folder)
    }

    /// Where complete uploads stand.
    pub fn delivered(&self) -> &Path {
        &self.delivered
    }

    /// Begins to take `upload`.
    pub fn incoming(&self, upload: &Upload) -> Result<Incoming, StoreError> {
        let directory = self.delivered.join(file_name(&upload.directory));
        let file = tempfile::Builder::new()
            .prefix("upload-")
            .suffix(".partial")
            .tempfile_in(&self.staging)
            .map_err(StoreError::of)?;
        Ok(Incoming { file, directory, name: file_name(&upload.name) })
    }
}

/// A file that is being received. Dropping it removes it.
#[derive(Debug)]
pub struct Incoming {
    file: NamedTempFile,
    directory: PathBuf,
    name: String,
}

impl Incoming {
    /// Takes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.as_file_mut().write_all(bytes).map_err(StoreError::of)
    }

    /// Puts what was written on the disk.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.file.as_file().sync_data().map_err(StoreError::of)
    }

    /// Moves the file to where complete ones stand and tells the place. A file of the same name that is
    /// already there stays; this one then gets a number.
    pub fn deliver(self) -> Result<PathBuf, StoreError> {
        fs::create_dir_all(&self.directory).map_err(StoreError::of)?;
        let mut file = self.file;
        for number in 1..NUMBER_LIMIT {
            let target = self.directory.join(numbered(&self.name, number));
            match file.persist_noclobber(&target) {
                Ok(_) => return sync_directory(&self.directory).map(|()| target),
                Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => file = taken.file,
                Err(failed) => return Err(StoreError::of(failed.error)),
            }
        }
        Err(StoreError::Duplicate)
    }
}

impl Store for Folder {
    fn begin(&self, upload: &Upload) -> Result<Box<dyn Staged>, StoreError> {
        Ok(Box::new(self.incoming(upload)?))
    }
}

impl Staged for Incoming {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        Self::write(self, bytes)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        Self::sync(self)
    }

    fn commit(self: Box<Self>, _bytes: u64) -> Result<(), StoreError> {
        self.deliver().map(drop)
    }

    fn abandon(self: Box<Self>, _bytes: u64, _why: Incomplete) {}
}

fn numbered(name: &str, number: u32) -> String {
    if number == 1 { name.to_owned() } else { format!("{name};{number}") }
}

/// `name` as a file name that is harmless on every system: what the naming convention does not allow, and a
/// period in front, becomes `%` and two hexadecimal digits for each byte.
pub fn file_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for (at, byte) in name.bytes().enumerate() {
        let harmless = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (byte == b'.' && at > 0);
        if harmless {
            safe.push(char::from(byte));
        } else {
            safe.extend(['%', hexadecimal(byte >> 4), hexadecimal(byte & 0x0F)]);
        }
    }
    // Only ASCII is left, so every place is the border of a character.
    safe.truncate(FILE_NAME_LIMIT);
    safe
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase()
}

/// Makes a rename last. Directories cannot be opened on every system; there the rename itself has to do.
fn sync_directory(directory: &Path) -> Result<(), StoreError> {
    if cfg!(unix) { File::open(directory).and_then(|handle| handle.sync_all()).map_err(StoreError::of) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::civil::date;

    use super::{Folder, file_name};
    use crate::ecurep::names;
    use crate::server::intake::{Incomplete, Representation, Store, Upload};

    fn upload(name: &str) -> Upload {
        Upload {
            directory: "mvs".to_owned(),
            name: name.to_owned(),
            check: names::check(name),
            user: "anonymous".to_owned(),
            peer: std::net::IpAddr::from([127, 0, 0, 1]),
            private: false,
            representation: Representation::Image,
            begun: date(2005, 6, 22).at(17, 14, 35, 0),
        }
    }

    fn files(folder: &std::path::Path) -> usize {
        fs::read_dir(folder).expect("the folder is there").count()
    }

    #[test]
    fn a_complete_upload_is_delivered_and_leaves_the_staging_area() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::open(root.path()).expect("a folder");
        let mut staged = folder.begin(&upload("12345.123.724.DUMP.TRS")).expect("begun");
        staged.write(b"tersed").expect("written");
        assert_eq!((files(&folder.staging), files(&folder.delivered)), (1, 0));
        staged.sync().expect("on the disk");
        staged.commit(6).expect("delivered");
        let delivered = folder.delivered().join("mvs/12345.123.724.DUMP.TRS");
        assert_eq!(fs::read(delivered).expect("there"), b"tersed");
        assert_eq!(files(&folder.staging), 0);
    }

    #[test]
    fn an_upload_that_is_given_up_or_dropped_leaves_nothing() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::open(root.path()).expect("a folder");
        let given_up = folder.begin(&upload("a")).expect("begun");
        let dropped = folder.begin(&upload("b")).expect("begun");
        given_up.abandon(0, Incomplete::Truncated);
        drop(dropped);
        assert_eq!((files(&folder.staging), files(&folder.delivered)), (0, 0));
    }

    #[test]
    fn the_second_upload_of_a_name_does_not_replace_the_first() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::open(root.path()).expect("a folder");
        for content in [b"one", b"two"] {
            let mut incoming = folder.incoming(&upload("same")).expect("begun");
            incoming.write(content).expect("written");
            incoming.deliver().expect("delivered");
        }
        let directory = folder.delivered().join("mvs");
        assert_eq!(fs::read(directory.join("same")).expect("first"), b"one");
        assert_eq!(fs::read(directory.join("same;2")).expect("second"), b"two");
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        assert_eq!(file_name("12345.123.724.DUMP.TRS.EFZ"), "12345.123.724.DUMP.TRS.EFZ");
        assert_eq!(file_name("..\\x"), "%2E.%5Cx");
        assert_eq!(file_name("a b:c"), "a%20b%3Ac");
        assert!(file_name(&"\u{e9}".repeat(255)).len() <= 200);
    }
}
