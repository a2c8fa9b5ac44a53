//! `zjob efz decrypt`.
//!
//! Nothing clear is written before all of the file was checked. A stream waits, encrypted as it is, in a private
//! temporary file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::hostfile::{Form, Manner, Place};
use super::super::openpgp::Reading;
use super::super::progress::Bars;
use super::super::secret::{PasswordSource, Secrets};
use super::super::terse::unpack::limit;
use super::super::{CliError, Here, Terminal, thousands};
use super::openpgp::{self, Decrypting, Refusal};
use super::stream::{Input, Meter, Output, PIECE, Stamp, fill, private_temporary, rewind};
use super::{EXIT_DAMAGED, SUFFIX, at, host_place, label, output_place};
use crate::dataset::Recfm;
use crate::dataset::attributes::lrecl_text;
use crate::dataset::transfer::{self, HostFormat, TransferError};
use crate::efz::{
    Check, Checked, Damage, Facts, HeaderError, KeyLabel, Password, PrivateKey, Protection, PublicKey, ReleaseError,
    Secret, Sink, facts,
};
use crate::openpgp::{Limit, OpenPgpError, is_message};
use crate::program::Progress;
use crate::store::RsaKeyRow;
use crate::system::SystemError;

/// Arguments of `zjob efz decrypt`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob efz decrypt notes.txt.efz                           notes.txt, one line for each record
  zjob efz decrypt --binary DUMP.TRS.EFZ -o DUMP.TRS       the bytes of the records, end to end
  zjob efz decrypt --rdw smf.rdw.efz                       each record behind its length: nothing is lost
  curl -s https://example.com/x.efz | zjob efz decrypt -   a stream: written only when all of it was checked
  zjob efz decrypt DUMP.TRS.pgp --key me.asc               an OpenPGP message, recognized by its content

An OpenPGP message gives its bytes as they are; its integrity and its signatures are checked before any of them is
written, in a private temporary file. It is opened by a passphrase or by a secret key, of --key or of the system.
A file that was encrypted for an RSA key needs no password: its key is found among those of the system.
Exit status: 0 decrypted; 8 wrong password or key, damaged, or no such file; 64 a file cannot be read or written.
Unless all is well nothing is written.")]
pub struct Arguments {
    /// Encrypted file; - is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Host file; - is standard output [default: IN without .efz, - for -]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Use this RSA key of the system [default: the one that the file was encrypted for]
    #[arg(long, value_name = "LABEL", value_parser = label, conflicts_with = "password_file")]
    rsa: Option<KeyLabel>,
    /// OpenPGP keys
    #[command(flatten)]
    reading: Reading,
    /// Most bytes that an OpenPGP message may become, as in 500M or 20G; none for no limit [default: 1G, or 200 times
    /// its size]
    #[arg(long, value_name = "BYTES", value_parser = limit)]
    limit: Option<crate::terse::Limit>,
    /// Where the password comes from
    #[command(flatten)]
    password: PasswordSource,
    /// How records shall lie in the host file
    #[command(flatten)]
    form: Form,
    /// What may be replaced, and how much is said
    #[command(flatten)]
    manner: Manner,
}

/// Why nothing was decrypted.
enum Problem {
    /// The file, the password or the key.
    Damage(Damage),
    /// An OpenPGP message.
    Message(OpenPgpError),
    Failed(CliError),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Message(error) => Self::Message(error),
            Refusal::Failed(error) => Self::Failed(error),
        }
    }
}

