//! Encrypted connections, by rustls: the certificate of the server is verified, by the certificates that the system trusts
//! (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others) and by no others. A URL of MySQL's may say `verify_ca=false`.

use rustls_native_certs::{CertificateResult, load_native_certs};

use super::backend::DbError;

/// The certificates that the system trusts.
fn trusted() -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, DbError> {
    let CertificateResult { certs, errors, .. } = load_native_certs();
    match errors.into_iter().next() {
        Some(error) if certs.is_empty() => {
            let text = "the certificates that the system trusts cannot be read";
            Err(DbError::new(text, Some(error.into())))
        }
        _ => Ok(certs),
    }
}

/// The client's side of connections to PostgreSQL.
#[cfg(feature = "postgres")]
pub(super) fn connector() -> Result<tokio_postgres_rustls::MakeRustlsConnect, DbError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(trusted()?);
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| DbError::new("TLS is not to be had", Some(error.into())))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

/// The same for MySQL.
#[cfg(feature = "mysql")]
pub(super) fn options(of_url: &mysql_async::SslOpts) -> Result<mysql_async::SslOpts, DbError> {
    // The driver asks for the provider of the process, and panics where rustls has been built with several.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    // It refuses all if one of them cannot be read.
    let is_read = |root: &rustls::pki_types::CertificateDer<'static>| {
        rustls::RootCertStore::empty().add(root.clone()).is_ok()
    };
    let roots = trusted()?.into_iter().filter(is_read).map(|root| root.to_vec().into()).collect();
    Ok(of_url.clone().with_root_certs(roots).with_disable_built_in_roots(true))
}
