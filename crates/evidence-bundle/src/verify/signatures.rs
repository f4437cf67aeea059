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

/// Signatures that a bundle holds. Those from before December 2026 kept no record of what was signed and are not counted.
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
    let mut standing: Vec<Standing> = Vec::new();
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
        let taken_back =
            text_of(&data, "item").filter(|_| record.leaf.kind == "work_order.item_tick_undone.v1");
        standing.retain(|it| {
            let is_taken_back = it.item.is_some() && it.item == taken_back;
            !is_taken_back && !changed.contains(&it.meaning.as_str())
        });
        found.superseded += before - standing.len();
        if let Some(signed) = data.get("signed").filter(|signed| !signed.is_null()) {
            found.made += 1;
            let item = text_of(&data, "item");
            standing.extend(text_of(&data, "signature").map(|meaning| Standing { meaning, item }));
            if has_gap {
                found.unchecked += 1;
            } else {
                check_one(record, signed, order, &number, &entries)?;
            }
        }
        let leaf = &record.leaf;
        entries.push(Entry { kind: &leaf.kind, actor: &leaf.actor, at: leaf.at, data });
    }
    Ok(())
}

/// A signature that nothing has superseded yet.
struct Standing {
    meaning: String,
    /// The item that it answers; none for one on a move.
    item: Option<String>,
}

fn text_of(data: &Value, name: &str) -> Option<String> {
    data.get(name).and_then(Value::as_str).map(str::to_owned)
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
        | "work_order.made_from.v1"
        | "work_order.related.v1"
        | "work_order.relation_removed.v1"
        | "work_order.amended.v1"
        | "work_order.approval_renewed.v1"
        | "work_order.block_passed.v1"
        | "work_order.checkpoint_released.v1"
        | "work_order.isolation_signed_on.v1"
        | "work_order.isolation_signed_off.v1"
        | "work_order.file_added.v1"
        | "work_order.file_checked.v1"
        | "work_order.pin_placed.v1"
        | "work_order.timer_started.v1"
        | "work_order.timer_stopped.v1"
        | "work_order.time_logged.v1"
        | "work_order.people_mentioned.v1"
        | "work_order.queued_entry_set_aside.v1"
        | "work_order.claimed.v1"
        | "work_order.claim_renewed.v1"
        | "work_order.claim_released.v1"
        | "work_order.agent_stopped.v1"
        | "work_order.agent_let_on.v1"
        | "work_order.question_asked.v1"
        | "work_order.question_answered.v1"
        | "work_order.question_withdrawn.v1"
        | "work_order.decision_recorded.v1"
        | "work_order.materiality_set.v1" => &[],
        _ => WORK,
    }
}

#[cfg(test)]
mod tests {
    use foundation::ActorKind;
    use serde_json::json;
    use tlog::leaf::{LEAF_VERSION, Leaf};

    use super::*;

    type Forge = fn(&mut Value);

    /// Bodies of an order that is written, approved with a signature and taken back, and what `forge` made of the signature.
    fn bodies(forge: impl Fn(&mut Value)) -> Vec<(&'static str, Value)> {
        let created = json!({ "number": "WO-2026-001", "plan": {} });
        let entry =
            Entry { kind: "work_order.created.v1", actor: "sam", at: Timestamp(1), data: created.clone() };
        let content = Content { form: 1, order: "o1", number: "WO-2026-001", version: 1, record: &[entry] };
        let content = Digest::of(&jcs::to_bytes(&content).unwrap()).to_hex();
        let mut signed = json!({ "order": "o1", "account": "sam", "version": 1, "content": content });
        forge(&mut signed);
        vec![
            ("work_order.created.v1", created),
            (
                "work_order.transitioned.v1",
                json!({ "transition": "T3", "signature": "approval", "signed": signed }),
            ),
            ("work_order.transitioned.v1", json!({ "transition": "T7", "signature": null })),
        ]
    }

    fn checked(bodies: &[(&str, Value)], erased: Option<usize>) -> Result<Signatures> {
        let bytes: Vec<Vec<u8>> =
            bodies.iter().map(|(_, data)| json!({ "data": data }).to_string().into_bytes()).collect();
        let record = |(place, (kind, _)): (usize, &(&str, Value))| Record {
            index: u64::try_from(place).unwrap(),
            leaf: Leaf {
                v: LEAF_VERSION,
                kind: (*kind).to_owned(),
                id: format!("e{place}"),
                project: "1".to_owned(),
                subject: "work_order/o1".to_owned(),
                actor: "sam".to_owned(),
                actor_kind: ActorKind::Human,
                at: Timestamp(i64::try_from(place).unwrap() + 1),
                body: Digest::of(b""),
                refs: Vec::new(),
                prev: (place > 0).then(|| i64::try_from(place).unwrap()),
            },
            body: (erased != Some(place)).then(|| bytes[place].as_slice()),
        };
        let records: Vec<Record<'_>> = bodies.iter().enumerate().map(record).collect();
        check(&records)
    }

    #[test]
    fn a_signature_fits_the_records_before_it_and_nothing_else() {
        let found = checked(&bodies(|_| ()), None).unwrap();
        assert_eq!(found, Signatures { made: 1, superseded: 1, unchecked: 0 });
        let forgeries: [(&str, Forge); 4] = [
            ("another work order", |signed| signed["order"] = json!("o2")),
            ("another account", |signed| signed["account"] = json!("mei")),
            ("another version", |signed| signed["version"] = json!(2)),
            ("not what the records say", |signed| signed["content"] = json!("00")),
        ];
        for (words, forge) in forgeries {
            let refused = checked(&bodies(forge), None).unwrap_err().to_string();
            assert!(refused.contains(words) && refused.contains("records/"), "{words}: {refused}");
        }
        let mut rewritten = bodies(|_| ());
        rewritten[0].1["plan"] = json!({ "title": "something else" });
        assert!(checked(&rewritten, None).is_err());
    }

    #[test]
    fn a_signed_item_stands_until_it_is_taken_back_whatever_else_is_ticked() {
        let mut bodies = bodies(|_| ());
        bodies.truncate(2);
        let (kind, mut signed) = bodies[1].clone();
        signed["signature"] = json!("item");
        signed["item"] = json!("i1");
        bodies[1] = (kind, signed);
        bodies.push(("work_order.item_ticked.v1", json!({ "item": "i2", "tick": "t2" })));
        bodies.push(("work_order.item_tick_undone.v1", json!({ "item": "i2", "tick": "t2" })));
        let standing = checked(&bodies, None).unwrap();
        assert_eq!(standing, Signatures { made: 1, superseded: 0, unchecked: 0 });
        bodies.push(("work_order.item_tick_undone.v1", json!({ "item": "i1", "tick": "t1" })));
        assert_eq!(checked(&bodies, None).unwrap().superseded, 1);
    }

    #[test]
    fn what_was_erased_or_kept_no_record_is_no_forgery() {
        let erased = checked(&bodies(|_| ()), Some(0)).unwrap();
        assert_eq!(erased, Signatures { made: 1, superseded: 1, unchecked: 1 });
        let old =
            vec![("work_order.transitioned.v1", json!({ "transition": "T8", "signature": "performed" }))];
        assert_eq!(checked(&old, None).unwrap(), Signatures::default());
    }
}
