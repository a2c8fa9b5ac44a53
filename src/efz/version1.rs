//! Reads "ZEFZ version 1".
//!
//! Border: the two passes of [`super::layout`] over header, ciphertext and trailer. Bytes behind the end of the
//! file (fill of a fixed-length data set) do not count.

use std::ops::ControlFlow;

use hmac::Mac;
use subtle::ConstantTimeEq;

use super::CHUNK;
use super::chain::Decryptor;
use super::deflate::Unpacker;
use super::frame::Frames;
use super::header::{Header, HeaderError, KeySource, TRAILER, VERSION, WrappedKey};
use super::key::PrivateKey;
use super::layout::{
    CheckPass, CheckedFile, Damage, Facts, Layout, OpenPass, Protection, Recognition, Secret, TakeRecord,
};
use super::secret::{Authenticator, Keys, trailer};

/// The layout.
pub(super) struct Version1;

impl Layout for Version1 {
    fn recognize(&self, start: &[u8]) -> Recognition {
        match Header::claims(start) {
            Ok(true) => Recognition::Yes,
            Ok(false) => Recognition::NotYet,
            Err(error) => Recognition::No(error),
        }
    }

    fn facts(&self, start: &[u8]) -> Result<Option<Facts>, HeaderError> {
        match Header::announced(start)? {
            Some(length) if length <= start.len() => Ok(Some(facts(&Header::read(start)?))),
            _ => Ok(None),
        }
    }

    fn check<'s>(&self, secret: Secret<'s>) -> Box<dyn CheckPass + 's> {
        Box::new(FirstPass { secret, start: Vec::new(), body: None, found: 0 })
    }
}

fn facts(header: &Header) -> Facts {
    let (protection, secure_key) = match &header.key {
        KeySource::Password { iterations, .. } => (Protection::Password { iterations: *iterations }, false),
        KeySource::Rsa(key) => {
            let rsa = Protection::Rsa {
                label: key.label.to_string(),
                bits: key.wrapped.len() * 8,
                fingerprint: key.fingerprint.to_vec(),
            };
            (rsa, key.secure)
        }
    };
    Facts {
        layout: "ZEFZ",
        version: VERSION,
        protection,
        cipher: header.cipher,
        secure_key,
        integrity: header.integrity,
        compressed: header.compressed,
        attributes: header.attributes,
        description: header.description.text(),
        header: header.length() as u64,
        ciphertext: header.ciphertext(),
        file: header.file(),
    }
}

/// The keys of the file, if `secret` is the right one.
fn unlock(header: &Header, secret: Secret<'_>) -> Result<Keys, Damage> {
    match (&header.key, secret) {
        (KeySource::Password { iterations, salt }, Secret::Password(password)) => {
            let keys = Keys::from_password(password, header.cipher, salt, *iterations);
            if fits(&keys, header) { Ok(keys) } else { Err(Damage::WrongPassword) }
        }
        (KeySource::Rsa(wrapped), Secret::Rsa(key)) => unwrap(header, wrapped, key),
        (KeySource::Password { .. }, Secret::Rsa(_)) => Err(Damage::NeedsPassword),
        (KeySource::Rsa(wrapped), Secret::Password(_)) => Err(Damage::NeedsRsaKey { label: wrapped.label.to_string() }),
    }
}

fn unwrap(header: &Header, wrapped: &WrappedKey, key: &PrivateKey) -> Result<Keys, Damage> {
    if key.public().fingerprint() != wrapped.fingerprint {
        return Err(Damage::OtherRsaKey { label: wrapped.label.to_string() });
    }
    let clear = key.unwrap_key(wrapped.padding, &wrapped.wrapped);
    let keys = clear.map(|clear| Keys::from_wrapped(header.cipher, &clear));
    keys.filter(|keys| fits(keys, header)).ok_or(Damage::WrappedKey)
}

fn fits(keys: &Keys, header: &Header) -> bool {
    keys.check().ct_eq(&header.key_check).into()
}

/// The first pass.
struct FirstPass<'s> {
    secret: Secret<'s>,
    start: Vec<u8>,
    body: Option<CheckedBody>,
    found: u64,
}

