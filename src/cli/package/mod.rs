//! `zjob package`: files and data sets made ready for ECuRep, opened again to compare, sent.
//!
//! Border: arguments, names of files, where secrets come from, exit status. What a package is, `package` knows.

pub(super) mod keys;
mod make;
mod plan;
mod send;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;

use super::efz::label;
use super::hostfile::{Form, Manner, RecordShape};
use super::openpgp::{CompressionName, Reading, Writing};
use super::secret::PasswordSource;
use super::{CliError, Here, Terminal};
use crate::ecurep::names::Reference;
use crate::efz::KeyLabel;
use crate::efz::header::{FEWEST_ITERATIONS, MOST_ITERATIONS};

/// Exit status: a package is damaged or differs from its manifest.
const EXIT_DAMAGED: u8 = 8;
/// Exit status: the user stopped the command.
const EXIT_CANCELLED: u8 = 130;
/// Exit status: the sandbox does not let anything go to the host.
const EXIT_SANDBOX: u8 = 202;
/// What the manifest of a package is called, behind the name of the package.
const MANIFEST: &str = ".json";

/// Arguments of `zjob package`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob package --case TS001234567 console.txt                  TS001234567.console.txt.TRS and its manifest
  zjob package --pmr 12345.123.724 --binary --lrecl 4160 dump.bin=DUMP
  zjob package --pmr 12345.123.724 --efz \"//'YOUR.DUMP'=DUMP\"    12345.123.724.DUMP.TRS.EFZ, password from a prompt
  zjob package --case TS001234567 --openpgp --recipient them.asc a.trs b.trs
  zjob package --case TS001234567 --no-terse mustgather.zip    copied as it is
  zcat log.gz | zjob package --case TS001234567 -- -=LOG       a stream, with its name
  zjob package --case TS001234567 --send ftp.ecurep.ibm.com console.txt
  zjob package --verify TS001234567.console.txt.TRS            opens it and compares with the manifest

What is packed already is not packed again. Text becomes FB 80 in EBCDIC unless --binary, --rdw or the options for
records say otherwise; a data set has its own attributes. Several inputs are worked on at once, with the same
password. A package appears under its name when it is complete. --send goes through the FTP client and the sandbox
of zjob run: ECuRep names are answered by the embedded server, other hosts need --live.
Exit status: 0 done; 8 a package is damaged or differs; 64 something was not made; 202 a host that the sandbox
refused; the code of the FTP client if a file was not sent.")]
pub struct Arguments {
    /// Host files, data sets such as //'A.B.C', or -; =NAME says what the package is called. With --verify: packages
    #[arg(required = true, value_name = "FILE[=NAME]")]
    inputs: Vec<OsString>,
    /// Case number
    #[arg(long, value_name = "TSnnnnnnnnn", group = "filed", value_parser = case)]
    case: Option<Reference>,
    /// Problem record: number, branch office if known, country
    #[arg(long, value_name = "NNNNN.BBB.CCC", group = "filed", value_parser = pmr)]
    pmr: Option<Reference>,
    /// Open packages again and compare with their manifests
    #[arg(long, group = "filed")]
    verify: bool,
    /// Directory of the packages
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Do not pack
    #[arg(long)]
    no_terse: bool,
    /// Pack with SPACK, the complex format: smaller, slower
    #[arg(long, conflicts_with = "no_terse")]
    spack: bool,
    /// Encrypt as CSDFILEN does, in a layout of zjob's own
    #[arg(long, group = "encryption")]
    efz: bool,
    /// Encrypt as an OpenPGP message, which a real host can read
    #[arg(long, group = "encryption")]
    openpgp: bool,
    /// AES with 128 bits instead of triple DES
    #[arg(long, requires = "efz")]
    aes128: bool,
    /// Iterations that make a key of the password, 1 to 10000 [default: 16, as on the host]
    #[arg(long, value_name = "N", requires = "efz", conflicts_with = "rsa", value_parser = clap::value_parser!(u32).range(i64::from(FEWEST_ITERATIONS)..=i64::from(MOST_ITERATIONS)))]
    icount: Option<u32>,
    /// Encrypt for the owner of this RSA key of the system, instead of with a password
    #[arg(long, value_name = "LABEL", value_parser = label, requires = "efz", conflicts_with = "password_file")]
    rsa: Option<KeyLabel>,
    /// OpenPGP
    #[command(flatten)]
    writing: Writing,
    /// Compression inside an OpenPGP message [default: none for what is packed, else zlib]
    #[arg(long, value_name = "HOW", value_enum, requires = "openpgp")]
    compress: Option<CompressionName>,
    /// OpenPGP keys for --verify
    #[command(flatten)]
    reading: Reading,
    /// Where the password comes from
    #[command(flatten)]
    password: PasswordSource,
    /// How records lie in host files
    #[command(flatten)]
    form: Form,
    /// What records look like
    #[command(flatten)]
    shape: RecordShape,
    /// Send the packages to this host
    #[arg(long, value_name = "HOST", conflicts_with = "verify")]
    send: Option<String>,
    /// Directory on the host
    #[arg(long, value_name = "DIR", default_value = "/toibm/mvs", requires = "send")]
    directory: String,
    /// User id on the host; its password comes from ZJOB_SEND_PASSWORD or a prompt
    #[arg(long, value_name = "USER", default_value = "anonymous", requires = "send")]
    user: String,
    /// E-mail address, the password of anonymous
    #[arg(long, value_name = "ADDRESS", default_value = "zjob@example.com", requires = "send")]
    email: String,
    /// Send without TLS
    #[arg(long, requires = "send")]
    plain: bool,
    /// Reach this host for real
    #[arg(long, value_name = "HOST", requires = "send")]
    live: Vec<String>,
    /// What may be replaced, and how much is said
    #[command(flatten)]
    manner: Manner,
}

fn case(text: &str) -> Result<Reference, String> {
    let read = Reference::parse(text).filter(|found| matches!(found, Reference::Case(_)));
    read.ok_or_else(|| "a case is TS and 9 digits, as in TS001234567".to_owned())
}

fn pmr(text: &str) -> Result<Reference, String> {
    let read = Reference::parse(text).filter(|found| matches!(found, Reference::Pmr { .. }));
    read.ok_or_else(|| "a problem record is number, branch office and country, as in 12345.123.724".to_owned())
}

/// Runs the command.
pub fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let status = match arguments.case.as_ref().or(arguments.pmr.as_ref()) {
        Some(reference) => make::execute(arguments, reference, here, terminal),
        None if arguments.verify => verify::execute(arguments, here, terminal),
        None => Err(CliError::Usage(
            "say what the package is filed under: --case TS001234567 or --pmr 12345.123.724".to_owned(),
        )),
    };
    // What stopped in the middle has nothing of interest to say.
    if terminal.cancel.is_requested() { Ok(EXIT_CANCELLED) } else { status }
}

/// A file without a name, which goes with the process.
fn scratch() -> std::io::Result<std::fs::File> {
    tempfile::tempfile()
}
