//! gpg reads what zjob writes, and zjob reads what gpg writes.
//!
//! Each test has a directory of its own for gpg, without any agent of the user; the agent that gpg starts there is
//! ended with the test.

#![allow(clippy::unnecessary_wraps, reason = "libtest-mimic wants tests that can fail")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::sync::OnceLock;

use libtest_mimic::{Arguments, Failed, Trial};

const PASSPHRASE: &str = "quince & medlar 1623";
const KEY_PASSPHRASE: &str = "rowan berry 4711";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let present = Command::new("gpg").arg("--version").output().is_ok_and(|output| output.status.success());
    libtest_mimic::run(&arguments, trials(present)).exit_code()
}

type Case = fn() -> Result<(), Failed>;

fn trials(present: bool) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, options) in TO_GPG {
        trials.push(Trial::test(format!("gpg reads {name}"), || gpg_reads(options)).with_ignored_flag(!present));
    }
    for (name, options) in FROM_GPG {
        trials.push(Trial::test(format!("zjob reads {name}"), || zjob_reads(options)).with_ignored_flag(!present));
    }
    let cases: [(&str, Case); 10] = [
        ("gpg reads what is encrypted for its key", public_key_to_gpg),
        ("zjob reads what gpg encrypts for a key of zjob", public_key_from_gpg),
        ("gpg verifies a signature of zjob", signature_to_gpg),
        ("zjob verifies a signature of gpg", signature_from_gpg),
        ("a signature by somebody else is refused where one is asked for", wrong_signer),
        ("a message of gpg that was changed gives nothing", tampered),
        ("a message without integrity protection is refused", without_mdc),
        ("a wrong passphrase and a missing key are told apart", wrong_secrets),
        ("gpg reads what a job has encrypted and sent", job_to_gpg),
        ("the packets are those that Encryption Facility knows", packets),
    ];
    trials.extend(cases.map(|(name, case)| Trial::test(name, case).with_ignored_flag(!present)));
    trials
}

/// Options of zjob for messages that gpg must read.
const TO_GPG: &[(&str, &[&str])] = &[
    ("3DES", &["--cipher", "3des"]),
    ("SHA-512 in the key derivation", &["--digest", "sha512"]),
    ("AES 128", &["--cipher", "aes128"]),
    ("AES 256", &["--cipher", "aes256"]),
    ("ZIP", &["--compress=zip"]),
    ("ZLIB", &["--compress=zlib"]),
    ("no compression", &["--compress=none"]),
    ("armor", &["--armor"]),
    ("text", &["--text"]),
];

/// Options of gpg for messages that zjob must read.
const FROM_GPG: &[(&str, &[&str])] = &[
    ("3DES", &["--cipher-algo", "3DES"]),
    ("3DES of RFC 4880", &["--rfc4880", "--cipher-algo", "3DES"]),
    ("AES 128", &["--cipher-algo", "AES"]),
    ("AES 256", &["--cipher-algo", "AES256"]),
    ("RFC 4880", &["--rfc4880"]),
    ("ZIP", &["--compress-algo", "zip"]),
    ("ZLIB", &["--compress-algo", "zlib"]),
    ("no compression", &["--compress-algo", "none"]),
    ("armor", &["--armor"]),
    ("text", &["--textmode"]),
    ("SHA-1 in the key derivation", &["--s2k-mode", "3", "--s2k-digest-algo", "SHA1"]),
];

/// A directory for gpg and files, gone with the test.
struct Bench {
    directory: tempfile::TempDir,
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Nothing is left to tell anybody if there is no agent.
        drop(Command::new("gpgconf").arg("--homedir").arg(self.home()).args(["--kill", "all"]).output());
    }
}

