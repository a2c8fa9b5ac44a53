//! What the language names exists when the job runs: generations, temporary data sets, references, concatenations.

mod common;

use common::{Ran, TestSystem};
use zjob::job::initiator::JobEnd;

const NEW: &str = "\n//  SPACE=(TRK,(1,1)),RECFM=FB,LRECL=80";
const SPACE: &str = "SPACE=(TRK,(1,1)),RECFM=FB,LRECL=80";

/// A step that copies in-stream text to a DD.
fn write(step: &str, text: &str, dd: &str) -> String {
    format!(
        "//{step} EXEC PGM=IEBGENER\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DUMMY\n//SYSUT1 DD *\n{text}\n//SYSUT2 DD {dd}\n"
    )
}

/// A step that copies a DD to SYSOUT.
fn read(step: &str, dd: &str) -> String {
    format!(
        "//{step} EXEC PGM=IEBGENER\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DUMMY\n//SYSUT2 DD SYSOUT=*\n//SYSUT1 DD {dd}\n"
    )
}

/// A step with only these DDs.
fn nothing(step: &str, dds: &str) -> String {
    format!("//{step} EXEC PGM=IEFBR14\n{dds}\n")
}

fn idcams(step: &str, commands: &str) -> String {
    format!("//{step} EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n{commands}\n/*\n")
}

fn run(system: &TestSystem, steps: &[String]) -> Ran {
    system.run(&format!("//JOB1 JOB CLASS=A\n{}", steps.concat()))
}

/// What a step printed, each line without the blanks at its end.
fn printed(ran: &Ran, step: &str) -> Vec<String> {
    ran.lines(step, "SYSUT2").iter().map(|line| line.trim_end().to_owned()).collect()
}

fn group(limit: u16, options: &str) -> String {
    idcams("DEFINE", &format!(" DEFINE GDG(NAME(MY.LOG) LIMIT({limit}) {options})"))
}

fn generations(system: &TestSystem) -> Vec<String> {
    (1..=9).map(|n| format!("MY.LOG.G{n:04}V00")).filter(|name| system.exists(name)).collect()
}

#[test]
fn a_new_generation_is_plus_1_throughout_the_job_and_0_in_the_next_one() {
    let system = TestSystem::new();
    let ran = run(
        &system,
        &[
            group(5, "SCRATCH"),
            write("S1", "ONE", &format!("DSN=MY.LOG(+1),DISP=(NEW,CATLG),{NEW}")),
            read("S2", "DSN=MY.LOG(+1),DISP=SHR"),
            write("S3", "TWO", &format!("DSN=MY.LOG(+2),DISP=(NEW,CATLG),{NEW}")),
        ],
    );
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(printed(&ran, "S2"), ["ONE"]);
    assert_eq!(generations(&system), ["MY.LOG.G0001V00", "MY.LOG.G0002V00"]);
    assert!(ran.says("        DSN (MY.LOG.G0001V00                             )"));
    assert!(ran.says(" ZJB150I MY.LOG.G0001V00                              ROLLED IN, DDNAME=SYSUT2"));
    let next = run(&system, &[read("S1", "DSN=MY.LOG(0),DISP=SHR"), read("S2", "DSN=MY.LOG(-1),DISP=SHR")]);
    assert_eq!((printed(&next, "S1"), printed(&next, "S2")), (vec!["TWO".to_owned()], vec!["ONE".to_owned()]));
    system.assert_clean();
}

#[test]
fn a_full_group_rolls_its_oldest_generation_off_at_the_disposition() {
    let system = TestSystem::new();
    run(&system, &[group(2, "SCRATCH NOEMPTY")]);
    for text in ["ONE", "TWO", "THREE"] {
        let ran = run(&system, &[write("S1", text, &format!("DSN=MY.LOG(+1),DISP=(NEW,CATLG),{NEW}"))]);
        assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    }
    assert_eq!(generations(&system), ["MY.LOG.G0002V00", "MY.LOG.G0003V00"]);
}

