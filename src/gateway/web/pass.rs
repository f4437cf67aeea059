//! `/gateway/openai/…` and `/gateway/anthropic/…`: a call goes on as it came, and its answer comes back as it came, piece by
//! piece. What is added is a number before it, and a trace before its end.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use futures_util::stream::unfold;

use crate::foundation::ids::random_bytes;
use crate::foundation::{Asker, TraceContext};
use crate::people::People;
use crate::state::App;
use crate::web::connections::{Connection, connection_of};

use super::auth::{Admitted, admit};
use super::onward::{Way, comes_back, named, only_calls, outgoing};
use super::refusal::Refusal;
use crate::gateway::answer::Reading;
use crate::gateway::call::Call;
use crate::gateway::model::{Kind, Provider, State};
use crate::gateway::record::{Begun, Sender};
use crate::gateway::service::{Gateway, Upstream};
use crate::gateway::span::{Asked, IDENTITY, SESSION};
use crate::gateway::upstream::{Exchange, Fault, Framing, Head, Incoming, Outgoing};

/// How often it is looked whether the client is still there, while nothing is sent to it.
const LOOK: Duration = Duration::from_millis(200);
/// Bytes of a request and of an answer that a trace holds; all of both is passed on.
const MOST_KEPT: usize = 4 << 20;

/// Any call below `/gateway/openai`.
pub async fn openai(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    people: Data<People>,
    gateway: Data<Gateway>,
) -> HttpResponse {
    let passing = pass(Provider::OpenAi, &request, payload, &app, &people, &gateway);
    Box::pin(passing).await.unwrap_or_else(|refusal| refusal.answer(Provider::OpenAi))
}

/// Any call below `/gateway/anthropic`.
pub async fn anthropic(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    people: Data<People>,
    gateway: Data<Gateway>,
) -> HttpResponse {
    let passing = pass(Provider::Anthropic, &request, payload, &app, &people, &gateway);
    Box::pin(passing).await.unwrap_or_else(|refusal| refusal.answer(Provider::Anthropic))
}

async fn pass(
    provider: Provider,
    request: &HttpRequest,
    payload: Payload,
    app: &App,
    people: &People,
    gateway: &Gateway,
) -> Result<HttpResponse, Refusal> {
    let upstream = Upstream::of(&app.config.gateway, provider).map_err(|cause| Refusal::of(&cause))?;
    let upstream = upstream.ok_or_else(|| off(provider))?;
    let Admitted { asker, own, headers } = admit(people, provider, request.headers(), &upstream).await?;
    let way = Way::of(provider, request.path())?;
    only_calls(request.headers())?;
    let kind = Kind::of(provider, request.method().as_str(), &way.read);
    let asked = asked(request.headers());
    within_budget(app, gateway, &asker, &asked).await?;
    let outgoing = outgoing(request, &way.sent, &own, headers);
    let call = begin(app, gateway, &asker, provider, kind, request, &way.sent, asked).await?;
    let client = Client(connection_of(request));
    let most = MOST_KEPT.min(app.config.ingest.max_body_bytes / 8);
    exchange(call, &upstream, outgoing, payload, client, most).await
}

/// Refuses what a used-up budget refuses; nothing of it takes a number.
async fn within_budget(app: &App, gateway: &Gateway, asker: &Asker, asked: &Asked) -> Result<(), Refusal> {
    let refusal = gateway.budgets.refusal(app, asker.project, &asked.identity).await;
    match refusal.map_err(|cause| Refusal::of(&cause))? {
        Some(said) => Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, "budget", said)),
        None => Ok(()),
    }
}

fn off(provider: Provider) -> Refusal {
    let said = format!(
        "This server passes no calls on to {}: its operator names the upstream with the setting gateway.{}-url.",
        provider.title(),
        provider.as_str()
    );
    Refusal::new(StatusCode::NOT_FOUND, "off", said)
}

