//! Bad weather: what the host says, which code a step ends with, what becomes of data sets, and that nothing
//! is left behind. The codes of FTP are those of "FTP return codes": subcommand and last reply, modulo 4096.

#[path = "../common/mod.rs"]
mod common;
mod processes;
#[path = "../server_support/mod.rs"]
mod server_support;
mod space;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use common::support::random_bytes;
use common::{Ran, TestSystem, root};
use server_support::{MemoryStore, TestServer, authority};
use zjob::dataset::Recfm;
use zjob::job::initiator::JobEnd;
use zjob::server::{Fault, Incomplete};

const ECUREP: &str = "ftp.ecurep.ibm.com";
const UPLOAD: &str = "/toibm/mvs/12345.123.724.DUMP.TRS";

/// A job that sends `MY.DATA` and goes on with a step of its own.
fn sending(parm: &str, host: &str) -> String {
    format!(
        "//SEND    JOB CLASS=A\n//FTP     EXEC PGM=FTP,PARM='{parm}'\n//SYSFTPD DD DSN=MY.FTPDATA,DISP=SHR\n\
         //OUTPUT  DD SYSOUT=*\n//INPUT   DD *\n{host}\nanonymous\nme@example.com\nbin\ncd /toibm/mvs\n\
         put 'MY.DATA' 12345.123.724.DUMP.TRS\nquit\n/*\n//AFTER   EXEC PGM=IEFBR14\n"
    )
}

/// FTP.DATA that believes the servers of these tests.
const SECURE: [&str; 4] =
    ["SECURE_MECHANISM TLS", "SECURE_FTP ALLOWED", "SECURE_DATACONN PRIVATE", "KEYRING TESTS.RING"];
const IN_CLEAR: [&str; 1] = ["SECURE_FTP ALLOWED"];

/// A system with `MY.DATA` to send, for which `ftp.ecurep.ibm.com` is `server`.
fn sender(server: &TestServer, ftp_data: &[&str]) -> TestSystem {
    TestSystem::new()
        .with_host(ECUREP, &server.addr.to_string())
        .with_ring("TESTS.RING", &authority().root_der)
        .text("MY.FTPDATA", ftp_data)
        .dataset("MY.DATA", Recfm::FB, 1024, &records(1024, 100))
}

/// Records of noise.
fn records(length: usize, count: usize) -> Vec<Vec<u8>> {
    random_bytes(length * count).chunks(length).map(<[u8]>::to_vec).collect()
}

/// Asserts how a job of `sending` ended: with the step's code and the job's, and the client's own two codes.
fn assert_ftp(ran: &Ran, standard: &str, error: &str, code: u16) {
    ran.assert_says(&[&format!("EZA1735I Std Return Code = {standard}, Error Code = {error}")]);
    assert_eq!(ran.step("FTP"), format!("{code:04}"));
    assert_eq!(*ran.end(), JobEnd::Code(code));
    assert_eq!(ran.step("AFTER"), "0000", "a condition code stops no later step by itself");
    ran.assert_says(&[&format!(" IEF142I SEND FTP - STEP WAS EXECUTED - COND CODE {code:04}\n")]);
    ran.assert_says(&[&format!("  $HASP395 SEND     ENDED - RC={code:04}\n")]);
    assert!(ran.explains(&format!("The step's code {code} is")), "{:?}", ran.words);
}

/// Asserts that a job without EXIT ended with 0 all the same, and that the user is told what was ignored.
fn assert_ignored(ran: &Ran, code_with_exit: u16) {
    assert_eq!((ran.step("FTP"), ran.end()), ("0000", &JobEnd::Code(0)), "{}", ran.listing());
    assert!(!ran.says("EZA1735I"), "no EXIT, no return code in the log");
    assert!(ran.explains(&format!("would have ended there with code {code_with_exit}.")), "{:?}", ran.words);
}

/// Runs the job with and without EXIT against a server with `fault`.
fn with_fault(fault: Fault, ftp_data: &[&str], standard: &str, error: &str, code: u16) -> (Ran, TestServer) {
    let server = TestServer::with(|config| config.faults = vec![fault]);
    let system = sender(&server, ftp_data);
    let ran = system.run(&sending("(EXIT", ECUREP));
    assert_ftp(&ran, standard, error, code);
    assert_ignored(&system.run(&sending("", ECUREP)), code);
    assert!(system.exists("MY.DATA"));
    server.store.wait_until_swept();
    assert_eq!(server.store.delivered(), []);
    system.assert_clean();
    (ran, server)
}

