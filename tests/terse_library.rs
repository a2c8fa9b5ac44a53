//! `zjob terse` with libraries: a directory of files on the host's side, a library of the system, packed forms.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{TestSystem, shared, zjob};
use serde_json::Value;
use zjob::terse::Stamp;
use zjob::terse::library::{Dcb, DirectoryEntry, LibraryEncoder, Place};

/// A directory to work in, with a system of its own.
struct Desk(TestSystem);

struct Ran(Output);

impl Desk {
    fn new() -> Self {
        let system = TestSystem::new();
        fs::create_dir_all(system.home().join("desk")).expect("made");
        Self(system)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.home().join("desk").join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().expect("a parent")).expect("made");
        fs::write(self.path(name), bytes).expect("written");
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names in a directory, the hidden ones too.
    fn names(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(directory)).expect("readable");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn run(&self, status: i32, arguments: &[&str]) -> Ran {
        let mut command = zjob(&self.0.home().join("system"));
        let output = command.current_dir(self.path("")).arg("terse").args(arguments).output().expect("zjob starts");
        let ran = Ran(output);
        assert_eq!(ran.0.status.code(), Some(status), "{arguments:?}: {}{}", ran.out(), ran.words());
        ran
    }

    fn dataset(&self, arguments: &[&str]) -> String {
        let mut command = zjob(&self.0.home().join("system"));
        let output = command.current_dir(self.path("")).arg("dataset").args(arguments).output().expect("zjob starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Ran {
    fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    fn words(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    fn says(self, text: &str) -> Self {
        assert!(self.words().contains(text), "{text:?} in {}", self.words());
        self
    }

    fn prints(self, text: &str) -> Self {
        assert!(self.out().contains(text), "{text:?} in {}", self.out());
        self
    }
}

const UPLOAD: &str = "//UPLOAD JOB CLASS=A\n//STEP1 EXEC PGM=TRSMAIN\n";

/// Two members in `jcl`.
fn with_members() -> Desk {
    let desk = Desk::new();
    desk.write("jcl/upload.jcl", UPLOAD);
    desk.write("jcl/COPY", "//COPY JOB\n");
    desk.write("jcl/.hidden", "no member");
    desk
}

#[test]
fn a_directory_is_packed_as_a_library_and_comes_back_as_a_directory() {
    let desk = with_members();
    desk.run(0, &["pack", "--library", "jcl/"]).says("jcl.trs: 2 members, ");
    desk.run(0, &["info", "jcl.trs"]).prints("Method      PACK\nDSORG       PO\nRECFM       FB\nLRECL       80\n");
    desk.run(0, &["verify", "jcl.trs"]).prints("jcl.trs: identical to what AMATERSE writes");
    desk.run(0, &["unpack", "jcl.trs", "-o", "members/"]).says("members/: 2 members with 3 records");
    assert_eq!(desk.names("members"), [".zjob-library.json", "COPY", "UPLOAD"]);
    assert_eq!(desk.text("members/UPLOAD"), UPLOAD);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: PathBuf| fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode(desk.path("members")), mode(desk.path("jcl")), "as any directory of the user");
    }
    assert_eq!(desk.names(""), ["jcl", "jcl.trs", "members"]);
}

#[test]
fn without_an_output_the_directory_has_the_name_of_the_packed_file() {
    let desk = with_members();
    desk.run(0, &["pack", "--library", "jcl", "-o", "LIB.TRS"]);
    desk.run(0, &["unpack", "LIB.TRS"]);
    assert_eq!(desk.text("LIB/UPLOAD"), UPLOAD);
    fs::rename(desk.path("LIB.TRS"), desk.path("12345.dump")).expect("renamed");
    desk.run(0, &["unpack", "12345.dump"]);
    assert_eq!(desk.text("12345.dump.members/UPLOAD"), UPLOAD);
}

#[test]
fn several_packed_libraries_become_directories_of_one_directory() {
    let desk = with_members();
    for name in ["a.trs", "b.trs"] {
        desk.run(0, &["pack", "--library", "jcl", "-o", name]);
    }
    desk.run(0, &["unpack", "a.trs", "b.trs", "-o", "both"]);
    assert_eq!((desk.text("both/a/UPLOAD"), desk.text("both/b/UPLOAD")), (UPLOAD.to_owned(), UPLOAD.to_owned()));
}

#[test]
fn members_that_are_there_stay_unless_forced_and_other_files_always_stay() {
    let desk = with_members();
    desk.run(0, &["pack", "--library", "jcl"]);
    desk.write("out/COPY", "precious\n");
    desk.write("out/other", "mine\n");
    desk.run(64, &["unpack", "jcl.trs", "-o", "out"]).says("--force replaces it");
    assert_eq!(desk.text("out/COPY"), "precious\n");
    desk.run(0, &["unpack", "--force", "jcl.trs", "-o", "out"]);
    assert_eq!((desk.text("out/COPY"), desk.text("out/other")), ("//COPY JOB\n".to_owned(), "mine\n".to_owned()));
    assert_eq!(desk.names(""), ["jcl", "jcl.trs", "out"]);
}

#[test]
fn binary_members_and_members_behind_rdws_come_back() {
    let desk = Desk::new();
    desk.write("lib/A", [7; 400]);
    desk.write("lib/B", b"");
    desk.run(0, &["pack", "--library", "--binary", "--lrecl", "100", "--blksize", "300", "lib"]);
    desk.run(0, &["info", "lib.trs"]).prints("LRECL       100\nBLKSIZE     300\n");
    desk.run(0, &["unpack", "--binary", "lib.trs", "-o", "back"]);
    assert_eq!(
        (fs::read(desk.path("back/A")).expect("A"), fs::read(desk.path("back/B")).expect("B")),
        (vec![7; 400], vec![])
    );
    desk.run(0, &["unpack", "--rdw", "lib.trs", "-o", "described"]);
    assert_eq!(fs::read(desk.path("described/A")).expect("A")[..5], [0, 104, 0, 0, 7]);
    desk.run(0, &["pack", "--library", "--rdw", "described", "-o", "again.trs"]);
    desk.run(0, &["info", "again.trs"]).prints("LRECL       100\nBLKSIZE     300\n");
}

#[test]
fn a_file_that_does_not_fit_is_named_and_nothing_is_left() {
    let desk = with_members();
    desk.write("jcl/LONG", "x".repeat(81));
    desk.run(64, &["pack", "--library", "jcl"]).says("jcl/LONG: record 1: the line has 81 characters");
    fs::remove_file(desk.path("jcl/LONG")).expect("removed");
    desk.write("jcl/1name", "x");
    desk.run(64, &["pack", "--library", "jcl"]).says("1name");
    desk.run(64, &["pack", "--library", "jcl/COPY"]).says("is no directory");
    assert_eq!(desk.names(""), ["jcl"]);
}

#[test]
fn forms_that_nobody_has_seen_are_packed_only_if_asked_for_and_read() {
    let desk = with_members();
    for form in [&["--spack"][..], &["--recfm", "VB", "--lrecl", "255"]] {
        let pack = |more: &[&'static str]| [&["pack", "--library", "-f", "jcl"], form, more].concat();
        desk.run(64, &pack(&[])).says("the library cannot be packed");
        desk.run(0, &pack(&["--unproven"]));
        desk.run(0, &["info", "--measure", "jcl.trs"]).prints("DSORG       PO").prints("Records     3");
        desk.run(0, &["unpack", "-f", "jcl.trs", "-o", "out"]);
        assert_eq!(desk.text("out/UPLOAD"), UPLOAD);
    }
    desk.run(0, &["pack", "--library", "-f", "--spack", "--unproven", "jcl"]);
    desk.run(4, &["verify", "jcl.trs"]).prints("no file is known in which AMATERSE packed a library with SPACK");
}

#[test]
fn a_library_of_the_system_is_packed_and_unpacked() {
    let desk = with_members();
    desk.dataset(&["import", "jcl", "MY.JCL"]);
    desk.run(0, &["pack", "//'MY.JCL'"]).says("MY.JCL.trs: 2 members");
    desk.run(0, &["unpack", "MY.JCL.trs", "-o", "//'MY.COPY'"]).says("//'MY.COPY': 2 members with 3 records");
    assert_eq!(desk.dataset(&["cat", "MY.COPY(UPLOAD)"]), UPLOAD);
    let shape =
        |name: &str| desk.dataset(&["info", name]).lines().skip(1).take(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(shape("MY.COPY"), shape("MY.JCL"));
    desk.run(64, &["unpack", "MY.JCL.trs", "-o", "//'MY.COPY'"]).says("--force adds members");
    desk.run(0, &["unpack", "--force", "MY.JCL.trs", "-o", "//'MY.COPY'"]);
    desk.run(64, &["unpack", "MY.JCL.trs", "-o", "//'MY.COPY(ONE)'"]).says("name no member");
    // Packed into a data set, and a sequential data set that is no library.
    desk.run(0, &["pack", "//'MY.JCL'", "-o", "//'MY.TERSED'"]);
    desk.run(0, &["verify", "//'MY.TERSED'"]).prints("identical");
    desk.run(64, &["unpack", "--force", "MY.JCL.trs", "-o", "//'MY.TERSED'"]).says("MY.TERSED is no library");
    desk.run(64, &["unpack", "MY.JCL.trs", "-o", "-"]).says("makes no stream");
}

#[test]
fn members_of_other_attributes_are_not_mixed_into_a_library() {
    let desk = with_members();
    desk.run(0, &["pack", "--library", "jcl"]);
    desk.write("wide/W", "x\n");
    desk.dataset(&["import", "wide", "MY.WIDE", "--lrecl", "133"]);
    desk.run(64, &["unpack", "--force", "jcl.trs", "-o", "//'MY.WIDE'"]).says("a library's members are alike");
}

const STATISTICS: [u8; 30] = *b"\x01\x05\x00\x50\x01\x20\x12\x6F\x01\x20\x18\x2F\x15\x28\x00\x25\x00\x05\x00\x00\
    \xE2\xC8\xC9\xE5\xC1\xD5\xC7\x40\x40\x40";

/// A packed library: A with statistics and a block for each of `blocks`, its alias B, and what `more` adds.
fn packed(blocks: &[&[u8]], more: impl Fn(&mut LibraryEncoder<Vec<u8>>)) -> Vec<u8> {
    let mut encoder = LibraryEncoder::new(&Dcb::new(0x90, 80, 800), 0, Vec::new()).expect("a good DCB");
    encoder.put_entry(&entry(0xC1, 1, false)).expect("taken");
    for block in blocks {
        encoder.put_block(Place { track: 0, number: 1 }, block).expect("taken");
    }
    encoder.put_entry(&entry(0xC2, 1, true)).expect("taken");
    more(&mut encoder);
    encoder.finish(&Stamp::new("06/07/2024 12:34:56").expect("a stamp")).expect("memory takes everything").1
}

fn entry(letter: u8, number: u8, alias: bool) -> DirectoryEntry {
    let name = [letter, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40];
    DirectoryEntry::new(name, Place { track: 0, number }, alias, &STATISTICS).expect("30 bytes fit")
}

#[test]
fn statistics_and_aliases_survive_the_way_over_a_directory_of_the_host() {
    let desk = Desk::new();
    desk.write("x.trs", packed(&[&[0xC1; 160]], |_| {}));
    desk.run(0, &["unpack", "x.trs", "-o", "x"]).says("1 members and 1 aliases with 2 records");
    desk.run(0, &["pack", "--library", "x", "-o", "y.trs"]).says("1 members and 1 aliases");
    let statistics = "01.05 2020/05/05 2020/06/30 15:28:50    37     5     0 SHIVANG";
    for file in ["x.trs", "y.trs"] {
        let expected = format!(
            "Member      A                  2 records  {statistics}\n\
                                Member      B                  2 records  alias of A  {statistics}\n"
        );
        desk.run(0, &["info", "--measure", file]).prints("Unpacked    160 bytes\nRecords     2\n").prints(&expected);
    }
    let json: Value =
        serde_json::from_str(&desk.run(0, &["info", "--measure", "--format", "json", "y.trs"]).out()).expect("JSON");
    let alias = serde_json::json!({"name": "B", "alias_of": "A", "records": 2, "statistics": statistics});
    assert_eq!((&json["dsorg"], &json["members"][1]), (&Value::from("PO"), &alias));
    desk.run(0, &["unpack", "y.trs", "-o", "//'MY.LIB'"]);
    assert!(desk.dataset(&["info", "MY.LIB"]).contains("alias of A"));
    // Notes that somebody spoiled are named.
    desk.write("x/.zjob-library.json", "{}");
    desk.run(64, &["pack", "--library", "-f", "x"]).says(".zjob-library.json");
}

#[test]
fn each_damage_of_a_library_is_named() {
    let full = vec![0xC1; 800];
    let sound = packed(&[&full, &[0xC1; 80]], |_| {});
    let block =
        |place| move |encoder: &mut LibraryEncoder<Vec<u8>>| encoder.put_block(place, &[0xC1; 81]).expect("taken");
    let cases: [(&str, Vec<u8>); 5] = [
        ("a block ends within a record", packed(&[&[0xC1; 81]], |_| {})),
        ("a block is longer than the block size", packed(&[&[0xC1; 880]], |_| {})),
        ("a name comes twice", packed(&[], |encoder| encoder.put_entry(&entry(0xC1, 2, false)).expect("taken"))),
        ("no member name", packed(&[], |encoder| encoder.put_entry(&entry(0x5C, 2, false)).expect("taken"))),
        ("a block ends within a record", packed(&[&full], block(Place { track: 9, number: 9 }))),
    ];
    let desk = Desk::new();
    desk.write("sound.trs", sound);
    desk.run(0, &["unpack", "sound.trs"]);
    for (what, bytes) in cases {
        desk.write("bad.trs", &bytes);
        desk.run(8, &["unpack", "bad.trs"]).says("the packed library is damaged: ").says(what);
        desk.run(8, &["info", "--measure", "bad.trs"]).says(what);
        desk.run(8, &["verify", "bad.trs"]).prints(what);
        assert_eq!(desk.names(""), ["bad.trs", "sound", "sound.trs"]);
    }
    desk.run(8, &["unpack", "--rescue", "bad.trs"]).says("lie before the damage");
    assert_eq!(desk.text("bad/A").lines().count(), 10);
}

#[test]
fn a_truncated_library_is_rescued_up_to_the_damage() {
    let desk = Desk::new();
    let noise: Vec<u8> = (0..80_000_u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
    let blocks: Vec<&[u8]> = noise.chunks(800).collect();
    let file = packed(&blocks, |_| {});
    desk.write("cut.trs", &file[..file.len() / 2048 * 1024]);
    desk.run(8, &["unpack", "--binary", "cut.trs"]).says("truncated").says("was not written");
    assert_eq!(desk.names(""), ["cut.trs"]);
    desk.run(8, &["unpack", "--binary", "--rescue", "cut.trs"]);
    let rescued = fs::read(desk.path("cut/A")).expect("A");
    assert!(rescued.len() > 10_000 && noise.starts_with(&rescued));
}

#[test]
fn an_alias_that_leads_nowhere_is_odd() {
    let desk = Desk::new();
    desk.write("x.trs", packed(&[&[0xC1; 80]], |encoder| encoder.put_entry(&entry(0xC3, 7, true)).expect("taken")));
    desk.run(4, &["unpack", "x.trs"]).says("alias C leads to no member and was left out");
    desk.run(4, &["info", "--measure", "x.trs"]).says("alias C leads to no member");
    assert_eq!(desk.names("x"), [".zjob-library.json", "A"]);
}

#[test]
fn a_wrong_ratio_in_the_header_is_odd() {
    let desk = with_members();
    desk.run(0, &["pack", "--library", "jcl"]);
    let mut bytes = fs::read(desk.path("jcl.trs")).expect("packed");
    bytes[5] += 1;
    desk.write("jcl.trs", bytes);
    desk.run(4, &["verify", "jcl.trs"]).prints("the ratio in the header is");
}

#[test]
fn the_real_library_comes_back_from_a_library_of_the_system() {
    let Some(shared) = shared() else { return };
    let real = shared.join("data/terse/real/USERKEY_COMMON_AREA.14fde71.TRS");
    if !real.is_file() {
        return;
    }
    let desk = Desk::new();
    fs::copy(Path::new(&real), desk.path("real.trs")).expect("copied");
    desk.run(0, &["unpack", "real.trs", "-o", "//'MY.LIB'"]);
    desk.run(0, &["pack", "//'MY.LIB'", "-o", "again.trs"]);
    let facts = |file: &str| {
        desk.run(0, &["info", "--measure", file])
            .out()
            .lines()
            .filter(|line| line.starts_with("Member") || line.starts_with("Records"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(facts("again.trs"), facts("real.trs"));
    assert!(facts("real.trs").len() > 1);
}
