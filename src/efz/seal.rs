//! Sealing: records to header, ciphertext and trailer.
//!
//! The header stands in front and says how long the body is, and the trailer covers the header, so a caller
//! measures its records before it seals them: data sets can be read twice, a count of fixed records is a
//! division, and what a body is compressed to is found by compressing it twice. This keeps memory constant and
//! needs no output that can be patched; the seal refuses to finish what turned out otherwise than measured.
//! Records that come only once are encrypted at once: their ciphertext waits for its envelope.

use std::convert::Infallible;
use std::mem;

use thiserror::Error;
use zeroize::Zeroizing;

use super::chain::Encryptor;
use super::deflate::Packer;
use super::frame::{FRAME, Framer};
use super::header::{Attributes, Description, Header, KeySource, SALT, WrappedKey};
use super::key::{Chance, KeyError, KeyLabel, Padding, PublicKey};
use super::mac::Summer;
use super::secret::{Cipher, Keys, Password, WRAPPED_CLEAR};
use super::{CHUNK, Sink};

/// How to seal, apart from the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Write a trailer that proves integrity, 32 bytes.
    pub integrity: bool,
    /// Attributes of the records.
    pub attributes: Attributes,
    /// Description.
    pub description: Description,
}

/// The key of one file, and what its header must say for a reader to find it again.
#[derive(Debug, Clone)]
pub struct SealingKey {
    keys: Keys,
    source: KeySource,
}

impl SealingKey {
    /// A key made of a password. The salt is random and new for each file; iterations are 1 to 10,000.
    pub fn from_password(password: &Password, cipher: Cipher, iterations: u32, salt: [u8; SALT]) -> Self {
        let keys = Keys::from_password(password, cipher, &salt, iterations);
        Self { keys, source: KeySource::Password { iterations, salt } }
    }

    /// A random key, wrapped for the owner of `key`. `secure` tells readers that it was a secure key (ENCTDES).
    pub fn wrapped_for(
        key: &PublicKey,
        label: &KeyLabel,
        cipher: Cipher,
        secure: bool,
        chance: &mut Chance<'_>,
    ) -> Result<Self, KeyError> {
        let mut clear = Zeroizing::new([0; WRAPPED_CLEAR]);
        chance(&mut *clear);
        let wrapped = WrappedKey {
            label: label.clone(),
            fingerprint: key.fingerprint(),
            secure,
            padding: Padding::Pkcs1v15,
            wrapped: key.wrap(&clear, chance)?,
        };
        Ok(Self { keys: Keys::from_wrapped(cipher, &clear), source: KeySource::Rsa(wrapped) })
    }
}

/// What is to be sealed, as measured beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contents {
    /// Number of records.
    pub records: u64,
    /// Bytes in them, without RDWs.
    pub bytes: u64,
    /// Bytes that the framed records are compressed to, if they are.
    pub compressed: Option<u64>,
}

impl Contents {
    /// Bytes of the body before it is padded.
    pub fn body(self) -> u64 {
        self.compressed.unwrap_or(self.bytes + self.records * FRAME as u64)
    }
}

/// Measures records before they are sealed.
pub struct Measure {
    contents: Contents,
    packing: Option<Packing>,
}

/// Compresses for the length only.
struct Packing {
    framer: Framer,
    packer: Packer,
    out: Vec<u8>,
    /// The record that came last: whether it is the last of all shows only later.
    held: Vec<u8>,
}

impl Measure {
    /// Measures for a seal that compresses, or for one that does not.
    pub fn new(compress: bool) -> Self {
        let packing = || Packing { framer: Framer::new(), packer: Packer::new(), out: Vec::new(), held: Vec::new() };
        Self { contents: Contents::default(), packing: compress.then(packing) }
    }

    /// True if the records themselves must be seen; otherwise their number and bytes are enough.
    pub fn needs_records(&self) -> bool {
        self.packing.is_some()
    }

    /// Measures one record.
    pub fn put(&mut self, record: &[u8]) {
        if let Some(packing) = &mut self.packing {
            if self.contents.records > 0 {
                packing.frame(false, &mut self.contents);
            }
            packing.held.clear();
            packing.held.extend_from_slice(record);
        }
        self.contents.records += 1;
        self.contents.bytes += record.len() as u64;
    }

    /// Measures records by their number and bytes, where that is enough.
    pub fn count(&mut self, records: u64, bytes: u64) {
        self.contents.records += records;
        self.contents.bytes += bytes;
    }

    /// What was measured.
    pub fn finish(mut self) -> Contents {
        if let Some(mut packing) = self.packing {
            if self.contents.records > 0 {
                packing.frame(true, &mut self.contents);
            }
            let Packing { framer, mut packer, mut out, .. } = packing;
            packer.push(&framer.rest(), &mut out);
            packer.finish(&mut out);
            *self.contents.compressed.get_or_insert(0) += out.len() as u64;
        }
        self.contents
    }
}

