//! One call to an upstream over HTTP/1.1, sent once and never again: no retry, no redirect, no proxy.
//!
//! A client of our own, because what stands in libraries sends a request anew on another connection when the first one had
//! been closed, and nobody hears of it. Connections are kept for a while and looked at before they are used; each belongs to
//! the thread that made it, as everything about a request does here.

mod body;
mod head;
mod place;
mod pool;
mod wire;

use std::io;
use std::time::Duration;

pub use body::Framing;
pub use head::{Head, Outgoing};
pub use place::Place;

use body::Body;
use wire::Wire;

/// Why there is no answer, or no more of it.
#[derive(Debug)]
pub enum Fault {
    /// Nothing was sent: the upstream was not reached.
    Unreached(String),
    /// It broke off, or says what is no HTTP.
    Broken(String),
    /// It took too long.
    Late(&'static str),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreached(why) => write!(f, "the upstream cannot be reached: {why}"),
            Self::Broken(why) => write!(f, "the upstream broke off: {why}"),
            Self::Late(what) => write!(f, "the upstream took too long: {what}"),
        }
    }
}

impl std::error::Error for Fault {}

fn broken(cause: impl std::fmt::Display) -> Fault {
    Fault::Broken(cause.to_string())
}

/// How long an upstream may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub connect: Duration,
    pub first_byte: Duration,
    pub silence: Duration,
}

/// A call under way.
pub struct Exchange {
    wire: Wire,
    place: Place,
    patience: Patience,
    framing: Framing,
    /// Whether all of the request was sent.
    is_sent: bool,
    /// What came and is not given out yet.
    buffer: Vec<u8>,
}

impl Exchange {
    /// Takes a connection and sends the head of a request.
    pub async fn begin(place: &Place, outgoing: &Outgoing, patience: Patience) -> Result<Self, Fault> {
        let wire = match pool::take(place) {
            Some(wire) => wire,
            None => within(patience.connect, "to connect", Wire::open(place)).await?.map_err(unreached)?,
        };
        let buffer = Vec::new();
        let (place_of, framing) = (place.clone(), outgoing.framing);
        let mut exchange = Self { wire, place: place_of, patience, framing, is_sent: false, buffer };
        exchange.write(&outgoing.to_bytes(place)).await?;
        Ok(exchange)
    }

    /// Sends a piece of the request's body.
    pub async fn send(&mut self, piece: &[u8]) -> Result<(), Fault> {
        if piece.is_empty() {
            return Ok(());
        }
        match self.framing {
            Framing::Chunked => {
                let mut framed = format!("{:x}\r\n", piece.len()).into_bytes();
                framed.extend_from_slice(piece);
                framed.extend_from_slice(b"\r\n");
                self.write(&framed).await
            }
            _ => self.write(piece).await,
        }
    }

    /// Ends the request's body.
    pub async fn sent(&mut self) -> Result<(), Fault> {
        if self.framing == Framing::Chunked {
            self.write(b"0\r\n\r\n").await?;
        }
        self.is_sent = true;
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let (patience, wire) = (self.patience.silence, &mut self.wire);
        within(patience, "to take the request", wire.write_all(bytes)).await?.map_err(broken)
    }

    /// Reads the head of the answer; heads that only announce one are passed over.
    pub async fn answer(&mut self, is_head: bool) -> Result<Head, Fault> {
        let patience = self.patience.first_byte;
        within(patience, "to answer", read_head(&mut self.wire, &mut self.buffer, is_head)).await?
    }

    /// The body of the answer to come. A connection that has half a request in it takes no other one.
    pub fn into_incoming(self, head: &Head) -> Incoming {
        let body = Body::of(head.framing);
        let Self { wire, place, patience, buffer, is_sent, .. } = self;
        let is_reusable = is_sent && head.is_kept_open;
        Incoming { wire: Some(wire), place, patience, buffer, body, is_reusable }
    }
}

