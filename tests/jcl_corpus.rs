//! Real decks from public repositories: each is read without loss and converted as `tests/data/corpus.tsv` says, and
//! reading takes time in proportion to the deck, whatever it looks like.
//!
//! The decks are read in place below `ZJOB_SHARED`; without them their tests are reported as ignored. The table has
//! a line for each deck: its name, `ok` or the first error of each job that has one, and why a refusal is right.
//! A deck without a JOB card is refused by `run`; after the semicolon stands what becomes of it as a member of a
//! procedure library. `ZJOB_UPDATE=1` writes what is found to the table; the reasons are written by hand.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use zjob::codepage::host::decode_deck;
use zjob::jcl::Deck;
use zjob::job::convert::{ConvertSettings, Missing, convert};

const TABLE: &str = "tests/data/corpus.tsv";

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
    support::files_below(&corpus, &mut decks);
    decks.sort();
    if decks.is_empty() {
        let why = format!("corpus: {} is absent", corpus.display());
        trials.push(Trial::test(why, || Ok(())).with_ignored_flag(true));
    }
    let table = table();
    if std::env::var_os("ZJOB_UPDATE").is_some() {
        return update(&corpus, &decks, &table);
    }
    if !decks.is_empty() {
        trials.push(table_is_whole(&corpus, &decks, &table));
    }
    trials.extend(decks.into_iter().map(|deck| {
        let name = name_of(&corpus, &deck);
        let expected = table.get(&name).cloned();
        Trial::test(format!("corpus: {name}"), move || {
            read_again(&fs::read(&deck)?)?;
            damaged(&fs::read(&deck)?).iter().try_for_each(|deck| read_again(deck))?;
            let outcome = outcome(&deck)?;
            match expected {
                Some(expected) if expected.outcome == outcome => Ok(()),
                Some(expected) => Err(format!("{outcome}, expected {}", expected.outcome).into()),
                None => Err(format!("{outcome}, and the deck is not in {TABLE}").into()),
            }
        })
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What is to become of a deck.
#[derive(Debug, Clone)]
struct Expected {
    outcome: String,
    reason: String,
}

fn name_of(corpus: &Path, deck: &Path) -> String {
    deck.strip_prefix(corpus).unwrap_or(deck).display().to_string()
}

fn table() -> BTreeMap<String, Expected> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE)).unwrap_or_default();
    let row = |line: &str| {
        let mut columns = line.split('\t').map(str::to_owned);
        let name = columns.next()?;
        Some((name, Expected { outcome: columns.next()?, reason: columns.next().unwrap_or_default() }))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
}

/// What stands at the head of the table.
fn comment_lines() -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE)).unwrap_or_default();
    text.split_inclusive('\n').take_while(|line| line.starts_with('#')).collect()
}

/// Every deck has its line, every refusal its reason, and no line is left over.
fn table_is_whole(corpus: &Path, decks: &[PathBuf], table: &BTreeMap<String, Expected>) -> Trial {
    let names: Vec<String> = decks.iter().map(|deck| name_of(corpus, deck)).collect();
    let table = table.clone();
    Trial::test("corpus: the table names every deck, and why a refusal is right", move || {
        if let Some(extra) = table.keys().find(|name| !names.contains(name)) {
            return Err(format!("{extra} is no deck").into());
        }
        match table.iter().find(|(_, expected)| expected.outcome != "ok" && expected.reason.is_empty()) {
            Some((name, _)) => Err(format!("{name} has no reason").into()),
            None => Ok(()),
        }
    })
}

fn update(corpus: &Path, decks: &[PathBuf], table: &BTreeMap<String, Expected>) -> ExitCode {
    let mut text = comment_lines();
    for deck in decks {
        let name = name_of(corpus, deck);
        let Ok(outcome) = outcome(deck) else { continue };
        let kept = table.get(&name).filter(|expected| expected.outcome == outcome);
        let reason = kept.map_or("", |expected| expected.reason.as_str());
        let _ = writeln!(text, "{}", format!("{name}\t{outcome}\t{reason}").trim_end_matches('\t'));
    }
    match fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE), text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// `ok`, or the first error of each job that has one, as `id@statement` with the number of the job unless it is the
/// first.
fn outcome(deck: &Path) -> Result<String, Failed> {
    let bytes = fs::read(deck)?;
    match converted(&bytes) {
        Ok(outcome) => Ok(outcome),
        Err(refused) => {
            let member = as_member(&bytes).map(|wrapped| converted(&wrapped).unwrap_or_else(|refused| refused));
            Ok(member.map_or(refused.clone(), |member| format!("{refused}; {member}")))
        }
    }
}

