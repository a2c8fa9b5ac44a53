//! Ctrl-C, and several processes on one system.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use crate::common::{TestSystem, samples, zjob};
use crate::server_support::{MemoryStore, TestServer};
use zjob::dataset::enqueue::{Enqueues, Use};
use zjob::dataset::{Attributes, Recfm};
use zjob::job::initiator::JobEnd;

use super::{ECUREP, IN_CLEAR, SECURE, records, sender, sending};

#[test]
fn ctrl_c_ends_the_step_that_works_with_s222_and_nothing_runs_after_it() {
    for (work, results) in [
        ("PACK", ["0000", "*S222", "FLUSH", "FLUSH"]),
        ("CSDFILEN", ["0000", "0000", "*S222", "FLUSH"]),
        ("12345.123.724.DUMP.TRS.EFZ", ["0000", "0000", "0000", "*S222"]),
    ] {
        let mut system = TestSystem::of_samples();
        system.cancel_at = Some(work);
        let ran = system.run_sample("upload.jcl");
        assert_eq!(*ran.end(), JobEnd::Abend("S222".to_owned()), "{}", ran.listing());
        assert_eq!(["DELETE", "TERSE", "DFSMSENC", "FTP"].map(|step| ran.step(step)), results);
        ran.assert_says(&[" - ABEND=S222 U0000 REASON=00000000", "  $HASP395 XXXXX    ENDED - ABEND=S222\n"]);
        assert!(system.exists("YOUR.TERSED.DATASET"), "CATLG counts after an abend too");
        assert!(!ran.says("EZA1735I") && system.inbox().is_empty());
        system.assert_clean();
        system.cancel_at = None;
        system.cancel = zjob::program::Cancel::default();
        assert_eq!(*system.run_sample("upload.jcl").end(), JobEnd::Code(0), "the next run finds everything in order");
    }
}

#[test]
fn ctrl_c_between_two_steps_cancels_the_job() {
    let system = TestSystem::new();
    system.cancel.request();
    let ran = system.run("//BETWEEN JOB CLASS=A\n//S1      EXEC PGM=IEFBR14\n//S2      EXEC PGM=IEFBR14,COND=EVEN\n");
    assert_eq!(*ran.end(), JobEnd::Abend("S222".to_owned()));
    assert_eq!((ran.step("S1"), ran.step("S2")), ("FLUSH", "FLUSH"));
    ran.assert_says(&["  $HASP395 BETWEEN  ENDED - ABEND=S222\n"]);
    system.assert_clean();
}

#[test]
fn ctrl_c_while_the_server_has_the_data_delivers_nothing() {
    for ftp_data in [&IN_CLEAR[..], &SECURE] {
        for records_sent in [1, 20_000] {
            let store = Arc::new(MemoryStore::with_gate());
            let server = TestServer::with_store(Arc::clone(&store), |_| {});
            let system = sender(&server, ftp_data);
            system.put("MY.DATA", Attributes::with_system_block_size(Recfm::FB, 1024), &records(1024, records_sent));
            let cancel = system.cancel.clone();
            let user = std::thread::spawn(move || {
                store.wait_until_writing();
                cancel.request();
            });
            let ran = system.run(&sending("(EXIT", ECUREP));
            user.join().expect("Ctrl-C was pressed");
            server.store.open_gate();
            assert_eq!((ran.step("FTP"), ran.step("AFTER")), ("*S222", "FLUSH"));
            assert_eq!(*ran.end(), JobEnd::Abend("S222".to_owned()));
            assert!(!ran.says("EZA1617I") && !ran.says("EZA1735I"));
            server.store.first_given_up();
            server.store.wait_until_swept();
            assert_eq!(server.store.delivered(), []);
            assert!(system.exists("MY.DATA"));
            system.assert_clean();
        }
    }
}

/// The deck and `zjob.toml` of a job that sends to `server`, in a directory of their own.
fn on_disk(server: &TestServer, deck: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("job.jcl"), deck).expect("written");
    let hosts = format!("[hosts]\n\"{ECUREP}\" = \"{}\"\n", server.addr);
    fs::write(directory.path().join("zjob.toml"), hosts).expect("written");
    directory
}

/// Ends a process as Ctrl-C does.
#[cfg(unix)]
fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

fn text_of(stream: Option<impl Read>) -> String {
    let mut text = String::new();
    stream.expect("piped").read_to_string(&mut text).expect("text");
    text
}

