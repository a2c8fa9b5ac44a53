//! The command line: one file for each subcommand, with its arguments, its help and its calls.
//!
//! Border: what was typed becomes calls of the library; results go to the writers that `main` hands in. It
//! knows no formats and no rules of z/OS.

pub mod behind;
pub mod check;
pub mod dataset;
pub mod efz;
pub mod hostfile;
pub mod inbox;
pub mod openpgp;
pub mod package;
pub mod parallel;
pub mod progress;
mod records;
pub mod run;
pub mod secret;
pub mod spool;
pub mod terse;
pub mod test;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Parser, Subcommand};
use thiserror::Error;

pub use self::secret::Secrets;
pub use crate::program::Cancel;
use crate::system::config::{self, Config};
use crate::system::{System, SystemError};

/// Exit status for wrong use.
pub const EXIT_USAGE: u8 = 64;

/// z/OS-style batch transfer emulator and dataset packager.
///
/// Runs JCL decks on an emulated z/OS: data sets are tersed and encrypted into the bytes a mainframe would
/// write, sent by a z/OS-true FTP client, and the job log is printed as the host would.
#[derive(Debug, Parser)]
#[command(name = "zjob", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    /// The system's directory [default: .zjob beside the nearest zjob.toml, else the user's data directory]
    #[arg(long, global = true, env = "ZJOB_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  zjob run jcl-samples/upload.jcl         run a deck, print its job log
  zjob check --fix upload.jcl             what is wrong with a deck, and repairs
  zjob test jcl-samples                   decks against their golden files
  zjob dataset list                       what is in the catalog
  zjob dataset cat 'YOUR.INPUT.DATASET'   a data set as text
  zjob terse unpack dump.trs              a packed data set as text
  zjob efz encrypt DUMP.TRS --binary      a file encrypted as CSDFILEN does
  zjob package --case TS001234567 dump.bin --binary --lrecl 4160   a file ready for ECuRep
  zjob spool show JOB00001                the log of a past job
  zjob inbox list                         what the embedded server received";

/// The subcommands, in the order of the documentation.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the jobs of decks and print their logs.
    Run(run::Arguments),
    /// Say what is wrong with decks, before anything runs; repair what paste and web pages broke.
    Check(check::Arguments),
    /// Run decks on fresh systems and compare what they leave with golden files.
    Test(test::Arguments),
    /// Look at data sets, bring host files in and out.
    #[command(subcommand)]
    Dataset(dataset::Command),
    /// Pack and unpack TERSE files, look at them, verify them.
    #[command(subcommand)]
    Terse(terse::Command),
    /// Encrypt and decrypt Encryption Facility files, look after RSA keys.
    #[command(subcommand)]
    Efz(Box<efz::Command>),
    /// Make files ready for ECuRep: packed, encrypted, named by the convention.
    Package(Box<package::Arguments>),
    /// Look at the logs of past jobs.
    #[command(subcommand)]
    Spool(spool::Command),
    /// Look at what the embedded server received, and open it.
    #[command(subcommand)]
    Inbox(inbox::Command),
}

/// Where a command writes, and what it knows of the terminal.
pub struct Terminal<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Words for the user.
    pub explain: &'a dyn Fn(&str),
    /// Error output is a terminal: bars make sense.
    pub is_terminal: bool,
    /// Ctrl-C.
    pub cancel: Cancel,
    /// Where secrets come from.
    pub secrets: &'a dyn Secrets,
    /// Opens standard input.
    pub input: StandardInput,
    /// The current directory.
    pub directory: PathBuf,
}

/// Opens standard input.
pub type StandardInput = fn() -> Box<dyn Read + Send>;

/// Why a command did not work.
#[derive(Debug, Error)]
pub enum CliError {
    /// The arguments do not make sense together, or name what is not there.
    #[error("{0}")]
    Usage(String),
    /// The system failed.
    #[error(transparent)]
    System(#[from] SystemError),
    /// A result could not be written, or a file not read.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl CliError {
    /// True if nobody reads the output any more (`| head`): the end is then silent.
    pub fn is_broken_pipe(&self) -> bool {
        let mut error: Option<&dyn std::error::Error> = Some(self);
        while let Some(current) = error {
            if current.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
                return true;
            }
            error = current.source();
        }
        false
    }
}

