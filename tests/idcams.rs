//! IDCAMS over data sets of a system: REPRO and LISTCAT LEVEL.

mod common;

use common::{Ran, TestSystem};
use zjob::dataset::Recfm;

fn idcams(system: &TestSystem, dds: &str, commands: &[&str]) -> Ran {
    let commands: String = commands.iter().flat_map(|command| [" ", command, "\n"]).collect();
    system.run(&format!(
        "//AMS     JOB CLASS=A\n//S1 EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n{dds}//SYSIN DD *\n{commands}/*\n"
    ))
}

/// The messages of SYSPRINT and the code of the step.
fn said(ran: &Ran) -> (Vec<String>, String) {
    let lines = ran.lines("S1", "SYSPRINT");
    let is_message = |line: &&String| ["IDC0", "IDC1", "IDC3", "ZJB"].iter().any(|id| line[1..].starts_with(id));
    let messages = lines.iter().filter(is_message).map(|line| line[1..].trim_end().to_owned());
    let about_this = messages.filter(|line| !line.starts_with("IDC0002I") && !line.starts_with("IDC0001I"));
    (about_this.collect(), ran.step("S1").to_owned())
}

fn texts(ran: &Ran, ddname: &str) -> Vec<String> {
    ran.lines("S1", ddname).iter().map(|line| line.trim_end().to_owned()).collect()
}

const OUT: &str = "//OUT DD DSN=MY.OUT,DISP=(NEW,CATLG),\n//  SPACE=(TRK,(1,1)),RECFM=FB,LRECL=80\n";

#[test]
fn repro_copies_between_dds_and_counts_the_records() {
    let system = TestSystem::new().text("MY.IN", &["ONE", "TWO", "THREE"]);
    let dds = format!("//IN DD DSN=MY.IN,DISP=SHR\n{OUT}//LIST DD SYSOUT=*\n");
    let commands = ["REPRO INFILE(IN) OUTFILE(OUT)", "REPRO IFILE(IN) -", "  OFILE(LIST) SKIP(1) COUNT(1)"];
    let ran = idcams(&system, &dds, &commands);
    let processed = |count: u32| format!("IDC0005I NUMBER OF RECORDS PROCESSED WAS {count}");
    assert_eq!(said(&ran), (vec![processed(3), processed(1)], "0000".to_owned()));
    assert!(ran.says(
        "0IDC0005I NUMBER OF RECORDS PROCESSED WAS 3\n0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0"
    ));
    assert_eq!(system.records("MY.OUT"), system.records("MY.IN"));
    assert_eq!(texts(&ran, "LIST"), ["TWO"]);
}

#[test]
fn repro_copies_data_sets_and_members_by_their_names() {
    let system = TestSystem::new().text("MY.LIB(A)", &["MEMBER"]).text("MY.OUT", &["OLD", "OLDER"]);
    let ran = idcams(&system, "", &["REPRO IDS('MY.LIB(A)') ODS(MY.OUT)", "REPRO INDATASET(MY.OUT) ODS(MY.LIB(B))"]);
    assert_eq!(said(&ran).1, "0000", "{}", ran.listing());
    assert_eq!(system.records("MY.OUT"), system.records("MY.LIB(B)"));
    assert_eq!(system.records("MY.OUT").expect("cataloged").len(), 1, "what was there is replaced");
}

#[test]
fn repro_writes_behind_what_is_there_with_mod() {
    let system = TestSystem::new().text("MY.IN", &["ONE"]).text("MY.OUT", &["OLD"]);
    let ran = idcams(
        &system,
        "//IN DD DSN=MY.IN,DISP=SHR\n//OUT DD DSN=MY.OUT,DISP=MOD\n",
        &["REPRO INFILE(IN) OUTFILE(OUT)"],
    );
    assert_eq!(said(&ran).1, "0000");
    assert_eq!(system.records("MY.OUT").expect("cataloged").len(), 2);
}

