//! Compression of a body: one raw DEFLATE stream (RFC 1951).
//!
//! Border: clear bytes to compressed ones and back, a piece at a time; nothing here knows records or ciphers.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::CHUNK;

/// Compresses a stream.
pub(super) struct Packer(Compress);

impl Packer {
    pub(super) fn new() -> Self {
        Self(Compress::new(Compression::default(), false))
    }

    /// Compresses `clear` onto the end of `out`.
    pub(super) fn push(&mut self, clear: &[u8], out: &mut Vec<u8>) {
        self.run(clear, out, FlushCompress::None);
    }

    /// Ends the stream.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.run(&[], out, FlushCompress::Finish);
    }

    fn run(&mut self, mut clear: &[u8], out: &mut Vec<u8>, flush: FlushCompress) {
        loop {
            out.reserve(CHUNK / 4);
            let before = self.0.total_in();
            let status = self.0.compress_vec(clear, out, flush);
            clear = &clear[(self.0.total_in() - before) as usize..];
            let more = match flush {
                FlushCompress::Finish => !matches!(status, Ok(Status::StreamEnd)),
                _ => !clear.is_empty() || out.len() == out.capacity(),
            };
            // An error is one of use only, and this is the only use.
            if !more || status.is_err() {
                return;
            }
        }
    }
}

/// The compressed bytes are damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// Decompresses a stream.
pub(super) struct Unpacker {
    state: Decompress,
    ended: bool,
}

impl Unpacker {
    pub(super) fn new() -> Self {
        Self { state: Decompress::new(false), ended: false }
    }

    /// Decompresses onto the end of `out`, at most a chunk at once; gives how many bytes of `packed` it has used.
    pub(super) fn pull(&mut self, packed: &[u8], out: &mut Vec<u8>) -> Result<usize, Broken> {
        out.reserve(CHUNK);
        let before = self.state.total_in();
        let status = self.state.decompress_vec(packed, out, FlushDecompress::None).map_err(|_| Broken)?;
        self.ended = status == Status::StreamEnd;
        Ok((self.state.total_in() - before) as usize)
    }

    /// True once the stream has told its end.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }
}
