//! Procedures: calls, overrides, additions, nesting. Rules are those of the JCL reference, "Modifying procedures".

use super::{JOB, Source, converted, errors, hints, job, listing};
use crate::dataset::DataSetName;
use crate::job::convert::{ConvertSettings, Missing, ProcedureLibraries, convert};
use crate::job::model::{Dd, Job, Step};

/// A procedure with two steps, and what calls it.
fn with_two_steps(after: &str) -> String {
    format!(
        "{JOB}//TWO PROC\n//ONE EXEC PGM=P1,PARM='A',COND=(4,LT)\n//IN DD DSN=ONE.IN,DISP=SHR,UNIT=3390\n\
         //OUT DD SYSOUT=*\n//TWO EXEC PGM=P2,PARM='B',REGION=1M\n//IN DD DSN=TWO.IN,DISP=SHR\n\
         // DD DSN=TWO.MORE,DISP=SHR\n// PEND\n{after}"
    )
}

fn step<'j>(job: &'j Job, name: &str) -> &'j Step {
    job.steps.iter().find(|step| step.name == name).unwrap_or_else(|| panic!("no step {name}"))
}

fn dd<'s>(step: &'s Step, name: &str) -> &'s Dd {
    step.dds.iter().find(|dd| dd.name == name).unwrap_or_else(|| panic!("no DD {name}"))
}

/// What the parts of a DD stand for: names of data sets, or a word.
fn parts(job: &Job, step_name: &str, name: &str) -> Vec<String> {
    let one = |source: &Source| match source {
        Source::DataSet(request) => request.name.plain().map_or("?".to_owned(), |name| name.as_str().to_owned()),
        Source::InStream(records) => format!("{} records", records.len() / 80),
        Source::Sysout { class, .. } => format!("SYSOUT={class}"),
        Source::Dummy { .. } => "DUMMY".to_owned(),
        other => format!("{other:?}"),
    };
    dd(step(job, step_name), name).parts.iter().map(|part| one(&part.source)).collect()
}

#[test]
fn the_listing_of_a_real_job_comes_out_line_for_line() {
    // z/OS listing DBDGEN00 JOB00361.
    let deck = "\
//DBDGEN00 JOB MSGLEVEL=1,MSGCLASS=E,CLASS=K,
//   TIME=1440,REGION=0M,
//   MEMLIMIT=NOLIMIT
//*
//DBDGEN   PROC MBR=TEMPNAME
//C        EXEC PGM=ASMA90,
//             PARM='OBJECT,NODECK,NOLIST'
//SYSLIB   DD DISP=SHR,
//      DSN=IMSBLD.I15RTSMM.SDFSMAC
//SYSPRINT DD SYSOUT=*
//L        EXEC PGM=IEWL,
//             PARM='XREF,NOLIST',
//             COND=(0,LT,C)
//SYSLMOD  DD DISP=SHR,
//      DSN=IMSTESTL.IMS1.DBDLIB(&MBR)
//SYSPRINT DD SYSOUT=*
//*
//         PEND
//DLORD6   EXEC DBDGEN,
//             MBR=DLORD6
//SYSIN    DD DISP=SHR,
//      DSN=IMSTESTL.IMS1.DBDSRC(DLORD6)
";
    let expected = "  1 //DBDGEN00 JOB MSGLEVEL=1,MSGCLASS=E,CLASS=K,
    //   TIME=1440,REGION=0M,
    //   MEMLIMIT=NOLIMIT
    //*
  2 //DBDGEN   PROC MBR=TEMPNAME
    //C        EXEC PGM=ASMA90,
    //             PARM='OBJECT,NODECK,NOLIST'
    //SYSLIB   DD DISP=SHR,
    //      DSN=IMSBLD.I15RTSMM.SDFSMAC
    //SYSPRINT DD SYSOUT=*
    //L        EXEC PGM=IEWL,
    //             PARM='XREF,NOLIST',
    //             COND=(0,LT,C)
    //SYSLMOD  DD DISP=SHR,
    //      DSN=IMSTESTL.IMS1.DBDLIB(&MBR)
    //SYSPRINT DD SYSOUT=*
    //*
    //         PEND
  3 //DLORD6   EXEC DBDGEN,
    //             MBR=DLORD6
  4 ++DBDGEN   PROC MBR=TEMPNAME
  5 ++C        EXEC PGM=ASMA90,
    ++             PARM='OBJECT,NODECK,NOLIST'
  6 ++SYSLIB   DD DISP=SHR,
    ++      DSN=IMSBLD.I15RTSMM.SDFSMAC
  7 ++SYSPRINT DD SYSOUT=*
  8 //SYSIN    DD DISP=SHR,
    //      DSN=IMSTESTL.IMS1.DBDSRC(DLORD6)
  9 ++L        EXEC PGM=IEWL,
    ++             PARM='XREF,NOLIST',
    ++             COND=(0,LT,C)
 10 ++SYSLMOD  DD DISP=SHR,
    ++      DSN=IMSTESTL.IMS1.DBDLIB(&MBR)
    IEFC653I SUBSTITUTION JCL - DISP=SHR,DSN=IMSTESTL.IMS1.DBDLIB(DLORD6)
 11 ++SYSPRINT DD SYSOUT=*
    ++*
";
    let job = job(deck);
    assert_eq!(listing(&job), expected);
    let note = job.notes.first().map(|(statement, message)| format!("{statement} {message}"));
    let expanded = "3 IEFC001I PROCEDURE DBDGEN WAS EXPANDED USING INSTREAM PROCEDURE DEFINITION";
    assert_eq!(note.as_deref(), Some(expanded));
    let job = job.job.expect("it runs");
    let names: Vec<_> = job.steps.iter().map(|step| (step.caller.as_deref(), step.name.as_str())).collect();
    assert_eq!(names, [(Some("DLORD6"), "C"), (Some("DLORD6"), "L")]);
    assert_eq!(parts(&job, "C", "SYSIN"), ["IMSTESTL.IMS1.DBDSRC"]);
}

