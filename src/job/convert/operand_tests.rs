//! What operands mean: DD, EXEC and JOB statements read into the model.

use super::{ConvertSettings, convert};
use crate::job::model::{
    DdReference, DsName, DsnType, Expiry, GdgBias, Job, JobCode, MessageLevel, Pattern, Request, Restart, Source,
    SpaceUnit, StatementLevel, StepName, TimeLimit,
};

fn convert_one(deck: &str) -> (Option<Job>, Vec<String>) {
    let mut jobs = convert(deck.as_bytes(), &ConvertSettings::for_user("IBMUSER")).expect("it has a JOB card");
    let job = jobs.remove(0);
    let said = job.diagnostics.iter().map(|found| format!("{} {}", found.statement.unwrap_or(0), found.message));
    (job.job, said.collect())
}

fn job(deck: &str) -> Job {
    let (job, said) = convert_one(deck);
    job.unwrap_or_else(|| panic!("{said:?}"))
}

fn errors(deck: &str) -> Vec<String> {
    convert_one(deck).1
}

/// The second DD of a step whose first one is DD1.
fn source(operands: &str) -> Source {
    let deck = format!("//J JOB\n//S EXEC PGM=P\n//DD1 DD DSN=A.B,DISP=SHR\n//DD2 DD {operands}\n");
    job(&deck).steps.remove(0).dds.remove(1).parts.remove(0).source
}

fn request(operands: &str) -> Request {
    match source(operands) {
        Source::DataSet(request) => *request,
        other => panic!("not a data set: {other:?}"),
    }
}

fn dd_errors(operands: &str) -> Vec<String> {
    let said = errors(&format!("//J JOB\n//S EXEC PGM=P\n//DD1 DD {operands}\n"));
    said.iter().map(|said| said.trim_start_matches("3 ").to_owned()).collect()
}

fn to_dd1() -> DdReference {
    DdReference { step: None, ddname: "DD1".to_owned() }
}

#[test]
fn names_of_data_sets_keep_what_they_mean() {
    assert_eq!(request("DSN=&&T,DISP=(,PASS)").name, DsName::Temporary(Some("T".to_owned())));
    assert_eq!(request("UNIT=SYSDA,SPACE=(TRK,1)").name, DsName::Temporary(None));
    assert_eq!(request("DSN=&&LIB(MEM)").member.map(|member| member.to_string()), Some("MEM".to_owned()));
    assert_eq!(request("DSN=*.DD1").name, DsName::SameAs(to_dd1()));
    for (coded, number) in [("0", 0), ("+1", 1), ("-12", -12), ("+255", 255)] {
        match request(&format!("DSN=G.D({coded}),DISP=SHR")).name {
            DsName::Generation { base, relative } => assert_eq!((base.as_str(), relative), ("G.D", number)),
            other => panic!("{coded}: {other:?}"),
        }
    }
    assert!(matches!(source("DSN=NULLFILE"), Source::Dummy { .. }));
    assert_eq!(request("DSN='A.B(M)',DISP=SHR").member.map(|member| member.to_string()), Some("M".to_owned()));
}

#[test]
fn wrong_names_are_told_as_the_host_does() {
    for (coded, message) in [
        ("G(+X)", "IEF644I INVALID NUMERIC IN THE DSNAME FIELD"),
        ("G(+1000)", "IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE DSNAME FIELD"),
        ("&&TOOLONGNAME", "IEF642I EXCESSIVE PARAMETER LENGTH IN THE DSNAME FIELD"),
        ("&&1T", "IEF647I NON-ALPHABETIC FIRST CHARACTER OF NAME IN THE DSNAME FIELD"),
        ("&&T(+1)", "IEFC632I FORMAT ERROR IN THE DSNAME FIELD"),
        ("A.B()", "IEFC632I FORMAT ERROR IN THE DSNAME FIELD"),
        ("*.A.B.C.D", "IEF645I INVALID REFERBACK IN THE DSNAME FIELD"),
    ] {
        assert_eq!(dd_errors(&format!("DSN={coded},DISP=OLD")), [message], "{coded}");
    }
}

#[test]
fn references_to_dds_are_kept() {
    let deck = "//J JOB\n//A EXEC PGM=P\n//X DD DSN=L,DISP=SHR\n//B EXEC PGM=*.A.X\n//Y DD DSN=*.A.X,DISP=SHR\n";
    let steps = job(deck).steps;
    let to = DdReference { step: Some(StepName::plain("A")), ddname: "X".to_owned() };
    assert_eq!(steps[1].program_from, Some(to.clone()));
    assert!(matches!(&steps[1].dds[0].parts[0].source, Source::DataSet(request) if request.name == DsName::SameAs(to)));
}

