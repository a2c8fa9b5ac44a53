//! A data set as a DD asks for it.

use super::DdReference;
use crate::dataset::{DataSetName, Dcb, MemberName};

/// A data set as a DD asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// DSN.
    pub name: DsName,
    /// Member, if one is named.
    pub member: Option<MemberName>,
    /// DISP.
    pub disposition: Disposition,
    /// SPACE, if coded.
    pub space: Option<Space>,
    /// VOL=SER, if coded; the first serial.
    pub volume: Option<String>,
    /// VOL=REF, if coded.
    pub volume_from: Option<Pattern>,
    /// UNIT, if coded.
    pub unit: Option<String>,
    /// DCB and its stand-alone keywords.
    pub dcb: Dcb,
    /// DCB=dsname, DCB=*.ddname: fills what `dcb` leaves open.
    pub dcb_from: Option<Pattern>,
    /// LIKE=dsname, REFDD=*.ddname: fills what DCB and SPACE leave open.
    pub like: Option<Pattern>,
    /// DSNTYPE.
    pub dsn_type: Option<DsnType>,
    /// EXPDT or RETPD.
    pub expiry: Option<Expiry>,
    /// STORCLAS, MGMTCLAS, DATACLAS.
    pub classes: SmsClasses,
}

impl Request {
    /// A DD with nothing but a name and DISP.
    pub fn new(name: DsName, disposition: Disposition) -> Self {
        Self {
            name,
            member: None,
            disposition,
            space: None,
            volume: None,
            volume_from: None,
            unit: None,
            dcb: Dcb::default(),
            dcb_from: None,
            like: None,
            dsn_type: None,
            expiry: None,
            classes: SmsClasses::default(),
        }
    }
}

/// What DSN says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DsName {
    /// A name. If it is that of a generation data group, all generations are meant.
    Plain(DataSetName),
    /// `BASE(0)`, `BASE(+1)`, `BASE(-1)`.
    Generation {
        /// The group.
        base: DataSetName,
        /// The relative number.
        relative: i16,
    },
    /// `&&NAME`, or no DSN at all.
    Temporary(Option<String>),
    /// `*.ddname`, `*.step.ddname`: the same data set again.
    SameAs(DdReference),
}

impl DsName {
    /// The name as it is coded, if it is one.
    pub fn plain(&self) -> Option<&DataSetName> {
        if let Self::Plain(name) = self { Some(name) } else { None }
    }
}

/// Where something is copied from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// A cataloged data set.
    DataSet(DataSetName),
    /// An earlier DD.
    Dd(DdReference),
}

/// DISP=(status,normal,abnormal).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disposition {
    /// First subparameter; default NEW.
    pub status: Status,
    /// Second, if coded.
    pub normal: Option<Action>,
    /// Third, if coded; never PASS.
    pub abnormal: Option<Action>,
}

impl Disposition {
    /// What the end of a step does. `is_new` says that the step made the data set, or received one that the job
    /// has made: what nobody decided on is then deleted, and kept otherwise. PASS outlives an abend
    /// ("Summary of disposition processing").
    pub fn at_end_of_step(self, abended: bool, is_new: bool) -> Action {
        let normal = self.normal.unwrap_or(if is_new { Action::Delete } else { Action::Keep });
        match self.abnormal {
            Some(abnormal) if abended && normal != Action::Pass => abnormal,
            _ => normal,
        }
    }

    /// What the end of the job does with a data set that was passed and not received. `abended` says that a step
    /// was, `is_new` that the job has made the data set.
    pub fn at_end_of_job(self, abended: bool, is_new: bool) -> Action {
        match self.abnormal {
            Some(abnormal) if abended => abnormal,
            _ if is_new => Action::Delete,
            _ => Action::Keep,
        }
    }
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
    /// AVGREC: records of so many bytes. Quantities are multiplied already (U, K, M).
    Records(u32),
}

/// DSNTYPE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DsnType {
    /// PDS
    Pds,
    /// LIBRARY: a PDSE, whose directory grows.
    Library,
    /// BASIC: a sequential data set.
    Basic,
    /// LARGE: a sequential data set of more than 65,535 tracks.
    Large,
    /// EXTREQ or EXTPREF: extended format.
    Extended,
}

/// EXPDT or RETPD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// EXPDT=yyyy/ddd or yyddd: year and day of the year. 9999 and days 365, 366 mean never.
    On(i16, u16),
    /// RETPD: so many days after it was made.
    Days(u16),
}

/// The SMS classes that a DD asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SmsClasses {
    /// STORCLAS
    pub storage: Option<String>,
    /// MGMTCLAS
    pub management: Option<String>,
    /// DATACLAS
    pub data: Option<String>,
}
