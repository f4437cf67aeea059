//! One request: who asks, what the headers say, and its body.

use std::future::{Ready, ready};

use actix_web::dev::Payload as Incoming;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse, rt};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions::{self, Kept};
use super::check::check;
use super::document;
use super::query::{Param, Query};
use super::refusal::{Answer, Refused};
use crate::foundation::{Asker, Digest, Error, Result};
use crate::state::App;
use crate::web::Principal;
use crate::work_orders::Orders;

/// The longest body that is not a file, in bytes: a plan is the largest there is.
pub const MOST_BYTES: usize = 4 << 20;
/// The longest name of a request.
pub const MOST_KEY: usize = 255;
/// The header that names a request.
pub const KEY: &str = "Idempotency-Key";

/// One request of somebody who is known.
#[derive(Clone)]
pub struct Call {
    pub who: Asker,
    pub orders: Orders,
    request: HttpRequest,
}

impl FromRequest for Call {
    type Error = Refused;
    type Future = Ready<Answer<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Incoming) -> Self::Future {
        let who = Principal::from_request(request, payload).into_inner();
        ready(who.map_err(Refused::from).and_then(|who| Ok(Self::of(request, who)?)))
    }
}

/// What is answered where something was done: its status, where what was made stands, and the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    status: u16,
    location: String,
    body: String,
}

impl Given {
    /// Something was done.
    pub fn done(body: &impl Serialize) -> Answer<Self> {
        Self::with(StatusCode::OK, String::new(), body)
    }

    /// Something was made, and stands there.
    pub fn made(location: String, body: &impl Serialize) -> Answer<Self> {
        Self::with(StatusCode::CREATED, location, body)
    }

    fn with(status: StatusCode, location: String, body: &impl Serialize) -> Answer<Self> {
        let body = serde_json::to_string(body).map_err(Error::internal)?;
        Ok(Self { status: status.as_u16(), location, body })
    }
}

impl From<Given> for HttpResponse {
    fn from(given: Given) -> Self {
        let status = StatusCode::from_u16(given.status).unwrap_or(StatusCode::OK);
        let mut response = Self::build(status);
        if !given.location.is_empty() {
            response.insert_header((LOCATION, given.location));
        }
        response.content_type(JSON).body(given.body)
    }
}

/// The media type of everything that is no file.
pub const JSON: &str = "application/json";

impl Call {
    fn of(request: &HttpRequest, who: Principal) -> Result<Self> {
        let orders = request.app_data::<Data<Orders>>();
        let orders = orders.ok_or_else(|| Error::internal("no service of orders in the server"))?;
        Ok(Self { who: who.0, orders: orders.get_ref().clone(), request: request.clone() })
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.orders.app
    }

    /// The request itself.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The number of the order in the address.
    pub fn number(&self) -> String {
        self.part("number").trim().to_uppercase()
    }

    /// A part of the address, decoded as the router does.
    pub fn part(&self, name: &str) -> String {
        self.request.match_info().query(name).to_owned()
    }