#[test]
fn a_dd_of_the_job_overrides_the_name_and_keeps_the_rest() {
    let job = converted(&with_two_steps("//S EXEC TWO\n//ONE.IN DD DSN=MY.IN\n"));
    let Source::DataSet(request) = &dd(step(&job, "ONE"), "IN").parts[0].source else { panic!("no data set") };
    assert_eq!(request.name.plain().map(DataSetName::as_str), Some("MY.IN"));
    assert_eq!(request.unit.as_deref(), Some("3390"));
    assert_eq!(parts(&job, "TWO", "IN"), ["TWO.IN", "TWO.MORE"]);
}

#[test]
fn an_overridden_statement_is_listed_after_the_one_that_overrides_it() {
    // As in the listing of HERC01A JOB06614 (MVS 3.8j): number on the overriding statement, comment, X/.
    let deck =
        with_two_steps("//S EXEC TWO\n//TWO.IN DD DSN=MY.IN\n//* comment\n// DD DSN=MORE\n// DD DSN=MOST,DISP=SHR\n");
    let listed = listing(&job(&deck));
    let tail = "  8 ++TWO EXEC PGM=P2,PARM='B',REGION=1M
  9 //TWO.IN DD DSN=MY.IN
    //* comment
    +/IN DD DSN=TWO.IN,DISP=SHR
 10 // DD DSN=MORE
    +/ DD DSN=TWO.MORE,DISP=SHR
 11 // DD DSN=MOST,DISP=SHR
";
    assert!(listed.ends_with(tail), "{listed}");
    assert_eq!(parts(&converted(&deck), "TWO", "IN"), ["MY.IN", "MORE", "MOST"]);
}

#[test]
fn an_empty_statement_leaves_its_place_in_a_concatenation_as_it_is() {
    let job = converted(&with_two_steps("//S EXEC TWO\n//TWO.IN DD\n// DD DSN=NEW.MORE,DISP=SHR\n"));
    assert_eq!(parts(&job, "TWO", "IN"), ["TWO.IN", "NEW.MORE"]);
}

