//! What a system remembers: catalog, volumes, jobs, spool index, key rings, inbox.
//!
//! Border: the only user of SQLite. It keeps rows and gives them back; what they mean is known elsewhere.
//! Several processes may have one store open; every change is one transaction that survives a crash.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use thiserror::Error;

mod catalog;
mod groups;
mod inbox;
mod jobs;
mod rings;
mod rsa_keys;
mod runs;

pub use catalog::{DataSetRow, MemberRow, NewContent};
pub use groups::{GenerationStatus, GroupRow};
pub use inbox::{InboxRow, NewInboxRow};
pub use jobs::{JobRow, SpoolRow, number_after};
pub use rings::{CertificateRow, RingRow};
pub use rsa_keys::RsaKeyRow;

/// Version of the schema that this program writes.
const SCHEMA_VERSION: i64 = 2;
/// What makes each version out of the one before it.
const SCRIPTS: [&str; 2] = [include_str!("schema.sql"), include_str!("schema-2.sql")];
/// How long a process waits for another one's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Why the store did not answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file was written by a newer zjob.
    #[error(
        "the system was made by a newer zjob (schema {found}, this one knows {SCHEMA_VERSION}): use that zjob, or another --home"
    )]
    Newer {
        /// Its schema version.
        found: i64,
    },
    /// Another job with this number is being executed.
    #[error("JOB{number:05} is being executed: wait for its end, or choose another --job-number")]
    JobActive {
        /// The number.
        number: u32,
    },
    /// SQLite failed.
    #[error("the system's database failed: {0}")]
    Database(#[from] rusqlite::Error),
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    /// Opens the store at `path`, making it if it is not there.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > SCHEMA_VERSION {
            return Err(StoreError::Newer { found: version });
        }
        if version < SCHEMA_VERSION {
            bring_up(&mut connection)?;
        }
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // A private key that was deleted is gone, not only out of sight.
        connection.pragma_update(None, "secure_delete", true)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` as one transaction.
    fn change<T>(&self, change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

/// Makes the tables, or adds what is new, unless another process has just done so.
fn bring_up(connection: &mut Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for script in SCRIPTS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Store, StoreError};

    #[test]
    fn a_store_of_a_newer_program_is_refused() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("zjob.db");
        drop(Store::open(&path).expect("a new store"));
        rusqlite::Connection::open(&path)
            .and_then(|connection| connection.pragma_update(None, "user_version", 99))
            .expect("a changed version");
        assert!(matches!(Store::open(&path), Err(StoreError::Newer { found: 99 })));
    }

    #[test]
    fn a_store_of_an_older_program_is_brought_up_to_date() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("zjob.db");
        let old = rusqlite::Connection::open(&path).expect("a file");
        old.execute_batch(super::SCRIPTS[0]).expect("version 1");
        old.execute_batch("INSERT INTO volume VALUES ('OLD001', 5)").expect("a volume");
        old.pragma_update(None, "user_version", 1).expect("a version");
        drop(old);
        let store = Store::open(&path).expect("brought up");
        assert_eq!(store.volumes().expect("asked"), [("OLD001".to_owned(), 5)]);
        assert!(store.groups().expect("asked").is_empty());
    }

    #[test]
    fn the_number_of_an_active_job_is_not_taken_from_it() {
        let home = tempfile::tempdir().expect("a directory");
        let store = Store::open(&home.path().join("zjob.db")).expect("a new store");
        let number = store.new_job(Some(42), ("FIRST", "USER"), "now", "run-1").expect("a free number");
        let taken = store.new_job(Some(42), ("SECOND", "USER"), "now", "run-2");
        assert!(matches!(taken, Err(StoreError::JobActive { number: 42 })));
        store.end_job(number, "CC 0000", &[]).expect("ended");
        assert_eq!(
            store.new_job(Some(42), ("SECOND", "USER"), "now", "run-2").expect("a number that is free again"),
            42
        );
    }

    #[test]
    fn what_one_opening_wrote_the_next_one_finds() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("zjob.db");
        Store::open(&path).and_then(|store| store.put_volume("ZJOB01", 7)).expect("a new store");
        let volumes = Store::open(&path).and_then(|store| store.volumes()).expect("an old store");
        assert_eq!(volumes, [("ZJOB01".to_owned(), 7)]);
    }
}
