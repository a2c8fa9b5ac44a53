//! The dialogue with the embedded server, compared with the sessions of the source documents.

mod server_support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::time::Duration;

use server_support::{MemoryStore, PATIENCE, RawClient, TestServer, code};
use zjob::server::{Event, Fault, Representation};

#[test]
fn the_session_of_2002_gets_the_answers_of_its_log() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    assert_eq!(client.ask("USER anonymous"), "331 Send email address as password please.\r\n");
    let logged_on = client.ask("PASS me@example.com");
    assert!(logged_on.starts_with("230-Here you can deliver/get support material to/from IBM.\r\n"), "{logged_on}");
    assert!(logged_on.ends_with("230 'ANONYMOUS' logged on. Working directory is /.\r\n"), "{logged_on}");
    let to_ibm = client.ask("CWD toibm");
    assert!(to_ibm.starts_with("250-Here you can deliver Support Material to IBM.\r\n"), "{to_ibm}");
    assert!(to_ibm.ends_with("250 HFS directory /toibm is the current working directory.\r\n"), "{to_ibm}");
    let aix = client.ask("CWD aix");
    assert!(aix.starts_with("250-Here you can place AIX related support material for IBM\r\n"), "{aix}");
    assert!(aix.ends_with("250 HFS directory /toibm/aix is the current working directory.\r\n"), "{aix}");
    assert_eq!(client.ask("TYPE I"), "200 Representation type is Image\r\n");
    let own = client.stream().local_addr().expect("connected").ip();
    let listener = TcpListener::bind((own, 0)).expect("a port");
    assert_eq!(client.ask(&port_command(&listener)), "200 Port request OK.\r\n");
    client.send(b"STOR 34143.055.000.test.nixx\r\n");
    let (mut data, _) = listener.accept().expect("the server connects");
    assert_eq!(client.answer(), "125 Storing data set /toibm/aix/34143.055.000.test.nixx\r\n");
    data.write_all(b"[boot loader]\r\n").expect("sent");
    drop(data);
    assert_eq!(client.answer(), "250 Transfer completed successfully.\r\n");
    assert_eq!(client.ask("QUIT"), "221 Quit command received. Goodbye.\r\n");
    assert!(client.is_ended());
    assert_eq!(
        server.store.delivered(),
        [("/toibm/aix/34143.055.000.test.nixx".to_owned(), b"[boot loader]\r\n".to_vec())]
    );
}

fn port_command(listener: &TcpListener) -> String {
    let address = listener.local_addr().expect("bound");
    let (ip, port) = (address.ip().to_string().replace('.', ","), address.port());
    format!("PORT {ip},{},{}", port >> 8, port & 0xFF)
}

#[test]
fn the_greeting_tells_level_host_and_the_time_of_the_emulated_system() {
    let server = TestServer::start();
    let stream = std::net::TcpStream::connect(server.addr).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let mut greeting = [0; 58];
    (&stream).read_exact(&mut greeting).expect("greeted");
    assert_eq!(&greeting, b"220-FTPD1 IBM FTP CS V1R5 at MCEFTP, 17:14:35 on 2005-06-2");
}

#[test]
fn the_session_of_2004_goes_over_to_tls() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    assert_eq!(client.ask("FEAT"), "211- Extensions supported\r\n AUTH TLS\r\n PBSZ\r\n PROT\r\n211 End\r\n");
    let mut tls = client.secured();
    let mut ask = |line: &str| {
        write!(tls, "{line}\r\n").expect("sent");
        let mut answer = [0; 512];
        let length = tls.read(&mut answer).expect("answered");
        String::from_utf8_lossy(&answer[..length]).into_owned()
    };
    assert_eq!(ask("PBSZ 0"), "200 Protection buffer size accepted\r\n");
    assert_eq!(ask("PROT P"), "200 Data connection protection set to private\r\n");
    assert_eq!(ask("PROT P"), "200 Data connection protection set to private\r\n", "said twice");
    assert_eq!(ask("USER anonymous"), "331 Send email address as password please.\r\n");
    assert!(ask("PASS x").ends_with("230 'ANONYMOUS' logged on. Working directory is /.\r\n"));
    assert_eq!(ask("CCC"), "534 CCC not supported\r\n");
    assert!(matches!(server.events.lock().expect("not poisoned")[..], [_, Event::Secured(_), Event::LoggedOn { .. }]));
}

