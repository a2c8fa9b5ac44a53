//! `zjob efz` as a shell sees it: what is written, what is refused, what is told, and that no password is seen.

mod common;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const PASSWORD: &str = "sample password please change";
/// Said wherever the layout of a file is shown or a foreign one is met.
const HONESTY: &str = "IBM has not published";

/// A directory with a system in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), bytes).expect("written");
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// `zjob efz`, with the password in the environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = common::zjob(Path::new(".zjob"));
        command.arg("efz").args(arguments).current_dir(self.0.path()).env("ZJOB_PASSWORD", PASSWORD);
        command
    }

    fn efz(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().expect("it starts")
    }

    fn efz_with_password(&self, password: &str, arguments: &[&str]) -> Output {
        self.command(arguments).env("ZJOB_PASSWORD", password).stdin(Stdio::null()).output().expect("it starts")
    }

    /// Standard output and words of a command that ends well.
    fn well(&self, arguments: &[&str]) -> (String, String) {
        let output = self.efz(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", words(&output));
        (String::from_utf8_lossy(&output.stdout).into_owned(), words(&output))
    }

    /// The words of a command that ends with `status`.
    fn refused(&self, status: i32, arguments: &[&str]) -> String {
        let output = self.efz(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", words(&output));
        words(&output)
    }

    /// Bytes in, bytes out, through the streams.
    fn piped(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self.started(arguments);
        let mut to = child.stdin.take().expect("a pipe");
        std::thread::scope(|scope| {
            // A command that refuses its input early does not read the rest.
            scope.spawn(move || drop(to.write_all(input)));
            child.wait_with_output().expect("it ends")
        })
    }

    fn started(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    }

    /// The names of the files that are there, without the system.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a directory");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| name != ".zjob");
        names.sort();
        names
    }
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn pem(name: &str) -> String {
    common::root().join("testdata/efz").join(name).to_str().expect("a path").to_owned()
}

/// Records behind their RDWs.
fn described(records: &[&[u8]]) -> Vec<u8> {
    let one = |record: &&[u8]| [&(record.len() as u16 + 4).to_be_bytes()[..], &[0, 0], record].concat();
    records.iter().flat_map(one).collect()
}

#[test]
fn text_comes_back_as_it_was_under_the_names_that_are_derived() {
    let place = Place::new().with("notes.txt", "first line\n\nthird, with [brackets] and é\n");
    let (_, told) = place.well(&["encrypt", "notes.txt"]);
    assert!(told.contains("notes.txt.efz: 3 records, 240 bytes, encrypted to 416 bytes"), "{told}");
    fs::rename(place.path("notes.txt"), place.path("before")).expect("renamed");
    let (_, told) = place.well(&["decrypt", "notes.txt.efz"]);
    assert!(told.contains("notes.txt: 3 records, 240 bytes; they had RECFM=FB, LRECL=80, BLKSIZE=27920"), "{told}");
    assert_eq!(place.read("notes.txt"), place.read("before"));
    place.well(&["decrypt", "--quiet", "--rdw", "notes.txt.efz", "-o", "again.rdw"]);
    assert_eq!(place.read("again.rdw").len(), 3 * 84);
    // A name that does not end in .efz gets an end that tells the form.
    fs::rename(place.path("notes.txt.efz"), place.path("X")).expect("renamed");
    place.well(&["decrypt", "--binary", "X"]);
    assert_eq!(place.read("X.bin").len(), 240);
}

#[test]
fn every_record_format_goes_in_and_out_with_every_cipher() {
    let fixed: Vec<u8> = (0..=255).cycle().take(4000).collect();
    let variable = described(&[b"first", b"", &[7; 90], b"x"]);
    let long = described(&[&vec![9; 40_000], b"short"]);
    let place = Place::new().with("fixed", &fixed).with("variable", &variable).with("long", &long);
    for (input, form, recfm, lrecl) in [
        ("fixed", "--binary", "F", "100"),
        ("fixed", "--binary", "FB", "80"),
        ("fixed", "--binary", "FBS", "80"),
        ("fixed", "--binary", "FBA", "100"),
        ("fixed", "--binary", "FBM", "100"),
        ("variable", "--rdw", "V", "94"),
        ("variable", "--rdw", "VB", "94"),
        ("variable", "--rdw", "VBA", "133"),
        ("variable", "--rdw", "VBM", "133"),
        ("variable", "--rdw", "VS", "94"),
        ("variable", "--rdw", "VBS", "32760"),
        ("long", "--rdw", "VBS", "X"),
        ("variable", "--rdw", "U", "0"),
    ] {
        for cipher in ["--tdes", "--aes128"] {
            for compress in [&[][..], &["--compress"]] {
                let what =
                    [&["encrypt", cipher, form, "--recfm", recfm, "--lrecl", lrecl, "--force"], compress].concat();
                place.well(&[&what[..], &[input, "-o", "sealed"]].concat());
                let (_, told) = place.well(&["decrypt", form, "--force", "sealed", "-o", "back"]);
                assert!(told.contains(&format!("RECFM={recfm}, LRECL={lrecl},")), "{what:?}: {told}");
                assert!(place.read("back") == place.read(input), "{what:?}");
            }
        }
    }
}

#[test]
fn records_that_do_not_fit_are_named_and_nothing_is_written() {
    let place =
        Place::new().with("odd", [1; 161]).with("wide.txt", "x".repeat(81)).with("long", described(&[&[1; 91]]));
    let told = place.refused(64, &["encrypt", "--binary", "odd"]);
    assert!(told.contains("odd: record 3: only 1 of 80 bytes"), "{told}");
    let told = place.refused(64, &["encrypt", "wide.txt"]);
    assert!(told.contains("record 1: the line has 81 characters, a record holds 80"), "{told}");
    let told = place.refused(64, &["encrypt", "--rdw", "--recfm", "VB", "--lrecl", "94", "long"]);
    assert!(told.contains("long"), "{told}");
    let told = place.refused(64, &["encrypt", "--binary", "--recfm", "VB", "odd"]);
    assert!(told.contains("use --rdw or --text"), "{told}");
    for wrong in [&["--recfm", "XB"][..], &["--lrecl", "0", "--binary"], &["--recfm", "FB", "--lrecl", "40000"]] {
        place.refused(64, &[&["encrypt", "odd"], wrong].concat());
    }
    assert_eq!(place.names(), ["long", "odd", "wide.txt"]);
}

#[test]
fn a_file_that_exists_is_replaced_only_by_force() {
    let place = Place::new().with("a.txt", "A\n").with("a.txt.efz", "mine");
    let told = place.refused(64, &["encrypt", "a.txt"]);
    assert!(told.contains("a.txt.efz: the file exists; --force replaces it"), "{told}");
    assert_eq!(place.read("a.txt.efz"), b"mine");
    place.well(&["encrypt", "--force", "a.txt"]);
    let told = place.refused(64, &["decrypt", "a.txt.efz"]);
    assert!(told.contains("a.txt: the file exists"), "{told}");
    let told = place.refused(64, &["encrypt", "no such file"]);
    assert!(told.contains("no such file: "), "{told}");
    let told = place.refused(64, &["encrypt", "."]);
    assert!(told.contains("irectory"), "{told}");
    assert_eq!(place.names(), ["a.txt", "a.txt.efz"]);
}

#[test]
fn streams_go_through_and_give_the_same_as_files() {
    let data = vec![0xE5; 300_000];
    let place = Place::new().with("data", &data);
    for compress in [&[][..], &["--compress"]] {
        let how = [&["encrypt", "--aes128", "--binary", "--lrecl", "1000"], compress].concat();
        let piped = place.piped(&[&how[..], &["-"]].concat(), &data);
        assert!(piped.status.success() && piped.stderr.is_empty(), "{}", words(&piped));
        place.well(&[&how[..], &["--force", "data", "-o", "sealed"]].concat());
        assert_eq!(piped.stdout.len(), place.read("sealed").len());
        let back = place.piped(&["decrypt", "--binary", "-"], &piped.stdout);
        assert!(back.stdout == data, "{}", words(&back));
        let (back, _) = place.well(&["decrypt", "sealed", "-o", "-", "--binary"]);
        assert!(!back.is_empty());
    }
}

#[test]
fn a_damaged_stream_gives_not_one_clear_byte() {
    let place = Place::new().with("data", vec![0xC1; 800_000]);
    place.well(&["encrypt", "--aes128", "--binary", "data"]);
    let mut sealed = place.read("data.efz");
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    let output = place.piped(&["decrypt", "--binary", "-"], &sealed);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(8), 0));
    assert!(words(&output).contains("the file was changed after it was sealed; nothing was written"));
    let output = place.piped(&["decrypt", "--binary", "-"], &sealed[..500_000]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(8), 0));
    assert!(words(&output).contains("the file ends after 500000 bytes"), "{}", words(&output));
}

