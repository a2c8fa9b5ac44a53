//! `zjob test`: decks against their golden files.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use super::{CliError, Terminal};
use crate::advice::harmless_text;
use crate::suite::{self, Outcome, Verdict};

/// Exit status: a test failed.
const EXIT_FAILED: u8 = 1;
/// Exit status: the user stopped the tests.
const EXIT_CANCELLED: u8 = 130;

/// Arguments of `zjob test`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob test jcl-samples                  run every *.jcl below the directory, compare with its golden files
  zjob test --update jcl-samples         write the golden files: look at the difference, then keep them
  zjob test --junit report.xml jcl-samples    results for CI

A deck NAME.jcl has its golden files in NAME.golden: listing.txt, result.json, and data/DSN.bin or
data/DSN(MEMBER).bin for data sets that are to be compared as well (make an empty file, then --update).
Exit status: 0 all is as it was, 1 something is different or has no golden file.")]
pub struct Arguments {
    /// The directory, or one deck
    #[arg(value_name = "DIR")]
    directory: PathBuf,

    /// Write the golden files instead of comparing them
    #[arg(long)]
    update: bool,

    /// Write the results to this file, in the form of JUnit
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// Tests the decks. The result is the exit status.
pub fn execute(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let named = &arguments.directory;
    let place = terminal.directory.join(named);
    let failed = |error: io::Error| CliError::Usage(format!("{}: {error}", named.display()));
    let decks = if place.is_dir() { suite::decks(&place).map_err(failed)? } else { vec![place.clone()] };
    if decks.is_empty() {
        return Err(CliError::Usage(format!("there is no *.jcl below {}", named.display())));
    }
    let out = &mut *terminal.out;
    let outcomes = suite::run(&decks, arguments.update, &terminal.cancel, |outcome| {
        let shown = outcome.deck.strip_prefix(&place).ok().filter(|path| !path.as_os_str().is_empty());
        print(&harmless_text(&shown.unwrap_or(named).display().to_string()), outcome, out)
    })?;
    if let Some(path) = &arguments.junit {
        let xml = suite::junit(&place, &outcomes);
        fs::write(terminal.directory.join(path), xml)
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))?;
    }
    let bad = outcomes.iter().filter(|outcome| !outcome.is_good()).count();
    writeln!(terminal.out, "{} of {} as it should be", outcomes.len() - bad, outcomes.len())?;
    if terminal.cancel.is_requested() {
        return Ok(EXIT_CANCELLED);
    }
    Ok(if bad == 0 { 0 } else { EXIT_FAILED })
}

fn print(deck: &str, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    match &outcome.verdict {
        Verdict::Passed => writeln!(out, "ok       {deck}")?,
        Verdict::Stopped => writeln!(out, "stopped  {deck}")?,
        Verdict::Updated(files) if files.is_empty() => writeln!(out, "ok       {deck}")?,
        Verdict::Updated(files) => writeln!(out, "updated  {deck}: {}", harmless_text(&files.join(", ")))?,
        Verdict::Broken(error) => writeln!(out, "BROKEN   {deck}: {}", harmless_text(&error.to_string()))?,
        Verdict::Failed(differences) => {
            writeln!(out, "FAILED   {deck}")?;
            for found in differences {
                writeln!(out, "  {}: {}", harmless_text(&found.file), harmless_text(&found.what))?;
                for line in found.diff.lines() {
                    writeln!(out, "  {}", harmless_text(line))?;
                }
            }
        }
    }
    out.flush()
}
