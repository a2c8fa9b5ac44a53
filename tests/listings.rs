//! Real listings as witnesses: each deck that they show, and that needs only programs of ours, is run again, and the
//! whole listings are compared. What cannot be equal is masked: times, CPU, storage, EXCP counts, settings of the
//! installation. What differs otherwise is named beside the deck, line by line.

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use zjob::job::spool;
use zjob::program::{Cancel, Progress};
use zjob::system::config::Config;
use zjob::system::{RunOptions, System};
use zjob::world::Settings;

/// A listing whose deck is run again.
struct Witness {
    /// Directory of the listing.
    name: &'static str,
    /// The deck, from JESJCL and from what its programs print.
    deck: &'static str,
    /// When it ran.
    clock: &'static str,
    /// When its user was there last.
    last_access: &'static str,
    user: &'static str,
    system: &'static str,
    node: &'static str,
    volume: &'static str,
    number: u32,
    /// The step table, and the lines of MONITOR JOBNAMES.
    style: (bool, bool),
    /// Takes the listing apart into the lines that are compared.
    lines: fn(&str) -> Vec<String>,
    /// The spool data sets that the listing has.
    parts: &'static [&'static str],
    /// Beginnings of lines that only the listing has: of exits of the installation, of another level.
    only_there: &'static [&'static str],
    /// Beginnings of lines that only ours has.
    only_here: &'static [&'static str],
    /// The listing shows some lines only, and beginnings of them: they must stand in ours in this order.
    is_excerpt: bool,
}

const DECK_418: &str = "\
//ALLOC JOB CLASS=A,MSGCLASS=X,MSGLEVEL=(1,1)
//*********************************************************************
//DELETE   EXEC PGM=IDCAMS,REGION=1M                        @P4C
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
         DELETE ANSIBL1.DUMMY02 NONVSAM
         SET MAXCC=0
//*
//ALLOC    EXEC PGM=IEFBR14
//DUMMY    DD SPACE=(TRK,(10,1,1)),
//            UNIT=3390,
//            DISP=(NEW,CATLG),
//            DSNTYPE=LIBRARY,
//            RECFM=FB,
//            LRECL=80,
//            BLKSIZE=32720,
//            DSN=ANSIBL1.DUMMY02
//*
";

