//! The codecs as their users see them: worked examples, round trips, and each kind of damage.

use std::io::{self, Read};

use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};

use super::{
    DecodeError, Decoder, EncodeError, Encoder, Foreign, Header, Limit, MAX_RECORD, Method, RECORD, Stamp, bits,
};
use crate::codepage::CodePage;

const METHODS: [Method; 2] = [Method::Pack, Method::Spack];

fn fixed(method: Method, length: u32) -> Header {
    Header::new(method, false, length, 27_920)
}

fn variable(method: Method, longest: u32) -> Header {
    Header::new(method, true, longest, 27_998)
}

fn stamp() -> Stamp {
    Stamp::new("06/07/2024 12:34:56").expect("a stamp")
}

fn pack(header: Header, records: &[&[u8]]) -> Vec<u8> {
    let mut encoder = Encoder::new(header, Vec::new()).expect("a good header");
    for record in records {
        encoder.put_record(record).expect("a good record");
    }
    encoder.finish(&stamp()).expect("memory takes everything").1
}

/// A file with these codes behind the header and nothing else but zeros.
fn file_of(header: Header, codes: &[u16]) -> Vec<u8> {
    let mut file = header.to_bytes().to_vec();
    let mut codes = codes.to_vec();
    codes.resize((codes.len() + 1).next_multiple_of(8), 0);
    bits::append_pairs(&codes, &mut file);
    file.resize(file.len().next_multiple_of(RECORD), 0);
    file
}

/// Everything that can be unpacked, and how it ended.
fn unpack(file: &[u8]) -> (Vec<u8>, Result<(), DecodeError>) {
    match Decoder::new(file) {
        Ok(mut decoder) => drain(&mut decoder),
        Err(error) => (Vec::new(), Err(error)),
    }
}

fn drain(decoder: &mut Decoder<impl Read>) -> (Vec<u8>, Result<(), DecodeError>) {
    let mut bytes = Vec::new();
    loop {
        match decoder.next_run() {
            Ok(Some(run)) => bytes.extend_from_slice(run),
            Ok(None) => return (bytes, Ok(())),
            Err(error) => return (bytes, Err(error)),
        }
    }
}

fn damage(file: &[u8]) -> DecodeError {
    unpack(file).1.expect_err("the damage is found")
}

fn described(records: &[&[u8]]) -> Vec<u8> {
    let rdw = |record: &&[u8]| [(record.len() as u16 + 4).to_be_bytes(), [0, 0]].concat();
    records.iter().flat_map(|record| [rdw(record), record.to_vec()].concat()).collect()
}

/// Digits that do not pack well.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(next).collect()
}

mod worked_examples {
    use super::*;

    /// The stamp of the examples, which lies on the last byte of the last group.
    const STAMP: &[u8] = b"\x40\x40\x40\x40\x40\x40\x40\xF0\xF6\x61\xF0\xF7\x61\xF2\xF0\xF2\xF4\x40\
        \xF1\xF2\x7A\xF3\xF4\x7A\xF5\xF6\x40";

    /// A file of one record whose codes take `groups` groups.
    fn expected(header: &[u8], codes: &[u8], groups: usize) -> Vec<u8> {
        let mut file = [header, codes].concat();
        file.resize(12 + 12 * groups - 1, 0);
        file.extend_from_slice(STAMP);
        file.resize(RECORD, 0);
        file
    }

    fn check(header: Header, records: &[&[u8]], first: &[u8], codes: &[u8]) {
        let file = pack(header, records);
        assert_eq!(file, expected(first, codes, 1));
        let data = if header.variable { described(records) } else { records.concat() };
        let (unpacked, end) = unpack(&file);
        assert_eq!((unpacked, end.is_ok()), (data, true));
    }

    #[test]
    fn one_byte() {
        let header = |method| Header::new(method, false, 1, 27_998);
        let pack = b"\x02\x00\x00\x01\x0C\x00\x6D\x5E\0\0\0\0";
        check(header(Method::Pack), &[b"\xC1"], pack, b"\x0C\x20\x00");
        let spack = b"\x05\x00\x00\x01\x0C\x00\x6D\x5E\0\0\0\0";
        check(header(Method::Spack), &[b"\xC1"], spack, b"\x0C\x20\x00");
    }

