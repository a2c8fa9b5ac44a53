//! `zjob terse` as a script calls it: bytes in files and streams, exit status, words on the error output.
//!
//! Shared files are read in place (`ZJOB_SHARED`, else `../shared` beside the package); tests that need them say
//! so as ignored where they are absent.
#![allow(clippy::unnecessary_wraps, reason = "trials return results")]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

const STAMP: &str = "06/07/2024 12:34:56";
/// Bytes of the sample that most tests pack: 990 records of 80. It leaves room for the time stamp.
const SAMPLE: usize = 79_200;

type Test = fn(&Place) -> Result<(), Failed>;

fn main() {
    let arguments = Arguments::from_args();
    let tests: &[(&str, Test)] = &[
        ("the_first_worked_example_of_the_format_note_is_packed_byte_for_byte", first_worked_example),
        ("text_comes_back_as_it_was_without_blanks_at_the_ends_of_lines", text_comes_back),
        ("binary_records_come_back", binary_comes_back),
        ("records_behind_rdws_come_back_with_empty_ones", rdw_comes_back),
        ("streams_go_through_both_ways", streams_both_ways),
        ("default_names_add_and_take_away_trs", default_names),
        ("a_file_that_exists_stays_unless_forced", existing_files_stay),
        ("a_tree_is_packed_and_unpacked_as_a_tree", trees),
        ("a_data_set_is_packed_and_unpacked_with_its_attributes", data_sets),
        ("spanned_records_longer_than_a_block_come_back", spanned_records),
        ("a_member_is_packed_and_unpacked", members),
        ("a_directory_becomes_a_library", directory_becomes_library),
        ("info_reads_only_the_header", info_reads_only_the_header),
        ("info_of_a_sparse_file_of_10_gb_is_quick", info_is_quick),
        ("info_measures_when_asked_to", info_measures),
        ("info_prints_one_json_object_for_each_file", info_json),
        ("verify_says_identical_valid_or_damaged", verify_exit_status),
        ("a_truncated_file_is_damaged_and_rescued_only_if_asked_to", truncated),
        ("other_files_are_named_for_what_they_are", foreign_files),
        ("an_expansion_bomb_stops_at_the_limit", expansion_limit),
        ("the_worst_of_several_files_counts", worst_counts),
        ("records_that_do_not_fit_are_named", records_that_do_not_fit),
        ("wrong_use_ends_with_64", wrong_use),
        ("nothing_is_left_beside_an_output_that_failed", nothing_is_left),
    ];
    let trials = tests.iter().map(|&(name, test)| Trial::test(name, move || test(&Place::new())));
    libtest_mimic::run(&arguments, trials.chain(shared_trials()).collect()).exit();
}

/// A directory of files with a system of its own.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).expect("readable");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.retain(|name| name != "home");
        names.sort();
        names
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("zjob"));
        command.current_dir(self.directory.path()).env("ZJOB_HOME", self.path("home")).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("zjob starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        // A child that does not read all of it closes the pipe.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("zjob ends");
        feeder.join().expect("fed");
        Ran { what: arguments.join(" "), output }
    }

    /// Runs a command that must end with 0.
    fn good(&self, arguments: &[&str]) -> Ran {
        self.run(arguments).status(0)
    }
}

struct Ran {
    what: String,
    output: Output,
}

impl Ran {
    fn status(self, expected: i32) -> Self {
        assert_eq!(self.output.status.code(), Some(expected), "{}: {}{}", self.what, self.out(), self.words());
        self
    }

