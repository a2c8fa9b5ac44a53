//! `zjob inbox`: what the embedded server received.

use super::{CliError, Terminal, thousands};
use crate::system::{System, SystemError};

/// Subcommands of `zjob inbox`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List received files: when, how many bytes, where they were put, and the host file that holds them
    List,
}

/// Runs a subcommand.
pub fn execute(command: &Command, system: &System, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let Command::List = command;
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
