//! What becomes of data sets when steps end well, abend, or do not start at all.

mod common;

use common::TestSystem;
use zjob::job::initiator::JobEnd;

const NEW: &str = "\n//  SPACE=(TRK,(1,1)),RECFM=FB,LRECL=80";

#[test]
fn a_new_data_set_is_cataloged_kept_or_deleted_as_the_dd_says() {
    let system = TestSystem::new();
    let ran = system.run(&format!(
        "//DISPS   JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n//A DD DSN=MY.A,DISP=(NEW,CATLG),{NEW}\n\
         //B DD DSN=MY.B,DISP=(NEW,KEEP),{NEW}\n//C DD DSN=MY.C,DISP=(NEW,DELETE),{NEW}\n//D DD DSN=MY.D,{NEW}\n"
    ));
    assert_eq!(*ran.end(), JobEnd::Code(0));
    assert!(system.exists("MY.A") && system.exists("MY.B"));
    assert!(!system.exists("MY.C") && !system.exists("MY.D"));
    assert!(ran.says(" IGD101I SMS ALLOCATED TO DDNAME (A       )"));
    assert!(ran.says(" IGD104I MY.A                                         RETAINED,  DDNAME=A       "));
    assert!(ran.says(" IGD105I MY.C                                         DELETED,   DDNAME=C       "));
    system.assert_clean();
}

#[test]
fn a_missing_data_set_fails_the_job_in_allocation_and_flushes_every_later_step() {
    let system = TestSystem::new();
    let ran = system.run(&format!(
        "//MISSING JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n//A DD DSN=MY.A,DISP=(NEW,CATLG),{NEW}\n\
         //B DD DSN=NO.SUCH,DISP=SHR\n//S2 EXEC PGM=IEFBR14,COND=EVEN\n"
    ));
    assert_eq!(*ran.end(), JobEnd::JclError);
    assert_eq!((ran.step("S1"), ran.step("S2")), ("FLUSH", "FLUSH"));
    assert!(
        ran.says(" IEFA107I MISSING S1 B - DATA SET NO.SUCH NOT FOUND\n IEF272I MISSING S1 - STEP WAS NOT EXECUTED.")
    );
    assert!(ran.says("IEF453I MISSING - JOB FAILED - JCL ERROR - TIME=12.00.00"));
    assert!(!system.exists("MY.A"), "new data sets of a step that failed in allocation are deleted");
    system.assert_clean();
}

#[test]
fn a_name_that_exists_already_is_a_duplicate() {
    let system = TestSystem::new().text("MY.A", &["OLD"]);
    let ran =
        system.run(&format!("//DUP     JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n//A DD DSN=MY.A,DISP=(NEW,CATLG),{NEW}\n"));
    assert_eq!(*ran.end(), JobEnd::JclError);
    assert!(ran.says(
        " IGD17101I DATA SET MY.A\n NOT DEFINED BECAUSE DUPLICATE NAME EXISTS IN CATALOG\n \
         RETURN CODE IS 8 REASON CODE IS 38 IGG0CLEH\n"
    ));
    assert_eq!(system.records("MY.A").expect("it is still there").len(), 1);
}

#[test]
fn an_unknown_program_is_s806_and_takes_the_abnormal_dispositions() {
    let system = TestSystem::new().text("MY.OLD", &["X"]);
    let ran = system.run(&format!(
        "//NOPGM   JOB CLASS=A\n//S1 EXEC PGM=NOSUCH\n//A DD DSN=MY.A,DISP=(NEW,CATLG,DELETE),{NEW}\n\
         //B DD DSN=MY.B,DISP=(NEW,CATLG),{NEW}\n//C DD DSN=MY.OLD,DISP=(OLD,KEEP,DELETE)\n\
         //S2 EXEC PGM=IEFBR14\n//S3 EXEC PGM=IEFBR14,COND=ONLY\n"
    ));
    assert_eq!(*ran.end(), JobEnd::Abend("S806".to_owned()));
    assert_eq!((ran.step("S1"), ran.step("S2"), ran.step("S3")), ("*S806", "FLUSH", "0000"));
    assert!(!system.exists("MY.A") && system.exists("MY.B") && !system.exists("MY.OLD"));
    for line in [
        "  CSV003I REQUESTED MODULE NOSUCH   NOT FOUND\n",
        "  CSV028I ABEND806-04  JOBNAME=NOPGM     STEPNAME=S1      \n",
        "  IEF450I NOPGM S1 - ABEND=S806 U0000 REASON=00000004  100\n",
        " IEF472I NOPGM S1 - COMPLETION CODE - SYSTEM=806 USER=0000 REASON=00000004\n",
        "  $HASP395 NOPGM    ENDED - ABEND=S806\n",
    ] {
        assert!(ran.says(line), "{line:?} is not in\n{}", ran.listing());
    }
}

