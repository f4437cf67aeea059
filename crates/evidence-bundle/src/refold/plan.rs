//! Edits of a plan, as its records list them: field by field, elements of lists by their id.

use serde_json::Value;

/// Applies the changes of one edit; a path that does not exist changes nothing.
pub(super) fn patch(plan: &mut Value, changes: &[Value]) {
    changes.iter().for_each(|change| patch_one(plan, change));
}

fn patch_one(plan: &mut Value, change: &Value) {
    let path: Vec<&str> = change
        .get("path")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let Some((last, outer)) = path.split_last() else { return };
    let new = change.get("new").cloned().unwrap_or_default();
    match change.get("op").and_then(Value::as_str) {
        Some("changed") => {
            if let Some(place) = descend(plan, &path) {
                *place = new;
            }
        }
        Some("added") => {
            if let Some(Value::Array(list)) = descend(plan, outer) {
                list.push(new);
            }
        }
        Some("removed") => {
            if let Some(Value::Array(list)) = descend(plan, outer) {
                list.retain(|element| id_of(element) != *last);
            }
        }
        Some("moved") => {
            if let Some(Value::Array(list)) = descend(plan, &path) {
                let ids: Vec<&str> = new.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                list.sort_by_cached_key(|element| ids.iter().take_while(|id| **id != id_of(element)).count());
            }
        }
        _ => {}
    }
}

fn descend<'v>(value: &'v mut Value, path: &[&str]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, segment| match value {
        Value::Object(fields) => fields.get_mut(*segment),
        Value::Array(list) => list.iter_mut().find(|element| id_of(element) == *segment),
        _ => None,
    })
}

/// The id of an element of a list.
pub(super) fn id_of(element: &Value) -> &str {
    element.get("id").and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_of_change_is_applied_and_odd_paths_change_nothing() {
        let mut plan = json!({"steps": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]});
        let changes = [
            json!({"path": ["steps", "a", "title"], "op": "changed", "old": "A", "new": "Z"}),
            json!({"path": ["steps", "c"], "op": "added", "new": {"id": "c", "title": "C"}}),
            json!({"path": ["steps", "b"], "op": "removed", "new": null}),
            json!({"path": ["steps"], "op": "moved", "new": ["c", "a"]}),
            json!({"path": ["steps", "x", "title"], "op": "changed", "new": "lost"}),
            json!({"path": [], "op": "changed", "new": "lost"}),
        ];
        patch(&mut plan, &changes);
        assert_eq!(plan, json!({"steps": [{"id": "c", "title": "C"}, {"id": "a", "title": "Z"}]}));
    }
}
