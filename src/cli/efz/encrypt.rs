//! `zjob efz encrypt`.
//!
//! A file is read twice: measured, then sealed. A stream is encrypted as it comes; its ciphertext waits in a
//! private temporary file until header and trailer can be put around it.

use std::fs::File;
use std::io::{self, BufRead, Seek};
use std::path::PathBuf;

use super::super::hostfile::{Form, Manner, Place, RecordShape};
use super::super::openpgp::{CompressionName, Writing};
use super::super::progress::Bars;
use super::super::secret::{PasswordSource, Secrets};
use super::super::{CliError, Here, Terminal, thousands};
use super::openpgp::{self, Encrypting};
use super::stream::{Input, Meter, Output, PIECE, Written, fill, private_temporary, rewind};
use super::{SUFFIX, at, host_place, label, output_place};
use crate::dataset::transfer::{self, HostFormat, TransferError};
use crate::dataset::{Attributes, RecordWriter, Run, Shape, WriteError};
use crate::efz::header::{DEFAULT_ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS, SALT};
use crate::efz::{
    self, Cipher, Contents, Description, Draft, Envelope, KeyLabel, Measure, Plan, PublicKey, Seal, SealError,
    SealingKey, Sink, Totals,
};
use crate::openpgp::Compression;
use crate::program::Progress;
use crate::system::config::{self, Config, import_attributes};
use crate::world::World;

/// Arguments of `zjob efz encrypt`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zjob efz encrypt --binary --lrecl 1024 DUMP.TRS -o DUMP.TRS.EFZ    a tersed dump, password from a prompt
  zjob efz encrypt --aes128 --icount 10000 notes.txt                 notes.txt.efz, FB 80, translated to EBCDIC
  zjob efz encrypt --rdw --recfm VB --lrecl 32756 smf.rdw --compress
  zjob efz encrypt --rsa IBM.PUBLIC.KEY dump.bin --binary            no password: see zjob efz key add
  tar c . | zjob efz encrypt --binary --recfm U - > x.efz            a stream
  zjob efz encrypt --openpgp DUMP.TRS                                DUMP.TRS.pgp, for a passphrase
  zjob efz encrypt --openpgp --recipient them.asc --sign me@example.com --armor DUMP.TRS

The layout of the file is zjob's own: IBM has not published that of CSDFILEN, so a real host cannot read it. What
--openpgp writes is read by the OpenPGP mode of Encryption Facility and by gpg: the bytes of the file as they are,
or with --text as UTF-8 text. The password is never an argument: it comes from --password-file, the variable
ZJOB_PASSWORD or a prompt, the passphrase of a signing key from ZJOB_KEY_PASSWORD or a prompt.
Exit status: 0 encrypted, 64 not.")]
pub struct Arguments {
    /// Host file; - is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Encrypted file; - is standard output [default: IN with .efz added, - for -]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Triple DES (the default, as on the host)
    #[arg(long, group = "records-cipher")]
    tdes: bool,
    /// AES with 128 bits
    #[arg(long, group = "records-cipher")]
    aes128: bool,
    /// Iterations that make a key of the password, 1 to 10000; more are safer [default: 16, as on the host]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(i64::from(FEWEST_ITERATIONS)..=i64::from(MOST_ITERATIONS)))]
    icount: Option<u32>,
    /// Encrypt for the owner of this RSA key of the system, instead of with a password
    #[arg(long, value_name = "LABEL", value_parser = label, conflicts_with_all = ["icount", "password_file"])]
    rsa: Option<KeyLabel>,
    /// Description, up to 64 characters; it is not encrypted
    #[arg(long, value_name = "TEXT", value_parser = description)]
    desc: Option<Description>,
    /// Compress before encrypting; a message of --openpgp is compressed anyway unless =none says otherwise
    #[arg(long, value_name = "HOW", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "zlib")]
    compress: Option<CompressionName>,
    /// Write an OpenPGP message, which a real host can read
    #[arg(long, conflicts_with_all = ["tdes", "aes128", "icount", "rsa", "desc"])]
    openpgp: bool,
    /// OpenPGP: lines of text instead of bytes
    #[arg(long, requires = "openpgp")]
    armor: bool,
    /// How a message is written
    #[command(flatten)]
    writing: Writing,
    /// Where the password comes from
    #[command(flatten)]
    password: PasswordSource,
    /// How records lie in the host file
    #[command(flatten)]
    form: Form,
    /// What records look like
    #[command(flatten)]
    shape: RecordShape,
    /// What may be replaced, and how much is said
    #[command(flatten)]
    manner: Manner,
}

