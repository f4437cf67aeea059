//! Messages and choices that Logfire and Pydantic AI put as one list of events into one attribute, `events`.
//!
//! The attribute stays: it is in both bodies.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::json;
use super::keys::Key;
use super::messages::{Side, role};
use trace_model::fields::Fields;

/// The messages of one side, each as it was sent.
pub fn list(attributes: &Attributes<'_>, side: Side) -> Option<Vec<u8>> {
    let Any::StringValue(text) = attributes.value(Key::LogfireEvents)? else { return None };
    let all: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    let mut list = json::List::default();
    let mut found = false;
    for event in all {
        let name: String = Fields::read(event.get())?.get("event.name")?;
        if role(side, &name).is_some() {
            list.push(event.get());
            found = true;
        }
    }
    found.then(|| list.finish().into_bytes())
}
