//! What can be read by its address: orders, procedures as skills, the log's checkpoint and the proof of a record in it.

mod log;
mod orders;
pub mod skills;

use serde_json::{Map, Value, json};

use crate::foundation::page::Cursor;
use crate::foundation::{Error, Result};

use super::eras::Era;
use super::refusals;
use super::rpc::{Fault, INVALID_PARAMS, RESOURCE_NOT_FOUND};
use super::tools::Whoever;

/// The longest address that is looked at, in bytes.
const MOST_BYTES: usize = 500;

/// What stands at an address.
pub struct Content {
    pub uri: String,
    pub mime: &'static str,
    pub text: String,
}

impl Content {
    /// As a result of `resources/read`.
    pub fn result(&self) -> Value {
        json!({ "contents": [{ "uri": self.uri, "mimeType": self.mime, "text": self.text }] })
    }
}

/// The addresses with a hole in them, in the words of RFC 6570.
pub fn templates() -> Vec<Value> {
    [
        ("order://{number}", "order", "A work order as Markdown", "text/markdown"),
        ("order://{number}/order.json", "order-json", "A work order as JSON, with the words by which tools name its parts", "application/json"),
        ("skill://{code}/v{version}/{name}/SKILL.md", "procedure", "A version of a procedure as a skill", "text/markdown"),
        ("proof://{number}/{event}", "proof", "The proof that a record of an order stands in the log (C2SP tlog-proof)", "text/plain"),
    ]
    .into_iter()
    .map(|(template, name, about, mime)| {
        json!({ "uriTemplate": template, "name": name, "description": about, "mimeType": mime })
    })
    .collect()
}

/// A page of what is there: first the checkpoint and the procedures in use, then the orders that may be seen.
pub async fn list(by: &Whoever, params: &Map<String, Value>) -> Result<Value, Fault> {
    let after = cursor(params)?.map(|text| Cursor::decode(&text)).transpose();
    let after = after.map_err(|cause| refusals::fault(&cause))?;
    let is_first = after.is_none();
    let (mut resources, end) = orders::page(by, after).await.map_err(|cause| refusals::fault(&cause))?;
    if is_first {
        let in_use = skills::newest(by).await.map_err(|cause| refusals::fault(&cause))?;
        let fixed = std::iter::once(log::listed()).chain(in_use.iter().map(skills::Skill::resource));
        resources = fixed.chain(resources).collect();
    }
    Ok(paged("resources", resources, end.map(|end| end.encode())))
}

/// A page of a list.
pub fn paged(name: &str, entries: Vec<Value>, next: Option<String>) -> Value {
    let mut page = Map::new();
    page.insert(name.to_owned(), Value::Array(entries));
    if let Some(next) = next {
        page.insert("nextCursor".to_owned(), next.into());
    }
    Value::Object(page)
}

/// The cursor of a request, where there is one.
pub fn cursor(params: &Map<String, Value>) -> Result<Option<String>, Fault> {
    match params.get("cursor") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= MOST_BYTES && !text.contains('\0') => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(Fault::params("params.cursor is the nextCursor of the page before")),
    }
}

/// What stands at an address, for whoever may read it. What is hidden is not there.
pub async fn read(by: &Whoever, era: Era, params: &Map<String, Value>) -> Result<Content, Fault> {
    let uri = uri(params)?;
    let (scheme, rest) = uri.split_once("://").unwrap_or_default();
    let found = match scheme {
        "order" => orders::read(by, &uri, rest).await,
        "skill" => skills::read(by, &uri).await,
        "checkpoint" => log::checkpoint(by, &uri, rest).await,
        "proof" => log::proof(by, &uri, rest).await,
        _ => Err(Error::not_found("a resource at this address")),
    };
    found.map_err(|cause| missing(&uri, era, &cause))
}

/// The address that a request names.
pub fn uri(params: &Map<String, Value>) -> Result<String, Fault> {
    let uri = params.get("uri").and_then(Value::as_str).unwrap_or_default();
    if uri.is_empty() || uri.len() > MOST_BYTES || uri.contains('\0') {
        return Err(Fault::params(format!("params.uri is an address of at most {MOST_BYTES} bytes")));
    }
    Ok(uri.to_owned())
}

/// What is not there is said by a code of its own in the first era.
pub fn missing(uri: &str, era: Era, cause: &Error) -> Fault {
    let fault = refusals::fault(cause);
    if !matches!(cause, Error::NotFound(_)) {
        return fault;
    }
    let code = if era == Era::Handshake { RESOURCE_NOT_FOUND } else { INVALID_PARAMS };
    Fault { code, ..fault }.with(json!({ "uri": uri }))
}
