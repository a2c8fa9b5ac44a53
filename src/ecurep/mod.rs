//! What is publicly known about ECuRep: hosts, addresses, ports, directories, names of uploads.
//!
//! Border: facts and checks of facts only. Nothing here opens a connection, knows a data set or keeps state.

pub mod hosts;
pub mod names;
pub mod service;
pub mod suffixes;
