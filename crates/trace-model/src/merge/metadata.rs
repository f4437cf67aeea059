//! Metadata: merged key by key at every depth; lists and scalars are replaced whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{JsonMap, Stamp};

/// Merges later metadata into earlier metadata. Empty objects overwrite nothing.
pub fn merge_into(earlier: &mut JsonMap, later: JsonMap) {
    for (key, value) in later {
        match value {
            Value::Object(map) if map.is_empty() => {
                earlier.entry(key).or_insert_with(|| Value::Object(map));
            }
            Value::Object(map) => match earlier.get_mut(&key) {
                Some(Value::Object(known)) => merge_into(known, map),
                _ => {
                    earlier.insert(key, Value::Object(map));
                }
            },
            other => {
                earlier.insert(key, other);
            }
        }
    }
}

/// Metadata whose every leaf knows when it was said: merging in any order gives what merging by
/// event time gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetadataTree {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leaf: Option<(Stamp, Value)>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    below: BTreeMap<String, MetadataTree>,
}

impl MetadataTree {
    /// Hears metadata said at a moment.
    pub fn hear(&mut self, stamp: Stamp, metadata: &JsonMap) {
        for (key, value) in metadata {
            match value {
                Value::Object(map) if !map.is_empty() => {
                    self.below.entry(key.clone()).or_default().hear(stamp, map);
                }
                leaf => self.below.entry(key.clone()).or_default().hear_leaf(stamp, leaf),
            }
        }
    }

    fn hear_leaf(&mut self, stamp: Stamp, value: &Value) {
        if self.leaf.as_ref().is_none_or(|known| rank(known) < rank(&(stamp, value.clone()))) {
            self.leaf = Some((stamp, value.clone()));
        }
    }

    /// Hears what another tree heard.
    pub fn join(&mut self, other: &Self) {
        if let Some((stamp, value)) = &other.leaf {
            self.hear_leaf(*stamp, value);
        }
        for (key, child) in &other.below {
            self.below.entry(key.clone()).or_default().join(child);
        }
    }

    /// The merged metadata, keys sorted.
    pub fn view(&self) -> JsonMap {
        self.view_after(None)
    }

    fn view_after(&self, after: Option<Stamp>) -> JsonMap {
        self.below.iter().filter_map(|(key, child)| Some((key.clone(), child.value_after(after)?))).collect()
    }

    /// The value here, as far as it was said after `after`: a scalar wipes what was said below it
    /// before.
    fn value_after(&self, after: Option<Stamp>) -> Option<Value> {
        let leaf = self.leaf.as_ref().filter(|(stamp, _)| Some(*stamp) > after);
        // An empty object wipes nothing.
        let wiped = leaf.filter(|(_, value)| !is_empty_object(value)).map(|(stamp, _)| *stamp).max(after);
        let below = self.view_after(wiped);
        if below.is_empty() { leaf.map(|(_, value)| value.clone()) } else { Some(Value::Object(below)) }
    }
}

/// An empty object never beats a real value, however late it comes.
fn rank(leaf: &(Stamp, Value)) -> (bool, Stamp) {
    (!is_empty_object(&leaf.1), leaf.0)
}

fn is_empty_object(value: &Value) -> bool {
    value.as_object().is_some_and(JsonMap::is_empty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> JsonMap {
        match value {
            Value::Object(map) => map,
            _ => JsonMap::new(),
        }
    }

    #[test]
    fn merging_is_deep_and_empty_objects_overwrite_nothing() {
        let mut known = map(json!({"a": {"x": 1, "y": [1]}, "b": 2}));
        merge_into(&mut known, map(json!({"a": {"y": [2], "z": null}, "b": {}, "c": {}})));
        assert_eq!(Value::Object(known), json!({"a": {"x": 1, "y": [2], "z": null}, "b": 2, "c": {}}));
    }

    #[test]
    fn a_scalar_wipes_what_was_below_it_before() {
        let at = |time_ns| Stamp { time_ns, ..Stamp::default() };
        let mut tree = MetadataTree::default();
        tree.hear(at(3), &map(json!({"a": {"c": 2}})));
        tree.hear(at(1), &map(json!({"a": {"b": 1}})));
        tree.hear(at(2), &map(json!({"a": "x"})));
        assert_eq!(Value::Object(tree.view()), json!({"a": {"c": 2}}));
    }
}
