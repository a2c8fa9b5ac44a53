//! Statements of FTP.DATA: which there are, and what each sets.
//!
//! Border: reads lines; what is wrong with one comes back as a remark, and nothing is printed. Keywords, values
//! and defaults are those of "IP Configuration Reference", FTP.DATA statements for the client.

use std::time::Duration;

use super::super::code::CodeStyle;
use super::super::parm::Mechanism;
use super::site::put;
use super::{DataProtection, FtpData, MAX_SECONDS, SpaceUnit, Taken};

/// A remark on a statement of FTP.DATA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its line, from 1.
    pub line: usize,
    /// What is to be said.
    pub what: RemarkKind,
}

/// Kinds of remarks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemarkKind {
    /// Unknown keyword or wrong value; the column from 1.
    Error(usize),
    /// Known to the server only.
    ServerOnly(String),
    /// Known to the client of the host, without effect here.
    NoEffect(String),
}

/// Statements of the client that change nothing here: what they do, zjob does not emulate, or does anyway.
const WITHOUT_EFFECT: &[&str] = &[
    "ASATRANS",
    "AUTOMOUNT",
    "AUTORECALL",
    "AUTOTAPEMOUNT",
    "BUFNO",
    "CCTRANS",
    "CHKCONFIDENCE",
    "CHKPTINT",
    "CHKPTPREFIX",
    "CIPHERSUITE",
    "CONDDISP",
    "CTRLCONN",
    "DATACLASS",
    "DATAKEEPALIVE",
    "DB2",
    "DB2PLAN",
    "DBSUB",
    "DCBDSN",
    "DEBUG",
    "DSNTYPE",
    "DSWAITTIME",
    "DUMP",
    "EATTR",
    "ENCODING",
    "EXTENSIONS",
    "FIFOIOTIME",
    "FIFOOPENTIME",
    "FILETYPE",
    "FTPKEEPALIVE",
    "ISPFSTATS",
    "LISTSUBDIR",
    "LOGCLIENTERR",
    "MBDATACONN",
    "MBREQUIRELASTEOL",
    "MBSENDEOL",
    "MGMTCLASS",
    "MIGRATEVOL",
    "NETRCLEVEL",
    "PDSTYPE",
    "PROGRESS",
    "QUOTESOVERRIDE",
    "RDWTYPE",
    "REMOVEINBEOF",
    "RESTGET",
    "RETPD",
    "SBSUB",
    "SBSUBCHAR",
    "SECURE_CTRLCONN",
    "SECURE_PBSZ",
    "SOCKSCONFIGFILE",
    "SPREAD",
    "SQLCOL",
    "SSLV3",
    "STORCLASS",
    "TAPEREADSTREAM",
    "TLSRFCLEVEL",
    "TRACE",
    "UCOUNT",
    "UCSHOSTCS",
    "UCSSUB",
    "UCSTRUNC",
    "UMASK",
    "UNICODEFILESYSTEMBOM",
    "UNITNAME",
    "UNIXFILETYPE",
    "VCOUNT",
    "VOLUME",
    "XLATE",
];

