//! A small Langfuse server of the test's own: both dialects, with whatever faults a test asks for.

use std::collections::{BTreeMap, VecDeque};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use tracewright::foundation::Timestamp;

/// What a server holds, and how it behaves.
#[derive(Default)]
pub struct State {
    /// Whether it has `v2/observations` and `v3/scores`.
    pub is_v4: bool,
    /// Whether it has `v3/scores` and `v2/scores`.
    pub has_new_scores: bool,
    pub traces: Vec<Value>,
    pub observations: Vec<Value>,
    pub scores: Vec<Value>,
    /// What happens to the next requests, instead of an answer.
    pub faults: VecDeque<Fault>,
    /// More than this at once is answered 422.
    pub most: Option<usize>,
    /// Every request: path with query, and the `Authorization` header.
    pub seen: Vec<(String, String)>,
    /// When each of them came.
    pub seen_at: Vec<Instant>,
}

#[derive(Clone, Debug)]
pub enum Fault {
    /// This status with these headers.
    Status(u16, &'static str),
    /// A redirect there.
    Redirect(String),
    /// The connection ends without an answer.
    Drop,
    /// The answer does not come as long as anybody waits for it.
    Slow,
    /// Nothing goes wrong.
    None,
}

/// A running server; it ends with the test's process.
pub struct Server {
    pub url: String,
    pub state: Arc<Mutex<State>>,
}

impl Server {
    pub fn start(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { url, state }
    }

    /// Changes what it holds or how it behaves.
    pub fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap())
    }

    /// The paths asked for so far, oldest first; asking forgets them.
    pub fn take_paths(&self) -> Vec<String> {
        self.with(|state| std::mem::take(&mut state.seen)).into_iter().map(|(path, _)| path).collect()
    }
}

