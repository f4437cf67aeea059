//! Compares what is held with `expected.json`: only what is listed there is asserted, a null must be
//! empty. Media, prompts, datasets and reads are not compared here.

use serde_json::Value;

use super::store::{TraceView, View};
use trace_model::decimal::billionths;
use trace_model::merge::Trace;
use trace_model::{Level, Observation, Score};

#[derive(Default)]
pub struct Report {
    pub checks: usize,
    pub misses: Vec<String>,
}

impl Report {
    fn check(&mut self, holds: bool, miss: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.misses.push(miss());
        }
    }

    fn same(&mut self, what: &str, found: &Value, expected: &Value) {
        self.check(alike(found, expected), || format!("{what}: {} want {}", short(found), short(expected)));
    }

    fn add(&mut self, other: Self, path: &str) {
        self.checks += other.checks;
        self.misses.extend(other.misses.into_iter().map(|miss| format!("{path} {miss}")));
    }
}

pub fn compare(view: &View, expected: &Value) -> Report {
    let mut report = Report::default();
    let mut used = Vec::new();
    for want in list(expected, "traces") {
        let fits = |trace: &TraceView| match want["id"].as_str() {
            Some(id) => trace.id == id,
            None => name_fits(trace, want),
        };
        let candidates = view.traces.iter().filter(|t| fits(t) && !used.contains(&t.id));
        let best = candidates.map(|t| (t, compare_trace(view, t, want))).min_by_key(|(_, r)| r.misses.len());
        let path = format!("trace {} {}:", want["id"], want["name"]);
        match best {
            Some((trace, found)) => {
                used.push(trace.id.clone());
                report.add(found, &path);
            }
            None => report.check(false, || format!("{path} not held")),
        }
    }
    for want in list(expected, "session_scores") {
        let held = view.scores.iter().any(|s| {
            s.session_id.as_deref() == want["session"].as_str() && s.trace_id.is_none() && score_fits(s, want)
        });
        report.check(held, || format!("session score {want} not held"));
    }
    report
}

fn name_fits(trace: &TraceView, want: &Value) -> bool {
    // A LangChain trace bears its class name, its top span the name the program gave.
    let root = trace.observations.iter().find(|o| Some(&o.id) == trace.trace.root_observation_id.as_ref());
    let names = [trace.trace.name.as_deref(), root.and_then(|o| o.name.as_deref())];
    match want["name_any_of"].as_array() {
        Some(wanted) => wanted.iter().any(|n| names.contains(&n.as_str())),
        None => want["name"].is_null() || names.contains(&want["name"].as_str()),
    }
}

fn compare_trace(view: &View, held: &TraceView, want: &Value) -> Report {
    let mut report = Report::default();
    let trace = &held.trace;
    report.check(name_fits(held, want), || format!("name {:?}", trace.name));
    let text = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::from);
    for (name, found) in [
        ("user_id", text(&trace.user_id)),
        ("session_id", text(&trace.session_id)),
        ("version", text(&trace.version)),
        ("release", text(&trace.release)),
        ("environment", text(&trace.environment)),
        ("public", Value::Bool(trace.public)),
        ("metadata", Value::Object(trace.metadata.clone())),
    ] {
        if let Some(wanted) = want.get(name) {
            report.same(name, &found, wanted);
        }
    }
    let root = held.observations.iter().find(|o| Some(&o.id) == trace.root_observation_id.as_ref());
    let input = trace.input.or_else(|| root?.input);
    let output = trace.output.or_else(|| root?.output);
    for (name, found) in [("input", input), ("output", output)] {
        if let Some(wanted) = want.get(name) {
            report.same(name, &view.body(found), wanted);
        }
    }
    if let Some(wanted) = want["timestamp"].as_str() {
        let found = foundation::Timestamp::from_nanos(trace.timestamp_ns);
        report.check(foundation::Timestamp::parse_rfc3339(wanted) == Some(found), || {
            format!("timestamp {found}")
        });
    }
    compare_tags(&mut report, trace, want);
    compare_observations(&mut report, view, held, want);
    compare_scores(&mut report, view, held, want);
    report
}

fn compare_tags(report: &mut Report, trace: &Trace, want: &Value) {
    let mut tags: Vec<&str> = list(want, "tags").iter().filter_map(Value::as_str).collect();
    tags.sort_unstable();
    if want.get("tags").is_some() {
        report.check(tags == trace.tags, || format!("tags {:?} want {tags:?}", trace.tags));
    }
    for tag in list(want, "tags_include") {
        report
            .check(trace.tags.iter().any(|t| tag == t), || format!("tag {tag} missing in {:?}", trace.tags));
    }
    includes(report, "metadata", &Value::Object(trace.metadata.clone()), &want["metadata_include"]);
}

