//! `zjob check` as a user types it: what it prints, what it repairs, what it never shows.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{Said, root, samples, zjob};
use serde_json::Value;
use tempfile::TempDir;

/// A directory with the samples' data and a system of its own.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(samples())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn deck(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).expect("written");
        self.path(name)
    }

    fn zjob(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = zjob(&self.path("system"));
        command.current_dir(self.0.path()).args(arguments);
        assert_cmd::Command::from_std(command).write_stdin(input).output().expect("it runs")
    }

    fn say(&self, arguments: &[&str]) -> Said {
        let output = self.zjob(arguments, b"");
        output.into()
    }
}

/// The deck as IBM's page shows it.
fn published() -> Vec<u8> {
    fs::read(root().join("testdata/upload-as-published.jcl")).expect("the published deck")
}

/// The ids that the JSON output of a command names, with the lines.
fn findings(out: &str) -> Vec<(String, u64)> {
    let values = out.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    values
        .map(|value| (value["id"].as_str().expect("an id").to_owned(), value["line"].as_u64().expect("a line")))
        .collect()
}

fn without(place: &Place) {
    assert!(!place.path("system").exists(), "a check makes no system");
}

#[test]
fn the_report_names_each_trap_of_the_published_deck() {
    let place = Place::new();
    place.deck("deck.jcl", published());
    let said = place.say(&["check", "--format", "json", "deck.jcl"]);
    assert_eq!(said.code, 8);
    let found = findings(&said.out);
    for trap in [("ZJB800E", 1), ("ZJB801W", 4), ("ZJB814E", 11), ("ZJB812W", 39), ("ZJB835E", 59)] {
        assert!(found.contains(&(trap.0.to_owned(), trap.1)), "{trap:?} is not in {found:?}");
    }
    without(&place);
    let bare = TempDir::new().expect("a directory");
    fs::write(bare.path().join("deck.jcl"), published()).expect("written");
    let mut command = zjob(&bare.path().join("system"));
    let output =
        command.current_dir(bare.path()).args(["check", "--format", "json", "deck.jcl"]).output().expect("it runs");
    let found = findings(&String::from_utf8(output.stdout).expect("text"));
    for data_set in [("ZJB809I", 20), ("ZJB809I", 50), ("ZJB809I", 51)] {
        assert!(found.contains(&(data_set.0.to_owned(), data_set.1)), "{data_set:?} is not in {found:?}");
    }
}

