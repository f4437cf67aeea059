//! The address `/mcp`: one POST, one message, one answer.
//!
//! No session is kept and no stream is open, so GET and DELETE are answered 405, which clients of the first era expect from a
//! server without either. Whoever calls is the agent that the key speaks for.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderName};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::foundation::TraceContext;
use crate::web::{KeyHolder, csrf};
use crate::work_orders::Orders;

use super::dispatch;
use super::eras::{self, Era, Headers};
use super::rpc::{
    self, Call, Fault, INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, MOST_BYTES, Message, REFUSED,
};
use super::tools::Whoever;

/// Not answered by a result.
struct Refused {
    status: StatusCode,
    /// The message that says so.
    said: Value,
}

impl Refused {
    /// Refused before a message was read.
    fn new(status: StatusCode, fault: &Fault) -> Self {
        Self { status, said: fault.answer(None) }
    }

    fn bad(fault: &Fault) -> Self {
        Self::new(StatusCode::BAD_REQUEST, fault)
    }
}

/// GET and DELETE /mcp
pub(super) async fn neither(_: KeyHolder) -> HttpResponse {
    let fault =
        Fault::new(REFUSED, "no session is kept here and no stream is open: send each message as a POST");
    HttpResponse::MethodNotAllowed().insert_header((ALLOW, "POST")).json(fault.answer(None))
}

/// POST /mcp
pub(super) async fn post(
    request: HttpRequest,
    key: KeyHolder,
    orders: Data<Orders>,
    payload: Payload,
) -> HttpResponse {
    match take(&request, key, &orders, payload).await {
        Ok(answer) => answer,
        Err(refused) => HttpResponse::build(refused.status).json(refused.said),
    }
}

async fn take(
    request: &HttpRequest,
    key: KeyHolder,
    orders: &Orders,
    payload: Payload,
) -> Result<HttpResponse, Refused> {
    admit(request, &key)?;
    let body = read(payload).await?;
    let headers = headers(request);
    match rpc::read(&body).map_err(|fault| Refused::bad(&fault))? {
        Message::Call(call) => answer(key, orders, &headers, &call).await,
        // Nothing that a client tells changes anything here: what it would cancel has ended when it comes.
        Message::Notice => {
            headers.era().map_err(|fault| Refused::bad(&fault))?;
            Ok(HttpResponse::Accepted().finish())
        }
        Message::Reply => match headers.era().map_err(|fault| Refused::bad(&fault))? {
            Era::Handshake => Ok(HttpResponse::Accepted().finish()),
            Era::Stateless => {
                Err(Refused::bad(&Fault::new(INVALID_REQUEST, "nothing was asked that this would answer")))
            }
        },
    }
}

/// Who is let in: the key of an agent that may read, from no page of another site, with JSON.
fn admit(request: &HttpRequest, key: &KeyHolder) -> Result<(), Refused> {
    let refused = |status, why: &str| Err(Refused::new(status, &Fault::new(REFUSED, why)));
    if !csrf::is_from_here(request) {
        return refused(
            StatusCode::FORBIDDEN,
            "a page of another site sent this; MCP is for programs with a key",
        );
    }
    if !key.asker.is_agent() {
        let why = "this key speaks for no agent: make one on the page /people/keys that acts as an agent";
        return refused(StatusCode::FORBIDDEN, why);
    }
    if !key.can_read {
        let why = "this key may not read: make one on the page /people/keys whose permissions hold reading";
        return refused(StatusCode::FORBIDDEN, why);
    }
    let says = |name: HeaderName, words: &[&str]| {
        let value =
            request.headers().get(name).map(|value| value.to_str().unwrap_or_default().to_lowercase());
        value.is_none_or(|value| words.iter().any(|word| value.contains(word)))
    };
    if !says(CONTENT_TYPE, &["application/json"]) {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send a message as application/json");
    }
    if !says(ACCEPT, &["application/json", "application/*", "*/*"]) {
        return refused(StatusCode::NOT_ACCEPTABLE, "an answer is application/json: accept it");
    }
    Ok(())
}

async fn read(payload: Payload) -> Result<actix_web::web::Bytes, Refused> {
    let too_large = |_| {
        let why = format!("a message may be at most {} KiB", MOST_BYTES >> 10);
        Refused::new(StatusCode::PAYLOAD_TOO_LARGE, &Fault::new(REFUSED, why))
    };
    let body = payload.to_bytes_limited(MOST_BYTES).await.map_err(too_large)?;
    body.map_err(|_| Refused::bad(&Fault::new(REFUSED, "the message did not come whole")))
}

async fn answer(
    key: KeyHolder,
    orders: &Orders,
    headers: &Headers,
    call: &Call,
) -> Result<HttpResponse, Refused> {
    let refused =
        |era, fault: &Fault| Refused { status: status(era, fault), said: fault.answer(Some(&call.id)) };
    // Which era it would be is what could not be told, so the statuses of the second one are meant.
    let era = headers.era_of(call).map_err(|fault| refused(Era::Stateless, &fault))?;
    // The header `traceparent` is on whoever asks already; the message's own word comes first.
    let asker = match trace(call) {
        Some(trace) => key.asker.in_trace(trace),
        None => key.asker,
    };
    let by = Whoever { orders: orders.clone(), asker };
    let result = dispatch::answer(by, era, call).await.map_err(|fault| refused(era, &fault))?;
    Ok(HttpResponse::Ok().json(rpc::result(&call.id, result)))
}

/// In the first era a refusal is an answer like any other. In the second its status says what a proxy can understand.
fn status(era: Era, fault: &Fault) -> StatusCode {
    match (era, fault.code) {
        (Era::Handshake, _) | (_, INTERNAL_ERROR) => StatusCode::OK,
        (Era::Stateless, METHOD_NOT_FOUND) => StatusCode::NOT_FOUND,
        (Era::Stateless, _) => StatusCode::BAD_REQUEST,
    }
}

/// The trace that a message says it is sent under (SEP-414). What cannot be read is passed over.
fn trace(call: &Call) -> Option<TraceContext> {
    TraceContext::parse(eras::meta(call)?.get("traceparent")?.as_str()?)
}

fn headers(request: &HttpRequest) -> Headers {
    let one = |name: &str| {
        let value = request.headers().get(name)?;
        Some(value.to_str().unwrap_or_default().trim().to_owned())
    };
    let repeated = ["mcp-protocol-version", "mcp-method", "mcp-name"]
        .into_iter()
        .find(|name| request.headers().get_all(*name).count() > 1);
    Headers {
        version: one("mcp-protocol-version"),
        method: one("mcp-method"),
        name: one("mcp-name"),
        repeated,
    }
}
