//! Guards the directions of the house: which room may use which (docs/design/architecture.md).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms that it may use. `*` means all.
const ALLOWED: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("lib", &[]),
    ("cli", &["*"]),
    ("system", &["*"]),
    ("advice", &["jcl", "job", "ftp", "ecurep", "dataset", "message", "codepage"]),
    ("suite", &["system", "job", "program", "dataset", "codepage", "world"]),
    ("server", &["ecurep", "codepage", "message", "world"]),
    ("package", &["program", "terse", "efz", "openpgp", "ecurep", "dataset", "codepage"]),
    ("job", &["jcl", "program", "dataset", "message", "store", "codepage", "world"]),
    ("program", &["ftp", "ams", "terse", "efz", "openpgp", "ecurep", "dataset", "codepage", "message", "world"]),
    ("ftp", &["dataset", "codepage", "message", "world"]),
    ("ams", &["dataset", "codepage", "message", "world"]),
    ("racf", &["store", "message"]),
    ("dataset", &["store", "codepage", "world"]),
    ("terse", &["codepage"]),
    ("efz", &["codepage"]),
    ("openpgp", &[]),
    ("ecurep", &["codepage"]),
    ("jcl", &["message", "codepage"]),
    ("message", &[]),
    ("codepage", &[]),
    ("store", &["world"]),
    ("world", &[]),
];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory of sources").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
    files
}

/// The modules above a file, outermost first: `src/job/log/mod.rs` is in `job`, `log`.
fn module_path(file: &Path, root: &Path) -> Vec<String> {
    let relative = file.strip_prefix(root).expect("below the root").with_extension("");
    let mut parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The code of a line without its comment. A `//` in a text cuts too much, never too little that matters.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or("")
}

/// The rooms that a file names by `crate::room`, `crate::{room, room}`, `zjob::room` or `super::…::room`.
fn rooms_used(text: &str, module: &[String]) -> BTreeSet<String> {
    let text: String = text.lines().map(code).collect::<Vec<_>>().join(" ");
    let mut used = BTreeSet::new();
    for root in ["crate::", "zjob::"] {
        for (at, _) in text.match_indices(root) {
            let before = text[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$' && c != ':') {
                used.extend(first_names(&text[at + root.len()..]));
            }
        }
    }
    for (at, _) in text.match_indices("super::") {
        if text[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &text[at..];
        let mut depth = 0;
        while let Some(next) = rest.strip_prefix("super::") {
            depth += 1;
            rest = next;
        }
        // One `super` more than there are modules below the room leads to the root of the crate. Inline
        // modules (tests) add one level, which this reads as still inside.
        if depth == module.len() && !rest.starts_with('*') {
            let inline = text[..at].contains("mod tests {");
            if !inline {
                used.extend(first_names(rest));
            }
        }
    }
    used
}

/// The names at the front of a path: one, or those of a group.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let mut names = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn every_room_uses_only_what_its_row_allows() {
    let sources_root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in sources(&sources_root) {
        let module = module_path(&file, &sources_root);
        let room = module.first().expect("a room").clone();
        let Some(row) = allowed.get(room.as_str()) else {
            wrong.push(format!("{}: room {room} has no row", file.display()));
            continue;
        };
        let text = fs::read_to_string(&file).expect("readable");
        for used in rooms_used(&text, &module) {
            let known = allowed.contains_key(used.as_str());
            if known && used != room && !row.contains(&"*") && !row.contains(&used.as_str()) {
                wrong.push(format!("{}: {room} must not use {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_of_the_tree_is_in_the_document() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design/architecture.md");
    let document = fs::read_to_string(document).expect("the design document");
    for (room, _) in ALLOWED.iter().filter(|(room, _)| *room != "lib") {
        assert!(document.contains(&format!("`{room}")), "{room} is not in docs/design/architecture.md");
    }
}

#[test]
fn the_scanner_finds_paths_in_every_form() {
    let module = ["job".to_owned(), "log".to_owned()];
    let text =
        "use crate::{dataset::{A, B}, message}; fn f() { crate::ftp::g(); super::super::terse::h(); } // crate::efz";
    let used = rooms_used(text, &module);
    assert_eq!(used.into_iter().collect::<Vec<_>>(), ["dataset", "ftp", "message", "terse"]);
}