#[test]
fn generations_that_leave_a_group_without_scratch_are_kept() {
    let system = TestSystem::new();
    run(&system, &[group(1, "NOSCRATCH")]);
    for text in ["ONE", "TWO"] {
        run(&system, &[write("S1", text, &format!("DSN=MY.LOG(+1),DISP=(NEW,CATLG),{NEW}"))]);
    }
    assert_eq!(generations(&system), ["MY.LOG.G0001V00", "MY.LOG.G0002V00"]);
    let ran = run(&system, &[read("S1", "DSN=MY.LOG,DISP=SHR")]);
    assert_eq!(printed(&ran, "S1"), ["TWO"], "the old one is no part of the group any more");
}

#[test]
fn an_empty_group_that_is_full_starts_anew() {
    let system = TestSystem::new();
    run(&system, &[group(2, "SCRATCH EMPTY")]);
    for text in ["ONE", "TWO", "THREE"] {
        run(&system, &[write("S1", text, &format!("DSN=MY.LOG(+1),DISP=(NEW,CATLG),{NEW}"))]);
    }
    assert_eq!(generations(&system), ["MY.LOG.G0003V00"]);
}

#[test]
fn the_name_of_a_group_means_all_its_generations_the_newest_first() {
    let system = TestSystem::new();
    run(&system, &[group(5, "")]);
    for text in ["ONE", "TWO", "THREE"] {
        run(&system, &[write("S1", text, &format!("DSN=MY.LOG(+1),DISP=(NEW,CATLG),{NEW}"))]);
    }
    let ran = run(&system, &[read("S1", "DSN=MY.LOG,DISP=SHR")]);
    assert_eq!(printed(&ran, "S1"), ["THREE", "TWO", "ONE"]);
    assert_eq!(ran.jesysmsg().iter().filter(|line| line.starts_with(" IGD103I")).count(), 3);
}

#[test]
fn a_generation_that_does_not_exist_fails_the_job() {
    let system = TestSystem::new();
    run(&system, &[group(5, "")]);
    for (dsn, message) in [
        ("MY.LOG(0)", "ZJB152E JOB1 S1 SYSUT1 - GENERATION DATA GROUP MY.LOG HAS NO GENERATION (0)"),
        ("MY.LOG(-1)", "ZJB152E JOB1 S1 SYSUT1 - GENERATION DATA GROUP MY.LOG HAS NO GENERATION (-1)"),
        ("MY.LOG", "ZJB152E JOB1 S1 SYSUT1 - GENERATION DATA GROUP MY.LOG HAS NO GENERATION AT ALL"),
        ("NO.GROUP(0)", "ZJB151E JOB1 S1 SYSUT1 - NO.GROUP IS NOT THE NAME OF A GENERATION DATA GROUP"),
    ] {
        let ran = run(&system, &[read("S1", &format!("DSN={dsn},DISP=SHR"))]);
        assert_eq!(*ran.end(), JobEnd::JclError, "{dsn}");
        assert!(ran.says(message), "{dsn}: {}", ran.listing());
    }
}

#[test]
fn a_generation_of_an_abended_step_is_rolled_in_only_if_its_abnormal_disposition_says_so() {
    let system = TestSystem::new();
    run(&system, &[group(5, "")]);
    let abend = |disp: &str| format!("//S1 EXEC PGM=NOSUCH\n//A DD DSN=MY.LOG(+1),DISP={disp},{NEW}\n");
    run(&system, &[abend("(NEW,CATLG,DELETE)")]);
    assert!(generations(&system).is_empty());
    let ran = run(&system, &[abend("(NEW,CATLG)")]);
    assert!(ran.says("ROLLED IN, DDNAME=A"), "{}", ran.listing());
    assert_eq!(generations(&system), ["MY.LOG.G0001V00"]);
}

