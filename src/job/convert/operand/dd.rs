//! Keywords of the DD statement.

use super::Shape::{Amount, Code, Each, Either, Free, Keyed, Name, Number, OneOf, Places, Reference, Text};
use super::{Rule, Shape, Table, named, read, silent};

const YES_NO: Shape = OneOf(&["YES", "Y", "NO", "N"]);
/// Permissions of a z/OS UNIX file.
const PATH_MODES: Shape = OneOf(&[
    "SIRUSR", "SIWUSR", "SIXUSR", "SIRWXU", "SIRGRP", "SIWGRP", "SIXGRP", "SIRWXG", "SIROTH", "SIWOTH", "SIXOTH",
    "SIRWXO", "SISUID", "SISGID",
]);
const PATH_OPTIONS: Shape =
    OneOf(&["ORDONLY", "OWRONLY", "ORDWR", "OAPPEND", "OCREAT", "OEXCL", "ONOCTTY", "ONONBLOCK", "OSYNC", "OTRUNC"]);

static RULES: &[Rule] = &[
    named("ACCODE", Text(8)),
    // Affinity by DD, obsolete since OS/VS2: the host reads it and does nothing.
    silent("AFF", Name(8)),
    named("AMP", Free),
    read("AVGREC", OneOf(&["U", "K", "M"])),
    named("BLKSZLIM", Either(&[Amount(10, "KMG", &[]), Number(32_760, 2_147_483_648)])),
    named("BURST", YES_NO),
    named("CCSID", Number(1, 65_535)),
    named("CHARS", Each(4, &Code(4))),
    named("CHKPT", OneOf(&["EOV"])),
    named("CNTL", Reference),
    named("COPIES", Places(&[Number(0, 255), Each(8, &Number(1, 255))])),
    read("DATACLAS", Code(8)),
    read("DCB", Free),
    read("DDNAME", Free),
    named("DEST", Each(2, &Text(127))),
    read("DISP", Free),
    read("DLM", Free),
    named("DSID", Places(&[Text(8), OneOf(&["V"])])),
    named("DSKEYLBL", Text(64)),
    read("DSN", Free),
    read("DSNAME", Free),
    read("DSNTYPE", Free),
    named("EATTR", OneOf(&["NO", "OPT"])),
    read("EXPDT", Free),
    named("FCB", Places(&[Code(4), OneOf(&["ALIGN", "VERIFY"])])),
    named("FILEDATA", OneOf(&["BINARY", "TEXT", "RECORD"])),
    named("FLASH", Places(&[Code(4), Number(0, 255)])),
    read("FREE", OneOf(&["END", "CLOSE"])),
    silent("FREEVOL", OneOf(&["EOV", "END"])),
    named("GDGORDER", OneOf(&["USECATLG", "LIFO", "FIFO"])),
    named("HOLD", YES_NO),
    named("KEYENCD1", OneOf(&["L", "H"])),
    named("KEYENCD2", OneOf(&["L", "H"])),
    named("KEYLABL1", Text(64)),
    named("KEYLABL2", Text(64)),
    named("KEYOFF", Number(0, 32_760)),
    read("LABEL", Free),
    named("LGSTREAM", Text(26)),
    read("LIKE", Free),
    named("MAXGENS", Number(0, 2_000_000_000)),
    read("MGMTCLAS", Code(8)),
    named("MODIFY", Places(&[Code(4), Number(0, 3)])),
    named("OUTLIM", Number(0, 16_777_215)),
    named("OUTPUT", Each(128, &Reference)),
    named("PATH", Text(255)),
    named("PATHDISP", Each(2, &OneOf(&["KEEP", "DELETE"]))),
    named("PATHMODE", Each(14, &PATH_MODES)),
    named("PATHOPTS", Each(10, &PATH_OPTIONS)),
    named("PROTECT", OneOf(&["YES", "Y"])),
    named("QNAME", Text(17)),
    named("RECORG", OneOf(&["KS", "ES", "RR", "LS"])),
    read("REFDD", Reference),
    read("RETPD", Free),
    named("RLS", OneOf(&["NRI", "CR", "CRE"])),
    named("ROACCESS", Places(&[OneOf(&["ALLOW", "DISALLOW"]), OneOf(&["EXTLOCK", "TRKLOCK"])])),
    named("SECMODEL", Places(&[Text(44), OneOf(&["GENERIC"])])),
    named("SEGMENT", Number(1, 99_999)),
    // Separation of channels, obsolete since OS/VS2: the host reads it and does nothing.
    silent("SEP", Each(8, &Name(8))),
    read("SPACE", Free),
    named("SPIN", Places(&[OneOf(&["UNALLOC", "NO"]), Text(8)])),
    read("STORCLAS", Code(8)),
    named("SUBSYS", Each(255, &Text(67))),
    read("SYMBOLS", Free),
    read("SYMLIST", Free),
    read("SYSOUT", Free),
    named("TERM", OneOf(&["TS"])),
    named("UCS", Places(&[Code(4), OneOf(&["FOLD"]), OneOf(&["VERIFY"])])),
    read("UNIT", Free),
    read("VOL", Free),
    read("VOLUME", Free),
];

/// Keywords of which only one may be coded (JCL reference, "Relationship to other parameters").
static EXCLUSIVE: &[(&str, &str)] = &[
    ("SYSOUT", "AMP"),
    ("SYSOUT", "DDNAME"),
    ("SYSOUT", "DISP"),
    ("SYSOUT", "EXPDT"),
    ("SYSOUT", "LABEL"),
    ("SYSOUT", "PATH"),
    ("SYSOUT", "PROTECT"),
    ("SYSOUT", "QNAME"),
    ("SYSOUT", "RETPD"),
    ("SYSOUT", "SUBSYS"),
    ("SYSOUT", "VOL"),
    ("PATH", "DDNAME"),
    ("PATH", "DISP"),
    ("PATH", "DSN"),
    ("PATH", "LABEL"),
    ("PATH", "SPACE"),
    ("PATH", "SUBSYS"),
    ("PATH", "UNIT"),
    ("PATH", "VOL"),
    ("DDNAME", "DISP"),
    ("DDNAME", "DSN"),
    ("DDNAME", "LABEL"),
    ("DDNAME", "SPACE"),
    ("DDNAME", "SUBSYS"),
    ("DDNAME", "UNIT"),
    ("DDNAME", "VOL"),
    ("AMP", "QNAME"),
    ("EXPDT", "RETPD"),
    ("LIKE", "REFDD"),
];

/// DD.
pub(in crate::job::convert) static DD: Table =
    Table { more: super::dcb::RULES, exclusive: EXCLUSIVE, ..Table::of(RULES) };

/// Keywords that may stand beside `*` or DATA.
pub(in crate::job::convert) static WITH_STREAM: &[&str] = &[
    "BLKSIZE", "BUFNO", "CCSID", "DCB", "DLM", "DSID", "DSN", "DSNAME", "FREE", "LIKE", "LRECL", "MODE", "RECFM",
    "REFDD", "SPACE", "SYMBOLS", "SYMLIST", "UNIT", "VOL", "VOLUME",
];

/// LABEL=(sequence,type,password,direction,expiry); EXPDT and RETPD may stand alone.
pub(in crate::job::convert) static LABEL: Shape = Keyed(
    &[("EXPDT", Free), ("RETPD", Free)],
    &[
        Number(0, 65_535),
        OneOf(&["SL", "SUL", "AL", "AUL", "NSL", "NL", "BLP", "LTM"]),
        OneOf(&["PASSWORD", "NOPWREAD"]),
        OneOf(&["IN", "OUT"]),
    ],
);
