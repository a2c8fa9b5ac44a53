//! Whole runs against a scripted server: transcripts, codes, and servers that mean harm.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use crate::codepage::CodePage;
use crate::dataset::{Attributes, Recfm};
use crate::ftp::memory::MemoryFiles;
use crate::ftp::testserver::{PKI, Peer, Pki, Server, pki, pki_of};
use crate::ftp::{End, Hosts, KeyRings, Log, Options, Route, RouteError, Services, Trust, User};
use crate::world::Settings;

/// The password of all scripts.
const PASSWORD: &str = "me@example.com";

/// A step with its DDs.
struct Case {
    parm: &'static str,
    input: Vec<String>,
    ftp_data: Option<&'static str>,
    files: MemoryFiles,
    trust: Trust,
    stop_after: Option<u64>,
    options: Options,
}

/// How a run went.
struct Outcome {
    end: End,
    log: Vec<String>,
    explained: String,
    files: MemoryFiles,
}

struct Notes {
    log: RefCell<Vec<String>>,
    explained: RefCell<String>,
    transferred: Cell<u64>,
    stop_after: Option<u64>,
    address: SocketAddr,
    trust: Trust,
}

impl Log for Notes {
    fn line(&self, text: &str) {
        self.log.borrow_mut().push(text.to_owned());
    }
}

impl User for Notes {
    fn wants_to_stop(&self) -> bool {
        self.stop_after.is_some_and(|bytes| self.transferred.get() >= bytes)
    }

    fn explain(&self, text: &str) {
        self.explained.borrow_mut().push_str(text);
    }

    fn transfer_begins(&self, _: &str) {}

    fn transferred(&self, bytes: u64) {
        self.transferred.set(self.transferred.get() + bytes);
    }

    fn transfer_ends(&self) {}
}

impl Hosts for Notes {
    fn route(&self, host: &str, port: u16) -> Result<Route, RouteError> {
        match host {
            "nowhere.example.com" => Err(RouteError::Unknown),
            "live.example.com" => Err(RouteError::Refused),
            _ => Ok(Route {
                shown: IpAddr::V4(Ipv4Addr::new(192, 109, 81, 7)),
                shown_port: port,
                actual: self.address,
                server_name: host.to_owned(),
            }),
        }
    }
}

impl KeyRings for Notes {
    fn trust(&self, ring: &str) -> Result<Trust, String> {
        if ring == "SECURE.FTP.KEYRING" { Ok(self.trust.clone()) } else { Err("there is no such ring".to_owned()) }
    }
}

/// FTP.DATA for TLS with private data.
const PRIVATE: &str = "SECURE_DATACONN PRIVATE\nKEYRING SECURE.FTP.KEYRING\n";

fn ebcdic(lines: &[impl AsRef<str>]) -> Vec<u8> {
    lines
        .iter()
        .flat_map(|line| CodePage::ibm1047().encode(&format!("{:<80}", line.as_ref())).expect("a place"))
        .collect()
}

fn fb(lrecl: u32) -> Attributes {
    Attributes::with_system_block_size(Recfm::FB, lrecl)
}

impl Case {
    fn new(parm: &'static str, input: &[&str]) -> Self {
        Self {
            parm,
            input: input.iter().map(|&line| line.to_owned()).collect(),
            ftp_data: Some(""),
            files: MemoryFiles::new(),
            trust: Trust { anchors: vec![PKI.authority.clone()], ..Trust::default() },
            stop_after: None,
            options: Options::default(),
        }
    }

    /// A script that connects, logs in, and goes on with `input`.
    fn logged_in(parm: &'static str, input: &[&str]) -> Self {
        Self::new(parm, &[&["ftp.example.com", "anonymous", PASSWORD], input].concat())
    }

    fn ftp_data(mut self, text: &'static str) -> Self {
        self.ftp_data = Some(text);
        self
    }

    fn file(mut self, name: &str, attributes: Attributes, bytes: impl Into<Vec<u8>>) -> Self {
        self.files = self.files.with(name, attributes, bytes.into());
        self
    }

