//! Keys from passwords: the derivation of PKCS #12 with SHA-1 (RFC 7292, appendix B.2).
//!
//! Border: bytes in, bytes out. What a key is for is the caller's matter.

use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

/// What is derived: the "ID" of RFC 7292, B.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A key for encryption, ID 1.
    Key = 1,
    /// An initial vector, ID 2.
    InitialVector = 2,
    /// A key for a message authentication code, ID 3.
    Mac = 3,
}

/// Bytes that SHA-1 works on at once: `v` of the RFC.
const BLOCK: usize = 64;
/// Bytes that SHA-1 gives: `u` of the RFC.
const HASH: usize = 20;

/// Fills `out` from `password` (bytes as B.1 wants them, see [`bmp_string`]), `salt` and `iterations`.
pub fn pkcs12_sha1(password: &[u8], salt: &[u8], iterations: u32, purpose: Purpose, out: &mut [u8]) {
    let mut input = Zeroizing::new(repeated(salt));
    let password = Zeroizing::new(repeated(password));
    input.extend_from_slice(&password);
    for part in out.chunks_mut(HASH) {
        let hash = iterate(purpose, &input, iterations);
        part.copy_from_slice(&hash[..part.len()]);
        add_to_blocks(&mut input, &hash);
    }
}

/// `text` as B.1 wants it: big-endian UTF-16 and two zero bytes.
pub fn bmp_string(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
    for unit in text.encode_utf16().chain([0]) {
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    bytes
}

/// `bytes` again and again, up to the next multiple of a block; nothing stays nothing.
fn repeated(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len().div_ceil(BLOCK) * BLOCK;
    // The password's own bytes are copied once and never moved: room for both strings is taken here.
    let mut out = Vec::with_capacity(2 * length.max(BLOCK));
    out.extend(bytes.iter().cycle().take(length));
    out
}

fn iterate(purpose: Purpose, input: &[u8], iterations: u32) -> Zeroizing<[u8; HASH]> {
    let first = Sha1::new().chain_update([purpose as u8; BLOCK]).chain_update(input);
    let mut hash = Zeroizing::new([0; HASH]);
    first.finalize_into((&mut *hash).into());
    for _ in 1..iterations {
        let next = Zeroizing::new(<[u8; HASH]>::from(Sha1::digest(*hash)));
        *hash = *next;
    }
    hash
}

/// Adds the repeated hash and one to every block, each taken as a big-endian number.
fn add_to_blocks(input: &mut [u8], hash: &[u8; HASH]) {
    for block in input.chunks_exact_mut(BLOCK) {
        let mut carry = 1;
        for (at, byte) in block.iter_mut().enumerate().rev() {
            let sum = u16::from(*byte) + u16::from(hash[at % HASH]) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, bmp_string, pkcs12_sha1};

    fn derive<const N: usize>(password: &str, salt: u64, iterations: u32, purpose: Purpose) -> [u8; N] {
        let mut out = [0; N];
        pkcs12_sha1(&bmp_string(password), &salt.to_be_bytes(), iterations, purpose, &mut out);
        out
    }

    /// The vectors that implementers of PKCS #12 have passed on to each other for decades.
    #[test]
    fn smeg_and_queeg_come_out_as_published() {
        let (smeg, queeg) = (0x0a58_cf64_530d_823f, 0x05de_c959_acff_72f7);
        assert_eq!(
            derive("smeg", smeg, 1, Purpose::Key),
            *b"\x8a\xaa\xe6\x29\x7b\x6c\xb0\x46\x42\xab\x5b\x07\x78\x51\x28\x4e\xb7\x12\x8f\x1a\x2a\x7f\xbc\xa3"
        );
        assert_eq!(derive("smeg", smeg, 1, Purpose::InitialVector), *b"\x79\x99\x3d\xfe\x04\x8d\x3b\x76");
        assert_eq!(
            derive("queeg", queeg, 1000, Purpose::Key),
            *b"\xed\x20\x34\xe3\x63\x28\x83\x0f\xf0\x9d\xf1\xe1\xa0\x7d\xd3\x57\x18\x5d\xac\x0d\x4f\x9e\xb3\xd4"
        );
        assert_eq!(derive("queeg", queeg, 1000, Purpose::InitialVector), *b"\x11\xde\xda\xd7\x75\x8d\x48\x60");
    }

    #[test]
    fn a_password_becomes_two_bytes_a_character_and_a_terminator() {
        assert_eq!(*bmp_string("aé"), [0, 0x61, 0, 0xE9, 0, 0]);
    }
}
