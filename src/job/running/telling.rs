//! What a job says of itself on its way: greeting, steps, end.
//!
//! Border: messages in both logs. When they are due is the job's matter.

use jiff::civil::DateTime;

use super::{CANCELLED, Running};
use crate::job::condition::End;
use crate::job::initiator::JobEnd;
use crate::job::log::clock;
use crate::job::model::{AbendCode, Job, Step};
use crate::job::spool::SpoolError;
use crate::job::step_log::StepLog;
use crate::message::{Message, allocation, jes, own};
use crate::program::Completion;

impl Running<'_> {
    pub(super) fn operator(&self, message: &Message) {
        self.log.messages.borrow_mut().message(self.now(), message);
    }

    pub(super) fn system(&self, message: &Message) {
        self.log.system(message);
    }

    /// RACF's greeting: when the user was last here.
    pub(super) fn welcome(&self) -> Result<(), SpoolError> {
        let initiator = self.initiator;
        let now = self.now();
        let last = initiator.store.touch_user(initiator.world.user(), &now.to_string())?;
        let last: DateTime = last.and_then(|text| text.parse().ok()).unwrap_or(now);
        let day = last.strftime("%A, %B %-d, %Y").to_string().to_uppercase();
        let time = last.strftime("%H:%M:%S").to_string();
        let message = jes::ICH70001I.with(&[&initiator.world.user(), &time, &day]);
        self.operator(&message);
        self.system(&message);
        self.system(&jes::IEFA111I.with(&[&self.job.name]));
        self.system(&jes::IEFA111I_SETTINGS.plain());
        Ok(())
    }

    pub(super) fn start(&self) {
        let Job { name, class, .. } = self.job;
        let settings = self.initiator.settings;
        self.operator(&jes::HASP373.with(&[name, &"1", class, &settings.system]));
        if settings.monitor {
            self.operator(&jes::IEF403I.with(&[name, &clock(self.now())]));
        }
        if settings.step_table {
            self.operator(&jes::STEP_TABLE_GROUPS.plain());
            self.operator(&jes::STEP_TABLE_COLUMNS.plain());
        }
    }

    pub(super) fn trailer(&self, step: &Step, started: DateTime) {
        self.log.system.borrow_mut().step_trailer(&step.name, started, self.now());
    }

    pub(super) fn row(&mut self, step: &Step, result: &str, started: DateTime) {
        let full = step.caller.as_ref().map_or(step.name.clone(), |caller| format!("{caller}.{}", step.name));
        self.ended.steps.push((full, result.to_owned()));
        if self.initiator.settings.step_table {
            let shown = result.strip_prefix("00").unwrap_or(result);
            let elapsed = minutes(started, self.now());
            let (name, procstep) = match &step.caller {
                Some(caller) => (caller, step.name.as_str()),
                None => (&step.name, ""),
            };
            self.operator(&jes::STEP_TABLE_ROW.with(&[name, &procstep, &shown, &0, &elapsed]));
        }
    }

    /// How the step ended, in both logs.
    pub(super) fn report(&self, step: &Step, completion: Completion, log: &StepLog<'_>) {
        let label = self.label(step);
        let (system, user, reason) = match completion {
            Completion::Code(code) => return self.system(&allocation::IEF142I.with(&[&label, &code])),
            Completion::System { code, reason } => (format!("{code:03X}"), 0, format!("{reason:08X}")),
            Completion::User(code) => ("000".to_owned(), code, "00000000".to_owned()),
        };
        let abend = format!("S{system}");
        if system != "222" {
            log.programmer(&own::ZJB101I.with(&[&label, &system, &reason]));
        }
        let now = self.now();
        let first = jes::IEF450I.with(&[&label, &abend, &user, &reason]);
        self.log.messages.borrow_mut().two_lines(now, &first, &format!("        TIME={}", clock(now)));
        self.system(&allocation::IEF472I.with(&[&label, &system, &user, &reason]));
    }

    pub(super) fn end(&self) -> JobEnd {
        if self.cancelled {
            return JobEnd::Abend(abend_text(CANCELLED));
        }
        match (self.history.completion(&self.job.job_code), self.jcl_error) {
            (End::Abend(abend), _) => JobEnd::Abend(abend_text(abend)),
            (End::Code(_), true) => JobEnd::JclError,
            (End::Code(code), false) => JobEnd::Code(code),
        }
    }

    pub(super) fn finish(&self, started: DateTime) {
        let Job { name, programmer, .. } = self.job;
        let settings = self.initiator.settings;
        let now = self.now();
        self.log.system.borrow_mut().job_trailer(name, started, now);
        if self.jcl_error {
            self.operator(&jes::IEF453I.with(&[name, &clock(now)]));
        } else if settings.monitor {
            self.operator(&jes::IEF404I.with(&[name, &clock(now)]));
        }
        if settings.step_table {
            self.operator(&jes::STEP_TABLE_JOB.with(&[name, programmer, &minutes(started, now)]));
        }
        self.operator(&match self.end() {
            JobEnd::Code(code) => jes::HASP395_CODE.with(&[name, &code]),
            JobEnd::Abend(code) => jes::HASP395_ABEND.with(&[name, &code]),
            JobEnd::JclError | JobEnd::Held => own::ZJB100I.with(&[name]),
        });
    }
}

/// `S806` or `U0016`.
pub(super) fn abend_text(code: AbendCode) -> String {
    match code {
        AbendCode::System(code) => format!("S{code:03X}"),
        AbendCode::User(code) => format!("U{code:04}"),
    }
}

/// Minutes between two times with one decimal, without a leading zero: `.0`, `2.5`.
fn minutes(started: DateTime, ended: DateTime) -> String {
    let minutes = ended.duration_since(started).as_secs_f64() / 60.0;
    let text = format!("{:.1}", minutes.max(0.0));
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}
