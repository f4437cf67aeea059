//! Odd requests on every route: nothing that anybody sends is our own fault. Deterministic; `TRACEWRIGHT_FUZZ` says how
//! many (the long form of `./test` sends 10,000 to each database).

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Value, json};
use tracewright::router;
use tracewright::web::RouteSpec;

use crate::harness::http::{Client, Site, site};
use crate::harness::{TestApp, on_both, orders};
use crate::people::pages::{agent_key, cookie};
use crate::people::{OWNER, PUBLIC, SECRET, owner};

/// Sent where nothing else is asked for.
const FEW: usize = 1_200;

/// Parts of addresses and fields of forms, in percent form.
const ODD: &[&str] = &[
    "",
    "%00",
    "a%00b",
    "%FF",
    "%ED%A0%80",
    "%C3%28",
    "%F0%9F%92%A9",
    "%E2%80%AE",
    "%0A",
    "a%0D%0Ab",
    "%25",
    "%2F",
    "..%2F..",
    "-1",
    "0",
    "1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "1e400",
    "NaN",
    "1.5",
    "null",
    "true",
    "%5B%5D",
    "%7B%7D",
    "%27",
    "%22",
    "%3Cscript%3E",
    "%25s",
    "%5C",
    "item%3A",
    "item%3Anone",
    "step%3A%00",
    "WO-2026-001",
    "WO-9999-99999999999",
    "2026-11-21",
    "2026-11-21T09%3A00%3A00Z",
    "0000-00-00",
    "99999-12-31T00%3A00%3A00Z",
    "trace-1",
    "span-1",
    "%E0%A4%A",
];
/// Names that some page or route reads.
const NAMES: &[&str] = &[
    "q",
    "page",
    "limit",
    "cursor",
    "before",
    "after",
    "order",
    "orderBy",
    "filter",
    "state",
    "standing",
    "scope",
    "kind",
    "actor",
    "stream",
    "id",
    "trace",
    "observation",
    "target",
    "account",
    "role",
    "label",
    "url",
    "public_key",
    "secret_key",
    "every_minutes",
    "to",
    "version",
    "reason",
    "comment",
    "text",
    "title",
    "lines",
    "weight",
    "how",
    "outcome",
    "quote",
    "fields",
    "fromTimestamp",
    "toTimestamp",
    "name",
    "userId",
    "sessionId",
    "tags",
    "from",
    "until",
    "as_of",
    "query",
    "project",
    "expires",
    "token",
    "markdown",
    "file",
    "email",
    "expires_on",
    "status",
    "window",
    "a",
];

/// Numbers that come out the same every time (xorshift64*).
struct Luck(u64);

impl Luck {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap() % most
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn odd(&mut self) -> String {
        match self.below(24) {
            0 => "x".repeat(1 << self.below(14)),
            1 => "%F0%9F%92%A9".repeat(1 + self.below(300)),
            _ => self.of(ODD).to_owned(),
        }
    }
}

