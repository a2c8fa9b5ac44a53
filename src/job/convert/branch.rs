//! IF, ELSE, ENDIF: the relational expression, and which side of which IF a step stands on.
//!
//! Border: text in, `Expression` out. AND and OR have the same priority and are taken in the order coded, NOT and the
//! comparisons come before them (JCL reference, "Relational-expression"). What is true is decided when the job runs.

use std::sync::Arc;

use crate::dataset::name::is_simple_name;
use crate::job::model::{AbendCode, Branch, Expression, Leaf, Operator, StepName};

/// Most IF statements in one another (JCL reference).
pub(super) const MAX_NESTING: usize = 15;
/// Most comparisons of one expression, and most parentheses in one another. Our choice.
const MAX_TERMS: usize = 255;
const MAX_PARENTHESES: usize = 32;
/// Largest return code.
const MAX_CODE: u16 = 4095;

/// Why an expression cannot be read: what was expected, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Offset in the text.
    pub(super) at: usize,
    /// What was expected there.
    pub(super) expected: &'static str,
}

/// The IF statements that are open.
#[derive(Debug, Default)]
pub(super) struct Branches {
    open: Vec<Branch>,
}

impl Branches {
    /// How many are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The sides that a step stands on, outermost first.
    pub(super) fn of_step(&self) -> Vec<Branch> {
        self.open.clone()
    }

    /// IF on statement `statement`, in the procedure that `caller` called.
    pub(super) fn open(&mut self, statement: u32, expression: Expression, caller: Option<String>) {
        self.open.push(Branch { statement, expression: Arc::new(expression), otherwise: false, caller });
    }

    /// ELSE: false if none of the IFs above `floor` waits for one.
    pub(super) fn otherwise(&mut self, floor: usize) -> bool {
        let is_open = floor < self.open.len();
        let waiting = self.open.last_mut().filter(|branch| is_open && !branch.otherwise);
        waiting.map(|branch| branch.otherwise = true).is_some()
    }

    /// ENDIF: false if no IF is open above `floor`.
    pub(super) fn close(&mut self, floor: usize) -> bool {
        floor < self.open.len() && self.open.pop().is_some()
    }

    /// Closes what is open above `floor`; the statement number of the innermost of them.
    pub(super) fn close_down_to(&mut self, floor: usize) -> Option<u32> {
        let innermost = self.open.last().filter(|_| floor < self.open.len()).map(|branch| branch.statement);
        self.open.truncate(floor);
        innermost
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands for an expression that cannot be read.
pub(super) fn nothing() -> Expression {
    Expression::Is { step: None, leaf: Leaf::Run(true) }
}

/// Reads the expression between IF and THEN.
pub(super) fn expression(text: &str) -> Result<Expression, Wrong> {
    let mut parser = Parser { text, at: 0, terms: 0, depth: 0 };
    let expression = parser.expression()?;
    parser.blanks();
    if parser.at < text.len() {
        return Err(parser.wrong("AND, OR OR THEN"));
    }
    Ok(expression)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    terms: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn wrong(&self, expected: &'static str) -> Wrong {
        Wrong { at: self.at, expected }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches(' ').len();
    }

    /// Takes one of some signs, the longest first in `signs`.
    fn sign<T: Copy>(&mut self, signs: &[(&str, T)]) -> Option<T> {
        self.blanks();
        let (sign, meaning) = signs.iter().find(|(sign, _)| self.rest().starts_with(sign))?;
        self.at += sign.len();
        Some(*meaning)
    }

    /// The word at this place, left where it is.
    fn peek(&mut self) -> &'t str {
        self.blanks();
        let rest = self.rest();
        let is_word = |c: char| c.is_ascii_alphanumeric() || "@#$.".contains(c);
        rest.get(..rest.find(|c| !is_word(c)).unwrap_or(rest.len())).unwrap_or("")
    }

    /// Takes one of some words.
    fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        let found = self.peek();
        let (word, meaning) = words.iter().find(|(word, _)| *word == found)?;
        self.at += word.len();
        Some(*meaning)
    }

