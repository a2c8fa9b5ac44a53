//! Passwords and keys for those who open packages: asked for when a stage needs them.

use std::cell::RefCell;

use super::super::efz::decrypt::private_key;
use super::super::openpgp::answer;
use super::super::secret::{PasswordSource, Secrets};
use super::super::{CliError, Here};
use crate::efz::{Facts, Protection};
use crate::openpgp::{Asked, Key, KeyRing, Passphrase};
use crate::package::open::EfzKey;
use crate::package::{Keys, PackageError};
use crate::system::SystemError;

/// Keys of the system and of files, passwords of the user.
pub(in crate::cli) struct AtHand<'a> {
    pub(in crate::cli) here: &'a Here<'a>,
    pub(in crate::cli) password: &'a PasswordSource,
    pub(in crate::cli) secrets: &'a dyn Secrets,
    pub(in crate::cli) ring: KeyRing,
    pub(in crate::cli) now: u32,
    /// What is worth knowing afterwards.
    pub(in crate::cli) told: RefCell<Vec<String>>,
    /// Why there was no answer to a question.
    pub(in crate::cli) failure: RefCell<Option<CliError>>,
}

impl AtHand<'_> {
    /// Keeps why the user or the environment failed; the package is not to blame.
    fn failed<T>(&self, result: Result<T, CliError>) -> Result<T, PackageError> {
        result.map_err(|error| {
            let words = error.to_string();
            *self.failure.borrow_mut() = Some(error);
            PackageError::Input(words)
        })
    }
}

impl Keys for AtHand<'_> {
    fn efz(&mut self, facts: &Facts) -> Result<EfzKey, PackageError> {
        match &facts.protection {
            Protection::Password { .. } => {
                self.failed(self.password.password(false, self.secrets)).map(EfzKey::Password)
            }
            Protection::Rsa { label, fingerprint, .. } => {
                let key = self.here.system().and_then(|system| {
                    let rows = system.store().rsa_keys().map_err(SystemError::from)?;
                    private_key(&rows, None, label, fingerprint)
                });
                self.failed(key).map(EfzKey::Rsa)
            }
        }
    }

    fn openpgp(&self) -> Vec<&Key> {
        self.ring.0.iter().collect()
    }

    fn passphrase(&self, asked: Asked<'_>) -> Result<Passphrase, PackageError> {
        self.failed(answer(asked, self.password, self.secrets))
    }

    fn now(&self) -> u32 {
        self.now
    }

    fn tell(&self, words: &str) {
        self.told.borrow_mut().push(words.to_owned());
    }
}
