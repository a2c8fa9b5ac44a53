//! Uploads to the embedded server by clients that nobody here wrote: suppaftp, curl, lftp.
//!
//! A client that is not installed is reported as ignored.

mod server_support;
mod support;

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Trial};
use server_support::{HOST, PATIENCE, TestServer, authority, client_config};
use suppaftp::types::FileType;
use suppaftp::{FtpStream, ImplFtpStream, Mode, RustlsConnector, RustlsFtpStream, TlsStream};
use support::random_bytes;
use tempfile::{NamedTempFile, TempDir};
use zjob::server::Incomplete;

/// The name that everything is uploaded under.
const NAME: &str = "12345.123.724.DUMP.TRS";

/// Lengths of an upload: empty, the smallest, and some buffers.
const LENGTHS: [usize; 3] = [0, 1, 1 << 20];

/// How often the long upload is repeated under TLS, where a careless end loses data now and then.
const REPEATED: usize = 10;

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for mode in [Mode::Passive, Mode::Active] {
        trials.push(own(format!("suppaftp_uploads_in_clear_{mode:?}"), move || suppaftp_clear(mode)));
        trials.push(own(format!("suppaftp_uploads_under_tls_{mode:?}"), move || suppaftp_tls(mode)));
    }
    trials.push(own("suppaftp_uploads_five_times_in_a_session".to_owned(), suppaftp_repeats));
    for (name, options) in CURL {
        trials.push(peer("curl", name, move |server, file| curl(server, file, options)));
    }
    for (name, settings) in LFTP {
        trials.push(peer("lftp", name, move |server, file| lftp(server, file, settings)));
    }
    trials.push(installed("curl", "curl_lists_the_root_right_after_the_logon", curl_lists));
    trials.push(installed("curl", "curl_cannot_upload_to_toibm_itself", curl_is_refused));
    trials.push(installed("curl", "curl_killed_while_it_uploads", curl_is_killed));
    trials
}

/// A case with a client that is built in.
fn own(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// A case with an outside program; ignored where that is not installed.
fn installed(program: &'static str, name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::ignorable_test(name, move || {
        if Command::new(program).arg("--version").output().is_err() {
            return Ok(Completion::ignored_with(format!("{program} is not installed")));
        }
        test();
        Ok(Completion::Completed)
    })
}

/// Names of cases and what they set.
const CURL: [(&str, &[&str]); 5] = [
    ("curl_uploads_in_clear_passive", &[]),
    ("curl_uploads_in_clear_with_pasv", &["--disable-epsv"]),
    ("curl_uploads_in_clear_active", &["--ftp-port", "-"]),
    ("curl_uploads_under_tls_1_2_passive", &["--ssl-reqd", "--tls-max", "1.2"]),
    ("curl_uploads_under_tls_1_3_passive", &["--ssl-reqd", "--tlsv1.3"]),
];

const LFTP: [(&str, &str); 4] = [
    ("lftp_uploads_in_clear_passive", "set ftp:ssl-allow false"),
    ("lftp_uploads_in_clear_active", "set ftp:ssl-allow false; set ftp:passive-mode off"),
    ("lftp_uploads_under_tls_passive", "set ftp:ssl-force true; set ftp:ssl-protect-data true"),
    (
        "lftp_uploads_under_tls_active",
        "set ftp:ssl-force true; set ftp:ssl-protect-data true; set ftp:passive-mode off",
    ),
];

/// A case with an outside program that uploads one file to `/toibm/mvs`.
fn peer(program: &'static str, name: &str, upload: impl Fn(&TestServer, &Path) -> Command + Send + 'static) -> Trial {
    let private = name.contains("tls");
    installed(program, name, move || {
        each_length(private, |server, content| {
            let mut file = NamedTempFile::new().expect("a temporary file");
            file.write_all(content).expect("written");
            succeeded(&upload(server, file.path()).output().expect("the program runs"));
        });
    })
}

/// Uploads every length to a server of its own and compares what was delivered.
fn each_length(private: bool, upload: impl Fn(&TestServer, &[u8])) {
    let repeated = if private { REPEATED } else { 1 };
    let long = std::iter::repeat_n(LENGTHS[2], repeated - 1);
    let server = TestServer::start();
    let contents: Vec<Vec<u8>> = LENGTHS.into_iter().chain(long).map(random_bytes).collect();
    for content in &contents {
        upload(&server, content);
    }
    let delivered = server.store.delivered();
    assert_eq!(delivered.len(), contents.len());
    for ((path, bytes), content) in delivered.iter().zip(&contents) {
        assert_eq!(path, &format!("/toibm/mvs/{NAME}"));
        assert!(bytes == content, "{} of {} bytes arrived", bytes.len(), content.len());
    }
    assert!(server.store.uploads().iter().all(|upload| upload.private == private));
    server.stop();
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
}

