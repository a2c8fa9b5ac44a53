//! The table of `docs/performance.md`: TERSE beside gzip on the same data in the same run, CPU time.
//!
//! `cargo bench --bench terse_ratio [-- MEGABYTES]`. Needs gzip and Linux (`/proc`).

#![allow(clippy::cast_precision_loss, reason = "rates for people")]

mod support;

use std::fs;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use zjob::terse::{Decoder, Encoder, Header, Method, Stamp};

/// How often each piece of work is done; the fastest counts.
const ROUNDS: usize = 5;

fn main() -> io::Result<()> {
    let megabytes = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100);
    let mut out = io::stdout().lock();
    writeln!(out, "{:24} {:>10} {:>7} {:>8} {:>9}", "work", "bytes", "size %", "MB/s", "of gzip")?;
    for (name, lrecl) in [("dense", 80), ("padded", 500)] {
        let data = support::records(lrecl, megabytes * 1_000_000);
        report(&mut out, name, lrecl, &data)?;
    }
    Ok(())
}

fn report(out: &mut impl Write, name: &str, lrecl: usize, data: &[u8]) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let (plain, zipped) = (folder.path().join("plain"), folder.path().join("plain.gz"));
    fs::write(&plain, data)?;
    let gzip = best(|| children(|| run("gzip", &["-6", "-k", "-f"], &plain)))?;
    let gunzip = best(|| children(|| run("gunzip", &["-c"], &zipped)))?;
    let size = fs::metadata(&zipped)?.len();
    line(out, &format!("gzip -6 {name}"), data, size, gzip, gzip)?;
    line(out, &format!("gunzip {name}"), data, size, gunzip, gunzip)?;
    for (method, label) in [(Method::Pack, "PACK"), (Method::Spack, "SPACK")] {
        let packed = pack(method, lrecl, data);
        let pack_time = best(|| own(|| drop(pack(method, lrecl, data))))?;
        let unpack_time = best(|| own(|| unpack(&packed)))?;
        line(out, &format!("pack {label} {name}"), data, packed.len() as u64, pack_time, gzip)?;
        line(out, &format!("unpack {label} {name}"), data, packed.len() as u64, unpack_time, gunzip)?;
    }
    Ok(())
}

fn line(out: &mut impl Write, work: &str, data: &[u8], size: u64, seconds: f64, gzip: f64) -> io::Result<()> {
    let percent = 100.0 * size as f64 / data.len() as f64;
    let rate = data.len() as f64 / 1e6 / seconds;
    writeln!(out, "{work:24} {:>10} {percent:>7.1} {rate:>8.1} {:>9.2}", data.len(), gzip / seconds)
}

fn pack(method: Method, lrecl: usize, data: &[u8]) -> Vec<u8> {
    let header = Header::new(method, false, lrecl as u32, 27_920);
    let mut encoder = Encoder::new(header, Vec::new()).expect("a good record length");
    for run in data.chunks(lrecl * 512) {
        encoder.put_run(run).expect("memory takes everything");
    }
    encoder.finish(&Stamp::BLANK).expect("memory takes everything").1
}

fn unpack(packed: &[u8]) {
    let mut decoder = Decoder::new(packed).expect("a good header");
    while decoder.next_run().expect("good data").is_some() {}
}

fn run(program: &str, arguments: &[&str], file: &std::path::Path) -> io::Result<()> {
    let status = Command::new(program).args(arguments).arg(file).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program} failed"))) }
}

fn best(mut work: impl FnMut() -> io::Result<f64>) -> io::Result<f64> {
    (0..ROUNDS).map(|_| work()).try_fold(f64::INFINITY, |best, seconds| Ok(best.min(seconds?)))
}

/// CPU seconds of the children that `work` starts.
fn children(work: impl FnOnce() -> io::Result<()>) -> io::Result<f64> {
    let before = cpu_seconds(15)?;
    work()?;
    Ok((cpu_seconds(15)? - before).max(0.01))
}

/// CPU seconds of this process for `work`.
fn own(work: impl FnOnce()) -> io::Result<f64> {
    let before = cpu_seconds(13)?;
    work();
    Ok((cpu_seconds(13)? - before).max(0.01))
}

/// User and system time of `/proc/self/stat` from its field `first`, counted from 0, in seconds.
fn cpu_seconds(first: usize) -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let ticks = stat.split_whitespace().skip(first).take(2).filter_map(|field| field.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / 100.0)
}
