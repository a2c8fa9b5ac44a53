//! Keywords of the statements that relate jobs to each other and to people: NOTIFY, SCHEDULE, JOBGROUP and what
//! belongs to it.

use super::Shape::{Each, Free, Name, OneOf, Text};
use super::{Rule, Shape, Table, silent};

const FLUSH: &[Rule] = &[silent("FLUSHTYP", OneOf(&["ALLFLUSH", "ANYFLUSH"]))];
const ACTIONS: Shape = OneOf(&["SATISFY", "FLUSH", "FAIL"]);
const DEPENDENCY: &[Rule] = &[
    silent("ACTION", ACTIONS),
    silent("NAME", Each(10, &Name(8))),
    silent("OTHERWISE", ACTIONS),
    silent("WHEN", Free),
];

/// NOTIFY.
pub(in crate::job::convert) static NOTIFY: Table = Table::of(&[
    silent("EMAIL", Text(246)),
    silent("TYPE", OneOf(&["EMAIL", "MSG"])),
    silent("USER", Text(17)),
    silent("WHEN", Text(255)),
]);

/// SCHEDULE.
pub(in crate::job::convert) static SCHEDULE: Table = Table::of(&[
    silent("AFTER", Name(8)),
    silent("BEFORE", Name(8)),
    silent("DELAY", OneOf(&["YES", "Y", "NO", "N"])),
    silent("HOLDUNTIL", Free),
    silent("HOLDUNTL", Free),
    silent("JOBGROUP", Text(17)),
    silent("STARTBY", Free),
    silent("WITH", Name(8)),
]);

/// JOBGROUP.
pub(in crate::job::convert) static JOBGROUP: Table = Table::of(&[
    silent("EMAIL", Text(246)),
    silent("ERROR", Free),
    silent("GROUP", Name(8)),
    silent("HOLD", OneOf(&["YES", "Y", "NO", "N"])),
    silent("ONERROR", OneOf(&["STOP", "SUSPEND", "FLUSH"])),
    silent("OWNER", Name(8)),
    silent("PASSWORD", Free),
    silent("SCHENV", Text(16)),
    silent("SECLABEL", Text(8)),
    silent("SYSAFF", Each(33, &Text(9))),
    silent("SYSTEM", Each(33, &Text(9))),
    silent("TYPE", OneOf(&["SCAN"])),
]);

/// GJOB.
pub(in crate::job::convert) static GJOB: Table = Table::of(FLUSH);

/// JOBSET.
pub(in crate::job::convert) static JOBSET: Table = Table::of(FLUSH);

/// BEFORE.
pub(in crate::job::convert) static BEFORE: Table = Table::of(DEPENDENCY);

/// AFTER.
pub(in crate::job::convert) static AFTER: Table = Table::of(DEPENDENCY);

/// CONCURRENT.
pub(in crate::job::convert) static CONCURRENT: Table = Table::of(&[silent("NAME", Each(10, &Name(8)))]);
