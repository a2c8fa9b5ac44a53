//! Triple DES in CBC mode (FIPS 46-3, SP 800-67), driven by tables.
//!
//! Border: whole blocks in, whole blocks out, in place. The `des` crate is the oracle of the tests; this one is
//! here because it runs at the speed of OpenSSL, and because decryption works on several blocks at once.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes in a block.
pub(super) const BLOCK: usize = 8;
/// Bytes in a key: three DES keys. Parity bits are ignored.
pub(super) const KEY: usize = 24;

/// Rounds of one DES.
const ROUNDS: usize = 16;
/// Blocks that decryption holds in registers at once.
const LANES: usize = 4;

/// Round key: the six bits for each even S-box at the top of each byte, then those for the odd ones.
type RoundKey = [u32; 2];

/// Tables for the S-boxes with the permutation P behind them, in a frame that is turned right by one bit.
/// An index is a byte whose two low bits do not count.
type Tables = [[u32; 256]; 8];

/// The S-boxes S1 to S8 as FIPS 46-3 prints them: four rows of sixteen.
#[rustfmt::skip]
const S_BOXES: [[u8; 64]; 8] = [
    [14, 4, 13, 1, 2, 15, 11, 8, 3, 10, 6, 12, 5, 9, 0, 7, 0, 15, 7, 4, 14, 2, 13, 1, 10, 6, 12, 11, 9, 5, 3, 8,
     4, 1, 14, 8, 13, 6, 2, 11, 15, 12, 9, 7, 3, 10, 5, 0, 15, 12, 8, 2, 4, 9, 1, 7, 5, 11, 3, 14, 10, 0, 6, 13],
    [15, 1, 8, 14, 6, 11, 3, 4, 9, 7, 2, 13, 12, 0, 5, 10, 3, 13, 4, 7, 15, 2, 8, 14, 12, 0, 1, 10, 6, 9, 11, 5,
     0, 14, 7, 11, 10, 4, 13, 1, 5, 8, 12, 6, 9, 3, 2, 15, 13, 8, 10, 1, 3, 15, 4, 2, 11, 6, 7, 12, 0, 5, 14, 9],
    [10, 0, 9, 14, 6, 3, 15, 5, 1, 13, 12, 7, 11, 4, 2, 8, 13, 7, 0, 9, 3, 4, 6, 10, 2, 8, 5, 14, 12, 11, 15, 1,
     13, 6, 4, 9, 8, 15, 3, 0, 11, 1, 2, 12, 5, 10, 14, 7, 1, 10, 13, 0, 6, 9, 8, 7, 4, 15, 14, 3, 11, 5, 2, 12],
    [7, 13, 14, 3, 0, 6, 9, 10, 1, 2, 8, 5, 11, 12, 4, 15, 13, 8, 11, 5, 6, 15, 0, 3, 4, 7, 2, 12, 1, 10, 14, 9,
     10, 6, 9, 0, 12, 11, 7, 13, 15, 1, 3, 14, 5, 2, 8, 4, 3, 15, 0, 6, 10, 1, 13, 8, 9, 4, 5, 11, 12, 7, 2, 14],
    [2, 12, 4, 1, 7, 10, 11, 6, 8, 5, 3, 15, 13, 0, 14, 9, 14, 11, 2, 12, 4, 7, 13, 1, 5, 0, 15, 10, 3, 9, 8, 6,
     4, 2, 1, 11, 10, 13, 7, 8, 15, 9, 12, 5, 6, 3, 0, 14, 11, 8, 12, 7, 1, 14, 2, 13, 6, 15, 0, 9, 10, 4, 5, 3],
    [12, 1, 10, 15, 9, 2, 6, 8, 0, 13, 3, 4, 14, 7, 5, 11, 10, 15, 4, 2, 7, 12, 9, 5, 6, 1, 13, 14, 0, 11, 3, 8,
     9, 14, 15, 5, 2, 8, 12, 3, 7, 0, 4, 10, 1, 13, 11, 6, 4, 3, 2, 12, 9, 5, 15, 10, 11, 14, 1, 7, 6, 0, 8, 13],
    [4, 11, 2, 14, 15, 0, 8, 13, 3, 12, 9, 7, 5, 10, 6, 1, 13, 0, 11, 7, 4, 9, 1, 10, 14, 3, 5, 12, 2, 15, 8, 6,
     1, 4, 11, 13, 12, 3, 7, 14, 10, 15, 6, 8, 0, 5, 9, 2, 6, 11, 13, 8, 1, 4, 10, 7, 9, 5, 0, 15, 14, 2, 3, 12],
    [13, 2, 8, 4, 6, 15, 11, 1, 10, 9, 3, 14, 5, 0, 12, 7, 1, 15, 13, 8, 10, 3, 7, 4, 12, 5, 6, 11, 0, 14, 9, 2,
     7, 11, 4, 1, 9, 12, 14, 2, 0, 6, 10, 13, 15, 3, 5, 8, 2, 1, 14, 7, 4, 10, 8, 13, 15, 12, 9, 0, 3, 5, 6, 11],
];

