//! Headers there and back, and each thing that is wrong with one.

use super::super::key::{KeyLabel, Padding};
use super::{Attributes, Cipher, Description, HEADER, Header, HeaderError, KeySource, NotADescription, WrappedKey};

fn header() -> Header {
    Header {
        cipher: Cipher::Tdes,
        key: KeySource::Password { iterations: 16, salt: *b"saltsalt" },
        integrity: true,
        compressed: false,
        attributes: Attributes { recfm: 0x90, lrecl: 80, blksize: 27_920 },
        body: 19_866,
        key_check: *b"checkchk",
        description: Description::new("Optional information").expect("20 characters"),
    }
}

/// A header with a key that is wrapped for an RSA key of 2048 bits.
fn wrapped() -> Header {
    let key = WrappedKey {
        label: KeyLabel::new("ITSOLD.TEST.RSA2048").expect("a label"),
        fingerprint: [7; 20],
        secure: true,
        padding: Padding::Pkcs1v15,
        wrapped: vec![9; 256],
    };
    Header { key: KeySource::Rsa(key), ..header() }
}

/// The header with one byte set.
fn with(at: usize, byte: u8) -> Result<Header, HeaderError> {
    set(&header(), at, byte)
}

fn set(header: &Header, at: usize, byte: u8) -> Result<Header, HeaderError> {
    let mut bytes = header.write();
    bytes[at] = byte;
    Header::read(&bytes)
}

#[test]
fn what_is_written_is_read() {
    for cipher in [Cipher::Tdes, Cipher::Aes128] {
        for (integrity, compressed) in [(true, true), (true, false), (false, true), (false, false)] {
            let header = Header { cipher, integrity, compressed, ..header() };
            assert_eq!(Header::read(&header.write()), Ok(header));
        }
    }
    for padding in [Padding::Pkcs1v15, Padding::OaepSha1] {
        for (secure, bytes) in [(true, 256), (false, 384), (true, 512)] {
            let mut header = wrapped();
            let KeySource::Rsa(key) = &mut header.key else { unreachable!("it is wrapped") };
            (key.secure, key.padding, key.wrapped) = (secure, padding, vec![9; bytes]);
            assert_eq!(Header::read(&header.write()), Ok(header));
        }
    }
}

#[test]
fn the_published_231_records_take_the_published_number_of_bytes() {
    let header = Header { integrity: false, ..header() };
    assert_eq!((header.ciphertext(), header.file()), (19_872, 19_992));
    assert_eq!(Header { integrity: true, ..header }.file(), 19_992 + 32);
    let header = Header { integrity: false, ..wrapped() };
    assert_eq!((header.length(), header.file()), (464, 20_336), "the listing in the redbook");
}

#[test]
fn each_thing_that_cannot_be_read_has_its_own_error() {
    assert_eq!(with(0, b'Z'), Err(HeaderError::OtherFormat));
    assert_eq!(with(9, 2), Err(HeaderError::Version(2)));
    assert_eq!(with(11, 119), Err(HeaderError::Length(119)));
    assert_eq!(with(11, 121), Err(HeaderError::Cut(120)));
    assert_eq!(with(12, 0x10), Err(HeaderError::KeyType(0x10)));
    assert_eq!(with(12, 0x20), Err(HeaderError::KeyType(0x20)), "a secure key needs RSA");
    assert_eq!(with(13, 0x41), Err(HeaderError::Flags(0x41)));
    assert_eq!(with(13, 0x60), Err(HeaderError::Flags(0x60)));
    assert_eq!(with(13, 0x00), Err(HeaderError::Flags(0x00)));
    assert_eq!(with(13, 0x30), Err(HeaderError::KeyDerivation(1)), "RSA derives nothing");
    assert_eq!(with(13, 0xD0), Err(HeaderError::Compression(0)));
    assert_eq!(with(14, 2), Err(HeaderError::KeyDerivation(2)));
    assert_eq!(with(15, 2), Err(HeaderError::Mode(2)));
    assert_eq!(with(19, 0), Err(HeaderError::Iterations(0)));
    assert_eq!(with(17, 1), Err(HeaderError::Iterations(65_552)));
    for bits in [0x00, 0x10, 0x91, 0xB0, 0x96, 0xD0, 0xC8, 0x56] {
        assert_eq!(with(28, bits), Err(HeaderError::Recfm(bits)), "X'{bits:02X}'");
    }
    assert_eq!(with(29, 1), Err(HeaderError::Compression(1)));
    assert_eq!(with(36, 1), Err(HeaderError::Body(0x0100_0000_0000_4D9A)));
    assert_eq!(with(47, 1), Err(HeaderError::Reserved));
}

#[test]
fn each_thing_that_is_wrong_with_a_wrapped_key_has_its_own_error() {
    assert_eq!(set(&wrapped(), 12, 0x00), Err(HeaderError::KeyType(0)));
    assert_eq!(set(&wrapped(), 19, 16), Err(HeaderError::Reserved), "an iteration count");
    assert_eq!(set(&wrapped(), 20, 1), Err(HeaderError::Reserved), "a salt");
    assert_eq!(set(&wrapped(), 120, 0xF1), Err(HeaderError::Label), "a digit in front");
    assert_eq!(set(&wrapped(), 205, 1), Err(HeaderError::Length(464)));
    assert_eq!(set(&wrapped(), 206, 3), Err(HeaderError::Padding(3)));
    assert_eq!(set(&wrapped(), 207, 1), Err(HeaderError::Reserved));
    assert_eq!(set(&wrapped(), 10, 0xFF), Err(HeaderError::Length(0xFFD0)));
    let mut short = wrapped();
    let KeySource::Rsa(key) = &mut short.key else { unreachable!("it is wrapped") };
    key.wrapped.truncate(128);
    assert_eq!(Header::read(&short.write()), Err(HeaderError::Length(336)), "1024 bits are too few");
}

#[test]
fn a_header_that_is_cut_says_where() {
    let bytes = header().write();
    assert_eq!(Header::read(&bytes[..HEADER - 1]), Err(HeaderError::Cut(119)));
    assert_eq!(Header::read(&bytes[..3]), Err(HeaderError::Cut(3)));
    assert_eq!(Header::read(&[]), Err(HeaderError::Cut(0)));
    assert_eq!(Header::read(b"PGP"), Err(HeaderError::OtherFormat));
    assert_eq!(Header::read(&wrapped().write()[..463]), Err(HeaderError::Cut(463)));
}

#[test]
fn a_description_is_padded_and_comes_back_without_its_padding() {
    assert_eq!(header().description.text(), "Optional information");
    assert!(Description::new(&"x".repeat(64)).is_ok());
    assert_eq!(Description::new(&"x".repeat(65)), Err(NotADescription::Length(65)));
    assert!(matches!(Description::new("10 €"), Err(NotADescription::Character(_))), "nothing is lost silently");
}
