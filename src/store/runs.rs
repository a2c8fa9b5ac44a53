//! What a run leaves behind if it is killed, so that the next one can clean up.

use std::collections::BTreeSet;

use rusqlite::params;

use super::{Store, StoreError};

/// The status of a job whose system went away, as SDSF shows it.
const SYSTEM_FAILURE: &str = "SYS FAIL";

impl Store {
    /// All runs that rows speak of: those at work, and those that were killed.
    pub fn runs(&self) -> Result<BTreeSet<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(
            "SELECT run FROM orphan UNION SELECT run FROM reservation \
             UNION SELECT run FROM inbox WHERE run IS NOT NULL UNION SELECT run FROM job WHERE run IS NOT NULL",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Files that a run announced and did not bring into the catalog or remove.
    pub fn orphans(&self, run: &str) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT content FROM orphan WHERE run = ?1")?;
        let rows = statement.query_map([run], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets a file that is gone.
    pub fn forget(&self, contents: &[String]) -> Result<(), StoreError> {
        if contents.is_empty() {
            return Ok(());
        }
        self.change(|t| {
            contents.iter().try_for_each(|content| {
                t.execute("DELETE FROM orphan WHERE content = ?1", params![content]).map(|_| ())
            })
        })
    }

    /// Gives back all space that a dead run held, and says of its jobs that they did not end.
    pub fn release_run(&self, run: &str) -> Result<(), StoreError> {
        self.change(|t| {
            t.execute("DELETE FROM reservation WHERE run = ?1", [run])?;
            t.execute("UPDATE job SET status = ?2, run = NULL WHERE run = ?1", [run, SYSTEM_FAILURE]).map(|_| ())
        })
    }
}