fn description(text: &str) -> Result<Description, String> {
    Description::new(text).map_err(|error| error.to_string())
}

impl Arguments {
    /// An Encryption Facility file knows one way to compress.
    fn compresses(&self) -> bool {
        matches!(self.compress, Some(CompressionName::Zip | CompressionName::Zlib))
    }

    fn cipher(&self) -> Cipher {
        if self.aes128 { Cipher::Aes128 } else { Cipher::Tdes }
    }
}

/// How records are read and sealed.
struct Work<'a> {
    from: &'a Place,
    format: HostFormat,
    attributes: Attributes,
    plan: Plan,
    key: SealingKey,
    compress: bool,
    meter: Meter,
}

pub(super) fn execute(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    if arguments.openpgp {
        return encrypt_message(arguments, here, terminal);
    }
    let config = here.config()?;
    let format = arguments.form.format(config.code_page)?;
    let attributes = import_attributes(arguments.shape.dcb(), format).map_err(CliError::Usage)?;
    if matches!(format, HostFormat::Binary) && attributes.recfm.is_variable() {
        return Err(CliError::Usage(
            "a binary file does not say where records of RECFM=V end; use --rdw or --text".to_owned(),
        ));
    }
    let from = host_place(&arguments.input)?;
    let to = output_place(&from, arguments.output.as_deref(), |path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(SUFFIX);
        name.into()
    })?;
    let input = Input::open(&from, terminal.input)?;
    let mut output = Output::create(&to, arguments.manner.force, &mut *terminal.out)?;
    let key = key(arguments, here, &config, terminal.secrets)?;
    let work = Work {
        from: &from,
        format,
        attributes,
        plan: plan(arguments, &config, attributes),
        key,
        compress: arguments.compresses(),
        meter: Meter { bars: Bars::new(terminal.is_terminal), cancel: terminal.cancel.clone() },
    };
    let (contents, totals) = work.encrypt(input, &mut output)?;
    output.keep().map_err(|error| failed(&to, error))?;
    if !arguments.manner.quiet && to != Place::Stream {
        (terminal.explain)(&format!(
            "{to}: {} records, {} bytes, encrypted to {} bytes",
            thousands(contents.records),
            thousands(contents.bytes),
            thousands(totals.written)
        ));
    }
    Ok(0)
}

/// A message holds bytes: records mean nothing to it.
fn encrypt_message(arguments: &Arguments, here: &Here<'_>, terminal: &mut Terminal<'_>) -> Result<u8, CliError> {
    if arguments.shape.is_given() || arguments.form.is_rdw_asked() {
        let what = "an OpenPGP message holds the bytes of the file; leave the options for records out";
        return Err(CliError::Usage(what.to_owned()));
    }
    let from = host_place(&arguments.input)?;
    let wanted = Encrypting {
        from: &from,
        output: arguments.output.as_deref(),
        writing: &arguments.writing,
        password: &arguments.password,
        compression: arguments.compress.map_or(Compression::Zlib, Compression::from),
        armor: arguments.armor,
        text: arguments.form.is_text_asked(),
        force: arguments.manner.force,
        quiet: arguments.manner.quiet,
    };
    openpgp::encrypt(&wanted, here, terminal)
}

/// An output that nobody reads any more is an end like any other.
fn failed(place: &Place, error: io::Error) -> CliError {
    if error.kind() == io::ErrorKind::BrokenPipe { CliError::Io(error) } else { at(place, error) }
}

