//! Opening a package, or anything that was received: what it is shows in its first bytes, stage by stage, until
//! records or plain bytes come out.
//!
//! Nothing clear reaches the target before the stage around it was checked as a whole: clear data of an encrypted
//! stage wait in a scratch file that has no name, or are released in a second pass.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};

use super::manifest::Stage;
use super::packing::Unpacking;
use super::sum::{RECORDS, Sum, SummedRecords};
use super::{PackageError, START, content};
use crate::dataset::{Attributes, Recfm, RecordReader, RecordWriter, Run, Shape};
use crate::ecurep::suffixes::Content;
use crate::efz::{self, Check, Checked, Facts, ReleaseError, Secret};
use crate::openpgp::{self, Asked, OpenFailure, OpenPgpError, Opener, Passphrase};
use crate::terse::library::LibraryDecoder;
use crate::terse::{DecodeError, Decoder, Limit, Organization, RECORD};

/// Bytes moved at once.
const PIECE: usize = 256 * 1024;
/// Most stages around records. Nobody encrypts more than twice.
const MOST_STAGES: usize = 4;

/// Where what comes out goes.
pub trait Target {
    /// A writer for records of these attributes.
    fn records(&mut self, attributes: Attributes) -> Result<&mut dyn RecordWriter, PackageError>;

    /// Takes the members of a packed library. They are kept only if all of them are there.
    fn library(&mut self, members: LibraryDecoder<BufReader<File>>) -> Result<(), PackageError>;

    /// A writer for bytes that are no stage of a package.
    fn bytes(&mut self) -> Result<&mut dyn Write, PackageError>;
}

/// What opens an Encryption Facility file.
pub enum EfzKey {
    /// A password.
    Password(efz::Password),
    /// A private key.
    Rsa(efz::PrivateKey),
}

/// Who gives passwords and keys.
pub trait Keys {
    /// The key of an Encryption Facility file.
    fn efz(&mut self, facts: &Facts) -> Result<EfzKey, PackageError>;

    /// The OpenPGP keys at hand.
    fn openpgp(&self) -> Vec<&openpgp::Key>;

    /// Asks for a passphrase.
    fn passphrase(&self, asked: Asked<'_>) -> Result<Passphrase, PackageError>;

    /// Seconds since 1970.
    fn now(&self) -> u32;

    /// Told of what is worth knowing, such as signatures.
    fn tell(&self, words: &str);
}

/// Limits of what may come out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Of packed data.
    pub terse: Limit,
    /// Of OpenPGP messages.
    pub openpgp: openpgp::Limit,
}

/// What was opened.
#[derive(Debug)]
pub struct Opened {
    /// From the first (records, bytes) to the file itself.
    pub stages: Vec<Stage>,
    /// How the records look, if they are records.
    pub attributes: Option<Attributes>,
}

/// Opens `file` down to its records.
pub fn open(
    file: File,
    keys: &mut dyn Keys,
    limits: Limits,
    scratch: &dyn Fn() -> io::Result<File>,
    target: &mut dyn Target,
) -> Result<Opened, PackageError> {
    let mut current = file;
    let mut stages = Vec::new();
    for _ in 0..MOST_STAGES {
        let start = start_of(&mut current)?;
        match content(&start) {
            Content::Packed => {
                stages.push(summed(&mut current, "terse")?);
                let unpacked = unpack(current, limits.terse, target)?;
                let (attributes, records) = unpacked.unzip();
                return Ok(finished(stages, records, attributes));
            }
            Content::Encrypted => {
                stages.push(summed(&mut current, "efz")?);
                let checked = check(&mut current, keys)?;
                if !holds_packed(&checked, &mut current)? {
                    let (attributes, stage) = release(&checked, &mut current, target)?;
                    return Ok(finished(stages, Some(stage), Some(attributes)));
                }
                current = into_scratch(&checked, &mut current, scratch)?;
            }
            Content::OpenPgp => {
                stages.push(summed(&mut current, "openpgp")?);
                current = decrypt(&mut current, keys, limits.openpgp, scratch)?;
            }
            Content::Other => {
                let stage = copy(&mut current, target)?;
                if stages.is_empty() {
                    return Ok(Opened { stages: vec![stage], attributes: None });
                }
                return Ok(finished(stages, Some(stage), None));
            }
        }
    }
    Err(PackageError::Damaged(format!("more than {MOST_STAGES} stages, one around the other")))
}

fn finished(mut stages: Vec<Stage>, first: Option<Stage>, attributes: Option<Attributes>) -> Opened {
    stages.extend(first);
    stages.reverse();
    Opened { stages, attributes }
}

/// The first bytes; the file stands at its beginning again.
fn start_of(file: &mut File) -> io::Result<Vec<u8>> {
    file.rewind()?;
    let mut start = Vec::new();
    file.take(START as u64).read_to_end(&mut start)?;
    file.rewind()?;
    Ok(start)
}

