//! Codes of 12 bits in bytes: two codes in three bytes, most significant bit first.

/// Appends the bytes of `codes`, of which there must be an even number.
pub(super) fn append_pairs(codes: &[u16], bytes: &mut Vec<u8>) {
    bytes.extend(codes.as_chunks::<2>().0.iter().flat_map(|&[first, second]| {
        let [high, low] = second.to_be_bytes();
        let [top, rest] = (first << 4).to_be_bytes();
        [top, rest | high, low]
    }));
}

/// Appends the codes that lie complete in `bytes`; half a code at the end is left out.
pub(super) fn append_codes(bytes: &[u8], codes: &mut Vec<u16>) {
    let (triples, rest) = bytes.as_chunks::<3>();
    codes.extend(triples.iter().flat_map(|&[top, middle, low]| {
        [u16::from(top) << 4 | u16::from(middle) >> 4, u16::from(middle & 15) << 8 | u16::from(low)]
    }));
    if let [top, middle] = *rest {
        codes.push(u16::from(top) << 4 | u16::from(middle) >> 4);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, proptest};

    use super::{append_codes, append_pairs};

    fn codes_of(bytes: &[u8]) -> Vec<u16> {
        let mut codes = Vec::new();
        append_codes(bytes, &mut codes);
        codes
    }

    #[test]
    fn two_codes_lie_in_three_bytes_with_the_high_bits_first() {
        let mut bytes = Vec::new();
        append_pairs(&[0x0C2, 0x0C3, 0xFFF, 0xFFD], &mut bytes);
        assert_eq!(bytes, [0x0C, 0x20, 0xC3, 0xFF, 0xFF, 0xFD]);
        assert_eq!(codes_of(&bytes), [0x0C2, 0x0C3, 0xFFF, 0xFFD]);
    }

    #[test]
    fn a_code_that_is_cut_in_the_middle_is_left_out() {
        assert_eq!(codes_of(&[0x0C, 0x20, 0xC3, 0xFF]), [0x0C2, 0x0C3]);
        assert_eq!(codes_of(&[0x0C, 0x20, 0xC3, 0xFF, 0xFF]), [0x0C2, 0x0C3, 0xFFF]);
    }

    proptest! {
        #[test]
        fn codes_come_back_from_their_bytes(pairs in prop::collection::vec((0..4096_u16, 0..4096_u16), 0..50)) {
            let codes: Vec<u16> = pairs.into_iter().flat_map(|(first, second)| [first, second]).collect();
            let mut bytes = Vec::new();
            append_pairs(&codes, &mut bytes);
            assert_eq!(codes_of(&bytes), codes);
        }
    }
}
