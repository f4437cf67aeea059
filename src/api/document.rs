//! The document: `OpenAPI` 3.1, put together from the operations and the types that they read and write.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::call::{KEY, MOST_KEY};
use super::operations::{Gives, Operation};
use super::query::Param;
use crate::foundation::{Error, Result};
use crate::shapes::Problem;
use crate::web::Routes;
use crate::web::problem::MEDIA_TYPE;

/// What the operations are about, in the order of the page, each with a sentence.
pub const TAGS: [(&str, &str); 13] = [
    ("You", "Who asks, and what they may do."),
    ("Orders", "Work orders: lists, plans, states, who does the work."),
    ("Work", "What is done on an order: ticks, answers, steps, time, parts."),
    ("Delegation", "Leases of agents, questions to people, decisions."),
    ("Record", "What is written down: log, comments, files, relations, what happened."),
    ("Evidence", "Traces linked to orders, claims, statements, the score."),
    ("Procedures", "How work is done, in versions; orders are made from them."),
    ("Assets", "What work is done on, with meters and what those showed."),
    ("Knowledge", "Statements that auditors found supported, with their sources."),
    ("Costs", "What calls of models cost, by tenant and by agent; budgets, and what is left of them."),
    ("Fleet", "What agents, personas and tenants are recognised by, and whether calls say whose they are."),
    ("Handoffs", "What one agent gives to the next, checked before it is relied on."),
    ("Alerts", "Rules of the fleet that are broken, who looks after them, and until when they are silenced."),
];

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| write(&operations()));

/// Every operation.
pub fn operations() -> Vec<Operation> {
    super::routes::operations(&mut Routes::default())
}

/// The document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The named schemas of the document.
pub fn schemas() -> &'static Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    DOCUMENT.pointer("/components/schemas").and_then(Value::as_object).unwrap_or(&NONE)
}

/// One of them.
pub fn schema_of(name: &str) -> Result<&'static Value> {
    schemas()
        .get(name)
        .ok_or_else(|| Error::internal(format!("no schema of the name {name} in the document")))
}

/// Words of each status that is refused with.
pub const REFUSALS: [(u16, &str); 13] = [
    (400, "The request cannot be read: the body is no JSON, or breaks off."),
    (401, "Nobody is known: no key, none that is believed, and no session."),
    (403, "Whoever asks may not do this; where a person must sign, `rule` and `lift` say so."),
    (404, "There is no such thing here, or it is not theirs to see."),
    (405, "The address does not take this method; `Allow` says which it takes."),
    (406, "The answer is not given in a form that is accepted."),
    (408, "The body did not come in time."),
    (
        409,
        "A rule refuses it as things stand, or somebody changed it meanwhile: then `current_version` says which version stands.",
    ),
    (413, "The body is larger than is taken."),
    (415, "The body is of a kind that is not taken here."),
    (416, "The file is shorter than the range that was asked for."),
    (422, "It was read and cannot be taken; `errors` names each field."),
    (
        503,
        "Too much at once, or a needed part cannot be reached: nothing was done. `Retry-After` says when to send it again.",
    ),
];

fn write(operations: &[Operation]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    let problem = serde_json::to_value(Problem::schema()).unwrap_or_default();
    schemas.insert(Problem::name().into_owned(), problem);
    let mut inner = Vec::new();
    Problem::schemas(&mut inner);
    schemas.extend(inner.into_iter().map(|(name, it)| (name, serde_json::to_value(it).unwrap_or_default())));
    for operation in operations {
        schemas.extend(operation.schemas.iter().cloned());
        let item = paths.entry(operation.path).or_default();
        item.insert(operation.method.as_str().to_ascii_lowercase(), of(operation));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tracewright",
            "version": "1",
            "summary": "Work orders proven by traces.",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/" }],
        "tags": TAGS.map(|(name, about)| json!({ "name": name, "description": about })),
        "security": [{ "key": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": refusals(),
            "securitySchemes": {
                "key": { "type": "http", "scheme": "basic",
                    "description": "An API key that speaks for an agent and may read: public key as the name, secret key as the password." },
                "session": { "type": "apiKey", "in": "cookie", "name": "tw_session",
                    "description": "A person who is signed in, from our own pages." }
            }
        }
    })
}

const ABOUT: &str = "Agents and people drive work orders by it with the rights that they have on the pages: it adds none. \
     Nobody signs by it. A request that is given a name (`Idempotency-Key`) is carried out once, however often it is sent. \
     Every refusal is one shape (RFC 9457). Names that are not in this document are refused, in bodies and behind `?`.";

