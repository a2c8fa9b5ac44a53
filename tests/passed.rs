//! What a job passes from step to step, and what becomes of it ("Summary of disposition processing" and
//! "Disposition processing of unreceived passed data sets" of the JCL books).

mod common;

use common::{Ran, TestSystem};
use zjob::job::initiator::JobEnd;

const NEW: &str = "\n//  SPACE=(TRK,(1,1,1)),RECFM=FB,LRECL=80";

/// A job of steps that do nothing but have these DDs; `NOSUCH` steps abend.
fn run(system: &TestSystem, steps: &[(&str, &[&str])]) -> Ran {
    let step = |(program, dds): &(&str, &[&str])| {
        let dds: String = dds.iter().map(|dd| ["//", &dd.replace("%NEW", NEW), "\n"].concat()).collect();
        format!("// EXEC PGM={program}\n{dds}")
    };
    let deck: String = ["//PASSING JOB CLASS=A\n".to_owned()].into_iter().chain(steps.iter().map(step)).collect();
    system.run(&deck)
}

/// The disposition lines of one data set, in order.
fn fate(ran: &Ran, name: &str) -> Vec<String> {
    let listing = ran.listing();
    let lines = listing.lines().filter(|line| line.starts_with(" IGD1") && line.contains(&format!(" {name} ")));
    lines.map(|line| line[54..].split([' ', ',']).next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn mod_makes_a_data_set_like_new_and_deletes_it_if_nobody_says_otherwise() {
    let system = TestSystem::new().text("MY.OLD", &["A"]);
    let ran = run(&system, &[("IEFBR14", &["A DD DSN=MY.A,DISP=MOD,%NEW", "B DD DSN=MY.OLD,DISP=MOD"])]);
    assert_eq!(fate(&ran, "MY.A"), ["DELETED"]);
    assert_eq!(fate(&ran, "MY.OLD"), ["RETAINED"]);
    assert!(!system.exists("MY.A") && system.exists("MY.OLD"));
}

#[test]
fn pass_outlives_an_abend_and_the_third_subparameter_decides_when_the_job_ends() {
    let made = [
        "A DD DSN=MY.A,DISP=(NEW,PASS,CATLG),%NEW",
        "B DD DSN=MY.B,DISP=(NEW,PASS,DELETE),%NEW",
        "C DD DSN=MY.C,DISP=(NEW,PASS),%NEW",
        "D DD DSN=MY.D,DISP=(OLD,PASS,DELETE)",
        "E DD DSN=&&T,DISP=(NEW,PASS,CATLG),%NEW",
    ];
    for steps in [vec![("NOSUCH", &made[..])], vec![("IEFBR14", &made[..]), ("NOSUCH", &[])]] {
        let system = TestSystem::new().text("MY.D", &["A"]);
        let ran = run(&system, &steps);
        assert_eq!(fate(&ran, "MY.A"), ["PASSED", "RETAINED"]);
        for deleted in ["MY.B", "MY.C", "MY.D", "SYS26031.T120000.RA000.PASSING.T.H01"] {
            assert_eq!(fate(&ran, deleted), ["PASSED", "DELETED"], "{deleted}");
        }
        assert!(system.exists("MY.A") && !system.exists("MY.D"));
        system.assert_clean();
    }
}

#[test]
fn without_an_abend_what_nobody_received_goes_if_the_job_made_it_and_stays_if_it_was_there() {
    let system = TestSystem::new().text("MY.D", &["A"]);
    let ran = run(
        &system,
        &[("IEFBR14", &["A DD DSN=MY.A,DISP=(NEW,PASS,CATLG),%NEW", "D DD DSN=MY.D,DISP=(OLD,PASS,DELETE)"])],
    );
    assert_eq!((fate(&ran, "MY.A"), fate(&ran, "MY.D")), (both("PASSED", "DELETED"), both("PASSED", "RETAINED")));
}

#[test]
fn what_was_cataloged_in_the_job_and_then_passed_to_nobody_is_deleted() {
    let system = TestSystem::new();
    let ran = run(
        &system,
        &[
            ("IEFBR14", &["DD1 DD DSN=DSNAME,DISP=(NEW,CATLG,DELETE),%NEW"]),
            ("IEFBR14", &["DD2 DD DSN=DSNAME,DISP=(OLD,PASS,DELETE)"]),
            ("IEFBR14", &[]),
        ],
    );
    assert_eq!(fate(&ran, "DSNAME"), ["RETAINED", "PASSED", "DELETED"]);
    assert!(!system.exists("DSNAME"));
}

#[test]
fn who_receives_a_data_set_and_says_nothing_deletes_it_if_the_job_made_it() {
    let system = TestSystem::new().text("MY.OLD", &["A"]);
    let ran = run(
        &system,
        &[
            ("IEFBR14", &["A DD DSN=MY.A,DISP=(NEW,PASS),%NEW", "B DD DSN=MY.OLD,DISP=(OLD,PASS)"]),
            ("IEFBR14", &["A DD DSN=MY.A,DISP=OLD", "B DD DSN=MY.OLD,DISP=OLD"]),
        ],
    );
    assert_eq!((fate(&ran, "MY.A"), fate(&ran, "MY.OLD")), (both("PASSED", "DELETED"), both("PASSED", "RETAINED")));
}

#[test]
fn what_the_job_made_and_cataloged_is_kept_by_later_steps_that_say_nothing() {
    let system = TestSystem::new();
    let ran = run(
        &system,
        &[("IEFBR14", &["A DD DSN=MY.A,DISP=(NEW,CATLG),%NEW"]), ("IEFBR14", &["A DD DSN=MY.A,DISP=SHR"])],
    );
    assert_eq!(fate(&ran, "MY.A"), ["RETAINED", "RETAINED"]);
}

#[test]
fn a_passed_generation_is_rolled_in_at_the_end_of_an_abended_job_if_its_third_subparameter_says_so() {
    let system = TestSystem::new();
    let define = "//S0 EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN DD *\n DEFINE GDG(NAME(MY.LOG) LIMIT(2))\n/*\n";
    let deck = format!(
        "//PASSING JOB CLASS=A\n{define}// EXEC PGM=IEFBR14\n//A DD DSN=MY.LOG(+1),DISP=(NEW,PASS,CATLG),{NEW}\n// EXEC PGM=NOSUCH\n"
    );
    let ran = system.run(&deck);
    assert!(ran.says(" ZJB150I MY.LOG.G0001V00                              ROLLED IN, DDNAME=A"), "{}", ran.listing());
    assert!(system.exists("MY.LOG.G0001V00"));
}

#[test]
fn a_dd_may_refer_to_one_of_its_own_step_that_makes_the_data_set() {
    let system = TestSystem::new();
    let ran = run(
        &system,
        &[(
            "IEFBR14",
            &[
                "A DD DSN=MY.A,DISP=(NEW,CATLG),%NEW",
                "B DD DSN=*.A,DISP=OLD",
                "C DD DSN=MY.A,DISP=SHR,VOL=REF=*.A",
                "D DD DSN=&&T,DISP=(NEW,PASS),%NEW",
                "E DD DSN=*.D,DISP=(OLD,PASS)",
            ],
        )],
    );
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(fate(&ran, "MY.A"), ["RETAINED", "RETAINED", "RETAINED"]);
    let ran = run(&system, &[("IEFBR14", &["A DD DSN=NO.A,DISP=OLD", "B DD DSN=*.A,DISP=OLD"])]);
    assert!(ran.says("A - DATA SET NO.A NOT FOUND"), "{}", ran.listing());
}

#[test]
fn a_library_of_joblib_stays_until_the_job_ends_although_a_step_names_it_too() {
    let system = TestSystem::new().text("MY.LOAD(X)", &["A"]);
    let ran = system.run(
        "//PASSING JOB CLASS=A\n//JOBLIB DD DSN=MY.LOAD,DISP=SHR\n// EXEC PGM=IEFBR14\n//A DD DSN=MY.LOAD,DISP=SHR\n",
    );
    ran.assert_says(&[
        " IGD104I MY.LOAD                                      RETAINED,  DDNAME=A       \n",
        " IGD104I MY.LOAD                                      RETAINED,  DDNAME=JOBLIB  \n IEF375I",
    ]);
}

fn both(first: &str, second: &str) -> Vec<String> {
    vec![first.to_owned(), second.to_owned()]
}
