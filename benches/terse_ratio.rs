//! The table of `docs/performance.md`: TERSE beside gzip on the same data in the same run, CPU time.
//!
//! `cargo bench --bench terse_ratio [-- MEGABYTES [ROUNDS]]`. In each round every piece of work is done once; what
//! counts is the median of the ratios within the rounds, so that a machine that is busy slows both sides down.
//! Needs gzip and Linux (`/proc`). `ZJOB_TERSEDECOMPRESS` may name the jar of the Java unpacker, which is then
//! measured too, start of the virtual machine included.

#![allow(clippy::cast_precision_loss, reason = "rates for people")]

mod support;

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use zjob::terse::{Decoder, Encoder, Header, Method, Stamp};

/// A row of the table: what is done, against which peer, and the ratios that must and should be reached.
struct Row {
    work: Work,
    must: f64,
    goal: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Gzip,
    Gunzip,
    Java(Method),
    Pack(Method),
    Unpack(Method),
}

const DENSE: [Row; 4] = [
    Row { work: Work::Unpack(Method::Pack), must: 1.0, goal: 2.2 },
    Row { work: Work::Unpack(Method::Spack), must: 1.4, goal: 2.8 },
    Row { work: Work::Pack(Method::Pack), must: 2.3, goal: 3.5 },
    Row { work: Work::Pack(Method::Spack), must: 0.6, goal: 1.3 },
];
const PADDED: [Row; 4] = [
    Row { work: Work::Unpack(Method::Pack), must: 2.0, goal: 4.0 },
    Row { work: Work::Unpack(Method::Spack), must: 2.0, goal: 4.0 },
    Row { work: Work::Pack(Method::Pack), must: 1.2, goal: 2.5 },
    // Not asked for.
    Row { work: Work::Pack(Method::Spack), must: 0.0, goal: 0.0 },
];

fn main() -> io::Result<()> {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (megabytes, rounds): (usize, usize) = (numbers.next().unwrap_or(100), numbers.next().unwrap_or(7));
    let mut out = io::stdout().lock();
    writeln!(out, "{:20} {:>8} {:>9} {:>9} {:>6} {:>6}", "work", "size %", "MB/s", "of gzip", "must", "goal")?;
    for (name, lrecl, rows) in [("dense", 80, DENSE), ("padded", 500, PADDED)] {
        let bench = Bench::new(lrecl, megabytes * 1_000_000)?;
        bench.report(&mut out, name, &rows, rounds)?;
    }
    Ok(())
}

/// The data of one half of the table, in all their forms.
struct Bench {
    folder: tempfile::TempDir,
    lrecl: usize,
    data: Vec<u8>,
    packed: [Vec<u8>; 2],
}

impl Bench {
    fn new(lrecl: usize, size: usize) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = support::records(lrecl, size);
        let packed = [Method::Pack, Method::Spack].map(|method| pack(method, lrecl, &data));
        fs::write(folder.path().join("plain"), &data)?;
        fs::write(folder.path().join("pack.trs"), &packed[0])?;
        fs::write(folder.path().join("spack.trs"), &packed[1])?;
        let bench = Self { folder, lrecl, data, packed };
        let status = Command::new("gzip").args(["-6", "-k"]).arg(bench.path("plain")).status()?;
        if status.success() { Ok(bench) } else { Err(io::Error::other("gzip failed")) }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn report(&self, out: &mut impl Write, name: &str, rows: &[Row], rounds: usize) -> io::Result<()> {
        let mut works: Vec<Work> = vec![Work::Gzip, Work::Gunzip];
        works.extend(rows.iter().map(|row| row.work));
        if java().is_some() {
            works.extend([Work::Java(Method::Pack), Work::Java(Method::Spack)]);
        }
        let mut seconds: Vec<Vec<f64>> = vec![Vec::new(); works.len()];
        for _ in 0..rounds {
            for (work, seconds) in works.iter().zip(&mut seconds) {
                seconds.push(self.time(*work)?);
            }
        }
        for (work, own) in works.iter().zip(&seconds) {
            let peer = &seconds[usize::from(!matches!(work, Work::Gzip | Work::Pack(_)))];
            let ratio = median(peer.iter().zip(own).map(|(peer, own)| peer / own).collect());
            let rate = self.data.len() as f64 / 1e6 / median(own.clone());
            let size = 100.0 * self.size(*work)? as f64 / self.data.len() as f64;
            write!(out, "{:20} {size:>8.1} {rate:>9.1} {ratio:>9.2}", format!("{} {name}", title(*work)))?;
            match rows.iter().find(|row| row.work == *work) {
                Some(row) if row.goal > 0.0 => writeln!(out, " {:>6.1} {:>6.1}", row.must, row.goal)?,
                _ => writeln!(out)?,
            }
        }
        Ok(())
    }