impl Packing {
    fn frame(&mut self, last: bool, contents: &mut Contents) {
        let (packer, out) = (&mut self.packer, &mut self.out);
        let mut full = |chunk: &mut Vec<u8>| {
            packer.push(chunk, out);
            chunk.clear();
            *contents.compressed.get_or_insert(0) += mem::take(out).len() as u64;
            Ok::<_, Infallible>(())
        };
        // A record longer than the frame can say is refused when it is sealed.
        let length = u32::try_from(self.held.len()).unwrap_or(u32::MAX);
        let Ok(()) = self.framer.put(&self.held, length, last, &mut full);
    }
}

/// What a seal has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Bytes of ciphertext, the padding included.
    pub ciphertext: u64,
    /// Bytes in all: header, ciphertext, trailer.
    pub written: u64,
}

/// Why a file could not be sealed.
#[derive(Debug, Error)]
pub enum SealError<E> {
    /// The sink takes no more.
    #[error("{0}")]
    Sink(E),
    /// The records were not those that were measured.
    #[error("{measured:?} were measured, but {found:?} came")]
    Changed {
        /// As measured.
        measured: Contents,
        /// As they came, up to the first too many.
        found: Contents,
    },
    /// A record that no frame can describe.
    #[error("a record of {0} bytes is too long")]
    RecordLength(usize),
    /// An envelope was not given the ciphertext that it was made for.
    #[error("the ciphertext changed before it was put into its envelope")]
    Ciphertext,
}

/// Seals one file whose contents were measured.
pub struct Seal<S> {
    framer: Framer,
    measured: Contents,
    found: Contents,
    body: Body<S>,
}

impl<S: Sink> Seal<S> {
    /// Writes the header.
    pub fn start(plan: &Plan, key: &SealingKey, measured: Contents, sink: S) -> Result<Self, SealError<S::Error>> {
        let out = Envelope::start(plan, key, measured, sink)?;
        let found = Contents { compressed: measured.compressed.map(|_| 0), ..Contents::default() };
        let body = Body::new(key, measured.compressed.is_some(), out);
        Ok(Self { framer: Framer::new(), measured, found, body })
    }

    /// Seals the next record.
    pub fn put(&mut self, record: &[u8]) -> Result<(), SealError<S::Error>> {
        let length = u32::try_from(record.len()).map_err(|_| SealError::RecordLength(record.len()))?;
        self.found.records += 1;
        self.found.bytes += record.len() as u64;
        if self.found.records > self.measured.records || self.found.bytes > self.measured.bytes {
            return Err(self.changed());
        }
        let last = self.found.records == self.measured.records;
        let body = &mut self.body;
        self.framer.put(record, length, last, &mut |chunk| body.chunk(chunk)).map_err(SealError::Sink)
    }

    /// Pads and writes what is left, then the trailer.
    pub fn finish(mut self) -> Result<Totals, SealError<S::Error>> {
        if (self.found.records, self.found.bytes) != (self.measured.records, self.measured.bytes) {
            return Err(self.changed());
        }
        let rest = mem::replace(&mut self.framer, Framer::new()).rest();
        self.body.last(rest).map_err(SealError::Sink)?;
        if self.body.length != self.measured.body() {
            self.found.compressed = Some(self.body.length);
            return Err(self.changed());
        }
        self.body.out.finish()
    }

    fn changed(&self) -> SealError<S::Error> {
        SealError::Changed { measured: self.measured, found: self.found }
    }
}

/// Encrypts records that come only once. Their ciphertext waits, in a private temporary or the like, until an
/// [`Envelope`] puts header and trailer around it.
pub struct Draft<S> {
    framer: Framer,
    contents: Contents,
    /// The record that came last: whether it is the last of all shows only later.
    held: Vec<u8>,
    body: Body<S>,
}

impl<S: Sink> Draft<S> {
    /// Starts with an empty ciphertext, which goes to `sink`.
    pub fn start(key: &SealingKey, compress: bool, sink: S) -> Self {
        let out = Envelope { sink, code: None, left: u64::MAX, totals: Totals { ciphertext: 0, written: 0 } };
        let body = Body::new(key, compress, out);
        Self { framer: Framer::new(), contents: Contents::default(), held: Vec::new(), body }
    }

    /// Encrypts the next record.
    pub fn put(&mut self, record: &[u8]) -> Result<(), SealError<S::Error>> {
        if self.contents.records > 0 {
            self.frame(false)?;
        }
        self.held.clear();
        self.held.extend_from_slice(record);
        self.contents.records += 1;
        self.contents.bytes += record.len() as u64;
        Ok(())
    }

    /// Encrypts what is left. What came of it is what the envelope must be made for.
    pub fn finish(mut self) -> Result<Contents, SealError<S::Error>> {
        if self.contents.records > 0 {
            self.frame(true)?;
        }
        let compresses = self.body.packing.is_some();
        self.body.last(self.framer.rest()).map_err(SealError::Sink)?;
        Ok(Contents { compressed: compresses.then_some(self.body.length), ..self.contents })
    }

