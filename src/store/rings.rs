//! Rows of certificates and key rings.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Store, StoreError};

/// A certificate, perhaps with its private key.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateRow {
    /// Owner: a user id, `irrcerta` (CERTAUTH) or `irrsitec` (SITE).
    pub owner: String,
    /// Label, 1 to 32 characters, case sensitive.
    pub label: String,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Its private key, PKCS#8 DER.
    pub key: Option<Vec<u8>>,
}

impl std::fmt::Debug for CertificateRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CertificateRow({} {})", self.owner, self.label)
    }
}

/// A certificate as a ring holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingRow {
    /// The certificate.
    pub certificate: CertificateRow,
    /// `CERTAUTH`, `SITE` or `PERSONAL`.
    pub usage: String,
    /// The ring's default certificate.
    pub is_default: bool,
}

impl Store {
    /// Adds certificates unless the first of them is there already.
    pub fn found_certificates(&self, rows: &[CertificateRow]) -> Result<(), StoreError> {
        self.change(|t| {
            let Some(first) = rows.first() else { return Ok(()) };
            let known = t.query_row(
                "SELECT 1 FROM certificate WHERE owner = ?1 AND label = ?2",
                [&first.owner, &first.label],
                |_| Ok(()),
            );
            if known.optional()?.is_some() {
                return Ok(());
            }
            rows.iter().try_for_each(|row| put_certificate(t, row))
        })
    }

    /// Adds a certificate, replacing one with the same owner and label.
    pub fn put_certificate(&self, row: &CertificateRow) -> Result<(), StoreError> {
        self.change(|t| put_certificate(t, row))
    }

    /// The certificate with this owner and label.
    pub fn certificate(&self, owner: &str, label: &str) -> Result<Option<CertificateRow>, StoreError> {
        Ok(self
            .connection()
            .query_row("SELECT der, key FROM certificate WHERE owner = ?1 AND label = ?2", [owner, label], |row| {
                Ok(CertificateRow {
                    owner: owner.to_owned(),
                    label: label.to_owned(),
                    der: row.get(0)?,
                    key: row.get(1)?,
                })
            })
            .optional()?)
    }

    /// Makes a ring with one certificate in it, unless there is such a ring.
    pub fn found_ring(
        &self,
        (owner, name): (&str, &str),
        certificate: (&str, &str),
        usage: &str,
    ) -> Result<(), StoreError> {
        self.change(|t| {
            if t.execute("INSERT OR IGNORE INTO ring VALUES (?1, ?2)", [owner, name])? == 0 {
                return Ok(());
            }
            connect(t, (owner, name), certificate, usage, false)
        })
    }

    /// Makes a ring if it is not there.
    pub fn put_ring(&self, owner: &str, name: &str) -> Result<(), StoreError> {
        self.change(|t| t.execute("INSERT OR IGNORE INTO ring VALUES (?1, ?2)", [owner, name]).map(|_| ()))
    }

    /// Connects a certificate to a ring.
    pub fn connect(
        &self,
        ring: (&str, &str),
        certificate: (&str, &str),
        usage: &str,
        is_default: bool,
    ) -> Result<(), StoreError> {
        self.change(|t| connect(t, ring, certificate, usage, is_default))
    }

    /// What a ring holds; `None` if there is no such ring.
    pub fn ring(&self, owner: &str, name: &str) -> Result<Option<Vec<RingRow>>, StoreError> {
        let connection = self.connection();
        let known =
            connection.query_row("SELECT 1 FROM ring WHERE owner = ?1 AND name = ?2", [owner, name], |_| Ok(()));
        if known.optional()?.is_none() {
            return Ok(None);
        }
        let mut statement = connection.prepare(
            "SELECT c.owner, c.label, c.der, c.key, r.usage, r.is_default FROM ring_entry r \
             JOIN certificate c ON c.id = r.certificate WHERE r.owner = ?1 AND r.ring = ?2 ORDER BY c.id",
        )?;
        let rows = statement.query_map([owner, name], |row| {
            Ok(RingRow {
                certificate: CertificateRow {
                    owner: row.get(0)?,
                    label: row.get(1)?,
                    der: row.get(2)?,
                    key: row.get(3)?,
                },
                usage: row.get(4)?,
                is_default: row.get(5)?,
            })
        })?;
        Ok(Some(rows.collect::<Result<_, _>>()?))
    }
}

fn put_certificate(t: &Transaction<'_>, row: &CertificateRow) -> rusqlite::Result<()> {
    t.execute(
        "INSERT INTO certificate (owner, label, der, key) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (owner, label) DO UPDATE SET der = ?3, key = ?4",
        params![row.owner, row.label, row.der, row.key],
    )
    .map(|_| ())
}

fn connect(
    t: &Transaction<'_>,
    (ring_owner, ring): (&str, &str),
    (owner, label): (&str, &str),
    usage: &str,
    is_default: bool,
) -> rusqlite::Result<()> {
    t.execute(
        "INSERT OR REPLACE INTO ring_entry \
         SELECT ?1, ?2, id, ?5, ?6 FROM certificate WHERE owner = ?3 AND label = ?4",
        params![ring_owner, ring, owner, label, usage, is_default],
    )
    .map(|_| ())
}
