//! CSDFILEN at work.
//!
//! SYSUT1 is read twice: first it is counted, because the header in front says how long the body is.

use crate::dataset::attributes::HALF_TRACK;
use crate::dataset::{Attributes, Dcb, Recfm, RecordReader, RecordWriter};
use crate::efz::{self, Cipher, Contents, Plan, Seal, SealError, Sink, Totals};
use crate::message::{own, programs};
use crate::program::{Completion, StepContext};

use super::report::{Call, CipherTimes, Report, elapsed, grouped};
use super::statement::{Direction, Wishes};
use super::{Failure, INPUT, OUTPUT, RC_INTERNAL, records_in};

pub(super) fn run(step: &StepContext<'_>, report: &mut Report<'_>) -> Result<(), Failure> {
    let watch = step.world.stopwatch();
    report.heading()?;
    let wishes = Wishes::read(step, report, Direction::Encrypt)?;
    let (attributes, counted) = count(step)?;
    report.attributes(attributes)?;
    let done = seal(step, &wishes, attributes, counted)?;
    report.line(&programs::CSDFILEN_OUTPUT.with(&[&HALF_TRACK]))?;
    report.line(&own::ZJB401I.with(&[&match wishes.cipher() {
        Cipher::Tdes => "CLEAR TDES KEY",
        Cipher::Aes128 => "CLEAR AES-128 KEY",
    }]))?;
    report.line(&programs::CSDFILEN_RECORDS.with(&[&counted.records, &done.blocks]))?;
    report.line(&programs::CSDFILEN_BYTES.with(&[&grouped(counted.bytes), &grouped(done.totals.written)]))?;
    done.times.print(report)?;
    Ok(report.line(&programs::CSDFILEN_ELAPSED.with(&[&elapsed(&watch)]))?)
}

/// The first pass.
fn count(step: &StepContext<'_>) -> Result<(Attributes, Contents), Failure> {
    let mut reader = open_input(step)?;
    let mut counted = Contents::default();
    while let Some(run) = reader.next_run()? {
        step.cancel.check()?;
        let records = records_in(run);
        counted.records += records;
        counted.bytes += match run.shape {
            crate::dataset::Shape::Described => run.bytes.len() as u64 - records * crate::dataset::record::RDW as u64,
            _ => run.bytes.len() as u64,
        };
    }
    Ok((reader.attributes(), counted))
}

fn open_input<'a>(step: &StepContext<'a>) -> Result<Box<dyn RecordReader + 'a>, Failure> {
    step.dds.open_input(INPUT, Dcb::default()).map_err(|error| Failure::open(INPUT, error))
}

/// What the second pass has done.
struct Done {
    totals: Totals,
    blocks: u64,
    times: CipherTimes,
}

/// The second pass.
fn seal(step: &StepContext<'_>, wishes: &Wishes, attributes: Attributes, counted: Contents) -> Result<Done, Failure> {
    let mut out = Blocks::open(step)?;
    let mut reader = open_input(step)?;
    step.progress.begin("CSDFILEN", Some(counted.bytes));
    let plan = plan(step, wishes, attributes);
    let sealed = seal_records(step, &plan, wishes, counted, reader.as_mut(), &mut out);
    step.progress.end();
    let totals = sealed?;
    let times = out.times;
    Ok(Done { totals, times, blocks: out.close()? })
}

fn plan(step: &StepContext<'_>, wishes: &Wishes, attributes: Attributes) -> Plan {
    let mut salt = [0; efz::header::SALT];
    step.world.fill_random(&mut salt);
    Plan {
        cipher: wishes.cipher(),
        integrity: step.settings.efz_integrity,
        iterations: wishes.iterations(),
        salt,
        attributes: efz::Attributes {
            recfm: attributes.recfm.bits(),
            // LRECL=X, the only one above this, is stored as 65,535.
            lrecl: u16::try_from(attributes.lrecl).unwrap_or(u16::MAX),
            blksize: attributes.blksize,
        },
        description: wishes.description.unwrap_or_default(),
    }
}

fn seal_records(
    step: &StepContext<'_>,
    plan: &Plan,
    wishes: &Wishes,
    counted: Contents,
    reader: &mut dyn RecordReader,
    out: &mut Blocks<'_>,
) -> Result<Totals, Failure> {
    let mut seal = Seal::start(plan, wishes.password()?, counted, out)?;
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
            SealError::Changed { .. } | SealError::RecordLength(_) => {
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
        let out = step.dds.open_output(OUTPUT, program).map_err(|error| Failure::open(OUTPUT, error))?;
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
