//! JCL symbols: `&NAME` in an operand field becomes its value.
//!
//! Border: where a symbol is one and where its name ends. Who defines symbols is the caller's matter.

use super::text::Text;

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

/// What a symbol stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'v> {
    /// The substitution text.
    pub text: &'v str,
    /// True for a system symbol, of which a part may be taken: `&SYSNAME(1:2)`.
    pub has_parts: bool,
}

impl<'v> Value<'v> {
    /// The value of a JCL symbol.
    pub fn whole(text: &'v str) -> Self {
        Self { text, has_parts: false }
    }

    /// The value with what follows the symbol's name in `rest`: the text, and how many bytes of `rest` belong to it.
    fn taken(self, rest: &str) -> (&'v str, usize) {
        if let Some((first, last, length)) = self.has_parts.then(|| part(rest)).flatten() {
            let end = last.min(self.text.len());
            let text = self.text.get((first - 1).min(end)..end).unwrap_or("");
            return (text, length + usize::from(rest.get(length..).is_some_and(|after| after.starts_with('.'))));
        }
        (self.text, usize::from(rest.starts_with('.')))
    }
}

/// `(first:last)` at the start of `rest`, and how many bytes that is.
fn part(rest: &str) -> Option<(usize, usize, usize)> {
    let inner = rest.strip_prefix('(')?;
    let (inner, _) = inner.split_once(')')?;
    let (first, last) = inner.split_once(':')?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (1 <= first && first <= last).then_some((first, last, inner.len() + 2))
}

/// Replaces the symbols of a field by the values that `value` knows; `None` if it has no ampersand at all.
pub fn substitute<'v>(field: &Text<'_>, value: impl Fn(&str) -> Option<Value<'v>>) -> Option<Substituted> {
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
                let (value, more) = value.taken(text.get(end..).unwrap_or(""));
                result.text.copy(field, copied..at);
                result.text.push(value, field.position(at));
                result.changed = true;
                copied = end + more;
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

/// Replaces the symbols of a record of in-stream data; `None` if it has none that `value` knows. The text after a
/// symbol moves. A doubled ampersand is no symbol.
pub fn substitute_record<'v>(record: &str, value: impl Fn(&str) -> Option<Value<'v>>) -> Option<String> {
    let mut result: Option<String> = None;
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = record.get(at..).and_then(|rest| rest.find('&')) {
        at += found;
        let rest = record.get(at + 1..).unwrap_or("");
        if rest.starts_with('&') {
            at += 2;
            continue;
        }
        let name = rest.get(..name_length(rest)).unwrap_or("");
        let end = at + 1 + name.len();
        if let Some(value) = value(name) {
            let (value, more) = value.taken(record.get(end..).unwrap_or(""));
            let result = result.get_or_insert_default();
            result.push_str(record.get(copied..at).unwrap_or(""));
            result.push_str(value);
            copied = end + more;
        }
        at = end.max(copied);
    }
    let mut result = result?;
    result.push_str(record.get(copied..).unwrap_or(""));
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
    use super::super::logical::read;
    use super::super::text::Text;
    use super::{Substituted, Value, substitute, substitute_record};

    fn field(text: &str) -> Text<'_> {
        Text::new(text, Position { card: 1, column: 11 })
    }

    fn substituted(text: &str) -> Substituted {
        substitute(&field(text), |name| match name {
            "SYSUID" => Some(Value::whole("IBMUSER")),
            "A" => Some(Value::whole("X")),
            "SYSNAME" => Some(Value { text: "S0W1", has_parts: true }),
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
    fn parts_are_taken_of_system_symbols_only() {
        assert_eq!(result("DSN=Q.&SYSNAME(1:2).X"), "DSN=Q.S0X");
        assert_eq!(result("DSN=Q.&SYSNAME(3:9)..X"), "DSN=Q.W1.X");
        assert_eq!(result("DSN=Q.&SYSNAME(0:9)"), "DSN=Q.S0W1(0:9)");
        assert_eq!(result("DSN=Q.&SYSNAME(MEM)"), "DSN=Q.S0W1(MEM)");
        assert_eq!(result("DSN=Q.&SYSUID(1:3)"), "DSN=Q.IBMUSER(1:3)");
    }

    #[test]
    fn records_of_data_are_substituted_wherever_a_known_symbol_stands() {
        let value = |name: &str| (name == "A").then_some(Value::whole("LONG"));
        let record = |text: &str| substitute_record(text, value);
        assert_eq!(record("X='&A..B' &A.C  &B &&A &").as_deref(), Some("X='LONG.B' LONGC  &B &&A &"));
        assert_eq!(record("nothing &B here"), None);
        assert_eq!(record("&A"), Some("LONG".to_owned()));
    }

    #[test]
    fn a_field_without_ampersand_is_left_alone() {
        assert!(substitute(&field("DSN=A"), |_| Some(Value::whole("X"))).is_none());
    }

    #[test]
    fn characters_still_know_their_cards_after_substitution() {
        let deck = "//A DD DSN=&SYSUID..X,\n//    UNIT=SYSDA";
        let statement = read(&cards(deck), 0).expect("a statement");
        let result = substitute(&statement.operands, |_| Some(Value::whole("LONGNAME"))).expect("it has a symbol");
        assert_eq!(result.text.as_str(), "DSN=LONGNAME.X,UNIT=SYSDA");
        let at = |what: &str| result.text.position(result.text.as_str().find(what).expect("it is there"));
        assert_eq!(at("LONG"), Position { card: 1, column: 12 });
        assert_eq!(at(".X"), Position { card: 1, column: 20 });
        assert_eq!(at("UNIT"), Position { card: 2, column: 7 });
    }
}