#[test]
fn the_published_deck_runs_after_a_repair_alone() {
    let place = Place::new();
    let deck = place.deck("deck.jcl", published());
    let said = place.say(&["check", "--fix", "deck.jcl"]);
    assert_eq!(said.code, 4, "the password in the deck is still there: {}", said.out);
    for change in ["-/XXXXX JOB", "+//XXXXX JOB", "-DELETE YOUR", "+ DELETE YOUR", "DUMP.TRS.EFZ"] {
        assert!(said.out.contains(change), "{change} is not in {}", said.out);
    }
    assert!(!said.out.contains("sample password"), "{}", said.out);
    let ran = place.say(&["run", "deck.jcl"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.words);
    let inbox = place.say(&["inbox", "list"]);
    assert!(inbox.out.contains("12345.123.724.DUMP.TRS.EFZ"), "{}", inbox.out);
    let before = fs::read(&deck).expect("the deck");
    place.say(&["check", "--fix", "deck.jcl"]);
    assert_eq!(fs::read(&deck).expect("the deck"), before, "a second repair changes nothing");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let place = Place::new();
    let output = place.zjob(&["check", "--fix", "-"], &published());
    let deck = String::from_utf8(output.stdout).expect("text");
    assert!(deck.starts_with("//XXXXX JOB CLASS=A") && deck.ends_with("quit\n/*\n"), "{deck}");
    assert!(deck.contains("PASSWORD=sample password please change\n"), "the deck itself is whole");
    let words = String::from_utf8(output.stderr).expect("text");
    assert!(words.contains("+//XXXXX JOB") && !words.contains("sample password"), "{words}");
    let output = place.zjob(&["check", "-"], b"//J JOB\n//S EXEC PGM=IEFBR14\n");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn bytes_line_ends_and_sequence_numbers_survive_a_repair() {
    let place = Place::new();
    let card = |text: &str, number: u32| format!("{text:<72}{number:08}\r\n").into_bytes();
    let deck = |slash: &str| {
        let mut deck = card(&format!("{slash}J JOB 'M?LLER'"), 100);
        deck.extend(card("//S EXEC PGM=IEFBR14", 200));
        let at = deck.iter().position(|&byte| byte == b'?').expect("it is there");
        deck[at] = 0xDC;
        deck
    };
    let path = place.deck("deck.jcl", deck("/"));
    assert_eq!(place.say(&["check", "--fix", "deck.jcl"]).code, 0);
    assert_eq!(fs::read(path).expect("the deck"), deck("//"));
}

#[test]
fn the_exit_status_tells_the_worst() {
    let place = Place::new();
    place.deck("good.jcl", "//J JOB\n//S EXEC PGM=IEFBR14\n");
    place.deck("warning.jcl", "//J JOB\n//S EXEC PGM=FTP\n//INPUT DD *\nh\n/*\n");
    place.deck("error.jcl", "//J JOB\n//S EXCE PGM=IEFBR14\n");
    assert_eq!(place.say(&["check", "good.jcl"]).code, 0);
    assert_eq!(place.say(&["check", "warning.jcl", "good.jcl"]).code, 4);
    assert_eq!(place.say(&["check", "error.jcl", "good.jcl"]).code, 8);
    assert_eq!(place.say(&["check", "no-such.jcl"]).code, 64);
    without(&place);
}

#[test]
fn the_hosts_lines_come_first_as_in_the_listing() {
    let place = Place::new();
    place.deck("deck.jcl", "//J JOB\n//S EXEC PGM=IEFBR14\n//D DD DSN=A,DISP=SHR\n//  DCB=RECFM=FB\n");
    let said = place.say(&["check", "deck.jcl"]);
    let host = said.out.find("  STMT NO. MESSAGE\n         4 IEFC605I UNIDENTIFIED OPERATION FIELD\n");
    let advice = said.out.find("error[ZJB804E]").expect("advice");
    assert!(host.is_some_and(|host| host < advice), "{}", said.out);
    assert!(said.out.contains("3 | //D DD DSN=A,DISP=SHR\n  |                     ^\n"), "{}", said.out);
    assert!(said.out.contains("= help: Put a comma"), "{}", said.out);
}

#[test]
fn json_has_all_that_an_editor_needs() {
    let place = Place::new();
    place.deck("deck.jcl", "/J JOB\n//S EXEC PGM=IEFBR14\n");
    let said = place.say(&["check", "--format", "json", "deck.jcl"]);
    let values: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let advice = values.iter().find(|value| value["id"] == "ZJB800E").expect("advice");
    assert_eq!(
        (&advice["file"], &advice["line"], &advice["column"], &advice["end_column"], &advice["severity"]),
        (&"deck.jcl".into(), &1.into(), &1.into(), &2.into(), &"error".into())
    );
    assert_eq!(advice["fix"], serde_json::json!([{"start": 0, "end": 0, "text": "/"}]));
    assert!(advice["remedy"].as_str().expect("a remedy").contains("//J JOB"));
}

#[test]
fn procedures_that_are_elsewhere_can_be_left_out() {
    let place = Place::new();
    place.deck("deck.jcl", "//J JOB\n//S EXEC NOPROC\n");
    assert_eq!(place.say(&["check", "deck.jcl"]).code, 8);
    let skipped = place.say(&["check", "--missing-procedures", "skip", "deck.jcl"]);
    assert_eq!(skipped.code, 0, "{}", skipped.out);
}

#[test]
fn a_deck_cannot_command_the_terminal() {
    let place = Place::new();
    let deck =
        "//J JOB\n\u{1b}]0;owned\u{7}\n//S EXEC PGM=\u{1b}[31mX\u{202e}\n//\u{1b}[2J DD FOO=\u{1b}[1m\n\u{9b}31m\n";
    place.deck("deck.jcl", deck);
    for arguments in
        [&["check", "deck.jcl"][..], &["check", "--format", "json", "deck.jcl"], &["check", "--fix", "deck.jcl"]]
    {
        let said = place.say(arguments);
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!said.out.contains(obeyed) && !said.words.contains(obeyed), "{:?}", said.out);
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_not_repaired() {
    let place = Place::new();
    let file = place.deck("file.jcl", published());
    std::os::unix::fs::symlink(&file, place.path("link.jcl")).expect("linked");
    let said = place.say(&["check", "--fix", "link.jcl"]);
    assert_eq!(said.code, 64, "{}", said.words);
    assert_eq!(fs::read(file).expect("the file"), published());
}

#[test]
fn a_system_that_is_there_is_looked_at_and_not_changed() {
    let place = Place::new();
    let deck = "//J JOB\n//S EXEC PGM=IEFBR14\n//D DD DSN=MY.NEW,DISP=(NEW,CATLG),SPACE=(TRK,1)\n";
    place.deck("deck.jcl", deck);
    assert_eq!(place.say(&["check", "deck.jcl"]).code, 0);
    assert_eq!(place.say(&["run", "deck.jcl"]).code, 0);
    let said = place.say(&["check", "deck.jcl"]);
    assert!(said.code == 4 && said.out.contains("ZJB810W"), "{}", said.out);
    assert!(place.say(&["dataset", "list"]).out.contains("MY.NEW"));
}

#[test]
fn a_huge_deck_is_checked_in_little_time() {
    let place = Place::new();
    let mut deck = String::from("//J JOB\n//S EXEC PGM=FTP\n//INPUT DD *\nftp.ecurep.ibm.com\nme\nword\n");
    deck.extend((0..60_000).map(|number| format!("put 'A.B{number:06}' x\nnonsense\n")));
    deck.push_str("/*\n");
    deck.push_str(&"\n//T EXEC PGM=IDCAMS\n//SYSIN DD *\nDELETE A\n/*\n".repeat(20_000));
    let path: &Path = &place.deck("deck.jcl", deck);
    let start = std::time::Instant::now();
    let said = place.say(&["check", path.to_str().expect("a path")]);
    assert_eq!(said.code, 8);
    assert!(said.out.contains("more findings are left out"));
    assert!(start.elapsed().as_secs() < 60, "it took {:?}", start.elapsed());
}

#[test]
fn a_line_without_end_and_a_deck_of_jobs_take_no_long_time() {
    let place = Place::new();
    let line = "\u{a0}&amp;\t\u{e4},PASSWORD=x,&A ".repeat(40_000);
    place.deck("line.jcl", format!("//J JOB {line}\n//S EXEC PGM=CSDFILEN\n//SYSIN DD *\nPASSWORD={line}\n/*\n"));
    place.deck("jobs.jcl", "//J JOB\n//S EXEC PGM=IEFBR14\n".repeat(30_000));
    let start = std::time::Instant::now();
    assert_eq!(place.say(&["check", "line.jcl"]).code, 8);
    assert_eq!(place.say(&["check", "jobs.jcl"]).code, 0);
    assert!(start.elapsed().as_secs() < 60, "it took {:?}", start.elapsed());
}

#[test]
fn procedures_are_found_where_a_run_would_find_them() {
    let place = Place::new();
    let config = fs::read_to_string(place.path("zjob.toml")).expect("the configuration");
    place.deck("proc.txt", "//MYPROC   PROC\n//S        EXEC PGM=IEFBR14\n//         PEND\n");
    let fixture = "\n[[dataset]]\nname = \"MY.PROCLIB(MYPROC)\"\nfile = \"proc.txt\"\nrecfm = \"FB\"\nlrecl = 80\n";
    place.deck("zjob.toml", config.clone() + fixture);
    let job = "//J        JOB CLASS=A\n//         JCLLIB ORDER=MY.PROCLIB\n";
    place.deck("known.jcl", format!("{job}//A        EXEC MYPROC\n"));
    place.deck("delivered.jcl", format!("{job}//A        EXEC CSDJZSVM\n//MAINARGS DD DUMMY\n"));
    place.deck("unknown.jcl", format!("{job}//A        EXEC NOPROC\n"));
    place.deck(
        "symbol.jcl",
        "//J        JOB CLASS=A\n//A        EXEC PGM=IEFBR14\n//D        DD DISP=SHR,DSN=&SYSNAME..X\n",
    );
    for (deck, code) in [("known.jcl", 0), ("delivered.jcl", 0), ("unknown.jcl", 8), ("symbol.jcl", 0)] {
        let said = place.say(&["check", deck]);
        assert_eq!(said.code, code, "{deck}: {}{}", said.out, said.words);
    }
    without(&place);
    assert_eq!(place.say(&["run", "known.jcl"]).code, 0, "the run loads the fixture");
    place.deck("zjob.toml", config);
    let said = place.say(&["check", "known.jcl"]);
    assert_eq!(said.code, 0, "from the catalog: {}{}", said.out, said.words);
}

/// The table of pitfalls names each piece of advice, and none that does not exist.
#[test]
fn the_table_of_pitfalls_is_whole() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design/advice.md");
    let table = std::fs::read_to_string(path).expect("the table is part of the project");
    let is_id = |word: &&str| word.starts_with("ZJB8") && word.len() == 7;
    let named: std::collections::BTreeSet<&str> =
        table.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_id).collect();
    let known: std::collections::BTreeSet<&str> = zjob::message::advice::ROWS.iter().map(|row| row.id).collect();
    assert_eq!(named, known);
}