#[test]
fn statements_without_a_step_are_for_the_first_or_that_of_the_one_before() {
    let job = converted(&with_two_steps("//S EXEC TWO\n//X DD DUMMY\n//TWO.Y DD DUMMY\n//Z DD DUMMY\n"));
    let names = |step_name: &str| step(&job, step_name).dds.iter().map(|dd| dd.name.clone()).collect::<Vec<_>>();
    assert_eq!(names("ONE"), ["IN", "OUT", "X"]);
    assert_eq!(names("TWO"), ["IN", "Y", "Z"]);
}

#[test]
fn data_after_a_call_belongs_to_the_dd_that_takes_it() {
    let deck = with_two_steps("//S EXEC TWO\n//ONE.IN DD *\nA\nB\n/*\n//TWO.SYSIN DD *\nC\n");
    let job = converted(&deck);
    assert_eq!(parts(&job, "ONE", "IN"), ["2 records"]);
    assert_eq!(parts(&job, "TWO", "SYSIN"), ["1 records"]);
    let generated = with_two_steps("//S EXEC TWO\nA\nB\n");
    assert_eq!(parts(&converted(&generated), "ONE", "SYSIN"), ["2 records"]);
    assert!(listing(&super::job(&generated)).contains("  8 //SYSIN     DD *               GENERATED STATEMENT\n"));
    assert_eq!(hints(&generated).len(), 1);
}

#[test]
fn a_procedure_may_have_data_of_its_own_and_the_job_may_replace_it() {
    let deck = |after: &str| {
        format!("{JOB}//P PROC\n//A EXEC PGM=X\n//SYSIN DD *\nONE\nTWO\n/*\n//B DD DUMMY\n// PEND\n//S EXEC P\n{after}")
    };
    assert_eq!(parts(&converted(&deck("")), "A", "SYSIN"), ["2 records"]);
    assert_eq!(parts(&converted(&deck("//SYSIN DD *\nX\n")), "A", "SYSIN"), ["1 records"]);
    assert_eq!(parts(&converted(&deck("//SYSIN DD DSN=A.B,DISP=SHR\n")), "A", "SYSIN"), ["A.B"]);
    assert_eq!(parts(&converted(&deck("//SYSIN DD DUMMY\n")), "A", "B"), ["DUMMY"]);
}

#[test]
fn parm_goes_to_the_first_step_and_takes_that_of_the_others_away() {
    let parms = |after: &str| {
        let job = converted(&with_two_steps(after));
        job.steps.iter().map(|step| step.parm.clone()).collect::<Vec<_>>()
    };
    assert_eq!(parms("//S EXEC TWO\n"), ["A", "B"]);
    assert_eq!(parms("//S EXEC TWO,PARM='X'\n"), ["X", ""]);
    assert_eq!(parms("//S EXEC TWO,PARM.TWO='X'\n"), ["A", "X"]);
    assert_eq!(parms("//S EXEC TWO,PARM.ONE=,PARM.TWO=Y\n"), ["", "Y"]);
}

#[test]
fn cond_goes_to_all_steps_or_to_the_one_that_is_named() {
    let tests = |after: &str| {
        let job = converted(&format!("{}{after}", with_two_steps("//Z EXEC PGM=Z\n")));
        job.steps.iter().skip(1).map(|step| step.cond.tests.len()).collect::<Vec<_>>()
    };
    assert_eq!(tests("//S EXEC TWO\n"), [1, 0]);
    assert_eq!(tests("//S EXEC TWO,COND=((0,NE),(4,LT))\n"), [2, 2]);
    assert_eq!(tests("//S EXEC TWO,COND.TWO=(0,NE,Z)\n"), [1, 1]);
    assert_eq!(tests("//S EXEC TWO,COND.ONE=\n"), [0, 0]);
}

