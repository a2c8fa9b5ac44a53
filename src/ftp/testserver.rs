//! A scripted server for tests: says and expects what a test tells it, on 127.0.0.1.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, LazyLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// No test waits longer than this for a client that does not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that follows a script for one client.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    thread: JoinHandle<()>,
}

impl Server {
    /// Starts a server; `script` runs once a client has connected.
    pub(super) fn start(script: impl FnOnce(&mut Peer) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
        let address = listener.local_addr().expect("it is bound");
        let thread = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a client connects");
            script(&mut Peer::new(stream));
        });
        Self { address, thread }
    }

    /// Waits for the end of the script; a failed expectation of it fails the test.
    pub(super) fn join(self) {
        if let Err(panic) = self.thread.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

/// The server's end of a connection.
pub(super) struct Peer {
    stream: Option<Stream>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Stream {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(tls) => &tls.sock,
        }
    }
}

impl Peer {
    pub(super) fn new(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes timers");
        // Two replies in a row must not wait for each other.
        stream.set_nodelay(true).expect("a socket takes options");
        stream.set_write_timeout(Some(PATIENCE)).expect("a socket takes timers");
        Self { stream: Some(Stream::Plain(stream)) }
    }

    fn stream(&mut self) -> &mut Stream {
        self.stream.as_mut().expect("the connection is open")
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.try_raw(bytes).expect("the client listens");
    }

    pub(super) fn try_raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self.stream() {
            Stream::Plain(stream) => stream.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
        }
    }

    /// Sends lines.
    pub(super) fn say(&mut self, lines: &str) {
        for line in lines.lines() {
            self.raw(format!("{line}\r\n").as_bytes());
        }
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.stream() {
            Stream::Plain(stream) => stream.read(buffer),
            Stream::Tls(tls) => tls.read(buffer),
        }
    }

    /// The next command; empty if the client has gone.
    pub(super) fn line(&mut self) -> String {
        let mut line = Vec::new();
        let mut byte = [0];
        while let Ok(1) = self.read(&mut byte) {
            match byte[0] {
                b'\n' => break,
                b'\r' => {}
                other => line.push(char::from(other)),
            }
        }
        line.into_iter().collect()
    }

    /// Expects a command and answers it.
    pub(super) fn answer(&mut self, command: &str, reply: &str) {
        assert_eq!(self.line(), command);
        self.say(reply);
    }

    /// Expects that the client has gone, in whatever way.
    pub(super) fn expect_gone(&mut self) {
        assert_eq!(self.line(), "");
    }

    /// Makes this a TLS connection.
    pub(super) fn secure(&mut self, config: &Arc<ServerConfig>) {
        self.try_secure(config).expect("the client shakes hands");
    }

    pub(super) fn try_secure(&mut self, config: &Arc<ServerConfig>) -> std::io::Result<()> {
        let Some(Stream::Plain(stream)) = self.stream.take() else { panic!("it is in the clear so far") };
        let mut connection = ServerConnection::new(config.clone()).expect("the configuration is good");
        let mut stream = stream;
        while connection.is_handshaking() {
            connection.complete_io(&mut stream)?;
        }
        self.stream = Some(Stream::Tls(Box::new(StreamOwned::new(connection, stream))));
        Ok(())
    }

    /// True if this TLS connection took up an earlier session.
    pub(super) fn is_resumed(&mut self) -> bool {
        match self.stream() {
            Stream::Plain(_) => false,
            Stream::Tls(tls) => tls.conn.handshake_kind() == Some(rustls::HandshakeKind::Resumed),
        }
    }

    /// The version of TLS.
    pub(super) fn protocol(&mut self) -> rustls::ProtocolVersion {
        match self.stream() {
            Stream::Plain(_) => panic!("it is in the clear"),
            Stream::Tls(tls) => tls.conn.protocol_version().expect("the handshake is over"),
        }
    }

    /// Closes the connection at once.
    pub(super) fn hang_up(&mut self) {
        self.stream = None;
    }

    /// Logs `anonymous` in behind the greeting.
    pub(super) fn log_in(&mut self) {
        self.say("220 ready");
        self.take_user();
    }

    /// Logs `anonymous` in without a greeting.
    pub(super) fn take_user(&mut self) {
        self.answer("USER anonymous", "331 Send email address as password please.");
        self.answer("PASS me@example.com", "230 'ANONYMOUS' logged on. Working directory is /.");
    }

    /// Expects PORT and connects there.
    pub(super) fn port(&mut self) -> Peer {
        let line = self.line();
        let numbers: Vec<u16> =
            line.strip_prefix("PORT ").expect(&line).split(',').map(|n| n.parse().expect(n)).collect();
        self.say("200 Port request OK.");
        Peer::new(TcpStream::connect(("127.0.0.1", numbers[4] * 256 + numbers[5])).expect("the client listens"))
    }

    /// Expects PASV, answers with `address` (four numbers) and a port, and gives the listener.
    pub(super) fn pasv(&mut self, address: &str) -> TcpListener {
        assert_eq!(self.line(), "PASV");
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
        let port = listener.local_addr().expect("it is bound").port();
        self.say(&format!("227 Entering Passive Mode ({address},{},{})", port / 256, port % 256));
        listener
    }

    /// All that comes until the end; the error is "no clean end".
    pub(super) fn read_all(&mut self) -> (Vec<u8>, std::io::Result<()>) {
        let (mut all, mut buffer) = (Vec::new(), vec![0; 65_536]);
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return (all, Ok(())),
                Ok(count) => all.extend_from_slice(&buffer[..count]),
                Err(error) => return (all, Err(error)),
            }
        }
    }

    /// Closes in good order.
    pub(super) fn close(mut self) {
        self.say_end();
    }

    /// Sends the end mark of TLS.
    pub(super) fn say_end(&mut self) {
        if let Some(Stream::Tls(tls)) = &mut self.stream {
            tls.conn.send_close_notify();
            tls.flush().expect("the client listens");
        }
    }

    /// Closes without the end mark of TLS.
    pub(super) fn cut(self) {
        if let Some(stream) = &self.stream {
            stream.socket().shutdown(std::net::Shutdown::Both).expect("the client was there");
        }
    }
}

/// A certificate authority and a server certificate of it.
pub(super) struct Pki {
    pub(super) authority: Vec<u8>,
    pub(super) leaf: Vec<u8>,
    pub(super) server: Arc<ServerConfig>,
}

/// What a server with these names presents, valid today.
pub(super) fn pki(names: &[&str]) -> Pki {
    pki_of(&CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).expect("good names"))
}

/// What a server with these parameters presents.
pub(super) fn pki_of(leaf: &CertificateParams) -> Pki {
    let mut authority = CertificateParams::new([]).expect("no names");
    let key_id = KeyPair::generate().expect("ring makes keys").public_key_raw().to_vec();
    let unique: String = key_id.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    authority.distinguished_name.push(DnType::CommonName, format!("CA {unique}"));
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("ring makes keys");
    let authority_certificate = authority.self_signed(&authority_key).expect("it signs itself");
    let key = KeyPair::generate().expect("ring makes keys");
    let certificate = leaf.signed_by(&key, &Issuer::new(authority, authority_key)).expect("the authority signs");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has TLS")
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate.der().to_vec())], key)
        .expect("the key belongs to the certificate");
    Pki { authority: authority_certificate.der().to_vec(), leaf: certificate.der().to_vec(), server: Arc::new(server) }
}

/// The certificates that most tests use, made once.
pub(super) static PKI: LazyLock<Pki> = LazyLock::new(|| pki(&["ftp.example.com", "192.109.81.7"]));
