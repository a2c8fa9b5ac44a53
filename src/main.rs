//! The `zjob` command: hands arguments, terminal and signals to the library, and is the only one to print.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Parser;
use zeroize::Zeroizing;
use zjob::cli::{Arguments, Cancel, EXIT_USAGE, Secrets, Terminal, execute};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output, errors to standard error; neither can be told to anyone if that fails.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(EXIT_USAGE) } else { ExitCode::SUCCESS };
        }
    };
    let mut out = BufWriter::new(Results { out: io::stdout().lock(), failure: None });
    let explain = say;
    let mut terminal = Terminal {
        out: &mut out,
        explain: &explain,
        is_terminal: io::stderr().is_terminal(),
        cancel: Cancel::watching(interrupted()),
        secrets: &Typed,
        input: standard_input,
        // Without a current directory relative paths fail where they are used.
        directory: std::env::current_dir().unwrap_or_default(),
    };
    let result = execute(&arguments, &mut terminal).and_then(|status| match terminal.out.flush() {
        // Nobody reads the rest any more; how the command ended is told all the same.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(status),
    });
    let lost = out.get_mut().failure.take();
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            say(&lost.map_or(error.to_string(), |error| format!("cannot write to standard output: {error}")));
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// Standard output, which remembers why it took no more: that is told in place of what the command makes of it.
struct Results<W> {
    out: W,
    failure: Option<String>,
}

impl<W> Results<W> {
    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && !matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::Interrupted)
        {
            self.failure = Some(error.to_string());
        }
        result
    }
}

impl<W: Write> Write for Results<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        self.noted(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.noted(result)
    }
}

fn standard_input() -> Box<dyn Read + Send> {
    Box::new(io::stdin())
}

/// Tells the user something. A job goes on when nobody listens.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "zjob: {text}");
}

/// Secrets from the environment and from the terminal, even if standard input is something else.
struct Typed;

impl Secrets for Typed {
    fn variable(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    fn prompt(&self, question: &str) -> io::Result<Zeroizing<String>> {
        rpassword::prompt_password(question).map(Zeroizing::new)
    }

    fn ask(&self, question: &str) -> io::Result<String> {
        if !io::stdin().is_terminal() {
            return Err(io::ErrorKind::NotFound.into());
        }
        write!(io::stderr(), "{question}")?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer)
    }
}

/// A flag that the first Ctrl-C (or a polite kill) raises; the second one ends the process at once.
fn interrupted() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Without a handler Ctrl-C simply ends the process, which loses nothing but the S222 in the log.
        let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}
