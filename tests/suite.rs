//! `zjob test` as a user types it: golden files written, compared, masked; and the sample decks against theirs.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Said, root, zjob};
use tempfile::TempDir;

/// A directory with decks.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("readable")
    }

    fn test(&self, arguments: &[&str]) -> Said {
        test(self.0.path(), arguments)
    }
}

fn test(directory: &Path, arguments: &[&str]) -> Said {
    let nowhere = directory.join("no-system");
    let output = zjob(&nowhere).current_dir(directory).arg("test").args(arguments).output().expect("it runs");
    assert!(!nowhere.exists(), "a test uses a system of its own");
    output.into()
}

/// A job that prints `line` by way of IDCAMS, and makes a data set of it.
fn deck(name: &str, line: &str) -> String {
    format!(
        "//{name} JOB CLASS=A\n//S EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n /* {line} */\n SET MAXCC=0\n\
         //T EXEC PGM=TRSMAIN,PARM=PACK\n//SYSPRINT DD SYSOUT=*\n//INFILE DD *\n{line}\n\
         //OUTFILE DD DSN=MY.PACKED,DISP=(NEW,CATLG),SPACE=(TRK,(1,1))\n"
    )
}

#[test]
fn the_samples_are_as_their_golden_files_say() {
    let said = test(root(), &["jcl-samples"]);
    assert_eq!(said.code, 0, "{}{}look at it, then: zjob test --update jcl-samples", said.out, said.words);
    assert!(said.out.contains("ok       upload.jcl\n"), "{}", said.out);
}

#[test]
fn a_deck_without_golden_files_fails_until_they_are_written() {
    let place = Place::new();
    place.file("a.jcl", &deck("A", "FIRST"));
    let said = place.test(&["."]);
    assert!(said.code == 1 && said.out.contains("listing.txt: there is no golden file"), "{}", said.out);
    assert!(!place.path("a.golden").exists(), "only --update writes");
    let said = place.test(&["--update", "."]);
    assert!(said.code == 0 && said.out.contains("updated  a.jcl: listing.txt, result.json"), "{}", said.out);
    assert!(place.read("a.golden/listing.txt").contains("/* FIRST */"));
    assert!(place.read("a.golden/result.json").contains("\"status\": \"CC 0000\""));
    let said = place.test(&["."]);
    assert_eq!((said.code, said.out.as_str()), (0, "ok       a.jcl\n1 of 1 as it should be\n"));
}

#[test]
fn what_changed_is_shown_line_by_line() {
    let place = Place::new();
    place.file("sub/a.jcl", &deck("A", "FIRST"));
    place.file("b.jcl", &deck("B", "SAME"));
    place.test(&["--update", "."]);
    place.file("sub/a.jcl", &deck("A", "OTHER"));
    let said = place.test(&["."]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.starts_with("ok       b.jcl\nFAILED   sub/a.jcl\n  listing.txt: it differs\n  @@"),
        "{}",
        said.out
    );
    assert!(said.out.contains("\n  -  /* FIRST */\n  +  /* OTHER */\n"), "{}", said.out);
    assert!(said.out.ends_with("1 of 2 as it should be\n"), "{}", said.out);
}

#[test]
fn a_condition_code_that_changed_is_a_difference() {
    let place = Place::new();
    place.file("a.jcl", &deck("A", "X"));
    place.test(&["--update", "."]);
    place.file("a.jcl", &deck("A", "X").replace("MAXCC=0", "MAXCC=4"));
    let said = place.test(&["."]);
    assert!(said.code == 1 && said.out.contains("  result.json: it differs\n"), "{}", said.out);
    assert!(said.out.contains("-      \"status\": \"CC 0000\"") && said.out.contains("+      \"status\": \"CC 0004\""));
}

#[test]
fn data_sets_are_compared_where_a_golden_file_asks_for_it() {
    let place = Place::new();
    place.file("a.jcl", &deck("A", "FIRST"));
    place.file("a.golden/data/MY.PACKED.bin", "");
    let said = place.test(&["--update", "."]);
    assert!(said.code == 0 && said.out.contains("data/MY.PACKED.bin"), "{}", said.out);
    let packed = fs::read(place.path("a.golden/data/MY.PACKED.bin")).expect("written");
    assert_eq!(packed.len() % 1024, 0, "records of 1024 bytes, end to end");
    assert!(!packed.is_empty());
    assert_eq!(place.test(&["."]).code, 0);
    let mut changed = packed.clone();
    changed[100] ^= 0xFF;
    fs::write(place.path("a.golden/data/MY.PACKED.bin"), changed).expect("written");
    let said = place.test(&["."]);
    assert!(
        said.code == 1 && said.out.contains("  data/MY.PACKED.bin: it differs\n  @@ byte 100 (X'64') @@\n"),
        "{}",
        said.out
    );
    fs::write(place.path("a.golden/data/MY.PACKED.bin"), &packed[..packed.len() - 1]).expect("written");
    assert!(place.test(&["."]).out.contains("-the end"));
    place.file("a.golden/data/NO.SUCH.bin", "");
    assert!(place.test(&["."]).out.contains("NO.SUCH is not in the catalog"));
    assert_eq!(place.test(&["--update", "."]).code, 1, "what is not there cannot become golden");
}

