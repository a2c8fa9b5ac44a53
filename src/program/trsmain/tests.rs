use crate::dataset::library::DirectoryEntry;
use crate::dataset::{Attributes, Dcb, Dsorg, MemberName};
use crate::program::Completion;
use crate::program::testing::{TestData, TestLibrary, TestStep, attributes};

fn data(recfm: &str, lrecl: u32, records: &[&[u8]]) -> TestData {
    TestData { attributes: attributes(recfm, lrecl), records: records.iter().map(|record| record.to_vec()).collect() }
}

/// Packs and gives back what OUTFILE holds.
fn packed(parm: &str, input: TestData) -> TestData {
    let step = TestStep::new().parm(parm).input("INFILE", input).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
    step.written("OUTFILE").expect("OUTFILE was written")
}

fn unpacked(input: TestData) -> TestData {
    let step = TestStep::new().parm("UNPACK").input("INFILE", input).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
    step.written("OUTFILE").expect("OUTFILE was written")
}

/// A step that has nothing but SYSPRINT and what a test adds.
fn step(parm: &str) -> TestStep {
    TestStep::new().parm(parm)
}

fn line_with<'a>(lines: &'a [String], id: &str) -> &'a str {
    lines.iter().find(|line| line.contains(id)).unwrap_or_else(|| panic!("{id} in {lines:?}"))
}

#[test]
fn pack_writes_the_bytes_of_the_format_note_with_the_time_of_the_step() {
    let output = packed("PACK", data("FB", 1, &[&[0xC1]]));
    assert_eq!(output.attributes, Attributes { recfm: crate::dataset::Recfm::FB, lrecl: 1024, blksize: 27_648 });
    let mut expected = vec![0x02, 0, 0, 1, 0x0C, 0, 0x6D, 0x5E, 0, 0, 0, 0, 0x0C, 0x20];
    expected.resize(23, 0);
    expected.extend([0x40; 7]);
    expected.extend(*b"\xF0\xF4\x61\xF1\xF9\x61\xF2\xF0\xF2\xF3\x40\xF1\xF4\x7A\xF1\xF3\x7A\xF4\xF9\x40");
    expected.resize(1024, 0);
    assert_eq!(output.records, [expected]);
}

#[test]
fn spack_differs_in_the_first_byte_only_where_there_is_one_code() {
    let output = packed("SPACK", data("FB", 1, &[&[0xC1]]));
    assert_eq!(output.records[0][..15], [0x05, 0, 0, 1, 0x0C, 0, 0x6D, 0x5E, 0, 0, 0, 0, 0x0C, 0x20, 0]);
}

#[test]
fn unpack_gives_back_records_and_attributes() {
    let (blank, long) = ([0x40; 80], vec![0xC1; 32_752]);
    let cases = [
        data("FB", 80, &[&blank, &[0xC1; 80], &blank, &[0xC2; 80], &blank]),
        data("FB", 1, &[b"A", b"B", b"A", b"B"]),
        data("VB", 255, &[b"one", b"", b"three", b""]),
        data("VB", 32_756, &[&long, b"", b"x"]),
        data("FB", 80, &[]),
        data("VB", 255, &[]),
    ];
    for original in cases {
        for parm in ["PACK", "SPACK"] {
            assert_eq!(unpacked(packed(parm, original.clone())), original, "{parm}");
        }
    }
}

#[test]
fn one_empty_record_comes_back_as_none_and_the_user_is_told() {
    let step = step("PACK").input("INFILE", data("VB", 255, &[b""])).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(0));
    assert!(step.explained()[0].contains("exactly one record, and it is empty"));
    assert!(unpacked(step.written("OUTFILE").expect("packed")).records.is_empty());
}

#[test]
fn spack_of_one_byte_keeps_it_and_warns_of_the_host() {
    let step = step("SPACK").input("INFILE", data("FB", 1, &[b"A"])).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(0));
    assert!(step.explained()[0].contains("AMATERSE on the host loses it"));
    assert_eq!(unpacked(step.written("OUTFILE").expect("packed")).records, [b"A"]);
}

#[test]
fn each_empty_record_is_reported_as_on_the_host() {
    let step = step("PACK").input("INFILE", data("VB", 255, &[b"A", b"", b"B", b""])).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(0));
    let text = " AMA513I  AN EMPTY RECORD WAS FOUND. \
                THE DATA SET MIGHT NOT BE ABLE TO BE UNPACKED ON OTHER OPERATING SYSTEMS";
    let lines = step.lines("SYSPRINT");
    assert_eq!(lines.iter().filter(|line| line.trim_end() == text).count(), 2, "{lines:?}");
}

