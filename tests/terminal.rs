//! Passwords at a real terminal: nothing that is typed is shown, and Ctrl-C leaves the terminal as it was.
//!
//! `script` makes the terminal; without it one ignored test says so.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

const PASSWORD: &str = "quince orchard 12";

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    // Only the one of util-linux takes a command so.
    let version = Command::new("script").arg("--version").output();
    if !cfg!(target_os = "linux") || !version.is_ok_and(|output| output.status.success()) {
        return vec![Trial::test("terminal: script of util-linux is not installed", || Ok(())).with_ignored_flag(true)];
    }
    vec![
        trial("what is typed at the prompt is not shown, and encrypts", || {
            let directory = tempfile::tempdir().expect("a directory");
            let mut terminal = Terminal::run("zjob efz encrypt in.txt", directory.path());
            terminal.answer("Password:", &format!("{PASSWORD}\n"));
            terminal.answer("once more:", &format!("{PASSWORD}\n"));
            let shown = terminal.end();
            assert!(shown.contains("status 0"), "{shown}");
            assert!(!shown.contains("quince"), "{shown}");
            let mut terminal = Terminal::run("zjob efz decrypt in.txt.efz -o out.txt", directory.path());
            terminal.answer("Password:", &format!("{PASSWORD}\n"));
            let shown = terminal.end();
            assert!(shown.contains("status 0") && !shown.contains("quince"), "{shown}");
            let text = |name| std::fs::read_to_string(directory.path().join(name)).expect("a file");
            assert_eq!(text("out.txt").trim_end(), text("in.txt").trim_end());
        }),
        trial("two passwords that differ are refused", || {
            let directory = tempfile::tempdir().expect("a directory");
            let mut terminal = Terminal::run("zjob efz encrypt in.txt", directory.path());
            terminal.answer("Password:", &format!("{PASSWORD}\n"));
            terminal.answer("once more:", "quince orchard 13\n");
            let shown = terminal.end();
            assert!(shown.contains("status 64") && !shown.contains("quince"), "{shown}");
            assert!(!directory.path().join("in.txt.efz").exists());
        }),
        trial("Ctrl-C at the prompt ends with 130 and leaves the terminal in order", || {
            for command in ["zjob efz encrypt in.txt", "zjob efz encrypt --openpgp in.txt", "zjob efz decrypt no.efz"] {
                let directory = tempfile::tempdir().expect("a directory");
                std::fs::write(directory.path().join("no.efz"), sealed(directory.path())).expect("written");
                let mut terminal = Terminal::run(command, directory.path());
                terminal.answer("assword:|assphrase:", "quince\u{3}");
                let shown = terminal.end();
                assert!(shown.contains("status 130") && !shown.contains("quince"), "{command}: {shown}");
                assert!(!directory.path().join("in.txt.efz").exists());
            }
        }),
    ]
}

fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || -> Result<(), Failed> {
        test();
        Ok(())
    })
}

/// A file that asks for a password.
fn sealed(directory: &Path) -> Vec<u8> {
    std::fs::write(directory.join("clear.txt"), "clear\n").expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_zjob"));
    command.args(["--home", "home", "efz", "encrypt", "clear.txt", "-o", "clear.efz"]);
    let status = command.current_dir(directory).env("ZJOB_PASSWORD", PASSWORD).stderr(Stdio::null()).status();
    assert!(status.expect("it runs").success());
    std::fs::read(directory.join("clear.efz")).expect("encrypted")
}

/// A command at a terminal of its own.
struct Terminal {
    script: Child,
    keys: ChildStdin,
    screen: ChildStdout,
    shown: Vec<u8>,
    device: String,
}

impl Terminal {
    /// Runs the command in `directory`; behind it the screen shows its exit status.
    fn run(command: &str, directory: &Path) -> Self {
        std::fs::write(directory.join("in.txt"), "some text\n").expect("written");
        let program = env!("CARGO_BIN_EXE_zjob");
        let command = command.replacen("zjob", &format!("'{program}' --home home"), 1);
        let lines = format!("tty; {command}; echo status $?; read end");
        let mut script = Command::new("script")
            .args(["-qec", &lines, "/dev/null"])
            .current_dir(directory)
            .env_remove("ZJOB_PASSWORD")
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script is there");
        let keys = script.stdin.take().expect("piped");
        let screen = script.stdout.take().expect("piped");
        let mut terminal = Self { script, keys, screen, shown: Vec::new(), device: String::new() };
        terminal.wait_for("\n");
        let device = terminal.text();
        terminal.device.push_str(device.lines().next().unwrap_or_default().trim());
        terminal
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    /// Waits until the screen shows one of the texts.
    fn wait_for(&mut self, texts: &str) {
        let mut byte = [0];
        while !texts.split('|').any(|text| self.text().contains(text)) {
            assert_eq!(self.screen.read(&mut byte).expect("a screen"), 1, "no {texts} in {}", self.text());
            self.shown.push(byte[0]);
        }
    }

    fn stty(&self) -> String {
        let output = Command::new("stty").args(["-a", "-F", &self.device]).output().expect("stty is there");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Types `keys` once the prompt is there and the terminal shows nothing any more.
    fn answer(&mut self, prompt: &str, keys: &str) {
        self.wait_for(prompt);
        let begun = Instant::now();
        while !self.stty().contains("-echo ") {
            assert!(begun.elapsed() < Duration::from_secs(20), "the terminal shows what is typed: {}", self.stty());
            std::thread::yield_now();
        }
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("typed");
    }

    /// All that was shown, up to the exit status. The terminal shows what is typed again.
    fn end(mut self) -> String {
        self.wait_for("status 0|status 64|status 130");
        let settings = self.stty();
        for setting in ["echo", "icanon", "isig"] {
            assert!(settings.split_whitespace().any(|word| word == setting), "{setting}: {settings}");
        }
        let text = self.text();
        self.keys.write_all(b"\n").expect("typed");
        drop(self.keys);
        let _ = self.screen.read_to_end(&mut self.shown);
        self.script.wait().expect("it ends");
        text
    }
}
