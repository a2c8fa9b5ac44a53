//! OpenPGP on the command line: which keys and passphrases, which ciphers.
//!
//! Border: arguments, files of keys, the system's directory of keys, questions at the terminal. Messages are known
//! to `openpgp`.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::secret::{PasswordSource, Secrets, key_passphrase};
use super::{CliError, Here};
use crate::openpgp::{
    Asked, Cipher, Compression, Digest, Key, KeyRing, LONGEST_KEY_FILE, OpenPgpError, Passphrase, Sealing, read_keys,
};

/// How a message is written.
#[derive(Debug, Clone, clap::Args)]
pub struct Writing {
    /// Encrypt for the owner of this key: a file, or what names a key of the system (address, key id, fingerprint)
    #[arg(long, value_name = "KEY", requires = "openpgp")]
    pub recipient: Vec<String>,
    /// Sign with this secret key
    #[arg(long, value_name = "KEY", requires = "openpgp")]
    pub sign: Option<String>,
    /// Cipher of the message
    #[arg(long, value_enum, default_value_t = CipherName::Aes256, requires = "openpgp")]
    pub cipher: CipherName,
    /// Digest that makes a key of a passphrase, and that is signed
    #[arg(long, value_enum, default_value_t = DigestName::Sha256, requires = "openpgp")]
    pub digest: DigestName,
}

/// Ciphers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CipherName {
    /// Triple DES.
    #[value(name = "3des", alias = "tdes")]
    TripleDes,
    /// AES, 128 bits.
    Aes128,
    /// AES, 192 bits.
    Aes192,
    /// AES, 256 bits.
    Aes256,
}

/// Compressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompressionName {
    /// Raw DEFLATE.
    Zip,
    /// DEFLATE with a check sum.
    Zlib,
    /// None.
    None,
}

/// Digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DigestName {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl From<CipherName> for Cipher {
    fn from(name: CipherName) -> Self {
        match name {
            CipherName::TripleDes => Self::TripleDes,
            CipherName::Aes128 => Self::Aes128,
            CipherName::Aes192 => Self::Aes192,
            CipherName::Aes256 => Self::Aes256,
        }
    }
}

impl From<CompressionName> for Compression {
    fn from(name: CompressionName) -> Self {
        match name {
            CompressionName::Zip => Self::Zip,
            CompressionName::Zlib => Self::Zlib,
            CompressionName::None => Self::None,
        }
    }
}

impl From<DigestName> for Digest {
    fn from(name: DigestName) -> Self {
        match name {
            DigestName::Sha256 => Self::Sha256,
            DigestName::Sha512 => Self::Sha512,
        }
    }
}

/// Everything that messages need, asked for once.
pub struct Letter {
    keys: KeyRing,
    /// How many of the keys are recipients; a signer comes behind them.
    recipients: usize,
    signs: bool,
    passphrase: Option<Passphrase>,
    signer_passphrase: Option<Passphrase>,
    cipher: Cipher,
    compression: Compression,
    digest: Digest,
    now: u32,
}

impl Letter {
    /// Finds the keys and asks for passphrases: that of the message if nobody is named who shall read it.
    pub fn new(
        writing: &Writing,
        password: &PasswordSource,
        compression: Compression,
        (here, now): (&Here<'_>, u32),
        secrets: &dyn Secrets,
    ) -> Result<Self, CliError> {
        let mut keys = Vec::new();
        for text in &writing.recipient {
            keys.push(find_key(text, here, false)?);
        }
        let recipients = keys.len();
        let with_password = password.password_file.is_some() || recipients == 0;
        let passphrase = with_password.then(|| password.passphrase(true, secrets)).transpose()?;
        let mut signer_passphrase = None;
        if let Some(text) = &writing.sign {
            let key = find_key(text, here, true)?;
            if key.is_locked() {
                let given = key_passphrase(&key.name(), secrets)?;
                if !key.is_opened_by(&given) {
                    return Err(usage(&OpenPgpError::WrongKeyPassphrase(key.name())));
                }
                signer_passphrase = Some(given);
            }
            keys.push(key);
        }
        Ok(Self {
            keys: KeyRing(keys),
            recipients,
            signs: writing.sign.is_some(),
            passphrase,
            signer_passphrase,
            cipher: writing.cipher.into(),
            compression,
            digest: writing.digest.into(),
            now,
        })
    }

    /// How a message is sealed.
    pub fn sealing(&self, armor: bool, text: bool) -> Sealing<'_> {
        let (recipients, signer) = self.keys.0.split_at(self.recipients);
        Sealing {
            passphrase: self.passphrase.as_ref(),
            recipients: recipients.iter().collect(),
            signer: signer.first().filter(|_| self.signs).map(|key| (key, self.signer_passphrase.as_ref())),
            cipher: self.cipher,
            compression: self.compression,
            digest: self.digest,
            armor,
            text,
            now: self.now,
        }
    }
}

