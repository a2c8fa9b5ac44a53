//! Passphrases on the command line of EFOpenPGP: in MAINARGS, and in PARM or ARGS of the step.

use crate::jcl::Verb;
use crate::jcl::card::LAST_FIELD_COLUMN;

use super::super::source::Place;
use super::super::view::{MAX_COLUMN, Step, View, Word, words};
use super::{NO_PASSPHRASE, Secret};

/// The DD of the JZOS launcher.
const MAIN_ARGUMENTS: &str = "MAINARGS";

/// Passphrases in the command of a step.
pub(super) fn command(view: &View<'_>, step: &Step<'_>, found: &mut Vec<Secret>) {
    let is_command = |name: &str| name.rsplit('.').next() == Some(MAIN_ARGUMENTS);
    let mut state = State::Option;
    for dd in step.dds.iter().filter(|dd| is_command(&dd.name)) {
        for at in dd.data.clone().into_iter().flatten() {
            state = state.card(&words(view.source.card(at), at, 1, MAX_COLUMN), found);
        }
    }
}

/// Passphrases on EXEC statements, whatever they run: the option tells.
pub(super) fn parms(view: &View<'_>, found: &mut Vec<Secret>) {
    for (_, statement, _) in view.jcl().filter(|(_, _, jcl)| jcl.verb == Verb::Exec) {
        let mut state = State::Option;
        for at in statement.cards.clone() {
            let mut words = words(view.source.card(at), at, 3, LAST_FIELD_COLUMN);
            for word in &mut words {
                leave_keyword(word);
            }
            // Behind the apostrophe that ends the value stand other operands and comments.
            for piece in words.split_inclusive(|word| word.text.ends_with('\'')) {
                state = state.card(piece, found);
                if piece.last().is_some_and(|word| word.text.ends_with('\'')) {
                    state = State::Option;
                }
            }
        }
    }
}

/// Takes what stands in front of an option away: `ARGS='-d` becomes `-d`.
fn leave_keyword(word: &mut Word) {
    if let Some(at) = word.text.find(['\'', '(']).filter(|at| word.text[at + 1..].starts_with('-')) {
        word.place.first += word.text[..=at].chars().count() as u32;
        word.text.drain(..=at);
    }
}

/// What the next word is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// An option or a file.
    Option,
    /// The first word of a secret.
    Secret,
    /// Another word of a secret, which this quote ends.
    Quoted(char),
    /// Perhaps another word of a secret that should have been quoted.
    Behind,
}

impl State {
    /// Goes through the words of one card and finds what of them is secret.
    fn card(mut self, words: &[Word], found: &mut Vec<Secret>) -> Self {
        let mut last: Option<Place> = None;
        for word in words {
            let is_first = self == Self::Secret;
            let (is_secret, next) = self.next(&word.text);
            self = next;
            if !is_secret {
                continue;
            }
            let mut place = word.place;
            if let Some(last) = last.filter(|_| !is_first) {
                // How many words a secret has is nobody's business either.
                place.first = last.last + 1;
            }
            last = Some(place);
            let what = is_first.then(|| "The passphrase of an OpenPGP message or key".to_owned());
            found.push(Secret { place, what, remedy: &NO_PASSPHRASE });
        }
        self
    }

    /// Whether the word belongs to a secret, and what the next one is.
    fn next(self, word: &str) -> (bool, Self) {
        match self {
            Self::Secret => match word.chars().next() {
                Some(quote @ ('"' | '\'')) if ends(word, quote) => (true, Self::Option),
                Some(quote @ ('"' | '\'')) => (true, Self::Quoted(quote)),
                _ => (true, Self::Behind),
            },
            Self::Quoted(quote) if word.ends_with(quote) => (true, Self::Option),
            Self::Quoted(_) => (true, self),
            Self::Behind if !word.starts_with('-') && !word.trim_start_matches(['"', '\'']).starts_with("//") => {
                (true, self)
            }
            Self::Option | Self::Behind if is_secret_option(word) => (false, Self::Secret),
            Self::Option | Self::Behind => (false, Self::Option),
        }
    }
}

fn ends(word: &str, quote: char) -> bool {
    word.len() > 1 && word.ends_with(quote)
}

/// True for `-s2k-passphrase`, `-key-password`, `-keystore-password` and for what may be meant so.
fn is_secret_option(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'']).to_ascii_lowercase();
    word.starts_with('-') && (word.contains("pass") || word.starts_with("-s2k-p"))
}

#[cfg(test)]
mod tests {
    use super::super::super::source::Source;
    use super::super::super::view::Word;
    use super::State;

    /// The words that are masked.
    fn masked(cards: &[&str]) -> Vec<String> {
        let mut state = State::Option;
        let mut all = Vec::new();
        for card in cards {
            let words: Vec<Word> = card
                .split_whitespace()
                .enumerate()
                .map(|(at, text)| Word { text: text.to_owned(), place: Source::place(0, at + 1, at + 1) })
                .collect();
            let mut found = Vec::new();
            state = state.card(&words, &mut found);
            let text = |first: u32| words[first as usize - 1].text.clone();
            all.extend(found.iter().map(|secret| text(secret.place.last)));
        }
        all
    }

    #[test]
    fn the_words_of_a_secret_are_found_wherever_it_ends() {
        for (cards, secret) in [
            (&["-c -s2k-passphrase plum -o //DD:OUT //DD:IN"][..], &["plum"][..]),
            (&["-c -s2k-passphrase \"seven -plums\" -o //DD:OUT"], &["\"seven", "-plums\""]),
            (&["-c -s2k-passphrase", "'seven", "plums' -o //DD:OUT //DD:IN"], &["'seven", "plums'"]),
            (&["-d -key-password 'x' -keystore-password y -o //DD:OUT"], &["'x'", "y"]),
            (&["-s2k-passphrase seven plums //DD:IN"], &["seven", "plums"]),
            (&["-S2K-Pasphrase plum -a"], &["plum"]),
            (&["-s2k-passphrase -o //DD:OUT"], &["-o"]),
            (&["-e -rA PASSWORD -o //DD:PASS //DD:IN"], &[]),
        ] {
            assert_eq!(masked(cards), secret, "{cards:?}");
        }
    }
}
