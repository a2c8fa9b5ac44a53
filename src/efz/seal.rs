//! Sealing: records to header, ciphertext and trailer.
//!
//! The header stands in front and says how long the body is, and the trailer covers the header, so a caller
//! counts its records before it seals them: data sets can be read twice, and a count of fixed records is a
//! division. This keeps memory constant and needs no output that can be patched; the seal refuses to finish
//! what turned out otherwise than it was counted.

use hmac::Mac;
use thiserror::Error;

use super::chain::Encryptor;
use super::frame::{FRAME, frame};
use super::header::{Attributes, Description, Header, SALT};
use super::secret::{Authenticator, Cipher, Keys, Password, trailer};
use super::{CHUNK, Sink};

/// How to seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The cipher.
    pub cipher: Cipher,
    /// Write a trailer that proves integrity, 32 bytes.
    pub integrity: bool,
    /// Iterations of the key derivation, 1 to 10,000.
    pub iterations: u32,
    /// Salt: random bytes, new for each file.
    pub salt: [u8; SALT],
    /// Attributes of the records.
    pub attributes: Attributes,
    /// Description.
    pub description: Description,
}

/// What is to be sealed, as counted beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contents {
    /// Number of records.
    pub records: u64,
    /// Bytes in them, without RDWs.
    pub bytes: u64,
}

impl Contents {
    /// Counts one record more.
    pub fn add(&mut self, record: &[u8]) {
        self.records += 1;
        self.bytes += record.len() as u64;
    }

    fn framed(self) -> u64 {
        self.bytes + self.records * FRAME as u64
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
    /// The records were not those that were counted.
    #[error("{counted:?} were counted, but {found:?} came")]
    Changed {
        /// As counted.
        counted: Contents,
        /// As they came, up to the first too many.
        found: Contents,
    },
    /// A record that no frame can describe.
    #[error("a record of {0} bytes is too long")]
    RecordLength(usize),
}

/// Seals one file.
pub struct Seal<S> {
    sink: S,
    chain: Encryptor,
    authenticator: Option<Authenticator>,
    buffer: Vec<u8>,
    counted: Contents,
    found: Contents,
    header: Header,
}

impl<S: Sink> Seal<S> {
    /// Writes the header.
    pub fn start(plan: &Plan, password: &Password, counted: Contents, sink: S) -> Result<Self, SealError<S::Error>> {
        let keys = Keys::from_password(password, plan.cipher, &plan.salt, plan.iterations);
        let header = Header {
            cipher: plan.cipher,
            integrity: plan.integrity,
            iterations: plan.iterations,
            salt: plan.salt,
            attributes: plan.attributes,
            body: counted.framed(),
            key_check: keys.check(),
            description: plan.description,
        };
        let mut seal = Self {
            sink,
            chain: Encryptor::new(&keys),
            authenticator: plan.integrity.then(|| keys.authenticator()),
            buffer: Vec::with_capacity(CHUNK),
            counted,
            found: Contents::default(),
            header,
        };
        seal.write(&header.write())?;
        Ok(seal)
    }

    /// Seals the next record.
    pub fn put(&mut self, record: &[u8]) -> Result<(), SealError<S::Error>> {
        let length = u32::try_from(record.len()).map_err(|_| SealError::RecordLength(record.len()))?;
        self.found.add(record);
        if self.found.records > self.counted.records || self.found.bytes > self.counted.bytes {
            return Err(self.changed());
        }
        let frame = frame(length, self.found.records == self.counted.records);
        if self.buffer.len() + FRAME + record.len() < CHUNK {
            self.buffer.extend_from_slice(&frame);
            self.buffer.extend_from_slice(record);
            return Ok(());
        }
        self.append(&frame)?;
        self.append(record)
    }

    /// Pads and writes what is left, then the trailer.
    pub fn finish(mut self) -> Result<Totals, SealError<S::Error>> {
        if self.found != self.counted {
            return Err(self.changed());
        }
        self.buffer.resize(self.buffer.len().next_multiple_of(self.header.cipher.block()), 0);
        self.flush()?;
        if let Some(authenticator) = self.authenticator.take() {
            self.sink.put(&trailer(authenticator)).map_err(SealError::Sink)?;
        }
        Ok(Totals { ciphertext: self.header.ciphertext(), written: self.header.file() })
    }

    /// Takes bytes that may go over the end of the buffer.
    fn append(&mut self, mut bytes: &[u8]) -> Result<(), SealError<S::Error>> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            if self.buffer.len() == CHUNK {
                self.flush()?;
            }
            bytes = later;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SealError<S::Error>> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        self.sink.cipher(buffer.len(), &mut || self.chain.encrypt(&mut buffer));
        let written = self.write(&buffer);
        buffer.clear();
        self.buffer = buffer;
        written
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SealError<S::Error>> {
        if let Some(authenticator) = &mut self.authenticator {
            authenticator.update(bytes);
        }
        self.sink.put(bytes).map_err(SealError::Sink)
    }

    fn changed(&self) -> SealError<S::Error> {
        SealError::Changed { counted: self.counted, found: self.found }
    }
}
