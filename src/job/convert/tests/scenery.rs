//! JCLLIB, EXPORT, JOBLIB, CNTL: statements around the steps.

use super::procedures::with_libraries;
use super::{JOB, converted, errors, job, listing};
use crate::job::convert::Missing;

#[test]
fn jcllib_stands_once_before_the_first_step_and_names_libraries_that_exist() {
    let members = &[("MY.PROCS", "X", "//A EXEC PGM=X\n")];
    let said = |deck: &str| {
        let job = with_libraries(&format!("{JOB}{deck}"), members, Missing::Stops);
        job.diagnostics.iter().map(|found| found.message.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(said("// JCLLIB ORDER=(MY.PROCS)\n//S EXEC X\n"), [""; 0]);
    assert_eq!(
        said("// JCLLIB ORDER=(NONE.HERE)\n//S EXEC PGM=X\n"),
        ["ZJB005E LIBRARY NONE.HERE OF JCLLIB IS NOT IN THE CATALOG"]
    );
    assert_eq!(said("//S EXEC PGM=X\n// JCLLIB ORDER=(MY.PROCS)\n"), ["ZJB008E JCLLIB STATEMENT OUT OF PLACE"]);
    assert_eq!(
        said("// JCLLIB SORT=A\n//S EXEC PGM=X\n"),
        [
            "IEFC630I UNIDENTIFIED KEYWORD SORT ON THE JCLLIB STATEMENT",
            "IEFC646I REQUIRED POSITIONAL PARAMETER MISSING ON THE JCLLIB STATEMENT"
        ]
    );
}

#[test]
fn joblib_is_a_dd_of_the_job_with_all_its_libraries() {
    let job = converted(&format!("{JOB}//JOBLIB DD DSN=A,DISP=SHR\n// DD DSN=B,DISP=SHR\n//S EXEC PGM=P\n"));
    assert_eq!(job.joblib.map(|joblib| joblib.parts.len()), Some(2));
}

#[test]
fn statements_between_cntl_and_endcntl_are_not_the_converters() {
    let deck = format!("{JOB}//S EXEC PGM=P\n//C CNTL\n//X PRINTDEV BUFNO=20\n//E ENDCNTL\n//D DD DUMMY\n");
    assert_eq!(errors(&deck), [""; 0]);
    assert_eq!(super::hints(&deck).len(), 1);
    assert!(listing(&job(&deck)).contains("    //X PRINTDEV BUFNO=20\n"));
}

#[test]
fn all_errors_of_a_job_come_in_one_pass() {
    let deck = format!(
        "{JOB}// SET 9=X\n//S EXEC NONE\n//T EXEC PGM=P,COND=(0,NE\n//D DD DSN=A,DISP=(\n// ENDIF\n//E EXEC PGM=9\n"
    );
    let statements: Vec<String> =
        errors(&deck).iter().map(|error| error.split(' ').next().unwrap_or("").to_owned()).collect();
    assert_eq!(statements, ["2", "3", "4", "5", "6", "7"]);
}

#[test]
fn a_reference_to_a_dd_that_cannot_be_read_is_no_second_error() {
    let deck = format!("{JOB}//S EXEC PGM=P\n//A DD DSN=X,WRONG=1\n//T EXEC PGM=P\n//B DD DSN=*.S.A,DISP=OLD\n");
    assert_eq!(errors(&deck), ["3 IEFC630I UNIDENTIFIED KEYWORD WRONG ON THE DD STATEMENT"]);
}

#[test]
fn a_procedure_without_a_name_is_told_once() {
    let deck = format!("{JOB}//S EXEC PROC=\n//T EXEC 9P\n");
    assert_eq!(
        errors(&deck),
        [
            "2 IEFC646I REQUIRED POSITIONAL PARAMETER MISSING IN THE PROC FIELD",
            "3 IEF647I NON-ALPHABETIC FIRST CHARACTER OF NAME IN THE PROC FIELD"
        ]
    );
}
