//! A connection, in the clear or under TLS, that reads and writes with patience.
//!
//! Border: bytes only. Commands and replies are `link`'s matter, transfers `data`'s.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use rustls::ClientConnection;

use super::net::{NetError, POLL, Wait};
use super::tls::TlsSetup;

/// Plain bytes that TLS takes before it must have sent them.
const TLS_BUFFER: usize = 128 * 1024;

/// One connection.
pub(super) struct Channel {
    stream: TcpStream,
    tls: Option<Box<ClientConnection>>,
}

impl Channel {
    /// A connection in the clear.
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(POLL))?;
        stream.set_write_timeout(Some(POLL))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, tls: None })
    }

    pub(super) fn local_address(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }

    pub(super) fn is_secure(&self) -> bool {
        self.tls.is_some()
    }

    /// Makes this a TLS connection. After an error nothing more can be sent over it.
    pub(super) fn secure(&mut self, setup: &TlsSetup, wait: &Wait<'_>) -> Result<(), NetError> {
        let mut tls = Box::new(ClientConnection::new(setup.config.clone(), setup.server_name.clone())?);
        tls.set_buffer_limit(Some(TLS_BUFFER));
        let result = shake_hands(&mut tls, &self.stream, wait);
        if result.is_err() {
            // The alert that tells the server why; it may be gone already.
            let _ = tls.write_tls(&mut &self.stream);
        }
        self.tls = Some(tls);
        result
    }

    /// Reads some bytes; 0 at an end in good order.
    pub(super) fn read(&mut self, buffer: &mut [u8], wait: &Wait<'_>) -> Result<usize, NetError> {
        loop {
            if let Some(count) = self.try_read(buffer, wait)? {
                return Ok(count);
            }
        }
    }

    /// As `read`, but `None` if nothing came for a moment.
    pub(super) fn try_read(&mut self, buffer: &mut [u8], wait: &Wait<'_>) -> Result<Option<usize>, NetError> {
        match &mut self.tls {
            Some(tls) => read_secure(tls, &self.stream, buffer, wait),
            None => wait.judge((&self.stream).read(buffer)),
        }
    }

    /// Writes all of `bytes`.
    pub(super) fn write(&mut self, mut bytes: &[u8], wait: &Wait<'_>) -> Result<(), NetError> {
        while !bytes.is_empty() {
            let written = match &mut self.tls {
                Some(tls) => {
                    let taken = tls.writer().write(bytes)?;
                    flush(tls, &self.stream, wait)?;
                    taken
                }
                None => match wait.judge((&self.stream).write(bytes))? {
                    Some(0) => return Err(NetError::Closed),
                    written => written.unwrap_or(0),
                },
            };
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    /// Tells the other side that nothing more comes: the end mark of TLS, then the end of the stream.
    pub(super) fn finish(&mut self, wait: &Wait<'_>) -> Result<(), NetError> {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            flush(tls, &self.stream, wait)?;
        }
        self.stream.shutdown(Shutdown::Write)?;
        Ok(())
    }

    /// True if bytes, an error or the end have arrived that nobody has read. What TLS says to itself (session
    /// tickets) does not count.
    pub(super) fn has_input(&mut self) -> bool {
        if self.stream.set_nonblocking(true).is_err() {
            return true;
        }
        let has_input = match &mut self.tls {
            None => !would_block(&self.stream.peek(&mut [0])),
            Some(tls) => has_plaintext(tls, &self.stream),
        };
        self.stream.set_nonblocking(false).is_err() || has_input
    }

    /// Closes at once so that the other side sees an error, not an end: what it has of a file is not whole.
    pub(super) fn reset(self) {
        // Only this face of tokio sets SO_LINGER to 0 in safe code; no runtime takes part. If it fails, the
        // stream still closes, and a server that speaks TLS misses the end mark.
        let socket = tokio::net::TcpSocket::from_std_stream(self.stream);
        let _ = socket.set_zero_linger();
    }
}

fn would_block<T>(result: &io::Result<T>) -> bool {
    matches!(result, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// Takes what has arrived on a socket that does not block.
fn has_plaintext(tls: &mut ClientConnection, mut stream: &TcpStream) -> bool {
    loop {
        let received = tls.read_tls(&mut stream);
        let Ok(state) = tls.process_new_packets() else { return true };
        if state.plaintext_bytes_to_read() > 0 || state.peer_has_closed() || matches!(received, Ok(0)) {
            return true;
        }
        if received.is_err() {
            return !would_block(&received);
        }
    }
}

fn shake_hands(tls: &mut ClientConnection, stream: &TcpStream, wait: &Wait<'_>) -> Result<(), NetError> {
    while tls.is_handshaking() {
        flush(tls, stream, wait)?;
        if tls.is_handshaking() && receive(tls, stream, wait)? == Some(0) {
            return Err(NetError::Closed);
        }
    }
    flush(tls, stream, wait)
}

fn flush(tls: &mut ClientConnection, mut stream: &TcpStream, wait: &Wait<'_>) -> Result<(), NetError> {
    while tls.wants_write() {
        if wait.judge(tls.write_tls(&mut stream))? == Some(0) {
            return Err(NetError::Closed);
        }
    }
    Ok(())
}

/// Takes some bytes from the socket: their number, 0 at the end, `None` if nothing came for a moment.
fn receive(tls: &mut ClientConnection, mut stream: &TcpStream, wait: &Wait<'_>) -> Result<Option<usize>, NetError> {
    let received = wait.judge(tls.read_tls(&mut stream))?;
    tls.process_new_packets()?;
    Ok(received)
}

fn read_secure(
    tls: &mut ClientConnection,
    stream: &TcpStream,
    buffer: &mut [u8],
    wait: &Wait<'_>,
) -> Result<Option<usize>, NetError> {
    loop {
        match tls.reader().read(buffer) {
            Ok(count) => return Ok(Some(count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(NetError::Truncated),
            Err(error) => return Err(NetError::Io(error)),
        }
        if receive(tls, stream, wait)?.is_none() {
            return Ok(None);
        }
        flush(tls, stream, wait)?;
    }
}