fn of(operation: &Operation) -> Value {
    let mut written = Map::new();
    written.insert("operationId".to_owned(), operation.id.into());
    written.insert("tags".to_owned(), json!([operation.tag]));
    written.insert("summary".to_owned(), operation.summary.into());
    if !operation.about.is_empty() {
        written.insert("description".to_owned(), operation.about.into());
    }
    if operation.is_public {
        written.insert("security".to_owned(), json!([{}]));
    }
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        written.insert("parameters".to_owned(), parameters.into());
    }
    if !operation.takes.is_empty() {
        written.insert("requestBody".to_owned(), body(operation));
    }
    written.insert("responses".to_owned(), responses(operation));
    written.into()
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let names = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> = names.map(of_path).collect();
    all.extend(operation.query.iter().map(|param| of_query(*param)));
    if operation.is_named {
        all.push(json!({ "name": KEY, "in": "header", "required": false,
            "description": "The name of this request. Sent again under the same name, it is carried out once and answered the same.",
            "schema": { "type": "string", "minLength": 1, "maxLength": MOST_KEY, "pattern": "^[!-~]+$" } }));
        // No pattern: what cannot be read is passed over, never refused.
        all.push(json!({ "name": "traceparent", "in": "header", "required": false,
            "description": "The trace that this is done in (W3C); what an agent records is linked to it.",
            "schema": { "type": "string" } }));
    }
    if operation.is_versioned {
        all.push(json!({ "name": "If-Match", "in": "header", "required": false,
            "description": "The ETag of the order as it was seen: refused with 409 where it is another by now. The same as `expected_version`.",
            "schema": { "type": "string", "pattern": "^(\\*|\"[1-9][0-9]{0,8}\")$" } }));
    }
    all
}

fn of_path(name: &str) -> Value {
    let (about, example) = match name {
        "number" => ("The number of the order, in any case of letters.", "WO-2026-001"),
        "code" => ("The code, in any case of letters.", "PR-001"),
        "version" => ("The number of the version, from 1.", "1"),
        "file" => ("The id of the file.", "01900000-0000-7000-8000-000000000001"),
        "meter" => ("The id of the meter.", "01900000-0000-7000-8000-000000000002"),
        "kind" => ("How the orders hang together.", "blocked_by"),
        "other" => ("The number of the other order.", "WO-2026-002"),
        "tenant_id" => ("The tenant, as calls name it; `(none)` for those that name none.", "north-dairy"),
        "agent_id" => ("The agent, as calls name it; `(none)` for those that name none.", "parts-desk"),
        "alert" => ("The id of the alert.", "01900000-0000-7000-8000-000000000005"),
        "budget" => ("The id of the budget.", "01900000-0000-7000-8000-000000000004"),
        "question" => ("The id of the question.", "01900000-0000-7000-8000-000000000003"),
        _ => ("", ""),
    };
    json!({ "name": name, "in": "path", "required": true, "description": about,
        "schema": { "type": "string", "minLength": 1 }, "example": example })
}

fn of_query(param: Param) -> Value {
    json!({ "name": param.name, "in": "query", "required": false, "description": param.about, "schema": param.schema() })
}

fn body(operation: &Operation) -> Value {
    let content = operation.takes.iter().map(|(kind, schema)| {
        let mut content = Map::new();
        content.insert("schema".to_owned(), schema.clone());
        let example = operation.example.clone().filter(|_| *kind == super::call::JSON);
        content.extend(example.map(|example| ("example".to_owned(), example)));
        ((*kind).to_owned(), Value::from(content))
    });
    json!({ "required": true, "content": content.collect::<Map<String, Value>>() })
}

fn responses(operation: &Operation) -> Value {
    let given = operation.gives.iter().map(|given| (given.status.to_string(), answer(operation, given)));
    let refused = operation.refuses.iter().map(|status| {
        (status.to_string(), json!({ "$ref": format!("#/components/responses/Refused{status}") }))
    });
    given.chain(refused).collect::<Map<String, Value>>().into()
}

