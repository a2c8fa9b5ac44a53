//! What outsiders try on an FTP server, sent to the embedded one over raw sockets.
//!
//! The numbers in the names group them by the kind of attack: A01 is commands put in before TLS, A04 the
//! bounce, A17 the truncation, and so on.

mod server_support;
mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use server_support::{PATIENCE, RawClient, TestServer, client_config, code, tunnel};
use support::random_bytes;
use zjob::server::Incomplete;

/// A time limit that a test waits for.
const SHORT: Duration = Duration::from_millis(1500);

type Tunnel = rustls::StreamOwned<rustls::ClientConnection, TcpStream>;

/// Sends a line under TLS and returns what comes back at once.
fn ask(tls: &mut Tunnel, line: &str) -> String {
    write!(tls, "{line}\r\n").expect("sent");
    read(tls)
}

fn read(tls: &mut Tunnel) -> String {
    let mut answer = [0; 4096];
    let length = tls.read(&mut answer).expect("answered");
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

/// A client that is logged on under TLS, data connections private.
fn private_client(server: &TestServer, config: &Arc<rustls::ClientConfig>) -> Tunnel {
    let mut client = RawClient::connect(server.addr);
    assert_eq!(code(&client.ask("AUTH TLS")), "234");
    let stream = client.stream().try_clone().expect("a handle");
    let mut tls = tunnel(stream, Arc::clone(config));
    for (line, expected) in [("PBSZ 0", "200"), ("PROT P", "200"), ("USER anonymous", "331"), ("PASS x", "230")] {
        assert_eq!(code(&ask(&mut tls, line)), expected, "{line}");
    }
    assert_eq!(code(&ask(&mut tls, "TYPE I")), "200");
    tls
}

/// The data connection that a client under TLS gets, not yet under TLS itself.
fn private_data(server: &TestServer, tls: &mut Tunnel) -> TcpStream {
    let answer = ask(tls, "EPSV");
    let port: u16 = answer.split('|').nth(3).and_then(|port| port.parse().ok()).expect("a port");
    TcpStream::connect((server.addr.ip(), port)).expect("the server listens")
}

#[test]
fn a01_commands_in_clear_behind_auth_are_not_obeyed() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    client.send(b"AUTH TLS\r\nUSER x\r\nNOOP\r\n");
    assert!(client.is_ended(), "the session is given up");
}

#[test]
fn a01_commands_in_clear_instead_of_a_handshake_are_not_obeyed() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    assert_eq!(code(&client.ask("AUTH TLS")), "234");
    client.send(b"USER anonymous\r\nPASS x\r\nSTAT\r\n");
    let answer = client.answer();
    assert!(!answer.contains("230") && !answer.contains("211"), "{answer:?}");
}

#[test]
fn a04_data_goes_to_no_third_party() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    let victim = TcpListener::bind("127.0.0.9:0").expect("a port");
    victim.set_nonblocking(true).expect("it can");
    let port = victim.local_addr().expect("bound").port();
    let bounces = [
        "PORT 10,0,0,1,80,80".to_owned(),
        format!("PORT 127,0,0,9,{},{}", port >> 8, port & 0xFF),
        format!("EPRT |1|127.0.0.9|{port}|"),
        "EPRT |2|::1|2000|".to_owned(),
        "PORT 127,0,0,1,0,22".to_owned(),
        "EPRT |1|127.0.0.1|1023|".to_owned(),
        "PORT 127,0,0,1,3,255".to_owned(),
    ];
    for bounce in &bounces {
        assert_eq!(code(&client.ask(bounce)), "501", "{bounce}");
        assert_eq!(code(&client.ask("LIST")), "425", "{bounce} left nothing to connect to");
    }
    assert_eq!(victim.accept().expect_err("nobody came").kind(), ErrorKind::WouldBlock);
}

#[test]
fn a05_only_the_client_itself_is_let_in_at_the_data_port() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    let answer = client.ask("EPSV");
    let port: u16 = answer.split('|').nth(3).and_then(|port| port.parse().ok()).expect("a port");
    let mut thief = connect_from([127, 0, 0, 9], (server.addr.ip(), port).into());
    client.send(b"LIST\r\n");
    let mut stolen = Vec::new();
    // A reset is as good as an end without data.
    let _ = thief.read_to_end(&mut stolen);
    assert_eq!(stolen, b"");
    let mut own = TcpStream::connect((server.addr.ip(), port)).expect("still open for the client");
    let mut list = String::new();
    own.read_to_string(&mut list).expect("the list");
    assert!(list.contains("toibm"));
}

