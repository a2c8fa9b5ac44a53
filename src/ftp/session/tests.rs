//! Whole runs against a scripted server: transcripts, codes, and servers that mean harm.

mod codes;
mod hostile;
mod secure;
mod transcripts;

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use crate::codepage::CodePage;
use crate::dataset::{Attributes, Recfm};
use crate::ftp::memory::MemoryFiles;
use crate::ftp::testserver::{PKI, Peer, Pki, Server};
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