    fn out(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    fn words(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The error output contains `text`.
    fn says(self, text: &str) -> Self {
        assert!(self.words().contains(text), "{}: {text:?} in {}", self.what, self.words());
        self
    }

    /// Standard output contains `text`.
    fn prints(self, text: &str) -> Self {
        assert!(self.out().contains(text), "{}: {text:?} in {}", self.what, self.out());
        self
    }
}

fn first_worked_example(place: &Place) -> Result<(), Failed> {
    place.write("one", b"\xC1");
    place.good(&["terse", "pack", "--timestamp", STAMP, "--binary", "--recfm", "FB", "--lrecl", "1", "one", "-o", "p"]);
    place.good(&["terse", "pack", "--spack", "--timestamp", STAMP, "--binary", "--lrecl", "1", "one", "-o", "s"]);
    let mut expected = b"\x02\0\0\x01\x0C\0\x6D\x5E\0\0\0\0\x0C\x20\0\0\0\0\0\0\0\0\0".to_vec();
    expected.extend(
        b"\x40\x40\x40\x40\x40\x40\x40\xF0\xF6\x61\xF0\xF7\x61\xF2\xF0\xF2\xF4\x40\xF1\xF2\x7A\xF3\xF4\x7A\xF5\xF6\x40",
    );
    expected.resize(1024, 0);
    assert_eq!(place.read("p"), expected);
    expected[0] = 5;
    assert_eq!(place.read("s"), expected);
    Ok(())
}

fn text_comes_back(place: &Place) -> Result<(), Failed> {
    place.write("in", "Grüße  \n\nzweite Zeile\r\nlast, without an end");
    for method in [&[][..], &["--spack"]] {
        place.good(&[&["terse", "pack", "-f", "--lrecl", "30", "in", "-o", "x"], method].concat());
        place.good(&["terse", "unpack", "-f", "--text", "x", "-o", "out"]);
        assert_eq!(String::from_utf8(place.read("out"))?, "Grüße\n\nzweite Zeile\nlast, without an end\n");
    }
    place.good(&["terse", "pack", "-f", "--recfm", "VB", "--lrecl", "255", "--codepage", "IBM-273", "in", "-o", "x"]);
    place.good(&["terse", "unpack", "-f", "--codepage", "IBM-273", "--host-encoding", "latin1", "x", "-o", "out"]);
    assert_eq!(place.read("out"), b"Gr\xFC\xDFe  \n\nzweite Zeile\nlast, without an end\n");
    Ok(())
}

fn binary_comes_back(place: &Place) -> Result<(), Failed> {
    let bytes = noise(8000);
    place.write("in", &bytes);
    for method in [&[][..], &["--spack"]] {
        place.good(
            &[&["terse", "pack", "-f", "--binary", "--recfm", "FB", "--lrecl", "80", "in", "-o", "x"], method].concat(),
        );
        place.good(&["terse", "unpack", "-f", "--binary", "x", "-o", "out"]);
        assert_eq!(place.read("out"), bytes);
    }
    Ok(())
}

fn rdw_comes_back(place: &Place) -> Result<(), Failed> {
    let bytes = described(&[b"one", b"", &noise(32_752), b"", b"x"]);
    place.write("in", &bytes);
    for method in [&[][..], &["--spack"]] {
        place.good(
            &[&["terse", "pack", "-f", "--rdw", "--recfm", "VB", "--lrecl", "32756", "in", "-o", "x"], method].concat(),
        );
        place.good(&["terse", "unpack", "-f", "--rdw", "x", "-o", "out"]);
        assert_eq!(place.read("out"), bytes);
    }
    place.good(&["terse", "unpack", "-f", "--binary", "x", "-o", "out"]).says("--rdw keeps them");
    place.write("empty", described(&[b""]));
    place.good(&["terse", "pack", "--rdw", "empty"]).says("the only record is empty");
    Ok(())
}

fn streams_both_ways(place: &Place) -> Result<(), Failed> {
    let text = "line one\nline two\n".repeat(5000);
    let packed = place.run_with(&["terse", "pack", "-"], text.as_bytes()).status(0);
    let unpacked = place.run_with(&["terse", "unpack", "-"], &packed.output.stdout).status(0);
    assert_eq!(unpacked.out(), text);
    place.write("x.trs", &packed.output.stdout);
    let to_stream = place.good(&["terse", "unpack", "x.trs", "-o", "-"]);
    assert_eq!(to_stream.out(), text);
    place.run_with(&["terse", "info", "-"], &packed.output.stdout).status(0).prints("RECFM       FB");
    place.run_with(&["terse", "verify", "-"], &packed.output.stdout).status(0).prints("-: identical");
    Ok(())
}

fn default_names(place: &Place) -> Result<(), Failed> {
    place.write("notes.txt", "hello\n");
    place.good(&["terse", "pack", "notes.txt"]).says("notes.txt.trs: 1 records, 80 bytes, packed to 1,024 bytes");
    std::fs::rename(place.path("notes.txt.trs"), place.path("DUMP.TRS"))?;
    place.good(&["terse", "unpack", "DUMP.TRS"]);
    std::fs::rename(place.path("DUMP.TRS"), place.path("12345.123.724.dump"))?;
    place.good(&["terse", "unpack", "--quiet", "12345.123.724.dump"]);
    assert_eq!(place.names(), ["12345.123.724.dump", "12345.123.724.dump.txt", "DUMP", "notes.txt"]);
    Ok(())
}

fn existing_files_stay(place: &Place) -> Result<(), Failed> {
    place.write("a", "hello\n");
    place.write("a.trs", "precious");
    place.run(&["terse", "pack", "a"]).status(64).says("the file exists; --force replaces it");
    assert_eq!(place.read("a.trs"), b"precious");
    place.good(&["terse", "pack", "--force", "a"]);
    place.run(&["terse", "unpack", "a.trs"]).status(64).says("--force");
    assert_eq!(place.names(), ["a", "a.trs"]);
    Ok(())
}

fn trees(place: &Place) -> Result<(), Failed> {
    for number in 0..40 {
        place.write(&format!("tree/{}/{number}.txt", number % 3), format!("file {number}\n").repeat(number * 20));
    }
    place.good(&["terse", "pack", "tree", "-o", "packed"]);
    place.good(&["terse", "verify", "packed"]);
    place.good(&["terse", "unpack", "packed", "-o", "back"]);
    for number in 0..40 {
        let name = format!("{}/{number}.txt", number % 3);
        assert_eq!(place.read(&format!("back/{name}")), place.read(&format!("tree/{name}")));
    }
    // Beside the originals, and a second time nothing that is packed already.
    place.good(&["terse", "pack", "tree"]);
    place.run(&["terse", "pack", "tree"]).status(64);
    assert!(!place.path("tree/0/0.txt.trs.trs").exists());
    let order = place.good(&["terse", "verify", "tree"]).out();
    let names: Vec<_> = order.lines().filter_map(|line| line.split(':').next()).collect();
    assert!(names.is_sorted() && names.len() == 40, "{names:?}");
    Ok(())
}

fn data_sets(place: &Place) -> Result<(), Failed> {
    place.write("in", described(&[b"one", b"", b"three"]));
    place.good(&[
        "dataset",
        "import",
        "in",
        "MY.DATA",
        "--rdw",
        "--recfm",
        "VB",
        "--lrecl",
        "133",
        "--blksize",
        "1330",
    ]);
    place.good(&["terse", "pack", "--timestamp", STAMP, "//'MY.DATA'", "-o", "x.trs"]);
    place.good(&["terse", "info", "x.trs"]).prints("LRECL       133\nBLKSIZE     1330\n");
    place.good(&["terse", "pack", "--timestamp", STAMP, "//'my.data'", "-o", "//TERSED"]);
    place.good(&["terse", "verify", "//tersed"]).prints("//'IBMUSER.TERSED': identical");
    place.good(&["dataset", "export", "IBMUSER.TERSED", "--binary", "-o", "y.trs"]);
    assert_eq!(place.read("x.trs"), place.read("y.trs"));
    place.good(&["dataset", "info", "IBMUSER.TERSED"]).prints("LRECL       1024");
    place.good(&["terse", "unpack", "//TERSED", "-o", "//'MY.COPY'"]);
    place.good(&["dataset", "info", "MY.COPY"]).prints("RECFM       VB\nLRECL       133\nBLKSIZE     1330\n");
    place.good(&["dataset", "export", "MY.COPY", "--rdw", "-o", "out"]);
    assert_eq!(place.read("out"), place.read("in"));
    place.run(&["terse", "unpack", "//TERSED", "-o", "//'MY.COPY'"]).status(64).says("--force replaces it");
    place.good(&["terse", "unpack", "--force", "//TERSED", "-o", "//'MY.COPY'"]);
    place.run(&["terse", "pack", "//'NO.SUCH'"]).status(64).says("NO.SUCH is not in the catalog");
    place.run(&["terse", "pack", "--lrecl", "80", "//'MY.DATA'"]).status(64).says("leave these options out");
    place.run(&["terse", "unpack", "//'MY.DATA'"]).status(64).says("RECFM=FB, LRECL=1024");
    Ok(())
}

fn spanned_records(place: &Place) -> Result<(), Failed> {
    let bytes = described(&[&noise(65_531), b"", &noise(30_000), b"short"]);
    place.write("in", &bytes);
    place.good(&["terse", "pack", "--rdw", "--recfm", "VBS", "--lrecl", "X", "--blksize", "4096", "in"]);
    place.good(&["terse", "info", "in.trs"]).prints("RECFM       VBS\nLRECL       X\nBLKSIZE     4096\n");
    place.good(&["terse", "unpack", "--rdw", "in.trs", "-o", "out"]);
    assert_eq!(place.read("out"), bytes);
    place.good(&["terse", "unpack", "in.trs", "-o", "//'MY.VBS'"]);
    place.good(&["dataset", "info", "MY.VBS"]).prints("RECFM       VBS\nLRECL       X\nBLKSIZE     4096\n");
    place.good(&["dataset", "export", "MY.VBS", "--rdw", "-o", "out2"]);
    assert_eq!(place.read("out2"), bytes);
    place.good(&["terse", "verify", "in.trs"]);
    Ok(())
}

fn members(place: &Place) -> Result<(), Failed> {
    place.write("in", "a member\n");
    place.good(&["dataset", "import", "in", "MY.LIB(ONE)"]);
    place.good(&["terse", "pack", "//'MY.LIB(ONE)'"]);
    assert_eq!(place.names(), ["MY.LIB.ONE.trs", "in"]);
    place.good(&["terse", "unpack", "MY.LIB.ONE.trs", "-o", "//'MY.LIB(TWO)'"]);
    let shown = place.good(&["dataset", "cat", "MY.LIB(TWO)"]);
    assert_eq!(shown.out(), "a member\n");
    Ok(())
}

fn directory_becomes_library(place: &Place) -> Result<(), Failed> {
    place.write("jcl/upload.jcl", "//UPLOAD JOB\n");
    place.write("jcl/COPY", "//COPY JOB\n//S EXEC PGM=IEFBR14\n");
    place.write("jcl/sub/ignored", "x\n");
    place.good(&["dataset", "import", "jcl", "MY.JCL"]).says("2 members with 3 records");
    let info = place.good(&["dataset", "info", "MY.JCL"]).out();
    let lines: Vec<_> = info.lines().filter(|line| line.starts_with("Member")).collect();
    assert_eq!(lines, ["Member      COPY               2 records", "Member      UPLOAD             1 records"]);
    place.write("jcl/upload.txt", "another\n");
    place.run(&["dataset", "import", "jcl", "MY.JCL2"]).status(64).says("would both become member UPLOAD");
    place.write("bad/1name", "x\n");
    place.run(&["dataset", "import", "bad", "MY.JCL2"]).status(64).says("1name");
    place.run(&["dataset", "info", "MY.JCL2"]).status(64).says("not in the catalog");
    Ok(())
}

/// The sample, packed.
fn packed(place: &Place) -> Vec<u8> {
    place.write("sample", noise(SAMPLE));
    place.good(&["terse", "pack", "--timestamp", STAMP, "--binary", "--lrecl", "80", "sample", "-o", "sample.trs"]);
    place.read("sample.trs")
}

fn info_reads_only_the_header(place: &Place) -> Result<(), Failed> {
    let mut bytes = packed(place);
    bytes.truncate(700);
    place.write("cut.trs", &bytes);
    let expected = "File        cut.trs\nMethod      PACK\nDSORG       PS\nRECFM       FB\nLRECL       80\n\
                    BLKSIZE     27920\nPacked      700 bytes\n\n";
    assert_eq!(place.good(&["terse", "info", "cut.trs"]).out(), expected);
    place.run(&["terse", "info", "--measure", "cut.trs"]).status(8).says("truncated");
    Ok(())
}

fn info_is_quick(place: &Place) -> Result<(), Failed> {
    let file = std::fs::File::create(place.path("big.trs"))?;
    std::io::Write::write_all(&mut &file, b"\x02\0\0\x50\x0C\0\x6D\x10\0\0\0\0")?;
    file.set_len(10_000_000_000)?;
    // The fastest of some runs: other work on the machine is not what is measured here.
    let time = || {
        let started = std::time::Instant::now();
        place.good(&["terse", "info", "big.trs"]).prints("Packed      10,000,000,000 bytes");
        started.elapsed()
    };
    let fastest = (0..10).map(|_| time()).min().unwrap_or_default();
    assert!(fastest.as_millis() < 100, "{fastest:?}");
    Ok(())
}

fn info_measures(place: &Place) -> Result<(), Failed> {
    let size = packed(place).len();
    let ratio = (size * 100 + SAMPLE / 2) / SAMPLE;
    place
        .good(&["terse", "info", "--measure", "sample.trs"])
        .prints("Unpacked    79,200 bytes\nRecords     990\n")
        .prints(&format!("Ratio       {ratio} percent\nTime stamp  {STAMP}\n"));
    place.write("in", described(&[b"one", b"", b"three"]));
    place.good(&["terse", "pack", "--rdw", "in"]);
    place.good(&["terse", "info", "--measure", "in.trs"]).prints("Unpacked    8 bytes\nRecords     3\n");
    Ok(())
}

fn info_json(place: &Place) -> Result<(), Failed> {
    let size = packed(place).len();
    place.write("x.gz", b"\x1F\x8B\x08\0\0\0\0\0\0\x03\0\0");
    let ran = place.run(&["terse", "info", "--measure", "--format", "json", "sample.trs", "x.gz"]).status(8);
    let objects: Vec<Value> = ran.out().lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let expected = serde_json::json!({
        "file": "sample.trs", "method": "PACK", "dsorg": "PS", "recfm": "FB", "lrecl": 80, "blksize": 27920,
        "packed": size, "unpacked": SAMPLE, "records": 990, "ratio": (size * 100 + SAMPLE / 2) / SAMPLE, "stamp": STAMP,
    });
    assert_eq!(objects[0], expected);
    assert_eq!(objects[1]["file"], "x.gz");
    assert!(objects[1]["problem"].as_str().is_some_and(|problem| problem.contains("a gzip file")));
    Ok(())
}

fn verify_exit_status(place: &Place) -> Result<(), Failed> {
    let sound = packed(place);
    place.good(&["terse", "verify", "sample.trs"]).prints("sample.trs: identical to what AMATERSE writes");
    let quiet = place.good(&["terse", "verify", "--quiet", "sample.trs"]);
    assert_eq!(quiet.out(), "");
    // Another byte where the last record was not cleared, another flag, another ratio, a record too many.
    for (at, what) in [(sound.len() - 1, "would be X'"), (4, "flags"), (5, "sequential")] {
        let mut other = sound.clone();
        other[at] ^= 0x10;
        place.write("other.trs", &other);
        place.run(&["terse", "verify", "other.trs"]).status(4).prints("valid, but not what").prints(what);
    }
    place.write("long.trs", [&sound[..], &[0; 1024]].concat());
    place.run(&["terse", "verify", "long.trs"]).status(4).prints("would end after");
    place.write("odd.trs", [&sound[..], b"\n"].concat());
    place.run(&["terse", "verify", "odd.trs"]).status(4).prints("no multiple of 1024");
    place.run(&["terse", "unpack", "odd.trs"]).status(4).says("the data are complete");
    assert!(std::fs::metadata(place.path("odd"))?.len() > 0);
    // A literal where AMATERSE takes a longer match: valid, and not what it writes.
    let mut literals = b"\x02\0\0\x03\x0C\0\x6D\x5C\0\0\0\0\x04\x10\x41\x04\x10\0\0\0\0\0\0\0".to_vec();
    literals.resize(1024, 0);
    place.write("literals.trs", &literals);
    place.run(&["terse", "verify", "literals.trs"]).status(4).prints("byte 12 is X'04' and would be X'10'");
    Ok(())
}

fn truncated(place: &Place) -> Result<(), Failed> {
    let bytes = packed(place);
    place.write("cut.trs", &bytes[..20_480]);
    place.run(&["terse", "verify", "cut.trs"]).status(8).prints("20 whole records of 1024 bytes but no end code");
    place.run(&["terse", "unpack", "--binary", "cut.trs", "-o", "out"]).status(8).says("out was not written; --rescue");
    assert!(!place.path("out").exists());
    place
        .run(&["terse", "unpack", "--binary", "--rescue", "cut.trs", "-o", "out"])
        .status(8)
        .says("lie before the damage");
    let rescued = place.read("out");
    assert!(rescued.len() > 1000 && rescued.len().is_multiple_of(80) && noise(SAMPLE).starts_with(&rescued));
    let stream =
        place.run_with(&["terse", "unpack", "--binary", "-"], &bytes[..20_000]).status(8).says("transfer it again");
    assert!(noise(SAMPLE).starts_with(&stream.output.stdout));
    Ok(())
}

fn foreign_files(place: &Place) -> Result<(), Failed> {
    for (name, bytes, text) in [
        ("x.gz", &b"\x1F\x8B\x08\0\0\0\0\0\0\x03\0\0"[..], "a gzip file (gunzip it first)"),
        ("x.zip", b"PK\x03\x04\x14\0\0\0\x08\0\0\0", "a zip file"),
        ("x.txt", b"//UPLOAD JOB CLASS=A", "plain text in ASCII"),
        ("empty", b"", "the input is empty"),
        ("short", b"\x02\0\0\x50", "within the 12 bytes"),
        ("pc", b"\x01\x89\x69\xA5\0\x50\0\0\0\0\0\0", "PC form"),
        ("ascii", b"\x7F\0\0\x26\x0C\x9C\x03\x80\0\0\0\0", "transferred in ASCII"),
    ] {
        place.write(name, bytes);
        place.run(&["terse", "info", name]).status(8).says(text);
        place.run(&["terse", "unpack", name]).status(8).says(text);
        place.run(&["terse", "verify", name]).status(8).prints(text);
    }
    Ok(())
}

fn expansion_limit(place: &Place) -> Result<(), Failed> {
    place.write("zeros", vec![0; 8_000_000]);
    place.good(&["terse", "pack", "--binary", "--lrecl", "8000", "zeros"]);
    let unpack = |limit: &str| place.run(&["terse", "unpack", "--binary", "--limit", limit, "zeros.trs", "-fo", "out"]);
    unpack("1M").status(8).says("raise the limit if this is not an expansion bomb");
    assert!(!place.path("out").exists());
    unpack("8M").status(0);
    unpack("none").status(0);
    unpack("8X").status(64).says("20G");
    Ok(())
}

fn worst_counts(place: &Place) -> Result<(), Failed> {
    let bytes = packed(place);
    place.write("cut.trs", &bytes[..20_480]);
    let ran = place.run(&["terse", "unpack", "--binary", "cut.trs", "sample.trs", "-o", "out"]).status(8);
    assert!(ran.words().contains("truncated"));
    assert_eq!(place.read("out/sample"), noise(SAMPLE));
    place.run(&["terse", "unpack", "nothing.trs", "cut.trs", "-o", "out2"]).status(64).says("nothing.trs: ");
    Ok(())
}

fn records_that_do_not_fit(place: &Place) -> Result<(), Failed> {
    place.write("long", format!("short\n{}\n", "x".repeat(81)));
    place.run(&["terse", "pack", "long"]).status(64).says("long: record 2: the line has 81 characters");
    place.write("odd", [0; 85]);
    place.run(&["terse", "pack", "--binary", "odd"]).status(64).says("odd: record 2: only 5 of 80 bytes");
    place.write("rdw", described(&[b"good", &[0; 252]]));
    place
        .run(&["terse", "pack", "--rdw", "--lrecl", "255", "rdw"])
        .status(64)
        .says("a record of 252 bytes does not fit");
    assert_eq!(place.names(), ["long", "odd", "rdw"]);
    Ok(())
}

fn wrong_use(place: &Place) -> Result<(), Failed> {
    place.write("a", "x\n");
    for (arguments, text) in [
        (&["pack", "--recfm", "U", "a"][..], "no form for undefined records"),
        (&["pack", "--lrecl", "40000", "a"], "no such records"),
        (&["pack", "--blksize", "81", "a"], "no multiple of the record length"),
        (&["pack", "--timestamp", "2024-06-07", "a"], "MM/DD/YYYY HH:MM:SS"),
        (&["pack", "--codepage", "KOI8", "a"], "code page"),
        (&["pack", "--text", "--binary", "a"], "cannot be used with"),
        (&["pack", "a", "-", "-o", "-"], "make no stream"),
        (&["unpack", "nothing"], "nothing: "),
        (&["pack"], "required"),
    ] {
        place.run(&[&["terse"], arguments].concat()).status(64).says(text);
    }
    Ok(())
}

fn nothing_is_left(place: &Place) -> Result<(), Failed> {
    place.write("in", [0; 85]);
    place.run(&["terse", "pack", "--binary", "in"]).status(64);
    place.write("bad.trs", b"\x02\0\0\x50\x0C\0\x6D\x10\0\0\0\0\x01\x01\x01");
    place.run(&["terse", "unpack", "bad.trs"]).status(8);
    assert_eq!(place.names(), ["bad.trs", "in"]);
    Ok(())
}

/// Bytes of few values that look like nothing in particular, the same in every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0xC0 | (state >> 28) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Records behind their RDWs.
fn described(records: &[&[u8]]) -> Vec<u8> {
    let rdw = |record: &&[u8]| [&((record.len() + 4) as u16).to_be_bytes()[..], &[0, 0], record].concat();
    records.iter().flat_map(rdw).collect()
}

/// Tests over the shared files, or one that is ignored.
fn shared_trials() -> Vec<Trial> {
    let (vectors, real) = (support::shared().join("data/terse/vectors"), support::shared().join("data/terse/real"));
    let Ok(manifest) = std::fs::read_to_string(vectors.join("manifest.json")) else {
        return vec![Trial::test("shared_terse_files_are_absent", || Ok(())).with_ignored_flag(true)];
    };
    let manifest: Value = serde_json::from_str(&manifest).expect("the manifest is JSON");
    let all = manifest["vectors"].as_array().expect("the manifest has vectors").clone();
    vec![
        Trial::test("all_vectors_come_out_bit_for_bit_and_back", move || vectors_both_ways(&vectors, &all)),
        Trial::test("all_sound_real_files_are_identical_and_the_damaged_ones_are_explained", move || real_files(&real)),
    ]
}

fn vectors_both_ways(folder: &Path, vectors: &[Value]) -> Result<(), Failed> {
    let place = Place::new();
    for vector in vectors {
        let text = |key: &str| vector[key].as_str().unwrap_or_default();
        let number = |key: &str| vector[key].as_u64().unwrap_or_default();
        let file = |key: &str| folder.join(text(key)).to_str().unwrap_or_default().to_owned();
        let variable = text("recfm") == "VB";
        let form = if variable { "--rdw" } else { "--binary" };
        let lrecl = (number("header_lrecl") + if variable { 4 } else { 0 }).to_string();
        let (blksize, input) = (number("header_blksize").to_string(), file("input_file"));
        let mut arguments = vec!["terse", "pack", "-fo", "x.trs", "--timestamp", text("timestamp"), form];
        arguments.extend(["--recfm", text("recfm"), "--lrecl", &lrecl, "--blksize", &blksize, &input]);
        if text("mode") == "SPACK" {
            arguments.push("--spack");
        }
        place.good(&arguments);
        let expected = std::fs::read(folder.join(text("packed_file")))?;
        assert!(place.read("x.trs") == expected, "{} {}", text("name"), text("mode"));
        place.good(&["terse", "unpack", "-fo", "out", form, &file("packed_file")]);
        assert!(place.read("out") == std::fs::read(&input)?, "{} {}", text("name"), text("mode"));
    }
    Ok(())
}

fn real_files(folder: &Path) -> Result<(), Failed> {
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json"))?)?;
    let ran = Place::new().run(&["terse", "verify", folder.to_str().unwrap_or_default()]).status(8);
    let lines = ran.out();
    for facts in manifest["files"].as_array().ok_or("no files")? {
        let file = format!("/{}: ", facts["file"].as_str().unwrap_or_default());
        let line = lines.lines().find(|line| line.contains(&file)).ok_or_else(|| format!("no line for {file}"))?;
        let expected = match facts["reencode_bit_identical"].as_bool() {
            Some(true) => "identical to what AMATERSE writes",
            Some(false) => "damaged: this is what AMATERSE writes for SPACK of exactly one byte",
            None => "damaged: the TERSE file was transferred in ASCII (text) mode",
        };
        assert!(line.contains(expected), "{line}");
    }
    Ok(())
}
