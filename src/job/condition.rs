//! Whether a step runs: COND of the job, COND of the step, IF around it, and what earlier steps left.
//!
//! Border: decides from codes and flags. It prints nothing and runs nothing.

use std::collections::HashMap;

use super::model::{AbendCode, AfterAbend, CondTest, Expression, JobCode, Leaf, Operator, Step, StepName};

/// What is known of the job when a step's turn comes.
#[derive(Debug, Default)]
pub struct History {
    /// Steps that ran, with their ends.
    ran: Vec<Ran>,
    /// IF statements that were reached, by statement number: what they gave.
    decided: HashMap<u32, bool>,
    /// A step failed in allocation, COND on the JOB statement was true, or the time of the job is over: nothing runs any
    /// more.
    pub stopped: bool,
}

#[derive(Debug)]
struct Ran {
    name: String,
    caller: Option<String>,
    end: End,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a condition code.
    Code(u16),
    /// With an abend.
    Abend(AbendCode),
}

/// Why a step does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bypass {
    /// COND of the step is true.
    Condition,
    /// COND=ONLY, and nothing abended.
    Only,
    /// It stands on the other side of the IF with this statement number.
    Expression(u32),
    /// An earlier step ended the job.
    Flushed,
}

impl History {
    /// Notes the end of a step that ran.
    pub fn add(&mut self, step: &Step, end: End) {
        self.ran.push(Ran { name: step.name.clone(), caller: step.caller.clone(), end });
    }

    /// True if this step ran.
    pub fn has_run(&self, step: &Step) -> bool {
        self.ran.iter().any(|ran| ran.name == step.name && ran.caller == step.caller)
    }

    /// True if a step abended.
    pub fn has_abended(&self) -> bool {
        self.ran.iter().any(|ran| matches!(ran.end, End::Abend(_)))
    }

    fn codes(&self) -> impl DoubleEndedIterator<Item = (&Ran, u16)> {
        self.ran.iter().filter_map(|ran| match ran.end {
            End::Code(code) => Some((ran, code)),
            End::Abend(_) => None,
        })
    }

    /// The highest code of all steps that ran to their end; 0 if none did.
    pub fn highest(&self) -> u16 {
        self.codes().map(|(_, code)| code).max().unwrap_or(0)
    }

    /// The completion of the job as JOBRC asks for it: the last abend or else the highest code, the end of the last step
    /// that ran, or that of one step, of several with its name the last (JCL reference, "JOBRC parameter").
    pub fn completion(&self, wanted: &JobCode) -> End {
        let found = match wanted {
            JobCode::Highest => None,
            JobCode::Last => self.ran.last(),
            JobCode::Step(name) => {
                let is_it = |ran: &&Ran| name.means(&ran.name, ran.caller.as_deref(), None);
                self.ran.iter().rfind(is_it)
            }
        };
        let abend = || self.ran.iter().rev().map(|ran| ran.end).find(|end| matches!(end, End::Abend(_)));
        found.map(|ran| ran.end).or_else(abend).unwrap_or_else(|| End::Code(self.highest()))
    }

    /// True if any test holds for an earlier step. A test that names a step which did not run is false.
    fn any(&self, tests: &[CondTest], from: Option<&str>) -> bool {
        tests.iter().any(|test| {
            let named =
                |ran: &Ran| test.step.as_ref().is_none_or(|name| name.means(&ran.name, ran.caller.as_deref(), from));
            self.codes().filter(|(ran, _)| named(ran)).any(|(_, code)| test.operator.holds(test.code, code))
        })
    }

    /// True if COND on the JOB statement ends the job now.
    pub fn ends_job(&self, cond: &[CondTest]) -> bool {
        let last = self.codes().next_back().map(|(_, code)| code);
        last.is_some_and(|code| cond.iter().any(|test| test.operator.holds(test.code, code)))
    }

