//! INCLUDE groups.

use super::procedures::with_libraries;
use super::{JOB, listing};
use crate::job::convert::Missing;

const MEMBERS: &[(&str, &str, &str)] = &[
    ("SYS1.PROCLIB", "SETS", "// SET X=Y\n//* from the library\n"),
    ("SYS1.PROCLIB", "DDS", "//D2 DD DSN=Q.&X,DISP=SHR\n"),
    ("SYS1.PROCLIB", "STEPS", "//S2 EXEC PGM=B\n// INCLUDE MEMBER=DDS\n"),
    ("SYS1.PROCLIB", "OVER", "//A.D DD DUMMY\n"),
    ("SYS1.PROCLIB", "SELF", "// INCLUDE MEMBER=SELF\n"),
    ("SYS1.PROCLIB", "BOMB", "// INCLUDE MEMBER=MANY\n// INCLUDE MEMBER=MANY\n"),
    ("SYS1.PROCLIB", "MANY", "// INCLUDE MEMBER=BOMB\n// INCLUDE MEMBER=BOMB\n"),
    ("SYS1.PROCLIB", "JOB", "//J2 JOB\n"),
];

fn job(deck: &str) -> crate::job::convert::ConvertedJob {
    with_libraries(&format!("{JOB}{deck}"), MEMBERS, Missing::Stops)
}

fn said(deck: &str) -> Vec<String> {
    let found = job(deck).diagnostics;
    found.iter().map(|found| format!("{} {}", found.statement.unwrap_or(0), found.message)).collect()
}

#[test]
fn a_group_stands_for_its_statements() {
    let job = job("// INCLUDE MEMBER=SETS\n//S EXEC PGM=A\n// INCLUDE MEMBER=DDS\n// INCLUDE MEMBER=STEPS\n");
    let expected = "  1 //J JOB MSGCLASS=H
  2 // INCLUDE MEMBER=SETS
  3 XX SET X=Y
    XX* from the library
  4 //S EXEC PGM=A
  5 // INCLUDE MEMBER=DDS
  6 XXD2 DD DSN=Q.&X,DISP=SHR
    IEFC653I SUBSTITUTION JCL - DSN=Q.Y,DISP=SHR
  7 // INCLUDE MEMBER=STEPS
  8 XXS2 EXEC PGM=B
  9 XX INCLUDE MEMBER=DDS
 10 XXD2 DD DSN=Q.&X,DISP=SHR
    IEFC653I SUBSTITUTION JCL - DSN=Q.Y,DISP=SHR
";
    assert_eq!(listing(&job), expected);
    assert_eq!(job.notes.len(), 4);
    assert_eq!(
        job.notes[0].1.to_string(),
        "IEFC002I INCLUDE GROUP SETS WAS EXPANDED USING SYSTEM LIBRARY SYS1.PROCLIB"
    );
    let dds: Vec<usize> = job.job.expect("it runs").steps.iter().map(|step| step.dds.len()).collect();
    assert_eq!(dds, [1, 1]);
}

#[test]
fn include_between_exec_and_its_overrides_does_not_end_them() {
    let deck = "//P PROC\n//A EXEC PGM=X\n//D DD DSN=A,DISP=SHR\n// PEND\n//S EXEC P\n// INCLUDE MEMBER=OVER\n//A.E DD DUMMY\n";
    let job = job(deck).job.expect("it runs");
    let dds: Vec<String> = job.steps[0].dds.iter().map(|dd| format!("{} {:?}", dd.name, dd.parts[0].source)).collect();
    assert_eq!(dds, ["D Dummy", "E Dummy"]);
}

#[test]
fn a_group_that_is_missing_or_never_ends_stops_the_job() {
    assert_eq!(said("//S EXEC PGM=X\n// INCLUDE MEMBER=NONE\n"), ["3 ZJB004E INCLUDE GROUP NONE WAS NOT FOUND"]);
    assert_eq!(
        said("//S EXEC PGM=X\n// INCLUDE\n"),
        ["3 IEFC646I REQUIRED POSITIONAL PARAMETER MISSING ON THE INCLUDE STATEMENT"]
    );
    let endless = said("//S EXEC PGM=X\n// INCLUDE MEMBER=SELF\n");
    assert_eq!(endless, ["18 ZJB006E INCLUDE GROUPS ARE NESTED DEEPER THAN 15 LEVELS"]);
}

#[test]
fn groups_that_double_themselves_end_soon() {
    assert!(said("//S EXEC PGM=X\n// INCLUDE MEMBER=BOMB\n").iter().any(|error| error.contains("ZJB006E")));
}

#[test]
fn a_job_statement_has_no_place_in_a_group() {
    assert_eq!(said("//S EXEC PGM=X\n// INCLUDE MEMBER=JOB\n"), ["4 ZJB008E JOB STATEMENT OUT OF PLACE"]);
}
