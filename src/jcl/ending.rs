//! Where the operand field of a card ends, and whether the next card goes on with it.
//!
//! Border: one card's text. Which card is the next, and in which columns it goes on, is `logical`'s matter.

/// How the operand field of a card ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// At a blank, or with the card.
    Complete,
    /// With a comma: the next card goes on in columns 4 to 16.
    Comma,
    /// Inside apostrophes: the next card goes on in column 16.
    InString,
    /// Inside so many parentheses of a condition: the next card goes on in columns 4 to 16.
    InCondition(usize),
}

/// Where the operand field in `text` ends, and how. `in_string` says that it starts inside apostrophes.
fn operand_end(text: &str, mut in_string: bool) -> (usize, Ending) {
    let mut last = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => in_string = !in_string,
            b' ' if !in_string => return (at, if last == b',' { Ending::Comma } else { Ending::Complete }),
            _ => {}
        }
        last = byte;
    }
    match last {
        _ if in_string => (text.len(), Ending::InString),
        b',' => (text.len(), Ending::Comma),
        _ => (text.len(), Ending::Complete),
    }
}

/// The same for any statement but those with conditions; `before` says how the card before ended.
pub(super) fn plain_end(text: &str, before: Ending) -> (usize, Ending) {
    operand_end(text, before == Ending::InString)
}

/// The same for a statement with conditions: in `WHEN=(RC > 4 | ABEND)` blanks end nothing.
pub(super) fn conditional_end(text: &str, before: Ending) -> (usize, Ending) {
    let mut from = 0;
    let mut before = before;
    loop {
        if let Ending::InCondition(depth) = before {
            match after_condition(text.get(from..).unwrap_or(""), depth) {
                Ok(length) => from += length,
                Err(depth) => return (text.trim_end_matches(' ').len(), Ending::InCondition(depth)),
            }
        }
        let rest = text.get(from..).unwrap_or("");
        let (end, ending) = plain_end(rest, before);
        let field = rest.get(..end).unwrap_or("");
        let opening = ["WHEN=(", "ERROR=("].iter().filter_map(|word| Some(field.find(word)? + word.len())).min();
        let Some(opening) = opening else { return (from + end, ending) };
        from += opening;
        before = Ending::InCondition(1);
    }
}

/// Where the condition ends that has `depth` parentheses open; how many are open at the end if it goes on.
fn after_condition(text: &str, mut depth: usize) -> Result<usize, usize> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(at + 1);
        }
    }
    Err(depth)
}

/// How the operand field in a text ends, after a card that ended so.
pub(super) type FindEnd = fn(&str, Ending) -> (usize, Ending);

/// The text before the word THEN, and whether it is there.
pub(super) fn before_then(text: &str) -> (&str, bool) {
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("THEN")) {
        let at = from + found;
        let (before, after) = (text.get(..at).unwrap_or(""), text.get(at + 4..).unwrap_or(""));
        if is_end(after) && (before.is_empty() || before.ends_with([' ', ')'])) {
            return (before.trim_end_matches(' '), true);
        }
        from = at + 4;
    }
    (text.trim_end_matches(' '), false)
}
