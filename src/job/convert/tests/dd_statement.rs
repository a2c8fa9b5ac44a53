//! The DD statement.

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
    let value =
        |what: &str, field: &str| format!("ZJB051I {what} in the {field} field is read and checked, but not emulated.");
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
    let expected = Dcb { recfm: Some(Recfm::FB), lrecl: Some(80), blksize: Some(800), dsorg: Some(Dsorg::Sequential) };
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
    let deck = format!("{JOB}//S EXEC PGM=P\n//A DD *\nX\n/*\n//B DD DATA,DLM='><'\n//Y\n/*\n><\n//C DD *,LRECL=80\n");
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
    assert_eq!(dd_errors("*,DLM=$"), ["ZJB025E DLM MUST NAME 2 TO 18 CHARACTERS"]);
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
    let deck = format!("{JOB}//S EXEC PGM=P\n//A DD DSN=X,DISP=SHR\n// DD DSN=Y,DISP=SHR\n// DD *\nZ\n//B DD DUMMY\n");
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
    assert_eq!(errors(&format!("{JOB}//JOBCAT DD DSN=A,DISP=SHR\n// DD DSN=B,DISP=SHR\n//S EXEC PGM=P\n")), [""; 0]);
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
