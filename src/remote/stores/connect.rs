//! The way to a store.

use std::sync::{Arc, LazyLock, Once};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::fault::failed;
use super::pages::Pages;
use crate::remote::{Address, Scheme, StoreError};

/// How often a store that doesn't answer is asked again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// For seconds: at the beginning, where the address may be wrong.
    Little,
    /// For a minute: a run of hours should live through a disturbance.
    Much,
}

impl Patience {
    fn retries(self) -> RetryConfig {
        let max_retries = match self {
            Self::Little => 2,
            Self::Much => 10,
        };
        RetryConfig { max_retries, ..RetryConfig::default() }
    }
}

/// Without an answer for so long, a store does not answer.
const SILENCE: Duration = Duration::from_secs(60);
const CONNECTING: Duration = Duration::from_secs(10);

/// A way to a store, and the key of an address in it.
#[derive(Clone)]
pub(super) struct Place {
    pub store: Arc<dyn ObjectStore>,
    pub key: Path,
}

/// Opens the way to the store of an address. What the store is asked with comes from the environment, by the names that
/// `object_store` knows.
pub(super) fn open(address: &Address, patience: Patience) -> Result<Place, StoreError> {
    static TLS: Once = Once::new();
    // It fails where one is there already, which is as good.
    TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let scheme = address.scheme();
    let wrong = |why: String| StoreError::Address { scheme, why };
    let retries = patience.retries();
    // A transfer may take as long as it will, if only something comes.
    let client = ClientOptions::new()
        .with_user_agent(concat!("dateline/", env!("CARGO_PKG_VERSION")).parse().map_err(|_| StoreError::Missing)?)
        .with_connect_timeout(CONNECTING)
        .with_timeout_disabled()
        .with_read_timeout(SILENCE);
    let host = address.host();
    let store: Arc<dyn ObjectStore> = match scheme {
        Scheme::S3 => {
            let builder = AmazonS3Builder::from_env().with_bucket_name(host).with_retry(retries);
            let mut plain = false;
            for name in ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"] {
                let Ok(server) = std::env::var(name) else { continue };
                // One that is none would end the program.
                if !Url::parse(&server).is_ok_and(|server| server.has_host()) {
                    return Err(wrong(format!("{name}={server:?} is no address of a server")));
                }
                // Who names a server without TLS means it.
                plain |= server.starts_with("http://");
            }
            Arc::new(builder.with_client_options(client.with_allow_http(plain)).build().map_err(failed(scheme))?)
        }
        Scheme::Google => {
            let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(host).with_retry(retries);
            // Without TLS only where the file of the key names such a server.
            Arc::new(builder.with_client_options(client.with_allow_http(true)).build().map_err(failed(scheme))?)
        }
        Scheme::Azure => {
            let builder = MicrosoftAzureBuilder::from_env().with_url(address.whole()).with_retry(retries);
            Arc::new(builder.with_client_options(client).build().map_err(failed(scheme))?)
        }
        Scheme::Web => {
            // Of the address, nothing is taken apart: its query may be a signature.
            let builder = HttpBuilder::new().with_url(address.whole()).with_retry(retries).with_http_connector(Pages);
            let store = builder.with_client_options(client.with_allow_http(true)).build().map_err(failed(scheme))?;
            return Ok(Place { store: Arc::new(store), key: Path::default() });
        }
    };
    let key = Path::parse(address.key().trim_end_matches('/')).map_err(|error| wrong(error.to_string()))?;
    Ok(Place { store, key })
}

/// Waits for what a store does.
pub(super) fn wait<T, E>(scheme: Scheme, future: impl Future<Output = Result<T, E>>) -> Result<T, StoreError>
where
    object_store::Error: From<E>,
{
    static RUNTIME: LazyLock<std::io::Result<Runtime>> =
        LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).thread_name("stores").enable_all().build());
    match &*RUNTIME {
        Ok(runtime) => runtime.block_on(future).map_err(|error| failed(scheme)(error.into())),
        Err(error) => Err(StoreError::Failed { scheme, why: error.to_string() }),
    }
}
