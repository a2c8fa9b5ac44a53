//! Plain words for what the log says in codes. Goes to the user, never into the log.

use super::code::{ClientError, CodeStyle, Failure};
use super::subcommand;

/// Why the step ended with its code.
pub(super) fn ended(failure: Failure, fixed: Option<u16>, style: CodeStyle) -> String {
    let code = failure.condition_code(fixed, style);
    let how = match (fixed, style) {
        (Some(_), _) => "the code of EXIT=".to_owned(),
        (None, CodeStyle::Standard) if failure.standard() > 4095 => {
            format!("{:05} modulo 4096, subcommand code and last reply", failure.standard())
        }
        (None, CodeStyle::Standard) => format!("{:05}, subcommand code and last reply", failure.standard()),
        (None, CodeStyle::ClientError) => "the client error code".to_owned(),
        (None, CodeStyle::Extended) => "client error code and subcommand code".to_owned(),
    };
    format!("FTP ended at {}: {}. The step's code {code} is {how}.", place(failure), meaning(failure))
}

/// Errors that no EXIT made count.
pub(super) fn ignored(failures: &[Failure], style: CodeStyle) -> Option<String> {
    let first = failures.first()?;
    Some(format!(
        "FTP ignored {} error(s), because neither (EXIT nor CLIENTEXIT TRUE is coded. The first was at {}: {}; \
         with (EXIT the step would have ended there with code {}.",
        failures.len(),
        place(*first),
        meaning(*first),
        first.condition_code(None, style),
    ))
}

fn place(failure: Failure) -> String {
    match (failure.subcommand, failure.reply) {
        (code, 0) => subcommand::name_of(code).to_owned(),
        (code, reply) => format!("{}, last reply {reply}", subcommand::name_of(code)),
    }
}

fn meaning(failure: Failure) -> &'static str {
    match failure.error {
        ClientError::Server => "the server refused it",
        ClientError::Parameter => "a start parameter is wrong",
        ClientError::OpenInput | ClientError::ReadInput | ClientError::Environment => "INPUT cannot be used",
        ClientError::AlreadyConnected => "there was a connection already",
        ClientError::Usage => "the subcommand is unknown, not emulated or used wrongly",
        ClientError::Connect => "a connection could not be made, or was lost",
        ClientError::Timeout => {
            "a timer ran out (raise MYOPENTIME, INACTTIME or DATACTTIME in FTP.DATA, or code (TIMEOUT n)"
        }
        ClientError::Session => "the connection failed, or the server broke the protocol",
        ClientError::Login => "the log-in was refused",
        ClientError::NotFound => "translate tables are missing",
        ClientError::Authentication => "no TLS session could be agreed on",
        ClientError::FileAccess => "a local file cannot be opened",
        ClientError::FileRead => "a local file cannot be read",
        ClientError::FileWrite => "a local file cannot be written",
        ClientError::NotConnected => "there was no connection",
    }
}

/// Advice after a data connection could not be made.
pub(super) const DATA_CONNECTION: &str = "The log-in worked and the data connection did not: often a firewall. Code \
     EPSV4 TRUE or FWFRIENDLY TRUE in FTP.DATA, or the subcommand LOCSITE FWFRIENDLY; PASSIVE is no subcommand here.";

/// AUTH was refused and nobody insisted on it.
pub(super) const IN_THE_CLEAR: &str = "The server refused AUTH TLS and the session goes on in the clear, log-in \
     included: -a TLS only asks. Code -r TLS, or SECURE_FTP REQUIRED in FTP.DATA, to insist.";

/// TLS without protection of data.
pub(super) const CLEAR_DATA: &str = "The control connection is under TLS, the data connections are not: \
     SECURE_DATACONN CLEAR is the default. Code SECURE_DATACONN PRIVATE in FTP.DATA.";

/// TLS without KEYRING.
pub(super) const NO_KEY_RING: &str =
    "FTP.DATA names no key ring, so no server can be believed: code KEYRING, such as KEYRING SECURE.FTP.KEYRING.";

/// A packed file sent as text.
pub(super) const TEXT_OF_BINARY: &str = "TYPE A is in force: translation and cut blanks destroy packed or encrypted \
     data. Code BINARY before this PUT.";
