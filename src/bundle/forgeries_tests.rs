//! What somebody does who holds the log's key but cannot rewrite the log: every file altered in every way and the list
//! signed anew. Both checkers must refuse all of it.

use evidence_bundle::{seal, verify};
use serde_json::{Value, json};

use super::Files;
use super::tests::{Made, ORDER, PROJECT, log_entry, made, made_with, order_stream, stated, tools_are_here};
use crate::audit::Materiality;
use crate::audit::events::{AuditEvent, stream_of};
use crate::foundation::{Actor, Timestamp};
use crate::ledger::{Draft, erasure, events, sequencer};
use crate::trust::{self, View, csv};

const UNSIGNED: [&str; 2] = ["verify.sh", "VERIFY.md"];

type Change = (String, Files);

/// One file in all ways that need no knowledge of it: bytes, lines, the whole.
fn of_file(files: &Files, path: &str) -> Vec<Change> {
    let bytes = &files[path];
    let mut changes = Vec::new();
    let mut put = |what: &str, new: Option<Vec<u8>>| {
        if new.as_deref() == Some(bytes) {
            return;
        }
        let mut changed = files.clone();
        match new {
            Some(new) => changed.insert(path.to_owned(), new),
            None => changed.remove(path),
        };
        changes.push((format!("{path}: {what}"), changed));
    };
    put("deleted", None);
    put("emptied", Some(Vec::new()));
    put("cut in half", Some(bytes[..bytes.len() / 2].to_vec()));
    put("without its last byte", Some(bytes[..bytes.len().saturating_sub(1)].to_vec()));
    put("a line feed more", Some([bytes.as_slice(), b"\n"].concat()));
    put("twice", Some([bytes.as_slice(), bytes].concat()));
    for place in [0, bytes.len() / 3, bytes.len() / 2, bytes.len().saturating_sub(1)] {
        let mut altered = bytes.clone();
        if let Some(byte) = altered.get_mut(place) {
            *byte ^= 1;
            put(&format!("byte {place}"), Some(altered));
        }
    }
    for (what, new) in of_lines(bytes) {
        put(&what, Some(new));
    }
    for (what, new) in of_values(bytes) {
        put(&what, Some(new));
    }
    changes
}

/// Every line taken out, repeated, and exchanged with the next.
fn of_lines(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.len() < 2 {
        return Vec::new();
    }
    let mut made = Vec::new();
    for place in 0..lines.len() {
        let mut put = |what: &str, lines: &[&str]| {
            made.push((format!("line {place} {what}"), lines.concat().into_bytes()));
        };
        let (mut fewer, mut more, mut moved) = (lines.clone(), lines.clone(), lines.clone());
        fewer.remove(place);
        more.insert(place, lines[place]);
        moved.swap(place, (place + 1) % lines.len());
        put("deleted", &fewer);
        put("repeated", &more);
        put("moved", &moved);
    }
    made
}

/// Every scalar of a JSON document changed.
fn of_values(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return Vec::new() };
    let mut places = Vec::new();
    scalars(&document, String::new(), &mut places);
    let change = |place: String| {
        let mut changed = document.clone();
        let value = changed.pointer_mut(&place)?;
        *value = match value {
            Value::String(text) => format!("{text}x").into(),
            Value::Number(number) => (number.as_i64().unwrap_or(0) + 1).into(),
            Value::Bool(flag) => (!*flag).into(),
            _ => "x".into(),
        };
        Some((format!("value {place}"), serde_json::to_vec(&changed).ok()?))
    };
    places.into_iter().filter_map(change).collect()
}

fn scalars(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| scalars(value, format!("{place}/{name}"), places));
        }
        Value::Array(list) => {
            (0..)
                .zip(list)
                .for_each(|(at, value): (usize, _)| scalars(value, format!("{place}/{at}"), places));
        }
        _ => places.push(place),
    }
}

fn changes(made: &Made) -> Vec<Change> {
    let signed = made
        .files
        .keys()
        .filter(|path| !UNSIGNED.contains(&path.as_str()) && !path.starts_with("SHA256SUMS"));
    signed.flat_map(|path| of_file(&made.files, path)).collect()
}

fn sealed(made: &Made, mut files: Files) -> Files {
    seal(&mut files, made.app.log.signer());
    files
}

/// A body whose withheld claim a statement makes, so that every table has lines.
fn rich() -> Made {
    made_with(vec![
        (stream_of(PROJECT, ORDER), stated().draft().unwrap()),
        (order_stream(), log_entry("More")),
    ])
}

#[test]
fn whoever_holds_the_key_changes_nothing_unseen() {
    let made = rich();
    let changes = changes(&made);
    let mut unseen = Vec::new();
    for (what, files) in &changes {
        if verify(&sealed(&made, files.clone()), made.fingerprint()).is_ok() {
            unseen.push(what);
        }
    }
    println!("{} alterations, signed anew", changes.len());
    assert!(changes.len() > 500, "{}", changes.len());
    assert!(unseen.is_empty(), "{} unseen: {unseen:#?}", unseen.len());
}

