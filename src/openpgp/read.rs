//! Opening a message: decrypted, its integrity and signatures checked, its size limited.
//!
//! The clear bytes go to a place that the caller keeps private until [`open`] has succeeded: with integrity
//! protection of version 1 the proof stands at the end. Whatever is found wrong inside is told in the same words,
//! so that nobody learns from them.

use std::fmt;
use std::io::{self, BufReader, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pgp::composed::{DecryptionOptions, Edata, Esk, Message, TheRing};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{DataMode, SignatureType};
use pgp::types::{KeyId, Password, Seipdv1ReadMode};

use super::key::{Key, key_id};
use super::{OpenPgpError, Passphrase};

/// Bytes moved at once.
const PIECE: usize = 256 * 1024;
/// What a message may become at least, in bytes, and how many times its size beyond that: DEFLATE reaches 1,032
/// times on data that say nothing, dumps reach 20.
const ALWAYS: u64 = 1 << 30;
const TIMES: u64 = 200;
/// Most passphrases or keys that a message may be encrypted for.
const MOST_KEYS: usize = 1000;

/// How much may come out of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// 1 GiB, or 200 times the size of the message if that is more.
    #[default]
    Usual,
    /// So many bytes.
    Bytes(u64),
    /// No limit.
    None,
}

/// What an opener is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// The passphrase of the message.
    Message,
    /// The passphrase of this secret key.
    Key(&'a Key),
}

/// Who opens a message.
pub struct Opener<'a, E> {
    /// Keys at hand: secret ones open, public ones check signatures.
    pub keys: &'a [&'a Key],
    /// Somebody who must have signed; without one a signature is checked if its key is at hand.
    pub signer: Option<&'a Key>,
    /// Gives a passphrase when it is needed.
    pub ask: &'a mut dyn FnMut(Asked<'_>) -> Result<Passphrase, E>,
    /// How much may come out.
    pub limit: Limit,
    /// Seconds since 1970, at which keys must be valid.
    pub now: u32,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// A key at hand, and the signature is valid.
    Known(String),
    /// A key that is not at hand: nothing was checked.
    Unknown(String),
}

/// A signature of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whose.
    pub signer: Signer,
    /// When, in seconds since 1970.
    pub created: Option<u32>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.signer {
            Signer::Known(name) => write!(f, "good signature of {name}"),
            Signer::Unknown(id) => write!(f, "signed by the key {id}, which is not at hand: nobody checked that"),
        }
    }
}

/// What was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Clear bytes.
    pub bytes: u64,
    /// The data are text; their line ends are LF now.
    pub text: bool,
    /// Signatures; none that is wrong.
    pub signatures: Vec<Signature>,
}

/// Why a message was not opened: the message, or the one who was asked.
#[derive(Debug)]
pub enum OpenFailure<E> {
    /// The message, its keys or the files.
    Message(OpenPgpError),
    /// There was no answer.
    Asked(E),
}

impl<E> From<OpenPgpError> for OpenFailure<E> {
    fn from(error: OpenPgpError) -> Self {
        Self::Message(error)
    }
}

/// Opens a message and writes its clear bytes to `out`. They are to be believed only if this succeeds.
pub fn open<E>(
    mut opener: Opener<'_, E>,
    input: impl Read + Send,
    out: &mut dyn Write,
) -> Result<Opened, OpenFailure<E>> {
    let watch = Watch::default();
    let source = BufReader::with_capacity(PIECE, Source { input, watch: watch.clone() });
    let told = |error| watch.failure().map_or(error, OpenPgpError::Io);
    let message = Message::from_reader(source).map_err(|_| told(OpenPgpError::NotAMessage))?.0;
    let message = decrypt(message, &mut opener, &watch)?;
    let mut message = unwrapped(message).map_err(told)?;
    let text = match message.literal_data_header().map(pgp::packet::LiteralDataHeader::mode) {
        Some(DataMode::Text | DataMode::Utf8) => true,
        Some(_) => false,
        None => return Err(OpenPgpError::Damaged.into()),
    };
    let bytes = release(&mut message, text, opener.limit, &watch, out)?;
    let signatures = signatures(&message, &opener)?;
    Ok(Opened { bytes, text, signatures })
}

