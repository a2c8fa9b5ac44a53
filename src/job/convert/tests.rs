//! Whole decks, from bytes to jobs. Listings and counts of real jobs are from the logs that each test names.

use proptest::prelude::*;

use super::{ConvertSettings, ConvertedJob, convert};
use crate::dataset::{Dcb, Dsorg, Recfm};
use crate::job::model::{
    Action, AfterAbend, CondTest, Disposition, Operator, Request, Source, Space, SpaceUnit, Status, Step,
};

fn jobs(deck: &str) -> Vec<ConvertedJob> {
    convert(deck.as_bytes(), &ConvertSettings::for_user("IBMUSER")).expect("the deck has a JOB card")
}

fn job(deck: &str) -> ConvertedJob {
    let mut jobs = jobs(deck);
    assert_eq!(jobs.len(), 1, "one job expected");
    jobs.remove(0)
}

/// What stops the jobs of a deck: `statement message`.
fn errors(deck: &str) -> Vec<String> {
    let all = jobs(deck);
    let found = all.iter().flat_map(|job| &job.diagnostics);
    found.map(|found| format!("{} {}", found.statement.unwrap_or(0), found.message)).collect()
}

/// The same with the places in the deck: `card:column message`.
fn places(deck: &str) -> Vec<String> {
    let all = jobs(deck);
    let found = all.iter().flat_map(|job| &job.diagnostics);
    found.map(|found| format!("{}:{} {}", found.position.card, found.position.column, found.message)).collect()
}

fn hints(deck: &str) -> Vec<String> {
    jobs(deck).iter().flat_map(|job| &job.hints).map(|hint| hint.message.to_string()).collect()
}

fn listing(job: &ConvertedJob) -> String {
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let lines = job.listing.iter().map(|line| format!("{:>3} {}", number(line.number), line.text.trim_end()));
    lines.chain([String::new()]).collect::<Vec<_>>().join("\n")
}

fn converted(deck: &str) -> crate::job::model::Job {
    let job = job(deck);
    let said: Vec<String> = job.diagnostics.iter().map(|found| found.message.to_string()).collect();
    job.job.unwrap_or_else(|| panic!("the job does not run: {said:?}"))
}

const JOB: &str = "//J JOB MSGCLASS=H\n";

/// A job with one step and one DD statement.
fn deck_with_dd(operands: &str) -> String {
    format!("{JOB}//S EXEC PGM=IEFBR14\n//D DD {operands}\n")
}

fn dd(operands: &str) -> Source {
    let mut job = converted(&deck_with_dd(operands));
    job.steps.remove(0).dds.remove(0).parts.remove(0).source
}

fn request(operands: &str) -> Request {
    match dd(operands) {
        Source::DataSet(request) => *request,
        other => panic!("not a data set: {other:?}"),
    }
}

/// What is said of a DD statement, without the statement number.
fn dd_errors(operands: &str) -> Vec<String> {
    errors(&deck_with_dd(operands)).iter().map(|error| error.trim_start_matches("3 ").to_owned()).collect()
}

fn step(operands: &str) -> Step {
    converted(&format!("{JOB}//S EXEC PGM=P,{operands}\n")).steps.remove(0)
}

fn exec_errors(operands: &str) -> Vec<String> {
    let deck = format!("{JOB}//S EXEC {operands}\n");
    errors(&deck).iter().map(|error| error.trim_start_matches("2 ").to_owned()).collect()
}

/// What the user is told of a JOB statement that does not stop the job.
fn job_hints(operands: &str) -> Vec<String> {
    assert_eq!(job_errors(operands), [""; 0]);
    hints(&format!("//J JOB {operands}\n//S EXEC PGM=P\n"))
}

fn job_errors(operands: &str) -> Vec<String> {
    let deck = format!("//J JOB {operands}\n//S EXEC PGM=P\n");
    errors(&deck).iter().map(|error| error.trim_start_matches("1 ").to_owned()).collect()
}

/// `operands`, continued so that no card is too long.
fn on_cards(operands: &[&str]) -> String {
    operands.join(",\n// ")
}

mod conditions;
mod includes;
mod procedures;
mod scenery;
mod symbols;

mod listings {
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
        let expected =
            "  1 //J JOB\n  2 //S EXEC PGM=P\n  3 //SYSIN     DD *               GENERATED STATEMENT\n  4 //\n";
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
}