#[test]
fn the_whole_log_of_a_two_step_job_is_laid_out_as_on_the_host() {
    let system = TestSystem::new().text("MY.OLD", &["X"]);
    let ran = system.run(
        "//LAYOUT   JOB 1,'A PROGRAMMER'\n//* A COMMENT\n//ONE      EXEC PGM=IEFBR14\n//OLD      DD DSN=MY.OLD,DISP=SHR\n\
         //NONE     DD DUMMY\n//TWO      EXEC PGM=IEFBR14,COND=(0,EQ)\n//\n",
    );
    insta::assert_snapshot!(ran.listing());
}

#[test]
fn passed_data_sets_live_until_the_job_ends() {
    let system = TestSystem::new();
    let ran = system.run(&format!(
        "//PASSED  JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n//A DD DSN=MY.A,DISP=(NEW,PASS),{NEW}\n//B DD DSN=MY.B,DISP=(NEW,PASS),{NEW}\n\
         //S2 EXEC PGM=IEFBR14\n//A DD DSN=MY.A,DISP=(OLD,CATLG)\n"
    ));
    assert_eq!(*ran.end(), JobEnd::Code(0));
    assert!(system.exists("MY.A"), "claimed and cataloged");
    assert!(!system.exists("MY.B"), "unclaimed");
    assert!(ran.says(" IGD106I MY.B                                         PASSED,    DDNAME=B       "));
}

#[test]
fn a_job_whose_data_could_not_be_kept_does_not_end_well() {
    let system = TestSystem::new();
    drop(system.open());
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON dataset WHEN NEW.name = 'MY.A' \
                  BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END";
    let database = rusqlite::Connection::open(system.home().join("zjob.db")).expect("the database");
    database.execute_batch(refuse).expect("a trigger");
    let ran = system.run(&format!(
        "//LOST    JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n//A DD DSN=MY.A,DISP=(NEW,CATLG),{NEW}\n//S2 EXEC PGM=IEFBR14\n"
    ));
    assert!(ran.says(" ZJB107E MY.A - HOST FILE SYSTEM OR DATABASE ERROR: "), "{}", ran.listing());
    assert_eq!(*ran.end(), JobEnd::JclError);
    assert_eq!(ran.step("S2"), "FLUSH");
}

#[test]
fn what_follows_dummy_in_a_concatenation_is_not_read() {
    let system = TestSystem::new().text("MY.A", &[" DELETE NO.SUCH"]).text("MY.B", &[" SET MAXCC=4"]);
    let deck = |first: &str| {
        format!(
            "//CONCAT  JOB CLASS=A\n//S1 EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD {first}\n\
             // DD DSN=MY.B,DISP=SHR\n"
        )
    };
    assert_eq!(system.run(&deck("DUMMY")).step("S1"), "0000");
    assert_eq!(system.run(&deck("DSN=MY.B,DISP=SHR")).step("S1"), "0004");
}

#[test]
fn a_record_length_that_does_not_divide_the_blocks_is_s013_20_on_input_too() {
    let system = TestSystem::new().text("MY.IN", &["A"; 5]);
    let ran = system.run(
        "//BADLEN  JOB CLASS=A\n//S1 EXEC PGM=TRSMAIN,PARM=PACK\n//SYSPRINT DD SYSOUT=*\n\
         //INFILE DD DSN=MY.IN,DISP=SHR,LRECL=100\n\
         //OUTFILE DD DSN=MY.OUT,DISP=(NEW,CATLG),SPACE=(TRK,1)\n",
    );
    assert_eq!(ran.step("S1"), "*S013");
    assert!(ran.says(" IEC141I 013-20,"), "{}", ran.listing());
}

