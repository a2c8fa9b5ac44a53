//! A server for a test: its own address, its own certificates, a store in memory, a frozen clock.

#![allow(dead_code, reason = "each test program uses its part")]

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use jiff::civil::date;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use zjob::server::{
    Event, Identity, Incomplete, RunningServer, ServerConfig, Staged, Store, StoreError, Upload, start,
};
use zjob::world::Settings;

/// The name in the server's certificate.
pub(crate) const HOST: &str = "ftp.ecurep.ibm.com";

/// How long a test waits for something that has to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A server that runs, with everything that a test looks at.
pub(crate) struct TestServer {
    pub(crate) addr: SocketAddr,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
    running: Option<RunningServer>,
}

impl TestServer {
    /// A server with TLS and otherwise default settings.
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// A server whose settings `change` has changed.
    pub(crate) fn with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::with_store(Arc::default(), change)
    }

    pub(crate) fn with_store(store: Arc<MemoryStore>, change: impl FnOnce(&mut ServerConfig)) -> Self {
        let events = Arc::new(Mutex::new(Vec::new()));
        let mut config = ServerConfig::new(SocketAddr::new(own_address(), 0)).expect("the default profile");
        config.identity = Some(authority().identity(config.address.ip()));
        config.observer = Arc::clone(&events) as Arc<dyn zjob::server::Observer>;
        config.limits.failed_logon_delay = Duration::ZERO;
        change(&mut config);
        let mut world = Settings::real("IBMUSER");
        world.frozen_clock = Some(date(2005, 6, 22).at(17, 14, 35, 0));
        let running = start(config, Arc::clone(&store) as Arc<dyn Store>, Arc::new(world)).expect("the server starts");
        Self { addr: running.addr(), store, events, running: Some(running) }
    }

    pub(crate) fn stop(mut self) {
        self.running.take().expect("stopped once").stop();
    }
}

/// An address of the loopback network that no other test has: data ports are one range for each address.
fn own_address() -> IpAddr {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    if !cfg!(target_os = "linux") {
        return IpAddr::from([127, 0, 0, 1]);
    }
    let [_, _, high, low] = std::process::id().to_be_bytes();
    IpAddr::from([127, 64 | (high & 0x3F), low, NEXT.fetch_add(1, Ordering::Relaxed)])
}

/// A certificate authority made for this run.
pub(crate) struct Authority {
    pub(crate) root_der: Vec<u8>,
    pub(crate) root_pem: String,
    issuer: Issuer<'static, KeyPair>,
}

pub(crate) fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Test authority");
        let root = params.self_signed(&key).expect("signed");
        Authority { root_der: root.der().to_vec(), root_pem: root.pem(), issuer: Issuer::new(params, key) }
    })
}

impl Authority {
    /// Certificate and key of a server that is known by the host's name and by its address.
    pub(crate) fn identity(&self, address: IpAddr) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![HOST.to_owned(), address.to_string()]).expect("two names");
        let certificate = params.signed_by(&key, &self.issuer).expect("signed");
        Identity { chain: vec![certificate.der().to_vec()], key: key.serialize_der().into() }
    }
}

/// A client that trusts the authority, with every version of TLS.
pub(crate) fn client_config() -> rustls::ClientConfig {
    client_config_with(rustls::ALL_VERSIONS)
}

/// A client that trusts the authority, with one version of TLS.
pub(crate) fn client_config_of(version: &'static rustls::SupportedProtocolVersion) -> rustls::ClientConfig {
    client_config_with(&[version])
}

