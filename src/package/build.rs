//! Making a package: records are packed and encrypted on their way to the output, in constant memory.
//!
//! What cannot be written in one go waits in a scratch file that has no name: the ciphertext of an Encryption
//! Facility file until its header is known, packed data until an OpenPGP message takes them.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use super::PackageError;
use super::manifest::Stage;
use super::packing::{Packing, header};
use super::sum::{RECORDS, Sum, Summed, SummedRecords};
use crate::dataset::transfer::fill;
use crate::dataset::{Attributes, Recfm, RecordWriter, Run, Shape, WriteError};
use crate::ecurep::suffixes::Content;
use crate::efz::{self, Contents, Draft, Envelope, SealError, SealingKey, Sink};
use crate::openpgp::{self, Chance, OpenPgpError, Sealing};
use crate::terse::{Method, RECORD, Stamp};

/// Bytes moved at once.
const PIECE: usize = 256 * 1024;

/// Gives all records of an input to a writer.
pub type Feed<'a> = dyn FnMut(&mut dyn RecordWriter) -> Result<(), PackageError> + 'a;

/// What a package is made of.
pub enum Source<'a> {
    /// Records.
    Records(Attributes, &'a mut Feed<'a>),
    /// Bytes that are taken as they are: data that are packed already, or what shall not be packed.
    Bytes(&'a mut dyn Read),
}

/// How data are encrypted.
pub enum Encryption<'a> {
    /// Not at all.
    None,
    /// As CSDFILEN does it.
    Efz(&'a efz::Plan, &'a SealingKey),
    /// As an OpenPGP message.
    OpenPgp(&'a Sealing<'a>),
}

/// How a package is made.
pub struct Plan<'a> {
    /// How records are packed; nothing to leave them as they are. Bytes are never packed.
    pub pack: Option<(Method, Stamp)>,
    /// How they are encrypted.
    pub encryption: Encryption<'a>,
    /// The bytes are packed records, of 1024 bytes each.
    pub packed_already: bool,
}

/// The stages of what was written, from the first to the package.
pub fn build(
    source: Source<'_>,
    plan: &Plan<'_>,
    scratch: &dyn Fn() -> io::Result<File>,
    chance: &mut Chance<'_>,
    out: &mut dyn Write,
) -> Result<Vec<Stage>, PackageError> {
    match (source, &plan.encryption) {
        (Source::Records(attributes, feed), encryption) => {
            let packing = plan.pack.as_ref();
            records(attributes, feed, packing, encryption, (scratch, chance), out)
        }
        (Source::Bytes(bytes), Encryption::None) => {
            let mut summed = Summed::new(out);
            copy(bytes, &mut summed)?;
            Ok(vec![summed.sum.stage(plain(plan))])
        }
        (Source::Bytes(bytes), Encryption::Efz(efz, key)) => {
            let mut sum = Sum::default();
            let mut feed = |writer: &mut dyn RecordWriter| packed_records(bytes, &mut sum, writer);
            let last = efz_file(&mut feed, efz, key, packed_attributes(), scratch, out)?;
            Ok(vec![sum.stage(plain(plan)), last])
        }
        (Source::Bytes(bytes), Encryption::OpenPgp(sealing)) => {
            let mut read = SummedReader { bytes, sum: Sum::default() };
            let last = message(sealing, chance, &mut read, out)?;
            Ok(vec![read.sum.stage(plain(plan)), last])
        }
    }
}

