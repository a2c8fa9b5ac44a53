//! `zjob efz info`.

use std::fmt::Write as _;
use std::io::Read;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use super::super::{CliError, Here, Terminal, thousands};
use super::stream::Input;
use super::{EXIT_DAMAGED, host_place};
use crate::dataset::Recfm;
use crate::dataset::attributes::lrecl_text;
use crate::efz::{Cipher, Facts, HeaderError, Protection, facts};

/// What is said of the layout wherever one is shown.
const HONESTY: &str =
    "zjob's own: IBM has not published that of CSDFILEN, so a real host can neither read nor write it";
/// Bytes of a file that are looked at: more than any header has.
const LONGEST_START: u64 = 4096;

/// Arguments of `zjob efz info`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob efz info DUMP.TRS.EFZ
  zjob efz info --format json *.efz       one JSON object for each file

Only the start of a file is read: what it says is proved by decrypt alone. The layout is zjob's own: IBM has not
published that of CSDFILEN. Files that a real host has encrypted are recognized as foreign, not opened.
Exit status: 0 encrypted files; 8 one is cut or is no such file; 64 a file cannot be read.")]
pub struct Arguments {
    /// Encrypted files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Forms of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Names and values.
    Text,
    /// One JSON object for each file on a line of its own.
    Json,
}

pub(super) fn execute(arguments: &Arguments, _: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let mut worst = 0;
    for path in &arguments.inputs {
        let place = host_place(path)?;
        let mut input = Input::open(&place, terminal.input)?;
        let mut start = Vec::new();
        (&mut input).take(LONGEST_START).read_to_end(&mut start).map_err(|error| super::at(&place, error))?;
        let size = input.length().or((start.len() < LONGEST_START as usize).then_some(start.len() as u64));
        let found = Found::new(place.to_string(), size, &start);
        let text = match arguments.format {
            Format::Text => found.text(),
            Format::Json => found.json(),
        };
        terminal.out.write_all(text.as_bytes())?;
        if let Some(problem) = &found.problem {
            worst = EXIT_DAMAGED;
            (terminal.explain)(&format!("{}: {problem}", found.file));
        }
    }
    Ok(worst)
}

/// What is known of a file.
#[derive(Debug, Serialize)]
struct Found {
    file: String,
    /// Bytes that are there, if that is known.
    size: Option<u64>,
    #[serde(flatten)]
    said: Option<Said>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What the file says of itself.
#[derive(Debug, Serialize)]
struct Said {
    layout: &'static str,
    version: u16,
    layout_note: &'static str,
    description: String,
    cipher: &'static str,
    #[serde(flatten)]
    key: Key,
    secure_key: bool,
    integrity: bool,
    compressed: bool,
    recfm: String,
    lrecl: u16,
    blksize: u32,
    header_bytes: u64,
    ciphertext_bytes: u64,
    file_bytes: u64,
}

#[derive(Debug, Serialize)]
#[serde(tag = "key", rename_all = "lowercase")]
enum Key {
    Password { icount: u32 },
    Rsa { label: String, bits: usize, fingerprint: String },
}

impl Found {
    fn new(file: String, size: Option<u64>, start: &[u8]) -> Self {
        let found = facts(start).and_then(|found| found.ok_or(HeaderError::Cut(start.len())));
        match found {
            Ok(found) => {
                let problem = size.filter(|&size| size < found.file);
                let problem = problem.map(|size| {
                    format!("the file is cut: {} bytes of {} are there", thousands(size), thousands(found.file))
                });
                Self { file, size, said: Some(Said::new(&found)), problem }
            }
            Err(error) => Self { file, size, said: None, problem: Some(error.to_string()) },
        }
    }

    fn json(&self) -> String {
        // Structures of numbers and texts always have a JSON form.
        serde_json::to_string(self).map_or_else(|_| String::new(), |json| format!("{json}\n"))
    }

    fn text(&self) -> String {
        let Some(said) = &self.said else { return String::new() };
        let mut text = String::new();
        let mut line = |label: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{label:<13}{value}");
        };
        line("File", &self.file);
        line("Layout", &format!("{} version {}, {HONESTY}", said.layout, said.version));
        line("Description", &said.description);
        line("Cipher", &format!("{}, {}", said.cipher, said.key.words(said.secure_key)));
        line("Integrity", if said.integrity { "proved by a code at the end" } else { "not proved" });
        line("Compressed", if said.compressed { "yes" } else { "no" });
        line("RECFM", &said.recfm);
        line("LRECL", &lrecl_text(said.recfm.parse().ok(), said.lrecl.into()));
        line("BLKSIZE", &said.blksize.to_string());
        line("Bytes", &format!("{}, of which the header {}", thousands(said.file_bytes), said.header_bytes));
        text.push('\n');
        text
    }
}

impl Key {
    fn words(&self, secure: bool) -> String {
        match self {
            Self::Password { icount } => format!("key from a password, ICOUNT={icount}"),
            Self::Rsa { label, bits, fingerprint } => {
                let kind = if secure { "secure key" } else { "key" };
                format!("{kind} wrapped for RSA key {label}, {bits} bits, SHA-1 {fingerprint}")
            }
        }
    }
}

impl Said {
    fn new(found: &Facts) -> Self {
        Self {
            layout: found.layout,
            version: found.version,
            layout_note: HONESTY,
            description: found.description.clone(),
            cipher: match found.cipher {
                Cipher::Tdes => "TDES",
                Cipher::Aes128 => "AES-128",
            },
            key: match &found.protection {
                Protection::Password { iterations } => Key::Password { icount: *iterations },
                Protection::Rsa { label, bits, fingerprint } => {
                    Key::Rsa { label: label.clone(), bits: *bits, fingerprint: super::hex(fingerprint) }
                }
            },
            secure_key: found.secure_key,
            integrity: found.integrity,
            compressed: found.compressed,
            recfm: Recfm::from_bits(found.attributes.recfm).map(|recfm| recfm.to_string()).unwrap_or_default(),
            lrecl: found.attributes.lrecl,
            blksize: found.attributes.blksize,
            header_bytes: found.header,
            ciphertext_bytes: found.ciphertext,
            file_bytes: found.file,
        }
    }
}
