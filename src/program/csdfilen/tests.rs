//! CSDFILEN and CSDFILDE as a job step sees them.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use crate::dataset::{Attributes, Recfm};
use crate::program::Completion;
use crate::program::testing::{TestData, TestStep, attributes};

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

/// The step ends with 8, SYSPRINT ends with a line that starts so, and SYSUT2 was not opened.
fn assert_refused(step: &TestStep, program: &str, id: &str) {
    assert_eq!(step.run(program), Completion::Code(8));
    let lines = step.lines("SYSPRINT");
    assert!(lines.last().is_some_and(|line| line.starts_with(id)), "{lines:?}");
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
fn statements_that_exclude_each_other_or_are_not_emulated_are_named() {
    for (cards, id) in [
        ([PASSWORD, "RSA=MY.KEY"].as_slice(), "ZJB411E"),
        (&["CLRTDES"], "ZJB412E"),
        (&[], "ZJB412E"),
        (&["ENCTDES", PASSWORD], "ZJB413E"),
        (&["RSA=MY.KEY"], "ZJB419E RSA= IS NOT EMULATED"),
        (&["ENCTDES", "RSA=MY.KEY"], "ZJB419E RSA= IS NOT EMULATED"),
        (&["COMPRESSION=YES", PASSWORD], "ZJB419E COMPRESSION=YES IS NOT EMULATED"),
        (&["CLRAES256", PASSWORD], "ZJB410E"),
    ] {
        assert_refused(&encrypting(cards, published()), "CSDFILEN", id);
    }
    assert_refused(&decrypting(&["ICOUNT=16", PASSWORD], published()), "CSDFILDE", "ZJB410E");
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
    assert_refused(&decrypting(&[PASSWORD], published()), "CSDFILDE", "ZJB423E");
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
        (1_u32..200).prop_flat_map(|lrecl| {
            let record = proptest::collection::vec(any::<u8>(), lrecl as usize);
            (Just("FB"), Just(lrecl), proptest::collection::vec(record, 0..30))
        }),
        (5_u32..500).prop_flat_map(|lrecl| {
            let record = proptest::collection::vec(any::<u8>(), 0..lrecl as usize - 4);
            (Just("VB"), Just(lrecl), proptest::collection::vec(record, 0..30))
        }),
    ]
    .prop_map(|(recfm, lrecl, records)| data(recfm, lrecl, records))
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

    #[test]
    fn any_data_set_comes_back(original in any_data(), aes: bool) {
        let cipher = if aes { "CLRAES128" } else { "CLRTDES" };
        assert_eq!(opened(sealed(&[cipher, "ICOUNT=3", PASSWORD], original.clone())), original);
    }
}