    fn frame(&mut self, last: bool) -> Result<(), SealError<S::Error>> {
        let length = u32::try_from(self.held.len()).map_err(|_| SealError::RecordLength(self.held.len()))?;
        let body = &mut self.body;
        self.framer.put(&self.held, length, last, &mut |chunk| body.chunk(chunk)).map_err(SealError::Sink)
    }
}

/// Header, ciphertext, trailer.
pub struct Envelope<S> {
    sink: S,
    code: Option<Summer>,
    /// Bytes of ciphertext that are still to come.
    left: u64,
    totals: Totals,
}

impl<S: Sink> Envelope<S> {
    /// Writes the header.
    pub fn start(plan: &Plan, key: &SealingKey, contents: Contents, sink: S) -> Result<Self, SealError<S::Error>> {
        let header = Header {
            cipher: key.keys.cipher,
            key: key.source.clone(),
            integrity: plan.integrity,
            compressed: contents.compressed.is_some(),
            attributes: plan.attributes,
            body: contents.body(),
            key_check: key.keys.check(),
            description: plan.description,
        };
        let bytes = header.write();
        let mut code = plan.integrity.then(|| Summer::new(key.keys.authenticator()));
        if let Some(code) = &mut code {
            code.front(&bytes);
        }
        let totals = Totals { ciphertext: header.ciphertext(), written: header.file() };
        let mut envelope = Self { sink, code, left: totals.ciphertext, totals };
        envelope.sink.put(&bytes).map_err(SealError::Sink)?;
        Ok(envelope)
    }

    /// Writes a piece of the ciphertext and leaves an empty buffer for the next one.
    pub fn put(&mut self, ciphertext: &mut Vec<u8>) -> Result<(), SealError<S::Error>> {
        self.write(ciphertext).map_err(SealError::Sink)
    }

    fn write(&mut self, ciphertext: &mut Vec<u8>) -> Result<(), S::Error> {
        self.left = self.left.wrapping_sub(ciphertext.len() as u64);
        let chunk = mem::take(ciphertext);
        let summed = match &mut self.code {
            Some(code) => code.chunk(chunk),
            None => Some(chunk),
        };
        if let Some(chunk) = summed {
            *ciphertext = self.sink.give(chunk)?;
        }
        Ok(())
    }

    /// Writes the trailer.
    pub fn finish(self) -> Result<Totals, SealError<S::Error>> {
        let Self { mut sink, code, left, totals } = self;
        if left != 0 {
            return Err(SealError::Ciphertext);
        }
        if let Some(code) = code {
            let trailer = code.finish(|chunk| sink.give(chunk).map(drop)).map_err(SealError::Sink)?;
            sink.put(&trailer).map_err(SealError::Sink)?;
        }
        Ok(totals)
    }
}

/// Framed bytes to ciphertext.
struct Body<S> {
    chain: Encryptor,
    packing: Option<(Packer, Vec<u8>)>,
    block: usize,
    /// Bytes of the body so far, without padding.
    length: u64,
    out: Envelope<S>,
}

impl<S: Sink> Body<S> {
    fn new(key: &SealingKey, compress: bool, out: Envelope<S>) -> Self {
        let packing = compress.then(|| (Packer::new(), Vec::new()));
        Self { chain: Encryptor::new(&key.keys), packing, block: key.keys.cipher.block(), length: 0, out }
    }

    /// Takes a full chunk of framed bytes and leaves an empty one.
    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), S::Error> {
        let Some((packer, out)) = &mut self.packing else {
            return self.encrypt(chunk);
        };
        packer.push(chunk, out);
        chunk.clear();
        self.packed_chunks()
    }

    /// Encrypts as many full chunks as the compressed bytes make.
    fn packed_chunks(&mut self) -> Result<(), S::Error> {
        while let Some((_, packed)) = &mut self.packing
            && packed.len() >= CHUNK
        {
            let later = packed.split_off(CHUNK);
            let mut now = mem::replace(packed, later);
            self.encrypt(&mut now)?;
        }
        Ok(())
    }

    /// Takes the framed bytes that are left over, and pads.
    fn last(&mut self, mut rest: Vec<u8>) -> Result<(), S::Error> {
        if let Some((packer, out)) = &mut self.packing {
            packer.push(&rest, out);
            packer.finish(out);
            self.packed_chunks()?;
            rest = self.packing.take().map(|(_, packed)| packed).unwrap_or_default();
        }
        let length = rest.len();
        rest.resize(length.next_multiple_of(self.block), 0);
        let padding = rest.len() - length;
        if !rest.is_empty() {
            self.encrypt(&mut rest)?;
        }
        self.length -= padding as u64;
        Ok(())
    }

    /// Encrypts and writes; leaves an empty buffer.
    fn encrypt(&mut self, chunk: &mut Vec<u8>) -> Result<(), S::Error> {
        self.length += chunk.len() as u64;
        let (sink, chain) = (&mut self.out.sink, &mut self.chain);
        sink.cipher(chunk.len(), &mut || chain.encrypt(chunk));
        self.out.write(chunk)
    }
}