#[test]
fn a_missing_input_fails_in_allocation_and_flushes_what_follows() {
    let mut system = TestSystem::of_samples();
    system.config.fixtures.retain(|fixture| fixture.name.as_str() != "YOUR.INPUT.DATASET");
    let ran = system.run_sample("upload.jcl");
    assert_eq!(*ran.end(), JobEnd::JclError);
    let results = ["DELETE", "TERSE", "DFSMSENC", "FTP"].map(|step| ran.step(step));
    assert_eq!(results, ["0000", "FLUSH", "FLUSH", "FLUSH"]);
    ran.assert_says(&[
        "  IEF453I XXXXX - JOB FAILED - JCL ERROR - TIME=12.00.00\n",
        " IEFA107I XXXXX TERSE INFILE - DATA SET YOUR.INPUT.DATASET NOT FOUND\n",
        " IEF272I XXXXX TERSE - STEP WAS NOT EXECUTED.\n",
        " IEF272I XXXXX DFSMSENC - STEP WAS NOT EXECUTED.\n",
        " IEF272I XXXXX FTP - STEP WAS NOT EXECUTED.\n",
    ]);
    assert!(!system.exists("YOUR.TERSED.DATASET") && !system.exists("YOUR.CRYPTED.DATASET"));
    assert!(system.inbox().is_empty());
    system.assert_clean();
}

#[test]
fn an_output_that_is_there_already_fails_in_allocation_and_stays_as_it_was() {
    let system = TestSystem::of_samples().text("YOUR.CRYPTED.DATASET", &["AS IT WAS"]);
    let deck = fs::read_to_string(root().join("jcl-samples/upload.jcl")).expect("the sample");
    let ran = system.run(&deck.replace(" DELETE YOUR.CRYPTED.DATASET\n", ""));
    assert_eq!(*ran.end(), JobEnd::JclError);
    let results = ["DELETE", "TERSE", "DFSMSENC", "FTP"].map(|step| ran.step(step));
    assert_eq!(results, ["0000", "0000", "FLUSH", "FLUSH"]);
    ran.assert_says(&[
        " IGD17101I DATA SET YOUR.CRYPTED.DATASET\n",
        " NOT DEFINED BECAUSE DUPLICATE NAME EXISTS IN CATALOG\n",
        " RETURN CODE IS 8 REASON CODE IS 38 IGG0CLEH\n",
        " IEF272I XXXXX DFSMSENC - STEP WAS NOT EXECUTED.\n",
    ]);
    assert!(system.exists("YOUR.TERSED.DATASET"), "what an earlier step cataloged stays");
    assert_eq!(system.records("YOUR.CRYPTED.DATASET").expect("still there").len(), 1);
    assert!(system.inbox().is_empty());
    system.assert_clean();
}

#[test]
fn deleting_what_is_not_there_is_8_and_stops_nothing() {
    let deck = |set: &str| {
        format!(
            "//TIDY    JOB CLASS=A\n//DELETE  EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//SYSIN   DD *\n DELETE NO.SUCH.DATASET\n\
             {set}/*\n//AFTER   EXEC PGM=IEFBR14\n//NEW     DD DSN=MY.NEW,DISP=(NEW,CATLG),SPACE=(TRK,1)\n"
        )
    };
    let system = TestSystem::new();
    let ran = system.run(&deck(""));
    assert_eq!((ran.step("DELETE"), ran.step("AFTER"), ran.end()), ("0008", "0000", &JobEnd::Code(8)));
    ran.assert_says(&[
        "IDC3012I ENTRY NO.SUCH.DATASET NOT FOUND\n",
        "IDC3009I ** VSAM CATALOG RETURN CODE IS 8 - REASON CODE IS IGG0CLEG-42\n",
        "IDC0551I ** ENTRY NO.SUCH.DATASET NOT DELETED\n",
        "IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 8\n",
        "IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 8\n",
    ]);
    assert!(system.exists("MY.NEW"));
    let ran = TestSystem::new().run(&deck(" SET MAXCC=0\n"));
    assert_eq!((ran.step("DELETE"), ran.step("AFTER"), ran.end()), ("0000", "0000", &JobEnd::Code(0)));
    ran.assert_says(&[
        "IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 8\n",
        "IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0\n",
    ]);
    system.assert_clean();
}