#[test]
fn volumes_and_patterns_are_taken() {
    assert_eq!(request("DSN=A,VOL=REF=*.DD1").volume_from, Some(Pattern::Dd(to_dd1())));
    assert_eq!(request("DSN=A,VOL=(PRIVATE,RETAIN,,,SER=(V1,V2))").volume.as_deref(), Some("V1"));
    assert!(
        matches!(request("DSN=A,DCB=(B.C,LRECL=80)").dcb_from, Some(Pattern::DataSet(name)) if name.as_str() == "B.C")
    );
    assert_eq!(request("DSN=A,REFDD=*.DD1").like, Some(Pattern::Dd(to_dd1())));
    assert!(matches!(request("DSN=A,LIKE=B.C").like, Some(Pattern::DataSet(_))));
    assert_eq!(
        dd_errors("DSN=A,VOL=SER=TOOLONG"),
        ["IEF642I EXCESSIVE PARAMETER LENGTH IN THE SER SUBPARAMETER OF THE VOLUME FIELD"]
    );
    assert_eq!(dd_errors("DSN=A,VOL=(PUBLIC)"), ["IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE VOLUME FIELD"]);
}

#[test]
fn space_may_count_records() {
    let space = request("DSN=A,SPACE=(80,(2,1)),AVGREC=K").space.expect("coded");
    assert_eq!((space.unit, space.primary, space.secondary), (SpaceUnit::Records(80), 2048, Some(1024)));
    assert_eq!(request("DSN=A,SPACE=(TRK,(1,1),RLSE,CONTIG,ROUND)").space.map(|space| space.release), Some(true));
    assert_eq!(request("DSN=A,SPACE=(,(,,4))").space, None);
    assert_eq!(
        dd_errors("DSN=A,SPACE=(80,1),AVGREC=X"),
        ["IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE AVGREC FIELD"]
    );
}

#[test]
fn expiry_types_and_classes_are_taken() {
    assert_eq!(request("DSN=A,EXPDT=2030/365").expiry, Some(Expiry::On(2030, 365)));
    assert_eq!(request("DSN=A,LABEL=EXPDT=99365").expiry, Some(Expiry::On(1999, 365)));
    assert_eq!(request("DSN=A,LABEL=(,SL,,,RETPD=30)").expiry, Some(Expiry::Days(30)));
    assert_eq!(request("DSN=A,RETPD=7").expiry, Some(Expiry::Days(7)));
    assert_eq!(dd_errors("DSN=A,EXPDT=2030/400"), ["IEF644I INVALID NUMERIC IN THE EXPDT FIELD"]);
    assert_eq!(request("DSN=A,DSNTYPE=LIBRARY").dsn_type, Some(DsnType::Library));
    assert_eq!(dd_errors("DSN=A,DSNTYPE=BIG"), ["IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE DSNTYPE FIELD"]);
    assert_eq!(request("DSN=A,STORCLAS=FAST").classes.storage.as_deref(), Some("FAST"));
    assert_eq!(dd_errors("DSN=A,DATACLAS=TOOLONGNAME"), ["IEF642I EXCESSIVE PARAMETER LENGTH IN THE DATACLAS FIELD"]);
}

#[test]
fn a_dd_may_stand_for_something_else_than_a_data_set() {
    assert!(matches!(source("DDNAME=LATER"), Source::Deferred { ddname, .. } if ddname == "LATER"));
    assert!(matches!(source("SYSOUT=(A,INTRDR)"), Source::Sysout { writer: Some(writer), .. } if writer == "INTRDR"));
    assert!(matches!(source("PATH='/u/x'"), Source::NotEmulated { what } if what == "PATH"));
    assert!(matches!(source("PATH='/dev/null'"), Source::Dummy { .. }));
    assert!(matches!(source("DYNAM"), Source::Dummy { .. }));
    assert!(matches!(source("DUMMY,SYSOUT=A"), Source::Dummy { .. }));
}

