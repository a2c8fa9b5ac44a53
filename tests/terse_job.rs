//! TRSMAIN and AMATERSE as steps of jobs: every form of data set packed, unpacked, and looked at in the catalog.

mod common;

use common::{Ran, TestSystem};
use zjob::codepage::CodePage;
use zjob::dataset::catalog::SpaceRequest;
use zjob::dataset::library::DirectoryEntry;
use zjob::dataset::{Attributes, DataSetName, Dcb, Dsorg, MemberName, Recfm};
use zjob::job::initiator::JobEnd;
use zjob::terse::Stamp;
use zjob::terse::library::{self as form, LibraryEncoder, Place};

/// DDs of a program: input and output.
const TRSMAIN: (&str, &str, &str) = ("TRSMAIN", "INFILE", "OUTFILE");
const AMATERSE: (&str, &str, &str) = ("AMATERSE", "SYSUT1", "SYSUT2");
const NEW: &str = "DISP=(NEW,CATLG),SPACE=(CYL,(5,5))";

/// Runs one step; `from` and `to` are the operands of its two DDs.
fn step(system: &TestSystem, program: (&str, &str, &str), parm: &str, from: &str, to: &str) -> Ran {
    let (program, input, output) = program;
    system.run(&format!(
        "//TERSE   JOB CLASS=A\n//S       EXEC PGM={program},PARM={parm}\n//SYSPRINT DD SYSOUT=*\n\
         //{input:<8} DD {from}\n//{output:<8} DD {to}\n"
    ))
}

/// The same, which must end with 0.
fn good(system: &TestSystem, program: (&str, &str, &str), parm: &str, from: &str, to: &str) -> Ran {
    let ran = step(system, program, parm, from, to);
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    ran
}

fn old(name: &str) -> String {
    format!("DSN={name},DISP=SHR")
}

fn new(name: &str) -> String {
    format!("DSN={name},{NEW}")
}

fn attributes(recfm: &str, lrecl: u32, blksize: u32) -> Attributes {
    Attributes { recfm: recfm.parse().expect("a record format"), lrecl, blksize }
}

/// Records that do not pack well, of so many bytes each.
fn records(lengths: impl IntoIterator<Item = usize>) -> Vec<Vec<u8>> {
    let mut state = 1_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 25) as u8
    };
    lengths.into_iter().map(|length| (0..length).map(|_| byte()).collect()).collect()
}

#[test]
fn each_record_format_comes_back_through_either_program_and_either_method() {
    let cases = [
        // The header does not tell F from FB, nor V from VB.
        (attributes("FB", 80, 27_920), attributes("FB", 80, 27_920), records([80; 900])),
        (attributes("F", 80, 80), attributes("FB", 80, 80), records([80; 9])),
        (attributes("FBS", 4160, 24_960), attributes("FB", 4160, 24_960), records([4160; 9])),
        (attributes("FB", 32_760, 32_760), attributes("FB", 32_760, 32_760), records([32_760; 3])),
        (attributes("VB", 255, 27_998), attributes("VB", 255, 27_998), records([251, 0, 1, 0, 80])),
        (attributes("V", 255, 259), attributes("VB", 255, 259), records([251, 0, 1])),
        (attributes("VB", 32_756, 32_760), attributes("VB", 32_756, 32_760), records([32_752, 0, 5])),
        (attributes("VBS", 3000, 500), attributes("VBS", 3000, 500), records([2996, 0, 499, 2000])),
        (attributes("VBS", 0x8000, 27_998), attributes("VBS", 0x8000, 27_998), records([65_531, 3, 40_000])),
    ];
    for (program, parm) in [(TRSMAIN, "PACK"), (AMATERSE, "SPACK")] {
        let system = TestSystem::new();
        for (number, (original, expected, records)) in cases.iter().enumerate() {
            let name = |what: &str| format!("MY.{what}{number}");
            system.put(&name("DATA"), *original, records);
            good(&system, program, parm, &old(&name("DATA")), &new(&name("TERSED")));
            let packed = system.attributes(&name("TERSED"));
            assert_eq!(packed, Some(attributes("FB", 1024, 27_648)));
            good(&system, program, "UNPACK", &old(&name("TERSED")), &new(&name("BACK")));
            assert_eq!(system.attributes(&name("BACK")), Some(*expected), "{original:?}");
            assert!(system.records(&name("BACK")).as_ref() == Some(records), "{parm} {original:?}");
        }
        system.assert_clean();
    }
}