fn serve(mut stream: TcpStream, shared: &Mutex<State>) {
    let Some((target, authorization)) = read_request(&mut stream) else { return };
    let (fault, answer) = {
        let mut state = shared.lock().unwrap();
        state.seen.push((target.clone(), authorization));
        state.seen_at.push(Instant::now());
        (state.faults.pop_front().unwrap_or(Fault::None), answer(&state, &target))
    };
    let (status, headers, body) = match fault {
        Fault::None => (answer.0, String::new(), answer.1.to_string()),
        Fault::Status(status, headers) => {
            (status, headers.to_owned(), json!({"message": "as the test wants"}).to_string())
        }
        Fault::Redirect(to) => (307, format!("Location: {to}\r\n"), String::new()),
        Fault::Drop => return,
        Fault::Slow => {
            let _ = stream.read(&mut [0]);
            return;
        }
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    while !text.windows(4).any(|part| part == b"\r\n\r\n") {
        let n = stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
        text.extend_from_slice(&buffer[..n]);
    }
    let text = String::from_utf8(text).ok()?;
    let target = text.split(' ').nth(1)?.to_owned();
    let header = text.lines().find(|line| line.to_lowercase().starts_with("authorization:"));
    Some((
        target,
        header.and_then(|line| line.split_once(": ")).map_or_else(String::new, |(_, value)| value.to_owned()),
    ))
}

fn answer(state: &State, target: &str) -> (u16, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: BTreeMap<String, String> = serde_urlencoded::from_str(query).unwrap();
    match path {
        "/api/public/health" => (200, json!({"status": "OK", "version": "3.100.0"})),
        "/api/public/v2/observations" if state.is_v4 => {
            by_cursor(state, &state.observations, "startTime", &query)
        }
        "/api/public/v3/scores" if state.is_v4 && state.has_new_scores => {
            by_cursor(state, &state.scores, "timestamp", &query)
        }
        "/api/public/traces" if !state.is_v4 => by_page(state, &state.traces, "timestamp", &query),
        "/api/public/observations" if !state.is_v4 => {
            by_page(state, &state.observations, "startTime", &query)
        }
        "/api/public/v2/scores" if state.has_new_scores => by_page(state, &state.scores, "timestamp", &query),
        "/api/public/scores" => by_page(state, &state.scores, "timestamp", &query),
        _ => (404, json!({"message": "no such route", "error": "LangfuseNotFoundError"})),
    }
}

/// The entries of the window, newest first as the real one gives them.
fn window(entries: &[Value], time: &str, query: &BTreeMap<String, String>) -> Vec<Value> {
    let names =
        if time == "startTime" { ["fromStartTime", "toStartTime"] } else { ["fromTimestamp", "toTimestamp"] };
    let [from, to] = names.map(|name| Timestamp::parse_rfc3339(&query[name]).unwrap());
    let at = |entry: &Value| Timestamp::parse_rfc3339(entry[time].as_str().unwrap()).unwrap();
    let mut inside: Vec<Value> =
        entries.iter().filter(|entry| (from..to).contains(&at(entry))).cloned().collect();
    inside.sort_by_key(|entry| std::cmp::Reverse(at(entry)));
    inside
}

fn by_cursor(state: &State, entries: &[Value], time: &str, query: &BTreeMap<String, String>) -> (u16, Value) {
    let limit: usize = query["limit"].parse().unwrap();
    if state.most.is_some_and(|most| limit > most) {
        return (422, json!({"message": "too much", "error": "Request timed out"}));
    }
    let offset: usize =
        query.get("cursor").map_or(0, |cursor| cursor.strip_prefix("c+/").unwrap().parse().unwrap());
    let all = window(entries, time, query);
    let whole: Vec<&str> =
        query.get("expandMetadata").map(|keys| keys.split(',').collect()).unwrap_or_default();
    let data: Vec<Value> =
        all.iter().skip(offset).take(limit).map(|entry| cut(entry.clone(), &whole)).collect();
    let mut meta = json!({});
    if offset + limit < all.len() {
        meta["cursor"] = json!(format!("c+/{}", offset + limit));
    }
    (200, json!({"data": data, "meta": meta}))
}

/// Metadata as v2 gives it: 200 characters of each value, unless it is asked for by name.
fn cut(mut entry: Value, whole: &[&str]) -> Value {
    if let Some(metadata) = entry.get_mut("metadata").and_then(Value::as_object_mut) {
        for (_, value) in metadata.iter_mut().filter(|(key, _)| !whole.contains(&key.as_str())) {
            if let Some(text) = value.as_str() {
                *value = json!(text.chars().take(200).collect::<String>());
            }
        }
    }
    entry
}

fn by_page(state: &State, entries: &[Value], time: &str, query: &BTreeMap<String, String>) -> (u16, Value) {
    let (limit, page): (usize, usize) = (query["limit"].parse().unwrap(), query["page"].parse().unwrap());
    if limit > 100 {
        return (400, json!({"message": "Invalid request data"}));
    }
    if state.most.is_some_and(|most| limit > most) {
        return (422, json!({"message": "too much", "error": "Request timed out"}));
    }
    let all = window(entries, time, query);
    let data: Vec<Value> = all.iter().skip((page - 1) * limit).take(limit).cloned().collect();
    let meta = json!({"page": page, "limit": limit, "totalItems": all.len(), "totalPages": all.len().div_ceil(limit)});
    (200, json!({"data": data, "meta": meta}))
}

/// `n` traces of three observations each, one every ten minutes from the 19th on, with a score each.
pub fn filled(n: usize, is_v4: bool) -> State {
    let mut state = State { is_v4, has_new_scores: true, ..State::default() };
    for i in 0..n {
        let at = |seconds: i64| {
            let start = Timestamp::parse_rfc3339("2026-11-19T00:00:00Z").unwrap();
            start.plus_micros((i64::try_from(i).unwrap() * 600 + seconds) * 1_000_000).to_rfc3339()
        };
        let trace = format!("t{i}");
        for (k, kind) in ["AGENT", "GENERATION", "TOOL"].into_iter().enumerate() {
            let second = i64::try_from(k).unwrap();
            let mut entry = json!({
                "id": format!("{trace}-o{k}"), "traceId": trace, "type": kind, "name": format!("{kind} {i}"),
                "startTime": at(second), "endTime": at(second + 1), "updatedAt": at(60), "level": "DEFAULT",
                "environment": "production", "isRootObservation": k == 0, "version": "v9",
                "metadata": {"turn": k, "note": "n".repeat(if k == 1 { 500 } else { 10 })},
                "input": format!("{{\"question\": \"{i}\"}}"), "output": format!("answer {i}"),
            });
            if k > 0 {
                entry["parentObservationId"] = json!(format!("{trace}-o0"));
            }
            if k == 1 {
                entry["model"] = json!("m-1");
                entry["usageDetails"] = json!({"input": 100 + i, "output": 7, "total": 107 + i});
                entry["costDetails"] = json!({"input": 0.001, "output": 0.0005, "total": 0.0015});
                entry["promptName"] = json!("greet");
                entry["promptVersion"] = json!(2);
            }
            if is_v4 {
                entry["traceName"] = json!(format!("chat {i}"));
                entry["userId"] = json!("ann");
                entry["sessionId"] = json!(format!("s{}", i / 3));
                entry["tags"] = json!(["a", "b"]);
                entry["release"] = json!("r1");
            } else {
                entry["input"] = json!({"question": i.to_string()});
            }
            state.observations.push(entry);
        }
        if !is_v4 {
            state.traces.push(json!({
                "id": trace, "timestamp": at(0), "updatedAt": at(60), "name": format!("chat {i}"), "userId": "ann",
                "sessionId": format!("s{}", i / 3), "tags": ["a", "b"], "release": "r1", "environment": "production",
                "metadata": {"kept": true}, "input": "hello", "output": null, "version": "v9",
            }));
        }
        let mut score = json!({"id": format!("score{i}"), "name": "quality", "timestamp": at(2), "dataType": "NUMERIC", "value": 0.5});
        if is_v4 {
            score["subject"] = json!({"kind": "observation", "id": format!("{trace}-o1"), "traceId": trace});
        } else {
            score["traceId"] = json!(trace);
            score["observationId"] = json!(format!("{trace}-o1"));
        }
        state.scores.push(score);
    }
    state
}
