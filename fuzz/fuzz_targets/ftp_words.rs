//! Any text as PARM, as FTP.DATA and as TCPIP.DATA of the client.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zjob::ftp::config::{FtpData, TcpipData};
use zjob::ftp::parm::Parm;
use zjob::ftp::subcommand;

fuzz_target!(|text: &str| {
    let _ = Parm::parse(text);
    let _ = FtpData::parse(text.lines());
    let _ = TcpipData::parse(text.lines());
    for word in text.split_whitespace() {
        let _ = subcommand::find(word);
        let _ = zjob::ecurep::names::check(word);
    }
});
