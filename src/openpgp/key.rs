//! Keys: certificates of others and secret keys of one's own, and which of their parts may do what.
//!
//! Border: key files in, usable parts out. A part is usable only if its self-signatures are valid, it is not
//! revoked and has not expired.

use pgp::composed::{PublicOrSecret, SignedPublicKey, SignedSecretKey};
use pgp::packet::{PublicKey, PublicSubkey, Signature, SignatureType};
use pgp::types::{Fingerprint, KeyDetails, KeyId, SigningKey, Tag, VerifyingKey};

use super::{OpenPgpError, Passphrase};

/// Longest file of keys that is read, in bytes.
pub const LONGEST_KEY_FILE: u64 = 4 << 20;
/// Most keys in one file.
const MOST_KEYS: usize = 1000;

/// A key: somebody's certificate, with the secret parts or without.
pub struct Key {
    pub(super) public: SignedPublicKey,
    pub(super) secret: Option<SignedSecretKey>,
}

impl std::fmt::Debug for Key {
    /// Names the key only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key {}", self.name())
    }
}

/// A part of a key that data can be encrypted for.
pub(super) enum Recipient<'k> {
    Primary(&'k PublicKey),
    Sub(&'k PublicSubkey),
}

/// What the newest valid self-signature says of a part.
struct Standing<'k> {
    signature: &'k Signature,
}

impl Standing<'_> {
    fn expired(&self, created: u32, now: u32) -> bool {
        let lasts = self.signature.key_expiration_time().map_or(0, pgp::types::Duration::as_secs);
        lasts != 0 && u64::from(created) + u64::from(lasts) <= u64::from(now)
    }

    fn may_encrypt(&self) -> bool {
        let flags = self.signature.key_flags();
        flags.encrypt_comms() || flags.encrypt_storage()
    }

    fn may_sign(&self) -> bool {
        self.signature.key_flags().sign()
    }

    /// Old keys say nothing of what they may do.
    fn says_nothing(&self) -> bool {
        let flags = self.signature.key_flags();
        !(self.may_encrypt() || self.may_sign() || flags.certify() || flags.authentication())
    }
}

impl Key {
    /// The first user id, without control characters, and the key id.
    pub fn name(&self) -> String {
        let user = self.public.details.users.first().map(|user| String::from_utf8_lossy(user.id.id()).into_owned());
        let user: String = user.unwrap_or_default().chars().filter(|c| !c.is_control()).take(128).collect();
        let id = key_id(self.public.primary_key.legacy_key_id());
        if user.is_empty() { id } else { format!("{user} ({id})") }
    }

    /// The fingerprint of the primary key, in upper case digits.
    pub fn fingerprint(&self) -> String {
        hex(self.public.primary_key.fingerprint().as_bytes())
    }

    /// The key as a file, not armored. Secret parts stay locked as they are.
    pub fn to_bytes(&self) -> Result<zeroize::Zeroizing<Vec<u8>>, OpenPgpError> {
        use pgp::ser::Serialize;
        let bytes = match &self.secret {
            Some(key) => key.to_bytes(),
            None => self.public.to_bytes(),
        };
        bytes.map(zeroize::Zeroizing::new).map_err(|error| OpenPgpError::Key(error.to_string()))
    }

    /// True if the secret parts are there.
    pub fn is_secret(&self) -> bool {
        self.secret.is_some()
    }

    /// True if `text` means this key: its fingerprint or key id in digits, or a part of a user id such as an
    /// address.
    pub fn is_meant_by(&self, text: &str) -> bool {
        let digits: String = text.trim_start_matches("0x").chars().filter(|c| *c != ' ').collect();
        let is_id = digits.len() >= 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parts = std::iter::once(self.public.primary_key.fingerprint())
            .chain(self.public.public_subkeys.iter().map(|sub| sub.key.fingerprint()));
        if is_id {
            let digits = digits.to_ascii_uppercase();
            return parts.map(|print| hex(print.as_bytes())).any(|print| print.ends_with(&digits));
        }
        let wanted = text.to_lowercase();
        let users = &self.public.details.users;
        !wanted.is_empty()
            && users.iter().any(|user| String::from_utf8_lossy(user.id.id()).to_lowercase().contains(&wanted))
    }

