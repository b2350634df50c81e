//! Web pages that do not say how long they are.

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};

/// Bytes of such a page, at most: it is taken into memory.
const MOST: usize = 256 << 20;

/// Connects to servers of the web. Pages that are made while they are sent have no length in front, which `object_store` asks
/// for: they are read whole and given one.
#[derive(Debug)]
pub(super) struct Pages;

impl HttpConnector for Pages {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        ReqwestConnector::default().connect(options).map(|client| HttpClient::new(Measured(client)))
    }
}

#[derive(Debug)]
struct Measured(HttpClient);

#[async_trait]
impl HttpService for Measured {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        const LENGTH: &str = "content-length";
        let wanted = request.method() == "GET";
        let response = self.0.execute(request).await?;
        if !wanted || !response.status().is_success() || response.headers().contains_key(LENGTH) {
            return Ok(response);
        }
        let (mut head, body) = response.into_parts();
        let mut whole = Vec::new();
        let mut pieces = body.bytes_stream();
        while let Some(piece) = pieces.try_next().await? {
            if whole.len() + piece.len() > MOST {
                let why = format!("the page does not say how long it is, and has more than {} MB", MOST >> 20);
                return Err(HttpError::new(HttpErrorKind::Decode, std::io::Error::other(why)));
            }
            whole.extend_from_slice(&piece);
        }
        head.headers.insert(LENGTH, whole.len().into());
        Ok(HttpResponse::from_parts(head, whole.into()))
    }
}
