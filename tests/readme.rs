//! The documents are true: commands of README and guide run as they stand.

use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The `zjob …` and `cd …` commands in the console blocks of a document, without comments.
fn commands(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).expect("the document");
    let mut inside = false;
    let mut commands = Vec::new();
    for line in text.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if inside && (line.starts_with("zjob ") || line.starts_with("cd ")) => {
                commands.push(line.split(" #").next().expect("a first part").trim().to_owned());
            }
            _ => {}
        }
    }
    commands
}

/// A copy of the samples, as a fresh clone has them.
fn clone() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    copy(&root().join("jcl-samples"), &place.path().join("jcl-samples"));
    place
}

/// Makes the files that the examples of a document speak of.
fn prepare(place: &Path) {
    fs::write(place.join("notes.txt"), "FIRST\nSECOND\n").expect("written");
    fs::write(place.join("dump.bin"), vec![0xC1; 3 * 4160]).expect("written");
    fs::write(place.join("smf.rdw"), b"\x00\x06\x00\x00AB").expect("written");
    fs::write(place.join("DUMP.TRS"), vec![0; 2048]).expect("written");
    fs::create_dir(place.join("library")).expect("made");
    fs::write(place.join("library/ONE.txt"), "A\n").expect("written");
    fs::create_dir(place.join("received")).expect("made");
    for prepared in [
        "zjob terse pack --library library -o lib.trs",
        "zjob terse pack notes.txt -o dump.trs",
        "zjob terse pack notes.txt -o received/notes.trs",
    ] {
        run(prepared, place, place);
    }
}

/// Runs the commands of a document in order, on the system that they find by themselves.
fn run_all(document: &str, place: &Path) {
    let commands = commands(document);
    assert!(commands.len() > 5, "{document} has commands");
    let mut directory = place.to_owned();
    for command in commands {
        match command.strip_prefix("cd ") {
            Some(below) => directory.push(below),
            None => run(&command, &directory, place),
        }
    }
}

fn run(command: &str, directory: &Path, home: &Path) {
    let output = Command::new("sh")
        .args(["-c", &command.replacen("zjob", env!("CARGO_BIN_EXE_zjob"), 1)])
        .current_dir(directory)
        .env_remove("ZJOB_HOME")
        .env_remove("XDG_DATA_HOME")
        .env("HOME", home)
        .env("ZJOB_PASSWORD", "a password of tests")
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("the samples").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn the_commands_of_the_readme_run() {
    run_all("README.md", clone().path());
}

#[test]
fn the_commands_of_the_guide_run() {
    let place = clone();
    prepare(place.path());
    run_all("docs/guide.md", place.path());
}

#[test]
fn the_readme_names_the_two_commands_of_a_fresh_machine() {
    let text = fs::read_to_string(root().join("README.md")).expect("the README");
    assert!(text.contains("\ncargo run --release -- run jcl-samples/upload.jcl\n"));
    assert!(text.contains("\ncargo test\n"));
}

#[test]
fn the_example_configuration_of_the_guide_is_accepted() {
    let text = fs::read_to_string(root().join("docs/guide.md")).expect("the guide");
    let example = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("zjob.toml");
    fs::write(&path, example).expect("written");
    zjob::system::config::Config::read(&path).expect("the example is accepted");
}

#[test]
fn the_changelog_begins_with_what_is_not_released() {
    let text = fs::read_to_string(root().join("CHANGELOG.md")).expect("the changelog");
    assert!(text.contains("## [Unreleased]"));
}
