//! FTP.DATA and TCPIP.DATA: what the client is configured to do.
//!
//! Border: text in, settings and remarks out. Keywords, values and defaults are those of "IP Configuration
//! Reference", FTP.DATA statements for the client.

use std::time::Duration;

use crate::codepage::CodePage;
use crate::dataset::attributes::{MAX_BLOCK, system_block_size};
use crate::dataset::{Attributes, Recfm};

use super::code::CodeStyle;
use super::parm::Mechanism;
use super::services::NewFile;

/// Longest timer that a statement may set, in seconds (a day, the limit of DATAKEEPALIVE).
const MAX_SECONDS: u32 = 86_400;
/// Tracks of a 3390 cylinder.
const TRACKS_PER_CYLINDER: u32 = 15;
/// Bytes of a 3390 track, for space that is asked for in blocks.
const TRACK_BYTES: u64 = 56_664;

/// The settings of a run.
#[derive(Debug, Clone)]
pub struct FtpData {
    /// SECURE_MECHANISM.
    pub mechanism: Option<Mechanism>,
    /// SECURE_FTP REQUIRED.
    pub security_required: bool,
    /// SECURE_DATACONN.
    pub data_protection: DataProtection,
    /// SECURE_HOSTNAME OPTIONAL was coded: the host name of the certificate is not looked at.
    pub host_name_optional: bool,
    /// KEYRING.
    pub key_ring: Option<String>,
    /// TLSMECHANISM ATTLS.
    pub at_tls: bool,
    /// TLSPORT: connecting there means TLS from the start.
    pub tls_port: u16,
    /// SECUREIMPLICITZOS: the handshake of implicit TLS follows the greeting.
    pub implicit_after_greeting: bool,
    /// The timers.
    pub timers: Timers,
    /// What LOCSITE can change.
    pub site: LocalSite,
    /// CLIENTERRCODES.
    pub code_style: CodeStyle,
    /// CLIENTEXIT TRUE.
    pub client_exit: bool,
    /// SEQNUMSUPPORT TRUE.
    pub sequence_numbers: bool,
    /// SUPPRESSIGNOREWARNINGS TRUE.
    pub quiet_about_server: bool,
}

/// SECURE_DATACONN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataProtection {
    /// Data go in the clear unless a subcommand asks for protection.
    Clear,
    /// Data go in the clear.
    Never,
    /// Data must be safe.
    Safe,
    /// Data must be private.
    Private,
}

/// The timers, all in seconds in FTP.DATA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timers {
    /// CCONNTIME: closing the control connection.
    pub control_close: Duration,
    /// DATACTTIME: one send or receive on the data connection.
    pub data: Duration,
    /// DCONNTIME: closing the data connection.
    pub data_close: Duration,
    /// INACTTIME: waiting for a reply, or for the server to open the data connection.
    pub reply: Duration,
    /// MYOPENTIME: opening a connection, the server's greeting included.
    pub open: Duration,
    /// TLSTIMEOUT: a handshake.
    pub handshake: Duration,
}

/// The variables that FTP.DATA sets and LOCSITE changes.
#[derive(Debug, Clone)]
pub struct LocalSite {
    /// FWFRIENDLY: PASV instead of PORT.
    pub firewall_friendly: bool,
    /// EPSV4: EPSV on IPv4.
    pub epsv4: bool,
    /// PASSIVEIGNOREADDR.
    pub ignore_passive_address: bool,
    /// TRAILINGBLANKS: blanks at the end of fixed records are sent.
    pub trailing_blanks: bool,
    /// WRAPRECORD.
    pub wrap: bool,
    /// TRUNCATE.
    pub truncate: bool,
    /// RDW: records of variable length are sent with their RDWs.
    pub rdw: bool,
    /// SBSENDEOL.
    pub line_end: LineEnd,
    /// RECFM of new data sets.
    pub recfm: Recfm,
    /// LRECL of new data sets.
    pub lrecl: u32,
    /// BLOCKSIZE of new data sets.
    pub blksize: u32,
    /// PRIMARY.
    pub primary: u32,
    /// SECONDARY.
    pub secondary: u32,
    /// SPACETYPE.
    pub space_unit: SpaceUnit,
    /// DIRECTORY.
    pub directory: u32,
    /// SBDATACONN: code page of files, and code page of the network.
    pub tables: DataTables,
}

/// SBSENDEOL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// X'0D0A'
    CrLf,
    /// X'0D'
    Cr,
    /// X'0A'
    Lf,
    /// Nothing.
    None,
}

impl LineEnd {
    /// The bytes on the wire.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::Lf => b"\n",
            Self::None => b"",
        }
    }
}

