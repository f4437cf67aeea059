//! Signatures on an order, held against the records of the bundle.
//!
//! A signature names a version of an order by SHA-256 over the canonical JSON of the order's id, number, version and every
//! record up to it: kind, actor, time and data. Whoever copies one to another order or version is found out here.

use std::collections::BTreeMap;

use foundation::{Digest, Error, Result, Timestamp, jcs};
use serde::Serialize;
use serde_json::Value;

use crate::files;
use crate::refold::Record;

/// Signatures that a bundle holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signatures {
    pub made: usize,
    /// Those whose content a later record changed.
    pub superseded: usize,
    /// Those over records that were erased since, which nobody can compute any more.
    pub unchecked: usize,
}

#[derive(Serialize)]
struct Content<'a> {
    form: u32,
    order: &'a str,
    number: &'a str,
    version: usize,
    record: &'a [Entry<'a>],
}

#[derive(Clone, Serialize)]
struct Entry<'a> {
    kind: &'a str,
    actor: &'a str,
    at: Timestamp,
    data: Value,
}

/// Checks every signature of every order in the bundle; the refusal begins with the record of the first that is wrong.
pub(super) fn check(records: &[Record<'_>]) -> Result<Signatures> {
    let mut orders: BTreeMap<&str, Vec<&Record<'_>>> = BTreeMap::new();
    for record in records {
        if let Some(order) = record.leaf.subject.strip_prefix("work_order/") {
            orders.entry(order).or_default().push(record);
        }
    }
    let mut found = Signatures::default();
    for (order, mut stream) in orders {
        stream.sort_by_key(|record| record.version());
        check_order(order, &stream, &mut found)?;
    }
    Ok(found)
}

fn check_order(order: &str, stream: &[&Record<'_>], found: &mut Signatures) -> Result<()> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut number = String::new();
    let mut standing: Vec<String> = Vec::new();
    let mut has_gap = false;
    for (place, record) in stream.iter().enumerate() {
        has_gap |= record.version() != i64::try_from(place + 1).unwrap_or(i64::MAX);
        let Some(data) = record.data() else {
            has_gap = true;
            continue;
        };
        number_of(&record.leaf.kind, &data, &mut number);
        let changed = superseded_by(&record.leaf.kind, &data);
        let before = standing.len();
        standing.retain(|meaning| !changed.contains(&meaning.as_str()));
        found.superseded += before - standing.len();
        if let Some(meaning) = data.get("signature").and_then(Value::as_str) {
            found.made += 1;
            standing.push(meaning.to_owned());
            match data.get("signed").filter(|signed| !signed.is_null()) {
                Some(_) if has_gap => found.unchecked += 1,
                Some(signed) => check_one(record, signed, order, &number, &entries)?,
                None => {}
            }
        }
        let leaf = &record.leaf;
        entries.push(Entry { kind: &leaf.kind, actor: &leaf.actor, at: leaf.at, data });
    }
    Ok(())
}

fn check_one(
    record: &Record<'_>,
    signed: &Value,
    order: &str,
    number: &str,
    entries: &[Entry<'_>],
) -> Result<()> {
    let bad = |why: &str| Err(Error::refused(format!("{}: {why}", files::leaf(record.index))));
    let says = |name: &str| signed.get(name).and_then(Value::as_str).unwrap_or_default();
    if says("order") != order {
        return bad("its signature is of another work order");
    }
    if says("account") != record.leaf.actor {
        return bad("its signature names another account than the one that made it");
    }
    let version = entries.len();
    if signed.get("version").and_then(Value::as_u64) != u64::try_from(version).ok() {
        return bad("its signature is of another version");
    }
    let content = Content { form: 1, order, number, version, record: entries };
    if says("content") != Digest::of(&jcs::to_bytes(&content)?).to_hex() {
        return bad("what it signs is not what the records say");
    }
    Ok(())
}

fn number_of(kind: &str, data: &Value, number: &mut String) {
    let said = match kind {
        "work_order.created.v1" => data.get("number"),
        "work_order.imported.v1" => data.get("order").and_then(|order| order.get("number")),
        _ => None,
    };
    if let Some(said) = said.and_then(Value::as_str) {
        said.clone_into(number);
    }
}

/// The meanings of signatures that a record supersedes: a change of the plan all of them, a change of the work those on
/// the work. What only adds changes nothing.
fn superseded_by(kind: &str, data: &Value) -> &'static [&'static str] {
    const ALL: &[&str] = &["approval", "performed", "reviewed", "approved"];
    const WORK: &[&str] = &["performed", "reviewed", "approved"];
    match kind {
        "work_order.plan_edited.v1" => ALL,
        "work_order.transitioned.v1" => match data.get("transition").and_then(Value::as_str) {
            Some("T2" | "T7") => ALL,
            Some("T9" | "T13") => WORK,
            _ => &[],
        },
        "work_order.log_added.v1" if data.get("corrects").is_some_and(|it| !it.is_null()) => WORK,
        "work_order.created.v1"
        | "work_order.imported.v1"
        | "work_order.assigned.v1"
        | "work_order.log_added.v1"
        | "work_order.comment_added.v1"
        | "work_order.safety_acknowledged.v1"
        | "work_order.materiality_set.v1" => &[],
        _ => WORK,
    }
}