#[test]
fn a_generation_that_is_kept_waits_and_gives_way_to_the_next_one_of_its_number() {
    let system = TestSystem::new();
    run(&system, &[group(5, "")]);
    run(&system, &[write("S1", "KEPT", &format!("DSN=MY.LOG(+1),DISP=(NEW,KEEP),{NEW}"))]);
    assert!(system.exists("MY.LOG.G0001V00"));
    let ran = run(&system, &[read("S1", "DSN=MY.LOG(0),DISP=SHR")]);
    assert_eq!(*ran.end(), JobEnd::JclError, "it does not count");
    let ran = run(
        &system,
        &[
            write("S1", "NEXT", &format!("DSN=MY.LOG(+1),DISP=(NEW,PASS),{NEW}")),
            nothing("S2", "//A DD DSN=MY.LOG(+1),DISP=(OLD,CATLG)"),
        ],
    );
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert!(ran.says("ROLLED IN, DDNAME=A"));
    let ran = run(&system, &[read("S1", "DSN=MY.LOG(0),DISP=SHR")]);
    assert_eq!(printed(&ran, "S1"), ["NEXT"]);
}

#[test]
fn idcams_defines_a_group_once_and_deletes_it_when_it_is_empty_or_with_force() {
    let system = TestSystem::new();
    let define = |name: &str| idcams(name, " DEFINE GENERATIONDATAGROUP (NAME(MY.LOG) -\n LIMIT(3) SCRATCH)");
    let ran = run(&system, &[define("FIRST"), define("SECOND")]);
    assert_eq!((ran.step("FIRST"), ran.step("SECOND")), ("0000", "0012"));
    ran.assert_says(&[
        "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0",
        "0IDC3013I DUPLICATE DATA SET NAME\n IDC3009I ** VSAM CATALOG RETURN CODE IS 8 - REASON CODE IS IGG0CLEH-38",
        "0IDC3003I FUNCTION TERMINATED. CONDITION CODE IS 12",
    ]);
    run(&system, &[write("S1", "ONE", &format!("DSN=MY.LOG(+1),DISP=(NEW,CATLG),{NEW}"))]);
    let ran = run(&system, &[idcams("DEL", " DELETE MY.LOG GDG"), idcams("FORCE", " DELETE MY.LOG GDG FORCE")]);
    assert_eq!((ran.step("DEL"), ran.step("FORCE")), ("0008", "0000"));
    ran.assert_says(&[
        "ZJB160E GENERATION DATA GROUP MY.LOG HAS GENERATIONS AND FORCE IS NOT CODED",
        "IDC0551I ** ENTRY MY.LOG NOT DELETED",
        "0IDC0550I ENTRY (H) MY.LOG.G0001V00 DELETED",
        "0IDC0550I ENTRY (B) MY.LOG DELETED",
    ]);
    assert!(generations(&system).is_empty());
}

#[test]
fn listcat_of_a_missing_entry_gives_4_and_of_one_that_is_there_0() {
    let system = TestSystem::new().text("MY.DATA", &["A"]);
    let ran =
        run(&system, &[idcams("NO", " LISTCAT ENTRIES(MY.NONE) ALL"), idcams("YES", " LISTCAT ENTRIES(MY.DATA)")]);
    assert_eq!((ran.step("NO"), ran.step("YES")), ("0004", "0000"), "{}", ran.listing());
    ran.assert_says(&[
        "0IDC3012I ENTRY MY.NONE NOT FOUND\n IDC3009I ** VSAM CATALOG RETURN CODE IS 8 - REASON CODE IS IGG0CLEG-42",
        "0         THE NUMBER OF ENTRIES PROCESSED WAS:\n                    AIX -------------------0\n",
        "                    TOTAL -----------------0\n",
        "0NONVSAM ------- MY.DATA\n",
        "                    NONVSAM ---------------1\n",
    ]);
}

