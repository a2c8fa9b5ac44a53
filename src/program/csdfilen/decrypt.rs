//! CSDFILDE at work.
//!
//! SYSUT1 is read twice: SYSUT2 is not even opened before the whole input was found whole. It then gets the
//! attributes that the file carries.

use crate::dataset::{Dcb, Recfm, RecordReader, RecordWriter, Run, Shape};
use crate::efz::{Check, Checked, Damage, HeaderError, KeyLabel, PrivateKey, ReleaseError, Secret, Sink};
use crate::message::own;
use crate::program::{Completion, StepContext};

use super::super::failure::Failure;
use super::report::{Report, elapsed, grouped};
use super::statement::{Direction, KeyWish, Wishes};
use super::{INPUT, OUTPUT, RC_INTERNAL, cannot_open, rsa_key, wrong};

pub(super) fn run(step: &StepContext<'_>, report: &mut Report<'_>) -> Result<(), Failure> {
    let watch = step.world.stopwatch();
    let (date, time) = report.date_and_time();
    report.line(&own::ZJB402I.with(&[&date, &time]))?;
    let wishes = Wishes::read(step, report, Direction::Decrypt)?;
    let checked = check(step, &wishes)?;
    let done = release(step, &checked)?;
    let facts = checked.facts();
    let recfm = Recfm::from_bits(facts.attributes.recfm).map(|recfm| recfm.to_string()).unwrap_or_default();
    report.line(&own::ZJB403I.with(&[&facts.description]))?;
    report.line(&own::ZJB404I.with(&[&facts.attributes.lrecl, &facts.attributes.blksize, &recfm]))?;
    report.line(&own::ZJB405I.with(&[&grouped(facts.file), &grouped(done.bytes), &done.records]))?;
    Ok(report.line(&own::ZJB406I.with(&[&elapsed(&watch)]))?)
}

/// The first pass, with the password or with the key that has the label.
fn check(step: &StepContext<'_>, wishes: &Wishes) -> Result<Checked, Failure> {
    match wishes.key()? {
        KeyWish::Password(password) => check_with(step, Secret::Password(password)),
        KeyWish::Rsa(label) => check_with(step, Secret::Rsa(&private_key(step, label)?)),
    }
}

fn private_key(step: &StepContext<'_>, label: &KeyLabel) -> Result<PrivateKey, Failure> {
    let Some(pkcs8) = rsa_key(step, label)?.pkcs8 else {
        step.console.explain(&format!(
            "Only the public half of the RSA key {label} is known, which encrypts but does not decrypt. \
             Add the private key under its own label with zjob efz key add LABEL --pem FILE."
        ));
        return Err(wrong(own::ZJB425E.with(&[label])));
    };
    PrivateKey::from_pkcs8(&pkcs8).map_err(|error| wrong(own::ZJB426E.with(&[label, &error])))
}

fn check_with(step: &StepContext<'_>, secret: Secret<'_>) -> Result<Checked, Failure> {
    let mut check = Check::new(secret);
    let mut reader = open_input(step)?;
    step.progress.begin("CSDFILDE", None);
    let fed = feed(step, reader.as_mut(), |bytes| check.feed(bytes).map_err(|damage| told(step, &damage)));
    step.progress.end();
    fed?;
    check.finish().map_err(|damage| told(step, &damage))
}

fn open_input<'a>(step: &StepContext<'a>) -> Result<Box<dyn RecordReader + 'a>, Failure> {
    step.dds.open_input(INPUT, Dcb::default()).map_err(|error| cannot_open(INPUT, error))
}

/// Gives the bytes of all records to `take`, without RDWs and in long pieces where records lie end to end.
fn feed(
    step: &StepContext<'_>,
    reader: &mut dyn RecordReader,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    while let Some(run) = reader.next_run()? {
        step.cancel.check()?;
        feed_run(run, &mut take)?;
        step.progress.advance(run.bytes.len() as u64);
    }
    Ok(())
}

