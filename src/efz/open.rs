//! Opening: first the whole file is checked, then its records are released.
//!
//! Two passes over the same bytes: [`Check`] takes them first and finds a wrong password at the header and any
//! damage at the end; only the [`Checked`] that it gives can start an [`Open`], which takes the bytes again and
//! lends the records. A caller with a stream keeps it in a private temporary in between. Bytes behind the end of
//! the file (fill of a fixed-length data set) do not count.

use std::convert::Infallible;

use hmac::Mac;
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::chain::Decryptor;
use super::frame::{FRAME, Frames};
use super::header::{HEADER, Header, HeaderError, TRAILER};
use super::secret::{Authenticator, Keys, Password, trailer};
use super::{CHUNK, Sink};

/// What is wrong with a file, or with the password for it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Damage {
    /// The header cannot be read.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The password is not the one that the file was sealed with (or the header's salt or iteration count is damaged).
    #[error("the password is wrong")]
    WrongPassword,
    /// The file ends too early.
    #[error("the file ends after {found} bytes, its header announces {expected}")]
    Truncated {
        /// Bytes that the header announces.
        expected: u64,
        /// Bytes that came.
        found: u64,
    },
    /// The trailer does not belong to what is in front of it.
    #[error("the file was changed after it was sealed")]
    Altered,
    /// The length in front of a record cannot be.
    #[error("record {record} cannot be {length} bytes long")]
    RecordLength {
        /// Number of the record, from 1.
        record: u64,
        /// The length.
        length: u32,
    },
    /// The flags in front of a record cannot be.
    #[error("record {record} has the unknown flags X'{flags:04X}'")]
    RecordFlags {
        /// Number of the record, from 1.
        record: u64,
        /// The flags.
        flags: u16,
    },
    /// More data follow the record that is marked as the last.
    #[error("more data follow record {records}, which is marked as the last")]
    AfterLast {
        /// Records so far.
        records: u64,
    },
    /// No record is marked as the last.
    #[error("the last of {records} records is not marked as such")]
    NoLast {
        /// Records in all.
        records: u64,
    },
    /// What fills the last block of the cipher is not zero.
    #[error("the padding behind the last record is damaged")]
    Padding,
}

/// Why no more records are released.
#[derive(Debug, Error)]
pub enum ReleaseError<E> {
    /// The file is damaged. After a check this means that the file is not the one that was checked.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// The sink takes no more.
    #[error("{0}")]
    Sink(E),
}

/// The first pass.
pub struct Check<'p> {
    password: &'p Password,
    start: Vec<u8>,
    body: Option<CheckedBody>,
    found: u64,
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
    records: Option<Body<Discard>>,
}

/// Takes records and forgets them.
struct Discard;

impl Sink for Discard {
    type Error = Infallible;

    fn put(&mut self, _: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }
}

impl<'p> Check<'p> {
    /// Starts a check with `password`.
    pub fn new(password: &'p Password) -> Self {
        Self { password, start: Vec::with_capacity(HEADER), body: None, found: 0 }
    }

    /// Takes the next bytes. A wrong password is found as soon as the header is complete.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), Damage> {
        self.found += bytes.len() as u64;
        if self.body.is_none() {
            bytes = fill(&mut self.start, HEADER, bytes);
            if self.start.len() < HEADER {
                return Ok(());
            }
            self.body = Some(CheckedBody::new(&self.start, self.password)?);
        }
        self.body.as_mut().map_or(Ok(()), |body| body.feed(bytes))
    }

    /// Ends the first pass: everything was there and is as it was sealed.
    pub fn finish(self) -> Result<Checked, Damage> {
        let Some(body) = self.body else {
            Header::read(&self.start)?;
            return Err(HeaderError::Cut(self.start.len()).into());
        };
        let expected = body.header.file();
        if self.found < expected {
            return Err(Damage::Truncated { expected, found: self.found });
        }
        body.finish()
    }
}

