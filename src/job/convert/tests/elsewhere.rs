//! Statements for other nodes, for printers and for groups of jobs.

use super::{JOB, converted, errors, hints, job, jobs, listing};
use crate::job::model::{TimeLimit, Typrun};

#[test]
fn records_for_another_node_are_no_part_of_the_job() {
    let sent = jobs("//A JOB 1\n/*XMIT N\n//B JOB 1\n//S EXEC NOPROC,\n/*\n//C JOB 1\n//S EXEC PGM=IEFBR14\n");
    let names: Vec<&str> = sent.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["A", "C"]);
    let (first, second) = (sent[0].job.as_ref().expect("it converts"), sent[1].job.as_ref().expect("it converts"));
    assert_eq!((first.typrun, first.steps.len()), (Typrun::Sent, 0));
    assert_eq!((second.typrun, second.steps.len()), (Typrun::Run, 1));
    assert_eq!(listing(&sent[0]), "  1 //A JOB 1\n  2 /*XMIT N\n");
}

#[test]
fn what_follows_the_records_for_another_node_is_left_out_and_the_user_is_told() {
    let deck = "//A JOB 1\n/*XMIT N DLM=ABC\n//B JOB 1\n/*\n//SYSUT2 DD DUMMY\n// EXEC PGM=IEFBR14\n";
    assert_eq!(errors(deck), [""; 0]);
    assert!(hints(deck).iter().any(|hint| hint.starts_with("ZJB038I Cards from 5 on follow")), "{:?}", hints(deck));
}

#[test]
fn an_xmit_statement_sends_records_and_the_steps_of_the_job_stay() {
    let alone = converted("//A JOB 1\n//X XMIT DEST=N,DLM=AA\n//B JOB 1\n/*\nAA\n");
    assert_eq!(alone.typrun, Typrun::Sent);
    let with_step = converted("//A JOB 1\n//X XMIT DEST=N\n//B JOB 1\n/*\n//S EXEC PGM=IEFBR14\n");
    assert_eq!((with_step.typrun, with_step.steps.len()), (Typrun::Run, 1));
}

#[test]
fn conditions_of_job_groups_may_have_blanks() {
    let deck = "//G JOBGROUP OWNER=ME,ERROR=(RC = 1 | (RC > 17 & RC < 37)),\n// ONERROR=STOP  why\n//A GJOB\n\
                // AFTER NAME=B,WHEN=((RC > 4) & ¬ABEND),ACTION=FAIL why\n//B GJOB\n//G ENDGROUP\n\
                //A JOB 1\n// SCHEDULE JOBGROUP=G\n//S EXEC PGM=IEFBR14\n";
    assert_eq!(errors(deck), [""; 0]);
    let wrong = deck.replace("ACTION=FAIL", "ACTION=FALL");
    assert_eq!(errors(&wrong), ["1 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE ACTION FIELD"]);
}

/// A procedure with OUTPUT statements, as in the JCL Reference, "Examples of procedures", example 2.
fn with_outputs(after: &str) -> String {
    format!(
        "{JOB}//P PROC\n//PS1 EXEC PGM=R15\n//OUTA OUTPUT CONTROL=PROGRAM\n//DSA DD SYSOUT=C,OUTPUT=*.OUTA\n\
         //PS2 EXEC PGM=T48\n//DSC DD SYSOUT=A\n// PEND\n//STEPA EXEC PROC=P\n{after}"
    )
}

#[test]
fn output_statements_after_a_call_change_those_of_the_procedure_and_are_added() {
    let deck = with_outputs("//PS1.OUTA OUTPUT CONTROL=DOUBLE,COPIES=5\n//PS2.OUTB OUTPUT DEFAULT=YES,DEST=STL\n");
    assert_eq!(errors(&deck), [""; 0]);
    let listing = listing(&job(&deck));
    let expanded = listing.split("STEPA EXEC PROC=P\n").nth(1).unwrap_or_default();
    assert_eq!(
        expanded,
        "  4 ++P PROC\n  5 ++PS1 EXEC PGM=R15\n  6 //PS1.OUTA OUTPUT CONTROL=DOUBLE,COPIES=5\n    \
         +/OUTA OUTPUT CONTROL=PROGRAM\n  7 ++DSA DD SYSOUT=C,OUTPUT=*.OUTA\n  8 ++PS2 EXEC PGM=T48\n  \
         9 ++DSC DD SYSOUT=A\n 10 //PS2.OUTB OUTPUT DEFAULT=YES,DEST=STL\n"
    );
}

