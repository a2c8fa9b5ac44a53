//! `zjob efz key`: the RSA keys of the system by label, what ICSF keeps in its PKDS on the host.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::super::hostfile::NewFile;
use super::super::{CliError, Here, Secrets, StandardInput, Terminal};
use super::{hex, label};
use crate::efz::key::{DEFAULT_BITS, FEWEST_BITS, Key, MOST_BITS};
use crate::efz::{KeyError, KeyLabel, PrivateKey, PublicKey};
use crate::store::{RsaKeyRow, Store};
use crate::system::SystemError;
use zeroize::Zeroizing;

/// Longest PEM file that is read, in bytes.
const LONGEST_FILE: u64 = 64 * 1024;

/// Subcommands of `zjob efz key`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Bring in a key: a private key, a public key or a certificate
    #[command(after_help = "\
Examples:
  zjob efz key add IBM.PUBLIC.KEY --pem ibm.crt    encrypts only
  zjob efz key add MY.KEY --pem private.pem        encrypts and decrypts")]
    Add {
        /// Label, 1 to 64 characters
        #[arg(value_parser = label)]
        label: KeyLabel,
        /// PEM file; - is standard input
        #[arg(long, value_name = "FILE")]
        pem: PathBuf,
    },
    /// Make a new key
    Generate {
        /// Label, 1 to 64 characters
        #[arg(value_parser = label)]
        label: KeyLabel,
        /// Bits of the modulus, 2048 to 4096
        #[arg(long, value_name = "N", default_value_t = DEFAULT_BITS, value_parser = bits)]
        bits: usize,
    },
    /// List the keys: label, bits, public or private, SHA-1 of the public key
    List,
    /// Write a key as PEM
    #[command(after_help = "\
Examples:
  zjob efz key export MY.KEY -o my.pub.pem               for those who shall encrypt for you
  zjob efz key export --private MY.KEY -o my.key.pem     a copy to keep safe; the file is for its owner alone")]
    Export {
        /// Label
        #[arg(value_parser = label)]
        label: KeyLabel,
        /// The private key, not only its public half
        #[arg(long)]
        private: bool,
        /// PEM file; - is standard output [default: -, but a private key goes nowhere unasked]
        #[arg(short, long, value_name = "OUT", required_if_eq("private", "true"))]
        output: Option<PathBuf>,
        /// Replace a file that exists
        #[arg(short, long)]
        force: bool,
    },
    /// Delete keys; what was encrypted for one can then be read only with a copy of the private key
    #[command(after_help = "\
Examples:
  zjob efz key delete IBM.PUBLIC.KEY        a public key: it can be added again
  zjob efz key delete MY.KEY                a private key: asks first
  zjob efz key delete --force MY.KEY        in a script

Nothing is deleted unless all of the labels are there and every question was answered with yes.")]
    Delete {
        /// Labels
        #[arg(required = true, value_parser = label)]
        labels: Vec<KeyLabel>,
        /// Delete private keys without a question
        #[arg(short, long)]
        force: bool,
    },
}

fn bits(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|bits| (FEWEST_BITS..=MOST_BITS).contains(bits) && bits % 8 == 0);
    number.ok_or_else(|| format!("a key has {FEWEST_BITS} to {MOST_BITS} bits, a multiple of 8"))
}

pub(super) fn execute(command: &Command, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let system = here.system()?;
    let store = system.store();
    match command {
        Command::Add { label, pem } => add(store, label, &read(pem, terminal.input)?, terminal),
        Command::Generate { label, bits } => {
            refuse_taken(store, label)?;
            let world = system.world();
            let made = PrivateKey::generate(*bits, &mut |bytes: &mut [u8]| world.fill_random(bytes));
            add(store, label, &Key::Private(made.map_err(wrong(label))?), terminal)
        }
        Command::List => list(store, terminal),
        Command::Export { label, private, output, force } => {
            let output = output.as_deref().unwrap_or(Path::new("-"));
            export(&row(store, label)?, *private, output, *force, terminal)
        }
        Command::Delete { labels, force } => delete(store, labels, *force, terminal),
    }
}

fn wrong(label: &KeyLabel) -> impl Fn(KeyError) -> CliError + use<'_> {
    move |error| CliError::Usage(format!("RSA key {label}: {error}"))
}

fn read(path: &Path, stream: StandardInput) -> Result<Key, CliError> {
    let failed = |what: &dyn std::fmt::Display| CliError::Usage(format!("{}: {what}", path.display()));
    let input: Box<dyn Read> = match path {
        path if path == Path::new("-") => stream(),
        path => Box::new(File::open(path).map_err(|error| failed(&error))?),
    };
    let mut text = Zeroizing::new(Vec::with_capacity(LONGEST_FILE as usize + 1));
    input.take(LONGEST_FILE + 1).read_to_end(&mut text).map_err(|error| failed(&error))?;
    Key::from_pem(&text).map_err(|error| failed(&error))
}

fn taken(label: &KeyLabel) -> CliError {
    CliError::Usage(format!("there is a key {label} already; zjob efz key delete {label} removes it"))
}

fn refuse_taken(store: &Store, label: &KeyLabel) -> Result<(), CliError> {
    let there = store.rsa_key(label.as_str()).map_err(SystemError::from)?;
    if there.is_some() { Err(taken(label)) } else { Ok(()) }
}

