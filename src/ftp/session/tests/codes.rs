//! Where user, password and host come from, and the codes with which a step ends.

use super::{Case, PASSWORD, ebcdic, fb, quit};
use crate::ftp::End;
use crate::ftp::memory::MemoryFiles;
use crate::ftp::testserver::Peer;

#[test]
fn the_host_on_parm_leaves_the_user_id_as_the_first_record() {
    let outcome = Case::new("-v ftp.example.com 2121 (EXIT", &["anonymous", PASSWORD, "quit"]).against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert!(outcome.has("EZA1554I Connecting to: ftp.example.com 192.109.81.7 port: 2121."));
    assert!(!outcome.has("EZA1456I Connect to ?"));
    assert_eq!(outcome.end, End::Code(0));
}

#[test]
fn user_and_password_may_stand_on_one_record_or_in_netrc() {
    let one_record = format!("anonymous {PASSWORD}");
    let netrc = format!("MACHINE ftp.example.com LOGIN anonymous PASSWORD {PASSWORD}");
    let scripts: [&[&str]; 3] =
        [&["ftp.example.com", &one_record, "quit"], &["ftp.example.com", "", "quit"], &["ftp.example.com", "quit"]];
    for (at, script) in scripts.into_iter().enumerate() {
        let mut case = Case::new("(EXIT", script);
        if at > 0 {
            case = case.file("DD:NETRC", fb(80), ebcdic(&[&netrc]));
        }
        let outcome = case.against(|peer| {
            peer.log_in();
            quit(peer);
        });
        assert_eq!(outcome.end, End::Code(0), "{script:?}");
    }
}

#[test]
fn a_refused_upload_ends_the_step_with_the_wrapped_code() {
    let refuse = |peer: &mut Peer| {
        peer.log_in();
        peer.answer("TYPE I", "200 ok");
        peer.answer("SITE FIXrecfm 4 LRECL=4 RECFM=FB BLKSIZE=27996", "200 SITE command was accepted");
        assert!(peer.line().starts_with("PORT "));
        peer.say("200 Port request OK.");
        peer.answer("STOR x", "550 Command STOR fails: access denied");
    };
    let script = ["bin", "put 'A.B' x", "pwd"];
    let case = |parm, ftp_data| Case::logged_in(parm, &script).ftp_data(ftp_data).file("A.B", fb(4), *b"DATA");
    for (parm, ftp_data, code) in [
        ("(EXIT", "", 2974),
        ("-e", "", 2974),
        ("(EXIT=8", "CLIENTERRCODES TRUE", 8),
        ("", "CLIENTEXIT TRUE", 2974),
        ("(EXIT", "CLIENTERRCODES TRUE", 2),
        ("(EXIT", "CLIENTERRCODES EXTENDED", 227),
    ] {
        let outcome = case(parm, ftp_data).against(move |peer| {
            refuse(peer);
            quit(peer);
        });
        assert_eq!(outcome.codes(), (End::Code(code), Some("Std Return Code = 27550, Error Code = 00002")), "{parm}");
        assert!(!outcome.has("EZA1736I pwd"));
    }
    let outcome = case("", "").against(move |peer| {
        refuse(peer);
        peer.answer("PWD", "257 \"/\" is the HFS working directory.");
        quit(peer);
    });
    assert_eq!(outcome.codes(), (End::Code(0), None));
    assert!(outcome.explained.contains("2974"), "{}", outcome.explained);
}