#[test]
fn masks_of_the_configuration_hide_what_may_change() {
    let place = Place::new();
    place.file("zjob.toml", "[[test.mask]]\npattern = '/\\* RUN \\d+ \\*/'\nreplace = '/* RUN n */'\n");
    place.file("a.jcl", &deck("A", "RUN 17"));
    place.test(&["--update", "."]);
    assert!(place.read("a.golden/listing.txt").contains("/* RUN n */"));
    place.file("a.jcl", &deck("A", "RUN 18"));
    assert_eq!(place.test(&["."]).code, 0);
    place.file("zjob.toml", "[[test.mask]]\npattern = '('\nreplace = ''\n");
    let said = place.test(&["."]);
    assert!(said.code == 1 && said.out.contains("BROKEN   a.jcl: [test] mask \"(\""), "{}", said.out);
}

#[test]
fn results_are_written_for_ci() {
    let place = Place::new();
    place.file("good.jcl", &deck("A", "X"));
    place.test(&["--update", "."]);
    place.file("new.jcl", &deck("B", "<&>"));
    let said = place.test(&["--junit", "report.xml", "."]);
    assert_eq!(said.code, 1);
    let xml = place.read("report.xml");
    assert!(xml.contains("<testsuites tests=\"2\" failures=\"1\" errors=\"0\""), "{xml}");
    assert!(
        xml.contains("name=\"good\"") && xml.contains("<failure message=\"listing.txt: there is no golden file"),
        "{xml}"
    );
}

#[test]
fn hosts_outside_the_machine_are_refused() {
    let place = Place::new();
    place.file("zjob.toml", "[hosts]\n\"ftp.example.com\" = \"live\"\n");
    place.file("a.jcl", &deck("A", "X"));
    let said = place.test(&["--update", "."]);
    assert!(said.code == 1 && said.out.contains("[hosts] leads to another machine"), "{}", said.out);
    assert!(!place.path("a.golden").exists());
}

#[test]
fn each_deck_has_a_system_of_its_own() {
    let place = Place::new();
    for name in ["a", "b", "c", "d"] {
        place.file(&format!("{name}.jcl"), &deck("SAME", "X"));
    }
    assert_eq!(place.test(&["--update", "."]).code, 0);
    assert_eq!(place.test(&["."]).code, 0, "four jobs make the same new data set");
    let golden = place.read("a.golden/listing.txt");
    assert!(golden.contains("JOB00001") && golden == place.read("d.golden/listing.txt"));
}

#[test]
fn a_deck_without_a_job_is_a_result_too() {
    let place = Place::new();
    place.file("a.jcl", "//S EXEC PGM=IEFBR14\n");
    assert_eq!(place.test(&["--update", "a.jcl"]).code, 0);
    assert!(place.read("a.golden/result.json").contains("ZJB00"), "{}", place.read("a.golden/result.json"));
    assert_eq!(place.test(&["a.jcl"]).code, 0);
}

#[test]
fn wrong_use_is_told() {
    let place = Place::new();
    let said = place.test(&["."]);
    assert!(said.code == 64 && said.words.contains("no *.jcl"), "{}", said.words);
    assert_eq!(place.test(&["no-such-directory"]).code, 1, "a deck that cannot be read is broken");
}

#[test]
fn a_golden_file_cannot_command_the_terminal() {
    let place = Place::new();
    place.file("a.jcl", &deck("A", "X"));
    place.test(&["--update", "."]);
    place.file("a.golden/listing.txt", "\u{1b}]0;owned\u{7}\n\u{9b}31m\n");
    let said = place.test(&["."]);
    assert_eq!(said.code, 1);
    assert!(!said.out.contains(|c: char| c.is_control() && c != '\n'), "{:?}", said.out);
}

#[cfg(unix)]
#[test]
fn golden_files_are_not_written_through_a_link() {
    let place = Place::new();
    place.file("a.jcl", &deck("A", "X"));
    fs::create_dir(place.path("elsewhere")).expect("made");
    std::os::unix::fs::symlink(place.path("elsewhere"), place.path("a.golden")).expect("linked");
    let said = place.test(&["--update", "a.jcl"]);
    assert!(said.code == 1 && said.out.contains("symbolic link"), "{}", said.out);
    assert_eq!(fs::read_dir(place.path("elsewhere")).expect("a directory").count(), 0);
}