impl From<Damage> for Problem {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<HeaderError> for Problem {
    fn from(error: HeaderError) -> Self {
        Self::Damage(error.into())
    }
}

impl From<CliError> for Problem {
    fn from(error: CliError) -> Self {
        Self::Failed(error)
    }
}

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    let format = arguments.form.format(here.config()?.code_page)?;
    let from = host_place(&arguments.input)?;
    let to = output_place(&from, arguments.output.as_deref(), |path| clear_name(path, format))?;
    match decrypt(arguments, (&from, &to), format, here, terminal) {
        Ok(words) => {
            if !arguments.manner.quiet && to != Place::Stream {
                (terminal.explain)(&words);
            }
            Ok(0)
        }
        Err(Problem::Damage(damage)) if !terminal.cancel.is_requested() => {
            (terminal.explain)(&format!("{from}: {damage}; nothing was written"));
            Ok(EXIT_DAMAGED)
        }
        Err(Problem::Message(error)) if !terminal.cancel.is_requested() => {
            (terminal.explain)(&format!("{from}: {error}; nothing was written"));
            Ok(EXIT_DAMAGED)
        }
        Err(Problem::Damage(_) | Problem::Message(_)) => Ok(EXIT_DAMAGED),
        Err(Problem::Failed(error)) => Err(error),
    }
}

/// The name without `.efz` or what OpenPGP messages are called; without such an end, one that tells the form.
fn clear_name(path: &Path, format: HostFormat) -> PathBuf {
    let mut suffixes = [SUFFIX].into_iter().chain(openpgp::SUFFIXES);
    if path.extension().is_some_and(|extension| suffixes.any(|suffix| extension.eq_ignore_ascii_case(suffix))) {
        return path.with_extension("");
    }
    let mut name = path.as_os_str().to_owned();
    name.push(match format {
        HostFormat::Text { .. } => ".txt",
        HostFormat::Binary => ".bin",
        HostFormat::Rdw => ".rdw",
    });
    name.into()
}

fn decrypt(
    arguments: &Arguments,
    (from, to): (&Place, &Place),
    format: HostFormat,
    here: &Here<'_>,
    terminal: &mut Terminal<'_>,
) -> Result<String, Problem> {
    let meter = Meter { bars: Bars::new(terminal.is_terminal), cancel: terminal.cancel.clone() };
    let failed = |error: io::Error| Problem::Failed(at(from, error));
    let mut input = Input::open(from, terminal.input)?;
    let stamp = input.stamp().map_err(failed)?;
    let (start, found) = start(&mut input, &meter).map_err(|problem| named(problem, from))?;
    let output = Output::create(to, arguments.manner.force, &mut *terminal.out)?;
    let Some(found) = found else {
        return message(
            arguments,
            (from, to),
            (start, input),
            output,
            here,
            (&meter, terminal.secrets, terminal.explain),
        );
    };
    let secret = Unlock::find(&found, arguments, here, terminal.secrets)?;
    meter.bars.begin("check", input.length());
    let (checked, file) = check(&secret, &start, input, &meter).map_err(|problem| named(problem, from))?;
    meter.bars.end();
    meter.bars.begin("decrypt", Some(checked.facts().file));
    let file = rewind(file).map_err(failed)?;
    let source = (&checked, file, stamp);
    let released = release(source, output, format, &meter).map_err(|problem| named(problem, from))?;
    meter.bars.end();
    Ok(words(to, checked.facts(), &released, format))
}

/// A meter, where secrets come from, and words for the user.
type Helpers<'a> = (&'a Meter, &'a dyn Secrets, &'a dyn Fn(&str));

/// Opens an OpenPGP message.
fn message(
    arguments: &Arguments,
    (from, to): (&Place, &Place),
    start_and_rest: (Vec<u8>, Input),
    output: Output<'_>,
    here: &Here<'_>,
    (meter, secrets, explain): Helpers<'_>,
) -> Result<String, Problem> {
    if arguments.rsa.is_some() || arguments.form.is_rdw_asked() {
        let what = "it is an OpenPGP message, which holds bytes and no records: leave --rsa and --rdw out";
        return Err(Problem::Failed(at(from, what)));
    }
    let limit = match arguments.limit {
        None => Limit::Usual,
        Some(crate::terse::Limit::Bytes(bytes)) => Limit::Bytes(bytes),
        Some(_) => Limit::None,
    };
    let wanted = Decrypting { from, reading: &arguments.reading, password: &arguments.password, limit };
    let (opened, told) = openpgp::decrypt(&wanted, start_and_rest, output, here, (meter, secrets))?;
    for words in &told {
        explain(&format!("{from}: {words}"));
    }
    Ok(openpgp::words(to, &opened))
}

