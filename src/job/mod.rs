//! Jobs: from statements to what they mean, and through the system step by step.
//!
//! Border: this room knows JCL's meaning, allocation, dispositions, conditions and the job log. It does not
//! know how any program works.

pub mod allocate;
pub mod condition;
pub mod convert;
pub mod dd;
pub mod dispose;
mod dynamic;
pub mod initiator;
mod libraries;
pub mod log;
mod merge;
pub mod model;
pub mod names;
pub mod passed;
mod running;
pub mod spool;
pub mod step_log;
mod streams;
mod time_limit;
