//! Each trap in a deck that has it and in one that has not.

use proptest::prelude::*;

use super::{Catalog, Finding, Known, Options, check, fix, shown};
use crate::dataset::{DataSetName, Dcb, MemberName, Recfm};
use crate::job::convert::ConvertSettings;
use crate::message::Severity;

/// A catalog with a data set of each kind.
struct Shelf;

impl Catalog for Shelf {
    fn find(&self, name: &DataSetName, member: Option<&MemberName>) -> Known {
        let (recfm, lrecl) = match name.as_str() {
            "FIXED.DATA" | "A.LIB" => (Recfm::FB, 80),
            "VARIABLE.DATA" => (Recfm::VB, 255),
            "PACKED.DATA" => (Recfm::FB, 1024),
            "LOAD.LIB" => (Recfm::U, 0),
            _ => return Known::Absent,
        };
        if member.is_some_and(|member| member.as_str() == "NONE") {
            return Known::NoMember;
        }
        Known::Present(Dcb { recfm: Some(recfm), lrecl: Some(lrecl), ..Dcb::default() })
    }

    fn text(&self, name: &DataSetName, member: Option<&MemberName>) -> Option<String> {
        let text = match (name.as_str(), member?.as_str()) {
            ("A.LIB", "RING") => "KEYRING SECURE.FTP.KEYRING\nSECURE_MECHANISM TLS\n",
            ("A.LIB", "NORING") => "; a comment\nSECURE_MECHANISM TLS\n",
            ("A.LIB", "SERVER") => "ANONYMOUS\nBANNER X\n",
            ("A.LIB", "SEQ") => "SEQNUMSUPPORT TRUE\n",
            ("A.LIB", "EXIT") => "CLIENTEXIT TRUE\n",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

fn findings_of(deck: &[u8]) -> Vec<Finding> {
    check(deck, &ConvertSettings::for_user("IBMUSER"), &Shelf, Options::default()).findings
}

fn findings(deck: &str, id: &str) -> Vec<Finding> {
    findings_of(deck.as_bytes()).into_iter().filter(|finding| finding.message.id() == id).collect()
}

/// `card:first-last text` of each finding with this id.
fn said(deck: &str, id: &str) -> Vec<String> {
    let line = |finding: Finding| {
        let place = finding.place;
        format!("{}:{}-{} {}", place.card, place.first, place.last, finding.message)
    };
    findings(deck, id).into_iter().map(line).collect()
}

fn remedy(deck: &str, id: &str) -> String {
    let found = findings(deck, id);
    found.first().and_then(|finding| finding.remedy.as_ref()).map(ToString::to_string).unwrap_or_default()
}

fn fixed_bytes(deck: &[u8]) -> Vec<u8> {
    fix(deck, &ConvertSettings::for_user("IBMUSER"), &Shelf, Options::default()).deck
}

fn fixed(deck: &str) -> String {
    String::from_utf8(fixed_bytes(deck.as_bytes())).expect("characters")
}

#[track_caller]
fn tells(id: &str, with: &str, without: &str) {
    assert_eq!(findings(with, id).len(), 1, "{id} in {with}: {:?}", findings_of(with.as_bytes()));
    assert_eq!(findings(without, id).len(), 0, "{id} in {without}");
}

const JOB: &str = "//J JOB\n";

fn job(rest: &str) -> String {
    format!("{JOB}{rest}")
}

/// A job that only sends: PARM, other DDs, and the lines of INPUT.
fn ftp(parm: &str, dds: &str, input: &str) -> String {
    format!("{JOB}//FTP EXEC PGM=FTP,PARM='{parm}'\n{dds}//INPUT DD *\n{input}/*\n")
}

/// A session with ECuRep.
fn ecurep(lines: &str) -> String {
    ftp("(EXIT", "", &format!("ftp.ecurep.ibm.com\nanonymous\nme@example.com\n{lines}"))
}

/// A job that packs, encrypts and sends.
fn upload(lines: &str) -> String {
    let steps = "//TERSE EXEC PGM=TRSMAIN,PARM=PACK\n//INFILE DD DISP=SHR,DSN=FIXED.DATA\n\
                 //OUTFILE DD DISP=(NEW,CATLG),DSN=T.DATA,SPACE=(CYL,(1,1))\n\
                 //ENC EXEC PGM=CSDFILEN\n//SYSUT1 DD DISP=SHR,DSN=T.DATA\n\
                 //SYSUT2 DD DISP=(NEW,CATLG),DSN=E.DATA,SPACE=(CYL,(1,1))\n";
    ecurep(lines).replacen(JOB, &job(steps), 1)
}

fn numbered(line: &str, number: u32) -> String {
    format!("{line:<72}{number:08}\n")
}

#[test]
fn one_slash_on_the_job_card() {
    tells("ZJB800E", "/J JOB CLASS=A\n//S EXEC PGM=IEFBR14\n", "//J JOB CLASS=A\n//S EXEC PGM=IEFBR14\n");
    assert_eq!(remedy("/J JOB CLASS=A\n", "ZJB800E"), "Write two slashes: //J JOB.");
    assert_eq!(fixed("/J JOB CLASS=A\n//S EXEC PGM=IEFBR14\n"), "//J JOB CLASS=A\n//S EXEC PGM=IEFBR14\n");
    // In data it is data, and a path is no job.
    tells("ZJB800E", "/J JOB\n//S EXEC PGM=P\n", &job("//S EXEC PGM=P\n//D DD *\n/J JOB\n/*\n"));
    assert_eq!(findings("/usr/lpp JOB\n", "ZJB800E"), []);
}

#[test]
fn blank_cards_outside_data() {
    let good = job("//S EXEC PGM=IEFBR14\n//D DD *\n\n/*\n");
    tells("ZJB801W", &job("//* comment\n\n\n//S EXEC PGM=IEFBR14\n"), &good);
    assert_eq!(fixed(&job("\n//S EXEC PGM=IEFBR14\n   \n//\n")), job("//S EXEC PGM=IEFBR14\n//\n"));
    assert_eq!(fixed(&good), good);
    // What follows a null statement is ignored by the host as well.
    tells("ZJB801W", &job("//S EXEC PGM=P\n\n//\n\n"), &job("//S EXEC PGM=P\n//\n\n"));
}

#[test]
fn text_after_the_last_delimiter() {
    let good = job("//S EXEC PGM=IEFBR14\n//D DD *\nX\n/*\n");
    tells("ZJB802W", &format!("{good}\nWhere\nTRS - tersed\n"), &good);
    assert_eq!(fixed(&format!("{good}\nWhere\nTRS - tersed\n")), good);
    assert_eq!(findings(&format!("{good}text\n//T EXEC PGM=P\n"), "ZJB802W"), [], "more JCL follows");
}

#[test]
fn operands_that_go_on_after_column_16() {
    let late = job("//S EXEC PGM=IEFBR14\n//D DD DSN=A,\n//                  DISP=SHR,\n//                  UNIT=X\n");
    let good = job("//S EXEC PGM=IEFBR14\n//D DD DSN=A,\n//             DISP=SHR,\n//             UNIT=X\n");
    assert_eq!(findings(&late, "ZJB803E").len(), 2);
    assert_eq!(
        said(&late, "ZJB803E")[0],
        "4:21-28 The statement goes on in column 21: a continuation must begin in columns 4 to 16."
    );
    assert_eq!(findings(&good, "ZJB803E"), []);
    assert_eq!(fixed(&late), good);
    let sequenced = format!("{JOB}//S EXEC PGM=P,\n{:<72}00000300\n", "//                TIME=1");
    assert_eq!(fixed(&sequenced), format!("{JOB}//S EXEC PGM=P,\n{:<72}00000300\n", "//             TIME=1"));
}

#[test]
fn a_missing_comma_is_shown_on_the_card_that_lacks_it() {
    let without = job("//S EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=SHR\n//   DCB=(RECFM=FB)\n");
    let with = job("//S EXEC PGM=IEFBR14\n//D DD DSN=A.B,DISP=SHR,\n//   DCB=(RECFM=FB)\n");
    tells("ZJB804E", &without, &with);
    assert!(said(&without, "ZJB804E")[0].starts_with("3:23-23 The operands end here without a comma"));
    assert_eq!(fixed(&without), without, "where the comma belongs is a guess");
    let secret = job("//S EXEC PGM=IEFBR14\n// PASSWORD=SECRET\n");
    assert!(!said(&secret, "ZJB804E").concat().contains("SECRET"));
}

#[test]
fn tabs_in_statements() {
    tells("ZJB805W", "//J\tJOB\n//S EXEC PGM=IEFBR14\n", &job("//S EXEC PGM=IEFBR14\n//D DD *\nA\tB\n"));
    assert_eq!(fixed("//J\tJOB\tCLASS=A\n//S\tEXEC\tPGM=IEFBR14\n"), "//J JOB CLASS=A\n//S EXEC PGM=IEFBR14\n");
    let quoted = job("//S EXEC PGM=P,PARM='A\tB'\n");
    assert_eq!(fixed(&quoted), quoted, "between apostrophes a tab may be meant");
}

#[test]
fn typographic_characters() {
    tells("ZJB806E", &job("//S EXEC PGM=P,PARM=\u{2018}A\u{2019}\n"), &job("//S EXEC PGM=P,PARM='\u{e4}'\n"));
    assert_eq!(fixed(&job("//S EXEC\u{a0}PGM=P,PARM=\u{2018}A\u{2019}\n")), job("//S EXEC PGM=P,PARM='A'\n"));
    assert_eq!(fixed(&ecurep("put \u{2019}A.B\u{2019} 12345.724.x\n")), ecurep("put 'A.B' 12345.724.x\n"));
    let data = job("//S EXEC PGM=P\n//D DD *\n\u{2018}quoted\u{2019}\n/*\n");
    assert_eq!(fixed(&data), data, "data of other programs may mean it");
    let windows = b"//J JOB\n//S EXEC PGM=P,PARM=\x92A\x92\n//* M\xFCller\n";
    assert_eq!(fixed_bytes(windows), b"//J JOB\n//S EXEC PGM=P,PARM='A'\n//* M\xFCller\n");
}

#[test]
fn entities_of_web_pages() {
    tells("ZJB807E", &job("//S EXEC PGM=P\n//D DD DSN=&amp;&amp;T\n"), &job("//S EXEC PGM=P\n//D DD DSN=&&T\n"));
    assert_eq!(fixed(&job("//S EXEC PGM=P,PARM=&#39;A&#39;\n")), job("//S EXEC PGM=P,PARM='A'\n"));
}

#[test]
fn an_exec_statement_that_is_commented_out() {
    let wrong = job("//S EXEC PGM=P\n//A DD DUMMY\n//*T EXEC PGM=Q\n//B DD DUMMY\n");
    let published = job("//S EXEC PGM=P\n//* Uncomment next line\n//*S EXEC PGM=Q\n//B DD DUMMY\n");
    tells("ZJB808W", &wrong, &published);
    tells("ZJB808W", &wrong, &job("//S EXEC PGM=P\n//A DD DUMMY\n//*T EXEC PGM=Q\n//*B DD DUMMY\n//U EXEC PGM=R\n"));
}

#[test]
fn data_sets_that_nobody_knows() {
    let known = job(
        "//S EXEC PGM=P\n//D DD DSN=FIXED.DATA,DISP=SHR\n//E DD DSN=NEW.ONE,DISP=(,CATLG)\n//T EXEC PGM=P\n//D DD DSN=NEW.ONE,DISP=OLD\n",
    );
    tells("ZJB809I", &job("//S EXEC PGM=P\n//D DD DSN=NO.SUCH,DISP=SHR\n//E DD DSN=NO.SUCH,DISP=SHR\n"), &known);
    tells(
        "ZJB809I",
        &job("//S EXEC PGM=P\n//D DD DSN=A.LIB(NONE),DISP=SHR\n"),
        &job("//S EXEC PGM=P\n//D DD DSN=A.LIB(X),DISP=SHR\n"),
    );
    assert_eq!(findings(&job("//S EXEC PGM=P\n//D DD DSN=&HLQ..X,DISP=SHR\n"), "ZJB809I"), [], "it has no name yet");
    assert_eq!(findings(&job("//S EXEC PGM=P\n//D DD DSN=NULLFILE,DISP=SHR\n"), "ZJB809I"), [], "as DUMMY");
    let set = job("// SET HLQ=NO\n//S EXEC PGM=P\n//D DD DSN=&HLQ..X,DISP=SHR\n");
    assert!(said(&set, "ZJB809I")[0].contains("NO.X"), "{:?}", said(&set, "ZJB809I"));
}

#[test]
fn new_data_sets_that_are_there() {
    let idcams = "//D EXEC PGM=IDCAMS\n//SYSIN DD *\n DELETE FIXED.DATA\n/*\n";
    let step = "//S EXEC PGM=P\n//D DD DSN=FIXED.DATA,DISP=(NEW,CATLG)\n";
    tells("ZJB810W", &job(step), &job(&format!("{idcams}{step}")));
    tells("ZJB810W", &job(step), &job("//S EXEC PGM=P\n//D DD DSN=OTHER.DATA,DISP=(NEW,CATLG)\n"));
}

#[test]
fn a_parm_that_is_too_long() {
    let long = "X".repeat(30);
    let cards =
        |last: usize| job(&format!("//S EXEC PGM=P,\n// PARM=('{long}',\n// '{long}',\n// '{}')\n", "X".repeat(last)));
    tells("ZJB811E", &cards(39), &cards(38));
    assert!(said(&cards(39), "ZJB811E")[0].ends_with("PARM has 101 characters; 100 fit."));
}

#[test]
fn idcams_commands_in_column_1() {
    let wrong = job("//S EXEC PGM=IDCAMS\n//SYSIN DD *\nDELETE -\nA.B\n  SET MAXCC=0\n/*\n");
    let good = job("//S EXEC PGM=IDCAMS\n//SYSIN DD *\n DELETE -\n A.B\n  SET MAXCC=0\n/*\n");
    tells("ZJB814E", &wrong, &good);
    assert!(said(&wrong, "ZJB814E")[0].contains("it would see ELETE"));
    assert_eq!(fixed(&wrong), good);
    let sequenced = format!("{JOB}//S EXEC PGM=IDCAMS\n//SYSIN DD *\n{:<72}00000300\n", "SET MAXCC=0");
    assert_eq!(fixed(&sequenced), sequenced.replace("SET MAXCC=0 ", " SET MAXCC=0"));
    let other = job("//S EXEC PGM=IKJEFT01\n//SYSIN DD *\nDELETE A\n/*\n");
    assert_eq!(fixed(&other), other);
}

mod secrets {
    use super::*;

    #[test]
    fn passwords_are_found_and_never_shown() {
        for deck in [
            "//J JOB USER=ME,PASSWORD=HUSHHUSH\n//S EXEC PGM=P\n".to_owned(),
            "//J JOB PASSWORD=(HUSHHUSH,\n// HUSHHUSH)\n//S EXEC PGM=P\n".to_owned(),
            job("//S EXEC PGM=CSDFILEN\n//SYSIN DD *\nPASSWORD=my HUSHHUSH word\n/*\n"),
            job(
                "//S EXEC CSDJZSVM\n//MAINARGS DD *\n-c -s2k-passphrase \"my HUSHHUSH word\"\n-o //DD:OUT //DD:IN\n/*\n",
            ),
            job(
                "//S EXEC CSDJZSVM\n//JAVAJVM.MAINARGS DD *\n-c -s2k-passphrase\n 'my\nHUSHHUSH' -o //DD:OUT //DD:IN\n/*\n",
            ),
            job("//S EXEC PGM=JVMLDM50\n//MAINARGS DD *\n-d -key-password my HUSHHUSH\n//IN DD DSN=A,DISP=SHR\n"),
            job("//S EXEC PGM=JVMLDM50,PARM='/+I EFOpenPGP -c -s2k-passphrase HUSHHUSH'\n"),
            job("//S EXEC CSDJZSVM,\n// ARGS='-keystore-password HUSHHUSH' COMMENT\n"),
            ftp("(EXIT", "", "ftp.example.com\nme\nHUSHHUSH\nquit\n"),
            ftp("(EXIT", "", "ftp.example.com\nme HUSHHUSH\nquit\n"),
            ftp("ftp.example.com (EXIT", "", "me HUSHHUSH\nquit\n"),
            ftp("-n (EXIT", "", "ftp.example.com\nuser me HUSHHUSH\nquit\n"),
            ftp("-n (EXIT", "", "ftp.example.com\nuser me\npass HUSHHUSH\nquit\n"),
            ftp("(EXIT", "//NETRC DD *\nMACHINE h LOGIN me PASSWORD HUSHHUSH\n", "h\nquit\n"),
        ] {
            assert_eq!(findings(&deck, "ZJB812W").len(), 1, "{deck}");
            let all = shown(deck.as_bytes(), "IBMUSER").join("\n");
            assert!(!all.contains("HUSH"), "{all}");
            let said: String = findings_of(deck.as_bytes()).iter().map(|found| found.message.to_string()).collect();
            assert!(!said.contains("HUSH"), "{said}");
        }
    }

    #[test]
    fn the_address_of_an_anonymous_user_is_no_secret() {
        assert_eq!(findings(&ecurep("quit\n"), "ZJB812W"), []);
        assert!(shown(ecurep("quit\n").as_bytes(), "IBMUSER").contains(&"me@example.com".to_owned()));
    }

    #[test]
    fn a_password_that_a_line_number_pushed_among_the_subcommands_is_hidden() {
        let input = ["ftp.example.com", "me", "HUSHHUSH", "quit"].map(|line| numbered(line, 100)).concat();
        let deck = ftp("(EXIT", "", &input);
        assert!(!shown(deck.as_bytes(), "IBMUSER").concat().contains("HUSH"));
    }
}

mod client {
    use super::*;

    #[test]
    fn exit() {
        tells("ZJB820W", &ftp("-v", "", "h\nu\np\nquit\n"), &ftp("-v (EXIT ", "", "h\nu\np\nquit\n"));
        tells("ZJB820W", &ftp("-v", "", "h\n"), &ftp("-v -e", "", "h\n"));
        tells("ZJB820W", &ftp("h", "", ""), &ftp("h", "//SYSFTPD DD DSN=A.LIB(EXIT),DISP=SHR\n", ""));
        tells("ZJB821W", &ftp("(TIMEOUT 20 EXIT", "", ""), &ftp("(EXIT TIMEOUT 20", "", ""));
    }

    #[test]
    fn a_parm_that_nobody_understands() {
        tells("ZJB822E", &ftp("-v(EXIT", "", ""), &ftp("-v (EXIT", "", ""));
    }

    #[test]
    fn no_subcommands() {
        tells("ZJB843E", &job("//S EXEC PGM=FTP,PARM='(EXIT'\n"), &ftp("(EXIT", "", "h\n"));
        assert_eq!(findings(&job("//S EXEC PGM=FTP,PARM='(EXIT'\n//SYSIN DD *\nh\n"), "ZJB843E"), []);
    }

    #[test]
    fn line_numbers() {
        let input = |lines: &[&str]| (1..).zip(lines).map(|(n, line)| numbered(line, n * 100)).collect::<String>();
        let deck = ftp("(EXIT", "", &input(&["ftp.example.com", "anonymous", "me@x", "bin", "quit"]));
        assert_eq!(
            said(&deck, "ZJB823E"),
            ["4:73-80 The line number 00000100 becomes the port: FTP reads `ftp.example.com 00000100`."]
        );
        assert!(said(&deck, "ZJB824E")[0].contains("becomes the password of anonymous"));
        assert_eq!(
            said(&deck, "ZJB825W"),
            ["7:73-80 The line number 00000400 becomes an operand: FTP reads `bin 00000400`."]
        );
        let emulated = ftp("(EXIT", "//SYSFTPD DD DSN=A.LIB(SEQ),DISP=SHR\n", &input(&["h", "u", "p", "bin"]));
        for id in ["ZJB823E", "ZJB824E", "ZJB825W"] {
            assert_eq!(findings(&emulated, id), [], "SEQNUMSUPPORT TRUE drops them");
            assert_eq!(findings(&ftp("(EXIT", "", "h\nu\np\nquit\n"), id), []);
        }
        let leading = ftp("(EXIT", "", "00000100ftp.example.com\n00000200u\n");
        assert_eq!(findings(&leading, "ZJB823E").len(), 1);
    }

    #[test]
    fn subcommands_that_do_not_exist() {
        tells("ZJB826E", &ecurep("passive\nquit\n"), &ecurep("locsite fwfriendly\nquit\n"));
        tells("ZJB827E", &ecurep("bni\nquit\n"), &ecurep("bin ; a comment\n; another\nquit\n"));
        tells("ZJB827E", &ecurep("del x\n"), &ecurep("dele x\n"));
        assert_eq!(findings(&ecurep("put 'A.B' +\n 12345.724.x\nquit\n"), "ZJB827E"), [], "a continued line");
    }

    #[test]
    fn prompts() {
        tells("ZJB828W", &ecurep("mput 'A.*'\n"), &ecurep("prompt\nmput 'A.*'\n"));
        tells("ZJB828W", &ecurep("mget *\n"), &ecurep("mget *\n").replace("(EXIT", "-i (EXIT"));
    }

    #[test]
    fn names_on_this_side() {
        tells("ZJB829W", &ecurep("bin\nput 'FIXED.DATA'\n"), &ecurep("bin\nput 'FIXED.DATA' 12345.724.x\n"));
        tells("ZJB830W", &ecurep("put FIXED.DATA x\n"), &ecurep("put 'FIXED.DATA' x\n"));
        assert_eq!(findings(&ecurep("put NOBODYS.DATA x\n"), "ZJB830W"), []);
        assert_eq!(remedy(&ecurep("put FIXED.DATA x\n"), "ZJB830W"), "Write 'FIXED.DATA'.");
    }

    #[test]
    fn the_type_of_the_transfer() {
        for put in ["put 'X.Y' 12345.724.D.TRS", "put 'PACKED.DATA' x", "put 'LOAD.LIB' x", "put 'X' a.zip"] {
            tells("ZJB831E", &ecurep(&format!("{put}\n")), &ecurep(&format!("bin\n{put}\n")));
        }
        tells("ZJB831E", &upload("put 'T.DATA' x\n"), &upload("type i\nput 'T.DATA' x\n"));
        tells("ZJB831E", &ecurep("bin\nascii\nput 'PACKED.DATA' x\n"), &ecurep("ascii\nput 'FIXED.DATA' x\n"));
        let put = "put 'VARIABLE.DATA' x\n";
        tells("ZJB832W", &ecurep(&format!("bin\n{put}")), &ecurep(&format!("bin\nlocsite rdw\n{put}")));
        tells("ZJB832W", &ecurep(&format!("bin\n{put}")), &ecurep(&format!("bin\nmode b\n{put}")));
        assert_eq!(findings(&ecurep(put), "ZJB832W"), [], "in ASCII the line ends keep the records apart");
        tells("ZJB833I", &ecurep("put 'FIXED.DATA' x\n"), &ecurep("locsite trailingblanks\nput 'FIXED.DATA' x\n"));
    }

    #[test]
    fn a_new_data_set_of_a_binary_get() {
        tells(
            "ZJB834W",
            &ecurep("bin\nget x 'NEW.TRS'\n"),
            &ecurep("bin\nlocsite recfm=fb lrecl=1024 blksize=27648\nget x 'NEW.TRS'\n"),
        );
        tells("ZJB834W", &ecurep("bin\nget x 'NEW.TRS'\n"), &ecurep("bin\nget x 'PACKED.DATA' (replace\n"));
        assert_eq!(findings(&ecurep("bin\nget x //DD:OUT\n"), "ZJB834W"), []);
    }

    #[test]
    fn the_notation_of_the_example() {
        let put = |suffix: &str, from: &str| {
            upload(&format!("bin\ncd /toibm/mvs\nput '{from}' 12345.123.724.D.TRS{suffix}\n"))
        };
        tells("ZJB835E", &put("[.EFZ]", "E.DATA"), &put(".EFZ", "E.DATA"));
        assert_eq!(fixed(&put("[.EFZ]", "E.DATA")), put(".EFZ", "E.DATA"));
        assert_eq!(fixed(&put("[.EFZ]", "T.DATA")), put("", "T.DATA"), "it is not encrypted");
    }

    #[test]
    fn names_on_the_server() {
        let put = |name: &str| ecurep(&format!("bin\ncd /toibm/mvs\nput 'X.Y' {name}\n"));
        for wrong in ["MY.DUMP.TRS", "1234.724.x", "12345.724.$DUMP"] {
            tells("ZJB836W", &put(wrong), &put("12345.724.DUMP"));
        }
        assert_eq!(findings(&put("TS001234567.DUMP"), "ZJB836W"), []);
        assert_eq!(findings(&put("MY.DUMP").replace("ftp.ecurep.ibm.com", "ftp.example.com"), "ZJB836W"), []);
    }

    #[test]
    fn suffixes() {
        let put = |from: &str, name: &str| upload(&format!("bin\ncd /toibm/mvs\nput '{from}' 12345.724.D{name}\n"));
        tells("ZJB837W", &put("T.DATA", ".TRS.EFZ"), &put("E.DATA", ".TRS.EFZ"));
        tells("ZJB838W", &put("E.DATA", ".TRS"), &put("E.DATA", ".TRS.EFZ"));
        tells("ZJB838W", &put("T.DATA", ""), &put("T.DATA", ".TRS"));
        tells("ZJB839W", &put("FIXED.DATA", ".TRS"), &put("PACKED.DATA", ".TRS"));
        let not_packed =
            put("E.DATA", ".TRS.EFZ").replace("SYSUT1 DD DISP=SHR,DSN=T.DATA", "SYSUT1 DD DISP=SHR,DSN=FIXED.DATA");
        assert_eq!(findings(&not_packed, "ZJB839W").len(), 1, "what was encrypted was not packed");
    }

    #[test]
    fn the_place_of_an_upload() {
        for wrong in ["", "cd toibm\n", "cd /toibm/nowhere\n", "cd /toibm/mvs\ncd ..\n"] {
            tells(
                "ZJB840W",
                &ecurep(&format!("bin\n{wrong}put 'X' 12345.724.x\n")),
                &ecurep("bin\ncd toibm\ncd mvs\nput 'X' 12345.724.x\n"),
            );
        }
        assert_eq!(findings(&ecurep("bin\nput 'X' /toibm/aix/12345.724.x\n"), "ZJB840W"), []);
    }

    #[test]
    fn codes_that_are_computed() {
        let then = |parm: &str, later: &str| format!("{}{later}", ftp(parm, "", "h\n"));
        let cond = "//NEXT EXEC PGM=P,COND=(8,LT,FTP)\n";
        tells("ZJB844W", &then("(EXIT", cond), &then("(EXIT=8", cond));
        tells("ZJB844W", &then("(EXIT", cond), &then("(EXIT", "//NEXT EXEC PGM=P,COND=(0,NE,FTP)\n"));
        tells("ZJB844W", &then("(EXIT", "//NEXT EXEC PGM=P,COND=((4,LT,X),(12,EQ,FTP))\n"), &then("(EXIT", ""));
        let with_if = |test: &str| then("(EXIT", &format!("// IF (FTP.RC {test}) THEN\n//N EXEC PGM=P\n// ENDIF\n"));
        tells("ZJB844W", &with_if("> 8"), &with_if("= 0"));
        assert_eq!(findings(&with_if("> 8"), "ZJB844W")[0].place.card, 6, "the statement that tests");
    }

    #[test]
    fn time_limits() {
        let put = "h\nu\np\nput 'FIXED.DATA' x\n";
        let with = |time: &str| ftp("(EXIT", "", put).replace("PGM=FTP,", &format!("PGM=FTP,TIME={time},"));
        tells("ZJB846I", &with("5"), &with("1440"));
        tells("ZJB846I", &with("(1,30)"), &with("NOLIMIT"));
        assert_eq!(findings(&ftp("(EXIT", "", put), "ZJB846I"), [], "nothing was coded");
    }

    #[test]
    fn records_that_the_server_would_cut() {
        let put = |site: &str, name: &str| ecurep(&format!("{site}\nput '{name}' x\n"));
        tells("ZJB847W", &put("site lrecl=72 recfm=fb", "FIXED.DATA"), &put("site lrecl=80", "FIXED.DATA"));
        tells("ZJB847W", &put("site lrecl=250", "VARIABLE.DATA"), &put("site lrecl=251", "VARIABLE.DATA"));
        assert_eq!(findings(&ecurep("bin\nsite lrecl=72\nput 'FIXED.DATA' x\n"), "ZJB847W"), [], "binary is not cut");
    }

    #[test]
    fn characters_beyond_the_seven_bit_set() {
        let put = |text: &str, lines: &str| {
            let dds = format!("//TEXT DD *\n{text}\n/*\n");
            ftp("(EXIT", &dds, &format!("h\nu\np\n{lines}put //DD:TEXT x\n"))
        };
        tells("ZJB848W", &put("Größe", ""), &put("Groesse", ""));
        tells("ZJB848W", &put("Größe", ""), &put("Größe", "locsite sbdataconn=(IBM-273,ISO8859-1)\n"));
        assert_eq!(findings(&put("Größe", "bin\n"), "ZJB848W"), []);
    }

    #[test]
    fn prefixes_that_nobody_looks_at() {
        tells("ZJB849I", &ecurep("cd 'NO.SUCH'\n"), &ecurep("cd /toibm/mvs\n"));
    }

    #[test]
    fn ftp_data() {
        let with = |member: &str| ftp("-a TLS (EXIT", &format!("//SYSFTPD DD DSN=A.LIB({member}),DISP=SHR\n"), "h\n");
        tells("ZJB841W", &with("NORING"), &with("RING"));
        tells("ZJB841W", &with("NORING"), &ftp("(EXIT", "", "h\n"));
        tells("ZJB842I", &with("SERVER"), &with("RING"));
    }
}

#[test]
fn one_slash_is_mended_where_no_data_belongs() {
    let settings = ConvertSettings::for_user("IBMUSER");
    let fixed = |deck: &str| fix(deck.as_bytes(), &settings, &Shelf, Options::default()).deck;
    let good = "//J JOB\n//S EXEC PGM=P\n//D DD SYSOUT=*\n//E DD *\n/X DD Y\n/*\n//F DD SYSOUT=*\n";
    let broken = good.replace("//J", "/J").replace("//S", "/S").replace("//D", "/D").replace("//F", "/F");
    assert_eq!(String::from_utf8_lossy(&fixed(&broken)), good, "in-stream data stays");
}

#[test]
fn decks_that_are_no_decks_are_told_why_and_left_alone() {
    let settings = ConvertSettings::for_user("IBMUSER");
    let good = "//J JOB (A),'B'\n//S EXEC PGM=P\n//D DD *\n data\n/*\n";
    let each_line = |before: &str| good.lines().fold(String::new(), |deck, line| deck + before + line + "\n");
    for (deck, id) in [
        (each_line("    ").into_bytes(), "ZJB852E"),
        (each_line("> ").into_bytes(), "ZJB852E"),
        (each_line("  7 ").into_bytes(), "ZJB852E"),
        (format!("<pre>{good}").into_bytes(), "ZJB852E"),
        (good.to_lowercase().into_bytes(), "ZJB853E"),
        (good.encode_utf16().flat_map(u16::to_le_bytes).collect(), "ZJB854E"),
        (good.encode_utf16().flat_map(u16::to_be_bytes).collect(), "ZJB854E"),
    ] {
        let found = findings_of(&deck);
        assert!(found.iter().any(|finding| finding.message.id() == id), "{id}: {found:?}");
        assert_eq!(fix(&deck, &settings, &Shelf, Options::default()).deck, deck, "{id}");
    }
    assert_eq!(findings("//J JOB\n//* see //OTHER JOB\n//S EXEC PGM=P\n", "ZJB852E"), []);
}

#[test]
fn carriage_returns_in_cards_are_taken_out() {
    let settings = ConvertSettings::for_user("IBMUSER");
    let deck = "//J JOB\r\r\n//S EXEC PGM=P\r\r\n//D DD SYSOUT=*\r\r\n";
    let fixed = fix(deck.as_bytes(), &settings, &Shelf, Options::default()).deck;
    assert_eq!(String::from_utf8_lossy(&fixed), deck.replace("\r\r", "\r"));
}

#[test]
fn quotation_marks_become_apostrophes_where_that_is_no_guess() {
    let settings = ConvertSettings::for_user("IBMUSER");
    let fixed = |deck: &str| fix(deck.as_bytes(), &settings, &Shelf, Options::default());
    let deck = job("//S EXEC PGM=P,PARM=\"A B\"   comment\n");
    assert_eq!(fixed(&deck).deck, job("//S EXEC PGM=P,PARM='A B'   comment\n").as_bytes());
    for left in ["PARM=\"A", "PARM='\"A\"'", "PARM=(\"A\",\"B\")"] {
        let deck = job(&format!("//S EXEC PGM=P,{left}\n"));
        assert_eq!(fixed(&deck).deck, deck.as_bytes(), "{left}");
    }
}

#[test]
fn a_good_job_is_left_in_peace() {
    let good = upload("bin\ncd /toibm/mvs\nput 'E.DATA' 12345.123.724.DUMP.TRS.EFZ\nquit\n");
    assert_eq!(findings_of(good.as_bytes()), []);
}

#[test]
fn the_host_speaks_first_and_with_its_statement_numbers() {
    let deck = job("\n//S EXEC PGM=P\n//D DD DSN=A,DISP=SHR,FOO=1\n//* text\n//E DD NONSENSE\n");
    let found = findings_of(deck.as_bytes());
    assert!(found[0].message.to_string().starts_with("IEFC606I") && found[0].severity == Severity::Error);
    assert_eq!(found[1].statement, Some(4));
    let statement = |id: &str| findings(&deck, id)[0].statement;
    assert_eq!(statement("ZJB809I"), Some(4), "advice knows the number as well");
}

fn deck_like() -> impl Strategy<Value = String> {
    let card = prop_oneof![
        3 => "//[A-Z]{0,3} (DD|EXEC|JOB|SET) [A-Z=,()'* .&;]{0,60}\r?\n",
        1 => "//[ \t]{0,20}[A-Z=,()'\u{a0}\u{2019}\t]{0,70}\n",
        1 => "/[A-Z]{1,4} JOB ?[A-Z=]{0,60}\n",
        1 => "(/\\*|//\\*|//)[ A-Z]{0,5}\n",
        2 => "(DELETE|put|bin|cd|PASSWORD=|  )[ -~\u{2019}\u{1a}]{0,80}\n?",
        1 => " {0,3}\n",
        2 => Just("//S EXEC PGM=FTP,PARM='(EXIT'\n//INPUT DD *\n".to_owned()),
        1 => Just("//S EXEC PGM=IDCAMS\n//SYSIN DD *\n".to_owned()),
    ];
    proptest::collection::vec(card, 0..25).prop_map(|cards| cards.concat())
}

proptest! {
    #[test]
    fn a_second_repair_changes_nothing_and_no_deck_gets_worse(deck in deck_like()) {
        let settings = ConvertSettings::for_user("IBMUSER");
        let before = check(deck.as_bytes(), &settings, &Shelf, Options::default());
        let once = fix(deck.as_bytes(), &settings, &Shelf, Options::default());
        let twice = fix(&once.deck, &settings, &Shelf, Options::default());
        prop_assert_eq!(String::from_utf8_lossy(&once.deck), String::from_utf8_lossy(&twice.deck));
        prop_assert!(once.report.jobs.len() >= before.jobs.len());
        let errors = |report: &super::Report| report.findings.iter().filter(|f| f.severity == Severity::Error).count();
        if once.report.jobs.len() == before.jobs.len() && !before.jobs.is_empty() {
            prop_assert!(errors(&once.report) <= errors(&before));
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown(deck in "\\PC{0,200}|[\u{0}-\u{ff}]{0,200}") {
        for line in shown(deck.as_bytes(), "IBMUSER") {
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}
