//! Sockets with timers: connect, accept, and the patience with which everything else waits.
//!
//! Border: TCP only. All blocking calls return to `Wait` several times a second, so that a run can be stopped.

use std::cell::Cell;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::services::User;

/// How long a system call may block before the user is asked again whether to go on.
pub(super) const POLL: Duration = Duration::from_millis(200);
/// First and longest pause between two looks at a listener.
const ACCEPT_PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(20));

/// What goes wrong between two sockets.
#[derive(Debug, Error)]
pub(super) enum NetError {
    #[error("the user stopped it")]
    Stopped,
    #[error("a timer ran out")]
    TimedOut,
    #[error("the other side closed it")]
    Closed,
    #[error("the other side closed it without the end mark of TLS: data may be missing")]
    Truncated,
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

impl NetError {
    /// True if the connection stood and is gone now, however the system tells it.
    pub(super) fn is_loss(&self) -> bool {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
        match self {
            Self::Closed | Self::Truncated => true,
            Self::Io(error) => {
                matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
            }
            Self::Stopped | Self::TimedOut | Self::Tls(_) => false,
        }
    }
}

/// Patience: until a deadline, and as long as the user wants.
pub(super) struct Wait<'a> {
    user: &'a dyn User,
    limit: Duration,
    deadline: Cell<Instant>,
    sliding: bool,
}

impl<'a> Wait<'a> {
    /// Waits `limit` in all.
    pub(super) fn total(user: &'a dyn User, limit: Duration) -> Self {
        Self { user, limit, deadline: Cell::new(Instant::now() + limit), sliding: false }
    }

    /// Waits `limit` for every bit of progress.
    pub(super) fn idle(user: &'a dyn User, limit: Duration) -> Self {
        Self { sliding: true, ..Self::total(user, limit) }
    }

    pub(super) fn check(&self) -> Result<(), NetError> {
        if self.user.wants_to_stop() {
            Err(NetError::Stopped)
        } else if Instant::now() >= self.deadline.get() {
            Err(NetError::TimedOut)
        } else {
            Ok(())
        }
    }

    /// Looks at the user only: what took time since the last call was not the network.
    pub(super) fn resume(&self) -> Result<(), NetError> {
        self.progress();
        self.check()
    }

    /// Tells that something moved.
    pub(super) fn progress(&self) {
        if self.sliding {
            self.deadline.set(Instant::now() + self.limit);
        }
    }

    /// `Ok(None)` if the call should be tried again.
    pub(super) fn judge<T>(&self, result: io::Result<T>) -> Result<Option<T>, NetError> {
        use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
        match result {
            Ok(value) => {
                self.progress();
                Ok(Some(value))
            }
            Err(error) if matches!(error.kind(), WouldBlock | TimedOut | Interrupted) => self.check().map(|()| None),
            Err(error) => Err(NetError::Io(error)),
        }
    }
}

/// Connects to `address`.
pub(super) fn connect(address: SocketAddr, wait: &Wait<'_>) -> Result<TcpStream, NetError> {
    let (sender, receiver) = mpsc::channel();
    let limit = wait.limit;
    // std has no connect that can be interrupted, so the call waits on a thread of its own.
    thread::Builder::new().name("ftp-connect".to_owned()).spawn(move || {
        // Nobody listens any more if the user lost patience; the socket then closes here.
        let _ = sender.send(TcpStream::connect_timeout(&address, limit));
    })?;
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(result) => return result.map_err(NetError::Io),
            Err(mpsc::RecvTimeoutError::Timeout) => wait.check()?,
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(NetError::Closed),
        }
    }
}

/// Waits until `peer` connects to `listener`, or until `interrupted` says that it will not.
/// Connections from elsewhere are dropped.
pub(super) fn accept(
    listener: &TcpListener,
    peer: IpAddr,
    wait: &Wait<'_>,
    mut interrupted: impl FnMut() -> bool,
) -> Result<Option<TcpStream>, NetError> {
    listener.set_nonblocking(true)?;
    let (mut pause, longest) = ACCEPT_PAUSES;
    loop {
        // Asked first: a connection that was made before the reply came must not be overlooked.
        let last_chance = interrupted();
        match wait.judge(listener.accept())? {
            Some((stream, from)) if from.ip() == peer => {
                stream.set_nonblocking(false)?;
                return Ok(Some(stream));
            }
            Some(_) => {}
            None if last_chance => return Ok(None),
            None => {
                thread::sleep(pause);
                pause = (pause * 2).min(longest);
            }
        }
    }
}
