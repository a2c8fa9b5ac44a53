//! Golden texts: read, compared, written.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use similar::TextDiff;

use super::{GOLDEN, Masks};

/// Lines around a difference.
const CONTEXT: usize = 3;
/// After this time a diff need not be the shortest.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The golden file, below `NAME.golden`.
    pub file: String,
    /// In one line.
    pub what: String,
    /// The lines of the difference, `-` golden and `+` now; empty if there is nothing to show.
    pub diff: String,
}

/// The golden files of a deck.
pub(super) struct Golden {
    directory: PathBuf,
}

impl Golden {
    pub(super) fn of(deck: &Path) -> Self {
        Self { directory: deck.with_extension(GOLDEN) }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.directory.clone() } else { self.directory.join(name) }
    }

    /// Compares a text with its golden file, masked alike.
    pub(super) fn compare(&self, name: &str, text: &str, masks: &Masks) -> io::Result<Option<Difference>> {
        let difference = |what: &str, diff| Some(Difference { file: name.to_owned(), what: what.to_owned(), diff });
        let golden = match fs::read(self.path(name)) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).replace("\r\n", "\n"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(difference("there is no golden file; --update writes it", String::new()));
            }
            Err(error) => return Err(error),
        };
        let golden = masks.apply(&golden);
        if golden == text {
            return Ok(None);
        }
        Ok(difference("it differs", unified(&golden, text)))
    }

    /// Writes a golden file. The result is its name if it has changed.
    pub(super) fn update(&self, name: &str, content: &[u8]) -> io::Result<Option<String>> {
        let path = self.path(name);
        if fs::read(&path).is_ok_and(|old| old == content) {
            return Ok(None);
        }
        fs::create_dir_all(&self.directory)?;
        write(&path, content)?;
        Ok(Some(name.to_owned()))
    }
}

/// Writes a file beside its place and renames it.
pub(super) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".zjob-").tempfile_in(directory)?;
    file.write_all(content)?;
    // A golden file is shared with others, unlike other temporary files.
    #[cfg(unix)]
    file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    file.persist(path)?;
    Ok(())
}

fn unified(golden: &str, now: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(golden, now);
    diff.unified_diff().context_radius(CONTEXT).missing_newline_hint(true).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Golden, Masks};

    #[test]
    fn a_golden_file_is_written_once_and_compared_by_lines() {
        let place = tempfile::tempdir().expect("a directory");
        let golden = Golden::of(&place.path().join("a.jcl"));
        let masks = Masks::new(&[]).expect("masks");
        let missing = golden.compare("listing.txt", "A\n", &masks).expect("read").expect("a difference");
        assert!(missing.what.contains("--update"));
        assert!(golden.update("listing.txt", b"A\nB\nC\n").expect("written").is_some());
        assert!(golden.update("listing.txt", b"A\nB\nC\n").expect("written").is_none(), "nothing has changed");
        assert!(golden.compare("listing.txt", "A\nB\nC\n", &masks).expect("read").is_none());
        let found = golden.compare("listing.txt", "A\nX\nC\n", &masks).expect("read").expect("a difference");
        assert_eq!(found.diff, "@@ -1,3 +1,3 @@\n A\n-B\n+X\n C\n");
    }
}