#[test]
fn a_temporary_data_set_has_the_name_that_the_system_makes_and_lives_while_it_is_passed() {
    let system = TestSystem::new();
    let ran = run(
        &system,
        &[
            write("S1", "HELLO", &format!("DSN=&&TEMP,DISP=(NEW,PASS),{NEW}")),
            read("S2", "DSN=&&TEMP,DISP=(OLD,PASS)"),
            read("S3", "DSN=&&TEMP,DISP=(OLD,DELETE)"),
            read("S4", "DSN=&&TEMP,DISP=OLD"),
        ],
    );
    assert_eq!((printed(&ran, "S2"), printed(&ran, "S3")), (vec!["HELLO".to_owned()], vec!["HELLO".to_owned()]));
    ran.assert_says(&[
        "        DSN (SYS26031.T120000.RA000.JOB1.TEMP.H01        )",
        " IGD106I SYS26031.T120000.RA000.JOB1.TEMP.H01         PASSED,    DDNAME=SYSUT2",
        " IGD105I SYS26031.T120000.RA000.JOB1.TEMP.H01         DELETED,   DDNAME=SYSUT1",
        "IEFA107I JOB1 S4 SYSUT1 - DATA SET SYS26031.T120000.RA000.JOB1.TEMP.H01 NOT FOUND",
    ]);
    assert_eq!(*ran.end(), JobEnd::JclError);
    system.assert_clean();
}

#[test]
fn a_data_set_without_a_name_is_temporary_and_its_own() {
    let system = TestSystem::new();
    let ran = run(&system, &[nothing("S1", &format!("//A DD {SPACE}\n//B DD {SPACE}"))]);
    ran.assert_says(&[
        "DSN (SYS26031.T120000.RA000.JOB1.R0100001        )",
        "DSN (SYS26031.T120000.RA000.JOB1.R0100002        )",
    ]);
    assert!(ran.says("R0100001         DELETED,   DDNAME=A"), "{}", ran.listing());
}

#[test]
fn what_nobody_receives_is_deleted_when_the_job_ends_and_what_was_there_before_is_kept() {
    let system = TestSystem::new().text("MY.OLD", &["A"]);
    let ran = run(
        &system,
        &[nothing("S1", &format!("//A DD DSN=&&T,DISP=(NEW,PASS),{NEW}\n//B DD DSN=MY.OLD,DISP=(SHR,PASS)"))],
    );
    ran.assert_says(&[
        "VIRT- ALLOC:",
        " IGD105I SYS26031.T120000.RA000.JOB1.T.H01            DELETED,   DDNAME=A       \n",
        " IGD104I MY.OLD                                       RETAINED,  DDNAME=B       \n IEF375I  JOB/JOB1",
    ]);
    assert!(system.exists("MY.OLD"));
}

#[test]
fn a_passed_data_set_that_idcams_deletes_is_not_deleted_again() {
    let system = TestSystem::new();
    let ran =
        run(&system, &[nothing("S1", &format!("//A DD DSN=MY.A,DISP=(NEW,PASS),{NEW}")), idcams("S2", " DELETE MY.A")]);
    assert!(ran.says("IDC0550I ENTRY (A) MY.A DELETED"));
    assert!(!ran.says("IGD105I"), "{}", ran.listing());
}

#[test]
fn idcams_deletes_a_data_set_that_the_same_step_makes() {
    let system = TestSystem::new();
    let deck = format!("{}//NEW DD DSN=MY.A,DISP=(NEW,CATLG),{NEW}\n", idcams("S1", " DELETE MY.A"));
    let ran = run(&system, &[deck]);
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    ran.assert_says(&["ZJB154W MY.A", "IDC0550I ENTRY (A) MY.A DELETED"]);
    assert!(!system.exists("MY.A"));
    system.assert_clean();
}

#[test]
fn a_reference_means_the_data_set_of_an_earlier_dd() {
    let system = TestSystem::new();
    let ran = run(
        &system,
        &[
            write("S1", "HELLO", &format!("DISP=(NEW,PASS),{NEW}")),
            read("S2", "DSN=*.S1.SYSUT2,DISP=(OLD,PASS)"),
            write(
                "S3",
                "SECOND",
                "DSN=MY.COPY,DISP=(NEW,CATLG),\n//  DCB=*.S1.SYSUT2,SPACE=(TRK,1),VOL=REF=*.S1.SYSUT2",
            ),
        ],
    );
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(printed(&ran, "S2"), ["HELLO"]);
    assert_eq!(system.attributes("MY.COPY").expect("made").lrecl, 80);
}