fn feed_run(run: Run<'_>, take: &mut impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
    match run.shape {
        Shape::Described => run.records().try_for_each(take),
        Shape::Fixed(_) | Shape::Whole => take(run.bytes),
    }
}

/// What is wrong, in the report and in plain words beside it.
fn told(step: &StepContext<'_>, damage: &Damage) -> Failure {
    match damage {
        Damage::WrongPassword => {
            step.console.explain(
                "The password does not open the data set in SYSUT1. Passwords are case sensitive, inner blanks count, \
                 and both systems must use the same code page.",
            );
            wrong(own::ZJB422E.plain())
        }
        Damage::NeedsPassword | Damage::NeedsRsaKey { .. } | Damage::OtherRsaKey { .. } => {
            wrong(own::ZJB427E.with(&[&INPUT, damage]))
        }
        Damage::Header(HeaderError::OtherFormat) => {
            step.console.explain(
                "SYSUT1 does not hold a file that zjob has encrypted. IBM has not published the layout that CSDFILEN \
                 writes on a host, so its files cannot be read here; zjob's own begin with the word ZJOBEFZ in EBCDIC, \
                 which a transfer as text would have changed.",
            );
            wrong(own::ZJB428E.with(&[&INPUT]))
        }
        _ => {
            step.console.explain(
                "Nothing of SYSUT1 is trusted before all of it is found as it was sealed. Was it sent in binary, and \
                 all of it? zjob efz info shows the length that it should have.",
            );
            wrong(own::ZJB423E.with(&[&INPUT, damage]))
        }
    }
}

/// What the second pass has written.
#[derive(Debug, Clone, Copy, Default)]
struct Done {
    records: u64,
    bytes: u64,
}

/// The second pass.
fn release(step: &StepContext<'_>, checked: &Checked) -> Result<Done, Failure> {
    let mut out = open_output(step, checked)?;
    let mut reader = open_input(step)?;
    step.progress.begin("CSDFILDE", Some(checked.facts().file));
    let released = release_records(step, checked, reader.as_mut(), out.as_mut());
    step.progress.end();
    let done = released?;
    out.close()?;
    Ok(done)
}

fn open_output<'a>(step: &StepContext<'a>, checked: &Checked) -> Result<Box<dyn RecordWriter + 'a>, Failure> {
    let attributes = checked.facts().attributes;
    let program = Dcb {
        recfm: Recfm::from_bits(attributes.recfm),
        lrecl: Some(u32::from(attributes.lrecl)),
        blksize: Some(attributes.blksize),
        dsorg: None,
    };
    step.dds.open_output(OUTPUT, program).map_err(|error| cannot_open(OUTPUT, error))
}

fn release_records(
    step: &StepContext<'_>,
    checked: &Checked,
    reader: &mut dyn RecordReader,
    out: &mut dyn RecordWriter,
) -> Result<Done, Failure> {
    let mut records = Records { out, done: Done::default() };
    let mut open = checked.open(&mut records);
    feed(step, reader, |bytes| Ok(open.feed(bytes)?))?;
    open.finish().map_err(ReleaseError::from)?;
    Ok(records.done)
}

impl From<ReleaseError<Completion>> for Failure {
    fn from(error: ReleaseError<Completion>) -> Self {
        match error {
            // The check has passed, so the input has changed meanwhile.
            ReleaseError::Damaged(_) => Self::Told(own::ZJB421E.with(&[&INPUT]), RC_INTERNAL),
            ReleaseError::Sink(completion) => completion.into(),
        }
    }
}

/// SYSUT2, counted.
struct Records<'a> {
    out: &'a mut dyn RecordWriter,
    done: Done,
}

impl Sink for &mut Records<'_> {
    type Error = Completion;

    fn put(&mut self, record: &[u8]) -> Result<(), Completion> {
        self.out.put(record)?;
        self.done.records += 1;
        self.done.bytes += record.len() as u64;
        Ok(())
    }
}
