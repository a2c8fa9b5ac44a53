//! The statistics report in SYSPRINT.
//!
//! Border: facts to lines. The layout of its lines is that of a published run (SG24-7318, figure 5-9); the
//! column of the carriage control, if it has one, was lost there, so the records have none here.

use std::time::Duration;

use jiff::civil::DateTime;

use crate::dataset::{Attributes, Dcb, Recfm, WriteError};
use crate::message::{Message, programs};
use crate::program::printer::Printer;
use crate::program::{OpenError, StepContext};
use crate::world::Stopwatch;

/// Room for our own longest line, which names a label of 64 characters; of the published ones an echoed card behind
/// `INPUT: ` is the longest.
const LRECL: u32 = 255;

/// The report of one run.
pub(super) struct Report<'a> {
    printer: Printer<'a>,
    now: DateTime,
}

impl<'a> Report<'a> {
    pub(super) fn open(step: &StepContext<'a>) -> Result<Self, OpenError> {
        let program = Dcb { recfm: Some(Recfm::VB), lrecl: Some(LRECL), ..Dcb::default() };
        Ok(Self { printer: Printer::open(step.dds, "SYSPRINT", program, step.code_page)?, now: step.world.now() })
    }

    /// One line.
    pub(super) fn line(&mut self, message: &Message) -> Result<(), WriteError> {
        self.printer.line(&message.to_string())
    }

    /// Date and time as the report writes them.
    pub(super) fn date_and_time(&self) -> (String, String) {
        let now = self.now;
        (
            format!("{:02}/{:02}/{:04}", now.month(), now.day(), now.year()),
            format!("{:02}:{:02}:{:02}", now.hour(), now.minute(), now.second()),
        )
    }

    /// The heading of CSDFILEN.
    pub(super) fn heading(&mut self) -> Result<(), WriteError> {
        let (date, time) = self.date_and_time();
        self.line(&programs::CSDFILEN_HEADING.with(&[&date, &time]))
    }

    /// A control statement.
    pub(super) fn input(&mut self, statement: &str) -> Result<(), WriteError> {
        self.line(&programs::CSDFILEN_INPUT.with(&[&statement]))
    }

    /// What the input looks like.
    pub(super) fn attributes(&mut self, input: Attributes) -> Result<(), WriteError> {
        self.line(&programs::CSDFILEN_ATTRIBUTES.with(&[&input.lrecl, &input.blksize, &input.recfm]))
    }

    pub(super) fn close(self) -> Result<(), WriteError> {
        self.printer.close()
    }
}

/// How long the calls of the cipher took.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct CipherTimes {
    pub(super) high: Call,
    pub(super) low: Call,
    pub(super) seconds: f64,
    pub(super) calls: u64,
}

/// One call of the cipher.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Call {
    pub(super) seconds: f64,
    pub(super) bytes: usize,
}

impl CipherTimes {
    pub(super) fn add(&mut self, call: Call) {
        if self.calls == 0 || call.seconds > self.high.seconds {
            self.high = call;
        }
        if self.calls == 0 || call.seconds < self.low.seconds {
            self.low = call;
        }
        self.seconds += call.seconds;
        self.calls += 1;
    }

    /// The lines that tell of the cipher.
    pub(super) fn print(&self, report: &mut Report<'_>) -> Result<(), WriteError> {
        report.line(&programs::CSDFILEN_TIMES.plain())?;
        report.line(&programs::CSDFILEN_HIGH.with(&[&seconds(self.high.seconds), &self.high.bytes]))?;
        report.line(&programs::CSDFILEN_LOW.with(&[&seconds(self.low.seconds), &self.low.bytes]))?;
        report.line(&programs::CSDFILEN_TOTAL.with(&[&seconds(self.seconds), &self.calls]))
    }
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.6}")
}

/// `n` with a comma after every three digits.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `h:mm:ss.hh`.
pub(super) fn elapsed(watch: &Stopwatch) -> String {
    let taken = Duration::try_from_secs_f64(watch.seconds()).unwrap_or_default();
    let hundredths = (taken.as_millis() + 5) / 10;
    let seconds = hundredths / 100;
    format!("{}:{:02}:{:02}.{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::{Call, CipherTimes, grouped};

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (n, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (20_336, "20,336"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn the_slowest_and_the_fastest_call_are_kept_with_their_bytes() {
        let mut times = CipherTimes::default();
        for (seconds, bytes) in [(0.2, 20), (0.5, 50), (0.1, 10)] {
            times.add(Call { seconds, bytes });
        }
        assert_eq!((times.high.bytes, times.low.bytes, times.calls), (50, 10, 3));
    }
}
