//! MCP on both databases: both eras by raw messages, what tools do and refuse, what is asked, and what can be read.

mod asking;
mod eras;
mod reading;
mod tools;

use actix_web::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tracewright::foundation::Asker;
use tracewright::people::AccountId;
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{KeyLabel, Scopes};
use tracewright::work_orders::model::Status;

use crate::guards::stage::{FILE, agent, load, owner, running, take};
use crate::harness::api::{Got, Program};
use crate::harness::{TestApp, orders};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const STATELESS: &str = "2026-07-28";

/// Which era a client speaks, and what it says that it can.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    First,
    Second,
    /// It can put a form to its person.
    Asking,
}

/// An agent of the owner with its key, and an order of the owner in work.
struct Bench {
    owner: Asker,
    agent: Asker,
    client: Program,
    id: String,
    number: String,
}

async fn bench(t: &TestApp) -> Bench {
    let owner = owner(t).await;
    let agent = agent(t, &owner, "relay").await;
    let client = client_of(t, &owner, Some(&agent), Scopes::all()).await;
    let id = running(t, &owner, &owner).await;
    let number = load(t, &owner, &id).await.number.to_string();
    Bench { owner, agent, client, id, number }
}

async fn client_of(t: &TestApp, maker: &Asker, agent: Option<&Asker>, scopes: Scopes) -> Program {
    let new = NewApiKey {
        label: KeyLabel::parse("label", "mcp").unwrap(),
        scopes,
        account: agent.map(|agent| AccountId(agent.actor.id.clone())),
        expires_at: None,
        pair: None,
    };
    let key = t.people.create_api_key(maker, new).await.unwrap();
    Program::with_key(maker.project, key.public.as_str(), key.secret.expose())
}

/// Another order in work, given to somebody; gives its id and its number.
async fn another(t: &TestApp, owner: &Asker, worker: &Asker) -> (String, String) {
    let text = FILE.replace("parts desk", &format!("desk of {}", worker.actor.name));
    let id = take(t, owner, &text).await;
    orders::walk(t, owner, worker, &id, Status::InProgress).await;
    t.clock.advance(1_000_000);
    let number = load(t, owner, &id).await.number.to_string();
    (id, number)
}

/// A value as a header repeats it: as it is where HTTP takes it, else in base64.
fn repeated(value: &str) -> String {
    let is_plain = value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && value.trim() == value;
    if is_plain { value.to_owned() } else { format!("=?base64?{}?=", STANDARD.encode(value)) }
}

/// Sends a message as a client of an era does.
async fn ask(t: &TestApp, client: &Program, speaks: Speaks, method: &str, params: Value) -> Got {
    let mut params = params;
    let name = ["name", "uri"].into_iter().find_map(|key| Some(params.get(key)?.as_str()?.to_owned()));
    let name = name.filter(|_| matches!(method, "tools/call" | "resources/read")).map(|name| repeated(&name));
    let name = name.unwrap_or_default();
    let mut headers = vec![("content-type", "application/json")];
    if speaks == Speaks::First {
        headers.push(("mcp-protocol-version", "2025-11-25"));
    } else {
        let can = if speaks == Speaks::Asking { json!({ "elicitation": { "form": {} } }) } else { json!({}) };
        let envelope = json!({
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": can,
        });
        let mut meta = params["_meta"].as_object().cloned().unwrap_or_default();
        meta.extend(envelope.as_object().cloned().unwrap());
        params["_meta"] = meta.into();
        headers.extend([("mcp-protocol-version", STATELESS), ("mcp-method", method)]);
        if !name.is_empty() {
            headers.push(("mcp-name", name.as_str()));
        }
    }
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    client.send(t, Method::POST, "/mcp", &headers, message.to_string().into_bytes()).await
}

/// The result of a message that is answered.
async fn result(t: &TestApp, client: &Program, speaks: Speaks, method: &str, params: Value) -> Value {
    let got = ask(t, client, speaks, method, params).await;
    let said = got.json();
    assert_eq!((got.status, &said["id"]), (200, &json!(7)), "{method}: {said}");
    assert!(said.get("error").is_none(), "{method}: {said}");
    said["result"].clone()
}

/// Calls a tool; what it answers, refusals included.
async fn call(t: &TestApp, bench: &Bench, name: &str, arguments: Value) -> Value {
    result(t, &bench.client, Speaks::Second, "tools/call", json!({ "name": name, "arguments": arguments }))
        .await
}

/// The same under a trace that the message itself names.
async fn call_traced(t: &TestApp, bench: &Bench, name: &str, arguments: Value) -> Value {
    let params = json!({ "name": name, "arguments": arguments, "_meta": { "traceparent": TRACEPARENT } });
    result(t, &bench.client, Speaks::Second, "tools/call", params).await
}

/// What a tool did; a refusal fails the test.
fn done(answer: &Value) -> &Value {
    assert_eq!(answer["isError"], json!(false), "{answer}");
    &answer["structuredContent"]
}

/// What a tool refused, with the words and what would lift it.
fn refused(answer: &Value) -> &Value {
    assert_eq!(answer["isError"], json!(true), "{answer}");
    let told = &answer["structuredContent"];
    assert!(told["message"].as_str().is_some_and(|it| !it.is_empty()), "{answer}");
    assert!(told["lift"].as_str().is_some_and(|it| !it.is_empty()), "{answer}");
    told
}
