//! Certificates and key rings: what a system is born with, and what a ring makes a client believe.
//!
//! Border: rows in, trust out. It makes certificates but opens no connection and knows nothing of TLS or FTP.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use thiserror::Error;

use crate::store::{CertificateRow, Store, StoreError};

/// Owner of CERTAUTH certificates.
const CERTAUTH: &str = "irrcerta";
/// Label of the system's certificate authority.
const CA_LABEL: &str = "zjob system CA";
/// Label of the embedded server's certificate.
const SERVER_LABEL: &str = "zjob embedded server";
/// Owner of the embedded server's certificate.
const SERVER_OWNER: &str = "FTPD";
/// The ring that FTP.DATA samples name.
pub const DEFAULT_RING: &str = "SECURE.FTP.KEYRING";

/// Why there is no trust.
#[derive(Debug, Error)]
pub enum RacfError {
    /// No such ring.
    #[error("user {owner} has no key ring {ring}")]
    NoRing {
        /// The user.
        owner: String,
        /// The ring.
        ring: String,
    },
    /// Certificates could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a ring makes a client believe.
#[derive(Clone, Default)]
pub struct Trust {
    /// CERTAUTH certificates, DER.
    pub anchors: Vec<Vec<u8>>,
    /// SITE certificates, DER.
    pub pinned: Vec<Vec<u8>>,
    /// The default PERSONAL certificate with its key, both DER.
    pub own: Option<(Vec<u8>, Vec<u8>)>,
}

/// A server's certificate chain, leaf first, and its PKCS#8 key.
#[derive(Clone)]
pub struct ServerIdentity {
    /// DER, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// PKCS#8 DER.
    pub key: Vec<u8>,
}

/// The certificates and rings of a system.
#[derive(Debug, Clone)]
pub struct Racf {
    store: Arc<Store>,
}

impl Racf {
    /// Works on the rows of `store`.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    /// Gives a system its certificate authority and the embedded server's certificate for `server_names`, and
    /// `user` the ring that trusts the authority. What is there already stays, and what is given is given whole.
    pub fn create(&self, user: &str, server_names: &[String]) -> Result<(), RacfError> {
        if self.authority()?.is_none() {
            self.store.found_certificates(&first_certificates(server_names)?)?;
        }
        if self.store.ring(user, DEFAULT_RING)?.is_none() {
            self.store.found_ring((user, DEFAULT_RING), (CERTAUTH, CA_LABEL), "CERTAUTH")?;
        }
        Ok(())
    }

    /// The trust of `RING` or `USER/RING`, seen by `user`.
    pub fn ring(&self, name: &str, user: &str) -> Result<Trust, RacfError> {
        let (owner, ring) = name.split_once('/').unwrap_or((user, name));
        let missing = || RacfError::NoRing { owner: owner.to_owned(), ring: ring.to_owned() };
        let mut trust = Trust::default();
        for entry in self.store.ring(owner, ring)?.ok_or_else(missing)? {
            match entry.usage.as_str() {
                "CERTAUTH" => trust.anchors.push(entry.certificate.der),
                "SITE" => trust.pinned.push(entry.certificate.der),
                _ if entry.is_default => {
                    trust.own = entry.certificate.key.map(|key| (entry.certificate.der, key));
                }
                _ => {}
            }
        }
        Ok(trust)
    }

    /// The identity of the embedded server.
    pub fn server_identity(&self) -> Result<Option<ServerIdentity>, RacfError> {
        let leaf = self.store.certificate(SERVER_OWNER, SERVER_LABEL)?;
        Ok(leaf.and_then(|row| Some(ServerIdentity { chain: vec![row.der], key: row.key? })))
    }

    /// The system's certificate authority, DER, for clients other than zjob's own.
    pub fn authority(&self) -> Result<Option<Vec<u8>>, RacfError> {
        Ok(self.store.certificate(CERTAUTH, CA_LABEL)?.map(|row| row.der))
    }
}

/// The authority and the embedded server's certificate, each with its key.
fn first_certificates(server_names: &[String]) -> Result<[CertificateRow; 2], RacfError> {
    let ca_key = KeyPair::generate()?;
    let ca_params = authority_parameters();
    let ca = ca_params.self_signed(&ca_key)?;
    let issuer = Issuer::new(ca_params, &ca_key);
    let leaf_key = KeyPair::generate()?;
    let leaf = leaf_parameters(server_names)?.signed_by(&leaf_key, &issuer)?;
    let row = |owner: &str, label: &str, der: &[u8], key: &KeyPair| CertificateRow {
        owner: owner.to_owned(),
        label: label.to_owned(),
        der: der.to_vec(),
        key: Some(key.serialize_der()),
    };
    Ok([row(CERTAUTH, CA_LABEL, ca.der(), &ca_key), row(SERVER_OWNER, SERVER_LABEL, leaf.der(), &leaf_key)])
}

fn authority_parameters() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, CA_LABEL);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn leaf_parameters(names: &[String]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    let first = names.first().map_or("localhost", String::as_str);
    params.distinguished_name.push(DnType::CommonName, first);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{DEFAULT_RING, Racf, RacfError};
    use crate::store::Store;

    fn racf() -> (tempfile::TempDir, Racf) {
        let home = tempfile::tempdir().expect("a directory");
        let store = Store::open(&home.path().join("zjob.db")).expect("a store");
        (home, Racf::new(Arc::new(store)))
    }

    #[test]
    fn a_new_system_trusts_its_own_authority_through_the_ring_of_its_user() {
        let (_home, racf) = racf();
        racf.create("IBMUSER", &["ftp.ecurep.ibm.com".to_owned(), "192.109.81.7".to_owned()]).expect("made");
        let trust = racf.ring(DEFAULT_RING, "IBMUSER").expect("the ring");
        assert_eq!(trust.anchors, [racf.authority().expect("asked").expect("there")]);
        assert!(trust.pinned.is_empty() && trust.own.is_none());
        assert_eq!(racf.ring("IBMUSER/SECURE.FTP.KEYRING", "OTHER").expect("the ring").anchors, trust.anchors);
        assert!(racf.server_identity().expect("asked").is_some());
    }

    #[test]
    fn an_authority_is_made_once_and_every_user_gets_a_ring() {
        let (_home, racf) = racf();
        let names = ["ftp.ecurep.ibm.com".to_owned()];
        racf.create("IBMUSER", &names).expect("made");
        let authority = racf.authority().expect("asked").expect("there");
        racf.create("OTHER", &names).expect("asked");
        assert_eq!(racf.authority().expect("asked"), Some(authority.clone()));
        assert_eq!(racf.ring(DEFAULT_RING, "OTHER").expect("the ring").anchors, [authority]);
    }

    #[test]
    fn a_ring_that_is_not_there_is_named() {
        let (_home, racf) = racf();
        assert!(matches!(racf.ring("NO.RING", "IBMUSER"), Err(RacfError::NoRing { .. })));
    }
}
