//! What the converter lists in JESJCL.

use super::{hints, job, jobs, listing};

#[test]
fn only_first_cards_have_numbers_and_data_is_not_listed() {
    // z/OS listing HELLO JOB00134, 16 cards read.
    let deck = "\
//HELLO    JOB (T043JM,JM00,1,0,0,0),'HELLO WORLD - JRM',CLASS=R,
//             MSGCLASS=X,MSGLEVEL=1,NOTIFY=S0JM
//*
//* PRINT \"HELLO WORLD\" ON JOB OUTPUT
//*
//* NOTE THAT THE EXCLAMATION POINT IS INVALID EBCDIC FOR JCL
//*   AND WILL CAUSE A JCL ERROR
//*
//STEP0001 EXEC PGM=IEBGENER
//SYSIN    DD DUMMY
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD *
HELLO, WORLD
/*
//SYSUT2   DD SYSOUT=*
//
";
    let job = job(deck);
    let expected = "  1 //HELLO    JOB (T043JM,JM00,1,0,0,0),'HELLO WORLD - JRM',CLASS=R,
    //             MSGCLASS=X,MSGLEVEL=1,NOTIFY=S0JM
    //*
    //* PRINT \"HELLO WORLD\" ON JOB OUTPUT
    //*
    //* NOTE THAT THE EXCLAMATION POINT IS INVALID EBCDIC FOR JCL
    //*   AND WILL CAUSE A JCL ERROR
    //*
  2 //STEP0001 EXEC PGM=IEBGENER
  3 //SYSIN    DD DUMMY
  4 //SYSPRINT DD SYSOUT=*
  5 //SYSUT1   DD *
  6 //SYSUT2   DD SYSOUT=*
  7 //
";
    assert_eq!(listing(&job), expected);
    assert_eq!(job.cards_read, 16);
    assert!(job.job.is_some());
    assert_eq!((job.programmer.as_str(), job.class.as_str()), ("HELLO WORLD - JRM", "R"));
}

#[test]
fn the_substitution_line_comes_right_before_the_next_statement() {
    // z/OS listing SUNGIK JOB19944, 8 cards read.
    let deck = "\
//SUNGIK JOB 'WD-PKGBIND',MSGLEVEL=(1,1),MSGCLASS=R,NOTIFY=&SYSUID
//*
//RUN EXEC PGM=HELLO
//STEPLIB  DD DISP=SHR,DSN=SUNGIK.DEMO1.LOAD
//SYSIN    DD DUMMY
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD DSN=SUNGIK.DATA.FILE.JCL,DISP=SHR
//SYSUT2   DD SYSOUT=*
";
    let job = job(deck);
    let expected = "  1 //SUNGIK JOB 'WD-PKGBIND',MSGLEVEL=(1,1),MSGCLASS=R,NOTIFY=&SYSUID
    //*
    IEFC653I SUBSTITUTION JCL - 'WD-PKGBIND',MSGLEVEL=(1,1),MSGCLASS=R,NOTIFY=IBMUSER
  2 //RUN EXEC PGM=HELLO
";
    assert!(listing(&job).starts_with(expected), "{}", listing(&job));
    assert_eq!(job.cards_read, 8);
}

#[test]
fn the_substitution_line_joins_the_operands_of_all_cards() {
    let job = job("//J JOB\n//S EXEC PGM=P,  COMMENT\n// PARM='&SYSUID'\n");
    assert!(listing(&job).ends_with(" IEFC653I SUBSTITUTION JCL - PGM=P,PARM='IBMUSER'\n"));
}

#[test]
fn control_statements_are_numbered_and_procedures_only_once() {
    // z/OS listing DBDGEN00 JOB00361: /*JOBPARM is 2, PROC is 3, its body has no numbers, the call is 4.
    let deck = "//DBDGEN00 JOB MSGLEVEL=1\n/*JOBPARM  SYSAFF=*\n//*\n//DBDGEN   PROC MBR=TEMPNAME\n\
                    //C        EXEC PGM=ASMA90\n//*\n//         PEND\n//DLORD6   EXEC DBDGEN,\n//    MBR=DLORD6\n";
    let expected = "  1 //DBDGEN00 JOB MSGLEVEL=1\n  2 /*JOBPARM  SYSAFF=*\n    //*\n  3 //DBDGEN   PROC MBR=TEMPNAME\n    \
                        //C        EXEC PGM=ASMA90\n    //*\n    //         PEND\n  4 //DLORD6   EXEC DBDGEN,\n    //    MBR=DLORD6\n  \
                        5 ++DBDGEN   PROC MBR=TEMPNAME\n  6 ++C        EXEC PGM=ASMA90\n    ++*\n";
    assert_eq!(listing(&job(deck)), expected);
}

#[test]
fn jes2_lists_the_sysin_that_it_makes() {
    let job = job("//J JOB\n//S EXEC PGM=P\nDATA\n//");
    let expected = "  1 //J JOB\n  2 //S EXEC PGM=P\n  3 //SYSIN     DD *               GENERATED STATEMENT\n  4 //\n";
    assert_eq!(listing(&job), expected);
    assert!(job.job.is_some_and(|job| job.steps[0].dds[0].name == "SYSIN"));
}

#[test]
fn columns_after_80_are_not_listed() {
    let job = job(&format!("{:80}AND MORE\n//S EXEC PGM=P", "//J JOB"));
    assert_eq!(job.listing[0].text.len(), 80);
}

#[test]
fn what_follows_a_null_statement_is_ignored_and_the_user_is_told() {
    let deck = "//J JOB\n//S EXEC PGM=P\n//\n//* comment\n//T EXEC PGM=Q\n";
    let job = job(deck);
    assert_eq!(job.job.map(|job| job.steps.len()), Some(1));
    assert_eq!(job.cards_read, 5);
    assert_eq!(hints(deck), ["ZJB031I Cards from 5 on follow the null statement on card 3: z/OS ignores them."]);
    assert!(hints("//J JOB\n//S EXEC PGM=P\n//\n//* end\n").is_empty());
}

#[test]
fn passwords_are_blank_in_cards_and_substitution_lines() {
    let job = job("//J JOB PASSWORD=SECRET,USER=&SYSUID,NOTIFY=X\n//S EXEC PGM=P\n");
    assert!(job.job.is_some());
    let expected = "  1 //J JOB PASSWORD=      ,USER=&SYSUID,NOTIFY=X\n    \
                        IEFC653I SUBSTITUTION JCL - PASSWORD=      ,USER=IBMUSER,NOTIFY=X\n";
    assert!(listing(&job).starts_with(expected), "{}", listing(&job));
    assert!(!format!("{job:?}").contains("SECRET"));
}

#[test]
fn a_password_is_blank_even_if_the_comma_before_it_is_missing() {
    let job = job("//J JOB CLASS=A\n//   USER=X,PASSWORD=SECRET\n//S EXEC PGM=P\n");
    assert!(listing(&job).contains("  2 //   USER=X,PASSWORD=\n"), "{}", listing(&job));
    let symbol = super::job("//J JOB PASSWORD=A&SECRET\n//S EXEC PGM=P\n");
    assert!(!format!("{symbol:?}").contains("SECRET"));
}

#[test]
fn each_job_of_a_deck_has_its_own_numbers_and_cards() {
    let deck = "//A JOB\n//S EXEC PGM=P\n//X DD *\n//* no data\n/*\n//B JOB\n//S EXEC PGM=P\n\u{1A}";
    let jobs = jobs(deck);
    let facts: Vec<_> = jobs.iter().map(|job| (job.name.as_str(), job.cards_read, job.listing.len())).collect();
    assert_eq!(facts, [("A", 5, 4), ("B", 2, 2)]);
}
