//! `zjob efz`: Encryption Facility files on the host file system, and the RSA keys of the system, without a job.
//!
//! Border: arguments, names of files, where passwords come from, exit status. What the files look like is known
//! to `efz`, how records lie in host files to `dataset`.

pub(super) mod decrypt;
mod encrypt;
mod info;
mod key;
mod keyring;
mod openpgp;
pub(super) mod stream;

use std::path::{Path, PathBuf};

use super::hostfile::Place;
use super::{CliError, Here, Terminal};
use crate::efz::KeyLabel;

/// Exit status: the data are damaged, the password or key is wrong, or this is no such file.
const EXIT_DAMAGED: u8 = 8;
/// Exit status: the user stopped the command.
const EXIT_CANCELLED: u8 = 130;
/// What encrypted files end in.
const SUFFIX: &str = "efz";

/// Subcommands of `zjob efz`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Encrypt a file as CSDFILEN does in a job
    Encrypt(encrypt::Arguments),
    /// Decrypt a file, after all of it was checked
    Decrypt(decrypt::Arguments),
    /// Show what a file says of itself, without a password
    Info(info::Arguments),
    /// Look after the RSA keys of the system
    #[command(subcommand)]
    Key(key::Command),
    /// Look after the OpenPGP keys of the system
    #[command(subcommand)]
    Keyring(keyring::Command),
}

/// Runs a subcommand.
pub fn execute(command: &Command, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let status = match command {
        Command::Encrypt(arguments) => encrypt::execute(arguments, here, terminal),
        Command::Decrypt(arguments) => decrypt::execute(arguments, here, terminal),
        Command::Info(arguments) => info::execute(arguments, here, terminal),
        Command::Key(command) => key::execute(command, here, terminal),
        Command::Keyring(command) => keyring::execute(command, here, terminal),
    };
    // What stopped in the middle has nothing of interest to say.
    if terminal.cancel.is_requested() { Ok(EXIT_CANCELLED) } else { status }
}

/// A label as it is typed: the key store folds it to upper case.
pub(super) fn label(text: &str) -> Result<KeyLabel, String> {
    KeyLabel::new(&text.to_uppercase()).map_err(|error| error.to_string())
}

/// A host file or a stream. Data sets are the matter of jobs.
fn host_place(path: &Path) -> Result<Place, CliError> {
    match Place::parse(path, "")? {
        Place::DataSet(name, _) => Err(CliError::Usage(format!(
            "{name} is a data set: run CSDFILEN or CSDFILDE in a job, or use zjob dataset export and import"
        ))),
        place => Ok(place),
    }
}

/// Where the result goes: as asked for, else as `derive` makes it of the name of the input; a stream to a stream.
fn output_place(
    input: &Place,
    output: Option<&Path>,
    derive: impl FnOnce(&Path) -> PathBuf,
) -> Result<Place, CliError> {
    match (output, input) {
        (Some(path), _) => host_place(path),
        (None, Place::Host(path)) => Ok(Place::Host(derive(path))),
        (None, _) => Ok(Place::Stream),
    }
}

/// An error that names the file.
fn at(place: &Place, what: impl std::fmt::Display) -> CliError {
    CliError::Usage(format!("{place}: {what}"))
}

/// Bytes as digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // A String takes everything that is written to it.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