    /// Whether and why a step is bypassed. An IF is decided when the first step in it has its turn. If it asks for an
    /// abend its steps have their turns also after one, be it inside (JCL reference, "Examples of IF/THEN/ELSE/ENDIF
    /// statement constructs", example 9).
    pub fn bypass(&mut self, step: &Step) -> Option<Bypass> {
        let abended = self.has_abended();
        let asks_for_abend = step.branches.iter().any(|branch| branch.expression.asks_for_abend());
        if self.stopped || abended && step.cond.after_abend == AfterAbend::Flush && !asks_for_abend {
            return Some(Bypass::Flushed);
        }
        let from = step.caller.as_deref();
        for branch in &step.branches {
            let known = self.decided.get(&branch.statement).copied();
            let holds = known.unwrap_or_else(|| self.holds(&branch.expression, branch.caller.as_deref()));
            self.decided.entry(branch.statement).or_insert(holds);
            if holds == branch.otherwise {
                return Some(Bypass::Expression(branch.statement));
            }
        }
        if step.cond.after_abend == AfterAbend::Only && !abended {
            return Some(Bypass::Only);
        }
        self.any(&step.cond.tests, from).then_some(Bypass::Condition)
    }

    fn holds(&self, expression: &Expression, from: Option<&str>) -> bool {
        match expression {
            Expression::Not(inner) => !self.holds(inner, from),
            Expression::And(left, right) => self.holds(left, from) && self.holds(right, from),
            Expression::Or(left, right) => self.holds(left, from) || self.holds(right, from),
            Expression::Is { step: None, leaf } => self.job_is(*leaf),
            Expression::Is { step: Some(name), leaf } => self.step_is(name, *leaf, from),
        }
    }

    /// A comparison about the job so far.
    fn job_is(&self, leaf: Leaf) -> bool {
        let abend = self.ran.iter().rev().find_map(|ran| match ran.end {
            End::Abend(code) => Some(code),
            End::Code(_) => None,
        });
        match leaf {
            Leaf::Code(operator, code) => operator.holds(self.highest(), code),
            Leaf::Abend(expected) => abend.is_some() == expected,
            Leaf::AbendCode(operator, code) => same_abend(operator, abend, code),
            Leaf::Run(expected) => expected,
        }
    }

    /// A comparison about one step: false if it did not run, unless that is what is asked.
    fn step_is(&self, name: &StepName, leaf: Leaf, from: Option<&str>) -> bool {
        let called = |ran: &&Ran| name.means(&ran.name, ran.caller.as_deref(), from);
        // Of steps with one name the first is meant (JCL reference, "Specification of step names in relational
        // expression keywords").
        let Some(ran) = self.ran.iter().find(called) else { return leaf == Leaf::Run(false) };
        match (leaf, ran.end) {
            (Leaf::Run(expected), _) => expected,
            (Leaf::Code(operator, code), End::Code(actual)) => operator.holds(actual, code),
            (Leaf::Code(..), End::Abend(_)) => false,
            (Leaf::Abend(expected), end) => matches!(end, End::Abend(_)) == expected,
            (Leaf::AbendCode(operator, code), End::Abend(actual)) => same_abend(operator, Some(actual), code),
            (Leaf::AbendCode(operator, code), End::Code(_)) => same_abend(operator, None, code),
        }
    }
}