/// The permutation P: which bit of its input stands at each place of its output, counted from 1 at the left.
#[rustfmt::skip]
const P: [u8; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10,
    2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];

/// Permuted choice 1: the 56 bits of a key that count.
#[rustfmt::skip]
const PC1: [u8; 56] = [
    57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
    63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];

/// Permuted choice 2: the 48 bits of the two halves that make a round key.
#[rustfmt::skip]
const PC2: [u8; 48] = [
    14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
    41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

/// How far the two halves of a key turn left before each round.
const SHIFTS: [u32; ROUNDS] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

static TABLES: Tables = tables();

const fn tables() -> Tables {
    let mut tables = [[0; 256]; 8];
    let mut number = 0;
    while number < 8 {
        let mut byte = 0;
        while byte < 256 {
            let six = byte >> 2;
            let (row, column) = (six >> 4 & 2 | six & 1, six >> 1 & 15);
            let out = (S_BOXES[number][row * 16 + column] as u32) << (28 - 4 * number);
            tables[number][byte] = permute_p(out).rotate_right(1);
            byte += 1;
        }
        number += 1;
    }
    tables
}

const fn permute_p(word: u32) -> u32 {
    let mut out = 0;
    let mut at = 0;
    while at < 32 {
        out = out << 1 | word >> (32 - P[at]) & 1;
        at += 1;
    }
    out
}

/// The round keys of one DES key, in the order of encryption.
fn schedule(key: u64) -> [RoundKey; ROUNDS] {
    let chosen = PC1.iter().fold(0_u64, |out, &bit| out << 1 | key >> (64 - bit) & 1);
    let (mut c, mut d) = (chosen >> 28, chosen & 0x0FFF_FFFF);
    SHIFTS.map(|shift| {
        c = turn_left_28(c, shift);
        d = turn_left_28(d, shift);
        let both = c << 28 | d;
        let key = PC2.iter().fold(0_u64, |out, &bit| out << 1 | both >> (56 - bit) & 1);
        let six = |number: u32| (key >> (42 - 6 * number) & 63) as u32;
        let four = |first| (six(first) << 26) | (six(first + 2) << 18) | (six(first + 4) << 10) | (six(first + 6) << 2);
        [four(0), four(1)]
    })
}

fn turn_left_28(half: u64, by: u32) -> u64 {
    (half << by | half >> (28 - by)) & 0x0FFF_FFFF
}

/// What the round function adds to the other half. `half` is in the turned frame.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the rounds of several blocks must interleave")]
fn round(half: u32, key: RoundKey) -> u32 {
    let (even, odd) = (half ^ key[0], half.rotate_left(4) ^ key[1]);
    let [s1, s2, s3, s4, s5, s6, s7, s8] = &TABLES;
    let from_even = (pick(s1, even >> 24) ^ pick(s3, even >> 16)) ^ (pick(s5, even >> 8) ^ pick(s7, even));
    let from_odd = (pick(s2, odd >> 24) ^ pick(s4, odd >> 16)) ^ (pick(s6, odd >> 8) ^ pick(s8, odd));
    from_even ^ from_odd
}

/// The entry for the low byte of `word`. Compilers make better code of this mask than of bytes taken apart.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the rounds of several blocks must interleave")]
fn pick(table: &[u32; 256], word: u32) -> u32 {
    table[(word & 0xFF) as usize]
}

/// The initial permutation, and the turn into the frame of the tables.
#[inline]
fn enter(block: u64) -> (u32, u32) {
    let (mut l, mut r) = ((block >> 32) as u32, block as u32);
    swap_bits(&mut l, &mut r, 4, 0x0F0F_0F0F);
    swap_bits(&mut l, &mut r, 16, 0x0000_FFFF);
    swap_bits(&mut r, &mut l, 2, 0x3333_3333);
    swap_bits(&mut r, &mut l, 8, 0x00FF_00FF);
    swap_bits(&mut l, &mut r, 1, 0x5555_5555);
    (l.rotate_right(1), r.rotate_right(1))
}

/// The inverse of `enter`.
#[inline]
fn leave(l: u32, r: u32) -> u64 {
    let (mut l, mut r) = (l.rotate_left(1), r.rotate_left(1));
    swap_bits(&mut l, &mut r, 1, 0x5555_5555);
    swap_bits(&mut r, &mut l, 8, 0x00FF_00FF);
    swap_bits(&mut r, &mut l, 2, 0x3333_3333);
    swap_bits(&mut l, &mut r, 16, 0x0000_FFFF);
    swap_bits(&mut l, &mut r, 4, 0x0F0F_0F0F);
    u64::from(l) << 32 | u64::from(r)
}

/// Exchanges the bits of `a >> by` and `b` under `mask`.
#[inline]
fn swap_bits(a: &mut u32, b: &mut u32, by: u32, mask: u32) {
    let differing = (*a >> by ^ *b) & mask;
    *b ^= differing;
    *a ^= differing << by;
}

/// The 48 round keys of a direction: three DES, one after the other.
type Schedule = [[RoundKey; ROUNDS]; 3];

/// Sends `N` blocks through the three DES at once. Between two of them the final and the initial permutation
/// cancel each other; what is left is the exchange of the halves.
#[inline]
fn crypt<const N: usize>(keys: &Schedule, blocks: [u64; N]) -> [u64; N] {
    let (mut l, mut r) = ([0; N], [0; N]);
    for lane in 0..N {
        (l[lane], r[lane]) = enter(blocks[lane]);
    }
    for des in keys {
        for pair in des.chunks_exact(2) {
            for lane in 0..N {
                l[lane] ^= round(r[lane], pair[0]);
            }
            for lane in 0..N {
                r[lane] ^= round(l[lane], pair[1]);
            }
        }
        (l, r) = (r, l);
    }
    let mut out = [0; N];
    for lane in 0..N {
        out[lane] = leave(l[lane], r[lane]);
    }
    out
}

/// A key in use in one direction, with the block that the next one is chained to.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Chain {
    keys: Schedule,
    last: u64,
}

