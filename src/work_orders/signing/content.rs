//! The hash of what is signed, and holding a signature against it.
//!
//! The hash is SHA-256 over the canonical JSON (RFC 8785) of the order's id, its number, its version and every event up
//! to that version as the ledger holds it: kind, actor, time and data. It rests on no table and on no reading of the
//! events, so the same bytes come out of every later version of this program and of anybody's own tools.

use serde::Serialize;
use serde_json::Value;

use crate::foundation::{Digest, Result, Timestamp, jcs};
use crate::ledger::Event;
use crate::work_orders::model::{Order, Signature};

/// The number of the form below.
const FORM: u32 = 1;

/// What stands before the record, its members in the order of the canonical form.
#[derive(Serialize)]
struct Head<'a> {
    form: u32,
    number: &'a str,
    order: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    kind: &'a str,
    actor: &'a str,
    at: Timestamp,
    data: &'a Value,
}

/// What became of a signature's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The hash is that of the version it names.
    Verifies,
    /// It is not, or it names another order or version; in words.
    Fails(&'static str),
    /// It was made before signatures had a record of their own.
    NoRecord,
}

/// An order's record in the form that is hashed; what was erased of it is left out. Each event is brought into that form once, however
/// many signatures are held against it.
#[derive(Debug)]
pub struct Record<'a> {
    order: &'a Order,
    events: &'a [Event],
    /// The canonical form of the events that are not erased, as far as anything was signed.
    entries: Vec<Vec<u8>>,
}

/// The hash over an order's record, as these events make it.
pub fn digest(order: &Order, events: &[Event]) -> Result<Digest> {
    let record = Record { order, events, entries: entries(events)? };
    record.digest_of(record.entries.len())
}

impl<'a> Record<'a> {
    /// The record up to the last signature that stands on the order.
    pub fn of(order: &'a Order, events: &'a [Event]) -> Result<Self> {
        let is_signature = |event: &Event| order.signatures.iter().any(|it| it.event == event.id);
        let signed = events.iter().rposition(is_signature).unwrap_or_default();
        Ok(Self { order, events, entries: entries(events.get(..signed).unwrap_or_default())? })
    }

    /// Holds a signature that stands on the order against the order's own events.
    pub fn check(&self, signature: &Signature) -> Result<Check> {
        let Some(signed) = &signature.signed else { return Ok(Check::NoRecord) };
        let Some(place) = self.events.iter().position(|event| event.id == signature.event) else {
            return Ok(Check::Fails("the event that recorded it is not in the record of this order"));
        };
        let before = self.events.get(..place).unwrap_or_default();
        if signed.order != self.order.id {
            return Ok(Check::Fails("it signs another work order"));
        }
        if signed.account != signature.by.id {
            return Ok(Check::Fails("it names another account than the one that made it"));
        }
        let live = before.iter().filter(|event| event.body.is_some()).count();
        if i64::try_from(live).ok() != Some(signed.version) {
            let erased = live < before.len();
            return Ok(Check::Fails(if erased {
                "part of what was signed has been erased"
            } else {
                "it signs another version"
            }));
        }
        let is_same = live <= self.entries.len() && self.digest_of(live)? == signed.content;
        Ok(if is_same { Check::Verifies } else { Check::Fails("the content is not what was signed") })
    }

    /// The hash over the first entries.
    fn digest_of(&self, version: usize) -> Result<Digest> {
        let head = Head { form: FORM, number: self.order.number.as_str(), order: &self.order.id };
        let mut bytes = jcs::to_bytes(&head)?;
        bytes.pop();
        bytes.extend_from_slice(b",\"record\":[");
        bytes.extend_from_slice(&self.entries.get(..version).unwrap_or_default().join(&b','));
        bytes.extend_from_slice(format!("],\"version\":{version}}}").as_bytes());
        Ok(Digest::of(&bytes))
    }
}

fn entries(events: &[Event]) -> Result<Vec<Vec<u8>>> {
    let live = events.iter().filter_map(|event| event.body.as_ref().map(|body| (event, body)));
    live.map(|(event, body)| {
        jcs::to_bytes(&Entry { kind: &event.kind, actor: &event.actor, at: event.at, data: &body.data })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::{ActorKind, ProjectKey};
    use crate::ledger::events::Body;
    use serde_json::json;

    #[test]
    fn the_hash_is_that_of_the_canonical_form_of_the_whole() {
        let event = |version: i64, data: Option<Value>| Event {
            seq: version,
            id: format!("e{version}"),
            project: ProjectKey(1),
            stream_kind: "work_order".to_owned(),
            stream_id: "o".to_owned(),
            version,
            kind: "work_order.item_ticked.v1".to_owned(),
            at: Timestamp(1_700_000_000_000_000),
            actor: "a".to_owned(),
            actor_kind: ActorKind::Human,
            body: data.map(|data| Body {
                actor_name: "Ana".to_owned(),
                under_reset: None,
                session: None,
                request_id: None,
                reason: None,
                data: data.into(),
            }),
        };
        let order = Order { id: "o".to_owned(), ..Order::default() };
        let data = json!({"type": "work_order.item_ticked.v1", "z": "\u{e9}\"", "a": [1, {"b": null}]});
        let events = [event(1, Some(data.clone())), event(2, None), event(3, Some(json!({})))];
        let entry = |data: &Value| {
            let at = Timestamp(1_700_000_000_000_000);
            json!({"kind": "work_order.item_ticked.v1", "actor": "a", "at": at, "data": data})
        };
        let whole = json!({
            "version": 2, "order": "o", "form": 1, "number": order.number.as_str(), "record": [entry(&data), entry(&json!({}))],
        });
        assert_eq!(digest(&order, &events).unwrap(), Digest::of(&jcs::to_bytes(&whole).unwrap()));
        let none =
            json!({"version": 0, "order": "o", "form": 1, "number": order.number.as_str(), "record": []});
        assert_eq!(digest(&order, &[]).unwrap(), Digest::of(&jcs::to_bytes(&none).unwrap()));
    }
}
