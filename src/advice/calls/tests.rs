//! Steps of procedures are advised as those of the deck.

use super::super::{Catalog, Finding, Known, Options, check};
use crate::dataset::{DataSetName, MemberName};
use crate::job::convert::{ConvertSettings, ProcedureLibraries};

struct Empty;

impl Catalog for Empty {
    fn find(&self, _: &DataSetName, _: Option<&MemberName>) -> Known {
        Known::Absent
    }

    fn text(&self, _: &DataSetName, _: Option<&MemberName>) -> Option<String> {
        None
    }
}

/// A library with a procedure that sends, and one that calls it.
struct Library(Vec<String>);

impl ProcedureLibraries for Library {
    fn system(&self) -> &[String] {
        &self.0
    }

    fn exists(&self, library: &str) -> bool {
        matches!(library, "SYS1.PROCLIB" | "MY.PROCLIB")
    }

    fn member(&self, library: &str, member: &str) -> Option<String> {
        let text = match (library, member) {
            ("SYS1.PROCLIB", "SEND") => {
                "//SEND PROC OPTS='(EXIT',HOST=\n//FTP EXEC PGM=FTP,PARM='&HOST &OPTS'\n//INPUT DD DUMMY\n"
            }
            ("MY.PROCLIB", "DEEP") => "//DEEP PROC WHERE=H\n//IN EXEC SEND,HOST=&WHERE,OPTS=\n",
            ("SYS1.PROCLIB", "LOOP") => "//LOOP PROC\n//A EXEC LOOP\n//B EXEC LOOP\n",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

fn found(deck: &str) -> Vec<Finding> {
    let libraries = Library(vec!["SYS1.PROCLIB".to_owned()]);
    let settings = ConvertSettings { libraries: &libraries, ..ConvertSettings::for_user("IBMUSER") };
    check(deck.as_bytes(), &settings, &Empty, Options::default()).findings
}

/// The cards of the findings with this id.
fn cards(deck: &str, id: &str) -> Vec<u32> {
    let mut cards: Vec<u32> = Vec::new();
    cards.extend(found(deck).iter().filter(|finding| finding.message.id() == id).map(|finding| finding.place.card));
    cards
}

const INPUT: &str = "//FTP.INPUT DD *\nh\nu\np\nput 'A.B'\n/*\n";

#[test]
fn a_step_of_a_library_is_advised_at_the_call() {
    let call = |values: &str| format!("//J JOB\n//S EXEC SEND{values}\n{INPUT}");
    assert_eq!(cards(&call(""), "ZJB820W"), [0_u32; 0], "the default of the procedure has EXIT");
    assert_eq!(cards(&call(",OPTS="), "ZJB820W"), [2]);
    assert_eq!(cards(&call(",PARM='h'"), "ZJB820W"), [2], "PARM of the call goes to the first step");
    assert_eq!(cards(&call(",PARM.FTP='h'"), "ZJB820W"), [2]);
    assert_eq!(cards(&call(""), "ZJB829W"), [7], "the lines of INPUT that overrides");
}

#[test]
fn a_step_of_a_procedure_in_the_deck_has_the_values_of_its_call() {
    let deck = |call: &str| {
        format!("//J JOB\n//P PROC OPTS='(EXIT'\n//FTP EXEC PGM=FTP,PARM='h &OPTS'\n//INPUT DD DUMMY\n// PEND\n{call}")
    };
    assert_eq!(cards(&deck(&format!("//S EXEC P\n{INPUT}")), "ZJB820W"), [0_u32; 0]);
    assert_eq!(cards(&deck(&format!("//S EXEC P,OPTS=\n{INPUT}")), "ZJB820W"), [3]);
    assert_eq!(cards(&deck("//S EXEC P,OPTS=\n//T EXEC P,OPTS=\n"), "ZJB820W"), [3], "told once");
    assert_eq!(cards(&deck("//S EXEC PGM=Q\n"), "ZJB820W"), [0_u32; 0], "not called: read with its defaults");
}

#[test]
fn procedures_that_call_others_are_followed() {
    let deck = "//J JOB\n// JCLLIB ORDER=(MY.PROCLIB)\n//S EXEC DEEP\n";
    assert_eq!(cards(deck, "ZJB820W"), [3]);
}

#[test]
fn calls_that_call_themselves_come_to_an_end() {
    assert!(cards("//J JOB\n//S EXEC LOOP\n", "ZJB820W").is_empty());
}

#[test]
fn a_dd_that_overrides_keeps_what_it_does_not_say() {
    let proc = "//P PROC\n//A EXEC PGM=Q\n//OUT DD DSN=X.Y,DISP=SHR\n// PEND\n";
    let deck = format!("//J JOB\n{proc}//S EXEC P\n//A.OUT DD DSN=Z.Y\n//T EXEC PGM=R\n//D DD DSN=Z.Y,DISP=SHR\n");
    assert_eq!(cards(&deck, "ZJB809I"), [7], "Z.Y is asked for, not made");
}
