//! The command line as a user types it: results, words, exit statuses.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{TestSystem, samples, zjob};

/// Runs the program and returns what it said.
fn ask(home: &Path, arguments: &[&str]) -> Said {
    tell(home, arguments, b"")
}

/// The same with something on standard input.
fn tell(home: &Path, arguments: &[&str], input: &[u8]) -> Said {
    let mut command = assert_cmd::Command::from_std(zjob(home));
    Said(command.args(arguments).write_stdin(input).output().expect("it runs"))
}

struct Said(Output);

impl Said {
    fn code(&self) -> i32 {
        self.0.status.code().expect("it ended by itself")
    }

    fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("text")
    }

    fn words(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("text")
    }

    /// Asserts that all went well and returns the output.
    fn well(self) -> String {
        assert_eq!(self.code(), 0, "{}{}", self.words(), self.out());
        self.out()
    }

    /// Asserts wrong use, told in one line with all of `facts`.
    fn wrong_use(&self, facts: &[&str]) {
        assert_eq!(self.code(), 64, "{}", self.words());
        assert_eq!(self.out(), "");
        for fact in facts {
            assert!(self.words().contains(fact), "{fact:?} is not in {}", self.words());
        }
    }
}

const GOOD: &str = "//GOOD    JOB CLASS=A\n//S1      EXEC PGM=IEFBR14\n";
const EIGHT: &str =
    "//EIGHT   JOB CLASS=A\n//S1      EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n DELETE NO.SUCH\n/*\n";
const ABEND: &str = "//ABEND   JOB CLASS=A\n//S1      EXEC PGM=NOSUCH\n";
const WRONG: &str = "//WRONG   JOB CLASS=A\n//S1      EXCE PGM=IEFBR14\n";

/// Ends with 10000 modulo 4096, which is more than an exit status can say.
fn connecting(host: &str) -> String {
    format!(
        "//FAR     JOB CLASS=A\n//S1      EXEC PGM=FTP,PARM='{host} (EXIT'\n//OUTPUT DD SYSOUT=*\n//INPUT DD *\nquit\n/*\n"
    )
}

#[test]
fn the_exit_status_tells_how_the_job_ended() {
    let home = tempfile::tempdir().expect("a directory");
    let status = |deck: &str| tell(home.path(), &["run", "-"], deck.as_bytes()).code();
    assert_eq!(status(GOOD), 0);
    assert_eq!(status(EIGHT), 8);
    assert_eq!(status(WRONG), 200);
    assert_eq!(status(ABEND), 201);
    assert_eq!(status(&connecting("ftp.example.com")), 202);
    assert_eq!(status("THIS IS NO DECK\n"), 200);
    assert_eq!(status(""), 200);
}

#[test]
fn the_worst_of_several_jobs_counts() {
    let home = tempfile::tempdir().expect("a directory");
    let status = |decks: &[&str]| tell(home.path(), &["run", "-"], decks.concat().as_bytes()).code();
    assert_eq!(status(&[EIGHT, GOOD]), 8);
    assert_eq!(status(&[EIGHT, WRONG, GOOD]), 200);
    assert_eq!(status(&[ABEND, WRONG, EIGHT]), 201);
    assert_eq!(status(&[&connecting("ftp.example.com"), ABEND, GOOD]), 202);
}

#[test]
fn codes_that_no_exit_status_can_show_are_127_and_harmless_ones_can_be_forgiven() {
    let home = tempfile::tempdir().expect("a directory");
    let project = tempfile::tempdir().expect("a directory");
    let deck = project.path().join("far.jcl");
    fs::write(&deck, connecting("ftp.example.com")).expect("written");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
    fs::write(project.path().join("zjob.toml"), format!("[hosts]\n'ftp.example.com' = '{closed}'\n")).expect("written");
    let deck = deck.to_str().expect("a path");
    assert_eq!(ask(home.path(), &["run", deck]).code(), 127);
    assert_eq!(ask(home.path(), &["run", "--fail-above", "1807", deck]).code(), 127);
    assert_eq!(ask(home.path(), &["run", "--fail-above", "1808", deck]).code(), 0);
    assert_eq!(tell(home.path(), &["run", "--fail-above", "8", "-"], EIGHT.as_bytes()).code(), 0);
    assert_eq!(tell(home.path(), &["run", "--fail-above", "8", "-"], ABEND.as_bytes()).code(), 201);
}

