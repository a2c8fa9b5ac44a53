//! Real decks from public repositories: a repair is done once and for all, and makes no deck worse.
//!
//! The decks are read in place below `ZJOB_SHARED`; without them the tests are reported as ignored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use zjob::advice::{Catalog, Known, Options, Report, Speaker, check, fix};
use zjob::dataset::{DataSetName, MemberName};
use zjob::job::convert::ConvertSettings;
use zjob::message::Severity;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let shared = std::env::var_os("ZJOB_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join(shared).join("data/jcl-corpus");
    let mut decks = Vec::new();
    find(&corpus, &mut decks);
    decks.sort();
    let trials = if decks.is_empty() {
        vec![Trial::test(format!("corpus: {} is absent", corpus.display()), || Ok(())).with_ignored_flag(true)]
    } else {
        let name = |deck: &PathBuf| deck.strip_prefix(&corpus).unwrap_or(deck).display().to_string();
        decks.into_iter().map(|deck| Trial::test(format!("repair: {}", name(&deck)), move || repair(&deck))).collect()
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn find(folder: &Path, decks: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, decks);
        } else if path.file_name().is_some_and(|name| name != "manifest.json") {
            decks.push(path);
        }
    }
}

/// A system without data sets.
struct Empty;

impl Catalog for Empty {
    fn find(&self, _: &DataSetName, _: Option<&MemberName>) -> Known {
        Known::Absent
    }

    fn text(&self, _: &DataSetName, _: Option<&MemberName>) -> Option<String> {
        None
    }
}

fn host_errors(report: &Report) -> usize {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter(|finding| finding.speaker == Speaker::Host).count()
}

fn repair(path: &Path) -> Result<(), Failed> {
    let deck = fs::read(path)?;
    let settings = ConvertSettings::for_user("IBMUSER");
    let before = check(&deck, &settings, &Empty, Options::default());
    let once = fix(&deck, &settings, &Empty, Options::default());
    let twice = fix(&once.deck, &settings, &Empty, Options::default());
    if twice.deck != once.deck {
        return Err("a second repair changes the deck again".into());
    }
    if once.repaired.is_empty() != (once.deck == deck) {
        return Err("what changed must be told, and nothing else".into());
    }
    if once.report.jobs.len() < before.jobs.len()
        || (before.jobs.len() == once.report.jobs.len() && host_errors(&once.report) > host_errors(&before))
    {
        return Err("the repair made the deck worse".into());
    }
    Ok(())
}
