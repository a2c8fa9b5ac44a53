//! The code over header and ciphertext, computed beside the cipher on a thread of its own. Chunks go through it:
//! what comes out was summed up and is to be written.
//!
//! A small file is not worth a thread: it is started with the first full chunk. Where the system gives no
//! thread, the code is computed in place.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use hmac::Mac;

use super::CHUNK;
use super::header::TRAILER;
use super::secret::{Authenticator, trailer};

/// Chunks that are with the other thread at once: one being summed up, one waiting for that, one done.
const CHUNKS: usize = 3;

/// Sums up what it is given, in order.
pub(super) enum Summer {
    Here(Box<Authenticator>),
    Beside(Beside),
}

/// The other thread, with chunks on their way to it and back.
pub(super) struct Beside {
    to: SyncSender<Vec<u8>>,
    back: Receiver<Vec<u8>>,
    under_way: usize,
    thread: JoinHandle<Authenticator>,
}

impl Summer {
    pub(super) fn new(authenticator: Authenticator) -> Self {
        Self::Here(Box::new(authenticator))
    }

    /// Sums up a few bytes at the front, before any chunk.
    pub(super) fn front(&mut self, bytes: &[u8]) {
        if let Self::Here(authenticator) = self {
            authenticator.update(bytes);
        }
    }

    /// Takes a chunk and gives the first that was summed up and not given yet, if there is one already.
    pub(super) fn chunk(&mut self, chunk: Vec<u8>) -> Option<Vec<u8>> {
        if let Self::Here(authenticator) = self
            && chunk.len() >= CHUNK
            && let Some(beside) = Beside::start(authenticator)
        {
            *self = Self::Beside(beside);
        }
        match self {
            Self::Here(authenticator) => {
                authenticator.update(&chunk);
                Some(chunk)
            }
            Self::Beside(beside) => beside.chunk(chunk),
        }
    }

    /// The code over everything, after the chunks that were not given yet went to `rest`.
    pub(super) fn finish<E>(self, rest: impl FnMut(Vec<u8>) -> Result<(), E>) -> Result<[u8; TRAILER], E> {
        match self {
            Self::Here(authenticator) => Ok(trailer(*authenticator)),
            Self::Beside(beside) => beside.finish(rest).map(trailer),
        }
    }
}

impl Beside {
    fn start(authenticator: &Authenticator) -> Option<Self> {
        let (to, chunks) = sync_channel::<Vec<u8>>(CHUNKS);
        let (done, back) = sync_channel(CHUNKS);
        let mut authenticator = authenticator.clone();
        let work = move || {
            for chunk in chunks {
                authenticator.update(&chunk);
                // Nobody takes it if the seal was given up.
                let _ = done.send(chunk);
            }
            authenticator
        };
        let thread = Builder::new().name("efz-mac".to_owned()).spawn(work).ok()?;
        Some(Self { to, back, under_way: 0, thread })
    }

    fn chunk(&mut self, chunk: Vec<u8>) -> Option<Vec<u8>> {
        // The other thread ends only after this sender is gone.
        let _ = self.to.send(chunk);
        self.under_way += 1;
        let summed = if self.under_way < CHUNKS { self.back.try_recv().ok() } else { self.back.recv().ok() };
        self.under_way -= usize::from(summed.is_some());
        summed
    }

    fn finish<E>(self, rest: impl FnMut(Vec<u8>) -> Result<(), E>) -> Result<Authenticator, E> {
        drop(self.to);
        self.back.into_iter().try_for_each(rest)?;
        Ok(self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}