    /// What stands behind `?`.
    pub fn query(&self, known: &[Param]) -> Result<Query> {
        Query::read(known, self.request.query_string())
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The version that was seen: of the header `If-Match`, of the body, or of both where they say the same.
    pub fn seen(&self, of_body: Option<i64>) -> Result<Option<i64>> {
        let wrong = || Error::invalid("If-Match", "expected the ETag of the order, such as \"7\", or *");
        let Some(header) = self.request.headers().get(IF_MATCH) else { return Ok(of_body) };
        let tag = header.to_str().map_err(|_| wrong())?.trim();
        if tag == "*" {
            return Ok(of_body);
        }
        let bare = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or_default();
        let is_plain = (1..=9).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
        let version = bare.parse::<i64>().ok().filter(|_| is_plain && !bare.starts_with('0'));
        let version = version.ok_or_else(wrong)?;
        match of_body {
            Some(other) if other != version => {
                Err(Error::invalid("expected_version", "If-Match names another version than the body"))
            }
            _ => Ok(Some(version)),
        }
    }

    /// Reads a body that is JSON.
    pub async fn body<T: DeserializeOwned + ToSchema>(&self, payload: Payload) -> Answer<T> {
        let bytes = self.bytes(payload).await?;
        self.read(&bytes)
    }

    /// Carries out what a JSON body asks for; once, however often it is sent under the same name.
    pub async fn once<T, F, A>(self, payload: Payload, act: F) -> Answer
    where
        T: DeserializeOwned + ToSchema + 'static,
        F: FnOnce(Self, T) -> A + 'static,
        A: Future<Output = Answer<Given>> + 'static,
    {
        let bytes = self.bytes(payload).await?;
        let asked = self.read(&bytes)?;
        self.once_of(&bytes, move |call| act(call, asked)).await
    }

    /// The same for a body of any kind that was read already.
    pub async fn once_of<F, A>(self, bytes: &[u8], act: F) -> Answer
    where
        F: FnOnce(Self) -> A + 'static,
        A: Future<Output = Answer<Given>> + 'static,
    {
        let Some(key) = self.key()? else { return act(self).await.map(HttpResponse::from) };
        let (method, address) = (self.request.method().as_str(), self.request.uri().to_string());
        let digest = Digest::of_parts(&[method.as_bytes(), address.as_bytes(), bytes]);
        if let Kept::Answered(status, location, body) =
            actions::named(self.app(), &self.who, &key, digest).await?
        {
            return Ok(Given { status, location, body }.into());
        }
        // Whoever asked may be gone before it is done: it is carried out and its answer kept all the same.
        let carried_out = rt::spawn(async move {
            let (app, who) = (self.app().clone(), self.who.clone());
            settle(&app, &who, &key, act(self).await).await
        });
        carried_out.await.map_err(Error::internal)?.map(HttpResponse::from)
    }

    fn key(&self) -> Result<Option<String>> {
        let Some(key) = self.request.headers().get(KEY) else { return Ok(None) };
        let fits = |key: &&str| {
            !key.is_empty() && key.len() <= MOST_KEY && key.bytes().all(|b| b.is_ascii_graphic())
        };
        let key = key.to_str().ok().filter(fits);
        let words = format!("expected 1 to {MOST_KEY} visible characters without blanks, such as a UUID");
        key.map(|key| Some(key.to_owned())).ok_or_else(|| Error::invalid(KEY, words))
    }

    /// The media type of the body, in small letters and without what stands behind it; one that says to be in other letters than
    /// UTF-8 is none that is taken.
    pub fn kind(&self) -> String {
        let kind = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let mut parts = kind.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let named = parts.filter_map(|part| part.split_once('='));
        let mut letters = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let is_utf8 = |word: &str| word.eq_ignore_ascii_case("utf-8") || word.eq_ignore_ascii_case("utf8");
        let is_taken = letters.all(|(_, word)| is_utf8(word.trim().trim_matches('"')));
        if is_taken { media } else { format!("{media} in other letters than UTF-8") }
    }

    /// The bytes of a body that is no file.
    pub async fn bytes(&self, mut payload: Payload) -> Answer<Vec<u8>> {
        let too_large = || Error::TooLarge(format!("the body is larger than {MOST_BYTES} bytes").into());
        let declared = self.header(CONTENT_LENGTH.as_str()).and_then(|text| text.parse::<u64>().ok());
        if declared.is_some_and(|declared| declared > MOST_BYTES as u64) {
            return Err(too_large().into());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|cause| Refused::unreadable(format!("the body broke off: {cause}")))?;
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(too_large().into());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Reads JSON as a type asks for it.
    pub fn read<T: DeserializeOwned + ToSchema>(&self, bytes: &[u8]) -> Answer<T> {
        if self.kind() != JSON {
            return Err(Refused::other_kind(JSON));
        }
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|cause| Refused::unreadable(format!("the body is no JSON: {cause}")))?;
        let schema = document::schema_of(&T::name())?;
        check(schema, document::schemas(), &value)?;
        Ok(serde_json::from_value(value).map_err(|cause| Error::invalid("", cause.to_string()))?)
    }
}

/// Keeps what was answered; forgets the name of what was refused. Of our own fault nobody knows what came of it: its name stays.
async fn settle(app: &App, who: &Asker, key: &str, given: Answer<Given>) -> Answer<Given> {
    let settled = match &given {
        Ok(Given { status, location, body }) => {
            actions::keep(app, who, key, (*status, location.clone(), body.clone())).await
        }
        Err(refused) if refused.is_by_choice() => actions::release(app, who, key).await,
        Err(_) => Ok(()),
    };
    if let Err(cause) = settled {
        tracing::warn!(%cause, "the answer of a named request could not be kept");
    }
    given
}

/// A JSON answer.
pub fn json(body: &impl Serialize) -> Answer {
    let body = serde_json::to_string(body).map_err(Error::internal)?;
    Ok(HttpResponse::Ok().content_type(JSON).body(body))
}

/// A JSON answer about an order at a version.
pub fn json_at(version: i64, body: &impl Serialize) -> Answer {
    let mut response = json(body)?;
    let tag = format!("\"{version}\"").parse().map_err(|_| Error::internal("a tag of digits"))?;
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}
