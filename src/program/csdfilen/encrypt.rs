//! CSDFILEN at work.
//!
//! SYSUT1 is read twice: first it is measured, because the header in front says how long the body is.

use crate::dataset::attributes::HALF_TRACK;
use crate::dataset::record::RDW;
use crate::dataset::{Attributes, Dcb, Recfm, RecordReader, RecordWriter, Shape};
use crate::efz::{
    self, Cipher, Contents, KeyLabel, Measure, Plan, PublicKey, Seal, SealError, SealingKey, Sink, Totals,
};
use crate::message::{Message, own, programs};
use crate::program::{Completion, StepContext};

use super::super::failure::Failure;
use super::report::{Call, CipherTimes, Report, elapsed, grouped};
use super::statement::{Direction, KeyWish, Wishes};
use super::{INPUT, OUTPUT, RC_INTERNAL, cannot_open, rsa_key, wrong};

pub(super) fn run(step: &StepContext<'_>, report: &mut Report<'_>) -> Result<(), Failure> {
    let watch = step.world.stopwatch();
    report.heading()?;
    let wishes = Wishes::read(step, report, Direction::Encrypt)?;
    if wishes.has_other_key_types() {
        step.console.explain(
            "SYSIN asks for several kinds of key, and the last one counts. Whether the host takes more than one is not \
             published: keep one of CLRTDES, CLRAES128 and ENCTDES.",
        );
    }
    let key = key(step, report, &wishes)?;
    let (attributes, measured) = measure(step, wishes.compression())?;
    report.attributes(attributes)?;
    let done = seal(step, &plan(step, &wishes, attributes), &key, measured)?;
    report.line(&programs::CSDFILEN_OUTPUT.with(&[&HALF_TRACK]))?;
    report.line(&key_type(&wishes))?;
    report.line(&programs::CSDFILEN_RECORDS.with(&[&measured.records, &done.blocks]))?;
    report.line(&programs::CSDFILEN_BYTES.with(&[&grouped(measured.bytes), &grouped(done.totals.written)]))?;
    done.times.print(report)?;
    Ok(report.line(&programs::CSDFILEN_ELAPSED.with(&[&elapsed(&watch)]))?)
}

/// The line that names the kind of data key.
fn key_type(wishes: &Wishes) -> Message {
    match wishes.cipher() {
        Cipher::Tdes if wishes.secure_key() => programs::CSDFILEN_SECURE_TDES.plain(),
        Cipher::Tdes => own::ZJB401I.with(&[&"CLEAR TDES KEY"]),
        Cipher::Aes128 => own::ZJB401I.with(&[&"CLEAR AES-128 KEY"]),
    }
}

/// The data key of this run.
fn key(step: &StepContext<'_>, report: &mut Report<'_>, wishes: &Wishes) -> Result<SealingKey, Failure> {
    match wishes.key()? {
        KeyWish::Password(password) => {
            let mut salt = [0; efz::header::SALT];
            step.world.fill_random(&mut salt);
            Ok(SealingKey::from_password(password, wishes.cipher(), wishes.iterations(), salt))
        }
        KeyWish::Rsa(label) => {
            let key = wrapped_key(step, wishes, label)?;
            report.line(&programs::CSDFILEN_RSA_KEY.with(&[label]))?;
            Ok(key)
        }
    }
}

fn wrapped_key(step: &StepContext<'_>, wishes: &Wishes, label: &KeyLabel) -> Result<SealingKey, Failure> {
    if wishes.has_idle_iterations() {
        step.console.explain("ICOUNT says how a key is made of a password; with RSA it has no effect.");
    }
    let row = rsa_key(step, label)?;
    let chance = &mut |bytes: &mut [u8]| step.world.fill_random(bytes);
    PublicKey::from_spki(&row.spki)
        .and_then(|key| SealingKey::wrapped_for(&key, label, wishes.cipher(), wishes.secure_key(), chance))
        .map_err(|error| wrong(own::ZJB426E.with(&[label, &error])))
}

/// The first pass.
fn measure(step: &StepContext<'_>, compress: bool) -> Result<(Attributes, Contents), Failure> {
    let mut reader = open_input(step)?;
    let mut measure = Measure::new(compress);
    step.progress.begin("CSDFILEN, compressing to measure", None);
    let measured = measure_records(step, reader.as_mut(), &mut measure);
    step.progress.end();
    measured?;
    Ok((reader.attributes(), measure.finish()))
}

fn measure_records(
    step: &StepContext<'_>,
    reader: &mut dyn RecordReader,
    measure: &mut Measure,
) -> Result<(), Failure> {
    while let Some(run) = reader.next_run()? {
        step.cancel.check()?;
        if measure.needs_records() {
            run.records().for_each(|record| measure.put(record));
        } else {
            let records = run.count();
            measure.count(records, run.bytes.len() as u64 - records * descriptors(run.shape));
        }
        step.progress.advance(run.bytes.len() as u64);
    }
    Ok(())
}

