//! What a repair changed, as a unified diff. Lines come in as a terminal may show them.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::advice::harmless_text;

/// Lines around a change.
const CONTEXT: usize = 2;
/// After this time a diff need not be the shortest.
const PATIENCE: Duration = Duration::from_secs(2);

/// The difference between two decks.
pub(super) fn unified(path: &Path, old: &[String], new: &[String]) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).timeout(PATIENCE).diff_slices(&old, &new);
    let path = harmless_text(&path.display().to_string());
    let mut text = format!("--- {path}\n+++ {path}\n");
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let _ = writeln!(text, "{sign}{}", change.value());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn a_diff_shows_what_went_and_what_came() {
        let lines = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let diff = super::unified(Path::new("a.jcl"), &lines("/J JOB|A|B"), &lines("//J JOB|A|B"));
        assert_eq!(diff, "--- a.jcl\n+++ a.jcl\n@@ -1,3 +1,3 @@\n-/J JOB\n+//J JOB\n A\n B\n");
    }
}
