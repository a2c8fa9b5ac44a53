//! The tree that a customer sees: `/`, `toibm` with its upload directories, `fromibm`.
//!
//! Border: names only. Nothing here touches a disk, so no path can lead out of the tree.

use std::fmt;

use jiff::civil::DateTime;
use thiserror::Error;

use crate::ecurep::service::{FROM_IBM, READ_ME_FILES, TO_IBM, UPLOAD_DIRECTORIES};

/// Longest path (PATH_MAX of z/OS UNIX, the final zero not counted).
pub const PATH_LIMIT: usize = 1023;

/// Longest name of a file or directory (NAME_MAX of z/OS UNIX).
pub const NAME_LIMIT: usize = 255;

/// A path that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum PathError {
    /// The path or one of its names is longer than z/OS UNIX allows.
    #[error("the path or one of its names is too long")]
    TooLong,
}

/// An absolute path without `.`, `..` and empty names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Path(Vec<String>);

impl Path {
    /// The path that `text` means when this one is the working directory. Quotes around it are not part of
    /// it; `..` of the root is the root.
    pub(super) fn join(&self, text: &str) -> Result<Self, PathError> {
        let text = unquoted(text);
        if text.len() > PATH_LIMIT {
            return Err(PathError::TooLong);
        }
        let mut names = if text.starts_with('/') { Vec::new() } else { self.0.clone() };
        for name in text.split('/') {
            match name {
                "" | "." => {}
                ".." => drop(names.pop()),
                _ if name.len() > NAME_LIMIT => return Err(PathError::TooLong),
                _ => names.push(name.to_owned()),
            }
        }
        let joined = Self(names);
        if joined.to_string().len() > PATH_LIMIT { Err(PathError::TooLong) } else { Ok(joined) }
    }

    /// The path of an upload.
    pub(super) fn of_upload(directory: &str, name: &str) -> Self {
        Self([TO_IBM, directory, name].map(str::to_owned).into())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("/");
        }
        self.0.iter().try_for_each(|name| write!(f, "/{name}"))
    }
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text)
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// `/`.
    Root,
    /// `/toibm`: can be listed, takes no upload itself.
    ToIbm,
    /// `/fromibm`: cannot be listed.
    FromIbm,
    /// A directory that takes uploads and shows nothing.
    UploadDirectory(&'a str),
    /// A name in an upload directory. Whether something is there is told to nobody.
    Upload {
        /// The upload directory, as in `mvs`.
        directory: &'a str,
        /// The name.
        name: &'a str,
    },
    /// A file that customers see but cannot change.
    ReadMe,
    /// Nothing.
    Missing,
}

impl Path {
    /// What stands at this path.
    pub(super) fn place(&self) -> Place<'_> {
        match self.names().as_slice() {
            [] => Place::Root,
            [first] if *first == TO_IBM => Place::ToIbm,
            [first] if *first == FROM_IBM => Place::FromIbm,
            [first, second] if *first == TO_IBM && READ_ME_FILES.contains(second) => Place::ReadMe,
            [first, second] if *first == TO_IBM && UPLOAD_DIRECTORIES.contains(second) => {
                Place::UploadDirectory(second)
            }
            [first, directory, name] if *first == TO_IBM && UPLOAD_DIRECTORIES.contains(directory) => {
                Place::Upload { directory, name }
            }
            _ => Place::Missing,
        }
    }
}

impl Place<'_> {
    /// True for what CWD can enter.
    pub(super) fn is_directory(self) -> bool {
        matches!(self, Self::Root | Self::ToIbm | Self::FromIbm | Self::UploadDirectory(_))
    }

    /// The names in a directory that may be listed; `None` for every other place.
    pub(super) fn listing(self) -> Option<Vec<Entry>> {
        let directory = |name| Entry { name, is_directory: true };
        let file = |name| Entry { name, is_directory: false };
        match self {
            Self::Root => Some(vec![directory(FROM_IBM), directory(TO_IBM)]),
            Self::ToIbm => {
                let directories = UPLOAD_DIRECTORIES.into_iter().map(directory);
                Some(directories.chain(READ_ME_FILES.into_iter().map(file)).collect())
            }
            _ => None,
        }
    }
}

/// A line of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// The name.
    pub(super) name: &'static str,
    /// True for a directory.
    pub(super) is_directory: bool,
}

/// The answer of NLST: one name a line.
pub(super) fn names(entries: &[Entry]) -> String {
    entries.iter().flat_map(|entry| [entry.name, "\r\n"]).collect()
}

