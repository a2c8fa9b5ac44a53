//! No password that a job was given is found afterwards: not in the database or its log, not on the spool, not
//! in a temporary file, not in anything that is printed.

mod common;

use std::fs;
use std::path::Path;
use std::process::Output;

use common::{TestSystem, files, samples, zjob};
use zjob::codepage::CodePage;

/// Passwords that stand nowhere else. One has characters that differ from page to page.
const EFZ: &str = "Quince & Medlar [1623]!";
const FTP: &str = "rowan-berry~4711@example.com";
const JOB: &str = "WHIN4242";

/// Everything that a text can look like in a file.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let pages = CodePage::all().map(|page| page.encode_lossy(secret));
    let utf16 = |order: fn(u16) -> [u8; 2]| secret.encode_utf16().flat_map(order).collect();
    pages
        .chain([secret.as_bytes().to_vec(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)])
        .chain([secret.to_uppercase().into_bytes(), secret.to_lowercase().into_bytes()])
        .collect()
}

fn assert_free(bytes: &[u8], place: &str) {
    for secret in [EFZ, FTP, JOB] {
        for form in forms(secret) {
            let found = bytes.windows(form.len()).any(|window| window == form);
            assert!(!found, "{secret:?} is in {place}: {}", String::from_utf8_lossy(bytes));
        }
    }
}

/// No file of the home holds a secret, whatever it is there for.
fn assert_home_is_free(home: &Path) {
    let all = files(home);
    assert!(all.iter().any(|path| path.ends_with("zjob.db")) && all.len() > 8, "there is something to look at");
    for path in all {
        assert_free(&fs::read(&path).expect("read"), &path.display().to_string());
        assert_free(path.to_string_lossy().as_bytes(), "a file name");
    }
}

fn assert_output_is_free(output: &Output) {
    assert_free(&output.stdout, "the output");
    assert_free(&output.stderr, "the words beside it");
}

/// The main job with the secrets in it.
fn deck(sample: &str) -> String {
    let deck = fs::read_to_string(common::root().join("jcl-samples").join(sample)).expect("the sample");
    let deck = deck.replace("sample password please change", EFZ).replace("your@email.address", FTP);
    assert!(deck.contains(EFZ) && deck.contains(FTP));
    deck.replacen("CLASS=A,", &format!("CLASS=A,PASSWORD={JOB},"), 1)
}

/// Runs a deck as the program does, looks at all that it prints now and later, and at all that it leaves.
fn run(deck: &str, format: &str, expected: i32) -> tempfile::TempDir {
    let directory = samples();
    let home = directory.path().join("home");
    let file = directory.path().join("job.jcl");
    fs::write(&file, deck).expect("written");
    // An open store keeps the log of the database from being removed.
    let witness = TestSystem::at(&home);
    let witness = witness.open();
    let output = zjob(&home).args(["run", "--format", format]).arg(&file).output().expect("it runs");
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(expected), "{listing}{}", String::from_utf8_lossy(&output.stderr));
    assert_output_is_free(&output);
    assert!(home.join("zjob.db-wal").exists(), "the log is looked at too");
    assert_home_is_free(&home);
    for arguments in [&["spool", "show", "1"][..], &["spool", "list"], &["inbox", "list"], &["dataset", "list"]] {
        assert_output_is_free(&zjob(&home).args(arguments).output().expect("it runs"));
    }
    drop(witness);
    assert_home_is_free(&home);
    directory
}

#[test]
fn the_search_finds_what_is_there() {
    let page = CodePage::ibm1047();
    for bytes in
        [EFZ.as_bytes().to_vec(), page.encode(FTP).expect("has a place"), b"W\0H\0I\0N\x004\x002\x004\x002\0".to_vec()]
    {
        let found = std::panic::catch_unwind(|| assert_free(&bytes, "here"));
        assert!(found.is_err());
    }
}

#[test]
fn a_job_that_ends_well_leaves_no_secret_anywhere() {
    for sample in ["upload.jcl", "upload-aes.jcl"] {
        for format in ["text", "json"] {
            run(&deck(sample), format, 0);
        }
    }
}

#[test]
fn a_refused_password_is_not_shown_in_the_refusal() {
    for wrong in [format!("PASSWORD={EFZ}{EFZ}"), format!("PASWORD={EFZ}"), format!(" PASSWORD={EFZ}"), EFZ.to_owned()]
    {
        let deck = deck("upload.jcl").replace(&format!("PASSWORD={EFZ}"), &wrong);
        run(&deck, "text", 127);
    }
}