#[test]
fn values_of_keywords_that_do_nothing_are_checked_all_the_same() {
    for (coded, message) in [
        ("SYSOUT=A,CHARS=TOOLONG", "IEF642I EXCESSIVE PARAMETER LENGTH IN THE CHARS FIELD"),
        ("SYSOUT=A,CHARS=(A,B,C,D,E)", "IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS IN THE CHARS FIELD"),
        ("SYSOUT=A,OUTPUT=OUT1", "IEF645I INVALID REFERBACK IN THE OUTPUT FIELD"),
        ("SYSOUT=AB", "IEFC639I INVALID CLASS DESIGNATION IN THE SYSOUT FIELD"),
        (
            "DSN=A,DCB=BUFNO=256",
            "IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE BUFNO SUBPARAMETER OF THE DCB FIELD",
        ),
        ("DSN=A,DCB=(LRECL=80,LRECLX=1)", "IEFC630I UNIDENTIFIED KEYWORD LRECLX IN THE DCB FIELD"),
        ("DSN=A,LABEL=(X,SL)", "IEF644I INVALID NUMERIC IN THE LABEL FIELD"),
        ("DSN=A,LABEL=(1,XX)", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE LABEL FIELD"),
        ("DSN=A,UNIT=(SYSDA,X)", "IEF644I INVALID NUMERIC IN THE UNIT FIELD"),
        ("DSN=A,UNIT=TOOLONGNAME", "IEF642I EXCESSIVE PARAMETER LENGTH IN THE UNIT FIELD"),
        ("PATH='/x',PATHOPTS=OREAD", "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE PATHOPTS FIELD"),
    ] {
        assert_eq!(dd_errors(coded), [message], "{coded}");
    }
}

#[test]
fn a_job_card_says_how_the_job_runs() {
    let of = |operands: &str| job(&format!("//J JOB {operands}\n//S EXEC PGM=P\n"));
    assert_eq!(of("RESTART=*").restart, Some(Restart::First));
    let step = StepName { step: "S1".to_owned(), procstep: Some("P1".to_owned()) };
    assert_eq!(of("RESTART=S1.P1").restart, Some(Restart::Step(step)));
    assert_eq!(of("JOBRC=LASTRC").job_code, JobCode::Last);
    assert_eq!(of("JOBRC=(STEP,S)").job_code, JobCode::Step(StepName::plain("S")));
    assert_eq!(of("GDGBIAS=STEP").gdg_bias, GdgBias::Step);
    assert_eq!(of("MSGLEVEL=(0,0)").message_level, MessageLevel { statements: StatementLevel::Job, messages: false });
    assert_eq!(of("TIME=(1,30)").time, Some(TimeLimit::Seconds(90)));
    assert_eq!(of("TIME=1440").time, Some(TimeLimit::None));
    for (coded, message) in [
        ("RESTART=TOOLONGNAME", "1 IEF642I EXCESSIVE PARAMETER LENGTH IN THE RESTART FIELD"),
        ("JOBRC=STEP", "1 IEF646I REQUIRED POSITIONAL PARAMETER MISSING IN THE JOBRC FIELD"),
        ("GDGBIAS=DAY", "1 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE GDGBIAS FIELD"),
        ("PRTY=16", "1 IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE PRTY FIELD"),
        ("REGION=64", "1 IEF644I INVALID NUMERIC IN THE REGION FIELD"),
        ("BYTES=(5,STOP)", "1 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE BYTES FIELD"),
    ] {
        assert_eq!(errors(&format!("//J JOB {coded}\n//S EXEC PGM=P\n")), [message], "{coded}");
    }
}

#[test]
fn output_and_its_like_are_checked() {
    let of = |statement: &str| errors(&format!("//J JOB\n{statement}\n//S EXEC PGM=P\n"));
    for good in [
        "//O OUTPUT DEFAULT=YES,JESDS=ALL,CLASS=*,ADDRESS=('A B','C'),DEST=N1.R2",
        "// COMMAND 'D A,L'",
        "// NOTIFY EMAIL='a@b.c',TYPE=EMAIL,WHEN='RC!=0'",
        "// SCHEDULE AFTER=JOB1,DELAY=YES",
    ] {
        assert_eq!(of(good), [""; 0], "{good}");
    }
    for (wrong, message) in [
        ("// OUTPUT DEFAULT=YES", "2 IEFC663I NO LABEL"),
        ("//O OUTPUT DEFAUL=YES", "2 IEFC630I UNIDENTIFIED KEYWORD DEFAUL ON THE OUTPUT STATEMENT"),
        ("//O OUTPUT PIMSG=(YES,9999)", "2 IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE PIMSG FIELD"),
        ("// COMMAND D", "2 IEFC629I INCORRECT USE OF APOSTROPHE ON THE COMMAND STATEMENT"),
        ("// NOTIFY TYPE=SMS", "2 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE TYPE FIELD"),
    ] {
        assert_eq!(of(wrong), [message], "{wrong}");
    }
}

#[test]
fn a_single_value_may_stand_in_parentheses() {
    let dcb = request("DSN=A.B,DISP=(NEW),LRECL=(80),RECFM=(FB),BLKSIZE=(800)").dcb;
    assert_eq!((dcb.lrecl, dcb.blksize), (Some(80), Some(800)));
    for operand in ["CLASS=(A)", "MSGCLASS=(X)", "TYPRUN=(SCAN)", "PRTY=(5)", "TIME=(5)", "MSGLEVEL=(1)"] {
        assert_eq!(errors(&format!("//J JOB 1,{operand}\n//S EXEC PGM=P\n")), [""; 0], "{operand}");
    }
}

#[test]
fn a_letter_of_recfm_may_be_repeated() {
    assert_eq!(request("DSN=A.B,DISP=OLD,DCB=RECFM=FBB").dcb.recfm, Some("FB".parse().expect("a format")));
    assert_eq!(request("DSN=A.B,DISP=OLD,RECFM=VBBAA").dcb.recfm, Some("VBA".parse().expect("a format")));
}

/// JCL reference, BLKSIZE: up to 2G may be coded; OPEN allows less.
#[test]
fn blocks_of_tapes_may_be_longer_than_those_of_disks() {
    assert_eq!(dd_errors("DSN=A.B,DISP=OLD,UNIT=TAPE,DCB=BLKSIZE=262144"), [""; 0]);
    assert_eq!(dd_errors("DSN=A.B,DISP=OLD,UNIT=TAPE,BLKSIZE=256K"), [""; 0]);
    assert_eq!(dd_errors("DSN=A.B,DISP=OLD,BLKSIZE=2147483648"), [""; 0]);
    let beyond = "IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED IN THE BLKSIZE FIELD";
    assert_eq!(dd_errors("DSN=A.B,DISP=OLD,BLKSIZE=2147483649"), [beyond]);
}

#[test]
fn long_retention_periods_are_let_through() {
    assert_eq!(dd_errors("DSN=A.B,DISP=(NEW,KEEP),RETPD=93000"), [""; 0]);
    assert_eq!(dd_errors("DSN=A.B,DISP=(NEW,KEEP),LABEL=RETPD=32767"), [""; 0]);
}

#[test]
fn names_of_sms_classes_may_begin_with_a_digit() {
    assert_eq!(dd_errors("DSN=A.B,DISP=(NEW,KEEP),DATACLAS=1A,STORCLAS=2,MGMTCLAS=3$"), [""; 0]);
    let too_long = "IEF642I EXCESSIVE PARAMETER LENGTH IN THE STORCLAS FIELD";
    assert_eq!(dd_errors("DSN=A.B,DISP=(NEW,KEEP),STORCLAS=NINECHARS"), [too_long]);
}

#[test]
fn options_of_the_binder_may_have_a_list() {
    let job = job("//J JOB\n//S EXEC PGM=IEWL,PARM=(XREF,LET,SIZE=(512K,128K),'A,B',AMODE(31))\n");
    assert_eq!(job.steps[0].parm, "XREF,LET,SIZE=(512K,128K),A,B,AMODE(31)");
}

#[test]
fn characters_that_no_operand_has_are_refused_outside_apostrophes() {
    let illegal = "IEFC623I SOURCE TEXT CONTAINS UNDEFINED OR ILLEGAL CHARACTERS";
    for (card, statement) in [
        ("//S EXEC PGM=P,PARM=\"LIST\"", 2),
        ("// SET HLQ=<YOUR.HLQ>", 2),
        ("// JCLLIB ORDER=(<HLQ>.PROCLIB)", 2),
        ("//S EXEC PGM=P,TIME=(1;30)", 2),
    ] {
        assert!(
            errors(&format!("//J JOB\n{card}\n//T EXEC PGM=P\n")).contains(&format!("{statement} {illegal}")),
            "{card}"
        );
    }
    assert_eq!(errors("//J JOB\n//S EXEC PGM=P,PARM='\"A\" <B> ; \\'\n"), [""; 0]);
    assert_eq!(dd_errors("DSID=@[2,UNIT=3540"), [""; 0]);
    assert_eq!(dd_errors("DSN=A.B,DISP=(,KEEP),SECMODEL=(A.B%.C*,GENERIC)"), [""; 0]);
}

/// X'C0', which is `{` in code page 1047, may stand in a qualifier, but not first.
#[test]
fn a_brace_may_stand_in_a_qualifier_but_not_first() {
    assert_eq!(dd_errors("DSN=A{B.C,DISP=SHR"), [""; 0]);
    let first = "IEF647I NON-ALPHABETIC FIRST CHARACTER OF NAME IN THE DSNAME FIELD";
    assert_eq!(dd_errors("DSN={{,DISP=SHR"), [first]);
}
