//! CSDFILEN and CSDFILDE in whole jobs: what goes in comes out, what is wrong is told and costs nothing.

mod common;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use common::{Change, Ran, TestSystem};
use zjob::codepage::CodePage;
use zjob::dataset::attributes::LRECL_X;
use zjob::dataset::{Attributes, Recfm};
use zjob::efz::Key;
use zjob::job::initiator::JobEnd;
use zjob::store::RsaKeyRow;

const PASSWORD: &str = "PASSWORD=sample password please change";
const LABEL: &str = "ITSOLD.TEST.RSA2048";
const RSA: &str = "RSA=ITSOLD.TEST.RSA2048";

/// CSDFILEN and CSDFILDE in one deck, with a clean slate in front.
fn round(from: &str, to: &str, cards: &str, key: &str) -> String {
    format!(
        "//ROUND   JOB CLASS=A
//DELETE  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 DELETE MY.SEALED
 DELETE MY.BACK
 SET MAXCC=0
/*
//ENCRYPT EXEC PGM=CSDFILEN
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD DSN={from},DISP=SHR
//SYSUT2   DD DSN=MY.SEALED,DISP=(NEW,CATLG),SPACE=(CYL,(10,10))
//SYSIN    DD *
{cards}
{key}
/*
//DECRYPT EXEC PGM=CSDFILDE
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD DSN=MY.SEALED,DISP=SHR
//SYSUT2   DD DSN={to},DISP=(NEW,CATLG),SPACE=(CYL,(10,10))
//SYSIN    DD *
{key}
/*
"
    )
}

fn decrypt(sysut2: &str, cards: &str) -> String {
    format!(
        "//BACK    JOB CLASS=A
//DECRYPT EXEC PGM=CSDFILDE
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD DSN=MY.SEALED,DISP=SHR
//SYSUT2   DD {sysut2}
//SYSIN    DD *
{cards}
/*
"
    )
}

const NEW: &str = "DSN=MY.BACK,DISP=(NEW,CATLG),SPACE=(CYL,(10,10))";

/// The system with the RSA key of the tests.
fn with_key(system: TestSystem) -> TestSystem {
    let pem = std::fs::read(common::root().join("testdata/efz/rsa-2048.pem")).expect("the key");
    let Ok(Key::Private(key)) = Key::from_pem(&pem) else { panic!("a private key") };
    let row = RsaKeyRow { label: LABEL.to_owned(), spki: key.public().to_spki(), pkcs8: Some(key.to_pkcs8()) };
    assert!(system.open().store().add_rsa_key(&row).expect("kept"));
    system
}

/// A system with 231 records of 80 bytes, as the published listings have them, encrypted in MY.SEALED.
fn sealed(cards: &str) -> TestSystem {
    let system = with_key(TestSystem::new()).dataset("MY.DATA", Recfm::FB, 80, &vec![vec![0xC1; 80]; 231]);
    let ran = system.run(&round("MY.DATA", "MY.BACK", cards, PASSWORD));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    system.run("//TIDY JOB CLASS=A\n//D EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n DELETE MY.BACK\n");
    system
}

fn assert_well(ran: &Ran) {
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
}

fn noise(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|at| ((at * 31 + seed * 17) ^ (at >> 5)) as u8).collect()
}

/// Every record format, with records of many lengths.
fn data_sets() -> Vec<(Attributes, Vec<Vec<u8>>)> {
    let fixed = |recfm: &str, lrecl: u32| {
        let attributes = Attributes::with_system_block_size(recfm.parse().expect("a format"), lrecl);
        (attributes, (0..40).map(|n| noise(lrecl as usize, n)).collect())
    };
    let variable = |recfm: &str, lrecl: u32, lengths: &[usize]| {
        let attributes = Attributes::with_system_block_size(recfm.parse().expect("a format"), lrecl);
        (attributes, lengths.iter().enumerate().map(|(n, &length)| noise(length, n)).collect())
    };
    let undefined = Attributes { recfm: Recfm::U, lrecl: 0, blksize: 6233 };
    vec![
        fixed("F", 80),
        fixed("FB", 80),
        fixed("FB", 1),
        fixed("FBS", 1024),
        fixed("FBA", 133),
        fixed("FBM", 133),
        fixed("FB", 32_760),
        variable("V", 255, &[251, 0, 1, 17]),
        variable("VB", 255, &[0, 251, 0, 3, 0]),
        variable("VB", 32_756, &[32_752, 0, 32_752]),
        variable("VBA", 137, &[133, 1, 5]),
        variable("VBM", 137, &[133, 1, 5]),
        variable("VS", 32_760, &[32_756, 1, 9000]),
        variable("VBS", 32_760, &[32_756, 0, 30_000, 1]),
        variable("VBS", LRECL_X, &[65_531, 40_000, 0]),
        (undefined, vec![noise(6233, 1), noise(1, 2), noise(5000, 3)]),
        (Attributes::with_system_block_size(Recfm::FB, 80), Vec::new()),
    ]
}

#[test]
fn every_record_format_comes_back_with_its_attributes_in_one_job() {
    let system = with_key(TestSystem::new());
    for (number, (attributes, records)) in data_sets().into_iter().enumerate() {
        let name = format!("MY.DATA{number}");
        system.put(&name, attributes, &records);
        for (cards, key) in
            [("CLRTDES", PASSWORD), ("CLRAES128\nCOMPRESSION=YES", PASSWORD), ("ENCTDES", RSA), ("CLRAES128", RSA)]
        {
            let ran = system.run(&round(&name, "MY.BACK", cards, key));
            assert_well(&ran);
            assert_eq!(system.attributes("MY.BACK"), Some(attributes), "{cards}");
            assert!(system.records("MY.BACK").as_ref() == Some(&records), "{attributes:?} {cards}");
            let sealed = system.attributes("MY.SEALED").expect("cataloged");
            assert_eq!((sealed.recfm, sealed.blksize), (Recfm::U, 27_998));
        }
    }
    system.assert_clean();
}

#[test]
fn a_member_goes_in_and_a_member_comes_out() {
    let lines = ["//GO JOB CLASS=A", "//S EXEC PGM=IEFBR14"];
    let system = TestSystem::new().text("MY.JCL(GO)", &lines).text("MY.LIB(OTHER)", &["STAYS"]);
    assert_well(&system.run(&round("MY.JCL(GO)", "MY.BACK", "CLRTDES", PASSWORD)));
    assert_eq!(system.records("MY.BACK"), system.records("MY.JCL(GO)"));
    assert_eq!(system.attributes("MY.BACK"), system.attributes("MY.JCL"));
    assert_well(&system.run(&decrypt("DSN=MY.LIB(BACK),DISP=SHR", PASSWORD)));
    assert_eq!(system.records("MY.LIB(BACK)"), system.records("MY.JCL(GO)"));
    let other = system.records("MY.LIB(OTHER)").expect("it stays");
    assert_eq!(CodePage::ibm1047().decode(&other[0]).trim_end(), "STAYS");
    // The encrypted file may lie in a member as well.
    let system = system.text("MY.UNUSED", &["X"]);
    let deck = round("MY.JCL(GO)", "MY.BACK", "CLRAES128", PASSWORD)
        .replace(
            "DSN=MY.SEALED,DISP=(NEW,CATLG),SPACE=(CYL,(10,10))",
            "DSN=MY.PDS(SEALED),DISP=(NEW,CATLG),SPACE=(CYL,(10,10,5))",
        )
        .replace("DSN=MY.SEALED,", "DSN=MY.PDS(SEALED),");
    let ran = system.run(&deck);
    assert_well(&ran);
    assert_eq!(system.records("MY.BACK"), system.records("MY.JCL(GO)"));
}

#[test]
fn the_published_runs_have_their_figures_in_a_job() {
    let mut system = with_key(TestSystem::new()).dataset("MY.DATA", Recfm::FB, 80, &vec![vec![0x40; 80]; 231]);
    system.config.efz_integrity = false;
    let cards = "DESC='Lennies test case with rsa keys'\nENCTDES";
    let ran = system.run(&round("MY.DATA", "MY.BACK", cards, RSA));
    assert_well(&ran);
    // SG24-7318, figure 5-9, but for date, times, and the elapsed time.
    let report: Vec<&str> = ran.lines("ENCRYPT", "SYSPRINT").iter().map(|line| line.trim_end()).collect();
    assert_eq!(
        report[1..],
        [
            "INPUT: DESC='Lennies test case with rsa keys'",
            "INPUT: ENCTDES",
            "INPUT: RSA=ITSOLD.TEST.RSA2048",
            "CSDFILEN: RSA-PUB : ITSOLD.TEST.RSA2048",
            "INPUT: LRECL 80 BLKSIZE 27920 RECFM FB",
            "OUTPUT: BLKSIZE 27998",
            "ENCRYPTION OF DATA: ENCRYPTED TDES KEY USING CRYPTO COPROCESSOR",
            "RECORDS READ: 231 WRITTEN: 1",
            "BYTES READ: 18,480 BYTES WRITTEN: 20,336 WITH HEADER AND PAD",
            "CIPHER TIMES (IN SECONDS):",
            "HIGH: 0.000000 DATA: 19872",
            "LOW:  0.000000 DATA: 19872",
            "TOTAL CIPHER TIME (IN SECONDS): 0.000000 CIPHERS: 1",
            report.last().expect("lines"),
        ]
    );
    assert!(report[0].starts_with("CSDFILEN Encryption Utility  01/31/2026 (MM/DD/YYYY) 12:00:00 (HH:MM:SS)"));
    assert!(report.last().expect("lines").starts_with("TOTAL ELAPSED TIME: 0:00:00."));
    ran.assert_says(&["BYTES READ: 20,336 BYTES WRITTEN: 18,480 RECORDS WRITTEN: 231"]);
    // Section 5.3.1: the password case.
    let ran = system.run(&round("MY.DATA", "MY.BACK", "CLRTDES", PASSWORD));
    ran.assert_says(&["BYTES READ: 18,480 BYTES WRITTEN: 19,992 WITH HEADER AND PAD"]);
    system.config.efz_integrity = true;
    let ran = system.run(&round("MY.DATA", "MY.BACK", "CLRTDES", PASSWORD));
    ran.assert_says(&["BYTES READ: 18,480 BYTES WRITTEN: 20,024 WITH HEADER AND PAD"]);
}

#[test]
fn a_wrong_password_leaves_sysut2_empty_with_the_disposition_of_the_host() {
    let system = sealed("CLRTDES");
    let ran = system.run(&decrypt(NEW, "PASSWORD=another password"));
    assert_eq!(*ran.end(), JobEnd::Code(8), "{}", ran.listing());
    ran.assert_says(&["INPUT: PASSWORD=********", "ZJB422E THE PASSWORD IS WRONG. NOTHING WAS WRITTEN"]);
    assert!(ran.words.iter().any(|words| words.contains("Passwords are case sensitive")), "{:?}", ran.words);
    assert!(system.exists("MY.BACK"), "RC 8 takes the normal disposition, which catalogs");
    assert_eq!(system.records("MY.BACK"), Some(Vec::new()));
    // What was there before is as it was.
    let system = system.text("MY.OLD", &["BEFORE"]);
    let before = system.records("MY.OLD");
    let ran = system.run(&decrypt("DSN=MY.OLD,DISP=OLD", "PASSWORD=another password"));
    assert_eq!(*ran.end(), JobEnd::Code(8));
    assert_eq!(system.records("MY.OLD"), before);
}

#[test]
fn a_damaged_file_releases_no_clear_record() {
    let system = sealed("CLRAES128");
    let whole = system.records("MY.SEALED").expect("encrypted");
    let attributes = system.attributes("MY.SEALED").expect("encrypted");
    let size = whole[0].len();
    // Fields of the header, the body at its ends, the trailer.
    for (at, told) in [
        (14, "the key derivation 0 is not known here"),
        (60, "the file was changed after it was sealed"),
        (120, "the file was changed after it was sealed"),
        (size - 33, "the file was changed after it was sealed"),
        (size - 1, "the file was changed after it was sealed"),
    ] {
        let mut damaged = whole.clone();
        damaged[0][at] ^= 1;
        system.run("//TIDY JOB CLASS=A\n//D EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n DELETE MY.SEALED\n DELETE MY.BACK\n");
        system.put("MY.SEALED", attributes, &damaged);
        let ran = system.run(&decrypt(NEW, PASSWORD));
        assert_eq!(*ran.end(), JobEnd::Code(8), "{}", ran.listing());
        ran.assert_says(&["ZJB423E THE DATA OF SYSUT1 ARE DAMAGED: ", told, ". NOTHING WAS WRITTEN"]);
        assert_eq!(system.records("MY.BACK"), Some(Vec::new()), "byte {at}");
    }
    system.assert_clean();
}

#[test]
fn a_file_of_ibms_own_layout_is_told_apart_from_a_damaged_one() {
    let system = TestSystem::new();
    system.put("MY.SEALED", Attributes { recfm: Recfm::U, lrecl: 0, blksize: 27_998 }, &[vec![0xC3; 5000]]);
    let ran = system.run(&decrypt(NEW, PASSWORD));
    assert_eq!(*ran.end(), JobEnd::Code(8));
    ran.assert_says(&["ZJB428E SYSUT1 IS NOT A FILE THAT ZJOB HAS ENCRYPTED. NOTHING WAS WRITTEN"]);
    assert_eq!(system.records("MY.BACK"), Some(Vec::new()));
    assert!(ran.words.iter().any(|words| words.contains("IBM has not published")), "{:?}", ran.words);
}

#[test]
fn a_wrong_statement_stops_the_job_before_sysut2_is_opened() {
    let system = TestSystem::new().text("MY.DATA", &["A"]).text("MY.OLD", &["BEFORE"]);
    let before = system.records("MY.OLD");
    for (cards, told) in [
        ("CLRTDES\nENCDES\nPASSWORD=12345678", "ZJB410E 'ENC********' IS NOT A CONTROL STATEMENT"),
        (" PASSWORD=12345678", "ZJB410E ' PASSWORD=********' IS NOT A CONTROL STATEMENT"),
        ("DESC='two\ncards'\nPASSWORD=12345678", "ZJB416E DESC NEEDS 1 TO 64 CHARACTERS"),
        ("PASSWORD=1234567", "ZJB414E A PASSWORD MUST HAVE 8 TO 32 CHARACTERS, THIS ONE HAS 7"),
        ("PASSWORD=12345678\nRSA=A.KEY", "ZJB411E PASSWORD AND RSA EXCLUDE EACH OTHER"),
        ("ENCTDES\nPASSWORD=12345678", "ZJB413E ENCTDES IS VALID ONLY TOGETHER WITH RSA"),
        ("ICOUNT=10001\nPASSWORD=12345678", "ZJB417E ICOUNT=10001 IS NOT VALID. CODE 1 to 10000"),
        ("COMPRESSION=ON\nPASSWORD=12345678", "ZJB417E COMPRESSION=ON IS NOT VALID. CODE YES or NO"),
        ("RSA=1KEY", "ZJB415E '1KEY' IS NOT A KEY LABEL"),
        ("RSA=NO.SUCH.KEY", "ZJB424E THE KEY STORE HAS NO RSA KEY WITH THE LABEL NO.SUCH.KEY"),
        ("CLRTDES", "ZJB412E NEITHER PASSWORD NOR RSA IS CODED IN SYSIN"),
    ] {
        let deck = format!(
            "//BAD     JOB CLASS=A\n//ENCRYPT EXEC PGM=CSDFILEN\n//SYSPRINT DD SYSOUT=*\n//SYSUT1 DD DSN=MY.DATA,DISP=SHR\n\
             //SYSUT2  DD DSN=MY.OLD,DISP=OLD\n//SYSIN   DD *\n{cards}\n/*\n"
        );
        let ran = system.run(&deck);
        assert_eq!(ran.step("ENCRYPT"), "0008", "{}", ran.listing());
        assert!(ran.says(told), "{told} is not in\n{}", ran.listing());
        assert!(!ran.says("1234567"), "{}", ran.listing());
        assert_eq!(system.records("MY.OLD"), before, "{cards}");
    }
}

#[test]
fn data_that_change_between_the_two_passes_are_told() {
    let cut = |file: &File| file.set_len(80);
    let overwrite = |mut file: &File| file.seek(SeekFrom::Start(150)).and_then(|_| file.write_all(&[7; 100]));
    let changes: [(_, _, Change); 2] = [("CSDFILEN", "MY.DATA", cut), ("CSDFILDE", "MY.SEALED", overwrite)];
    for (program, input, change) in changes {
        let mut system = sealed("CLRTDES");
        system.change_at = Some((program, change));
        let deck = format!(
            "//CUT     JOB CLASS=A\n//S       EXEC PGM={program}\n//SYSPRINT DD SYSOUT=*\n//SYSUT1   DD DSN={input},DISP=SHR\n\
             //SYSUT2   DD {NEW}\n//SYSIN    DD *\n{PASSWORD}\n/*\n"
        );
        let ran = system.run(&deck);
        assert_eq!(*ran.end(), JobEnd::Code(16), "{program} {}{:?}", ran.listing(), ran.words);
        ran.assert_says(&["ZJB421E THE DATA OF SYSUT1 CHANGED WHILE THEY WERE READ"]);
    }
}

#[test]
fn a_data_set_that_is_its_own_output_ends_in_an_abend_that_is_explained() {
    let system = TestSystem::new().dataset("MY.DATA", Recfm::FB, 80, &vec![vec![0xC1; 80]; 9]);
    // OPEN for output empties it between the two passes over the input.
    let deck = format!(
        "//SELF    JOB CLASS=A\n//ENCRYPT EXEC PGM=CSDFILEN\n//SYSPRINT DD SYSOUT=*\n//SYSUT1   DD DSN=MY.DATA,DISP=OLD\n\
         //SYSUT2   DD DSN=MY.DATA,DISP=OLD\n//SYSIN    DD *\n{PASSWORD}\n/*\n"
    );
    let ran = system.run(&deck);
    assert_eq!(*ran.end(), JobEnd::Abend("S001".to_owned()), "{}", ran.listing());
    assert!(ran.explains("the data of MY.DATA are damaged"), "{:?}", ran.words);
    system.assert_clean();
}

#[test]
fn salt_and_keys_are_frozen_only_in_frozen_runs() {
    let mut system = with_key(TestSystem::new()).dataset("MY.DATA", Recfm::FB, 80, &vec![vec![0xC1; 80]; 9]);
    let mut seal = |frozen: bool, key: &str| {
        system.frozen = frozen;
        assert_well(&system.run(&round("MY.DATA", "MY.BACK", "CLRTDES", key)));
        system.records("MY.SEALED").expect("encrypted").concat()
    };
    for key in [PASSWORD, RSA] {
        let body = if key == RSA { 464 } else { 120 };
        let (one, two, three) = (seal(false, key), seal(false, key), seal(false, key));
        assert!(one[body..] != two[body..] && two[body..] != three[body..], "{key}");
    }
    // The salt of a frozen run follows from its seed.
    let frozen = || {
        let system = TestSystem::new().dataset("MY.DATA", Recfm::FB, 80, &vec![vec![0xC1; 80]; 9]);
        assert_well(&system.run(&round("MY.DATA", "MY.BACK", "CLRTDES", PASSWORD)));
        system.records("MY.SEALED").expect("encrypted")
    };
    assert_eq!(frozen(), frozen());
}

#[test]
fn what_a_job_encrypts_the_command_decrypts_and_the_other_way_round() {
    let system = TestSystem::new().text("MY.DATA", &["one", "two"]);
    let ran = system.run(&round("MY.DATA", "MY.BACK", "DESC='from a job'", PASSWORD));
    assert_well(&ran);
    let directory = tempfile::tempdir().expect("a directory");
    let (sealed, clear) = (directory.path().join("x.efz"), directory.path().join("x"));
    std::fs::write(&sealed, system.records("MY.SEALED").expect("encrypted").concat()).expect("written");
    let efz = |arguments: &[&str]| {
        let mut command = common::zjob(system.home());
        command.arg("efz").args(arguments).env("ZJOB_PASSWORD", &PASSWORD["PASSWORD=".len()..]);
        let output = command.current_dir(directory.path()).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    efz(&["decrypt", "x.efz"]);
    assert_eq!(std::fs::read(&clear).expect("decrypted"), b"one\ntwo\n");
    efz(&["encrypt", "--force", "--aes128", "x"]);
    let bytes = std::fs::read(&sealed).expect("encrypted");
    system.run("//TIDY JOB CLASS=A\n//D EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n DELETE MY.SEALED\n DELETE MY.BACK\n");
    // As it comes over FTP without SITE parameters: cut into records of any form.
    let records: Vec<Vec<u8>> = bytes.chunks(100).map(<[u8]>::to_vec).collect();
    system.put("MY.SEALED", Attributes::with_system_block_size(Recfm::VB, 104), &records);
    assert_well(&system.run(&decrypt(NEW, PASSWORD)));
    assert_eq!(system.records("MY.BACK"), system.records("MY.DATA"));
}
