//! Lists that were flattened into attribute names (`llm.input_messages.0.message.role`), built again.
//!
//! Only indices below the cap are taken, holes are closed (so that a few attributes cannot swell
//! into a huge list), and names that are dangerous to scripts are refused; what is refused stays an
//! ordinary attribute.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::AnyValue;
use serde_json::{Map, Value};

use super::attributes::to_json;

/// List places that are taken: 0 to 10,000.
pub const MAX_PLACES: usize = 10_001;

/// Deeper names than this are refused.
const MAX_DEPTH: usize = 16;

/// Names that merely wrap the thing inside in OpenInference's flattened form.
const WRAPPERS: [&str; 5] = ["message", "tool_call", "message_content", "document", "embedding"];

#[derive(Debug, Default)]
struct Node {
    value: Option<Value>,
    items: BTreeMap<usize, Node>,
    fields: Vec<(String, Node)>,
}

/// Builds a list from the ends of flattened names. Returns its JSON bytes and which of the given
/// attributes are in it; `None` when there is nothing to build.
pub fn rebuild<'a>(
    parts: impl Iterator<Item = (&'a str, usize, &'a AnyValue)>,
) -> Option<(Vec<u8>, Vec<usize>)> {
    let mut root = Node::default();
    let mut used = Vec::new();
    for (name, place, value) in parts {
        if insert(&mut root, name, value) {
            used.push(place);
        }
    }
    if root.items.is_empty() {
        return None;
    }
    Some((serde_json::to_vec(&finish(root)).ok()?, used))
}

fn insert(root: &mut Node, name: &str, value: &AnyValue) -> bool {
    if !is_legal(name) {
        return false;
    }
    let mut node = root;
    let mut after_index = false;
    for part in name.split('.') {
        if let Some(index) = index(part) {
            node = node.items.entry(index).or_default();
            after_index = true;
        } else if after_index && WRAPPERS.contains(&part) {
            after_index = false;
        } else {
            node = field(node, part);
            after_index = false;
        }
    }
    node.value = Some(to_json(value));
    true
}

fn is_legal(name: &str) -> bool {
    let starts_with_index = name.split('.').next().and_then(index).is_some();
    starts_with_index
        && name.split('.').count() <= MAX_DEPTH
        && name.split('.').all(|part| {
            let too_far =
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && index(part).is_none();
            !too_far && !part.is_empty() && !matches!(part, "__proto__" | "constructor" | "prototype")
        })
}

fn index(part: &str) -> Option<usize> {
    let digits = !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit());
    if digits { part.parse().ok().filter(|index| *index < MAX_PLACES) } else { None }
}

fn field<'n>(node: &'n mut Node, name: &str) -> &'n mut Node {
    let place = node.fields.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
        node.fields.push((name.to_owned(), Node::default()));
        node.fields.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "the place was found or made just above")]
    let (_, child) = &mut node.fields[place];
    child
}

fn finish(node: Node) -> Value {
    let Node { value, items, fields } = node;
    if fields.is_empty() && items.is_empty() {
        return value.unwrap_or(Value::Null);
    }
    if fields.is_empty() && value.is_none() {
        return Value::Array(items.into_values().map(finish).collect());
    }
    // A mixed node keeps everything: its own value under "value", its list under "items".
    let mut map = Map::new();
    map.extend(value.map(|value| ("value".to_owned(), value)));
    map.extend(fields.into_iter().map(|(name, child)| (name, finish(child))));
    if !items.is_empty() {
        map.insert("items".to_owned(), Value::Array(items.into_values().map(finish).collect()));
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;

    use super::*;

    fn built(pairs: &[(&str, &str)]) -> Option<(String, usize)> {
        let values: Vec<AnyValue> =
            pairs.iter().map(|(_, v)| AnyValue { value: Some(Any::StringValue((*v).to_owned())) }).collect();
        let parts = pairs.iter().zip(&values).enumerate().map(|(i, ((name, _), value))| (*name, i, value));
        rebuild(parts).map(|(bytes, used)| (String::from_utf8(bytes).unwrap(), used.len()))
    }

    #[test]
    fn messages_are_built_in_order_without_wrappers() {
        let pairs = [
            ("1.message.role", "user"),
            ("0.message.role", "system"),
            ("0.message.contents.0.message_content.text", "hi"),
            ("1.message.tool_calls.0.tool_call.function.name", "f"),
            ("1.message.tool_calls.0.tool_call.id", "c1"),
        ];
        let text = r#"[{"role":"system","contents":[{"text":"hi"}]},{"role":"user","tool_calls":[{"function":{"name":"f"},"id":"c1"}]}]"#;
        assert_eq!(built(&pairs), Some((text.to_owned(), 5)));
    }

    #[test]
    fn hostile_names_are_left_alone() {
        assert_eq!(built(&[("0.__proto__.x", "1"), ("0.constructor", "1"), ("x.role", "1")]), None);
        assert_eq!(built(&[("10001.role", "a"), ("99999999999.role", "b")]), None);
        assert_eq!(
            built(&[("10000.role", "a"), ("10001.role", "b")]),
            Some((r#"[{"role":"a"}]"#.to_owned(), 1))
        );
        assert_eq!(built(&[("0..role", "a")]), None);
    }

    #[test]
    fn a_name_that_is_value_and_list_loses_nothing() {
        let text = r#"[{"content":{"value":"a","items":["b"]}}]"#;
        assert_eq!(built(&[("0.content", "a"), ("0.content.0", "b")]), Some((text.to_owned(), 2)));
    }
}