#[test]
fn a_repro_that_cannot_be_done_is_told_with_code_12_and_changes_nothing() {
    let system = TestSystem::new().text("MY.IN", &["ONE"]).dataset("MY.LONG", Recfm::FB, 100, &[vec![0x40; 100]]);
    let bare = "//OUT DD DSN=MY.BARE,DISP=(NEW,CATLG),SPACE=(TRK,1)\n";
    for (dds, command, text) in [
        ("", "REPRO IDS(MY.IN) ODS(NO.SUCH)", "ZJB201E NO.SUCH CANNOT BE OPENED: "),
        ("", "REPRO IDS(NO.SUCH) ODS(MY.IN)", "ZJB201E NO.SUCH CANNOT BE OPENED: "),
        ("", "REPRO INFILE(NODD) ODS(MY.IN)", "ZJB201E NODD CANNOT BE OPENED: "),
        (
            "",
            "REPRO IDS(MY.IN) ODS(MY.LONG)",
            "ZJB164E COPYING RECORDS OF RECFM=FB,LRECL=80 TO RECFM=FB,LRECL=100 IS NOT",
        ),
        (bare, "REPRO IDS(MY.IN) OUTFILE(OUT)", "ZJB219E RECFM AND LRECL OF OUT ARE NOT KNOWN"),
        ("", "REPRO IDS(MY.IN)", "ZJB218E REPRO NEEDS ONE INPUT AND ONE OUTPUT"),
        ("", "REPRO IDS(MY.IN) IDS(MY.IN) ODS(MY.LONG)", "ZJB218E REPRO NEEDS ONE INPUT AND ONE OUTPUT"),
        ("", "REPRO IDS(MY.IN) ODS(MY.LONG) FROMKEY(A)", "ZJB210E REPRO FROMKEY IS NOT EMULATED"),
        ("", "REPRO IDS(MY.IN) ODS(MY.LONG) COUNT(X)", "IDC3203I ITEM 'X' DOES NOT ADHERE TO RESTRICTIONS"),
        ("", "REPRO IDS(MY.IN ODS(MY.LONG)", "ZJB212E A PARENTHESIS OR APOSTROPHE STANDS IN A WRONG PLACE IN REPRO"),
    ] {
        let ran = idcams(&system, dds, &[command]);
        let (messages, code) = said(&ran);
        assert!(messages.first().is_some_and(|line| line.starts_with(text)), "{command}: {messages:?}");
        assert_eq!(code, "0012", "{command}");
        assert_eq!(system.records("MY.LONG").expect("as it was").len(), 1, "{command}");
    }
}

#[test]
fn listcat_of_a_level_lists_everything_below_it_in_order() {
    let system = TestSystem::new().text("MY.B", &["A"]).text("MY.A.C", &["A"]).text("MYX.A", &["A"]).text("MY", &["A"]);
    let ran = idcams(&system, "", &["DEFINE GDG(NAME(MY.LOG) LIMIT(2))", "LISTCAT LEVEL(MY)"]);
    ran.assert_says(&[
        "LISTING FROM CATALOG -- ",
        "0NONVSAM ------- MY.A.C\n",
        "0NONVSAM ------- MY.B\n",
        "0GDG BASE ------ MY.LOG\n",
        "         THE NUMBER OF ENTRIES PROCESSED WAS:\n",
        " GDG -------------------1\n",
        " NONVSAM ---------------2\n",
        " TOTAL -----------------3\n",
    ]);
    assert!(!ran.says("NONVSAM ------- MYX.A") && !ran.says("NONVSAM ------- MY\n"), "{}", ran.listing());
    assert_eq!(ran.step("S1"), "0000");
    let ran = idcams(&system, "", &["LISTCAT LVL(NO.SUCH)"]);
    assert_eq!((said(&ran).0[0].as_str(), ran.step("S1")), ("IDC3012I ENTRY NO.SUCH NOT FOUND", "0004"));
}

#[test]
fn a_copy_that_is_not_emulated_leaves_what_the_output_holds() {
    let system = TestSystem::new().text("MY.IN", &["ONE"]).dataset("MY.LONG", Recfm::FB, 100, &[vec![0x40; 100]]);
    let ran = system.run(
        "//GENER   JOB CLASS=A\n//S1 EXEC PGM=IEBGENER\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DUMMY\n\
         //SYSUT1 DD DSN=MY.IN,DISP=SHR\n//SYSUT2 DD DSN=MY.LONG,DISP=OLD\n",
    );
    assert_eq!(ran.step("S1"), "0012");
    assert!(ran.says("ZJB164E COPYING RECORDS OF RECFM=FB,LRECL=80 TO RECFM=FB,LRECL=100 IS NOT EMULATED"));
    assert_eq!(system.records("MY.LONG").expect("as it was").len(), 1);
}