/// Statements that only the server knows.
const OF_THE_SERVER: &[&str] = &[
    "ACCESSERRORMSGS",
    "ADMINEMAILADDRESS",
    "ANONYMOUS",
    "ANONYMOUSFILEACCESS",
    "ANONYMOUSFILETYPEJES",
    "ANONYMOUSFILETYPESEQ",
    "ANONYMOUSFILETYPESQL",
    "ANONYMOUSFTPLOGGING",
    "ANONYMOUSHFSDIRMODE",
    "ANONYMOUSHFSFILEMODE",
    "ANONYMOUSHFSINFO",
    "ANONYMOUSLEVEL",
    "ANONYMOUSLOGINMSG",
    "ANONYMOUSMVSINFO",
    "APPLNAME",
    "BANNER",
    "DATATIMEOUT",
    "DEBUGONSITE",
    "DEST",
    "DUMPONSITE",
    "EMAILADDRCHECK",
    "FTPLOGGING",
    "HFSINFO",
    "INACTIVE",
    "JESENTRYLIMIT",
    "JESGETBYDSN",
    "JESINTERFACELEVEL",
    "JESLRECL",
    "JESPUTGETTO",
    "JESRECFM",
    "LISTLEVEL",
    "LOGINMSG",
    "MVSINFO",
    "MVSURLKEY",
    "PASSIVEDATACONN",
    "PASSIVEDATAPORTS",
    "PASSPHRASE",
    "PORTCOMMAND",
    "PORTCOMMANDIPADDR",
    "PORTCOMMANDPORT",
    "PORTOFENTRY4",
    "REPLYSECURITYLEVEL",
    "SECURE_LOGIN",
    "SECURE_PASSWORD",
    "SECURE_PASSWORD_KERBEROS",
    "SMF",
    "SMFAPPE",
    "SMFDEL",
    "SMFEXIT",
    "SMFJES",
    "SMFLOGN",
    "SMFREN",
    "SMFRETR",
    "SMFSQL",
    "SMFSTOR",
    "STARTDIRECTORY",
    "TLSCERTCROSSCHECK",
    "VERIFYUSER",
    "WLMCLUSTERNAME",
];

impl FtpData {
    /// Reads the lines of an FTP.DATA.
    pub fn parse<'t>(lines: impl IntoIterator<Item = &'t str>) -> (Self, Vec<Remark>) {
        let (mut data, mut remarks) = (Self::default(), Vec::new());
        for (line, text) in (1..).zip(lines) {
            if let Some(what) = data.statement(text) {
                remarks.push(Remark { line, what });
            }
        }
        (data, remarks)
    }

    fn statement(&mut self, text: &str) -> Option<RemarkKind> {
        let text = text.split(';').next().unwrap_or_default();
        let keyword = text.split_whitespace().next()?;
        let rest = text.trim_start().get(keyword.len()..).unwrap_or_default();
        let value = if rest.trim_start().starts_with('(') {
            rest.trim()
        } else {
            rest.split_whitespace().next().unwrap_or_default()
        };
        let upper = keyword.to_ascii_uppercase();
        match self.take(&upper, value) {
            Some(Taken::Yes) => None,
            Some(Taken::Wrong) => Some(RemarkKind::Error(column_of(text, value))),
            Some(Taken::NotEmulated) => Some(RemarkKind::NoEffect(upper)),
            None if OF_THE_SERVER.contains(&upper.as_str()) => Some(RemarkKind::ServerOnly(upper)),
            None if WITHOUT_EFFECT.contains(&upper.as_str()) => Some(RemarkKind::NoEffect(upper)),
            None => Some(RemarkKind::Error(column_of(text, keyword))),
        }
    }

    /// `None` if the client has no such statement with an effect.
    fn take(&mut self, keyword: &str, value: &str) -> Option<Taken> {
        let upper = value.to_ascii_uppercase();
        self.take_security(keyword, value, &upper)
            .or_else(|| self.take_timer(keyword, &upper))
            .or_else(|| self.take_habit(keyword, &upper))
            .or_else(|| self.take_site(keyword, &upper))
    }

    fn take_security(&mut self, keyword: &str, value: &str, upper: &str) -> Option<Taken> {
        Some(match keyword {
            "SECURE_MECHANISM" => put(&mut self.mechanism, mechanism(upper).map(Some)),
            "SECURE_FTP" => put(&mut self.security_required, choice(upper, &["ALLOWED"], &["REQUIRED", "PRIVATE"])),
            "SECURE_DATACONN" => put(&mut self.data_protection, data_protection(upper)),
            "SECURE_HOSTNAME" => put(&mut self.host_name_optional, choice(upper, &["REQUIRED"], &["OPTIONAL"])),
            "KEYRING" => put(&mut self.key_ring, Some(value).filter(|v| !v.is_empty()).map(|v| Some(v.to_owned()))),
            "TLSMECHANISM" => put(&mut self.at_tls, choice(upper, &["FTP"], &["ATTLS"])),
            "TLSPORT" => put(&mut self.tls_port, upper.parse().ok()),
            "SECUREIMPLICITZOS" => put(&mut self.implicit_after_greeting, truth(upper)),
            _ => return None,
        })
    }

    fn take_timer(&mut self, keyword: &str, value: &str) -> Option<Taken> {
        let timer = match keyword {
            "CCONNTIME" => &mut self.timers.control_close,
            "DATACTTIME" => &mut self.timers.data,
            "DCONNTIME" => &mut self.timers.data_close,
            "INACTTIME" => &mut self.timers.reply,
            "MYOPENTIME" => &mut self.timers.open,
            "TLSTIMEOUT" => &mut self.timers.handshake,
            _ => return None,
        };
        let seconds = value.parse().ok().filter(|n| (1..=MAX_SECONDS).contains(n));
        Some(put(timer, seconds.map(|n| Duration::from_secs(n.into()))))
    }

    fn take_habit(&mut self, keyword: &str, value: &str) -> Option<Taken> {
        Some(match keyword {
            "CLIENTERRCODES" => put(&mut self.code_style, code_style(value)),
            "CLIENTEXIT" => put(&mut self.client_exit, truth(value)),
            "SEQNUMSUPPORT" => put(&mut self.sequence_numbers, truth(value)),
            "SUPPRESSIGNOREWARNINGS" => put(&mut self.quiet_about_server, truth(value)),
            _ => return None,
        })
    }

    fn take_site(&mut self, keyword: &str, value: &str) -> Option<Taken> {
        if let Some(switch) = self.site.switch(keyword) {
            return Some(put(switch, truth(value)));
        }
        Some(match keyword {
            "SPACETYPE" => put(&mut self.site.space_unit, space_unit(value)),
            "RECFM" | "LRECL" | "BLOCKSIZE" | "BLKSIZE" | "PRIMARY" | "SECONDARY" | "DIRECTORY" | "SBSENDEOL"
            | "SBDATACONN" => self.site.set(keyword, value),
            _ => return None,
        })
    }
}