impl Bench {
    fn new() -> Self {
        let bench = Self { directory: tempfile::Builder::new().prefix("g").tempdir().expect("a directory") };
        fs::create_dir(bench.home()).expect("made");
        private(&bench.home());
        fs::write(bench.path("clear"), clear()).expect("written");
        fs::write(bench.path("password"), format!("{PASSPHRASE}\n")).expect("written");
        fs::write(bench.path("key-password"), format!("{KEY_PASSPHRASE}\n")).expect("written");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn home(&self) -> PathBuf {
        self.path("gnupg")
    }

    /// With a key of gpg's own, made once for all tests.
    fn with_key(self) -> Self {
        static KEY: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
        let (secret, public) = KEY.get_or_init(|| {
            let bench = Self::new();
            bench
                .gpg(&["--quick-generate-key", "Gpg <gpg@example.com>", "rsa2048", "default", "never"], KEY_PASSPHRASE);
            let print = bench.fingerprint();
            bench.gpg(&["--quick-add-key", &print, "rsa2048", "encrypt", "never"], KEY_PASSPHRASE);
            let secret = bench.gpg(&["--export-secret-keys", "gpg@example.com"], KEY_PASSPHRASE).stdout;
            let public = bench.gpg(&["--armor", "--export", "gpg@example.com"], "").stdout;
            (secret, public)
        });
        fs::write(self.path("secret.pgp"), secret).expect("written");
        fs::write(self.path("public.asc"), public).expect("written");
        self
    }

    fn fingerprint(&self) -> String {
        let listed = self.gpg(&["--with-colons", "--list-keys"], "").stdout;
        let listed = String::from_utf8(listed).expect("text");
        let line = listed.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).expect("a fingerprint");
        line.trim_end_matches(':').to_owned()
    }

    fn import(&self) {
        self.gpg(&["--import", &self.text("secret.pgp")], KEY_PASSPHRASE);
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().expect("a plain name").to_owned()
    }

