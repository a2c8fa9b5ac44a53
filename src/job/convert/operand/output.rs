//! Keywords of OUTPUT, and of XMIT.

use super::Shape::{Code, Each, Free, Number, OneOf, Places, Text};
use super::{Rule, Shape, Table, named, read, silent};

const YES_NO: Shape = OneOf(&["YES", "Y", "NO", "N"]);
const LINE: Shape = Text(60);
const DISPOSITION: Shape = OneOf(&["WRITE", "HOLD", "KEEP", "LEAVE", "PURGE"]);
const LONGEST_PATH: usize = 255;
/// A length such as `12.5IN`, whose number and unit a printer reads.
const LENGTH: Shape = Text(14);

static RULES: &[Rule] = &[
    silent("ADDRESS", Each(4, &LINE)),
    silent("AFPPARMS", Text(54)),
    silent("AFPSTATS", YES_NO),
    silent("BUILDING", LINE),
    silent("BURST", YES_NO),
    silent("CHARS", Each(4, &Code(4))),
    silent("CKPTLINE", Number(0, 32_767)),
    silent("CKPTPAGE", Number(0, 32_767)),
    silent("CKPTSEC", Number(0, 32_767)),
    silent("CLASS", Text(1)),
    silent("COLORMAP", Code(8)),
    silent("COMPACT", Code(8)),
    silent("COMSETUP", Code(8)),
    silent("CONTROL", OneOf(&["PROGRAM", "SINGLE", "DOUBLE", "TRIPLE"])),
    silent("COPIES", Places(&[Number(0, 255), Each(8, &Number(1, 255))])),
    silent("COPYCNT", Number(0, 2_147_483_647)),
    silent("DATACK", OneOf(&["BLOCK", "UNBLOCK", "BLKCHAR", "BLKPOS"])),
    silent("DDNAME", Text(26)),
    silent("DEFAULT", YES_NO),
    silent("DEPT", LINE),
    silent("DEST", Each(2, &Text(127))),
    silent("DPAGELBL", YES_NO),
    silent("DUPLEX", OneOf(&["NO", "N", "NORMAL", "TUMBLE"])),
    silent("FCB", Code(4)),
    silent("FLASH", Places(&[Code(4), Number(0, 255)])),
    silent("FONTLIB", Each(8, &Text(44))),
    silent("FORMDEF", Code(6)),
    silent("FORMLEN", LENGTH),
    silent("FORMS", Code(8)),
    silent("FSSDATA", Text(127)),
    silent("GROUPID", Code(8)),
    silent("INDEX", Number(1, 31)),
    silent("INTRAY", Number(1, 255)),
    silent("JESDS", OneOf(&["ALL", "JCL", "LOG", "MSG"])),
    silent("LINDEX", Number(1, 31)),
    silent("LINECT", Number(0, 255)),
    silent("MAILBCC", Each(32, &LINE)),
    silent("MAILCC", Each(32, &LINE)),
    silent("MAILFILE", LINE),
    silent("MAILFROM", LINE),
    silent("MAILTO", Each(32, &LINE)),
    silent("MERGE", YES_NO),
    silent("MODIFY", Places(&[Code(4), Number(0, 3)])),
    silent("NAME", LINE),
    silent("NOTIFY", Each(4, &Text(17))),
    silent("OFFSETXB", LENGTH),
    silent("OFFSETXF", LENGTH),
    silent("OFFSETYB", LENGTH),
    silent("OFFSETYF", LENGTH),
    silent("OUTBIN", Number(1, 65_535)),
    silent("OUTDISP", Each(2, &DISPOSITION)),
    silent("OVERLAYB", Code(8)),
    silent("OVERLAYF", Code(8)),
    silent("OVFL", OneOf(&["ON", "OFF"])),
    silent("PAGEDEF", Code(6)),
    silent("PAGELIB", Each(8, &Text(44))),
    silent("PIMSG", Places(&[YES_NO, Number(0, 999)])),
    silent("PORTNO", Number(1, 65_535)),
    silent("PRMODE", Code(8)),
    silent("PRTATTRS", Text(127)),
    silent("PRTERROR", OneOf(&["QUIT", "HOLD", "DEFAULT"])),
    silent("PRTOPTNS", Text(16)),
    silent("PRTQUEUE", Text(127)),
    silent("PRTY", Number(0, 255)),
    silent("REPLYTO", LINE),
    silent("RESFMT", OneOf(&["P240", "P300"])),
    silent("RETAINF", Text(10)),
    silent("RETAINS", Text(10)),
    silent("RETRYL", Number(0, 32_767)),
    silent("RETRYT", Text(10)),
    silent("ROOM", LINE),
    silent("SYSAREA", YES_NO),
    silent("THRESHLD", Number(1, 99_999_999)),
    silent("TITLE", LINE),
    silent("TRC", YES_NO),
    silent("UCS", Code(4)),
    silent("USERDATA", Each(16, &LINE)),
    silent("USERLIB", Each(8, &Text(44))),
    silent("USERPATH", Each(8, &Text(LONGEST_PATH))),
    silent("WRITER", Code(8)),
];

/// OUTPUT: what it says is about printers, of which there are none; the statement itself is named.
pub(in crate::job::convert) static OUTPUT: Table =
    Table { exclusive: &[("INDEX", "DDNAME"), ("DDNAME", "JESDS")], ..Table::of(RULES) };

/// XMIT, whose data goes to another node.
pub(in crate::job::convert) static XMIT: Table =
    Table::of(&[named("DEST", Text(17)), read("DLM", Free), named("SUBCHARS", Text(2))]);
