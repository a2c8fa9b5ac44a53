//! What a run leaves behind if it is killed, so that the next one can clean up.

use rusqlite::params;

use super::{Store, StoreError};

impl Store {
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

    /// Gives back all space that a run held.
    pub fn release_run(&self, run: &str) -> Result<(), StoreError> {
        self.change(|t| t.execute("DELETE FROM reservation WHERE run = ?1", [run]).map(|_| ()))
    }
}
