//! Connections: taken, kept within their limits, and ended in order.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::app::App;
use super::guard::Client;
use super::unstuck::Unstuck;

/// The head of a request must be there by then; an idle connection is closed after it.
const HEAD: Duration = Duration::from_secs(15);
/// The same of a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Bytes of the head of a request, at most.
const HEAD_BYTES: usize = 32 << 10;
/// Lines of a head, at most.
const HEADERS: usize = 100;
/// A client that reads nothing of its answer for so long is not waited for.
const STUCK: Duration = Duration::from_secs(60);
/// Where there are no more files to open, it is tried again after this.
const PAUSE: Duration = Duration::from_millis(100);

/// Where and how connections are taken.
pub struct Listener {
    /// The socket.
    pub socket: TcpListener,
    /// What it speaks; `None` without TLS.
    pub tls: Option<TlsAcceptor>,
    /// Connections at a time, at most.
    pub connections: usize,
}

/// Takes connections until `end` says so, and answers what was asked by then.
pub async fn serve(listener: Listener, app: Arc<App>, router: Router, mut end: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(listener.connections));
    let mut open = JoinSet::new();
    loop {
        // Those that have ended are forgotten.
        while open.try_join_next().is_some() {}
        let taken = tokio::select! {
            taken = take(&listener.socket, &room) => taken,
            () = ended(&mut end) => break,
        };
        let (stream, from, permit) = match taken {
            Ok(taken) => taken,
            // A client that has gone by now, or no more files: the others go on.
            Err(_) => {
                sleep(PAUSE).await;
                continue;
            }
        };
        let (tls, app, router, end) = (listener.tls.clone(), Arc::clone(&app), router.clone(), end.clone());
        open.spawn(async move {
            app.metrics.connections().inc();
            connection(stream, from.ip(), tls, router, end).await;
            app.metrics.connections().dec();
            drop(permit);
        });
    }
    drop(listener);
    let all_answered = async { while open.join_next().await.is_some() {} };
    // What takes longer than an answer may is not waited for.
    timeout(app.timeout + STUCK, all_answered).await.ok();
}

/// The next connection, once there is room for it: until then, it waits with the system.
async fn take(
    socket: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, from) = socket.accept().await?;
    // An answer is sent as soon as it is there.
    stream.set_nodelay(true)?;
    Ok((stream, from, permit))
}

async fn connection(
    stream: TcpStream,
    from: IpAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    mut end: watch::Receiver<bool>,
) {
    // Who connects and says nothing is not waited for: until it is known what is spoken, nothing else would end that.
    let mut first = [0];
    let spoken = tokio::select! {
        spoken = timeout(HEAD, stream.peek(&mut first)) => matches!(spoken, Ok(Ok(1..))),
        () = ended(&mut end) => false,
    };
    if !spoken {
        return;
    }
    match tls {
        None => answer(stream, from, router, end).await,
        Some(tls) => {
            // Whoever does not speak TLS is not answered.
            if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.accept(stream)).await {
                answer(stream, from, router, end).await;
            }
        }
    }
}

/// Waits until the server is to end.
async fn ended(end: &mut watch::Receiver<bool>) {
    // Where nobody can ask any more, it is to end too.
    let _ = end.wait_for(|end| *end).await;
}

async fn answer<S>(stream: S, from: IpAddr, router: Router, mut end: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Client(from));
        request.map(axum::body::Body::new)
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        // A client may end its side before it reads the answer.
        .half_close(true);
    let stream = TokioIo::new(Unstuck::new(stream, STUCK));
    let connection = builder.serve_connection(stream, TowerToHyperService::new(service));
    tokio::pin!(connection);
    let done = tokio::select! {
        _ = connection.as_mut() => true,
        () = ended(&mut end) => false,
    };
    if !done {
        connection.as_mut().graceful_shutdown();
        // What the other side did wrong is its own affair.
        connection.await.ok();
    }
}
