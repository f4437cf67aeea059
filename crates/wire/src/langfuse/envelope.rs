//! The outside of a batch: an object with a list `batch` and things of no interest here.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::bounded::{AtMost, MOST};

/// The events, each as it was sent. A batch that names its list twice holds both.
pub(super) struct Envelope<'a>(pub(super) Vec<&'a RawValue>);

impl<'a> Envelope<'a> {
    /// Reads a body; refused when it is no object with such a list.
    pub(super) fn read(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EnvelopeVisitor).map(Envelope)
    }
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object with a list `batch`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut events: Option<Vec<&'de RawValue>> = None;
        while let Some(Name(name)) = map.next_key()? {
            if name != "batch" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let list: AtMost<&'de RawValue> = map.next_value()?;
            let known = events.get_or_insert_default();
            known.extend(list);
            if known.len() > MOST {
                return Err(A::Error::custom(format!("more than {MOST} events: send smaller batches")));
            }
        }
        events.ok_or_else(|| A::Error::missing_field("batch"))
    }
}