fn connect_from(own: [u8; 4], target: std::net::SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind((own, 0).into()).expect("an address of this machine");
        socket.connect(target).await.expect("connected").into_std().expect("a socket")
    });
    stream.set_nonblocking(false).expect("it can");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
}

#[test]
fn a06_a_session_holds_one_data_port_and_all_of_them_come_back() {
    let server = TestServer::with(|config| config.limits.data_ports = 65024..=65027);
    let mut first = RawClient::logged_on(server.addr);
    for _ in 0..600 {
        let answer = first.ask("PASV");
        assert!(answer.starts_with("227 Entering Passive Mode (127,"), "{answer}");
    }
    let mut others: Vec<RawClient> = (0..3).map(|_| RawClient::logged_on(server.addr)).collect();
    for other in &mut others {
        assert_eq!(code(&other.ask("EPSV")), "229");
    }
    let mut late = RawClient::logged_on(server.addr);
    assert_eq!(code(&late.ask("PASV")), "425", "all ports are lent");
    assert_eq!(code(&first.ask("QUIT")), "221");
    assert!(first.is_ended());
    assert_eq!(code(&late.ask("PASV")), "227", "given back with the end of the session");
}

#[test]
fn b02_six_hundred_data_ports_stay_in_the_documented_range() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    for _ in 0..600 {
        let answer = client.ask("PASV");
        let numbers: Vec<u16> = answer.split(['(', ')', ',']).filter_map(|number| number.parse().ok()).collect();
        let port = numbers[4] * 256 + numbers[5];
        assert!(port >= 65024, "{answer}");
    }
}

#[test]
fn a07_names_with_control_characters_are_refused() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    for name in ["a\0b", "a\rb", "a\x1b[31mb", "a\x7fb"] {
        assert_eq!(code(&client.ask(&format!("STOR /toibm/mvs/{name}"))), "501", "{name:?}");
    }
}

#[test]
fn a09_no_path_leaves_the_tree() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    for _ in 0..100 {
        assert_eq!(client.ask("CWD .."), "250 HFS directory / is the current working directory.\r\n");
    }
    for path in ["/etc", "~root", "..\\..", "%2e%2e/%2e%2e", "toibm/../../etc", "/toibm/aix/../../.."] {
        let answer = client.ask(&format!("CWD {path}"));
        assert!(code(&answer) == "550" || answer.contains(" / is the current"), "{path}: {answer}");
    }
    for path in ["../../x", "/toibm/aix/../../../etc/passwd", "/toibm/aix/..", "/toibm/aix/.", "/toibm/aix/b/c"] {
        assert_eq!(code(&client.ask(&format!("STOR {path}"))), "550", "{path}");
    }
    assert_eq!(server.store.delivered(), []);
}

#[test]
fn a11_long_names_get_an_answer_and_the_session_lives() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    for length in [256, 1023, 4096, 65536] {
        let answer = client.ask(&format!("STOR /toibm/mvs/{}", "n".repeat(length)));
        let expected = if length > 8000 { "500" } else { "550" };
        assert_eq!(code(&answer), expected, "{length}: {answer}");
        assert!(answer.len() < 200, "not all of it is sent back");
    }
    assert_eq!(code(&client.ask(&format!("CWD {}", "a/".repeat(2000)))), "550");
    assert_eq!(code(&client.ask("NOOP")), "200");
}

#[test]
fn a12_a_line_without_end_is_cut_off() {
    let server = TestServer::start();
    let client = RawClient::connect(server.addr);
    let piece = [b'A'; 4096];
    let mut sent = 0;
    while sent < 10 << 20 && client.stream().write_all(&piece).is_ok() {
        sent += piece.len();
    }
    assert!(sent < 10 << 20, "the server went on reading");
    let mut other = RawClient::connect(server.addr);
    assert_eq!(code(&other.ask("NOOP")), "200", "others are served");
}