    /// The newest valid self-signature over the primary key; `None` if it is revoked or nothing is valid.
    fn primary_standing(&self) -> Option<Standing<'_>> {
        let (primary, details) = (&self.public.primary_key, &self.public.details);
        if details.revocation_signatures.iter().any(|signature| signature.verify_key(primary).is_ok()) {
            return None;
        }
        let users = details.users.iter().flat_map(|user| {
            let valid = |signature: &&Signature| {
                signature.is_certification() && signature.verify_certification(primary, Tag::UserId, &user.id).is_ok()
            };
            user.signatures.iter().filter(valid)
        });
        let direct = details.direct_signatures.iter().filter(|signature| signature.verify_key(primary).is_ok());
        let signature = users.chain(direct).max_by_key(|signature| signature.created())?;
        Some(Standing { signature })
    }

    /// The subkeys that are bound and not revoked, with the newest of their bindings.
    fn subkeys(&self) -> impl Iterator<Item = (usize, &PublicSubkey, Standing<'_>)> {
        let primary = &self.public.primary_key;
        self.public.public_subkeys.iter().enumerate().filter_map(move |(at, sub)| {
            let valid = |kind| {
                sub.signatures.iter().filter(move |signature| {
                    signature.typ() == Some(kind) && signature.verify_subkey_binding(primary, &sub.key).is_ok()
                })
            };
            if valid(SignatureType::SubkeyRevocation).next().is_some() {
                return None;
            }
            let signature = valid(SignatureType::SubkeyBinding).max_by_key(|signature| signature.created())?;
            Some((at, &sub.key, Standing { signature }))
        })
    }

    /// The primary key, unless it has expired or is revoked.
    fn live_primary(&self, now: u32) -> Result<Standing<'_>, OpenPgpError> {
        let wrong = |what: &str| OpenPgpError::Key(format!("the key {} {what}", self.name()));
        let standing = self.primary_standing().ok_or_else(|| wrong("is revoked, or not signed by itself"))?;
        if standing.expired(self.public.primary_key.created_at().as_secs(), now) {
            return Err(wrong("has expired"));
        }
        Ok(standing)
    }

    /// The part that data are encrypted for at the time `now`, in seconds since 1970.
    pub(super) fn recipient(&self, now: u32) -> Result<Recipient<'_>, OpenPgpError> {
        let standing = self.live_primary(now)?;
        let fits = |(_, key, standing): &(usize, &PublicSubkey, Standing<'_>)| {
            standing.may_encrypt() && !standing.expired(key.created_at().as_secs(), now)
        };
        let newest = self.subkeys().filter(fits).max_by_key(|(_, key, _)| key.created_at());
        if let Some((_, key, _)) = newest {
            return Ok(Recipient::Sub(key));
        }
        let primary = &self.public.primary_key;
        if primary.algorithm().can_encrypt() && (standing.may_encrypt() || standing.says_nothing()) {
            return Ok(Recipient::Primary(primary));
        }
        Err(OpenPgpError::Key(format!("the key {} has no part that can encrypt", self.name())))
    }

    /// The secret part that signs at the time `now`.
    pub(super) fn signer(&self, now: u32) -> Result<&dyn SigningKey, OpenPgpError> {
        let standing = self.live_primary(now)?;
        let wrong = |what: &str| OpenPgpError::Key(format!("the key {} {what}", self.name()));
        let secret = self.secret.as_ref().ok_or_else(|| wrong("is a public key, which cannot sign"))?;
        let subkey = self
            .signing_subkeys(now)
            .find_map(|key| secret.secret_subkeys.iter().find(|sub| sub.key.fingerprint() == key.fingerprint()));
        if let Some(sub) = subkey {
            return Ok(&sub.key);
        }
        if standing.may_sign() || standing.says_nothing() {
            return Ok(&secret.primary_key);
        }
        Err(wrong("has no part that can sign"))
    }

    /// Subkeys that sign, newest first, each with the proof that it belongs to this key by its own will.
    fn signing_subkeys(&self, now: u32) -> impl Iterator<Item = &PublicSubkey> {
        let primary = &self.public.primary_key;
        let mut found: Vec<_> = self
            .subkeys()
            .filter(|(_, key, standing)| {
                let back = standing.signature.embedded_signature();
                standing.may_sign()
                    && !standing.expired(key.created_at().as_secs(), now)
                    && back.is_some_and(|back| back.verify_primary_key_binding(key, primary).is_ok())
            })
            .map(|(_, key, _)| key)
            .collect();
        found.sort_by_key(|key| std::cmp::Reverse(key.created_at()));
        found.into_iter()
    }

    /// The part that made `signature`, if it belongs to this key and could sign at the time `now`.
    pub(super) fn verifier(&self, signature: &Signature, now: u32) -> Option<&dyn VerifyingKey> {
        let standing = self.live_primary(now).ok()?;
        let primary = &self.public.primary_key;
        if issued_by(signature, primary) && (standing.may_sign() || standing.says_nothing()) {
            return Some(primary);
        }
        let sub = self.signing_subkeys(now).find(|key| issued_by(signature, *key))?;
        Some(sub)
    }

    /// True if the secret parts are locked by a passphrase.
    pub fn is_locked(&self) -> bool {
        self.secret.as_ref().is_some_and(|key| {
            key.primary_key.secret_params().is_encrypted()
                || key.secret_subkeys.iter().any(|sub| sub.key.secret_params().is_encrypted())
        })
    }

    /// True if the passphrase opens the secret parts.
    pub fn is_opened_by(&self, passphrase: &Passphrase) -> bool {
        let password = passphrase.to_password();
        self.secret.as_ref().is_some_and(|key| match key.secret_subkeys.first() {
            // Keys without their primary secret are usual; any part tells.
            Some(sub) if sub.key.secret_params().is_encrypted() => {
                matches!(sub.key.unlock(&password, |_, _| Ok(())), Ok(Ok(())))
            }
            _ => matches!(key.primary_key.unlock(&password, |_, _| Ok(())), Ok(Ok(()))),
        })
    }
}

