//! Looking values up by name, where names have points and so have the ways to them.

use serde_json::Value;

use trace_model::JsonMap;

/// Where a bare name is looked for when nothing stands under it at the top.
const PLACES: [&str; 6] = ["attributes", "resourceAttributes", "scope", "events", "links", "span"];
/// Steps of one way.
const DEEPEST: usize = 12;

/// The values under a name: `site`, `attributes.shop.branch`, `scope.name`, `events.attributes.item`, or the bare name of
/// an attribute of the span, its resource, its events or links. A list is a value, and so is each member of it. Nothing is null.
pub fn values_at<'v>(metadata: &'v JsonMap, name: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    in_object(metadata, name, DEEPEST, &mut found);
    if found.is_empty() {
        for place in PLACES.iter().filter_map(|place| metadata.get(*place)) {
            bare(place, name, &mut found);
        }
        let beside = metadata.iter().filter(|(key, _)| key.trim_end_matches('_') == "otel");
        for place in beside.filter_map(|(_, beside)| beside.as_object()).flat_map(JsonMap::values) {
            bare(place, name, &mut found);
        }
    }
    let members: Vec<&Value> = found
        .iter()
        .filter_map(|value| value.as_array())
        .flatten()
        .filter(|inner| is_scalar(inner))
        .collect();
    found.extend(members);
    found.retain(|value| !value.is_null());
    found
}

fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

fn bare<'v>(place: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match place {
        Value::Object(map) => {
            in_object(map, name, DEEPEST, found);
            if let Some(inner) = map.get("attributes").filter(|inner| inner.is_object()) {
                bare(inner, name, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|one| bare(one, name, found)),
        _ => {}
    }
}

fn in_object<'v>(map: &'v JsonMap, name: &str, steps: usize, found: &mut Vec<&'v Value>) {
    if let Some(value) = map.get(name) {
        found.push(value);
    }
    if steps == 0 {
        return;
    }
    for (at, _) in name.match_indices('.') {
        let (head, rest) = (name.get(..at).unwrap_or_default(), name.get(at + 1..).unwrap_or_default());
        match map.get(head) {
            Some(Value::Object(inner)) => in_object(inner, rest, steps - 1, found),
            Some(Value::Array(list)) => {
                let objects = list.iter().filter_map(Value::as_object);
                objects.for_each(|inner| in_object(inner, rest, steps - 1, found));
            }
            _ => {}
        }
    }
}

/// A value in words: text as it is, anything else as JSON.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
