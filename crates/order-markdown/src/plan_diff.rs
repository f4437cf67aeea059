//! What changed between two plans, field by field, by stable id, with the value before and after.
//!
//! Lists whose elements have an `id` are compared by id, so a moved step is a move and not a removal.
//! `patch(old, diff(old, new)) == new`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::Plan;
use foundation::Result;

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOp {
    /// A new element of a list; it goes to the end until a move says otherwise.
    Added,
    /// An element of a list is gone.
    Removed,
    Changed,
    /// The elements of a list stand in another order; the values are the ids.
    Moved,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChange {
    /// Field names and ids from the outside in: `["steps", "<id>", "title"]`.
    pub path: Vec<String>,
    pub op: ChangeOp,
    /// The value before; null for something added.
    pub old: Value,
    /// The value after; null for something removed.
    pub new: Value,
}

/// The changes from one plan to another, empty when they are equal.
pub fn diff(old: &Plan, new: &Plan) -> Result<Vec<PlanChange>> {
    let mut differ = Differ { path: Vec::new(), changes: Vec::new() };
    differ.compare(&serde_json::to_value(old)?, &serde_json::to_value(new)?);
    Ok(differ.changes)
}

/// A plan with changes applied; a path that does not exist changes nothing.
pub fn patch(plan: &Plan, changes: &[PlanChange]) -> Result<Plan> {
    let mut value = serde_json::to_value(plan)?;
    for change in changes {
        patch_one(&mut value, change);
    }
    Ok(serde_json::from_value(value)?)
}

struct Differ {
    path: Vec<String>,
    changes: Vec<PlanChange>,
}

impl Differ {
    fn compare(&mut self, old: &Value, new: &Value) {
        match (old, new) {
            _ if old == new => {}
            (Value::Object(a), Value::Object(b)) if same_keys(a, b) => self.compare_objects(a, b),
            (Value::Array(a), Value::Array(b)) if is_keyed(a) && is_keyed(b) => self.compare_lists(a, b),
            _ => self.note(ChangeOp::Changed, old.clone(), new.clone()),
        }
    }

    fn compare_objects(&mut self, old: &Map<String, Value>, new: &Map<String, Value>) {
        for (key, before) in old {
            if let Some(after) = new.get(key) {
                self.inside(key, |differ| differ.compare(before, after));
            }
        }
    }

    fn compare_lists(&mut self, old: &[Value], new: &[Value]) {
        let mut order = Vec::new();
        for before in old {
            match find(new, id_of(before)) {
                Some(after) => {
                    order.push(id_of(before));
                    self.inside(id_of(before), |differ| differ.compare(before, after));
                }
                None => self.inside(id_of(before), |differ| {
                    differ.note(ChangeOp::Removed, before.clone(), Value::Null);
                }),
            }
        }
        for after in new.iter().filter(|after| find(old, id_of(after)).is_none()) {
            order.push(id_of(after));
            self.inside(id_of(after), |differ| differ.note(ChangeOp::Added, Value::Null, after.clone()));
        }
        let wanted: Vec<&str> = new.iter().map(id_of).collect();
        if order != wanted {
            self.note(ChangeOp::Moved, order.into(), wanted.into());
        }
    }

    fn inside(&mut self, segment: &str, visit: impl FnOnce(&mut Self)) {
        self.path.push(segment.to_owned());
        visit(self);
        self.path.pop();
    }

    fn note(&mut self, op: ChangeOp, old: Value, new: Value) {
        self.changes.push(PlanChange { path: self.path.clone(), op, old, new });
    }
}

fn same_keys(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    a.len() == b.len() && a.keys().all(|key| b.contains_key(key))
}

fn is_keyed(list: &[Value]) -> bool {
    list.iter().all(|element| element.get("id").is_some_and(Value::is_string))
}

fn id_of(element: &Value) -> &str {
    element.get("id").and_then(Value::as_str).unwrap_or_default()
}

fn find<'a>(list: &'a [Value], id: &str) -> Option<&'a Value> {
    list.iter().find(|element| id_of(element) == id)
}

fn patch_one(plan: &mut Value, change: &PlanChange) {
    let Some((last, outer)) = change.path.split_last() else { return };
    match change.op {
        ChangeOp::Changed => {
            if let Some(place) = descend(plan, &change.path) {
                *place = change.new.clone();
            }
        }
        ChangeOp::Added => {
            if let Some(Value::Array(list)) = descend(plan, outer) {
                list.push(change.new.clone());
            }
        }
        ChangeOp::Removed => {
            if let Some(Value::Array(list)) = descend(plan, outer) {
                list.retain(|element| id_of(element) != last);
            }
        }
        ChangeOp::Moved => {
            if let Some(Value::Array(list)) = descend(plan, &change.path) {
                let place = |element: &Value| {
                    let ids = change.new.as_array().into_iter().flatten();
                    ids.take_while(|id| id.as_str() != Some(id_of(element))).count()
                };
                list.sort_by_cached_key(place);
            }
        }
    }
}

fn descend<'a>(value: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, segment| match value {
        Value::Object(fields) => fields.get_mut(segment),
        Value::Array(list) => list.iter_mut().find(|element| id_of(element) == segment),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::any::{any_plan, sample_plan};

    #[test]
    fn a_moved_step_is_a_move_and_a_new_text_names_its_field() {
        let old = sample_plan();
        let mut new = old.clone();
        new.steps.swap(0, 1);
        new.steps[0].title = "Another title".to_owned();
        let changes = diff(&old, &new).unwrap();
        let told: Vec<(String, ChangeOp)> =
            changes.iter().map(|change| (change.path.join("/"), change.op)).collect();
        let title = format!("steps/{}/title", new.steps[0].id);
        assert_eq!(told, [(title, ChangeOp::Changed), ("steps".to_owned(), ChangeOp::Moved)]);
        assert_eq!(patch(&old, &changes).unwrap(), new);
    }

    proptest! {
        #[test]
        fn patching_with_the_difference_gives_the_other_plan(old in any_plan(), new in any_plan()) {
            let changes = diff(&old, &new).unwrap();
            prop_assert_eq!(changes.is_empty(), old == new);
            prop_assert_eq!(patch(&old, &changes).unwrap(), new);
        }
    }
}
