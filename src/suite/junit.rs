//! Results in the form of JUnit, which CI systems read.

use std::fmt::Write;
use std::path::Path;

use super::{Outcome, Verdict};

/// The outcomes as XML; decks are named as they stand below `directory`.
pub fn junit(directory: &Path, outcomes: &[Outcome]) -> String {
    let failures = outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Failed(_))).count();
    let errors = outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Broken(_))).count();
    let skipped = outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Stopped)).count();
    let seconds: f64 = outcomes.iter().map(|outcome| outcome.seconds).sum();
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{seconds:.3}\"",
        outcomes.len()
    );
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(xml, "<testsuites {counts}>");
    let _ = writeln!(xml, "  <testsuite name=\"zjob test\" {counts}>");
    for outcome in outcomes {
        case(&mut xml, directory, outcome);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn case(xml: &mut String, directory: &Path, outcome: &Outcome) {
    let deck = outcome.deck.strip_prefix(directory).unwrap_or(&outcome.deck);
    let name = escaped(&deck.with_extension("").display().to_string().replace('\\', "/"));
    let head = format!("    <testcase classname=\"zjob\" name=\"{name}\" time=\"{:.3}\"", outcome.seconds);
    let _ = match &outcome.verdict {
        Verdict::Passed | Verdict::Updated(_) => writeln!(xml, "{head}/>"),
        Verdict::Stopped => writeln!(xml, "{head}>\n      <skipped/>\n    </testcase>"),
        Verdict::Broken(error) => {
            writeln!(xml, "{head}>\n      <error message=\"{}\"/>\n    </testcase>", escaped(&error.to_string()))
        }
        Verdict::Failed(differences) => {
            let _ = writeln!(xml, "{head}>");
            for found in differences {
                let message = escaped(&format!("{}: {}", found.file, found.what));
                let _ = writeln!(xml, "      <failure message=\"{message}\">{}</failure>", escaped(&found.diff));
            }
            writeln!(xml, "    </testcase>")
        }
    };
}

/// `text` as XML holds it. Control characters, which XML has no place for, become question marks.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\n' | '\t' => result.push(character),
            '\u{FFFE}' | '\u{FFFF}' => result.push('?'),
            other if other.is_control() => result.push('?'),
            other => result.push(other),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Difference, Outcome, SuiteError, Verdict};
    use super::junit;

    #[test]
    fn each_deck_is_a_case_and_nothing_breaks_the_xml() {
        let outcome = |deck: &str, verdict| Outcome { deck: Path::new(deck).to_owned(), seconds: 0.5, verdict };
        let difference = Difference {
            file: "listing.txt".to_owned(),
            what: "it differs".to_owned(),
            diff: "-<A&\u{1b}\n".to_owned(),
        };
        let xml = junit(
            Path::new("d"),
            &[
                outcome("d/a.jcl", Verdict::Passed),
                outcome("d/b/c.jcl", Verdict::Failed(vec![difference])),
                outcome("d/e.jcl", Verdict::Broken(SuiteError::Outside)),
            ],
        );
        assert!(
            xml.contains("<testsuites tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\" time=\"1.500\">"),
            "{xml}"
        );
        assert!(xml.contains("<testcase classname=\"zjob\" name=\"a\" time=\"0.500\"/>"), "{xml}");
        assert!(xml.contains("name=\"b/c\"") && xml.contains(">-&lt;A&amp;?\n</failure>"), "{xml}");
        assert!(xml.contains("<error message=\"[hosts] leads to another machine; a test must not\"/>"), "{xml}");
    }
}