    fn expression(&mut self) -> Result<Expression, Wrong> {
        let mut left = self.term()?;
        loop {
            // `!` is what some code pages show for `|`.
            let signs = [("&", true), ("|", false), ("!", false)];
            let connective = self.sign(&signs).or_else(|| self.word(&[("AND", true), ("OR", false)]));
            let Some(is_and) = connective else { return Ok(left) };
            let right = self.term()?;
            let both = (Box::new(left), Box::new(right));
            left = if is_and { Expression::And(both.0, both.1) } else { Expression::Or(both.0, both.1) };
        }
    }

    fn term(&mut self) -> Result<Expression, Wrong> {
        self.terms += 1;
        if self.terms > MAX_TERMS || self.depth > MAX_PARENTHESES {
            return Err(self.wrong("FEWER COMPARISONS OR PARENTHESES"));
        }
        // `^` is what some code pages show for the logical not.
        let is_not = self.sign(&[("¬", ()), ("^", ())]).or_else(|| self.word(&[("NOT", ())])).is_some();
        let term = if self.sign(&[("(", ())]).is_some() { self.parenthesis()? } else { self.comparison()? };
        Ok(if is_not { not(term) } else { term })
    }

    fn parenthesis(&mut self) -> Result<Expression, Wrong> {
        self.depth += 1;
        let inner = self.expression()?;
        self.depth -= 1;
        self.sign(&[(")", ())]).ok_or_else(|| self.wrong("A CLOSING PARENTHESIS"))?;
        Ok(inner)
    }

    /// `[step.[procstep.]]keyword [operator value]`
    fn comparison(&mut self) -> Result<Expression, Wrong> {
        let word = self.peek();
        if is_number(word) {
            return self.numbers(word);
        }
        let (step, keyword) = word.rsplit_once('.').map_or((None, word), |(step, keyword)| (Some(step), keyword));
        let step = match step {
            Some(step) => Some(step_name(step).ok_or_else(|| self.wrong("A STEP NAME"))?),
            None => None,
        };
        let start = self.at;
        self.at += word.len();
        let leaf = match keyword {
            "RC" => self.return_code()?,
            "ABEND" => Leaf::Abend(self.truth()?),
            "RUN" => Leaf::Run(self.truth()?),
            "ABENDCC" => self.abend_code()?,
            _ => return Err(Wrong { at: start, expected: "RC, ABEND, ABENDCC OR RUN" }),
        };
        Ok(Expression::Is { step, leaf })
    }

    /// Two numbers, which symbols have brought, as in `&OPTION EQ 1`. What they say is known at once.
    fn numbers(&mut self, left: &str) -> Result<Expression, Wrong> {
        self.at += left.len();
        let operator = self.operator().ok_or_else(|| self.wrong("A COMPARISON"))?;
        let right = self.peek();
        if !is_number(right) {
            return Err(self.wrong("A NUMBER"));
        }
        self.at += right.len();
        let of = |digits: &str| digits.parse::<u64>().unwrap_or(u64::MAX);
        // A return code is never less than 0.
        let always = if operator.holds(of(left), of(right)) { Operator::GreaterOrEqual } else { Operator::Less };
        Ok(Expression::Is { step: None, leaf: Leaf::Code(always, 0) })
    }

    fn operator(&mut self) -> Option<Operator> {
        use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let signs = [
            (">=", GreaterOrEqual),
            ("<=", LessOrEqual),
            ("¬=", NotEqual),
            ("^=", NotEqual),
            ("¬>", LessOrEqual),
            ("^>", LessOrEqual),
            ("¬<", GreaterOrEqual),
            ("^<", GreaterOrEqual),
            (">", Greater),
            ("<", Less),
            ("=", Equal),
        ];
        let words = [
            ("GT", Greater),
            ("LT", Less),
            ("NG", LessOrEqual),
            ("NL", GreaterOrEqual),
            ("EQ", Equal),
            ("NE", NotEqual),
            ("GE", GreaterOrEqual),
            ("LE", LessOrEqual),
        ];
        self.sign(&signs).or_else(|| self.word(&words))
    }

