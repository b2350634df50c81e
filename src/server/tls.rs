//! TLS, by rustls.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read, or has nothing of its kind in it.
    #[error("{}: cannot be read ({why}); expected {expected} in PEM", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
        /// What should be in it.
        expected: &'static str,
    },
    /// Certificate and key do not go together.
    #[error("{}: cannot be used with its key ({error}); expected a certificate and the key that belongs to it", file.display())]
    Pair {
        /// The certificate.
        file: PathBuf,
        /// What is wrong.
        error: rustls::Error,
    },
}

/// What takes connections of TLS 1.2 and 1.3.
///
/// # Errors
///
/// If the files are not a certificate and its key.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let wrong = |file: &Path, expected| {
        let file = file.to_owned();
        move |why: String| TlsError::File { file, why, expected }
    };
    let unread = |error: rustls::pki_types::pem::Error| error.to_string();
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(unread)
        .and_then(|chain: Vec<_>| if chain.is_empty() { Err("there is none in it".to_owned()) } else { Ok(chain) })
        .map_err(wrong(certificate, "a certificate"))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(unread).map_err(wrong(key, "a private key"))?;
    let pair = |error| TlsError::Pair { file: certificate.to_owned(), error };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(pair)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
