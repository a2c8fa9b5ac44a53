//! TLS: private data, and whom the client believes.

use super::{Case, PASSWORD, PRIVATE, authenticate, fb, lines, quit};
use crate::ftp::testserver::{PKI, Peer, pki, pki_of};
use crate::ftp::{End, Options, Trust};

#[test]
fn private_data_arrive_whole_and_end_with_the_mark_of_tls() {
    for (ftp_data, active) in [
        (PRIVATE, true),
        ("SECURE_MECHANISM TLS\nSECURE_DATACONN PRIVATE\nKEYRING SECURE.FTP.KEYRING\nFWFRIENDLY TRUE", false),
    ] {
        let data: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 253) as u8).collect();
        let expected = data.clone();
        let parm = if active { "-a TLS (EXIT" } else { "(EXIT" };
        let outcome = Case::logged_in(parm, &["bin", "sendsite", "put 'A.B' x", "get x 'C.D'"])
            .ftp_data(ftp_data)
            .file("A.B", fb(100), data)
            .against(move |peer| {
                authenticate(peer, &PKI);
                peer.answer("USER anonymous", "331 password");
                peer.answer(&format!("PASS {PASSWORD}"), "230 in");
                peer.answer("TYPE I", "200 ok");
                for command in ["STOR x", "RETR x"] {
                    let open = |peer: &mut Peer| {
                        if active {
                            let data = peer.port();
                            peer.answer(command, "125 ok");
                            return data;
                        }
                        let listener = peer.pasv("127,0,0,1");
                        peer.answer(command, "125 ok");
                        Peer::new(listener.accept().expect("the client connects").0)
                    };
                    let mut data = open(peer);
                    data.secure(&PKI.server);
                    if command == "STOR x" {
                        let (bytes, end) = data.read_all();
                        end.expect("the end mark of TLS");
                        assert_eq!(bytes, expected);
                    } else {
                        data.raw(&expected);
                    }
                    data.say_end();
                    // Some servers confirm a download only once the client has ended its side too.
                    data.read_all().1.expect("the end mark of the client");
                    peer.say("250 Transfer completed successfully.");
                }
                quit(peer);
            });
        assert_eq!(outcome.end, End::Code(0), "{:#?}", outcome.log);
        assert_eq!(
            outcome.files.written("C.D").map(|(_, bytes)| bytes.len()),
            Some(3_000_000 + 4 * 3_000_000_usize.div_ceil(252))
        );
    }
}

#[test]
fn data_connections_resume_the_session_of_the_control_connection() {
    Case::logged_in("-a TLS (EXIT", &["bin", "sendsite", "put 'A.B' x"])
        .ftp_data(PRIVATE)
        .file("A.B", fb(4), *b"DATA")
        .against(|peer| {
            authenticate(peer, &PKI);
            peer.take_user();
            peer.answer("TYPE I", "200 ok");
            let mut data = peer.port();
            peer.answer("STOR x", "125 ok");
            data.secure(&PKI.server);
            assert!(data.is_resumed());
            data.read_all().1.expect("a clean end");
            data.close();
            peer.say("250 ok");
            quit(peer);
        });
}

