//! ENQ: who may use a data set, between jobs and between processes.
//!
//! One lock file per name in use; the operating system releases it when a process dies. Border: names are
//! opaque here, and waiting is the caller's decision.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// How a name is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// With others (SHR).
    Shared,
    /// Alone (NEW, OLD, MOD).
    Exclusive,
}

/// The names that this process holds.
#[derive(Debug)]
pub struct Enqueues {
    directory: PathBuf,
    held: HashMap<String, (Use, File)>,
    stop: Stop,
}

/// Asked while a name that was lost in an upgrade is waited for: true ends the waiting.
struct Stop(Box<dyn Fn() -> bool>);

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stop")
    }
}

/// How often a lost name is asked for again.
const RETRY: std::time::Duration = std::time::Duration::from_millis(20);

impl Enqueues {
    /// Nothing held yet; lock files lie in `directory`.
    pub fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), held: HashMap::new(), stop: Stop(Box::new(|| false)) }
    }

    /// With an end to all waiting: `stop` says that the user has had enough.
    #[must_use]
    pub fn until(mut self, stop: impl Fn() -> bool + 'static) -> Self {
        self.stop = Stop(Box::new(stop));
        self
    }

    /// Tries to get `name`. True if it is held now as wanted, or better.
    pub fn try_get(&mut self, name: &str, wanted: Use) -> io::Result<bool> {
        if self.held.get(name).is_some_and(|(held, _)| *held >= wanted) {
            return Ok(true);
        }
        let previous = self.held.remove(name);
        let path = self.path(name);
        loop {
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            let locked = match wanted {
                Use::Shared => file.try_lock_shared(),
                Use::Exclusive => {
                    drop_lock(previous.as_ref());
                    file.try_lock()
                }
            };
            match locked {
                // The last holder may have removed the file between our open and our lock.
                Ok(()) if is_same_file(&file, &path) => {
                    self.held.insert(name.to_owned(), (wanted, file));
                    return Ok(true);
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return self.take_back(name, previous),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// An upgrade failed: hold again what was held before. If the user stops the waiting it is lost.
    fn take_back(&mut self, name: &str, previous: Option<(Use, File)>) -> io::Result<bool> {
        let Some((held, file)) = previous else { return Ok(false) };
        loop {
            match file.try_lock_shared() {
                Ok(()) => {
                    self.held.insert(name.to_owned(), (held, file));
                    return Ok(false);
                }
                Err(TryLockError::WouldBlock) if (self.stop.0)() => return Ok(false),
                Err(TryLockError::WouldBlock) => std::thread::sleep(RETRY),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// Releases one name.
    pub fn release(&mut self, name: &str) {
        if let Some((_, file)) = self.held.remove(name) {
            remove_if_last(&file, &self.path(name));
        }
    }

    /// True if this process holds the name in any way.
    pub fn holds(&self, name: &str) -> bool {
        self.held.contains_key(name)
    }

    fn path(&self, name: &str) -> PathBuf {
        let digest = Sha256::digest(name.as_bytes());
        // Half of the digest tells names apart well enough, and keeps the file names short.
        let half = u128::from_be_bytes(digest.first_chunk().copied().unwrap_or_default());
        self.directory.join(format!("{half:032x}"))
    }
}

impl Drop for Enqueues {
    fn drop(&mut self) {
        let names: Vec<String> = self.held.keys().cloned().collect();
        for name in &names {
            self.release(name);
        }
    }
}

/// Removes the lock files that nobody holds: a killed process leaves its own behind.
pub fn remove_unused(directory: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        // One that has gone since is what is wanted.
        let Ok(file) = File::options().write(true).open(&path) else { continue };
        remove_if_last(&file, &path);
    }
    Ok(())
}

fn drop_lock(previous: Option<&(Use, File)>) {
    if let Some((_, file)) = previous {
        // A failure here shows in the attempt that follows.
        drop(file.unlock());
    }
}

/// Removes the lock file if nobody else holds it.
fn remove_if_last(file: &File, path: &Path) {
    let alone = file.unlock().is_ok() && file.try_lock().is_ok();
    if alone && is_same_file(file, path) {
        // If it stays, the next holder uses it.
        drop(fs::remove_file(path));
    }
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// Where a file in use cannot be removed it is always the same.
#[cfg(not(unix))]
fn is_same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::{Enqueues, Use};

    #[test]
    fn readers_share_and_a_writer_is_alone() {
        let home = tempfile::tempdir().expect("a directory");
        let mut a = Enqueues::new(home.path());
        let mut b = Enqueues::new(home.path());
        assert!(a.try_get("X", Use::Shared).expect("asked"));
        assert!(b.try_get("X", Use::Shared).expect("asked"));
        assert!(!b.try_get("X", Use::Exclusive).expect("asked"));
        assert!(b.holds("X"));
        drop(a);
        assert!(b.try_get("X", Use::Exclusive).expect("asked"));
        let mut c = Enqueues::new(home.path());
        assert!(!c.try_get("X", Use::Shared).expect("asked"));
        assert!(c.try_get("Y", Use::Exclusive).expect("asked"));
    }

    #[test]
    fn a_wait_for_a_lost_name_ends_when_the_user_has_had_enough() {
        let home = tempfile::tempdir().expect("a directory");
        let mut a = Enqueues::new(home.path()).until(|| true);
        let mut b = Enqueues::new(home.path());
        assert!(a.try_get("X", Use::Shared).expect("asked") && b.try_get("X", Use::Shared).expect("asked"));
        // Another process takes the name for itself in the moment of the upgrade.
        let previous = a.held.remove("X").expect("held");
        super::drop_lock(Some(&previous));
        assert!(b.try_get("X", Use::Exclusive).expect("asked"));
        assert!(!a.take_back("X", Some(previous)).expect("no failure"));
        assert!(!a.holds("X"));
    }

    #[test]
    fn nothing_is_left_when_all_have_released() {
        let home = tempfile::tempdir().expect("a directory");
        let mut a = Enqueues::new(home.path());
        let mut b = Enqueues::new(home.path());
        assert!(a.try_get("X", Use::Shared).expect("asked") && b.try_get("X", Use::Shared).expect("asked"));
        a.release("X");
        drop(b);
        assert_eq!(std::fs::read_dir(home.path()).expect("read").count(), 0);
    }
}
