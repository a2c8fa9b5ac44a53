//! Fills the `{}` of a row with facts. Knows widths, nothing of messages.

use std::fmt;

pub(super) fn write(f: &mut fmt::Formatter<'_>, text: &str, facts: &[String]) -> fmt::Result {
    let mut facts = facts.iter();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        f.write_str(before)?;
        let Some((shape, after)) = after.split_once('}') else { return f.write_str(after) };
        write_fact(f, shape, facts.next().map_or("", String::as_str))?;
        rest = after;
    }
    f.write_str(rest)
}

fn write_fact(f: &mut fmt::Formatter<'_>, shape: &str, fact: &str) -> fmt::Result {
    let (align, digits) = match shape.as_bytes().first() {
        Some(b'<' | b'>' | b'0') => shape.split_at(1),
        _ => ("", shape),
    };
    let width = digits.parse().unwrap_or(0);
    match align {
        "<" => write!(f, "{fact:<width$}"),
        ">" => write!(f, "{fact:>width$}"),
        "0" => write!(f, "{fact:0>width$}"),
        _ => f.write_str(fact),
    }
}

#[cfg(test)]
mod tests {
    struct Filled<'a>(&'a str, &'a [String]);

    impl std::fmt::Display for Filled<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            super::write(f, self.0, self.1)
        }
    }

    fn fill(text: &str, facts: &[&str]) -> String {
        let facts: Vec<String> = facts.iter().map(|&fact| fact.to_owned()).collect();
        Filled(text, &facts).to_string()
    }

    #[test]
    fn facts_stand_in_order_and_in_their_width() {
        assert_eq!(fill("A {} B {<4}|{>4}|{04}", &["x", "ab", "cd", "7"]), "A x B ab  |  cd|0007");
    }

    #[test]
    fn a_missing_fact_is_empty_and_an_open_brace_is_kept_harmless() {
        assert_eq!(fill("A {} B {", &[]), "A  B ");
    }
}
