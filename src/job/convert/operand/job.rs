//! Keywords of the JOB statement.

use super::Shape::{Code, Each, Either, Free, Name, Number, OneOf, Places, Text};
use super::exec::{MEMLIMIT, REGION, REGIONX, RESTARTS};
use super::{Rule, Shape, Table, named, read, silent};

const LIMIT_ACTION: Shape = OneOf(&["CANCEL", "DUMP", "WARNING"]);

static RULES: &[Rule] = &[
    silent("ADDRSPC", OneOf(&["VIRT", "REAL"])),
    named("BYTES", Places(&[Number(0, 999_999), LIMIT_ACTION])),
    named("CARDS", Places(&[Number(0, 99_999_999), LIMIT_ACTION])),
    named("CCSID", Number(1, 65_535)),
    read("CLASS", Free),
    read("COND", Free),
    silent("DSENQSHR", OneOf(&["ALLOW", "AUTO", "DISALLOW"])),
    silent("EMAIL", Text(246)),
    read("GDGBIAS", OneOf(&["JOB", "STEP"])),
    silent("GROUP", Name(8)),
    named("JESLOG", Places(&[OneOf(&["SPIN", "NOSPIN", "SUPPRESS"]), Text(8)])),
    read("JOBRC", Free),
    named("LINES", Places(&[Number(0, 999_999), LIMIT_ACTION])),
    silent("MEMLIMIT", MEMLIMIT),
    read("MSGCLASS", Free),
    read("MSGLEVEL", Free),
    silent("NOTIFY", Each(1, &Text(17))),
    named("PAGES", Places(&[Number(0, 99_999_999), LIMIT_ACTION])),
    read("PASSWORD", Free),
    silent("PERFORM", Number(1, 999)),
    silent("PRTY", Number(0, 15)),
    named("RD", RESTARTS),
    silent("REGION", REGION),
    silent("REGIONX", REGIONX),
    read("RESTART", Free),
    // Rollout of OS/MVT: the host reads it and does nothing.
    silent("ROLL", Each(2, &OneOf(&["YES", "NO"]))),
    named("SCHENV", Text(16)),
    named("SECLABEL", Either(&[Code(8)])),
    named("SYSAFF", Each(33, &Text(9))),
    named("SYSTEM", Each(33, &Text(9))),
    read("TIME", Free),
    read("TYPRUN", Free),
    silent("UJOBCORR", Text(32)),
    read("USER", Free),
];

/// JOB.
pub(in crate::job::convert) static JOB: Table = Table { exclusive: &[("SYSAFF", "SYSTEM")], ..Table::of(RULES) };
