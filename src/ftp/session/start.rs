//! Before the first connection: PARM, FTP.DATA, TCPIP.DATA, NETRC, the subcommand stream, and the first lines.

use zeroize::Zeroizing;

use crate::codepage::CodePage;
use crate::dataset::{DataSetName, MemberName};
use crate::message::{ftp as text, own};

use super::super::code::ClientError;
use super::super::config::{FtpData, Remark, RemarkKind, TcpipData, Timers};
use super::super::local::{LocalFile, LocalPrefix, named_in_parm};
use super::super::parm::Parm;
use super::super::script::Script;
use super::super::services::{LocalError, Services};
use super::{Representation, Session};

/// The release that the client says it is (z/OS 2.4).
const RELEASE: &str = "V2R4";
/// Most bytes of a configuration file.
const MAX_CONFIGURATION: usize = 4 * 1024 * 1024;

/// Reads everything there is to read and prints the lines up to the first prompt. An error here comes before
/// the client's environment exists: its code is the step's, whatever EXIT says.
pub(super) fn start<'a>(parm: &str, services: Services<'a>) -> Result<Session<'a>, ClientError> {
    let say = |line: String| services.log.line(&line);
    say(text::EZA1736I.with(&[&format!("FTP {parm}").trim_end()]).to_string());
    let parm = Parm::parse(parm).map_err(|error| {
        say(own::ZJB518E.with(&[&error]).to_string());
        ClientError::Parameter
    })?;
    if parm.translate.is_some() {
        say(own::ZJB517E.with(&[&"TRANSLATE"]).to_string());
        return Err(ClientError::NotFound);
    }
    let prefix = LocalPrefix::of_user(services.world.user());
    let mut data = ftp_data(&parm, &prefix, services)?;
    if let Some(seconds) = parm.timeout {
        data.timers = Timers::all(seconds);
    }
    let script = script(services, data.sequence_numbers)?;
    greet(&parm, services);
    Ok(Session {
        script,
        netrc: configuration(services, &LocalFile::Dd("NETRC".to_owned()))
            .ok()
            .map(|lines| Zeroizing::new(lines.join("\n"))),
        services,
        parm,
        data,
        link: None,
        tls: None,
        private: false,
        host: String::new(),
        connected_before: false,
        prefix,
        representation: Representation::Ascii,
        send_site: true,
        subcommand: 0,
        exits: true,
        reply: 0,
        hide_unknown: false,
        ignored: Vec::new(),
        secrets: Vec::new(),
    })
}

fn greet(parm: &Parm, services: Services<'_>) {
    let say = |line: String| services.log.line(&line);
    say(text::EZYFT26I.plain().to_string());
    say(text::EZYFT32I.plain().to_string());
    say(text::EZA1450I.with(&[&RELEASE]).to_string());
    if let Some(name) = &parm.stack {
        say(text::EZA2807I.with(&[name]).to_string());
    } else {
        let lines = configuration(services, &LocalFile::Dd("SYSTCPD".to_owned())).unwrap_or_default();
        let tcpip = TcpipData::parse(lines.iter().map(String::as_str));
        say(text::EZA1466I.with(&[&tcpip.stack]).to_string());
    }
    if parm.exit.is_some() {
        say(text::EZA1772I.plain().to_string());
    }
    if parm.trace {
        say(own::ZJB517E.with(&[&"TRACE"]).to_string());
    }
    for item in &parm.not_emulated {
        say(own::ZJB517E.with(&[item]).to_string());
    }
}

/// FTP.DATA by the search order of batch jobs: `-f`, SYSFTPD, the user's, the system's.
fn ftp_data(parm: &Parm, prefix: &LocalPrefix, services: Services<'_>) -> Result<FtpData, ClientError> {
    let say = |line: String| services.log.line(&line);
    if let Some(name) = &parm.ftp_data {
        let found = named_in_parm(name, prefix).map_err(|error| error.to_string()).and_then(|file| {
            let lines = configuration(services, &file).map_err(|error| error.to_string())?;
            Ok((file, lines))
        });
        return match found {
            Ok((file, lines)) => Ok(parsed(&shown(&file, services), &lines, services)),
            Err(error) => {
                say(own::ZJB510E.with(&[name, &error]).to_string());
                Err(ClientError::Parameter)
            }
        };
    }
    for file in search_order(services) {
        if let Ok(lines) = configuration(services, &file) {
            return Ok(parsed(&shown(&file, services), &lines, services));
        }
    }
    say(own::ZJB500I.plain().to_string());
    Ok(FtpData::default())
}

