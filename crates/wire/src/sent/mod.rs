//! Everything that an arrival says beside its bodies, for reading: what no mapping names is there as well.
//!
//! A span has attributes, events, links, its library and its resource; an event of a batch has members that nobody asked
//! for. Names and values are as they were sent. What became a body leaves its name here, so that one sees where it went.

mod event;
mod span;
mod values;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use trace_model::{JsonMap, RecordForm};

pub use values::{text_of, values_at};

/// What one or several arrivals of a thing say beside its bodies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// By name, in the order sent; a name that was sent twice stands twice, the second as `name (2)`.
    pub attributes: JsonMap,
    /// Attributes whose value is the input or the output now; of a list that was built of many, the first.
    pub in_bodies: Vec<String>,
    /// Who sent it.
    pub resource: JsonMap,
    /// The library that made it.
    pub scope: Scope,
    /// In the order sent.
    pub events: Vec<Event>,
    pub links: Vec<Link>,
    /// What the span itself says beside: kind, status, trace state, flags, counts of what was dropped.
    pub facts: JsonMap,
}

/// The instrumentation library of a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    pub name: String,
    pub version: String,
    pub attributes: JsonMap,
}

impl Scope {
    fn is_empty(&self) -> bool {
        self.name.is_empty() && self.version.is_empty() && self.attributes.is_empty()
    }
}

/// Something that happened while a span was open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    pub name: String,
    /// UTC nanoseconds.
    pub time_ns: i64,
    pub attributes: JsonMap,
}

/// A link to another span, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Lower-case hex.
    pub trace_id: String,
    /// Lower-case hex.
    pub span_id: String,
    /// W3C trace state; may be empty.
    pub trace_state: String,
    /// W3C trace flags and what OTLP adds; 0 where nobody said them.
    pub flags: u32,
    pub attributes: JsonMap,
}

impl Sent {
    /// Reads a stored record; `None` when it is not one.
    pub fn read(form: RecordForm, record: &[u8]) -> Option<Self> {
        match form {
            RecordForm::Protobuf => span::read(record),
            RecordForm::Json => event::read(record),
        }
    }

    /// Takes in what a later arrival of the same thing says: of one name the later value stands.
    pub fn join(&mut self, later: Self) {
        self.attributes.extend(later.attributes);
        let new = later.in_bodies.into_iter().filter(|name| !self.in_bodies.contains(name));
        let new: Vec<String> = new.collect();
        self.in_bodies.extend(new);
        self.resource.extend(later.resource);
        if !later.scope.is_empty() {
            self.scope = later.scope;
        }
        let events = later.events.into_iter().filter(|event| !self.events.contains(event));
        let events: Vec<Event> = events.collect();
        self.events.extend(events);
        let links = later.links.into_iter().filter(|link| !self.links.contains(link));
        let links: Vec<Link> = links.collect();
        self.links.extend(links);
        self.facts.extend(later.facts);
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The attributes as Langfuse shows them: without those that became bodies, and of its own SDKs without what they say
    /// of the observation itself, which stands in fields of its own.
    pub fn own_attributes(&self) -> JsonMap {
        let is_sdk = self.scope.name.starts_with("langfuse-sdk");
        let kept = |name: &str| !self.in_bodies.iter().any(|taken| taken == name);
        let is_own = |name: &str| kept(name) && !(is_sdk && is_mapped(name));
        let own = self.attributes.iter().filter(|(name, _)| is_own(name));
        own.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// As one JSON object under the names that Langfuse uses: `attributes`, `resourceAttributes`, `scope`; and `events`,
    /// `links` and `span`, for which it has none.
    pub fn object(&self) -> JsonMap {
        self.parts(self.own_attributes())
    }

    /// The same with all attributes, for reading what was sent; those that became bodies say so.
    pub fn whole(&self) -> JsonMap {
        let mut attributes = self.attributes.clone();
        for name in &self.in_bodies {
            attributes.insert(name.clone(), json!({"moved_to": "input or output"}));
        }
        self.parts(attributes)
    }

    fn parts(&self, attributes: JsonMap) -> JsonMap {
        let mut out = JsonMap::new();
        let mut put = |name: &str, value: Value, is_empty: bool| {
            if !is_empty {
                out.insert(name.to_owned(), value);
            }
        };
        let is_empty = attributes.is_empty();
        put("attributes", Value::Object(attributes), is_empty);
        put("resourceAttributes", Value::Object(self.resource.clone()), self.resource.is_empty());
        put("scope", Value::Object(scope_object(&self.scope)), self.scope.is_empty());
        put("events", self.events.iter().map(event_object).collect(), self.events.is_empty());
        put("links", self.links.iter().map(link_object).collect(), self.links.is_empty());
        put("span", Value::Object(self.facts.clone()), self.facts.is_empty());
        out
    }

    /// Metadata that a client gave on purpose together with all else that it sent. Of one name the client's own stands; the
    /// other is then under `otel` (with a `_` for each that the client took as well).
    pub fn with_metadata(&self, own: JsonMap) -> JsonMap {
        let mut beside = JsonMap::new();
        let mut out = JsonMap::new();
        for (name, value) in self.object() {
            if own.contains_key(&name) { &mut beside } else { &mut out }.insert(name, value);
        }
        if !beside.is_empty() {
            let mut name = "otel".to_owned();
            while own.contains_key(&name) {
                name.push('_');
            }
            out.insert(name, Value::Object(beside));
        }
        out.extend(own);
        out
    }

    /// Every name with its value, those of events, links and the resource too.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &Value)> {
        let of_events = self.events.iter().flat_map(|event| &event.attributes);
        let of_links = self.links.iter().flat_map(|link| &link.attributes);
        let all = self.attributes.iter().chain(of_events).chain(of_links).chain(&self.scope.attributes);
        let all = all.chain(&self.facts).chain(&self.resource);
        all.map(|(name, value)| (name.as_str(), value))
    }
}

/// A bare word is the program's own, whatever others mean by it.
fn is_mapped(name: &str) -> bool {
    use crate::mapping::keys::{Key, Prefix};
    name.contains('.')
        && (name.starts_with("langfuse.") || Key::of(name).is_some() || Prefix::of(name).is_some())
}

fn scope_object(scope: &Scope) -> JsonMap {
    let mut out = JsonMap::new();
    out.insert("name".to_owned(), json!(scope.name));
    out.insert("version".to_owned(), json!(scope.version));
    if !scope.attributes.is_empty() {
        out.insert("attributes".to_owned(), Value::Object(scope.attributes.clone()));
    }
    out
}

fn event_object(event: &Event) -> Value {
    let at = foundation::Timestamp::from_nanos(event.time_ns).to_rfc3339();
    json!({"name": event.name, "time": at, "attributes": event.attributes})
}

fn link_object(link: &Link) -> Value {
    let mut out = json!({"traceId": link.trace_id, "spanId": link.span_id, "attributes": link.attributes});
    if let Some(map) = out.as_object_mut() {
        let state = Some(&link.trace_state).filter(|state| !state.is_empty());
        map.extend(state.map(|state| ("traceState".to_owned(), json!(state))));
        map.extend(
            Some(link.flags).filter(|flags| *flags > 0).map(|flags| ("flags".to_owned(), json!(flags))),
        );
    }
    out
}