#[test]
fn sysprint_has_asa_records_of_133_that_tell_names_and_sizes() {
    let records: Vec<&[u8]> = vec![&[0x40; 80]; 640];
    let step = step("PACK").input("SYSUT1", data("FB", 80, &records)).output("SYSUT2");
    assert_eq!(step.run("AMATERSE"), Completion::Code(0));
    let written = step.written("SYSPRINT").expect("a report");
    assert_eq!((written.attributes.recfm.to_string().as_str(), written.attributes.lrecl), ("FBA", 133));
    let lines: Vec<_> = step.lines("SYSPRINT").iter().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(
        lines,
        [
            " ZJB300I TERSE PACK STARTED",
            " ZJB301I INPUT  SYSUT1   JES2",
            " ZJB301I OUTPUT SYSUT2   JES2",
            " ZJB302I UNPACKED 51200 BYTES, PACKED 1024 BYTES, RATIO 2 PERCENT",
        ]
    );
}

#[test]
fn either_program_takes_either_pair_of_dds() {
    for program in ["TRSMAIN", "AMATERSE"] {
        for (from, to) in [("INFILE", "OUTFILE"), ("SYSUT1", "SYSUT2"), ("INFILE", "SYSUT2")] {
            let step = step("PACK").input(from, data("FB", 3, &[b"ABC"])).output(to);
            assert_eq!(step.run(program), Completion::Code(0));
            assert!(step.written(to).is_some());
        }
    }
}

#[test]
fn a_missing_input_ends_with_16_and_a_missing_output_with_40() {
    let no_input = step("PACK").output("OUTFILE");
    assert_eq!(no_input.run("TRSMAIN"), Completion::Code(16));
    let text = " AMA522E INPUT DATASET HAS AN UNSUPPORTED DATASET ORGANIZATION";
    assert_eq!(no_input.lines("SYSPRINT")[0].trim_end(), text);

    let no_output = step("PACK").input("INFILE", data("FB", 3, &[b"ABC"]));
    assert_eq!(no_output.run("TRSMAIN"), Completion::Code(40));
    assert_eq!(no_output.lines("SYSPRINT")[0].trim_end(), " AMA518E UNABLE TO OPEN OUTPUT DATASET");
}

#[test]
fn a_parm_that_is_no_function_ends_with_16() {
    for parm in ["", "pack", "PACKED", "PACK,UNPACK"] {
        let step = step(parm).input("INFILE", data("FB", 3, &[b"ABC"])).output("OUTFILE");
        assert_eq!(step.run("TRSMAIN"), Completion::Code(16), "{parm}");
        assert!(step.lines("SYSPRINT")[0].contains("ZJB304E"), "{parm}");
        assert!(step.written("OUTFILE").is_none());
    }
}

#[test]
fn undefined_records_are_refused() {
    let step = step("PACK").input("INFILE", data("U", 0, &[b"module"])).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(16));
    line_with(&step.lines("SYSPRINT"), "ZJB305E");
}

#[test]
fn a_full_volume_is_the_abend_of_the_writer() {
    let noise: Vec<Vec<u8>> = (0..400_u32).map(|n| (0..80).map(|i| (n * n + 31 * i * n) as u8).collect()).collect();
    let records: Vec<&[u8]> = noise.iter().map(Vec::as_slice).collect();
    let step = step("PACK").input("INFILE", data("FB", 80, &records)).small_output("OUTFILE", 2);
    assert_eq!(step.run("TRSMAIN"), Completion::System { code: 0xB37, reason: 4 });
}

#[test]
fn a_cancelled_step_ends_with_s222() {
    for parm in ["PACK", "UNPACK"] {
        let input = packed("PACK", data("FB", 3, &[b"ABC"]));
        let step = step(parm).input("INFILE", input).output("OUTFILE");
        step.cancel.request();
        assert_eq!(step.run("TRSMAIN"), Completion::System { code: 0x222, reason: 0 }, "{parm}");
    }
}

#[test]
fn input_that_is_not_packed_is_named() {
    let step = step("UNPACK").input("INFILE", data("FB", 20, &[b"PK\x03\x04................"])).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(16));
    assert!(line_with(&step.lines("SYSPRINT"), "ZJB308E").contains("a zip file"));
    assert!(step.explained()[0].contains("a zip file"));
    assert!(step.written("OUTFILE").is_none());
}

#[test]
fn input_of_variable_records_came_over_a_wrong_transfer() {
    let step = step("UNPACK").input("INFILE", data("VB", 256, &[b"\x02\0\0\x01"])).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(16));
    let lines = step.lines("SYSPRINT");
    assert!(lines[0].contains("ZJB307E THE INPUT HAS RECFM=VB, LRECL=256"));
    assert!(lines[1].starts_with("          "), "a long message goes on in the next line: {lines:?}");
}

#[test]
fn a_truncated_input_keeps_what_could_be_unpacked() {
    let records: Vec<Vec<u8>> = (0..900_u32).map(|n| n.pow(3).to_string().into_bytes()).collect();
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    let mut input = packed("PACK", data("VB", 255, &records));
    input.records.pop();
    let step = step("UNPACK").input("INFILE", input).output("OUTFILE");
    assert_eq!(step.run("TRSMAIN"), Completion::Code(16));
    assert!(line_with(&step.lines("SYSPRINT"), "ZJB308E").contains("truncated"));
    let rescued = step.written("OUTFILE").expect("the rest was kept").records;
    assert!(rescued.len() > 100, "{}", rescued.len());
    assert!(rescued.iter().zip(&records).all(|(found, expected)| found == expected));
}