#[test]
fn like_copies_attributes_and_space() {
    let system = TestSystem::new().text("MY.MODEL", &["A"]);
    let ran = run(&system, &[nothing("S1", "//A DD DSN=MY.A,DISP=(NEW,CATLG),LIKE=MY.MODEL")]);
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(system.attributes("MY.A"), system.attributes("MY.MODEL"));
}

#[test]
fn the_label_has_the_block_size_of_the_system_before_anything_is_written() {
    let system = TestSystem::new();
    run(&system, &[nothing("S1", &format!("//A DD DSN=MY.A,DISP=(NEW,CATLG),{NEW}"))]);
    assert_eq!(system.attributes("MY.A").expect("made").blksize, 27_920);
}

#[test]
fn ddname_stands_for_a_later_dd_and_for_nothing_if_none_comes() {
    let system = TestSystem::new().text("MY.A", &["A"]);
    let deck = "//S1 EXEC PGM=IEBGENER\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DDNAME=NEVER\n//SYSUT2 DD SYSOUT=*\n\
                //SYSUT1 DD DDNAME=INPUT\n//INPUT DD DSN=MY.A,DISP=SHR\n";
    let ran = run(&system, &[deck.to_owned()]);
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(printed(&ran, "S1"), ["A"]);
    assert!(ran.says("IGD103I SMS ALLOCATED TO DDNAME SYSUT1") && !ran.says("TO DDNAME INPUT"));
}

#[test]
fn mod_writes_behind_what_is_there_and_makes_what_is_not() {
    let system = TestSystem::new();
    let append = |step: &str, text: &str| write(step, text, &format!("DSN=MY.A,DISP=(MOD,CATLG),{NEW}"));
    let ran = run(&system, &[append("S1", "ONE"), append("S2", "TWO"), read("S3", "DSN=MY.A,DISP=SHR")]);
    assert_eq!(printed(&ran, "S3"), ["ONE", "TWO"], "{}", ran.listing());
}

#[test]
fn data_sets_members_and_in_stream_data_are_read_as_one() {
    let system = TestSystem::new().text("MY.A", &["ONE"]).text("MY.LIB(M)", &["TWO"]);
    let ran = run(&system, &[read("S1", "DSN=MY.A,DISP=SHR\n// DD DSN=MY.LIB(M),DISP=SHR\n// DD *\nTHREE\n/*")]);
    assert_eq!(printed(&ran, "S1"), ["ONE", "TWO", "THREE"], "{}", ran.listing());
}

#[test]
fn a_concatenation_of_unlike_fixed_records_ends_in_an_input_error() {
    let long = vec![vec![0xC1; 100]];
    let system = TestSystem::new().text("MY.A", &["ONE"]).dataset("MY.LONG", zjob::dataset::Recfm::FB, 100, &long);
    let ran = run(&system, &[read("S1", "DSN=MY.A,DISP=SHR\n// DD DSN=MY.LONG,DISP=SHR")]);
    assert_eq!(ran.step("S1"), "*S001", "{}", ran.listing());
    assert!(ran.says(
        "ZJB156E JOB1 S1 SYSUT1 - MY.LONG (RECFM=FB, LRECL=100) IS UNLIKE THE FIRST DATA SET (RECFM=FB, LRECL=80)"
    ));
    assert!(ran.says("ABEND=S001 U0000 REASON=00000004"));
}

#[test]
fn a_directory_without_room_for_another_member_is_sb14() {
    let system = TestSystem::new();
    let mut steps =
        vec![nothing("S0", "//LIB DD DSN=MY.LIB,DISP=(NEW,CATLG),\n//  SPACE=(TRK,(5,1,1)),RECFM=FB,LRECL=80")];
    steps.extend((1..=22).map(|n| write(&format!("S{n}"), "X", &format!("DSN=MY.LIB(M{n:02}),DISP=SHR"))));
    let ran = run(&system, &steps);
    assert_eq!(ran.step("S21"), "0000", "{}", ran.listing());
    assert_eq!(ran.step("S22"), "*SB14");
    assert!(system.has_member("MY.LIB", "M21") && !system.has_member("MY.LIB", "M22"));
    assert!(ran.says("ABEND=SB14 U0000 REASON=0000000C"));
}

