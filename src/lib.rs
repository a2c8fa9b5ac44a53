//! zjob: mainframe batch transfer, prototyped off-host.
//!
//! The library reads JCL, runs its steps on an emulated z/OS and writes the job log. It never prints, never
//! reads the environment and never looks at the real clock: what touches the world is handed in. How the
//! rooms below fit together is told in `docs/design/architecture.md`.

pub mod advice;
pub mod ams;
pub mod cli;
pub mod codepage;
pub mod dataset;
pub mod ecurep;
pub mod efz;
pub mod ftp;
pub mod jcl;
pub mod job;
pub mod message;
pub mod openpgp;
pub mod package;
pub mod program;
pub mod racf;
pub mod server;
pub mod store;
pub mod suite;
pub mod system;
pub mod terse;
pub mod world;
