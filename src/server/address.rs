//! The operands of PORT and EPRT: which address and port a client wants data at.
//!
//! Border: text to address. Whether the server may connect there is asked in `allowed`, and nowhere else.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use thiserror::Error;

/// Lowest port that the server connects to; below are the services of a system.
const LOWEST_PORT: u16 = 1024;

/// An operand that names no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum AddressError {
    #[error("the operand does not have the form of an address")]
    Form,
    #[error("the network protocol is not one of 1 and 2")]
    Protocol,
}

/// `h1,h2,h3,h4,p1,p2`.
pub(super) fn port(operand: &str) -> Result<SocketAddr, AddressError> {
    let numbers = operand.split(',').map(byte).collect::<Option<Vec<u8>>>();
    let [a, b, c, d, high, low] = *numbers.as_deref().unwrap_or_default() else {
        return Err(AddressError::Form);
    };
    Ok(SocketAddr::from((Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low]))))
}

/// `|1|192.0.2.1|5282|`, the delimiter any printing character (RFC 2428).
pub(super) fn eprt(operand: &str) -> Result<SocketAddr, AddressError> {
    let delimiter = operand.chars().next().filter(char::is_ascii_graphic).ok_or(AddressError::Form)?;
    let parts: Vec<&str> = operand.split(delimiter).collect();
    let ["", protocol, host, port, ""] = *parts else {
        return Err(AddressError::Form);
    };
    let host: IpAddr = match protocol {
        "1" => IpAddr::V4(host.parse().map_err(|_| AddressError::Form)?),
        "2" => IpAddr::V6(host.parse().map_err(|_| AddressError::Form)?),
        other if number(other, 5).is_some() => return Err(AddressError::Protocol),
        _ => return Err(AddressError::Form),
    };
    Ok(SocketAddr::new(host, number(port, 5).ok_or(AddressError::Form)?))
}

/// True if the server may connect to `target` for the client at `peer`: the same machine, no system port.
pub(super) fn allowed(target: SocketAddr, peer: IpAddr) -> bool {
    target.ip().to_canonical() == peer.to_canonical() && target.port() >= LOWEST_PORT
}

/// `address` as PASV tells it.
pub(super) fn passive(address: Ipv4Addr, port: u16) -> String {
    let [a, b, c, d] = address.octets();
    let [high, low] = port.to_be_bytes();
    format!("{a},{b},{c},{d},{high},{low}")
}

fn byte(text: &str) -> Option<u8> {
    number(text, 3).and_then(|value| u8::try_from(value).ok())
}

/// A number of 1 to `digits` decimal digits, without sign.
fn number(text: &str, digits: usize) -> Option<u16> {
    let plain = (1..=digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, SocketAddr};

    use proptest::prelude::*;

    use super::{AddressError, allowed, eprt, passive, port};

    #[test]
    fn the_port_command_of_the_session_of_2002_is_read() {
        let expected = SocketAddr::from(([9, 39, 62, 3], 2632));
        assert_eq!(port("9,39,62,3,10,72"), Ok(expected));
    }

    #[test]
    fn hostile_port_operands_are_refused() {
        for operand in [
            "",
            ",",
            "1,2,3,4,5",
            "1,2,3,4,5,6,7",
            "256,0,0,1,4,1",
            "1,2,3,4,5,-6",
            "1,2,3,4,5,+6",
            " 1,2,3,4,5,6",
            "1,2,3,4,5,0006",
            "a,b,c,d,e,f",
            "1,2,3,4,5,",
            "127.0.0.1,4,1",
            "1,2,3,4,5,99999999999999999999",
            "1,2,3,4,5,6\0",
            "\u{661},2,3,4,5,6",
        ] {
            assert_eq!(port(operand), Err(AddressError::Form), "{operand:?}");
        }
    }

    #[test]
    fn eprt_is_read_for_both_protocols_and_any_delimiter() {
        assert_eq!(eprt("|1|132.235.1.2|6275|"), Ok(SocketAddr::from(([132, 235, 1, 2], 6275))));
        assert_eq!(eprt("|2|1080::8:800:200C:417A|5282|").map(|address| address.port()), Ok(5282));
        assert_eq!(eprt("!1!127.0.0.1!65535!"), Ok(SocketAddr::from(([127, 0, 0, 1], 65535))));
    }

    #[test]
    fn hostile_eprt_operands_are_refused() {
        for operand in [
            "",
            "|",
            "||||",
            "|1|127.0.0.1|5282",
            "1|127.0.0.1|5282|",
            "|1|127.0.0.1|65536|",
            "|1|127.0.0.1|-1|",
            "|1|127.0.0.1|+1|",
            "|1|::1|5282|",
            "|2|127.0.0.1|5282|",
            "|1|localhost|5282|",
            "|1|127.0.0.1|5282||",
            "\n1\n127.0.0.1\n5282\n",
            "|1|127.0.0.1|000005282|",
            "\u{e9}1\u{e9}127.0.0.1\u{e9}5282\u{e9}",
        ] {
            assert_eq!(eprt(operand), Err(AddressError::Form), "{operand:?}");
        }
        assert_eq!(eprt("|3|127.0.0.1|5282|"), Err(AddressError::Protocol));
    }

    #[test]
    fn only_the_peer_itself_and_no_system_port_is_connected_to() {
        let peer = IpAddr::from([127, 0, 0, 1]);
        assert!(allowed(SocketAddr::from(([127, 0, 0, 1], 1024)), peer));
        assert!(!allowed(SocketAddr::from(([127, 0, 0, 1], 1023)), peer));
        assert!(!allowed(SocketAddr::from(([10, 0, 0, 1], 20560)), peer));
        let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
        assert!(allowed(SocketAddr::new(mapped.into(), 2000), peer));
    }

    proptest! {
        #[test]
        fn what_pasv_tells_port_reads(address: [u8; 4], number: u16) {
            let told = passive(Ipv4Addr::from(address), number);
            prop_assert_eq!(port(&told), Ok(SocketAddr::from((address, number))));
        }

        #[test]
        fn no_operand_panics(operand in ".{0,80}") {
            let _ = port(&operand);
            let _ = eprt(&operand);
        }
    }
}
