//! Whether bytes begin like an encrypted OpenPGP message (RFC 9580, 4.2 and 6.2).

/// How the armor of a message begins.
const ARMOR: &[u8] = b"-----BEGIN PGP MESSAGE-----";

const PUBLIC_KEY_ENCRYPTED_SESSION_KEY: u8 = 1;
const SYMMETRIC_KEY_ENCRYPTED_SESSION_KEY: u8 = 3;
const ENCRYPTED_WITH_INTEGRITY: u8 = 18;

/// True if `start`, the first bytes of a file, begins an encrypted message, armored or not.
pub fn is_message(start: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(ARMOR) || is_binary_message(start).unwrap_or(false)
}

/// The first packet tells by its tag and version; texts of any code page have neither.
fn is_binary_message(start: &[u8]) -> Option<bool> {
    let (tag, body) = first_packet(start)?;
    let version = *body.first()?;
    Some(match tag {
        PUBLIC_KEY_ENCRYPTED_SESSION_KEY => matches!(version, 3 | 6),
        SYMMETRIC_KEY_ENCRYPTED_SESSION_KEY => matches!(version, 4..=6),
        ENCRYPTED_WITH_INTEGRITY => matches!(version, 1 | 2),
        _ => false,
    })
}

/// Tag and body of the first packet.
fn first_packet(start: &[u8]) -> Option<(u8, &[u8])> {
    let (&first, rest) = start.split_first()?;
    if first & 0x80 == 0 {
        return None;
    }
    if first & 0x40 != 0 {
        let length = match *rest.first()? {
            0..=191 | 224..=254 => 1,
            192..=223 => 2,
            255 => 5,
        };
        return Some((first & 0x3F, rest.get(length..)?));
    }
    let length = match first & 3 {
        0 => 1,
        1 => 2,
        2 => 4,
        _ => 0,
    };
    Some(((first >> 2) & 0x0F, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::is_message;

    #[test]
    fn messages_of_gpg_are_recognized() {
        // gpg 2.2.40: -c with AES, --armor, and -e for an RSA key.
        assert!(is_message(b"\x8c\x0d\x04\x07\x03\x02\xaa"));
        assert!(is_message(b"\n-----BEGIN PGP MESSAGE-----\n\njA0E"));
        assert!(is_message(b"\x85\x01\x0c\x03\x11\x22"));
        assert!(is_message(b"\xd2\xc0\x12\x01"));
    }

    #[test]
    fn texts_and_other_files_are_not() {
        // `ACKd KEY` in IBM-1047.
        let ebcdic = [0xC1, 0xC3, 0xD2, 0x84, 0x40, 0xD2, 0xC5, 0xE8];
        for other in [
            ebcdic.as_slice(),
            &ebcdic[1..],
            &ebcdic[2..],
            &ebcdic[3..],
            b"",
            b"\x8c",
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----",
            b"PK\x03\x04",
            &[0xE9, 0xD1, 0xD6, 0xC2],
            &[2, 0, 0, 80, 0x0C, 0],
        ] {
            assert!(!is_message(other), "{other:02X?}");
        }
    }
}