fn plan(arguments: &Arguments, config: &Config, attributes: Attributes) -> Plan {
    Plan {
        integrity: config.efz_integrity,
        attributes: efz::Attributes {
            recfm: attributes.recfm.bits(),
            // The longest is LRECL=X, 32,768.
            lrecl: u16::try_from(attributes.lrecl).unwrap_or(u16::MAX),
            blksize: attributes.blksize,
        },
        description: arguments.desc.unwrap_or_default(),
    }
}

fn key(arguments: &Arguments, here: &Here<'_>, config: &Config, secrets: &dyn Secrets) -> Result<SealingKey, CliError> {
    let world = config::world(config);
    let Some(label) = &arguments.rsa else {
        let password = arguments.password.password(true, secrets)?;
        let mut salt = [0; SALT];
        world.fill_random(&mut salt);
        let iterations = arguments.icount.unwrap_or(DEFAULT_ITERATIONS);
        return Ok(SealingKey::from_password(&password, arguments.cipher(), iterations, salt));
    };
    let row = here.system()?.store().rsa_key(label.as_str()).map_err(crate::system::SystemError::from)?;
    let row = row.ok_or_else(|| {
        CliError::Usage(format!("the system has no RSA key {label}; zjob efz key add {label} --pem FILE brings one in"))
    })?;
    let chance = &mut |bytes: &mut [u8]| world.fill_random(bytes);
    PublicKey::from_spki(&row.spki)
        .and_then(|key| SealingKey::wrapped_for(&key, label, arguments.cipher(), false, chance))
        .map_err(|error| CliError::Usage(format!("RSA key {label}: {error}")))
}

impl Work<'_> {
    fn encrypt(&self, input: Input, output: &mut Output<'_>) -> Result<(Contents, Totals), CliError> {
        match input {
            Input::File(file, length) => self.encrypt_file(file, length, output),
            Input::Stream(_) => self.encrypt_stream(input, output),
        }
    }

    fn encrypt_file(
        &self,
        mut file: File,
        length: u64,
        output: &mut Output<'_>,
    ) -> Result<(Contents, Totals), CliError> {
        let contents = self.measure(&mut file, length)?;
        file.rewind().map_err(|error| at(self.from, error))?;
        self.meter.bars.begin("encrypt", Some(length));
        let mut seal = Seal::start(&self.plan, &self.key, contents, output).map_err(|e| self.refused(e))?;
        self.import(&mut self.meter.buffered(file), &mut seal)?;
        let totals = seal.finish().map_err(|error| self.refused(error))?;
        self.meter.bars.end();
        Ok((contents, totals))
    }

    /// Counts the records, by a division where that is enough.
    fn measure(&self, file: &mut File, length: u64) -> Result<Contents, CliError> {
        let mut measure = Measure::new(self.compress);
        let record = u64::from(self.attributes.lrecl);
        let fixed = matches!(self.format, HostFormat::Binary) && self.attributes.recfm.is_fixed();
        if fixed && !self.compress && length.is_multiple_of(record) {
            measure.count(length / record, length);
        } else {
            self.meter.bars.begin("measure", Some(length));
            self.import(&mut self.meter.buffered(file), &mut measure)?;
            self.meter.bars.end();
        }
        Ok(measure.finish())
    }

    fn encrypt_stream(&self, input: Input, output: &mut Output<'_>) -> Result<(Contents, Totals), CliError> {
        self.meter.bars.begin("encrypt", None);
        let mut waiting = private_temporary()?;
        let mut draft = Draft::start(&self.key, self.compress, Written(&mut waiting));
        self.import(&mut self.meter.buffered(input), &mut draft)?;
        let contents = draft.finish().map_err(|error| self.refused(error))?;
        self.meter.bars.end();
        let waiting = rewind(waiting).map_err(|error| at(self.from, error))?;
        let totals = self.envelop(waiting, contents, output)?;
        Ok((contents, totals))
    }

    fn envelop(&self, mut ciphertext: File, contents: Contents, output: &mut Output<'_>) -> Result<Totals, CliError> {
        let start = Envelope::start(&self.plan, &self.key, contents, output);
        let mut envelope = start.map_err(|error| self.refused(error))?;
        let mut piece = vec![0; PIECE];
        loop {
            piece.resize(PIECE, 0);
            let read = fill(&self.meter, &mut ciphertext, &mut piece).map_err(|error| at(self.from, error))?;
            if read == 0 {
                return envelope.finish().map_err(|error| self.refused(error));
            }
            piece.truncate(read);
            envelope.put(&mut piece).map_err(|error| self.refused(error))?;
        }
    }

    fn import(&self, from: &mut dyn BufRead, to: &mut dyn TakesRecords) -> Result<u64, CliError> {
        let name = self.from.to_string();
        let mut records = Records { to, attributes: self.attributes, name, failure: None };
        let imported = transfer::import(from, &mut records, self.format);
        match (records.failure, imported) {
            (Some(error), _) => Err(self.refused(error)),
            (None, Ok(records)) => Ok(records),
            (None, Err(TransferError::Io(error))) => Err(failed(self.from, error)),
            (None, Err(error)) => Err(at(self.from, error)),
        }
    }

    fn refused(&self, error: SealError<io::Error>) -> CliError {
        match error {
            SealError::Sink(error) => CliError::Io(error),
            SealError::Changed { .. } | SealError::Ciphertext => at(self.from, "the file changed while it was read"),
            other @ SealError::RecordLength(_) => at(self.from, other),
        }
    }
}

