//! Speed of the TERSE codecs, bytes of records per second. `terse_ratio` holds them against gzip.

mod support;

use divan::Bencher;
use divan::counter::BytesCount;
use zjob::terse::{Decoder, Encoder, Header, Method, Stamp};

/// Bytes of records in each benchmark.
const SIZE: usize = 8 << 20;
/// Lengths of the records: text as it is, and text padded with blanks.
const LENGTHS: [usize; 2] = [80, 500];

fn main() {
    divan::main();
}

fn header(method: Method, length: usize) -> Header {
    Header::new(method, false, length as u32, 27_920)
}

fn pack(method: Method, length: usize, data: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(header(method, length), Vec::new()).expect("a good record length");
    encoder.put_run(data).expect("memory takes everything");
    encoder.finish(&Stamp::BLANK).expect("memory takes everything").1
}

fn unpack(packed: &[u8]) -> usize {
    let mut decoder = Decoder::new(packed).expect("a good header");
    let mut size = 0;
    while let Some(run) = decoder.next_run().expect("good data") {
        size += run.len();
    }
    size
}

fn bench_pack(bencher: Bencher<'_, '_>, method: Method, length: usize) {
    let data = support::records(length, SIZE);
    bencher.counter(BytesCount::new(data.len())).bench(|| pack(method, length, &data));
}

fn bench_unpack(bencher: Bencher<'_, '_>, method: Method, length: usize) {
    let data = support::records(length, SIZE);
    let packed = pack(method, length, &data);
    bencher.counter(BytesCount::new(data.len())).bench(|| unpack(&packed));
}

#[divan::bench(args = LENGTHS)]
fn pack_pack(bencher: Bencher<'_, '_>, length: usize) {
    bench_pack(bencher, Method::Pack, length);
}

#[divan::bench(args = LENGTHS)]
fn pack_spack(bencher: Bencher<'_, '_>, length: usize) {
    bench_pack(bencher, Method::Spack, length);
}

#[divan::bench(args = LENGTHS)]
fn unpack_pack(bencher: Bencher<'_, '_>, length: usize) {
    bench_unpack(bencher, Method::Pack, length);
}

#[divan::bench(args = LENGTHS)]
fn unpack_spack(bencher: Bencher<'_, '_>, length: usize) {
    bench_unpack(bencher, Method::Spack, length);
}
