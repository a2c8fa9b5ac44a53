//! The grammar of an operand field, by nom: operands, sublists, strings, omitted subparameters.
//!
//! Border: one joined field in, operands with spans out. Columns, cards and meanings are not known here.
//!
//! ```text
//! field   = operand *( "," operand )
//! operand = [ bare "=" [ bare "=" ] ] value
//! operand = ( "WHEN" / "ERROR" ) "=" group      ; in a field with conditions
//! value   = list / word / nothing
//! list    = "(" operand *( "," operand ) ")"
//! word    = 1*( bare / string / group )      ; a group only after something else
//! group   = "(" anything balanced ")"
//! string  = "'" *( "''" / any but "'" ) "'"
//! bare    = 1*( any but "," "(" ")" "'" )    ; before "=" also no "="
//! ```

use nom::branch::alt;
use nom::character::complete::char;
use nom::combinator::{cut, opt};
use nom::error::{ErrorKind, ParseError};
use nom::multi::separated_list1;
use nom::sequence::{delimited, terminated};
use nom::{IResult, Parser};
use thiserror::Error;

use super::ast::{List, Operand, Quoting, Span, Value, Word};

/// How deep lists may stand in lists. JCL itself needs three levels (COND on EXEC, SPACE, SUBSYS).
pub const MAX_NESTING: u8 = 16;

/// Why an operand field cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{fault} at offset {at}")]
pub struct SyntaxError {
    /// Offset in the field, in bytes.
    pub at: u32,
    /// What is wrong there.
    pub fault: Fault,
}

/// What can be wrong with an operand field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Fault {
    /// A parenthesis without its partner.
    #[error("unbalanced parenthesis")]
    Parenthesis,
    /// A string without its closing apostrophe.
    #[error("unclosed string")]
    Apostrophe,
    /// More lists in lists than `MAX_NESTING`.
    #[error("lists nested too deep")]
    Nesting,
    /// Something follows where only a comma may.
    #[error("format error")]
    Format,
}

/// An error of nom that remembers where it arose.
#[derive(Debug, Clone, Copy)]
struct Failure<'i> {
    rest: &'i str,
    fault: Fault,
}

impl<'i> ParseError<&'i str> for Failure<'i> {
    fn from_error_kind(rest: &'i str, _: ErrorKind) -> Self {
        Self { rest, fault: Fault::Format }
    }

    fn append(_: &'i str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

type Parsed<'i, T> = IResult<&'i str, T, Failure<'i>>;

fn fail<T>(rest: &str, fault: Fault) -> Parsed<'_, T> {
    Err(nom::Err::Failure(Failure { rest, fault }))
}

/// Keywords whose values are conditions, where there are any.
const CONDITIONS: &[&str] = &["WHEN", "ERROR"];

/// Reads a whole operand field.
pub fn operands(field: &str) -> Result<Vec<Operand>, SyntaxError> {
    read(field, false)
}

/// Reads a whole operand field in which WHEN and ERROR have conditions in parentheses: each is one word.
pub fn operands_with_conditions(field: &str) -> Result<Vec<Operand>, SyntaxError> {
    read(field, true)
}

fn read(field: &str, conditions: bool) -> Result<Vec<Operand>, SyntaxError> {
    if field.is_empty() {
        return Ok(Vec::new());
    }
    let scope = Scope { whole: field.len(), depth: 0, conditions };
    let outcome = match scope.operands(field) {
        Ok(("", operands)) => return Ok(operands),
        Ok((rest, _)) => {
            Failure { rest, fault: if rest.starts_with(')') { Fault::Parenthesis } else { Fault::Format } }
        }
        Err(nom::Err::Error(failure) | nom::Err::Failure(failure)) => failure,
        Err(nom::Err::Incomplete(_)) => Failure { rest: "", fault: Fault::Format },
    };
    Err(SyntaxError { at: scope.at(outcome.rest), fault: outcome.fault })
}

/// Where a parser is: how long the field is, which gives offsets, and how many lists are open.
#[derive(Debug, Clone, Copy)]
struct Scope {
    whole: usize,
    depth: u8,
    conditions: bool,
}

impl Scope {
    fn at(self, rest: &str) -> u32 {
        u32::try_from(self.whole.saturating_sub(rest.len())).unwrap_or(u32::MAX)
    }