#[test]
fn a_password_of_7_or_33_characters_is_8_and_ftp_then_finds_a_data_set_without_a_format() {
    for length in [7, 33] {
        let deck = fs::read_to_string(root().join("jcl-samples/upload.jcl")).expect("the sample");
        let password = "x".repeat(length);
        let deck = deck.replace("sample password please change", &password);
        let system = TestSystem::of_samples();
        let ran = system.run(&deck);
        // PUT is subcommand 27; no reply came while it worked: 27000 modulo 4096.
        assert_eq!((ran.step("DFSMSENC"), ran.step("FTP"), ran.end()), ("0008", "2424", &JobEnd::Code(2424)));
        ran.assert_says(&[
            " IEF142I XXXXX DFSMSENC - STEP WAS EXECUTED - COND CODE 0008\n",
            " IGD104I YOUR.CRYPTED.DATASET                         RETAINED,  DDNAME=SYSUT2  \n",
            &format!("ZJB414E A PASSWORD MUST HAVE 8 TO 32 CHARACTERS, THIS ONE HAS {length}\n"),
            "EZA1735I Std Return Code = 27000, Error Code = 00018",
        ]);
        assert!(!ran.says(&password));
        assert_eq!(system.records("YOUR.CRYPTED.DATASET"), Some(Vec::new()), "CATLG, and nothing was written");
        assert!(system.exists("YOUR.TERSED.DATASET") && system.inbox().is_empty());
        let ran = system.run(&deck.replace("(EXIT ", " "));
        assert_eq!((ran.step("DFSMSENC"), ran.step("FTP"), ran.end()), ("0008", "0000", &JobEnd::Code(8)));
        assert!(system.inbox().is_empty());
        system.assert_clean();
    }
}

#[test]
fn an_unknown_program_is_s806_and_the_rest_is_flushed() {
    let system = TestSystem::of_samples();
    let deck = fs::read_to_string(root().join("jcl-samples/upload.jcl")).expect("the sample");
    let ran = system.run(&deck.replace("PGM=TRSMAIN", "PGM=TRSMIAN"));
    assert_eq!(*ran.end(), JobEnd::Abend("S806".to_owned()));
    let results = ["DELETE", "TERSE", "DFSMSENC", "FTP"].map(|step| ran.step(step));
    assert_eq!(results, ["0000", "*S806", "FLUSH", "FLUSH"]);
    ran.assert_says(&[
        "  CSV003I REQUESTED MODULE TRSMIAN  NOT FOUND\n",
        "  CSV028I ABEND806-04  JOBNAME=XXXXX     STEPNAME=TERSE   \n",
        "  IEF450I XXXXX TERSE - ABEND=S806 U0000 REASON=00000004",
        "  $HASP395 XXXXX    ENDED - ABEND=S806\n",
        " IGD104I YOUR.TERSED.DATASET                          RETAINED,  DDNAME=OUTFILE \n",
    ]);
    assert!(system.exists("YOUR.TERSED.DATASET"), "CATLG counts after an abend too");
    assert!(!system.exists("YOUR.CRYPTED.DATASET"));
    system.assert_clean();
}

#[test]
fn a_server_that_does_not_listen_is_a_failed_open() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let closed = listener.local_addr().expect("bound").to_string();
    drop(listener);
    let system = TestSystem::new().with_host(ECUREP, &closed).text("MY.FTPDATA", &IN_CLEAR).dataset(
        "MY.DATA",
        Recfm::FB,
        1024,
        &records(1024, 2),
    );
    let ran = system.run(&sending("(EXIT", ECUREP));
    assert_ftp(&ran, "10000", "00008", 1808);
    ran.assert_says(&["EZA1554I Connecting to: ftp.ecurep.ibm.com 192.109.81.7 port: 21.", "ZJB508E No connection to"]);
    assert!(!ran.says("220-") && !ran.says(">>> QUIT"));
    assert_ignored(&system.run(&sending("", ECUREP)), 1808);
    system.assert_clean();
}

#[test]
fn a_host_that_the_sandbox_refuses_is_a_failed_open_and_the_way_out_is_told() {
    let system = TestSystem::new().text("MY.FTPDATA", &IN_CLEAR);
    let ran = system.run(&sending("(EXIT", "ftp.example.com"));
    assert_ftp(&ran, "10000", "00008", 1808);
    assert!(ran.report.refused);
    assert!(ran.explains("allow it with --live ftp.example.com"), "{:?}", ran.words);
    let ran = system.run(&sending("", "ftp.example.com"));
    assert_ignored(&ran, 1808);
    assert!(ran.report.refused, "a step that ended with 0 was refused all the same");
    system.assert_clean();
}

