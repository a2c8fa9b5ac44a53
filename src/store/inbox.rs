//! Rows of files that the embedded server received.

use rusqlite::params;

use super::{Store, StoreError};

/// A delivered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// Its number.
    pub id: i64,
    /// When it was complete.
    pub received: String,
    /// Its path on the server, as in `/toibm/mvs/12345.123.724.DUMP.TRS`.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// Who sent it.
    pub user: String,
    /// The file in `inbox/delivered` that holds it.
    pub content: String,
}

impl Store {
    /// Writes down a delivered file.
    pub fn deliver(&self, received: &str, path: &str, bytes: u64, user: &str, content: &str) -> Result<(), StoreError> {
        self.change(|t| {
            t.execute(
                "INSERT INTO inbox (received, path, bytes, user, content) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![received, path, bytes, user, content],
            )?;
            t.execute("DELETE FROM orphan WHERE content = ?1", [content]).map(|_| ())
        })
    }

    /// All delivered files, oldest first.
    pub fn inbox(&self) -> Result<Vec<InboxRow>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare("SELECT id, received, path, bytes, user, content FROM inbox ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            Ok(InboxRow {
                id: row.get(0)?,
                received: row.get(1)?,
                path: row.get(2)?,
                bytes: row.get(3)?,
                user: row.get(4)?,
                content: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
