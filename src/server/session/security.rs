//! AUTH, PBSZ and PROT (RFC 4217, the z/OS server at its DRAFT level).

use std::io;

use super::{Next, Session};
use crate::server::config::{Event, Fault};
use crate::server::personality::Reply;

/// How far the protection has been negotiated. It only ever grows within a session, but for PROT C.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Security {
    /// No AUTH yet.
    #[default]
    Clear,
    /// The control connection is under TLS.
    Negotiated(Level),
    /// PBSZ was given as well: PROT is possible.
    Buffered(Level),
}

/// Protection of data connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Clear,
    Private,
}

impl Security {
    /// The protection of the next data connection.
    pub(super) fn data(self) -> Level {
        match self {
            Self::Clear => Level::Clear,
            Self::Negotiated(level) | Self::Buffered(level) => level,
        }
    }
}

/// What AUTH TLS and its relatives mean for data connections: the old names imply protection (draft of
/// RFC 4217, section 3).
fn mechanism(name: &str) -> Option<Level> {
    match name.to_ascii_uppercase().as_str() {
        "TLS" | "TLS-C" => Some(Level::Clear),
        "SSL" | "TLS-P" => Some(Level::Private),
        _ => None,
    }
}

impl Session {
    /// AUTH: answers, then goes over to TLS. Whatever was sent in clear behind it ends the session, for
    /// somebody else may have put it there.
    pub(super) async fn authenticate(&mut self, operand: &str) -> io::Result<Next> {
        let tls = match self.mechanism(operand) {
            Ok(level) => level,
            Err(refusal) => return self.say(refusal).await,
        };
        if self.control.has_more() {
            return Ok(Next::End);
        }
        let (level, acceptor) = tls;
        self.say(self.says().auth_ok.plain()).await?;
        self.control.secure(&acceptor, self.server.config.limits.handshake).await?;
        self.security = Security::Negotiated(level);
        self.server.config.observer.note(Event::Secured(self.control.peer()));
        Ok(Next::Command)
    }

    fn mechanism(&self, operand: &str) -> Result<(Level, tokio_rustls::TlsAcceptor), Reply> {
        let says = self.says();
        if let Some(code) = self.server.config.faults.iter().find_map(refused_auth) {
            return Err(says.auth_refused.with(&[("code", &code)]));
        }
        let Some(tls) = &self.server.tls else {
            return Err(says.auth_refused.with(&[("code", &534)]));
        };
        if self.security != Security::Clear || self.logon.user().is_some() {
            return Err(says.auth_late.plain());
        }
        let level = mechanism(operand).ok_or_else(|| says.auth_unknown.with(&[("mechanism", &operand)]))?;
        Ok((level, tls.control.clone()))
    }

    /// PBSZ: TLS has no buffer of its own, so every number will do.
    pub(super) fn protection_buffer(&mut self, operand: &str) -> Reply {
        let level = match self.security {
            Security::Clear => return self.says().no_tls.with(&[("verb", &"PBSZ")]),
            Security::Negotiated(level) | Security::Buffered(level) => level,
        };
        if operand.parse::<u32>().is_err() {
            return self.says().bad_operand.with(&[("verb", &"PBSZ")]);
        }
        self.security = Security::Buffered(level);
        self.says().pbsz_ok.plain()
    }

    /// PROT. Said twice it is accepted twice (z/VM APAR PK76351).
    pub(super) fn protection(&mut self, operand: &str) -> Reply {
        let says = self.says();
        let (reply, level) = match (self.security, operand.to_ascii_uppercase().as_str()) {
            (Security::Clear, _) => return says.no_tls.with(&[("verb", &"PROT")]),
            (Security::Negotiated(_), _) => return says.pbsz_first.plain(),
            (_, "P") => (says.prot_private.plain(), Level::Private),
            (_, "C") => (says.prot_clear.plain(), Level::Clear),
            (_, "S" | "E") => return says.prot_unsupported.with(&[("level", &operand)]),
            _ => return says.prot_unknown.with(&[("level", &operand)]),
        };
        self.security = Security::Buffered(level);
        reply
    }
}

fn refused_auth(fault: &Fault) -> Option<u16> {
    match fault {
        Fault::RefuseAuth(code) => Some(*code),
        _ => None,
    }
}
