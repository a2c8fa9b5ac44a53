//! The private place of one process in a system: its temporary files, and the proof that it is alive.
//!
//! A run is a directory in `tmp/` whose lock file is held while the process lives. Whoever opens the system
//! next removes the directories of the dead, so a killed process leaves nothing behind for long.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::enqueue;
use crate::store::{Store, StoreError};

const LOCK: &str = "lock";

/// The directory of a live process.
#[derive(Debug)]
pub struct RunDirectory {
    directory: tempfile::TempDir,
    name: String,
    files: Cell<u64>,
    _lock: File,
}

impl RunDirectory {
    /// Makes a directory in `tmp` and holds its lock. No sweep may see it half made: whoever opens a system keeps
    /// others from doing so at the same time.
    pub fn new(tmp: &Path) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("run-").rand_bytes(16).tempdir_in(tmp)?;
        let lock = File::create_new(directory.path().join(LOCK))?;
        lock.lock()?;
        let name = directory.path().file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Self { directory, name, files: Cell::new(0), _lock: lock })
    }

    /// The name, unlike that of any other run.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A new file id, unlike any other in the system.
    pub fn new_content(&self) -> String {
        self.files.set(self.files.get() + 1);
        format!("{}.{}", self.name, self.files.get())
    }

    /// Where a file with this id lies before it belongs to the catalog.
    pub fn file(&self, content: &str) -> PathBuf {
        self.path().join(content)
    }
}

/// Where runs leave files.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// Directories of runs.
    pub tmp: &'a Path,
    /// Content of data sets.
    pub volumes: &'a Path,
    /// The inbox, with `staging` and `delivered`.
    pub inbox: &'a Path,
    /// Lock files of names in use.
    pub locks: &'a Path,
}

/// Removes what dead runs left: their directories, files without an entry, uploads, lock files, held space.
pub fn sweep(places: Places<'_>, store: &Store) -> Result<(), SweepError> {
    // Asked before the directories are looked at: a run that is in the rows now has its directory by then.
    let known = store.runs()?;
    let (living, dead) = runs_in(places.tmp)?;
    let dead: BTreeSet<String> = known.into_iter().filter(|run| !living.contains(run)).chain(dead).collect();
    if dead.is_empty() {
        return Ok(());
    }
    enqueue::remove_unused(places.locks)?;
    dead.iter().try_for_each(|run| bury(run, places, store))
}

fn bury(run: &str, places: Places<'_>, store: &Store) -> Result<(), SweepError> {
    let orphans = store.orphans(run)?;
    remove_all(places.volumes, &orphans)?;
    store.forget(&orphans)?;
    remove_all(&places.inbox.join("delivered"), &store.unfinished_deliveries(run)?)?;
    store.undo_deliveries(run)?;
    let staging = places.inbox.join("staging");
    remove_all(&staging, &files_of(&staging, run)?)?;
    store.release_run(run)?;
    Ok(fs::remove_dir_all(places.tmp.join(run)).or_else(ignore_missing)?)
}

/// The runs that have a directory: the living and the dead.
fn runs_in(tmp: &Path) -> io::Result<(BTreeSet<String>, BTreeSet<String>)> {
    let (mut living, mut dead) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(tmp)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_dead(&entry.path())? {
            dead.insert(name)
        } else {
            living.insert(name)
        };
    }
    Ok((living, dead))
}

fn remove_all(directory: &Path, files: &[String]) -> io::Result<()> {
    files.iter().try_for_each(|file| fs::remove_file(directory.join(file)).or_else(ignore_missing))
}

/// Files whose names begin with that of a run.
fn files_of(directory: &Path, run: &str) -> io::Result<Vec<String>> {
    let names = match fs::read_dir(directory) {
        Ok(entries) => entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(names.filter(|name| name.starts_with(&format!("{run}."))).collect())
}

/// A directory whose lock nobody holds, or that has none: it was never finished, or is being removed.
fn is_dead(run: &Path) -> io::Result<bool> {
    match File::open(run.join(LOCK)) {
        Ok(lock) => Ok(lock.try_lock().is_ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn ignore_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Why the remains of dead runs could not be removed.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The file system failed.
    #[error("cannot clean the system's temporary directory: {0}")]
    Io(#[from] io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use super::{Places, RunDirectory, sweep};
    use crate::store::Store;

    #[test]
    fn the_dead_are_swept_and_the_living_are_not() {
        let home = tempfile::tempdir().expect("a directory");
        let store = Store::open(&home.path().join("zjob.db")).expect("a store");
        let tmp = home.path().join("tmp");
        let volumes = home.path().join("volumes");
        std::fs::create_dir(&tmp).expect("made");
        std::fs::create_dir(&volumes).expect("made");
        let living = RunDirectory::new(&tmp).expect("a run");
        store.announce("living.1", living.name()).expect("announced");
        std::fs::write(volumes.join("living.1"), "a data set").expect("written");
        let dead = tmp.join("run-dead");
        std::fs::create_dir(&dead).expect("made");
        std::fs::write(dead.join("lock"), "").expect("written");
        std::fs::write(volumes.join("run-dead.1"), "half a data set").expect("written");
        store.announce("run-dead.1", "run-dead").expect("announced");
        let inbox = home.path().join("inbox");
        std::fs::create_dir_all(inbox.join("staging")).expect("made");
        std::fs::write(inbox.join("staging/run-dead.1"), "half an upload").expect("written");
        let locks = home.path().join("locks");
        std::fs::create_dir(&locks).expect("made");
        std::fs::write(locks.join("0123"), "").expect("written");
        let number = store.new_job(None, ("JOB", "USER"), "now", "run-dead").expect("a job");
        sweep(Places { tmp: &tmp, volumes: &volumes, inbox: &inbox, locks: &locks }, &store).expect("swept");
        assert!(!dead.exists() && !locks.join("0123").exists());
        assert_eq!(store.jobs().expect("asked")[0].status, "SYS FAIL", "job {number}");
        assert!(volumes.join("living.1").exists());
        assert!(!inbox.join("staging/run-dead.1").exists());
        assert!(!volumes.join("run-dead.1").exists());
        assert!(living.path().exists());
    }

    #[test]
    fn what_a_run_left_in_the_rows_is_swept_also_after_its_directory_has_gone() {
        let home = tempfile::tempdir().expect("a directory");
        let store = Store::open(&home.path().join("zjob.db")).expect("a store");
        let [tmp, volumes, inbox, locks] = ["tmp", "volumes", "inbox", "locks"].map(|name| home.path().join(name));
        for path in [&tmp, &volumes, &locks] {
            std::fs::create_dir(path).expect("made");
        }
        store.announce("run-gone.1", "run-gone").expect("announced");
        std::fs::write(volumes.join("run-gone.1"), "a data set").expect("written");
        assert!(store.reserve("run-gone", "A", "VOL001", 10, 15).expect("asked"));
        sweep(Places { tmp: &tmp, volumes: &volumes, inbox: &inbox, locks: &locks }, &store).expect("swept");
        assert!(!volumes.join("run-gone.1").exists());
        assert_eq!(store.held_tracks("VOL001").expect("asked"), 0);
        assert!(store.runs().expect("asked").is_empty());
    }
}