/// ISPF statistics: 01.05, created 2020/05/05, changed 2020/06/30 15:28:50 by SHIVANG.
const STATISTICS: [u8; 30] = *b"\x01\x05\x00\x50\x01\x20\x12\x6F\x01\x20\x18\x2F\x15\x28\x00\x25\x00\x05\x00\x00\
    \xE2\xC8\xC9\xE5\xC1\xD5\xC7\x40\x40\x40";

fn library(recfm: &str) -> TestLibrary {
    let label = Dcb { dsorg: Some(Dsorg::Partitioned), ..attributes(recfm, 80).into() };
    let records: Vec<Vec<u8>> = (0..800_u32).map(|n| format!("{n:>80}").into_bytes()).collect();
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    TestLibrary::new(label)
        .alias("$ALIAS", "SECOND")
        .member("EMPTY", &[], data(recfm, 80, &[]))
        .member("FIRST", &STATISTICS, data(recfm, 80, &records))
        .member("SECOND", &[1, 2], data(recfm, 80, &records[..3]))
}

/// Members of a library with their records.
fn shown(library: &TestLibrary) -> Vec<(DirectoryEntry, Option<TestData>)> {
    let records = |name: &MemberName| library.members.get(name.as_str()).and_then(|data| data.borrow().clone());
    library.library.entries.iter().map(|entry| (entry.clone(), records(&entry.name))).collect()
}

fn empty_library() -> TestLibrary {
    TestLibrary::new(Dcb { dsorg: Some(Dsorg::Partitioned), ..Dcb::default() })
}

#[test]
fn a_library_comes_back_with_statistics_aliases_and_attributes() {
    let pack = step("PACK").library("INFILE", library("FB")).output("OUTFILE");
    assert_eq!(pack.run("TRSMAIN"), Completion::Code(0), "{:?}", pack.lines("SYSPRINT"));
    line_with(&pack.lines("SYSPRINT"), "ZJB313I MEMBERS 3, ALIASES 1");
    let packed = pack.written("OUTFILE").expect("OUTFILE was written");
    // 64,240 bytes of records in a fraction of that: the integer part of the ratio stands in the header.
    let ratio = 64_000 / (packed.records.len() * 1024);
    assert_eq!(packed.records[0][..8], [7, 0, 0, 80, 0x0C, ratio as u8, 0x6D, 0x10]);
    let unpack = step("UNPACK").input("INFILE", packed).library("OUTFILE", empty_library());
    assert_eq!(unpack.run("TRSMAIN"), Completion::Code(0), "{:?}", unpack.lines("SYSPRINT"));
    let back = unpack.library_of("OUTFILE");
    assert_eq!(shown(&back), shown(&library("FB")));
    assert_eq!(back.library.label, library("FB").library.label);
}

#[test]
fn libraries_whose_packed_form_nobody_has_seen_are_refused() {
    for (parm, recfm, id) in [("SPACK", "FB", "ZJB311E"), ("PACK", "VB", "ZJB312E"), ("PACK", "VBS", "ZJB312E")] {
        let step = step(parm).library("INFILE", library(recfm)).output("OUTFILE");
        assert_eq!(step.run("TRSMAIN"), Completion::Code(16), "{parm} {recfm}");
        line_with(&step.lines("SYSPRINT"), id);
        assert!(step.written("OUTFILE").is_none());
    }
}

#[test]
fn a_packed_library_needs_a_library_and_a_packed_data_set_needs_none() {
    let pack = step("PACK").library("INFILE", library("FB")).output("OUTFILE");
    assert_eq!(pack.run("TRSMAIN"), Completion::Code(0));
    let unpack = step("UNPACK").input("INFILE", pack.written("OUTFILE").expect("written")).output("OUTFILE");
    assert_eq!(unpack.run("TRSMAIN"), Completion::Code(16));
    line_with(&unpack.lines("SYSPRINT"), "ZJB309E");
    let sequential = packed("PACK", data("FB", 3, &[b"ABC"]));
    let unpack = step("UNPACK").input("INFILE", sequential).library("OUTFILE", empty_library());
    assert_eq!(unpack.run("TRSMAIN"), Completion::Code(16));
    line_with(&unpack.lines("SYSPRINT"), "ZJB314E");
}

#[test]
fn a_truncated_library_keeps_the_members_before_the_damage() {
    let pack = step("PACK").library("INFILE", library("FB")).output("OUTFILE");
    assert_eq!(pack.run("TRSMAIN"), Completion::Code(0));
    let mut packed = pack.written("OUTFILE").expect("written");
    packed.records.pop();
    let unpack = step("UNPACK").input("INFILE", packed).library("OUTFILE", empty_library());
    assert_eq!(unpack.run("TRSMAIN"), Completion::Code(16));
    assert!(line_with(&unpack.lines("SYSPRINT"), "ZJB308E").contains("truncated"));
    let names: Vec<_> = shown(&unpack.library_of("OUTFILE")).iter().map(|(entry, _)| entry.name.to_string()).collect();
    assert_eq!(names, ["EMPTY", "FIRST"]);
}