/// Bytes in a run that stand in front of each record and do not belong to it.
fn descriptors(shape: Shape) -> u64 {
    if shape == Shape::Described { RDW as u64 } else { 0 }
}

fn open_input<'a>(step: &StepContext<'a>) -> Result<Box<dyn RecordReader + 'a>, Failure> {
    step.dds.open_input(INPUT, Dcb::default()).map_err(|error| cannot_open(INPUT, error))
}

/// What the second pass has done.
struct Done {
    totals: Totals,
    blocks: u64,
    times: CipherTimes,
}

/// The second pass.
fn seal(step: &StepContext<'_>, plan: &Plan, key: &SealingKey, measured: Contents) -> Result<Done, Failure> {
    let mut out = Blocks::open(step)?;
    let mut reader = open_input(step)?;
    step.progress.begin("CSDFILEN", Some(measured.bytes));
    let seal = Seal::start(plan, key, measured, &mut out);
    let sealed = seal.map_err(Failure::from).and_then(|seal| seal_records(step, seal, reader.as_mut()));
    step.progress.end();
    let totals = sealed?;
    let times = out.times;
    Ok(Done { totals, times, blocks: out.close()? })
}

fn plan(step: &StepContext<'_>, wishes: &Wishes, attributes: Attributes) -> Plan {
    Plan {
        integrity: step.settings.efz_integrity,
        attributes: efz::Attributes {
            recfm: attributes.recfm.bits(),
            // The longest is LRECL=X, 32,768.
            lrecl: u16::try_from(attributes.lrecl).unwrap_or(u16::MAX),
            blksize: attributes.blksize,
        },
        description: wishes.description.unwrap_or_default(),
    }
}

fn seal_records(
    step: &StepContext<'_>,
    mut seal: Seal<&mut Blocks<'_>>,
    reader: &mut dyn RecordReader,
) -> Result<Totals, Failure> {
    while let Some(run) = reader.next_run()? {
        for record in run.records() {
            seal.put(record)?;
        }
        step.progress.advance(run.bytes.len() as u64);
    }
    Ok(seal.finish()?)
}

impl From<SealError<Completion>> for Failure {
    fn from(error: SealError<Completion>) -> Self {
        match error {
            SealError::Sink(completion) => completion.into(),
            SealError::Changed { .. } | SealError::RecordLength(_) | SealError::Ciphertext => {
                Self::Told(own::ZJB421E.with(&[&INPUT]), RC_INTERNAL)
            }
        }
    }
}

/// SYSUT2: cuts the stream into blocks and measures the cipher.
struct Blocks<'a> {
    step: StepContext<'a>,
    out: Box<dyn RecordWriter + 'a>,
    block: Vec<u8>,
    written: u64,
    times: CipherTimes,
}

impl<'a> Blocks<'a> {
    fn open(step: &StepContext<'a>) -> Result<Self, Failure> {
        let program = Dcb { recfm: Some(Recfm::U), lrecl: Some(0), blksize: Some(HALF_TRACK), dsorg: None };
        let out = step.dds.open_output(OUTPUT, program).map_err(|error| cannot_open(OUTPUT, error))?;
        let block = Vec::with_capacity(HALF_TRACK as usize);
        Ok(Self { step: *step, out, block, written: 0, times: CipherTimes::default() })
    }

    fn flush(&mut self) -> Result<(), Completion> {
        self.out.put(&self.block)?;
        self.block.clear();
        self.written += 1;
        Ok(())
    }

    /// Writes the last, short block; gives the number of blocks.
    fn close(mut self) -> Result<u64, Failure> {
        if !self.block.is_empty() {
            self.flush()?;
        }
        self.out.close()?;
        Ok(self.written)
    }
}

impl Sink for &mut Blocks<'_> {
    type Error = Completion;

    fn put(&mut self, mut bytes: &[u8]) -> Result<(), Completion> {
        self.step.cancel.check()?;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(HALF_TRACK as usize - self.block.len()));
            self.block.extend_from_slice(now);
            if self.block.len() == HALF_TRACK as usize {
                self.flush()?;
            }
            bytes = later;
        }
        Ok(())
    }

    fn cipher(&mut self, bytes: usize, work: &mut dyn FnMut()) {
        let watch = self.step.world.stopwatch();
        work();
        let seconds = if self.step.world.clock_is_frozen() { 0.0 } else { watch.seconds() };
        self.times.add(Call { seconds, bytes });
    }
}
