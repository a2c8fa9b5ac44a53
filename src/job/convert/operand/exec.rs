//! Keywords of the EXEC statement.

use super::Shape::{Amount, Each, Free, Name, Number, OneOf, Places, Text};
use super::{Rule, Shape, Table, named, read, silent};

pub(super) const REGION: Shape = Amount(7, "KM", &[]);
pub(super) const REGIONX: Shape = Places(&[Amount(7, "KM", &[]), Amount(5, "MGTP", &["NOLIMIT"])]);
pub(super) const MEMLIMIT: Shape = Amount(5, "MGTP", &["NOLIMIT"]);
pub(super) const RESTARTS: Shape = OneOf(&["R", "RNC", "NR", "NC"]);

static RULES: &[Rule] = &[
    named("ABDISPCC", Free),
    silent("ACCT", Free),
    silent("ADDRSPC", OneOf(&["VIRT", "REAL"])),
    named("CCSID", Number(1, 65_535)),
    read("COND", Free),
    // Dispatching priority and rollout of OS/MVT: the host reads them and does nothing.
    silent("DPRTY", Each(2, &Number(0, 15))),
    silent("DYNAMNBR", Number(0, 3273)),
    silent("MEMLIMIT", MEMLIMIT),
    read("PARM", Free),
    read("PARMDD", Name(8)),
    silent("PERFORM", Number(1, 999)),
    read("PGM", Free),
    named("RD", RESTARTS),
    silent("REGION", REGION),
    silent("REGIONX", REGIONX),
    silent("RLSTMOUT", Number(0, 9999)),
    silent("ROLL", Each(2, &OneOf(&["YES", "NO"]))),
    read("TIME", Free),
    named("TVSAMCOM", Each(2, &Number(0, 99_999))),
    named("TVSMSG", Text(8)),
];

/// EXEC PGM=.
pub(in crate::job::convert) static EXEC: Table =
    Table { exclusive: &[("PARM", "PARMDD"), ("REGION", "REGIONX")], ..Table::of(RULES) };