    fn span(self, before: &str, after: &str) -> Span {
        Span { start: self.at(before), end: self.at(after) }
    }

    fn operands<'i>(self, input: &'i str) -> Parsed<'i, Vec<Operand>> {
        separated_list1(char(','), |input: &'i str| self.operand(input)).parse(input)
    }

    fn operand<'i>(self, input: &'i str) -> Parsed<'i, Operand> {
        let (rest, keyword) = opt(|input: &'i str| self.keyword(input)).parse(input)?;
        let is_condition = |keyword: Span| {
            let length = (keyword.end - keyword.start) as usize;
            self.conditions && rest.starts_with('(') && CONDITIONS.contains(&input.get(..length).unwrap_or(""))
        };
        let (rest, value) = match keyword {
            Some(keyword) if is_condition(keyword) => self.condition(rest)?,
            Some(_) => alt((|input: &'i str| self.nested(input), |input: &'i str| self.value(input))).parse(rest)?,
            None => self.value(rest)?,
        };
        Ok((rest, Operand { keyword, value }))
    }

    /// `keyword=`
    fn keyword(self, input: &str) -> Parsed<'_, Span> {
        let (rest, ()) = terminated(name, char('=')).parse(input)?;
        let start = self.at(input);
        Ok((rest, Span { start, end: self.at(rest) - 1 }))
    }

    /// `keyword=value` as the value of a keyword: a list with one member.
    fn nested(self, input: &str) -> Parsed<'_, Value> {
        let (rest, keyword) = self.keyword(input)?;
        let (rest, value) = self.value(rest)?;
        let items = vec![Operand { keyword: Some(keyword), value }];
        Ok((rest, Value::List(List { span: self.span(input, rest), items })))
    }

    /// An expression in parentheses, as one word.
    fn condition(self, input: &str) -> Parsed<'_, Value> {
        let (rest, ()) = group(input)?;
        let span = self.span(input, rest);
        Ok((rest, Value::Word(Word { span, quoting: Quoting::None, suffix: None })))
    }

    fn value(self, input: &str) -> Parsed<'_, Value> {
        match input.as_bytes().first() {
            Some(b'(') => self.list(input),
            None | Some(b',' | b')') => Ok((input, Value::Empty(self.at(input)))),
            Some(_) => self.word(input),
        }
    }

    fn list<'i>(self, input: &'i str) -> Parsed<'i, Value> {
        if self.depth >= MAX_NESTING {
            return fail(input, Fault::Nesting);
        }
        let inner = Self { depth: self.depth + 1, ..self };
        let close = |rest: &'i str| if rest.starts_with(')') { char(')').parse(rest) } else { unclosed(input, rest) };
        let (rest, items) = delimited(char('('), |input: &'i str| inner.operands(input), cut(close)).parse(input)?;
        match rest.as_bytes().first() {
            None | Some(b',' | b')') => Ok((rest, Value::List(List { span: self.span(input, rest), items }))),
            Some(_) => fail(rest, Fault::Format),
        }
    }

    fn word(self, input: &str) -> Parsed<'_, Value> {
        let mut rest = input;
        let mut suffix = None;
        let mut pieces = 0_usize;
        let mut strings = 0_usize;
        loop {
            let before = rest;
            match rest.as_bytes().first() {
                None | Some(b',' | b')') => break,
                Some(b'\'') => {
                    rest = string(rest)?.0;
                    strings += 1;
                }
                Some(b'(') => {
                    rest = group(rest)?.0;
                    let Span { start, end } = self.span(before, rest);
                    suffix.get_or_insert(Span { start: start + 1, end: end - 1 });
                }
                Some(_) => rest = after_bare(rest),
            }
            pieces += 1;
        }
        let quoting = match (strings, pieces) {
            (0, _) => Quoting::None,
            (1, 1) => Quoting::Whole,
            _ => Quoting::Part,
        };
        Ok((rest, Value::Word(Word { span: self.span(input, rest), quoting, suffix })))
    }
}

/// The error for a list that began at `open` and does not end at `rest`.
fn unclosed<'i, T>(open: &'i str, rest: &'i str) -> Parsed<'i, T> {
    if rest.is_empty() { fail(open, Fault::Parenthesis) } else { fail(rest, Fault::Format) }
}