/// The body of an answer as it comes.
pub struct Incoming {
    /// Gone once the body is at its end or has broken off.
    wire: Option<Wire>,
    place: Place,
    patience: Patience,
    buffer: Vec<u8>,
    body: Body,
    is_reusable: bool,
}

impl Incoming {
    /// The next piece as soon as there is one; none at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        loop {
            let piece = self.body.take(&mut self.buffer).map_err(broken)?;
            if !piece.is_empty() {
                if self.body.is_at_end() {
                    self.give_back();
                }
                return Ok(Some(piece));
            }
            if self.body.is_at_end() {
                self.give_back();
                return Ok(None);
            }
            let Some(wire) = self.wire.as_mut() else { return Ok(None) };
            let read = wire.read_into(&mut self.buffer);
            let read = within(self.patience.silence, "silence in the middle of an answer", read).await?;
            if read.map_err(broken)? == 0 && !self.body.end_by_close() {
                self.wire = None;
                return Err(broken("the connection was closed in the middle of an answer"));
            }
        }
    }

    /// Whether nothing more will come.
    pub fn is_at_end(&self) -> bool {
        self.body.is_at_end()
    }

    /// Keeps the connection for the next call, where that is possible.
    fn give_back(&mut self) {
        let Some(wire) = self.wire.take() else { return };
        if self.is_reusable && self.buffer.is_empty() && !self.body.is_ended_by_close() {
            pool::put(&self.place, wire);
        }
    }
}

/// Waits no longer than this.
async fn within<T>(
    patience: Duration,
    what: &'static str,
    work: impl Future<Output = T>,
) -> Result<T, Fault> {
    tokio::time::timeout(patience, work).await.map_err(|_| Fault::Late(what))
}

fn unreached(cause: io::Error) -> Fault {
    Fault::Unreached(cause.to_string())
}

async fn read_head(wire: &mut Wire, buffer: &mut Vec<u8>, is_head: bool) -> Result<Head, Fault> {
    loop {
        if let Some((head, length)) = Head::parse(buffer, is_head).map_err(broken)? {
            buffer.drain(..length);
            if !head.is_interim() {
                return Ok(head);
            }
            continue;
        }
        if wire.read_into(buffer).await.map_err(broken)? == 0 {
            return Err(broken("the connection was closed before an answer"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    const PATIENCE: Patience = Patience {
        connect: Duration::from_mins(5),
        first_byte: Duration::from_mins(5),
        silence: Duration::from_mins(5),
    };

    /// A place that answers each connection at once, before it has heard anything, and then waits for its end.
    fn hasty() -> Place {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = Place::parse(&format!("http://{}", listener.local_addr().unwrap()), true).unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || {
                    let answer = b"HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\nno";
                    stream.write_all(answer).unwrap();
                    let _ = stream.read_to_end(&mut Vec::new());
                });
            }
        });
        place
    }

    async fn answered(place: &Place, body: &[u8]) -> u16 {
        let framing = Framing::Length(4);
        let outgoing =
            Outgoing { method: "POST".to_owned(), target: "/".to_owned(), headers: Vec::new(), framing };
        let mut exchange = Exchange::begin(place, &outgoing, PATIENCE).await.unwrap();
        exchange.send(body).await.unwrap();
        if body.len() == 4 {
            exchange.sent().await.unwrap();
        }
        let head = exchange.answer(false).await.unwrap();
        let mut incoming = exchange.into_incoming(&head);
        assert_eq!(incoming.next().await.unwrap().unwrap(), b"no");
        head.status
    }

    #[actix_web::test]
    async fn a_connection_with_half_a_request_in_it_is_not_used_again() {
        let place = hasty();
        assert_eq!(answered(&place, b"ha").await, 413);
        assert!(pool::take(&place).is_none(), "the next request would be taken for the rest of this one");
        assert_eq!(answered(&place, b"full").await, 413);
        assert!(pool::take(&place).is_some());
    }
}
