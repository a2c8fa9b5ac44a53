//! Real decks from public repositories: each is read without loss and converted without a panic, and reading
//! takes time in proportion to the deck, whatever it looks like.
//!
//! The decks are read in place below `ZJOB_SHARED`; without them their tests are reported as ignored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use zjob::codepage::host::decode_deck;
use zjob::jcl::Deck;
use zjob::job::convert::{ConvertSettings, convert};

/// How much longer a deck of `REPEATS` times the size may take on a busy machine. Quadratic work would take
/// 4,096 times as long.
const REPEATS: usize = 64;
const MOST: u32 = 640;
/// Cards of the small deck.
const CARDS: usize = 1_000;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let corpus = corpus();
    let mut trials: Vec<Trial> = SHAPES.iter().map(linear).collect();
    let mut decks = Vec::new();
    find(&corpus, &mut decks);
    decks.sort();
    if decks.is_empty() {
        let why = format!("corpus: {} is absent", corpus.display());
        trials.push(Trial::test(why, || Ok(())).with_ignored_flag(true));
    }
    trials.extend(decks.into_iter().map(|deck| {
        let name = deck.strip_prefix(&corpus).unwrap_or(&deck).display().to_string();
        Trial::test(format!("corpus: {name}"), move || read_and_convert(&deck))
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn corpus() -> PathBuf {
    let shared = std::env::var_os("ZJOB_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    Path::new(env!("CARGO_MANIFEST_DIR")).join(shared).join("data/jcl-corpus")
}

fn find(folder: &Path, decks: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, decks);
        } else if path.file_name().is_some_and(|name| name != "manifest.json") {
            decks.push(path);
        }
    }
}

fn read_and_convert(path: &Path) -> Result<(), Failed> {
    let bytes = fs::read(path)?;
    let (text, encoding) = decode_deck(&bytes);
    let deck = Deck::read(&text);
    let mut again = deck.mark.to_owned();
    for statement in &deck.statements {
        again.extend(deck.cards_of(statement).iter().map(zjob::jcl::Card::line));
    }
    if encoding.encode(&again).0.as_ref() != bytes {
        return Err("the statements do not make the deck again".into());
    }
    let jobs = convert(&bytes, &ConvertSettings::for_user("IBMUSER")).unwrap_or_default();
    for job in jobs {
        let found = job.diagnostics.iter().chain(&job.hints);
        if let Some(outside) = found.map(|found| found.position).find(|at| at.card as usize > deck.cards.len()) {
            return Err(format!("a message about card {}, of {}", outside.card, deck.cards.len()).into());
        }
        if job.job.is_some() != job.diagnostics.is_empty() {
            return Err("a job that is stopped must say why".into());
        }
    }
    Ok(())
}

/// A deck that a careless reader would look at again and again: how it begins, and what is repeated, with a
/// number in place of `#`.
struct Shape {
    name: &'static str,
    start: &'static str,
    repeated: &'static str,
}

const SHAPES: &[Shape] = &[
    Shape { name: "steps", start: "//J JOB\n", repeated: "//S EXEC PGM=P\n//D DD DSN=A,DISP=SHR\n" },
    Shape { name: "one statement over all cards", start: "//J JOB A,\n", repeated: "// A,\n" },
    Shape { name: "one string over all cards", start: "//J JOB 'A\n", repeated: "//             A\n" },
    Shape { name: "comments after a comma", start: "//J JOB A,\n", repeated: "//* comment\n" },
    Shape { name: "an IF without THEN", start: "//J JOB\n// IF (A\n", repeated: "// AND THENCE\n" },
    Shape { name: "passwords that do not end", start: "//J JOB A,\n", repeated: "// PASSWORD=(,\n" },
    Shape { name: "parentheses that do not close", start: "//J JOB\n//D DD A,\n", repeated: "// A(((((,\n" },
    Shape { name: "symbols", start: "//J JOB\n//D DD &SYSUID,\n", repeated: "// '&X'&SYSUID&&,\n" },
    Shape { name: "one long line", start: "//J JOB ", repeated: "A,(B='C'),&D" },
    Shape { name: "one long line beyond ASCII", start: "//J JOB ", repeated: "ä,(B='€')" },
    Shape { name: "data without a statement", start: "//J JOB\n", repeated: "data ä\n//*\n" },
    Shape { name: "strings that do not close", start: "//J JOB\n", repeated: "//D DD DSN='A\n" },
    Shape { name: "nameless statements", start: "//J JOB\n", repeated: "// DD\n" },
    Shape { name: "different keywords", start: "//J JOB\n//D DD A=B,\n", repeated: "// A#=B,DSN=C,\n" },
    Shape { name: "passwords that are symbols", start: "//J JOB A,\n", repeated: "// PASSWORD=&A#,\n" },
];

fn linear(shape: &'static Shape) -> Trial {
    let repeated = |cards: usize| (0..cards).map(|card| shape.repeated.replace('#', &card.to_string()));
    let deck = move |cards: usize| repeated(cards).fold(shape.start.to_owned(), |deck, card| deck + &card);
    Trial::test(format!("time in proportion: {}", shape.name), move || {
        let one = shortest(deck(CARDS).as_bytes());
        let many = shortest(deck(CARDS * REPEATS).as_bytes());
        if many > one * MOST {
            return Err(format!("{one:?} for {CARDS} repetitions, {many:?} for {REPEATS} times as many").into());
        }
        Ok(())
    })
}

fn shortest(deck: &[u8]) -> Duration {
    let run = || {
        let start = Instant::now();
        let _ = convert(deck, &ConvertSettings::for_user("IBMUSER"));
        start.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap_or_default()
}