const DECK_134: &str = "\
//HELLO    JOB (T043JM,JM00,1,0,0,0),'HELLO WORLD - JRM',CLASS=R,
//             MSGCLASS=X,MSGLEVEL=1,NOTIFY=S0JM
//*
//* PRINT \"HELLO WORLD\" ON JOB OUTPUT
//*
//* NOTE THAT THE EXCLAMATION POINT IS INVALID EBCDIC FOR JCL
//*   AND WILL CAUSE A JCL ERROR
//*
//STEP0001 EXEC PGM=IEBGENER
//SYSIN    DD DUMMY
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD *
HELLO, WORLD
/*
//SYSUT2   DD SYSOUT=*
//
";

const DECK_8254: &str = "\
//MATEDK01 JOB (MVS),
//             MSGLEVEL=(1,1),
//             MSGCLASS=H,
//             CLASS=A,
//             NOTIFY=&SYSUID
//STEP01   EXEC PGM=IDCAMS
//SYSIN    DD *
  LISTCAT ENTRIES(MATEDK.TOO.GOOD) ALL                                  00080001
/*
//SYSPRINT DD SYSOUT=*
//SYSOUT   DD SYSOUT=*
//AMSDUMP  DD SYSOUT=*
//         IF (STEP01.RC = 4 ) THEN
//STEP02   EXEC PGM=IEFBR14
//STEP03   EXEC PGM=IEFBR14
//STEP04   EXEC PGM=IEFBR14
//STEP05   EXEC PGM=IEFBR14
//         ELSE
//STEP06   EXEC PGM=IEFBR14
//STEP07   EXEC PGM=IEFBR14
//         ENDIF
";

const DECK_340: &str = "\
//JBLIBPM  JOB MSGCLASS=H,MSGLEVEL=(1,1),NOTIFY=&SYSUID,REGION=0M
//JOBLIB DD DSN=ANSIBLE.COBOL.LOADLIBX,DISP=SHR
//**********************************************************************
//* THIS STEP EXECUTES THE PROGRAM HELLOPGM
//**********************************************************************
//STEP1    EXEC PGM=HELLOPGM
//SYSPRINT DD SYSOUT=*
//SYSOUT   DD SYSOUT=*
//
";

/// Not shown; three cards that the converter refuses.
const DECK_345: &str = "//CLGP JOB 1\n//S EXEC PGM=IEFBR14\n//D DD WRONG=1\n";

const WITNESSES: &[Witness] = &[
    Witness {
        name: "zos-idcams-delete-maxcc0-alloc-JOB00418",
        deck: DECK_418,
        clock: "2023-04-19T14:13:49",
        last_access: "2023-04-19T14:13:03",
        user: "ANSIBL1",
        system: "S0W1",
        node: "S0W1",
        volume: "B5USR1",
        number: 418,
        style: (true, true),
        lines: |text| text.lines().map(unshifted).collect(),
        parts: &["JESMSGLG", "JESJCL", "JESYSMSG", "SYSPRINT"],
        only_there: &[],
        only_here: &[],
        is_excerpt: false,
    },
    Witness {
        name: "zos-zxplore-iefbr14-two-jobs",
        deck: "//JCL1    JOB 1\n//***************************************************/\n//HELLO  EXEC PGM=IEFBR14\n",
        clock: "2025-11-17T12:09:54",
        last_access: "2025-11-17T12:08:57",
        user: "Z04683",
        system: "S0W1",
        node: "SVSCJES2",
        volume: "VOL001",
        number: 7563,
        style: (true, false),
        lines: |text| first_job(text, 0),
        parts: &["JESMSGLG", "JESJCL", "JESYSMSG"],
        only_there: &[],
        only_here: &[],
        is_excerpt: false,
    },
    Witness {
        name: "zos-zxplore-iefbr14-two-jobs",
        deck: "//JCL2    JOB 1\n//***************************************************/\n//WORLD  EXEC PGM=IEFBR14\n",
        clock: "2025-11-17T12:10:00",
        last_access: "2025-11-17T12:09:54",
        user: "Z04683",
        system: "S0W1",
        node: "SVSCJES2",
        volume: "VOL001",
        number: 7564,
        style: (true, false),
        lines: |text| first_job(text, 1),
        parts: &["JESMSGLG", "JESJCL", "JESYSMSG"],
        only_there: &[],
        only_here: &[],
        is_excerpt: false,
    },
    Witness {
        name: "zos-hello-iebgener-JOB00134",
        deck: DECK_134,
        clock: "2020-02-18T10:25:48",
        last_access: "2020-02-18T10:25:47",
        user: "OMVSADM",
        system: "STL1",
        node: "STL1",
        volume: "VOL001",
        number: 134,
        style: (false, false),
        lines: |text| text.lines().filter(|line| !line.starts_with("=== DD")).map(unshifted).collect(),
        parts: &["JESMSGLG", "JESJCL", "JESYSMSG", "SYSPRINT", "SYSUT2"],
        // Exits of the installation write SMF000I, its limit of lines was passed, which the counts contain.
        only_there: &["##.##.## JOB00134  $HASP375", "##.##.## JOB00134  SMF000I", "-           59 SYSOUT PRINT"],
        // This system was at a level before IEFA111I.
        only_here: &["IEFA111I", "         SWA=", "-           57 SYSOUT PRINT"],
        is_excerpt: false,
    },
    Witness {
        name: "zos-issue-iefa107i-dataset-not-found",
        deck: "//SAMRUN JOB 1\n//CMPLSAM2 EXEC PGM=IGYCRCTL\n//STEPLIB DD DSN=IGY630.SIGYCOMP,DISP=SHR\n",
        clock: "2023-03-23T03:40:42",
        last_access: "2023-03-23T03:40:42",
        user: "IBMUSER",
        system: "S0W1",
        node: "S0W1",
        volume: "VOL001",
        number: 1,
        style: (true, true),
        lines: |text| text.lines().map(str::to_owned).collect(),
        parts: &["JESYSMSG"],
        only_there: &[],
        only_here: &[],
        is_excerpt: false,
    },
    Witness {
        name: "zos-if-then-else-listcat-cc4",
        deck: DECK_8254,
        clock: "2024-07-20T16:46:36",
        last_access: "2024-07-20T16:39:52",
        user: "MATEDK",
        system: "MATE",
        node: "MATE",
        volume: "VOL001",
        number: 8254,
        style: (true, true),
        lines: shown,
        parts: &["JESMSGLG", "JESYSMSG", "SYSPRINT"],
        // The class is not padded at this level; the heading is cut in the time.
        only_there: &["##.##.## JOB08254  $HASP373", "1IDCAMS  SYSTEM SERVICES"],
        only_here: &[],
        is_excerpt: true,
    },
    Witness {
        name: "zos-issue-joblib-not-found",
        deck: DECK_340,
        clock: "2023-03-22T22:33:47",
        last_access: "2023-03-22T22:33:41",
        user: "OMVSADM",
        system: "STL1",
        node: "STL1",
        volume: "VOL001",
        number: 340,
        style: (false, false),
        lines: shown,
        parts: &["JESMSGLG", "JESJCL", "JESYSMSG"],
        only_there: &[],
        only_here: &[],
        is_excerpt: true,
    },
    Witness {
        name: "zos-issue-iefc452i-jcl-error",
        deck: DECK_345,
        clock: "2023-03-22T23:06:03",
        last_access: "2023-03-22T23:06:03",
        user: "OMVSADM",
        system: "STL1",
        node: "STL1",
        volume: "VOL001",
        number: 345,
        style: (false, false),
        lines: |text| text.lines().map(str::to_owned).collect(),
        parts: &["JESMSGLG"],
        // The identifier of the message.
        only_there: &["##.##.## JOB00345  IEFC452I CLGP - JOB NOT RUN - JCL ERROR  353"],
        only_here: &["##.##.## JOB00345  IEFC452I CLGP - JOB NOT RUN - JCL ERROR  100"],
        is_excerpt: false,
    },
];

