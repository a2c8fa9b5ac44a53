//! Control cards of IDCAMS.

use crate::message::advice::ZJB814E;

use super::Findings;
use super::source::LAST_DATA_COLUMN;
use super::view::{View, words};

/// Commands of IDCAMS with their shortest forms (Access Method Services Commands).
const COMMANDS: &[&str] = &[
    "ALTER", "BIX", "BLDINDEX", "DCOLLECT", "DEF", "DEFINE", "DEL", "DELETE", "DIAGNOSE", "DO", "ELSE", "END",
    "EXAMINE", "EXP", "EXPORT", "IF", "IMP", "IMPORT", "LISTC", "LISTCAT", "PARM", "PRINT", "REPRO", "SET", "VERIFY",
    "VFY",
];

/// A command in column 1, of which IDCAMS reads from column 2 on.
pub(super) fn column_one(view: &View<'_>, findings: &mut Findings<'_>) {
    let streams = view.steps().filter(|(_, _, step)| step.runs(&["IDCAMS"]));
    for data in streams.flat_map(|(_, _, step)| step.dds(&["SYSIN"]).filter_map(|dd| dd.data.clone())) {
        let begins = |at: &usize| view.source.card(*at).text().starts_with(|c: char| c != ' ');
        let first = data.clone().filter(begins).find_map(|at| {
            let word = words(view.source.card(at), at, 1, LAST_DATA_COLUMN).into_iter().next()?;
            COMMANDS.contains(&word.text.to_ascii_uppercase().as_str()).then_some((at, word))
        });
        let Some((at, word)) = first else { continue };
        let seen: String = word.text.chars().skip(1).collect();
        let fixes = data.filter(begins).map(|at| view.source.splice(at, 1, 0, " ", LAST_DATA_COLUMN));
        let fixes: Option<Vec<_>> = fixes.collect();
        let found = ZJB814E.found.with(&[&if seen.is_empty() { "nothing" } else { &seen }]);
        let place = super::Source::place(at, 1, word.place.last as usize);
        *findings.advise_with(&ZJB814E, found, ZJB814E.remedy.plain(), place) =
            fixes.unwrap_or_default().into_iter().flatten().collect();
    }
}
