//! What a deck means: a job with its steps and DDs, all defaults filled in, all references resolved.
//!
//! Border: plain facts. How they were typed is `jcl`'s matter, what happens with them is `step`'s.

use std::fmt;

use crate::dataset::{DataSetName, Dcb, MemberName};

/// A job that the converter has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Job name.
    pub name: String,
    /// Programmer's name of the JOB statement, up to 20 characters; empty if none.
    pub programmer: String,
    /// CLASS, default `A`.
    pub class: String,
    /// MSGCLASS, default `A`.
    pub message_class: String,
    /// Tests of COND on the JOB statement; any true one ends the job.
    pub cond: Vec<CondTest>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// TYPRUN=SCAN: conversion was all that was asked for.
    pub scan_only: bool,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Step name; empty if the EXEC statement has none.
    pub name: String,
    /// Statement number of the EXEC statement in JESJCL.
    pub statement: u32,
    /// PGM.
    pub program: String,
    /// PARM as the program sees it.
    pub parm: String,
    /// When to run.
    pub cond: Cond,
    /// DDs in order; a concatenation is one of them.
    pub dds: Vec<Dd>,
}

/// COND of an EXEC statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cond {
    /// If any test is true the step is bypassed.
    pub tests: Vec<CondTest>,
    /// EVEN or ONLY.
    pub after_abend: AfterAbend,
}

/// What a step does after an earlier one abended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterAbend {
    /// It is flushed.
    #[default]
    Flush,
    /// It runs all the same.
    Even,
    /// It runs only then.
    Only,
}

/// `code op return-code of step`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondTest {
    /// The code on the left, 0 to 4095.
    pub code: u16,
    /// The comparison.
    pub operator: Operator,
    /// The step on the right; `None` means every earlier step.
    pub step: Option<String>,
}

/// A comparison of COND.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// GT
    Greater,
    /// GE
    GreaterOrEqual,
    /// EQ
    Equal,
    /// NE
    NotEqual,
    /// LT
    Less,
    /// LE
    LessOrEqual,
}

impl Operator {
    /// `left op right`.
    pub fn holds(self, left: u16, right: u16) -> bool {
        match self {
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
        }
    }
}

/// A DD with what is concatenated to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dd {
    /// ddname.
    pub name: String,
    /// The DD itself, then nameless ones that follow it. Never empty.
    pub parts: Vec<DdPart>,
}

/// One DD statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DdPart {
    /// Statement number in JESJCL.
    pub statement: u32,
    /// What it stands for.
    pub source: Source,
}

/// What a DD statement stands for.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A data set.
    DataSet(Box<Request>),
    /// In-stream data: records of 80 bytes in the system's code page, end to end.
    InStream(Vec<u8>),
    /// SYSOUT=class, with the attributes of the DD.
    Sysout {
        /// The class; `*` is resolved.
        class: String,
        /// DCB of the DD.
        dcb: Dcb,
    },
    /// DUMMY, or DSN=NULLFILE.
    Dummy {
        /// DCB of the DD.
        dcb: Dcb,
    },
}

impl fmt::Debug for Source {
    /// In-stream data may hold passwords: its size is shown, its bytes are not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataSet(request) => request.fmt(f),
            Self::InStream(records) => write!(f, "InStream({} bytes)", records.len()),
            Self::Sysout { class, .. } => write!(f, "Sysout({class})"),
            Self::Dummy { .. } => f.write_str("Dummy"),
        }
    }
}

/// A data set as a DD asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name.
    pub name: DataSetName,
    /// Member, if one is named.
    pub member: Option<MemberName>,
    /// DISP with its defaults filled in.
    pub disposition: Disposition,
    /// SPACE, if coded.
    pub space: Option<Space>,
    /// VOL=SER, if coded.
    pub volume: Option<String>,
    /// UNIT, if coded.
    pub unit: Option<String>,
    /// DCB and its stand-alone keywords.
    pub dcb: Dcb,
}

/// DISP=(status,normal,abnormal).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disposition {
    /// First subparameter; default NEW.
    pub status: Status,
    /// Second; default DELETE for NEW, KEEP for the others.
    pub normal: Action,
    /// Third; default as the second.
    pub abnormal: Action,
}

/// Status of a data set at the start of the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It must not exist.
    New,
    /// Exclusive use.
    Old,
    /// Shared use.
    Shr,
    /// Exclusive use; written at its end, made if it does not exist.
    Mod,
}

/// What becomes of a data set at the end of the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// DELETE
    Delete,
    /// KEEP
    Keep,
    /// CATLG
    Catlg,
    /// UNCATLG
    Uncatlg,
    /// PASS
    Pass,
}

/// SPACE as coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// What the numbers count.
    pub unit: SpaceUnit,
    /// Primary quantity.
    pub primary: u32,
    /// Secondary quantity; `None` if not coded.
    pub secondary: Option<u32>,
    /// Directory blocks; 0 if not coded.
    pub directory: u32,
    /// RLSE: unused space is given back at CLOSE.
    pub release: bool,
}

/// What SPACE counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceUnit {
    /// Tracks.
    Tracks,
    /// Cylinders of 15 tracks.
    Cylinders,
    /// Blocks of so many bytes.
    Blocks(u32),
}
