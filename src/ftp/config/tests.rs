//! FTP.DATA, LOCSITE and TCPIP.DATA: what is taken, and what is remarked.

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