/// SPACETYPE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceUnit {
    /// TRACK
    Track,
    /// CYLINDER
    Cylinder,
    /// BLOCK
    Block,
}

/// Translation of text data.
#[derive(Debug, Clone)]
pub struct DataTables {
    /// From files to the network.
    pub outgoing: [u8; 256],
    /// From the network to files.
    pub incoming: [u8; 256],
}

impl Default for DataTables {
    /// IBM-1047 and ISO8859-1, as EZYFT26I and EZYFT32I say.
    fn default() -> Self {
        let page = CodePage::ibm1047();
        Self { outgoing: page.to_latin1(), incoming: page.from_latin1() }
    }
}

impl DataTables {
    /// The tables of `(file page,network page)`; `None` if one of the pages is not known.
    fn named(value: &str) -> Option<Self> {
        let (file, network) = value.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
        let file = CodePage::named(file.trim())?;
        let network = network.trim().to_ascii_uppercase();
        if matches!(network.as_str(), "ISO8859-1" | "ISO-8859-1" | "IBM-819") {
            return Some(Self { outgoing: file.to_latin1(), incoming: file.from_latin1() });
        }
        let network = CodePage::named(&network)?;
        Some(Self { outgoing: between(file, network), incoming: between(network, file) })
    }
}

fn between(from: &CodePage, to: &CodePage) -> [u8; 256] {
    let mut table = [crate::codepage::EBCDIC_SUBSTITUTE; 256];
    for (byte, slot) in (0..=u8::MAX).zip(&mut table) {
        *slot = to.byte(from.character(byte)).unwrap_or(*slot);
    }
    table
}

impl Default for FtpData {
    fn default() -> Self {
        Self {
            mechanism: None,
            security_required: false,
            data_protection: DataProtection::Clear,
            host_name_optional: false,
            key_ring: None,
            at_tls: false,
            tls_port: 990,
            implicit_after_greeting: true,
            timers: Timers::default(),
            site: LocalSite::default(),
            code_style: CodeStyle::Standard,
            client_exit: false,
            sequence_numbers: false,
            quiet_about_server: false,
        }
    }
}

impl Default for Timers {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            control_close: seconds(30),
            data: seconds(120),
            data_close: seconds(120),
            reply: seconds(120),
            open: seconds(60),
            handshake: seconds(100),
        }
    }
}

impl Timers {
    /// `(TIMEOUT n`: one value for all of them.
    pub fn all(seconds: u32) -> Self {
        let time = Duration::from_secs(u64::from(seconds.clamp(1, MAX_SECONDS)));
        Self { control_close: time, data: time, data_close: time, reply: time, open: time, handshake: time }
    }
}

impl Default for LocalSite {
    fn default() -> Self {
        Self {
            firewall_friendly: false,
            epsv4: false,
            ignore_passive_address: false,
            trailing_blanks: false,
            wrap: false,
            truncate: true,
            rdw: false,
            line_end: LineEnd::CrLf,
            recfm: Recfm::VB,
            lrecl: 256,
            blksize: 6233,
            primary: 1,
            secondary: 1,
            space_unit: SpaceUnit::Track,
            directory: 27,
            tables: DataTables::default(),
        }
    }
}

impl LocalSite {
    /// What a data set made by GET looks like. A block size that does not go with the record length gives way
    /// to the one that the system determines.
    pub fn new_file(&self, is_library: bool) -> NewFile {
        NewFile {
            attributes: self.attributes(),
            primary_tracks: self.tracks(self.primary),
            secondary_tracks: self.tracks(self.secondary),
            directory_blocks: if is_library { self.directory } else { 0 },
        }
    }

    fn attributes(&self) -> Attributes {
        let (recfm, lrecl, blksize) = (self.recfm, self.lrecl, self.blksize);
        let fits = if recfm.is_fixed() {
            lrecl > 0 && blksize >= lrecl && blksize.is_multiple_of(lrecl) && (recfm.is_blocked() || blksize == lrecl)
        } else if recfm.is_variable() {
            blksize >= lrecl.saturating_add(4)
        } else {
            blksize > 0
        };
        let blksize = if fits { blksize } else { system_block_size(recfm, lrecl) };
        Attributes { recfm, lrecl: if recfm.is_undefined() { 0 } else { lrecl }, blksize }
    }

    fn tracks(&self, quantity: u32) -> u32 {
        match self.space_unit {
            SpaceUnit::Track => quantity,
            SpaceUnit::Cylinder => quantity.saturating_mul(TRACKS_PER_CYLINDER),
            SpaceUnit::Block => {
                let bytes = u64::from(quantity) * u64::from(self.blksize);
                u32::try_from(bytes.div_ceil(TRACK_BYTES)).unwrap_or(u32::MAX)
            }
        }
    }

