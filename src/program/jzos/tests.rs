//! Steps that run EFOpenPGP in memory.

use super::super::Completion;
use super::super::testing::{TestData, TestStep, attributes};
use super::LINE;

const PARM: &str = "/+I com.ibm.encryptionfacility.EFOpenPGP";

fn data() -> TestData {
    let records = (0..100_u8).map(|n| vec![n; 80]).collect();
    TestData { attributes: attributes("FB", 80), records }
}

fn step(command: &[&str]) -> TestStep {
    let step = TestStep::new().parm(PARM).output("STDOUT").sysin(command);
    let cards = TestData { attributes: attributes("FB", 80), records: cards(command) };
    step.without("SYSIN").input("MAINARGS", cards)
}

fn cards(lines: &[&str]) -> Vec<Vec<u8>> {
    let page = crate::codepage::CodePage::ibm1047();
    lines.iter().map(|line| page.encode(&format!("{line:<80}")).expect("a place")).collect()
}

fn encrypted(options: &[&str]) -> TestData {
    let command = [&["-c -s2k-passphrase \"seven plums\""], options, &["-o //DD:OUT //DD:IN"]].concat();
    let step = step(&command).input("IN", data()).output("OUT");
    assert_eq!(step.run("JVMLDM50"), Completion::Code(0), "{:?}", step.lines("STDOUT"));
    let said = step.lines("STDOUT").concat();
    assert!(!said.contains("seven plums") && said.contains("8000"), "{said}");
    step.written("OUT").expect("written")
}

#[test]
fn what_a_step_encrypts_another_decrypts() {
    for options in [&[][..], &["-s2k-cipher-name AES_256 -compress-name ZLIB"], &["-a"]] {
        let message = encrypted(options);
        let clear = message.records.concat();
        assert!(options == ["-a"] || crate::openpgp::is_message(&clear));
        let back = step(&["-d -s2k-passphrase \"seven plums\" -o //DD:OUT //DD:IN"])
            .input("IN", message)
            .formed_output("OUT", "FB", 80);
        assert_eq!(back.run("JVMLDM50"), Completion::Code(0), "{:?}", back.lines("STDOUT"));
        assert_eq!(back.written("OUT").expect("written").records, data().records);
    }
}

#[test]
fn a_wrong_passphrase_and_damage_leave_the_output_alone() {
    let message = encrypted(&[]);
    let mut damaged = message.clone();
    *damaged.records.last_mut().and_then(|block| block.last_mut()).expect("bytes") ^= 1;
    for (passphrase, message) in [("eight plums", &message), ("seven plums", &damaged)] {
        let command = format!("-d -s2k-passphrase \"{passphrase}\" -o //DD:OUT //DD:IN");
        let step = step(&[&command]).input("IN", message.clone()).formed_output("OUT", "FB", 80);
        assert_eq!(step.run("JVMLDM50"), Completion::Code(8));
        assert!(step.lines("STDOUT").concat().contains("ZJB462E"), "{:?}", step.lines("STDOUT"));
        assert!(step.written("OUT").is_none());
    }
}

#[test]
fn text_is_translated_both_ways() {
    let lines = TestData { attributes: attributes("FB", 80), records: cards(&["Hello [there]", "", "end"]) };
    let there = step(&["-c -t -s2k-passphrase xyz -o //DD:OUT //DD:IN"]).input("IN", lines.clone()).output("OUT");
    assert_eq!(there.run("JVMLDM50"), Completion::Code(0), "{:?}", there.lines("STDOUT"));
    let back = step(&["-d -s2k-passphrase xyz -o //DD:OUT //DD:IN"])
        .input("IN", there.written("OUT").expect("written"))
        .formed_output("OUT", "FB", 80);
    assert_eq!(back.run("JVMLDM50"), Completion::Code(0), "{:?}", back.lines("STDOUT"));
    assert_eq!(back.written("OUT").expect("written").records, lines.records);
}

#[test]
fn other_classes_and_wrong_commands_are_told() {
    for (parm, command, code, said) in [
        ("/ com.example.Other", "", 100, "ZJB457E"),
        (PARM, "", 8, "ZJB453E"),
        (PARM, "-g -o //DD:OUT //DD:IN", 8, "ZJB468E"),
        (PARM, "-zip -o //DD:OUT //DD:IN", 8, "ZJB451E"),
        (PARM, "-d -o //DD:OUT /u/me/file", 8, "ZJB463E"),
        (PARM, "-d -o //DD:OUT file", 8, "ZJB463E"),
        (PARM, "-e -rU nobody@example.com -o //DD:OUT //DD:IN", 8, "ZJB458E"),
        (PARM, "-d -s2k-passphrase x -o //DD:OUT //DD:MISSING", 12, "ZJB456E"),
        (PARM, "-d -s2k-passphrase x -o //DD:OUT //'NO.SUCH.DATA'", 12, "ZJB456E"),
    ] {
        let step = step(&[command]).parm(parm).input("IN", data()).output("OUT").output("SYSOUT");
        assert_eq!(step.run("JVMLDM50"), Completion::Code(code), "{command}");
        let lines = step.lines("STDOUT");
        assert!(lines.concat().contains(said), "{command}: {lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() == LINE as usize));
        let launcher = step.lines("SYSOUT").concat();
        assert!(launcher.trim_end().ends_with(&format!("return code={code}")), "{launcher}");
    }
}