    /// Bytes of the packed form.
    fn size(&self, work: Work) -> io::Result<u64> {
        match work {
            Work::Gzip | Work::Gunzip => Ok(fs::metadata(self.path("plain.gz"))?.len()),
            Work::Java(method) | Work::Pack(method) | Work::Unpack(method) => Ok(self.packed(method).len() as u64),
        }
    }

    fn packed(&self, method: Method) -> &[u8] {
        &self.packed[usize::from(method == Method::Spack)]
    }

    fn time(&self, work: Work) -> io::Result<f64> {
        match work {
            Work::Gzip => child("gzip", &["-6", "-c"], &[&self.path("plain")]),
            Work::Gunzip => child("gunzip", &["-c"], &[&self.path("plain.gz")]),
            Work::Java(method) => {
                let name = if method == Method::Pack { "pack.trs" } else { "spack.trs" };
                let class = "org.openmainframeproject.tersedecompress.TerseDecompress";
                let jar = java().unwrap_or_default();
                child("java", &["-cp", &jar, class, "-b"], &[&self.path(name), Path::new("/dev/null")])
            }
            Work::Pack(method) => own(|| drop(pack(method, self.lrecl, &self.data))),
            Work::Unpack(method) => own(|| unpack(self.packed(method))),
        }
    }
}

fn java() -> Option<String> {
    std::env::var("ZJOB_TERSEDECOMPRESS").ok()
}

fn title(work: Work) -> String {
    let name = |method| if method == Method::Pack { "PACK" } else { "SPACK" };
    match work {
        Work::Gzip => "gzip -6".to_owned(),
        Work::Gunzip => "gunzip".to_owned(),
        Work::Java(method) => format!("Java {}", name(method)),
        Work::Pack(method) => format!("pack {}", name(method)),
        Work::Unpack(method) => format!("unpack {}", name(method)),
    }
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

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// CPU seconds of this thread for `work`.
fn own(work: impl FnOnce()) -> io::Result<f64> {
    let before = cpu_seconds("thread-self")?;
    work();
    Ok(cpu_seconds("thread-self")? - before)
}

/// CPU seconds of a program whose output nobody reads.
fn child(program: &str, arguments: &[&str], files: &[&Path]) -> io::Result<f64> {
    let mut command = Command::new(program);
    command.args(arguments).args(files).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    // Its error output ends when it does; what it used is there to be read until it is waited for.
    let mut words = String::new();
    child.stderr.take().map_or(Ok(0), |mut stderr| stderr.read_to_string(&mut words))?;
    let whose = child.id().to_string();
    let seconds = if program == "java" { all_threads(&whose) } else { cpu_seconds(&whose) };
    if child.wait()?.success() { seconds } else { Err(io::Error::other(format!("{program} failed: {words}"))) }
}

/// User and system time of all threads of a process, in seconds, to a hundredth.
fn all_threads(process: &str) -> io::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let ticks = stat.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / 100.0)
}

/// CPU time of a process (its first thread) or thread, in seconds.
fn cpu_seconds(whose: &str) -> io::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{whose}/schedstat"))?;
    let nanoseconds = text.split_whitespace().next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.map(|nanoseconds| nanoseconds / 1e9).ok_or_else(|| io::Error::other("no CPU time in schedstat"))
}