#[test]
fn undefined_records_end_with_16_and_leave_no_output() {
    let system = TestSystem::new();
    system.put("MY.MODULE", attributes("U", 0, 6144), &records([6144, 100]));
    let ran = step(&system, TRSMAIN, "PACK", &old("MY.MODULE"), "DSN=MY.TERSED,DISP=(NEW,DELETE),SPACE=(TRK,1)");
    assert_eq!(*ran.end(), JobEnd::Code(16), "{}", ran.listing());
    ran.assert_says(&["ZJB305E THE INPUT WITH RECFM=U"]);
}

#[test]
fn an_output_that_exists_gets_the_attributes_of_the_new_data() {
    let system = TestSystem::new();
    system.put("MY.DATA", attributes("VB", 255, 27_998), &records([10, 20]));
    system.put("MY.TERSED", attributes("FB", 1024, 1024), &records([1024]));
    system.put("MY.BACK", attributes("FB", 80, 80), &records([80; 5]));
    good(&system, TRSMAIN, "PACK", &old("MY.DATA"), "DSN=MY.TERSED,DISP=OLD");
    good(&system, TRSMAIN, "UNPACK", &old("MY.TERSED"), "DSN=MY.BACK,DISP=OLD");
    assert_eq!(system.attributes("MY.BACK"), Some(attributes("VB", 255, 27_998)));
    assert_eq!(system.records("MY.BACK"), system.records("MY.DATA"));
}

#[test]
fn concatenated_data_sets_are_packed_as_one() {
    let system = TestSystem::new();
    let (one, two) = (records([80; 30]), records([80; 50]));
    system.put("MY.ONE", attributes("FB", 80, 800), &one);
    system.put("MY.TWO(M)", attributes("FB", 80, 27_920), &two);
    let both = "DSN=MY.ONE,DISP=SHR\n//         DD DSN=MY.TWO(M),DISP=SHR";
    good(&system, TRSMAIN, "PACK", both, &new("MY.TERSED"));
    good(&system, TRSMAIN, "UNPACK", &old("MY.TERSED"), &new("MY.BACK"));
    assert!(system.records("MY.BACK") == Some([one, two].concat()));
}

#[test]
fn a_member_is_packed_and_unpacked_into_a_member() {
    let system = TestSystem::new();
    let records = records([80; 30]);
    system.put("MY.LIB(ONE)", attributes("FB", 80, 800), &records);
    good(&system, AMATERSE, "SPACK", &old("MY.LIB(ONE)"), &new("MY.TERSED"));
    good(&system, AMATERSE, "UNPACK", &old("MY.TERSED"), &old("MY.LIB(TWO)"));
    assert_eq!(system.records("MY.LIB(TWO)"), Some(records.clone()));
    assert_eq!(system.records("MY.LIB(ONE)"), Some(records));
}

/// ISPF statistics: 01.05, created 2020/05/05, changed 2020/06/30 15:28:50 by SHIVANG.
const STATISTICS: [u8; 30] = *b"\x01\x05\x00\x50\x01\x20\x12\x6F\x01\x20\x18\x2F\x15\x28\x00\x25\x00\x05\x00\x00\
    \xE2\xC8\xC9\xE5\xC1\xD5\xC7\x40\x40\x40";

fn member(name: &str) -> MemberName {
    MemberName::new(name).expect("a name")
}

/// MY.LIB: FIRST with statistics and its alias $ALIAS, SECOND, and EMPTY.
fn with_library() -> TestSystem {
    let system = TestSystem::new();
    let shape = attributes("FB", 80, 800);
    system.put("MY.LIB(FIRST)", shape, &records([80; 37]));
    system.put("MY.LIB(SECOND)", shape, &records([80; 500]));
    system.put("MY.LIB(EMPTY)", shape, &[]);
    let opened = system.open();
    let dataset = opened.data_sets().locate(&DataSetName::new("MY.LIB").expect("a name")).expect("asked");
    let dataset = dataset.expect("it is there");
    let statistics = STATISTICS.to_vec();
    let entry = |name, alias_of| DirectoryEntry { name: member(name), alias_of, user_data: statistics.clone() };
    dataset.stow(&entry("FIRST", None)).expect("stowed");
    dataset.stow(&entry("$ALIAS", Some(member("FIRST")))).expect("stowed");
    dataset.commit().expect("cataloged");
    drop((dataset, opened));
    system
}

fn directory(system: &TestSystem, name: &str) -> Vec<DirectoryEntry> {
    let opened = system.open();
    let dataset = opened.data_sets().locate(&DataSetName::new(name).expect("a name")).expect("asked");
    dataset.expect("it is there").directory().expect("a directory")
}

