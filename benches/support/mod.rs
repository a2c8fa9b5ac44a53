//! Data for the TERSE benchmarks: half lines as of a job log, with random numbers, half English text, in EBCDIC.

use std::path::{Path, PathBuf};

use zjob::codepage::CodePage;
use zjob::terse::Decoder;

/// Records of `lrecl` bytes, blank-padded, about `size` bytes in all.
pub(crate) fn records(lrecl: usize, size: usize) -> Vec<u8> {
    let text = text();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut bytes = Vec::with_capacity(size);
    for line in text.iter().cycle() {
        if bytes.len() + 2 * lrecl > size {
            break;
        }
        append(&mut bytes, line, lrecl);
        append(&mut bytes, &log_line(&mut random), lrecl);
    }
    bytes
}

/// Where the shared data are, if they are.
pub(crate) fn shared() -> PathBuf {
    std::env::var_os("ZJOB_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
}

fn append(bytes: &mut Vec<u8>, line: &[u8], lrecl: usize) {
    let end = bytes.len() + lrecl;
    bytes.extend_from_slice(&line[..line.len().min(lrecl)]);
    bytes.resize(end, 0x40);
}

/// Lines of two books if the shared data are there, else of words in a likely order of frequency.
fn text() -> Vec<Vec<u8>> {
    let folder = shared().join("data/terse/real");
    let books = ["FB.LCET10.TXT.PACK", "FB.ALICE29.TXT.PACK"];
    let lines: Vec<_> = books.iter().filter_map(|book| unpack(&folder.join(book))).flatten().collect();
    if lines.is_empty() { made_up_text() } else { lines }
}

fn unpack(path: &Path) -> Option<Vec<Vec<u8>>> {
    let mut decoder = Decoder::new(std::fs::File::open(path).ok()?).ok()?;
    let length = decoder.header().longest_record();
    let mut lines = Vec::new();
    while let Some(run) = decoder.next_run().ok()? {
        lines.extend(run.chunks(length).map(<[u8]>::to_vec));
    }
    Some(lines)
}

fn made_up_text() -> Vec<Vec<u8>> {
    const WORDS: &str = "the of and to in a is that for it as was with be by on not he his but at are this have from \
        which or had an they you were their one all we can her has there been if more when will would who so no \
        she other its may these what them than some him time into only could new then do first any my now such";
    let words: Vec<_> = WORDS.split_whitespace().collect();
    let mut random = Random(88_172_645_463_325_252);
    let line = |random: &mut Random| {
        let mut line = String::new();
        while line.len() < 66 {
            line += words[(random.below(words.len()) * random.below(words.len())) / words.len()];
            line.push(' ');
        }
        encode(&line)
    };
    (0..8000).map(|_| line(&mut random)).collect()
}

fn log_line(random: &mut Random) -> Vec<u8> {
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let (job, step, code) = (random.below(100_000), random.below(100), random.below(17));
    encode(&match random.below(4) {
        0 => format!(
            " {hour:02}.{minute:02}.{second:02} JOB{job:05}  IEF403I PAYROL{step:02} - STARTED - TIME={hour:02}.{minute:02}.{second:02}"
        ),
        1 => format!(
            " {hour:02}.{minute:02}.{second:02} JOB{job:05}  IEF142I PAYROL{step:02} STEP{step:02} - STEP WAS EXECUTED - COND CODE {code:04}"
        ),
        2 => format!(
            " {hour:02}.{minute:02}.{second:02} JOB{job:05}  -STEP{step:02}               {code:02}  {:7}  {:5}    .{:02}",
            job * 7,
            job,
            step
        ),
        _ => format!(
            " {hour:02}.{minute:02}.{second:02} JOB{job:05}  IEF285I   PROD.PAYROLL.D{job:05}.T{second:06}             CATALOGED"
        ),
    })
}

fn encode(line: &str) -> Vec<u8> {
    CodePage::ibm1047().encode_lossy(line)
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((word ^ (word >> 31)) % limit as u64) as usize
    }
}
