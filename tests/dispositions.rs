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