/// An input that cannot be read is named.
fn named(problem: Problem, place: &Place) -> Problem {
    match problem {
        Problem::Failed(CliError::Io(error)) if error.kind() != io::ErrorKind::BrokenPipe => {
            Problem::Failed(at(place, error))
        }
        other => other,
    }
}

/// Reads as much as it takes to know what the file says of itself; an OpenPGP message says nothing.
fn start(input: &mut Input, meter: &Meter) -> Result<(Vec<u8>, Option<Facts>), Problem> {
    let mut start = Vec::new();
    let mut piece = vec![0; 4096];
    loop {
        let read = fill(meter, input, &mut piece).map_err(CliError::from)?;
        start.extend_from_slice(&piece[..read]);
        if is_message(&start) {
            return Ok((start, None));
        }
        match facts(&start)? {
            Some(found) => return Ok((start, Some(found))),
            None if read == 0 => return Err(HeaderError::Cut(start.len()).into()),
            None => {}
        }
    }
}

/// What opens the file.
enum Unlock {
    Password(Password),
    Key(PrivateKey),
}

impl Unlock {
    fn find(found: &Facts, arguments: &Arguments, here: &Here<'_>, secrets: &dyn Secrets) -> Result<Self, CliError> {
        match (&found.protection, &arguments.rsa) {
            (Protection::Password { .. }, None) => arguments.password.password(false, secrets).map(Self::Password),
            (Protection::Password { .. }, Some(label)) => {
                Err(CliError::Usage(format!("the file needs a password; leave --rsa {label} out")))
            }
            (Protection::Rsa { label, .. }, _) if arguments.password.password_file.is_some() => {
                Err(CliError::Usage(format!(
                    "the file was encrypted for the RSA key {label}, not with a password; leave --password-file out"
                )))
            }
            (Protection::Rsa { label, fingerprint, .. }, wanted) => {
                let rows = here.system()?.store().rsa_keys().map_err(SystemError::from)?;
                private_key(&rows, wanted.as_ref(), label, fingerprint).map(Self::Key)
            }
        }
    }

    fn secret(&self) -> Secret<'_> {
        match self {
            Self::Password(password) => Secret::Password(password),
            Self::Key(key) => Secret::Rsa(key),
        }
    }
}

/// The private key that was named, else the one that the file was encrypted for.
pub(in crate::cli) fn private_key(
    rows: &[RsaKeyRow],
    wanted: Option<&KeyLabel>,
    label: &str,
    fingerprint: &[u8],
) -> Result<PrivateKey, CliError> {
    let fits = |row: &&RsaKeyRow| match wanted {
        Some(wanted) => row.label == wanted.as_str(),
        None => PublicKey::from_spki(&row.spki).is_ok_and(|key| key.fingerprint() == fingerprint),
    };
    let found: Vec<_> = rows.iter().filter(fits).collect();
    let Some(pkcs8) = found.iter().find_map(|row| row.pkcs8.as_ref()) else {
        return Err(CliError::Usage(match (wanted, found.is_empty()) {
            (Some(wanted), true) => format!("the system has no RSA key {wanted}; zjob efz key list shows all"),
            (None, true) => format!(
                "the file was encrypted for an RSA key with the label {label}, which the system does not have; \
                 zjob efz key add {label} --pem FILE brings it in"
            ),
            (_, false) => {
                format!("of the RSA key {label} the system knows only the public half, which does not decrypt")
            }
        }));
    };
    PrivateKey::from_pkcs8(pkcs8).map_err(|error| CliError::Usage(format!("RSA key {label}: {error}")))
}