    /// Takes one operand of LOCSITE, such as `RDW`, `NORDW`, `LRECL=80` or `FWFRIENDLY`.
    pub fn take(&mut self, operand: &str) -> Taken {
        let upper = operand.to_ascii_uppercase();
        let (key, value) = upper.split_once('=').unwrap_or((&upper, ""));
        let (key, on) = match key.strip_prefix("NO") {
            Some(rest) if self.switch(rest).is_some() => (rest, false),
            _ => (key, true),
        };
        if let (Some(switch), "") = (self.switch(key), value) {
            *switch = on;
            return Taken::Yes;
        }
        self.set(key, value)
    }

    fn switch(&mut self, key: &str) -> Option<&mut bool> {
        Some(match key {
            "FWFRIENDLY" => &mut self.firewall_friendly,
            "EPSV4" => &mut self.epsv4,
            "PASSIVEIGNOREADDR" => &mut self.ignore_passive_address,
            "TRAILINGBLANKS" => &mut self.trailing_blanks,
            "WRAPRECORD" | "WRAP" => &mut self.wrap,
            "TRUNCATE" => &mut self.truncate,
            "RDW" => &mut self.rdw,
            _ => return None,
        })
    }

    fn set(&mut self, key: &str, value: &str) -> Taken {
        let number = |limit: u32| value.parse::<u32>().ok().filter(|&n| n <= limit);
        match key {
            "RECFM" => put(&mut self.recfm, value.parse().ok()),
            "LRECL" => put(&mut self.lrecl, number(MAX_BLOCK)),
            "BLKSIZE" | "BLOCKSIZE" | "BLOCKSI" => put(&mut self.blksize, number(MAX_BLOCK)),
            "PRIMARY" | "PRI" => put(&mut self.primary, number(16_777_215)),
            "SECONDARY" | "SEC" => put(&mut self.secondary, number(16_777_215)),
            "DIRECTORY" | "DIR" => put(&mut self.directory, number(16_777_215)),
            "TRACKS" | "TR" | "TRACK" => put(&mut self.space_unit, Some(SpaceUnit::Track)),
            "CYLINDERS" | "CYL" | "CYLINDER" => put(&mut self.space_unit, Some(SpaceUnit::Cylinder)),
            "BLOCKS" | "BLOCK" => put(&mut self.space_unit, Some(SpaceUnit::Block)),
            "SBSENDEOL" => put(&mut self.line_end, line_end(value)),
            "SBDATACONN" => DataTables::named(value).map_or(Taken::NotEmulated, |t| put(&mut self.tables, Some(t))),
            _ => Taken::NotEmulated,
        }
    }
}

/// What became of a statement or operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in force.
    Yes,
    /// Its value is wrong.
    Wrong,
    /// It has no effect here.
    NotEmulated,
}

fn put<T>(slot: &mut T, value: Option<T>) -> Taken {
    match value {
        Some(value) => {
            *slot = value;
            Taken::Yes
        }
        None => Taken::Wrong,
    }
}

fn line_end(value: &str) -> Option<LineEnd> {
    match value {
        "CRLF" => Some(LineEnd::CrLf),
        "CR" => Some(LineEnd::Cr),
        "LF" => Some(LineEnd::Lf),
        "NONE" => Some(LineEnd::None),
        _ => None,
    }
}

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

/// What TCPIP.DATA tells the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcpipData {
    /// TCPIPJOBNAME or TCPIPUSERID: the name of the stack.
    pub stack: String,
}

impl Default for TcpipData {
    fn default() -> Self {
        Self { stack: "TCPIP".to_owned() }
    }
}

