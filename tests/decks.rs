//! Decks of all kinds, each of which a mainframe would run so.

mod common;

use common::TestSystem;
use zjob::job::initiator::JobEnd;

#[test]
fn what_may_not_be_there_is_deleted_with_no_space_at_all() {
    let system = TestSystem::new();
    let deck = "//J JOB 1\n//S EXEC PGM=IEFBR14\n//A DD DSN=T.A,DISP=(MOD,DELETE,DELETE),UNIT=SYSDA,SPACE=(CYL,(0))\n\
                //B DD DSN=T.B,DISP=(MOD,DELETE),SPACE=(TRK,0)\n//C DD DSN=T.C,DISP=(MOD,DELETE),SPACE=(TRK,(0,0))\n";
    for _ in 0..2 {
        let ran = system.run(deck);
        assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    }
    let system = system.text("T.B", &["it is there"]);
    assert_eq!(*system.run(deck).end(), JobEnd::Code(0));
    assert!(!system.exists("T.B"));
}

#[test]
fn forward_references_that_nobody_resolves_are_empty_places_of_a_concatenation() {
    // JCL Reference, "Examples of the DDNAME parameter", example 4.
    let ran = TestSystem::new().run(
        "//J JOB 1\n//P PROC\n//S EXEC PGM=IEBGENER\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DUMMY\n//SYSUT1 DD DDNAME=INPUT1\n\
         //  DD DDNAME=INPUT2\n//  DD DDNAME=INPUT3\n//SYSUT2 DD SYSOUT=*\n// PEND\n//A EXEC P\n\
         //INPUT1 DD *\nONE\n//INPUT2 DD *\nTWO\n",
    );
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    let read: Vec<&str> = ran.lines("S", "SYSUT2").iter().map(|line| line.trim_end()).collect();
    assert_eq!(read, ["ONE", "TWO"]);
}

#[test]
fn jobrc_tells_the_end_of_the_last_step_or_of_one_also_if_another_abended() {
    let end = |jobrc: &str| {
        let deck =
            format!("//J JOB 1{jobrc}\n//S EXEC PGM=NOSUCH\n//T EXEC PGM=IEFBR14,COND=EVEN\n//U EXEC PGM=IEFBR14\n");
        TestSystem::new().run(&deck).end().clone()
    };
    assert_eq!(end(""), JobEnd::Abend("S806".to_owned()));
    assert_eq!(end(",JOBRC=LASTRC"), JobEnd::Code(0));
    assert_eq!(end(",JOBRC=(STEP,T)"), JobEnd::Code(0));
    assert_eq!(end(",JOBRC=(STEP,S)"), JobEnd::Abend("S806".to_owned()));
    assert_eq!(end(",JOBRC=(STEP,U)"), JobEnd::Abend("S806".to_owned()), "it did not run");
}

#[test]
fn a_temporary_name_is_the_last_qualifier_of_a_spool_data_set() {
    // JCL Reference, "Examples of the DATA parameter", example 2.
    let ran = TestSystem::new().run(
        "//J JOB 1\n//S EXEC PGM=IEFBR14\n//A DD DATA,DSNAME=&&GRP3\nX\n/*\n//B DD SYSOUT=*,DSN=&&OUT\n//C DD SYSOUT=*\n",
    );
    ran.assert_says(&[
        "IEF285I   IBMUSER.J.JOB00001.D0000101.GRP3             SYSIN",
        "IEF285I   IBMUSER.J.JOB00001.D0000102.OUT              SYSOUT",
        "IEF285I   IBMUSER.J.JOB00001.D0000103.?                SYSOUT",
    ]);
}