impl CheckedBody {
    fn new(start: &[u8], password: &Password) -> Result<Self, Damage> {
        let header = Header::read(start)?;
        let keys = Keys::from_password(password, header.cipher, &header.salt, header.iterations);
        if !bool::from(keys.check().ct_eq(&header.key_check)) {
            return Err(Damage::WrongPassword);
        }
        Ok(Self {
            // The code covers the bytes as they came, not as this version would write them.
            authenticator: keys.authenticator().chain_update(Header::announcing_trailer(start)),
            ciphertext_left: header.ciphertext(),
            trailer: Vec::with_capacity(TRAILER),
            records: (!header.integrity).then(|| Body::new(&header, &keys, Discard)),
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
        self.records.as_mut().map_or(Ok(()), |records| records.feed(ciphertext).map_err(only_damage))
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
        Ok(Checked { header: self.header, keys: self.keys })
    }
}

fn only_damage(error: ReleaseError<Infallible>) -> Damage {
    match error {
        ReleaseError::Damaged(damage) => damage,
        ReleaseError::Sink(never) => match never {},
    }
}

/// A file that has passed its check.
pub struct Checked {
    header: Header,
    keys: Keys,
}

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checked").field("header", &self.header).finish_non_exhaustive()
    }
}

impl Checked {
    /// What the header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Starts the second pass, which gives the records to `sink`.
    pub fn open<S: Sink>(&self, sink: S) -> Open<S> {
        Open { found: 0, expected: self.header.file(), body: Body::new(&self.header, &self.keys, sink) }
    }
}

/// The second pass.
pub struct Open<S> {
    found: u64,
    expected: u64,
    body: Body<S>,
}

impl<S: Sink> Open<S> {
    /// Takes the same bytes again.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), ReleaseError<S::Error>> {
        let (_, body) = split(bytes, (HEADER as u64).saturating_sub(self.found));
        self.found += bytes.len() as u64;
        self.body.feed(body)
    }

    /// Ends the second pass; gives the number of records.
    pub fn finish(self) -> Result<u64, Damage> {
        if self.found < self.expected {
            return Err(Damage::Truncated { expected: self.expected, found: self.found });
        }
        self.body.finish()
    }
}

/// Ciphertext to records.
struct Body<S> {
    sink: S,
    chain: Decryptor,
    frames: Frames,
    /// Clear bytes that no record was made of yet, then ciphertext that is no whole block yet.
    buffer: Vec<u8>,
    clear: usize,
    block: usize,
    ciphertext_left: u64,
}

impl<S: Sink> Body<S> {
    fn new(header: &Header, keys: &Keys, sink: S) -> Self {
        Self {
            sink,
            chain: Decryptor::new(keys),
            frames: Frames::new(header.body),
            buffer: Vec::new(),
            clear: 0,
            block: header.cipher.block(),
            ciphertext_left: header.ciphertext(),
        }
    }

    fn feed(&mut self, bytes: &[u8]) -> Result<(), ReleaseError<S::Error>> {
        let (ciphertext, _) = split(bytes, self.ciphertext_left);
        for chunk in ciphertext.chunks(CHUNK) {
            self.ciphertext_left -= chunk.len() as u64;
            self.buffer.extend_from_slice(chunk);
            self.decrypt();
            self.release()?;
        }
        Ok(())
    }

    fn decrypt(&mut self) {
        let secret = &mut self.buffer[self.clear..];
        let whole = secret.len() / self.block * self.block;
        self.sink.cipher(whole, &mut || self.chain.decrypt(&mut secret[..whole]));
        self.clear += whole;
    }

    fn release(&mut self) -> Result<(), ReleaseError<S::Error>> {
        let mut clear = &self.buffer[..self.clear];
        while let Some(record) = self.frames.next(clear)? {
            self.sink.put(record).map_err(ReleaseError::Sink)?;
            clear = &clear[FRAME + record.len()..];
        }
        let used = self.clear - clear.len();
        self.buffer.drain(..used);
        self.clear -= used;
        Ok(())
    }

    /// Ends the body, all of which has come.
    fn finish(&self) -> Result<u64, Damage> {
        if self.buffer.iter().any(|&byte| byte != 0) {
            return Err(Damage::Padding);
        }
        self.frames.finish()
    }
}

/// Moves bytes into `target` until it holds `length`; gives the rest.
fn fill<'a>(target: &mut Vec<u8>, length: usize, bytes: &'a [u8]) -> &'a [u8] {
    let (now, rest) = bytes.split_at(bytes.len().min(length - target.len()));
    target.extend_from_slice(now);
    rest
}

/// The first `length` bytes, or as many as there are, and the rest.
fn split(bytes: &[u8], length: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len()))
}