    #[test]
    fn two_letters_that_alternate() {
        let text: &[u8] = b"\xC1\xC2\xC1\xC2\xC1\xC2\xC1\xC2\xC1";
        let header = |method| Header::new(method, false, 9, 27_990);
        let pack = b"\x02\x00\x00\x09\x0C\x00\x6D\x56\0\0\0\0";
        check(header(Method::Pack), &[text], pack, b"\x0C\x20\xC3\xFF\xFF\xFD\xFF\xE0\x00");
        let spack = b"\x05\x00\x00\x09\x0C\x00\x6D\x56\0\0\0\0";
        check(header(Method::Spack), &[text], spack, b"\x0C\x20\xC3\x10\x21\x02\x10\x20\xC2");
    }

    #[test]
    fn the_same_record_twice() {
        let records: [&[u8]; 2] = [b"\xC8\xC9", b"\xC8\xC9"];
        let header = |method| variable(method, 251);
        let pack = b"\x02\x01\x00\xFB\x0C\x00\x6D\x5E\0\0\0\0";
        check(header(Method::Pack), &records, pack, b"\x0C\x90\xCA\x10\x1F\xFF");
        let spack = b"\x05\x01\x00\xFB\x0C\x00\x6D\x5E\0\0\0\0";
        check(header(Method::Spack), &records, spack, b"\x0C\x90\xCA\x10\x11\x02");
    }

    #[test]
    fn eight_blanks() {
        let header = |method| fixed(method, 8);
        let pack = b"\x02\x00\x00\x08\x0C\x00\x6D\x10\0\0\0\0";
        check(header(Method::Pack), &[&[0x40; 8]], pack, b"\x10\x80\x00");
        let spack = b"\x05\x00\x00\x08\x0C\x00\x6D\x10\0\0\0\0";
        check(header(Method::Spack), &[&[0x40; 8]], spack, b"\x04\x10\x41\x10\x21\x03\x04\x10\x00");
    }

    #[test]
    fn nothing_at_all_is_header_and_end_code() {
        let file = pack(fixed(Method::Pack, 80), &[]);
        assert_eq!(file, expected(b"\x02\x00\x00\x50\x0C\x00\x6D\x10\0\0\0\0", b"", 1));
        assert!(matches!(unpack(&file), (data, Ok(())) if data.is_empty()));
    }

    #[test]
    fn seven_codes_take_a_second_group() {
        let file = pack(fixed(Method::Pack, 7), &[b"\x01\x02\x03\x04\x05\x06\x07"]);
        let codes = b"\x00\x20\x03\x00\x40\x05\x00\x60\x07\x00\x80";
        assert_eq!(file, expected(b"\x02\x00\x00\x07\x0C\x00\x6D\x10\0\0\0\0", codes, 2));
    }
}

mod round_trips {
    use super::*;