#[test]
fn a_wrong_password_a_changed_byte_and_a_cut_file_are_found_before_anything_is_written() {
    let place = Place::new().with("a.txt", "A\n").with("foreign", [0xC3; 500]);
    place.well(&["encrypt", "a.txt", "-o", "sealed"]);
    let output = place.efz_with_password("another password", &["decrypt", "sealed"]);
    assert_eq!(output.status.code(), Some(8));
    assert!(words(&output).contains("sealed: the password is wrong; nothing was written"), "{}", words(&output));
    let whole = place.read("sealed");
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(place.path("damaged"), damaged).expect("written");
        let told = place.refused(8, &["decrypt", "damaged"]);
        assert!(told.contains("nothing was written"), "byte {at}: {told}");
    }
    fs::write(place.path("damaged"), &whole[..whole.len() - 1]).expect("written");
    let told = place.refused(8, &["decrypt", "damaged"]);
    assert!(told.contains(&format!("ends after {} bytes", whole.len() - 1)), "{told}");
    let told = place.refused(8, &["decrypt", "foreign"]);
    assert!(told.contains("IBM's own layout is not public"), "{told}");
    assert_eq!(place.names(), ["a.txt", "damaged", "foreign", "sealed"]);
}

#[test]
fn info_tells_what_a_file_says_of_itself_without_a_password() {
    let place = Place::new().with("a.txt", "A\n").with("foreign", "PK");
    place.well(&["encrypt", "--aes128", "--icount", "77", "--desc", "Week 3: [raw]", "--compress", "a.txt"]);
    let mut command = place.command(&["info", "a.txt.efz"]);
    let output = command.env_remove("ZJOB_PASSWORD").output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in [
        "Layout       ZEFZ version 1, zjob's own: IBM has not published that of CSDFILEN, so a real host can neither read nor write it",
        "Description  Week 3: [raw]",
        "Cipher       AES-128, key from a password, ICOUNT=77",
        "Integrity    proved by a code at the end",
        "Compressed   yes",
        "RECFM        FB",
        "LRECL        80",
        "BLKSIZE      27920",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    let (json, _) = place.well(&["info", "--format", "json", "a.txt.efz"]);
    let json: Value = serde_json::from_str(&json).expect("one object");
    assert_eq!(
        (json["cipher"].as_str(), json["key"].as_str(), json["icount"].as_u64()),
        (Some("AES-128"), Some("password"), Some(77))
    );
    assert_eq!((json["recfm"].as_str(), json["lrecl"].as_u64()), (Some("FB"), Some(80)));
    assert_eq!(json["file_bytes"].as_u64(), json["size"].as_u64());
    assert!(json["layout_note"].as_str().is_some_and(|note| note.contains(HONESTY)));
}

#[test]
fn info_names_what_is_cut_and_what_is_foreign_and_goes_on() {
    let place = Place::new().with("a.txt", "A\n").with("foreign", "PK").with("empty", "");
    place.well(&["encrypt", "a.txt"]);
    let whole = place.read("a.txt.efz");
    let place = place.with("cut", &whole[..whole.len() - 3]).with("stub", &whole[..100]);
    let output = place.efz(&["info", "--format", "json", "foreign", "cut", "stub", "empty", "a.txt.efz"]);
    assert_eq!(output.status.code(), Some(8));
    let told = words(&output);
    assert!(told.contains("foreign: this is not a file of zjob's Encryption Facility"), "{told}");
    assert!(told.contains("IBM's own layout is not public and cannot be read"), "{told}");
    assert!(told.contains(&format!("cut: the file is cut: {} bytes of {}", whole.len() - 3, whole.len())), "{told}");
    assert!(told.contains("stub: the data end after 100 bytes, inside the header"), "{told}");
    assert!(told.contains("empty: the data end after 0 bytes"), "{told}");
    let lines: Vec<Value> = output
        .stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("an object on each line"))
        .collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines.iter().filter(|line| line["problem"].is_string()).count(), 4);
    let told = place.refused(64, &["info", "no such file"]);
    assert!(told.contains("no such file"), "{told}");
}