impl FirstPass<'_> {
    /// Takes bytes of the header until it is complete; gives the rest.
    fn start<'a>(&mut self, mut bytes: &'a [u8]) -> Result<&'a [u8], Damage> {
        while !bytes.is_empty() && self.body.is_none() {
            let wanted = Header::announced(&self.start)?.unwrap_or(self.start.len() + 1);
            bytes = fill(&mut self.start, wanted, bytes);
            if Header::announced(&self.start)? == Some(self.start.len()) {
                self.body = Some(CheckedBody::new(&self.start, self.secret)?);
            }
        }
        Ok(bytes)
    }
}

impl CheckPass for FirstPass<'_> {
    fn feed(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        self.found += bytes.len() as u64;
        let rest = self.start(bytes)?;
        self.body.as_mut().map_or(Ok(()), |body| body.feed(rest))
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn CheckedFile>, Damage> {
        let Some(body) = self.body else {
            Header::read(&self.start)?;
            return Err(HeaderError::Cut(self.start.len()).into());
        };
        let expected = body.header.file();
        if self.found < expected {
            return Err(Damage::Truncated { expected, found: self.found });
        }
        Ok(Box::new(body.finish()?))
    }
}

/// What the first pass does behind the header.
struct CheckedBody {
    header: Header,
    keys: Keys,
    /// Computes what the trailer must be.
    authenticator: Authenticator,
    ciphertext_left: u64,
    trailer: Vec<u8>,
    /// Where the header announces no trailer, the records themselves are looked at.
    records: Option<Body>,
}

impl CheckedBody {
    fn new(start: &[u8], secret: Secret<'_>) -> Result<Self, Damage> {
        let header = Header::read(start)?;
        let keys = unlock(&header, secret)?;
        Ok(Self {
            // The code covers the bytes as they came, not as this version would write them.
            authenticator: keys.authenticator().chain_update(Header::announcing_trailer(start)),
            ciphertext_left: header.ciphertext(),
            trailer: Vec::with_capacity(TRAILER),
            records: (!header.integrity).then(|| Body::new(&header, &keys)),
            header,
            keys,
        })
    }

    fn feed(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        let (ciphertext, behind) = split(bytes, self.ciphertext_left);
        self.authenticator.update(ciphertext);
        self.ciphertext_left -= ciphertext.len() as u64;
        if self.ciphertext_left == 0 {
            fill(&mut self.trailer, TRAILER, behind);
        }
        let forget = &mut |_: &[u8]| ControlFlow::Continue(());
        self.records.as_mut().map_or(Ok(()), |records| records.feed(ciphertext, forget).map(|_| ()))
    }

    fn finish(self) -> Result<Checked, Damage> {
        let genuine = bool::from(trailer(self.authenticator).ct_eq(&self.trailer));
        // A genuine trailer that the header does not announce tells of a damaged flag.
        if genuine != self.header.integrity {
            return Err(Damage::Altered);
        }
        if let Some(records) = self.records {
            records.finish()?;
        }
        Ok(Checked { facts: facts(&self.header), header: self.header, keys: self.keys })
    }
}

/// A file that has passed its check.
struct Checked {
    facts: Facts,
    header: Header,
    keys: Keys,
}

impl CheckedFile for Checked {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn open(&self) -> Box<dyn OpenPass> {
        Box::new(SecondPass {
            header_left: self.facts.header,
            found: 0,
            expected: self.facts.file,
            body: Body::new(&self.header, &self.keys),
        })
    }
}

/// The second pass.
struct SecondPass {
    header_left: u64,
    found: u64,
    expected: u64,
    body: Body,
}

impl OpenPass for SecondPass {
    fn feed(&mut self, bytes: &[u8], take: &mut TakeRecord<'_>) -> Result<ControlFlow<()>, Damage> {
        let (header, body) = split(bytes, self.header_left);
        self.header_left -= header.len() as u64;
        self.found += bytes.len() as u64;
        self.body.feed(body, take)
    }

    fn finish(self: Box<Self>) -> Result<u64, Damage> {
        if self.found < self.expected {
            return Err(Damage::Truncated { expected: self.expected, found: self.found });
        }
        self.body.finish()
    }
}

/// Ciphertext to records.
struct Body {
    chain: Decryptor,
    block: usize,
    ciphertext_left: u64,
    /// Bytes of the body, without its padding, that were not released or decompressed yet.
    left: u64,
    /// Clear bytes that nothing was made of yet, then ciphertext that is no whole block yet.
    buffer: Vec<u8>,
    clear: usize,
    frames: Frames,
    unpacking: Option<Unpacking>,
}

