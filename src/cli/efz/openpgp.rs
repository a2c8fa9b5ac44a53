//! OpenPGP messages under `zjob efz encrypt --openpgp` and `zjob efz decrypt`.

use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use super::super::hostfile::Place;
use super::super::openpgp::{Letter, Reading, Writing, answer, usage};
use super::super::progress::Bars;
use super::super::secret::{PasswordSource, Secrets};
use super::super::{CliError, Here, Terminal, thousands};
use super::stream::{Input, Meter, Output, private_temporary, rewind};
use super::{at, output_place};
use crate::openpgp::{Compression, Limit, OpenFailure, OpenPgpError, Opened, Opener, open, seal};
use crate::program::Progress;
use crate::system::config;
use crate::world::World;

/// What messages are usually called.
pub(super) const SUFFIXES: [&str; 3] = ["pgp", "gpg", "asc"];

/// What to encrypt, and how.
pub(super) struct Encrypting<'a> {
    pub(super) from: &'a Place,
    pub(super) output: Option<&'a Path>,
    pub(super) writing: &'a Writing,
    pub(super) password: &'a PasswordSource,
    pub(super) compression: Compression,
    pub(super) armor: bool,
    pub(super) text: bool,
    pub(super) force: bool,
    pub(super) quiet: bool,
}

/// Writes a message.
pub(super) fn encrypt(wanted: &Encrypting<'_>, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let suffix = if wanted.armor { "asc" } else { "pgp" };
    let to = output_place(wanted.from, wanted.output, |path| suffixed(path, suffix))?;
    let input = Input::open(wanted.from, terminal.input)?;
    let mut output = Output::create(&to, wanted.force, &mut *terminal.out)?;
    let world = config::world(&here.config()?);
    let now = world.unix_seconds();
    let letter = Letter::new(wanted.writing, wanted.password, wanted.compression, (here, now), terminal.secrets)?;
    let meter = Meter { bars: Bars::new(terminal.is_terminal), cancel: terminal.cancel.clone() };
    meter.bars.begin("encrypt", input.length());
    let sealing = letter.sealing(wanted.armor, wanted.text);
    let mut chance = |bytes: &mut [u8]| world.fill_random(bytes);
    let mut input = meter.buffered(input);
    let sealed = if wanted.text {
        seal(&sealing, &mut chance, CrLf::new(input), &mut output)
    } else {
        seal(&sealing, &mut chance, &mut input, &mut output)
    };
    meter.bars.end();
    sealed.map_err(|error| failed(error, wanted.from))?;
    output.keep().map_err(|error| failed(error.into(), &to))?;
    if !wanted.quiet && to != Place::Stream {
        (terminal.explain)(&format!("{to}: encrypted as an OpenPGP message"));
    }
    Ok(0)
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn failed(error: OpenPgpError, place: &Place) -> CliError {
    match error {
        OpenPgpError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => CliError::Io(error),
        OpenPgpError::Io(error) => at(place, error),
        other => usage(&other),
    }
}

/// What opens messages.
pub(super) struct Decrypting<'a> {
    pub(super) from: &'a Place,
    pub(super) reading: &'a Reading,
    pub(super) password: &'a PasswordSource,
    pub(super) limit: Limit,
}

/// Why a message was not opened.
pub(super) enum Refusal {
    /// The message, its passphrase or key.
    Message(OpenPgpError),
    Failed(CliError),
}

impl From<CliError> for Refusal {
    fn from(error: CliError) -> Self {
        Self::Failed(error)
    }
}

/// Opens a message that begins with `start` and goes on in `input`; writes the clear bytes once all was checked.
/// Gives words for the user.
pub(super) fn decrypt(
    wanted: &Decrypting<'_>,
    (start, input): (Vec<u8>, Input),
    output: Output<'_>,
    here: &Here<'_>,
    (meter, secrets): (&Meter, &dyn Secrets),
) -> Result<(Opened, Vec<String>), Refusal> {
    let ring = wanted.reading.keys(here)?;
    let signer = wanted.reading.signer(here)?;
    let keys: Vec<_> = ring.0.iter().collect();
    let now = config::world(&here.config()?).unix_seconds();
    let mut ask = |asked: crate::openpgp::Asked<'_>| answer(asked, wanted.password, secrets);
    let door = Opener { keys: &keys, signer: signer.as_ref(), ask: &mut ask, limit: wanted.limit, now };
    meter.bars.begin("decrypt", input.length());
    let message = Cursor::new(start).chain(meter.buffered(input));
    let mut clear = io::BufWriter::new(private_temporary()?);
    let result = open(door, message, &mut clear);
    meter.bars.end();
    let opened = result.map_err(|failure| match failure {
        OpenFailure::Asked(error) => Refusal::Failed(error),
        OpenFailure::Message(OpenPgpError::Io(error)) => Refusal::Failed(at(wanted.from, error)),
        OpenFailure::Message(other) => Refusal::Message(other),
    })?;
    let clear = clear.into_inner().map_err(|error| CliError::Io(error.into_error()))?;
    let mut clear = BufReader::new(rewind(clear).map_err(CliError::from)?);
    let mut output = output;
    io::copy(&mut clear, &mut output).map_err(CliError::from)?;
    output.keep().map_err(CliError::from)?;
    let words = opened.signatures.iter().map(ToString::to_string).collect();
    Ok((opened, words))
}

/// What is said of an opened message.
pub(super) fn words(to: &Place, opened: &Opened) -> String {
    let kind = if opened.text { " of text" } else { "" };
    format!("{to}: {} bytes{kind} out of an OpenPGP message", thousands(opened.bytes))
}

/// Makes LF to CR LF, as texts have it inside of messages.
struct CrLf<R> {
    input: R,
    /// Bytes that are ready, from `next` on.
    ready: Vec<u8>,
    next: usize,
    last: u8,
}

impl<R: Read> CrLf<R> {
    fn new(input: R) -> Self {
        Self { input, ready: Vec::new(), next: 0, last: 0 }
    }
}

impl<R: Read> Read for CrLf<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.next == self.ready.len() {
            let mut piece = [0; 16 * 1024];
            let read = self.input.read(&mut piece)?;
            self.ready.clear();
            self.next = 0;
            for &byte in &piece[..read] {
                if byte == b'\n' && self.last != b'\r' {
                    self.ready.push(b'\r');
                }
                self.ready.push(byte);
                self.last = byte;
            }
        }
        let count = self.ready.get(self.next..).unwrap_or_default().read(buffer)?;
        self.next += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::CrLf;

    #[test]
    fn line_ends_become_cr_lf_once() {
        let mut out = String::new();
        CrLf::new(b"a\nb\r\n\n".as_slice()).read_to_string(&mut out).expect("text");
        assert_eq!(out, "a\r\nb\r\n\r\n");
    }
}
