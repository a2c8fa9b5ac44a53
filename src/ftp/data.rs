//! Data connections: where the server says it listens, where we listen, and an end in good order.
//!
//! Border: addresses and bytes. Which commands lead here and what is printed is the session's matter.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};

use super::channel::Channel;
use super::net::{self, NetError, Wait};

/// Ports below this belong to other services; no server takes data there.
const FIRST_DATA_PORT: u16 = 1024;
/// Bytes read at a time while waiting for the end of a connection.
const DRAIN: usize = 4096;

/// A data connection that is agreed on.
pub(super) enum Agreed {
    /// We listen, the server connects once it has accepted the command.
    Active(TcpListener),
    /// We are connected.
    Passive(TcpStream),
}

/// Host and port of a 227 reply: six numbers, with or without parentheses (RFC 1123, 4.1.2.6).
pub(super) fn passive_address(text: &str) -> Option<(Ipv4Addr, u16)> {
    let text = text.get(4..)?;
    let from = text.find('(').map_or_else(|| text.find(|c: char| c.is_ascii_digit()), |at| Some(at + 1))?;
    let list = text.get(from..)?;
    let end = list.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(list.len());
    let numbers: Vec<u8> = list.get(..end)?.split(',').map(|n| n.parse().ok()).collect::<Option<_>>()?;
    let [a, b, c, d, high, low] = numbers[..] else { return None };
    data_port(u16::from_be_bytes([high, low])).map(|port| (Ipv4Addr::new(a, b, c, d), port))
}

/// Port of a 229 reply: `(|||port|)` with any delimiter (RFC 2428).
pub(super) fn extended_port(text: &str) -> Option<u16> {
    let (_, rest) = text.split_once('(')?;
    let (inside, _) = rest.split_once(')')?;
    let delimiter = inside.chars().next().filter(|c| ('!'..='~').contains(c) && !c.is_ascii_digit())?;
    let fields: Vec<&str> = inside.split(delimiter).collect();
    let ["", "", "", port, ""] = fields[..] else { return None };
    data_port(port.parse().ok()?)
}

fn data_port(port: u16) -> Option<u16> {
    (port >= FIRST_DATA_PORT).then_some(port)
}

/// The argument of PORT for a listener.
pub(super) fn port_argument(address: Ipv4Addr, port: u16) -> String {
    let [a, b, c, d] = address.octets();
    let [high, low] = port.to_be_bytes();
    format!("{a},{b},{c},{d},{high},{low}")
}

/// Listens for the server on the address of the control connection.
pub(super) fn listen(local: IpAddr) -> Result<(TcpListener, u16), NetError> {
    let listener = TcpListener::bind(SocketAddr::new(local, 0))?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// Connects to the server's data port, at the address of the control connection and nowhere else.
pub(super) fn connect(peer: IpAddr, port: u16, wait: &Wait<'_>) -> Result<Agreed, NetError> {
    net::connect(SocketAddr::new(peer, port), wait).map(Agreed::Passive)
}

/// Ends an upload: says that nothing more comes, then reads until the server has closed its side as well.
/// A reset on the way means that the server dropped data. `replied` tells that a reply has come; a server
/// that leaves its side open after that is not waited for.
pub(super) fn finish(
    channel: &mut Channel,
    wait: &Wait<'_>,
    mut replied: impl FnMut() -> bool,
) -> Result<(), NetError> {
    channel.finish(wait)?;
    let mut rest = [0; DRAIN];
    loop {
        let had_replied = replied();
        match channel.try_read(&mut rest, wait) {
            Ok(Some(0)) | Err(NetError::Truncated) => return Ok(()),
            Ok(None) if had_replied => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{extended_port, passive_address, port_argument};

    #[test]
    fn a_227_is_read_in_every_form_that_servers_use() {
        let wanted = Some((Ipv4Addr::new(192, 109, 81, 10), 65_503));
        for text in [
            "227 Entering Passive Mode (192,109,81,10,255,223).",
            "227 Entering Passive Mode (192,109,81,10,255,223)",
            "227 Entering Passive Mode. 192,109,81,10,255,223",
            "227 =192,109,81,10,255,223",
        ] {
            assert_eq!(passive_address(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_wrong_227_gives_no_address() {
        for text in [
            "227 ok",
            "227 Entering Passive Mode (1,2,3,4,5,6,7)",
            "227 Entering Passive Mode (1,2,3,4,5)",
            "227 Entering Passive Mode (1,2,3,4,0,22)",
            "227 Entering Passive Mode (1,2,3,256,20,22)",
            "227 Entering Passive Mode (::1,20,22)",
            "227",
            "",
        ] {
            assert_eq!(passive_address(text), None, "{text}");
        }
    }

    #[test]
    fn a_229_is_read_with_any_delimiter_and_refused_otherwise() {
        assert_eq!(extended_port("229 Entering Extended Passive Mode (|||65024|)"), Some(65_024));
        assert_eq!(extended_port("229 Entering Extended Passive Mode (!!!1024!)."), Some(1024));
        for text in [
            "229 (||65024|)",
            "229 (|||22|)",
            "229 (|1|127.0.0.1|2000|)",
            "229 (2222000022)",
            "229 ()",
            "229 (|||99999|)",
        ] {
            assert_eq!(extended_port(text), None, "{text}");
        }
    }

    #[test]
    fn port_has_six_numbers() {
        assert_eq!(port_argument(Ipv4Addr::new(9, 42, 104, 19), 1061), "9,42,104,19,4,37");
    }
}