    fn return_code(&mut self) -> Result<Leaf, Wrong> {
        let operator = self.operator().ok_or_else(|| self.wrong("A COMPARISON"))?;
        let digits = self.peek();
        let code = digits.parse().ok().filter(|code| is_number(digits) && *code <= MAX_CODE);
        let code = code.ok_or_else(|| self.wrong("A RETURN CODE FROM 0 TO 4095"))?;
        self.at += digits.len();
        Ok(Leaf::Code(operator, code))
    }

    /// Nothing, or `=TRUE`, `=FALSE`.
    fn truth(&mut self) -> Result<bool, Wrong> {
        let sides = match self.operator() {
            None => return Ok(true),
            Some(Operator::Equal) => [("TRUE", true), ("FALSE", false)],
            Some(Operator::NotEqual) => [("TRUE", false), ("FALSE", true)],
            Some(_) => return Err(self.wrong("TRUE OR FALSE")),
        };
        self.word(&sides).ok_or_else(|| self.wrong("TRUE OR FALSE"))
    }

    fn abend_code(&mut self) -> Result<Leaf, Wrong> {
        let operator = self.operator().ok_or_else(|| self.wrong("A COMPARISON"))?;
        let word = self.peek();
        let code = match (word.chars().next(), word.get(1..)) {
            (Some('S'), Some(digits)) if digits.len() == 3 => {
                u16::from_str_radix(digits, 16).ok().map(AbendCode::System)
            }
            (Some('U'), Some(digits))
                if (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) =>
            {
                digits.parse().ok().filter(|code| *code <= MAX_CODE).map(AbendCode::User)
            }
            _ => None,
        };
        let code = code.ok_or_else(|| self.wrong("SXXX OR UNNNN"))?;
        self.at += word.len();
        Ok(Leaf::AbendCode(operator, code))
    }
}

fn not(expression: Expression) -> Expression {
    match expression {
        Expression::Is { step, leaf: Leaf::Abend(yes) } => Expression::Is { step, leaf: Leaf::Abend(!yes) },
        Expression::Is { step, leaf: Leaf::Run(yes) } => Expression::Is { step, leaf: Leaf::Run(!yes) },
        other => Expression::Not(Box::new(other)),
    }
}

/// `step` or `step.procstep`.
fn step_name(text: &str) -> Option<StepName> {
    let (step, procstep) = text.split_once('.').map_or((text, None), |(step, procstep)| (step, Some(procstep)));
    let is_good = is_simple_name(step) && procstep.is_none_or(is_simple_name);
    is_good.then(|| StepName { step: step.to_owned(), procstep: procstep.map(str::to_owned) })
}

