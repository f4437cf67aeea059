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

#[derive(Serialize)]
struct Content<'a> {
    form: u32,
    order: &'a str,
    number: &'a str,
    version: usize,
    record: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    kind: &'a str,
    actor: &'a str,
    at: Timestamp,
    data: Value,
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

/// The hash over an order's record, as these events make it; what was erased of it is left out.
pub fn digest(order: &Order, events: &[Event]) -> Result<Digest> {
    let live: Vec<&Event> = events.iter().filter(|event| event.body.is_some()).collect();
    let record = live.iter().map(|event| Entry {
        kind: &event.kind,
        actor: &event.actor,
        at: event.at,
        data: event.data(),
    });
    let content = Content {
        form: FORM,
        order: &order.id,
        number: order.number.as_str(),
        version: live.len(),
        record: record.collect(),
    };
    Ok(Digest::of(&jcs::to_bytes(&content)?))
}

/// Holds a signature that stands on an order against the order's own events.
pub fn check(order: &Order, events: &[Event], signature: &Signature) -> Result<Check> {
    let Some(signed) = &signature.signed else { return Ok(Check::NoRecord) };
    let Some(place) = events.iter().position(|event| event.id == signature.event) else {
        return Ok(Check::Fails("the event that recorded it is not in the record of this order"));
    };
    let before = events.get(..place).unwrap_or_default();
    if signed.order != order.id {
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
    let is_same = digest(order, before)? == signed.content;
    Ok(if is_same { Check::Verifies } else { Check::Fails("the content is not what was signed") })
}
