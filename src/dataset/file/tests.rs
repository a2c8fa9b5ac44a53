//! Records through files: back as they were, counted as on a 3390, and damage found.

use proptest::prelude::*;

use super::{FileReader, FileSink, SinkError, Start};
use crate::dataset::attributes::{Attributes, LONGEST_SPANNED, LRECL_X, Recfm};
use crate::dataset::record::{ReadError, RecordReader, SpaceAbend};
use crate::dataset::space::{Space, Tally};

fn attributes(recfm: Recfm, lrecl: u32, blksize: u32) -> Attributes {
    Attributes { recfm, lrecl, blksize }
}

fn sink(home: &tempfile::TempDir, attributes: Attributes, primary: u32, secondary: u32) -> FileSink {
    let space = Space { primary, secondary, allocated: primary, extents: 1, partitioned: false };
    let start = Start { space, tally: Tally::starting_at(0), records: 0, bytes: 0 };
    FileSink::open(home.path().join("data"), attributes, &start, Box::new(|_| true)).expect("a file")
}

fn read(home: &tempfile::TempDir, attributes: Attributes) -> Result<Vec<Vec<u8>>, ReadError> {
    let path = home.path().join("data");
    let mut reader = FileReader::open(Some(&path), "A.B", attributes).expect("a file");
    let mut records = Vec::new();
    while let Some(run) = reader.next_run()? {
        records.extend(run.records().map(<[u8]>::to_vec));
    }
    Ok(records)
}

fn any_attributes() -> impl Strategy<Value = Attributes> {
    prop_oneof![
        (1u32..300).prop_map(|lrecl| attributes(Recfm::FB, lrecl, lrecl * 7)),
        (5u32..300).prop_map(|lrecl| attributes(Recfm::VB, lrecl, 2 * lrecl + 4)),
        (5u32..300).prop_map(|lrecl| attributes(Recfm::V, lrecl, lrecl + 4)),
        (1u32..300).prop_map(|blksize| attributes(Recfm::U, 0, blksize)),
        (5u32..300, 9u32..300).prop_map(|(lrecl, blksize)| attributes(Recfm::VBS, lrecl, blksize)),
    ]
}

proptest! {
    #[test]
    fn records_come_back_as_they_were_put(
        attributes in any_attributes(),
        lengths in prop::collection::vec(0usize..300, 0..200),
    ) {
        let home = tempfile::tempdir().expect("a directory");
        let longest = attributes.longest_record();
        let records: Vec<Vec<u8>> = lengths
            .iter()
            .map(|&n| vec![n as u8; if attributes.recfm.is_fixed() { longest } else { n.min(longest) }])
            .collect();
        let mut sink = sink(&home, attributes, 1000, 0);
        for record in &records {
            sink.put(record).expect("space for all");
        }
        let written = sink.finish().expect("written");
        prop_assert_eq!(written.records, records.len() as u64);
        prop_assert_eq!(read(&home, attributes).expect("sound data"), records);
    }
}

#[test]
fn a_full_primary_without_secondary_keeps_its_whole_blocks() {
    let home = tempfile::tempdir().expect("a directory");
    let attributes = attributes(Recfm::FB, 80, 27_920);
    let mut sink = sink(&home, attributes, 1, 0);
    let error = (0..).find_map(|_| sink.put(&[0x40; 80]).err());
    assert!(matches!(error, Some(SinkError::Space(SpaceAbend::D37))));
    let left = sink.abandon().expect("kept");
    assert_eq!((left.records, left.tally.tracks()), (2 * 349, 1));
    assert_eq!(read(&home, attributes).expect("sound data").len(), 698);
}

#[test]
fn a_member_of_fixed_records_gets_only_the_space_that_other_members_leave() {
    let home = tempfile::tempdir().expect("a directory");
    let attributes = attributes(Recfm::FB, 80, 27_920);
    let space = Space { primary: 2, secondary: 0, allocated: 2, extents: 1, partitioned: true };
    // A directory on the first track leaves room for one block there or none, and for two on the second.
    for (used, blocks) in [(39, 3), (1000, 2), (1729, 2), (2 * 1729, 0)] {
        let path = home.path().join(used.to_string());
        let start = Start { space, tally: Tally::starting_at(used), records: 0, bytes: 0 };
        let mut sink = FileSink::open(path, attributes, &start, Box::new(|_| true)).expect("a file");
        let error = (0..).find_map(|_| sink.put(&[0x40; 80]).err());
        assert!(matches!(error, Some(SinkError::Space(SpaceAbend::D37))));
        let left = sink.abandon().expect("kept");
        assert_eq!(left.records, blocks * 349, "behind {used} cells");
        assert!(left.tally.cells() >= used && left.tally.tracks() <= 2);
    }
}

