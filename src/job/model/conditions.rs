//! COND and IF as the job means them.

use std::sync::Arc;

use super::StepName;

/// COND of an EXEC statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cond {
    /// If any test is true the step is bypassed.
    pub tests: Vec<CondTest>,
    /// EVEN or ONLY.
    pub after_abend: AfterAbend,
}

/// What a step does after an earlier one abended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterAbend {
    /// It is flushed.
    #[default]
    Flush,
    /// It runs all the same.
    Even,
    /// It runs only then.
    Only,
}

/// `code op return-code of step`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondTest {
    /// The code on the left, 0 to 4095.
    pub code: u16,
    /// The comparison.
    pub operator: Operator,
    /// The step on the right; `None` means every earlier step.
    pub step: Option<StepName>,
}

/// A comparison of COND or IF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// GT
    Greater,
    /// GE
    GreaterOrEqual,
    /// EQ
    Equal,
    /// NE
    NotEqual,
    /// LT
    Less,
    /// LE
    LessOrEqual,
}

impl Operator {
    /// `left op right`.
    pub fn holds<T: PartialOrd + Copy>(self, left: T, right: T) -> bool {
        match self {
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
        }
    }
}

/// The side of an IF statement that a step stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Statement number of the IF statement: it names the IF, which is decided once.
    pub statement: u32,
    /// What IF asks.
    pub expression: Arc<Expression>,
    /// The step follows ELSE.
    pub otherwise: bool,
    /// Who called the procedure that the IF stands in; none for the job itself.
    pub caller: Option<String>,
}

/// A relational expression of IF, its priorities resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// NOT of an expression in parentheses.
    Not(Box<Expression>),
    /// `&`, AND.
    And(Box<Expression>, Box<Expression>),
    /// `|`, OR.
    Or(Box<Expression>, Box<Expression>),
    /// One comparison, about the whole job so far or about one step.
    Is {
        /// The step; none for the job so far.
        step: Option<StepName>,
        /// What is compared.
        leaf: Leaf,
    },
}

/// One comparison of IF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf {
    /// `RC op code`
    Code(Operator, u16),
    /// `ABEND`, `ABEND=TRUE` (true); `¬ABEND`, `ABEND=FALSE` (false).
    Abend(bool),
    /// `ABENDCC = code` (Equal) or `ABENDCC ¬= code` (NotEqual).
    AbendCode(Operator, AbendCode),
    /// `RUN`, `RUN=TRUE` (true); `¬RUN`, `RUN=FALSE` (false).
    Run(bool),
}

/// A completion code of an abend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AbendCode {
    /// `Sxxx`
    System(u16),
    /// `Unnnn`
    User(u16),
}

impl Expression {
    /// True if the expression asks for ABEND or ABENDCC: such an IF counts after an abend too.
    pub fn asks_for_abend(&self) -> bool {
        match self {
            Self::Not(inner) => inner.asks_for_abend(),
            Self::And(left, right) | Self::Or(left, right) => left.asks_for_abend() || right.asks_for_abend(),
            Self::Is { leaf, .. } => matches!(leaf, Leaf::Abend(_) | Leaf::AbendCode(..)),
        }
    }
}