fn compare_observations(report: &mut Report, view: &View, held: &TraceView, want: &Value) {
    let mut used: Vec<&str> = Vec::new();
    for want in list(want, "observations") {
        let fits = |o: &&Observation| match want["id"].as_str() {
            Some(id) => o.id == id,
            None => o.name.as_deref() == want["name"].as_str() && !used.contains(&o.id.as_str()),
        };
        let candidates = held.observations.iter().filter(fits);
        let best = candidates
            .map(|o| (o, compare_observation(view, held, o, want)))
            .min_by_key(|(_, r)| r.misses.len());
        let path = format!("{}:", want["name"]);
        match best {
            Some((observation, found)) => {
                used.push(&observation.id);
                report.add(found, &path);
            }
            None => report.check(false, || format!("{path} not held")),
        }
    }
}

fn compare_observation(view: &View, held: &TraceView, o: &Observation, want: &Value) -> Report {
    let mut report = Report::default();
    let text = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::from);
    let kind = Value::from(o.kind.unwrap_or_default().as_str());
    let parameters = o.parameters.as_deref().map_or(Value::Null, |t| serde_json::from_str(t).unwrap());
    let (input, output) = (view.body(o.input), view.body(o.output));
    let prompt = serde_json::json!({"name": o.prompt.name, "version": o.prompt.version});
    for (name, found) in [
        ("name", text(&o.name)),
        ("type", kind.clone()),
        ("model", text(&o.model)),
        ("level", Value::from(o.level.unwrap_or(Level::Default).as_str())),
        ("status_message", text(&o.status_message)),
        ("metadata", Value::Object(o.metadata.clone())),
        ("model_parameters", parameters.clone()),
        ("input", input.clone()),
        ("output", output.clone()),
        ("prompt", prompt),
    ] {
        if let Some(wanted) = want.get(name) {
            report.same(name, &found, wanted);
        }
    }
    if let Some(any) = want["type_any_of"].as_array() {
        report.check(any.contains(&kind), || format!("type {kind} want one of {any:?}"));
    }
    includes(&mut report, "model_parameters", &parameters, &want["model_parameters_include"]);
    texts(&mut report, o, &input, &output, want);
    parent(&mut report, held, o, want);
    numbers(&mut report, o, want);
    rest(&mut report, o, &output, want);
    report
}

fn texts(report: &mut Report, o: &Observation, input: &Value, output: &Value, want: &Value) {
    let text = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::from);
    for (name, found) in [
        ("output_text", output),
        ("output_contains", output),
        ("input_contains", input),
        ("model_contains", &text(&o.model)),
        ("status_message_contains", &text(&o.status_message)),
    ] {
        if let Some(part) = want[name].as_str() {
            report.check(mentions(found, part), || format!("{name}: {} lacks {part:.60}", short(found)));
        }
    }
}

fn parent(report: &mut Report, held: &TraceView, o: &Observation, want: &Value) {
    let parent = held.observations.iter().find(|p| Some(&p.id) == o.parent_id.as_ref());
    match want.get("parent") {
        Some(Value::String(wanted)) => {
            let found = parent.is_some_and(|p| p.name.as_ref() == Some(wanted) || p.id == *wanted);
            report.check(found, || format!("parent {:?} want {wanted}", o.parent_id));
        }
        // Without an id the program did not know where the observation hangs.
        Some(Value::Null) if want["id"].is_string() => {
            report.check(parent.is_none(), || format!("hangs from {:?}", o.parent_id));
        }
        _ => {}
    }
}

fn numbers(report: &mut Report, o: &Observation, want: &Value) {
    let usage = o.usage.as_deref().cloned().unwrap_or_default();
    for (name, wanted) in want["usage"].as_object().into_iter().flatten() {
        let counts = usage.counts;
        let found = match name.as_str() {
            "input_plus_cache" => {
                let sum = counts.uncached_input + counts.cached_read + counts.cache_write;
                (sum == wanted.as_i64().unwrap() || counts.uncached_input == wanted.as_i64().unwrap())
                    .then_some(wanted.as_i64().unwrap())
            }
            "cache_read" => Some(counts.cached_read),
            other => usage.entry(other),
        };
        report.check(found == wanted.as_i64(), || {
            format!("usage {name} {found:?} want {wanted} in {:?}", usage.entries)
        });
    }
    for (name, wanted) in want["cost"].as_object().into_iter().flatten() {
        let found = o.cost.iter().find(|(known, _)| known == name).map(|(_, nanos)| nanos.0);
        report.check(found == billionths(&wanted.to_string()), || {
            format!("cost {name} {found:?} want {wanted}")
        });
    }
    if want["has_completion_start_time"] == true {
        report.check(o.time_to_first_token_ns().is_some(), || "no time to first token".to_owned());
    }
    if let Some(start) = want["start_time"].as_str() {
        let start = foundation::Timestamp::parse_rfc3339(start);
        report.check(o.start() == start, || format!("start {:?}", o.start()));
    }
    if want.get("latency_s").is_some() {
        let wanted = billionths(&want["latency_s"].to_string());
        report.check(o.duration_ns() == wanted, || format!("latency {:?}", o.duration_ns()));
    }
}