fn suppaftp_clear(mode: Mode) {
    each_length(false, |server, content| {
        let client = FtpStream::connect(server.addr).expect("connected");
        suppaftp_upload(client, mode, content);
    });
}

fn suppaftp_tls(mode: Mode) {
    each_length(true, |server, content| suppaftp_upload(suppaftp_secured(server), mode, content));
}

fn suppaftp_secured(server: &TestServer) -> RustlsFtpStream {
    let client = RustlsFtpStream::connect(server.addr).expect("connected");
    client.into_secure(RustlsConnector::from(Arc::new(client_config())), HOST).expect("under TLS")
}

fn suppaftp_upload<T: TlsStream>(client: ImplFtpStream<T>, mode: Mode, content: &[u8]) {
    let mut client = match mode {
        Mode::Active => client.active_mode(PATIENCE),
        _ => client,
    };
    client.login("anonymous", "me@example.com").expect("logged on");
    client.transfer_type(FileType::Binary).expect("TYPE I");
    client.cwd("toibm").expect("first level");
    client.cwd("mvs").expect("second level");
    let sent = client.put_file(NAME, &mut Cursor::new(content)).expect("uploaded");
    assert_eq!(sent, content.len() as u64);
    client.quit().expect("good-bye");
}

/// Its one TLS configuration offers the control connection's session to each data connection.
fn suppaftp_repeats() {
    let server = TestServer::start();
    let mut client = suppaftp_secured(&server);
    client.login("anonymous", "me@example.com").expect("logged on");
    client.transfer_type(FileType::Binary).expect("TYPE I");
    for _ in 0..5 {
        client.put_file(format!("/toibm/mvs/{NAME}"), &mut Cursor::new([7; 1000])).expect("uploaded");
    }
    assert_eq!(server.store.delivered().len(), 5);
}

fn curl(server: &TestServer, file: &Path, options: &[&str]) -> Command {
    let mut command = Command::new("curl");
    command.args(["-sS", "--max-time", "30", "--user", "anonymous:me@example.com"]).args(options);
    command.arg("--cacert").arg(root_file());
    command.arg("--resolve").arg(format!("{HOST}:{}:{}", server.addr.port(), server.addr.ip()));
    command.arg("-T").arg(file).arg(format!("ftp://{HOST}:{}/toibm/mvs/{NAME}", server.addr.port()));
    command
}

fn lftp(server: &TestServer, file: &Path, settings: &str) -> Command {
    let addr = server.addr;
    let script = format!(
        "set net:max-retries 1; set net:timeout 20; set cmd:fail-exit true; set ssl:ca-file {}; {settings}; \
         open -u anonymous,me@example.com ftp://{addr}; cd toibm/mvs; put {} -o {NAME}; bye",
        root_file().display(),
        file.display()
    );
    let mut command = Command::new("lftp");
    command.args(["--norc", "-c", &script]);
    command
}

/// The certificate of the authority in a file that lives as long as the program.
fn root_file() -> std::path::PathBuf {
    static FOLDER: std::sync::OnceLock<TempDir> = std::sync::OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("root.pem"), &authority().root_pem).expect("written");
        folder
    });
    folder.path().join("root.pem")
}

fn curl_lists() {
    let server = TestServer::start();
    let output = Command::new("curl").args(["-sS", &format!("ftp://{}/", server.addr)]).output().expect("it runs");
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    succeeded(&output);
    assert!(listing.contains(" toibm") && listing.contains(" fromibm"), "{listing}");
}

fn curl_is_refused() {
    let server = TestServer::start();
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(b"x").expect("written");
    let target = format!("ftp://{}/toibm/x", server.addr);
    let output = Command::new("curl").args(["-sS", "-T"]).arg(file.path()).arg(target).output().expect("it runs");
    assert_eq!(output.status.code(), Some(25), "curl: upload refused");
    assert_eq!(server.store.delivered(), []);
}

fn curl_is_killed() {
    let server = TestServer::start();
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(&random_bytes(LENGTHS[2])).expect("written");
    let mut running = curl(&server, file.path(), &["--limit-rate", "100K"]).spawn().expect("it runs");
    server.store.wait_until_begun();
    running.kill().expect("killed");
    running.wait().expect("gone");
    assert_eq!(server.store.first_given_up(), Incomplete::ConnectionLost);
    server.store.wait_until_swept();
    assert_eq!(server.store.delivered(), []);
}