/// Something that records are put into one after another.
trait TakesRecords {
    fn take(&mut self, record: &[u8]) -> Result<(), SealError<io::Error>>;

    /// Takes all records of a run; each kind has a loop of its own, without a call through a table for each record.
    fn take_run(&mut self, run: Run<'_>) -> Result<(), SealError<io::Error>> {
        run.records().try_for_each(|record| self.take(record))
    }
}

impl TakesRecords for Measure {
    fn take(&mut self, record: &[u8]) -> Result<(), SealError<io::Error>> {
        self.put(record);
        Ok(())
    }
}

impl<S: Sink<Error = io::Error>> TakesRecords for Seal<S> {
    fn take(&mut self, record: &[u8]) -> Result<(), SealError<io::Error>> {
        self.put(record)
    }
}

impl<S: Sink<Error = io::Error>> TakesRecords for Draft<S> {
    fn take(&mut self, record: &[u8]) -> Result<(), SealError<io::Error>> {
        self.put(record)
    }
}

/// Looks like a data set that is being written.
struct Records<'a> {
    to: &'a mut dyn TakesRecords,
    attributes: Attributes,
    name: String,
    failure: Option<SealError<io::Error>>,
}

impl Records<'_> {
    /// The error waits for the caller of the import, who can make more of it.
    fn noted(&mut self, taken: Result<(), SealError<io::Error>>) -> Result<(), WriteError> {
        taken.map_err(|error| {
            self.failure = Some(error);
            WriteError::Io { dataset: self.name.clone(), source: io::Error::other("not taken") }
        })
    }
}

impl RecordWriter for Records<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let longest = self.attributes.longest_record();
        if record.len() > longest || (self.attributes.recfm.is_fixed() && record.len() < longest) {
            let Attributes { recfm, lrecl, .. } = self.attributes;
            let dataset = self.name.clone();
            return Err(WriteError::Length { dataset, length: record.len(), recfm: recfm.to_string(), lrecl });
        }
        let taken = self.to.take(record);
        self.noted(taken)
    }

    fn put_run(&mut self, run: Run<'_>) -> Result<(), WriteError> {
        if run.shape != Shape::Fixed(self.attributes.longest_record()) {
            return run.records().try_for_each(|record| self.put(record));
        }
        let taken = self.to.take_run(run);
        self.noted(taken)
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}
