//! Which steps run: COND, IF, what an abend or a failed allocation leaves, RESTART, and the code of the job.

mod common;

use common::{Ran, TestSystem};
use zjob::job::initiator::JobEnd;

/// A step that ends with this code: 0, 8 or 12.
fn code(step: &str, code: u16, operands: &str) -> String {
    let command = match code {
        0 => " SET MAXCC=0".to_owned(),
        code => format!(" SET MAXCC={code}"),
    };
    format!("//{step} EXEC PGM=IDCAMS{operands}\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n{command}\n/*\n")
}

fn step(step: &str, operands: &str) -> String {
    format!("//{step} EXEC PGM=IEFBR14{operands}\n")
}

fn abend(step: &str) -> String {
    format!("//{step} EXEC PGM=NOSUCH\n")
}

fn run(job: &str, steps: &[String]) -> Ran {
    TestSystem::new().run(&format!("//JOB1 JOB CLASS=A{job}\n{}", steps.concat()))
}

#[test]
fn a_step_is_bypassed_if_any_test_of_cond_is_true() {
    let ran = run(
        "",
        &[
            code("S1", 8, ""),
            step("S2", ",COND=(8,LE)"),
            step("S3", ",COND=(8,LT)"),
            step("S4", ",COND=((4,GT,S1),(8,EQ,S1))"),
            step("S5", ",COND=(0,NE,S2)"),
        ],
    );
    assert_eq!(["S1", "S2", "S3", "S4", "S5"].map(|name| ran.step(name)), ["0008", "FLUSH", "0000", "FLUSH", "0000"]);
    ran.assert_says(&[
        " IEF202I JOB1 S2 - STEP WAS NOT RUN BECAUSE OF CONDITION CODES\n IEF272I JOB1 S2 - STEP WAS NOT EXECUTED.\n",
        " IEF373I STEP/S2      /START",
    ]);
}

#[test]
fn a_step_after_an_abend_runs_only_with_even_or_only() {
    let ran = run("", &[abend("S1"), step("S2", ""), step("S3", ",COND=EVEN"), step("S4", ",COND=ONLY")]);
    assert_eq!(["S1", "S2", "S3", "S4"].map(|name| ran.step(name)), ["*S806", "FLUSH", "0000", "0000"]);
    assert_eq!(*ran.end(), JobEnd::Abend("S806".to_owned()));
    let ran = run("", &[step("S1", ""), step("S2", ",COND=ONLY")]);
    assert_eq!(ran.step("S2"), "FLUSH");
    assert!(ran.says(" IEF202I JOB1 S2 - STEP WAS NOT RUN BECAUSE OF COND=ONLY\n"));
}

#[test]
fn after_a_failed_allocation_no_step_runs_whatever_cond_says() {
    let missing = format!("{}//A DD DSN=NO.SUCH,DISP=SHR\n", step("S1", ""));
    let ran = run("", &[missing, step("S2", ",COND=EVEN"), step("S3", ",COND=ONLY")]);
    assert_eq!(["S1", "S2", "S3"].map(|name| ran.step(name)), ["FLUSH"; 3]);
    assert_eq!(*ran.end(), JobEnd::JclError);
}

#[test]
fn cond_on_the_job_statement_ends_the_job_after_the_step_whose_code_makes_it_true() {
    let ran = run(",COND=(8,LE)", &[code("S1", 4, ""), code("S2", 12, ""), step("S3", ",COND=EVEN")]);
    assert_eq!(["S1", "S2", "S3"].map(|name| ran.step(name)), ["0004", "0012", "FLUSH"]);
    assert!(ran.says(" IEF201I JOB1 S2 - JOB TERMINATED BECAUSE OF CONDITION CODES\n"));
    assert_eq!(*ran.end(), JobEnd::Code(12));
}