/// The script sees all that the other checker sees of these: every number of the result
/// and a sample of the rest; everything where the long form of the tests asks for it.
#[test]
fn the_script_refuses_the_same() {
    if !tools_are_here() {
        return;
    }
    let made = rich();
    let every = changes(&made);
    let all = std::env::var_os("TRACEWRIGHT_FORGERIES").is_some();
    let step = if all { 1 } else { (every.len() / 60).max(1) };
    let (mut tried, mut unseen) = (0, Vec::new());
    let is_tried = |(place, (what, _)): &(usize, &Change)| {
        place % step == 0 || what.starts_with("score/result.json: value")
    };
    for (_, (what, files)) in every.iter().enumerate().filter(is_tried) {
        tried += 1;
        if super::tests::accepted_by_script(&sealed(&made, files.clone()), made.fingerprint()) {
            unseen.push(what);
        }
    }
    println!("{tried} alterations, signed anew, given to verify.sh");
    assert!(unseen.is_empty(), "{} unseen: {unseen:#?}", unseen.len());
}

/// An order whose plan was edited, ticked, unticked and weighed, with a claim that somebody stated.
fn edited() -> Made {
    let act = |kind: &'static str, data: Value| {
        let mut data = data;
        data["type"] = kind.into();
        (order_stream(), Draft::new(kind, data))
    };
    let edit = |changes: Value| act("work_order.plan_edited.v1", json!({ "changes": changes, "reason": "" }));
    let added = |path: Value, new: Value| json!({ "path": path, "op": "added", "old": null, "new": new });
    let removed = |path: Value| json!({ "path": path, "op": "removed", "old": null, "new": null });
    let odd = "says \"{[,:]}\" and ends in \\";
    let tick =
        |item: &str, tick: &str| act("work_order.item_ticked.v1", json!({ "item": item, "tick": tick }));
    let weigh = |on: &str, id: &str, from: u8, to: u8| {
        let target = json!({ "on": on, "id": id });
        act("work_order.materiality_set.v1", json!({ "target": target, "from": from, "to": to }))
    };
    let items = json!([{ "id": "i1", "text": odd }, { "id": "i2", "text": "x" }]);
    let (first, second) =
        (json!({ "id": "s1", "title": odd, "items": items }), json!({ "id": "s2", "title": "y" }));
    let audit = |event: AuditEvent| (stream_of(PROJECT, ORDER), event.draft().unwrap());
    made_with(vec![
        edit(json!([added(json!(["steps", "s1"]), first), added(json!(["steps", "s2"]), second)])),
        tick("i1", "t1"),
        tick("i2", "t2"),
        act("work_order.item_tick_undone.v1", json!({ "item": "i2", "tick": "t2", "reason": "" })),
        tick("i2", "t4"),
        act("work_order.step_ticked.v1", json!({ "step": "s2", "tick": "t3" })),
        weigh("item", "i1", 1, 4),
        weigh("criterion", "claim-2", 2, 1),
        edit(json!([
            removed(json!(["steps", "s1", "items", "i2"])),
            json!({ "path": ["steps"], "op": "moved", "old": ["s1", "s2"], "new": ["s2", "s1"] }),
            added(json!(["criteria", "c3"]), json!({ "id": "c3", "text": odd })),
            removed(json!(["criteria", "claim-2"])),
        ])),
        audit(stated()),
        audit(AuditEvent::ClaimWeighed {
            claim: "claim-3".to_owned(),
            from: Materiality::None,
            to: Materiality::Important,
        }),
    ])
}