#[test]
fn the_published_sizes_come_without_the_trailer() {
    let settings = "[efz]\nintegrity = false\n";
    let place = Place::new().with("data", vec![0x40; 231 * 80]).with("zjob.toml", settings);
    place.well(&["encrypt", "--binary", "data"]);
    assert_eq!(place.read("data.efz").len(), 19_992);
    place.well(&["key", "add", "ITSOLD.TEST.RSA2048", "--pem", &pem("rsa-2048.pem")]);
    place.well(&["encrypt", "--binary", "--rsa", "ITSOLD.TEST.RSA2048", "data", "-o", "wrapped"]);
    assert_eq!(place.read("wrapped").len(), 20_336);
    let (text, _) = place.well(&["info", "wrapped"]);
    assert!(text.contains("Integrity    not proved"), "{text}");
    let place = place.with("zjob.toml", "");
    place.well(&["encrypt", "--binary", "--force", "data"]);
    assert_eq!(place.read("data.efz").len(), 20_024);
}

#[test]
fn two_files_never_have_the_same_salt_or_key() {
    let place = Place::new().with("data", vec![0x40; 8000]);
    place.well(&["key", "add", "MY.KEY", "--pem", &pem("rsa-2048.pem")]);
    for how in [&["--tdes"][..], &["--aes128"], &["--rsa", "MY.KEY"]] {
        for name in ["one", "two"] {
            place.well(&[&["encrypt", "--binary", "--force", "data", "-o", name], how].concat());
        }
        let (one, two) = (place.read("one"), place.read("two"));
        let body = if how[0] == "--rsa" { 464 } else { 120 };
        assert_ne!(one[body..body + 16], two[body..body + 16], "{how:?}");
        // Equal clear blocks must not show either.
        assert_ne!(one[body..body + 16], one[body + 16..body + 32], "{how:?}");
    }
}

