//! The main job from end to end: packed, encrypted, sent over TLS, taken from the server, and back again.

mod common;

use common::TestSystem;
use zjob::dataset::{Attributes, Recfm};
use zjob::job::initiator::JobEnd;

const BACK: &str = "\
//BACK    JOB CLASS=A
//DECRYPT EXEC PGM=CSDFILDE
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD DSN=RECEIVED.FILE,DISP=SHR
//SYSUT2   DD DSN=BACK.TERSED,DISP=(NEW,CATLG),SPACE=(CYL,(10,10))
//SYSIN    DD *
PASSWORD=sample password please change
//UNPACK  EXEC PGM=TRSMAIN,PARM=UNPACK
//SYSPRINT DD SYSOUT=*
//INFILE   DD DSN=BACK.TERSED,DISP=SHR
//OUTFILE  DD DSN=BACK.DATA,DISP=(NEW,CATLG),SPACE=(CYL,(10,10))
";

/// Sends `records` through the main job, takes the file from the server and unpacks it in a second job.
fn there_and_back(sample: &str, recfm: Recfm, lrecl: u32, records: &[Vec<u8>]) -> (TestSystem, Vec<String>) {
    let mut system = TestSystem::of_samples();
    system.config.fixtures.retain(|fixture| fixture.name.as_str() != "YOUR.INPUT.DATASET");
    let system = system.dataset("YOUR.INPUT.DATASET", recfm, lrecl, records);
    let sent = system.run_sample(sample);
    assert_eq!(*sent.end(), JobEnd::Code(0), "{}", sent.listing());
    let inbox = system.inbox();
    let (path, bytes) = inbox.last().expect("the server received a file");
    assert_eq!(path, "/toibm/mvs/12345.123.724.DUMP.TRS.EFZ");
    let blocks: Vec<Vec<u8>> = bytes.chunks(27_998).map(<[u8]>::to_vec).collect();
    system.put("RECEIVED.FILE", Attributes { recfm: Recfm::U, lrecl: 0, blksize: 27_998 }, &blocks);
    let back = system.run(BACK);
    assert_eq!(*back.end(), JobEnd::Code(0), "{}", back.listing());
    assert_eq!(system.attributes("BACK.DATA"), system.attributes("YOUR.INPUT.DATASET"));
    assert!(system.records("BACK.DATA").expect("cataloged") == records, "the records differ");
    system.assert_clean();
    (system, back.words)
}

/// Bytes that look like nothing in particular, the same in every run.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

#[test]
fn fb_80_comes_back_byte_for_byte() {
    let records: Vec<Vec<u8>> = (0..1000).map(|n| noise(80, n / 3)).collect();
    there_and_back("upload.jcl", Recfm::FB, 80, &records);
}

#[test]
fn fb_80_comes_back_byte_for_byte_with_aes() {
    let records: Vec<Vec<u8>> = (0..1000).map(|n| noise(80, n / 3)).collect();
    there_and_back("upload-aes.jcl", Recfm::FB, 80, &records);
}

#[test]
fn fb_1_comes_back_byte_for_byte() {
    let records: Vec<Vec<u8>> = noise(5000, 7).chunks(1).map(<[u8]>::to_vec).collect();
    there_and_back("upload.jcl", Recfm::FB, 1, &records);
}

#[test]
fn vb_255_comes_back_byte_for_byte_with_empty_records_between() {
    let records: Vec<Vec<u8>> = (0..600).map(|n| noise((n * 37 % 252) as usize, n)).collect();
    there_and_back("upload.jcl", Recfm::VB, 255, &records);
}

#[test]
fn vb_32756_comes_back_with_records_of_0_to_32752_bytes() {
    let lengths = [0, 1, 2, 32_752, 0, 32_751, 4096, 27_994, 0];
    let records: Vec<Vec<u8>> = lengths.iter().map(|&length| noise(length, length as u32)).collect();
    there_and_back("upload.jcl", Recfm::VB, 32_756, &records);
}

#[test]
fn an_empty_data_set_comes_back_empty() {
    there_and_back("upload.jcl", Recfm::FB, 80, &[]);
    there_and_back("upload.jcl", Recfm::VB, 255, &[]);
}

#[test]
fn the_plain_job_sends_the_tersed_data_set_itself() {
    let system = TestSystem::of_samples();
    let ran = system.run_sample("upload-plain.jcl");
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    let (path, bytes) = system.inbox().pop().expect("the server received a file");
    assert_eq!(path, "/toibm/mvs/12345.123.724.DUMP.TRS");
    assert_eq!(bytes, system.records("YOUR.TERSED.DATASET").expect("cataloged").concat());
    assert!(!ran.says("AUTH TLS"), "the plain job stays in clear");
}