#[test]
fn a_library_comes_back_with_statistics_and_aliases_into_a_new_one() {
    let system = with_library();
    let packed = good(&system, TRSMAIN, "PACK", &old("MY.LIB"), &new("MY.TERSED"));
    packed.assert_says(&["ZJB301I INPUT  INFILE   MY.LIB", "ZJB313I MEMBERS 3, ALIASES 1"]);
    let to = "DSN=MY.BACK,DISP=(NEW,CATLG),SPACE=(TRK,(5,5,10))";
    good(&system, TRSMAIN, "UNPACK", &old("MY.TERSED"), to);
    assert_eq!(directory(&system, "MY.BACK"), directory(&system, "MY.LIB"));
    assert_eq!(system.attributes("MY.BACK"), Some(attributes("FB", 80, 800)));
    for name in ["FIRST", "SECOND", "EMPTY", "$ALIAS"] {
        let records = |library| system.records(&format!("{library}({name})"));
        assert!(records("MY.BACK") == records("MY.LIB") && records("MY.BACK").is_some(), "{name}");
    }
    system.assert_clean();
}

#[test]
fn a_library_that_exists_keeps_its_other_members() {
    let system = with_library();
    good(&system, AMATERSE, "PACK", &old("MY.LIB"), &new("MY.TERSED"));
    let (other, replaced) = (records([80; 3]), records([80; 4]));
    system.put("MY.OLD(OTHER)", attributes("FB", 80, 800), &other);
    system.put("MY.OLD(SECOND)", attributes("FB", 80, 800), &replaced);
    good(&system, AMATERSE, "UNPACK", &old("MY.TERSED"), "DSN=MY.OLD,DISP=OLD");
    assert_eq!(system.records("MY.OLD(OTHER)"), Some(other));
    assert_eq!(system.records("MY.OLD(SECOND)"), system.records("MY.LIB(SECOND)"));
    assert_eq!(directory(&system, "MY.OLD").len(), 5);
}

#[test]
fn a_library_does_not_go_into_a_sequential_data_set_nor_the_other_way_round() {
    let system = with_library();
    good(&system, TRSMAIN, "PACK", &old("MY.LIB"), &new("MY.TERSED"));
    let ran = step(&system, TRSMAIN, "UNPACK", &old("MY.TERSED"), &new("MY.BACK"));
    assert_eq!(*ran.end(), JobEnd::Code(16));
    ran.assert_says(&["ZJB309E"]);
    good(&system, TRSMAIN, "PACK", &old("MY.LIB(FIRST)"), &new("MY.TERSED2"));
    let ran = step(&system, TRSMAIN, "UNPACK", &old("MY.TERSED2"), "DSN=MY.LIB,DISP=OLD");
    assert_eq!(*ran.end(), JobEnd::Code(16));
    ran.assert_says(&["ZJB314E"]);
}

#[test]
fn spack_of_a_library_is_refused_since_nobody_has_seen_its_form() {
    let ran = step(&with_library(), TRSMAIN, "SPACK", &old("MY.LIB"), &new("MY.TERSED"));
    assert_eq!(*ran.end(), JobEnd::Code(16));
    ran.assert_says(&["ZJB311E"]);
}

/// A packed library in which A has a block, AL leads to A, LO leads nowhere, and TW is an alias with a block.
fn odd_library() -> Vec<Vec<u8>> {
    let place = |number| Place { track: 1, number };
    let entry = |bytes, number, alias| form::DirectoryEntry::new(bytes, place(number), alias, &[]).expect("no data");
    let mut encoder = LibraryEncoder::new(&form::Dcb::new(0x90, 80, 800), 0, Vec::new()).expect("a good DCB");
    let wide = |short: &str| {
        let mut bytes = [0x40; 8];
        bytes[..2].copy_from_slice(&CodePage::ibm1047().encode_lossy(short));
        bytes
    };
    encoder.put_entry(&entry(wide("A "), 1, false)).expect("taken");
    encoder.put_block(place(1), &[0xC1; 160]).expect("taken");
    encoder.put_entry(&entry(wide("AL"), 1, true)).expect("taken");
    encoder.put_entry(&entry(wide("LO"), 9, true)).expect("taken");
    encoder.put_entry(&entry(wide("TW"), 1, true)).expect("taken");
    encoder.put_block(place(2), &[0xC2; 80]).expect("taken");
    let (_, file) = encoder.finish(&Stamp::BLANK).expect("memory takes everything");
    file.chunks(1024).map(<[u8]>::to_vec).collect()
}