#[test]
fn a13_the_silent_are_sent_away_and_others_served() {
    let server = TestServer::with(|config| {
        config.limits.logon = SHORT;
        config.limits.handshake = SHORT;
    });
    let mut silent: Vec<RawClient> = (0..20).map(|_| RawClient::connect(server.addr)).collect();
    let mut half_open = RawClient::connect(server.addr);
    assert_eq!(code(&half_open.ask("AUTH TLS")), "234");
    half_open.send(b"\x16\x03\x01");
    let begun = Instant::now();
    assert_eq!(code(&RawClient::logged_on(server.addr).ask("NOOP")), "200");
    assert!(begun.elapsed() < SHORT, "served before the others have timed out");
    assert!(silent.iter_mut().all(|client| code(&client.answer()) == "421" && client.is_ended()));
    assert!(half_open.is_ended());
}

#[test]
fn a13_one_address_gets_its_share_only() {
    let server = TestServer::with(|config| config.limits.sessions_of_one = 3);
    let held: Vec<RawClient> = (0..3).map(|_| RawClient::connect(server.addr)).collect();
    let mut refused = TcpStream::connect(server.addr).expect("the server listens");
    let mut answer = String::new();
    refused.read_to_string(&mut answer).expect("refused");
    assert_eq!(code(&answer), "421");
    drop(held);
}

#[test]
fn a14_nothing_is_allocated_or_resumed_on_request() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    assert_eq!(code(&client.ask("ALLO 99999999999999")), "202");
    for operand in ["-1", "9223372036854775807", "0"] {
        let answer = client.ask(&format!("REST {operand}"));
        assert_eq!(answer, "504 Restart requires Block or Compressed transfer mode.\r\n");
    }
}

#[test]
fn a16_an_upload_whose_client_is_gone_is_not_delivered() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    let mut data = client.data_connection();
    assert_eq!(code(&client.ask("STOR /toibm/mvs/x")), "125");
    data.write_all(&random_bytes(100_000)).expect("sent");
    // In the order in which a system closes the files of a process that was killed.
    drop(client);
    drop(data);
    assert_eq!(server.store.first_given_up(), Incomplete::ConnectionLost);
    server.store.wait_until_swept();
    assert_eq!(server.store.delivered(), []);
}

#[test]
fn a16_an_upload_that_is_reset_gets_426() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    let mut data = client.data_connection();
    assert_eq!(code(&client.ask("STOR /toibm/mvs/x")), "125");
    data.write_all(&random_bytes(100_000)).expect("sent");
    reset(data);
    assert_eq!(code(&client.answer()), "426");
    assert_eq!(server.store.first_given_up(), Incomplete::ConnectionLost);
    assert_eq!(server.store.delivered(), []);
}

/// Closes a connection by a reset.
fn reset(stream: TcpStream) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        stream.set_nonblocking(true).expect("it can");
        let stream = tokio::net::TcpStream::from_std(stream).expect("a socket");
        stream.set_zero_linger().expect("it can");
    });
}

#[test]
fn a17_tls_data_that_ends_without_close_notice_gets_426() {
    let server = TestServer::start();
    let config = Arc::new(client_config());
    let mut control = private_client(&server, &config);
    let data = private_data(&server, &mut control);
    assert_eq!(code(&ask(&mut control, "STOR /toibm/mvs/x")), "125");
    let mut data = tunnel(data, Arc::clone(&config));
    data.write_all(&random_bytes(100_000)).expect("sent");
    data.flush().expect("sent");
    data.sock.shutdown(Shutdown::Write).expect("a plain end");
    assert_eq!(code(&read(&mut control)), "426");
    assert_eq!(server.store.first_given_up(), Incomplete::Truncated);
    assert_eq!(server.store.delivered(), []);
}