fn search_order(services: Services<'_>) -> Vec<LocalFile> {
    let data_set = |name: &str, member: Option<&str>| {
        let member = member.map(MemberName::new).transpose().ok()?;
        Some(LocalFile::DataSet { name: DataSetName::new(name).ok()?, member })
    };
    let user = services.world.user();
    [
        Some(LocalFile::Dd("SYSFTPD".to_owned())),
        data_set(&format!("{user}.FTP.DATA"), None),
        data_set("SYS1.TCPPARMS", Some("FTPDATA")),
        data_set("TCPIP.FTP.DATA", None),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A configuration file as its messages name it.
fn shown(file: &LocalFile, services: Services<'_>) -> String {
    match file {
        LocalFile::Dd(ddname) => match services.files.data_set_of(ddname) {
            Some(name) => format!("dd:{ddname}={name}"),
            None => format!("dd:{ddname}"),
        },
        file @ LocalFile::DataSet { .. } => format!("'{file}'"),
    }
}

fn parsed(file: &str, lines: &[String], services: Services<'_>) -> FtpData {
    let say = |line: String| services.log.line(&line);
    say(text::EZY2640I.with(&[&file]).to_string());
    let (data, remarks) = FtpData::parse(lines.iter().map(String::as_str));
    for Remark { line, what } in remarks {
        match what {
            RemarkKind::Error(column) => say(text::EZYFT46E.with(&[&file, &line, &column]).to_string()),
            RemarkKind::ServerOnly(keyword) if !data.quiet_about_server => {
                say(text::EZYFT47I.with(&[&file, &line, &keyword]).to_string());
            }
            RemarkKind::ServerOnly(_) => {}
            RemarkKind::NoEffect(keyword) => {
                services.user.explain(&format!("{keyword} in line {line} of {file} has no effect in zjob."));
            }
        }
    }
    if data.at_tls {
        services
            .user
            .explain("TLSMECHANISM ATTLS is not emulated: zjob uses KEYRING of FTP.DATA as with TLSMECHANISM FTP.");
    }
    data
}

/// The lines of a configuration file, in the characters of IBM-1047.
fn configuration(services: Services<'_>, file: &LocalFile) -> Result<Vec<String>, LocalError> {
    let failed = |error: crate::dataset::ReadError| LocalError::Failed(error.to_string());
    let mut reader = services.files.open_input(file)?;
    let (mut lines, mut size) = (Vec::new(), 0);
    while let Some(run) = reader.next_run().map_err(failed)? {
        for record in run.records() {
            size += record.len();
            if size > MAX_CONFIGURATION {
                return Err(LocalError::Failed(format!("it has more than {MAX_CONFIGURATION} bytes")));
            }
            lines.push(CodePage::ibm1047().decode(record).trim_end().to_owned());
        }
    }
    Ok(lines)
}

/// INPUT, or SYSIN where that is missing.
fn script(services: Services<'_>, sequenced: bool) -> Result<Script, ClientError> {
    let failed = |ddname: &str, why: &dyn std::fmt::Display, error| {
        services.log.line(&own::ZJB523E.with(&[&ddname, &why]).to_string());
        Err(error)
    };
    for ddname in ["INPUT", "SYSIN"] {
        match services.files.open_input(&LocalFile::Dd(ddname.to_owned())) {
            Ok(mut reader) => {
                return Script::read(reader.as_mut(), sequenced)
                    .or_else(|error| failed(ddname, &error, ClientError::ReadInput));
            }
            Err(LocalError::NotFound) => {}
            Err(error) => return failed(ddname, &error, ClientError::OpenInput),
        }
    }
    failed("INPUT", &LocalError::NotFound, ClientError::Environment)
}
