//! Which keywords a statement has, and which of them are emulated.

use std::collections::HashSet;

use crate::jcl::Operand;
use crate::message::converter::{IEFC630I, IEFC643I, IEFC652I, Where};
use crate::message::own::ZJB011E;

use super::reading::Reading;

/// The keywords of a statement (JCL reference).
pub(super) struct Keywords {
    /// Those that are looked at.
    pub(super) read: &'static [&'static str],
    /// Those that change nothing here: storage, accounting, performance.
    pub(super) harmless: &'static [&'static str],
    /// Those that would change what the job does, and stop it.
    pub(super) not_emulated: &'static [&'static str],
}

/// JOB.
pub(super) static JOB: Keywords = Keywords {
    read: &[
        "ADDRSPC", "CLASS", "COND", "GDGBIAS", "JOBRC", "MSGCLASS", "MSGLEVEL", "PASSWORD", "PRTY", "REGION", "TIME",
        "TYPRUN", "USER",
    ],
    harmless: &["EMAIL", "GROUP", "MEMLIMIT", "NOTIFY", "PERFORM", "REGIONX", "UJOBCORR"],
    not_emulated: &[
        "BYTES", "CARDS", "CCSID", "DSENQSHR", "JESLOG", "LINES", "PAGES", "RD", "RESTART", "SCHENV", "SECLABEL",
        "SYSAFF", "SYSTEM",
    ],
};

/// EXEC PGM=.
pub(super) static EXEC: Keywords = Keywords {
    read: &["ADDRSPC", "COND", "PARM", "PGM", "REGION", "TIME"],
    harmless: &["ACCT", "DYNAMNBR", "MEMLIMIT", "PERFORM", "REGIONX"],
    not_emulated: &["ABDISPCC", "CCSID", "PARMDD", "RD", "RLSTMOUT", "TVSAMCOM", "TVSMSG"],
};

/// DD.
pub(super) static DD: Keywords = Keywords {
    read: &[
        "BLKSIZE", "DCB", "DISP", "DLM", "DSN", "DSNAME", "DSORG", "LRECL", "RECFM", "SPACE", "SYMBOLS", "SYSOUT", "UNIT", "VOL",
        "VOLUME",
    ],
    harmless: &[],
    not_emulated: &[
        "ACCODE", "AMP", "AVGREC", "BFALN", "BFTEK", "BLKSZLIM", "BUFIN", "BUFL", "BUFMAX", "BUFNO", "BUFOFF",
        "BUFOUT", "BUFSIZE", "BURST", "CCSID", "CHARS", "CHKPT", "CNTL", "COPIES", "CPRI", "CYLOFL", "DATACLAS",
        "DDNAME", "DEN", "DEST", "DIAGNS", "DSID", "DSKEYLBL", "DSNTYPE", "EATTR", "EROPT", "EXPDT", "FCB", "FILEDATA",
        "FLASH", "FREE", "FREEVOL", "FUNC", "GDGORDER", "GNCP", "HOLD", "INTVL", "IPLTXID", "KEYENCD1", "KEYENCD2",
        "KEYLABL1", "KEYLABL2", "KEYLEN", "KEYOFF", "LABEL", "LGSTREAM", "LIKE", "LIMCT", "MAXGENS", "MGMTCLAS",
        "MODE", "MODIFY", "NCP", "NTM", "OPTCD", "OUTLIM", "OUTPUT", "PATH", "PATHDISP", "PATHMODE", "PATHOPTS", "PCI",
        "PROTECT", "PRTSP", "QNAME", "RECORG", "REFDD", "RESERVE", "RETPD", "RKP", "RLS", "ROACCESS", "SECMODEL",
        "SEGMENT", "SPIN", "STACK", "STORCLAS", "SUBSYS", "SYMLIST", "TERM", "THRESH", "TRTCH", "UCS",
    ],
};

