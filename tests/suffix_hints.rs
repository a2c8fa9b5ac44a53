//! PUT tells the user, outside the listing, where the name of an upload and its content disagree.

mod common;

use common::{Ran, TestSystem};
use zjob::job::initiator::JobEnd;

/// A system on which the main job has run: its input, the packed and the encrypted data set are there.
fn system() -> TestSystem {
    let system = TestSystem::of_samples();
    assert_eq!(*system.run_sample("upload.jcl").end(), JobEnd::Code(0));
    system
}

fn put(system: &TestSystem, dataset: &str, name: &str) -> Ran {
    let ran = system.run(&format!(
        "//SENDS   JOB CLASS=A\n//FTP     EXEC PGM=FTP,PARM='(EXIT'\n//OUTPUT   DD SYSOUT=*\n//INPUT    DD *\n\
         ftp.ecurep.ibm.com\nanonymous\nyour@email.address\nbin\ncd /toibm/mvs\nput '{dataset}' {name}\nquit\n/*\n"
    ));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert!(
        !ran.says("disagree") && !ran.says("does not end in") && !ran.says("stands before"),
        "it is no listing line"
    );
    ran
}

/// What is said of names, without the words on the system and its server.
fn hints(ran: &Ran) -> Vec<&str> {
    ran.words.iter().map(String::as_str).filter(|words| words.contains("PUT to")).collect()
}

#[test]
fn a_right_upload_warns_of_nothing() {
    let system = system();
    for (dataset, name) in [
        ("YOUR.TERSED.DATASET", "12345.123.724.DUMP.TRS"),
        ("YOUR.TERSED.DATASET", "TS001234567.dump.trs"),
        ("YOUR.TERSED.DATASET", "/toibm/mvs/12345.123.724.DUMP.TRS"),
        ("YOUR.CRYPTED.DATASET", "12345.123.724.DUMP.TRS.EFZ"),
        ("YOUR.CRYPTED.DATASET", "12345.123.724.DUMP.EFZ"),
        ("YOUR.INPUT.DATASET", "12345.123.724.DUMP.TXT"),
    ] {
        assert_eq!(hints(&put(&system, dataset, name)), [""; 0], "{dataset} {name}");
    }
}

#[test]
fn what_a_suffix_hides_or_makes_up_is_told() {
    let system = system();
    for (dataset, name, expected) in [
        ("YOUR.TERSED.DATASET", "12345.123.724.DUMP", "the data are packed and the name does not end in .TRS"),
        ("YOUR.TERSED.DATASET", "12345.123.724.DUMP.TRS.BIN", "the data are packed and the name does not end in .TRS"),
        ("YOUR.CRYPTED.DATASET", "12345.123.724.DUMP.TRS", "the data are encrypted and the name does not end in .EFZ"),
        ("YOUR.TERSED.DATASET", "12345.123.724.DUMP.TRS.EFZ", "ends in .EFZ and the data are not encrypted"),
        ("YOUR.INPUT.DATASET", "12345.123.724.DUMP.TRS", "ends in .TRS and the data are not packed"),
        ("YOUR.INPUT.DATASET", "12345.123.724.DUMP.EFZ", "ends in .EFZ and the data are not encrypted"),
        (
            "YOUR.TERSED.DATASET",
            "12345.123.724.DUMP.TRS.PGP",
            "name is that of an OpenPGP message and the data are not",
        ),
        ("YOUR.INPUT.DATASET", "12345.123.724.DUMP.gpg", "name is that of an OpenPGP message and the data are not"),
        ("YOUR.CRYPTED.DATASET", "12345.123.724.DUMP.EFZ.TRS", "pack first, then encrypt, as in .TRS.EFZ"),
        ("YOUR.TERSED.DATASET", "12345.123.724.DUMP.EFZ.TRS", "pack first, then encrypt, as in .TRS.EFZ"),
    ] {
        let ran = put(&system, dataset, name);
        let hints = hints(&ran);
        assert!(matches!(hints[..], [hint] if hint.contains(expected)), "{dataset} {name}: {hints:?}");
    }
}

#[test]
fn an_empty_data_set_is_neither_packed_nor_encrypted() {
    let system = system().dataset("NO.RECORDS", zjob::dataset::Recfm::FB, 80, &[]);
    assert_eq!(hints(&put(&system, "NO.RECORDS", "12345.123.724.EMPTY")), [""; 0]);
    let ran = put(&system, "NO.RECORDS", "12345.123.724.EMPTY.TRS");
    assert!(hints(&ran)[0].contains("not packed"));
}

#[test]
fn a_data_set_of_another_host_has_no_suffix() {
    let system = system();
    let deck = "//SENDS   JOB CLASS=A\n//FTP     EXEC PGM=FTP\n//OUTPUT   DD SYSOUT=*\n//INPUT    DD *\n\
                ftp.ecurep.ibm.com\nanonymous\nyour@email.address\nbin\nput 'YOUR.TERSED.DATASET' 'THEIR.TERSED'\nquit\n/*\n";
    assert_eq!(hints(&system.run(deck)), [""; 0]);
}