struct NoBars;

impl Progress for NoBars {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}

fn main() {
    let arguments = Arguments::from_args();
    let listings = common::shared().map(|shared| shared.join("data/listings")).filter(|path| path.is_dir());
    let mut names = std::collections::HashMap::new();
    let trials = WITNESSES
        .iter()
        .map(|witness| {
            let nth = names.entry(witness.name).and_modify(|n| *n += 1).or_insert(1);
            let name = format!("{} deck {nth}", witness.name);
            let path = listings.as_ref().map(|root| root.join(witness.name).join("listing.txt"));
            let is_absent = path.as_ref().is_none_or(|path| !path.is_file());
            Trial::test(name, move || compare(witness, &path.ok_or("no listings")?)).with_ignored_flag(is_absent)
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn compare(witness: &Witness, path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let there = masked(&(witness.lines)(&text), witness.only_there)?;
    let here = masked(&run(witness)?, witness.only_here)?;
    if witness.is_excerpt {
        return contains(&here, &there);
    }
    if there == here {
        return Ok(());
    }
    let mut report = String::from("< only in the listing, > only in ours\n");
    for line in there.iter().filter(|line| !here.contains(line)) {
        writeln!(report, "< {line}")?;
    }
    for line in here.iter().filter(|line| !there.contains(line)) {
        writeln!(report, "> {line}")?;
    }
    Err(report.into())
}

/// Every line that is shown is the beginning of one of ours, in this order.
fn contains(here: &[String], there: &[String]) -> Result<(), Failed> {
    let mut rest = here.iter();
    for line in there {
        // Clients cut the control character off, or put one before.
        let begins = |ours: &&String| {
            let text = ours.trim_start();
            text.starts_with(line.trim())
                || text.get(1..).is_some_and(|text| text.trim_start().starts_with(line.trim()))
        };
        if rest.by_ref().find(begins).is_none() {
            return Err(format!("{line:?} is not, or not here, in\n{}", here.join("\n")).into());
        }
    }
    Ok(())
}

/// The lines of output that an excerpt shows, without its marks for what is left out.
fn shown(text: &str) -> Vec<String> {
    let output = text.lines().skip_while(|line| !line.starts_with("---- output")).skip(1);
    output.map(|line| line.trim_end_matches("[...]").to_owned()).filter(|line| line.len() > 2).collect()
}

/// Runs the deck on a fresh system with the names and the clock of the listing.
fn run(witness: &Witness) -> Result<Vec<String>, Failed> {
    let home = tempfile::tempdir()?;
    let config = Config {
        user: witness.user.to_owned(),
        name: witness.system.to_owned(),
        node: witness.node.to_owned(),
        volumes: vec![(witness.volume.to_owned(), 1000)],
        step_table: witness.style.0,
        monitor: witness.style.1,
        ..Config::default()
    };
    let mut world = Settings::real(&config.user);
    world.frozen_clock = Some(witness.clock.parse()?);
    let system = System::open(home.path(), config, Arc::new(world))?;
    system.store().touch_user(witness.user, witness.last_access)?;
    let options = RunOptions {
        cancel: &Cancel::default(),
        progress: &NoBars,
        explain: &|_| (),
        live: &[],
        job_number: Some(witness.number),
        releases: false,
    };
    let mut lines = Vec::new();
    system.run_deck(witness.deck.as_bytes(), &options, &mut |job| {
        for row in job.spool.iter().filter(|row| witness.parts.contains(&row.ddname.as_str())) {
            spool::read_lines(&system.spool(), job.number, row, system.code_page(), |line| {
                lines.push(line.to_owned());
                Ok(())
            })
            .map_err(|error| std::io::Error::other(error.to_string()))?;
        }
        Ok(())
    })?;
    Ok(lines)
}

/// Some clients put a blank before records without a control character: those of JESJCL and of data.
fn unshifted(line: &str) -> String {
    let is_shifted = line.len() == 91 || line.starts_with("           IEFC") || line == HELLO;
    if is_shifted { line[1..].to_owned() } else { line.to_owned() }
}

const HELLO: &str = " HELLO, WORLD                                                                    ";

/// The lines of one job of a listing with several.
fn first_job(text: &str, nth: usize) -> Vec<String> {
    let jobs: Vec<&str> = text.split("=== DD JESMSGLG ===\n").skip(1).collect();
    let job = jobs.get(nth).copied().unwrap_or_default();
    job.lines().filter(|line| !line.starts_with("=== DD")).map(str::to_owned).collect()
}

/// The lines with masks, without those that only one side has. Each of these must be there.
fn masked(lines: &[String], without: &[&str]) -> Result<Vec<String>, Failed> {
    let mut lines: Vec<String> = lines.iter().map(|line| mask(line)).collect();
    for beginning in without {
        let before = lines.len();
        lines.retain(|line| !line.trim_start().starts_with(beginning.trim_start()));
        if lines.len() == before {
            return Err(format!("no line begins with {beginning:?}").into());
        }
    }
    Ok(lines)
}

/// One line with what cannot be equal masked. Blanks at its ends do not survive all clients.
fn mask(line: &str) -> String {
    let line = times(line.trim_end());
    let text = line.trim_start();
    if ["CPU:", "VIRT:", "ATB- REAL:", "VIRT- ALLOC:"].iter().any(|start| text.starts_with(start)) {
        return line.chars().filter(|c| !c.is_ascii_digit() && *c != ' ' && *c != '.').collect();
    }
    if text.ends_with("SYSOUT SPOOL KBYTES") {
        // Storage on the spool comes in the units of its volumes.
        return "SYSOUT SPOOL KBYTES".to_owned();
    }
    if text.starts_with("SWA=") {
        return "SWA=,TIOT SIZE=,DSENQSHR=DISALLOW,GDGBIAS=JOB".to_owned();
    }
    if let Some((row, _)) = line.split_once("      0       .00") {
        // The step table: what follows the code is EXCP, CPU and service units.
        return row.get(..row.len().saturating_sub(7)).unwrap_or(row).to_owned();
    }
    let line = line.split_once(" INIT ").map_or(line.clone(), |(before, after)| {
        format!("{before} INIT #{}", after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' '))
    });
    text_of(&line)
}

/// ` IEFA107I` and `IEFA107I`: some clients cut the control character off.
fn text_of(line: &str) -> String {
    line.strip_prefix(' ').unwrap_or(line).to_owned()
}

/// `12.09.54`, `12:09:54` and `2025321.1209` with their digits masked.
fn times(line: &str) -> String {
    let bytes = line.as_bytes();
    let mut masked = bytes.to_vec();
    let is_time = |at: usize| {
        let Some(window) = bytes.get(at..at + 8) else { return false };
        let shape = window.iter().enumerate().all(|(at, byte)| match at {
            2 | 5 => *byte == window[2] && (*byte == b'.' || *byte == b':'),
            _ => byte.is_ascii_digit(),
        });
        shape && at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|byte| !byte.is_ascii_digit())
    };
    for at in (0..bytes.len()).filter(|at| is_time(*at)) {
        for digit in [0, 1, 3, 4, 6, 7] {
            masked[at + digit] = b'#';
        }
    }
    let line = String::from_utf8(masked).unwrap_or_default();
    match line.rsplit_once('.') {
        Some((before, minute)) if line.contains("/START ") || line.contains("/STOP ") => {
            format!("{before}.{}", minute.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        _ => line,
    }
}