#[test]
fn a_server_that_refuses_auth_gets_the_file_in_the_clear_if_tls_was_only_asked_for() {
    let server = TestServer::with(|config| config.faults = vec![Fault::RefuseAuth(534)]);
    let system = sender(&server, &["SECURE_DATACONN PRIVATE", "KEYRING TESTS.RING"]);
    let ran = system.run(&sending("-a TLS (EXIT", ECUREP));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    ran.assert_says(&["EZA1701I >>> AUTH TLS", "534", "EZA1701I >>> USER anonymous"]);
    assert!(!ran.says("EZA2895I") && !ran.says("PROT P"));
    assert!(ran.explains("The server refused AUTH TLS and the session goes on in the clear"), "{:?}", ran.words);
    assert_eq!(server.store.delivered().len(), 1);
    assert!(!server.store.uploads()[0].private);
    system.assert_clean();
}

#[test]
fn a_server_that_refuses_auth_gets_nothing_if_tls_is_required() {
    let required = ["SECURE_FTP REQUIRED", "SECURE_MECHANISM TLS", "SECURE_DATACONN PRIVATE", "KEYRING TESTS.RING"];
    for (reply, standard, code) in [(534, "10534", 2342), (500, "10500", 2308)] {
        let (ran, _) = with_fault(Fault::RefuseAuth(reply), &required, standard, "00017", code);
        ran.assert_says(&[
            "EZA1701I >>> AUTH TLS",
            "EZA2897I Authentication negotiation failed",
            "EZA2898I Unable to successfully negotiate required authentication",
        ]);
        assert!(!ran.says(">>> USER") && !ran.says(">>> PASS"), "no log-in in the clear");
    }
    let server = TestServer::with(|config| config.faults = vec![Fault::RefuseAuth(534)]);
    let system = sender(&server, &["SECURE_DATACONN PRIVATE", "KEYRING TESTS.RING"]);
    assert_ftp(&system.run(&sending("-r TLS (EXIT", ECUREP)), "10534", "00017", 2342);
}

#[test]
fn a_certificate_that_nobody_believes_ends_the_session_before_the_log_in() {
    let server = TestServer::start();
    let system = sender(&server, &["SECURE_MECHANISM TLS", "SECURE_DATACONN PRIVATE", "KEYRING SECURE.FTP.KEYRING"]);
    let ran = system.run(&sending("(EXIT", ECUREP));
    assert_ftp(&ran, "10234", "00017", 2042);
    ran.assert_says(&[
        "234 Security environment established - ready for negotiation",
        "EZA2897I Authentication negotiation failed",
        "EZA2898I Unable to successfully negotiate required authentication",
    ]);
    assert!(!ran.says(">>> USER") && !ran.says(">>> PASS"));
    assert!(ran.explains("What to do: "), "{:?}", ran.words);
    assert_ignored(&system.run(&sending("", ECUREP)), 2042);
    assert_eq!(server.store.delivered(), []);
    system.assert_clean();
}

#[test]
fn a_key_ring_that_is_not_there_is_a_failed_negotiation() {
    let server = TestServer::start();
    let system = sender(&server, &["SECURE_MECHANISM TLS", "KEYRING NO.SUCH.RING"]);
    let ran = system.run(&sending("(EXIT", ECUREP));
    assert_ftp(&ran, "10234", "00017", 2042);
    assert!(ran.explains("user IBMUSER has no key ring NO.SUCH.RING"), "{:?}", ran.words);
    system.assert_clean();
}

#[test]
fn a_refused_log_in_ends_at_the_password() {
    for ftp_data in [&IN_CLEAR[..], &SECURE] {
        let (ran, _) = with_fault(Fault::RefuseLogon, ftp_data, "26530", "00011", 1954);
        ran.assert_says(&["EZA1701I >>> PASS  ", "530 "]);
        assert!(!ran.says("me@example.com"), "the password is in no line");
        assert!(!ran.says(">>> STOR"));
    }
}