    /// Records in the sizes and repetitions that data sets have.
    fn contents(longest: usize) -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..=longest),
            (any::<u8>(), 0..=longest).prop_map(|(byte, count)| vec![byte; count]),
            prop::collection::vec(0xC1..0xC5_u8, 0..=longest),
        ]
    }

    proptest! {
        #[test]
        fn variable_records_come_back(
            lines in prop::collection::vec(contents(300), 0..60),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..300),
        ) {
            let records: Vec<&[u8]> = match lines.len() {
                0 => Vec::new(),
                _ => order.iter().map(|index| index.get(&lines).as_slice()).collect(),
            };
            // The format does not tell one empty record from none.
            let expected = if records == [b""] { Vec::new() } else { described(&records) };
            for method in METHODS {
                let (unpacked, end) = unpack(&pack(variable(method, 300), &records));
                assert!(unpacked == expected && end.is_ok());
            }
        }

        #[test]
        fn fixed_records_come_back(length in 1..200_usize, data in contents(20_000)) {
            let data = &data[..data.len() / length * length];
            for method in METHODS {
                let mut encoder = Encoder::new(fixed(method, length as u32), Vec::new()).expect("a good header");
                encoder.put_run(data).expect("whole records");
                let (totals, file) = encoder.finish(&stamp()).expect("memory takes everything");
                assert_eq!((totals.unpacked, totals.packed), (data.len() as u64, file.len() as u64));
                let records: Vec<&[u8]> = data.chunks(length).collect();
                assert!(file == pack(fixed(method, length as u32), &records));
                let (unpacked, end) = unpack(&file);
                assert!(unpacked == data && end.is_ok());
            }
        }

        #[test]
        fn no_bytes_whatever_make_the_decoder_panic(
            version in prop_oneof![Just(2_u8), Just(5), Just(7)],
            variable in 0..2_u8,
            bytes in prop::collection::vec(any::<u8>(), 0..6000),
        ) {
            let file = [&[version, variable, 0, 80, 0x0C, 0, 0, 80, 0, 0, 0, 0], bytes.as_slice()].concat();
            let mut decoder = Decoder::new(file.as_slice()).expect("a good header").with_limit(Limit::Bytes(1 << 20));
            assert!(drain(&mut decoder).0.len() <= 1 << 20);
        }
    }

    use proptest::prelude::Just;

    #[test]
    fn a_record_length_of_more_than_two_bytes_goes_into_the_second_field() {
        let record = noise(70_000);
        for method in METHODS {
            let file = pack(fixed(method, 70_000), &[&record, &record]);
            assert_eq!(file[8..12], 70_000_u32.to_be_bytes());
            assert!(unpack(&file).0 == [&record[..], &record[..]].concat());
        }
    }

    #[test]
    fn an_input_that_comes_byte_by_byte_gives_the_same() {
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                let one = bytes.len().min(1);
                self.0.read(&mut bytes[..one])
            }
        }
        let data = noise(9_000);
        let records: Vec<&[u8]> = data.chunks(90).collect();
        let file = pack(variable(Method::Spack, 251), &records);
        let (unpacked, end) = drain(&mut Decoder::new(Slow(&file)).expect("a good header"));
        assert!(unpacked == described(&records) && end.is_ok());
    }

    #[test]
    fn the_trailer_tells_stamp_and_sizes() {
        let file = pack(variable(Method::Pack, 251), &[b"\xC8\xC9", b"\xC8\xC9"]);
        let mut decoder = Decoder::new(file.as_slice()).expect("a good header");
        assert!(decoder.trailer().is_none());
        drain(&mut decoder).1.expect("good data");
        let trailer = decoder.trailer().expect("the data have ended");
        assert_eq!((trailer.codes, trailer.unpacked, trailer.packed), (4, 12, 1024));
        assert_eq!(trailer.stamp, Some(stamp()));
    }
}

mod damage {
    use super::*;

    fn sample(method: Method) -> Vec<u8> {
        pack(fixed(method, 100), &noise(4_000).chunks(100).collect::<Vec<_>>())
    }

    #[test]
    fn an_empty_file_and_a_cut_header() {
        assert!(matches!(damage(b""), DecodeError::Empty));
        assert!(matches!(damage(&sample(Method::Pack)[..11]), DecodeError::HeaderCut(11)));
    }

    #[test]
    fn another_kind_of_file() {
        assert!(matches!(damage(b"PK\x03\x04 and so on"), DecodeError::Foreign(Foreign::Zip)));
    }

    #[test]
    fn a_truncated_file_gives_what_it_has() {
        for method in METHODS {
            let file = sample(method);
            let (data, end) = unpack(&file[..3000]);
            assert!(matches!(end, Err(DecodeError::Truncated { length: 3000, extra: 952 })), "{end:?}");
            assert!(data.len() > 1500 && data.len().is_multiple_of(100) && noise(4_000).starts_with(&data));
            let (_, end) = unpack(&file[..2048]);
            assert!(matches!(end, Err(DecodeError::NoEndCode { length: 2048 })), "{end:?}");
        }
    }

    #[test]
    fn damage_is_reported_once() {
        let file = sample(Method::Pack);
        let mut decoder = Decoder::new(&file[..3000]).expect("a good header");
        drain(&mut decoder).1.expect_err("truncated");
        assert!(matches!(decoder.next_run(), Ok(None)));
        assert!(decoder.trailer().is_none());
    }

    #[test]
    fn a_wrong_length_is_told_after_all_data() {
        for method in METHODS {
            let mut file = sample(method);
            file.extend_from_slice(b"more");
            let (data, end) = unpack(&file);
            assert!(data == noise(4_000));
            let error = end.expect_err("the length is wrong");
            assert!(
                error.is_only_length() && matches!(error, DecodeError::WrongLength { length } if length % 1024 == 4)
            );
        }
    }