#[test]
fn a_password_comes_from_a_file_or_the_environment_and_never_from_an_argument() {
    let place =
        Place::new().with("a.txt", "A\n").with("secret", "in a  file\r\nsecond line\n").with("short", "short\n");
    place.well(&["encrypt", "--password-file", "secret", "a.txt"]);
    assert_eq!(place.efz_with_password("in a  file", &["decrypt", "a.txt.efz", "-o", "b"]).status.code(), Some(0));
    for wrong in [&["--password", PASSWORD][..], &["--passphrase", PASSWORD], &["-p", PASSWORD]] {
        place.refused(64, &[&["encrypt", "a.txt", "-o", "c"], wrong].concat());
    }
    let told = place.refused(64, &["encrypt", "--password-file", "short", "a.txt", "-o", "c"]);
    assert!(told.contains("a password has 8 to 32 characters, this one has 5"), "{told}");
    let told = place.refused(64, &["encrypt", "--password-file", "nowhere", "a.txt", "-o", "c"]);
    assert!(told.contains("nowhere"), "{told}");
    let output = place.efz_with_password("ends in a blank ", &["encrypt", "a.txt", "-o", "c"]);
    assert!(
        words(&output).contains("cannot end in a blank") && !words(&output).contains("ends in"),
        "{}",
        words(&output)
    );
    let told = place.refused(64, &["encrypt", "--rsa", "MY.KEY", "--password-file", "secret", "a.txt", "-o", "c"]);
    assert!(told.contains("cannot be used with"), "{told}");
    assert_eq!(place.names(), ["a.txt", "a.txt.efz", "b", "secret", "short"]);
}

#[test]
fn the_iteration_count_has_the_limits_of_the_host() {
    let place = Place::new().with("a.txt", "A\n");
    for wrong in ["0", "10001", "-1", "x"] {
        place.refused(64, &["encrypt", "--icount", wrong, "a.txt"]);
    }
    for good in ["1", "10000"] {
        place.well(&["encrypt", "--icount", good, "--force", "a.txt"]);
        place.well(&["decrypt", "--force", "a.txt.efz", "-o", "b"]);
    }
    let told = place.refused(64, &["encrypt", "--icount", "16", "--rsa", "MY.KEY", "a.txt"]);
    assert!(told.contains("cannot be used with"), "{told}");
    let told = place.refused(64, &["encrypt", "--desc", &"x".repeat(65), "a.txt"]);
    assert!(told.contains("at most 64 characters"), "{told}");
    let told = place.refused(64, &["encrypt", "--desc", "10 €", "a.txt"]);
    assert!(told.contains("'€'"), "{told}");
    let told = place.refused(64, &["encrypt", "--tdes", "--aes128", "a.txt"]);
    assert!(told.contains("cannot be used with"), "{told}");
    let told = place.refused(64, &["encrypt", "//'MY.DATA'"]);
    assert!(told.contains("MY.DATA is a data set"), "{told}");
}