#[test]
fn a_library_of_dsntype_library_has_no_end_of_its_directory() {
    let system = TestSystem::new();
    let mut steps = vec![nothing(
        "S0",
        "//LIB DD DSN=MY.LIB,DISP=(NEW,CATLG),\n//  SPACE=(TRK,(5,1,1)),RECFM=FB,LRECL=80,DSNTYPE=LIBRARY",
    )];
    steps.extend((1..=22).map(|n| write(&format!("S{n}"), "X", &format!("DSN=MY.LIB(M{n:02}),DISP=SHR"))));
    assert_eq!(*run(&system, &steps).end(), JobEnd::Code(0));
}

#[test]
fn an_old_data_set_is_not_found_on_another_volume() {
    let mut system = TestSystem::new().text("MY.A", &["A"]);
    system.config.volumes.push(("OTHER1".to_owned(), 10));
    let ran = run(&system, &[nothing("S1", "//A DD DSN=MY.A,DISP=SHR,VOL=SER=OTHER1,UNIT=SYSDA")]);
    assert!(ran.says("IEFA107I JOB1 S1 A - DATA SET MY.A NOT FOUND"), "{}", ran.listing());
    let ran = run(&system, &[nothing("S1", "//A DD DSN=MY.A,DISP=SHR,VOL=SER=ZJOB01,UNIT=SYSDA")]);
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
}

#[test]
fn a_data_set_that_has_not_expired_is_deleted_only_with_purge() {
    let system = TestSystem::new();
    run(&system, &[nothing("S1", &format!("//A DD DSN=MY.A,DISP=(NEW,CATLG),{NEW},RETPD=10"))]);
    let ran = run(&system, &[nothing("S1", "//A DD DSN=MY.A,DISP=(OLD,DELETE)")]);
    assert!(
        ran.says("ZJB155W MY.A                                         NOT DELETED BEFORE 2026-02-10"),
        "{}",
        ran.listing()
    );
    let ran = run(&system, &[idcams("S1", " DELETE MY.A"), idcams("S2", " DELETE MY.A PURGE")]);
    assert_eq!((ran.step("S1"), ran.step("S2")), ("0008", "0000"));
    assert!(ran.says("ZJB161E MY.A HAS NOT EXPIRED AND PURGE IS NOT CODED"));
}

#[test]
fn without_sms_devices_and_volumes_are_shown() {
    let mut system = TestSystem::new().text("MY.OLD", &["A"]);
    system.config.sms = false;
    let ran = run(
        &system,
        &[nothing("S1", &format!("//A DD DSN=MY.OLD,DISP=SHR\n//B DD DSN=MY.NEW,DISP=(,CATLG),{NEW}\n//C DD {SPACE}"))],
    );
    ran.assert_says(&[
        " IEF237I 0A80 ALLOCATED TO A\n IGD100I 0A80 ALLOCATED TO DDNAME B        DATACLAS (        )\n",
        " IEF285I   MY.OLD                                       KEPT          \n IEF285I   VOL SER NOS= ZJOB01.",
        " IEF285I   MY.NEW                                       CATALOGED     \n",
        " DELETED       \n",
    ]);
}

#[test]
fn the_sample_of_generations_runs_twice() {
    let system = TestSystem::of_samples();
    for _ in 0..2 {
        let ran = system.run_sample("generations.jcl");
        assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
        assert_eq!(printed(&ran, "PRINT"), ["MONDAY", "TUESDAY"]);
    }
    system.assert_clean();
}

