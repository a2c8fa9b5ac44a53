//! Passwords on their way in: from a file, the environment or a prompt, never from an argument.
//!
//! Border: finds the characters and checks their number. `main` knows the environment and the terminal.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::CliError;
use crate::efz::Password;
use crate::openpgp::Passphrase;

/// The environment variable that may hold a password.
pub const VARIABLE: &str = "ZJOB_PASSWORD";
/// The variable that may hold the passphrase of a secret OpenPGP key.
pub const KEY_VARIABLE: &str = "ZJOB_KEY_PASSWORD";
/// The variable that may hold the password of a user on another host.
pub const SEND_VARIABLE: &str = "ZJOB_SEND_PASSWORD";
/// Longest password file that is looked at, in bytes: more than any password takes.
const LONGEST_FILE: u64 = 1024;

/// Where secrets come from that must not stand in arguments.
pub trait Secrets {
    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<OsString>;

    /// Asks at the terminal, without showing what is typed.
    fn prompt(&self, question: &str) -> io::Result<Zeroizing<String>>;

    /// Asks at the terminal for an answer that is no secret. Without a terminal this is an error.
    fn ask(&self, question: &str) -> io::Result<String> {
        let _ = question;
        Err(io::ErrorKind::NotFound.into())
    }
}

/// How a password comes in.
#[derive(Debug, Clone, clap::Args)]
pub struct PasswordSource {
    /// File whose first line is the password [default: the variable ZJOB_PASSWORD, else a prompt]
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

impl PasswordSource {
    /// The password; a new one is asked for twice.
    pub fn password(&self, is_new: bool, secrets: &dyn Secrets) -> Result<Password, CliError> {
        checked(&self.text(is_new, secrets)?)
    }

    /// The same for an OpenPGP message, which takes any text.
    pub fn passphrase(&self, is_new: bool, secrets: &dyn Secrets) -> Result<Passphrase, CliError> {
        passphrase(&self.text(is_new, secrets)?)
    }

    fn text(&self, is_new: bool, secrets: &dyn Secrets) -> Result<Zeroizing<String>, CliError> {
        match (&self.password_file, variable(VARIABLE, secrets)?) {
            (Some(path), _) => first_line(path),
            (None, Some(value)) => Ok(value),
            (None, None) => prompt(is_new, secrets),
        }
    }
}

/// The passphrase of somebody's secret OpenPGP key.
pub fn key_passphrase(name: &str, secrets: &dyn Secrets) -> Result<Passphrase, CliError> {
    let text = match variable(KEY_VARIABLE, secrets)? {
        Some(value) => value,
        None => ask(&format!("Passphrase of {name}: "), KEY_VARIABLE, secrets)?,
    };
    passphrase(&text)
}

/// The password of a user on another host: a variable, or what is typed.
pub fn host_password(user: &str, host: &str, secrets: &dyn Secrets) -> Result<Zeroizing<String>, CliError> {
    match variable(SEND_VARIABLE, secrets)? {
        Some(value) => Ok(value),
        None => ask(&format!("Password of {user} at {host}: "), SEND_VARIABLE, secrets),
    }
}

fn passphrase(text: &str) -> Result<Passphrase, CliError> {
    Passphrase::new(text).ok_or_else(|| CliError::Usage("a passphrase cannot be empty".to_owned()))
}

fn variable(name: &str, secrets: &dyn Secrets) -> Result<Option<Zeroizing<String>>, CliError> {
    let Some(value) = secrets.variable(name) else { return Ok(None) };
    let text = value.into_string().map_err(|_| CliError::Usage(format!("{name} is no UTF-8 text")))?;
    Ok(Some(Zeroizing::new(text)))
}

fn checked(text: &str) -> Result<Password, CliError> {
    if text.ends_with(' ') {
        let what = "a password cannot end in a blank: no card of SYSIN could carry it";
        return Err(CliError::Usage(what.to_owned()));
    }
    Password::new(text).map_err(|error| CliError::Usage(error.to_string()))
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, CliError> {
    let wrong = |what: &dyn std::fmt::Display| CliError::Usage(format!("{}: {what}", path.display()));
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_FILE as usize));
    let file = File::open(path).map_err(|error| wrong(&error))?;
    file.take(LONGEST_FILE).read_to_end(&mut bytes).map_err(|error| wrong(&error))?;
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| wrong(&"the password is no UTF-8 text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn ask(question: &str, variable: &str, secrets: &dyn Secrets) -> Result<Zeroizing<String>, CliError> {
    secrets.prompt(question).map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => CliError::Io(error),
        _ => CliError::Usage(format!("there is no terminal to ask for it ({error}): set {variable}")),
    })
}