mod decks {
    use super::{convert, errors, hints, jobs};
    use crate::job::convert::ConvertSettings;

    fn refusal(deck: &str) -> (String, Option<String>, u32) {
        let error = convert(deck.as_bytes(), &ConvertSettings::for_user("IBMUSER")).expect_err("nothing to submit");
        (error.message.to_string(), error.explanation.map(|text| text.to_string()), error.position.card)
    }

    #[test]
    fn a_deck_without_a_job_card_submits_nothing() {
        for deck in ["", "//S EXEC PGM=P", "hello", "//* only\n//", "//A DD DATA\n//J JOB\n"] {
            assert!(refusal(deck).0.starts_with("ZJB001E"), "{deck}");
        }
    }

    #[test]
    fn one_slash_before_the_job_name_is_explained() {
        let (message, explanation, card) = refusal("//* comment\n/XXXXX JOB CLASS=A\n//S EXEC PGM=P");
        assert!(message.starts_with("ZJB001E"));
        assert!(explanation.is_some_and(|text| text.contains("one slash")));
        assert_eq!(card, 2);
    }

    #[test]
    fn statements_before_the_job_card_submit_nothing() {
        assert!(refusal("//S EXEC PGM=P\n//J JOB").0.starts_with("ZJB003E EXEC STATEMENT"));
        let deck = "/*PRIORITY 5\n//G JOBGROUP\n//J JOB\n//S EXEC PGM=P\n";
        assert_eq!(errors(deck), [""; 0]);
        let named = |verb: &str| format!("ZJB052I The {verb} statement is read and checked, but not emulated.");
        assert_eq!(hints(deck), [named("/*PRIORITY"), named("JOBGROUP")]);
    }

    #[test]
    fn comments_before_the_job_card_are_left_out_and_the_user_is_told() {
        let deck = "//* one\n\n//J JOB\n//S EXEC PGM=P\n";
        assert_eq!(jobs(deck)[0].cards_read, 2);
        assert!(hints(deck)[0].starts_with("ZJB030I Cards 1 to 2 "));
        assert!(errors(deck).is_empty());
    }

    #[test]
    fn the_samples_convert_without_a_word() {
        for name in ["upload", "upload-plain", "upload-aes"] {
            let path = format!("{}/jcl-samples/{name}.jcl", env!("CARGO_MANIFEST_DIR"));
            let deck = std::fs::read_to_string(&path).expect(&path);
            assert_eq!(errors(&deck), [""; 0], "{name}");
            assert_eq!(hints(&deck), [""; 0], "{name}");
        }
    }

    #[test]
    fn the_deck_as_published_has_no_job_card() {
        let path = format!("{}/testdata/upload-as-published.jcl", env!("CARGO_MANIFEST_DIR"));
        let deck = std::fs::read_to_string(&path).expect(&path);
        assert!(refusal(&deck).0.starts_with("ZJB001E"));
        let two_slashes = format!("/{deck}");
        assert_eq!(errors(&two_slashes), ["2 IEFC606I MISPLACED DD STATEMENT"]);
    }

    #[test]
    fn a_deck_may_be_windows_1252_and_have_carriage_returns() {
        let deck = b"//J JOB ,'M\xFCLLER'\r\n//S EXEC PGM=P\r\n//D DD *\r\n\xE4\r\n/*\r\n";
        let jobs = convert(deck, &ConvertSettings::for_user("IBMUSER")).expect("a job");
        let job = jobs[0].job.as_ref().expect("it runs");
        assert_eq!(job.programmer, "MÜLLER".replace('Ü', "ü"));
    }
}

mod job_statement {
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
        assert_eq!(
            job_errors("1,'123456789012345678901'"),
            ["IEFC642I EXCESSIVE PARAMETER LENGTH ON THE JOB STATEMENT"]
        );
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
}

mod exec_statement {
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
}

mod dd_statement {
    use super::{
        Action, Dcb, Disposition, Dsorg, JOB, Recfm, Source, Space, SpaceUnit, Status, converted, dd, dd_errors,
        deck_with_dd, errors, job, request,
    };

    fn disposition(coded: &str) -> Disposition {
        request(&format!("DSN=A{coded}")).disposition
    }