fn client_config_with(versions: &[&'static rustls::SupportedProtocolVersion]) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority().root_der.clone().into()).expect("the root is one");
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("ring has them")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Keeps uploads in memory.
#[derive(Default)]
pub(crate) struct MemoryStore {
    shared: Arc<Shared>,
    room: Option<usize>,
}

#[derive(Default)]
struct Shared {
    kept: Mutex<Kept>,
    changed: Condvar,
}

#[derive(Default)]
struct Kept {
    delivered: Vec<(Upload, Vec<u8>)>,
    given_up: Vec<(Upload, Incomplete)>,
    staged: usize,
    /// Nothing is taken until the gate opens.
    gate: bool,
    waiting: usize,
}

impl MemoryStore {
    /// A store that is full after so many bytes of one upload.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self { room: Some(bytes), ..Self::default() }
    }

    /// A store that takes no byte until its gate opens.
    pub(crate) fn with_gate() -> Self {
        let store = Self::default();
        store.shared.change(|kept| kept.gate = true);
        store
    }

    /// Lets the bytes in.
    pub(crate) fn open_gate(&self) {
        self.shared.change(|kept| kept.gate = false);
    }

    /// Waits until bytes of an upload stand before the gate.
    pub(crate) fn wait_until_writing(&self) {
        self.shared.wait_until(|kept| kept.waiting > 0);
    }

    /// Path and content of everything delivered.
    pub(crate) fn delivered(&self) -> Vec<(String, Vec<u8>)> {
        let path = |upload: &Upload| format!("/toibm/{}/{}", upload.directory, upload.name);
        self.shared.lock().delivered.iter().map(|(upload, bytes)| (path(upload), bytes.clone())).collect()
    }

    /// The facts of everything delivered.
    pub(crate) fn uploads(&self) -> Vec<Upload> {
        self.shared.lock().delivered.iter().map(|(upload, _)| upload.clone()).collect()
    }

    /// Waits until an upload was given up and tells why.
    pub(crate) fn first_given_up(&self) -> Incomplete {
        self.shared.wait_until(|kept| !kept.given_up.is_empty());
        self.shared.lock().given_up[0].1
    }

    /// Waits until nothing is in the staging area.
    pub(crate) fn wait_until_swept(&self) {
        self.shared.wait_until(|kept| kept.staged == 0);
    }

    /// Waits until an upload has begun.
    pub(crate) fn wait_until_begun(&self) {
        self.shared.wait_until(|kept| kept.staged > 0);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("not poisoned")
    }

    fn wait_until(&self, done: impl Fn(&Kept) -> bool) {
        let waited = self.changed.wait_timeout_while(self.lock(), PATIENCE, |kept| !done(kept));
        assert!(!waited.expect("not poisoned").1.timed_out(), "what was waited for did not happen");
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

impl Store for MemoryStore {
    fn begin(&self, upload: &Upload) -> Result<Box<dyn Staged>, StoreError> {
        self.shared.change(|kept| kept.staged += 1);
        let shared = Arc::clone(&self.shared);
        Ok(Box::new(Pile { shared, upload: upload.clone(), bytes: Vec::new(), room: self.room, synced: false }))
    }
}

struct Pile {
    shared: Arc<Shared>,
    upload: Upload,
    bytes: Vec<u8>,
    room: Option<usize>,
    synced: bool,
}

impl Staged for Pile {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.shared.change(|kept| kept.waiting += 1);
        self.shared.wait_until(|kept| !kept.gate);
        if self.room.is_some_and(|room| self.bytes.len() + bytes.len() > room) {
            return Err(StoreError::Full);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.synced = true;
        Ok(())
    }

    fn commit(mut self: Box<Self>, bytes: u64) -> Result<(), StoreError> {
        assert!(self.synced && self.bytes.len() as u64 == bytes, "delivered only what is on the disk and counted");
        let content = std::mem::take(&mut self.bytes);
        self.shared.change(|kept| kept.delivered.push((self.upload.clone(), content)));
        Ok(())
    }

    fn abandon(self: Box<Self>, _bytes: u64, why: Incomplete) {
        self.shared.change(|kept| kept.given_up.push((self.upload.clone(), why)));
    }
}

impl Drop for Pile {
    fn drop(&mut self) {
        self.shared.change(|kept| kept.staged -= 1);
    }
}

/// A client made by hand: lines out, answers in.
pub(crate) struct RawClient {
    stream: BufReader<TcpStream>,
}

impl RawClient {
    pub(crate) fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_nodelay(true).expect("no delay");
        let mut client = Self { stream: BufReader::new(stream) };
        assert!(client.answer().starts_with("220"), "greeted");
        client
    }

    pub(crate) fn logged_on(addr: SocketAddr) -> Self {
        let mut client = Self::connect(addr);
        assert_eq!(code(&client.ask("USER anonymous")), "331");
        assert_eq!(code(&client.ask("PASS me@example.com")), "230");
        client
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        self.stream.get_ref()
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).expect("the server takes it");
    }

    /// Sends a line and returns the whole answer.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes());
        self.answer()
    }

    /// The next answer, all its lines; empty at the end of the connection.
    pub(crate) fn answer(&mut self) -> String {
        let mut answer = String::new();
        loop {
            let line = self.line();
            let ends = line.is_empty() || (is_last(&line) && line.get(..3) == answer.get(..3).or(line.get(..3)));
            answer += &line;
            if ends {
                return answer;
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line) {
            Ok(_) => line.into_iter().map(char::from).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => String::new(),
            Err(error) => panic!("no answer: {error}"),
        }
    }

    /// True if the server ends the connection now.
    pub(crate) fn is_ended(&mut self) -> bool {
        self.answer().is_empty()
    }

    /// Opens a data connection to the port that the server offers.
    pub(crate) fn data_connection(&mut self) -> TcpStream {
        let answer = self.ask("EPSV");
        let port = answer.split('|').nth(3).and_then(|port| port.parse().ok());
        let mut addr = self.stream().peer_addr().expect("connected");
        addr.set_port(port.unwrap_or_else(|| panic!("no port in {answer}")));
        let stream = TcpStream::connect(addr).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream
    }

    /// Goes over to TLS and hands out the pieces.
    pub(crate) fn secured(mut self) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
        assert_eq!(code(&self.ask("AUTH TLS")), "234");
        tunnel(self.stream.into_inner(), Arc::new(client_config()))
    }
}

/// TLS on `stream`, with the server's name.
pub(crate) fn tunnel(
    stream: TcpStream,
    config: Arc<rustls::ClientConfig>,
) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    let name = HOST.try_into().expect("a host name");
    rustls::StreamOwned::new(rustls::ClientConnection::new(config, name).expect("a client"), stream)
}

fn is_last(line: &str) -> bool {
    line.as_bytes().get(3) == Some(&b' ') && line.bytes().take(3).all(|byte| byte.is_ascii_digit())
}

/// The code of an answer.
pub(crate) fn code(answer: &str) -> &str {
    answer.get(..3).unwrap_or_default()
}