/// Which keys open messages.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Reading {
    /// OpenPGP key file, secret or public, to open a message or to check its signature; the keys of the system are
    /// at hand anyway
    #[arg(long, value_name = "FILE")]
    pub key: Vec<PathBuf>,
    /// The message must be signed by this key: a file, or what names a key of the system
    #[arg(long, value_name = "KEY")]
    pub signer: Option<String>,
}

impl Reading {
    /// The keys at hand: those of the files first, then those of the system.
    pub fn keys(&self, here: &Here<'_>) -> Result<KeyRing, CliError> {
        let mut keys = Vec::new();
        for path in &self.key {
            keys.extend(keys_of_file(path)?);
        }
        keys.extend(system_keys(here)?.0);
        Ok(KeyRing(keys))
    }

    /// Who must have signed.
    pub fn signer(&self, here: &Here<'_>) -> Result<Option<Key>, CliError> {
        self.signer.as_ref().map(|text| find_key(text, here, false)).transpose()
    }
}

/// Answers a question for a passphrase.
pub fn answer(asked: Asked<'_>, password: &PasswordSource, secrets: &dyn Secrets) -> Result<Passphrase, CliError> {
    match asked {
        Asked::Message => password.passphrase(false, secrets),
        Asked::Key(key) => key_passphrase(&key.name(), secrets),
    }
}

/// The key that `text` means: the first one of a file, or one of the system.
fn find_key(text: &str, here: &Here<'_>, secret: bool) -> Result<Key, CliError> {
    let path = Path::new(text);
    let found = if path.is_file() {
        let keys = keys_of_file(path)?;
        keys.into_iter().find(|key| key.is_secret() || !secret)
    } else {
        let mut keys = system_keys(here)?;
        keys.0.retain(|key| key.is_secret() || !secret);
        let print = keys.find(text).map(Key::fingerprint).map_err(|error| {
            CliError::Usage(format!("{error}; name a file, or bring it in with zjob efz keyring add FILE"))
        })?;
        keys.0.into_iter().find(|key| key.fingerprint() == print)
    };
    found.ok_or_else(|| CliError::Usage(format!("{text}: there is no secret key in it, and only one can sign")))
}

/// The keys in a file.
pub fn keys_of_file(path: &Path) -> Result<Vec<Key>, CliError> {
    let wrong = |what: &dyn std::fmt::Display| CliError::Usage(format!("{}: {what}", path.display()));
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    let file = File::open(path).map_err(|error| wrong(&error))?;
    file.take(LONGEST_KEY_FILE + 1).read_to_end(&mut bytes).map_err(|error| wrong(&error))?;
    if bytes.len() as u64 > LONGEST_KEY_FILE {
        return Err(wrong(&"this is too long for a file of keys"));
    }
    read_keys(&bytes).map_err(|error| wrong(&error))
}

/// The OpenPGP keys of the system, secret ones first.
fn system_keys(here: &Here<'_>) -> Result<KeyRing, CliError> {
    let directory = here.home()?.join(crate::system::OPENPGP_KEYS);
    let mut keys = Vec::new();
    let Ok(entries) = fs::read_dir(&directory) else { return Ok(KeyRing(keys)) };
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths.iter().filter(|path| path.is_file()) {
        keys.extend(keys_of_file(path)?);
    }
    keys.sort_by_key(|key| !key.is_secret());
    Ok(KeyRing(keys))
}

/// An error of a message as one of the command.
pub fn usage(error: &OpenPgpError) -> CliError {
    CliError::Usage(error.to_string())
}
