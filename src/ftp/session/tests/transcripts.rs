//! The dialogues of published logs, and what each subcommand sends and prints.

use std::net::TcpListener;

use super::{Case, PASSWORD, PRIVATE, authenticate, ebcdic, fb, lines, masked, quit, take_upload};
use crate::dataset::{Attributes, Recfm};
use crate::ftp::End;
use crate::ftp::testserver::{PKI, Peer};

#[test]
fn the_published_job_prints_the_lines_of_the_host_in_their_order() {
    let data: Vec<u8> = (0..102_400_u32).map(|n| (n % 251) as u8).collect();
    let expected = data.clone();
    let outcome = Case::new(
        "-v (EXIT ",
        &[
            "ftp.ecurep.ibm.com",
            "anonymous",
            PASSWORD,
            "bin",
            "cd /toibm/mvs",
            "put 'YOUR.TERSED.DATASET' 12345.123.724.DUMP.TRS",
            "quit",
        ],
    )
    .file("YOUR.TERSED.DATASET", fb(1024), data)
    .against(move |peer| {
        peer.log_in();
        peer.answer("TYPE I", "200 Representation type is Image");
        peer.answer("CWD /toibm/mvs", "250 HFS directory /toibm/mvs is the current working directory.");
        peer.answer("SITE FIXrecfm 1024 LRECL=1024 RECFM=FB BLKSIZE=27648", "200 SITE command was accepted");
        assert_eq!(take_upload(peer, "12345.123.724.DUMP.TRS"), expected);
        quit(peer);
    });
    assert_eq!(
        masked(&outcome.log),
        lines(
            "EZA1736I FTP -v (EXIT
            EZY2640I Using dd:SYSFTPD=MEMORY.SYSFTPD for local site configuration parameters.
            EZYFT26I Using 7-bit conversion derived from 'ISO8859-1' and 'IBM-1047' for the control connection.
            EZYFT32I Using the same translate tables for the control and data connections.
            EZA1450I IBM FTP CS V2R4
            EZA1466I FTP: using TCPIP
            EZA1772I FTP: EXIT has been set.
            EZA1456I Connect to ?
            EZA1736I ftp.ecurep.ibm.com
            EZYFT18I Using catalog '/usr/lib/nls/msg/C/ftpdmsg.cat' for FTP messages.
            EZA1554I Connecting to: ftp.ecurep.ibm.com 192.109.81.7 port: 21.
            220 ready
            EZA1459I NAME (ftp.ecurep.ibm.com:IBMUSER):
            EZA1701I >>> USER anonymous
            331 Send email address as password please.
            EZA1789I PASSWORD:
            EZA1701I >>> PASS
            230 'ANONYMOUS' logged on. Working directory is /.
            EZA1460I Command:
            EZA1736I bin
            EZA1701I >>> TYPE I
            200 Representation type is Image
            EZA1460I Command:
            EZA1736I cd /toibm/mvs
            EZA1701I >>> CWD /toibm/mvs
            250 HFS directory /toibm/mvs is the current working directory.
            EZA1460I Command:
            EZA1736I put 'YOUR.TERSED.DATASET' 12345.123.724.DUMP.TRS
            EZA1701I >>> SITE FIXrecfm 1024 LRECL=1024 RECFM=FB BLKSIZE=27648
            200 SITE command was accepted
            EZA1701I >>> PORT ...
            200 Port request OK.
            EZA1701I >>> STOR 12345.123.724.DUMP.TRS
            125 Storing data set 12345.123.724.DUMP.TRS
            250 Transfer completed successfully.
            EZA1617I 102400 bytes transferred in 0.010 seconds. Transfer rate 10240.00 Kbytes/sec.
            EZA1460I Command:
            EZA1736I quit
            EZA1701I >>> QUIT
            221 Quit command received. Goodbye."
        )
    );
    assert_eq!(outcome.end, End::Code(0));
    assert_eq!(outcome.explained, "");
}

