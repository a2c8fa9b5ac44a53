//! Uploads of the FTP step to servers that nobody here wrote: vsftpd and ProFTPD, in the clear and under TLS
//! (where both insist that data connections resume the session of the control connection), active and passive.
//!
//! A server that `.ci/peers` has not unpacked is reported as ignored.

mod common;

use std::fs;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use common::support::random_bytes;
use common::{TestSystem, root};
use libtest_mimic::{Arguments, Completion, Trial};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use zjob::dataset::Recfm;
use zjob::job::initiator::JobEnd;

/// The name of the server in decks and certificates.
const HOST: &str = "ftp.example.com";
/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);
/// Logon at ProFTPD, and the password as its file of users keeps it.
const USER: (&str, &str) = ("zuser", "zpass");
const PASSWORD_HASH: &str =
    "$6$zjobzjob$90neCbmOXLgcog2OiN5OiYtbmawQExDPMWXgZguDDbLlcHw9xyfKy5ARY3L5Q859KZG7g2DBZ57fHFe5Uj/Wt0";

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for peer in [Peer::Vsftpd, Peer::Proftpd] {
        for private in [false, true] {
            for passive in [false, true] {
                let how = if private { "under_tls" } else { "in_clear" };
                let mode = if passive { "passive" } else { "active" };
                let name = format!("{}_takes_an_upload_{how}_{mode}", peer.program());
                trials.push(Trial::ignorable_test(name, move || {
                    if !peer.path().is_file() {
                        return Ok(Completion::ignored_with(format!("{} is not there", peer.path().display())));
                    }
                    upload(peer, private, passive);
                    Ok(Completion::Completed)
                }));
            }
        }
    }
    trials
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Peer {
    Vsftpd,
    Proftpd,
}

fn unpacked() -> PathBuf {
    root().join("target/peers/usr")
}

impl Peer {
    fn program(self) -> &'static str {
        match self {
            Self::Vsftpd => "vsftpd",
            Self::Proftpd => "proftpd",
        }
    }

    fn path(self) -> PathBuf {
        unpacked().join("sbin").join(self.program())
    }

    /// User and password for the script.
    fn logon(self) -> (&'static str, &'static str) {
        match self {
            Self::Vsftpd => ("anonymous", "me@example.com"),
            Self::Proftpd => USER,
        }
    }

    fn configuration(self, place: &Place) -> String {
        match self {
            Self::Vsftpd => vsftpd(place),
            Self::Proftpd => proftpd(place),
        }
    }
}

/// Where a server lives.
struct Place {
    directory: TempDir,
    address: SocketAddr,
    user: String,
    private: bool,
}

impl Place {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn shown(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }
}

/// It runs as whoever starts it, without PAM and chroot; only anonymous logons work that way.
fn vsftpd(place: &Place) -> String {
    let Place { address, user, .. } = place;
    let tls = if place.private {
        format!(
            "ssl_enable=YES\nallow_anon_ssl=YES\nforce_anon_logins_ssl=YES\nforce_anon_data_ssl=YES\nssl_tlsv1=YES\n\
             rsa_cert_file={}\nrsa_private_key_file={}\nssl_ciphers=HIGH\n",
            place.shown("chain.pem"),
            place.shown("key.pem")
        )
    } else {
        "ssl_enable=NO\n".to_owned()
    };
    format!(
        "background=NO\nlisten=YES\nlisten_address={}\nlisten_port={}\nrun_as_launching_user=YES\nftp_username={user}\n\
         nopriv_user={user}\nanonymous_enable=YES\nlocal_enable=NO\nanon_root={}\nwrite_enable=YES\n\
         anon_upload_enable=YES\nallow_writeable_chroot=YES\nsecure_chroot_dir={}\npasv_address={}\nxferlog_enable=NO\n\
         seccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\n{tls}",
        address.ip(),
        address.port(),
        place.shown("data"),
        place.shown("empty"),
        address.ip(),
    )
}

fn proftpd(place: &Place) -> String {
    let Place { address, user, .. } = place;
    let tls = format!(
        "LoadModule mod_tls.c\nTLSEngine on\nTLSRequired on\nTLSProtocol TLSv1.2 TLSv1.3\nTLSLog {}\n\
         TLSECCertificateFile {}\nTLSECCertificateKeyFile {}\n",
        place.shown("tls.log"),
        place.shown("chain.pem"),
        place.shown("key.pem")
    );
    format!(
        "ServerName test\nServerType standalone\nDefaultAddress {}\nSocketBindTight on\nUseIPv6 off\nPort {}\nUser {user}\n\
         Group {}\nRootLogin on\nPidFile {}\nScoreboardFile {}\nDelayEngine off\nUseReverseDNS off\nWtmpLog off\n\
         SystemLog {}\nTransferLog none\nRequireValidShell off\nAuthOrder mod_auth_file.c\nAuthUserFile {}\n\
         AuthFileOptions InsecurePerms\nModulePath {}\n{}",
        address.ip(),
        address.port(),
        said_by("id", "-gn"),
        place.shown("proftpd.pid"),
        place.shown("proftpd.score"),
        place.shown("server.log"),
        place.shown("users"),
        unpacked().join("lib/proftpd").display(),
        if place.private { tls.as_str() } else { "" },
    )
}

