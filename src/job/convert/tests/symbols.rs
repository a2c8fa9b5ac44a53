//! Symbols in decks: SET, system symbols, EXPORT and in-stream data.

use super::{JOB, Source, converted, errors, job, listing};
use crate::codepage::CodePage;
use crate::dataset::DataSetName;
use crate::job::convert::{ConvertSettings, SystemNames, convert, system_symbols};

const NOW: jiff::civil::DateTime = jiff::civil::date(2026, 3, 9).at(7, 5, 3, 0);

fn first_dd(deck: &str) -> Source {
    converted(deck).steps.remove(0).dds.remove(0).parts.remove(0).source
}

fn name_of(deck: &str) -> String {
    match first_dd(deck) {
        Source::DataSet(request) => request.name.plain().expect("a name").as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

fn records(deck: &str) -> Vec<String> {
    let Source::InStream(records) = first_dd(deck) else { panic!("no data") };
    let line = |record: &[u8]| CodePage::ibm1047().decode(record).trim_end().to_owned();
    records.chunks(80).map(line).collect()
}

#[test]
fn set_takes_effect_from_there_on() {
    let deck = format!("{JOB}// SET A=ONE,B='TWO'\n// SET C=&A..&B\n//S EXEC PGM=P\n//D DD DSN=&C..X,DISP=SHR\n");
    assert_eq!(name_of(&deck), "ONE.TWO.X");
    assert!(listing(&job(&deck)).contains("    IEFC653I SUBSTITUTION JCL - C=ONE.TWO\n"));
    let late = format!("{JOB}//S EXEC PGM=P\n//D DD DSN=&A..X,DISP=SHR\n// SET A=ONE\n");
    assert_eq!(errors(&late), ["3 IEFC627I INCORRECT USE OF AMPERSAND IN THE DSN FIELD"]);
}

#[test]
fn a_value_may_hold_lists_and_be_empty() {
    let deck = format!("{JOB}//H SET SP='(TRK,(1,1))',NIL=\n//S EXEC PGM=P\n//D DD DSN=A&NIL,DISP=(,KEEP),SPACE=&SP\n");
    let Source::DataSet(request) = first_dd(&deck) else { panic!("no data set") };
    assert_eq!(request.space.map(|space| space.primary), Some(1));
    assert_eq!(request.name.plain().map(DataSetName::as_str), Some("A"));
}

#[test]
fn a_whole_operand_may_be_a_symbol() {
    let deck = format!("{JOB}// SET D='DUMMY,'\n//S EXEC PGM=P\n//D DD &D.DSN=A,DISP=SHR\n");
    assert!(matches!(first_dd(&deck), Source::Dummy { .. }));
}

#[test]
fn set_refuses_what_is_no_assignment() {
    let said = |set: &str| errors(&format!("{JOB}// SET {set}\n//S EXEC PGM=P\n"));
    assert_eq!(said("A"), ["2 IEFC643I UNIDENTIFIED POSITIONAL PARAMETER ON THE SET STATEMENT"]);
    assert_eq!(said("TOOLONGNAME=1"), ["2 IEFC630I UNIDENTIFIED KEYWORD TOOLONGNAME ON THE SET STATEMENT"]);
    let long = "X".repeat(50) + "'";
    let value = format!("A='{:56}\n//             {long}", "");
    assert_eq!(said(&value), [""; 0]);
}

#[test]
fn system_symbols_have_values() {
    let symbols = system_symbols(&SystemNames::default(), NOW, NOW);
    let settings = ConvertSettings { symbols: &symbols, ..ConvertSettings::for_user("IBMUSER") };
    let deck = format!("{JOB}//S EXEC PGM=P\n//D DD DSN=&SYSUID..&SYSNAME..D&LYYMMDD..T&LHHMMSS,DISP=SHR\n");
    let job = convert(deck.as_bytes(), &settings).expect("a job").remove(0);
    assert!(listing(&job).contains("DSN=IBMUSER.S0W1.D260309.T070503,DISP=SHR"), "{}", listing(&job));
}

#[test]
fn data_is_substituted_only_where_symbols_says_so() {
    let deck = |operands: &str| {
        format!(
            "{JOB}// SET EARLY=1\n// EXPORT SYMLIST=(A,EARLY)\n// SET A='TWO WORDS',B=3\n//S EXEC PGM=P\n\
             //D DD {operands}\n&A..X &B &EARLY &SYSUID\n/*\n"
        )
    };
    assert_eq!(records(&deck("*")), ["&A..X &B &EARLY &SYSUID"]);
    assert_eq!(records(&deck("*,SYMBOLS=JCLONLY")), ["TWO WORDS.X &B &EARLY IBMUSER"]);
    assert_eq!(records(&deck("DATA,SYMBOLS=(EXECSYS)")), ["TWO WORDS.X &B &EARLY IBMUSER"]);
    let said = errors(&deck("*,SYMBOLS=SOME"));
    assert_eq!(said, ["6 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE SYMBOLS FIELD"]);
}

#[test]
fn a_record_that_grows_too_long_stops_the_job() {
    let deck = format!(
        "{JOB}// EXPORT SYMLIST=*\n// SET A={}\n//S EXEC PGM=P\n//D DD *,SYMBOLS=JCLONLY\n{}&A\n/*\n",
        "B".repeat(10),
        "X".repeat(71)
    );
    assert_eq!(
        errors(&deck),
        ["5 ZJB029E CARD 6 HAS 81 COLUMNS AFTER SUBSTITUTION - RECORDS OF IN-STREAM DATA HAVE 80"]
    );
}

#[test]
fn symbols_of_the_system_without_a_value_stay_as_they_are_within_apostrophes() {
    let deck = format!("{JOB}//S EXEC PGM=P,PARM='&SYSPREF &JOBNAME'\n//D DD PATH='/u/&SEQ..log'\n");
    assert_eq!(errors(&deck), [""; 0]);
    let deck = format!("{JOB}//S EXEC PGM=P,PARM=&JOBNAME\n");
    assert!(errors(&deck)[0].contains("ZJB014E"), "{:?}", errors(&deck));
}

#[test]
fn a_record_of_parmdd_may_grow_because_records_are_joined() {
    let deck = |parm: &str| {
        format!(
            "{JOB}// EXPORT SYMLIST=*\n// SET A='{0}'\n// SET B='{0}'\n//S EXEC PGM=P{parm}\n//D DD *,SYMBOLS=JCLONLY\nsh &A. -p &B.X\n/*\n",
            "/v/w".repeat(12)
        )
    };
    let joined: String = records(&deck(",PARMDD=D")).iter().map(|record| record.trim_end()).collect();
    assert_eq!(joined, format!("sh {0} -p {0}X", "/v/w".repeat(12)));
    assert_eq!(errors(&deck(",PARMDD=D")), [""; 0]);
    assert!(errors(&deck("")).iter().any(|error| error.contains("ZJB029E")), "a program reads whole records");
}

#[test]
fn one_ampersand_without_a_symbol_is_a_temporary_data_set() {
    let deck = format!("{JOB}//S EXEC PGM=P\n//D DD DSN=&WORK,DISP=(,PASS)\n");
    assert!(!errors(&deck).iter().any(|error| error.contains("IEFC627I")), "{:?}", errors(&deck));
}
