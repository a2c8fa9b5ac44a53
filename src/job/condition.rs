//! Whether a step runs: COND of the job, COND of the step, and what earlier steps left.
//!
//! Border: decides from codes and flags. It prints nothing and runs nothing.

use super::model::{AfterAbend, Cond, CondTest, Step, StepName};

/// What is known of the job when a step's turn comes.
#[derive(Debug, Default)]
pub struct History {
    /// Steps that ran to their end, with their codes.
    codes: Vec<(String, u16)>,
    /// A step abended.
    pub abended: bool,
    /// A step failed in allocation, or COND on the JOB statement was true: nothing runs any more.
    pub stopped: bool,
}

/// Why a step does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bypass {
    /// COND of the step is true.
    Condition,
    /// COND=ONLY, and nothing abended.
    Only,
    /// An earlier step ended the job.
    Flushed,
}

impl History {
    /// Notes the code of a step that ran to its end.
    pub fn add(&mut self, step: &Step, code: u16) {
        self.codes.push((step.name.clone(), code));
    }

    /// The highest code of all steps that ran to their end; 0 if none did.
    pub fn highest(&self) -> u16 {
        self.codes.iter().map(|(_, code)| *code).max().unwrap_or(0)
    }

    /// True if any test holds for an earlier step. A test that names a step which did not run is false.
    fn any(&self, tests: &[CondTest]) -> bool {
        tests.iter().any(|test| {
            self.codes
                .iter()
                .filter(|(step, _)| test.step.as_ref().is_none_or(|wanted| *wanted == StepName::plain(step)))
                .any(|(_, code)| test.operator.holds(test.code, *code))
        })
    }

    /// True if COND on the JOB statement ends the job now.
    pub fn ends_job(&self, cond: &[CondTest]) -> bool {
        let last = self.codes.last().map(|(_, code)| *code);
        last.is_some_and(|code| cond.iter().any(|test| test.operator.holds(test.code, code)))
    }

    /// Whether and why a step with this COND is bypassed.
    pub fn bypass(&self, cond: &Cond) -> Option<Bypass> {
        if self.stopped {
            return Some(Bypass::Flushed);
        }
        match (cond.after_abend, self.abended) {
            (AfterAbend::Flush, true) => Some(Bypass::Flushed),
            (AfterAbend::Only, false) => Some(Bypass::Only),
            _ if self.any(&cond.tests) => Some(Bypass::Condition),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bypass, History};
    use crate::job::model::{AfterAbend, Cond, CondTest, Operator, Step, StepName};

    fn step(name: &str) -> Step {
        Step { name: name.to_owned(), program: "IEFBR14".to_owned(), ..Step::default() }
    }

    fn test(code: u16, operator: Operator, step: Option<&str>) -> CondTest {
        CondTest { code, operator, step: step.map(StepName::plain) }
    }

    fn history(codes: &[(&str, u16)]) -> History {
        let mut history = History::default();
        for (name, code) in codes {
            history.add(&step(name), *code);
        }
        history
    }

    #[test]
    fn cond_0_ne_runs_only_if_all_earlier_steps_gave_0() {
        let cond = Cond { tests: vec![test(0, Operator::NotEqual, None)], ..Cond::default() };
        assert_eq!(history(&[("A", 0), ("B", 0)]).bypass(&cond), None);
        assert_eq!(history(&[("A", 0), ("B", 4)]).bypass(&cond), Some(Bypass::Condition));
        assert_eq!(history(&[]).bypass(&cond), None);
    }

    #[test]
    fn cond_4_lt_bypasses_when_4_is_less_than_a_code() {
        let cond = Cond { tests: vec![test(4, Operator::Less, None)], ..Cond::default() };
        assert_eq!(history(&[("A", 4)]).bypass(&cond), None);
        assert_eq!(history(&[("A", 8)]).bypass(&cond), Some(Bypass::Condition));
    }

    #[test]
    fn a_test_on_a_step_that_did_not_run_is_false() {
        let cond = Cond { tests: vec![test(0, Operator::NotEqual, Some("B"))], ..Cond::default() };
        assert_eq!(history(&[("A", 8)]).bypass(&cond), None);
    }

    #[test]
    fn after_an_abend_only_even_and_only_steps_run() {
        let mut history = history(&[("A", 0)]);
        let with = |after_abend| Cond { tests: Vec::new(), after_abend };
        assert_eq!(history.bypass(&with(AfterAbend::Only)), Some(Bypass::Only));
        history.abended = true;
        assert_eq!(history.bypass(&with(AfterAbend::Flush)), Some(Bypass::Flushed));
        assert_eq!(history.bypass(&with(AfterAbend::Even)), None);
        assert_eq!(history.bypass(&with(AfterAbend::Only)), None);
        history.stopped = true;
        assert_eq!(history.bypass(&with(AfterAbend::Even)), Some(Bypass::Flushed));
    }

    #[test]
    fn cond_on_the_job_looks_at_the_step_that_just_ended() {
        let cond = [test(8, Operator::LessOrEqual, None)];
        assert!(!history(&[("A", 12), ("B", 4)]).ends_job(&cond));
        assert!(history(&[("A", 0), ("B", 8)]).ends_job(&cond));
    }
}