#[cfg(unix)]
#[test]
fn ctrl_c_at_the_terminal_ends_with_130_and_the_log_of_the_step() {
    let server = TestServer::with_store(Arc::new(MemoryStore::with_gate()), |_| {});
    let system = sender(&server, &SECURE);
    let directory = on_disk(&server, &sending("(EXIT", ECUREP));
    let mut command = zjob(system.home());
    command.arg("run").arg(directory.path().join("job.jcl")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    server.store.wait_until_writing();
    interrupt(&child);
    let status = child.wait().expect("it ends");
    server.store.open_gate();
    let listing = text_of(child.stdout.take());
    assert_eq!(status.code(), Some(130), "{listing}");
    assert!(listing.contains(" IEF472I SEND FTP - COMPLETION CODE - SYSTEM=222 USER=0000 REASON=00000000\n"));
    assert!(listing.contains(" IEF272I SEND AFTER - STEP WAS NOT EXECUTED.\n"));
    assert!(text_of(child.stderr.take()).contains("JOB00001 SEND ended: ABEND S222"));
    server.store.wait_until_swept();
    assert_eq!(server.store.delivered(), []);
    system.assert_clean();
}

#[test]
fn two_processes_found_one_system_and_both_jobs_end_well() {
    let directory = samples();
    let home = directory.path().join("home");
    let start = || {
        let mut command = zjob(&home);
        command.arg("run").arg(directory.path().join("upload.jcl")).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it runs")
    };
    let children = [start(), start()];
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words}{}", String::from_utf8_lossy(&output.stdout));
    }
    let system = TestSystem::at(&home);
    let paths: Vec<String> = system.inbox().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/toibm/mvs/12345.123.724.DUMP.TRS.EFZ"; 2]);
    system.assert_clean();
}

/// Starts a job that uses `MY.DATA` alone, and returns it once it has said that it waits.
fn waiting(home: &Path, deck: &Path) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut command = zjob(home);
    command.arg("run").arg(deck).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut words = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    words.read_line(&mut line).expect("text");
    assert_eq!(line, "zjob: job WAITS waits for data set MY.DATA, which another job uses\n");
    (child, words)
}

const WAITS: &str = "//WAITS   JOB CLASS=A\n//S1      EXEC PGM=IEFBR14\n//A       DD DSN=MY.DATA,DISP=OLD\n";

#[test]
fn a_job_waits_for_a_data_set_that_another_process_uses_and_says_so() {
    let system = TestSystem::new().text("MY.DATA", &["X"]);
    let deck = system.home().join("waits.jcl");
    fs::write(&deck, WAITS).expect("written");
    let mut other = Enqueues::new(&system.home().join("locks"));
    assert!(other.try_get("MY.DATA", Use::Shared).expect("asked"));
    let (mut child, mut words) = waiting(system.home(), &deck);
    assert!(child.try_wait().expect("asked").is_none(), "it waits");
    drop(other);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let mut rest = String::new();
    words.read_to_string(&mut rest).expect("text");
    assert!(rest.contains("JOB00001 WAITS ended: CC 0000"), "{rest}");
    system.assert_clean();
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_wait_for_a_data_set() {
    let system = TestSystem::new().text("MY.DATA", &["X"]);
    let deck = system.home().join("waits.jcl");
    fs::write(&deck, WAITS).expect("written");
    let mut other = Enqueues::new(&system.home().join("locks"));
    assert!(other.try_get("MY.DATA", Use::Exclusive).expect("asked"));
    let (mut child, _words) = waiting(system.home(), &deck);
    interrupt(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let listing = text_of(child.stdout.take());
    let told = " ZJB106E WAITS - DATA SET MY.DATA IS IN USE BY ANOTHER JOB AND THE WAIT WAS CANCELLED\n";
    assert!(listing.contains(told), "{listing}");
    assert!(listing.contains(" IEF272I WAITS S1 - STEP WAS NOT EXECUTED.\n"), "{listing}");
    drop(other);
    assert!(system.exists("MY.DATA"));
    system.assert_clean();
}

/// If it held one while it waits for another, it could wait for a job that waits for it.
#[test]
fn who_waits_to_load_a_data_set_holds_no_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let home = directory.path().join("home");
    let deck = directory.path().join("waits.jcl");
    let mut settings = String::new();
    for name in ["MY.FIRST", "MY.SECOND"] {
        settings.extend(["[[dataset]]\nname = '", name, "'\nfile = '", name, "'\n"]);
        fs::write(directory.path().join(name), "X\n").expect("written");
    }
    fs::write(directory.path().join("zjob.toml"), settings).expect("written");
    fs::write(&deck, "//WAITS   JOB CLASS=A\n//S1      EXEC PGM=IEFBR14\n").expect("written");
    fs::create_dir_all(home.join("locks")).expect("made");
    let mut other = Enqueues::new(&home.join("locks"));
    assert!(other.try_get("MY.SECOND", Use::Exclusive).expect("asked"));
    let mut command = zjob(&home);
    command.arg("run").arg(&deck).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("piped")).read_line(&mut line).expect("text");
    assert!(line.starts_with("zjob: data set MY.SECOND has to be loaded from "), "{line}");
    assert!(other.try_get("MY.FIRST", Use::Exclusive).expect("asked"), "it is loaded and free");
    drop(other);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    TestSystem::at(&home).assert_clean();
}
