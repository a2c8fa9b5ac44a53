//! EFOpenPGP in whole jobs: the listings of a job that encrypts and of one that decrypts, and what is told when
//! they cannot.

mod common;

use common::{Ran, TestSystem, root, zjob};
use zjob::dataset::{Attributes, Recfm};
use zjob::job::initiator::JobEnd;

/// A system with card images, and a library with a member.
fn system() -> TestSystem {
    let lines: Vec<String> = (1..=40).map(|n| format!("LINE {n} OF THE INPUT [{n}]")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    TestSystem::new().text("MY.DATA", &lines).dataset("MY.EMPTY", Recfm::VB, 255, &[])
}

/// With the keys of a host: both halves, the secret one under a passphrase.
fn with_keys(system: TestSystem) -> TestSystem {
    let key = root().join("testdata/openpgp/host.sec.asc");
    let output = zjob(system.home()).args(["efz", "keyring", "add"]).arg(key).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    system
}

/// A step of the procedure that IBM delivers, with DDs IN and OUT.
fn step(name: &str, from: &str, to: &str, command: &str) -> String {
    format!(
        "//{name:<8} EXEC CSDJZSVM\n//IN       DD DSN={from},DISP=SHR\n//OUT      DD DSN={to}\n//MAINARGS DD *\n{command}\n/*\n"
    )
}

fn new(name: &str) -> String {
    format!("{name},DISP=(NEW,CATLG),SPACE=(TRK,(5,5))")
}

fn new_cards(name: &str) -> String {
    format!("{},\n//            RECFM=FB,LRECL=80", new(name))
}

fn job(steps: &str) -> String {
    format!("//PGP      JOB CLASS=A,MSGCLASS=X\n{steps}")
}

fn frozen(name: &str, ran: &Ran) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/transcripts"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, ran.listing()));
}

#[test]
fn the_listing_of_a_job_that_encrypts_for_a_passphrase_and_of_one_that_decrypts_are_frozen() {
    let system = system();
    let encrypt = "-homeDir /etc/encryptionfacility/ -c -s2k-passphrase \"seven plums\"\n\
                   -s2k-cipher-name AES_256 -compress-name ZLIB -o //DD:OUT //DD:IN";
    let ran = system.run(&job(&step("ENCRYPT", "MY.DATA", &new("MY.PGP"), encrypt)));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    frozen("openpgp-encrypt", &ran);
    let decrypt = "-d -s2k-passphrase \"seven plums\" -o //DD:OUT //DD:IN";
    let ran = system.run(&job(&step("DECRYPT", "MY.PGP", &new_cards("MY.BACK"), decrypt)));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    frozen("openpgp-decrypt", &ran);
    assert_eq!(system.records("MY.BACK"), system.records("MY.DATA"));
    system.assert_clean();
}

#[test]
fn the_listings_for_a_key_that_signs_as_well_are_frozen() {
    let system = with_keys(system());
    let encrypt = "-e -rA host@example.com -sign -key-alias host@example.com\n-key-password 'plum orchard' -a\n-o //DD:OUT //DD:IN";
    let ran = system.run(&job(&step("ENCRYPT", "MY.DATA", &new("MY.PGP"), encrypt)));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    frozen("openpgp-encrypt-key", &ran);
    assert_eq!(system.attributes("MY.PGP").map(|found| (found.recfm, found.lrecl)), Some((Recfm::FB, 80)));
    let decrypt = "-d -key-password 'plum orchard' -o //DD:OUT //DD:IN";
    let ran = system.run(&job(&step("DECRYPT", "MY.PGP", &new_cards("MY.BACK"), decrypt)));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    frozen("openpgp-decrypt-key", &ran);
    assert_eq!(system.records("MY.BACK"), system.records("MY.DATA"));
}

#[test]
fn data_sets_are_named_in_the_command_as_well() {
    let system = system();
    system.put("IBMUSER.PGP", Attributes { recfm: Recfm::U, lrecl: 0, blksize: 27_998 }, &[]);
    system.put("MY.BACK", Attributes::with_system_block_size(Recfm::FB, 80), &[]);
    let command = |arguments: &str| {
        job(&format!(
            "//S        EXEC PGM=JVMLDM50,\n//            PARM='/+I com.ibm.encryptionfacility.EFOpenPGP'\n//STDOUT   DD SYSOUT=*\n//MAINARGS DD *\n{arguments}\n/*\n"
        ))
    };
    let ran = system.run(&command("-c -s2k-passphrase x -o //PGP //'MY.DATA'"));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    let ran = system.run(&command("-d -s2k-passphrase x -o \"//'MY.BACK'\" '//PGP'"));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(system.records("MY.BACK"), system.records("MY.DATA"));
    for (arguments, code, said) in [
        ("-c -s2k-passphrase x -o //'NOT.THERE' //'MY.DATA'", 12, "ZJB469E NOT.THERE IS NOT IN THE CATALOG"),
        (
            "-c -s2k-passphrase x -o //PGP //'NOT.THERE'",
            12,
            "ZJB456E //'NOT.THERE' CANNOT BE USED: data set NOT.THERE is not",
        ),
        ("-c -s2k-passphrase x -o /u/me/out //'MY.DATA'", 8, "ZJB463E /u/me/out CANNOT BE USED: z/OS UNIX files"),
        ("-c -s2k-passphrase x -o //'MY..X' //'MY.DATA'", 8, "ZJB463E //'MY..X' CANNOT BE USED"),
    ] {
        let ran = system.run(&command(arguments));
        assert_eq!(*ran.end(), JobEnd::Code(code), "{arguments}\n{}", ran.listing());
        ran.assert_says(&[said]);
    }
    system.assert_clean();
}

#[test]
fn an_empty_data_set_comes_back_empty() {
    let system = system();
    let there = step("ENCRYPT", "MY.EMPTY", &new("MY.PGP"), "-c -s2k-passphrase x -o //DD:OUT //DD:IN");
    let back = step("DECRYPT", "MY.PGP", &new_cards("MY.BACK"), "-d -s2k-passphrase x -o //DD:OUT //DD:IN");
    let ran = system.run(&job(&[there, back].concat()));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(system.records("MY.BACK"), Some(Vec::new()));
}

#[test]
fn what_does_not_open_releases_nothing() {
    let system = with_keys(system());
    for (there, back, said) in [
        ("-c -s2k-passphrase x", "-d -s2k-passphrase y", "ZJB462E //DD:IN: the passphrase is wrong"),
        ("-c -s2k-passphrase x", "-d", "ZJB452E -s2k-passphrase IS MISSING"),
        ("-e -rU host@example.com", "-d -key-password wrong", "ZJB462E //DD:IN: the passphrase of the key"),
        ("-e -rU host@example.com", "-d", "ZJB452E -key-password IS MISSING"),
    ] {
        let files = "-o //DD:OUT //DD:IN";
        let there = step("ENCRYPT", "MY.DATA", &new("MY.PGP"), &format!("{there} {files}"));
        let back = step("DECRYPT", "MY.PGP", &new_cards("MY.BACK"), &format!("{back} {files}"));
        let ran = system.run(&job(&[there, back].concat()));
        assert_eq!(*ran.end(), JobEnd::Code(8), "{}", ran.listing());
        ran.assert_says(&[said]);
        assert_eq!(system.records("MY.BACK"), Some(Vec::new()), "{said}");
        system.run("//TIDY JOB CLASS=A\n//D EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n DELETE MY.PGP\n DELETE MY.BACK\n");
    }
    system.assert_clean();
}
