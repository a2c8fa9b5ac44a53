//! TLS: whom to believe, and one configuration for the control connection and all data connections.
//!
//! Border: turns a key ring into a rustls configuration and a rustls error into plain words. No sockets.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme, version};
use thiserror::Error;

use super::services::Trust;

/// Why a key ring gives no configuration.
#[derive(Debug, Error)]
pub(super) enum TrustError {
    /// A certificate or the key is damaged.
    #[error("a certificate or key of the ring cannot be used: {0}")]
    Material(#[from] rustls::Error),
    /// Neither a CERTAUTH nor a SITE certificate.
    #[error("the ring holds neither a CERTAUTH nor a SITE certificate")]
    Empty,
}

/// What a connection needs to become a TLS connection. Shared, so that data connections resume the session
/// of the control connection, which many servers demand.
#[derive(Clone)]
pub(super) struct TlsSetup {
    pub(super) config: Arc<ClientConfig>,
    pub(super) server_name: ServerName<'static>,
}

/// Choices of FTP.DATA.
#[derive(Debug, Clone, Copy)]
pub(super) struct TlsChoices {
    pub(super) verify_host_name: bool,
    pub(super) tls13: bool,
}

/// The configuration of a client that believes what `trust` believes.
pub(super) fn client_config(trust: &Trust, choices: TlsChoices) -> Result<Arc<ClientConfig>, TrustError> {
    if trust.anchors.is_empty() && trust.pinned.is_empty() {
        return Err(TrustError::Empty);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions: &[_] = if choices.tls13 { &[&version::TLS13, &version::TLS12] } else { &[&version::TLS12] };
    let verifier = Verifier::new(trust, choices.verify_host_name, provider.clone())?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let config = match &trust.own {
        None => builder.with_no_client_auth(),
        Some((chain, key)) => {
            let chain = chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.clone()));
            builder.with_client_auth_cert(chain, key)?
        }
    };
    Ok(Arc::new(config))
}

/// Believes SITE certificates byte for byte, and chains to CERTAUTH certificates.
#[derive(Debug)]
struct Verifier {
    roots: RootCertStore,
    pinned: Vec<CertificateDer<'static>>,
    verify_host_name: bool,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(trust: &Trust, verify_host_name: bool, provider: Arc<CryptoProvider>) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        for der in &trust.anchors {
            roots.add(CertificateDer::from(der.clone()))?;
        }
        let pinned = trust.pinned.iter().map(|der| CertificateDer::from(der.clone())).collect();
        Ok(Self { roots, pinned, verify_host_name, provider })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        // webpki takes no CA certificate as a server's, and a SITE certificate is believed as it is.
        if !self.pinned.iter().any(|pinned| pinned.as_ref() == end_entity.as_ref()) {
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, &self.roots, intermediates, now, algorithms)?;
        }
        if self.verify_host_name {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// A handshake error in plain words, with what to do.
pub(super) fn advice(error: &rustls::Error) -> &'static str {
    use rustls::CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet,
        NotValidYetContext, UnknownIssuer,
    };
    use rustls::Error::{AlertReceived, InvalidCertificate, InvalidMessage, PeerIncompatible};
    match error {
        InvalidCertificate(UnknownIssuer | BadSignature) => {
            "no certificate of the key ring has signed the server's: connect the CA to the ring as CERTAUTH, or the \
             server's certificate as SITE"
        }
        InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            "the server's certificate is for another host name: connect by the name in the certificate, or code \
             SECURE_HOSTNAME OPTIONAL in FTP.DATA (the default of the host, not of zjob) if you know why it differs"
        }
        InvalidCertificate(Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. }) => {
            "the server's certificate is not valid today: its owner has to renew it"
        }
        InvalidCertificate(_) => "the server's certificate is not acceptable: ask its owner for a current one",
        InvalidMessage(_) => "the server did not speak TLS after AUTH: this may be a proxy, or the wrong port",
        PeerIncompatible(_) => {
            "the server has no TLS version or cipher suite in common with this client (TLS 1.2, AEAD)"
        }
        AlertReceived(_) => "the server ended the handshake: it may want a client certificate, or other cipher suites",
        _ => "the server broke the TLS protocol",
    }
}
