//! Why something in an object store cannot be read or written.

use super::address::Scheme;

/// Why something in an object store cannot be read or written. The address stands in front of it where it is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The feature `remote` is missing.
    #[error(
        "this dateline was built without object stores; expected one with them: build it with --features remote, or copy what \
         is there to this machine first"
    )]
    NotBuilt,
    /// The address is none that its kind of store has.
    #[error("is no address of {} ({why}); expected {}", .scheme.name(), .scheme.example())]
    Address {
        /// The kind of store.
        scheme: Scheme,
        /// What is wrong with it.
        why: String,
    },
    /// There is nothing.
    #[error(
        "nothing is there; expected the address of an object, or what objects have in front of their names: check it"
    )]
    Missing,
    /// Who asks may not do this, or is not known.
    #[error("is not open to us ({why}); expected {}", .scheme.credentials())]
    Refused {
        /// The kind of store.
        scheme: Scheme,
        /// What the store said.
        why: String,
    },
    /// It was written anew while it was read.
    #[error("was changed while it was read; expected one that stays as it is: read it again")]
    Changed,
    /// A folder that is to be written to is not empty.
    #[error("something lies under it already; expected an address without: take that away, or write elsewhere")]
    Filled,
    /// The store fails in another way.
    #[error("the store fails ({why}); expected {}", .scheme.example())]
    Failed {
        /// The kind of store.
        scheme: Scheme,
        /// What the store said, or the way to it.
        why: String,
    },
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::S3 => "S3",
            Self::Google => "Google Cloud Storage",
            Self::Azure => "Azure Blob Storage",
            Self::Web => "the web",
        }
    }

    const fn example(self) -> &'static str {
        match self {
            Self::S3 => {
                "s3://BUCKET/KEY of a store that can be reached: AWS_REGION says where it is, AWS_ENDPOINT_URL which server \
                 is asked"
            }
            Self::Google => "gs://BUCKET/KEY of a store that can be reached",
            Self::Azure => {
                "az://CONTAINER/KEY of a store that can be reached: AZURE_STORAGE_ACCOUNT_NAME says whose container it is"
            }
            Self::Web => "an address that answers with the file: see it with curl -I",
        }
    }

    const fn credentials(self) -> &'static str {
        match self {
            Self::S3 => {
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, as \
                 `aws configure export-credentials --format env` prints them, or AWS_SKIP_SIGNATURE=true for what is open to \
                 all"
            }
            Self::Google => {
                "GOOGLE_APPLICATION_CREDENTIALS with the path of a key, a login by `gcloud auth application-default login`, or \
                 GOOGLE_SKIP_SIGNATURE=true for what is open to all"
            }
            Self::Azure => {
                "AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN in the environment, or \
                 AZURE_SKIP_SIGNATURE=true for what is open to all"
            }
            Self::Web => "an address that is open to all, or has its signature in it",
        }
    }
}