#[test]
fn what_is_encrypted_for_an_rsa_key_opens_with_its_private_half_and_with_nothing_else() {
    let place = Place::new().with("a.txt", "A\n");
    let told = place.refused(64, &["encrypt", "--rsa", "their.key", "a.txt"]);
    assert!(told.contains("no RSA key THEIR.KEY; zjob efz key add THEIR.KEY --pem FILE"), "{told}");
    place.well(&["key", "add", "their.key", "--pem", &pem("rsa-2048.crt.pem")]);
    place.well(&["encrypt", "--rsa", "THEIR.KEY", "a.txt", "-o", "sealed"]);
    let (text, _) = place.well(&["info", "sealed"]);
    assert!(text.contains("TDES, key wrapped for RSA key THEIR.KEY, 2048 bits, SHA-1 "), "{text}");
    let place = place.with("secret", PASSWORD);
    let told = place.refused(64, &["decrypt", "--password-file", "secret", "sealed", "-o", "b"]);
    assert!(told.contains("not with a password; leave --password-file out"), "{told}");
    let told = place.refused(64, &["decrypt", "sealed", "-o", "b"]);
    assert!(told.contains("THEIR.KEY the system knows only the public half"), "{told}");
    place.well(&["key", "add", "OTHER.KEY", "--pem", &pem("rsa-4096.pem")]);
    let told = place.refused(8, &["decrypt", "--rsa", "OTHER.KEY", "sealed", "-o", "b"]);
    assert!(told.contains("wrapped for another RSA key, which had the label THEIR.KEY"), "{told}");
    // The key itself is what counts, not its label.
    place.well(&["key", "add", "MY.OWN.NAME", "--pem", &pem("rsa-2048.pem")]);
    place.well(&["decrypt", "sealed", "-o", "b"]);
    assert_eq!(place.read("b"), b"A\n");
    place.well(&["encrypt", "a.txt", "-o", "with password"]);
    let told = place.refused(64, &["decrypt", "--rsa", "MY.OWN.NAME", "with password", "-o", "c"]);
    assert!(told.contains("the file needs a password"), "{told}");
}

#[test]
fn every_way_that_a_wrapped_key_can_be_damaged_looks_the_same() {
    let place = Place::new().with("a.txt", "A\n");
    place.well(&["key", "add", "MY.KEY", "--pem", &pem("rsa-2048.pem")]);
    place.well(&["encrypt", "--rsa", "MY.KEY", "a.txt", "-o", "sealed"]);
    let whole = place.read("sealed");
    let told: Vec<_> = [208, 300, 463, 48]
        .map(|at| {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(place.path("damaged"), damaged).expect("written");
            place.refused(8, &["decrypt", "damaged", "-o", "b"])
        })
        .to_vec();
    assert!(told[0].contains("the wrapped data key is damaged"), "{}", told[0]);
    assert!(told.iter().all(|words| words == &told[0]), "{told:?}");
}

#[test]
fn keys_of_every_kind_come_in_and_those_outside_2048_to_4096_bits_do_not() {
    let place = Place::new().with("none.pem", "no key");
    for (label, file, kind) in [
        ("A", "rsa-2048.pem", "2048 bits, private"),
        ("B", "rsa-2048.pkcs1.pem", "2048 bits, private"),
        ("C", "rsa-2048.pub.pkcs1.pem", "2048 bits, public"),
        ("D", "rsa-2048.crt.pem", "2048 bits, public"),
        ("E", "rsa-4096.pem", "4096 bits, private"),
    ] {
        let (_, told) = place.well(&["key", "add", label, "--pem", &pem(file)]);
        assert!(told.contains(&format!("RSA key {label} added: {kind}, SHA-1 ")), "{told}");
    }
    let (list, _) = place.well(&["key", "list"]);
    assert_eq!(list.lines().count(), 5);
    assert!(list.lines().all(|line| line.split_whitespace().count() == 4), "{list}");
    let told = place.refused(64, &["key", "add", "F", "--pem", &pem("rsa-1024.pub.pem")]);
    assert!(told.contains("the key has 1024 bits, only 2048 to 4096 are supported"), "{told}");
    for (file, why) in [(pem("ec-p256.pub.pem"), "no sound RSA key"), ("none.pem".to_owned(), "no PEM file")] {
        let told = place.refused(64, &["key", "add", "F", "--pem", &file]);
        assert!(told.contains(why), "{told}");
    }
    for bits in ["1024", "2040", "2049", "4104", "8192", "x"] {
        let told = place.refused(64, &["key", "generate", "F", "--bits", bits]);
        assert!(told.contains("2048 to 4096"), "{told}");
    }
    for label in ["1KEY", "MY KEY", "", &"K".repeat(65)] {
        place.refused(64, &["key", "generate", label]);
    }
    let told = place.refused(64, &["key", "generate", "A"]);
    assert!(told.contains("there is a key A already"), "{told}");
    let told = place.refused(64, &["key", "add", "A", "--pem", &pem("rsa-4096.pem")]);
    assert!(told.contains("there is a key A already"), "{told}");
    assert_eq!(place.well(&["key", "list"]).0, list, "nothing was changed");
}

