//! Puts a repaired deck in the place of the old one: written beside it and renamed, so that a crash leaves one
//! of the two.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Replaces the file, which must still hold `old`. A symbolic link is refused: what it leads to was not named.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let there = fs::symlink_metadata(path)?;
    if there.is_symlink() {
        return Err(io::Error::other("it is a symbolic link; name the file itself"));
    }
    if !there.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if there.permissions().readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".zjob-").tempfile_in(directory)?;
    file.write_all(new)?;
    file.as_file().set_permissions(there.permissions())?;
    file.as_file().sync_all()?;
    if fs::read(path)? != old {
        return Err(io::Error::other("it was changed meanwhile"));
    }
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::replace;

    #[test]
    fn a_deck_is_replaced_with_its_permissions_and_nothing_is_left_beside_it() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("a.jcl");
        fs::write(&path, "old").expect("written");
        let before = fs::metadata(&path).expect("there").permissions();
        replace(&path, b"old", b"new").expect("replaced");
        assert_eq!(fs::read(&path).expect("there"), b"new");
        assert_eq!(fs::metadata(&path).expect("there").permissions(), before);
        assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn a_deck_that_somebody_else_changed_is_left_alone() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("a.jcl");
        fs::write(&path, "changed").expect("written");
        assert!(replace(&path, b"old", b"new").is_err());
        assert_eq!(fs::read(&path).expect("there"), b"changed");
        assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_not_followed() {
        let place = tempfile::tempdir().expect("a directory");
        let (file, link) = (place.path().join("file"), place.path().join("a.jcl"));
        fs::write(&file, "old").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        assert!(replace(&link, b"old", b"new").is_err());
        assert_eq!(fs::read(&file).expect("there"), b"old");
    }
}
