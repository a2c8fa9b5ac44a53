//! Rows of RSA keys.

use rusqlite::{OptionalExtension, Row, params};
use zeroize::Zeroizing;

use super::{Store, StoreError};

/// An RSA key with its label.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaKeyRow {
    /// Label, 1 to 64 characters.
    pub label: String,
    /// The public half: SubjectPublicKeyInfo, DER.
    pub spki: Vec<u8>,
    /// The private key, PKCS#8 DER, if it is known.
    pub pkcs8: Option<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for RsaKeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RsaKeyRow({}, private: {})", self.label, self.pkcs8.is_some())
    }
}

impl Store {
    /// Adds a key. False if there is one with this label, which then stays as it is.
    pub fn add_rsa_key(&self, row: &RsaKeyRow) -> Result<bool, StoreError> {
        let pkcs8 = row.pkcs8.as_ref().map(|key| key.as_slice());
        self.change(|t| {
            t.execute("INSERT OR IGNORE INTO rsa_key VALUES (?1, ?2, ?3)", params![row.label, row.spki, pkcs8])
                .map(|added| added > 0)
        })
    }

    /// The key with this label.
    pub fn rsa_key(&self, label: &str) -> Result<Option<RsaKeyRow>, StoreError> {
        let connection = self.connection();
        let sql = "SELECT label, spki, pkcs8 FROM rsa_key WHERE label = ?1";
        Ok(connection.query_row(sql, [label], read).optional()?)
    }

    /// All keys in the order of their labels.
    pub fn rsa_keys(&self) -> Result<Vec<RsaKeyRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT label, spki, pkcs8 FROM rsa_key ORDER BY label")?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Deletes a key. False if there was none.
    pub fn delete_rsa_key(&self, label: &str) -> Result<bool, StoreError> {
        self.change(|t| t.execute("DELETE FROM rsa_key WHERE label = ?1", [label]).map(|gone| gone > 0))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<RsaKeyRow> {
    let pkcs8: Option<Vec<u8>> = row.get(2)?;
    Ok(RsaKeyRow { label: row.get(0)?, spki: row.get(1)?, pkcs8: pkcs8.map(Zeroizing::new) })
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::RsaKeyRow;
    use crate::store::Store;

    #[test]
    fn a_label_holds_one_key_until_it_is_deleted() {
        let home = tempfile::tempdir().expect("a directory");
        let store = Store::open(&home.path().join("zjob.db")).expect("a store");
        let row = |label: &str, byte: u8| RsaKeyRow {
            label: label.to_owned(),
            spki: vec![byte],
            pkcs8: (byte > 1).then(|| Zeroizing::new(vec![byte; 3])),
        };
        assert!(store.add_rsa_key(&row("MY.KEY", 2)).expect("added"));
        assert!(!store.add_rsa_key(&row("MY.KEY", 1)).expect("asked"), "the label is taken");
        assert!(store.add_rsa_key(&row("A.KEY", 1)).expect("added"));
        assert_eq!(store.rsa_key("MY.KEY").expect("asked"), Some(row("MY.KEY", 2)));
        assert_eq!(store.rsa_keys().expect("asked"), [row("A.KEY", 1), row("MY.KEY", 2)]);
        assert!(store.delete_rsa_key("MY.KEY").expect("deleted"));
        assert!(!store.delete_rsa_key("MY.KEY").expect("asked"));
        assert_eq!(store.rsa_key("MY.KEY").expect("asked"), None);
        assert_eq!(format!("{:?}", row("MY.KEY", 7)), "RsaKeyRow(MY.KEY, private: true)");
    }
}
