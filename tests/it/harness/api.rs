//! Programs with keys: any method, headers and bytes, against the whole site.

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tracewright::config::InitConfig;
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{KeyLabel, ProjectId, ProjectName, Scopes};
use tracewright::router;

use super::TestApp;

/// A program with a key pair of one project.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its project, inside.
    pub project: ProjectKey,
    authorization: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Got {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Got {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Program {
    /// The program of the first project, which is set up headless.
    pub async fn first(t: &TestApp) -> Self {
        let init = InitConfig {
            project_id: Some("plant-7".to_owned()),
            project_name: Some("Plant 7".to_owned()),
            public_key: Some("pk-lf-first".to_owned()),
            secret_key: Some("sk-lf-first-secret-of-it".to_owned()),
            owner_email: None,
            owner_password: None,
        };
        t.people.set_up_headless(&init).await.unwrap();
        let project = t.people.first_project().await.unwrap().unwrap().key;
        Self { project, authorization: Some(basic("pk-lf-first", "sk-lf-first-secret-of-it")) }
    }

    /// A program of another project.
    pub async fn second(t: &TestApp) -> Self {
        let operator = Asker::operator(ProjectKey(0));
        let id = ProjectId::parse("project", "plant-8").unwrap();
        let name = ProjectName::parse("project", "Plant 8").unwrap();
        let project = t.people.create_project(&operator, id, name).await.unwrap().key;
        let new = NewApiKey {
            label: KeyLabel::parse("label", "other").unwrap(),
            scopes: Scopes::all(),
            account: None,
            expires_at: None,
            pair: None,
        };
        let key = t.people.create_api_key(&Asker::operator(project), new).await.unwrap();
        Self { project, authorization: Some(basic(key.public.as_str(), key.secret.expose())) }
    }

    /// Whoever holds this key.
    pub fn with_key(project: ProjectKey, public: &str, secret: &str) -> Self {
        Self { project, authorization: Some(basic(public, secret)) }
    }

    /// Anybody: no key at all.
    pub fn nobody() -> Self {
        Self { project: ProjectKey(0), authorization: None }
    }

    /// Who has only the public half of the first project's key.
    pub fn scores_only() -> Self {
        Self { project: ProjectKey(0), authorization: Some("Bearer pk-lf-first".to_owned()) }
    }

    /// Sends JSON, or nothing for a null.
    pub async fn json(&self, t: &TestApp, method: Method, path: &str, body: Value) -> Got {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(t, method, path, &[(CONTENT_TYPE.as_str(), "application/json")], bytes).await
    }

    /// A GET.
    pub async fn get(&self, t: &TestApp, path: &str) -> Got {
        self.send(t, Method::GET, path, &[], Vec::new()).await
    }

    /// Sends anything.
    pub async fn send(
        &self,
        t: &TestApp,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Got {
        let service = init_service(router::app(&t.services)).await;
        let mut request =
            TestRequest::with_uri(path).method(method).insert_header(("host", "trace.example.com"));
        for header in headers {
            request = request.insert_header(*header);
        }
        if let Some(authorization) = &self.authorization {
            request = request.insert_header((AUTHORIZATION, authorization.as_str()));
        }
        let response = call_service(&service, request.set_payload(body).to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Got { status, headers, bytes: read_body(response).await.to_vec() }
    }
}

fn basic(public: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{public}:{secret}")))
}