#[test]
fn the_published_ftps_log_comes_out_up_to_the_log_in() {
    let outcome = Case::new("-a tls -n -v -p TCPIP (EXIT", &["192.109.81.7", "user anonymous", PASSWORD, "stat"])
        .ftp_data(PRIVATE)
        .against(|peer| {
            authenticate(peer, &PKI);
            peer.answer("USER anonymous", "331 Send email address as password please.");
            peer.answer(&format!("PASS {PASSWORD}"), "230-Here you can deliver\n230-get: use command 'cd'\n230 'ANONYMOUS' logged on. Working directory is /.");
            peer.answer("STAT", "211-Server FTP talking to host 195.212.29.163, port 21061\n211 *** end of status ***");
            quit(peer);
        });
    assert_eq!(
        masked(&outcome.log),
        lines(
            "EZA1736I FTP -a tls -n -v -p TCPIP (EXIT
            EZY2640I Using dd:SYSFTPD=MEMORY.SYSFTPD for local site configuration parameters.
            EZYFT26I Using 7-bit conversion derived from 'ISO8859-1' and 'IBM-1047' for the control connection.
            EZYFT32I Using the same translate tables for the control and data connections.
            EZA1450I IBM FTP CS V2R4
            EZA2807I Executing under single stack configuration. Specified TCPIP name TCPIP ignored.
            EZA1772I FTP: EXIT has been set.
            EZA1456I Connect to ?
            EZA1736I 192.109.81.7
            EZYFT18I Using catalog '/usr/lib/nls/msg/C/ftpdmsg.cat' for FTP messages.
            EZA1554I Connecting to: 192.109.81.7 port: 21.
            220 ready
            EZA1701I >>> AUTH TLS
            234 Security environment established - ready for negotiation
            EZA2895I Authentication negotiation succeeded
            EZA1701I >>> PBSZ 0
            200 Protection buffer size accepted
            EZA1701I >>> PROT P
            200 Data connection protection set to private
            EZA2906I Data connection protection is private
            EZA1460I Command:
            EZA1701I >>> USER anonymous
            331 Send email address as password please.
            EZA1789I PASSWORD:
            EZA1701I >>> PASS
            230-Here you can deliver
            230-get: use command 'cd'
            230 'ANONYMOUS' logged on. Working directory is /.
            EZA1460I Command:
            EZA1736I stat
            EZA1701I >>> STAT
            211-Server FTP talking to host 195.212.29.163, port 21061
            211 *** end of status ***
            EZA1460I Command:
            EZA1701I >>> QUIT
            221 Quit command received. Goodbye."
        )
    );
}

