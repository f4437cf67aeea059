//! Bodies that do not come: whoever sends nothing for a while, or less than a trickle, is answered 408.
//!
//! Only the time in which we wait for the other side counts, not the time in which a handler does something else.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::connections::{Connection, Held};
use super::error;

/// How long a body may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Without a single byte.
    pub silence: Duration,
    /// Altogether, for a short body.
    pub grace: Duration,
    /// More of it for every so many bytes that came: a second.
    pub bytes_a_second: u32,
}

impl Patience {
    /// Enough for a telephone in a cellar.
    pub const USUAL: Self =
        Self { silence: Duration::from_secs(20), grace: Duration::from_secs(30), bytes_a_second: 2_048 };

    fn altogether(self, received: u64) -> Duration {
        let earned = received.saturating_mul(1_000) / u64::from(self.bytes_a_second.max(1));
        self.grace.saturating_add(Duration::from_millis(earned))
    }
}

/// The middleware. It also says whose turn it is on the request's connection.
pub async fn refuse_slow<B: MessageBody + 'static>(
    patience: Patience,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let connection = request.conn_data::<Held>().map(Held::connection);
    let is_late = Rc::new(Cell::new(false));
    match request.take_payload() {
        Payload::None => {
            request.set_payload(Payload::None);
            connection.iter().for_each(|connection| connection.ours());
        }
        payload => {
            let body = TimedBody::new(payload, patience, connection.clone(), Rc::clone(&is_late));
            request.set_payload(Payload::Stream { payload: Box::pin(body) });
        }
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if is_late.get() {
        error::too_slow(&mut response);
    }
    let Some(connection) = connection else { return Ok(response) };
    connection.ours();
    Ok(response.map_body(|_, body| BoxBody::new(Sent { body, until: UntilSent(connection) })))
}

/// A request's body that keeps time.
struct TimedBody {
    body: Payload,
    patience: Patience,
    connection: Option<Arc<Connection>>,
    is_late: Rc<Cell<bool>>,
    received: u64,
    /// Time spent in waiting for the other side, but for the present wait.
    waited: Duration,
    wait: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl TimedBody {
    fn new(
        body: Payload,
        patience: Patience,
        connection: Option<Arc<Connection>>,
        is_late: Rc<Cell<bool>>,
    ) -> Self {
        connection.iter().for_each(|connection| connection.theirs());
        Self { body, patience, connection, is_late, received: 0, waited: Duration::ZERO, wait: None }
    }

    fn note(&mut self, got: Option<&Bytes>) {
        if let Some((since, _)) = self.wait.take() {
            self.waited += since.elapsed();
        }
        if let Some(connection) = &self.connection {
            if got.is_some() { connection.theirs() } else { connection.ours() }
        }
        self.received += got.map_or(0, |bytes| bytes.len() as u64);
    }

    /// Ready when the present wait is too long.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let left = self.patience.altogether(self.received).saturating_sub(self.waited);
        let (_, sleep) = self.wait.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(sleep_until(now + left.min(self.patience.silence))))
        });
        sleep.as_mut().poll(cx)
    }
}

impl Stream for TimedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.body).poll_next(cx) {
            Poll::Ready(Some(Err(cause))) => Poll::Ready(Some(Err(cause))),
            Poll::Ready(got) => {
                let got = got.transpose()?;
                self.note(got.as_ref());
                Poll::Ready(got.map(Ok))
            }
            Poll::Pending => {
                ready!(self.poll_patience(cx));
                self.is_late.set(true);
                let cause = io::Error::new(io::ErrorKind::TimedOut, "the body did not come in time");
                Poll::Ready(Some(Err(PayloadError::Io(cause))))
            }
        }
    }
}

/// An answer's body; with its end it is the other side's turn.
struct Sent {
    body: BoxBody,
    until: UntilSent,
}

struct UntilSent(Arc<Connection>);

impl Drop for UntilSent {
    fn drop(&mut self) {
        self.0.theirs();
    }
}

impl MessageBody for Sent {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        let Self { body, until } = self;
        body.try_into_bytes().map_err(|body| Self { body, until })
    }
}
