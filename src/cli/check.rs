//! `zjob check`: what is wrong with decks, before anything runs; repairs.

mod diff;
mod print;
mod replace;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{CliError, Terminal, find_system, place_of, read_deck};
use crate::advice::{self, Fixed, Options, Report};
use crate::job::convert::{ConvertSettings, Missing, system_symbols};
use crate::message::Severity;
use crate::system::config;
use crate::system::facts::{Facts, convert_settings};
use crate::world::World;

/// Exit status: a warning is left.
const EXIT_WARNING: u8 = 4;
/// Exit status: an error is left.
const EXIT_ERROR: u8 = 8;

/// Arguments of `zjob check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob check upload.jcl                    z/OS messages, then advice with the card and a remedy
  zjob check --fix upload.jcl              repair the deck in place and show what changed
  zjob check --fix - < page.txt > deck.jcl the same for a stream
  zjob check --format json *.jcl           one JSON object for each finding, for editors and CI
  zjob check --missing-procedures skip *.jcl   decks whose procedures are elsewhere

Nothing runs and no data set is touched. Exit status: 8 an error is left, 4 a warning, 0 neither.")]
pub struct Arguments {
    /// The decks; - is standard input
    #[arg(required = true, value_name = "DECK")]
    decks: Vec<PathBuf>,

    /// Repair what takes no guess: the deck is replaced, standard input goes to standard output
    #[arg(long)]
    fix: bool,

    /// How to print the findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// What to make of procedures that the system does not have
    #[arg(long, value_enum, default_value_t = MissingProcedures::Report, value_name = "WHAT")]
    missing_procedures: MissingProcedures,
}

/// Forms of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Messages and cards.
    Text,
    /// One JSON object for each finding on a line of its own.
    Json,
}

/// What to make of procedures that the system does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MissingProcedures {
    /// The host would not run the job.
    Report,
    /// They are elsewhere.
    Skip,
}

/// Checks the decks in order. The result is the exit status.
pub fn execute(arguments: &Arguments, home: Option<&Path>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let is_stream = arguments.fix && arguments.decks.iter().any(|deck| deck == Path::new("-"));
    if is_stream && (arguments.format == Format::Json || arguments.decks.len() > 1) {
        return Err(CliError::Usage(
            "--fix of standard input writes the deck to standard output, where nothing else can go".to_owned(),
        ));
    }
    let mut worst = None;
    for deck in &arguments.decks {
        worst = worst.max(check_deck(arguments, deck, home, terminal)?);
        if terminal.cancel.is_requested() {
            break;
        }
    }
    Ok(match worst {
        Some(Severity::Error) => EXIT_ERROR,
        Some(Severity::Warning) => EXIT_WARNING,
        _ => 0,
    })
}

fn check_deck(
    arguments: &Arguments,
    path: &Path,
    home: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<Option<Severity>, CliError> {
    let deck = read_deck(path, terminal)?;
    let (home, config) = find_system(home, &place_of(path, terminal))?;
    let facts = Facts::new(&home, &config)?;
    let world = config::world(&config);
    let symbols = system_symbols(&config.symbol_names(), world.now(), world.utc());
    let mut settings =
        ConvertSettings { symbols: &symbols, libraries: &facts, ..convert_settings(&config, &config.user) };
    if arguments.missing_procedures == MissingProcedures::Skip {
        settings.missing = Missing::LeftOut;
    }
    let options = Options { skip_missing_procedures: arguments.missing_procedures == MissingProcedures::Skip };
    if !arguments.fix {
        let report = advice::check(&deck, &settings, &facts, options);
        print_report(arguments, path, &report, terminal.out)?;
        tell(path, &report, 0, terminal);
        return Ok(report.worst());
    }
    let fixed = advice::fix(&deck, &settings, &facts, options);
    let changed = fixed.deck != deck;
    let diff = changed
        .then(|| diff::unified(path, &advice::shown(&deck, &config.user), &advice::shown(&fixed.deck, &config.user)));
    if path == Path::new("-") {
        terminal.out.write_all(&fixed.deck)?;
        let mut text = Vec::new();
        text.extend(diff.unwrap_or_default().into_bytes());
        print_fixed(arguments, path, &fixed, &mut text)?;
        if !text.is_empty() {
            (terminal.explain)(&format!("\n{}", String::from_utf8_lossy(&text).trim_end()));
        }
    } else {
        if changed {
            replace::replace(&terminal.directory.join(path), &deck, &fixed.deck)
                .map_err(|error| CliError::Usage(format!("cannot repair {}: {error}", path.display())))?;
        }
        if let (Some(diff), Format::Text) = (diff, arguments.format) {
            terminal.out.write_all(diff.as_bytes())?;
        }
        print_fixed(arguments, path, &fixed, terminal.out)?;
    }
    tell(path, &fixed.report, fixed.repaired.len(), terminal);
    Ok(fixed.report.worst())
}

fn print_report(arguments: &Arguments, path: &Path, report: &Report, out: &mut dyn Write) -> Result<(), CliError> {
    match arguments.format {
        Format::Text => print::text(path, report, out)?,
        Format::Json => print::json(path, report, false, out)?,
    }
    Ok(())
}

/// What was repaired, then what is left.
fn print_fixed(arguments: &Arguments, path: &Path, fixed: &Fixed, out: &mut dyn Write) -> Result<(), CliError> {
    match arguments.format {
        Format::Text => print::repaired(path, &fixed.repaired, out)?,
        Format::Json => {
            print::json_findings(path, &fixed.repaired, &[], true, out)?;
        }
    }
    print_report(arguments, path, &fixed.report, out)
}

/// The sum of it.
fn tell(path: &Path, report: &Report, repaired: usize, terminal: &Terminal<'_>) {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let parts = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Information), "note"),
        (repaired, "repair"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    let path = advice::harmless_text(&path.display().to_string());
    if parts.is_empty() {
        return;
    }
    let fixable = report.findings.iter().filter(|finding| !finding.fix.is_empty()).count();
    let more = match (fixable, report.left_out) {
        (0, 0) => String::new(),
        (0, left_out) => format!("; {left_out} more left out"),
        (fixable, _) if repaired == 0 => format!("; zjob check --fix {path} repairs {fixable}"),
        _ => String::new(),
    };
    (terminal.explain)(&format!("{path}: {}{more}", parts.join(", ")));
}