#[test]
fn the_automatic_site_of_zvm_and_zos_is_accepted() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    for line in ["SITE VARrecfm", "SITE FIXrecfm 80 LRECL=80 RECFM=FB BLKSIZE=27920", "SITE DATASETMODE"] {
        assert_eq!(client.ask(line), "200 Site command was accepted\r\n", "{line}");
    }
    assert_eq!(client.ask("SITE"), "202 SITE not necessary; you may proceed\r\n");
    assert_eq!(
        client.ask("SITE XYZZY"),
        "200-Unrecognized parameter 'XYZZY' on SITE command.\r\n200 Site command was accepted\r\n"
    );
}

#[test]
fn stat_shows_the_values_of_this_session() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    client.ask("TYPE I");
    let own = client.stream().local_addr().expect("connected");
    let before = client.ask("STAT");
    let first = format!("211-Server FTP talking to host {}, port {}\r\n", own.ip(), own.port());
    assert!(before.starts_with(&first), "{before}");
    for line in [
        "211-User: Anonymous Working directory: /\r\n",
        "211-using Mode Stream, Structure File, type Image, byte-size 8\r\n",
        "211-Inactivity timer is set to 900\r\n",
        "211-Authentication type: None\r\n",
        "211-Record format VB, Lrecl: 256, Blocksize: 27968\r\n211 *** end of status ***\r\n",
    ] {
        assert!(before.contains(line), "{line} in {before}");
    }
    client.ask("CWD /toibm/s390");
    let after = client.ask("STAT");
    assert!(after.contains("211-User: Anonymous Working directory: /toibm/s390\r\n"), "{after}");
    assert!(bytes_of(&after) > bytes_of(&before) + before.len() as u64, "the bytes are counted");
    assert_eq!(client.ask("STAT /toibm"), "504 STAT file-identifier: not implemented\r\n");
}

fn bytes_of(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("211-The control connection has transferred "));
    line.and_then(|rest| rest.split(' ').next()?.parse().ok()).expect("the line of the bytes")
}

#[test]
fn before_the_logon_only_harmless_commands_are_answered() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    for (line, expected) in [("SYST", "215"), ("FEAT", "211"), ("HELP", "214"), ("NOOP", "200"), ("STAT", "211")] {
        assert_eq!(code(&client.ask(line)), expected, "{line}");
    }
    assert_eq!(client.ask("PWD"), "530 You must first login with USER and PASS.\r\n");
    for line in ["CWD toibm", "STOR /toibm/aix/x", "LIST", "PASV", "TYPE I", "DELE x"] {
        assert_eq!(client.ask(line), "530 Not logged in.\r\n", "{line}");
    }
}

#[test]
fn an_unknown_user_is_refused_only_behind_the_password_and_three_times() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    for _ in 0..3 {
        assert_eq!(client.ask("USER ibmuser"), "331 Send password please.\r\n");
        assert_eq!(code(&client.ask("PASS secret")), "530");
    }
    assert_eq!(code(&client.answer()), "421");
    assert!(client.is_ended());
}

#[test]
fn uploads_are_taken_on_the_second_level_only() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    for path in ["x", "/x", "/toibm/x", "/fromibm/x", "/toibm/nowhere/x", "/toibm/aix", "/toibm/readme.msg"] {
        assert_eq!(code(&client.ask(&format!("STOR {path}"))), "550", "{path}");
    }
    for line in ["APPE /toibm/aix/x", "DELE /toibm/aix/x", "RNFR /toibm/aix/x", "MKD /toibm/x", "RMD /toibm/aix"] {
        assert_eq!(code(&client.ask(line)), "550", "{line}");
    }
    assert_eq!(server.store.delivered(), []);
}

#[test]
fn directories_are_listed_down_to_toibm() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    let root = listing(&mut client, "NLST");
    assert_eq!(root, "fromibm\r\ntoibm\r\n");
    let long = listing(&mut client, "LIST");
    assert!(long.starts_with("total 32\r\n") && long.contains(" Jun 22 17:14 toibm\r\n"), "{long}");
    client.ask("CWD toibm");
    assert!(listing(&mut client, "LIST -la").contains(" mvs\r\n"));
    assert!(listing(&mut client, "NLST /toibm").contains("readme.msg\r\n"));
}

fn listing(client: &mut RawClient, line: &str) -> String {
    let mut data = client.data_connection();
    assert_eq!(client.ask(line), "125 List started OK\r\n");
    let mut text = String::new();
    data.read_to_string(&mut text).expect("the list");
    assert_eq!(client.answer(), "250 List completed successfully.\r\n");
    text
}