/// Takes a number and writes down that the call begins.
#[expect(clippy::too_many_arguments, reason = "all that a call is, once")]
async fn begin(
    app: &App,
    gateway: &Gateway,
    asker: &Asker,
    provider: Provider,
    kind: Kind,
    request: &HttpRequest,
    path: &str,
    mut asked: Asked,
) -> Result<Call, Refusal> {
    let number = gateway.numbers.take(app, asker.project).await.map_err(|cause| Refusal::of(&cause))?;
    let mut parents = request.headers().get_all("traceparent");
    let (first, second) = (parents.next(), parents.next());
    let context =
        first.filter(|_| second.is_none()).and_then(|value| TraceContext::parse(value.to_str().ok()?));
    asked.parent = context.as_ref().map(|context| context.span_id().to_owned());
    let trace_id = context.map_or_else(|| hex::encode(random_bytes::<16>()), |it| it.trace_id().to_owned());
    let begun = Begun {
        project: asker.project.0,
        number,
        provider,
        method: request.method().as_str().to_owned(),
        path: path.to_owned(),
        is_billed: kind.is_billed(),
        trace_id,
        span_id: hex::encode(random_bytes::<8>()),
        at: app.now(),
        sender: Sender::of(asker),
    };
    let (spool, clock) = (Arc::clone(&gateway.spool), Arc::clone(&app.clock));
    Call::begin(kind, begun, asked, spool, clock).map_err(|cause| {
        tracing::error!(%cause, "a call could not be written down, so it was not passed on");
        gateway.numbers.give_back(asker.project, number);
        let said = "Tracewright cannot write calls down now, so this one was not sent upstream";
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "no_room", said)
    })
}

fn asked(headers: &HeaderMap) -> Asked {
    let text = |name: &str| headers.get(name).map(|value| said(value.as_bytes()));
    let given = |name: &str| text(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let identity = IDENTITY.into_iter().filter_map(|(header, name)| Some((name, given(header)?)));
    Asked { identity: identity.collect(), session: given(SESSION), ..Asked::default() }
}

/// A header's text. Names have other letters than those of ASCII too: clients send them as UTF-8, some as Latin-1.
fn said(bytes: &[u8]) -> String {
    let of_latin = |_| bytes.iter().map(|byte| char::from(*byte)).collect();
    std::str::from_utf8(bytes).map_or_else(of_latin, str::to_owned)
}

/// Sends the call once, and gives its answer on.
async fn exchange(
    mut call: Call,
    upstream: &Upstream,
    outgoing: Outgoing,
    payload: Payload,
    client: Client,
    most: usize,
) -> Result<HttpResponse, Refusal> {
    let (is_head, framing) = (outgoing.method == "HEAD", outgoing.framing);
    let begun = client.waits_for(Exchange::begin(&upstream.place, &outgoing, upstream.patience)).await;
    let mut exchange = match begun {
        Ok(exchange) => exchange,
        Err(stop) => return Err(stopped(&mut call, stop)),
    };
    let sent = send(&mut call, &mut exchange, payload, framing, most).await;
    // An upstream that has heard enough answers before it was told all, and then does not listen any more.
    if let Err(stop) = sent.or_else(|stop| if stop.is_deaf() { Ok(()) } else { Err(stop) }) {
        return Err(stopped(&mut call, stop));
    }
    let answered = client.waits_for(exchange.answer(is_head)).await;
    match answered {
        Ok(head) => Ok(give_on(call, exchange, &head, client, most)),
        Err(stop) => Err(stopped(&mut call, stop)),
    }
}

/// Sends the body as it comes, and keeps it as far as it fits. Not a byte goes beyond what the head announced: the upstream would
/// take the rest for another call.
async fn send(
    call: &mut Call,
    exchange: &mut Exchange,
    mut payload: Payload,
    framing: Framing,
    most: usize,
) -> Result<(), Stop> {
    let mut left = match framing {
        Framing::Length(length) => Some(length),
        Framing::None => Some(0),
        Framing::Chunked | Framing::UntilClose => None,
    };
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|cause| Stop::Request(cause.to_string()))?;
        if let Some(room) = &mut left {
            let rest = room.checked_sub(piece.len() as u64);
            *room = rest.ok_or_else(|| Stop::Request("its body is longer than it says".to_owned()))?;
        }
        let asked = &mut call.asked;
        asked.length += piece.len() as u64;
        if asked.body.len() + piece.len() <= most && !asked.is_too_large {
            asked.body.extend_from_slice(&piece);
        } else {
            (asked.is_too_large, asked.body) = (true, Vec::new());
        }
        exchange.send(&piece).await.map_err(Stop::Upstream)?;
    }
    if left.is_some_and(|left| left > 0) {
        return Err(Stop::Request("its body is shorter than it says".to_owned()));
    }
    exchange.sent().await.map_err(Stop::Upstream)
}

/// Why a call has no answer.
enum Stop {
    /// The client is gone.
    Left,
    /// The client's request broke off.
    Request(String),
    Upstream(Fault),
}

impl Stop {
    fn is_deaf(&self) -> bool {
        matches!(self, Self::Upstream(Fault::Broken(_)))
    }
}

