//! Subparameters of DCB. All of them may stand on a DD statement without it.

use super::Shape::{Each, Free, Letters, Name, Number, OneOf};
use super::{Rule, Table, named, read, silent};

pub(super) static RULES: &[Rule] = &[
    named("BFALN", OneOf(&["F", "D"])),
    named("BFTEK", Letters("SEARD")),
    read("BLKSIZE", Free),
    silent("BUFIN", Number(0, 15)),
    silent("BUFL", Number(0, 32_760)),
    silent("BUFMAX", Number(2, 15)),
    silent("BUFNO", Number(0, 255)),
    named("BUFOFF", super::Shape::Either(&[OneOf(&["L"]), Number(0, 99)])),
    silent("BUFOUT", Number(0, 15)),
    named("BUFRQ", Number(0, 255)),
    silent("BUFSIZE", Number(31, 65_535)),
    named("CODE", Letters("ABCFINT")),
    named("CPRI", OneOf(&["R", "E", "S"])),
    named("CYLOFL", Number(0, 99)),
    named("DEN", Number(0, 4)),
    named("DIAGNS", OneOf(&["TRACE"])),
    read("DSORG", Free),
    named("EROPT", OneOf(&["ACC", "SKP", "ABE", "T"])),
    named("FUNC", Letters("IRPWDXT")),
    silent("GNCP", Number(1, 99)),
    silent("HIARCHY", Number(0, 1)),
    named("INTVL", Number(0, 255)),
    named("IPLTXID", Name(8)),
    named("KEYLEN", Number(0, 255)),
    named("LIMCT", Number(0, 32_760)),
    read("LRECL", Free),
    named("MODE", Letters("CEOR")),
    silent("NCP", Number(1, 255)),
    named("NTM", Number(0, 99)),
    named("OPTCD", Letters("ABCEFHIJLMQRTUWYZ")),
    named("PCI", Each(2, &Letters("NRAX"))),
    named("PRTSP", Number(0, 3)),
    read("RECFM", Free),
    named("RESERVE", Each(2, &Number(0, 255))),
    named("RKP", Number(0, 32_760)),
    named("SOWA", Number(0, 32_767)),
    named("STACK", Number(1, 2)),
    named("THRESH", Number(0, 100)),
    named("TRTCH", OneOf(&["C", "E", "T", "ET", "COMP", "NOCOMP"])),
];

/// Subparameters of DCB.
pub(in crate::job::convert) static DCB: Table = Table { field: Some("DCB"), ..Table::of(RULES) };