fn add(store: &Store, label: &KeyLabel, key: &Key, terminal: &Terminal<'_>) -> Result<u8, CliError> {
    let public = key.public();
    let pkcs8 = match key {
        Key::Public(_) => None,
        Key::Private(key) => Some(key.to_pkcs8()),
    };
    let kind = kind(pkcs8.is_some());
    let row = RsaKeyRow { label: label.to_string(), spki: public.to_spki(), pkcs8 };
    if !store.add_rsa_key(&row).map_err(SystemError::from)? {
        return Err(taken(label));
    }
    let (bits, print) = (public.bits(), hex(&public.fingerprint()));
    (terminal.explain)(&format!("RSA key {label} added: {bits} bits, {kind}, SHA-1 {print}"));
    Ok(0)
}

fn kind(private: bool) -> &'static str {
    if private { "private" } else { "public" }
}

fn list(store: &Store, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let rows = store.rsa_keys().map_err(SystemError::from)?;
    if rows.is_empty() {
        (terminal.explain)("no RSA keys yet; zjob efz key generate LABEL makes one");
    }
    for row in rows {
        let kind = kind(row.pkcs8.is_some());
        match PublicKey::from_spki(&row.spki) {
            Ok(key) => {
                let print = hex(&key.fingerprint());
                writeln!(terminal.out, "{:<44}  {:>4}  {kind:<7}  {print}", row.label, key.bits())?;
            }
            Err(error) => writeln!(terminal.out, "{:<44}     -  {kind:<7}  {error}", row.label)?,
        }
    }
    Ok(0)
}

fn row(store: &Store, label: &KeyLabel) -> Result<RsaKeyRow, CliError> {
    let row = store.rsa_key(label.as_str()).map_err(SystemError::from)?;
    row.ok_or_else(|| no_key(label))
}

/// A private key is not deleted by mistake.
fn confirm(label: &KeyLabel, secrets: &dyn Secrets) -> Result<(), CliError> {
    let question = format!("Delete the private key {label}? What was encrypted for it stays closed. (yes/no) ");
    match secrets.ask(&question) {
        Ok(answer) if answer.trim().eq_ignore_ascii_case("yes") => Ok(()),
        Ok(_) => Err(CliError::Usage("nothing was deleted".to_owned())),
        Err(_) => Err(CliError::Usage(format!(
            "{label} is a private key and there is no terminal to ask; zjob efz key export --private {label} -o FILE \
             keeps a copy, --force deletes without a question"
        ))),
    }
}

fn no_key(label: &KeyLabel) -> CliError {
    CliError::Usage(format!("the system has no RSA key {label}; zjob efz key list shows all"))
}

fn export(
    row: &RsaKeyRow,
    private: bool,
    output: &Path,
    force: bool,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CliError> {
    let damaged = |error: KeyError| CliError::Usage(format!("RSA key {}: {error}", row.label));
    let pem = match (&row.pkcs8, private) {
        (_, false) => Zeroizing::new(PublicKey::from_spki(&row.spki).map_err(damaged)?.to_pem()),
        (Some(pkcs8), true) => PrivateKey::from_pkcs8(pkcs8).map_err(damaged)?.to_pem(),
        (None, true) => {
            let label = &row.label;
            return Err(CliError::Usage(format!("of the RSA key {label} the system knows only the public half")));
        }
    };
    if output == Path::new("-") {
        terminal.out.write_all(pem.as_bytes())?;
        return Ok(0);
    }
    let file = if private { NewFile::create_private(output, force) } else { NewFile::create(output, force) };
    let written = file.and_then(|mut file| file.write_all(pem.as_bytes()).and_then(|()| file.keep()));
    written.map_err(|error| CliError::Usage(format!("{}: {error}", output.display())))?;
    Ok(0)
}

fn delete(store: &Store, labels: &[KeyLabel], force: bool, terminal: &Terminal<'_>) -> Result<u8, CliError> {
    for label in labels {
        let is_private = row(store, label)?.pkcs8.is_some();
        if is_private && !force {
            confirm(label, terminal.secrets)?;
        }
    }
    for label in labels {
        if !store.delete_rsa_key(label.as_str()).map_err(SystemError::from)? {
            return Err(no_key(label));
        }
        (terminal.explain)(&format!("RSA key {label} deleted"));
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::io;

    use zeroize::Zeroizing;

    use super::{KeyLabel, confirm};
    use crate::cli::Secrets;

    /// Somebody at the terminal.
    struct Answers(&'static str);

    impl Secrets for Answers {
        fn variable(&self, _: &str) -> Option<OsString> {
            None
        }

        fn prompt(&self, _: &str) -> io::Result<Zeroizing<String>> {
            Err(io::ErrorKind::NotFound.into())
        }

        fn ask(&self, question: &str) -> io::Result<String> {
            assert!(question.contains("MY.KEY"), "{question}");
            Ok(self.0.to_owned())
        }
    }

    #[test]
    fn a_private_key_is_deleted_only_after_a_whole_yes() {
        let label = KeyLabel::new("MY.KEY").expect("a label");
        for (answer, goes) in [("yes\n", true), ("YES", true), ("y\n", false), ("no\n", false), ("", false)] {
            assert_eq!(confirm(&label, &Answers(answer)).is_ok(), goes, "{answer:?}");
        }
    }
}
