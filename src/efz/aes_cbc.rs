//! AES-128 in CBC mode (SP 800-38A), on the processor's own instructions through the `aes` crate.
//!
//! Border: whole blocks in, whole blocks out, in place. The chain is written here: in encryption, where every
//! block waits for the one before, it keeps that one in a register, and in decryption it copies only what it must;
//! the `cbc` crate does neither. That crate is the oracle of the tests.

use aes::Aes128;
use cbc::cipher::array::Array;
use cbc::cipher::common::BlockSizeUser;
use cbc::cipher::consts::U16;
use cbc::cipher::{
    Block, BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt, KeyInit,
};
use zeroize::Zeroize;

/// Bytes in a block.
pub(super) const BLOCK: usize = 16;
/// Bytes in a key.
pub(super) const KEY: usize = 16;

/// A key in use, with the block that the next one is chained to.
struct Keyed {
    cipher: Aes128,
    last: Block<Aes128>,
}

impl Drop for Keyed {
    fn drop(&mut self) {
        self.last.zeroize();
    }
}

/// Encrypts in CBC mode.
pub(super) struct Encryptor(Keyed);

impl Encryptor {
    /// Starts a chain with `iv`.
    pub(super) fn new(key: &[u8; KEY], iv: [u8; BLOCK]) -> Self {
        Self(Keyed { cipher: Aes128::new(key.into()), last: iv.into() })
    }

    /// Encrypts whole blocks in place; bytes behind the last whole block stay as they are.
    pub(super) fn encrypt(&mut self, bytes: &mut [u8]) {
        let blocks = Array::slice_as_chunks_mut(bytes).0;
        self.0.cipher.encrypt_with_backend(Chain { last: &mut self.0.last, blocks });
    }
}

/// Some blocks and the one before them.
struct Chain<'a> {
    last: &'a mut Block<Aes128>,
    blocks: &'a mut [Block<Aes128>],
}

impl BlockSizeUser for Chain<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Chain<'_> {
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "the blocks must stay in registers")]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let mut last = *self.last;
        for block in self.blocks {
            add(&mut last, block);
            backend.encrypt_block_inplace(&mut last);
            *block = last;
        }
        *self.last = last;
    }
}

impl BlockCipherDecClosure for Chain<'_> {
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "the blocks must stay in registers")]
    fn call<B: BlockCipherDecBackend<BlockSize = U16>>(self, backend: &B) {
        let mut last = *self.last;
        let (many, rest) = Array::<_, B::ParBlocksSize>::slice_as_chunks_mut(self.blocks);
        for blocks in many {
            let secret = blocks.clone();
            backend.decrypt_par_blocks_inplace(blocks);
            for (block, before) in blocks.iter_mut().zip([&last].into_iter().chain(&secret)) {
                add(block, before);
            }
            if let Some(block) = secret.last() {
                last = *block;
            }
        }
        for block in rest {
            let secret = *block;
            backend.decrypt_block_inplace(block);
            add(block, &last);
            last = secret;
        }
        *self.last = last;
    }
}

/// Adds one block to another, bit by bit.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the blocks must stay in registers")]
fn add(block: &mut Block<Aes128>, other: &Block<Aes128>) {
    let sum = u128::from_le_bytes(block.0) ^ u128::from_le_bytes(other.0);
    block.0 = sum.to_le_bytes();
}

/// Decrypts in CBC mode.
pub(super) struct Decryptor(Keyed);

impl Decryptor {
    /// Starts a chain with `iv`.
    pub(super) fn new(key: &[u8; KEY], iv: [u8; BLOCK]) -> Self {
        Self(Keyed { cipher: Aes128::new(key.into()), last: iv.into() })
    }

    /// Decrypts whole blocks in place; bytes behind the last whole block stay as they are.
    pub(super) fn decrypt(&mut self, bytes: &mut [u8]) {
        let blocks = Array::slice_as_chunks_mut(bytes).0;
        self.0.cipher.decrypt_with_backend(Chain { last: &mut self.0.last, blocks });
    }
}

#[cfg(test)]
mod tests {
    use aes::Aes128;
    use cbc::cipher::array::Array;
    use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
    use proptest::prelude::{any, proptest};

    use super::{BLOCK, Decryptor, Encryptor, KEY};

    #[test]
    fn bytes_behind_the_last_whole_block_are_left_alone() {
        let mut bytes = [7; 21];
        Encryptor::new(&[1; KEY], [0; BLOCK]).encrypt(&mut bytes);
        assert_eq!(bytes[BLOCK..], [7; 5]);
        Decryptor::new(&[1; KEY], [0; BLOCK]).decrypt(&mut bytes);
        assert_eq!(bytes, [7; 21]);
    }

    proptest! {
        #[test]
        fn both_directions_equal_the_cbc_crate(
            key: [u8; KEY],
            iv: [u8; BLOCK],
            // More than any processor takes at once.
            blocks in proptest::collection::vec(any::<[u8; BLOCK]>(), 0..200),
            cut in 0_usize..200,
        ) {
            let clear = blocks.concat();
            let mut expected = clear.clone();
            cbc::Encryptor::<Aes128>::new(&key.into(), &iv.into())
                .encrypt_blocks(Array::slice_as_chunks_mut(&mut expected).0);
            let cut = cut.min(blocks.len()) * BLOCK;
            let mut bytes = clear.clone();
            let mut chain = Encryptor::new(&key, iv);
            chain.encrypt(&mut bytes[..cut]);
            chain.encrypt(&mut bytes[cut..]);
            assert_eq!(bytes, expected);
            let mut chain = Decryptor::new(&key, iv);
            chain.decrypt(&mut bytes[..cut]);
            chain.decrypt(&mut bytes[cut..]);
            assert_eq!(bytes, clear);
        }
    }
}