    fn try_gpg(&self, arguments: &[&str], passphrase: &str) -> Output {
        let mut child = Command::new("gpg")
            .arg("--homedir")
            .arg(self.home())
            .args(["--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", "--passphrase-fd", "0"])
            .args(["--trust-model", "always"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg starts");
        // gpg may end before it wants a passphrase.
        drop(child.stdin.take().expect("piped").write_all(passphrase.as_bytes()));
        child.wait_with_output().expect("gpg ends")
    }

    fn gpg(&self, arguments: &[&str], passphrase: &str) -> Output {
        let output = self.try_gpg(arguments, passphrase);
        assert!(output.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn try_zjob(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_zjob"))
            .env("ZJOB_KEY_PASSWORD", KEY_PASSPHRASE)
            .env_remove("ZJOB_PASSWORD")
            .current_dir(self.directory.path())
            .arg("--home")
            .arg(self.path("zjob"))
            .args(arguments)
            .output()
            .expect("zjob runs")
    }

    fn zjob(&self, arguments: &[&str]) -> Output {
        let output = self.try_zjob(arguments);
        assert!(output.status.success(), "zjob {arguments:?}: {}", said(&output));
        output
    }

    fn encrypt(&self, more: &[&str]) {
        let all = [&["efz", "encrypt", "--openpgp", "clear", "-o", "message"], more].concat();
        self.zjob(&all);
    }

    /// zjob opens `message` and gives the clear bytes back.
    fn decrypt(&self, more: &[&str]) -> Output {
        let all = [&["efz", "decrypt", "message", "-o", "back", "--force"], more].concat();
        self.try_zjob(&all)
    }

    fn assert_back(&self) {
        assert!(fs::read(self.path("back")).expect("written") == clear(), "the bytes differ");
    }
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("it is ours");
}

#[cfg(not(unix))]
fn private(_: &Path) {}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Lines of text, so that text modes keep them; many, so that lengths need several parts.
fn clear() -> Vec<u8> {
    (0..60_000).flat_map(|n| format!("line {n} of the dump {}\n", n % 97).into_bytes()).collect()
}

fn gpg_reads(options: &[&str]) -> Result<(), Failed> {
    let bench = Bench::new();
    bench.encrypt(&[options, &["--password-file", "password"]].concat());
    let back = bench.gpg(&["--decrypt", &bench.text("message")], PASSPHRASE).stdout;
    // gpg gives text as the system has it.
    assert!(back == clear(), "the bytes differ");
    Ok(())
}

fn zjob_reads(options: &[&str]) -> Result<(), Failed> {
    let bench = Bench::new();
    let (message, clear) = (bench.text("message"), bench.text("clear"));
    bench.gpg(&[options, &["-o", &message, "--symmetric", &clear]].concat(), PASSPHRASE);
    let output = bench.decrypt(&["--password-file", "password"]);
    assert!(output.status.success(), "{}", said(&output));
    bench.assert_back();
    Ok(())
}

fn public_key_to_gpg() -> Result<(), Failed> {
    let bench = Bench::new().with_key();
    bench.import();
    bench.encrypt(&["--recipient", "public.asc"]);
    let back = bench.gpg(&["--decrypt", &bench.text("message")], KEY_PASSPHRASE).stdout;
    assert!(back == clear(), "the bytes differ");
    Ok(())
}

fn public_key_from_gpg() -> Result<(), Failed> {
    let bench = Bench::new().with_key();
    bench.gpg(&["--import", &bench.text("public.asc")], "");
    let (message, clear) = (bench.text("message"), bench.text("clear"));
    bench.gpg(&["-o", &message, "--recipient", "gpg@example.com", "--encrypt", &clear], "");
    let output = bench.decrypt(&["--key", "secret.pgp"]);
    assert!(output.status.success(), "{}", said(&output));
    bench.assert_back();
    // The same with the keys of the system.
    bench.zjob(&["efz", "keyring", "add", "secret.pgp"]);
    assert!(String::from_utf8_lossy(&bench.zjob(&["efz", "keyring", "list"]).stdout).contains("gpg@example.com"));
    let output = bench.decrypt(&[]);
    assert!(output.status.success(), "{}", said(&output));
    bench.assert_back();
    Ok(())
}

fn signature_to_gpg() -> Result<(), Failed> {
    let bench = Bench::new().with_key();
    bench.import();
    bench.encrypt(&["--recipient", "public.asc", "--sign", "secret.pgp"]);
    let output = bench.gpg(&["--status-fd", "2", "--decrypt", &bench.text("message")], KEY_PASSPHRASE);
    assert!(output.stdout == clear(), "the bytes differ");
    assert!(said(&output).contains("[GNUPG:] GOODSIG"), "{}", said(&output));
    Ok(())
}

fn signature_from_gpg() -> Result<(), Failed> {
    let bench = Bench::new().with_key();
    bench.import();
    let (message, clear) = (bench.text("message"), bench.text("clear"));
    bench.gpg(&["-o", &message, "-r", "gpg@example.com", "--sign", "--encrypt", &clear], KEY_PASSPHRASE);
    let output = bench.decrypt(&["--key", "secret.pgp", "--signer", "public.asc"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("good signature of Gpg <gpg@example.com>"), "{}", said(&output));
    bench.assert_back();
    Ok(())
}

fn wrong_signer() -> Result<(), Failed> {
    let bench = Bench::new().with_key();
    bench.encrypt(&["--password-file", "password"]);
    let output = bench.decrypt(&["--password-file", "password", "--signer", "public.asc"]);
    assert_eq!(output.status.code(), Some(8), "{}", said(&output));
    assert!(said(&output).contains("is not signed by Gpg"), "{}", said(&output));
    assert!(!bench.path("back").exists());
    Ok(())
}

fn tampered() -> Result<(), Failed> {
    let bench = Bench::new();
    let (message, clear) = (bench.text("message"), bench.text("clear"));
    bench.gpg(&["-o", &message, "--compress-algo", "none", "--rfc4880", "--symmetric", &clear], PASSPHRASE);
    let good = fs::read(&message).expect("written");
    // The last bytes are the MDC itself.
    for at in [good.len() - 1, good.len() - 22, good.len() / 2, 100] {
        let mut changed = good.clone();
        changed[at] ^= 0x10;
        fs::write(&message, &changed).expect("written");
        let output = bench.decrypt(&["--password-file", "password"]);
        assert_eq!(output.status.code(), Some(8), "byte {at}: {}", said(&output));
        assert!(said(&output).contains("nothing was written") && !bench.path("back").exists(), "byte {at}");
    }
    Ok(())
}

fn without_mdc() -> Result<(), Failed> {
    let bench = Bench::new();
    let (message, clear) = (bench.text("message"), bench.text("clear"));
    bench.gpg(&["-o", &message, "--rfc2440", "--cipher-algo", "3DES", "--symmetric", &clear], PASSPHRASE);
    let packets = bench.try_gpg(&["--list-packets", &message], PASSPHRASE).stdout;
    if String::from_utf8_lossy(&packets).contains("mdc_method") {
        // Newer versions write no such messages any more.
        return Ok(());
    }
    let output = bench.decrypt(&["--password-file", "password"]);
    assert_eq!(output.status.code(), Some(8), "{}", said(&output));
    assert!(said(&output).contains("no integrity protection"), "{}", said(&output));
    assert!(!bench.path("back").exists());
    Ok(())
}

fn wrong_secrets() -> Result<(), Failed> {
    let bench = Bench::new().with_key();
    fs::write(bench.path("wrong"), "not the passphrase\n").expect("written");
    bench.encrypt(&["--password-file", "password"]);
    let output = bench.decrypt(&["--password-file", "wrong"]);
    assert_eq!(output.status.code(), Some(8), "{}", said(&output));
    assert!(said(&output).contains("passphrase is wrong") && !said(&output).contains("not the passphrase"));
    bench.gpg(&["--import", &bench.text("public.asc")], "");
    let (message, clear) = (bench.text("message"), bench.text("clear"));
    bench.gpg(&["-o", &message, "-r", "gpg@example.com", "--encrypt", &clear], "");
    let output = bench.decrypt(&[]);
    assert_eq!(output.status.code(), Some(8), "{}", said(&output));
    assert!(said(&output).contains("encrypted for other keys"), "{}", said(&output));
    Ok(())
}

fn job_to_gpg() -> Result<(), Failed> {
    let bench = Bench::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("jcl-samples");
    bench.zjob(&["run", samples.join("openpgp.jcl").to_str().expect("a plain name")]);
    let listed = String::from_utf8(bench.zjob(&["inbox", "list"]).stdout).expect("text");
    let file = listed.split_whitespace().last().expect("a file").to_owned();
    let packed = bench.gpg(&["--decrypt", &file], "sample password please change").stdout;
    fs::write(bench.path("dump.trs"), packed).expect("written");
    bench.zjob(&["terse", "unpack", "dump.trs", "-o", "dump.txt"]);
    let clear = fs::read_to_string(samples.join("data/input.txt")).expect("the sample");
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&fs::read_to_string(bench.path("dump.txt")).expect("written")), lines(&clear));
    Ok(())
}

fn packets() -> Result<(), Failed> {
    let bench = Bench::new();
    bench.encrypt(&["--password-file", "password", "--cipher", "3des", "--compress=zip"]);
    let listed = bench.gpg(&["--list-packets", &bench.text("message")], PASSPHRASE).stdout;
    let listed = String::from_utf8_lossy(&listed);
    for expected in [
        "symkey enc packet: version 4, cipher 2",
        "s2k 3, hash 8",
        "mdc_method: 2",
        "compressed packet: algo=1",
        "literal data packet",
    ] {
        assert!(listed.contains(expected), "{expected:?} is not in\n{listed}");
    }
    Ok(())
}