#[test]
fn a_wrong_password_is_not_shown_when_data_do_not_decrypt() {
    let directory = samples();
    let decrypt = format!(
        "//BACK    JOB CLASS=A\n//DECRYPT EXEC PGM=CSDFILDE\n//SYSPRINT DD SYSOUT=*\n//SYSUT1  DD DSN=YOUR.CRYPTED.DATASET,DISP=SHR\n\
         //SYSUT2  DD DSN=MY.OUT,DISP=(NEW,CATLG),SPACE=(TRK,(5,5))\n//SYSIN   DD *\nPASSWORD={EFZ}\n"
    );
    let home = directory.path().join("home");
    let output = zjob(&home).arg("run").arg(directory.path().join("upload.jcl")).output().expect("it runs");
    assert!(output.status.success());
    fs::write(directory.path().join("back.jcl"), decrypt).expect("written");
    let output = zjob(&home).arg("run").arg(directory.path().join("back.jcl")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(8));
    assert_output_is_free(&output);
    assert_home_is_free(&home);
}

#[test]
fn a_script_that_gets_out_of_step_shows_no_password() {
    // A line number behind the user id is taken for the password, and the password for a subcommand.
    run(&deck("upload.jcl").replace("anonymous\n", "anonymous 00000200\n"), "text", 7);
    // No host answers: user id and password are what comes next.
    run(&deck("upload.jcl").replace("ftp.ecurep.ibm.com\n", "no.such.host\n"), "text", 202);
    // Without EXIT every line is read as a subcommand.
    let deck = deck("upload.jcl").replace("(EXIT ", "");
    run(&deck.replace("ftp.ecurep.ibm.com\n", "no.such.host\n"), "json", 202);
}

#[test]
fn a_deck_that_the_converter_refuses_shows_no_password() {
    let good = deck("upload.jcl");
    for (from, to) in [
        ("//TERSE EXEC PGM", "//TERSE EXCE PGM"),
        ("DISP=(NEW,CATLG)", "DISP=(NEW,CATALOG)"),
        ("CLASS=A,PASSWORD", "CLASS=A,CLAS=B,PASSWORD"),
        ("//SYSIN DD *\nDESC", "//SYSIN DD *,DLM=''\nDESC"),
    ] {
        let deck = good.replacen(from, to, 1);
        assert_ne!(deck, good, "{from} is in the deck");
        run(&deck, "text", 200);
    }
    // A card of more than 80 columns, and a character that no code page of the host has.
    for card in [format!("PASSWORD={EFZ}{:60}x", ""), format!("PASSWORD={EFZ}\u{1F41F}")] {
        let deck = good.replace(&format!("PASSWORD={EFZ}"), &card);
        run(&deck, "text", 200);
    }
}

/// A deck with the same passphrase in MAINARGS.
fn openpgp(option: &str) -> String {
    let deck = fs::read_to_string(common::root().join("jcl-samples/openpgp.jcl")).expect("the sample");
    let deck = deck.replace("-s2k-passphrase \"sample password please change\"", &format!("{option} \"{EFZ}\""));
    assert!(deck.contains(EFZ));
    deck.replace("your@email.address", FTP)
}

#[test]
fn a_passphrase_in_mainargs_is_found_nowhere_afterwards() {
    for format in ["text", "json"] {
        run(&openpgp("-s2k-passphrase"), format, 0);
    }
    // An option that nobody knows, a passphrase where a file name or a command should be, none where one should.
    let good = openpgp("-s2k-passphrase");
    for (from, to) in [
        ("-c -s2k-passphrase", "-c -s2k-pasphrase"),
        ("-c -s2k-passphrase", "-c"),
        ("-c -s2k-passphrase", ""),
        ("-c -s2k-passphrase", "-c -s2k-cipher-name"),
        ("-c -s2k-passphrase", "-c -o"),
        ("-c -s2k-passphrase", "-d -key-password"),
    ] {
        let deck = good.replace(from, to);
        assert_ne!(deck, good);
        run(&deck, "text", 127);
    }
    let damaged = good.replace("AES_128", &format!("{:60}x", "AES_128"));
    run(&damaged, "text", 200);
}

#[test]
fn a_passphrase_in_the_deck_is_told_and_masked_by_check() {
    let directory = samples();
    for option in ["-s2k-passphrase", "-key-password", "-s2k-pasphrase"] {
        let file = directory.path().join("job.jcl");
        fs::write(&file, openpgp(option)).expect("written");
        for format in ["text", "json"] {
            let output =
                zjob(directory.path()).args(["check", "--format", format]).arg(&file).output().expect("it runs");
            assert_output_is_free(&output);
            let said = [output.stdout, output.stderr].concat();
            assert!(String::from_utf8_lossy(&said).contains("The passphrase of an OpenPGP message"), "{option}");
        }
    }
}

#[test]
fn in_stream_data_is_not_kept_after_the_job() {
    let home = tempfile::tempdir().expect("a directory");
    let deck = format!("//KEEPS   JOB CLASS=A\n//S1      EXEC PGM=IEFBR14\n//SYSIN   DD *\n{EFZ}\n{FTP}\n/*\n");
    let mut command = assert_cmd::Command::from_std(zjob(home.path()));
    let output = command.args(["run", "-"]).write_stdin(deck).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    assert_output_is_free(&output);
    for path in files(home.path()) {
        assert_free(&fs::read(&path).expect("read"), &path.display().to_string());
    }
}