#[test]
fn restart_begins_with_its_step_and_does_not_list_those_before_it() {
    let ran = run(",RESTART=S2", &[code("S1", 8, ""), step("S2", ",COND=(8,EQ,S1)"), step("S3", "")]);
    assert_eq!(ran.report.jobs[0].steps.len(), 2, "{}", ran.listing());
    assert_eq!((ran.step("S2"), ran.step("S3")), ("0000", "0000"));
    assert!(!ran.says("JOB1 S1"));
    assert_eq!(run(",RESTART=*", &[step("S1", "")]).step("S1"), "0000");
}

#[test]
fn jobrc_chooses_the_code_of_the_job() {
    let steps = [code("S1", 8, ""), code("S2", 4, ""), code("S3", 0, "")];
    for (jobrc, code) in [("", 8), (",JOBRC=MAXRC", 8), (",JOBRC=LASTRC", 0), (",JOBRC=(STEP,S2)", 4)] {
        let ran = run(jobrc, &steps);
        assert_eq!(*ran.end(), JobEnd::Code(code), "{jobrc}");
        assert!(ran.says(&format!("$HASP395 JOB1     ENDED - RC={code:04}")), "{jobrc}");
    }
}

#[test]
fn a_held_job_does_not_run_and_is_no_success() {
    for typrun in ["HOLD", "JCLHOLD"] {
        let ran = run(&format!(",TYPRUN={typrun}"), &[step("S1", "")]);
        assert_eq!(*ran.end(), JobEnd::Held);
        assert!(ran.listing().is_empty());
        assert!(ran.explains("job JOB1 is held"));
    }
}

#[test]
fn a_held_job_runs_when_it_is_released() {
    for typrun in ["HOLD", "JCLHOLD"] {
        let mut system = TestSystem::new();
        system.releases = true;
        let ran = system.run(&format!("//J JOB 1,TYPRUN={typrun}\n//S EXEC PGM=IEFBR14\n"));
        assert_eq!(*ran.end(), JobEnd::Code(0));
        assert_eq!(ran.step("S"), "0000");
    }
}

#[test]
fn typrun_copy_prints_the_cards_as_they_were_submitted_and_looks_at_none() {
    let ran = TestSystem::new()
        .run("//J JOB 1,TYPRUN=COPY,PASSWORD=SECRET\n//S EXEC NOPROC,\n//D DD *\n/*JOBPARM L=5\ndata\n/*\n//* end\n");
    assert_eq!(*ran.end(), JobEnd::Code(0));
    let cards = [
        "//J JOB 1,TYPRUN=COPY,PASSWORD=      ",
        "//S EXEC NOPROC,",
        "//D DD *",
        "/*JOBPARM L=5",
        "data",
        "/*",
        "//* end",
    ];
    assert_eq!(ran.lines("JES2", "JESJCLIN"), cards);
    assert!(ran.jesysmsg().is_empty() && !ran.says("$HASP373") && !ran.says("IEFC452I"));
}

#[test]
fn a_job_for_another_node_runs_nothing_here() {
    let ran = TestSystem::new().run("//J JOB 1\n/*XMIT OTHER\n//K JOB 1\n//S EXEC PGM=IEFBR14\n/*\n");
    assert_eq!(ran.report.jobs.len(), 1);
    assert_eq!(*ran.end(), JobEnd::Held);
    assert!(ran.explains("job J goes to another node (XMIT), which is not emulated"));
}

