//! Sends packages by the FTP client.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::super::progress::Bars;
use super::super::secret::{Secrets, host_password};
use super::super::{CliError, Terminal};
use super::{Arguments, EXIT_CANCELLED, EXIT_SANDBOX};
use crate::system::send::{Delivery, Destination};
use crate::system::{RunOptions, System};

/// Highest code of the client that is an exit status.
const MAX_CODE: u16 = 127;

/// Where the packages shall go.
pub(super) struct Wanted(Destination);

impl Wanted {
    /// What the arguments ask for; passwords are asked for before any work is done.
    pub(super) fn new(arguments: &Arguments, secrets: &dyn Secrets) -> Result<Option<Self>, CliError> {
        let Some(host) = &arguments.send else { return Ok(None) };
        let words = [("--send", host), ("--directory", &arguments.directory), ("--user", &arguments.user)];
        for (option, word) in words.into_iter().chain([("--email", &arguments.email)]) {
            if word.is_empty() || word.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return Err(CliError::Usage(format!("{option} takes one word")));
            }
        }
        let password = if arguments.user.eq_ignore_ascii_case("anonymous") {
            Zeroizing::new(arguments.email.clone())
        } else {
            host_password(&arguments.user, host, secrets)?
        };
        if password.chars().any(char::is_control) {
            return Err(CliError::Usage("a password is one line".to_owned()));
        }
        Ok(Some(Self(Destination {
            host: host.clone(),
            directory: arguments.directory.clone(),
            user: arguments.user.clone(),
            password,
            secure: !arguments.plain,
        })))
    }
}

/// Sends packages one after another, until one does not arrive.
pub(super) fn send(
    wanted: &Wanted,
    made: &[(PathBuf, String)],
    system: &System,
    arguments: &Arguments,
    terminal: &Terminal<'_>,
) -> u8 {
    let Wanted(destination) = wanted;
    let bars = Bars::new(terminal.is_terminal);
    let options = RunOptions {
        cancel: &terminal.cancel,
        progress: &bars,
        explain: terminal.explain,
        live: &arguments.live,
        job_number: None,
        releases: false,
    };
    let courier = system.courier(destination, &options);
    for (at, (path, name)) in made.iter().enumerate() {
        let (delivery, log) = courier.send(path, name);
        let status = match delivery {
            Delivery::Sent => {
                if !arguments.manner.quiet {
                    let place = format!("{}/{name}", destination.directory.trim_end_matches('/'));
                    (terminal.explain)(&format!("{name}: sent to {} as {place}", destination.host));
                }
                continue;
            }
            Delivery::Stopped => return EXIT_CANCELLED,
            Delivery::Refused => EXIT_SANDBOX,
            // Both fit: a code above 127 is 127.
            Delivery::Failed(code) => u8::try_from(code.min(MAX_CODE)).unwrap_or(u8::MAX),
        };
        for line in &log {
            (terminal.explain)(line);
        }
        let more = made.len() - at - 1;
        let others = if more == 0 { String::new() } else { format!(", nor were {more} more") };
        (terminal.explain)(&format!("{name} was not sent{others}; the package is complete in {}", path.display()));
        return status;
    }
    0
}
