//! The configuration of the client: FTP.DATA, LOCSITE and TCPIP.DATA.
//!
//! Border: what was read. Where the lines come from is `session::start`'s matter.

mod site;
mod statement;
mod tables;
mod tcpip;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::code::CodeStyle;
use super::parm::Mechanism;

pub use site::{LineEnd, LocalSite, SpaceUnit, Taken};
pub use statement::{Remark, RemarkKind};
pub use tables::DataTables;
pub use tcpip::TcpipData;

/// Longest timer that a statement may set, in seconds (a day, the limit of DATAKEEPALIVE).
const MAX_SECONDS: u32 = 86_400;

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