#[test]
fn a_refused_log_in_has_code_11_and_the_script_goes_on_without_exit() {
    let refuse = |peer: &mut Peer| {
        peer.say("220 ready");
        peer.answer("USER anonymous", "331 Send password please.");
        peer.answer(&format!("PASS {PASSWORD}"), &format!("530 PASS command failed for {PASSWORD}"));
    };
    let outcome = Case::logged_in("(EXIT", &["bin"]).against(move |peer| {
        refuse(peer);
        quit(peer);
    });
    assert_eq!(outcome.codes(), (End::Code(1954), Some("Std Return Code = 26530, Error Code = 00011")));
    let outcome = Case::logged_in("", &["bin"]).against(move |peer| {
        refuse(peer);
        peer.answer("TYPE I", "530 Not logged in.");
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
}

#[test]
fn a_server_that_never_lets_in_ends_with_code_11() {
    for reply in ["331 again", "332 ACCT needed", "530 no"] {
        let outcome = Case::logged_in("(EXIT", &[]).against(move |peer| {
            peer.say("220 ready");
            peer.answer("USER anonymous", "331 password");
            peer.answer(&format!("PASS {PASSWORD}"), reply);
            quit(peer);
        });
        assert_eq!(outcome.codes().1.map(|text| &text[text.len() - 5..]), Some("00011"), "{reply}");
    }
}

#[test]
fn a_greeting_can_be_late_or_a_refusal() {
    let outcome = Case::logged_in("(EXIT", &["quit"]).against(|peer| {
        peer.say("120 ready in 1 minute");
        peer.log_in();
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
    for (greeting, codes) in [
        ("421 too many users", "Std Return Code = 10421, Error Code = 00002"),
        ("530 go away", "Std Return Code = 10530, Error Code = 00011"),
    ] {
        let outcome = Case::logged_in("(EXIT", &["quit"]).against(move |peer| {
            peer.say(greeting);
            peer.expect_gone();
        });
        assert_eq!(outcome.codes().1, Some(codes));
    }
}

#[test]
fn no_connection_is_code_10000_and_8() {
    let wanted = (End::Code(1808), Some("Std Return Code = 10000, Error Code = 00008"));
    let outcome = Case::logged_in("(EXIT", &["quit"]).against_nobody();
    assert_eq!(outcome.codes(), wanted);
    for host in ["nowhere.example.com", "live.example.com"] {
        assert_eq!(Case::new("(EXIT", &[host]).against_nobody().codes(), wanted, "{host}");
    }
}

#[test]
fn without_exit_a_failed_connection_shows_no_password_although_it_is_read_as_a_subcommand() {
    let outcome = Case::logged_in("", &["bin", "quit"]).against_nobody();
    assert_eq!(outcome.end, End::Code(0));
    assert!(outcome.has("EZA1736I bin") && outcome.has("ZJB505E You must first issue the 'OPEN' command"));
}

#[test]
fn a_stray_line_that_repeats_the_password_is_not_shown() {
    let outcome = Case::logged_in("", &["bin", PASSWORD, &format!("again {PASSWORD}")]).against(|peer| {
        peer.log_in();
        peer.answer("TYPE I", "200 Representation type is Image");
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
    let unknown = outcome.log.iter().filter(|line| line.starts_with("ZJB501E")).count();
    assert_eq!(unknown, 2, "{:#?}", outcome.log);
}

#[test]
fn a_line_number_is_taken_for_a_port_or_a_password() {
    let numbered = |text: &str, number: &str| format!("{text:<72}{number}");
    let outcome = Case::new("(EXIT", &[&numbered("ftp.example.com", "00000100")]).against_nobody();
    assert!(outcome.has("EZA1554I Connecting to: ftp.example.com 192.109.81.7 port: 100."));
    let script = [
        numbered("ftp.example.com 21", ""),
        numbered("anonymous", "00000200"),
        numbered(PASSWORD, "00000300"),
        "quit".into(),
    ];
    let outcome = Case::new("(EXIT", &script.each_ref().map(String::as_str)).against(|peer| {
        peer.say("220 ready");
        peer.answer("USER anonymous", "331 Send email address as password please.");
        peer.answer("PASS 00000200", "230 'ANONYMOUS' logged on.");
        quit(peer);
    });
    // The true password is no subcommand; the step ends there, and with no good code.
    assert_eq!(outcome.codes(), (End::Code(7), Some("Std Return Code = 00000, Error Code = 00007")));
}

#[test]
fn subcommands_without_a_connection_have_code_26() {
    let outcome =
        Case::new("(EXIT", &["ftp.example.com", "anonymous", PASSWORD, "close", "put 'A.B' x"]).against(|peer| {
            peer.log_in();
            quit(peer);
        });
    assert_eq!(outcome.codes(), (End::Code(27_000 % 4096), Some("Std Return Code = 27000, Error Code = 00026")));
}

#[test]
fn a_missing_local_data_set_is_code_27000_and_18() {
    let outcome = Case::logged_in("(EXIT", &["put 'NOT.THERE' x"]).against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert_eq!(outcome.codes(), (End::Code(2424), Some("Std Return Code = 27000, Error Code = 00018")));
    assert!(outcome.has("ZJB510E NOT.THERE cannot be opened: it does not exist"));
}

#[test]
fn what_zjob_does_not_emulate_is_named_and_counts_as_wrong_use() {
    let outcome = Case::logged_in("(EXIT", &["mget *"]).against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert!(outcome.has("ZJB503E The subcommand MGET is not emulated"));
    assert_eq!(outcome.codes().1, Some("Std Return Code = 22000, Error Code = 00007"));
    let outcome = Case::logged_in("(EXIT", &["passive"]).against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert!(outcome.has("ZJB501E The subcommand is unknown: passive"));
}

#[test]
fn errors_before_the_environment_exists_are_the_code_themselves() {
    let outcome = Case { input: Vec::new(), ..Case::new("(EXIT=8", &[]) }.against_nobody();
    assert_eq!(outcome.end, End::Code(15));
    assert_eq!(Case::new("-z", &["x"]).against_nobody().end, End::Code(4));
}

#[test]
fn sysin_stands_in_for_input() {
    let mut case = Case::new("(EXIT", &[]);
    case.files =
        MemoryFiles::new().with("DD:SYSIN", fb(80), ebcdic(&["ftp.example.com", "anonymous", PASSWORD, "quit"]));
    let outcome = case.against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
}

#[test]
fn remarks_on_ftp_data_stand_behind_its_name() {
    let outcome = Case::new("", &["x"]).ftp_data("BANNER /etc/b\nMYOPENTIME soon").against_nobody();
    assert_eq!(
        outcome.log[1..4],
        [
            "EZY2640I Using dd:SYSFTPD=MEMORY.SYSFTPD for local site configuration parameters.",
            "EZYFT47I dd:SYSFTPD=MEMORY.SYSFTPD file, line 1: Ignoring keyword \"BANNER\".",
            "EZYFT46E Error in dd:SYSFTPD=MEMORY.SYSFTPD file: line 2 near column 12.",
        ]
    );
    let mut case = Case::new("", &["x"]);
    case.ftp_data = None;
    assert!(case.against_nobody().has("ZJB500I FTP.DATA was not found, the defaults of the client are used"));
}

#[test]
fn forgotten_quotes_are_explained() {
    let outcome = Case::logged_in("(EXIT", &["put A.B x"]).file("A.B", fb(80), ebcdic(&["x"])).against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert!(outcome.has("ZJB510E IBMUSER.A.B cannot be opened: it does not exist"));
    assert!(outcome.explained.contains("A.B without quotes means IBMUSER.A.B."), "{}", outcome.explained);
}

#[test]
fn quit_ends_the_client_even_if_the_server_has_hung_up() {
    for script in [&["quit", "pwd"] as &[&str], &[]] {
        for (parm, end) in [("", 0), ("(EXIT", 29_000 % 4096)] {
            let outcome = Case::logged_in(parm, script).against(|peer| {
                peer.log_in();
                assert_eq!(peer.line(), "QUIT");
            });
            assert_eq!(outcome.end, End::Code(end));
            assert!(!outcome.has("EZA1736I pwd"));
        }
    }
}

#[test]
fn errors_that_exit_does_not_count_are_not_counted() {
    for parm in ["", "(EXIT"] {
        let outcome = Case::logged_in(parm, &["site nonsense", "locsite nonsense", "quit"]).against(|peer| {
            peer.log_in();
            peer.answer("SITE nonsense", "500 Syntax error");
            quit(peer);
        });
        assert_eq!((outcome.end, outcome.explained.as_str()), (End::Code(0), ""));
    }
}