/// True if the signature names this part as the one that made it.
fn issued_by(signature: &Signature, key: &dyn KeyDetails) -> bool {
    let prints: Vec<&Fingerprint> = signature.issuer_fingerprint();
    if prints.is_empty() {
        return signature.issuer_key_id().iter().any(|id| **id == key.legacy_key_id());
    }
    prints.iter().any(|print| **print == key.fingerprint())
}

/// A key id in digits.
pub(super) fn key_id(id: KeyId) -> String {
    hex(id.as_ref())
}

/// Bytes as upper case digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // A String takes everything that is written to it.
        let _ = write!(digits, "{byte:02X}");
        digits
    })
}

/// The keys in a file, armored or not.
pub fn read_keys(bytes: &[u8]) -> Result<Vec<Key>, OpenPgpError> {
    let wrong = |what: String| OpenPgpError::Key(what);
    let (keys, _) =
        PublicOrSecret::from_reader_many(bytes).map_err(|error| wrong(format!("this is no OpenPGP key: {error}")))?;
    let mut found = Vec::new();
    for key in keys.take(MOST_KEYS) {
        let key = key.map_err(|error| wrong(format!("the OpenPGP key is damaged: {error}")))?;
        found.push(match key {
            PublicOrSecret::Public(public) => Key { public, secret: None },
            PublicOrSecret::Secret(secret) => Key { public: secret.to_public_key(), secret: Some(secret) },
        });
    }
    if found.is_empty() { Err(wrong("there is no OpenPGP key in it".to_owned())) } else { Ok(found) }
}

/// Keys that are at hand.
#[derive(Debug, Default)]
pub struct KeyRing(pub Vec<Key>);

impl KeyRing {
    /// The one key that `text` means.
    pub fn find(&self, text: &str) -> Result<&Key, OpenPgpError> {
        let mut found = self.0.iter().filter(|key| key.is_meant_by(text));
        match (found.next(), found.next()) {
            (Some(key), None) => Ok(key),
            (Some(one), Some(other)) if one.fingerprint() == other.fingerprint() => Ok(one),
            (Some(one), Some(other)) => {
                let what = format!("{text} means more than one key: {} and {}", one.name(), other.name());
                Err(OpenPgpError::Key(what))
            }
            (None, _) => Err(OpenPgpError::Key(format!("there is no OpenPGP key {text}"))),
        }
    }
}
