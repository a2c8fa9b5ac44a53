//! Rows of data sets, members, volumes and fixtures.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Store, StoreError};

/// A cataloged data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSetRow {
    /// Data set name.
    pub name: String,
    /// True for a library.
    pub partitioned: bool,
    /// DS1RECFM byte, once known.
    pub recfm: Option<u8>,
    /// LRECL in bytes, once known.
    pub lrecl: Option<u32>,
    /// BLKSIZE in bytes, once known.
    pub blksize: Option<u32>,
    /// Volume serial.
    pub volume: String,
    /// When it was made.
    pub created: String,
    /// Primary space in tracks.
    pub primary_tracks: u32,
    /// Secondary space in tracks.
    pub secondary_tracks: u32,
    /// Directory blocks of a library.
    pub directory_blocks: u32,
    /// Tracks that it holds.
    pub allocated_tracks: u32,
    /// Extents that it holds.
    pub extents: u32,
    /// Space with data on it, in cells: 1,729 to a track. In a library also that of members replaced since.
    pub used_cells: u64,
    /// Records (sequential only).
    pub records: u64,
    /// Bytes of records without RDWs (sequential only).
    pub bytes: u64,
    /// The file that holds the records (sequential only; none while empty).
    pub content: Option<String>,
    /// The first day on which it may be deleted without PURGE, as in `2026-01-31`; none if any day will do.
    pub expires: Option<String>,
}

/// A member of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Member name.
    pub name: String,
    /// Records.
    pub records: u64,
    /// Bytes of records without RDWs.
    pub bytes: u64,
    /// The file that holds the records; an alias has that of its member.
    pub content: String,
    /// User data of the directory entry.
    pub user_data: Vec<u8>,
    /// The member that this is another name of.
    pub alias_of: Option<String>,
}

/// What a commit puts into the catalog.
#[derive(Debug, Clone, Default)]
pub struct NewContent {
    /// Members written, each replacing one of the same name.
    pub members: Vec<MemberRow>,
}

const COLUMNS: &str = "name, partitioned, recfm, lrecl, blksize, volume, created, primary_tracks, secondary_tracks, \
                       directory_blocks, allocated_tracks, extents, used_cells, records, bytes, content, expires";

fn data_set(row: &Row<'_>) -> rusqlite::Result<DataSetRow> {
    Ok(DataSetRow {
        name: row.get(0)?,
        partitioned: row.get(1)?,
        recfm: row.get(2)?,
        lrecl: row.get(3)?,
        blksize: row.get(4)?,
        volume: row.get(5)?,
        created: row.get(6)?,
        primary_tracks: row.get(7)?,
        secondary_tracks: row.get(8)?,
        directory_blocks: row.get(9)?,
        allocated_tracks: row.get(10)?,
        extents: row.get(11)?,
        used_cells: row.get(12)?,
        records: row.get(13)?,
        bytes: row.get(14)?,
        content: row.get(15)?,
        expires: row.get(16)?,
    })
}

fn member(row: &Row<'_>) -> rusqlite::Result<MemberRow> {
    Ok(MemberRow {
        name: row.get(0)?,
        records: row.get(1)?,
        bytes: row.get(2)?,
        content: row.get(3)?,
        user_data: row.get(4)?,
        alias_of: row.get(5)?,
    })
}