fn converted(deck: &[u8]) -> Result<String, String> {
    let jobs = convert(deck, &settings()).map_err(|refused| refused.message.id().to_owned())?;
    let first = jobs.iter().enumerate().filter_map(|(index, job)| {
        let found = job.diagnostics.first()?;
        let job = if index == 0 { String::new() } else { format!("{}/", index + 1) };
        let statement = found.statement.map_or("-".to_owned(), |statement| statement.to_string());
        Some(format!("{job}{}@{statement}", found.message.id()))
    });
    let errors: Vec<String> = first.collect();
    Ok(if errors.is_empty() { "ok".to_owned() } else { errors.join(" ") })
}

/// A member of a procedure library in a job that calls it; none for a file that is no JCL at all.
fn as_member(deck: &[u8]) -> Option<Vec<u8>> {
    let (text, encoding) = decode_deck(deck);
    let read = Deck::read(&text);
    let verbs = read.statements.iter().filter_map(|statement| match &statement.kind {
        zjob::jcl::Kind::Jcl(jcl) => Some((jcl.verb, jcl.name)),
        _ => None,
    });
    let verbs: Vec<_> = verbs.collect();
    let (first, name) = *verbs.first()?;
    let end = match first {
        zjob::jcl::Verb::Proc => {
            let pend = if verbs.iter().any(|(verb, _)| *verb == zjob::jcl::Verb::Pend) { "" } else { "// PEND\n" };
            format!("{pend}//CALL EXEC {name}\n")
        }
        _ => String::new(),
    };
    // DDs of an INCLUDE group belong to a step of the job that names it.
    let step = if first == zjob::jcl::Verb::Dd { "//STEP EXEC PGM=IEFBR14\n" } else { "" };
    let body = text.trim_end_matches(['\u{1A}', '\n', '\r']);
    Some(encoding.encode(&format!("//MEMBER JOB\n{step}{body}\n{end}")).0.into_owned())
}

fn settings() -> ConvertSettings<'static> {
    ConvertSettings { missing: Missing::LeftOut, ..ConvertSettings::for_user("IBMUSER") }
}

fn corpus() -> PathBuf {
    support::shared().join("data/jcl-corpus")
}

/// How many damaged copies are made of each deck.
const COPIES: usize = 6;

/// Copies of a deck with bytes and lines changed, lost, repeated and moved, the same in every run.
fn damaged(deck: &[u8]) -> Vec<Vec<u8>> {
    let mut state = deck
        .iter()
        .fold(0x9E37_79B9_7F4A_7C15_u64, |state, byte| (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3));
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit.max(1) as u64).unwrap_or(0)
    };
    let damage = |_| {
        let mut copy = deck.to_vec();
        for _ in 0..=below(12) {
            let at = below(copy.len());
            match below(6) {
                0 => copy.truncate(copy.len() - below(copy.len() / 4 + 1)),
                1 if at < copy.len() => copy[at] = b"=,()'&*. /\n\xFF"[below(12)],
                2 if at < copy.len() => drop(copy.remove(at)),
                3 => copy.insert(at, b"=,()'&*. /\n\x00"[below(12)]),
                4 => {
                    let piece = copy.get(at..).unwrap_or(&[]).iter().take(below(200)).copied().collect::<Vec<u8>>();
                    let to = below(copy.len() + 1);
                    copy.splice(to..to, piece);
                }
                _ => {
                    let mut lines: Vec<&[u8]> = copy.split_inclusive(|byte| *byte == b'\n').collect();
                    if !lines.is_empty() {
                        let (one, other) = (below(lines.len()), below(lines.len()));
                        lines.swap(one, other);
                    }
                    copy = lines.concat();
                }
            }
        }
        copy
    };
    (0..COPIES).map(damage).collect()
}

fn read_again(bytes: &[u8]) -> Result<(), Failed> {
    let (text, encoding) = decode_deck(bytes);
    let deck = Deck::read(&text);
    let mut again = deck.mark.to_owned();
    for statement in &deck.statements {
        again.extend(deck.cards_of(statement).iter().map(zjob::jcl::Card::line));
    }
    if encoding.encode(&again).0.as_ref() != bytes {
        return Err("the statements do not make the deck again".into());
    }
    let jobs = convert(bytes, &settings()).unwrap_or_default();
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