    #[test]
    fn disp_has_three_subparameters_and_each_may_be_left_out() {
        let of = |status, normal, abnormal| Disposition { status, normal, abnormal };
        for (coded, expected) in [
            ("", of(Status::New, None, None)),
            (",DISP=SHR", of(Status::Shr, None, None)),
            (",DISP=(SHR)", of(Status::Shr, None, None)),
            (",DISP=OLD", of(Status::Old, None, None)),
            (",DISP=MOD", of(Status::Mod, None, None)),
            (",DISP=(,CATLG)", of(Status::New, Some(Action::Catlg), None)),
            (",DISP=(NEW,CATLG,DELETE)", of(Status::New, Some(Action::Catlg), Some(Action::Delete))),
            (",DISP=(MOD,DELETE,DELETE)", of(Status::Mod, Some(Action::Delete), Some(Action::Delete))),
            (",DISP=(OLD,,DELETE)", of(Status::Old, None, Some(Action::Delete))),
            (",DISP=(NEW,KEEP)", of(Status::New, Some(Action::Keep), None)),
            (",DISP=(SHR,PASS)", of(Status::Shr, Some(Action::Pass), None)),
            (",DISP=(OLD,UNCATLG)", of(Status::Old, Some(Action::Uncatlg), None)),
        ] {
            assert_eq!(disposition(coded), expected, "{coded}");
        }
    }

    #[test]
    fn a_step_ends_as_the_summary_of_disposition_processing_says() {
        use Action::{Catlg, Delete, Keep, Pass};
        for (coded, is_new, normal, abnormal) in [
            ("", true, Delete, Delete),
            (",DISP=OLD", false, Keep, Keep),
            (",DISP=OLD", true, Delete, Delete),
            (",DISP=MOD", true, Delete, Delete),
            (",DISP=MOD", false, Keep, Keep),
            (",DISP=(,CATLG)", true, Catlg, Catlg),
            (",DISP=(,CATLG,DELETE)", true, Catlg, Delete),
            (",DISP=(OLD,,DELETE)", false, Keep, Delete),
            (",DISP=(,PASS)", true, Pass, Pass),
            (",DISP=(,PASS,DELETE)", true, Pass, Pass),
        ] {
            let disposition = disposition(coded);
            let ends = [false, true].map(|abended| disposition.at_end_of_step(abended, is_new));
            assert_eq!(ends, [normal, abnormal], "{coded}");
        }
    }

    #[test]
    fn a_wrong_disp_gets_the_message_of_the_host() {
        for wrong in ["DISP=(NEW,CATALOG)", "DISP=(NEWCATLG)", "DISP=(SHR,KEEP,PASS)", "DISP=OLDER"] {
            let said = dd_errors(&format!("DSN=A,{wrong}"));
            assert_eq!(said, ["IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE DISP FIELD"], "{wrong}");
        }
        assert_eq!(
            dd_errors("DSN=A,DISP=(NEW,CATLG,DELETE,KEEP)"),
            ["IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS IN THE DISP FIELD"]
        );
    }

    #[test]
    fn space_counts_tracks_cylinders_or_blocks() {
        let space =
            |unit, primary, secondary, directory, release| Some(Space { unit, primary, secondary, directory, release });
        for (coded, expected) in [
            ("(CYL,(10,5),RLSE)", space(SpaceUnit::Cylinders, 10, Some(5), 0, true)),
            ("(CYL,(10,5),RLSE,,)", space(SpaceUnit::Cylinders, 10, Some(5), 0, true)),
            ("(TRK,1)", space(SpaceUnit::Tracks, 1, None, 0, false)),
            ("(TRK,(5))", space(SpaceUnit::Tracks, 5, None, 0, false)),
            ("(TRK,(5,,20))", space(SpaceUnit::Tracks, 5, None, 20, false)),
            ("(TRK,(5,0,20))", space(SpaceUnit::Tracks, 5, Some(0), 20, false)),
            ("(800,(10,5))", space(SpaceUnit::Blocks(800), 10, Some(5), 0, false)),
        ] {
            assert_eq!(request(&format!("DSN=A,SPACE={coded}")).space, expected, "{coded}");
        }
        assert_eq!(request("DSN=A").space, None);
    }

