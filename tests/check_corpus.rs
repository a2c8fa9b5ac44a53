//! Real decks from public repositories: a repair is done once and for all, and makes no deck worse.
//!
//! The decks are read in place below `ZJOB_SHARED`; without them the tests are reported as ignored.

mod support;

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
    let shared = support::shared();
    let corpus = shared.join("data/jcl-corpus");
    let mut decks = Vec::new();
    support::files_below(&corpus, &mut decks);
    decks.sort();
    let mut trials = vec![page(&shared)];
    if decks.is_empty() {
        let why = format!("corpus: {} is absent", corpus.display());
        trials.push(Trial::test(why, || Ok(())).with_ignored_flag(true));
    }
    let name = |deck: &PathBuf| deck.strip_prefix(&corpus).unwrap_or(deck).display().to_string();
    trials.extend(decks.into_iter().map(|deck| Trial::test(format!("repair: {}", name(&deck)), move || repair(&deck))));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The deck cut out of the whole page, text around it included, becomes the same as the deck alone.
fn page(shared: &Path) -> Trial {
    let pages = fs::read_dir(shared.join("seeds")).into_iter().flatten().flatten().map(|entry| entry.path());
    let page = pages.min().and_then(|page| fs::read_to_string(page).ok());
    let is_absent = page.is_none();
    let trial = move || {
        let page = page.ok_or("the page is absent")?;
        let start = page.find("/XXXXX JOB").ok_or("no deck")?;
        let end = start + page[start..].find("Skip to main content").ok_or("no next section")?;
        let alone = fs::read(root().join("testdata/upload-as-published.jcl"))?;
        let settings = ConvertSettings::for_user("IBMUSER");
        let repaired = |deck: &[u8]| fix(deck, &settings, &Empty, Options::default());
        let cut = repaired(&page.as_bytes()[start..end]);
        if !cut.repaired.iter().any(|finding| finding.message.id() == "ZJB802W") {
            return Err("the text after the deck is not named".into());
        }
        if cut.deck == repaired(&alone).deck { Ok(()) } else { Err("the decks differ".into()) }
    };
    Trial::test("page: the deck with the text around it", trial).with_ignored_flag(is_absent)
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