#[test]
fn a19_commands_out_of_order_are_refused() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    for (line, expected) in [
        ("PASS x", "503"),
        ("PBSZ 0", "503"),
        ("PROT P", "503"),
        ("USER anonymous", "331"),
        ("PASS x", "230"),
        ("PASS x", "503"),
        ("AUTH TLS", "503"),
        ("USER anonymous", "331"),
        ("PWD", "530"),
        ("REIN", "500"),
    ] {
        assert_eq!(code(&client.ask(line)), expected, "{line}");
    }
    let mut tls = RawClient::connect(server.addr).secured();
    for (line, expected) in [
        ("AUTH TLS", "503"),
        ("PROT P", "503"),
        ("PBSZ x", "501"),
        ("PBSZ 0", "200"),
        ("PROT S", "536"),
        ("PROT E", "536"),
        ("PROT X", "504"),
        ("PROT C", "200"),
    ] {
        assert_eq!(code(&ask(&mut tls, line)), expected, "{line}");
    }
}

#[test]
fn a21_other_protocols_are_not_talked_to() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    let request =
        "GET / HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nA: b\r\nC: d\r\nE: f\r\nG: h\r\nI: j\r\nK: l\r\nM: n\r\n";
    client.send(request.as_bytes());
    let answers: Vec<String> = (0..11).map(|_| client.answer()).collect();
    assert!(answers[..10].iter().all(|answer| code(answer) == "500"), "{answers:?}");
    assert_eq!(code(&answers[10]), "421");
    assert!(client.is_ended());

    let mut config = client_config();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let mut client = RawClient::connect(server.addr);
    assert_eq!(code(&client.ask("AUTH TLS")), "234");
    let stream = client.stream().try_clone().expect("a handle");
    let mut tls = tunnel(stream, Arc::new(config));
    assert!(tls.write_all(b"NOOP\r\n").and_then(|()| tls.flush()).is_err(), "the handshake is refused");
}

#[test]
fn a22_ten_thousand_commands_at_once_are_answered_in_order() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr);
    let mut writer = client.stream().try_clone().expect("a handle");
    let commands = "NOOP\r\nSYST\r\n".repeat(5_000);
    let writing = std::thread::spawn(move || writer.write_all(commands.as_bytes()));
    for at in 0..10_000 {
        let expected = if at % 2 == 0 { "200" } else { "215" };
        assert_eq!(code(&client.answer()), expected, "answer {at}");
    }
    writing.join().expect("no panic").expect("sent");
}

#[test]
fn a23_nobody_learns_what_was_uploaded() {
    let server = TestServer::start();
    let mut client = RawClient::logged_on(server.addr);
    let mut data = client.data_connection();
    assert_eq!(code(&client.ask("STOR /toibm/mvs/there")), "125");
    data.write_all(b"x").expect("sent");
    drop(data);
    assert_eq!(code(&client.answer()), "250");
    for verb in ["SIZE", "MDTM", "RETR", "LIST", "NLST", "DELE", "RNFR", "STAT", "CWD"] {
        let there = client.ask(&format!("{verb} /toibm/mvs/there"));
        let missing = client.ask(&format!("{verb} /toibm/mvs/thene"));
        assert!(code(&there) >= "500", "{verb}: {there}");
        assert_eq!(there, missing.replace("thene", "there"), "{verb}");
    }
    for line in ["LIST /toibm/mvs", "NLST /toibm/mvs/*", "LIST -R /toibm/mvs", "LIST /fromibm"] {
        assert_eq!(code(&client.ask(line)), "550", "{line}");
    }
}

#[test]
fn the_data_connection_resumes_the_control_session_and_gets_no_tickets() {
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let server = TestServer::start();
        let config = Arc::new(server_support::client_config_of(version));
        let mut control = private_client(&server, &config);
        for name in ["a", "b"] {
            let data = private_data(&server, &mut control);
            assert_eq!(code(&ask(&mut control, &format!("STOR /toibm/mvs/{name}"))), "125");
            let mut data = tunnel(data, Arc::clone(&config));
            data.write_all(b"content").expect("sent");
            assert_eq!(data.conn.handshake_kind(), Some(rustls::HandshakeKind::Resumed), "{version:?} {name}");
            data.conn.send_close_notify();
            data.flush().expect("sent");
            let mut rest = Vec::new();
            data.read_to_end(&mut rest).expect("the server says good-bye, too");
            assert_eq!((rest.len(), data.conn.tls13_tickets_received()), (0, 0));
            assert_eq!(code(&read(&mut control)), "250");
        }
    }
}