    #[test]
    fn other_platforms_may_have_any_length() {
        let mut file = sample(Method::Pack);
        file[4..8].fill(0);
        file.extend_from_slice(b"more");
        assert!(unpack(&file).1.is_ok());
    }

    /// What FTP makes of a file in ASCII mode.
    fn in_ascii_mode(file: &[u8], line_end: &[u8]) -> Vec<u8> {
        let translate = |&byte: &u8| CodePage::ibm1047().character(byte) as u8;
        let line = |record: &[u8]| record.iter().map(translate).chain(line_end.iter().copied()).collect::<Vec<_>>();
        let lines = file.chunks(RECORD).map(line);
        lines.collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_transfer_in_ascii_mode_is_recognized() {
        let text =
            CodePage::ibm1047().encode_lossy(&"THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG 0123456789 ".repeat(80));
        for method in METHODS {
            for data in [text.as_slice(), &noise(4_400)] {
                for header in [fixed(method, 100), variable(method, 100)] {
                    let file = pack(header, &data.chunks_exact(100).collect::<Vec<_>>());
                    for line_end in [b"\r\n".as_slice(), b"\n"] {
                        let error = damage(&in_ascii_mode(&file, line_end));
                        assert!(matches!(error, DecodeError::TextTransfer), "{header:?}: {error}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_pack_code_that_refers_to_itself() {
        let file = file_of(fixed(Method::Pack, 1), &[0xC2, 0xFFE]);
        let (data, end) = unpack(&file);
        assert_eq!(data, [0xC1]);
        assert!(matches!(end, Err(DecodeError::Loop { code: 0xFFE, position: 2 })), "{end:?}");
        let marks = file_of(variable(Method::Pack, 9), &[0xC2, 0xFFE]);
        assert!(matches!(damage(&marks), DecodeError::Loop { code: 0xFFE, position: 2 }));
    }

    #[test]
    fn an_spack_code_without_an_entry() {
        for header in [fixed(Method::Spack, 1), variable(Method::Spack, 9)] {
            for codes in [&[0x102][..], &[0xC2, 0x102], &[0xC2, 0xC2, 0x103]] {
                let error = damage(&file_of(header, codes));
                let position = codes.len() as u64;
                assert!(matches!(error, DecodeError::NoEntry { position: p, .. } if p == position), "{error}");
            }
        }
    }

    #[test]
    fn a_mark_in_fixed_data() {
        for method in METHODS {
            let error = damage(&file_of(fixed(method, 1), &[0xC2, 0x101, 0xC2]));
            assert!(matches!(error, DecodeError::MarkInFixed { position: 2 }), "{error}");
        }
    }

    #[test]
    fn a_last_record_that_is_too_short_is_kept_apart() {
        let file = file_of(fixed(Method::Pack, 3), &[0xC2, 0xC3, 0xC4, 0xC5]);
        let mut decoder = Decoder::new(file.as_slice()).expect("a good header");
        let (data, end) = drain(&mut decoder);
        assert_eq!(data, [0xC1, 0xC2, 0xC3]);
        assert!(matches!(end, Err(DecodeError::ShortLastRecord { length: 1, expected: 3 })), "{end:?}");
        assert_eq!(decoder.remainder(), [0xC4]);
    }

    #[test]
    fn a_record_longer_than_the_header_says() {
        for method in METHODS {
            let codes = [0xC2, 0xC2, 0x101, 0xC2, 0xC2, 0xC2];
            assert!(unpack(&file_of(variable(method, 3), &codes)).1.is_ok());
            let error = damage(&file_of(variable(method, 2), &codes));
            assert!(matches!(error, DecodeError::LongRecord { limit: 2 }), "{error}");
        }
    }

    /// Codes of strings that double: 1910 times in 4 KB.
    fn bomb() -> Vec<u16> {
        let doubled = (0..1910_u16).flat_map(|n| [0x102 + 2 * n, 0x102 + 2 * n]);
        [0xC2, 0xC2].into_iter().chain(doubled).collect()
    }

    #[test]
    fn an_expansion_bomb_is_stopped() {
        let file = file_of(fixed(Method::Spack, 1), &bomb());
        let (data, end) = unpack(&file);
        assert!(matches!(end, Err(DecodeError::Expansion { .. })), "{end:?}");
        assert!(data.len() < file.len() * (16 << 10) * 2);
        let mut decoder = Decoder::new(file.as_slice()).expect("a good header").with_limit(Limit::Bytes(1000));
        assert!(matches!(drain(&mut decoder).1, Err(DecodeError::Expansion { limit: 1000 })));
    }

    #[test]
    fn a_bomb_of_one_record_is_a_long_record() {
        let error = damage(&file_of(variable(Method::Spack, 60_000), &bomb()));
        assert!(matches!(error, DecodeError::LongRecord { limit: 60_000 }), "{error}");
    }

    #[test]
    fn a_file_that_is_all_empty_records_is_no_bomb() {
        let records: Vec<&[u8]> = vec![b""; 3_000_000];
        for method in METHODS {
            let (data, end) = unpack(&pack(variable(method, 80), &records));
            assert!(end.is_ok() && data.len() == 12_000_000, "{method:?}: {end:?}");
        }
    }

    #[test]
    fn spack_of_one_byte_as_amaterse_writes_it_is_recognized() {
        let mut file = fixed(Method::Spack, 1).to_bytes().to_vec();
        file.resize(3072, 0);
        let mut decoder = Decoder::new(file.as_slice()).expect("a good header");
        drain(&mut decoder).1.expect("nothing to unpack");
        assert!(decoder.trailer().expect("the data have ended").lost_its_only_byte());
        let empty = pack(fixed(Method::Spack, 1), &[]);
        let mut decoder = Decoder::new(empty.as_slice()).expect("a good header");
        drain(&mut decoder).1.expect("nothing to unpack");
        assert!(!decoder.trailer().expect("the data have ended").lost_its_only_byte());
    }

    #[test]
    fn a_source_that_fails_is_passed_on() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("unplugged"))
            }
        }
        let header = fixed(Method::Pack, 80).to_bytes();
        let mut decoder = Decoder::new(header.as_slice().chain(Broken)).expect("a good header");
        assert!(matches!(decoder.next_run(), Err(DecodeError::Io(error)) if error.to_string() == "unplugged"));
    }
}

mod records {
    use super::*;

    fn refused(header: Header, record: &[u8]) -> bool {
        let mut encoder = Encoder::new(header, Vec::new()).expect("a good header");
        matches!(encoder.put_record(record), Err(EncodeError::RecordLength { length, .. }) if length == record.len())
    }

    #[test]
    fn records_that_do_not_fit_are_refused() {
        assert!(refused(fixed(Method::Pack, 80), &[0; 79]));
        assert!(refused(fixed(Method::Pack, 80), &[0; 81]));
        assert!(refused(variable(Method::Spack, 80), &[0; 81]));
        assert!(!refused(variable(Method::Spack, 80), &[0; 80]));
    }

    #[test]
    fn runs_must_be_whole_records_of_fixed_length() {
        let run = |header| Encoder::new(header, Vec::new()).expect("a good header").put_run(&[0; 100]);
        assert!(run(fixed(Method::Pack, 50)).is_ok());
        assert!(matches!(run(fixed(Method::Pack, 80)), Err(EncodeError::RecordLength { length: 100, expected: 80 })));
        assert!(matches!(run(variable(Method::Pack, 100)), Err(EncodeError::RecordLength { .. })));
    }

    #[test]
    fn record_lengths_without_a_header_are_refused() {
        for header in [fixed(Method::Pack, 0), fixed(Method::Pack, MAX_RECORD + 1), variable(Method::Spack, 65_532)] {
            assert!(matches!(Encoder::new(header, Vec::new()), Err(EncodeError::Format(_))), "{header:?}");
        }
    }

    #[test]
    fn the_sink_gets_whole_packed_records_and_its_error_comes_back() {
        struct Small(usize);
        impl super::super::PackedSink for Small {
            type Error = &'static str;
            fn put(&mut self, records: &[u8]) -> Result<(), &'static str> {
                assert!(records.len().is_multiple_of(RECORD));
                self.0 = self.0.checked_sub(records.len()).ok_or("full")?;
                Ok(())
            }
        }
        let mut encoder = Encoder::new(fixed(Method::Pack, 1000), Small(500_000)).expect("a good header");
        let data = noise(500_000);
        let error = data.chunks(1000).find_map(|record| encoder.put_record(record).err());
        assert!(matches!(error, Some(EncodeError::Sink("full"))));
    }
}