/// Finds the key of the message and starts to decrypt.
fn decrypt<'m, E>(
    message: Message<'m>,
    opener: &mut Opener<'_, E>,
    watch: &Watch,
) -> Result<Message<'m>, OpenFailure<E>> {
    let Message::Encrypted { esk, edata, .. } = &message else { return Err(OpenPgpError::NotAMessage.into()) };
    if matches!(edata, Edata::SymEncryptedData { .. }) {
        return Err(OpenPgpError::Unprotected.into());
    }
    if esk.len() > MOST_KEYS {
        return Err(OpenPgpError::Unsupported("too many keys").into());
    }
    let secret = opener.keys.iter().copied().find(|key| key.is_secret() && esk.iter().any(|esk| is_for(esk, key)));
    let by_passphrase = esk.iter().any(|esk| matches!(esk, Esk::SymKeyEncryptedSessionKey(_))) || esk.is_empty();
    let none = Password::empty();
    let options = DecryptionOptions::new().enable_gnupg_aead().set_seipdv1_read_mode(Seipdv1ReadMode::Streaming);
    let failure = |otherwise| watch.failure().map_or(otherwise, OpenPgpError::Io);
    if let Some(key) = secret {
        let locked = key.is_locked();
        let passphrase = if locked { Some((opener.ask)(Asked::Key(key)).map_err(OpenFailure::Asked)?) } else { None };
        if passphrase.as_ref().is_some_and(|passphrase| !key.is_opened_by(passphrase)) {
            return Err(OpenPgpError::WrongKeyPassphrase(key.name()).into());
        }
        let password = passphrase.as_ref().map_or(none, Passphrase::to_password);
        let ring = TheRing {
            secret_keys: key.secret.iter().collect(),
            key_passwords: vec![&password],
            decrypt_options: options,
            ..TheRing::default()
        };
        let decrypted = message.decrypt_the_ring(ring, true);
        return Ok(decrypted.map_err(|_| failure(OpenPgpError::Damaged))?.0);
    }
    if !by_passphrase {
        return Err(OpenPgpError::NoKey(recipients(esk)).into());
    }
    let passphrase = (opener.ask)(Asked::Message).map_err(OpenFailure::Asked)?;
    let password = passphrase.to_password();
    let ring = TheRing { message_password: vec![&password], decrypt_options: options, ..TheRing::default() };
    let decrypted = message.decrypt_the_ring(ring, true);
    Ok(decrypted.map_err(|_| failure(OpenPgpError::WrongPassphrase))?.0)
}

/// True if the session key is encrypted for a part of this key, or for somebody who is not named.
fn is_for(esk: &Esk, key: &Key) -> bool {
    let Esk::PublicKeyEncryptedSessionKey(esk) = esk else { return false };
    let unnamed = esk.id().is_ok_and(KeyId::is_wildcard);
    unnamed
        || esk.match_identity(&key.public.primary_key)
        || key.public.public_subkeys.iter().any(|sub| esk.match_identity(&sub.key))
}

/// The key ids that a message is encrypted for.
fn recipients(esk: &[Esk]) -> String {
    let id = |esk: &Esk| match esk {
        Esk::PublicKeyEncryptedSessionKey(esk) => esk
            .id()
            .ok()
            .map(|id| key_id(*id))
            .or_else(|| esk.fingerprint().ok().flatten().map(|print| super::key::hex(print.as_bytes()))),
        Esk::SymKeyEncryptedSessionKey(_) => None,
    };
    esk.iter().filter_map(id).take(8).collect::<Vec<_>>().join(", ")
}

/// Takes one layer of compression off. More of them are a bomb, and nobody writes them.
fn unwrapped(message: Message<'_>) -> Result<Message<'_>, OpenPgpError> {
    let damaged = |_| OpenPgpError::Damaged;
    let message = if is_compressed(&message) { message.decompress().map_err(damaged)? } else { message };
    match innermost(&message) {
        Message::Literal { .. } => Ok(message),
        Message::Compressed { .. } => Err(OpenPgpError::Unsupported("compressed data inside compressed data")),
        Message::Encrypted { .. } => Err(OpenPgpError::Unsupported("another encrypted message")),
        Message::Signed { .. } => Err(OpenPgpError::Unsupported("a signature inside a signature")),
    }
}

fn innermost<'a, 'm>(message: &'a Message<'m>) -> &'a Message<'m> {
    match message {
        Message::Signed { reader, .. } => reader.get_ref(),
        other => other,
    }
}

fn is_compressed(message: &Message<'_>) -> bool {
    innermost(message).is_compressed()
}

/// Writes the clear bytes. Reading to the end is what checks the integrity.
fn release(
    message: &mut Message<'_>,
    text: bool,
    limit: Limit,
    watch: &Watch,
    out: &mut dyn Write,
) -> Result<u64, OpenPgpError> {
    let mut piece = vec![0; PIECE];
    let (mut bytes, mut lines) = (0, Lines::default());
    loop {
        let read = match message.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(watch.failure().map_or(OpenPgpError::Damaged, OpenPgpError::Io)),
        };
        bytes += read as u64;
        let most = match limit {
            Limit::Usual => ALWAYS.max(watch.read.load(Ordering::Relaxed).saturating_mul(TIMES)),
            Limit::Bytes(most) => most,
            Limit::None => u64::MAX,
        };
        if bytes > most {
            return Err(OpenPgpError::TooMuch(most));
        }
        if text { lines.write(&piece[..read], out)? } else { out.write_all(&piece[..read])? }
    }
    lines.end(out)?;
    Ok(bytes)
}