/// Gives the file piece by piece from its beginning.
fn pieces<E: From<io::Error>>(file: &mut File, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    file.rewind()?;
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => take(&piece[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn summed(file: &mut File, name: &str) -> Result<Stage, PackageError> {
    let mut sum = Sum::default();
    pieces(file, |piece| {
        sum.bytes(piece);
        Ok::<_, PackageError>(())
    })?;
    file.rewind()?;
    Ok(sum.stage(name))
}

fn copy(file: &mut File, target: &mut dyn Target) -> Result<Stage, PackageError> {
    let mut sum = Sum::default();
    let out = target.bytes()?;
    pieces(file, |piece| {
        sum.bytes(piece);
        out.write_all(piece)
    })?;
    Ok(sum.stage("bytes"))
}

/// The records and their attributes; the members of a library go to the target as they are.
fn unpack(packed: File, limit: Limit, target: &mut dyn Target) -> Result<Option<(Attributes, Stage)>, PackageError> {
    let decoder = Decoder::new(BufReader::with_capacity(PIECE, packed)).map_err(undecodable)?.with_limit(limit);
    if decoder.header().organization == Organization::Library {
        target.library(LibraryDecoder::new(decoder).map_err(undecodable)?)?;
        return Ok(None);
    }
    let mut reader = Unpacking::new(decoder);
    let attributes = reader.attributes();
    let mut records = SummedRecords::new(target.records(attributes)?);
    while let Some(run) = reader.next_run()? {
        records.put_run(run)?;
    }
    let stage = records.sum.stage(RECORDS);
    match reader.end() {
        (decoder, None) if decoder.trailer().is_some_and(|trailer| trailer.lost_its_only_byte()) => {
            Err(PackageError::Damaged("the packed data have lost their only byte".to_owned()))
        }
        (_, None) => Ok(Some((attributes, stage))),
        (_, Some(error)) if error.is_only_length() => Ok(Some((attributes, stage))),
        (_, Some(error)) => Err(undecodable(error)),
    }
}

/// What is wrong with packed data.
pub fn undecodable(error: DecodeError) -> PackageError {
    match error {
        DecodeError::Io(error) => error.into(),
        other => PackageError::Damaged(other.to_string()),
    }
}

/// The first pass over an Encryption Facility file.
fn check(file: &mut File, keys: &mut dyn Keys) -> Result<Checked, PackageError> {
    let damaged = |error: efz::Damage| PackageError::Damaged(error.to_string());
    let start = start_of(file)?;
    let facts = efz::facts(&start).map_err(|error| PackageError::Damaged(error.to_string()))?;
    let facts = facts.ok_or_else(|| PackageError::Damaged("the file is cut off in its header".to_owned()))?;
    let key = keys.efz(&facts)?;
    let secret = match &key {
        EfzKey::Password(password) => Secret::Password(password),
        EfzKey::Rsa(key) => Secret::Rsa(key),
    };
    let mut check = Check::new(secret);
    pieces(file, |piece| check.feed(piece).map_err(damaged))?;
    check.finish().map_err(damaged)
}

/// Why a second pass ended before the end.
enum Stop {
    /// Enough was seen.
    Enough,
    Failed(PackageError),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<efz::Damage> for Stop {
    fn from(damage: efz::Damage) -> Self {
        Self::Failed(PackageError::Damaged(damage.to_string()))
    }
}

/// The second pass: gives each record to `take`.
fn second_pass(
    checked: &Checked,
    file: &mut File,
    take: impl FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<(), PackageError> {
    let mut open = checked.open(take);
    let fed = pieces(file, |piece| {
        open.feed(piece).map_err(|error| match error {
            ReleaseError::Damaged(damage) => damage.into(),
            ReleaseError::Sink(stop) => stop,
        })
    });
    match fed.and_then(|()| open.finish().map(drop).map_err(Stop::from)) {
        Ok(()) | Err(Stop::Enough) => Ok(()),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// True if the records are packed data.
fn holds_packed(checked: &Checked, file: &mut File) -> Result<bool, PackageError> {
    let mut packed = false;
    second_pass(checked, file, |record| {
        packed = record.len() == RECORD && content(record) == Content::Packed;
        Err(Stop::Enough)
    })?;
    Ok(packed)
}

/// Packed data out of their encryption.
fn into_scratch(
    checked: &Checked,
    file: &mut File,
    scratch: &dyn Fn() -> io::Result<File>,
) -> Result<File, PackageError> {
    let mut clear = io::BufWriter::with_capacity(PIECE, scratch()?);
    second_pass(checked, file, |record| Ok(clear.write_all(record)?))?;
    Ok(clear.into_inner().map_err(io::IntoInnerError::into_error)?)
}

/// Records out of their encryption.
fn release(checked: &Checked, file: &mut File, target: &mut dyn Target) -> Result<(Attributes, Stage), PackageError> {
    let said = &checked.facts().attributes;
    let recfm = Recfm::from_bits(said.recfm)
        .ok_or_else(|| PackageError::Damaged("the file names no record format".to_owned()))?;
    let attributes = Attributes { recfm, lrecl: said.lrecl.into(), blksize: said.blksize };
    let mut records = SummedRecords::new(target.records(attributes)?);
    second_pass(checked, file, |record| {
        let run = Run { bytes: record, shape: Shape::Whole };
        records.put_run(run).map_err(|error| Stop::Failed(error.into()))
    })?;
    Ok((attributes, records.sum.stage(RECORDS)))
}

fn decrypt(
    file: &mut File,
    keys: &mut dyn Keys,
    limit: openpgp::Limit,
    scratch: &dyn Fn() -> io::Result<File>,
) -> Result<File, PackageError> {
    file.rewind()?;
    let mut clear = io::BufWriter::with_capacity(PIECE, scratch()?);
    let keys: &dyn Keys = keys;
    let at_hand = keys.openpgp();
    let mut ask = |asked: Asked<'_>| keys.passphrase(asked);
    let door = Opener { keys: &at_hand, signer: None, ask: &mut ask, limit, now: keys.now() };
    let opened = openpgp::open(door, &mut *file, &mut clear).map_err(|failure| match failure {
        OpenFailure::Asked(error) => error,
        OpenFailure::Message(OpenPgpError::Io(error)) => error.into(),
        OpenFailure::Message(other) => PackageError::Damaged(other.to_string()),
    })?;
    for signature in &opened.signatures {
        keys.tell(&signature.to_string());
    }
    Ok(clear.into_inner().map_err(io::IntoInnerError::into_error)?)
}
