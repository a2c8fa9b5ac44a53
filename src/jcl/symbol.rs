//! JCL symbols: `&NAME` in an operand field becomes its value.
//!
//! Border: where a symbol is one and where its name ends. Who defines symbols is the caller's matter.

use super::logical::Text;

/// Keywords whose strings may contain symbols (JCL reference, "Using symbols in apostrophes").
const SUBSTITUTED_IN_STRINGS: &[&str] = &["ACCT", "AMP", "PARM", "PATH", "SUBSYS"];

/// A field after substitution.
#[derive(Debug)]
pub struct Substituted {
    /// The field with the values in place; each character knows where it, or its symbol, was punched.
    pub text: Text<'static>,
    /// True if a symbol was replaced.
    pub changed: bool,
    /// Symbols without a value, where they would have needed one.
    pub unknown: Vec<Unknown>,
}

/// A symbol without a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Its name, without the ampersand; empty for an ampersand alone.
    pub name: String,
    /// Offset of the ampersand in the field as it was typed.
    pub at: usize,
    /// True inside apostrophes, where the host leaves an undefined symbol as it is.
    pub in_string: bool,
}

/// Replaces the symbols of a field by the values that `value` knows; `None` if it has no ampersand at all.
pub fn substitute<'v>(field: &Text<'_>, value: impl Fn(&str) -> Option<&'v str>) -> Option<Substituted> {
    let text = field.as_str();
    if !text.contains('&') {
        return None;
    }
    let mut walk = Walk::default();
    let mut result = Substituted { text: field.empty_copy(), changed: false, unknown: Vec::new() };
    let mut copied = 0;
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at).copied() {
        if byte != b'&' {
            walk.pass(text, at, byte);
            at += 1;
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or("");
        if rest.starts_with('&') {
            at += 2;
            walk.after_symbol = None;
            continue;
        }
        let name = rest.get(..name_length(rest)).unwrap_or("");
        let end = at + 1 + name.len();
        if walk.substitutes() {
            if let Some(value) = value(name) {
                result.text.copy(field, copied..at);
                result.text.push(value, field.position(at));
                result.changed = true;
                copied = end + usize::from(text.get(end..).is_some_and(|rest| rest.starts_with('.')));
                at = copied;
                walk.after_symbol = Some(at);
                continue;
            }
            result.unknown.push(Unknown { name: name.to_owned(), at, in_string: walk.in_string });
        }
        at = end;
    }
    result.text.copy(field, copied..text.len());
    Some(result)
}

/// How many characters at the start of `text` can belong to a symbol's name.
fn name_length(text: &str) -> usize {
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"@#$".contains(&byte);
    match text.as_bytes().first() {
        Some(first) if first.is_ascii_digit() => 0,
        _ => text.bytes().take_while(|&byte| is_name(byte)).count(),
    }
}

/// Where in the field we are.
#[derive(Debug, Default)]
struct Walk {
    depth: usize,
    in_string: bool,
    /// The string follows a symbol at once, as in `&A'&B'`.
    string_of_symbol: bool,
    after_symbol: Option<usize>,
    operand_start: usize,
    keyword_allows_strings: bool,
}

impl Walk {
    fn pass(&mut self, text: &str, at: usize, byte: u8) {
        match byte {
            b'\'' => {
                self.in_string = !self.in_string;
                self.string_of_symbol = self.in_string && self.after_symbol == Some(at);
            }
            _ if self.in_string => {}
            b'(' => self.depth += 1,
            b')' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth == 0 => {
                self.operand_start = at + 1;
                self.keyword_allows_strings = false;
            }
            b'=' if self.depth == 0 => {
                let keyword = text.get(self.operand_start..at).unwrap_or("");
                let keyword = keyword.split('.').next().unwrap_or("");
                self.keyword_allows_strings |= SUBSTITUTED_IN_STRINGS.contains(&keyword);
            }
            _ => {}
        }
    }

    fn substitutes(&self) -> bool {
        !self.in_string || self.keyword_allows_strings || self.string_of_symbol
    }
}

#[cfg(test)]
mod tests {
    use super::super::card::{Position, cards};
    use super::super::logical::{Text, read};
    use super::{Substituted, substitute};

    fn field(text: &str) -> Text<'_> {
        Text::new(text, Position { card: 1, column: 11 })
    }

    fn substituted(text: &str) -> Substituted {
        substitute(&field(text), |name| match name {
            "SYSUID" => Some("IBMUSER"),
            "A" => Some("X"),
            _ => None,
        })
        .expect("the field has an ampersand")
    }

    fn result(text: &str) -> String {
        substituted(text).text.as_str().to_owned()
    }

    #[test]
    fn a_symbol_ends_before_the_first_character_that_no_name_has() {
        assert_eq!(result("NOTIFY=&SYSUID"), "NOTIFY=IBMUSER");
        assert_eq!(result("(&SYSUID,&A)"), "(IBMUSER,X)");
        assert_eq!(result("DSN=&SYSUID(&A)"), "DSN=IBMUSER(X)");
    }

    #[test]
    fn one_period_ends_a_name_and_disappears() {
        assert_eq!(result("DSN=&SYSUID..DATA"), "DSN=IBMUSER.DATA");
        assert_eq!(result("DSN=Q.&A.B"), "DSN=Q.XB");
    }

    #[test]
    fn two_ampersands_are_no_symbol() {
        let result = substituted("DSN=&&A,PARM='&&A'");
        assert_eq!(result.text.as_str(), "DSN=&&A,PARM='&&A'");
        assert!(!result.changed && result.unknown.is_empty());
    }

    #[test]
    fn strings_are_substituted_only_where_the_reference_says_so() {
        assert_eq!(result("PARM='-u &SYSUID'"), "PARM='-u IBMUSER'");
        assert_eq!(result("PARM=(Q,'&A')"), "PARM=(Q,'X')");
        assert_eq!(result("PARM.STEP='&A'"), "PARM.STEP='X'");
        assert_eq!(result("'&SYSUID',NOTIFY=&A"), "'&SYSUID',NOTIFY=X");
        assert_eq!(result("DSN='&A'"), "DSN='&A'");
        assert_eq!(result("DSN=&A'&A'"), "DSN=X'X'");
    }

    #[test]
    fn symbols_without_a_value_are_named() {
        let unknown = substituted("DSN=&HLQ..X,PARM='&Y'").unknown;
        let facts: Vec<_> = unknown.iter().map(|u| (u.name.as_str(), u.at, u.in_string)).collect();
        assert_eq!(facts, [("HLQ", 4, false), ("Y", 18, true)]);
        assert_eq!(substituted("DSN=& X").unknown[0].name, "");
    }

    #[test]
    fn a_field_without_ampersand_is_left_alone() {
        assert!(substitute(&field("DSN=A"), |_| Some("X")).is_none());
    }

    #[test]
    fn characters_still_know_their_cards_after_substitution() {
        let deck = "//A DD DSN=&SYSUID..X,\n//    UNIT=SYSDA";
        let statement = read(&cards(deck), 0).expect("a statement");
        let result = substitute(&statement.operands, |_| Some("LONGNAME")).expect("it has a symbol");
        assert_eq!(result.text.as_str(), "DSN=LONGNAME.X,UNIT=SYSDA");
        let at = |what: &str| result.text.position(result.text.as_str().find(what).expect("it is there"));
        assert_eq!(at("LONG"), Position { card: 1, column: 12 });
        assert_eq!(at(".X"), Position { card: 1, column: 20 });
        assert_eq!(at("UNIT"), Position { card: 2, column: 7 });
    }
}