thread_local! {
    static SECONDS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A processor that takes a second whenever somebody looks.
fn slow() -> std::time::Duration {
    SECONDS.set(SECONDS.get() + 1);
    std::time::Duration::from_secs(SECONDS.get())
}

/// A step that copies records, which asks for the time a few times.
fn copy(name: &str, operands: &str) -> String {
    format!(
        "//{name} EXEC PGM=IEBGENER{operands}\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DUMMY\n//SYSUT1 DD *\nA\n\
         //SYSUT2 DD SYSOUT=*\n"
    )
}

#[test]
fn a_step_that_takes_more_processor_time_than_time_allows_ends_s322() {
    let mut system = TestSystem::new();
    system.processor = Some(slow);
    let ran = system.run(&format!("//J JOB 1\n{}{}", copy("S", ",TIME=(,1)"), copy("T", "")));
    assert_eq!(*ran.end(), JobEnd::Abend("S322".to_owned()));
    assert_eq!((ran.step("S"), ran.step("T")), ("*S322", "FLUSH"));
    ran.assert_says(&[
        "IEF450I J S - ABEND=S322 U0000 REASON=00000000",
        "$HASP395 J        ENDED - ABEND=S322",
        "IEF472I J S - COMPLETION CODE - SYSTEM=322 USER=0000 REASON=00000000",
    ]);
    for (of_job, of_step) in
        [("", "TIME=(1,0)"), ("", "TIME=NOLIMIT"), (",TIME=1440", "TIME=(,1)"), (",TIME=1", "TIME=MAXIMUM")]
    {
        let ran = system.run(&format!("//J JOB 1{of_job}\n{}", copy("S", &format!(",{of_step}"))));
        assert_eq!(*ran.end(), JobEnd::Code(0), "{of_job} {of_step}");
    }
}

#[test]
fn time_of_the_job_is_shared_by_its_steps() {
    let mut system = TestSystem::new();
    system.processor = Some(slow);
    let ran = system.run(&format!("//J JOB 1,TIME=(,6)\n{}{}{}", copy("S", ""), copy("T", ""), copy("U", "")));
    assert_eq!((ran.step("S"), ran.step("T"), ran.step("U")), ("0000", "0000", "*S322"));
}

#[test]
fn nothing_runs_once_the_time_of_the_job_is_over() {
    let mut system = TestSystem::new();
    system.processor = Some(slow);
    let job =
        |time: &str, of_step: &str| format!("//J JOB 1{time}\n{}//T EXEC PGM=IEFBR14,COND=EVEN\n", copy("S", of_step));
    let ran = system.run(&job(",TIME=(,1)", ""));
    assert_eq!((ran.step("S"), ran.step("T")), ("*S322", "FLUSH"));
    let ran = system.run(&job("", ",TIME=(,1)"));
    assert_eq!((ran.step("S"), ran.step("T")), ("*S322", "0000"));
}

#[test]
fn an_if_that_was_decided_before_an_abend_inside_it_goes_on() {
    // JCL Reference, "Examples of IF/THEN/ELSE/ENDIF statement constructs", example 9.
    let steps = [
        step("STEP1", ""),
        "// IF ¬ABEND THEN\n".to_owned(),
        abend("STEP2"),
        step("STEP3", ""),
        "// ELSE\n".to_owned(),
        step("STEP4", ""),
        "// ENDIF\n".to_owned(),
    ];
    let ran = run("", &steps);
    assert_eq!(["STEP2", "STEP3", "STEP4"].map(|name| ran.step(name)), ["*S806", "0000", "FLUSH"]);
}

#[test]
fn a_frozen_clock_lets_no_step_run_out_of_time() {
    let ran = TestSystem::new().run(&format!("//J JOB 1,TIME=(,1)\n{}", copy("S", ",TIME=(,1)")));
    assert_eq!(*ran.end(), JobEnd::Code(0));
}

#[test]
fn typrun_scan_converts_and_runs_nothing() {
    let ran = run(",TYPRUN=SCAN", &[abend("S1")]);
    assert_eq!(*ran.end(), JobEnd::Code(0));
    assert!(ran.report.jobs[0].steps.is_empty());
    assert!(!ran.says("$HASP373") && !ran.says("JOB EXECUTION DATE") && ran.says("2 //S1 EXEC PGM=NOSUCH"));
}

#[test]
fn msglevel_0_keeps_allocation_messages_only_of_a_job_that_fails() {
    let dd = |step: String| format!("{step}//A DD DUMMY\n");
    let good = run(",MSGLEVEL=(1,0)", &[dd(step("S1", ""))]);
    assert!(good.jesysmsg().is_empty(), "{}", good.listing());
    let bad = run(",MSGLEVEL=(1,0)", &[dd(abend("S1"))]);
    assert!(bad.says(" IEF237I DMY  ALLOCATED TO A\n"));
    let job_only = run(",MSGLEVEL=(0,1)", &[step("S1", "")]);
    assert!(job_only.says("        1 //JOB1 JOB") && !job_only.says("        2 //S1"));
}

#[test]
fn a_job_in_the_internal_reader_runs_after_the_one_that_submits_it() {
    let system = TestSystem::new();
    let ran = system.run(
        "//FIRST JOB CLASS=A\n//S1 EXEC PGM=IEBGENER\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD DUMMY\n\
         //SYSUT2 DD SYSOUT=(A,INTRDR)\n//SYSUT1 DD DATA,DLM=@@\n//THIRD JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n@@\n\
         //SECOND JOB CLASS=A\n//S1 EXEC PGM=IEFBR14\n",
    );
    let names: Vec<&str> = ran.report.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["FIRST", "SECOND", "THIRD"]);
    assert_eq!(ran.report.jobs.iter().map(|job| job.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(ran.report.submitted, 1);
    assert!(ran.report.jobs.iter().all(|job| job.end == JobEnd::Code(0)));
    assert!(ran.data_sets.iter().all(|set| set.ddname != "SYSUT2"), "it is a job, no print");
}

#[test]
fn if_runs_one_of_its_sides_and_the_other_one_is_told_with_the_statement_of_the_if() {
    let ran = run(
        "",
        &[
            code("S1", 4, ""),
            "// IF (S1.RC = 4) THEN\n".to_owned(),
            step("S2", ""),
            "// ELSE\n".to_owned(),
            step("S3", ""),
            "// ENDIF\n".to_owned(),
            step("S4", ""),
        ],
    );
    assert_eq!(["S1", "S2", "S3", "S4"].map(|name| ran.step(name)), ["0004", "0000", "FLUSH", "0000"]);
    assert!(ran.says(
        " IEF206I JOB1 S3 - STEP WAS NOT RUN BECAUSE OF CONDITIONAL EXPRESSION ON STATEMENT 5\n IEF272I JOB1 S3"
    ));
}

#[test]
fn after_an_abend_an_if_that_asks_for_it_runs_its_steps_and_any_other_does_not() {
    let ran = run(
        "",
        &[
            abend("S1"),
            "// IF ABEND THEN\n".to_owned(),
            step("S2", ""),
            "// ENDIF\n// IF (RC = 0) THEN\n".to_owned(),
            step("S3", ""),
            "// ENDIF\n// IF (S1.ABENDCC = S806) THEN\n".to_owned(),
            step("S4", ""),
            "// ENDIF\n// IF (¬S2.RUN) THEN\n".to_owned(),
            step("S5", ",COND=EVEN"),
            "// ENDIF\n".to_owned(),
        ],
    );
    assert_eq!(["S1", "S2", "S3", "S4", "S5"].map(|name| ran.step(name)), ["*S806", "0000", "FLUSH", "0000", "FLUSH"]);
}

#[test]
fn a_step_of_a_procedure_is_called_by_its_procedure_step_and_its_caller() {
    let ran = run(
        "",
        &[
            "//P PROC\n//C EXEC PGM=IEFBR14\n//A DD DUMMY\n//L EXEC PGM=IEFBR14,COND=(0,EQ,C)\n// PEND\n".to_owned(),
            "//ONE EXEC P\n".to_owned(),
            step("S2", ",COND=(0,EQ,ONE.C)"),
        ],
    );
    assert_eq!((ran.step("ONE.C"), ran.step("ONE.L"), ran.step("S2")), ("0000", "FLUSH", "FLUSH"), "{}", ran.listing());
    ran.assert_says(&[
        "-ONE      C           00",
        "-ONE      L        FLUSH",
        "  STMT NO. MESSAGE\n",
        "IEFC001I PROCEDURE P WAS EXPANDED USING INSTREAM PROCEDURE DEFINITION\n ICH70001I",
        " IEF236I ALLOC. FOR JOB1 C ONE\n",
        " IEF373I STEP/C       /START",
        " IEF202I JOB1 L ONE - STEP WAS NOT RUN",
    ]);
}