fn rest(report: &mut Report, o: &Observation, output: &Value, want: &Value) {
    for name in list(want, "tool_calls") {
        report.check(mentions(output, name.as_str().unwrap()), || {
            format!("tool call {name} not in {}", short(output))
        });
    }
    if let Some(call) = want.get("tool_call") {
        let arguments = call["arguments"].as_object().unwrap();
        let all = arguments.values().filter_map(Value::as_str).all(|v| mentions(output, v));
        report.check(all && mentions(output, call["name"].as_str().unwrap()), || format!("tool call {call}"));
    }
    if let Some(wanted) = want.get("exception") {
        let found = o.exception.clone().unwrap_or_default();
        let fits =
            found.kind.ends_with(wanted["type"].as_str().unwrap()) && found.message == wanted["message"];
        report.check(fits, || format!("exception {found:?} want {wanted}"));
    }
    for name in ["documents", "choices"] {
        if let Some(wanted) = want[name].as_u64() {
            let found = output.as_array().map(Vec::len);
            report.check(found == usize::try_from(wanted).ok(), || format!("{name} {found:?} want {wanted}"));
        }
    }
    if let Some(wanted) = want["link_to_trace"].as_str() {
        report.check(o.links.iter().any(|l| l.trace_id == wanted), || format!("links {:?}", o.links));
    }
}

fn compare_scores(report: &mut Report, view: &View, held: &TraceView, want: &Value) {
    for want in list(want, "scores") {
        let held = view.scores.iter().any(|score| {
            let target = held.observations.iter().find(|o| Some(&o.id) == score.observation_id.as_ref());
            let names = target.map(|o| [o.name.as_deref(), Some(&*o.id)]).unwrap_or_default();
            score.trace_id.as_ref() == Some(&held.id)
                && score_fits(score, want)
                && want["observation"].as_str().is_none_or(|name| names.contains(&Some(name)))
        });
        report.check(held, || format!("score {want} not held"));
    }
}

fn score_fits(score: &Score, want: &Value) -> bool {
    let text = |name: &str, found: Option<&str>| want.get(name).is_none_or(|wanted| wanted.as_str() == found);
    let value: Value = serde_json::from_str(&score.value).unwrap();
    let metadata = score.metadata.as_deref().map_or(Value::Null, |t| serde_json::from_str(t).unwrap());
    text("name", Some(&score.name))
        && text("id", Some(&score.id))
        && text("comment", score.comment.as_deref())
        && text("data_type", Some(score.data_type.as_str()))
        && text("observation_id", score.observation_id.as_deref())
        && alike(&value, &want["value"])
        && want.get("metadata").is_none_or(|wanted| alike(&metadata, wanted))
}

fn includes(report: &mut Report, what: &str, found: &Value, wanted: &Value) {
    for (name, wanted) in wanted.as_object().into_iter().flatten() {
        report.same(&format!("{what}.{name}"), &found[name.as_str()], wanted);
    }
}

/// Equal as JSON, where numbers are equal by value and a null is as good as nothing. Some clients
/// write numbers as strings, and we hold what was sent.
fn alike(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| alike(a, b)))
        }
        (Value::Object(a), Value::Null) => a.is_empty(),
        (Value::String(a), Value::Number(b)) => *a == b.to_string(),
        (a, b) => a == b,
    }
}

/// The text is somewhere in the value, also in JSON inside of strings.
fn mentions(value: &Value, part: &str) -> bool {
    match value {
        Value::String(text) => {
            text.contains(part)
                || (text.starts_with(['{', '['])
                    && serde_json::from_str(text).is_ok_and(|inner: Value| mentions(&inner, part)))
        }
        Value::Array(items) => items.iter().any(|item| mentions(item, part)),
        Value::Object(map) => map.iter().any(|(key, item)| key.contains(part) || mentions(item, part)),
        other => other.to_string().contains(part),
    }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(160).collect()
}
