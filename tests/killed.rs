//! `kill -9` at any moment leaves each data set in its old state or its new one, nothing half delivered, and
//! nothing that the next run does not clear away.
//!
//! The moments are random and the same in every run of the tests. `ZJOB_KILLS` asks for more of them,
//! `ZJOB_SEED` for others.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Recipient, TestSystem, files, samples, zjob};
use zjob::codepage::CodePage;
use zjob::world::{Seed, Settings, World};

fn number_in(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Moments of a run, in no order.
struct Moments(Settings);

impl Moments {
    fn new() -> Self {
        Self(Settings { seed: Some(Seed::new(number_in("ZJOB_SEED", 1))), ..Settings::real("IBMUSER") })
    }

    fn within(&self, all: Duration) -> Duration {
        let mut bytes = [0; 4];
        self.0.fill_random(&mut bytes);
        all.mul_f64(f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX))
    }
}

/// The main job with an input that takes a while, and the system that it runs on.
struct Scene {
    directory: tempfile::TempDir,
    lines: Vec<String>,
}

impl Scene {
    fn new() -> Self {
        let directory = samples();
        let line = |n: u32| format!("{n:08} {:<60}", n.wrapping_mul(2_654_435_761) % 1_000_003);
        let lines: Vec<String> = (0..12_000).map(line).collect();
        fs::write(directory.path().join("data/input.txt"), lines.join("\n") + "\n").expect("written");
        Self { directory, lines }
    }

    fn home(&self) -> PathBuf {
        self.directory.path().join("home")
    }

    fn records(&self) -> Vec<Vec<u8>> {
        let page = CodePage::ibm1047();
        self.lines.iter().map(|line| page.encode(&format!("{line:<80}")).expect("has a place")).collect()
    }

    fn main_job(&self) -> Command {
        let mut command = zjob(&self.home());
        command.arg("run").arg(self.directory.path().join("upload.jcl"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// A run from its beginning to its end.
    fn run(&self) -> Duration {
        let begun = Instant::now();
        let status = self.main_job().status().expect("it runs");
        assert!(status.success(), "{status}");
        begun.elapsed()
    }

    fn kill_after(&self, moment: Duration) {
        let mut child = self.main_job().spawn().expect("it runs");
        std::thread::sleep(moment);
        child.kill().expect("killed, or ended already");
        child.wait().expect("gone");
    }
}

/// What a system at rest must look like, whatever was done to it.
struct Inspector {
    recipient: Recipient,
    records: Vec<Vec<u8>>,
    seen: BTreeSet<String>,
}

impl Inspector {
    /// Every data set is whole, and so is everything delivered.
    fn look(&mut self, home: &Path) {
        let list = zjob(home).args(["dataset", "list"]).output().expect("it runs");
        assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
        let system = TestSystem::at(home);
        if let Some(input) = system.records("YOUR.INPUT.DATASET") {
            assert!(input == self.records, "the input is whole, or not there");
        }
        if let Some(packed) = system.records("YOUR.TERSED.DATASET") {
            assert!(self.recipient.open_packed(&packed).1 == self.records, "the packed data set is whole");
        }
        if let Some(encrypted) = system.records("YOUR.CRYPTED.DATASET") {
            assert!(self.recipient.open(&encrypted.concat()).1 == self.records, "the encrypted data set is whole");
        }
        let opened = system.open();
        for row in opened.store().inbox().expect("the inbox") {
            let bytes = fs::read(opened.delivered().join(&row.content)).expect("the delivered file");
            assert_eq!(bytes.len() as u64, row.bytes);
            if self.seen.insert(row.content) {
                assert!(self.recipient.open(&bytes).1 == self.records, "what was delivered is whole");
            }
        }
    }
}

/// After a run that came to its end there is nothing that nothing points to.
fn assert_tidy(home: &Path) {
    let system = TestSystem::at(home);
    system.assert_clean();
    let opened = system.open();
    let store = opened.store();
    let mut wanted = BTreeSet::new();
    for row in store.data_sets().expect("the catalog") {
        wanted.extend(row.content);
        wanted.extend(store.members(&row.name).expect("the members").into_iter().map(|member| member.content));
    }
    assert_eq!(names_in(&home.join("volumes")), wanted, "the volumes hold what the catalog points to");
    let delivered: BTreeSet<String> = store.inbox().expect("the inbox").into_iter().map(|row| row.content).collect();
    assert_eq!(names_in(&opened.delivered()), delivered, "every delivered file is in the list");
    assert!(store.jobs().expect("the jobs").iter().all(|job| job.status != "ACTIVE"), "no dead job is active");
    assert_eq!(store.held_tracks("ZJOB01").expect("asked"), allocated(store), "nobody holds space any more");
}

fn allocated(store: &zjob::store::Store) -> u64 {
    store.data_sets().expect("the catalog").iter().map(|row| u64::from(row.allocated_tracks)).sum()
}

/// The files below a directory, by the names that the rows give them.
fn names_in(directory: &Path) -> BTreeSet<String> {
    let name = |path: PathBuf| path.strip_prefix(directory).expect("below it").to_string_lossy().into_owned();
    files(directory).into_iter().map(name).collect()
}

#[test]
fn a_killed_run_leaves_the_old_state_or_the_new_one() {
    let scene = Scene::new();
    let home = scene.home();
    let mut inspector = Inspector { recipient: Recipient::default(), records: scene.records(), seen: BTreeSet::new() };
    scene.run();
    let whole = scene.run();
    let moments = Moments::new();
    for _ in 0..number_in("ZJOB_KILLS", 12) {
        scene.kill_after(moments.within(whole));
        inspector.look(&home);
    }
    scene.run();
    inspector.look(&home);
    assert_tidy(&home);
}

#[test]
fn a_system_killed_at_its_birth_is_born_by_the_next_run() {
    let scene = Scene::new();
    let whole = scene.run();
    assert_tidy(&scene.home());
    let moments = Moments::new();
    for _ in 0..number_in("ZJOB_KILLS", 6) {
        fs::remove_dir_all(scene.home()).expect("removed");
        // Most of what a birth takes lies in the first third.
        scene.kill_after(moments.within(whole / 3));
        scene.run();
        assert_tidy(&scene.home());
    }
}
