//! One CBC chain over a whole body, in the cipher that the header names.
//!
//! Border: whole blocks in place; which key and which initial vector is known to [`Keys`].

use zeroize::Zeroizing;

use super::secret::{Cipher, Keys};
use super::{aes_cbc, tdes};

/// Encrypts a body.
pub struct Encryptor(Encrypting);

enum Encrypting {
    Tdes(Box<tdes::Encryptor>),
    Aes128(Box<aes_cbc::Encryptor>),
}

/// Decrypts a body.
pub struct Decryptor(Decrypting);

enum Decrypting {
    Tdes(Box<tdes::Decryptor>),
    Aes128(Box<aes_cbc::Decryptor>),
}

impl Encryptor {
    /// Starts the chain of a file.
    pub fn new(keys: &Keys) -> Self {
        Self(match keys.cipher {
            Cipher::Tdes => Encrypting::Tdes(Box::new(tdes::Encryptor::new(&keys.key, start(keys)))),
            Cipher::Aes128 => Encrypting::Aes128(Box::new(aes_cbc::Encryptor::new(&aes_key(keys), start(keys)))),
        })
    }

    /// Encrypts whole blocks in place; bytes behind the last whole block stay as they are.
    pub fn encrypt(&mut self, bytes: &mut [u8]) {
        match &mut self.0 {
            Encrypting::Tdes(chain) => chain.encrypt(bytes),
            Encrypting::Aes128(chain) => chain.encrypt(bytes),
        }
    }
}

impl Decryptor {
    /// Starts the chain of a file.
    pub fn new(keys: &Keys) -> Self {
        Self(match keys.cipher {
            Cipher::Tdes => Decrypting::Tdes(Box::new(tdes::Decryptor::new(&keys.key, start(keys)))),
            Cipher::Aes128 => Decrypting::Aes128(Box::new(aes_cbc::Decryptor::new(&aes_key(keys), start(keys)))),
        })
    }

    /// Decrypts whole blocks in place; bytes behind the last whole block stay as they are.
    pub fn decrypt(&mut self, bytes: &mut [u8]) {
        match &mut self.0 {
            Decrypting::Tdes(chain) => chain.decrypt(bytes),
            Decrypting::Aes128(chain) => chain.decrypt(bytes),
        }
    }
}

/// The initial vector: as much of its room as the block is long.
fn start<const N: usize>(keys: &Keys) -> [u8; N] {
    std::array::from_fn(|at| keys.iv[at])
}

fn aes_key(keys: &Keys) -> Zeroizing<[u8; aes_cbc::KEY]> {
    Zeroizing::new(std::array::from_fn(|at| keys.key[at]))
}

#[cfg(test)]
mod tests {
    use super::{Decryptor, Encryptor};
    use crate::efz::secret::{Cipher, Keys};

    fn both_ways(cipher: Cipher, key: &[u8], iv: &[u8], clear: u128, secret: u128) {
        let keys = Keys::given(cipher, key, iv);
        let mut bytes = clear.to_be_bytes();
        Encryptor::new(&keys).encrypt(&mut bytes);
        assert_eq!(u128::from_be_bytes(bytes), secret);
        Decryptor::new(&keys).decrypt(&mut bytes);
        assert_eq!(u128::from_be_bytes(bytes), clear);
    }

    #[test]
    fn aes_128_meets_the_first_block_of_nist_sp_800_38a() {
        both_ways(
            Cipher::Aes128,
            &0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c_u128.to_be_bytes(),
            &0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f_u128.to_be_bytes(),
            0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a,
            0x7649_abac_8119_b246_cee9_8e9b_12e9_197d,
        );
    }

    #[test]
    fn triple_des_meets_the_vector_with_the_key_of_nist_sp_800_67() {
        let key = [0x0123_4567_89ab_cdef_u64, 0x2345_6789_abcd_ef01, 0x4567_89ab_cdef_0123];
        both_ways(
            Cipher::Tdes,
            &key.map(u64::to_be_bytes).concat(),
            &0xf69f_2445_df4f_9b17_u64.to_be_bytes(),
            0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a,
            0x2079_c3d5_3aa7_63e1_93b7_9e25_69ab_5262,
        );
    }
}
