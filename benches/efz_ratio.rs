//! The ciphers of Encryption Facility files beside `openssl speed` on the same machine in the same run, CPU time.
//!
//! `cargo bench --bench efz_ratio [-- ROUNDS]`. Needs the openssl command and Linux (`/proc`).

#![allow(clippy::cast_precision_loss, reason = "rates for people")]

use std::fs;
use std::hint::black_box;
use std::io::{self, Write};
use std::process::Command;

use zjob::efz::chain::{Decryptor, Encryptor};
use zjob::efz::{Cipher, Keys, Password};

/// Bytes of one call, the same for both.
const CALL: usize = 256 * 1024;
/// CPU seconds of one measurement of ours; openssl measures for one second as well.
const SECONDS: f64 = 1.0;
/// Rounds if none are asked for. The two alternate; medians count.
const ROUNDS: usize = 5;

/// What is measured, what openssl calls it, and the ratio that is the limit.
const CASES: [(&str, Cipher, bool, &[&str], f64); 4] = [
    ("TDES-CBC encrypt", Cipher::Tdes, true, &["des-ede3-cbc"], 1.0),
    ("TDES-CBC decrypt", Cipher::Tdes, false, &["des-ede3-cbc", "-decrypt"], 1.5),
    ("AES-128-CBC encrypt", Cipher::Aes128, true, &["aes-128-cbc"], 0.75),
    ("AES-128-CBC decrypt", Cipher::Aes128, false, &["aes-128-cbc", "-decrypt"], 0.65),
];

fn main() -> io::Result<()> {
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let mut out = io::stdout().lock();
    writeln!(out, "{:20} {:>10} {:>10} {:>6} {:>6}", "cipher", "openssl", "zjob MB/s", "ratio", "limit")?;
    for (name, cipher, encrypts, openssl, limit) in CASES {
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            theirs.push(openssl_speed(openssl)?);
            ours.push(if encrypts { encryption(cipher)? } else { decryption(cipher)? });
        }
        let (theirs, ours) = (median(theirs), median(ours));
        writeln!(out, "{name:20} {theirs:>10.1} {ours:>10.1} {:>6.2} {limit:>6.2}", ours / theirs)?;
    }
    Ok(())
}

fn keys(cipher: Cipher) -> Keys {
    let password = Password::new("sample password please change").expect("29 characters");
    Keys::from_password(&password, cipher, b"saltsalt", 16)
}

fn encryption(cipher: Cipher) -> io::Result<f64> {
    let mut chain = Encryptor::new(&keys(cipher));
    rate(|bytes| chain.encrypt(bytes))
}

fn decryption(cipher: Cipher) -> io::Result<f64> {
    let mut chain = Decryptor::new(&keys(cipher));
    rate(|bytes| chain.decrypt(bytes))
}

/// Megabytes for each CPU second.
fn rate(mut work: impl FnMut(&mut [u8])) -> io::Result<f64> {
    let mut bytes = vec![0xC1; CALL];
    let (begun, mut done) = (cpu_seconds()?, 0_usize);
    loop {
        for _ in 0..16 {
            work(black_box(&mut bytes));
        }
        done += 16 * CALL;
        let taken = cpu_seconds()? - begun;
        if taken >= SECONDS {
            return Ok(done as f64 / 1e6 / taken);
        }
    }
}

/// What `openssl speed` tells: its last line is `+F:22:aes-128-cbc:BYTES PER SECOND`.
fn openssl_speed(arguments: &[&str]) -> io::Result<f64> {
    let output = Command::new("openssl")
        .args(["speed", "-mr", "-seconds", "1", "-bytes", &CALL.to_string(), "-evp"])
        .args(arguments)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text.lines().rev().find_map(|line| line.strip_prefix("+F:")?.rsplit(':').next()?.parse::<f64>().ok());
    rate.map(|rate| rate / 1e6).ok_or_else(|| io::Error::other(format!("openssl speed said {text:?}")))
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// User and system time of this process so far.
fn cpu_seconds() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let ticks = stat.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / 100.0)
}