/// The steps that an expression names.
pub(super) fn steps_of(expression: &Expression) -> Vec<&StepName> {
    match expression {
        Expression::Not(inner) => steps_of(inner),
        Expression::And(left, right) | Expression::Or(left, right) => {
            let mut steps = steps_of(left);
            steps.extend(steps_of(right));
            steps
        }
        Expression::Is { step, .. } => step.iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Branches, expression};
    use crate::job::model::{AbendCode, Expression, Leaf, Operator};

    /// The expression with all its parentheses.
    fn shape(text: &str) -> String {
        expression(text).map_or_else(|wrong| format!("{} {}", wrong.at, wrong.expected), |read| show(&read))
    }

    fn show(read: &Expression) -> String {
        match read {
            Expression::Not(inner) => format!("NOT{}", show(inner)),
            Expression::And(left, right) => format!("({} AND {})", show(left), show(right)),
            Expression::Or(left, right) => format!("({} OR {})", show(left), show(right)),
            Expression::Is { step, leaf } => {
                let step =
                    step.as_ref().map(|name| format!("{}/{}:", name.step, name.procstep.as_deref().unwrap_or("")));
                let leaf = match leaf {
                    Leaf::Code(operator, code) => format!("RC {operator:?} {code}"),
                    Leaf::Abend(yes) => format!("ABEND={yes}"),
                    Leaf::Run(yes) => format!("RUN={yes}"),
                    Leaf::AbendCode(operator, AbendCode::System(code)) => format!("CC {operator:?} S{code:03X}"),
                    Leaf::AbendCode(operator, AbendCode::User(code)) => format!("CC {operator:?} U{code:04}"),
                };
                step.unwrap_or_default() + &leaf
            }
        }
    }

    #[test]
    fn and_and_or_are_taken_in_the_order_coded() {
        assert_eq!(shape("RC = 0 | RC = 4 & ABEND"), "((RC Equal 0 OR RC Equal 4) AND ABEND=true)");
        assert_eq!(shape("RC=0 OR (RC=4 AND RUN)"), "(RC Equal 0 OR (RC Equal 4 AND RUN=true))");
        assert_eq!(shape("(RC GT 4)!(RC<2)"), "(RC Greater 4 OR RC Less 2)");
    }

    #[test]
    fn not_comes_before_everything_else() {
        assert_eq!(shape("NOT (RC=0) & RUN"), "(NOTRC Equal 0 AND RUN=true)");
        assert_eq!(shape("¬ABEND | ^S1.RUN"), "(ABEND=false OR S1/:RUN=false)");
        assert_eq!(shape("NOT(RC=0 | RC=4)"), "NOT(RC Equal 0 OR RC Equal 4)");
    }

    #[test]
    fn all_operators_have_a_sign_and_a_word() {
        for (sign, word, operator) in [
            (">", "GT", Operator::Greater),
            ("<", "LT", Operator::Less),
            ("¬>", "NG", Operator::LessOrEqual),
            ("^<", "NL", Operator::GreaterOrEqual),
            ("=", "EQ", Operator::Equal),
            ("^=", "NE", Operator::NotEqual),
            (">=", "GE", Operator::GreaterOrEqual),
            ("<=", "LE", Operator::LessOrEqual),
        ] {
            for text in [format!("RC{sign}8"), format!("RC {word} 8")] {
                assert_eq!(shape(&text), format!("RC {operator:?} 8"), "{text}");
            }
        }
    }

    #[test]
    fn keywords_may_name_a_step_and_one_of_its_procedure() {
        assert_eq!(shape("S1.RC = 4"), "S1/:RC Equal 4");
        assert_eq!(shape("S1.P2.ABENDCC = S0C4"), "S1/P2:CC Equal S0C4");
        assert_eq!(shape("S1.ABENDCC NE U0016"), "S1/:CC NotEqual U0016");
        assert_eq!(shape("ABEND = FALSE AND RUN=TRUE"), "(ABEND=false AND RUN=true)");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        assert_eq!(shape("RC"), "2 A COMPARISON");
        assert_eq!(shape("RC = 4096"), "5 A RETURN CODE FROM 0 TO 4095");
        assert_eq!(shape("RC = 4 RC = 5"), "7 AND, OR OR THEN");
        assert_eq!(shape("(RC = 4"), "7 A CLOSING PARENTHESIS");
        assert_eq!(shape("MAXRC = 4"), "0 RC, ABEND, ABENDCC OR RUN");
        assert_eq!(shape("1S.RC = 4"), "0 A STEP NAME");
        assert_eq!(shape("ABENDCC = 0C4"), "10 SXXX OR UNNNN");
        assert_eq!(shape(""), "0 RC, ABEND, ABENDCC OR RUN");
        assert!(shape(&"(".repeat(1000)).ends_with("FEWER COMPARISONS OR PARENTHESES"));
        assert!(shape(&"RC=0 & ".repeat(1000)).ends_with("FEWER COMPARISONS OR PARENTHESES"));
    }

    #[test]
    fn else_and_endif_need_an_open_if() {
        let mut branches = Branches::default();
        assert!(!branches.otherwise(0) && !branches.close(0));
        branches.open(3, expression("RC=0").expect("it can be read"), None);
        assert!(!branches.otherwise(1) && !branches.close(1), "that IF belongs to the caller");
        assert!(branches.otherwise(0));
        assert!(!branches.otherwise(0), "one ELSE is enough");
        assert!(branches.of_step()[0].otherwise);
        assert!(branches.close(0));
        assert_eq!(branches.depth(), 0);
    }
}
