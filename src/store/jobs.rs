//! Rows of jobs, spool data sets and user ids.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

/// Highest job number; after it numbers start again at the lowest free one.
const MAX_JOB_NUMBER: u32 = 99_999;

/// The number that follows `number`.
pub fn number_after(number: u32) -> u32 {
    if number < MAX_JOB_NUMBER { number + 1 } else { 1 }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Job number, as in JOB00042.
    pub number: u32,
    /// Job name.
    pub name: String,
    /// User id.
    pub user: String,
    /// When it was submitted.
    pub submitted: String,
    /// How it ended, as in `CC 0000`; `ACTIVE` before that, `SYS FAIL` if its process was killed.
    pub status: String,
}

/// A spool data set of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpoolRow {
    /// Its number in the job: 2 to 4 for the JES data sets, 101 and up for those of steps.
    pub id: u32,
    /// ddname.
    pub ddname: String,
    /// Step name; `JES2` for the JES data sets.
    pub step: String,
    /// SYSOUT class.
    pub class: String,
    /// DS1RECFM byte.
    pub recfm: u8,
    /// LRECL in bytes.
    pub lrecl: u32,
    /// Records.
    pub records: u64,
    /// Bytes of records without RDWs.
    pub bytes: u64,
}

impl Store {
    /// Takes the next job number, or `wanted`, and writes the job down as active in `run`. A job that held a
    /// wanted number before is forgotten, unless it is active.
    pub fn new_job(
        &self,
        wanted: Option<u32>,
        (name, user): (&str, &str),
        now: &str,
        run: &str,
    ) -> Result<u32, StoreError> {
        self.change(|t| {
            let number = if let Some(number) = wanted {
                let active = t
                    .query_row("SELECT run IS NOT NULL FROM job WHERE number = ?1", [number], |row| row.get(0))
                    .optional()?
                    .unwrap_or(false);
                if active {
                    return Ok(Err(StoreError::JobActive { number }));
                }
                number
            } else {
                let last: u32 = t.query_row("SELECT COALESCE(MAX(number), 0) FROM job", [], |r| r.get(0))?;
                if last < MAX_JOB_NUMBER {
                    last + 1
                } else {
                    t.query_row(
                        "SELECT COALESCE(MIN(number + 1), 1) FROM job j WHERE number < ?1 AND NOT EXISTS \
                         (SELECT 1 FROM job k WHERE k.number = j.number + 1)",
                        [MAX_JOB_NUMBER],
                        |row| row.get(0),
                    )?
                }
            };
            t.execute("DELETE FROM job WHERE number = ?1", [number])?;
            t.execute("INSERT INTO job VALUES (?1, ?2, ?3, ?4, 'ACTIVE', ?5)", params![number, name, user, now, run])?;
            Ok(Ok(number))
        })?
    }

    /// Writes down how a job ended and what it printed.
    pub fn end_job(&self, number: u32, status: &str, spool: &[SpoolRow]) -> Result<(), StoreError> {
        self.change(|t| {
            t.execute("UPDATE job SET status = ?2, run = NULL WHERE number = ?1", params![number, status])?;
            for row in spool {
                t.execute(
                    "INSERT INTO spool VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    params![
                        number,
                        row.id,
                        row.ddname,
                        row.step,
                        row.class,
                        row.recfm,
                        row.lrecl,
                        row.records,
                        row.bytes
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// Takes a job that printed nothing out again.
    pub fn remove_job(&self, number: u32) -> Result<(), StoreError> {
        self.change(|t| t.execute("DELETE FROM job WHERE number = ?1", [number]).map(|_| ()))
    }

    /// All jobs, oldest number first.
    pub fn jobs(&self) -> Result<Vec<JobRow>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare("SELECT number, name, user, submitted, status FROM job ORDER BY number")?;
        let rows = statement.query_map([], |row| {
            Ok(JobRow {
                number: row.get(0)?,
                name: row.get(1)?,
                user: row.get(2)?,
                submitted: row.get(3)?,
                status: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The spool data sets of a job in order.
    pub fn spool(&self, number: u32) -> Result<Vec<SpoolRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(
            "SELECT id, ddname, step, class, recfm, lrecl, records, bytes FROM spool WHERE job = ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([number], |row| {
            Ok(SpoolRow {
                id: row.get(0)?,
                ddname: row.get(1)?,
                step: row.get(2)?,
                class: row.get(3)?,
                recfm: row.get(4)?,
                lrecl: row.get(5)?,
                records: row.get(6)?,
                bytes: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that a user id is used now; returns when it was used before.
    pub fn touch_user(&self, name: &str, now: &str) -> Result<Option<String>, StoreError> {
        self.change(|t| {
            let last =
                t.query_row("SELECT last_access FROM userid WHERE name = ?1", [name], |r| r.get(0)).optional()?;
            t.execute("INSERT INTO userid VALUES (?1, ?2) ON CONFLICT DO UPDATE SET last_access = ?2", [name, now])?;
            Ok(last)
        })
    }
}