/// Makes CR LF to LF.
#[derive(Default)]
struct Lines {
    held: bool,
}

impl Lines {
    fn write(&mut self, bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
        for line in bytes.split_inclusive(|&byte| byte == b'\r' || byte == b'\n') {
            if std::mem::take(&mut self.held) && line != b"\n" {
                out.write_all(b"\r")?;
            }
            match line.strip_suffix(b"\r") {
                Some(front) => {
                    self.held = true;
                    out.write_all(front)?;
                }
                None => out.write_all(line)?,
            }
        }
        Ok(())
    }

    fn end(self, out: &mut dyn Write) -> io::Result<()> {
        if self.held { out.write_all(b"\r") } else { Ok(()) }
    }
}

/// Checks every signature whose key is at hand.
fn signatures<E>(message: &Message<'_>, opener: &Opener<'_, E>) -> Result<Vec<Signature>, OpenPgpError> {
    let Message::Signed { reader, .. } = message else {
        return opener.signer.map_or(Ok(Vec::new()), |key| Err(OpenPgpError::NotSigned(key.name())));
    };
    let mut found = Vec::new();
    let mut wanted_seen = opener.signer.is_none();
    for at in 0..reader.num_signatures() {
        let Some(signature) = reader.signature(at) else { return Err(OpenPgpError::Damaged) };
        let known = opener.signer.iter().chain(opener.keys).find_map(|key| {
            let verifier = key.verifier(signature, opener.now)?;
            Some((*key, verifier))
        });
        let Some((key, verifier)) = known else {
            let id = signature.issuer_key_id().first().map_or_else(|| "unknown".to_owned(), |id| key_id(**id));
            found.push(Signature { signer: Signer::Unknown(id), created: created(signature) });
            continue;
        };
        let fits = matches!(signature.typ(), Some(SignatureType::Binary | SignatureType::Text))
            && signature.hash_alg() != Some(HashAlgorithm::Md5)
            && !has_expired(signature, opener.now);
        if !fits || message.verify_nested_explicit(at, verifier).is_err() {
            return Err(OpenPgpError::BadSignature(key.name()));
        }
        wanted_seen |= opener.signer.is_some_and(|wanted| wanted.fingerprint() == key.fingerprint());
        found.push(Signature { signer: Signer::Known(key.name()), created: created(signature) });
    }
    match opener.signer {
        Some(key) if !wanted_seen => Err(OpenPgpError::NotSigned(key.name())),
        _ => Ok(found),
    }
}

fn created(signature: &pgp::packet::Signature) -> Option<u32> {
    signature.created().map(pgp::types::Timestamp::as_secs)
}

fn has_expired(signature: &pgp::packet::Signature, now: u32) -> bool {
    let lasts = signature.signature_expiration_time().map_or(0, pgp::types::Duration::as_secs);
    let created = created(signature).unwrap_or(0);
    lasts != 0 && u64::from(created) + u64::from(lasts) <= u64::from(now)
}

/// What happened while the message was read.
#[derive(Clone, Default)]
struct Watch {
    read: Arc<AtomicU64>,
    failed: Arc<Mutex<Option<io::Error>>>,
}

impl Watch {
    /// The failure of the input, where that is why the crate gave up.
    fn failure(&self) -> Option<io::Error> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The input, watched.
struct Source<R> {
    input: R,
    watch: Watch,
}

impl<R> fmt::Debug for Source<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.input.read(buffer) {
            Ok(read) => {
                self.watch.read.fetch_add(read as u64, Ordering::Relaxed);
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                *self.watch.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Err(kind.into())
            }
        }
    }
}
