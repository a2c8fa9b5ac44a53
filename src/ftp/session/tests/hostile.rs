//! Servers that lie, dribble, cut and say nothing.

use std::time::{Duration, Instant};

use super::{Case, Outcome, PASSWORD, PRIVATE, authenticate, fb, quit};
use crate::ftp::End;
use crate::ftp::testserver::{PKI, Peer};

#[test]
fn passive_data_go_to_the_server_of_the_control_connection_only() {
    let outcome = Case::logged_in("(EXIT", &["sendsite", "bin", "put 'A.B' x"])
        .ftp_data("FWFRIENDLY TRUE")
        .file("A.B", fb(4), *b"DATA")
        .against(|peer| {
            peer.log_in();
            peer.answer("TYPE I", "200 ok");
            let listener = peer.pasv("10,99,99,99");
            peer.answer("STOR x", "125 ok");
            let mut data = Peer::new(listener.accept().expect("it comes here").0);
            assert_eq!(data.read_all().0, b"DATA");
            data.close();
            peer.say("250 ok");
            quit(peer);
        });
    assert_eq!(outcome.end, End::Code(0));
    assert!(outcome.explained.contains("10.99.99.99"));
}

#[test]
fn a_passive_reply_that_makes_no_sense_fails_cleanly() {
    for reply in ["227 Entering Passive Mode (127,0,0,1,0,22)", "227 garbage", "227 (1,2,3,4,5,6,7)", "227"] {
        let outcome = Case::logged_in("(EXIT", &["sendsite", "put 'A.B' x"])
            .ftp_data("FWFRIENDLY TRUE")
            .file("A.B", fb(4), *b"DATA")
            .against(move |peer| {
                peer.log_in();
                peer.answer("PASV", reply);
                quit(peer);
            });
        assert_eq!(outcome.codes().1, Some("Std Return Code = 27227, Error Code = 00008"), "{reply}");
    }
}

#[test]
fn replies_without_measure_or_form_end_the_session() {
    let long = [b"220-".to_vec(), vec![b'x'; 200_000], b"\r\n".to_vec()].concat();
    let endless: Vec<u8> = b"220-more\r\n".repeat(20_000);
    let no_code = b"hello there\r\n".to_vec();
    let no_line_end = b"220 ready\r221 x\r".repeat(8000);
    for greeting in [long, endless, no_code, no_line_end] {
        let outcome = Case::logged_in("(EXIT", &[]).against(move |peer| {
            // The client may hang up before all is said.
            let _ = peer.try_raw(&greeting);
            let _ = peer.read_all();
        });
        assert_eq!(outcome.codes().1, Some("Std Return Code = 10000, Error Code = 00010"));
        assert!(outcome.log.iter().map(String::len).sum::<usize>() < 10_000);
    }
}

#[test]
fn the_multi_line_rule_is_by_code_and_blank() {
    let outcome = Case::logged_in("(EXIT", &["quit"]).against(|peer| {
        peer.raw(b"220-first\n230 inside\r\n 220 indented\r\n220-again\r\n\r\n220 last\r\n");
        peer.take_user();
        quit(peer);
    });
    assert!(outcome.dialogue().starts_with("220-first\n230 inside\n 220 indented\n220-again\n\n220 last\nEZA1459I"));
    assert_eq!(outcome.end, End::Code(0));
}

#[test]
fn a_server_that_dribbles_or_is_silent_meets_the_timer() {
    let started = Instant::now();
    let outcome = Case::new("(EXIT TIMEOUT 1", &["ftp.example.com"]).against(|peer| {
        let mut byte = [0];
        // One byte whenever the client is not yet gone.
        while peer.try_raw(b"2").is_ok() {
            std::thread::park_timeout(Duration::from_millis(200));
        }
        let _ = peer.read(&mut byte);
    });
    assert_eq!(outcome.codes().1, Some("Std Return Code = 10000, Error Code = 00009"));
    assert!(outcome.has("EZA2589E Connection to server interrupted or timed out"));
    assert!(outcome.has("EZA1721W Server not responding, closing connection"));
    assert!(started.elapsed() < Duration::from_secs(10));
}

/// Runs `put 'A.B' x` in binary with what the server does once STOR has come.
fn upload(parm: &'static str, size: usize, script: impl FnOnce(&mut Peer, Peer) + Send + 'static) -> Outcome {
    Case::logged_in(parm, &["bin", "sendsite", "put 'A.B' x"]).file("A.B", fb(100), vec![7; size]).against(
        move |peer| {
            peer.log_in();
            peer.answer("TYPE I", "200 ok");
            let data = peer.port();
            assert_eq!(peer.line(), "STOR x");
            script(peer, data);
        },
    )
}

fn no_success(outcome: &Outcome) {
    assert!(!outcome.log.iter().any(|line| line.starts_with("EZA1617I")), "{:#?}", outcome.log);
    assert_ne!(outcome.end, End::Code(0));
}

