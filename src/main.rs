//! The `zjob` command: hands arguments, terminal and signals to the library, and is the only one to print.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Parser;
use zjob::cli::{Arguments, Cancel, EXIT_USAGE, Terminal, execute};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output, errors to standard error; neither can be told to anyone if that fails.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(EXIT_USAGE) } else { ExitCode::SUCCESS };
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let explain = |text: &str| {
        // When nobody reads the words any more, the work goes on.
        let _ = writeln!(io::stderr(), "zjob: {text}");
    };
    let mut terminal = Terminal {
        out: &mut out,
        explain: &explain,
        is_terminal: io::stderr().is_terminal(),
        cancel: Cancel::watching(interrupted()),
    };
    let result = execute(&arguments, &mut terminal).and_then(|status| {
        terminal.out.flush()?;
        Ok(status)
    });
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            explain(&error.to_string());
            ExitCode::from(EXIT_USAGE)
        }
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