/// The stream of a compressed body, and the clear bytes that no record was made of yet.
struct Unpacking {
    stream: Unpacker,
    clear: Vec<u8>,
}

impl Body {
    fn new(header: &Header, keys: &Keys) -> Self {
        Self {
            chain: Decryptor::new(keys),
            block: header.cipher.block(),
            ciphertext_left: header.ciphertext(),
            left: header.body,
            buffer: Vec::new(),
            clear: 0,
            frames: Frames::new((!header.compressed).then_some(header.body)),
            unpacking: header.compressed.then(|| Unpacking { stream: Unpacker::new(), clear: Vec::new() }),
        }
    }

    fn feed(&mut self, bytes: &[u8], take: &mut TakeRecord<'_>) -> Result<ControlFlow<()>, Damage> {
        let (ciphertext, _) = split(bytes, self.ciphertext_left);
        for chunk in ciphertext.chunks(CHUNK) {
            self.ciphertext_left -= chunk.len() as u64;
            self.buffer.extend_from_slice(chunk);
            self.decrypt();
            if self.release(take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn decrypt(&mut self) {
        let secret = &mut self.buffer[self.clear..];
        let whole = secret.len() / self.block * self.block;
        self.chain.decrypt(&mut secret[..whole]);
        self.clear += whole;
    }

    fn release(&mut self, take: &mut TakeRecord<'_>) -> Result<ControlFlow<()>, Damage> {
        let (body, _) = split(&self.buffer[..self.clear], self.left);
        let released = match &mut self.unpacking {
            None => self.frames.release(body, take)?,
            Some(unpacking) => unpacking.release(body, &mut self.frames, take)?,
        };
        let ControlFlow::Continue(used) = released else { return Ok(ControlFlow::Break(())) };
        self.buffer.drain(..used);
        self.clear -= used;
        self.left -= used as u64;
        Ok(ControlFlow::Continue(()))
    }

    /// Ends the body, all of which has come.
    fn finish(&self) -> Result<u64, Damage> {
        if self.buffer.iter().any(|&byte| byte != 0) {
            return Err(Damage::Padding);
        }
        if let Some(unpacking) = &self.unpacking {
            unpacking.finish(self.left, &self.frames)?;
        }
        self.frames.finish()
    }
}

impl Unpacking {
    /// Takes all of `packed`, unless the stream ends before.
    fn release(
        &mut self,
        packed: &[u8],
        frames: &mut Frames,
        take: &mut TakeRecord<'_>,
    ) -> Result<ControlFlow<(), usize>, Damage> {
        let mut used = 0;
        loop {
            if self.stream.has_ended() {
                return if used < packed.len() { Err(Damage::Compression) } else { Ok(ControlFlow::Continue(used)) };
            }
            let (before, had) = (used, self.clear.len());
            used += self.stream.pull(&packed[used..], &mut self.clear).map_err(|_| Damage::Compression)?;
            let idle = used == before && self.clear.len() == had;
            match frames.release(&self.clear, take)? {
                ControlFlow::Break(()) => return Ok(ControlFlow::Break(())),
                ControlFlow::Continue(released) => drop(self.clear.drain(..released)),
            }
            if idle && !self.stream.has_ended() {
                return Ok(ControlFlow::Continue(used));
            }
        }
    }

    fn finish(&self, packed_left: u64, frames: &Frames) -> Result<(), Damage> {
        if packed_left > 0 || !self.stream.has_ended() {
            return Err(Damage::Compression);
        }
        // Clear bytes that are no whole record, or that follow the last one.
        if self.clear.is_empty() { Ok(()) } else { Err(frames.unfinished()) }
    }
}

/// Moves bytes into `target` until it holds `length`; gives the rest.
fn fill<'a>(target: &mut Vec<u8>, length: usize, bytes: &'a [u8]) -> &'a [u8] {
    let (now, rest) = bytes.split_at(bytes.len().min(length.saturating_sub(target.len())));
    target.extend_from_slice(now);
    rest
}

/// The first `length` bytes, or as many as there are, and the rest.
fn split(bytes: &[u8], length: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len()))
}
