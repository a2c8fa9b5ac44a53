//! Snapshot tests for decks: each runs on a fresh system with a clock that stands still, and what it left is
//! compared with the golden files beside it.
//!
//! Border: runs jobs through `system`, knows no program. A deck is `NAME.jcl`, its golden `NAME.golden/` with
//! `listing.txt`, `result.json` and, where somebody wants it, `data/DSN[(MEMBER)].bin`. Nothing is printed.

mod data;
mod golden;
mod junit;
mod mask;
mod result;

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use thiserror::Error;

use crate::job::spool::{self, SpoolError};
use crate::program::{Cancel, Progress};
use crate::system::config::{self, Config};
use crate::system::{RunOptions, System, SystemError};
use crate::world::Seed;

pub use golden::Difference;
pub use junit::junit;
pub use mask::{MaskError, Masks};

/// The time at which the clock stands still.
const FROZEN_CLOCK: jiff::civil::DateTime = jiff::civil::datetime(2026, 1, 31, 12, 0, 0, 0);
/// Start of the reproducible stream of salts and keys.
const SEED: u64 = 1;
/// Number of the first job.
const FIRST_JOB: u32 = 1;
/// How the file name of a deck ends.
const DECK: &str = "jcl";
/// How the directory of its golden files ends.
const GOLDEN: &str = "golden";

/// Why a deck could not be tested.
#[derive(Debug, Error)]
pub enum SuiteError {
    /// Its system failed.
    #[error(transparent)]
    System(#[from] SystemError),
    /// A mask is no regular expression.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// Tests must not depend on other machines, nor change them.
    #[error("[hosts] leads to another machine; a test must not")]
    Outside,
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The failure.
        source: io::Error,
    },
    /// A file below `data/` does not name a data set.
    #[error("{path}: {what}")]
    Name {
        /// The file.
        path: PathBuf,
        /// What is wrong with its name.
        what: String,
    },
    /// A data set could not be read.
    #[error("data set {name}: {what}")]
    Data {
        /// The data set.
        name: String,
        /// The failure.
        what: String,
    },
}

/// What became of a deck.
#[derive(Debug)]
pub struct Outcome {
    /// The deck.
    pub deck: PathBuf,
    /// How long it took, in seconds of the real clock.
    pub seconds: f64,
    /// The result.
    pub verdict: Verdict,
}

/// Results of a test.
#[derive(Debug)]
pub enum Verdict {
    /// All is as it was.
    Passed,
    /// The golden files were written; these have changed.
    Updated(Vec<String>),
    /// Something is different, or was never written down.
    Failed(Vec<Difference>),
    /// It could not be tested.
    Broken(SuiteError),
    /// The user had enough.
    Stopped,
}

impl Outcome {
    /// True unless the test failed.
    pub fn is_good(&self) -> bool {
        matches!(self.verdict, Verdict::Passed | Verdict::Updated(_))
    }
}

/// The decks below `directory`, in order of their names. Hidden directories, golden files and links to
/// directories are left out.
pub fn decks(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut decks = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let ends_in = |end: &str| path.extension().is_some_and(|extension| extension == end);
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if is_hidden {
                continue;
            }
            if kind.is_dir() && !ends_in(GOLDEN) {
                open.push(path);
            } else if ends_in(DECK) && path.is_file() {
                decks.push(path);
            }
        }
    }
    decks.sort();
    Ok(decks)
}

/// Tests the decks over all cores. `ended` is told of each, in order. With `update` the golden files are written.
pub fn run(
    decks: &[PathBuf],
    update: bool,
    cancel: &Cancel,
    mut ended: impl FnMut(&Outcome) -> io::Result<()>,
) -> io::Result<Vec<Outcome>> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(decks.len());
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                while let Some((at, deck)) = take(decks, next) {
                    // Nobody listens only if the output is gone; the rest is then of no interest.
                    if send.send((at, test(deck, update, cancel))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting: Vec<Option<Outcome>> = decks.iter().map(|_| None).collect();
        let mut outcomes = Vec::with_capacity(decks.len());
        for (at, outcome) in receive {
            if let Some(place) = waiting.get_mut(at) {
                *place = Some(outcome);
            }
            while let Some(outcome) = waiting.get_mut(outcomes.len()).and_then(Option::take) {
                ended(&outcome)?;
                outcomes.push(outcome);
            }
        }
        Ok(outcomes)
    })
}