/// The answer of LIST: the long form of z/OS UNIX, its `total` line first.
pub(super) fn long_list(entries: &[Entry], now: DateTime) -> String {
    let date = now.strftime("%b %e %H:%M");
    let total = entries.len() * BLOCKS_OF_AN_ENTRY;
    let lines = entries.iter().map(|entry| {
        let mode = if entry.is_directory { "drwx-wx-wx   2" } else { "-r--r--r--   1" };
        format!("{mode} BPXROOT  SYS1        8192 {date} {}\r\n", entry.name)
    });
    std::iter::once(format!("total {total}\r\n")).chain(lines).collect()
}

/// Blocks of 512 bytes that a directory or small file of 8192 bytes takes.
const BLOCKS_OF_AN_ENTRY: usize = 16;

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::{Path, PathError, Place, long_list, names};

    fn path(text: &str) -> Path {
        Path::default().join(text).expect("a path of normal length")
    }

    #[test]
    fn all_four_forms_of_cd_lead_to_the_same_directory() {
        let step_by_step = path("toibm").join("aix").expect("short");
        for form in ["toibm/aix", "/toibm/aix", "'/toibm/aix'", "//toibm/./aix/"] {
            assert_eq!(path(form), step_by_step, "{form}");
        }
        assert_eq!(step_by_step.place(), Place::UploadDirectory("aix"));
        assert_eq!(step_by_step.to_string(), "/toibm/aix");
    }

    #[test]
    fn dots_do_not_lead_above_the_root() {
        assert_eq!(path(&"../".repeat(100)), Path::default());
        assert_eq!(path("/toibm/aix/../../../etc/passwd").to_string(), "/etc/passwd");
        assert_eq!(path("/etc/passwd").place(), Place::Missing);
        assert_eq!(path("~root").place(), Place::Missing);
        assert_eq!(path("%2e%2e/x").to_string(), "/%2e%2e/x");
    }

    #[test]
    fn only_the_second_level_takes_uploads() {
        assert_eq!(path("/toibm/mvs/a.b").place(), Place::Upload { directory: "mvs", name: "a.b" });
        for elsewhere in ["/x", "/toibm/x", "/toibm/mvs/a/b", "/fromibm/x", "/toibm/MVS/x"] {
            assert_eq!(path(elsewhere).place(), Place::Missing, "{elsewhere}");
        }
        assert_eq!(path("/toibm/readme.msg").place(), Place::ReadMe);
    }

    #[test]
    fn only_the_root_and_toibm_can_be_listed() {
        let root = path("/").place().listing().expect("LIST right after the logon works");
        assert_eq!(names(&root), "fromibm\r\ntoibm\r\n");
        let to_ibm = names(&path("toibm").place().listing().expect("toibm is listed"));
        for name in ["aix", "hw", "linux", "mvs", "os2", "os400", "swm", "unix", "readme.msg", "vm", "vse", "windows"] {
            assert!(to_ibm.lines().any(|line| line == name), "{name} of the session of 2002");
        }
        for hidden in ["/fromibm", "/toibm/aix", "/toibm/aix/x", "/nowhere", "/toibm/readme.msg"] {
            assert_eq!(path(hidden).place().listing(), None, "{hidden}");
        }
    }

    #[test]
    fn names_and_paths_have_the_limits_of_zos_unix() {
        let root = Path::default();
        assert!(root.join(&"n".repeat(255)).is_ok());
        for length in [256, 1023, 4096, 65536] {
            assert_eq!(root.join(&"n".repeat(length)), Err(PathError::TooLong), "{length}");
        }
        assert_eq!(root.join(&"a/".repeat(2000)), Err(PathError::TooLong));
        let deep = root.join(&"a/".repeat(500)).expect("1000 characters");
        assert_eq!(deep.join(&"b/".repeat(20)), Err(PathError::TooLong));
    }

    #[test]
    fn a_long_list_looks_like_zos_unix() {
        let root = path("/").place().listing().expect("the root is listed");
        let list = long_list(&root, date(2005, 6, 2).at(17, 14, 35, 0));
        assert_eq!(
            list,
            "total 32\r\n\
             drwx-wx-wx   2 BPXROOT  SYS1        8192 Jun  2 17:14 fromibm\r\n\
             drwx-wx-wx   2 BPXROOT  SYS1        8192 Jun  2 17:14 toibm\r\n"
        );
    }

    proptest! {
        #[test]
        fn no_text_leaves_the_tree(first in ".{0,60}", second in "[./a'\\\\]{0,60}") {
            let joined = path("/toibm/aix").join(&first).and_then(|there| there.join(&second));
            if let Ok(joined) = joined {
                let shown = joined.to_string();
                prop_assert!(shown.starts_with('/'));
                prop_assert!(shown.split('/').skip(1).all(|name| name != ".." && name != "."));
            }
        }
    }
}
