//! TLS of the server: one identity, two configurations.
//!
//! Border: makes acceptors. The provider is named, so that a second one in the build changes nothing.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, version};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

/// The protocol name that a client may ask for (IANA), and the only one that is accepted if it asks: a
/// handshake meant for another service does not come through.
const ALPN: &[u8] = b"ftp";

/// What the server shows of itself under TLS.
#[derive(Clone)]
pub struct Identity {
    /// The certificates in DER, the server's own first, then those that lead to the root.
    pub chain: Vec<Vec<u8>>,
    /// The private key of the first certificate, PKCS#8 in DER.
    pub key: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}

/// The two ends of TLS. Both share the sessions that can be resumed, so that a client may resume the
/// session of its control connection on the data connection.
#[derive(Clone)]
pub(super) struct Tls {
    pub(super) control: TlsAcceptor,
    pub(super) data: TlsAcceptor,
}

impl Tls {
    pub(super) fn new(identity: &Identity) -> Result<Self, rustls::Error> {
        let control = configuration(identity)?;
        let mut data = control.clone();
        // A client that closes a data connection with unread tickets in its socket makes the system reset
        // it, and the last bytes of an upload are lost.
        data.send_tls13_tickets = 0;
        Ok(Self { control: Arc::new(control).into(), data: Arc::new(data).into() })
    }
}

fn configuration(identity: &Identity) -> Result<ServerConfig, rustls::Error> {
    let chain = identity.chain.iter().cloned().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.to_vec()));
    let mut configuration = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    configuration.alpn_protocols = vec![ALPN.to_vec()];
    Ok(configuration)
}