#[test]
fn a_key_that_was_generated_encrypts_is_exported_and_comes_in_again() {
    let place = Place::new().with("a.txt", "A\n");
    let (_, told) = place.well(&["key", "generate", "MY.KEY"]);
    assert!(told.contains("RSA key MY.KEY added: 2048 bits, private"), "{told}");
    place.well(&["encrypt", "--rsa", "MY.KEY", "a.txt"]);
    place.well(&["key", "export", "--private", "MY.KEY", "-o", "my.key.pem"]);
    let (public, _) = place.well(&["key", "export", "MY.KEY"]);
    assert!(public.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{public}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(place.path("my.key.pem")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    place.well(&["key", "delete", "--force", "MY.KEY"]);
    let told = place.refused(64, &["decrypt", "a.txt.efz", "-o", "b"]);
    assert!(told.contains("MY.KEY, which the system does not have"), "{told}");
    place.well(&["key", "add", "MY.KEY", "--pem", "my.key.pem"]);
    place.well(&["decrypt", "a.txt.efz", "-o", "b"]);
    assert_eq!(place.read("b"), b"A\n");
}

#[test]
fn a_private_key_leaves_and_goes_only_when_it_is_said_clearly() {
    let place = Place::new();
    place.well(&["key", "add", "MINE", "--pem", &pem("rsa-2048.pem")]);
    place.well(&["key", "add", "THEIRS", "--pem", &pem("rsa-2048.crt.pem")]);
    let output = place.efz(&["key", "export", "--private", "MINE"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(64), 0), "a private key is not printed unasked");
    let (printed, _) = place.well(&["key", "export", "--private", "MINE", "-o", "-"]);
    assert!(printed.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    let told = place.refused(64, &["key", "export", "--private", "THEIRS", "-o", "x.pem"]);
    assert!(told.contains("only the public half"), "{told}");
    let told = place.refused(64, &["key", "delete", "MINE"]);
    assert!(
        told.contains("MINE is a private key and there is no terminal to ask") && told.contains("--force"),
        "{told}"
    );
    let told = place.refused(64, &["key", "delete", "THEIRS", "NOBODYS"]);
    assert!(told.contains("no RSA key NOBODYS"), "{told}");
    assert_eq!(place.well(&["key", "list"]).0.lines().count(), 2, "all or nothing");
    place.well(&["key", "delete", "THEIRS"]);
    place.well(&["key", "delete", "--force", "MINE"]);
    let (list, told) = place.well(&["key", "list"]);
    assert!(list.is_empty() && told.contains("no RSA keys yet"), "{list}{told}");
}

#[test]
fn a_deleted_private_key_is_in_no_file_any_more() {
    let place = Place::new();
    place.well(&["key", "add", "MINE", "--pem", &pem("rsa-2048.pem")]);
    let (_, der) =
        rsa::pkcs8::SecretDocument::from_pem(&fs::read_to_string(pem("rsa-2048.pem")).expect("a key")).expect("a key");
    // A piece of a prime: it is in no public key.
    let piece = &der.as_bytes()[700..764];
    let holds = || {
        let all = common::files(&place.path(".zjob"));
        all.into_iter().any(|path| fs::read(path).expect("read").windows(64).any(|window| window == piece))
    };
    assert!(holds(), "the search finds what is there");
    place.well(&["key", "delete", "--force", "MINE"]);
    assert!(!holds());
}

#[cfg(target_os = "linux")]
#[test]
fn no_password_is_seen_in_the_arguments_of_the_process() {
    let place = Place::new().with("secret", format!("{PASSWORD}\n"));
    let mut command = place.command(&["encrypt", "--password-file", "secret", "-", "-o", "out"]);
    let mut child = command.env_remove("ZJOB_PASSWORD").stdin(Stdio::piped()).spawn().expect("it starts");
    // When the output is begun, the password was read.
    while child.try_wait().expect("asked").is_none() && place.names() == ["secret"] {
        std::thread::yield_now();
    }
    for what in ["cmdline", "environ", "comm"] {
        let seen = fs::read(format!("/proc/{}/{what}", child.id())).expect("the process runs");
        assert!(!seen.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()), "{what}");
    }
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_data() {
    const PIECE: usize = 1 << 20;
    let place = Place::new();
    for arguments in [
        &["encrypt", "--aes128", "--binary", "--recfm", "FB", "--lrecl", "8192", "-"][..],
        &["encrypt", "--aes128", "--compress", "--binary", "--recfm", "U", "-"],
    ] {
        let mut child = place.started(arguments);
        let mut to = child.stdin.take().expect("a pipe");
        for n in 0..48 {
            to.write_all(&vec![n; PIECE]).expect("it reads");
        }
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it still reads");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        let peak: u64 = peak.and_then(|kib| kib.parse().ok()).expect("a number of KiB");
        assert!(peak <= 32 * 1024, "{arguments:?}: {peak} KiB");
        drop(to);
        let mut out = child.stdout.take().expect("a pipe");
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).expect("it writes");
        assert!(child.wait().expect("it ends").success());
        let back = place.piped(&["decrypt", "--binary", "-"], &bytes);
        assert_eq!(back.stdout.len(), 48 * PIECE, "{}", words(&back));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_and_ends_with_130() {
    let place = Place::new().with("secret", format!("{PASSWORD}\n"));
    let mut child = place.started(&["encrypt", "--password-file", "secret", "-", "-o", "out"]);
    while child.try_wait().expect("asked").is_none() && place.names() == ["secret"] {
        std::thread::yield_now();
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    drop(child.stdin.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(place.names(), ["secret"]);
}

#[test]
fn no_secret_is_in_any_word_of_any_refusal() {
    const SECRET: &str = "Quince & Medlar [1623]!";
    let place = Place::new().with("a.txt", "A\n");
    place.well(&["encrypt", "a.txt", "-o", "sealed"]);
    let long = SECRET.repeat(2);
    for (password, arguments) in [
        (SECRET, &["decrypt", "sealed", "-o", "b"][..]),
        (&long, &["decrypt", "sealed", "-o", "b"]),
        (&long, &["encrypt", "a.txt", "-o", "b"]),
        (SECRET, &["encrypt", "a.txt", "-o", "no/such/directory/b"]),
        (SECRET, &["encrypt", "a.txt", "-o", "kept"]),
        (SECRET, &["info", "kept"]),
    ] {
        let output = place.efz_with_password(password, arguments);
        for seen in [&output.stdout, &output.stderr] {
            assert!(!seen.windows(6).any(|window| window == b"Quince"), "{arguments:?}: {}", words(&output));
        }
    }
    for path in common::files(place.0.path()) {
        let bytes = fs::read(&path).expect("read");
        assert!(!bytes.windows(6).any(|window| window == b"Quince"), "{}", path.display());
    }
}

#[test]
fn a_file_that_changes_between_check_and_release_is_told() {
    let place = Place::new().with("clear", vec![7; 80 * 20_000]);
    place.well(&["encrypt", "--binary", "--aes128", "clear", "-o", "x.efz"]);
    let mut child = place.started(&["decrypt", "--binary", "x.efz", "-o", "-"]);
    let (mut out, mut words) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    // The first byte comes after the check, and the rest waits until somebody reads it.
    out.read_exact(&mut [0]).expect("released");
    let mut file = fs::File::options().write(true).open(place.path("x.efz")).expect("there");
    file.write_all(&place.read("x.efz")[..8]).expect("written");
    let mut told = String::new();
    out.read_to_end(&mut Vec::new()).expect("the rest");
    words.read_to_string(&mut told).expect("words");
    assert!(!child.wait().expect("it ends").success());
    assert!(told.contains("x.efz: the file changed while it was read"), "{told}");
}
