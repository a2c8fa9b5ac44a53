//! Rows of generation data groups.

use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError};

/// A generation data group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Name of the base.
    pub name: String,
    /// LIMIT: most active generations.
    pub limit: u16,
    /// SCRATCH: generations that leave the group are deleted.
    pub scratch: bool,
    /// EMPTY: all generations leave the group when it is full.
    pub empty: bool,
    /// FIFO: the oldest generation comes first where the group is read as a whole.
    pub fifo: bool,
    /// PURGE: generations are deleted before they expire.
    pub purge: bool,
    /// EXTENDED: up to 999 generations.
    pub extended: bool,
    /// When it was made.
    pub created: String,
}

/// Where a generation stands in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GenerationStatus {
    /// It is counted.
    Active,
    /// It was made and not rolled in.
    Deferred,
    /// It has left the group and is kept.
    RolledOff,
}

impl GenerationStatus {
    fn text(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Deferred => "DEFERRED",
            Self::RolledOff => "ROLLED OFF",
        }
    }
}

const COLUMNS: &str = "name, most, scratch, empty, fifo, purge, extended, created";

fn group(row: &Row<'_>) -> rusqlite::Result<GroupRow> {
    Ok(GroupRow {
        name: row.get(0)?,
        limit: row.get(1)?,
        scratch: row.get(2)?,
        empty: row.get(3)?,
        fifo: row.get(4)?,
        purge: row.get(5)?,
        extended: row.get(6)?,
        created: row.get(7)?,
    })
}

impl Store {
    /// Writes down a new group. False if there is a group or data set of this name.
    pub fn put_group(&self, row: &GroupRow) -> Result<bool, StoreError> {
        self.change(|t| {
            let taken: bool = t.query_row(
                "SELECT EXISTS (SELECT 1 FROM dataset WHERE name = ?1 UNION SELECT 1 FROM generation_group WHERE name = ?1)",
                [&row.name],
                |found| found.get(0),
            )?;
            if !taken {
                t.execute(
                    &format!("INSERT INTO generation_group ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)"),
                    params![
                        row.name, row.limit, row.scratch, row.empty, row.fifo, row.purge, row.extended, row.created
                    ],
                )?;
            }
            Ok(!taken)
        })
    }

    /// The group called `name`.
    pub fn group(&self, name: &str) -> Result<Option<GroupRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM generation_group WHERE name = ?1");
        Ok(self.connection().query_row(&sql, [name], group).optional()?)
    }

    /// All groups in order of their names.
    pub fn groups(&self) -> Result<Vec<GroupRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM generation_group ORDER BY name"))?;
        let rows = statement.query_map([], group)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets a group. Its generations stay as data sets.
    pub fn remove_group(&self, name: &str) -> Result<bool, StoreError> {
        self.change(|t| t.execute("DELETE FROM generation_group WHERE name = ?1", [name]).map(|gone| gone > 0))
    }

    /// The data sets of a group with this status, the oldest first.
    pub fn generations(&self, base: &str, status: GenerationStatus) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare("SELECT name FROM generation WHERE base = ?1 AND status = ?2 ORDER BY name")?;
        let rows = statement.query_map([base, status.text()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Says where a data set stands in its group.
    pub fn put_generation(&self, name: &str, base: &str, status: GenerationStatus) -> Result<(), StoreError> {
        self.change(|t| {
            t.execute(
                "INSERT INTO generation VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET base = ?2, status = ?3",
                [name, base, status.text()],
            )
            .map(|_| ())
        })
    }

    /// The group and status of a generation.
    pub fn generation(&self, name: &str) -> Result<Option<(String, String)>, StoreError> {
        let sql = "SELECT base, status FROM generation WHERE name = ?1";
        Ok(self.connection().query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }
}
