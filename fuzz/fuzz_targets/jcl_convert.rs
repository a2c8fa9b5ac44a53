//! Any bytes as a deck: it is read without loss and converted, or refused with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zjob::codepage::host::decode_deck;
use zjob::jcl::{Card, Deck};
use zjob::job::convert::{ConvertSettings, convert};

fuzz_target!(|bytes: &[u8]| {
    let (text, encoding) = decode_deck(bytes);
    let deck = Deck::read(&text);
    let mut again = deck.mark.to_owned();
    for statement in &deck.statements {
        again.extend(deck.cards_of(statement).iter().map(Card::line));
    }
    assert!(encoding.encode(&again).0.as_ref() == bytes, "the statements do not make the deck again");
    for job in convert(bytes, &ConvertSettings::for_user("IBMUSER")).unwrap_or_default() {
        assert_eq!(job.job.is_some(), job.diagnostics.is_empty(), "a job that is stopped must say why");
    }
});
