//! What tests of data need that run no jobs: where the shared data lie, the decks of a corpus, bytes without a pattern.
#![allow(dead_code, unreachable_pub, reason = "each test file uses only a part of this")]

use std::fs;
use std::path::{Path, PathBuf};

/// Where the shared data are or would be: `ZJOB_SHARED`, else `../shared` beside the package.
pub fn shared() -> PathBuf {
    let named = std::env::var_os("ZJOB_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    Path::new(env!("CARGO_MANIFEST_DIR")).join(named)
}

/// All files below a folder but manifests.
pub fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path.file_name().is_some_and(|name| name != "manifest.json") {
            files.push(path);
        }
    }
}

/// Bytes without a pattern that a fault could hide in (xorshift).
pub fn random_bytes(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64 ^ length as u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}