/// Encrypts in CBC mode.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Encryptor(Chain);

/// Decrypts in CBC mode.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Decryptor(Chain);

impl Encryptor {
    /// Starts a chain with `iv`.
    pub(super) fn new(key: &[u8; KEY], iv: [u8; BLOCK]) -> Self {
        Self(Chain { keys: encryption_keys(key), last: u64::from_be_bytes(iv) })
    }

    /// Encrypts whole blocks in place; bytes behind the last whole block stay as they are.
    pub(super) fn encrypt(&mut self, bytes: &mut [u8]) {
        let chain = &mut self.0;
        for block in bytes.as_chunks_mut().0 {
            [chain.last] = crypt(&chain.keys, [u64::from_be_bytes(*block) ^ chain.last]);
            *block = chain.last.to_be_bytes();
        }
    }
}

impl Decryptor {
    /// Starts a chain with `iv`.
    pub(super) fn new(key: &[u8; KEY], iv: [u8; BLOCK]) -> Self {
        let mut keys = encryption_keys(key);
        keys.reverse();
        for des in &mut keys {
            des.reverse();
        }
        Self(Chain { keys, last: u64::from_be_bytes(iv) })
    }

    /// Decrypts whole blocks in place; bytes behind the last whole block stay as they are.
    pub(super) fn decrypt(&mut self, bytes: &mut [u8]) {
        let (many, rest) = bytes.as_chunks_mut::<{ LANES * BLOCK }>();
        for blocks in many {
            self.step::<LANES>(blocks);
        }
        for block in rest.as_chunks_mut::<BLOCK>().0 {
            self.step::<1>(block);
        }
    }

