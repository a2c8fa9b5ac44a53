//! `zjob.toml`: names, code page, volumes, fixtures, and where host names lead.
//!
//! Border: text in, settings out. An unknown key is an error with its line; paths are relative to the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::codepage::{CodePage, host};
use crate::dataset::name::is_simple_name;
use crate::dataset::transfer::HostFormat;
use crate::dataset::{Attributes, DataSetName, Dcb, MemberName, Recfm};
use crate::job::convert::SystemNames;

/// Name of the configuration file.
pub const FILE_NAME: &str = "zjob.toml";

/// Why a configuration was not accepted.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The failure.
        source: std::io::Error,
    },
    /// The file is no TOML, or has an unknown key.
    #[error("{path}: {source}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// A value is not what it should be.
    #[error("{path}: {what}")]
    Value {
        /// The file.
        path: PathBuf,
        /// Which and why.
        what: String,
    },
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    system: SystemTable,
    #[serde(default)]
    job: JobTable,
    #[serde(default)]
    hosts: BTreeMap<String, String>,
    #[serde(default)]
    server: ServerTable,
    #[serde(default)]
    efz: EfzTable,
    #[serde(default)]
    test: TestTable,
    #[serde(default)]
    dataset: Vec<DataSetTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SystemTable {
    user: Option<String>,
    name: Option<String>,
    node: Option<String>,
    codepage: Option<String>,
    timezone: Option<String>,
    sysplex: Option<String>,
    symbols: Option<BTreeMap<String, String>>,
    volumes: Option<BTreeMap<String, u32>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct JobTable {
    step_table: Option<bool>,
    monitor: Option<bool>,
    sms: Option<bool>,
    class: Option<String>,
    message_class: Option<String>,
    procedure_libraries: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ServerTable {
    profile: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct EfzTable {
    integrity: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TestTable {
    #[serde(default)]
    mask: Vec<Mask>,
}

/// A pattern that `zjob test` masks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mask {
    /// What to find.
    pub pattern: String,
    /// What to put in its place.
    pub replace: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DataSetTable {
    name: String,
    file: PathBuf,
    format: Option<String>,
    recfm: Option<String>,
    lrecl: Option<u32>,
    blksize: Option<u32>,
    codepage: Option<String>,
    host_encoding: Option<String>,
}

/// Settings of a system, all defaults filled in.
#[derive(Debug, Clone)]
pub struct Config {
    /// User id.
    pub user: String,
    /// System name.
    pub name: String,
    /// JES2 node.
    pub node: String,
    /// Sysplex.
    pub sysplex: String,
    /// System symbols of the installation: name and value.
    pub symbols: Vec<(String, String)>,
    /// Code page of the system.
    pub code_page: &'static CodePage,
    /// Time zone.
    pub time_zone: jiff::tz::TimeZone,
    /// Volumes with their sizes in cylinders.
    pub volumes: Vec<(String, u32)>,
    /// Step table in JESMSGLG.
    pub step_table: bool,
    /// IEF403I and IEF404I in JESMSGLG.
    pub monitor: bool,
    /// Data sets are managed by SMS.
    pub sms: bool,
    /// Job class when JOB has no CLASS.
    pub class: String,
    /// Message class when JOB has no MSGCLASS.
    pub message_class: String,
    /// Libraries in which procedures and INCLUDE groups are looked for after those of JCLLIB, in order.
    pub procedure_libraries: Vec<String>,
    /// Where host names lead: an address with port, or `live`.
    pub hosts: BTreeMap<String, String>,
    /// Profile of the embedded server.
    pub server_profile: String,
    /// CSDFILEN writes its integrity trailer.
    pub efz_integrity: bool,
    /// Masks of `zjob test`.
    pub masks: Vec<Mask>,
    /// Fixtures.
    pub fixtures: Vec<Fixture>,
}

/// A data set that comes from a host file.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// Data set name.
    pub name: DataSetName,
    /// Member, if one is named.
    pub member: Option<MemberName>,
    /// The host file.
    pub file: PathBuf,
    /// How records lie in it.
    pub format: HostFormat,
    /// Attributes of the data set.
    pub attributes: Attributes,
}

/// Longest value of a system symbol (MVS Initialization and Tuning Reference, IEASYMxx).
const MAX_SYMBOL: usize = 44;
/// Volumes of a system when nobody says otherwise: one 3390-54 and some.
const DEFAULT_VOLUMES: [(&str, u32); 1] = [("ZJOB01", 65_520)];

impl Default for Config {
    fn default() -> Self {
        Self {
            user: "IBMUSER".to_owned(),
            name: "S0W1".to_owned(),
            node: "S0W1".to_owned(),
            sysplex: "LOCAL".to_owned(),
            symbols: Vec::new(),
            code_page: CodePage::ibm1047(),
            time_zone: jiff::tz::TimeZone::UTC,
            volumes: DEFAULT_VOLUMES.map(|(serial, size)| (serial.to_owned(), size)).to_vec(),
            step_table: true,
            monitor: true,
            sms: true,
            class: "A".to_owned(),
            message_class: "A".to_owned(),
            procedure_libraries: vec!["SYS1.PROCLIB".to_owned()],
            hosts: BTreeMap::new(),
            server_profile: "zos-2005".to_owned(),
            efz_integrity: true,
            masks: Vec::new(),
            fixtures: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a configuration file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Io { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text)
            .map_err(|source| ConfigError::Syntax { path: path.to_owned(), source: Box::new(source) })?;
        let base = path.parent().unwrap_or(Path::new(""));
        complete(file, base).map_err(|what| ConfigError::Value { path: path.to_owned(), what })
    }

    /// The names that symbols of the system stand for. It was loaded from its first volume.
    pub fn symbol_names(&self) -> SystemNames<'_> {
        let residence = self.volumes.first().map_or("", |(serial, _)| serial);
        SystemNames { system: &self.name, sysplex: &self.sysplex, residence, own: &self.symbols }
    }

    /// True if `[hosts]` lets a job reach another machine.
    pub fn leads_outside(&self) -> bool {
        let is_here =
            |target: &String| target.parse::<std::net::SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
        !self.hosts.values().all(is_here)
    }

    /// The configuration file nearest to `start`, looking upwards.
    pub fn find(start: &Path) -> Option<PathBuf> {
        start.ancestors().map(|directory| directory.join(FILE_NAME)).find(|path| path.is_file())
    }
}

fn complete(file: File, base: &Path) -> Result<Config, String> {
    let mut config = Config::default();
    if let Some(user) = file.system.user {
        config.user =
            checked(user.to_uppercase(), is_simple_name, "[system] user must be a name of 1 to 8 characters")?;
    }
    if let Some(name) = file.system.name {
        let right = |name: &str| name.len() <= 4 && is_simple_name(name);
        config.name = checked(name, right, "[system] name must have 1 to 4 characters")?;
        config.node.clone_from(&config.name);
    }
    if let Some(node) = file.system.node {
        config.node = checked(node, is_simple_name, "[system] node must be a name of 1 to 8 characters")?;
    }
    if let Some(sysplex) = file.system.sysplex {
        config.sysplex = checked(sysplex, is_simple_name, "[system] sysplex must be a name of 1 to 8 characters")?;
    }
    if let Some(symbols) = file.system.symbols {
        let wrong = symbols.iter().find(|(name, text)| !is_simple_name(name) || text.len() > MAX_SYMBOL);
        if let Some((name, _)) = wrong {
            return Err(format!(
                "[system] symbols: {name:?} must be a name of 1 to 8 characters, its value no longer than {MAX_SYMBOL}"
            ));
        }
        config.symbols = symbols.into_iter().collect();
    }
    if let Some(page) = file.system.codepage {
        config.code_page = code_page(&page)?;
    }
    if let Some(zone) = file.system.timezone {
        config.time_zone = jiff::tz::TimeZone::get(&zone).map_err(|error| format!("[system] timezone: {error}"))?;
    }
    if let Some(volumes) = file.system.volumes {
        let wrong = volumes.iter().find(|(serial, size)| !is_volume_serial(serial) || **size == 0);
        if let Some((serial, _)) = wrong {
            return Err(format!(
                "[system] volumes: {serial:?} must have 1 to 6 letters, digits, $, # or @, and at least 1 cylinder"
            ));
        }
        config.volumes = volumes.into_iter().collect();
    }
    config.step_table = file.job.step_table.unwrap_or(config.step_table);
    config.monitor = file.job.monitor.unwrap_or(config.monitor);
    config.sms = file.job.sms.unwrap_or(config.sms);
    if let Some(class) = file.job.class {
        config.class = checked(class, is_job_class, "[job] class must have 1 to 8 capital letters or digits")?;
    }
    if let Some(class) = file.job.message_class {
        let right = |class: &str| class.len() == 1 && is_job_class(class);
        config.message_class = checked(class, right, "[job] message-class must be one capital letter or digit")?;
    }
    if let Some(libraries) = file.job.procedure_libraries {
        let wrong = libraries.iter().find(|library| DataSetName::new(library).is_err());
        if let Some(library) = wrong {
            return Err(format!("[job] procedure-libraries: {library:?} is no data set name"));
        }
        config.procedure_libraries = libraries;
    }
    config.hosts = file.hosts.into_iter().map(|(name, target)| (name.to_lowercase(), target)).collect();
    config.server_profile = file.server.profile.unwrap_or(config.server_profile);
    config.efz_integrity = file.efz.integrity.unwrap_or(config.efz_integrity);
    config.masks = file.test.mask;
    let page = config.code_page;
    config.fixtures = file.dataset.iter().map(|table| fixture(table, base, page)).collect::<Result<_, _>>()?;
    Ok(config)
}

/// VOLUME=SER as in the JCL reference, without the hyphen that labels may have.
fn is_volume_serial(serial: &str) -> bool {
    let national = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"$#@".contains(&byte);
    (1..=6).contains(&serial.len()) && serial.bytes().all(national)
}

fn is_job_class(class: &str) -> bool {
    (1..=8).contains(&class.len()) && class.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn checked(value: String, right: impl Fn(&str) -> bool, rule: &str) -> Result<String, String> {
    if right(&value) { Ok(value) } else { Err(format!("{rule}, {value:?} is none")) }
}

fn code_page(name: &str) -> Result<&'static CodePage, String> {
    CodePage::named(name).ok_or_else(|| {
        let known: Vec<&str> = CodePage::all().map(CodePage::name).collect();
        format!("code page {name:?} is not known; known are {}", known.join(", "))
    })
}

fn fixture(table: &DataSetTable, base: &Path, page: &'static CodePage) -> Result<Fixture, String> {
    let wrong = |what: String| format!("data set {}: {what}", table.name);
    let (name, member) = parse_name(&table.name).map_err(wrong)?;
    let page = match &table.codepage {
        Some(name) => code_page(name).map_err(wrong)?,
        None => page,
    };
    let label = table.host_encoding.as_deref().unwrap_or("UTF-8");
    let host = host::named(label).ok_or_else(|| wrong(format!("host-encoding {label:?} is not known")))?;
    let format = host_format(table.format.as_deref().unwrap_or("text"), page, host).map_err(wrong)?;
    let recfm = match &table.recfm {
        Some(text) => Some(text.parse::<Recfm>().map_err(|error| wrong(error.to_string()))?),
        None => None,
    };
    let asked = Dcb { recfm, lrecl: table.lrecl, blksize: table.blksize, dsorg: None };
    let attributes = import_attributes(asked, format).map_err(wrong)?;
    Ok(Fixture { name, member, file: base.join(&table.file), format, attributes })
}

/// `A.B.C` or `A.B.C(MEMBER)`, in either case.
pub fn parse_name(text: &str) -> Result<(DataSetName, Option<MemberName>), String> {
    let text = text.to_uppercase();
    let (name, member) = match text.split_once('(') {
        Some((name, rest)) => {
            let member = rest.strip_suffix(')').ok_or_else(|| format!("{text:?} has no closing parenthesis"))?;
            (name, Some(MemberName::new(member).map_err(|error| error.to_string())?))
        }
        None => (text.as_str(), None),
    };
    Ok((DataSetName::new(name).map_err(|error| error.to_string())?, member))
}

/// `text`, `binary` or `rdw`.
pub fn host_format(
    name: &str,
    page: &'static CodePage,
    host: &'static encoding_rs::Encoding,
) -> Result<HostFormat, String> {
    match name {
        "text" => Ok(HostFormat::Text { page, host }),
        "binary" => Ok(HostFormat::Binary),
        "rdw" => Ok(HostFormat::Rdw),
        other => Err(format!("format {other:?} is none of text, binary, rdw")),
    }
}

/// Attributes of records that come from a host file: what was asked for, and what is usual for the rest.
pub fn host_attributes(asked: Dcb, format: HostFormat) -> Attributes {
    let usual = crate::dataset::transfer::default_attributes(format);
    let recfm = asked.recfm.unwrap_or(usual.recfm);
    let usual_lrecl = if recfm.is_undefined() {
        0
    } else if recfm.is_variable() && !usual.recfm.is_variable() {
        255
    } else {
        usual.lrecl
    };
    let mut attributes = Attributes::with_system_block_size(recfm, asked.lrecl.unwrap_or(usual_lrecl));
    if let Some(blksize) = asked.blksize.filter(|&size| size > 0) {
        attributes.blksize = blksize;
    }
    attributes
}

/// The same for a data set on disk, if it can have such attributes.
pub fn import_attributes(asked: Dcb, format: HostFormat) -> Result<Attributes, String> {
    let attributes = host_attributes(asked, format);
    let Attributes { recfm, lrecl, blksize } = attributes;
    let has_room = attributes.longest_record() > 0;
    if has_room && attributes.is_consistent() {
        Ok(attributes)
    } else {
        Err(format!("RECFM={recfm}, LRECL={lrecl}, BLKSIZE={blksize} do not go together"))
    }
}

/// The world that a configuration describes: its user and time zone, real clock and chance.
pub fn world(config: &Config) -> crate::world::Settings {
    crate::world::Settings { time_zone: config.time_zone.clone(), ..crate::world::Settings::real(&config.user) }
}

#[cfg(test)]
mod tests;
