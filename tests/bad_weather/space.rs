//! Space that ends: extents, volumes, and the disk of this machine.

use std::fs;
use std::process::Command;

use crate::common::TestSystem;
use zjob::dataset::Recfm;
use zjob::job::initiator::JobEnd;

use super::records;

/// A job that packs `MY.INPUT` and sends nothing.
fn packing(space: &str, disposition: &str) -> String {
    format!(
        "//SMALL   JOB CLASS=A\n//TERSE   EXEC PGM=TRSMAIN,PARM=PACK\n//SYSPRINT DD SYSOUT=*\n//INFILE  DD DISP=SHR,DSN=MY.INPUT\n\
         //OUTFILE DD DISP={disposition},DSN=MY.TERSED,UNIT=SYSDA,\n// SPACE={space}\n\
         //AFTER   EXEC PGM=IEFBR14\n//EVEN    EXEC PGM=IEFBR14,COND=EVEN\n"
    )
}

/// Runs the job and asserts an abend for lack of space, after which `tracks` tracks of whole blocks are there.
fn out_of_space(system: &TestSystem, space: &str, abend: &str, message: &str, volume: &str, tracks: usize) {
    let ran = system.run(&packing(space, "(NEW,CATLG)"));
    assert_eq!(*ran.end(), JobEnd::Abend(format!("S{abend}")), "{}", ran.listing());
    assert_eq!(ran.step("TERSE"), format!("*S{abend}"));
    assert_eq!((ran.step("AFTER"), ran.step("EVEN")), ("FLUSH", "0000"));
    ran.assert_says(&[
        &format!("  {message},SMALL,TERSE,OUTFILE,0A80,{volume},MY.TERSED\n"),
        &format!("  IEF450I SMALL TERSE - ABEND=S{abend} U0000 REASON=00000004"),
        &format!(" IEF472I SMALL TERSE - COMPLETION CODE - SYSTEM={abend} USER=0000 REASON=00000004\n"),
        " IGD104I MY.TERSED                                    RETAINED,  DDNAME=OUTFILE \n",
    ]);
    // Two blocks of 27 records of 1,024 bytes on a track.
    assert_eq!(system.records("MY.TERSED").expect("cataloged").len(), tracks * 2 * 27);
    system.assert_clean();
}

#[test]
fn a_data_set_without_secondary_space_ends_in_sd37() {
    let system = TestSystem::new().dataset("MY.INPUT", Recfm::FB, 80, &records(80, 2000));
    out_of_space(&system, "(TRK,1)", "D37", "IEC031I D37-04,IFG0554T", "ZJOB01", 1);
    let ran = TestSystem::run(&system, &packing("(TRK,1)", "(MOD,CATLG)"));
    assert_eq!(*ran.end(), JobEnd::Abend("SD37".to_owned()), "there is no more room behind the end either");
    let system = TestSystem::new().dataset("MY.INPUT", Recfm::FB, 80, &records(80, 2000));
    let ran = system.run(&packing("(TRK,1)", "(NEW,CATLG,DELETE)"));
    assert_eq!(*ran.end(), JobEnd::Abend("SD37".to_owned()));
    ran.assert_says(&[" IGD105I MY.TERSED                                    DELETED,   DDNAME=OUTFILE \n"]);
    assert!(!system.exists("MY.TERSED"));
    system.assert_clean();
}

#[test]
fn a_full_volume_and_the_sixteenth_extent_end_in_sb37() {
    // 15 tracks: ten for the input, five for the first extent, none for the second.
    let system = TestSystem::new().with_volume(1).dataset("MY.INPUT", Recfm::FB, 80, &records(80, 6000));
    out_of_space(&system, "(TRK,(5,5))", "B37", "IEC030I B37-04,IFG0554A", "SMALL1", 5);
    let system = TestSystem::new().dataset("MY.INPUT", Recfm::FB, 80, &records(80, 20_000));
    out_of_space(&system, "(TRK,(1,1))", "B37", "IEC030I B37-04,IFG0554A", "ZJOB01", 16);
}

#[test]
fn a_volume_without_room_for_the_first_extent_fails_in_allocation() {
    let system = TestSystem::new().with_volume(1).dataset("MY.INPUT", Recfm::FB, 80, &records(80, 6000));
    let ran = system.run(&packing("(TRK,(6,5))", "(NEW,CATLG)"));
    assert_eq!(*ran.end(), JobEnd::JclError);
    assert_eq!((ran.step("TERSE"), ran.step("EVEN")), ("FLUSH", "FLUSH"));
    ran.assert_says(&[
        " ZJB104E SMALL TERSE OUTFILE - NO VOLUME HAS THE SPACE THAT DATA SET MY.TERSED ASKS FOR\n",
        " IEF272I SMALL TERSE - STEP WAS NOT EXECUTED.\n",
    ]);
    assert!(!system.exists("MY.TERSED"));
    let ran = system.run(&packing("(TRK,(5,5))", "(NEW,CATLG)"));
    assert_eq!(ran.step("TERSE"), "*SB37", "what the failed job wanted is free again");
    system.assert_clean();
}

/// The shell limits the size of files, which the program sees as a disk that takes no more.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_step_and_leaves_nothing_half_written() {
    let system = TestSystem::new().dataset("MY.INPUT", Recfm::FB, 1024, &records(1024, 20_000));
    let deck = system.home().join("pack.jcl");
    fs::write(&deck, packing("(CYL,(10,10))", "(NEW,CATLG)")).expect("written");
    let script = "trap '' XFSZ; ulimit -f 8192; exec \"$0\" --home \"$1\" run \"$2\"";
    let mut command = Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_zjob")]).arg(system.home()).arg(&deck);
    let output = command.output().expect("bash runs");
    let (listing, words) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(201), "{words}{listing}");
    assert!(listing.contains(" IEF472I SMALL TERSE - COMPLETION CODE - SYSTEM=001 USER=0000 "), "{listing}");
    assert!(words.contains("MY.TERSED"), "what could not be written is named: {words}");
    let packed = system.records("MY.TERSED");
    assert!(packed.is_none_or(|records| records.iter().all(|record| record.len() == 1024)));
    system.assert_clean();
}