#[test]
fn what_names_no_step_of_the_procedure_is_told() {
    let message = "IEFC611I OVERRIDDEN STEP NOT FOUND IN PROCEDURE";
    let said = errors(&with_two_steps("//S EXEC TWO\n//THREE.X DD DUMMY\n"));
    assert_eq!(said, [format!("11 {message}")]);
    assert_eq!(errors(&with_two_steps("//S EXEC TWO,PARM.THREE=X\n")), [format!("3 {message}")]);
    // Statements must come in the order of the steps.
    let late = errors(&with_two_steps("//S EXEC TWO\n//TWO.X DD DUMMY\n//ONE.X DD DUMMY\n"));
    assert_eq!(late, [format!("12 {message}")]);
    assert_eq!(errors(&with_two_steps("//S EXEC TWO\n//A.B.C DD DUMMY\n"))[0], "11 IEFC662I INVALID LABEL");
    assert_eq!(
        errors(&with_two_steps("//S EXEC TWO\n// DD DUMMY\n")),
        ["4 IEFC617I NO NAME ON FIRST DD STATEMENT AFTER EXEC STATEMENT"]
    );
}

#[test]
fn a_procedure_must_be_found_and_have_a_step() {
    assert_eq!(errors(&format!("{JOB}//S EXEC NONE\n//X DD DUMMY\n")), ["2 IEFC612I PROCEDURE NONE WAS NOT FOUND"]);
    assert_eq!(
        errors(&format!("{JOB}//P PROC\n// PEND\n//S EXEC P\n")),
        ["1 IEFC607I JOB HAS NO STEPS", "3 IEFC610I PROCEDURE HAS NO STEP"]
    );
    assert_eq!(
        errors(&format!("{JOB}//P PROC\n//A EXEC PGM=X\n")),
        ["1 IEFC607I JOB HAS NO STEPS", "2 ZJB036E PROC WITHOUT PEND"]
    );
    let twice = format!("{JOB}//P PROC\n//Q PROC\n//A EXEC PGM=X\n// PEND\n//S EXEC P\n");
    assert!(errors(&twice).contains(&"2 IEFC613I PROCEDURE WITHIN A PROCEDURE".to_owned()));
    assert_eq!(
        errors(&format!("{JOB}//S EXEC PROC=9X\n"))[0],
        "2 IEF647I NON-ALPHABETIC FIRST CHARACTER OF NAME IN THE PROC FIELD"
    );
}

#[test]
fn an_unreadable_name_of_a_program_stays_an_error() {
    assert_eq!(
        errors(&format!("{JOB}//S EXEC PGM=TOOLONGNAME\n")),
        ["2 IEF642I EXCESSIVE PARAMETER LENGTH IN THE PGM FIELD"]
    );
}

#[test]
fn symbols_come_from_exec_then_proc_then_set() {
    let deck = |call: &str| {
        format!(
            "{JOB}// SET A=SET,B=SET,C=SET\n//P PROC A=PROC,B=PROC\n//X EXEC PGM=X\n//D DD DSN=&A..&B..&C,DISP=SHR\n\
             // PEND\n//S EXEC P{call}\n"
        )
    };
    assert_eq!(parts(&converted(&deck("")), "X", "D"), ["PROC.PROC.SET"]);
    assert_eq!(parts(&converted(&deck(",A=EXEC")), "X", "D"), ["EXEC.PROC.SET"]);
    assert_eq!(parts(&converted(&deck(",A='E.Q'")), "X", "D"), ["E.Q.PROC.SET"]);
}

#[test]
fn a_symbol_that_the_procedure_does_not_know_is_told() {
    let deck = format!("{JOB}//P PROC A=1\n//X EXEC PGM=X,PARM='&B'\n// PEND\n//S EXEC P,A=2,B=3,C=4\n");
    assert_eq!(errors(&deck), ["3 IEFC657I SYMBOL NOT DEFINED IN PROCEDURE"]);
}

