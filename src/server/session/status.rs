//! STAT and FEAT.

use super::Session;
use super::data::DataPort;
use super::security::{Level, Security};
use crate::server::personality::{Fact, Reply};

impl Session {
    /// STAT: the values of this session in the lines of the host.
    pub(super) fn status(&self, operand: &str) -> Reply {
        let says = self.says();
        if !operand.is_empty() {
            return says.no_status_of_file.plain();
        }
        let peer = self.control.peer();
        let host = peer.ip().to_canonical();
        let target = self.data.target().unwrap_or(peer);
        let how = if matches!(self.data, DataPort::Passive(_)) { "passively" } else { "actively" };
        let facts: &[Fact<'_>] = &[
            ("peer", &host),
            ("port", &peer.port()),
            ("user", &self.shown_user()),
            ("path", &self.directory),
            ("bytes", &self.control.transferred()),
            ("how", &how),
            ("data-host", &target.ip().to_canonical()),
            ("data-port", &target.port()),
            ("structure", &self.parameters.structure_name()),
            ("type", &self.parameters.representation_name()),
            ("seconds", &self.idle().as_secs()),
        ];
        says.status.with(facts).then(self.protection_status()).then(says.status_end.plain())
    }

    fn protection_status(&self) -> Reply {
        let says = self.says();
        if self.security == Security::Clear {
            return says.status_clear.plain();
        }
        let level = match self.security.data() {
            Level::Clear => "Clear",
            Level::Private => "Private",
        };
        says.status_tls.with(&[("level", &level)])
    }

    /// The user as the log of 2004 shows it: `Anonymous`.
    fn shown_user(&self) -> String {
        let user = self.logon.user().unwrap_or_default().to_ascii_lowercase();
        let mut letters = user.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
    }

    /// FEAT: TLS, if there is a certificate to show.
    pub(super) fn features(&self) -> Reply {
        let says = self.says();
        if self.server.tls.is_some() { says.features.plain() } else { says.features_none.plain() }
    }
}