#[test]
fn the_members_of_a_library_share_its_space() {
    let noise: Vec<Vec<u8>> = (0..400_u32).map(|n| (0..80).map(|at| (n * 89 + at * n + at) as u8).collect()).collect();
    let system = TestSystem::new().dataset("MY.IN", zjob::dataset::Recfm::FB, 80, &noise);
    let member = |name: &str| {
        format!(
            "//{name} EXEC PGM=TRSMAIN,PARM=UNPACK\n//SYSPRINT DD SYSOUT=*\n//INFILE DD DSN=MY.PACKED,DISP=SHR\n\
             //OUTFILE DD DSN=MY.LIB({name}),DISP=SHR\n"
        )
    };
    let ran = system.run(&format!(
        "//LIB     JOB CLASS=A\n//S1 EXEC PGM=TRSMAIN,PARM=PACK\n//SYSPRINT DD SYSOUT=*\n\
         //INFILE DD DSN=MY.IN,DISP=SHR\n//OUTFILE DD DSN=MY.PACKED,DISP=(NEW,CATLG),SPACE=(TRK,5)\n\
         //LIB DD DSN=MY.LIB,DISP=(NEW,CATLG),SPACE=(TRK,(2,0,5))\n{}{}",
        member("FIRST"),
        member("SECOND"),
    ));
    // 32,000 bytes in blocks of 27,920 take the track that the directory leaves; a second member finds none.
    assert_eq!((ran.step("FIRST"), ran.step("SECOND")), ("0000", "*SD37"), "{}", ran.listing());
    assert!(ran.says(" IEC031I D37-04,"));
}

#[test]
fn a_data_set_without_primary_space_takes_records_only_with_a_secondary_quantity() {
    let system = TestSystem::new().text("MY.IN", &["ONE"]);
    let copy = |step: &str, space: &str| {
        format!(
            "//{step} EXEC PGM=IEBGENER\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DUMMY\n//SYSUT1 DD DSN=MY.IN,DISP=SHR\n\
             //SYSUT2 DD DSN=MY.{step},DISP=(NEW,CATLG),SPACE=(TRK,{space})\n"
        )
    };
    let ran = system.run(&format!("//ZERO    JOB CLASS=A\n{}{}", copy("SOME", "(0,1)"), copy("NONE", "0")));
    assert_eq!((ran.step("SOME"), ran.step("NONE")), ("0000", "*SD37"), "{}", ran.listing());
}

#[test]
fn a_library_without_a_member_is_refused_in_words_of_ours() {
    let system = TestSystem::new().text("MY.LIB(A)", &["A"]);
    let ran = system.run(
        "//NOMEM   JOB CLASS=A\n//S1 EXEC PGM=CSDFILEN\n//SYSPRINT DD SYSOUT=*\n\
         //SYSUT1 DD DSN=MY.LIB,DISP=SHR\n//SYSUT2 DD DSN=MY.OUT,DISP=(NEW,CATLG),SPACE=(TRK,1)\n\
         //SYSIN DD *\nPASSWORD=abcdefgh12\n",
    );
    assert_ne!(ran.step("S1"), "0000");
    assert!(ran.says("ZJB108E NOMEM S1 SYSUT1 - READING LIBRARY MY.LIB WITHOUT A MEMBER IS NOT EMULATED"));
    assert!(!ran.says("IEC141I"), "the host would read it");
}

#[test]
fn a_data_set_without_any_attributes_is_s013_34() {
    let system = TestSystem::new();
    let ran = system.run(
        "//NODCB   JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n//A DD DSN=MY.A,DISP=(NEW,CATLG),SPACE=(TRK,1)\n\
         //S2 EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DSN=MY.A,DISP=SHR\n",
    );
    assert_eq!((ran.step("S1"), ran.step("S2")), ("0000", "*S013"));
    assert!(ran.says(" IEC141I 013-34,"), "{}", ran.listing());
}
