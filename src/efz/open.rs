//! Opening: first the whole file is checked, then its records are released.
//!
//! Two passes over the same bytes: [`Check`] takes them first and finds a wrong password at the header and any
//! damage at the end; only the [`Checked`] that it gives can start an [`Open`], which takes the bytes again and
//! lends the records. A caller with a stream keeps it in a private temporary in between. Which layout the file
//! has shows in its first bytes.

use std::ops::ControlFlow;

use thiserror::Error;

use super::Sink;
use super::header::HeaderError;
use super::layout::{CheckPass, CheckedFile, Damage, Facts, OpenPass, Secret, recognize};

/// Bytes that any layout must have told its facts in.
const LONGEST_START: usize = 4096;

/// What the start of a file says without any key; `None` if more bytes are needed.
pub fn facts(start: &[u8]) -> Result<Option<Facts>, HeaderError> {
    match recognize(start)? {
        Some(layout) => match layout.facts(start)? {
            None if start.len() >= LONGEST_START => Err(HeaderError::Cut(start.len())),
            facts => Ok(facts),
        },
        None => Ok(None),
    }
}

/// True if `start`, the first bytes of a file, begins like one of the layouts, whole or damaged.
pub fn is_sealed(start: &[u8]) -> bool {
    matches!(recognize(start), Ok(Some(_)))
        || matches!(recognize(start), Err(error) if error != HeaderError::OtherFormat)
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
pub struct Check<'s> {
    secret: Secret<'s>,
    /// What came before the layout was recognized.
    start: Vec<u8>,
    pass: Option<Box<dyn CheckPass + 's>>,
}

impl<'s> Check<'s> {
    /// Starts a check with a password or an RSA key.
    pub fn new(secret: Secret<'s>) -> Self {
        Self { secret, start: Vec::new(), pass: None }
    }

    /// Takes the next bytes. A wrong password is found as soon as the header is complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        if let Some(pass) = &mut self.pass {
            return pass.feed(bytes);
        }
        self.start.extend_from_slice(bytes);
        let Some(layout) = recognize(&self.start)? else { return Ok(()) };
        self.pass.insert(layout.check(self.secret)).feed(&std::mem::take(&mut self.start))
    }

    /// Ends the first pass: everything was there and is as it was sealed.
    pub fn finish(self) -> Result<Checked, Damage> {
        match self.pass {
            Some(pass) => pass.finish().map(Checked),
            None => Err(HeaderError::Cut(self.start.len()).into()),
        }
    }
}

/// A file that has passed its check.
pub struct Checked(Box<dyn CheckedFile>);

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Checked").field(self.facts()).finish()
    }
}

impl Checked {
    /// What the file says of itself.
    pub fn facts(&self) -> &Facts {
        self.0.facts()
    }

    /// Starts the second pass, which gives the records to `sink`.
    pub fn open<S: Sink>(&self, sink: S) -> Open<S> {
        Open { pass: self.0.open(), sink }
    }
}

/// The second pass.
pub struct Open<S> {
    pass: Box<dyn OpenPass>,
    sink: S,
}

impl<S: Sink> Open<S> {
    /// Takes the same bytes again.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), ReleaseError<S::Error>> {
        let mut failed = None;
        let take = &mut |record: &[u8]| match self.sink.put(record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        };
        let _ = self.pass.feed(bytes, take)?;
        failed.map_or(Ok(()), |error| Err(ReleaseError::Sink(error)))
    }

    /// Ends the second pass; gives the number of records.
    pub fn finish(self) -> Result<u64, Damage> {
        self.pass.finish()
    }
}