#[test]
fn text_is_stored_as_zos_stores_text() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    let mut data = client.data_connection();
    assert_eq!(code(&client.ask("STOR /toibm/mvs/12345.123.724.text")), "125");
    data.write_all(b"AB\r\n").expect("sent");
    drop(data);
    assert_eq!(code(&client.answer()), "250");
    assert_eq!(server.store.delivered()[0].1, [0xC1, 0xC2, 0x15]);
    assert_eq!(server.store.uploads()[0].representation, Representation::Ascii);
}

#[test]
fn faults_are_played_as_told() {
    let auth = TestServer::with(|config| config.faults = vec![Fault::RefuseAuth(500)]);
    assert_eq!(code(&RawClient::connect(auth.addr).ask("AUTH TLS")), "500");
    let logon = TestServer::with(|config| config.faults = vec![Fault::RefuseLogon]);
    let mut client = RawClient::connect(logon.addr);
    client.ask("USER anonymous");
    assert_eq!(code(&client.ask("PASS x")), "530");
    let upload = TestServer::with(|config| config.faults = vec![Fault::RefuseStore(553)]);
    assert_eq!(code(&RawClient::logged_on(upload.addr).ask("STOR /toibm/mvs/x")), "553");
    assert_eq!(upload.store.delivered(), []);
}

#[test]
fn a_cut_takes_the_data_connection_and_if_told_the_session() {
    for (fault, expected) in [(Fault::CutData(1000), "426"), (Fault::CutSession(1000), "")] {
        let server = TestServer::with(|config| config.faults = vec![fault]);
        let mut client = RawClient::logged_on(server.addr);
        let mut data = client.data_connection();
        assert_eq!(code(&client.ask("STOR /toibm/mvs/x")), "125");
        while data.write_all(&[0; 1000]).is_ok() {}
        assert_eq!(code(&client.answer()), expected, "{fault:?}");
        assert_eq!(server.store.delivered(), []);
        server.store.wait_until_swept();
    }
}

#[test]
fn a_full_store_is_told_with_452_and_leaves_nothing() {
    let server = TestServer::with_store(MemoryStore::with_room(1000).into(), |_| {});
    let mut client = RawClient::logged_on(server.addr);
    let mut data = client.data_connection();
    assert_eq!(code(&client.ask("STOR /toibm/mvs/x")), "125");
    while data.write_all(&[0; 1000]).is_ok() {}
    assert_eq!(code(&client.answer()), "452");
    server.store.wait_until_swept();
    assert_eq!(code(&client.ask("NOOP")), "200", "the server lives");
}

#[test]
fn abor_ends_a_transfer_and_the_session_goes_on() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    assert_eq!(client.ask("ABOR"), "226 Abort successful.\r\n", "nothing to end");
    let mut data = client.data_connection();
    assert_eq!(code(&client.ask("STOR /toibm/mvs/x")), "125");
    data.write_all(&[0; 1000]).expect("sent");
    client.send(b"\xFF\xF4\xFF\xF2ABOR\r\n");
    assert_eq!(code(&client.answer()), "426");
    assert_eq!(client.answer(), "226 Abort successful.\r\n");
    assert_eq!(code(&client.ask("NOOP")), "200");
    assert_eq!(server.store.delivered(), []);
    server.store.wait_until_swept();
}

#[test]
fn an_idle_session_is_ended_but_not_one_that_transfers() {
    let server = TestServer::with(|config| config.limits.idle = Some(Duration::from_secs(1)));
    let mut client = RawClient::logged_on(server.addr);
    let mut data = client.data_connection();
    assert_eq!(code(&client.ask("STOR /toibm/mvs/x")), "125");
    for _ in 0..15 {
        std::thread::sleep(Duration::from_millis(100));
        data.write_all(b"x").expect("the transfer goes on");
    }
    data.shutdown(Shutdown::Both).expect("ended");
    assert_eq!(code(&client.answer()), "250");
    assert_eq!(code(&client.answer()), "421", "now it is idle");
    assert!(client.is_ended());
}

#[test]
fn stopping_the_server_ends_sessions_and_transfers() {
    let server = TestServer::with(|config| config.limits.grace = Duration::from_millis(50));
    let mut idle = RawClient::connect(server.addr);
    let mut busy = RawClient::logged_on(server.addr);
    let _data = busy.data_connection();
    assert_eq!(code(&busy.ask("STOR /toibm/mvs/x")), "125");
    let (addr, store) = (server.addr, std::sync::Arc::clone(&server.store));
    server.stop();
    store.wait_until_swept();
    assert_eq!(store.delivered(), []);
    assert_eq!(code(&idle.answer()), "421");
    assert!(std::net::TcpStream::connect(addr).is_err(), "nobody listens any more");
}