#[test]
fn a_refused_upload_ends_at_put() {
    for (reply, standard, code) in [(550, "27550", 2974), (553, "27553", 2977)] {
        for ftp_data in [&IN_CLEAR[..], &SECURE] {
            let (ran, _) = with_fault(Fault::RefuseStore(reply), ftp_data, standard, "00002", code);
            ran.assert_says(&["EZA1701I >>> STOR 12345.123.724.DUMP.TRS", &reply.to_string(), ">>> QUIT"]);
            assert!(!ran.says("EZA1617I"), "nothing was transferred");
        }
    }
}

#[test]
fn a_wrong_directory_ends_at_cd() {
    let server = TestServer::start();
    let system = sender(&server, &IN_CLEAR);
    let ran = system.run(&sending("(EXIT", ECUREP).replace("cd /toibm/mvs", "cd /toibm/no/such"));
    assert_ftp(&ran, "07550", "00002", 3454);
    assert!(!ran.says(">>> STOR"));
    system.assert_clean();
}

#[test]
fn a_data_connection_cut_in_the_middle_is_426_and_nothing_is_delivered() {
    for ftp_data in [&IN_CLEAR[..], &SECURE] {
        let (ran, _) = with_fault(Fault::CutData(40_000), ftp_data, "27426", "00002", 2850);
        assert!(!ran.says("EZA1617I") && !ran.says("250 Transfer completed"));
    }
}

#[test]
fn a_session_cut_in_the_middle_is_a_lost_connection_and_nothing_is_delivered() {
    for ftp_data in [&IN_CLEAR[..], &SECURE] {
        // The last reply to STOR was 125: 27125 modulo 4096.
        let (ran, _) = with_fault(Fault::CutSession(40_000), ftp_data, "27125", "00008", 2549);
        ran.assert_says(&["125 Storing data set", "ZJB509E The connection to ftp.ecurep.ibm.com was lost"]);
        assert!(!ran.says("EZA1617I") && !ran.says(">>> QUIT"));
    }
}

#[test]
fn a_server_whose_disk_is_full_answers_452() {
    let server = TestServer::with_store(Arc::new(MemoryStore::with_room(50_000)), |_| {});
    let system = sender(&server, &SECURE);
    assert_ftp(&system.run(&sending("(EXIT", ECUREP)), "27452", "00002", 2876);
    assert_eq!(server.store.first_given_up(), Incomplete::NotKept);
    server.store.wait_until_swept();
    assert_ignored(&system.run(&sending("", ECUREP)), 2876);
    assert_eq!(server.store.delivered(), []);
    system.assert_clean();
}

#[test]
fn exit_with_a_number_gives_that_number_for_every_error() {
    let server = TestServer::with(|config| config.faults = vec![Fault::RefuseStore(550)]);
    let system = sender(&server, &IN_CLEAR);
    let ran = system.run(&sending("(EXIT=8", ECUREP));
    assert_ftp(&ran, "27550", "00002", 8);
    system.assert_clean();
}

#[test]
fn the_same_job_delivers_when_the_weather_is_good() {
    let server = TestServer::start();
    let system = sender(&server, &SECURE);
    let ran = system.run(&sending("(EXIT", ECUREP));
    assert_eq!(*ran.end(), JobEnd::Code(0), "{}", ran.listing());
    assert_eq!(server.store.delivered(), [(UPLOAD.to_owned(), random_bytes(102_400))]);
    assert!(server.store.uploads()[0].private);
    system.assert_clean();
}

#[test]
fn a_statement_that_is_not_emulated_stops_the_job_and_is_named() {
    let system = TestSystem::new();
    let ran = system.run("//WRONG   JOB CLASS=A\n//S1      EXEC PGM=IEFBR14\n//        INCLUDE MEMBER=X\n");
    assert_eq!(*ran.end(), JobEnd::JclError);
    ran.assert_says(&[
        "  IEFC452I WRONG - JOB NOT RUN - JCL ERROR  100\n",
        "  STMT NO. MESSAGE\n",
        "         3 ZJB004E INCLUDE GROUP X WAS NOT FOUND\n",
    ]);
    assert!(!ran.says("$HASP373"), "the job never starts");
    let ran =
        system.run("//WRONG   JOB CLASS=A\n//S1      EXEC PGM=IEFBR14\n//A       DD DSN=MY.A,DISP=(NEW,CATALOG)\n");
    assert_eq!(*ran.end(), JobEnd::JclError);
    ran.assert_says(&["         3 IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE DISP FIELD\n"]);
    system.assert_clean();
}
