//! TERSE: the packed form that AMATERSE (TRSMAIN) writes on z/OS, and back.
//!
//! Border: bytes and records in, bytes and records out, in streams whose memory does not grow with the data.
//! What a data set, a DD or a code page is, nobody here knows. The format is drawn in `docs/formats/terse.md`.

mod bits;
mod children;
mod container;
mod decoder;
mod encoder;
mod error;
mod header;
pub mod library;
mod pack;
#[cfg(test)]
mod plain;
mod spack;
mod stamp;
#[cfg(test)]
mod tests;
mod window;

pub use decoder::{Decoder, Limit, Trailer};
pub use encoder::{Encoder, PackedSink, Totals};
pub use error::{DecodeError, EncodeError, Foreign};
pub use header::{HEADER, Header, MAX_RECORD, MAX_VARIABLE_RECORD, Method, Organization};
pub use stamp::Stamp;

/// Bytes of a packed record.
pub const RECORD: usize = 1024;

/// How far a decoder came with some codes.
#[derive(Debug, Clone, Copy)]
struct Unpacked {
    /// Codes that are done; the next one is where it stopped.
    used: usize,
    stopped: Option<Fault>,
}

/// Why a decoder stopped at a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The end code.
    End,
    /// The window is full in the middle of the code's string.
    Full,
    /// The code's string would contain itself.
    Loop,
    /// A mark in fixed data.
    Mark,
    /// The code has no entry.
    NoEntry,
}

/// A table on the heap.
#[allow(clippy::unnecessary_box_returns, reason = "the tables are too large for the stack")]
fn table<T: Clone, const N: usize>(value: T) -> Box<[T; N]> {
    let Ok(table) = vec![value; N].into_boxed_slice().try_into() else { unreachable!("the length is N") };
    table
}
