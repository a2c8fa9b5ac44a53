//! The EXEC statement.

use super::{AfterAbend, CondTest, JOB, Operator, converted, errors, exec_errors, on_cards, step};

#[test]
fn parm_comes_without_apostrophes_and_parentheses() {
    for (coded, parm) in [
        ("PARM=PACK", "PACK"),
        ("PARM='PACK'", "PACK"),
        ("PARM=(A,'B C',D)", "A,B C,D"),
        ("PARM=('A')", "A"),
        ("PARM='-v (EXIT '", "-v (EXIT "),
        ("PARM='O''NEIL && SON'", "O'NEIL & SON"),
        ("PARM=(XREF,AMODE(31),LET)", "XREF,AMODE(31),LET"),
        ("PARM=(,A)", ",A"),
        ("PARM=(A=B,C)", "A=B,C"),
        ("PARM=", ""),
        ("PARM=''", ""),
        ("PARM=/X,REGION=0M", "/X"),
        ("PARM='&SYSUID..X'", "IBMUSER.X"),
        ("PARM='&UNKNOWN'", "&UNKNOWN"),
    ] {
        assert_eq!(step(coded).parm, parm, "{coded}");
    }
}

#[test]
fn parm_has_at_most_100_characters_without_its_apostrophes() {
    let hundred = on_cards(&["'1234567890123456789012345678901234567890'"; 2]);
    let parm = |last: &str| format!("PARM=({hundred},\n// '{last}')");
    assert_eq!(step(&parm("123456789012345678")).parm.len(), 100);
    let long = format!("PGM=P,{}", parm("1234567890123456789"));
    assert_eq!(exec_errors(&long), ["IEFC642I EXCESSIVE PARAMETER LENGTH IN THE PARM FIELD"]);
}

#[test]
fn a_parm_continued_in_column_16_keeps_all_columns_up_to_71() {
    let deck = format!("{JOB}{:71}\n//{:13}C'\n", "//S EXEC PGM=P,PARM='A B", "");
    let parm = converted(&deck).steps.remove(0).parm;
    assert_eq!(parm.len(), 71 - "//S EXEC PGM=P,PARM='".len() + 1);
    assert!(parm.starts_with("A B   ") && parm.ends_with("   C"));
}

#[test]
fn cond_holds_tests_even_and_only() {
    let test = |code, operator, step: Option<&str>| CondTest {
        code,
        operator,
        step: step.map(crate::job::model::StepName::plain),
    };
    let step =
        |operands: &str| converted(&format!("{JOB}//S1 EXEC PGM=P\n//S EXEC PGM=P,{operands}\n")).steps.remove(1);
    let cond = step("COND=((4,LT),(8,GE,S1),EVEN)").cond;
    assert_eq!(cond.tests, [test(4, Operator::Less, None), test(8, Operator::GreaterOrEqual, Some("S1"))]);
    assert_eq!(cond.after_abend, AfterAbend::Even);
    assert_eq!(step("COND=(0,NE)").cond.tests, [test(0, Operator::NotEqual, None)]);
    assert_eq!(step("COND=(0,NE,S1)").cond.tests, [test(0, Operator::NotEqual, Some("S1"))]);
    for only in ["COND=ONLY", "COND=(ONLY)"] {
        assert_eq!(step(only).cond.after_abend, AfterAbend::Only, "{only}");
    }
}

#[test]
fn wrong_conditions_get_the_message_of_the_host() {
    for (coded, message) in [
        ("COND=(5000,LT)", "IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE COND FIELD"),
        ("COND=(X,LT)", "IEF644I INVALID NUMERIC IN THE COND FIELD"),
        ("COND=(4,XX)", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE COND FIELD"),
        ("COND=SOMETIMES", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE COND FIELD"),
        ("COND=(EVEN,ONLY)", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE COND FIELD"),
        ("COND=((4))", "IEF646I REQUIRED POSITIONAL PARAMETER MISSING IN THE COND FIELD"),
    ] {
        assert_eq!(exec_errors(&format!("PGM=P,{coded}")), [message], "{coded}");
    }
    let nine = format!("PGM=P,COND=({})", on_cards(&["(1,EQ)"; 9]));
    assert_eq!(exec_errors(&nine), ["IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS IN THE COND FIELD"]);
}

#[test]
fn a_program_must_have_a_program_name() {
    assert_eq!(exec_errors("PGM=TOOLONGNAME"), ["IEF642I EXCESSIVE PARAMETER LENGTH IN THE PGM FIELD"]);
    assert_eq!(exec_errors("PGM=1ABC"), ["IEF647I NON-ALPHABETIC FIRST CHARACTER OF NAME IN THE PGM FIELD"]);
    assert_eq!(exec_errors("PGM=*.A"), ["IEF645I INVALID REFERBACK IN THE PGM FIELD"]);
    for none in ["", "PARM=X", ",PGM=P"] {
        let said = exec_errors(none);
        assert_eq!(said, ["IEFC646I REQUIRED POSITIONAL PARAMETER MISSING ON THE EXEC STATEMENT"], "{none}");
    }
}

#[test]
fn steps_without_names_are_steps() {
    let job = converted(&format!("{JOB}// EXEC PGM=A\n// EXEC PGM=B\n"));
    let facts: Vec<_> = job.steps.iter().map(|step| (step.name.as_str(), step.program.as_str())).collect();
    assert_eq!(facts, [("", "A"), ("", "B")]);
    assert_eq!(job.steps[1].statement, 3);
}

#[test]
fn keywords_are_harmless_unsupported_or_unknown() {
    assert_eq!(exec_errors("PGM=P,REGION=64M,TIME=(1,30),ACCT=X,DYNAMNBR=20"), [""; 0]);
    assert_eq!(step("PARMDD=X").parm_dd.as_deref(), Some("X"));
    assert_eq!(exec_errors("PGM=P,PRAM=X"), ["IEFC630I UNIDENTIFIED KEYWORD PRAM ON THE EXEC STATEMENT"]);
    assert_eq!(
        exec_errors("PGM=P,PARM=X,PARM=Y"),
        ["IEFC652I MUTUALLY EXCLUSIVE KEYWORDS - KEYWORD PARM IS MUTUALLY EXCLUSIVE WITH KEYWORD PARM"]
    );
    assert_eq!(exec_errors("PGM=P,X"), ["IEFC643I UNIDENTIFIED POSITIONAL PARAMETER ON THE EXEC STATEMENT"]);
}

#[test]
fn a_job_has_at_most_255_steps() {
    let steps = |n: usize| format!("{JOB}{}", "// EXEC PGM=P\n".repeat(n));
    assert_eq!(errors(&steps(255)), [""; 0]);
    assert_eq!(errors(&steps(256)), ["257 ZJB023E THE JOB HAS MORE THAN 255 STEPS"]);
}