fn answer(operation: &Operation, given: &Gives) -> Value {
    let mut answer = Map::new();
    answer.insert("description".to_owned(), given.words.into());
    let mut headers = Map::new();
    if operation.is_tagged {
        headers.insert(
            "ETag".to_owned(),
            json!({ "schema": { "type": "string" }, "description": "Its version, for `If-Match`." }),
        );
    }
    if given.status == 201 {
        headers.insert(
            "Location".to_owned(),
            json!({ "schema": { "type": "string" }, "description": "Where what was made stands." }),
        );
    }
    if !headers.is_empty() {
        answer.insert("headers".to_owned(), headers.into());
    }
    if !given.kinds.is_empty() {
        let content =
            given.kinds.iter().map(|(kind, schema)| ((*kind).to_owned(), json!({ "schema": schema })));
        answer.insert("content".to_owned(), content.collect::<Map<String, Value>>().into());
    }
    answer.into()
}

/// The refusals, each once: operations name them.
fn refusals() -> Map<String, Value> {
    let problem = json!({ MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } });
    REFUSALS
        .iter()
        .map(|(status, words)| {
            let mut refusal = Map::new();
            refusal.insert("description".to_owned(), (*words).into());
            // A file that is too short for its range is refused without a word.
            if *status != 416 {
                refusal.insert("content".to_owned(), problem.clone());
            }
            if let Some((name, about)) = header_of(*status) {
                let header = json!({ "schema": { "type": "string" }, "description": about });
                refusal.insert("headers".to_owned(), json!({ name: header }));
            }
            (format!("Refused{status}"), refusal.into())
        })
        .collect()
}

fn header_of(status: u16) -> Option<(&'static str, &'static str)> {
    match status {
        401 => Some(("WWW-Authenticate", "How somebody becomes known.")),
        405 => Some(("Allow", "The methods that the address takes.")),
        503 => Some(("Retry-After", "Seconds to wait.")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::check::KNOWN;
    use super::*;

    fn words(value: &Value, of_schema: bool, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(list) => list.iter().for_each(|it| words(it, of_schema, found)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    if of_schema {
                        found.insert(name.clone());
                    }
                    match name.as_str() {
                        // Names of fields, and values: neither are words of a schema.
                        "properties" if of_schema => {
                            field.as_object().unwrap().values().for_each(|it| words(it, true, found));
                        }
                        "example" | "examples" | "default" | "enum" | "required" => {}
                        _ => words(field, of_schema, found),
                    }
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_word_of_a_schema_is_one_that_bodies_are_held_against() {
        let mut found = BTreeSet::new();
        schemas().values().for_each(|schema| words(schema, true, &mut found));
        let unknown: Vec<&String> = found.iter().filter(|word| !KNOWN.contains(&word.as_str())).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn every_name_leads_to_a_schema_or_a_refusal() {
        let text = document().to_string();
        for name in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            let there = document().pointer(name);
            assert!(there.is_some_and(|it| it.as_object().is_some_and(|it| !it.is_empty())), "{name}");
        }
    }

    #[test]
    fn every_operation_says_what_it_is_about() {
        let mut ids = BTreeSet::new();
        for operation in operations() {
            let what = format!("{} {}", operation.method, operation.path);
            assert!(ids.insert(operation.id), "{what}: the name {} stands twice", operation.id);
            assert!(TAGS.iter().any(|(tag, _)| *tag == operation.tag), "{what}: {}", operation.tag);
            assert!(!operation.summary.is_empty() && !operation.gives.is_empty(), "{what}");
            let all =
                operation.refuses.iter().all(|status| REFUSALS.iter().any(|(known, _)| known == status));
            assert!(all, "{what}: {:?}", operation.refuses);
            let is_taking = ["POST", "PUT", "PATCH"].contains(&operation.method.as_str());
            assert!(!is_taking || !operation.takes.is_empty(), "{what} takes no body");
            let has_json = operation.takes.iter().any(|(kind, _)| *kind == super::super::call::JSON);
            assert_eq!(has_json, operation.example.is_some(), "{what} has no example");
        }
    }

    #[test]
    fn every_example_would_be_taken() {
        for operation in operations() {
            let json = operation.takes.iter().find(|(kind, _)| *kind == super::super::call::JSON);
            if let (Some((_, schema)), Some(example)) = (json, &operation.example) {
                super::super::check::check(schema, schemas(), example)
                    .unwrap_or_else(|cause| panic!("{}: {cause}", operation.id));
            }
        }
    }

    #[test]
    fn bodies_refuse_what_they_do_not_know() {
        for operation in operations() {
            for (_, schema) in operation.takes.iter().filter(|(kind, _)| *kind == super::super::call::JSON) {
                let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                let of_body = schema_of(name).unwrap();
                assert_eq!(of_body["additionalProperties"], Value::Bool(false), "{name}");
            }
        }
    }
}
