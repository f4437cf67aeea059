//! Work orders named by clients: in metadata, tags and span attributes.
//!
//! Only the text is read; whether such an order exists is for the evidence feature to find out.

use serde_json::Value;

use trace_model::{JsonMap, WorkRef};

/// References longer than this are noise, not order numbers.
const MAX_CHARS: usize = 200;

/// True for the names of metadata keys and attributes that hold a work order.
pub fn names_an_order(key: &str) -> bool {
    matches!(
        key,
        "work_order"
            | "workorder"
            | "work_order_id"
            | "work_order.id"
            | "work_order.number"
            | "work_order_number"
            | "workorder.id"
            | "workorder.number"
            | "workorder_number"
            | "workOrder"
            | "workOrderId"
            | "workOrderNumber"
            | "wo"
            | "gen_ai.task.id"
            | "tracewright.work_order"
    )
}

/// True for the names of keys that hold a step of the order named beside them.
pub fn names_a_step(key: &str) -> bool {
    matches!(
        key,
        "work_order_step"
            | "work_order.step"
            | "workorder.step"
            | "workOrderStep"
            | "tracewright.work_order_step"
    )
}

/// Gathers references while an arrival is read.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    orders: Vec<String>,
    step: Option<String>,
}

impl Finder {
    /// Looks at one key with a text value.
    pub fn see(&mut self, key: &str, value: &str) {
        if names_an_order(key) {
            self.add(value);
        } else if names_a_step(key) {
            self.step = Some(value.trim().to_owned());
        }
    }

    /// Looks at metadata: top-level keys, and an object under an order's key.
    pub fn see_metadata(&mut self, metadata: &JsonMap) {
        for (key, value) in metadata {
            match value {
                Value::String(text) => self.see(key, text),
                Value::Number(number) => self.see(key, &number.to_string()),
                Value::Object(inner) if names_an_order(key) => self.see_object(inner),
                Value::Array(items) if names_an_order(key) => {
                    items.iter().filter_map(Value::as_str).for_each(|text| self.add(text));
                }
                _ => {}
            }
        }
    }

    /// Looks at tags of the form `wo:WO-2026-001/3`.
    pub fn see_tags(&mut self, tags: &[String]) {
        for tag in tags {
            let Some((name, value)) = tag.split_once(':') else { continue };
            if names_an_order(name.trim()) {
                self.add(value);
            }
        }
    }

    /// What was found, sorted, each once. A step completes an order that names none itself.
    pub fn finish(self) -> Vec<WorkRef> {
        let step = self.step;
        let complete = |text: String| match &step {
            Some(step) if !text.contains('/') && !step.is_empty() => format!("{text}/{step}"),
            _ => text,
        };
        let mut found: Vec<WorkRef> =
            self.orders.into_iter().map(|text| WorkRef { text: complete(text) }).collect();
        found.sort();
        found.dedup();
        found
    }

    fn see_object(&mut self, inner: &JsonMap) {
        let text = |names: &[&str]| names.iter().find_map(|name| scalar(inner.get(*name)?));
        if let Some(order) = text(&["number", "id"]) {
            self.add(&order);
            self.step = text(&["step"]).or(self.step.take());
        }
    }

    fn add(&mut self, value: &str) {
        let text = value.trim();
        let text = text.strip_prefix("wo:").unwrap_or(text).trim();
        if !text.is_empty() && !text.contains('\0') && text.chars().count() <= MAX_CHARS {
            self.orders.push(text.to_owned());
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
