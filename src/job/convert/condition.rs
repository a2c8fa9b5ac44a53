//! COND on JOB and EXEC.

use crate::jcl::ast::Items;
use crate::jcl::{List, Value};
use crate::message::converter::{IEF646I, IEFC640I, IEFC641I, Where};

use super::reading::Reading;
use crate::job::model::{AfterAbend, Cond, CondTest, Operator, StepName};

/// Most tests of one COND (JCL reference).
const MAX_TESTS: usize = 8;
/// Largest condition code.
const MAX_CODE: u32 = 4095;
const COND: Where<'static> = Where::Field("COND");
const OPERATORS: &[(&str, Operator)] = &[
    ("GT", Operator::Greater),
    ("GE", Operator::GreaterOrEqual),
    ("EQ", Operator::Equal),
    ("NE", Operator::NotEqual),
    ("LT", Operator::Less),
    ("LE", Operator::LessOrEqual),
];
const AFTER_ABEND: &[(&str, AfterAbend)] = &[("EVEN", AfterAbend::Even), ("ONLY", AfterAbend::Only)];

impl Reading<'_> {
    /// COND on EXEC: tests, EVEN, ONLY.
    pub(super) fn exec_cond(&mut self, value: &Value) -> Cond {
        let mut cond = Cond::default();
        if self.is_test(value) {
            cond.tests.extend(self.cond_test(value, true));
            return cond;
        }
        for (_, item) in value.items().iter() {
            match item {
                Value::List(_) => cond.tests.extend(self.cond_test(item, true)),
                _ if cond.after_abend != AfterAbend::Flush => self.unidentified(item, COND),
                _ => cond.after_abend = self.choice(item, AFTER_ABEND, COND).unwrap_or_default(),
            }
        }
        self.check_tests(value, cond.tests.len());
        cond
    }

    /// COND on JOB: tests without step names.
    pub(super) fn job_cond(&mut self, value: &Value) -> Vec<CondTest> {
        if self.is_test(value) {
            return self.cond_test(value, false).into_iter().collect();
        }
        let mut tests = Vec::new();
        for (_, item) in value.items().iter() {
            tests.extend(self.cond_test(item, false));
        }
        self.check_tests(value, tests.len());
        tests
    }

    fn check_tests(&mut self, value: &Value, tests: usize) {
        if tests > MAX_TESTS {
            self.stop(value.span().start, IEFC640I.with(&[&COND]));
        }
    }

    /// `(code,operator)` or `(code,operator,step)`.
    fn cond_test(&mut self, value: &Value, may_name_step: bool) -> Option<CondTest> {
        let Value::List(List { items, .. }) = value else {
            self.stop(value.span().start, IEFC641I.with(&[&COND]));
            return None;
        };
        let items = Items::List(items);
        self.check_length(items, if may_name_step { 3 } else { 2 }, COND);
        let (Some((None, code)), Some((None, operator))) = (items.get(0), items.get(1)) else {
            self.stop(value.span().start, IEF646I.with(&[&COND]));
            return None;
        };
        let code = self.number(code, COND, MAX_CODE);
        let operator = self.choice(operator, OPERATORS, COND);
        let step = items.get(2).filter(|(_, step)| may_name_step && !step.is_empty());
        let step = match step {
            Some((_, step)) => Some(self.step_name(step)?),
            None => None,
        };
        Some(CondTest { code: u16::try_from(code?).ok()?, operator: operator?, step })
    }

    /// `step` or `step.procstep`.
    fn step_name(&mut self, value: &Value) -> Option<StepName> {
        let Some(name) = self.plain(value) else {
            self.unidentified(value, COND);
            return None;
        };
        Some(match name.split_once('.') {
            Some((step, procstep)) => StepName { step: step.to_owned(), procstep: Some(procstep.to_owned()) },
            None => StepName::plain(name),
        })
    }

    /// True for a single test, which may stand without the outer parentheses.
    fn is_test(&self, value: &Value) -> bool {
        let Value::List(list) = value else { return false };
        let words = list.items.iter().take(2).filter(|item| matches!(item.value, Value::Word(_))).count();
        let first = list.items.first().and_then(|item| self.plain(&item.value));
        words == 2 && !AFTER_ABEND.iter().any(|(word, _)| first == Some(word))
    }
}
