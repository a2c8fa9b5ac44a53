//! FTP.DATA, where it can be read from the deck or from a fixture.

use crate::ftp::config::RemarkKind;
use crate::ftp::parm::Mechanism;
use crate::message::advice::{ZJB841W, ZJB842I};

use super::super::Findings;
use super::super::view::View;

/// TLS without a key ring.
pub(in super::super) fn key_ring(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in &view.ftp {
        let (Ok(parm), Some((data, _)), Some((_, step))) = (&ftp.parm, &ftp.ftp_data, ftp.of(view)) else { continue };
        let mechanism = parm.security.map_or(data.mechanism, |security| Some(security.mechanism));
        if mechanism == Some(Mechanism::Tls) && data.key_ring.is_none() && !data.at_tls {
            let dd = step.dds(&["SYSFTPD"]).next().map_or(step.card, |dd| dd.card);
            findings.advise(&ZJB841W, view.source.whole(dd));
        }
    }
}

/// Statements that only the server knows.
pub(in super::super) fn server_statements(view: &View<'_>, findings: &mut Findings<'_>) {
    for ftp in &view.ftp {
        let (Some((data, remarks)), Some((_, step))) = (&ftp.ftp_data, ftp.of(view)) else { continue };
        let of_server = remarks.iter().filter_map(|remark| match &remark.what {
            RemarkKind::ServerOnly(keyword) => Some(keyword),
            _ => None,
        });
        let keywords: Vec<&String> = of_server.collect();
        let Some(first) = keywords.first().filter(|_| !data.quiet_about_server) else { continue };
        let found = ZJB842I.found.with(&[&keywords.len(), first]);
        let dd = step.dds(&["SYSFTPD"]).next().map_or(step.card, |dd| dd.card);
        findings.advise_with(&ZJB842I, found, ZJB842I.remedy.plain(), view.source.whole(dd));
    }
}
