//! Whoever calls the documented API: an agent by its key, or a person by a session, with any method, headers and bytes.

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tracewright::foundation::{Asker, Role};
use tracewright::people::AccountId;
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{KeyLabel, Scopes};
use tracewright::{people, router};

use crate::guards::stage::{agent, hire};
use crate::harness::TestApp;
use crate::people::pages::cookie;

/// One of them.
#[derive(Clone, Default)]
pub struct Caller {
    headers: Vec<(&'static str, String)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Got {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Caller {
    /// Nobody.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Whoever holds a key pair.
    pub fn with_key(public: &str, secret: &str) -> Self {
        let pair = STANDARD.encode(format!("{public}:{secret}"));
        Self { headers: vec![(AUTHORIZATION.as_str(), format!("Basic {pair}"))] }
    }

    /// Whoever is signed in by this session.
    pub fn signed_in(token: &str) -> Self {
        let cookie = format!("{}={token}", people::auth::COOKIE);
        Self { headers: vec![(COOKIE.as_str(), cookie), ("sec-fetch-site", "same-origin".to_owned())] }
    }

    /// The same with one more header.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.retain(|(known, _)| *known != name);
        caller.headers.push((name, value.to_owned()));
        caller
    }

    /// A GET.
    pub async fn get(&self, t: &TestApp, path: &str) -> Got {
        self.send(t, Method::GET, path, "", Vec::new()).await
    }

    /// A POST of JSON.
    pub async fn post(&self, t: &TestApp, path: &str, body: Value) -> Got {
        self.json(t, Method::POST, path, body).await
    }

    /// JSON by any method.
    pub async fn json(&self, t: &TestApp, method: Method, path: &str, body: Value) -> Got {
        self.send(t, method, path, "application/json", body.to_string().into_bytes()).await
    }

    /// Sends any bytes; an empty kind sends none.
    pub async fn send(&self, t: &TestApp, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Got {
        let service = init_service(router::app(&t.services)).await;
        let mut request =
            TestRequest::with_uri(path).method(method).insert_header(("host", "plant.example.com"));
        if !kind.is_empty() {
            request = request.insert_header(("content-type", kind));
        }
        for (name, value) in &self.headers {
            request = request.insert_header((*name, value.as_str()));
        }
        let response = call_service(&service, request.set_payload(body).to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Got { status, headers, bytes: read_body(response).await.to_vec() }
    }
}

/// A person of a role, and their session.
pub async fn person(t: &TestApp, boss: &Asker, name: &str, role: Role) -> (Asker, Caller) {
    let who = hire(t, boss, name, &[role]).await;
    let token = cookie(t, &format!("{name}@example.com")).await;
    (who, Caller::signed_in(&token))
}

/// An agent with a key.
pub async fn program(t: &TestApp, boss: &Asker, name: &str) -> (Asker, Caller) {
    let who = agent(t, boss, name).await;
    let key = key(t, boss, Scopes::all(), Some(AccountId(who.id().to_owned()))).await;
    (who, key)
}

/// A key with scopes, perhaps of an account.
pub async fn key(t: &TestApp, boss: &Asker, scopes: Scopes, account: Option<AccountId>) -> Caller {
    let label = KeyLabel::parse("label", "a program").unwrap();
    let new = NewApiKey { label, scopes, account, expires_at: None, pair: None };
    let key = t.people.create_api_key(boss, new).await.unwrap();
    Caller::with_key(key.public.as_str(), key.secret.expose())
}
