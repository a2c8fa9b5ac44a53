//! The job log: what JES2 and the initiator write about a job.
//!
//! Border: collects lines as the host lays them out. Who prints them, and when, is the initiator's matter.

pub mod jesjcl;
pub mod jesmsglg;
pub mod jesysmsg;

use jiff::civil::DateTime;

/// `hh.mm.ss`
pub(crate) fn clock(time: DateTime) -> String {
    time.strftime("%H.%M.%S").to_string()
}

/// `yyyyddd.hhmm`
pub(crate) fn julian(time: DateTime) -> String {
    time.strftime("%Y%j.%H%M").to_string()
}