fn take<'d>(decks: &'d [PathBuf], next: &AtomicUsize) -> Option<(usize, &'d Path)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, decks.get(at)?))
}

/// Tests one deck.
pub fn test(deck: &Path, update: bool, cancel: &Cancel) -> Outcome {
    let started = Instant::now();
    let verdict = match tested(deck, update, cancel) {
        _ if cancel.is_requested() => Verdict::Stopped,
        Ok(verdict) => verdict,
        Err(error) => Verdict::Broken(error),
    };
    Outcome { deck: deck.to_owned(), seconds: started.elapsed().as_secs_f64(), verdict }
}

fn tested(deck: &Path, update: bool, cancel: &Cancel) -> Result<Verdict, SuiteError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| SuiteError::Io { path, source }
    };
    let bytes = fs::read(deck).map_err(io(deck))?;
    let config = match Config::find(deck) {
        Some(file) => Config::read(&file).map_err(SystemError::from)?,
        None => Config::default(),
    };
    if config.leads_outside() {
        return Err(SuiteError::Outside);
    }
    let masks = Masks::new(&config.masks)?;
    let home = tempfile::tempdir().map_err(io(Path::new("the temporary directory")))?;
    let mut world = config::world(&config);
    world.frozen_clock = Some(FROZEN_CLOCK);
    world.seed = Some(Seed::new(SEED));
    let system = System::open(&home.path().join("system"), config, Arc::new(world))?;
    let (listing, result) = ran(&system, &bytes, cancel)?;
    if cancel.is_requested() {
        return Ok(Verdict::Stopped);
    }
    let golden = golden::Golden::of(deck);
    let texts = [("listing.txt", masks.apply(&listing)), ("result.json", result)];
    let data = data::wanted(&golden.path("data"))?;
    if update {
        for directory in [golden.path(""), golden.path("data")] {
            if directory.is_symlink() {
                let source = io::Error::other("it is a symbolic link; golden files are not written through it");
                return Err(SuiteError::Io { path: directory, source });
            }
        }
        let mut changed = Vec::new();
        for (name, text) in &texts {
            changed.extend(golden.update(name, text.as_bytes()).map_err(io(&golden.path(name)))?);
        }
        for wanted in &data {
            changed.extend(data::update(&system, wanted)?);
        }
        return Ok(Verdict::Updated(changed));
    }
    let mut differences = Vec::new();
    for (name, text) in &texts {
        differences.extend(golden.compare(name, text, &masks).map_err(io(&golden.path(name)))?);
    }
    for wanted in &data {
        differences.extend(data::compare(&system, wanted)?);
    }
    Ok(if differences.is_empty() { Verdict::Passed } else { Verdict::Failed(differences) })
}

/// Runs the deck: its listing without blanks at the ends of lines, and its result.
fn ran(system: &System, deck: &[u8], cancel: &Cancel) -> Result<(String, String), SuiteError> {
    let listing = RefCell::new(String::new());
    let options = RunOptions {
        cancel,
        progress: &Silent,
        explain: &|_| {},
        live: &[],
        job_number: Some(FIRST_JOB),
        releases: false,
    };
    let report = system.run_deck(deck, &options, &mut |job| {
        for row in &job.spool {
            let line = |line: &str| {
                let mut listing = listing.borrow_mut();
                listing.push_str(line.trim_end());
                listing.push('\n');
                Ok(())
            };
            spool::read_lines(&system.spool(), job.number, row, system.code_page(), line).map_err(
                |error| match error {
                    SpoolError::Io(error) => error,
                    other => io::Error::other(other.to_string()),
                },
            )?;
        }
        Ok(())
    })?;
    Ok((listing.into_inner(), result::json(&report)))
}

/// Nobody watches a test.
struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::decks;

    #[test]
    fn decks_are_found_in_order_and_nothing_else() {
        let place = tempfile::tempdir().expect("a directory");
        for file in ["b.jcl", "a/c.jcl", "a/c.golden/x.jcl", ".zjob/d.jcl", "e.txt", "a/.f.jcl"] {
            let path = place.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "").expect("written");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.path(), place.path().join("loop")).expect("linked");
        let found: Vec<_> = decks(place.path()).expect("read");
        let names: Vec<_> = found.iter().map(|deck| deck.strip_prefix(place.path()).expect("below it")).collect();
        assert_eq!(names, [std::path::Path::new("a/c.jcl"), "b.jcl".as_ref()]);
    }
}
