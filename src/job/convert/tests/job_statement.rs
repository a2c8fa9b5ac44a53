//! The JOB statement.

use super::{AfterAbend, CondTest, Operator, converted, errors, job, job_errors, job_hints, on_cards};

#[test]
fn programmer_class_and_msgclass_are_taken_or_defaulted() {
    let job = converted("//J JOB (ACCT,'X Y'),'O''NEIL',CLASS=B,MSGCLASS=Z\n//S EXEC PGM=P\n");
    assert_eq!(job.programmer, "O'NEIL");
    assert_eq!((job.class.as_str(), job.message_class.as_str()), ("B", "Z"));
    let plain = converted("//J JOB\n//S EXEC PGM=P\n");
    assert_eq!((plain.class.as_str(), plain.message_class.as_str()), ("A", "A"));
    assert_eq!(converted("//J JOB ,NAME\n//S EXEC PGM=P\n").programmer, "NAME");
    assert_eq!(converted("//J JOB 1,J.SMITH\n//S EXEC PGM=P\n").programmer, "J.SMITH");
}

#[test]
fn harmless_keywords_pass() {
    let operands = on_cards(&[
        "REGION=0M",
        "TIME=1440",
        "MSGLEVEL=(1,1)",
        "NOTIFY=&SYSUID",
        "USER=IBMUSER",
        "PASSWORD=X",
        "PRTY=7",
        "MEMLIMIT=NOLIMIT",
        "GDGBIAS=JOB",
        "JOBRC=MAXRC",
        "ADDRSPC=VIRT",
        "REGION=",
    ]);
    assert_eq!(job_errors(&operands.replace(",\n// REGION=", "")), [""; 0]);
}

#[test]
fn keywords_that_would_change_the_job_are_named_and_do_not_stop_it() {
    assert_eq!(
        job_hints("LINES=5,RD=NR"),
        [
            "ZJB050I Keyword LINES ON THE JOB STATEMENT is read and checked, but not emulated.",
            "ZJB050I Keyword RD ON THE JOB STATEMENT is read and checked, but not emulated."
        ]
    );
    let other = "ZJB053I Jobs run as user IBMUSER here: USER=HERC01 is read and checked, but not emulated.";
    assert_eq!(job_hints("USER=HERC01"), [other]);
}

#[test]
fn a_new_password_is_named_without_being_shown() {
    let said = job_hints("PASSWORD=(OLD1,NEW2)");
    assert_eq!(said, ["ZJB051I A NEW PASSWORD in the PASSWORD field is read and checked, but not emulated."]);
}

#[test]
fn typrun_scan_converts_only() {
    assert!(converted("//J JOB TYPRUN=SCAN\n//S EXEC PGM=P\n").typrun == crate::job::model::Typrun::Scan);
}

#[test]
fn cond_tests_apply_to_the_whole_job() {
    let cond = converted("//J JOB COND=((8,LT),(4,EQ))\n//S EXEC PGM=P\n").cond;
    let test = |code, operator| CondTest { code, operator, step: None };
    assert_eq!(cond, [test(8, Operator::Less), test(4, Operator::Equal)]);
    assert_eq!(converted("//J JOB COND=(8,LT)\n//S EXEC PGM=P\n").cond.len(), 1);
    assert_eq!(job_errors("COND=EVEN"), ["IEFC641I IMPROPER SUBPARAMETER LIST IN THE COND FIELD"]);
    assert_eq!(converted("//J JOB\n//S EXEC PGM=P\n").steps[0].cond.after_abend, AfterAbend::Flush);
}

#[test]
fn wrong_operands_get_the_message_of_the_host() {
    assert_eq!(job_errors("1,'123456789012345678901'"), ["IEFC642I EXCESSIVE PARAMETER LENGTH ON THE JOB STATEMENT"]);
    assert_eq!(
        job_errors("1,'12345678901234567890',X"),
        ["IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS ON THE JOB STATEMENT"]
    );
    assert_eq!(job_errors("CLASS=*"), ["IEFC639I INVALID CLASS DESIGNATION IN THE CLASS FIELD"]);
    assert_eq!(job_errors("MSGCLASS=AB"), ["IEFC639I INVALID CLASS DESIGNATION IN THE MSGCLASS FIELD"]);
    assert_eq!(job_errors("CLAS=A"), ["IEFC630I UNIDENTIFIED KEYWORD CLAS ON THE JOB STATEMENT"]);
    assert_eq!(job_errors("REGION=64"), ["IEF644I INVALID NUMERIC IN THE REGION FIELD"]);
    assert_eq!(job_errors("TIME=(1,60)"), ["IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE TIME FIELD"]);
    assert_eq!(job_errors("PRTY=16"), ["IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE PRTY FIELD"]);
    assert_eq!(job_errors("CLASS='A'"), ["IEFC629I INCORRECT USE OF APOSTROPHE IN THE CLASS FIELD"]);
    let account = "A".repeat(20);
    let list = format!("({})", on_cards(&[account.as_str(); 7]));
    assert_eq!(job_errors(&list), ["IEFC637I EXCESSIVE ACCOUNT FIELD LENGTH ON THE JOB STATEMENT"]);
}

#[test]
fn a_job_without_a_usable_name_is_called_invalid() {
    // JES2: "IEFC452I INVALID - JOB NOT RUN - JCL ERROR".
    for (deck, message) in [
        ("// JOB CLASS=A\n//S EXEC PGM=P\n", "1 IEFC635I JOBNAME MISSING"),
        ("//TOOLONGNAME JOB\n//S EXEC PGM=P\n", "1 IEFC662I INVALID LABEL"),
        ("//1J JOB\n//S EXEC PGM=P\n", "1 IEFC662I INVALID LABEL"),
    ] {
        assert_eq!(errors(deck), [message]);
        assert_eq!(job(deck).name, "INVALID");
    }
}

#[test]
fn a_job_needs_a_step() {
    assert_eq!(errors("//J JOB\n"), ["1 IEFC607I JOB HAS NO STEPS"]);
    // What INCLUDE brings is not known.
    assert_eq!(errors("//J JOB\n// INCLUDE MEMBER=X\n"), ["2 ZJB004E INCLUDE GROUP X WAS NOT FOUND"]);
}

#[test]
fn jobrc_must_name_a_step_of_the_job() {
    let with = |step: &str| {
        errors(&format!("//J JOB JOBRC=(STEP,{step})\n//P PROC\n//A EXEC PGM=X\n// PEND\n//S EXEC P\n//T EXEC PGM=X\n"))
    };
    assert_eq!(with("T"), [""; 0]);
    assert_eq!(with("S.A"), [""; 0]);
    assert_eq!(with("U"), ["1 ZJB028E STEP U OF JOBRC IS NOT IN THE JOB"]);
    assert_eq!(with("S"), ["1 ZJB028E STEP S OF JOBRC IS NOT IN THE JOB"]);
}