#[test]
fn a_block_being_filled_is_lost_when_the_step_abends() {
    let home = tempfile::tempdir().expect("a directory");
    let attributes = attributes(Recfm::VB, 84, 4 + 3 * 84);
    let mut sink = sink(&home, attributes, 1, 0);
    for _ in 0..7 {
        sink.put(&[0x40; 80]).expect("space");
    }
    assert_eq!(sink.abandon().expect("kept").records, 6);
    assert_eq!(read(&home, attributes).expect("sound data").len(), 6);
}

#[test]
fn a_spanned_record_is_counted_in_segments() {
    let home = tempfile::tempdir().expect("a directory");
    for (recfm, records, blocks) in [
        // 40 bytes hold BDW 4, SDW 4 and 32 bytes: 100 bytes are 32 + 32 + 32 + 4, and 28 bytes of room are left.
        (Recfm::VBS, vec![100], vec![40, 40, 40, 12]),
        (Recfm::VBS, vec![100, 24], vec![40, 40, 40, 40]),
        // 3 bytes of room are too few for another segment.
        (Recfm::VBS, vec![29, 1], vec![37, 9]),
        (Recfm::VBS, vec![27, 1], vec![40]),
        (Recfm::VBS, vec![28, 0], vec![40]),
        (Recfm::from_bits(0x48).expect("VS"), vec![33, 1], vec![40, 9, 9]),
    ] {
        let mut sink = sink(&home, attributes(recfm, 200, 40), 10, 0);
        for &length in &records {
            sink.put(&vec![1; length]).expect("space");
        }
        let expected = blocks.iter().fold(Tally::starting_at(0), |tally, &block| tally.with_block(block));
        assert_eq!(sink.finish().expect("written").tally, expected, "{recfm} {records:?}");
    }
}

#[test]
fn the_longest_spanned_record_is_kept_and_one_more_byte_is_not() {
    let home = tempfile::tempdir().expect("a directory");
    let attributes = attributes(Recfm::VBS, LRECL_X, 27_998);
    let mut sink = sink(&home, attributes, 10, 0);
    sink.put(&vec![7; LONGEST_SPANNED]).expect("space");
    assert!(matches!(sink.put(&vec![7; LONGEST_SPANNED + 1]), Err(SinkError::Length)));
    sink.finish().expect("written");
    assert_eq!(read(&home, attributes).expect("sound data"), [vec![7; LONGEST_SPANNED]]);
}

#[test]
fn records_that_do_not_fit_are_refused() {
    let home = tempfile::tempdir().expect("a directory");
    for (attributes, length) in [
        (attributes(Recfm::FB, 80, 800), 79),
        (attributes(Recfm::FB, 80, 800), 81),
        (attributes(Recfm::VB, 84, 800), 81),
        (attributes(Recfm::U, 0, 800), 801),
    ] {
        let result = sink(&home, attributes, 1, 0).put(&vec![0; length]);
        assert!(matches!(result, Err(SinkError::Length)), "{attributes:?} {length}");
    }
}

#[test]
fn a_file_that_is_cut_or_lies_about_lengths_is_damaged() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("data");
    for (bytes, attributes) in [
        (b"12345".as_slice(), attributes(Recfm::FB, 2, 20)),
        (b"\x00\x08\x00\x00AB", attributes(Recfm::VB, 84, 800)),
        (b"\x00\x03\x00\x00", attributes(Recfm::VB, 84, 800)),
        (b"\xFF\xFF\xFF\xFF", attributes(Recfm::U, 0, 800)),
        (b"\x00\x00\x00\x09A", attributes(Recfm::U, 0, 800)),
    ] {
        std::fs::write(&path, bytes).expect("a file");
        assert!(matches!(read(&home, attributes), Err(ReadError::Damaged { .. })), "{bytes:02X?}");
    }
}