/// The first pass. The result can be read again: the file itself, or the temporary that holds the stream.
fn check(secret: &Unlock, start: &[u8], mut input: Input, meter: &Meter) -> Result<(Checked, File), Problem> {
    let mut check = Check::new(secret.secret());
    check.feed(start)?;
    let mut copy = match &input {
        Input::File(..) => None,
        Input::Stream(_) => Some(private_temporary()?),
    };
    let mut keep = |bytes: &[u8]| copy.as_mut().map_or(Ok(()), |copy| copy.write_all(bytes)).map_err(CliError::from);
    keep(start)?;
    let mut piece = vec![0; PIECE];
    loop {
        let read = fill(meter, &mut input, &mut piece).map_err(CliError::from)?;
        if read == 0 {
            break;
        }
        check.feed(&piece[..read])?;
        keep(&piece[..read])?;
    }
    let file = match (copy, input) {
        (Some(copy), _) => copy,
        (None, Input::File(file, _)) => file,
        (None, Input::Stream(_)) => private_temporary()?,
    };
    Ok((check.finish()?, file))
}

/// What the second pass has written.
struct Released {
    records: u64,
    bytes: u64,
}

/// The second pass. Nobody checks the bytes again, so the file must have kept its stamp.
fn release(
    (checked, mut file, stamp): (&Checked, File, Option<Stamp>),
    output: Output<'_>,
    format: HostFormat,
    meter: &Meter,
) -> Result<Released, Problem> {
    let fixed = Recfm::from_bits(checked.facts().attributes.recfm).is_some_and(Recfm::is_fixed);
    let mut records = ToHost { out: BufWriter::with_capacity(PIECE, output), format, fixed, records: 0, bytes: 0 };
    let mut open = checked.open(&mut records);
    let mut piece = vec![0; PIECE];
    loop {
        let read = fill(meter, &mut file, &mut piece).map_err(CliError::from)?;
        if read == 0 {
            break;
        }
        open.feed(&piece[..read]).map_err(|error| match error {
            ReleaseError::Damaged(damage) => Problem::Damage(damage),
            ReleaseError::Sink(TransferError::Io(error)) => Problem::Failed(CliError::Io(error)),
            ReleaseError::Sink(error) => Problem::Failed(CliError::Usage(error.to_string())),
        })?;
    }
    open.finish()?;
    let ToHost { out, records, bytes, .. } = records;
    let output = out.into_inner().map_err(|error| CliError::Io(error.into_error()))?;
    if let Some(stamp) = stamp
        && Stamp::of(&file).map_err(CliError::from)? != stamp
    {
        return Err(Problem::Failed(CliError::Io(io::Error::other("the file changed while it was read"))));
    }
    output.keep().map_err(CliError::from)?;
    Ok(Released { records, bytes })
}

/// Records on their way into the host file.
struct ToHost<W: Write> {
    out: W,
    format: HostFormat,
    fixed: bool,
    records: u64,
    bytes: u64,
}

impl<W: Write> Sink for &mut ToHost<W> {
    type Error = TransferError;

    fn put(&mut self, record: &[u8]) -> Result<(), TransferError> {
        self.records += 1;
        self.bytes += record.len() as u64;
        transfer::export_record(record, self.records, &mut self.out, self.format, self.fixed)
    }
}

fn words(to: &Place, facts: &Facts, released: &Released, format: HostFormat) -> String {
    let recfm = Recfm::from_bits(facts.attributes.recfm);
    let mut words = format!(
        "{to}: {} records, {} bytes; they had RECFM={}, LRECL={}, BLKSIZE={}",
        thousands(released.records),
        thousands(released.bytes),
        recfm.map(|recfm| recfm.to_string()).unwrap_or_default(),
        lrecl_text(recfm, facts.attributes.lrecl.into()),
        facts.attributes.blksize
    );
    if matches!(format, HostFormat::Binary) && !recfm.is_some_and(Recfm::is_fixed) {
        words.push_str("; --binary does not show where records of variable length end, --rdw keeps that");
    }
    words
}