/// The name of the stage of bytes that were taken as they are.
fn plain(plan: &Plan<'_>) -> &'static str {
    if plan.packed_already { "terse" } else { "bytes" }
}

fn records(
    attributes: Attributes,
    feed: &mut Feed<'_>,
    pack: Option<&(Method, Stamp)>,
    encryption: &Encryption<'_>,
    (scratch, chance): (&dyn Fn() -> io::Result<File>, &mut Chance<'_>),
    out: &mut dyn Write,
) -> Result<Vec<Stage>, PackageError> {
    let mut first = Sum::default();
    let mut summed = |writer: &mut dyn RecordWriter| {
        let mut records = SummedRecords::new(writer);
        let result = feed(&mut records);
        first = records.sum;
        result
    };
    let mut stages = match (pack, encryption) {
        (Some(pack), Encryption::None) => vec![packed(&mut summed, attributes, pack, out)?],
        (Some(pack), Encryption::Efz(efz, key)) => {
            let mut inner = None;
            let mut feed = |writer: &mut dyn RecordWriter| {
                inner = Some(packed(&mut summed, attributes, pack, Records(writer))?);
                Ok(())
            };
            let last = efz_file(&mut feed, efz, key, packed_attributes(), scratch, out)?;
            inner.into_iter().chain([last]).collect()
        }
        (Some(pack), Encryption::OpenPgp(sealing)) => {
            let mut waiting = scratch()?;
            let inner = packed(&mut summed, attributes, pack, io::BufWriter::with_capacity(PIECE, &mut waiting))?;
            waiting.rewind()?;
            vec![inner, message(sealing, chance, &mut waiting, out)?]
        }
        (None, Encryption::Efz(efz, key)) => vec![efz_file(&mut summed, efz, key, attributes, scratch, out)?],
        (None, Encryption::None | Encryption::OpenPgp(_)) => {
            return Err(PackageError::Input("records that are not packed go as bytes".to_owned()));
        }
    };
    stages.insert(0, first.stage(RECORDS));
    Ok(stages)
}

/// Packs what `feed` gives.
fn packed(
    feed: &mut Feed<'_>,
    attributes: Attributes,
    (method, stamp): &(Method, Stamp),
    out: impl Write,
) -> Result<Stage, PackageError> {
    header(*method, attributes).map_err(PackageError::Input)?;
    let mut packing =
        Packing::new(*method, attributes, "the package".to_owned(), Summed::new(out)).map_err(PackageError::Input)?;
    feed(&mut packing)?;
    let (_, mut summed) = packing.finish(stamp)?;
    summed.flush()?;
    Ok(summed.sum.stage("terse"))
}

/// Encrypts the records that `feed` gives as CSDFILEN does.
fn efz_file(
    feed: &mut Feed<'_>,
    plan: &efz::Plan,
    key: &SealingKey,
    attributes: Attributes,
    scratch: &dyn Fn() -> io::Result<File>,
    out: &mut dyn Write,
) -> Result<Stage, PackageError> {
    let mut waiting = scratch()?;
    let draft = Draft::start(key, false, Bytes(&mut waiting));
    let mut sealing = Sealer { draft, attributes, failure: None };
    let result = feed(&mut sealing);
    if let Some(error) = sealing.failure.take() {
        return Err(error);
    }
    result?;
    let contents = sealing.draft.finish().map_err(refused)?;
    waiting.rewind()?;
    let plan = efz::Plan { attributes: of_records(attributes), ..*plan };
    enveloped(&mut waiting, &plan, key, contents, out)
}

fn of_records(attributes: Attributes) -> efz::Attributes {
    // The longest is LRECL=X, 32,768.
    let lrecl = u16::try_from(attributes.lrecl).unwrap_or(u16::MAX);
    efz::Attributes { recfm: attributes.recfm.bits(), lrecl, blksize: attributes.blksize }
}

fn enveloped(
    ciphertext: &mut File,
    plan: &efz::Plan,
    key: &SealingKey,
    contents: Contents,
    out: &mut dyn Write,
) -> Result<Stage, PackageError> {
    let mut summed = Summed::new(out);
    let mut envelope = Envelope::start(plan, key, contents, Bytes(&mut summed)).map_err(refused)?;
    let mut piece = Vec::new();
    loop {
        piece.resize(PIECE, 0);
        let read = ciphertext.read(&mut piece)?;
        if read == 0 {
            break;
        }
        piece.truncate(read);
        envelope.put(&mut piece).map_err(refused)?;
    }
    envelope.finish().map_err(refused)?;
    Ok(summed.sum.stage("efz"))
}

fn refused(error: SealError<io::Error>) -> PackageError {
    match error {
        SealError::Sink(error) => error.into(),
        other => PackageError::Input(other.to_string()),
    }
}

fn message(
    sealing: &Sealing<'_>,
    chance: &mut Chance<'_>,
    input: &mut dyn Read,
    out: &mut dyn Write,
) -> Result<Stage, PackageError> {
    let mut summed = Summed::new(out);
    openpgp::seal(sealing, chance, input, &mut summed).map_err(|error| match error {
        OpenPgpError::Io(error) => PackageError::Io(error),
        other => PackageError::Input(other.to_string()),
    })?;
    Ok(summed.sum.stage("openpgp"))
}

/// Gives packed data as records of 1024 bytes.
fn packed_records(bytes: &mut dyn Read, sum: &mut Sum, to: &mut dyn RecordWriter) -> Result<(), PackageError> {
    let mut piece = vec![0; PIECE];
    loop {
        let read = fill(bytes, &mut piece)?;
        sum.bytes(&piece[..read]);
        if read % RECORD != 0 {
            let what = format!("packed data end in the middle of a record: {} of {RECORD} bytes", read % RECORD);
            return Err(PackageError::Input(what));
        }
        if read > 0 {
            to.put_run(Run { bytes: &piece[..read], shape: Shape::Fixed(RECORD) })?;
        }
        if read < piece.len() {
            return Ok(());
        }
    }
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let read = fill(from, &mut piece)?;
        to.write_all(&piece[..read])?;
        if read < piece.len() {
            return to.flush();
        }
    }
}

/// The attributes of a packed data set.
fn packed_attributes() -> Attributes {
    Attributes::with_system_block_size(Recfm::FB, RECORD as u32)
}

/// Takes the bytes of a seal.
struct Bytes<W>(W);

impl<W: Write> Sink for Bytes<W> {
    type Error = io::Error;

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}

/// Takes packed records as bytes; they come whole, many at a time.
struct Records<'a>(&'a mut dyn RecordWriter);

