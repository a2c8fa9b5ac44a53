//! What is to be said about a deck: a message, the statement and the card it is about, a plain explanation.
//!
//! Border: carries, does not decide. Listings print `message`; `explanation` is for the user's terminal.

use crate::message::Message;

use super::card::Position;

/// Something found in a deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What the host would say, or we in its place.
    pub message: Message,
    /// Statement number in JESJCL; none if it is about the deck as a whole.
    pub statement: Option<u32>,
    /// The place in the deck.
    pub position: Position,
    /// The same in plain words, where the message alone does not help.
    pub explanation: Option<Message>,
    /// What it does to the job.
    pub effect: Effect,
}

/// What a diagnostic does to the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The job does not run.
    Stops,
    /// Nothing; it is no part of the listing.
    Hint,
}
