//! JCL as it was typed: bytes to cards, cards to logical statements, statements to operands with positions.
//!
//! Border: this room knows columns, continuation, in-stream data and the shape of operands. What a keyword
//! means, which statement belongs where and what the system does with it is `job::convert`'s matter. Nothing
//! is lost on the way: from the statements every deck can be put together again, card by card.

pub mod ast;
pub mod card;
pub mod deck;
pub mod diagnostic;
mod ending;
pub mod grammar;
pub mod logical;
pub mod symbol;
pub mod text;

pub use ast::{Data, Jcl, Kind, List, Operand, Quoting, Span, Statement, Value, Verb, Word};
pub use card::{Card, CardKind, Position};
pub use deck::Deck;
pub use diagnostic::{Diagnostic, Effect};
pub use text::Text;