    #[test]
    fn a_wrong_space_gets_the_message_of_the_host() {
        for (coded, message) in [
            ("(CYL,(X,5))", "IEF644I INVALID NUMERIC IN THE SPACE FIELD"),
            ("(CYLS,(1,5))", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE SPACE FIELD"),
            ("(CYL,(1,5),RELSE)", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE SPACE FIELD"),
            ("CYL", "IEFC641I IMPROPER SUBPARAMETER LIST IN THE SPACE FIELD"),
            ("(CYL,(99999999,5))", "IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE SPACE FIELD"),
            ("(CYL,(1,1,1,1))", "IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS IN THE SPACE FIELD"),
            ("(TRK,(1,1),,CONT)", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE SPACE FIELD"),
            ("(80,(1,1),,,RND)", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE SPACE FIELD"),
            ("(CYL,(1,1)", "IEFC622I UNBALANCED PARENTHESIS ON THE DD STATEMENT"),
        ] {
            assert_eq!(dd_errors(&format!("DSN=A,SPACE={coded}")), [message], "{coded}");
        }
    }

    #[test]
    fn data_set_names_are_checked_as_the_host_does() {
        let named = request("DSN=YOUR.TCPPARMS(TCPDATA),DISP=SHR");
        assert_eq!(named.name.plain().expect("a name").as_str(), "YOUR.TCPPARMS");
        assert_eq!(named.member.map(|member| member.to_string()), Some("TCPDATA".to_owned()));
        assert_eq!(request("DSNAME=A.B-C,DISP=SHR").name.plain().expect("a name").as_str(), "A.B-C");
        assert_eq!(request("DSN='A.B',DISP=SHR").name.plain().expect("a name").as_str(), "A.B");
        for (name, message) in [
            ("A.TOOLONGNAME", "IEF642I EXCESSIVE PARAMETER LENGTH IN THE DSNAME FIELD"),
            ("A(TOOLONGNAME)", "IEF642I EXCESSIVE PARAMETER LENGTH IN THE DSNAME FIELD"),
            ("A..B", "IEFC624I INCORRECT USE OF PERIOD IN THE DSNAME FIELD"),
            ("A.", "IEFC624I INCORRECT USE OF PERIOD IN THE DSNAME FIELD"),
            ("A.1B", "IEF647I NON-ALPHABETIC FIRST CHARACTER OF NAME IN THE DSNAME FIELD"),
            ("A.B*", "IEFC628I INCORRECT USE OF ASTERISK IN THE DSNAME FIELD"),
            ("A/B", "IEFC650I INCORRECT USE OF SLASH IN THE DSNAME FIELD"),
            ("A.-B", "IEFC651I INCORRECT USE OF MINUS IN THE DSNAME FIELD"),
            ("A'B'", "IEFC629I INCORRECT USE OF APOSTROPHE IN THE DSNAME FIELD"),
            ("A.b", "IEFC623I SOURCE TEXT CONTAINS UNDEFINED OR ILLEGAL CHARACTERS"),
            ("(A,B)", "IEFC641I IMPROPER SUBPARAMETER LIST IN THE DSNAME FIELD"),
        ] {
            assert_eq!(dd_errors(&format!("DSN={name},DISP=SHR")), [message], "{name}");
        }
        let long = "A2345678.A2345678.A2345678.A2345678.A2345678.A";
        assert_eq!(dd_errors(&format!("DSN={long}")), ["IEF642I EXCESSIVE PARAMETER LENGTH IN THE DSNAME FIELD"]);
    }

    #[test]
    fn what_the_host_takes_and_zjob_does_not_do_is_named_once() {
        let value = |what: &str, field: &str| {
            format!("ZJB051I {what} in the {field} field is read and checked, but not emulated.")
        };
        let keyword =
            |name: &str, place: &str| format!("ZJB050I Keyword {name}{place} is read and checked, but not emulated.");
        for (coded, message) in [
            ("DSN=A,LABEL=(1,NL)", value("NL", "LABEL")),
            ("DSN=A,UNIT=(SYSDA,2)", value("MORE THAN ONE DEVICE", "UNIT")),
            ("DSN=A,UNIT=AFF=X", value("AFF", "UNIT")),
            ("DSN=A,VOL=SER=(A,B)", value("MORE THAN ONE VOLUME", "VOLUME")),
            ("SYSOUT=(A,WRITER)", value("WRITER", "SYSOUT")),
            ("*,SYMBOLS=(JCLONLY,LOG)", value("A LOG DD", "SYMBOLS")),
            ("DSN=A,DCB=OPTCD=Q", keyword("OPTCD", " IN THE DCB FIELD")),
            ("DSN=A,RECFM=FBT", value("FBT", "RECFM")),
            ("DSN=A,DSORG=DA", value("DA", "DSORG")),
            ("PATH='/u/x',PATHOPTS=ORDONLY,PATHMODE=SIRUSR,PATHDISP=KEEP", keyword("PATH", " ON THE DD STATEMENT")),
        ] {
            let deck = format!("{JOB}//S EXEC PGM=IEFBR14\n//D DD {coded}\n//E DD {coded}\n");
            assert_eq!(errors(&deck), [""; 0], "{coded}");
            let said = super::hints(&deck);
            assert_eq!(said.iter().filter(|hint| **hint == message).count(), 1, "{coded}: {said:?}");
        }
    }

    #[test]
    fn sysuid_has_a_value_and_an_ampersand_alone_is_wrong() {
        assert_eq!(request("DSN=&SYSUID..DATA,DISP=SHR").name.plain().expect("a name").as_str(), "IBMUSER.DATA");
        assert_eq!(dd_errors("DSN=&,DISP=SHR"), ["IEFC627I INCORRECT USE OF AMPERSAND IN THE DSN FIELD"]);
    }

    #[test]
    fn unit_and_volume_are_handed_over() {
        let request = request("DSN=A,UNIT=(3390,1),VOL=(,,,,SER=WORK01)");
        assert_eq!(request.unit.as_deref(), Some("3390"));
        assert_eq!(request.volume.as_deref(), Some("WORK01"));
        assert_eq!(super::request("DSN=A,VOLUME=SER='AB-1'").volume.as_deref(), Some("AB-1"));
        assert_eq!(
            dd_errors("DSN=A,VOL=SER=TOOLONG"),
            ["IEF642I EXCESSIVE PARAMETER LENGTH IN THE SER SUBPARAMETER OF THE VOLUME FIELD"]
        );
    }

    #[test]
    fn record_attributes_come_from_dcb_or_stand_alone() {
        let expected =
            Dcb { recfm: Some(Recfm::FB), lrecl: Some(80), blksize: Some(800), dsorg: Some(Dsorg::Sequential) };
        assert_eq!(request("DSN=A,DCB=(RECFM=FB,LRECL=80,BLKSIZE=800,DSORG=PS)").dcb, expected);
        assert_eq!(request("DSN=A,RECFM=FB,LRECL=80,BLKSIZE=800,DSORG=PS").dcb, expected);
        assert_eq!(request("DSN=A,LRECL=80,DCB=(LRECL=133,RECFM=FB,BUFNO=5)").dcb.lrecl, Some(80));
        assert_eq!(request("DSN=A,DCB=RECFM=U").dcb.recfm, Some(Recfm::U));
        for (coded, message) in [
            ("LRECL=X1", "IEF644I INVALID NUMERIC IN THE LRECL FIELD"),
            ("DCB=LRECL=X1", "IEF644I INVALID NUMERIC IN THE LRECL SUBPARAMETER OF THE DCB FIELD"),
            ("BLKSIZE=2147483649", "IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE BLKSIZE FIELD"),
            ("RECFM=FBX", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE RECFM FIELD"),
            ("DCB=(RECFM=FB,XYZ=1)", "IEFC630I UNIDENTIFIED KEYWORD XYZ IN THE DCB FIELD"),
        ] {
            assert_eq!(dd_errors(&format!("DSN=A,{coded}")), [message], "{coded}");
        }
    }

    #[test]
    fn sysout_names_a_class_and_asterisk_is_that_of_msgclass() {
        let class = |coded: &str| match dd(coded) {
            Source::Sysout { class, .. } => class,
            other => panic!("not SYSOUT: {other:?}"),
        };
        assert_eq!(class("SYSOUT=*"), "H");
        assert_eq!(class("SYSOUT=(*)"), "H");
        assert_eq!(class("SYSOUT=(,)"), "H");
        assert_eq!(class("SYSOUT=A"), "A");
        assert_eq!(dd_errors("SYSOUT=%"), ["IEFC639I INVALID CLASS DESIGNATION IN THE SYSOUT FIELD"]);
        let attributes = dd("SYSOUT=*,DCB=(RECFM=FBA,LRECL=133)");
        assert!(matches!(attributes, Source::Sysout { dcb: Dcb { lrecl: Some(133), .. }, .. }));
    }

    #[test]
    fn dummy_and_nullfile_are_the_same_and_still_checked() {
        assert!(matches!(dd("DUMMY"), Source::Dummy { .. }));
        assert!(matches!(dd("DUMMY,DSN=A,DISP=SHR"), Source::Dummy { .. }));
        assert!(matches!(dd("DSN=NULLFILE,DISP=SHR"), Source::Dummy { .. }));
        assert!(matches!(dd("DUMMY,LRECL=80"), Source::Dummy { dcb: Dcb { lrecl: Some(80), .. } }));
        assert_eq!(dd_errors("DUMMY,DISP=X"), ["IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE DISP FIELD"]);
    }

    #[test]
    fn in_stream_data_becomes_records_of_80_bytes() {
        let deck =
            format!("{JOB}//S EXEC PGM=P\n//A DD *\nX\n/*\n//B DD DATA,DLM='><'\n//Y\n/*\n><\n//C DD *,LRECL=80\n");
        let dds = converted(&deck).steps.remove(0).dds;
        let data: Vec<_> = dds
            .iter()
            .map(|dd| match &dd.parts[0].source {
                Source::InStream(records) => (dd.name.as_str(), records.len() / 80, records.first().copied()),
                other => panic!("not data: {other:?}"),
            })
            .collect();
        assert_eq!(data, [("A", 1, Some(0xE7)), ("B", 2, Some(0x61)), ("C", 0, None)]);
    }

    #[test]
    fn data_that_cannot_be_records_is_an_error_at_its_card() {
        let deck = format!("{JOB}//S EXEC PGM=P\n//A DD *\nok\n5 € please\n{}\n", "X".repeat(81));
        assert_eq!(
            super::places(&deck),
            [
                "5:3 ZJB021E CHARACTER U+20AC IN COLUMN 3 OF CARD 5 HAS NO PLACE IN CODE PAGE IBM-1047",
                "6:81 ZJB020E CARD 6 HAS 81 COLUMNS - RECORDS OF IN-STREAM DATA HAVE 80",
            ]
        );
        assert_eq!(job(&deck).diagnostics[0].statement, Some(3));
    }

    #[test]
    fn keywords_that_exclude_each_other_are_named() {
        let exclusive = |a: &str, b: &str| {
            format!("IEFC652I MUTUALLY EXCLUSIVE KEYWORDS - KEYWORD {a} IS MUTUALLY EXCLUSIVE WITH KEYWORD {b}")
        };
        assert_eq!(dd_errors("SYSOUT=*,DISP=SHR"), [exclusive("DISP", "SYSOUT")]);
        assert_eq!(dd_errors("DSN=A,DISP=SHR,DSN=B"), [exclusive("DSN", "DSN")]);
        assert_eq!(dd_errors("DSN=A,DISP=SHR,DSNAME=B"), [exclusive("DSNAME", "DSN")]);
        assert_eq!(dd_errors("*,DISP=SHR"), [exclusive("DISP", "*")]);
        assert_eq!(dd_errors("SYSOUT=*,DSN=A"), ["IEFC655I DSNAME INVALID WHEN SYSOUT SPECIFIED"]);
        assert_eq!(dd_errors("DSN=A,DLM=$$"), ["ZJB024E DLM WITHOUT * OR DATA ON THE DD STATEMENT"]);
        assert_eq!(dd_errors("*,DLM=$"), ["ZJB025E DLM MUST NAME 2 TO 8 CHARACTERS"]);
    }

    #[test]
    fn positional_operands_are_known_or_wrong() {
        let unknown = "IEFC643I UNIDENTIFIED POSITIONAL PARAMETER ON THE DD STATEMENT";
        assert_eq!(dd_errors("SHR,DSN=A"), [unknown]);
        assert_eq!(dd_errors("DSN=A,SHR"), [unknown]);
        assert_eq!(dd_errors("*,DUMMY"), ["IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS ON THE DD STATEMENT"]);
    }

    #[test]
    fn nameless_dds_are_concatenated() {
        let deck =
            format!("{JOB}//S EXEC PGM=P\n//A DD DSN=X,DISP=SHR\n// DD DSN=Y,DISP=SHR\n// DD *\nZ\n//B DD DUMMY\n");
        let dds = converted(&deck).steps.remove(0).dds;
        let shape: Vec<_> = dds.iter().map(|dd| (dd.name.as_str(), dd.parts.len())).collect();
        assert_eq!(shape, [("A", 3), ("B", 1)]);
        assert!(matches!(&dds[0].parts[2].source, Source::InStream(records) if records.len() == 80));
        assert_eq!(dds[0].parts[2].statement, 5);
    }

    #[test]
    fn a_new_data_set_without_space_is_no_matter_of_the_converter() {
        assert_eq!(dd_errors("DSN=A,DISP=(NEW,CATLG)"), [""; 0]);
    }

    #[test]
    fn dds_must_have_a_step_and_the_first_one_a_name() {
        assert_eq!(errors(&format!("{JOB}//A DD DUMMY\n//S EXEC PGM=P\n")), ["2 IEFC606I MISPLACED DD STATEMENT"]);
        assert_eq!(
            errors(&format!("{JOB}//S EXEC PGM=P\n// DD DUMMY\n")),
            ["3 IEFC617I NO NAME ON FIRST DD STATEMENT AFTER EXEC STATEMENT"]
        );
        assert_eq!(
            errors(&format!("{JOB}//JOBCAT DD DSN=A,DISP=SHR\n// DD DSN=B,DISP=SHR\n//S EXEC PGM=P\n")),
            [""; 0]
        );
        let qualified = converted(&format!("{JOB}//S EXEC PGM=P\n//P.A DD DUMMY\n"));
        assert_eq!(qualified.steps[0].dds[0].name, "A");
    }

    #[test]
    fn a_step_has_at_most_3273_dds() {
        let dds = |n: usize| format!("{JOB}//S EXEC PGM=P\n//A DD DUMMY\n{}", "// DD DUMMY\n".repeat(n - 1));
        assert_eq!(errors(&dds(3273)), [""; 0]);
        assert_eq!(errors(&dds(3274)), ["3276 IEFC649I EXCESSIVE NUMBER OF DD STATEMENTS"]);
    }

    #[test]
    fn a_mistake_does_not_hide_those_of_later_statements() {
        let deck = format!("{}//E DD DSN=B,DISP=WRONG\n//F DD DSNX=C,DISP=X\n", deck_with_dd("DSN=A,SPACE=(TRK,(X))"));
        let said = errors(&deck);
        let statements: Vec<_> = said.iter().filter_map(|error| error.split(' ').next()).collect();
        assert_eq!(statements, ["3", "4", "5", "5"], "{said:?}");
        assert!(job(&deck).job.is_none());
    }
}

mod statements {
    use super::{JOB, errors, job, places};

    fn explanation(deck: &str) -> String {
        job(deck).diagnostics[0].explanation.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn each_statement_that_is_not_emulated_is_named() {
        let deck =
            format!("{JOB}// COMMAND 'D A'\n// SCHEDULE JOBGROUP=G\n//S EXEC PGM=P\n//X XMIT DEST=N\n//B JOB\n/*\n");
        assert_eq!(errors(&deck), [""; 0]);
        let named = |verb: &str| format!("ZJB052I The {verb} statement is read and checked, but not emulated.");
        let said = super::hints(&deck);
        for verb in ["COMMAND", "SCHEDULE", "XMIT"] {
            assert!(said.contains(&named(verb)), "{verb}: {said:?}");
        }
        assert_eq!(errors(&format!("{JOB}//S EXEC PGM=P\n/*ROUTE PRINT X\n")), [""; 0]);
        assert_eq!(errors(&format!("{JOB}// START X\n//S EXEC PGM=P\n")), [""; 0]);
    }

    #[test]
    fn a_procedure_that_nobody_calls_is_not_looked_at() {
        let deck = format!("{JOB}//P PROC\n//S EXEC PGM=X\n//D DD WRONG\n// PEND\n//T EXEC PGM=Y\n");
        assert_eq!(errors(&deck), [""; 0]);
        assert_eq!(
            errors(&format!("{JOB}// PEND\n//S EXEC PGM=P\n")),
            ["2 IEFC668I PEND VERB STATEMENT OUT OF SEQUENCE"]
        );
    }

    #[test]
    fn an_operation_must_be_one() {
        let deck = format!("{JOB}//S EXEC PGM=P\n//D DD DSN=A\n//    DISP=SHR\n//SET A=B\n//E dd DUMMY\n//F\n");
        assert_eq!(
            places(&deck),
            [
                "4:7 IEFC605I UNIDENTIFIED OPERATION FIELD",
                "5:7 IEFC605I UNIDENTIFIED OPERATION FIELD",
                "6:5 IEFC605I UNIDENTIFIED OPERATION FIELD",
                "7:4 IEFC605I UNIDENTIFIED OPERATION FIELD",
            ]
        );
    }

    #[test]
    fn an_operation_that_is_none_is_explained() {
        let with = |card: &str| format!("{JOB}{card}\n//S EXEC PGM=P\n");
        assert!(explanation(&with("//    DISP=SHR")).contains("comma"));
        assert!(explanation(&with("//SET A=B")).contains("`// SET`"));
        assert!(explanation(&with("//S exec PGM=P")).contains("upper case"));
        assert!(explanation(&with("//S\tEXEC\tPGM=P")).contains("tab"));
    }

    #[test]
    fn a_bad_name_is_an_invalid_label() {
        for name in ["9STEP", "TOOLONGNAME", "A_B", "step"] {
            let said = errors(&format!("{JOB}//{name} EXEC PGM=P\n"));
            assert_eq!(said, ["2 IEFC662I INVALID LABEL"], "{name}");
        }
    }

    #[test]
    fn layout_faults_are_found_and_explained() {
        let broken = format!("{JOB}//S EXEC PGM=P,\n//D DD DUMMY\n");
        assert_eq!(places(&broken), ["2:15 IEFC621I EXPECTED CONTINUATION NOT RECEIVED"]);
        assert!(explanation(&broken).contains("columns 4 to 16"));
        let open = format!("{JOB}//S EXEC PGM=P,PARM='X\n//D DD DUMMY\n");
        assert_eq!(places(&open), ["2:71 IEFC621I EXPECTED CONTINUATION NOT RECEIVED"]);
        assert!(explanation(&open).contains("apostrophe"));
        let long = format!("{JOB}//S EXEC PGM=P,PARM={}\n", "X".repeat(60));
        assert_eq!(places(&long), ["2:71 IEFC618I OPERAND FIELD DOES NOT TERMINATE IN COMMA OR BLANK"]);
        assert!(explanation(&long).contains("column 71"));
    }

    #[test]
    fn a_tab_among_the_operands_is_named() {
        let deck = format!("{JOB}//S EXEC PGM=P,\tPARM=X\n");
        assert_eq!(places(&deck), ["2:16 ZJB022E TAB IN COLUMN 16 OF CARD 2 - A TAB IS NOT A BLANK"]);
    }

    #[test]
    fn errors_of_continued_statements_point_to_their_card() {
        let deck = format!("{JOB}//S EXEC PGM=P\n//D DD DSN=A,\n//* in between\n//  DISP=(NEW,\n//   WRONG)\n");
        assert_eq!(places(&deck), ["6:6 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE DISP FIELD"]);
    }

    #[test]
    fn an_empty_card_before_the_first_step_is_a_misplaced_sysin() {
        let deck = format!("{JOB}\n//S EXEC PGM=P\n");
        assert_eq!(errors(&deck), ["2 IEFC606I MISPLACED DD STATEMENT"]);
        assert!(explanation(&deck).contains("even an empty one"));
    }
}

fn deck_like() -> impl Strategy<Value = String> {
    let card = prop_oneof![
        "//[A-Z]{0,9} (DD|EXEC|JOB|SET|PROC|PEND|IF) [A-Z0-9=,()'*&.+ ]{0,60}\n",
        "//[A-Z]{0,3} DD (DSN|DISP|SPACE|DCB|UNIT|VOL|SYSOUT|DLM)=[A-Z0-9=,()'*&.+]{0,30}\n",
        "// [A-Z=,()'&*]{0,75}\n",
        "(/\\*|//\\*|//)[ A-Z]{0,5}\n",
        "[ -~ä€\t]{0,90}\n?",
    ];
    proptest::collection::vec(card, 0..25).prop_map(|cards| format!("//J JOB\n{}", cards.concat()))
}

proptest! {
    #[test]
    fn any_bytes_are_converted_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = convert(&bytes, &ConvertSettings::for_user("IBMUSER"));
    }

    #[test]
    fn a_job_runs_exactly_if_nothing_stops_it(deck in deck_like()) {
        let cards = deck.lines().count();
        for job in jobs(&deck) {
            prop_assert_eq!(job.job.is_some(), job.diagnostics.is_empty());
            for found in job.diagnostics.iter().chain(&job.hints) {
                prop_assert!((1..=cards).contains(&(found.position.card as usize)), "{:?}", found);
            }
        }
    }
}