#[test]
fn an_alias_that_leads_nowhere_is_a_warning_and_everything_else_is_there() {
    let system = TestSystem::new();
    system.put("MY.TERSED", attributes("FB", 1024, 1024), &odd_library());
    let to = "DSN=MY.BACK,DISP=(NEW,CATLG),SPACE=(TRK,(5,5,10))";
    let ran = step(&system, TRSMAIN, "UNPACK", &old("MY.TERSED"), to);
    assert_eq!(*ran.end(), JobEnd::Code(4), "{}", ran.listing());
    ran.assert_says(&["ZJB313I MEMBERS 2, ALIASES 1", "ZJB316W ALIAS LO LEADS TO NO MEMBER AND WAS LEFT OUT"]);
    let found: Vec<_> = directory(&system, "MY.BACK").into_iter().map(|entry| (entry.name, entry.alias_of)).collect();
    assert_eq!(found, [(member("A"), None), (member("AL"), Some(member("A"))), (member("TW"), None)]);
    // An alias with blocks of its own is a member, so that nothing is lost.
    assert_eq!(system.records("MY.BACK(TW)"), Some(vec![vec![0xC2; 80]]));
}

#[test]
fn a_packed_data_set_in_a_wrong_form_says_how_to_transfer_it() {
    let system = TestSystem::new();
    system.put("MY.UPLOAD", attributes("VB", 256, 27_998), &records([252; 20]));
    let ran = step(&system, TRSMAIN, "UNPACK", &old("MY.UPLOAD"), &new("MY.BACK"));
    assert_eq!(*ran.end(), JobEnd::Code(16));
    ran.assert_says(&["ZJB307E THE INPUT HAS RECFM=VB, LRECL=256"]);
}

#[test]
fn a_data_set_that_was_transferred_into_records_of_80_is_unpacked_all_the_same() {
    let system = TestSystem::new();
    system.put("MY.DATA", attributes("FB", 80, 800), &records([80; 300]));
    good(&system, TRSMAIN, "PACK", &old("MY.DATA"), &new("MY.TERSED"));
    let mut bytes = system.records("MY.TERSED").expect("packed").concat();
    bytes.resize(bytes.len().next_multiple_of(80), 0);
    let cut: Vec<Vec<u8>> = bytes.chunks(80).map(<[u8]>::to_vec).collect();
    system.put("MY.UPLOAD", attributes("FB", 80, 27_920), &cut);
    let ran = step(&system, TRSMAIN, "UNPACK", &old("MY.UPLOAD"), &new("MY.BACK"));
    // The fill behind the last record is odd, not fatal.
    let expected = if bytes.len() % 1024 == 0 { 0 } else { 4 };
    assert_eq!(*ran.end(), JobEnd::Code(expected), "{}", ran.listing());
    assert_eq!(system.records("MY.BACK"), system.records("MY.DATA"));
}

#[test]
fn a_library_that_was_never_written_is_refused_with_its_reason() {
    let system = TestSystem::new();
    let opened = system.open();
    let name = DataSetName::new("MY.LIB").expect("a name");
    let dcb = Dcb { dsorg: Some(Dsorg::Partitioned), ..Dcb::default() };
    let space = SpaceRequest { primary: 5, secondary: 5, directory: 5 };
    let dataset = opened.data_sets().allocate(&name, dcb, space, None, "2026-01-31T12:00:00").expect("space");
    dataset.commit().expect("cataloged");
    drop((dataset, opened));
    let ran = step(&system, TRSMAIN, "PACK", &old("MY.LIB"), &new("MY.TERSED"));
    assert_eq!(*ran.end(), JobEnd::Code(16));
    ran.assert_says(&["ZJB312E", "nothing was ever written to it"]);
}

#[test]
fn control_characters_are_packed_as_data_and_the_user_is_told() {
    let system = TestSystem::new();
    system.put("MY.LISTING", attributes("FBA", 133, 1330), &records([133; 10]));
    let ran = good(&system, TRSMAIN, "PACK", &old("MY.LISTING"), &new("MY.TERSED"));
    assert!(ran.explains("UNPACK will give RECFM=FB, not FBA"), "{:?}", ran.words);
    good(&system, TRSMAIN, "UNPACK", &old("MY.TERSED"), &new("MY.BACK"));
    assert_eq!(system.records("MY.BACK"), system.records("MY.LISTING"));
    assert_eq!(system.attributes("MY.BACK").map(|found| found.recfm), Some(Recfm::FB));
}
