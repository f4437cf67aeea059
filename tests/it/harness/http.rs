//! The web side in process: every layer that stands around a request, without a socket.

use std::net::SocketAddr;
use std::rc::Rc;

use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{Data, ServiceConfig};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::LocalBoxFuture;
use tracewright::people;
use tracewright::router;
use tracewright::web::page::Nav;
use tracewright::web::pages::Pages;
use tracewright::web::problem::Methods;
use tracewright::web::{Access, KeyHolder, Routes};

use super::TestApp;

type Answering = dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>;

/// The application as actix serves it.
pub struct Site(Box<Answering>);

/// The whole site, with two key routes of the test's own.
pub async fn site(t: &TestApp) -> Site {
    let app = router::app(&t.services).configure(probe);
    let service = Rc::new(init_service(app).await);
    Site(Box::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move { call_service(&*service, request.to_request()).await })
    }))
}

/// Two key routes that say what a key opens, as ingest sees it.
fn probe(config: &mut ServiceConfig) {
    let mut routes = Routes::default();
    routes.get("/api/probe", Access::ApiKey, say_key);
    routes.post("/api/probe/ingestion", Access::ApiKey, say_key);
    routes.configure(config);
    // The two stand beside the site's own table, which pages are led back by.
    config.app_data(Data::new(Pages::of(router::table().specs())));
    config.app_data(Data::new(Methods::of(router::table().specs())));
    config.app_data(Data::new(Nav::of(router::table().specs())));
}

async fn say_key(key: KeyHolder) -> String {
    format!("{} {} {} {}", key.project_id, key.can_ingest, key.can_score, key.can_read)
}

/// A browser or client: what it sends with every request.
#[derive(Clone, Default)]
pub struct Client {
    cookie: Option<String>,
    authorization: Option<String>,
    /// Where its forms come from; our own pages unless told otherwise.
    pub origin: Option<String>,
    /// The trace that its calls are part of.
    pub traceparent: Option<String>,
}

/// An answer, read to its end.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Client {
    /// A browser on our own pages, signed in by this cookie if one is given.
    pub fn browser(token: Option<&str>) -> Self {
        let cookie = token.map(|token| format!("{}={token}", people::auth::COOKIE));
        Self { cookie, origin: Some("http://localhost:8080".to_owned()), ..Self::default() }
    }

    /// A program with a key pair.
    pub fn with_key(public: &str, secret: &str) -> Self {
        let pair = STANDARD.encode(format!("{public}:{secret}"));
        Self { authorization: Some(format!("Basic {pair}")), ..Self::default() }
    }

    /// Sends a key pair as well.
    pub fn authorize(&mut self, public: &str, secret: &str) {
        self.authorization = Self::with_key(public, secret).authorization;
    }

    /// A client with this `Authorization` header.
    pub fn with_authorization(header: &str) -> Self {
        Self { authorization: Some(header.to_owned()), ..Self::default() }
    }

    /// Sends a request; a form is urlencoded text.
    pub async fn send(&self, site: &Site, method: Method, path: &str, form: Option<&str>) -> Answer {
        let body = form.map(|form| ("application/x-www-form-urlencoded", form.to_owned().into_bytes()));
        self.ask(site, method, path, body).await
    }

    /// A POST of JSON.
    pub async fn post_json(&self, site: &Site, path: &str, body: &serde_json::Value) -> Answer {
        self.ask(site, Method::POST, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// Sends any bytes; an empty kind sends none.
    pub async fn send_body(
        &self,
        site: &Site,
        method: Method,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Answer {
        self.ask(site, method, path, Some((kind, body)).filter(|(kind, _)| !kind.is_empty())).await
    }

    async fn ask(
        &self,
        site: &Site,
        method: Method,
        path: &str,
        body: Option<(&str, impl Into<actix_web::web::Bytes>)>,
    ) -> Answer {
        let mut request = TestRequest::with_uri(path)
            .method(method)
            .peer_addr(SocketAddr::from(([192, 0, 2, 9], 4711)))
            .insert_header(("host", "localhost:8080"))
            .insert_header(("accept", "text/html"));
        for (name, value) in
            [(COOKIE, &self.cookie), (AUTHORIZATION, &self.authorization), (ORIGIN, &self.origin)]
        {
            if let Some(value) = value {
                request = request.insert_header((name, value.as_str()));
            }
        }
        if let Some(trace) = &self.traceparent {
            request = request.insert_header(("traceparent", trace.as_str()));
        }
        if let Some((kind, body)) = body {
            request = request.insert_header((CONTENT_TYPE, kind)).set_payload(body);
        }
        let response = (site.0)(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// A GET.
    pub async fn get(&self, site: &Site, path: &str) -> Answer {
        self.send(site, Method::GET, path, None).await
    }

    /// A POST of a form.
    pub async fn post(&self, site: &Site, path: &str, form: &str) -> Answer {
        self.send(site, Method::POST, path, Some(form)).await
    }
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a cookie it sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all(SET_COOKIE).filter_map(|value| value.to_str().ok());
        let start = format!("{name}=");
        set.filter_map(|text| text.strip_prefix(&start)?.split(';').next()).map(str::to_owned).next()
    }
}
