//! The commands as a shell sees them: exit status, job numbers, what is private, what is refused.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const GOOD: &str = "//GOOD    JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n";
const BAD: &str = "//BAD     JOB CLASS=A\n//S1 EXEC PGM=NOSUCH\n";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn with(self, name: &str, text: &str) -> Self {
        fs::create_dir_all(self.path(name).parent().expect("a directory")).expect("made");
        fs::write(self.path(name), text).expect("written");
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zjob"));
        command.args(["--home", ".zjob"]).args(arguments).current_dir(self.0.path()).env_remove("ZJOB_HOME");
        command
    }

    fn zjob(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it starts")
    }

    /// Standard output of a command that ends well.
    fn out(&self, arguments: &[&str]) -> String {
        let output = self.zjob(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn each_job_of_several_decks_has_its_own_number_and_log() {
    let place = Place::new().with("a.jcl", &format!("{GOOD}{GOOD}")).with("b.jcl", BAD);
    assert_eq!(place.zjob(&["run", "--job-number", "99998", "a.jcl", "b.jcl"]).status.code(), Some(201));
    for (job, name) in [("JOB99998", "GOOD"), ("JOB99999", "GOOD"), ("JOB00001", "BAD")] {
        assert!(place.out(&["spool", "show", job]).contains(&format!("$HASP395 {name} ")), "{job}");
    }
}

#[test]
fn jobs_run_to_their_end_although_nobody_reads_their_log() {
    let place = Place::new().with("a.jcl", &format!("{BAD}{GOOD}"));
    let mut command = place.command(&["run", "a.jcl"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().expect("it ends").code(), Some(201));
    let jobs = place.out(&["spool", "list"]);
    assert!(jobs.contains("ABEND S806") && jobs.contains("CC 0000"), "{jobs}");
}

#[cfg(unix)]
#[test]
fn keys_and_data_are_private_also_in_a_home_that_was_there_before() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let place = Place::new();
    fs::create_dir(place.path(".zjob")).expect("made");
    fs::set_permissions(place.path(".zjob"), fs::Permissions::from_mode(0o755)).expect("open to all");
    place.out(&["spool", "list"]);
    assert_eq!(mode(&place.path(".zjob/zjob.db")), 0o600);
    for directory in ["volumes", "spool", "keys", "inbox", "tmp"] {
        assert_eq!(mode(&place.path(".zjob").join(directory)), 0o700, "{directory}");
    }
}

#[test]
fn keys_that_can_be_guessed_are_not_used_with_hosts_outside() {
    let outside = "[hosts]\n\"ftp.example.com\" = \"192.0.2.7:21\"\n";
    let place = Place::new().with("zjob.toml", outside).with("a.jcl", GOOD);
    let output = place.zjob(&["run", "--seed", "1", "a.jcl"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(words(&output).contains("--seed"), "{}", words(&output));
}

#[test]
fn a_fixture_follows_its_settings_as_well_as_its_file() {
    let settings = |lrecl: u32| format!("[[dataset]]\nname = \"MY.TEXT\"\nfile = \"a.txt\"\nlrecl = {lrecl}\n");
    let place = Place::new().with("a.txt", "HELLO\n").with("a.jcl", GOOD).with("zjob.toml", &settings(80));
    place.out(&["run", "a.jcl"]);
    let place = place.with("zjob.toml", &settings(133));
    place.out(&["run", "a.jcl"]);
    assert!(place.out(&["dataset", "info", "MY.TEXT"]).contains("LRECL       133\n"));
    assert_eq!(place.out(&["dataset", "cat", "MY.TEXT"]), "HELLO\n");
}

#[test]
fn a_member_of_another_form_does_not_ruin_its_library() {
    let place = Place::new().with("a.txt", "FIRST\n").with("b.txt", "SECOND\n");
    place.out(&["dataset", "import", "a.txt", "MY.LIB(A)", "--lrecl", "80"]);
    let output = place.zjob(&["dataset", "import", "b.txt", "MY.LIB(B)", "--lrecl", "133"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(words(&output).contains("MY.LIB has members with RECFM=FB, LRECL=80"), "{}", words(&output));
    assert_eq!(place.out(&["dataset", "cat", "MY.LIB(A)"]), "FIRST\n");
    // Alone in its library a member may change it.
    place.out(&["dataset", "import", "b.txt", "MY.LIB(A)", "--lrecl", "133"]);
    assert_eq!(place.out(&["dataset", "cat", "MY.LIB(A)"]), "SECOND\n");
}

#[test]
fn record_lengths_beyond_all_limits_are_wrong_use() {
    let place = Place::new().with("a.txt", "A\n");
    for recfm in ["F", "FB", "V", "VB"] {
        let arguments = ["dataset", "import", "a.txt", "MY.A", "--recfm", recfm, "--lrecl", "4294967295"];
        assert_eq!(place.zjob(&arguments).status.code(), Some(64), "{recfm}");
    }
}

#[test]
fn results_that_cannot_be_written_are_told_as_that() {
    let place = Place::new().with("a.jcl", "//A JOB CLASS=A\n//S EXEC PGM=IEFBR14\n");
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    for arguments in [&["run", "a.jcl"][..], &["dataset", "list"], &["spool", "list"]] {
        let output = place.command(arguments).stdout(full.try_clone().expect("a handle")).output().expect("it runs");
        assert_eq!(output.status.code(), Some(64), "{arguments:?}");
        assert!(words(&output).contains("zjob: cannot write to standard output: "), "{}", words(&output));
    }
}

#[test]
fn directories_without_anything_to_do_are_wrong_use() {
    let place = Place::new().with("notes/a.txt", "A\n").with("packed/a.trs", "A\n").with("empty/x", "");
    std::fs::remove_file(place.path("empty/x")).expect("removed");
    for (arguments, said) in [
        (&["terse", "pack", "empty", "-o", "x"][..], "there is no file below "),
        (&["terse", "pack", "packed"], "packed: nothing to do: a file counts as packed if its name ends in .trs, "),
        (&["terse", "unpack", "notes"], "notes: nothing to do: "),
        (&["terse", "verify", "notes"], "notes: nothing to do: "),
        (&["test", "empty"], "there is no *.jcl below empty"),
    ] {
        let output = place.zjob(arguments);
        assert_eq!(output.status.code(), Some(64), "{arguments:?}");
        assert!(words(&output).contains(said), "{arguments:?}: {}", words(&output));
    }
}