impl Store {
    /// The data set called `name`.
    pub fn data_set(&self, name: &str) -> Result<Option<DataSetRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM dataset WHERE name = ?1");
        Ok(self.connection().query_row(&sql, [name], data_set).optional()?)
    }

    /// All data sets in order of their names.
    pub fn data_sets(&self) -> Result<Vec<DataSetRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM dataset ORDER BY name"))?;
        let rows = statement.query_map([], data_set)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The members of the library called `name`, in order.
    pub fn members(&self, name: &str) -> Result<Vec<MemberRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(
            "SELECT m.name, m.records, m.bytes, m.content, m.user_data, m.alias_of FROM member m \
             JOIN dataset d ON d.id = m.dataset WHERE d.name = ?1 ORDER BY m.name",
        )?;
        let rows = statement.query_map([name], member)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many members a library has, and the bytes of their user data.
    pub fn directory_size(&self, name: &str) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT COUNT(*), COALESCE(SUM(LENGTH(user_data)), 0) FROM member m \
                   JOIN dataset d ON d.id = m.dataset WHERE d.name = ?1";
        Ok(self.connection().query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Says that the file `content` may soon have an entry, or none any more.
    pub fn announce(&self, content: &str, run: &str) -> Result<(), StoreError> {
        self.change(|t| announce(t, content, run))
    }

    /// Puts a data set with its content into the catalog, replacing an older state of the same name.
    /// Returns the files that nothing points to any more; they stay announced until `forget`.
    pub fn put_data_set(&self, row: &DataSetRow, new: &NewContent, run: &str) -> Result<Vec<String>, StoreError> {
        self.change(|t| {
            let mut stale = Vec::new();
            let id = upsert(t, row, run, &mut stale)?;
            for member in &new.members {
                put_member(t, id, member, run, &mut stale)?;
            }
            t.execute("DELETE FROM reservation WHERE run = ?1 AND name = ?2", params![run, row.name])?;
            Ok(stale)
        })
    }

    /// Takes a data set out of the catalog. Returns its files, or `None` if there was no such data set.
    pub fn remove_data_set(&self, name: &str, run: &str) -> Result<Option<Vec<String>>, StoreError> {
        self.change(|t| {
            let found: Option<(i64, Option<String>)> = t
                .query_row("SELECT id, content FROM dataset WHERE name = ?1", [name], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            let Some((id, content)) = found else { return Ok(None) };
            let mut files: Vec<String> = content.into_iter().collect();
            let mut statement = t.prepare("SELECT DISTINCT content FROM member WHERE dataset = ?1")?;
            files.extend(statement.query_map([id], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?);
            t.execute("DELETE FROM dataset WHERE id = ?1", [id])?;
            t.execute("DELETE FROM generation WHERE name = ?1", [name])?;
            files.iter().try_for_each(|file| announce(t, file, run))?;
            Ok(Some(files))
        })
    }

    /// Takes one member out of a library. Returns the files that nothing points to any more, or `None` if there
    /// was no such member.
    pub fn remove_member(&self, name: &str, member: &str, run: &str) -> Result<Option<Vec<String>>, StoreError> {
        self.change(|t| {
            let found: Option<(i64, String)> = t
                .query_row(
                    "SELECT m.dataset, m.content FROM member m JOIN dataset d ON d.id = m.dataset \
                     WHERE d.name = ?1 AND m.name = ?2",
                    [name, member],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((id, content)) = found else { return Ok(None) };
            t.execute("DELETE FROM member WHERE dataset = ?1 AND name = ?2", params![id, member])?;
            let mut stale = Vec::new();
            retire_member(t, id, content, run, &mut stale)?;
            Ok(Some(stale))
        })
    }

    /// The volumes with their size in cylinders.
    pub fn volumes(&self) -> Result<Vec<(String, u32)>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT serial, cylinders FROM volume ORDER BY rowid")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds a volume, or changes its size.
    pub fn put_volume(&self, serial: &str, cylinders: u32) -> Result<(), StoreError> {
        self.change(|t| {
            t.execute(
                "INSERT INTO volume VALUES (?1, ?2) ON CONFLICT DO UPDATE SET cylinders = ?2",
                params![serial, cylinders],
            )
            .map(|_| ())
        })
    }

    /// Tracks on a volume that data sets and running jobs hold.
    pub fn held_tracks(&self, volume: &str) -> Result<u64, StoreError> {
        Ok(held_tracks(&self.connection(), volume)?)
    }

    /// Holds `tracks` in all for a data set that `run` is writing, if the volume of `capacity` tracks has room.
    /// If not, what was held before stays held.
    pub fn reserve(&self, run: &str, name: &str, volume: &str, tracks: u32, capacity: u64) -> Result<bool, StoreError> {
        self.change(|t| {
            let cataloged: u64 = t
                .query_row(
                    "SELECT allocated_tracks FROM dataset WHERE name = ?1 AND volume = ?2",
                    [name, volume],
                    |r| r.get(0),
                )
                .optional()?
                .unwrap_or(0);
            let reserved: u64 = t
                .query_row(
                    "SELECT tracks FROM reservation WHERE run = ?1 AND name = ?2 AND volume = ?3",
                    [run, name, volume],
                    |r| r.get(0),
                )
                .optional()?
                .unwrap_or(0);
            let more = u64::from(tracks).saturating_sub(cataloged);
            let fits = held_tracks(t, volume)? + more <= capacity + reserved;
            if fits {
                t.execute(
                    "INSERT OR REPLACE INTO reservation VALUES (?1, ?2, ?3, ?4)",
                    params![run, name, volume, more],
                )?;
            }
            Ok(fits)
        })
    }

    /// Gives back what was held for a data set.
    pub fn release(&self, run: &str, name: &str) -> Result<(), StoreError> {
        self.change(|t| t.execute("DELETE FROM reservation WHERE run = ?1 AND name = ?2", [run, name]).map(|_| ()))
    }

    /// The hash under which a fixture was loaded.
    pub fn fixture(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.connection().query_row("SELECT hash FROM fixture WHERE name = ?1", [name], |r| r.get(0)).optional()?)
    }

    /// Remembers the hash under which a fixture was loaded.
    pub fn put_fixture(&self, name: &str, hash: &str) -> Result<(), StoreError> {
        self.change(|t| {
            t.execute("INSERT INTO fixture VALUES (?1, ?2) ON CONFLICT DO UPDATE SET hash = ?2", [name, hash])
                .map(|_| ())
        })
    }
}

fn held_tracks(connection: &rusqlite::Connection, volume: &str) -> rusqlite::Result<u64> {
    connection.query_row(
        "SELECT (SELECT COALESCE(SUM(allocated_tracks), 0) FROM dataset WHERE volume = ?1) \
              + (SELECT COALESCE(SUM(tracks), 0) FROM reservation WHERE volume = ?1)",
        [volume],
        |row| row.get(0),
    )
}

fn announce(t: &Transaction<'_>, content: &str, run: &str) -> rusqlite::Result<()> {
    t.execute("INSERT OR REPLACE INTO orphan VALUES (?1, ?2)", [content, run]).map(|_| ())
}

fn upsert(t: &Transaction<'_>, row: &DataSetRow, run: &str, stale: &mut Vec<String>) -> rusqlite::Result<i64> {
    let old: Option<Option<String>> =
        t.query_row("SELECT content FROM dataset WHERE name = ?1", [&row.name], |found| found.get(0)).optional()?;
    retire(t, old.flatten().filter(|content| Some(content) != row.content.as_ref()), run, stale)?;
    if let Some(content) = &row.content {
        t.execute("DELETE FROM orphan WHERE content = ?1", [content])?;
    }
    t.query_row(
        &format!(
            "INSERT INTO dataset ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17) \
             ON CONFLICT (name) DO UPDATE SET partitioned=?2, recfm=?3, lrecl=?4, blksize=?5, volume=?6, created=?7, \
             primary_tracks=?8, secondary_tracks=?9, directory_blocks=?10, allocated_tracks=?11, extents=?12, \
             used_cells=?13, records=?14, bytes=?15, content=?16, expires=?17 RETURNING id"
        ),
        params![
            row.name,
            row.partitioned,
            row.recfm,
            row.lrecl,
            row.blksize,
            row.volume,
            row.created,
            row.primary_tracks,
            row.secondary_tracks,
            row.directory_blocks,
            row.allocated_tracks,
            row.extents,
            row.used_cells,
            row.records,
            row.bytes,
            row.content,
            row.expires
        ],
        |found| found.get(0),
    )
}

fn put_member(
    t: &Transaction<'_>,
    id: i64,
    row: &MemberRow,
    run: &str,
    stale: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let old: Option<String> = t
        .query_row("SELECT content FROM member WHERE dataset = ?1 AND name = ?2", params![id, row.name], |f| f.get(0))
        .optional()?;
    t.execute("DELETE FROM orphan WHERE content = ?1", [&row.content])?;
    t.execute(
        "INSERT INTO member (dataset, name, records, bytes, content, user_data, alias_of) VALUES (?1,?2,?3,?4,?5,?6,?7) \
         ON CONFLICT (dataset, name) DO UPDATE SET records=?3, bytes=?4, content=?5, user_data=?6, alias_of=?7",
        params![id, row.name, row.records, row.bytes, row.content, row.user_data, row.alias_of],
    )?;
    old.map_or(Ok(()), |old| retire_member(t, id, old, run, stale))
}

/// Retires the content of a member that has left it, unless another name still leads there.
fn retire_member(
    t: &Transaction<'_>,
    id: i64,
    content: String,
    run: &str,
    stale: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let users: u32 =
        t.query_row("SELECT COUNT(*) FROM member WHERE dataset = ?1 AND content = ?2", params![id, content], |row| {
            row.get(0)
        })?;
    if users > 0 { Ok(()) } else { retire(t, Some(content), run, stale) }
}

fn retire(t: &Transaction<'_>, old: Option<String>, run: &str, stale: &mut Vec<String>) -> rusqlite::Result<()> {
    let Some(content) = old else { return Ok(()) };
    announce(t, &content, run)?;
    stale.push(content);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Store;

    #[test]
    fn space_that_is_held_stays_held_when_more_is_refused() {
        let home = tempfile::tempdir().expect("a directory");
        let store = Store::open(&home.path().join("zjob.db")).expect("a store");
        assert!(store.reserve("run", "A", "VOL001", 10, 15).expect("asked"));
        assert!(!store.reserve("run", "A", "VOL001", 20, 15).expect("asked"));
        assert!(!store.reserve("run", "B", "VOL001", 10, 15).expect("asked"), "A still holds ten tracks");
        assert!(store.reserve("run", "A", "VOL001", 15, 15).expect("asked"));
        assert_eq!(store.held_tracks("VOL001").expect("asked"), 15);
    }
}
