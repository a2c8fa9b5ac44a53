//! CSDFILEN and CSDFILDE as a job step sees them.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;

use crate::codepage::CodePage;
use crate::dataset::{Attributes, Recfm};
use crate::efz::{Key, PrivateKey};
use crate::program::testing::{TestData, TestStep, attributes};
use crate::program::{Completion, RsaKey};

const PASSWORD: &str = "PASSWORD=sample password please change";

fn data(recfm: &str, lrecl: u32, records: Vec<Vec<u8>>) -> TestData {
    TestData { attributes: attributes(recfm, lrecl), records }
}

/// The published case: 231 records of 80 bytes.
fn published() -> TestData {
    data("FB", 80, vec![vec![0xC1; 80]; 231])
}

fn encrypting(cards: &[&str], input: TestData) -> TestStep {
    TestStep::new().sysin(cards).input("SYSUT1", input).output("SYSUT2")
}

fn decrypting(cards: &[&str], sealed: TestData) -> TestStep {
    TestStep::new().sysin(cards).input("SYSUT1", sealed).output("SYSUT2")
}

const LABEL: &str = "ITSOLD.TEST.RSA2048";
const RSA: &str = "RSA=ITSOLD.TEST.RSA2048";

fn private_key() -> PrivateKey {
    match Key::from_pem(include_bytes!("../../../testdata/efz/rsa-2048.pem")) {
        Ok(Key::Private(key)) => key,
        other => panic!("no private key but {other:?}"),
    }
}

/// The step of a system that has the RSA key, both halves or only the public one.
fn with_key(step: TestStep, private: bool) -> TestStep {
    let key = private_key();
    let pkcs8 = private.then(|| key.to_pkcs8());
    step.rsa_key(LABEL, RsaKey { spki: key.public().to_spki(), pkcs8 })
}

/// `input` encrypted with the password of the sample deck.
fn sealed(cards: &[&str], input: TestData) -> TestData {
    let step = encrypting(cards, input);
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
    step.written("SYSUT2").expect("SYSUT2 was written")
}

