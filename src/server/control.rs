//! The control connection: lines in, answers out, clear or under TLS.
//!
//! Border: knows no verbs but ABOR, which has to be noticed while data flows.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::command::{Command, Verb};
use super::personality::Reply;

/// Longest command line: a verb and the longest path, each of its characters doubled, fit four times.
const LINE_LIMIT: usize = 8 * 1024;

/// How much of a line that is too long is thrown away in search of its end before the session is given up.
const DISCARD_LIMIT: usize = 128 * 1024;

/// Commands that are kept while data flows; more stay in the socket.
const HELD_LIMIT: usize = 16;

/// How long a transfer that has ended waits for news of the control connection's end.
const LAST_LOOK: Duration = Duration::from_millis(2);

const READ_SIZE: usize = 2048;

/// What the client sent next.
#[derive(Debug)]
pub(super) enum Line {
    /// A line with its end.
    Command(Command),
    /// A line longer than the limit, thrown away.
    TooLong,
    /// A line whose end is not in sight: the session is over.
    Endless,
    /// The client has closed the connection.
    End,
}

/// How it went with something that was done while the control connection was watched.
#[derive(Debug)]
pub(super) enum Watched<T> {
    Done(T),
    /// The client sent ABOR.
    Aborted,
    /// The control connection is gone.
    Gone,
}

pub(super) struct Control {
    wire: Wire,
    peer: SocketAddr,
    local: SocketAddr,
    received: Vec<u8>,
    /// Bytes of the line under way that were thrown away.
    discarded: usize,
    held: VecDeque<Line>,
    transferred: u64,
    patience: Duration,
}

impl Control {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, patience: Duration) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        Ok(Self {
            wire: Wire::Clear(stream),
            peer,
            local,
            received: Vec::new(),
            discarded: 0,
            held: VecDeque::new(),
            transferred: 0,
            patience,
        })
    }

    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
    }

    pub(super) fn local(&self) -> SocketAddr {
        self.local
    }

    /// Bytes of commands and answers so far.
    pub(super) fn transferred(&self) -> u64 {
        self.transferred
    }

    pub(super) fn is_private(&self) -> bool {
        matches!(self.wire, Wire::Private(_))
    }

    /// The next line. May be cancelled without loss.
    pub(super) async fn next(&mut self) -> io::Result<Line> {
        match self.held.pop_front() {
            Some(line) => Ok(line),
            None => self.read_line().await,
        }
    }

    /// Sends `reply`.
    pub(super) async fn say(&mut self, reply: &Reply) -> io::Result<()> {
        let bytes = latin1(&reply.to_string());
        self.transferred += bytes.len() as u64;
        let written = async {
            self.wire.write_all(&bytes).await?;
            self.wire.flush().await
        };
        timeout(self.patience, written).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Does `work` and listens for ABOR and the end of the connection at the same time. Other commands are
    /// kept for later.
    pub(super) async fn watch<T>(&mut self, work: impl Future<Output = T>) -> Watched<T> {
        tokio::pin!(work);
        loop {
            let line = tokio::select! {
                biased;
                done = &mut work => return Watched::Done(done),
                line = self.read_line(), if self.held.len() < HELD_LIMIT => line,
            };
            match line {
                Ok(Line::Command(command)) if command.verb == Some(Verb::Abor) => return Watched::Aborted,
                Ok(Line::End | Line::Endless) | Err(_) if !self.said_goodbye() => return Watched::Gone,
                Ok(Line::End | Line::Endless) | Err(_) => return Watched::Done(work.await),
                Ok(line) => self.held.push_back(line),
            }
        }
    }

    /// True if the client is gone without a word, looked at once more.
    pub(super) async fn is_gone(&mut self) -> bool {
        match timeout(LAST_LOOK, self.read_line()).await {
            Err(_) => false,
            Ok(Ok(Line::Command(command))) => {
                self.held.push_back(Line::Command(command));
                false
            }
            Ok(_) => !self.said_goodbye(),
        }
    }

    fn said_goodbye(&self) -> bool {
        let quits = |line: &Line| matches!(line, Line::Command(command) if command.verb == Some(Verb::Quit));
        self.held.iter().any(quits)
    }

    /// True if something is there that the client sent behind the line just read.
    pub(super) fn has_more(&self) -> bool {
        !self.received.is_empty() || !self.held.is_empty()
    }

    /// Goes over to TLS.
    pub(super) async fn secure(&mut self, acceptor: &TlsAcceptor, patience: Duration) -> io::Result<()> {
        let Wire::Clear(stream) = std::mem::replace(&mut self.wire, Wire::Closed) else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let handshake = timeout(patience, acceptor.accept(stream));
        let stream = handshake.await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        self.wire = Wire::Private(Box::new(stream));
        Ok(())
    }

    /// Ends the connection, under TLS with its close notice.
    pub(super) async fn close(&mut self) {
        let _ = timeout(self.patience, self.wire.shutdown()).await;
    }

    async fn read_line(&mut self) -> io::Result<Line> {
        loop {
            if let Some(line) = self.take_line() {
                return Ok(line);
            }
            let mut piece = [0; READ_SIZE];
            let length = self.wire.read(&mut piece).await?;
            if length == 0 {
                return Ok(Line::End);
            }
            self.received.extend_from_slice(piece.get(..length).unwrap_or_default());
        }
    }

    fn take_line(&mut self) -> Option<Line> {
        let Some(end) = self.received.iter().position(|&byte| byte == b'\n') else {
            return self.discard();
        };
        let bytes: Vec<u8> = self.received.drain(..=end).collect();
        self.transferred += bytes.len() as u64;
        if std::mem::take(&mut self.discarded) > 0 || bytes.len() > LINE_LIMIT {
            return Some(Line::TooLong);
        }
        Some(Line::Command(Command::parse(&decode(&bytes))))
    }

    /// Throws away what is more than a line may have.
    fn discard(&mut self) -> Option<Line> {
        if self.received.len() > LINE_LIMIT {
            self.discarded += self.received.len();
            self.received.clear();
        }
        (self.discarded > DISCARD_LIMIT).then_some(Line::Endless)
    }
}