#[test]
fn pgm_may_name_a_member_that_an_earlier_dd_made_if_its_step_ran() {
    let library = "DSN=&&LOAD(IEFBR14),DISP=(NEW,PASS),SPACE=(TRK,(1,1,1))";
    let deck = |first: &str| format!("//S1 EXEC PGM=IEFBR14{first}\n//LIB DD {library}\n//S2 EXEC PGM=*.S1.LIB\n");
    let ran = run(&TestSystem::new(), &[deck("")]);
    assert_eq!(ran.step("S2"), "0000", "{}", ran.listing());
    let ran = run(&TestSystem::new(), &[nothing("S0", ""), deck(",COND=(0,EQ)")]);
    assert_eq!((ran.step("S1"), ran.step("S2")), ("FLUSH", "FLUSH"));
    assert!(ran.says(" IEF221I JOB1 S2 - PGM=*.DD - REFERENCED STEP NOT EXECUTED OR DATA SET TYPE INVALID\n"));
    assert_eq!(*ran.end(), JobEnd::JclError);
}

#[test]
fn parmdd_gives_the_records_of_a_dd_as_the_parm() {
    let system = TestSystem::new().text("MY.A", &["A"]);
    let ran = run(
        &system,
        &["//S1 EXEC PGM=TRSMAIN,PARMDD=WHAT\n//WHAT DD *\nPACK\n//SYSPRINT DD SYSOUT=*\n\
           //INFILE DD DSN=MY.A,DISP=SHR\n//OUTFILE DD DSN=MY.PACKED,DISP=(NEW,CATLG),SPACE=(TRK,1)\n"
            .to_owned()],
    );
    assert_eq!(ran.step("S1"), "0000", "{}", ran.listing());
    assert_eq!(system.attributes("MY.PACKED").expect("packed").lrecl, 1024);
}

#[test]
fn joblib_is_searched_for_data_sets_before_every_step_and_kept_until_the_job_ends() {
    let system = TestSystem::new().text("MY.LOAD(X)", &["A"]);
    let deck = |dsn: &str| format!("//JOB1 JOB CLASS=A\n//JOBLIB DD DSN={dsn},DISP=SHR\n//S1 EXEC PGM=IEFBR14\n");
    let ran = system.run(&deck("MY.LOAD"));
    ran.assert_says(&[
        " IGD103I SMS ALLOCATED TO DDNAME JOBLIB\n IEF142I JOB1 S1",
        "VIRT- ALLOC:",
        " IGD104I MY.LOAD                                      RETAINED,  DDNAME=JOBLIB  \n IEF375I",
    ]);
    let ran = system.run(&deck("NO.LOAD"));
    assert!(ran.says(" IEFA107I JOB1 S1 JOBLIB - DATA SET NO.LOAD NOT FOUND"), "{}", ran.listing());
}

#[test]
fn mod_makes_the_first_generation_of_an_empty_group() {
    let system = TestSystem::new();
    let made = write("S1", "ONE", &format!("DSN=MY.LOG(0),DISP=(MOD,CATLG),{NEW}"));
    let ran = run(&system, &[group(2, ""), made]);
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(generations(&system), ["MY.LOG.G0001V00"]);
}

#[test]
fn records_are_not_read_or_extended_as_something_else_than_they_are() {
    let system = TestSystem::new().text("MY.A", &["ONE"]);
    for dd in ["DSN=MY.A,DISP=SHR,RECFM=U,BLKSIZE=32760", "DSN=MY.A,DISP=SHR,RECFM=VB,LRECL=84,BLKSIZE=800"] {
        let ran = run(&system, &[read("S1", dd)]);
        assert_eq!(*ran.end(), JobEnd::Abend("S013".to_owned()), "{dd}");
        assert!(ran.says(" ZJB108E JOB1 S1 SYSUT1 - MY.A (RECFM=FB) READ AS RECFM="), "{}", ran.listing());
    }
    for dd in ["RECFM=FB,LRECL=160,BLKSIZE=1600", "RECFM=VB,LRECL=84,BLKSIZE=800"] {
        let target = format!("DSN=MY.A,DISP=MOD,{dd}");
        let deck = format!(
            "//S1 EXEC PGM=TRSMAIN,PARM=UNPACK\n//SYSPRINT DD SYSOUT=*\n//INFILE DD DSN=MY.A,DISP=SHR\n//OUTFILE DD {target}\n"
        );
        run(&system, &[deck, write("S2", "TWO", &target)]);
        assert_eq!(system.records("MY.A").map(|records| records.len()), Some(1), "{dd}");
    }
}
