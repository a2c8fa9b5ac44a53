//! Speed of reading JCL: cards, statements and operands of the open corpus, and a plain line scan of the same bytes.

#[allow(dead_code, reason = "shared by all benchmarks")]
mod support;

use std::fs;
use std::path::Path;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use zjob::codepage::host::decode_deck;
use zjob::jcl::Deck;

fn main() {
    divan::main();
}

/// The decks of the corpus as text; one made-up deck if the corpus is absent.
fn decks() -> Vec<String> {
    let mut decks = Vec::new();
    find(&support::shared().join("data/jcl-corpus"), &mut decks);
    if decks.is_empty() {
        let step =
            "//STEP     EXEC PGM=IEFBR14,COND=(0,NE)\n//OUT      DD DSN=MY.DATA,DISP=(NEW,CATLG),SPACE=(TRK,(1,1))\n";
        decks.push(format!("//JOB      JOB CLASS=A\n{}", step.repeat(10_000)));
    }
    decks
}

fn find(folder: &Path, decks: &mut Vec<String>) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            find(&path, decks);
        } else if path.file_name().is_some_and(|name| name != "manifest.json") {
            decks.extend(fs::read(&path).ok().map(|bytes| decode_deck(&bytes).0.into_owned()));
        }
    }
}

fn bench(bencher: Bencher<'_, '_>, read: impl Fn(&str) -> usize + Sync) {
    let decks = decks();
    let size: usize = decks.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(size)).bench(|| decks.iter().map(|deck| read(black_box(deck))).sum::<usize>());
}

#[divan::bench]
fn statements(bencher: Bencher<'_, '_>) {
    bench(bencher, |deck| Deck::read(deck).statements.len());
}

#[divan::bench]
fn line_scan(bencher: Bencher<'_, '_>) {
    bench(bencher, |deck| deck.lines().filter(|line| line.starts_with("//")).count());
}
