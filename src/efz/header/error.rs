//! What can be wrong with a header, each thing by its name.

use thiserror::Error;

use super::{FEWEST_ITERATIONS, MOST_ITERATIONS, VERSION};

/// Why something is not a header that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// Another format, perhaps IBM's own.
    #[error(
        "this is not a file of zjob's Encryption Facility (no eye-catcher ZJOBEFZ); IBM's own layout is not public and cannot be read"
    )]
    OtherFormat,
    /// The data end inside the header.
    #[error("the data end after {0} bytes, inside the header")]
    Cut(usize),
    /// A later version.
    #[error("version {0} of the layout is not known, only version {VERSION}")]
    Version(u16),
    /// The length of the header does not fit what it holds.
    #[error("a header of {0} bytes does not fit what it holds")]
    Length(u16),
    /// No known key type, or one that does not go with a password.
    #[error("the key type X'{0:02X}' is not known here")]
    KeyType(u8),
    /// Flags that are not known, or that exclude each other.
    #[error("the flags X'{0:02X}' are not known")]
    Flags(u8),
    /// No known compression, or one that the flags do not announce.
    #[error("the compression {0} is not known here")]
    Compression(u8),
    /// No known key derivation, or one that does not go with the flags.
    #[error("the key derivation {0} is not known here")]
    KeyDerivation(u8),
    /// No known mode of the cipher.
    #[error("the cipher mode {0} is not known")]
    Mode(u8),
    /// Iteration count out of range.
    #[error("the iteration count {0} is not between {FEWEST_ITERATIONS} and {MOST_ITERATIONS}")]
    Iterations(u32),
    /// No RECFM.
    #[error("X'{0:02X}' is no record format")]
    Recfm(u8),
    /// A body that no volume could hold.
    #[error("the header announces a body of {0} bytes")]
    Body(u64),
    /// The label of the RSA key is none.
    #[error("the label of the RSA key is damaged")]
    Label,
    /// No known padding of a wrapped key.
    #[error("the padding {0} of the wrapped key is not known")]
    Padding(u8),
    /// Reserved bytes are in use.
    #[error("reserved bytes of the header are not zero")]
    Reserved,
}