on_both! {
    async fn no_odd_request_is_our_own_fault(t: TestApp) {
        let count = std::env::var("TRACEWRIGHT_FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or(FEW);
        let clients = stage(&t).await;
        let site = site(&t).await;
        let table = router::table();
        let (mut luck, mut faults, mut sent) = (Luck(0x5EED_0024), BTreeSet::new(), 0);
        while sent < count {
            let spec = &table.specs()[luck.below(table.specs().len())];
            if is_costly(spec) && luck.below(40) > 0 {
                continue;
            }
            sent += 1;
            let fault = send(&site, spec, &clients[luck.below(clients.len())], &mut luck).await;
            faults.extend(fault);
        }
        assert!(faults.is_empty(), "{} of {sent}:\n{}", faults.len(), faults.into_iter().collect::<Vec<_>>().join("\n"));
    }
}

/// Each hashes a password, or ends the sender's own session.
fn is_costly(spec: &RouteSpec) -> bool {
    let costs = ["/sign-in", "/sign-out", "/setup/{token}", "/account/password", "/account/confirm"];
    spec.method == Method::POST && costs.contains(&spec.path)
}

async fn stage(t: &TestApp) -> Vec<Client> {
    let admin = owner(t).await;
    orders::begun(t, &admin, &admin, include_str!("work_orders/order.md")).await;
    let key = agent_key(t, &admin).await;
    vec![
        Client::browser(Some(&cookie(t, OWNER).await)),
        Client::with_key(PUBLIC, SECRET),
        Client::with_key(key.public.as_str(), key.secret.expose()),
        Client::browser(None),
    ]
}

/// What came back, when it was our fault.
async fn send(site: &Site, spec: &RouteSpec, client: &Client, luck: &mut Luck) -> Option<String> {
    let path = address(spec, luck);
    let (kind, body) = body(spec, luck);
    let answer = client.send_body(site, spec.method.clone(), &path, kind, body.clone()).await;
    let code = answer.status.as_u16();
    let is_fault = code == 500 || code == 502 || code == 504;
    let short: String = path.chars().take(300).collect();
    let said: String = String::from_utf8_lossy(&body).chars().take(300).collect();
    is_fault.then(|| format!("{code} {} {} <- {short} {said}", spec.method, spec.path))
}

fn address(spec: &RouteSpec, luck: &mut Luck) -> String {
    let mut path = String::new();
    let mut rest = spec.path;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        // An empty part would be another address.
        let odd = luck.odd();
        path.push_str(if odd.is_empty() { "x" } else { &odd });
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    path.push_str(rest);
    for n in 0..luck.below(4) {
        let (name, value) = (luck.of(NAMES).to_owned(), luck.odd());
        path.push_str(&format!("{}{name}={value}", if n == 0 { '?' } else { '&' }));
    }
    path
}

fn body(spec: &RouteSpec, luck: &mut Luck) -> (&'static str, Vec<u8>) {
    if spec.method == Method::GET {
        return ("", Vec::new());
    }
    if spec.path.starts_with("/api/") || spec.path.starts_with("/v1/") {
        return ("application/json", json_body(luck));
    }
    let fields = (0..luck.below(7)).map(|_| format!("{}={}", luck.of(NAMES), luck.odd()));
    let form = fields.collect::<Vec<_>>().join("&");
    ("application/x-www-form-urlencoded", form.into_bytes())
}

/// A request that is good but for a part of it, as text: what JSON can say and Rust's values cannot comes through too.
fn json_body(luck: &mut Luck) -> Vec<u8> {
    let attribute = |key: &str| json!({ "key": key, "value": { "stringValue": "HOLE" } });
    let good = [
        json!({ "batch": [{ "id": "e", "type": "span-create", "timestamp": "2026-11-21T09:00:00Z", "body": {
            "id": "s", "traceId": "trace-1", "name": "n", "input": { "a": [1, "b"] }, "output": "o", "metadata": { "k": 1 },
            "startTime": "2026-11-21T09:00:00Z", "usage": { "input": 1, "output": 2 }, "level": "DEFAULT" } }] }),
        json!({ "batch": [{ "id": "e2", "type": "score-create", "timestamp": "2026-11-21T09:00:00Z", "body": {
            "id": "c", "traceId": "trace-1", "name": "n", "value": 1, "comment": "x", "dataType": "NUMERIC" } }] }),
        json!({ "resourceSpans": [{ "resource": { "attributes": [attribute("service.name")] }, "scopeSpans": [{ "spans": [{
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "n",
            "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000",
            "attributes": [attribute("session.id"), attribute("work_order"), attribute("input.value")] }] }] }] }),
        json!({ "traceId": "trace-1", "name": "n", "value": 0.5, "comment": "x", "id": "s1", "observationId": "o", "configId": "c" }),
        json!({ "traceIds": ["trace-1"], "traceId": "trace-1", "contentType": "image/png", "contentLength": 3, "field": "input",
            "sha256Hash": "AAAA", "observationId": "s", "uploadedAt": "2026-11-21T09:00:00Z", "uploadHttpStatus": 200 }),
        json!({ "view": "traces", "metrics": [{ "measure": "count", "aggregation": "count" }], "dimensions": [{ "field": "name" }],
            "filters": [{ "column": "name", "operator": "=", "value": "x", "type": "string" }],
            "fromTimestamp": "2026-11-21T00:00:00Z", "toTimestamp": "2026-11-22T00:00:00Z" }),
    ];
    let mut value = good[luck.below(good.len())].clone();
    let leaves = count(&value);
    let mut place = luck.below(leaves);
    dig(&mut value, &mut place);
    let text = value.to_string();
    let odd = [
        r#""\u0000""#,
        r#""a\u0000b""#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        "-1",
        "1e999",
        "-1e999",
        "99999999999999999999999999",
        "9223372036854775808",
        "0.1",
        "null",
        "true",
        "[]",
        "{}",
        r#""""#,
        r#""💩""#,
        r#"{"\u0000":1}"#,
        r#"{"a":1,"a":2}"#,
        r#""9999-99-99T99:99:99Z""#,
        r#""-292277022399-01-01T00:00:00Z""#,
        "[[[[[[[[[[1]]]]]]]]]]",
        r#""%00""#,
        "\"\u{202e}\"",
    ];
    let long = format!("\"{}\"", "y".repeat(1 << luck.below(17)));
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    let odd = match luck.below(16) {
        0 => long.as_str(),
        1 => deep.as_str(),
        _ => luck.of(&odd),
    };
    text.replace("\"HOLE\"", odd).into_bytes()
}

fn count(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.values().map(count).sum::<usize>() + 1,
        Value::Array(list) => list.iter().map(count).sum::<usize>() + 1,
        _ => 1,
    }
}

/// Puts the hole at one place of the value.
fn dig(value: &mut Value, place: &mut usize) -> bool {
    if *place == 0 {
        *value = json!("HOLE");
        return true;
    }
    *place -= 1;
    match value {
        Value::Object(map) => map.values_mut().any(|inner| dig(inner, place)),
        Value::Array(list) => list.iter_mut().any(|inner| dig(inner, place)),
        _ => false,
    }
}
