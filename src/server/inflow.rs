//! The bytes of one upload, from the data connection into the store, on a thread of its own.
//!
//! Border: blocking reads and writes with a buffer of fixed size. It decides whether the data came to its
//! proper end; whether the upload is delivered then is the session's decision.

use std::io::{self, BufRead, BufReader, ErrorKind};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustls::ServerConnection;

use super::form::Form;
use super::intake::{Staged, StoreError};

/// What is read from the network at a time. Larger reads gain nothing that can be measured.
const READ_SIZE: usize = 64 * 1024;

/// A data connection that an upload comes from.
pub(super) enum Inflow {
    Clear(BufReader<TcpStream>),
    Private(Box<Tunnel>),
}

/// A data connection under TLS.
pub(super) struct Tunnel {
    stream: BufReader<TcpStream>,
    tls: ServerConnection,
}

/// Why the data did not come to its end.
#[derive(Debug)]
pub(super) enum Broken {
    Lost,
    Truncated,
    Stalled,
    Cancelled,
    /// The fault that is played.
    Cut,
    Store(StoreError),
}

/// Ends a transfer from outside; does so when dropped, too.
pub(super) struct Cancel {
    stream: TcpStream,
    cancelled: Arc<AtomicBool>,
}

impl Cancel {
    pub(super) fn new(stream: &TcpStream) -> io::Result<Self> {
        Ok(Self { stream: stream.try_clone()?, cancelled: Arc::default() })
    }

    /// The flag that the transfer has to look at when its data ends.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }
}

impl Drop for Cancel {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::SeqCst);
        // Not connected any more is as good.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

impl Inflow {
    /// Takes over a connection that is in blocking mode; no byte for `stall` ends the transfer.
    pub(super) fn new(stream: TcpStream, tls: Option<ServerConnection>, stall: Duration) -> io::Result<Self> {
        stream.set_read_timeout(Some(stall))?;
        stream.set_write_timeout(Some(stall))?;
        let stream = BufReader::with_capacity(READ_SIZE, stream);
        Ok(match tls {
            None => Self::Clear(stream),
            Some(tls) => Self::Private(Box::new(Tunnel { stream, tls })),
        })
    }

    /// The next bytes, or none at the proper end.
    fn next(&mut self) -> Result<&[u8], Broken> {
        match self {
            Self::Clear(stream) => stream.fill_buf().map_err(|error| broken(&error)),
            Self::Private(tunnel) => tunnel.next(),
        }
    }

    fn consume(&mut self, length: usize) {
        match self {
            Self::Clear(stream) => stream.consume(length),
            Self::Private(tunnel) => tunnel.tls.reader().consume(length),
        }
    }

    /// Says good-bye. The other end may be gone; the data is here.
    fn close(&mut self) {
        let stream = match self {
            Self::Clear(stream) => stream.get_ref(),
            Self::Private(tunnel) => {
                tunnel.tls.send_close_notify();
                let _ = tunnel.flush();
                tunnel.stream.get_ref()
            }
        };
        let _ = stream.shutdown(Shutdown::Both);
    }
}

impl Tunnel {
    fn next(&mut self) -> Result<&[u8], Broken> {
        while self.is_dry()? {
            self.tls.read_tls(&mut self.stream).map_err(|error| broken(&error))?;
            self.tls.process_new_packets().map_err(|_| Broken::Lost)?;
            // If this fails because the client is gone, the next read says so; what it sent still counts.
            let _ = self.flush();
        }
        self.tls.reader().into_first_chunk().map_err(|error| broken(&error))
    }

    /// True if the next bytes have still to come from the network.
    fn is_dry(&mut self) -> Result<bool, Broken> {
        match self.tls.reader().fill_buf() {
            Ok(_) => Ok(false),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(broken(&error)),
        }
    }

    /// Sends what TLS itself has to say: alerts, key updates.
    fn flush(&mut self) -> io::Result<()> {
        while self.tls.wants_write() {
            self.tls.write_tls(self.stream.get_mut())?;
        }
        Ok(())
    }
}

fn broken(error: &io::Error) -> Broken {
    match error.kind() {
        // Read time-outs come as one or the other, by system.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Broken::Stalled,
        ErrorKind::UnexpectedEof => Broken::Truncated,
        _ => Broken::Lost,
    }
}

/// Moves everything that comes from `inflow` into `staged`, and puts it on the disk. Tells the length, with
/// the reason if the end was not the proper one. `cut` plays a fault after so many bytes.
pub(super) fn receive(
    inflow: &mut Inflow,
    mut form: Form,
    staged: &mut dyn Staged,
    cancelled: &AtomicBool,
    cut: Option<u64>,
) -> (u64, Result<(), Broken>) {
    let mut kept = Kept { staged, translated: Vec::new(), bytes: 0 };
    let result = fill(inflow, &mut form, &mut kept, cut);
    let result = match result {
        _ if cancelled.load(Ordering::SeqCst) => Err(Broken::Cancelled),
        Ok(()) => kept.end(&mut form).map_err(Broken::Store),
        broken => broken,
    };
    inflow.close();
    (kept.bytes, result)
}

fn fill(inflow: &mut Inflow, form: &mut Form, kept: &mut Kept<'_>, cut: Option<u64>) -> Result<(), Broken> {
    let mut arrived = 0_u64;
    loop {
        let bytes = inflow.next()?;
        if bytes.is_empty() {
            return Ok(());
        }
        let length = bytes.len();
        kept.take(form, bytes).map_err(Broken::Store)?;
        inflow.consume(length);
        arrived = arrived.saturating_add(length as u64);
        if cut.is_some_and(|cut| arrived >= cut) {
            return Err(Broken::Cut);
        }
    }
}

/// The store, and how much it has got.
struct Kept<'a> {
    staged: &'a mut dyn Staged,
    translated: Vec<u8>,
    bytes: u64,
}

impl Kept<'_> {
    fn take(&mut self, form: &mut Form, bytes: &[u8]) -> Result<(), StoreError> {
        if form.is_plain() {
            return write(self.staged, &mut self.bytes, bytes);
        }
        form.take(bytes, &mut self.translated);
        self.write_translated()
    }

    fn end(&mut self, form: &mut Form) -> Result<(), StoreError> {
        form.finish(&mut self.translated);
        self.write_translated()?;
        self.staged.sync()
    }

    fn write_translated(&mut self) -> Result<(), StoreError> {
        write(self.staged, &mut self.bytes, &self.translated)?;
        self.translated.clear();
        Ok(())
    }
}

fn write(staged: &mut dyn Staged, written: &mut u64, bytes: &[u8]) -> Result<(), StoreError> {
    staged.write(bytes)?;
    *written = written.saturating_add(bytes.len() as u64);
    Ok(())
}