#[test]
fn the_outcome_of_an_override_of_output_is_checked() {
    let excessive = with_outputs("//PS1.OUTA OUTPUT COPIES=5,CONTROL=TWICE\n");
    assert_eq!(errors(&excessive), ["6 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE CONTROL FIELD"]);
    let nowhere = with_outputs("//PS9.OUTA OUTPUT COPIES=5\n");
    assert_eq!(errors(&nowhere).len(), 1);
    assert!(errors(&nowhere)[0].contains("IEFC611I"), "{:?}", errors(&nowhere));
}

#[test]
fn an_override_of_output_is_none_of_the_dd_with_that_name() {
    let deck = with_outputs("//PS1.DSA OUTPUT COPIES=2\n//PS1.DSA DD DUMMY\n");
    assert_eq!(errors(&deck), [""; 0]);
    assert!(listing(&job(&deck)).contains("    +/DSA DD SYSOUT=C,OUTPUT=*.OUTA\n"));
}

#[test]
fn time_that_is_given_to_a_procedure_is_for_all_its_steps_together() {
    let limits = |call: &str| {
        let deck = format!("{JOB}//P PROC\n//A EXEC PGM=X,TIME=1\n//B EXEC PGM=X\n// PEND\n//S EXEC P{call}\n");
        converted(&deck).steps.iter().map(|step| step.time).collect::<Vec<_>>()
    };
    let seconds = |seconds| Some(TimeLimit::Seconds(seconds));
    assert_eq!(limits(""), [seconds(60), None]);
    assert_eq!(limits(",TIME=5"), [seconds(300), seconds(0)]);
    assert_eq!(limits(",TIME.B=5"), [seconds(60), seconds(300)]);
    assert_eq!(limits(",TIME=NOLIMIT"), [Some(TimeLimit::None), Some(TimeLimit::None)]);
    assert_eq!(limits(",TIME=1440"), [Some(TimeLimit::None), Some(TimeLimit::None)]);
}

#[test]
fn output_on_a_dd_refers_to_an_earlier_output_statement() {
    let deck = |operand: &str| {
        format!(
            "{JOB}//JOBS OUTPUT CLASS=A\n//P PROC\n//A EXEC PGM=X\n//OFP OUTPUT CLASS=B\n//D DD SYSOUT=*,OUTPUT=*.OFP\n// PEND\n\
             //S EXEC P\n//T EXEC PGM=X\n//OFT OUTPUT CLASS=C\n//D DD SYSOUT=*,OUTPUT={operand}\n//LATE OUTPUT CLASS=D\n"
        )
    };
    for good in ["*.JOBS", "*.OFT", "*.T.OFT", "*.S.A.OFP", "(*.JOBS,*.OFT)"] {
        assert_eq!(errors(&deck(good)), [""; 0], "{good}");
    }
    for wrong in ["*.NONE", "*.LATE", "(*.JOBS,*.NONE)"] {
        assert_eq!(errors(&deck(wrong)), ["11 IEF645I INVALID REFERBACK IN THE OUTPUT FIELD"], "{wrong}");
    }
}

#[test]
fn control_statements_of_jes2_count_in_the_job_itself_alone() {
    let wrong = "/*JOBPARM LINE=2\n";
    let deck = |before: &str, inside: &str, after: &str| {
        format!("{before}{JOB}{after}//P PROC\n//A EXEC PGM=X\n{inside}// PEND\n//S EXEC P\n")
    };
    assert_eq!(errors(&deck("", "", wrong)), ["2 ZJB060E LINE IS NO OPERAND OF /*JOBPARM"]);
    assert_eq!(errors(&deck(wrong, "", "")), [""; 0]);
    assert!(hints(&deck(wrong, "", ""))[0].starts_with("ZJB030I Cards 1 to 1"), "{:?}", hints(&deck(wrong, "", "")));
    assert_eq!(errors(&deck("/*PRIORITY 16\n", "", "")), ["1 ZJB060E 16 IS NO OPERAND OF /*PRIORITY"]);
    assert_eq!(errors(&deck("", wrong, "")), [""; 0]);
    assert_eq!(
        listing(&job(&deck("", wrong, ""))).matches("JOBPARM").count(),
        1,
        "where the procedure stands in the deck"
    );
}