fn column_of(text: &str, part: &str) -> usize {
    text.find(part).map_or(1, |at| at + 1)
}

fn truth(value: &str) -> Option<bool> {
    choice(value, &["FALSE"], &["TRUE"])
}

fn choice(value: &str, no: &[&str], yes: &[&str]) -> Option<bool> {
    (no.contains(&value) || yes.contains(&value)).then(|| yes.contains(&value))
}

fn mechanism(value: &str) -> Option<Mechanism> {
    match value {
        "TLS" => Some(Mechanism::Tls),
        "GSSAPI" => Some(Mechanism::Gssapi),
        _ => None,
    }
}

fn data_protection(value: &str) -> Option<DataProtection> {
    match value {
        "CLEAR" => Some(DataProtection::Clear),
        "NEVER" => Some(DataProtection::Never),
        "SAFE" => Some(DataProtection::Safe),
        "PRIVATE" => Some(DataProtection::Private),
        _ => None,
    }
}

fn code_style(value: &str) -> Option<CodeStyle> {
    match value {
        "FALSE" => Some(CodeStyle::Standard),
        "TRUE" => Some(CodeStyle::ClientError),
        "EXTENDED" => Some(CodeStyle::Extended),
        _ => None,
    }
}

fn space_unit(value: &str) -> Option<SpaceUnit> {
    match value {
        "TRACK" => Some(SpaceUnit::Track),
        "CYLINDER" => Some(SpaceUnit::Cylinder),
        "BLOCK" => Some(SpaceUnit::Block),
        _ => None,
    }
}
