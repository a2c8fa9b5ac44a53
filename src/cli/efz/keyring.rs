//! `zjob efz keyring`: the OpenPGP keys of the system, a file for each.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::hostfile::NewFile;
use super::super::openpgp::{keys_of_file, usage};
use super::super::{CliError, Here, Terminal};
use crate::openpgp::{Key, KeyRing};
use crate::system::OPENPGP_KEYS;

/// Subcommands of `zjob efz keyring`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Bring keys in: certificates of others, secret keys of one's own
    #[command(after_help = "\
Examples:
  gpg --export --armor them@example.com > them.asc && zjob efz keyring add them.asc
  gpg --export-secret-keys me@example.com > me.pgp && zjob efz keyring add me.pgp

A secret key stays locked by its passphrase; ZJOB_KEY_PASSWORD or a prompt unlocks it when it is used.")]
    Add {
        /// Key files, armored or not
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List the keys: fingerprint, secret or public, user id
    List,
    /// Delete a key
    Delete {
        /// Fingerprint, key id, or a part of the user id that no other key has
        #[arg(value_name = "KEY")]
        key: String,
    },
}

pub(super) fn execute(command: &Command, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let directory = here.system()?.home().join(OPENPGP_KEYS);
    match command {
        Command::Add { files } => files.iter().try_for_each(|file| add(file, &directory, terminal))?,
        Command::List => list(&directory, terminal)?,
        Command::Delete { key } => delete(key, &directory, terminal)?,
    }
    Ok(0)
}

fn file_of(key: &Key, directory: &Path) -> PathBuf {
    directory.join(format!("{}.pgp", key.fingerprint()))
}

fn add(file: &Path, directory: &Path, terminal: &Terminal<'_>) -> Result<(), CliError> {
    for key in keys_of_file(file)? {
        let path = file_of(&key, directory);
        let known = path.is_file().then(|| keys_of_file(&path)).transpose()?;
        if !key.is_secret() && known.is_some_and(|keys| keys.iter().any(Key::is_secret)) {
            let what = format!("{}: the secret key is here already and stays", key.name());
            (terminal.explain)(&what);
            continue;
        }
        let bytes = key.to_bytes().map_err(|error| usage(&error))?;
        let mut new = NewFile::create_private(&path, true)?;
        new.write_all(&bytes)?;
        new.keep()?;
        (terminal.explain)(&format!("OpenPGP key added: {} {}, {}", key.fingerprint(), kind(&key), key.name()));
    }
    Ok(())
}

fn kind(key: &Key) -> &'static str {
    if key.is_secret() { "secret" } else { "public" }
}

fn ring(directory: &Path) -> Result<KeyRing, CliError> {
    let mut paths =
        std::fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    let mut keys = Vec::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "pgp")) {
        keys.extend(keys_of_file(path)?);
    }
    Ok(KeyRing(keys))
}

fn list(directory: &Path, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    let ring = ring(directory)?;
    if ring.0.is_empty() {
        (terminal.explain)("no OpenPGP keys yet; zjob efz keyring add FILE brings them in");
    }
    for key in &ring.0 {
        writeln!(terminal.out, "{}  {}  {}", key.fingerprint(), kind(key), key.name())?;
    }
    Ok(())
}

fn delete(text: &str, directory: &Path, terminal: &Terminal<'_>) -> Result<(), CliError> {
    let ring = ring(directory)?;
    let key = ring.find(text).map_err(|error| usage(&error))?;
    std::fs::remove_file(file_of(key, directory))?;
    (terminal.explain)(&format!("OpenPGP key deleted: {} {}", key.fingerprint(), key.name()));
    Ok(())
}