#[test]
fn procedures_call_procedures() {
    let deck = format!(
        "{JOB}//IN PROC X=1\n//LAST EXEC PGM=P&X\n//D DD DUMMY\n// PEND\n\
         //OUT PROC\n//FIRST EXEC PGM=A\n//CALL EXEC IN,X=2\n//LAST.E DD DUMMY\n//AFTER EXEC PGM=B\n// PEND\n//S EXEC OUT\n"
    );
    let job = converted(&deck);
    let facts: Vec<_> = job
        .steps
        .iter()
        .map(|step| (step.caller.as_deref().unwrap_or(""), step.name.as_str(), step.program.as_str()))
        .collect();
    assert_eq!(facts, [("S", "FIRST", "A"), ("CALL", "LAST", "P2"), ("S", "AFTER", "B")]);
    assert_eq!(step(&job, "LAST").dds.len(), 2);
    // Overrides reach one level down only.
    let said = errors(&format!("{deck}//CALL.D DD DUMMY\n"));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].ends_with("IEFC611I OVERRIDDEN STEP NOT FOUND IN PROCEDURE"));
}

#[test]
fn procedures_nest_to_15_levels() {
    let deck = |levels: usize| {
        let calls = (1..levels).map(|level| format!("//P{level} PROC\n//C{level} EXEC P{}\n// PEND\n", level + 1));
        JOB.to_owned()
            + &calls.collect::<String>()
            + &format!("//P{levels} PROC\n//X EXEC PGM=X\n// PEND\n//S EXEC P1\n")
    };
    assert_eq!(errors(&deck(15)), [""; 0]);
    let said = errors(&deck(16));
    assert!(
        said.iter().any(|error| error.ends_with("ZJB006E PROCEDURES ARE NESTED DEEPER THAN 15 LEVELS")),
        "{said:?}"
    );
    let endless = format!("{JOB}//P PROC\n//A EXEC P\n// PEND\n//S EXEC P\n");
    assert!(errors(&endless).iter().any(|error| error.contains("ZJB006E")));
}

#[test]
fn a_procedure_that_calls_itself_many_times_is_refused_before_it_grows() {
    let calls = "//A EXEC P\n".repeat(20);
    let bomb = format!("{JOB}//P PROC\n{calls}// PEND\n//S EXEC P\n");
    let said = errors(&bomb);
    assert!(said[0].ends_with("ZJB006E PROCEDURES ARE NESTED DEEPER THAN 15 LEVELS"), "{:?}", said[0]);
    assert!(said.len() < 100, "{}", said.len());
    let steps = format!("{JOB}//P PROC\n//X EXEC PGM=X\n{calls}// PEND\n//S EXEC P\n");
    assert!(errors(&steps).len() < 100, "{}", errors(&steps).len());
    let wide = |level: usize, next: &str| format!("//P{level} PROC\n{}// PEND\n", next.repeat(20));
    let wide = JOB.to_owned()
        + &(1..10).map(|level| wide(level, &format!("//A EXEC P{}\n", level + 1))).collect::<String>()
        + &wide(10, "//A EXEC PGM=X\n")
        + "//S EXEC P1\n";
    let said = errors(&wide);
    assert!(said.iter().any(|error| error.ends_with("ZJB023E THE JOB HAS MORE THAN 255 STEPS")), "{said:?}");
}

#[test]
fn references_between_the_steps_of_a_procedure_and_from_outside_are_found() {
    let deck = format!(
        "{JOB}//P PROC\n//A EXEC PGM=X\n//D DD DUMMY\n//B EXEC PGM=Y,COND=(0,NE,A)\n// PEND\n\
         //S EXEC P\n//T EXEC PGM=Z,COND=((0,NE,S.A),(4,LT,S.B))\n"
    );
    assert_eq!(errors(&deck), [""; 0]);
    for wrong in ["S", "S.C", "A", "T", "U"] {
        let deck = format!("{deck}//U EXEC PGM=Z,COND=(0,NE,{wrong})\n");
        let expected: &[&str] = if wrong == "T" { &[] } else { &["9 IEF645I INVALID REFERBACK IN THE COND FIELD"] };
        assert_eq!(errors(&deck), expected, "{wrong}");
    }
}

/// Libraries in memory: `(library, member, text)`.
struct Shelf(&'static [(&'static str, &'static str, &'static str)], Vec<String>);

impl ProcedureLibraries for Shelf {
    fn system(&self) -> &[String] {
        &self.1
    }

    fn exists(&self, library: &str) -> bool {
        self.0.iter().any(|(name, ..)| *name == library)
    }

