//! What a deck means: a job with its steps and DDs, all defaults filled in.
//!
//! Border: plain facts. How they were typed is `jcl`'s matter, what happens with them is the initiator's. Names that
//! only the running job knows (generations, temporary data sets, what a reference leads to) are kept as they mean.

mod conditions;
mod data_set;

pub use conditions::{AbendCode, AfterAbend, Branch, Cond, CondTest, Expression, Leaf, Operator};
pub use data_set::{
    Action, Disposition, DsName, DsnType, Expiry, Pattern, Request, SmsClasses, Space, SpaceUnit, Status,
};

use std::fmt;

use crate::dataset::Dcb;

/// A job that the converter has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Job {
    /// Job name.
    pub name: String,
    /// Programmer's name of the JOB statement, up to 20 characters; empty if none.
    pub programmer: String,
    /// CLASS, default `A`.
    pub class: String,
    /// MSGCLASS, default `A`.
    pub message_class: String,
    /// MSGLEVEL.
    pub message_level: MessageLevel,
    /// Tests of COND on the JOB statement; any true one ends the job.
    pub cond: Vec<CondTest>,
    /// TYPRUN.
    pub typrun: Typrun,
    /// RESTART.
    pub restart: Option<Restart>,
    /// JOBRC.
    pub job_code: JobCode,
    /// GDGBIAS.
    pub gdg_bias: GdgBias,
    /// TIME.
    pub time: Option<TimeLimit>,
    /// JOBLIB.
    pub joblib: Option<Dd>,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// TYPRUN: what is to be done with the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Typrun {
    /// It runs.
    #[default]
    Run,
    /// Conversion is all that was asked for.
    Scan,
    /// It waits for an operator after conversion.
    Hold,
    /// It waits for an operator before conversion.
    JclHold,
    /// Its cards are copied to a spool data set, and that is all.
    Copy,
    /// Not TYPRUN, but `/*XMIT` or XMIT in a job without steps: it goes to another node.
    Sent,
}

/// MSGLEVEL=(statements,messages).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageLevel {
    /// Which statements JESJCL shows.
    pub statements: StatementLevel,
    /// Messages of allocation and termination also of a job that ends well.
    pub messages: bool,
}

impl Default for MessageLevel {
    fn default() -> Self {
        Self { statements: StatementLevel::All, messages: true }
    }
}

/// The first subparameter of MSGLEVEL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatementLevel {
    /// 0: the JOB statement.
    Job,
    /// 1: all, those of procedures and substitutions included.
    #[default]
    All,
    /// 2: those of the deck.
    Submitted,
}

/// RESTART.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restart {
    /// `*`: the first step.
    First,
    /// A step.
    Step(StepName),
}

/// JOBRC: which code is that of the job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum JobCode {
    /// MAXRC: the highest one.
    #[default]
    Highest,
    /// LASTRC: that of the last step that ran.
    Last,
    /// STEP: that of one step; the highest one if it did not run.
    Step(StepName),
}

/// GDGBIAS: when relative generation numbers get their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GdgBias {
    /// At the first use in the job.
    #[default]
    Job,
    /// At the first use in each step.
    Step,
}

/// TIME: processor time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLimit {
    /// NOLIMIT or 1440.
    None,
    /// MAXIMUM: 357,912 minutes.
    Maximum,
    /// So many seconds.
    Seconds(u32),
}

/// The name of a step: `step`, or `step.procstep`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct StepName {
    /// The step of the job: the EXEC statement with PGM, or the one that calls the procedure.
    pub step: String,
    /// The step within the procedure.
    pub procstep: Option<String>,
}

impl StepName {
    /// A step that is named by its own name alone.
    pub fn plain(step: &str) -> Self {
        Self { step: step.to_owned(), procstep: None }
    }

    /// True if this names the step `name` that `caller` called. `from` is the caller of the step that says it: in a
    /// procedure a plain name is that of a step of the same procedure.
    pub fn means(&self, name: &str, caller: Option<&str>, from: Option<&str>) -> bool {
        match (&self.procstep, caller) {
            (Some(procstep), Some(caller)) => self.step == caller && *procstep == name,
            (Some(_), None) => false,
            (None, None) => self.step == name,
            (None, Some(caller)) => self.step == name && from == Some(caller),
        }
    }
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// Name of the EXEC statement with PGM; empty if it has none.
    pub name: String,
    /// Name of the EXEC statement that calls the procedure which the step belongs to; none outside procedures.
    pub caller: Option<String>,
    /// Statement number of the EXEC statement in JESJCL.
    pub statement: u32,
    /// PGM; empty if `program_from` says it.
    pub program: String,
    /// PGM=*.step.ddname.
    pub program_from: Option<DdReference>,
    /// PARM as the program sees it.
    pub parm: String,
    /// PARMDD: the DD whose records are the PARM.
    pub parm_dd: Option<String>,
    /// TIME.
    pub time: Option<TimeLimit>,
    /// COND.
    pub cond: Cond,
    /// The IF statements around the step, the outermost first.
    pub branches: Vec<Branch>,
    /// DDs in order; a concatenation is one of them.
    pub dds: Vec<Dd>,
}

impl Step {
    /// True if `name`, said by a step that `from` called, means this step.
    pub fn is_called(&self, name: &StepName, from: Option<&str>) -> bool {
        name.means(&self.name, self.caller.as_deref(), from)
    }
}

/// `*.ddname`, `*.step.ddname` or `*.step.procstep.ddname`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DdReference {
    /// An earlier step; none for the same one.
    pub step: Option<StepName>,
    /// Its DD.
    pub ddname: String,
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
    /// `DSN=&&NAME` of in-stream data or SYSOUT: the last qualifier of its name on the spool.
    pub spool_name: Option<String>,
}

/// What a DD statement stands for.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A data set.
    DataSet(Box<Request>),
    /// In-stream data: records of 80 bytes in the system's code page, end to end.
    InStream(Vec<u8>),
    /// SYSOUT=(class,writer,form), with the attributes of the DD.
    Sysout {
        /// The class; `*` is resolved.
        class: String,
        /// The writer; `INTRDR` is the internal reader.
        writer: Option<String>,
        /// DCB of the DD.
        dcb: Dcb,
    },
    /// DUMMY, or DSN=NULLFILE.
    Dummy {
        /// DCB of the DD.
        dcb: Dcb,
    },
    /// DDNAME: what a later DD of the step stands for.
    Deferred {
        /// The later DD.
        ddname: String,
        /// DCB of the DD.
        dcb: Dcb,
    },
    /// Something that a DD of the host can be and none here: a z/OS UNIX file, a subsystem's data set.
    NotEmulated {
        /// The keyword that says so, or the name.
        what: String,
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
            Self::Deferred { ddname, .. } => write!(f, "Deferred({ddname})"),
            Self::NotEmulated { what } => write!(f, "NotEmulated({what})"),
        }
    }
}