#[test]
fn a_server_that_refuses_auth_is_served_in_the_clear_unless_tls_is_required() {
    let refuse = |peer: &mut Peer| {
        peer.say("220 ready");
        peer.answer("AUTH TLS", "500 unknown command AUTH");
    };
    let outcome = Case::logged_in("-a TLS (EXIT", &["quit"]).ftp_data(PRIVATE).against(move |peer| {
        refuse(peer);
        peer.take_user();
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
    assert!(outcome.explained.contains("in the clear"));
    for (parm, ftp_data) in
        [("-r TLS (EXIT", PRIVATE), ("-a TLS (EXIT", "SECURE_FTP REQUIRED\nKEYRING SECURE.FTP.KEYRING")]
    {
        let outcome = Case::logged_in(parm, &["quit"]).ftp_data(ftp_data).against(move |peer| {
            refuse(peer);
            peer.expect_gone();
        });
        assert_eq!(outcome.codes().1, Some("Std Return Code = 10500, Error Code = 00017"));
        assert!(outcome.has("EZA2898I Unable to successfully negotiate required authentication"));
    }
}

#[test]
fn a_key_ring_that_is_missing_or_empty_ends_as_in_the_published_log() {
    let mut cases = vec![
        Case::logged_in("-a TLS (EXIT", &[]).ftp_data(""),
        Case::logged_in("-a TLS (EXIT", &[]).ftp_data("KEYRING NO.SUCH.RING"),
        Case::logged_in("-a TLS (EXIT", &[]).ftp_data(PRIVATE),
    ];
    cases[2].trust = Trust::default();
    for case in cases {
        let outcome = case.against(|peer| {
            peer.say("220 ready");
            peer.answer("AUTH TLS", "234 AUTH TLS successful");
            peer.expect_gone();
        });
        assert_eq!(
            outcome.dialogue(),
            lines(
                "220 ready
                EZA1701I >>> AUTH TLS
                234 AUTH TLS successful
                EZA2897I Authentication negotiation failed
                EZA2898I Unable to successfully negotiate required authentication
                EZA1735I Std Return Code = 10234, Error Code = 00017"
            )
        );
        assert_eq!(outcome.end, End::Code(2042));
    }
}

#[test]
fn servers_that_cannot_be_believed_are_not_talked_to() {
    let expired = {
        let mut leaf = rcgen::CertificateParams::new(["ftp.example.com".to_owned()]).expect("a good name");
        leaf.not_after = rcgen::date_time_ymd(2020, 1, 25);
        pki_of(&leaf)
    };
    let stranger = pki(&["ftp.example.com"]);
    let wrong_name = pki(&["other.example.com"]);
    for (server, trusted, word) in [
        (&stranger, &PKI.authority, "CERTAUTH"),
        (&wrong_name, &wrong_name.authority, "SECURE_HOSTNAME"),
        (&expired, &expired.authority, "not valid today"),
    ] {
        let mut case = Case::logged_in("-a TLS (EXIT", &[]).ftp_data(PRIVATE);
        case.trust = Trust { anchors: vec![trusted.clone()], ..Trust::default() };
        let config = server.server.clone();
        let outcome = case.against(move |peer| {
            peer.say("220 ready");
            peer.answer("AUTH TLS", "234 ok");
            assert!(peer.try_secure(&config).is_err());
        });
        assert_eq!(outcome.codes(), (End::Code(2042), Some("Std Return Code = 10234, Error Code = 00017")));
        assert!(outcome.explained.contains(word), "{}", outcome.explained);
    }
}

#[test]
fn a_site_certificate_is_believed_as_it_is_and_secure_hostname_optional_looks_at_no_name() {
    let stranger = pki(&["ftp.example.com"]);
    let wrong_name = pki(&["other.example.com"]);
    let optional = "SECURE_HOSTNAME OPTIONAL\nSECURE_DATACONN PRIVATE\nKEYRING SECURE.FTP.KEYRING";
    for (pki, ftp_data, trust) in [
        (&stranger, PRIVATE, Trust { pinned: vec![stranger.leaf.clone()], ..Trust::default() }),
        (&wrong_name, optional, Trust { anchors: vec![wrong_name.authority.clone()], ..Trust::default() }),
    ] {
        let mut case = Case::logged_in("-r TLS (EXIT", &["quit"]).ftp_data(ftp_data);
        case.trust = trust;
        let config = pki.server.clone();
        let outcome = case.against(move |peer| {
            peer.say("220 ready");
            peer.answer("AUTH TLS", "234 ok");
            peer.secure(&config);
            peer.answer("PBSZ 0", "200 ok");
            peer.answer("PROT P", "200 ok");
            peer.take_user();
            quit(peer);
        });
        assert_eq!(outcome.end, End::Code(0), "{:#?} {}", outcome.log, outcome.explained);
    }
}

#[test]
fn refused_protection_of_data_ends_the_session() {
    let outcome = Case::logged_in("-a TLS (EXIT", &["quit"]).ftp_data(PRIVATE).against(|peer| {
        peer.say("220 ready");
        peer.answer("AUTH TLS", "234 ok");
        peer.secure(&PKI.server);
        peer.answer("PBSZ 0", "200 ok");
        peer.answer("PROT P", "534 PROT P refused");
        peer.expect_gone();
    });
    assert_eq!(outcome.codes().1, Some("Std Return Code = 10534, Error Code = 00017"));
}

#[test]
fn replies_slipped_in_before_the_handshake_are_dropped() {
    let outcome = Case::logged_in("-a TLS (EXIT", &["quit"]).ftp_data(PRIVATE).against(|peer| {
        peer.say("220 ready");
        assert_eq!(peer.line(), "AUTH TLS");
        peer.raw(b"234 ok\r\n230 injected\r\n200 injected\r\n");
        peer.secure(&PKI.server);
        peer.answer("PBSZ 0", "200 ok");
        peer.answer("PROT P", "200 ok");
        peer.take_user();
        quit(peer);
    });
    assert_eq!(outcome.end, End::Code(0));
    assert!(!outcome.log.iter().any(|line| line.contains("injected")));
}

#[test]
fn plain_text_instead_of_a_handshake_ends_the_session() {
    let outcome = Case::logged_in("-a TLS (EXIT", &[]).ftp_data(PRIVATE).against(|peer| {
        peer.say("220 ready");
        peer.answer("AUTH TLS", "234 ok");
        let mut hello = [0; 5];
        peer.read(&mut hello).expect("the client's hello");
        peer.raw(b"230 no need for that\r\n");
        let (_, _) = peer.read_all();
    });
    assert_eq!(outcome.codes(), (End::Code(2042), Some("Std Return Code = 10234, Error Code = 00017")));
}

#[test]
fn tls_1_2_is_the_ceiling_unless_1_3_is_asked_for() {
    use rustls::ProtocolVersion::{TLSv1_2, TLSv1_3};
    for (tls13, version) in [(false, TLSv1_2), (true, TLSv1_3)] {
        let script = ["bin", "sendsite", "put 'A.B' x", "put 'A.B' x", "put 'A.B' x"];
        let mut case =
            Case::logged_in("-a TLS (EXIT", &script).ftp_data(PRIVATE).file("A.B", fb(100), vec![7; 1_000_000]);
        case.options = Options { tls13 };
        let outcome = case.against(move |peer| {
            authenticate(peer, &PKI);
            assert_eq!(peer.protocol(), version);
            peer.take_user();
            peer.answer("TYPE I", "200 ok");
            for _ in 0..3 {
                let mut data = peer.port();
                peer.answer("STOR x", "125 ok");
                data.secure(&PKI.server);
                let (bytes, end) = data.read_all();
                end.expect("the end mark of TLS");
                assert_eq!(bytes.len(), 1_000_000);
                data.close();
                peer.say("250 Transfer completed successfully.");
            }
            quit(peer);
        });
        assert_eq!(outcome.end, End::Code(0), "{:#?}", outcome.log);
    }
}
