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

/// A file about to be delivered.
#[derive(Debug, Clone, Copy)]
pub struct NewInboxRow<'a> {
    /// When it was complete.
    pub received: &'a str,
    /// Its path on the server.
    pub path: &'a str,
    /// Bytes.
    pub bytes: u64,
    /// Who sent it.
    pub user: &'a str,
    /// The file name that it should get in `inbox/delivered`.
    pub content: &'a str,
}

/// Most files of one name.
const MAX_SAME_NAME: u32 = 100_000;

impl Store {
    /// Takes a file name for a delivery that `run` makes now. A second file of the same name gets a number.
    /// Returns the row's number and the file name.
    pub fn begin_delivery(&self, new: &NewInboxRow<'_>, run: &str) -> Result<(i64, String), StoreError> {
        self.change(|t| {
            for number in 1..MAX_SAME_NAME {
                let content = if number == 1 { new.content.to_owned() } else { format!("{};{number}", new.content) };
                let inserted = t.execute(
                    "INSERT OR IGNORE INTO inbox (received, path, bytes, user, content, run) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![new.received, new.path, new.bytes, new.user, content, run],
                )?;
                if inserted == 1 {
                    return Ok((t.last_insert_rowid(), content));
                }
            }
            Err(rusqlite::Error::QueryReturnedNoRows)
        })
    }

    /// The delivery is done.
    pub fn end_delivery(&self, id: i64) -> Result<(), StoreError> {
        self.change(|t| t.execute("UPDATE inbox SET run = NULL WHERE id = ?1", [id]).map(|_| ()))
    }

    /// The files of deliveries that a run began and did not end.
    pub fn unfinished_deliveries(&self, run: &str) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT content FROM inbox WHERE run = ?1")?;
        let rows = statement.query_map([run], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes back deliveries that a dead run did not end. Until then their file names are taken: the files
    /// have to be gone.
    pub fn undo_deliveries(&self, run: &str) -> Result<(), StoreError> {
        self.change(|t| t.execute("DELETE FROM inbox WHERE run = ?1", [run]).map(|_| ()))
    }

    /// All delivered files, oldest first.
    pub fn inbox(&self) -> Result<Vec<InboxRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare("SELECT id, received, path, bytes, user, content FROM inbox WHERE run IS NULL ORDER BY id")?;
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
