//! The code over header and ciphertext, computed beside the cipher on a thread of its own.
//!
//! A small file is not worth a thread: it is started with the first full chunk. Where the system gives no
//! thread, the code is computed in place.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use hmac::Mac;

use super::CHUNK;
use super::header::TRAILER;
use super::secret::{Authenticator, trailer};

/// Chunks under way at once: one being filled, one being summed up, one in between.
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
    made: usize,
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

    /// Takes a chunk and gives an empty buffer for the next one.
    pub(super) fn chunk(&mut self, chunk: Vec<u8>) -> Vec<u8> {
        if let Self::Here(authenticator) = self
            && chunk.len() >= CHUNK
            && let Some(beside) = Beside::start(authenticator)
        {
            *self = Self::Beside(beside);
        }
        match self {
            Self::Here(authenticator) => {
                authenticator.update(&chunk);
                emptied(chunk)
            }
            Self::Beside(beside) => beside.chunk(chunk),
        }
    }

    /// The code over everything.
    pub(super) fn finish(self) -> [u8; TRAILER] {
        match self {
            Self::Here(authenticator) => trailer(*authenticator),
            Self::Beside(beside) => trailer(beside.finish()),
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
                // Nobody waits for the last ones.
                let _ = done.send(emptied(chunk));
            }
            authenticator
        };
        let thread = Builder::new().name("efz-mac".to_owned()).spawn(work).ok()?;
        Some(Self { to, back, made: 1, thread })
    }

    fn chunk(&mut self, chunk: Vec<u8>) -> Vec<u8> {
        // The other thread ends only after this sender is gone.
        let _ = self.to.send(chunk);
        if let Ok(empty) = self.back.try_recv() {
            return empty;
        }
        if self.made == CHUNKS {
            return self.back.recv().unwrap_or_default();
        }
        self.made += 1;
        Vec::with_capacity(CHUNK)
    }

    fn finish(self) -> Authenticator {
        drop(self.to);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn emptied(mut chunk: Vec<u8>) -> Vec<u8> {
    chunk.clear();
    chunk
}