/// The first word that a program prints.
fn said_by(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A server that ends with the test.
struct Server {
    child: Child,
    place: Place,
    authority: Vec<u8>,
}

impl Server {
    fn start(peer: Peer, private: bool) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let place = Place { directory, address: free_address(), user: said_by("id", "-un"), private };
        for name in ["data", "empty"] {
            fs::create_dir(place.path(name)).expect("made");
        }
        let authority = certify(&place);
        let (user, group) = (said_by("id", "-u"), said_by("id", "-g"));
        let users = format!("{}:{PASSWORD_HASH}:{user}:{group}::{}:/bin/sh\n", USER.0, place.shown("data"));
        write_private(&place.path("users"), &users);
        write_private(&place.path("configuration"), &peer.configuration(&place));
        let mut command = Command::new(peer.path());
        command.env("LD_LIBRARY_PATH", unpacked().join("lib/x86_64-linux-gnu"));
        if peer == Peer::Proftpd {
            command.args(["-n", "-c"]);
        }
        let words = fs::File::create(place.path("words")).expect("made");
        command.arg(place.path("configuration")).stdin(Stdio::null());
        command.stdout(words.try_clone().expect("a copy")).stderr(words);
        let child = command.spawn().expect("the server runs");
        let mut server = Self { child, place, authority };
        server.wait_until_it_listens();
        server
    }

    /// A server tells nobody when it is ready, so it is asked again and again.
    fn wait_until_it_listens(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect(self.place.address).is_err() {
            let ended = self.child.try_wait().expect("asked");
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "it does not listen: {ended:?} {}", self.words());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whatever the server said and wrote down.
    fn words(&self) -> String {
        let names = ["words", "server.log", "tls.log"];
        names.iter().map(|name| fs::read_to_string(self.place.path(name)).unwrap_or_default()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; the test has failed then anyway.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An address of the loopback network that no other test of this program has, and a port that is free there.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let ip = if cfg!(target_os = "linux") {
        let [_, _, high, low] = std::process::id().to_be_bytes();
        IpAddr::from([127, 64 | (high & 0x3F), low, NEXT.fetch_add(1, Ordering::Relaxed)])
    } else {
        IpAddr::from([127, 0, 0, 1])
    };
    TcpListener::bind((ip, 0)).and_then(|listener| listener.local_addr()).expect("a port")
}

/// Writes certificate and key of the server; returns the authority's certificate, DER, and leaves it as PEM.
fn certify(place: &Place) -> Vec<u8> {
    let ca_key = KeyPair::generate().expect("a key");
    let mut ca = CertificateParams::new(Vec::new()).expect("no names");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "Test authority");
    let certificate = ca.self_signed(&ca_key).expect("signed");
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec![HOST.to_owned()]).expect("a name");
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, &ca_key)).expect("signed");
    write_private(&place.path("chain.pem"), &leaf.pem());
    write_private(&place.path("key.pem"), &key.serialize_pem());
    write_private(&place.path("root.pem"), &certificate.pem());
    certificate.der().to_vec()
}

fn write_private(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("set");
    }
}

/// FTP.DATA as a user would code it. Active sessions take their trust from a ring, passive ones from a file.
fn ftp_data(server: &Server, passive: bool) -> Vec<String> {
    let mut lines = vec![format!("FWFRIENDLY {}", if passive { "TRUE" } else { "FALSE" })];
    if server.place.private {
        let ring = if passive { server.place.shown("root.pem") } else { "PEER.RING".to_owned() };
        lines.extend(["SECURE_MECHANISM TLS", "SECURE_FTP REQUIRED", "SECURE_DATACONN PRIVATE"].map(str::to_owned));
        lines.push(format!("KEYRING {ring}"));
    }
    lines
}

/// Three files in one session, so that every data connection but the first follows another one.
fn upload(peer: Peer, private: bool, passive: bool) {
    let server = Server::start(peer, private);
    let contents = [random_bytes(1024 * 1024), Vec::new(), random_bytes(80)];
    let records = |bytes: &[u8], length: usize| bytes.chunks(length).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let lines: Vec<Vec<u8>> = ftp_data(&server, passive)
        .iter()
        .map(|line| zjob::codepage::CodePage::ibm1047().encode(line).expect("has a place"))
        .collect();
    let system = TestSystem::new()
        .with_host(HOST, &server.place.address.to_string())
        .with_ring("PEER.RING", &server.authority)
        .dataset("MY.FTPDATA", Recfm::VB, 1024, &lines)
        .dataset("MY.LARGE", Recfm::FB, 1024, &records(&contents[0], 1024))
        .dataset("MY.EMPTY", Recfm::FB, 1024, &[])
        .dataset("MY.SMALL", Recfm::FB, 80, &records(&contents[2], 80));
    let (user, password) = peer.logon();
    let ran = system.run(&format!(
        "//PEER    JOB CLASS=A\n//FTP     EXEC PGM=FTP,PARM='(EXIT'\n//SYSFTPD DD DSN=MY.FTPDATA,DISP=SHR\n//OUTPUT  DD SYSOUT=*\n\
         //INPUT   DD *\n{HOST}\n{user}\n{password}\nbin\nput 'MY.LARGE' LARGE.TRS\nput 'MY.EMPTY' EMPTY.TRS\n\
         put 'MY.SMALL' SMALL.TRS\nquit\n"
    ));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{:?}\n{}\n{}", ran.words, ran.listing(), server.words());
    assert_eq!(ran.says("EZA2906I Data connection protection is private"), private);
    assert_eq!((ran.says(">>> PASV"), ran.says(">>> PORT")), (passive, !passive));
    for (name, content) in ["LARGE.TRS", "EMPTY.TRS", "SMALL.TRS"].iter().zip(&contents) {
        let arrived = fs::read(server.place.path("data").join(name)).expect("the file arrived");
        assert!(arrived == *content, "{name}: {} of {} bytes", arrived.len(), content.len());
    }
    system.assert_clean();
}