#[test]
fn an_upload_refused_after_its_data_is_no_success() {
    for (reply, code) in [("426 lost", 27_426), ("451 local error", 27_451), ("552 quota", 27_552)] {
        let outcome = upload("(EXIT", 1000, move |peer, mut data| {
            peer.say("125 go");
            data.read_all().1.expect("the end");
            data.close();
            peer.say(reply);
            quit(peer);
        });
        no_success(&outcome);
        assert_eq!(outcome.codes().1, Some(format!("Std Return Code = {code}, Error Code = 00002").as_str()));
    }
}

#[test]
fn a_data_connection_cut_in_the_middle_is_no_success_whatever_the_server_says() {
    for (reply, codes) in [
        ("426 cut", "Std Return Code = 27426, Error Code = 00002"),
        ("250 Transfer completed successfully.", "Std Return Code = 27250, Error Code = 00008"),
    ] {
        let outcome = upload("(EXIT", 40_000_000, move |peer, mut data| {
            peer.say("125 go");
            data.read(&mut [0; 1000]).expect("some data");
            data.cut();
            peer.say(reply);
            quit(peer);
        });
        no_success(&outcome);
        assert_eq!(outcome.codes().1, Some(codes));
    }
}

#[test]
fn a_lost_control_connection_in_the_middle_is_no_success() {
    let outcome = upload("(EXIT", 40_000_000, |peer, mut data| {
        peer.say("125 go");
        data.read(&mut [0; 1000]).expect("some data");
        drop(data);
        peer.hang_up();
    });
    no_success(&outcome);
    assert_eq!(outcome.codes().1, Some("Std Return Code = 27125, Error Code = 00008"));
}

#[test]
fn a_confirmation_that_comes_too_early_is_no_success() {
    let outcome = upload("(EXIT", 1000, |peer, mut data| {
        peer.say("250 Transfer completed successfully.");
        quit(peer);
        let _ = data.read_all();
    });
    no_success(&outcome);
    let outcome = upload("(EXIT", 40_000_000, |peer, mut data| {
        peer.say("125 go\n250 Transfer completed successfully.");
        // The rest is thrown away, as a server does that wants no more.
        let (bytes, end) = data.read_all();
        assert!(end.is_err() || bytes.len() < 40_000_000, "{} {end:?}", bytes.len());
        quit(peer);
    });
    no_success(&outcome);
}

#[test]
fn a_server_that_never_confirms_meets_the_timer() {
    let outcome = upload("(EXIT TIMEOUT 1", 1000, |peer, mut data| {
        peer.say("125 go");
        data.read_all().1.expect("the end");
        data.close();
        peer.expect_gone();
    });
    no_success(&outcome);
    assert_eq!(outcome.codes().1, Some("Std Return Code = 27125, Error Code = 00009"));
}

#[test]
fn a_second_confirmation_is_not_taken_for_the_next_reply() {
    let outcome = Case::logged_in("(EXIT", &["bin", "sendsite", "put 'A.B' x", "delete y", "quit"])
        .file("A.B", fb(4), *b"DATA")
        .against(|peer| {
            peer.log_in();
            peer.answer("TYPE I", "200 ok");
            let mut data = peer.port();
            peer.answer("STOR x", "125 go");
            data.read_all().1.expect("the end");
            data.close();
            peer.raw(b"250 done\r\n250 done again\r\n");
            peer.answer("DELE y", "550 no such file");
            quit(peer);
        });
    assert_eq!(outcome.codes().1, Some("Std Return Code = 13550, Error Code = 00002"));
}

#[test]
fn in_active_mode_a_server_that_does_not_connect_meets_the_timer_or_says_why() {
    let case = |parm| Case::logged_in(parm, &["sendsite", "put 'A.B' x"]).file("A.B", fb(4), *b"DATA");
    let outcome = case("(EXIT TIMEOUT 1").against(|peer| {
        peer.log_in();
        assert!(peer.line().starts_with("PORT"));
        peer.say("200 ok");
        peer.answer("STOR x", "150 opening");
        peer.expect_gone();
    });
    no_success(&outcome);
    assert_eq!(outcome.codes().1, Some("Std Return Code = 27150, Error Code = 00009"));
    let outcome = case("(EXIT").against(|peer| {
        peer.log_in();
        assert!(peer.line().starts_with("PORT"));
        peer.say("200 ok");
        peer.answer("STOR x", "150 opening\n425 Cannot open data connection");
        quit(peer);
    });
    no_success(&outcome);
    assert_eq!(outcome.codes(), (End::Code(2849), Some("Std Return Code = 27425, Error Code = 00002")));
}

