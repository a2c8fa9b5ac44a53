//! Data sets: names, attributes, records, and where they are kept.
//!
//! Border: knows records and volumes, nothing of jobs, programs, FTP or TERSE. Data passes as records; where
//! the format allows, as runs of many whole records that are lent without a copy.

pub mod attributes;
pub mod catalog;
pub mod enqueue;
pub mod file;
pub mod group;
pub mod library;
pub mod name;
pub mod record;
pub mod run;
pub mod space;
pub mod transfer;

pub use attributes::{Attributes, Dcb, Dsorg, Recfm};
pub use name::{DataSetName, MemberName};
pub use record::{RDW, ReadError, RecordReader, RecordWriter, Run, Shape, SpaceAbend, WriteError};
