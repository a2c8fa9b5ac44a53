//! JESYSMSG: allocation, dispositions and times of the steps. Records of 137, ASA.

use jiff::civil::DateTime;

use super::julian;
use crate::message::{Message, allocation};

/// The lines of JESYSMSG.
#[derive(Debug, Default)]
pub struct SystemMessages {
    lines: Vec<String>,
    /// How many lines are those of the converter.
    of_conversion: usize,
}

impl SystemMessages {
    /// A message line.
    pub fn message(&mut self, message: &Message) {
        self.lines.push(format!(" {message}"));
    }

    /// The heading in front of messages of the converter.
    pub fn statement_heading(&mut self) {
        self.lines.push("  STMT NO. MESSAGE".to_owned());
        self.of_conversion = self.lines.len();
    }

    /// A message of the converter about one statement.
    pub fn statement(&mut self, number: u32, message: &Message) {
        self.lines.push(format!(" {number:>9} {message}"));
        self.of_conversion = self.lines.len();
    }

    /// Forgets everything but what the converter said.
    pub fn keep_conversion_only(&mut self) {
        self.lines.truncate(self.of_conversion);
    }

    /// The trailer of a step.
    pub fn step_trailer(&mut self, step: &str, started: DateTime, ended: DateTime) {
        self.message(&allocation::IEF373I.with(&[&step, &julian(started)]));
        self.message(&allocation::IEF032I.with(&[&step, &julian(ended)]));
        self.message(&allocation::STEP_CPU.plain());
        self.message(&allocation::STEP_VIRT.plain());
        self.message(&allocation::STEP_REAL.plain());
        self.message(&allocation::STEP_SHARED.plain());
    }

    /// The trailer of the job.
    pub fn job_trailer(&mut self, job: &str, started: DateTime, ended: DateTime) {
        self.message(&allocation::IEF375I.with(&[&job, &julian(started)]));
        self.message(&allocation::IEF033I.with(&[&job, &julian(ended)]));
        self.message(&allocation::STEP_CPU.plain());
    }

    /// The lines so far.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}