#[cfg(target_os = "linux")]
#[test]
fn in_active_mode_only_the_server_itself_may_connect() {
    let outcome = upload_from_port("(EXIT", |peer, port| {
        peer.say("125 go");
        // Somebody else is first, from another address.
        let mut other = Peer::new(connect_from([127, 0, 0, 2], port));
        other.expect_gone();
        let mut data = Peer::new(connect_from([127, 0, 0, 1], port));
        assert_eq!(data.read_all().0, b"DATA");
        data.close();
        peer.say("250 Transfer completed successfully.");
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
}

/// Runs an upload of `DATA`; `script` gets the client's port once STOR has come.
#[cfg(target_os = "linux")]
fn upload_from_port(parm: &'static str, script: impl FnOnce(&mut Peer, u16) + Send + 'static) -> Outcome {
    Case::logged_in(parm, &["bin", "sendsite", "put 'A.B' x"]).file("A.B", fb(4), *b"DATA").against(move |peer| {
        peer.log_in();
        peer.answer("TYPE I", "200 ok");
        let line = peer.line();
        let numbers: Vec<u16> = line.rsplit(',').take(2).map(|n| n.parse().expect(n)).collect();
        peer.say("200 Port request OK.");
        assert_eq!(peer.line(), "STOR x");
        script(peer, numbers[1] * 256 + numbers[0]);
    })
}

/// std cannot choose the address that it connects from.
#[cfg(target_os = "linux")]
fn connect_from(address: [u8; 4], port: u16) -> std::net::TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind((address, 0).into())?;
        socket.connect(([127, 0, 0, 1], port).into()).await?.into_std()
    });
    let stream = stream.expect("the client listens");
    stream.set_nonblocking(false).expect("a socket takes options");
    stream
}

#[test]
fn a_download_without_the_end_mark_of_tls_is_not_kept() {
    for (reply, codes) in [
        ("426 cut", "Std Return Code = 16426, Error Code = 00002"),
        ("250 Transfer completed successfully.", "Std Return Code = 16250, Error Code = 00008"),
    ] {
        let outcome = Case::logged_in("-a TLS (EXIT", &["bin", "get x 'C.D'"]).ftp_data(PRIVATE).against(move |peer| {
            authenticate(peer, &PKI);
            peer.take_user();
            peer.answer("TYPE I", "200 ok");
            let mut data = peer.port();
            peer.answer("RETR x", "125 ok");
            data.secure(&PKI.server);
            data.raw(&[1; 5000]);
            data.cut();
            peer.say(reply);
            quit(peer);
        });
        no_success(&outcome);
        assert_eq!(outcome.codes().1, Some(codes));
        assert_eq!(outcome.files.written("C.D"), None);
    }
}

#[test]
fn a_download_that_the_server_takes_back_is_not_kept() {
    let outcome = Case::logged_in("(EXIT", &["bin", "get x 'C.D'"]).against(|peer| {
        peer.log_in();
        peer.answer("TYPE I", "200 ok");
        let mut data = peer.port();
        peer.answer("RETR x", "125 ok");
        data.raw(&[1; 5000]);
        data.close();
        peer.say("451 disk error, file is not whole");
        quit(peer);
    });
    no_success(&outcome);
    assert_eq!(outcome.files.written("C.D"), None);
}

#[test]
fn a_stopped_upload_ends_so_that_no_server_takes_it_for_whole() {
    let mut case =
        Case::logged_in("(EXIT", &["bin", "sendsite", "put 'A.B' x"]).file("A.B", fb(100), vec![7; 40_000_000]);
    case.stop_after = Some(1_000_000);
    let outcome = case.against(|peer| {
        peer.log_in();
        peer.answer("TYPE I", "200 ok");
        let mut data = peer.port();
        peer.answer("STOR x", "125 go");
        let (bytes, end) = data.read_all();
        assert!(end.is_err() && bytes.len() < 40_000_000, "{} bytes, {end:?}", bytes.len());
        peer.expect_gone();
    });
    assert_eq!(outcome.end, End::Stopped);
}

#[test]
fn a_control_character_in_a_record_sends_no_second_command() {
    let outcome = Case::logged_in("(EXIT", &["quote NOOP\u{a}DELE x"]).against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert_eq!(outcome.codes().1, Some("Std Return Code = 30000, Error Code = 00007"));
}

#[test]
fn secrets_in_quote_are_not_shown() {
    let secret = format!("quote pass {PASSWORD}");
    let outcome = Case::logged_in("(EXIT", &[&secret, "quit"]).against(|peer| {
        peer.log_in();
        peer.answer(&format!("pass {PASSWORD}"), "230 in");
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,80}") {
        let _ = crate::ftp::parm::Parm::parse(&text);
        let _ = crate::ftp::config::FtpData::parse([text.as_str()]);
        let _ = crate::ftp::config::TcpipData::parse([text.as_str()]);
        let _ = crate::ftp::subcommand::find(&text);
        let _ = crate::ftp::local::LocalPrefix::of_user("IBMUSER").resolve(&text);
        let _ = crate::ftp::netrc::login(&text, "host");
        let _ = crate::ftp::data::passive_address(&text);
        let _ = crate::ftp::data::extended_port(&text);
        let _ = crate::ftp::config::LocalSite::default().take(&text);
    }
}
