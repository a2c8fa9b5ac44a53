//! The z/OS FTP client in batch: its start options, FTP.DATA, subcommands, dialogue, data and return codes.
//!
//! Border: knows records, code pages and messages, nothing of jobs, programs or key ring tables. Local files,
//! hosts, key rings, the log and the user reach it through the traits of `services`. What the client prints
//! and when is told in `docs/design/ftp-client.md`; every line of it is a row of `message`.

mod channel;
pub mod code;
pub mod config;
mod data;
mod explain;
mod incoming;
mod link;
pub mod local;
pub mod memory;
mod net;
mod netrc;
mod outgoing;
pub mod parm;
mod script;
pub mod services;
mod session;
pub mod subcommand;
mod tls;

#[cfg(test)]
mod testserver;

pub use code::{ClientError, End};
pub use local::LocalFile;
pub use services::{
    Hosts, KeyRings, LocalError, LocalFiles, Log, NewFile, Options, Route, RouteError, Services, Trust, User,
};
pub use session::run;