fn same_abend(operator: Operator, actual: Option<AbendCode>, code: AbendCode) -> bool {
    operator.holds(actual == Some(code), true)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Bypass, End, History};
    use crate::job::model::{
        AbendCode, AfterAbend, Branch, Cond, CondTest, Expression, JobCode, Leaf, Operator, Step, StepName,
    };

    fn step(name: &str) -> Step {
        Step { name: name.to_owned(), program: "IEFBR14".to_owned(), ..Step::default() }
    }

    fn test(code: u16, operator: Operator, step: Option<&str>) -> CondTest {
        CondTest { code, operator, step: step.map(StepName::plain) }
    }

    fn history(codes: &[(&str, u16)]) -> History {
        let mut history = History::default();
        for (name, code) in codes {
            history.add(&step(name), End::Code(*code));
        }
        history
    }

    fn with_cond(cond: Cond) -> Step {
        Step { cond, ..step("X") }
    }

    fn with_tests(tests: Vec<CondTest>) -> Step {
        with_cond(Cond { tests, ..Cond::default() })
    }

    fn is(step: Option<&str>, leaf: Leaf) -> Expression {
        Expression::Is { step: step.map(StepName::plain), leaf }
    }

    fn inside(statement: u32, expression: Expression, otherwise: bool) -> Step {
        let branch = Branch { statement, expression: Arc::new(expression), otherwise, caller: None };
        Step { branches: vec![branch], ..step("X") }
    }

    const S0C4: AbendCode = AbendCode::System(0x0C4);

    #[test]
    fn cond_0_ne_runs_only_if_all_earlier_steps_gave_0() {
        let next = with_tests(vec![test(0, Operator::NotEqual, None)]);
        assert_eq!(history(&[("A", 0), ("B", 0)]).bypass(&next), None);
        assert_eq!(history(&[("A", 0), ("B", 4)]).bypass(&next), Some(Bypass::Condition));
        assert_eq!(history(&[]).bypass(&next), None);
    }

    #[test]
    fn cond_4_lt_bypasses_when_4_is_less_than_a_code() {
        let next = with_tests(vec![test(4, Operator::Less, None)]);
        assert_eq!(history(&[("A", 4)]).bypass(&next), None);
        assert_eq!(history(&[("A", 8)]).bypass(&next), Some(Bypass::Condition));
    }

    #[test]
    fn a_test_on_a_step_that_did_not_run_is_false() {
        let next = with_tests(vec![test(0, Operator::NotEqual, Some("B"))]);
        assert_eq!(history(&[("A", 8)]).bypass(&next), None);
    }

    #[test]
    fn a_plain_name_in_a_procedure_is_that_of_a_step_of_the_same_procedure() {
        let called = |name: &str, caller: &str| Step { caller: Some(caller.to_owned()), ..step(name) };
        let mut history = History::default();
        history.add(&called("C", "ONE"), End::Code(8));
        let next = |caller: &str| Step {
            caller: Some(caller.to_owned()),
            ..with_tests(vec![test(0, Operator::Less, Some("C"))])
        };
        assert_eq!(history.bypass(&next("ONE")), Some(Bypass::Condition));
        assert_eq!(history.bypass(&next("TWO")), None);
        let full = StepName { step: "ONE".to_owned(), procstep: Some("C".to_owned()) };
        let qualified = with_tests(vec![CondTest { code: 0, operator: Operator::Less, step: Some(full) }]);
        assert_eq!(history.bypass(&qualified), Some(Bypass::Condition));
    }

    #[test]
    fn a_step_after_an_abend_runs_only_with_even_or_only() {
        let mut history = history(&[("A", 0)]);
        let with = |after_abend| with_cond(Cond { tests: Vec::new(), after_abend });
        assert_eq!(history.bypass(&with(AfterAbend::Only)), Some(Bypass::Only));
        history.add(&step("B"), End::Abend(S0C4));
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

    #[test]
    fn a_step_stands_on_one_side_of_an_if() {
        let rc_4 = || is(None, Leaf::Code(Operator::Equal, 4));
        assert_eq!(history(&[("A", 4)]).bypass(&inside(7, rc_4(), false)), None);
        assert_eq!(history(&[("A", 4)]).bypass(&inside(7, rc_4(), true)), Some(Bypass::Expression(7)));
        assert_eq!(history(&[("A", 0)]).bypass(&inside(7, rc_4(), false)), Some(Bypass::Expression(7)));
        assert_eq!(history(&[("A", 0)]).bypass(&inside(7, rc_4(), true)), None);
    }

    #[test]
    fn an_if_is_decided_once() {
        let mut history = history(&[("A", 0)]);
        let next = inside(7, is(None, Leaf::Code(Operator::Equal, 0)), false);
        assert_eq!(history.bypass(&next), None);
        history.add(&step("B"), End::Code(8));
        assert_eq!(history.bypass(&next), None, "the code of a step inside does not change the IF");
    }

    #[test]
    fn after_an_abend_only_an_if_that_asks_for_it_counts() {
        let mut history = history(&[("A", 0)]);
        let not_abended = || is(None, Leaf::Abend(false));
        assert_eq!(history.bypass(&inside(1, not_abended(), false)), None);
        history.add(&step("B"), End::Abend(S0C4));
        assert_eq!(history.bypass(&inside(1, not_abended(), false)), None, "it was decided before the abend");
        assert_eq!(history.bypass(&inside(1, not_abended(), true)), Some(Bypass::Expression(1)));
        assert_eq!(history.bypass(&inside(2, is(None, Leaf::Code(Operator::Equal, 0)), false)), Some(Bypass::Flushed));
        assert_eq!(history.bypass(&inside(3, is(None, Leaf::Abend(true)), false)), None);
        assert_eq!(history.bypass(&inside(4, is(None, Leaf::Abend(true)), true)), Some(Bypass::Expression(4)));
        assert_eq!(history.bypass(&inside(5, is(Some("B"), Leaf::AbendCode(Operator::Equal, S0C4)), false)), None);
        let user = Leaf::AbendCode(Operator::Equal, AbendCode::User(16));
        assert_eq!(history.bypass(&inside(6, is(None, user), false)), Some(Bypass::Expression(6)));
    }

    #[test]
    fn a_comparison_about_a_step_that_did_not_run_is_false_unless_it_asks_for_that() {
        let mut history = history(&[("A", 0)]);
        for (statement, leaf) in [
            (1, Leaf::Code(Operator::Less, 8)),
            (2, Leaf::Abend(false)),
            (3, Leaf::Run(true)),
            (4, Leaf::AbendCode(Operator::NotEqual, S0C4)),
        ] {
            let next = inside(statement, is(Some("B"), leaf), false);
            assert_eq!(history.bypass(&next), Some(Bypass::Expression(statement)), "{leaf:?}");
        }
        assert_eq!(history.bypass(&inside(5, is(Some("B"), Leaf::Run(false)), false)), None);
        assert_eq!(history.bypass(&inside(6, is(Some("A"), Leaf::Run(true)), false)), None);
    }

    #[test]
    fn and_or_and_not_join_comparisons() {
        let mut history = history(&[("A", 4)]);
        let rc = |code| Box::new(is(None, Leaf::Code(Operator::Equal, code)));
        assert_eq!(history.bypass(&inside(1, Expression::Or(rc(0), rc(4)), false)), None);
        assert_eq!(history.bypass(&inside(2, Expression::And(rc(0), rc(4)), false)), Some(Bypass::Expression(2)));
        assert_eq!(history.bypass(&inside(3, Expression::Not(rc(0)), false)), None);
    }

    #[test]
    fn jobrc_picks_the_highest_the_last_or_one_step() {
        let history = history(&[("A", 8), ("B", 4), ("C", 0)]);
        assert_eq!(history.completion(&JobCode::Highest), End::Code(8));
        assert_eq!(history.completion(&JobCode::Last), End::Code(0));
        assert_eq!(history.completion(&JobCode::Step(StepName::plain("B"))), End::Code(4));
        assert_eq!(history.completion(&JobCode::Step(StepName::plain("Z"))), End::Code(8), "it did not run");
    }

    #[test]
    fn jobrc_picks_abends_as_it_picks_codes() {
        let mut history = history(&[("A", 8)]);
        history.add(&step("B"), End::Abend(S0C4));
        history.add(&step("C"), End::Abend(AbendCode::User(16)));
        history.add(&step("D"), End::Code(0));
        history.add(&step("A"), End::Code(2));
        assert_eq!(history.completion(&JobCode::Highest), End::Abend(AbendCode::User(16)), "the last abend");
        assert_eq!(history.completion(&JobCode::Last), End::Code(2));
        assert_eq!(history.completion(&JobCode::Step(StepName::plain("B"))), End::Abend(S0C4));
        assert_eq!(history.completion(&JobCode::Step(StepName::plain("A"))), End::Code(2), "the last of that name");
        assert_eq!(history.completion(&JobCode::Step(StepName::plain("Z"))), End::Abend(AbendCode::User(16)));
    }
}