/// At least one character before an equal sign.
fn name(input: &str) -> Parsed<'_, ()> {
    let end = input.bytes().position(|byte| matches!(byte, b',' | b'(' | b')' | b'\'' | b'=')).unwrap_or(input.len());
    if end == 0 {
        return Err(nom::Err::Error(Failure { rest: input, fault: Fault::Format }));
    }
    Ok((input.get(end..).unwrap_or(""), ()))
}

/// What follows the characters that need no apostrophes.
fn after_bare(input: &str) -> &str {
    let end = input.bytes().position(|byte| matches!(byte, b',' | b'(' | b')' | b'\'')).unwrap_or(input.len());
    input.get(end..).unwrap_or("")
}

/// A string with its apostrophes; a doubled one stands for itself.
fn string(input: &str) -> Parsed<'_, ()> {
    let mut at = 1;
    loop {
        let Some(found) = input.get(at..).and_then(|rest| rest.find('\'')) else {
            return fail(input, Fault::Apostrophe);
        };
        at += found + 1;
        let rest = input.get(at..).unwrap_or("");
        if !rest.starts_with('\'') {
            return Ok((rest, ()));
        }
        at += 1;
    }
}

/// Parentheses that follow a word at once, with whatever they enclose.
fn group(input: &str) -> Parsed<'_, ()> {
    let mut depth = 0_usize;
    let mut in_string = false;
    for (at, byte) in input.bytes().enumerate() {
        match byte {
            b'\'' => in_string = !in_string,
            b'(' if !in_string => depth += 1,
            b')' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok((input.get(at + 1..).unwrap_or(""), ()));
        }
    }
    fail(input, if in_string { Fault::Apostrophe } else { Fault::Parenthesis })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ast::{Operand, Quoting, Value};
    use super::{Fault, MAX_NESTING, operands};

    /// Operands in a notation that shows their structure: `K=V`, `[..]` for lists, `_` for nothing.
    fn shape(field: &str, operands: &[Operand]) -> String {
        operands.iter().map(|operand| shape_of(field, operand)).collect::<Vec<_>>().join(" ")
    }

    fn shape_of(field: &str, operand: &Operand) -> String {
        let value = match &operand.value {
            Value::Empty(_) => "_".to_owned(),
            Value::Word(word) => word.span.of(field).to_owned(),
            Value::List(list) => format!("[{}]", shape(field, &list.items)),
        };
        operand.keyword.map_or(value.clone(), |keyword| format!("{}={value}", keyword.of(field)))
    }

    fn read(field: &str) -> String {
        shape(field, &operands(field).expect(field))
    }

    fn fault(field: &str) -> (u32, Fault) {
        let error = operands(field).expect_err(field);
        (error.at, error.fault)
    }

    #[test]
    fn operands_are_positional_or_have_keywords() {
        assert_eq!(read("*"), "*");
        assert_eq!(read("PGM=TRSMAIN,PARM=PACK"), "PGM=TRSMAIN PARM=PACK");
        assert_eq!(read("(1,2),'A B',CLASS=A"), "[1 2] 'A B' CLASS=A");
        assert_eq!(read(",'NAME'"), "_ 'NAME'");
        assert_eq!(read("REGION="), "REGION=_");
    }

    #[test]
    fn lists_nest_and_keep_the_places_of_what_is_omitted() {
        assert_eq!(read("DISP=(,CATLG)"), "DISP=[_ CATLG]");
        assert_eq!(read("SPACE=(CYL,(10,5),RLSE,,)"), "SPACE=[CYL [10 5] RLSE _ _]");
        assert_eq!(read("DCB=(*.A,LRECL=80)"), "DCB=[*.A LRECL=80]");
        assert_eq!(read("COND=((4,LT),(8,EQ,S1),EVEN)"), "COND=[[4 LT] [8 EQ S1] EVEN]");
        assert_eq!(read("VOL=(,,,,SER=(A,B))"), "VOL=[_ _ _ _ SER=[A B]]");
    }

    #[test]
    fn a_keyword_in_a_keyword_is_a_list_with_one_member() {
        assert_eq!(read("VOL=SER=ABC123,UNIT=AFF=X"), "VOL=[SER=ABC123] UNIT=[AFF=X]");
        assert_eq!(read("DCB=RECFM=FB"), "DCB=[RECFM=FB]");
    }

    #[test]
    fn strings_hide_what_they_enclose() {
        assert_eq!(read("PARM='-v (EXIT '"), "PARM='-v (EXIT '");
        assert_eq!(read("PARM=('A,B','O''NEIL',C)"), "PARM=['A,B' 'O''NEIL' C]");
        let field = "'O''NEIL'";
        let Value::Word(word) = operands(field).expect("a string")[0].value else { panic!("not a word") };
        assert_eq!((word.quoting, word.value(field).as_ref()), (Quoting::Whole, "O'NEIL"));
        assert_eq!(read("PARM=''"), "PARM=''");
        assert_eq!(read("PARM=''''"), "PARM=''''");
    }

    #[test]
    fn a_word_may_have_a_member_or_generation_in_parentheses() {
        for (field, stem, suffix) in [("A.B(MEM)", "A.B", "MEM"), ("G(+1)", "G", "+1"), ("&&T(M)", "&&T", "M")] {
            let Value::Word(word) = operands(field).expect(field)[0].value else { panic!("not a word") };
            assert_eq!(word.stem(field), stem);
            assert_eq!(word.suffix.expect("it has one").of(field), suffix);
            assert_eq!(word.span.of(field), field);
        }
    }

    #[test]
    fn a_string_may_be_a_part_of_a_word() {
        let field = "&A'&B'";
        let Value::Word(word) = operands(field).expect(field)[0].value else { panic!("not a word") };
        assert_eq!(word.quoting, Quoting::Part);
    }

    #[test]
    fn a_condition_is_one_word_where_there_are_conditions() {
        let field = "NAME=(A,B),WHEN=((RC > 4) & (RC < 8)),ACTION=FAIL";
        let read = super::operands_with_conditions(field).expect("it is balanced");
        assert_eq!(shape(field, &read), "NAME=[A B] WHEN=((RC > 4) & (RC < 8)) ACTION=FAIL");
        assert_eq!(fault(field).1, Fault::Format);
        assert_eq!(super::operands_with_conditions("WHEN=(RC > 4").expect_err("it is not").fault, Fault::Parenthesis);
    }

    #[test]
    fn unbalanced_parentheses_are_found_where_they_open_or_close() {
        assert_eq!(fault("DISP=(NEW,CATLG"), (5, Fault::Parenthesis));
        assert_eq!(fault("DISP=NEW)"), (8, Fault::Parenthesis));
        assert_eq!(fault("DSN=A(B"), (5, Fault::Parenthesis));
        assert_eq!(fault("SPACE=(CYL,(1,1)"), (6, Fault::Parenthesis));
    }

    #[test]
    fn a_string_must_be_closed() {
        assert_eq!(fault("PARM='ABC"), (5, Fault::Apostrophe));
        assert_eq!(fault("PARM=('A''"), (6, Fault::Apostrophe));
        assert_eq!(fault("DSN=A('B"), (5, Fault::Apostrophe));
    }

    #[test]
    fn nothing_but_a_comma_may_follow_a_list() {
        assert_eq!(fault("SPACE=(TRK,(1,1))RLSE"), (17, Fault::Format));
    }

    #[test]
    fn nesting_has_a_limit() {
        let deep = |n: usize| format!("{}{}", "(".repeat(n), ")".repeat(n));
        assert!(operands(&deep(MAX_NESTING.into())).is_ok());
        assert_eq!(fault(&deep(100_000)).1, Fault::Nesting);
    }

    proptest! {
        #[test]
        fn any_field_is_read_or_refused_with_an_offset_inside_it(field in "[ -~ä€]{0,80}") {
            match operands(&field) {
                Ok(operands) => prop_assert!(operands.len() <= field.len() + 1),
                Err(error) => prop_assert!(error.at as usize <= field.len()),
            }
        }

        #[test]
        fn operands_cover_the_field_but_for_the_commas(field in "[A-C=(),'.]{1,40}") {
            if let Ok(operands) = operands(&field) {
                let texts: Vec<&str> = operands.iter().map(|operand| operand.span().of(&field)).collect();
                prop_assert_eq!(texts.join(","), field);
            }
        }
    }
}