    fn step<const N: usize>(&mut self, bytes: &mut [u8]) {
        let blocks = bytes.as_chunks_mut::<BLOCK>().0;
        let mut secret = [0; N];
        for (word, block) in secret.iter_mut().zip(&*blocks) {
            *word = u64::from_be_bytes(*block);
        }
        for ((clear, block), &before) in
            crypt(&self.0.keys, secret).iter().zip(blocks).zip([self.0.last].iter().chain(&secret))
        {
            *block = (clear ^ before).to_be_bytes();
        }
        self.0.last = secret[N - 1];
    }
}

fn encryption_keys(key: &[u8; KEY]) -> Schedule {
    let part = |number: usize| {
        let bytes: [u8; BLOCK] = std::array::from_fn(|at| key[number * BLOCK + at]);
        schedule(u64::from_be_bytes(bytes))
    };
    let mut keys = [part(0), part(1), part(2)];
    keys[1].reverse();
    keys
}

#[cfg(test)]
mod tests {
    use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
    use des::TdesEde3;
    use proptest::prelude::{any, proptest};

    use super::{BLOCK, Decryptor, Encryptor, KEY};

    fn oracle_encrypt(key: &[u8; KEY], iv: [u8; BLOCK], bytes: &mut [u8]) {
        let mut chain = cbc::Encryptor::<TdesEde3>::new(key.into(), &iv.into());
        for block in bytes.as_chunks_mut::<BLOCK>().0 {
            chain.encrypt_block(block.into());
        }
    }

    fn oracle_decrypt(key: &[u8; KEY], iv: [u8; BLOCK], bytes: &mut [u8]) {
        let mut chain = cbc::Decryptor::<TdesEde3>::new(key.into(), &iv.into());
        for block in bytes.as_chunks_mut::<BLOCK>().0 {
            chain.decrypt_block(block.into());
        }
    }

    #[test]
    fn the_example_of_fips_46_is_met_when_all_three_keys_are_one() {
        // The classic walk-through of DES: key 133457799BBCDFF1, text 0123456789ABCDEF.
        let one = 0x1334_5779_9BBC_DFF1_u64.to_be_bytes();
        let key: [u8; KEY] = std::array::from_fn(|at| one[at % BLOCK]);
        let mut bytes = 0x0123_4567_89AB_CDEF_u64.to_be_bytes();
        Encryptor::new(&key, [0; BLOCK]).encrypt(&mut bytes);
        assert_eq!(u64::from_be_bytes(bytes), 0x85E8_1354_0F0A_B405);
    }

    #[test]
    fn bytes_behind_the_last_whole_block_are_left_alone() {
        let mut bytes = [7; 13];
        Encryptor::new(&[1; KEY], [0; BLOCK]).encrypt(&mut bytes);
        assert_eq!(bytes[8..], [7; 5]);
        Decryptor::new(&[1; KEY], [0; BLOCK]).decrypt(&mut bytes);
        assert_eq!(bytes, [7; 13]);
    }

    proptest! {
        #[test]
        fn both_directions_equal_the_des_crate(
            key: [u8; KEY],
            iv: [u8; BLOCK],
            blocks in proptest::collection::vec(any::<[u8; BLOCK]>(), 0..40),
            cut in 0_usize..40,
        ) {
            let clear = blocks.concat();
            let mut expected = clear.clone();
            oracle_encrypt(&key, iv, &mut expected);
            let mut secret = clear.clone();
            let cut = cut.min(blocks.len()) * BLOCK;
            let mut chain = Encryptor::new(&key, iv);
            chain.encrypt(&mut secret[..cut]);
            chain.encrypt(&mut secret[cut..]);
            assert_eq!(secret, expected);

            let mut again = clear.clone();
            oracle_decrypt(&key, iv, &mut again);
            let mut ours = clear;
            let mut chain = Decryptor::new(&key, iv);
            chain.decrypt(&mut ours[..cut]);
            chain.decrypt(&mut ours[cut..]);
            assert_eq!(ours, again);
        }
    }
}