/// Both checkers fold the order: a claim left out of the table, put in or weighed otherwise is missed, though the score
/// follows from the table.
#[test]
fn claims_of_an_edited_plan_are_folded_by_both() {
    let made = edited();
    verify(&made.files, made.fingerprint()).unwrap();
    let with_script = tools_are_here();
    if with_script {
        let said = super::tests::script(&made);
        assert!(said.contains("each claim that the records make is in the table"), "{said}");
    }
    let result: Value = serde_json::from_slice(&made.files["score/result.json"]).unwrap();
    let number = |at: &str| result.pointer(at).and_then(Value::as_i64).unwrap();
    let view = View {
        tree_size: number("/score/tree_size").unsigned_abs(),
        as_of: Timestamp(number("/score/as_of")),
    };
    let (subject, policy) =
        made.app.db.read_blocking(|conn| trust::reads::inputs_of(conn, PROJECT, ORDER, view)).unwrap();
    let ids: Vec<&str> = subject.claims.iter().map(|claim| claim.id.as_str()).collect();
    assert!(["claim-1", "c3", "t1", "t3", "claim-3"].iter().all(|id| ids.contains(id)), "{ids:?}");
    let mut tried = 0;
    for place in 0..subject.claims.len() {
        for change in ["gone", "lighter", "twin"] {
            let mut forged = subject.clone();
            let claim = &mut forged.claims[place];
            match change {
                "lighter" if claim.materiality.k() == 1 => {
                    claim.materiality = Materiality::from_k(2).unwrap();
                }
                "lighter" => claim.materiality = Materiality::from_k(1).unwrap(),
                "gone" => drop(forged.claims.remove(place)),
                _ => {
                    let twin = trust_score::Claim {
                        id: format!("{}x", claim.id),
                        verdicts: Vec::new(),
                        ..claim.clone()
                    };
                    forged.claims.push(twin);
                }
            }
            let mut files = made.files.clone();
            files.insert(
                "score/inputs.csv".to_owned(),
                csv::inputs(&forged, view, &policy).unwrap().into_bytes(),
            );
            files.insert("score/result.json".to_owned(), csv::result(&forged, view, &policy).unwrap());
            if files["score/inputs.csv"] == made.files["score/inputs.csv"] {
                continue;
            }
            tried += 1;
            let (files, id) = (sealed(&made, files), &subject.claims[place].id);
            assert!(verify(&files, made.fingerprint()).is_err(), "{id}: {change}");
            let by_script = with_script && super::tests::accepted_by_script(&files, made.fingerprint());
            assert!(!by_script, "verify.sh: {id}: {change}");
        }
    }
    assert!(tried >= 13, "{tried}");
}

/// Records taken out with everything that belongs to them, as somebody does who wants a verdict gone.
#[test]
fn a_record_left_out_is_missed_wherever_it_stood() {
    let made = rich();
    let places: Vec<u64> = made
        .files
        .keys()
        .filter_map(|path| path.strip_prefix("records/")?.strip_suffix(".salt")?.parse().ok())
        .collect();
    for place in places {
        let mut files = made.files.clone();
        files.retain(|path, _| !path.starts_with(&format!("records/{place}.")));
        let begins = format!("{place}\t");
        for table in ["pins.tsv", "quotes.tsv", "score/left-out.tsv"] {
            let text = String::from_utf8(files[table].clone()).unwrap();
            let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with(&begins)).collect();
            files.insert(table.to_owned(), kept.into_bytes());
        }
        let files = sealed(&made, files);
        assert!(verify(&files, made.fingerprint()).is_err(), "record {place} was left out unseen");
        if tools_are_here() {
            assert!(
                !super::tests::accepted_by_script(&files, made.fingerprint()),
                "verify.sh: record {place}"
            );
        }
    }
}

/// A body erased by a record is named in the bundle; one that is only gone makes no bundle.
#[test]
fn an_erased_verdict_is_left_out_by_name_and_a_stolen_one_stops_the_bundle() {
    let made = made(1);
    let app = &made.app;
    let verdict = app
        .db
        .read_blocking(|conn| {
            let events = events::read_stream(conn, &stream_of(PROJECT, ORDER), None)?;
            Ok(events.into_iter().find(|event| event.kind == "audit.verdict_given.v1").unwrap())
        })
        .unwrap();
    let (ledger, id) = (app.ledger.clone(), verdict.id.clone());
    app.db
        .write_blocking(&Actor::system(), move |tx| {
            erasure::erase(tx, &ledger, PROJECT, &[id], "it names a customer")?;
            crate::ledger::rebuild::remake(tx, &ledger)
        })
        .unwrap();
    sequencer::sequence_now_blocking(&app.db, &app.log).unwrap();
    let files = super::tests::exported(app).unwrap();
    let left = String::from_utf8(files["score/left-out.tsv"].clone()).unwrap();
    assert!(left.starts_with("4\terased\t"), "{left}");
    let found = verify(&files, made.fingerprint()).unwrap();
    assert_eq!((found.withheld, found.complete.unwrap().left_out), (1, 1));
    if tools_are_here() {
        assert!(super::tests::accepted_by_script(&files, made.fingerprint()));
    }
    let stolen = events_of_pins(app);
    let sql = format!(
        "UPDATE event_bodies SET salt = NULL, body = NULL, erased_at = 1 WHERE event_id = '{stolen}'"
    );
    app.db
        .write_blocking(&Actor::system(), move |tx| {
            use diesel::connection::SimpleConnection as _;
            Ok(tx.conn.batch_execute(&sql)?)
        })
        .unwrap();
    let refused = super::tests::exported(app).unwrap_err().to_string();
    assert!(refused.contains("not whole"), "{refused}");
}

fn events_of_pins(app: &crate::state::App) -> String {
    let pinned =
        app.db.read_blocking(|conn| events::read_stream(conn, &stream_of(PROJECT, ORDER), None)).unwrap();
    pinned.into_iter().find(|event| event.kind == "audit.evidence_pinned.v1").unwrap().id
}