#[test]
fn the_listing_goes_to_the_output_and_everything_else_beside_it() {
    let home = tempfile::tempdir().expect("a directory");
    let said = tell(home.path(), &["run", "--clock", "2026-01-31T12:00:00", "-"], GOOD.as_bytes());
    let listing = said.out();
    assert!(listing.starts_with("1                       J E S 2  J O B  L O G"), "{listing}");
    assert!(listing.contains(" 12.00.00 JOB00001  $HASP395 GOOD     ENDED - RC=0000\n"));
    assert!(!listing.contains("zjob"));
    let home = home.path().display();
    assert_eq!(
        said.words(),
        format!(
            "zjob: JOB00001 GOOD ended: CC 0000\n\
             zjob: system: {home}; next: zjob --home {home} spool show JOB00001, dataset list, inbox list\n"
        )
    );
}

#[test]
fn json_is_one_object_for_each_job_on_a_line_of_its_own() {
    let home = tempfile::tempdir().expect("a directory");
    let deck = [GOOD, EIGHT, ABEND, WRONG].concat();
    let said = tell(home.path(), &["run", "--format", "json", "--job-number", "41", "-"], deck.as_bytes());
    assert_eq!(said.code(), 201);
    let jobs: Vec<serde_json::Value> =
        said.out().lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let fact = |key: &str| jobs.iter().map(|job| job[key].to_string()).collect::<Vec<_>>();
    assert_eq!(fact("job"), [r#""JOB00041""#, r#""JOB00042""#, r#""JOB00043""#, r#""JOB00044""#]);
    assert_eq!(fact("name"), [r#""GOOD""#, r#""EIGHT""#, r#""ABEND""#, r#""WRONG""#]);
    assert_eq!(fact("status"), [r#""CC 0000""#, r#""CC 0008""#, r#""ABEND S806""#, r#""JCL ERROR""#]);
    assert_eq!(fact("code"), ["0", "8", "null", "null"]);
    assert_eq!(fact("abend"), ["null", "null", r#""S806""#, "null"]);
    assert_eq!(jobs[1]["steps"], serde_json::json!([{"step": "S1", "result": "0008"}]));
    let ddnames: Vec<_> = jobs[1]["spool"].as_array().expect("a list").iter().map(|set| &set["ddname"]).collect();
    assert_eq!(ddnames, ["JESMSGLG", "JESJCL", "JESYSMSG", "SYSPRINT"]);
    assert!(jobs[1]["spool"][3]["lines"].to_string().contains("IDC3012I ENTRY NO.SUCH NOT FOUND"));
}

#[test]
fn the_same_clock_and_seed_give_the_same_bytes() {
    let run = || {
        let directory = samples();
        let home = directory.path().join("home");
        let deck = directory.path().join("upload-aes.jcl");
        let deck = deck.to_str().expect("a path");
        let listing = ask(&home, &["run", "--clock", "2026-01-31T12:00:00", "--seed", "7", deck]).well();
        let sent = TestSystem::at(&home).inbox();
        (listing.lines().filter(|line| !line.contains(">>> PORT ")).collect::<Vec<_>>().join("\n"), sent)
    };
    let (first, second) = (run(), run());
    assert_eq!(first.0, second.0);
    assert!(first.1 == second.1, "salt and key are the same");
}

#[test]
fn wrong_use_is_64_and_names_what_is_wrong() {
    let home = tempfile::tempdir().expect("a directory");
    let wrong = |arguments: &[&str], facts: &[&str]| ask(home.path(), arguments).wrong_use(facts);
    wrong(&["frobnicate"], &["frobnicate"]);
    wrong(&["run"], &["<DECK>"]);
    wrong(&["run", "/no/such.jcl"], &["/no/such.jcl"]);
    wrong(&["run", "--clock", "noon", "-"], &["--clock", "noon"]);
    wrong(&["run", "--job-number", "0", "-"], &["--job-number", "1..=99999"]);
    wrong(&["run", "--seed", "1", "--live", "a.b", "-"], &["--seed", "--live"]);
    wrong(&["dataset", "cat", "NO.SUCH"], &["NO.SUCH", "zjob dataset list"]);
    wrong(&["dataset", "info", "NO.SUCH"], &["NO.SUCH"]);
    wrong(&["dataset", "delete", "NO.SUCH"], &["NO.SUCH"]);
    wrong(&["dataset", "export", "A..B"], &["A..B"]);
    wrong(&["dataset", "import", "/no/such.txt", "MY.DATA"], &["/no/such.txt"]);
    wrong(&["dataset", "import", "-", "MY.DATA", "--recfm", "FX"], &["--recfm", "FX"]);
    wrong(&["dataset", "import", "-", "MY.DATA", "--lrecl", "40000"], &["LRECL=40000"]);
    wrong(&["dataset", "import", "-", "MY.DATA", "--codepage", "KOI8"], &["KOI8"]);
    wrong(&["dataset", "import", "-", "MY.DATA", "--text", "--binary"], &["--text", "--binary"]);
    wrong(&["spool", "show", "77"], &["77", "zjob spool list"]);
    assert_eq!(ask(home.path(), &["dataset", "list"]).well().lines().count(), 1, "nothing of it is in the catalog");
}

#[test]
fn wrong_settings_are_named_with_file_and_line() {
    let home = tempfile::tempdir().expect("a directory");
    let project = tempfile::tempdir().expect("a directory");
    let deck = project.path().join("good.jcl");
    fs::write(&deck, GOOD).expect("written");
    let run = |settings: &str| {
        fs::write(project.path().join("zjob.toml"), settings).expect("written");
        ask(home.path(), &["run", deck.to_str().expect("a path")])
    };
    run("[system]\nuser = 'IBMUSER'\ncolour = 'red'\n").wrong_use(&["zjob.toml", "line 3", "colour"]);
    run("[[dataset]]\nname = 'MY.DATA'\nfile = 'missing.txt'\n").wrong_use(&["MY.DATA", "missing.txt"]);
    run("[hosts]\n'a.example.com' = 'live'\n").well();
    fs::write(project.path().join("zjob.toml"), "[hosts]\n'a.example.com' = 'live'\n").expect("written");
    let seeded = ask(home.path(), &["run", "--seed", "1", deck.to_str().expect("a path")]);
    seeded.wrong_use(&["--seed", "hosts outside this machine"]);
}

#[test]
fn help_shows_examples_and_the_version_is_told() {
    let home = tempfile::tempdir().expect("a directory");
    let home = home.path().join("never made");
    for (arguments, example) in [
        (&["--help"][..], "zjob run jcl-samples/upload.jcl"),
        (&["run", "--help"], "zjob run --live ftp.example.com a.jcl"),
        (&["dataset", "import", "--help"], "zjob dataset import dump.bin MY.DUMP --binary --recfm FB --lrecl 4160"),
        (&["spool", "show", "--help"], "zjob spool show 7 JESYSMSG"),
    ] {
        let help = ask(&home, arguments).well();
        assert!(help.contains("Examples:") && help.contains(example), "{help}");
    }
    assert!(ask(&home, &["run", "--help"]).well().contains("200 JCL error"));
    assert!(ask(&home, &["--version"]).well().starts_with("zjob "));
    assert!(!home.exists(), "asking for help makes no system");
}

#[test]
fn text_comes_back_as_it_went_in() {
    let home = tempfile::tempdir().expect("a directory");
    let text = "FIRST LINE\n\n[SQUARE] {CURLY} ~^\\ \u{e4}\u{f6}\u{fc}\nlast line\n";
    let said = tell(home.path(), &["dataset", "import", "-", "my.notes"], text.as_bytes());
    assert_eq!(said.words(), "zjob: MY.NOTES: 4 records imported\n");
    assert_eq!(ask(home.path(), &["dataset", "cat", "MY.NOTES"]).well(), text);
    assert_eq!(ask(home.path(), &["dataset", "export", "my.notes"]).well(), text);
    let info = ask(home.path(), &["dataset", "info", "MY.NOTES"]).well();
    for line in ["RECFM       FB\n", "LRECL       80\n", "BLKSIZE     27920\n", "Records     4\n", "Bytes       320\n"]
    {
        assert!(info.contains(line), "{info}");
    }
}

#[test]
fn characters_have_the_places_that_their_code_page_gives_them() {
    let home = tempfile::tempdir().expect("a directory");
    // 1047 and 037 differ in six places, the square brackets among them.
    for (page, bytes) in [("IBM-1047", b"\xC1\xAD\xBD\x40"), ("IBM-037", b"\xC1\xBA\xBB\x40")] {
        let import = ["dataset", "import", "-", "MY.CODES", "--codepage", page, "--lrecl", "4"];
        assert_eq!(tell(home.path(), &import, b"A[]\n").code(), 0);
        let said = ask(home.path(), &["dataset", "export", "MY.CODES", "--binary"]);
        assert_eq!((said.code(), said.0.stdout.as_slice()), (0, bytes.as_slice()), "{page}");
        assert_eq!(ask(home.path(), &["dataset", "cat", "MY.CODES", "--codepage", page]).well(), "A[]\n");
    }
}

#[test]
fn bytes_come_back_as_they_went_in() {
    let home = tempfile::tempdir().expect("a directory");
    let bytes: Vec<u8> = (0..=255).cycle().take(10 * 128).collect();
    let import = ["dataset", "import", "-", "MY.BYTES", "--binary", "--recfm", "FB", "--lrecl", "128"];
    assert_eq!(tell(home.path(), &import, &bytes).code(), 0);
    let file = home.path().join("out.bin");
    let out = ask(home.path(), &["dataset", "export", "MY.BYTES", "--binary", "-o", file.to_str().expect("a path")]);
    assert_eq!(out.well(), "");
    assert!(fs::read(file).expect("written") == bytes);
    tell(home.path(), &import, &bytes[..200]).wrong_use(&["128"]);
    assert!(
        ask(home.path(), &["dataset", "info", "MY.BYTES"]).well().contains("Records     10\n"),
        "the old state stays"
    );
}

#[test]
fn records_with_their_descriptor_words_come_back_as_they_went_in() {
    let home = tempfile::tempdir().expect("a directory");
    let rdw = b"\x00\x07\x00\x00ABC\x00\x04\x00\x00\x00\x0A\x00\x00\x00\xFF\x0A\x0D\x25\x15";
    let import = ["dataset", "import", "-", "MY.SMF", "--rdw", "--recfm", "VB", "--lrecl", "255"];
    assert_eq!(tell(home.path(), &import, rdw).code(), 0);
    let said = ask(home.path(), &["dataset", "export", "MY.SMF", "--rdw"]);
    assert_eq!((said.code(), said.0.stdout.as_slice()), (0, rdw.as_slice()));
    assert!(ask(home.path(), &["dataset", "info", "MY.SMF"]).well().contains("Records     3\n"));
    tell(home.path(), &import, b"\x00\x09\x00\x00ABC").wrong_use(&["standard input"]);
}

#[test]
fn members_are_imported_shown_and_deleted_one_by_one() {
    let home = tempfile::tempdir().expect("a directory");
    for (member, text) in [("MY.LIB(ONE)", "1\n"), ("my.lib(two)", "2\n"), ("MY.LIB(ONE)", "ANOTHER 1\n")] {
        assert_eq!(tell(home.path(), &["dataset", "import", "-", member], text.as_bytes()).code(), 0);
    }
    let info = ask(home.path(), &["dataset", "info", "MY.LIB"]).well();
    assert!(info.contains("DSORG       PO\n"), "{info}");
    assert_eq!(info.matches("Member      ").count(), 2, "{info}");
    assert_eq!(ask(home.path(), &["dataset", "cat", "MY.LIB(ONE)"]).well(), "ANOTHER 1\n");
    ask(home.path(), &["dataset", "cat", "MY.LIB"]).wrong_use(&["MY.LIB is a library"]);
    ask(home.path(), &["dataset", "cat", "MY.LIB(THREE)"]).wrong_use(&["MY.LIB", "THREE"]);
    let gone = ask(home.path(), &["dataset", "delete", "MY.LIB(ONE)"]);
    assert_eq!((gone.code(), gone.words()), (0, "zjob: MY.LIB(ONE) deleted\n".to_owned()));
    ask(home.path(), &["dataset", "delete", "MY.LIB(ONE)"]).wrong_use(&["MY.LIB(ONE)"]);
    assert_eq!(ask(home.path(), &["dataset", "cat", "MY.LIB(TWO)"]).well(), "2\n");
    ask(home.path(), &["dataset", "delete", "MY.LIB"]).well();
    assert_eq!(ask(home.path(), &["dataset", "list"]).well().lines().count(), 1);
    assert!(TestSystem::at(home.path()).files_in("volumes").is_empty());
}

#[test]
fn the_catalog_is_listed_in_order_and_by_prefix() {
    let home = tempfile::tempdir().expect("a directory");
    for name in ["YOUR.B", "MY.A", "MY.C"] {
        tell(home.path(), &["dataset", "import", "-", name], b"X\n").well();
    }
    let list = |arguments: &[&str]| {
        let list = ask(home.path(), arguments).well();
        list.lines().skip(1).map(|line| line[..6].trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(&["dataset", "list"]), ["MY.A", "MY.C", "YOUR.B"]);
    assert_eq!(list(&["dataset", "list", "my."]), ["MY.A", "MY.C"]);
    let all = ask(home.path(), &["dataset", "list", "YOUR"]).well();
    let columns: Vec<&str> = all.lines().last().expect("a line").split_whitespace().collect();
    assert_eq!(columns, ["YOUR.B", "PS", "FB", "80", "27920", "1", "ZJOB01"]);
}

#[test]
fn past_jobs_are_listed_and_shown_whole_or_in_part() {
    let home = tempfile::tempdir().expect("a directory");
    let listing = tell(home.path(), &["run", "-"], EIGHT.as_bytes()).out();
    tell(home.path(), &["run", "-"], GOOD.as_bytes()).well();
    let list = ask(home.path(), &["spool", "list"]).well();
    let jobs: Vec<Vec<&str>> = list.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    let facts = |job: &[&str]| [job[0], job[1], job[2], job[4], job[5]].join(" ");
    assert_eq!(facts(&jobs[0]), "JOB00001 EIGHT IBMUSER CC 0008");
    assert_eq!(facts(&jobs[1]), "JOB00002 GOOD IBMUSER CC 0000");
    for job in ["JOB00001", "1", "eight"] {
        assert_eq!(ask(home.path(), &["spool", "show", job]).well(), listing);
    }
    let printed = ask(home.path(), &["spool", "show", "1", "s1.sysprint"]).well();
    assert!(printed.starts_with("1IDCAMS  SYSTEM SERVICES"), "{printed}");
    assert!(listing.ends_with(&printed));
    assert_eq!(ask(home.path(), &["spool", "show", "1", "SYSPRINT"]).well(), printed);
    ask(home.path(), &["spool", "show", "1", "NOSUCH"]).wrong_use(&["JOB00001", "NOSUCH", "S1.SYSPRINT"]);
}

#[test]
fn what_the_server_received_is_listed_with_the_file_that_holds_it() {
    let directory = samples();
    let home = directory.path().join("home");
    let nothing = ask(&home, &["inbox", "list"]);
    assert_eq!((nothing.words(), nothing.well()), ("zjob: nothing received yet\n".to_owned(), String::new()));
    ask(&home, &["run", directory.path().join("upload-plain.jcl").to_str().expect("a path")]).well();
    let line = ask(&home, &["inbox", "list"]).well();
    let fields: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(fields[1..3], ["7,168", "/toibm/mvs/12345.123.724.DUMP.TRS"], "{line}");
    assert_eq!(fs::read(fields[3]).expect("the file").len(), 7168);
}

#[test]
fn a_system_belongs_to_its_owner_alone_and_stays_out_of_version_control() {
    let directory = samples();
    let deck = directory.path().join("upload.jcl");
    // Without --home the system lies beside the nearest zjob.toml.
    let mut command = Command::new(env!("CARGO_BIN_EXE_zjob"));
    let output = command.env_remove("ZJOB_HOME").arg("run").arg(&deck).output().expect("it runs");
    assert!(output.status.success());
    let home = directory.path().join(".zjob");
    assert_eq!(fs::read_to_string(home.join(".gitignore")).expect("there"), "*\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&home).expect("there").permissions().mode() & 0o777, 0o700);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_zjob"));
    let output = command.env("ZJOB_HOME", &home).args(["spool", "list"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("JOB00001  XXXXX"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let home = tempfile::tempdir().expect("a directory");
    let deck = home.path().join("good.jcl");
    fs::write(&deck, GOOD).expect("written");
    let mut command = zjob(home.path());
    command.arg("run").arg(&deck).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !words.contains("pipe"), "{words}");
    // Nor is it when nobody reads the words.
    let mut child = command.spawn().expect("it runs");
    drop(child.stderr.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("ENDED - RC=0000"));
}