impl TcpipData {
    /// Reads the lines of a TCPIP.DATA: `[system:] keyword value`, comments behind `;` or `#`.
    pub fn parse<'t>(lines: impl IntoIterator<Item = &'t str>) -> Self {
        let mut data = Self::default();
        for line in lines {
            let text = line.split([';', '#']).next().unwrap_or_default();
            let mut words = text.split_whitespace().skip_while(|word| word.ends_with(':'));
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            if let ("TCPIPJOBNAME" | "TCPIPUSERID", Some(name)) = (keyword.as_str(), words.next()) {
                data.stack = name.to_ascii_uppercase();
            }
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::codepage::CodePage;
    use crate::dataset::{Attributes, Recfm};

    use super::{DataProtection, FtpData, LineEnd, LocalSite, Mechanism, Remark, RemarkKind, Taken, TcpipData};

    fn parse(text: &str) -> (FtpData, Vec<Remark>) {
        FtpData::parse(text.lines())
    }

    #[test]
    fn the_statements_that_smpe_asks_for_are_taken() {
        let (data, remarks) = parse(
            "; comment\nSECURE_FTP ALLOWED ; not required\nSECURE_MECHANISM TLS\nTLSMECHANISM FTP\n\
             SECURE_DATACONN PRIVATE\nKEYRING SECURE.FTP.KEYRING\nEPSV4 TRUE\n",
        );
        assert_eq!(remarks, []);
        assert_eq!((data.mechanism, data.security_required), (Some(Mechanism::Tls), false));
        assert_eq!(data.data_protection, DataProtection::Private);
        assert_eq!(data.key_ring.as_deref(), Some("SECURE.FTP.KEYRING"));
        assert!(data.site.epsv4 && !data.site.firewall_friendly);
    }

    #[test]
    fn defaults_are_those_of_the_configuration_reference() {
        let (data, _) = parse("");
        let seconds =
            [data.timers.control_close, data.timers.data, data.timers.data_close, data.timers.reply, data.timers.open];
        assert_eq!(seconds.map(|time| time.as_secs()), [30, 120, 120, 120, 60]);
        assert_eq!((data.site.recfm, data.site.lrecl, data.site.blksize), (Recfm::VB, 256, 6233));
        assert_eq!((data.site.primary, data.site.secondary, data.site.directory), (1, 1, 27));
        assert!(!data.site.rdw && !data.site.trailing_blanks && data.site.truncate && !data.site.wrap);
    }

    #[test]
    fn wrong_and_foreign_statements_are_remarked_by_line() {
        let (_, remarks) = parse("BANNER /etc/banner\nMYOPENTIME soon\n  FWFREINDLY TRUE\nCHKPTINT 0\n");
        let kinds: Vec<_> = remarks.into_iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!(
            kinds,
            [
                (1, RemarkKind::ServerOnly("BANNER".into())),
                (2, RemarkKind::Error(12)),
                (3, RemarkKind::Error(3)),
                (4, RemarkKind::NoEffect("CHKPTINT".into())),
            ]
        );
    }

    #[test]
    fn timers_are_seconds() {
        let (data, _) = parse("DATACTTIME 300\ninacttime 0");
        assert_eq!((data.timers.data, data.timers.reply), (Duration::from_secs(300), Duration::from_secs(120)));
    }

    #[test]
    fn locsite_sets_what_get_needs_for_a_tersed_file() {
        let mut site = LocalSite::default();
        for operand in ["RECFM=FB", "lrecl=1024", "BLKSIZE=27648", "CYL", "PRI=5", "FWFRIENDLY", "NOTRUNCATE", "rdw"] {
            assert_eq!(site.take(operand), Taken::Yes, "{operand}");
        }
        let new = site.new_file(false);
        assert_eq!(new.attributes, Attributes { recfm: Recfm::FB, lrecl: 1024, blksize: 27_648 });
        assert_eq!((new.primary_tracks, new.directory_blocks), (75, 0));
        assert!(site.firewall_friendly && !site.truncate && site.rdw);
        assert_eq!(site.take("LRECL=X"), Taken::Wrong);
        assert_eq!(site.take("UNIT=SYSDA"), Taken::NotEmulated);
    }

    #[test]
    fn a_block_size_that_does_not_fit_gives_way() {
        let mut site = LocalSite::default();
        site.take("RECFM=FB");
        site.take("LRECL=80");
        assert_eq!(site.new_file(false).attributes.blksize, 27_920);
    }

    #[test]
    fn sbdataconn_names_the_pages_of_text_data() {
        let (data, remarks) = parse("SBDATACONN (IBM-273, ISO8859-1)\nSBSENDEOL LF");
        assert_eq!(remarks, []);
        assert_eq!(data.site.tables.outgoing[0x7C], 0xA7);
        assert_eq!(data.site.tables.incoming[0x40], CodePage::named("273").and_then(|p| p.byte('@')).unwrap_or(0));
        assert_eq!(data.site.line_end, LineEnd::Lf);
        let (_, remarks) = parse("SBDATACONN (IBM-273,UTF-16)");
        assert_eq!(remarks.len(), 1);
    }

    #[test]
    fn tcpip_data_names_the_stack() {
        assert_eq!(TcpipData::parse(["; x", "S0W1: TCPIPJOBNAME TCPIPA", "HOSTNAME S0W1"]).stack, "TCPIPA");
        assert_eq!(TcpipData::parse([""]).stack, "TCPIP");
    }
}