fn opened(sealed: TestData) -> TestData {
    let step = decrypting(&[PASSWORD], sealed);
    assert_eq!(step.run("CSDFILDE"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
    step.written("SYSUT2").expect("SYSUT2 was written")
}

/// The step ends with 8, SYSPRINT has a line that starts so, and SYSUT2 was not opened.
fn assert_refused(step: &TestStep, program: &str, id: &str) {
    assert_eq!(step.run(program), Completion::Code(8));
    let lines = step.lines("SYSPRINT");
    assert!(lines.iter().any(|line| line.starts_with(id)), "{lines:?}");
    assert_eq!(step.written("SYSUT2"), None);
}

#[test]
fn the_report_is_that_of_the_published_run() {
    let mut step = encrypting(&["DESC='Lennies test case'", "* a comment", "CLRTDES", PASSWORD], published());
    step.settings.efz_integrity = false;
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    assert_eq!(
        step.lines("SYSPRINT"),
        [
            "CSDFILEN Encryption Utility  04/19/2023 (MM/DD/YYYY) 14:13:49 (HH:MM:SS)",
            "INPUT: DESC='Lennies test case'",
            "INPUT: CLRTDES",
            "INPUT: PASSWORD=********",
            "INPUT: LRECL 80 BLKSIZE 27920 RECFM FB",
            "OUTPUT: BLKSIZE 27998",
            "ZJB401I DATA ENCRYPTED WITH A CLEAR TDES KEY",
            "RECORDS READ: 231 WRITTEN: 1",
            "BYTES READ: 18,480 BYTES WRITTEN: 19,992 WITH HEADER AND PAD",
            "CIPHER TIMES (IN SECONDS):",
            "HIGH: 0.000000 DATA: 19872",
            "LOW:  0.000000 DATA: 19872",
            "TOTAL CIPHER TIME (IN SECONDS): 0.000000 CIPHERS: 1",
            "TOTAL ELAPSED TIME: 0:00:00.01",
        ]
    );
}

#[test]
fn the_trailer_adds_32_bytes_to_the_published_size() {
    let step = encrypting(&[PASSWORD], published());
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    assert!(step.lines("SYSPRINT").iter().any(|line| line.contains("BYTES WRITTEN: 20,024 WITH HEADER AND PAD")));
}

#[test]
fn the_output_is_undefined_records_of_half_a_track_with_a_short_last_one() {
    let out = sealed(&[PASSWORD], data("FB", 1024, vec![vec![7; 1024]; 100]));
    assert_eq!(out.attributes, Attributes { recfm: Recfm::U, lrecl: 0, blksize: 27_998 });
    // 120 + 100 * 1030 + 32 bytes.
    assert_eq!(out.records.iter().map(Vec::len).collect::<Vec<_>>(), [27_998, 27_998, 27_998, 19_158]);
}

#[test]
fn decryption_gives_attributes_and_records_back_and_tells_the_amounts() {
    let step = decrypting(&[PASSWORD], sealed(&["DESC='Optional information'", PASSWORD], published()));
    assert_eq!(step.run("CSDFILDE"), Completion::Code(0));
    assert_eq!(step.written("SYSUT2"), Some(published()));
    assert_eq!(
        step.lines("SYSPRINT"),
        [
            "ZJB402I CSDFILDE STARTED 04/19/2023 14:13:49",
            "INPUT: PASSWORD=********",
            "ZJB403I INPUT: DESC='Optional information'",
            "ZJB404I OUTPUT: LRECL 80 BLKSIZE 27920 RECFM FB",
            "ZJB405I BYTES READ: 20,024 BYTES WRITTEN: 18,480 RECORDS WRITTEN: 231",
            "ZJB406I TOTAL ELAPSED TIME: 0:00:00.01",
        ]
    );
}

#[test]
fn every_record_format_comes_back() {
    for original in [
        data("F", 80, vec![vec![1; 80]]),
        data("FB", 1, vec![vec![1], vec![2], vec![3], vec![4]]),
        data("VB", 255, vec![vec![], vec![1; 251], vec![2; 7]]),
        data("VB", 32_756, vec![vec![1; 32_752], vec![]]),
        data("U", 0, vec![vec![1; 32_760], vec![2; 5]]),
        data("FBS", 80, vec![vec![1; 80], vec![2; 80]]),
        data("VS", 32_760, vec![vec![1; 32_756]]),
        data("VBS", 32_760, vec![vec![1; 32_756], vec![], vec![2; 9]]),
        data("VBS", 32_768, vec![vec![1; 65_531]]),
        data("VBA", 125, vec![vec![0x40; 100]]),
        data("FB", 80, Vec::new()),
        data("VB", 255, Vec::new()),
    ] {
        for cipher in ["CLRTDES", "CLRAES128"] {
            assert_eq!(opened(sealed(&[cipher, PASSWORD], original.clone())), original);
        }
    }
}

#[test]
fn an_encrypted_file_that_was_cut_into_fixed_records_and_filled_up_opens_as_well() {
    let bytes = sealed(&[PASSWORD], published()).records.concat();
    let cut = |length: usize| {
        let mut records: Vec<_> = bytes.chunks(length).map(<[u8]>::to_vec).collect();
        if let Some(last) = records.last_mut() {
            last.resize(length, 0);
        }
        records
    };
    assert_eq!(opened(data("FB", 1024, cut(1024))), published());
    assert_eq!(opened(data("VB", 104, cut(100))), published());
}

#[test]
fn of_a_keyword_that_stands_twice_the_last_one_counts() {
    let out = sealed(
        &["ICOUNT=1", "PASSWORD=some other password", "CLRTDES", "CLRAES128", PASSWORD, "ICOUNT=2"],
        published(),
    );
    let header = &out.records[0][..20];
    assert_eq!((header[12], header[19]), (0x40, 2), "key type and iteration count");
    assert_eq!(opened(out), published());
}

#[test]
fn without_a_cipher_triple_des_and_without_icount_16_is_taken() {
    let out = sealed(&[PASSWORD], published());
    assert_eq!((out.records[0][12], &out.records[0][16..20]), (0x80, [0, 0, 0, 16].as_slice()));
}

#[test]
fn passwords_of_7_and_of_33_characters_are_refused_and_8_and_32_are_not() {
    for (length, good) in [(7, false), (8, true), (32, true), (33, false)] {
        let card = format!("PASSWORD={}", "p".repeat(length));
        let step = encrypting(&[&card], published());
        if good {
            assert_eq!(step.run("CSDFILEN"), Completion::Code(0), "{length}");
        } else {
            assert_refused(
                &step,
                "CSDFILEN",
                &format!("ZJB414E A PASSWORD MUST HAVE 8 TO 32 CHARACTERS, THIS ONE HAS {length}"),
            );
        }
    }
}

#[test]
fn statements_that_exclude_each_other_are_named() {
    for (cards, id) in [
        ([PASSWORD, "RSA=MY.KEY"].as_slice(), "ZJB411E"),
        (&["CLRTDES"], "ZJB412E"),
        (&[], "ZJB412E"),
        (&["ENCTDES", PASSWORD], "ZJB413E"),
        (&["ENCTDES"], "ZJB413E"),
        (&["CLRAES256", PASSWORD], "ZJB410E"),
    ] {
        assert_refused(&encrypting(cards, published()), "CSDFILEN", id);
    }
    assert_refused(&decrypting(&["ICOUNT=16", PASSWORD], published()), "CSDFILDE", "ZJB410E");
}

#[test]
fn each_of_several_wrong_statements_is_named_below_its_card() {
    let step = encrypting(&["CLRAES256", "ICOUNT=0", " CLRTDES", "* a comment", PASSWORD], published());
    assert_eq!(step.run("CSDFILEN"), Completion::Code(8));
    let lines = step.lines("SYSPRINT");
    let starts: Vec<_> =
        lines[1..].iter().map(|line| line.split(" IS ").next().unwrap_or_default().to_owned()).collect();
    assert_eq!(
        starts,
        [
            "INPUT: CLRAES********",
            "ZJB410E 'CLRAES********'",
            "INPUT: ICOUNT=0",
            "ZJB417E ICOUNT=0",
            "INPUT:  CLRTDES",
            "ZJB410E ' CLRTDES'",
            "INPUT: PASSWORD=********"
        ]
    );
}

#[test]
fn inner_blanks_belong_to_a_password_and_the_blanks_at_the_end_of_its_card_do_not() {
    let sealed = sealed(&["PASSWORD=two  words"], published());
    let narrow = TestData {
        attributes: attributes("FB", 80),
        records: vec![CodePage::ibm1047().encode(&format!("{:<80}", "PASSWORD=two  words")).expect("characters")],
    };
    let step = TestStep::new().input("SYSIN", narrow).input("SYSUT1", sealed.clone()).output("SYSUT2");
    assert_eq!(step.run("CSDFILDE"), Completion::Code(0));
    assert_refused(&decrypting(&["PASSWORD=two words"], sealed), "CSDFILDE", "ZJB422E");
}

#[test]
fn the_report_of_a_secure_key_is_that_of_the_published_run() {
    let cards = ["DESC='Lennies test case with rsa keys'", "ENCTDES", RSA];
    let mut step = with_key(encrypting(&cards, published()), false);
    step.settings.efz_integrity = false;
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    assert_eq!(
        step.lines("SYSPRINT"),
        [
            "CSDFILEN Encryption Utility  04/19/2023 (MM/DD/YYYY) 14:13:49 (HH:MM:SS)",
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
            "TOTAL ELAPSED TIME: 0:00:00.01",
        ]
    );
}

/// The published data, encrypted for the RSA key.
fn wrapped(cards: &[&str]) -> TestData {
    let step = with_key(encrypting(cards, published()), false);
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
    step.written("SYSUT2").expect("SYSUT2 was written")
}

#[test]
fn what_is_encrypted_for_an_rsa_key_comes_back_with_its_private_half() {
    for cards in [[RSA, "CLRTDES"], [RSA, "CLRAES128"], [RSA, "ENCTDES"], [RSA, "COMPRESSION=YES"]] {
        let step = with_key(decrypting(&[RSA], wrapped(&cards)), true);
        assert_eq!(step.run("CSDFILDE"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
        assert_eq!(step.written("SYSUT2"), Some(published()));
    }
}

#[test]
fn an_rsa_key_that_is_missing_or_is_another_one_is_named_and_explained() {
    let step = encrypting(&[RSA], published());
    assert_refused(&step, "CSDFILEN", "ZJB424E THE KEY STORE HAS NO RSA KEY WITH THE LABEL ITSOLD.TEST.RSA2048");
    assert!(step.explained()[0].contains("zjob efz key add"));
    assert_refused(&decrypting(&[RSA], wrapped(&[RSA])), "CSDFILDE", "ZJB424E");
    let step = with_key(decrypting(&[RSA], wrapped(&[RSA])), false);
    assert_refused(&step, "CSDFILDE", "ZJB425E THE KEY STORE HAS NO PRIVATE KEY WITH THE LABEL ITSOLD.TEST.RSA2048");
    assert!(step.explained()[0].contains("public half"));
    let Ok(Key::Private(other)) = Key::from_pem(include_bytes!("../../../testdata/efz/rsa-4096.pem")) else {
        panic!("a private key")
    };
    let other = RsaKey { spki: other.public().to_spki(), pkcs8: Some(other.to_pkcs8()) };
    let step = decrypting(&["RSA=OTHER.KEY"], wrapped(&[RSA])).rsa_key("OTHER.KEY", other);
    assert_refused(
        &step,
        "CSDFILDE",
        "ZJB427E SYSUT1 CANNOT BE OPENED SO: the data key is wrapped for another RSA key",
    );
    let damaged = RsaKey { spki: vec![1, 2, 3], pkcs8: None };
    assert_refused(&encrypting(&[RSA], published()).rsa_key(LABEL, damaged), "CSDFILEN", "ZJB426E");
}

#[test]
fn a_password_does_not_open_a_wrapped_key_nor_a_key_a_password() {
    assert_refused(&decrypting(&[PASSWORD], wrapped(&[RSA])), "CSDFILDE", "ZJB427E");
    let step = with_key(decrypting(&[RSA], sealed(&[PASSWORD], published())), true);
    assert_refused(&step, "CSDFILDE", "ZJB427E");
}

#[test]
fn an_iteration_count_beside_an_rsa_key_is_explained_as_idle() {
    let step = with_key(encrypting(&[RSA, "ICOUNT=100"], published()), false);
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    assert!(step.explained()[0].contains("no effect"));
}

#[test]
fn compression_makes_the_output_smaller_and_of_several_wishes_the_last_counts() {
    let big = || data("VB", 255, vec![vec![0x40; 251]; 1000]);
    let out = sealed(&["COMPRESSION=NO", "COMPRESSION=YES", PASSWORD], big());
    assert_eq!(out.records.len(), 1, "one block instead of ten");
    assert_eq!(opened(out), big());
    let out = sealed(&["COMPRESSION=YES", "COMPRESSION=NO", PASSWORD], big());
    assert_eq!(out.records.len(), 10);
}

#[test]
fn a_wrong_password_leaves_sysut2_alone_and_is_explained() {
    let step = decrypting(&["PASSWORD=not the right one"], sealed(&[PASSWORD], published()));
    assert_refused(&step, "CSDFILDE", "ZJB422E");
    assert!(step.explained()[0].contains("case sensitive"));
}

#[test]
fn a_damaged_file_leaves_sysut2_alone() {
    for integrity in [true, false] {
        let mut step = encrypting(&[PASSWORD], data("FB", 80, vec![vec![7; 80]; 1000]));
        step.settings.efz_integrity = integrity;
        step.run("CSDFILEN");
        let whole = step.written("SYSUT2").expect("SYSUT2 was written");
        let mut cut = whole.clone();
        cut.records.pop();
        assert_refused(
            &decrypting(&[PASSWORD], cut),
            "CSDFILDE",
            "ZJB423E THE DATA OF SYSUT1 ARE DAMAGED: the file ends",
        );
        if integrity {
            let mut flipped = whole;
            flipped.records[1][5000] ^= 4;
            assert_refused(&decrypting(&[PASSWORD], flipped), "CSDFILDE", "ZJB423E");
        }
    }
    assert_refused(&decrypting(&[PASSWORD], published()), "CSDFILDE", "ZJB428E SYSUT1 IS NOT A FILE THAT ZJOB");
    assert_refused(&decrypting(&[PASSWORD], data("VB", 255, Vec::new())), "CSDFILDE", "ZJB423E");
}

#[test]
fn no_line_of_the_report_is_cut() {
    let label = "K".repeat(64);
    let key = private_key();
    let row = || RsaKey { spki: key.public().to_spki(), pkcs8: None };
    let step = encrypting(&[&format!("RSA={label}")], published()).rsa_key(&label, row());
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    let step = decrypting(&[PASSWORD], step.written("SYSUT2").expect("written"));
    assert_refused(&step, "CSDFILDE", "ZJB427E");
    let last = step.lines("SYSPRINT").pop().expect("a line");
    assert!(last.contains(&label) && last.ends_with(". NOTHING WAS WRITTEN"), "{last}");
    let step = encrypting(&[&format!("RSA={}", "k".repeat(76))], published());
    assert_refused(&step, "CSDFILEN", "ZJB415E");
    assert!(step.lines("SYSPRINT").pop().is_some_and(|last| last.ends_with("FIRST")));
}

#[test]
fn every_bit_that_flips_is_found_before_sysut2_is_opened() {
    for cards in [["CLRTDES", "COMPRESSION=NO"], ["CLRAES128", "COMPRESSION=YES"]] {
        let small = data("VB", 255, vec![b"ONE".to_vec(), b"TWO".to_vec()]);
        let whole = sealed(&[cards[0], cards[1], "ICOUNT=1", PASSWORD], small);
        assert_eq!(whole.records.len(), 1);
        for bit in 0..whole.records[0].len() * 8 {
            let mut damaged = whole.clone();
            damaged.records[0][bit / 8] ^= 1 << (bit % 8);
            let step = decrypting(&[PASSWORD], damaged);
            assert_eq!(step.run("CSDFILDE"), Completion::Code(8), "bit {bit}");
            assert_eq!(step.written("SYSUT2"), None, "bit {bit}");
        }
    }
}

#[test]
fn several_kinds_of_key_are_pointed_out_beside_the_listing() {
    let step = encrypting(&["CLRTDES", "CLRAES128", PASSWORD], published());
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    assert!(step.explained()[0].contains("several kinds of key"), "{:?}", step.explained());
    let step = encrypting(&["CLRTDES", "CLRTDES", PASSWORD], published());
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    assert!(step.explained().is_empty(), "the same one twice is no question");
}

#[test]
fn nothing_is_continued_on_the_next_card() {
    for cards in [["DESC='on two", "cards'"], ["DESC='on two'-", "CLRTDES"], ["DESC='on two',", "CLRTDES"]] {
        let step = encrypting(&[cards[0], cards[1], PASSWORD], published());
        assert_refused(&step, "CSDFILEN", "ZJB416E");
    }
}

#[test]
fn a_comment_has_its_asterisk_in_column_1_and_may_hold_anything() {
    let step = encrypting(&["* PASSWORD=not this one", "*", PASSWORD, "*CLRAES128"], published());
    assert_eq!(step.run("CSDFILEN"), Completion::Code(0));
    assert!(!step.lines("SYSPRINT").iter().any(|line| line.contains('*') && !line.contains("PASSWORD=********")));
    assert_eq!(step.written("SYSUT2").expect("written").records[0][12], 0x80, "no AES");
    assert_refused(&encrypting(&[" * a comment", PASSWORD], published()), "CSDFILEN", "ZJB410E");
}

#[test]
fn a_description_has_1_to_64_characters_with_blanks_and_apostrophes_as_they_are() {
    for text in ["x", &"x".repeat(64), " two  words ", "it's", "''"] {
        let out = sealed(&[&format!("DESC='{text}'"), PASSWORD], published());
        let stored = CodePage::ibm1047().decode(&out.records[0][56..120]);
        assert_eq!(stored, format!("{text:<64}"));
    }
    assert_refused(&encrypting(&[&format!("DESC='{}'", "x".repeat(65)), PASSWORD], published()), "CSDFILEN", "ZJB416E");
    assert_refused(&encrypting(&["DESC=''", PASSWORD], published()), "CSDFILEN", "ZJB416E");
}

#[test]
fn each_of_our_errors_can_be_met() {
    let damaged_key = || encrypting(&[RSA], published()).rsa_key(LABEL, RsaKey { spki: vec![1], pkcs8: None });
    let many = vec!["CLRTDES"; 1001];
    let steps = [
        ("ZJB410E", "CSDFILEN", encrypting(&["CLRAES256", PASSWORD], published())),
        ("ZJB411E", "CSDFILEN", encrypting(&[PASSWORD, RSA], published())),
        ("ZJB412E", "CSDFILEN", encrypting(&[], published())),
        ("ZJB413E", "CSDFILEN", encrypting(&["ENCTDES", PASSWORD], published())),
        ("ZJB414E", "CSDFILEN", encrypting(&["PASSWORD=short"], published())),
        ("ZJB415E", "CSDFILEN", encrypting(&["RSA=my.key"], published())),
        ("ZJB416E", "CSDFILEN", encrypting(&["DESC=x", PASSWORD], published())),
        ("ZJB417E", "CSDFILEN", encrypting(&["ICOUNT=0", PASSWORD], published())),
        ("ZJB418E", "CSDFILEN", encrypting(&many, published())),
        ("ZJB422E", "CSDFILDE", decrypting(&["PASSWORD=another one"], sealed(&[PASSWORD], published()))),
        ("ZJB423E", "CSDFILDE", decrypting(&[PASSWORD], data("VB", 255, Vec::new()))),
        ("ZJB424E", "CSDFILEN", encrypting(&[RSA], published())),
        ("ZJB425E", "CSDFILDE", with_key(decrypting(&[RSA], wrapped(&[RSA])), false)),
        ("ZJB426E", "CSDFILEN", damaged_key()),
        ("ZJB427E", "CSDFILDE", decrypting(&[PASSWORD], wrapped(&[RSA]))),
        ("ZJB428E", "CSDFILDE", decrypting(&[PASSWORD], published())),
    ];
    for (id, program, step) in &steps {
        assert_refused(step, program, id);
    }
}

#[test]
fn a_dd_that_is_missing_gives_12() {
    for dd in ["SYSIN", "SYSUT1", "SYSUT2"] {
        let step = encrypting(&[PASSWORD], published()).without(dd);
        assert_eq!(step.run("CSDFILEN"), Completion::Code(12));
        let lines = step.lines("SYSPRINT");
        assert!(
            lines.last().is_some_and(|line| line.starts_with(&format!("ZJB420E {dd} CANNOT BE OPENED"))),
            "{lines:?}"
        );
    }
    let step = encrypting(&[PASSWORD], published()).without("SYSPRINT");
    assert_eq!(step.run("CSDFILEN"), Completion::Code(12));
    assert!(step.explained()[0].contains("SYSPRINT"));
}

#[test]
fn a_full_volume_and_a_cancelled_step_end_as_on_the_host() {
    let full = TestStep::new().sysin(&[PASSWORD]).input("SYSUT1", data("FB", 1024, vec![vec![7; 1024]; 100]));
    let full = full.small_output("SYSUT2", 2);
    assert_eq!(full.run("CSDFILEN"), Completion::System { code: 0xB37, reason: 4 });
    let cancelled = encrypting(&[PASSWORD], published());
    cancelled.cancel.request();
    assert_eq!(cancelled.run("CSDFILEN"), Completion::System { code: 0x222, reason: 0 });
}

#[test]
fn no_secret_is_printed_or_explained() {
    for cards in [
        ["PASSWORD=topsecret1", "ICOUNT=0"].as_slice(),
        &["PASWORD=topsecret1"],
        &[" PASSWORD=topsecret1"],
        &["PASSWORD=topsecret1 and far too long for a password"],
        &["topsecret1"],
    ] {
        for program in ["CSDFILEN", "CSDFILDE"] {
            let step = encrypting(cards, published());
            step.run(program);
            let seen = [step.lines("SYSPRINT"), step.explained()].concat().join("\n");
            assert!(!seen.contains("topsecret1"), "{program} {seen}");
        }
    }
}

#[test]
fn a_password_is_read_in_the_code_page_of_the_system() {
    let card = "PASSWORD=pässwörd [x]";
    let german = |step: TestStep| step.code_page("IBM-273").sysin(&[card]).output("SYSUT2");
    let sealing = german(TestStep::new()).input("SYSUT1", published());
    assert_eq!(sealing.run("CSDFILEN"), Completion::Code(0));
    let sealed = sealing.written("SYSUT2").expect("SYSUT2 was written");
    let english = decrypting(&[card], sealed);
    assert_eq!(english.run("CSDFILDE"), Completion::Code(0), "the characters count, not the bytes of a page");
}

fn any_data() -> impl Strategy<Value = TestData> {
    prop_oneof![
        (select(&["F", "FB", "FA", "FBA", "FBM", "FBS"]), 1_u32..200).prop_flat_map(|(recfm, lrecl)| {
            let record = proptest::collection::vec(any::<u8>(), lrecl as usize);
            (Just(recfm), Just(lrecl), proptest::collection::vec(record, 0..30))
        }),
        (select(&["V", "VB", "VA", "VBA", "VBM", "VS", "VBS"]), 5_u32..500).prop_flat_map(|(recfm, lrecl)| {
            let record = proptest::collection::vec(any::<u8>(), 0..lrecl as usize - 4);
            (Just(recfm), Just(lrecl), proptest::collection::vec(record, 0..30))
        }),
        proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..30)
            .prop_map(|records| ("U", 0, records)),
    ]
    .prop_map(|(recfm, lrecl, records)| data(recfm, lrecl, records))
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

    #[test]
    fn any_data_set_comes_back(original in any_data(), aes: bool, compress: bool, rsa: bool) {
        let cipher = if aes { "CLRAES128" } else { "CLRTDES" };
        let compression = if compress { "COMPRESSION=YES" } else { "COMPRESSION=NO" };
        let key = if rsa { RSA } else { PASSWORD };
        let step = with_key(encrypting(&[cipher, compression, key], original.clone()), false);
        assert_eq!(step.run("CSDFILEN"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
        let sealed = step.written("SYSUT2").expect("SYSUT2 was written");
        let step = with_key(decrypting(&[key], sealed), true);
        assert_eq!(step.run("CSDFILDE"), Completion::Code(0), "{:?}", step.lines("SYSPRINT"));
        assert_eq!(step.written("SYSUT2"), Some(original));
    }
}