/// A line as text: Telnet commands taken out, byte for byte as ISO8859-1, line end removed.
fn decode(bytes: &[u8]) -> String {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    without_telnet(line).into_iter().map(char::from).collect()
}

/// `line` without Telnet commands (RFC 854). A doubled X'FF' is a character.
fn without_telnet(line: &[u8]) -> Vec<u8> {
    const IAC: u8 = 0xFF;
    let mut text = Vec::with_capacity(line.len());
    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != IAC {
            text.push(byte);
            continue;
        }
        match bytes.peek() {
            Some(&IAC) => {
                text.push(IAC);
                bytes.next();
            }
            // WILL, WONT, DO, DONT carry an option.
            Some(0xFB..=0xFE) => drop((bytes.next(), bytes.next())),
            Some(0xF0..=0xFA) => drop(bytes.next()),
            // The data mark went another way (urgent data): what follows is text again.
            _ => {}
        }
    }
    text
}

/// `text` as ISO8859-1. Every line of ours is made of characters that came in that way.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|character| u8::try_from(character).unwrap_or(b'?')).collect()
}

enum Wire {
    Clear(TcpStream),
    Private(Box<TlsStream<TcpStream>>),
    /// Between clear and private, or after a handshake that failed.
    Closed,
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Private(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Closed => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Private(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Closed => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_flush(cx),
            Self::Private(stream) => Pin::new(stream).poll_flush(cx),
            Self::Closed => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Private(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Closed => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, latin1, without_telnet};

    #[test]
    fn telnet_commands_are_taken_out() {
        assert_eq!(without_telnet(b"\xFF\xF4\xFF\xF2ABOR"), b"ABOR", "IP and data mark");
        assert_eq!(without_telnet(b"\xFF\xF4\xFFABOR"), b"ABOR", "the data mark came as urgent data");
        assert_eq!(without_telnet(b"\xFF\xFD\x06NOOP"), b"NOOP", "DO TIMING-MARK");
        assert_eq!(without_telnet(b"STOR a\xFF\xFFb"), b"STOR a\xFFb");
        assert_eq!(without_telnet(b"NOOP\xFF"), b"NOOP");
        assert_eq!(without_telnet(b"NOOP\xFF\xFB"), b"NOOP");
    }

    #[test]
    fn every_byte_comes_back_as_it_was() {
        let bytes: Vec<u8> = (0x20..0xFF).collect();
        assert_eq!(latin1(&decode(&bytes)), bytes);
        assert_eq!(decode(b"QUIT\r\n"), "QUIT");
        assert_eq!(decode(b"QUIT\n"), "QUIT");
    }
}