fn prompt(is_new: bool, secrets: &dyn Secrets) -> Result<Zeroizing<String>, CliError> {
    let ask = |question: &str| {
        secrets.prompt(question).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => CliError::Io(error),
            _ => CliError::Usage(format!(
                "there is no terminal to ask for the password ({error}): set {VARIABLE} or say --password-file FILE"
            )),
        })
    };
    let text = ask("Password: ")?;
    if is_new && *ask("The same once more: ")? != *text {
        return Err(CliError::Usage("the two passwords differ".to_owned()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::ffi::OsString;
    use std::io;

    use zeroize::Zeroizing;

    use super::{PasswordSource, Secrets, VARIABLE};
    use crate::efz::Password;

    #[derive(Default)]
    struct Typed {
        variable: Option<&'static str>,
        answers: RefCell<Vec<&'static str>>,
    }

    impl Secrets for Typed {
        fn variable(&self, name: &str) -> Option<OsString> {
            assert_eq!(name, VARIABLE);
            self.variable.map(OsString::from)
        }

        fn prompt(&self, _: &str) -> io::Result<Zeroizing<String>> {
            let answer = self.answers.borrow_mut().pop().ok_or(io::ErrorKind::NotFound)?;
            Ok(Zeroizing::new(answer.to_owned()))
        }
    }

    fn password(file: Option<&[u8]>, typed: &Typed, is_new: bool) -> Result<Password, String> {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("password");
        std::fs::write(&path, file.unwrap_or_default()).expect("written");
        let source = PasswordSource { password_file: file.map(|_| path) };
        source.password(is_new, typed).map_err(|error| error.to_string())
    }

    #[allow(clippy::unnecessary_wraps, reason = "stands for a reader that may fail")]
    fn good(text: &str) -> Result<Password, String> {
        Ok(Password::new(text).expect("8 to 32 characters"))
    }

    #[test]
    fn a_file_comes_before_the_variable_and_that_before_the_prompt() {
        let typed = Typed { variable: Some("from variable"), answers: RefCell::new(vec!["from prompt"]) };
        assert_eq!(password(Some(b"from  a file\r\nmore\n"), &typed, false), good("from  a file"));
        assert_eq!(password(None, &typed, false), good("from variable"));
        let typed = Typed { variable: None, ..typed };
        assert_eq!(password(None, &typed, false), good("from prompt"));
        let error = password(None, &typed, false).expect_err("nobody answers");
        assert!(error.contains("ZJOB_PASSWORD"), "{error}");
    }

    #[test]
    fn a_new_password_is_asked_for_twice() {
        let answers = |answers: &[&'static str]| Typed { variable: None, answers: RefCell::new(answers.to_vec()) };
        assert_eq!(password(None, &answers(&["password", "password"]), true), good("password"));
        let error = password(None, &answers(&["password", "Password"]), true).expect_err("they differ");
        assert!(!error.contains("assword\""), "{error}");
    }

    #[test]
    fn a_password_that_no_card_could_carry_is_refused_without_showing_it() {
        for wrong in ["secrets ", "short", "much too long for any password on a card"] {
            let typed = Typed { variable: Some(wrong), ..Typed::default() };
            let error = password(None, &typed, true).expect_err("refused");
            assert!(!error.contains(wrong), "{error}");
        }
    }
}