#[test]
fn ls_shows_every_line_of_the_listing_with_its_id() {
    // The sample of the Information Center, with the same names.
    let outcome = Case::logged_in("", &["cd /tmp", "ls", "quit"]).against(|peer| {
        peer.log_in();
        peer.answer("CWD /tmp", "250 HFS directory /tmp is the current working directory");
        let mut data = peer.port();
        peer.answer("NLST", "125 List started OK");
        data.say("CTRACE.txt\nuser36\n../x\u{1b}[31m");
        data.close();
        peer.say("250 List completed successfully.");
        quit(peer);
    });
    assert_eq!(
        outcome.after_login(),
        lines(
            "EZA1460I Command:
            EZA1736I cd /tmp
            EZA1701I >>> CWD /tmp
            250 HFS directory /tmp is the current working directory
            EZA1460I Command:
            EZA1736I ls
            EZA1701I >>> PORT ...
            200 Port request OK.
            EZA1701I >>> NLST
            125 List started OK
            EZA2284I CTRACE.txt
            EZA2284I user36
            EZA2284I ../x.[31m
            250 List completed successfully.
            EZA1460I Command:
            EZA1736I quit
            EZA1701I >>> QUIT
            221 Quit command received. Goodbye."
        )
    );
}

#[test]
fn records_of_variable_length_go_with_their_rdws_if_locsite_says_so() {
    // The published transfer of "Hello there" and "Folks", whose SITE the server refuses.
    const FOLKS: &[u8] = b"\x00\x0F\0\0\xC8\x85\x93\x93\x96\x40\xA3\x88\x85\x99\x85\x00\x09\0\0\xC6\x96\x93\x92\xA2";
    let vb = Attributes { recfm: Recfm::VB, lrecl: 256, blksize: 27_998 };
    let outcome = Case::logged_in("(EXIT", &["binary", "locsite rdw", "put folks folks"])
        .file("IBMUSER.FOLKS", vb, FOLKS)
        .against(|peer| {
            peer.log_in();
            peer.answer("TYPE I", "200 Type is Image (Binary)");
            peer.answer("SITE VARrecfm LRECL=256 RECFM=VB BLKSIZE=27998", "500 Syntax error, Command not recognized.");
            assert_eq!(take_upload(peer, "folks"), FOLKS);
            quit(peer);
        });
    assert!(outcome.has("EZA1617I 24 bytes transferred in 0.010 seconds. Transfer rate 2.40 Kbytes/sec."));
    assert_eq!(outcome.end, End::Code(0));
}

#[test]
fn text_is_translated_and_loses_the_blanks_at_its_end() {
    let outcome =
        Case::logged_in("", &["sendsite", "put 'A.B'", "locsite trailingblanks", "put 'A.B' c", "put //DD:INPUT"])
            .file("A.B", fb(8), ebcdic(&["a[1]"])[..8].to_vec())
            .against(|peer| {
                peer.log_in();
                assert_eq!(take_upload(peer, "'A.B'"), b"a[1]\r\n");
                assert_eq!(take_upload(peer, "c"), b"a[1]    \r\n");
                quit(peer);
            });
    // A DD has no name that the server could use.
    assert!(outcome.has("ZJB504E The operands of PUT are missing or wrong"));
    assert_eq!(outcome.end, End::Code(0));
}

#[test]
fn a_retrieved_file_gets_the_attributes_of_locsite() {
    let script = ["bin", "locsite recfm=fb lrecl=4 blksize=8", "get remote 'NEW.DATA.SET'", "quit"];
    let outcome = Case::logged_in("(EXIT", &script).against(|peer| {
        peer.log_in();
        peer.answer("TYPE I", "200 Representation type is Image");
        let mut data = peer.port();
        peer.answer("RETR remote", "125 Sending data set REMOTE FIXrecfm 4");
        data.raw(b"ABCDEFGHIJ");
        data.close();
        peer.say("250 Transfer completed successfully.");
        quit(peer);
    });
    let new = Attributes { recfm: Recfm::FB, lrecl: 4, blksize: 8 };
    assert_eq!(outcome.files.written("NEW.DATA.SET"), Some((new, b"ABCDEFGHIJ\0\0".to_vec())));
    assert!(outcome.has("EZA1617I 10 bytes transferred in 0.010 seconds. Transfer rate 1.00 Kbytes/sec."));
}

#[test]
fn get_does_not_overwrite_without_replace() {
    let case = |line| Case::logged_in("(EXIT", &[line]).file("A.B", fb(80), ebcdic(&["old"]));
    let outcome = case("get x 'A.B'").against(|peer| {
        peer.log_in();
        quit(peer);
    });
    assert_eq!(outcome.codes(), (End::Code(16_000 % 4096), Some("Std Return Code = 16000, Error Code = 00018")));
    let outcome = case("get x 'A.B' (REPLACE").against(|peer| {
        peer.log_in();
        let mut data = peer.port();
        peer.answer("RETR x", "125 Sending");
        data.raw(b"new\r\n");
        data.close();
        peer.say("250 Transfer completed successfully.");
        quit(peer);
    });
    assert_eq!(outcome.files.written("A.B").map(|(_, bytes)| bytes), Some(ebcdic(&["new"])));
}

#[test]
fn passive_mode_is_used_when_ftp_data_asks_for_it() {
    for (ftp_data, first) in
        [("FWFRIENDLY TRUE", None), ("EPSV4 TRUE\nFWFRIENDLY TRUE", Some("500 unknown command EPSV"))]
    {
        let outcome = Case::logged_in("", &["sendsite", "bin", "put 'A.B' x"])
            .ftp_data(ftp_data)
            .file("A.B", fb(4), *b"DATA")
            .against(move |peer| {
                peer.log_in();
                peer.answer("TYPE I", "200 ok");
                if let Some(refusal) = first {
                    peer.answer("EPSV", refusal);
                }
                let listener = peer.pasv("127,0,0,1");
                peer.answer("STOR x", "125 Storing data set x");
                let mut data = Peer::new(listener.accept().expect("the client connects").0);
                assert_eq!(data.read_all().0, b"DATA");
                data.close();
                peer.say("250 Transfer completed successfully.");
                quit(peer);
            });
        assert!(outcome.log.iter().any(|line| line.starts_with("EZA1617I 4 bytes")));
    }
}

#[test]
fn epsv_names_the_port_alone() {
    let outcome = Case::logged_in("(EXIT", &["sendsite", "bin", "put 'A.B' x"])
        .ftp_data("EPSV4 TRUE")
        .file("A.B", fb(4), *b"DATA")
        .against(|peer| {
            peer.log_in();
            peer.answer("TYPE I", "200 ok");
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
            let port = listener.local_addr().expect("it is bound").port();
            peer.answer("EPSV", &format!("229 Entering Extended Passive Mode (|||{port}|)"));
            peer.answer("STOR x", "125 Storing data set x");
            let mut data = Peer::new(listener.accept().expect("the client connects").0);
            assert_eq!(data.read_all().0, b"DATA");
            data.close();
            peer.say("250 Transfer completed successfully.");
            quit(peer);
        });
    assert_eq!(outcome.end, End::Code(0));
}

#[test]
fn simple_subcommands_are_sent_and_their_replies_printed() {
    let script = [
        "pwd",
        "noop",
        "system",
        "site lrecl=80",
        "quote xyzzy",
        "delete old",
        "rename a b",
        "mkdir d",
        "rmdir d",
        "cdup",
        "feature",
        "type e",
        "asc",
        "mode s",
        "structure f",
        "stream",
        "help server site",
        "quit",
    ];
    let outcome = Case::logged_in("", &script).against(|peer| {
        peer.log_in();
        for command in [
            "PWD",
            "NOOP",
            "SYST",
            "SITE lrecl=80",
            "xyzzy",
            "DELE old",
            "RNFR a",
            "RNTO b",
            "MKD d",
            "RMD d",
            "CDUP",
            "FEAT",
            "TYPE E",
            "TYPE A",
            "MODE S",
            "STRU F",
            "MODE S",
            "HELP site",
        ] {
            let reply = if command.starts_with("RNFR") { "350 RNFR accepted." } else { "200 OK" };
            peer.answer(command, reply);
        }
        quit(peer);
    });
    assert!(outcome.has("EZA1701I >>> DELE old") && outcome.has("350 RNFR accepted."));
    assert_eq!((outcome.end, outcome.explained.as_str()), (End::Code(0), ""));
}