/// Subparameters of DCB.
pub(super) static DCB: Keywords = Keywords {
    read: &["BLKSIZE", "DSORG", "LRECL", "RECFM"],
    harmless: &["BUFL", "BUFNO", "NCP"],
    not_emulated: &[
        "BFALN", "BFTEK", "BUFIN", "BUFMAX", "BUFOFF", "BUFOUT", "BUFSIZE", "CPRI", "CYLOFL", "DEN", "DIAGNS", "EROPT",
        "FUNC", "GNCP", "INTVL", "IPLTXID", "KEYLEN", "LIMCT", "MODE", "NTM", "OPTCD", "PCI", "PRTSP", "RESERVE",
        "RKP", "STACK", "THRESH", "TRTCH",
    ],
};

/// Two names of one keyword.
const SYNONYMS: &[(&str, &str)] = &[("DSNAME", "DSN"), ("VOLUME", "VOL")];
/// Keywords of DD of which only one may be coded (JCL reference, "Relationship to other parameters").
const EXCLUSIVE: &[(&str, &str)] = &[
    ("SYSOUT", "DISP"),
    ("SYSOUT", "VOL"),
    ("SYSOUT", "LABEL"),
    ("SYSOUT", "DDNAME"),
    ("SYSOUT", "EXPDT"),
    ("SYSOUT", "RETPD"),
    ("SYSOUT", "PATH"),
    ("PATH", "VOL"),
    ("PATH", "UNIT"),
    ("PATH", "SPACE"),
    ("PATH", "DISP"),
    ("PATH", "DSN"),
    ("DDNAME", "DSN"),
    ("DDNAME", "DISP"),
    ("DDNAME", "SPACE"),
    ("DDNAME", "UNIT"),
    ("DDNAME", "VOL"),
    ("EXPDT", "RETPD"),
];

impl Reading<'_> {
    /// Checks that each keyword is known, emulated and coded once.
    pub(super) fn check_keywords(&mut self, operands: &[Operand], keywords: &Keywords, place: Where<'_>) {
        let mut seen = HashSet::with_capacity(operands.len());
        for operand in operands {
            let Some(span) = operand.keyword else { continue };
            let typed = self.of(span);
            self.check_keyword(span.start, typed, keywords, place);
            let name = canonical(typed);
            let other = if seen.insert(name) { excluded(name, &seen) } else { Some(name) };
            if let Some(other) = other {
                self.stop(span.start, IEFC652I.with(&[&typed, &other]));
            }
        }
    }

    fn check_keyword(&mut self, at: u32, keyword: &str, keywords: &Keywords, place: Where<'_>) {
        if keywords.read.contains(&keyword) || keywords.harmless.contains(&keyword) {
            return;
        }
        let row = if keywords.not_emulated.contains(&keyword) { &ZJB011E } else { &IEFC630I };
        self.stop(at, row.with(&[&keyword, &place]));
    }

    /// Positional operands from `first` on that nobody knows.
    pub(super) fn check_no_positional(&mut self, operands: &[Operand], first: usize) {
        let strangers = operands.iter().skip(first);
        for operand in strangers.filter(|operand| operand.keyword.is_none() && !operand.value.is_empty()) {
            self.stop(operand.start(), IEFC643I.with(&[&self.on_statement()]));
        }
    }
}

fn canonical(keyword: &str) -> &str {
    SYNONYMS.iter().find(|(synonym, _)| *synonym == keyword).map_or(keyword, |(_, name)| name)
}

/// The first of the keywords in `seen` that may not stand beside `name`.
fn excluded(name: &str, seen: &HashSet<&str>) -> Option<&'static str> {
    let partner = |&(a, b): &(&'static str, &'static str)| match name {
        _ if name == a => Some(b),
        _ if name == b => Some(a),
        _ => None,
    };
    EXCLUSIVE.iter().filter_map(partner).find(|other| seen.contains(other))
}

#[cfg(test)]
mod tests {
    use super::{DCB, DD, EXEC, JOB};

    #[test]
    fn a_keyword_stands_in_one_list_only() {
        for keywords in [&JOB, &EXEC, &DD, &DCB] {
            let mut all = [keywords.read, keywords.harmless, keywords.not_emulated].concat();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count);
        }
    }
}
