//! Writes a file on a thread of its own, so that the one who makes the bytes need not wait for the disk.
//!
//! Border: bytes in order, errors at the next call or at the end. Memory is bounded; what the bytes are is the
//! caller's matter.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Pieces on their way at once.
const PIECES: usize = 3;

/// The writing end.
pub struct Behind<W> {
    way: Option<Way<W>>,
}

struct Way<W> {
    to: SyncSender<Vec<u8>>,
    back: Receiver<Vec<u8>>,
    made: usize,
    thread: JoinHandle<io::Result<W>>,
}

impl<W: Write + Send + 'static> Behind<W> {
    /// Writes to `target` from now on.
    pub fn new(mut target: W) -> io::Result<Self> {
        let (to, pieces) = sync_channel::<Vec<u8>>(PIECES);
        let (done, back) = sync_channel(PIECES);
        let work = move || {
            for mut piece in pieces {
                target.write_all(&piece)?;
                piece.clear();
                // Nobody waits for the last ones.
                let _ = done.send(piece);
            }
            Ok(target)
        };
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(work)?;
        Ok(Self { way: Some(Way { to, back, made: 0, thread }) })
    }

    /// Waits until all is written and gives the target back.
    pub fn finish(mut self) -> io::Result<W> {
        self.end()
    }

    /// Writes a piece that is given away with its buffer; an empty one comes back.
    pub fn give(&mut self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let sent = self.way.as_mut().and_then(|way| {
            let piece = way.piece()?;
            way.to.send(bytes).ok()?;
            Some(piece)
        });
        sent.ok_or_else(|| self.failure())
    }

    fn end(&mut self) -> io::Result<W> {
        let Some(Way { to, thread, .. }) = self.way.take() else {
            return Err(io::Error::other("writing has failed before"));
        };
        drop(to);
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// The error at which the other thread has stopped.
    fn failure(&mut self) -> io::Error {
        self.end().err().unwrap_or_else(|| io::Error::other("the writer has ended"))
    }
}

/// Waits for the other thread, so that what it holds (a temporary file) is gone before the process is.
impl<W> Drop for Behind<W> {
    fn drop(&mut self) {
        if let Some(Way { to, thread, .. }) = self.way.take() {
            drop(to);
            let _ = thread.join();
        }
    }
}

impl<W> Way<W> {
    /// An empty piece, or `None` if the other thread has stopped.
    fn piece(&mut self) -> Option<Vec<u8>> {
        if let Ok(piece) = self.back.try_recv() {
            return Some(piece);
        }
        if self.made == PIECES {
            return self.back.recv().ok();
        }
        self.made += 1;
        Some(Vec::new())
    }
}

impl<W: Write + Send + 'static> Write for Behind<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.way.as_mut().and_then(|way| {
            let mut piece = way.piece()?;
            piece.extend_from_slice(bytes);
            way.to.send(piece).ok()
        });
        match sent {
            Some(()) => Ok(bytes.len()),
            None => Err(self.failure()),
        }
    }

    /// Does nothing: only `finish` knows that all is written.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::Behind;

    #[test]
    fn what_is_given_up_is_gone_at_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = tempfile::NamedTempFile::new_in(directory.path()).expect("a file");
        let mut behind = Behind::new(file).expect("a thread");
        behind.write_all(&vec![7; 1 << 20]).expect("there is room");
        drop(behind);
        assert_eq!(std::fs::read_dir(directory.path()).expect("there").count(), 0);
    }

    #[test]
    fn all_bytes_arrive_in_order_whether_they_are_lent_or_given() {
        let mut behind = Behind::new(Vec::new()).expect("a thread");
        let pieces: Vec<Vec<u8>> = (0..100_u8).map(|n| vec![n; usize::from(n) * 50]).collect();
        for (at, piece) in pieces.iter().enumerate() {
            if at % 3 == 0 {
                behind.write_all(piece).expect("memory takes all");
            } else {
                assert!(behind.give(piece.clone()).expect("memory takes all").is_empty());
            }
        }
        assert_eq!(behind.finish().expect("written"), pieces.concat());
    }

    /// Takes so many writes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_told_soon_or_at_the_end() {
        let mut behind = Behind::new(Full(2)).expect("a thread");
        let told = (0..100).find_map(|_| behind.give(b"piece".to_vec()).err());
        assert_eq!(told.expect("no later than when the pieces run out").kind(), io::ErrorKind::StorageFull);
        let mut behind = Behind::new(Full(2)).expect("a thread");
        let told = (0..100).find_map(|_| behind.write_all(b"piece").err());
        assert_eq!(told.expect("no later than when the pieces run out").kind(), io::ErrorKind::StorageFull);
        let mut behind = Behind::new(Full(0)).expect("a thread");
        behind.write_all(b"piece").expect("the thread waits for it");
        assert_eq!(behind.finish().map(|_| ()).expect_err("full").kind(), io::ErrorKind::StorageFull);
    }
}
