//! `zjob inbox`: what the embedded server received.

mod open;

use super::{CliError, Here, Terminal, thousands};
use crate::system::{System, SystemError};

/// Subcommands of `zjob inbox`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List received files: when, how many bytes, where they were put, and the host file that holds them
    List,
    /// Open a received file, or any package: decrypt and unpack it, back to text, records or a data set
    Open(open::Arguments),
}

/// Runs a subcommand.
pub fn execute(command: &Command, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    match command {
        Command::List => list(&here.system()?, terminal),
        Command::Open(arguments) => open::execute(arguments, here, terminal),
    }
}

fn list(system: &System, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let rows = system.store().inbox().map_err(SystemError::from)?;
    if rows.is_empty() {
        (terminal.explain)("nothing received yet");
    }
    for row in rows {
        let received: String = row.received.chars().take(19).collect();
        let file = system.delivered().join(&row.content);
        writeln!(terminal.out, "{received}  {:>15}  {}  {}", thousands(row.bytes), row.path, file.display())?;
    }
    Ok(0)
}