    fn run(self, address: SocketAddr) -> Outcome {
        let mut files = self.files;
        if !self.input.is_empty() {
            files = files.with("DD:INPUT", fb(80), ebcdic(&self.input));
        }
        if let Some(text) = self.ftp_data {
            files = files.with("DD:SYSFTPD", fb(80), ebcdic(&text.lines().collect::<Vec<_>>()));
        }
        let notes = Notes {
            log: RefCell::default(),
            explained: RefCell::default(),
            transferred: Cell::new(0),
            stop_after: self.stop_after,
            address,
            trust: self.trust,
        };
        let mut world = Settings::real("IBMUSER");
        world.frozen_clock = Some(jiff::civil::date(2026, 11, 20).at(9, 0, 0, 0));
        let services = Services {
            files: &files,
            hosts: &notes,
            key_rings: &notes,
            log: &notes,
            user: &notes,
            world: &world,
            options: self.options,
        };
        let end = crate::ftp::run(self.parm, services);
        let log = notes.log.into_inner();
        assert!(!log.iter().any(|line| line.contains(PASSWORD)), "the password is in the log: {log:#?}");
        Outcome { end, log, explained: notes.explained.into_inner(), files }
    }

    /// Runs against a scripted server, which must come to its end as well.
    fn against(self, script: impl FnOnce(&mut Peer) + Send + 'static) -> Outcome {
        let server = Server::start(script);
        let outcome = self.run(server.address);
        server.join();
        outcome
    }

    /// Runs against nobody: nothing listens at the address.
    fn against_nobody(self) -> Outcome {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
        let address = listener.local_addr().expect("it is bound");
        drop(listener);
        self.run(address)
    }
}

impl Outcome {
    /// The log behind the line `EZA1554I`, with the arguments of PORT masked.
    fn dialogue(&self) -> String {
        let at = self.log.iter().position(|line| line.starts_with("EZA1554I")).expect("it connects");
        masked(&self.log[at + 1..])
    }

    /// The log behind the log-in.
    fn after_login(&self) -> String {
        let at = self.log.iter().position(|line| line.starts_with("230 ")).expect("it logs in");
        masked(&self.log[at + 1..])
    }

    fn has(&self, line: &str) -> bool {
        self.log.iter().any(|logged| logged == line)
    }

    fn codes(&self) -> (End, Option<&str>) {
        (self.end, self.log.iter().find_map(|line| line.strip_prefix("EZA1735I ")))
    }
}

fn masked(lines: &[String]) -> String {
    let mask = |line: &String| match line.split_once("PORT ") {
        Some((front, _)) if front.ends_with(">>> ") => format!("{front}PORT ..."),
        _ if line.starts_with("227 ") => "227 ...".to_owned(),
        _ => line.clone(),
    };
    lines.iter().map(mask).collect::<Vec<_>>().join("\n")
}

fn lines(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Takes an upload in the clear in active mode.
fn take_upload(peer: &mut Peer, name: &str) -> Vec<u8> {
    let mut data = peer.port();
    peer.answer(&format!("STOR {name}"), &format!("125 Storing data set {name}"));
    let (bytes, end) = data.read_all();
    end.expect("it ends in good order");
    data.close();
    peer.say("250 Transfer completed successfully.");
    bytes
}

fn quit(peer: &mut Peer) {
    peer.answer("QUIT", "221 Quit command received. Goodbye.");
}

/// A server with FTPS behind its greeting: AUTH, PBSZ, PROT.
fn authenticate(peer: &mut Peer, pki: &Pki) {
    peer.say("220 ready");
    peer.answer("AUTH TLS", "234 Security environment established - ready for negotiation");
    peer.secure(&pki.server);
    peer.answer("PBSZ 0", "200 Protection buffer size accepted");
    peer.answer("PROT P", "200 Data connection protection set to private");
}

// ---- transcripts

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

// ---- codes

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

// ---- TLS

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

// ---- servers that mean harm, and bad weather

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