/// Writes down how a call without an answer ended, and says it.
fn stopped(call: &mut Call, stop: Stop) -> Refusal {
    let (state, status, code, said) = match stop {
        Stop::Left => {
            let said = "the client went away before an answer".to_owned();
            (State::Cut, StatusCode::BAD_GATEWAY, "left", said)
        }
        Stop::Request(why) => {
            (State::Cut, StatusCode::BAD_REQUEST, "request", format!("the request broke off: {why}"))
        }
        Stop::Upstream(fault @ Fault::Late(_)) => {
            (State::Failed, StatusCode::GATEWAY_TIMEOUT, "timeout", fault.to_string())
        }
        Stop::Upstream(fault @ Fault::Unreached(_)) => {
            (State::Failed, StatusCode::BAD_GATEWAY, "unreached", fault.to_string())
        }
        Stop::Upstream(fault @ Fault::Broken(_)) => {
            let said = format!(
                "{fault}; whether it did the work is not known, and Tracewright does not send it again"
            );
            (State::Failed, StatusCode::BAD_GATEWAY, "broken", said)
        }
    };
    call.fail(state, said.clone());
    Refusal::new(status, code, said)
}

/// The answer: its head now, its body as it comes.
fn give_on(mut call: Call, exchange: Exchange, head: &Head, client: Client, most: usize) -> HttpResponse {
    let reading = Reading::of(call.kind, &head.text("content-type"), most);
    call.answered(head.status, reading.packed(&head.text("content-encoding")));
    let status = StatusCode::from_u16(head.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = HttpResponse::build(status);
    let named = named(Some(head.text("connection").as_bytes()));
    for (name, value) in head.headers.iter().filter(|(name, _)| comes_back(name, &named)) {
        let pair = (HeaderName::try_from(name.as_str()), HeaderValue::from_bytes(value));
        if let (Ok(name), Ok(value)) = pair {
            response.append_header((name, value));
        }
    }
    let framing = head.framing;
    let incoming = exchange.into_incoming(head);
    if framing == Framing::None || framing == Framing::Length(0) {
        call.complete();
        return response.finish();
    }
    let passing = Passing { call, incoming, client: Rc::new(client), has_failed: false };
    let stream = Box::pin(unfold(passing, |mut passing| async move {
        let piece = passing.next().await?;
        Some((piece, passing))
    }));
    match framing {
        Framing::Length(length) => response.no_chunking(length).body(SizedStream::new(length, stream)),
        _ => response.streaming(stream),
    }
}

/// An answer on its way back.
struct Passing {
    call: Call,
    incoming: Incoming,
    client: Rc<Client>,
    has_failed: bool,
}

impl Passing {
    /// The next piece. Before the last one is given out, how the call ended is written down: whoever has read an answer to its end
    /// finds its trace.
    async fn next(&mut self) -> Option<Result<Bytes, Fault>> {
        if self.has_failed {
            return None;
        }
        let client = Rc::clone(&self.client);
        let next = client.waits_for(self.incoming.next()).await;
        match next {
            Ok(Some(piece)) => {
                self.call.feed(&piece);
                if self.call.is_complete() || self.incoming.is_at_end() {
                    self.call.complete();
                }
                Some(Ok(piece.into()))
            }
            Ok(None) => {
                self.call.complete();
                None
            }
            Err(stop) => {
                self.has_failed = true;
                Some(Err(self.broke(stop)))
            }
        }
    }

    /// An answer that has said that it is at its end is whole, whatever comes behind it.
    fn broke(&mut self, stop: Stop) -> Fault {
        let fault = match stop {
            Stop::Upstream(fault) => fault,
            Stop::Left | Stop::Request(_) => Fault::Broken("the client went away".to_owned()),
        };
        if !self.call.is_over() {
            self.call.fail(State::Cut, format!("the answer broke off: {fault}"));
        }
        fault
    }
}

/// Whoever waits for an answer; nobody is looked for in process.
struct Client(Option<Arc<Connection>>);

impl Client {
    /// Waits for something as long as the client does.
    async fn waits_for<T>(&self, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Stop> {
        let Some(connection) = &self.0 else { return work.await.map_err(Stop::Upstream) };
        let left = async {
            loop {
                actix_web::rt::time::sleep(LOOK).await;
                if connection.is_left() {
                    return;
                }
            }
        };
        match select(Box::pin(work), Box::pin(left)).await {
            Either::Left((done, _)) => done.map_err(Stop::Upstream),
            Either::Right(_) => Err(Stop::Left),
        }
    }
}