/// Runs a command. The result is the exit status.
pub fn execute(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let here = Here { home: arguments.home.as_deref(), directory: terminal.directory.clone() };
    match &arguments.command {
        Command::Run(command) => run::execute(command, arguments.home.as_deref(), terminal),
        Command::Check(command) => check::execute(command, arguments.home.as_deref(), terminal),
        Command::Test(command) => test::execute(command, terminal),
        Command::Dataset(command) => dataset::execute(command, &here.system()?, terminal),
        Command::Terse(command) => terse::execute(command, &here, terminal),
        Command::Efz(command) => efz::execute(command, &here, terminal),
        Command::Package(command) => package::execute(command, &here, terminal),
        Command::Spool(command) => spool::execute(command, &here.system()?, terminal),
        Command::Inbox(command) => inbox::execute(command, &here, terminal),
    }
}

/// The current directory, for commands that need a system only sometimes.
pub struct Here<'a> {
    home: Option<&'a Path>,
    directory: PathBuf,
}

impl Here<'_> {
    /// The settings that hold here. No system is made or opened.
    pub fn config(&self) -> Result<Config, CliError> {
        match Config::find(&self.directory) {
            Some(file) => Ok(Config::read(&file).map_err(SystemError::from)?),
            None => Ok(Config::default()),
        }
    }

    /// Where the system that belongs here lives, or would.
    pub fn home(&self) -> Result<PathBuf, CliError> {
        Ok(find_system(self.home, &self.directory)?.0)
    }

    /// Opens the system that belongs here.
    pub fn system(&self) -> Result<System, CliError> {
        let (home, config) = find_system(self.home, &self.directory)?;
        let world = Arc::new(config::world(&config));
        Ok(System::open(&home, config, world)?)
    }
}

/// The bytes of a deck; `-` is standard input. One byte more than a deck may have is enough to refuse it.
fn read_deck(deck: &Path, terminal: &Terminal<'_>) -> Result<Vec<u8>, CliError> {
    let failed = |error: io::Error| CliError::Usage(format!("cannot read the deck {}: {error}", deck.display()));
    let input: Box<dyn Read> = if deck == Path::new("-") {
        (terminal.input)()
    } else {
        Box::new(std::fs::File::open(terminal.directory.join(deck)).map_err(failed)?)
    };
    let mut bytes = Vec::new();
    input.take(crate::jcl::deck::MAX_DECK as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Where to begin to look for the settings of a deck.
fn place_of(deck: &Path, terminal: &Terminal<'_>) -> PathBuf {
    if deck == Path::new("-") { terminal.directory.clone() } else { terminal.directory.join(deck) }
}

/// The home and the configuration for work that starts in `start`.
fn find_system(home: Option<&Path>, start: &Path) -> Result<(PathBuf, Config), CliError> {
    let file = Config::find(start);
    let config = match &file {
        Some(file) => Config::read(file).map_err(SystemError::from)?,
        None => Config::default(),
    };
    let home = match (home, &file) {
        (Some(home), _) => home.to_owned(),
        (None, Some(file)) => file.with_file_name(".zjob"),
        (None, None) => data_directory()?,
    };
    Ok((home, config))
}

fn data_directory() -> Result<PathBuf, CliError> {
    use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
    let arguments =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "zjob".to_owned() };
    let strategy = choose_app_strategy(arguments)
        .map_err(|_| CliError::Usage("there is no home directory; say --home DIR".to_owned()))?;
    Ok(strategy.data_dir())
}

/// `1,234,567`
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        super::Arguments::command().debug_assert();
    }

    #[test]
    fn thousands_have_commas() {
        assert_eq!(super::thousands(999), "999");
        assert_eq!(super::thousands(1_234_567), "1,234,567");
    }
}
