//! `zjob package` and its inverse: names, stages, manifests, uploads, secrets, and what a kill leaves.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::zjob;
use serde_json::Value;
use zjob::codepage::CodePage;

const PASSWORD: &str = "Damson & Sloe [1848]!";

/// A directory with inputs and a system.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().expect("a directory"));
        fs::write(bench.path("console.txt"), text()).expect("written");
        fs::write(bench.path("dump.bin"), (0..41_600_u32).map(|n| (n % 251) as u8).collect::<Vec<_>>())
            .expect("written");
        fs::write(bench.path("password"), format!("{PASSWORD}\n")).expect("written");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = zjob(&self.path("home"));
        command.current_dir(self.0.path()).env_remove("ZJOB_PASSWORD").args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn good(&self, arguments: &[&str]) -> Output {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        output
    }

    fn refused(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", said(&output));
        said(&output)
    }

    fn manifest(&self, name: &str) -> Value {
        let json = fs::read(self.path(&format!("{name}.json"))).expect("a manifest");
        serde_json::from_slice(&json).expect("JSON")
    }

    /// What lies in the directory of packages.
    fn names(&self, directory: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(self.path(directory)).expect("a directory");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn text() -> String {
    lines((0..500).map(|n| format!("line {n} of the console")))
}

fn stages(manifest: &Value) -> Vec<&str> {
    let stages = manifest["stages"].as_array().expect("stages");
    stages.iter().map(|stage| stage["stage"].as_str().expect("a name")).collect()
}

#[test]
fn a_text_becomes_a_tersed_package_and_comes_back() {
    let bench = Bench::new();
    bench.good(&["package", "--case", "TS001234567", "console.txt"]);
    let name = "TS001234567.console.txt.TRS";
    let manifest = bench.manifest(name);
    assert_eq!(stages(&manifest), ["records", "terse"]);
    assert_eq!((manifest["name"].as_str(), manifest["reference"].as_str()), (Some(name), Some("TS001234567")));
    assert_eq!(manifest["attributes"]["recfm"], "FB");
    assert_eq!(
        (manifest["stages"][0]["records"].as_u64(), manifest["stages"][0]["bytes"].as_u64()),
        (Some(500), Some(40_000))
    );
    assert_eq!(manifest["stages"][1]["bytes"].as_u64(), Some(fs::metadata(bench.path(name)).expect("there").len()));
    bench.good(&["package", "--verify", name]);
    bench.good(&["inbox", "open", name, "-o", "back.txt"]);
    assert_eq!(fs::read_to_string(bench.path("back.txt")).expect("written"), text());
}

#[test]
fn every_way_to_make_a_package_comes_back_byte_for_byte() {
    let bench = Bench::new();
    let clear = fs::read(bench.path("dump.bin")).expect("there");
    let binary = ["--binary", "--lrecl", "4160", "dump.bin=DUMP"];
    for (options, name, expected) in [
        (&[][..], "12345.123.724.DUMP.TRS", &["records", "terse"][..]),
        (&["--spack"], "12345.123.724.DUMP.TRS", &["records", "terse"]),
        (&["--efz"], "12345.123.724.DUMP.TRS.EFZ", &["records", "terse", "efz"]),
        (&["--efz", "--aes128", "--icount", "100"], "12345.123.724.DUMP.TRS.EFZ", &["records", "terse", "efz"]),
        (&["--efz", "--no-terse"], "12345.123.724.DUMP.EFZ", &["records", "efz"]),
        (&["--openpgp"], "12345.123.724.DUMP.TRS.PGP", &["records", "terse", "openpgp"]),
        (&["--openpgp", "--no-terse", "--cipher", "3des"], "12345.123.724.DUMP.PGP", &["bytes", "openpgp"]),
        (&["--no-terse"], "12345.123.724.DUMP", &["bytes"]),
    ] {
        let password = if options.iter().any(|o| *o == "--efz" || *o == "--openpgp") {
            &["--password-file", "password"][..]
        } else {
            &[]
        };
        bench.good(&[&["package", "--pmr", "12345.123.724", "--force"], options, password, &binary].concat());
        assert_eq!(stages(&bench.manifest(name)), expected, "{options:?}");
        bench.good(&[&["package", "--verify", name], password].concat());
        bench.good(&[&["inbox", "open", name, "--binary", "-o", "back", "--force"], password].concat());
        assert!(fs::read(bench.path("back")).expect("written") == clear, "{options:?}");
    }
}

#[test]
fn a_data_set_keeps_its_attributes() {
    let bench = Bench::new();
    bench.good(&["dataset", "import", "console.txt", "MY.CONSOLE", "--recfm", "VB", "--lrecl", "137"]);
    bench.good(&["package", "--pmr", "12345.724", "--efz", "--password-file", "password", "//'MY.CONSOLE'"]);
    let name = "12345.724.MY.CONSOLE.TRS.EFZ";
    assert_eq!(bench.manifest(name)["attributes"]["lrecl"], "137");
    bench.good(&["package", "--verify", name, "--password-file", "password"]);
    bench.good(&["inbox", "open", name, "--password-file", "password", "-o", "//'BACK.CONSOLE'"]);
    let info = bench.good(&["dataset", "info", "BACK.CONSOLE"]);
    let info = String::from_utf8_lossy(&info.stdout).into_owned();
    assert!(info.contains("VB") && info.contains("137"), "{info}");
    let cat = bench.good(&["dataset", "cat", "BACK.CONSOLE"]);
    assert_eq!(String::from_utf8_lossy(&cat.stdout), text());
}

#[test]
fn a_library_keeps_its_members() {
    let bench = Bench::new();
    for member in ["ONE", "TWO"] {
        fs::write(bench.path(member), format!("member {member}\n")).expect("written");
        bench.good(&["dataset", "import", member, &format!("MY.LIB({member})"), "--recfm", "FB", "--lrecl", "80"]);
    }
    for (options, suffix, stages_made) in
        [(&[][..], "TRS", &["terse"][..]), (&["--efz", "--password-file", "password"], "TRS.EFZ", &["terse", "efz"])]
    {
        let name = format!("12345.724.MY.LIB.{suffix}");
        bench.good(&[&["package", "--pmr", "12345.724", "//'MY.LIB'"], options].concat());
        assert_eq!(stages(&bench.manifest(&name)), stages_made);
        let password = if suffix == "TRS" { &[][..] } else { &["--password-file", "password"] };
        bench.good(&[&["package", "--verify", &name], password].concat());
        let members = format!("members-{}", stages_made.len());
        bench.good(&[&["inbox", "open", &name, "-o", &members], password].concat());
        for member in ["ONE", "TWO"] {
            let file = bench.names(&members).into_iter().find(|file| file.starts_with(member)).expect("the member");
            let text = fs::read_to_string(bench.path(&members).join(file)).expect("text");
            assert_eq!(text.trim_end(), format!("member {member}"));
        }
        let library = format!("//'BACK.LIB{}'", stages_made.len());
        bench.good(&[&["inbox", "open", &name, "-o", &library], password].concat());
        let member = format!("BACK.LIB{}(TWO)", stages_made.len());
        let cat = bench.good(&["dataset", "cat", &member]);
        assert_eq!(String::from_utf8_lossy(&cat.stdout).trim_end(), "member TWO");
        let stream = bench.refused(&[&["inbox", "open", &name, "-o", "-"], password].concat(), 64);
        assert!(stream.contains("name a directory or a data set"), "{stream}");
    }
    bench.refused(&["package", "--pmr", "12345.724", "--no-terse", "//'MY.LIB'"], 64);
    bench.refused(&["package", "--pmr", "12345.724", "--spack", "//'MY.LIB'"], 64);
}

#[test]
fn a_damaged_library_gives_no_member() {
    let bench = Bench::new();
    bench.good(&["dataset", "import", "console.txt", "MY.LIB(ONE)", "--recfm", "FB", "--lrecl", "80"]);
    bench.good(&["package", "--pmr", "12345.724", "//'MY.LIB'"]);
    let name = "12345.724.MY.LIB.TRS";
    let whole = fs::read(bench.path(name)).expect("the package");
    fs::write(bench.path(name), &whole[..whole.len() / 2]).expect("written");
    bench.refused(&["package", "--verify", name], 8);
    bench.refused(&["inbox", "open", name, "-o", "members"], 8);
    bench.refused(&["inbox", "open", name, "-o", "//'BACK.LIB'"], 8);
    assert!(!bench.path("members").exists());
    bench.refused(&["dataset", "info", "BACK.LIB"], 64);
}

#[test]
fn what_is_packed_already_is_not_packed_again() {
    let bench = Bench::new();
    bench.good(&["terse", "pack", "console.txt", "-o", "console.trs"]);
    bench.good(&["package", "--case", "TS001234567", "--efz", "--password-file", "password", "console.trs"]);
    let name = "TS001234567.console.TRS.EFZ";
    assert_eq!(stages(&bench.manifest(name)), ["terse", "efz"]);
    bench.good(&["inbox", "open", name, "--password-file", "password", "-o", "back.txt"]);
    assert_eq!(fs::read_to_string(bench.path("back.txt")).expect("written"), text());
    let words = bench.refused(&["package", "--case", "TS001234567", name], 64);
    assert!(words.contains("encrypted already"), "{words}");
}

#[test]
fn a_stream_is_packaged_under_the_name_it_is_given() {
    let bench = Bench::new();
    let mut child = bench
        .command(&["package", "--case", "TS001234567", "--", "-=LOG"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), text().as_bytes()).expect("taken");
    assert!(child.wait().expect("ended").success());
    bench.good(&["package", "--verify", "TS001234567.LOG.TRS"]);
}

#[test]
fn wrong_names_are_refused_before_anything_is_written() {
    let bench = Bench::new();
    for (arguments, words) in [
        (&["--case", "TS00123456", "console.txt"][..], "TS and 9 digits"),
        (&["--pmr", "1234.123.724", "console.txt"], "12345.123.724"),
        (&["console.txt"], "--case TS001234567 or --pmr"),
        (&["--case", "TS001234567", "console.txt=a b"], "is not a letter, digit, period or hyphen"),
        (&["--case", "TS001234567", "console.txt=$X"], "is not a letter"),
        (&["--case", "TS001234567", "console.txt=A.EFZ"], "stand"),
        (&["--case", "TS001234567", "--no-terse", "console.txt=A.TRS"], "not packed"),
        (&["--case", "TS001234567", "console.txt=A", "dump.bin=a"], "two inputs would become"),
        (&["--case", "TS001234567", "console.txt=../x"], "is not a letter"),
        (&["--case", "TS001234567", "nothing.txt"], "nothing.txt"),
        (&["--case", "TS001234567", "-"], "needs a name"),
    ] {
        let said = bench.refused(&[&["package", "-o", "out"], arguments].concat(), 64);
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(!bench.path("out").exists(), "{arguments:?}");
    }
}

#[test]
fn a_file_that_is_there_is_not_replaced_unasked() {
    let bench = Bench::new();
    let make = ["package", "--case", "TS001234567", "console.txt"];
    bench.good(&make);
    assert!(bench.refused(&make, 64).contains("--force"));
    bench.good(&[&make[..], &["--force"]].concat());
}

#[test]
fn one_bad_input_among_many_leaves_the_others_whole() {
    let bench = Bench::new();
    let names: Vec<String> = (0..12).map(|n| format!("in{n}.txt")).collect();
    for name in &names {
        fs::write(bench.path(name), text()).expect("written");
    }
    fs::write(bench.path("in5.txt"), "x".repeat(200)).expect("written");
    let mut arguments = vec!["package", "--case", "TS001234567", "-o", "out"];
    arguments.extend(names.iter().map(String::as_str));
    let words = bench.refused(&arguments, 64);
    assert!(words.contains("in5.txt"), "{words}");
    let made = bench.names("out");
    assert_eq!(made.len(), 22, "eleven packages with their manifests: {made:?}");
    assert!(!made.contains("TS001234567.in5.txt.TRS") && !made.contains("TS001234567.in5.txt.TRS.json"));
}

#[test]
fn a_changed_package_is_found() {
    let bench = Bench::new();
    bench.good(&["package", "--case", "TS001234567", "--efz", "--password-file", "password", "console.txt=A"]);
    bench.good(&["package", "--case", "TS001234567", "console.txt=B"]);
    for name in ["TS001234567.A.TRS.EFZ", "TS001234567.B.TRS"] {
        let good = fs::read(bench.path(name)).expect("there");
        for at in [good.len() - 1, good.len() / 2, 200] {
            let mut changed = good.clone();
            changed[at] ^= 1;
            fs::write(bench.path(name), &changed).expect("written");
            bench.refused(&["package", "--verify", name, "--password-file", "password"], 8);
        }
        fs::write(bench.path(name), &good[..good.len() - 1024]).expect("written");
        bench.refused(&["package", "--verify", name, "--password-file", "password"], 8);
        fs::write(bench.path(name), &good).expect("written");
        bench.good(&["package", "--verify", name, "--password-file", "password"]);
    }
    fs::write(bench.path("TS001234567.C.TRS"), fs::read(bench.path("TS001234567.B.TRS")).expect("there"))
        .expect("written");
    assert!(bench.refused(&["package", "--verify", "TS001234567.C.TRS"], 64).contains("manifest"));
    fs::copy(bench.path("TS001234567.B.TRS.json"), bench.path("TS001234567.C.TRS.json")).expect("copied");
    assert!(bench.refused(&["package", "--verify", "TS001234567.C.TRS"], 8).contains("that of TS001234567.B.TRS"));
}

#[test]
fn a_wrong_password_gives_nothing() {
    let bench = Bench::new();
    fs::write(bench.path("wrong"), "not that password\n").expect("written");
    for (option, name) in [("--efz", "TS001234567.A.TRS.EFZ"), ("--openpgp", "TS001234567.A.TRS.PGP")] {
        bench.good(&["package", "--case", "TS001234567", option, "--password-file", "password", "console.txt=A"]);
        let words = bench.refused(&["inbox", "open", name, "--password-file", "wrong", "-o", "back"], 8);
        assert!(words.contains("nothing was written") && !words.contains("not that password"), "{words}");
        assert!(!bench.path("back").exists());
    }
}

#[test]
fn a_package_is_sent_and_opened_again_from_the_inbox() {
    let bench = Bench::new();
    let output = bench.good(&[
        "package",
        "--case",
        "TS001234567",
        "--send",
        "ftp.ecurep.ibm.com",
        "console.txt",
        "dump.bin",
        "--no-terse",
    ]);
    assert!(said(&output).contains("TS001234567.console.txt: sent to ftp.ecurep.ibm.com"), "{}", said(&output));
    bench.good(&["inbox", "open", "TS001234567.dump.bin", "-o", "back"]);
    assert!(fs::read(bench.path("back")).expect("written") == fs::read(bench.path("dump.bin")).expect("there"));
    bench.good(&[
        "package",
        "--pmr",
        "12345.123.724",
        "--plain",
        "--efz",
        "--password-file",
        "password",
        "--send",
        "ftp.ecurep.ibm.com",
        "console.txt=LOG",
    ]);
    bench.good(&["inbox", "open", "/toibm/mvs/12345.123.724.LOG.TRS.EFZ", "--password-file", "password"]);
    assert_eq!(fs::read_to_string(bench.path("LOG")).expect("named after the content"), text());
}

#[test]
fn nothing_is_called_sent_that_was_not() {
    let bench = Bench::new();
    for (options, status, words) in [
        (&["--send", "ftp.example.com"][..], 202, "allow it with --live ftp.example.com"),
        (&["--send", "ftp.ecurep.ibm.com", "--directory", "/toibm"], 0, ""),
        (&["--send", "ftp.ecurep.ibm.com", "--directory", "/nowhere"], 0, ""),
    ] {
        let output = bench.run(&[&["package", "--case", "TS001234567", "--force", "console.txt"], options].concat());
        let said = said(&output);
        assert!(
            !output.status.success() && (status == 0 || output.status.code() == Some(status)),
            "{options:?}: {said}"
        );
        assert!(
            said.contains("was not sent") && said.contains("the package is complete in") && said.contains(words),
            "{said}"
        );
        assert!(!said.contains(": sent to"), "{said}");
    }
    let inbox = bench.good(&["inbox", "list"]);
    assert!(inbox.stdout.is_empty(), "{}", String::from_utf8_lossy(&inbox.stdout));
}

#[test]
fn a_job_that_runs_the_openpgp_mode_sends_what_opens_again() {
    let bench = Bench::new();
    let samples = common::samples();
    let output = bench.good(&["run", samples.path().join("openpgp.jcl").to_str().expect("a plain name")]);
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(listing.contains("ZJB450I com.ibm.encryptionfacility.EFOpenPGP STARTED"), "{listing}");
    assert!(!listing.contains("sample password please change"), "{listing}");
    assert!(!said(&output).contains("PUT to"), "{}", said(&output));
    fs::write(bench.path("sample"), "sample password please change\n").expect("written");
    bench.good(&["inbox", "open", "12345.123.724.DUMP.TRS.PGP", "--password-file", "sample", "-o", "back.txt"]);
    let trimmed = |path: &Path| -> Vec<String> {
        let text = fs::read_to_string(path).expect("text");
        text.lines().map(|line| line.trim_end().to_owned()).collect()
    };
    assert_eq!(trimmed(&bench.path("back.txt")), trimmed(&samples.path().join("data/input.txt")));
}

/// No form of a text in these bytes.
fn assert_free(bytes: &[u8], secret: &str, place: &str) {
    let forms = CodePage::all().map(|page| page.encode_lossy(secret)).chain([secret.as_bytes().to_vec()]);
    for form in forms {
        assert!(!bytes.windows(form.len()).any(|window| window == form), "the password is in {place}");
    }
}

#[test]
fn no_password_is_in_anything_that_is_written() {
    let bench = Bench::new();
    let secret_host = "medlar-4711-host";
    for option in ["--efz", "--openpgp"] {
        for send in [
            &["--send", "ftp.ecurep.ibm.com", "--user", "someone"][..],
            &["--send", "no.such.host", "--user", "someone"],
        ] {
            let arguments =
                [&["package", "--case", "TS001234567", "--force", option, "-o", "out", "console.txt"], send].concat();
            let mut command = bench.command(&arguments);
            let output = command
                .env("ZJOB_PASSWORD", PASSWORD)
                .env("ZJOB_SEND_PASSWORD", secret_host)
                .output()
                .expect("it runs");
            for bytes in [&output.stdout, &output.stderr] {
                assert_free(bytes, PASSWORD, "the output");
                assert_free(bytes, secret_host, "the output");
            }
        }
    }
    for path in common::files(&bench.path("home")).into_iter().chain(common::files(&bench.path("out"))) {
        let bytes = fs::read(&path).expect("read");
        assert_free(&bytes, PASSWORD, &path.display().to_string());
        assert_free(&bytes, secret_host, &path.display().to_string());
    }
}

#[test]
fn a_kill_leaves_nothing_half_under_the_name_of_a_package() {
    let bench = Bench::new();
    let large = lines((0..40_000_u64).map(|n| format!("{n:08} {:<60}", n * 7919 % 100_003)));
    for name in ["a.txt", "b.txt"] {
        fs::write(bench.path(name), &large).expect("written");
    }
    let arguments = [
        "package",
        "--case",
        "TS001234567",
        "-o",
        "out",
        "--force",
        "--efz",
        "--password-file",
        "password",
        "a.txt",
        "b.txt",
    ];
    let begun = Instant::now();
    bench.good(&arguments);
    let whole = begun.elapsed();
    for twelfth in 0..12 {
        fs::remove_dir_all(bench.path("out")).expect("there");
        let mut child = bench.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        std::thread::sleep(whole.mul_f64(f64::from(twelfth) / 11.0).min(Duration::from_secs(20)));
        child.kill().expect("killed, or ended already");
        child.wait().expect("gone");
        fs::create_dir_all(bench.path("out")).expect("made");
        for name in bench.names("out").iter().filter(|name| Path::new(name).extension().is_some_and(|end| end == "EFZ"))
        {
            let path = Path::new("out").join(name);
            bench.good(&["package", "--verify", path.to_str().expect("a name"), "--password-file", "password"]);
        }
    }
}
