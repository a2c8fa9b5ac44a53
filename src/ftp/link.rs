//! The control connection: sends one line, returns one whole reply with every line of it.
//!
//! Border: RFC 959 lines and the multi-line rule; knows no subcommands and prints nothing. Everything from the
//! server is limited, and what a terminal would obey (control characters) is shown as a period.

use std::net::{IpAddr, SocketAddr};

use thiserror::Error;

use super::channel::Channel;
use super::net::{NetError, Wait};
use super::tls::TlsSetup;

/// Most characters of a reply line that are kept (RFC 959 sets no limit; real lines stay below 200).
const MAX_LINE: usize = 4096;
/// Most bytes of one reply.
const MAX_REPLY: usize = 64 * 1024;
/// Bytes asked of the socket at a time.
const CHUNK: usize = 4096;

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// 100 to 599.
    pub(super) code: u16,
    /// All lines, the last one included, as they may be shown.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// 1xx: another reply follows.
    pub(super) fn is_preliminary(&self) -> bool {
        self.code / 100 == 1
    }

    /// 2xx.
    pub(super) fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx and 5xx.
    pub(super) fn is_negative(&self) -> bool {
        self.code >= 400
    }

    /// The last line.
    pub(super) fn text(&self) -> &str {
        self.lines.last().map_or("", String::as_str)
    }
}

/// Why there is no reply.
#[derive(Debug, Error)]
pub(super) enum LinkError {
    #[error("{0}")]
    Net(#[from] NetError),
    #[error("a reply of more than {MAX_REPLY} bytes")]
    TooLong,
    #[error("a line that is no reply: {0}")]
    NotAReply(String),
}

/// The control connection.
pub(super) struct Link {
    channel: Channel,
    /// What has arrived and is not read yet.
    buffer: Vec<u8>,
    peer: SocketAddr,
    local: IpAddr,
}

impl Link {
    /// The control connection over `channel`, which leads to `peer`.
    pub(super) fn new(channel: Channel, peer: SocketAddr) -> Result<Self, NetError> {
        let local = channel.local_address()?.ip();
        Ok(Self { channel, buffer: Vec::new(), peer, local })
    }

    /// The server's address.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The address of this end.
    pub(super) fn local(&self) -> IpAddr {
        self.local
    }

    /// True under TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.channel.is_secure()
    }

    /// Sends a command. Characters that would end or split the line are not let through.
    pub(super) fn send(&mut self, command: &str, wait: &Wait<'_>) -> Result<(), NetError> {
        let mut line = zeroize::Zeroizing::new(Vec::with_capacity(command.len() + 2));
        for character in command.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')) {
            let byte = u8::try_from(u32::from(character)).unwrap_or(b'?');
            line.push(byte);
            // X'FF' is the escape of TELNET, under which FTP commands travel (RFC 959, 854).
            if byte == 0xFF {
                line.push(byte);
            }
        }
        line.extend_from_slice(b"\r\n");
        self.channel.write(&line, wait)
    }

    /// True if something has arrived (or the connection has ended) that no reply took.
    pub(super) fn has_input(&mut self) -> bool {
        !self.buffer.is_empty() || self.channel.has_input()
    }

    /// Reads one reply.
    pub(super) fn reply(&mut self, wait: &Wait<'_>) -> Result<Reply, LinkError> {
        let mut budget = MAX_REPLY;
        let first = self.line(&mut budget, wait)?;
        let (code, more) = head(&first).ok_or_else(|| LinkError::NotAReply(shown(&first)))?;
        let mut lines = vec![shown(&first)];
        let mut open = more;
        while open {
            let line = self.line(&mut budget, wait)?;
            open = head(&line) != Some((code, false));
            lines.push(shown(&line));
        }
        Ok(Reply { code, lines })
    }

    /// Makes this a TLS connection. Bytes that came in the clear behind the last reply are dropped: they may
    /// be an attacker's replies.
    pub(super) fn secure(&mut self, setup: &TlsSetup, wait: &Wait<'_>) -> Result<(), NetError> {
        self.buffer.clear();
        self.channel.secure(setup, wait)
    }

    /// Ends the connection in good order.
    pub(super) fn close(mut self, wait: &Wait<'_>) {
        // The session is over: a server that is gone already changes nothing.
        let _ = self.channel.finish(wait);
    }

    fn line(&mut self, budget: &mut usize, wait: &Wait<'_>) -> Result<Vec<u8>, LinkError> {
        loop {
            if let Some(end) = self.buffer.iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                *budget = budget.checked_sub(line.len()).ok_or(LinkError::TooLong)?;
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            if self.buffer.len() > *budget {
                return Err(LinkError::TooLong);
            }
            self.fill(wait)?;
        }
    }

    fn fill(&mut self, wait: &Wait<'_>) -> Result<(), NetError> {
        // A server that dribbles keeps the socket ready; the timer runs all the same.
        wait.check()?;
        let mut chunk = [0; CHUNK];
        match self.channel.read(&mut chunk, wait)? {
            0 => Err(NetError::Closed),
            count => {
                self.buffer.extend_from_slice(chunk.get(..count).unwrap_or_default());
                Ok(())
            }
        }
    }
}

/// Code of a line, and whether it opens a reply of several lines.
fn head(line: &[u8]) -> Option<(u16, bool)> {
    let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let more = match line.get(3) {
        None | Some(b' ') => false,
        Some(b'-') => true,
        Some(_) => return None,
    };
    (100..600).contains(&code).then_some((code, more))
}

fn shown(line: &[u8]) -> String {
    line.iter().take(MAX_LINE).map(|&byte| char::from(byte)).map(|c| if c.is_control() { '.' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{head, shown};

    #[test]
    fn a_head_is_three_digits_and_a_blank_or_a_hyphen() {
        assert_eq!(head(b"220 ready"), Some((220, false)));
        assert_eq!(head(b"220-FTPD1 IBM FTP CS V2R4"), Some((220, true)));
        assert_eq!(head(b"226"), Some((226, false)));
        for wrong in [b"22".as_slice(), b"2200 x", b"hello", b"", b"099 x", b"600 x", b" 220 x"] {
            assert_eq!(head(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn control_characters_are_shown_as_periods() {
        assert_eq!(shown(b"230 \x1b[31mred\x07\x00\x9b"), "230 .[31mred...");
        assert_eq!(shown(b"220 M\xfcnchen"), "220 M\u{fc}nchen");
    }
}