impl Write for Records<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let run = Run { bytes, shape: Shape::Fixed(RECORD) };
        self.0.put_run(run).map_err(|error| match error {
            WriteError::Io { source, .. } => source,
            other => io::Error::other(other.to_string()),
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Looks like a data set that is being written.
struct Sealer<'a> {
    draft: Draft<Bytes<&'a mut File>>,
    attributes: Attributes,
    failure: Option<PackageError>,
}

impl RecordWriter for Sealer<'_> {
    fn attributes(&self) -> Attributes {
        self.attributes
    }

    fn put(&mut self, record: &[u8]) -> Result<(), WriteError> {
        let longest = self.attributes.longest_record();
        let name = || "the package".to_owned();
        if record.len() > longest || (self.attributes.recfm.is_fixed() && record.len() < longest) {
            let Attributes { recfm, lrecl, .. } = self.attributes;
            return Err(WriteError::Length { dataset: name(), length: record.len(), recfm: recfm.to_string(), lrecl });
        }
        self.draft.put(record).map_err(|error| {
            self.failure = Some(refused(error));
            WriteError::Io { dataset: name(), source: io::Error::other("not taken") }
        })
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// Sums what is read.
struct SummedReader<'a> {
    bytes: &'a mut dyn Read,
    sum: Sum,
}

impl Read for SummedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.sum.bytes(&buffer[..read]);
        Ok(read)
    }
}

/// What the outermost stage is.
pub fn outermost(packed: bool, encryption: &Encryption<'_>) -> Content {
    match encryption {
        Encryption::Efz(..) => Content::Encrypted,
        Encryption::OpenPgp(_) => Content::OpenPgp,
        Encryption::None if packed => Content::Packed,
        Encryption::None => Content::Other,
    }
}