    fn member(&self, library: &str, member: &str) -> Option<String> {
        let found = self.0.iter().find(|(name, of, _)| *name == library && *of == member);
        found.map(|(_, _, text)| (*text).to_owned())
    }
}

pub(super) fn with_libraries(
    deck: &str,
    members: &'static [(&'static str, &'static str, &'static str)],
    missing: Missing,
) -> crate::job::convert::ConvertedJob {
    let shelf = Shelf(members, vec!["SYS1.PROCLIB".to_owned()]);
    let settings = ConvertSettings { libraries: &shelf, missing, ..ConvertSettings::for_user("IBMUSER") };
    convert(deck.as_bytes(), &settings).expect("a job").remove(0)
}

const MEMBERS: &[(&str, &str, &str)] = &[
    ("SYS1.PROCLIB", "P", "//P PROC\n//A EXEC PGM=SYS\n//D DD DSN=S,\n//  DISP=SHR\n//* end\n"),
    ("MY.PROCS", "P", "//A EXEC PGM=MINE\n//D DD DUMMY,DISP=X\n"),
];

#[test]
fn cataloged_procedures_come_from_jcllib_first() {
    let system = with_libraries(&format!("{JOB}//S EXEC P\n"), MEMBERS, Missing::Stops);
    assert_eq!(system.job.as_ref().map(|job| job.steps[0].program.as_str()), Some("SYS"));
    let private = with_libraries(
        &format!("{JOB}// JCLLIB ORDER=(MY.PROCS)\n//S EXEC P\n//D DD DUMMY\n"),
        MEMBERS,
        Missing::Stops,
    );
    let notes = |job: &crate::job::convert::ConvertedJob| job.notes[0].1.to_string();
    assert_eq!(notes(&system), "IEFC001I PROCEDURE P WAS EXPANDED USING SYSTEM LIBRARY SYS1.PROCLIB");
    assert_eq!(notes(&private), "IEFC001I PROCEDURE P WAS EXPANDED USING PRIVATE LIBRARY MY.PROCS");
}

#[test]
fn statements_of_a_library_are_listed_with_xx_and_overridden_ones_with_x() {
    let job = with_libraries(&format!("{JOB}//S EXEC P\n//A.D DD DSN=MINE\n"), MEMBERS, Missing::Stops);
    let expected = "  2 //S EXEC P
  3 XXP PROC
  4 XXA EXEC PGM=SYS
  5 //A.D DD DSN=MINE
    X/D DD DSN=S,
    XX  DISP=SHR
    XX* end
";
    assert!(listing(&job).ends_with(expected), "{}", listing(&job));
}

#[test]
fn a_fault_in_a_library_is_told_at_the_call() {
    let job = with_libraries(&format!("{JOB}// JCLLIB ORDER=MY.PROCS\n//S EXEC P\n"), MEMBERS, Missing::Stops);
    let found = &job.diagnostics[0];
    assert_eq!((found.statement, found.position.card), (Some(5), 3), "{}", found.message);
}

#[test]
fn a_look_at_a_deck_can_do_without_procedures_that_are_not_at_hand() {
    let deck = format!(
        "{JOB}// JCLLIB ORDER=NOT.HERE\n// INCLUDE MEMBER=GONE\n//S EXEC NONE,PARM.X=Y\n//X.SYSIN DD *\nDATA\n/*\n//T EXEC PGM=Z,COND=(0,NE,S.X)\n"
    );
    let job = with_libraries(&deck, &[], Missing::LeftOut);
    assert!(job.diagnostics.is_empty(), "{:?}", job.diagnostics);
    let said: Vec<String> = job.hints.iter().map(|hint| hint.message.to_string()).collect();
    assert_eq!(
        said,
        [
            "ZJB035I Library NOT.HERE of JCLLIB was not found.",
            "ZJB034I INCLUDE group GONE was not found: its statements are left out.",
            "ZJB033I Procedure NONE was not found: its steps are left out."
        ]
    );
    assert_eq!(job.job.map(|job| job.steps.len()), Some(1));
}
