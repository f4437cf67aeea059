//! What somebody does who holds the log's key but cannot rewrite the log: every file altered in every way and the list
//! signed anew. Both checkers must refuse all of it.

use evidence_bundle::{seal, verify};
use serde_json::Value;

use super::Files;
use super::tests::{Made, ORDER, PROJECT, log_entry, made, made_with, order_stream, stated, tools_are_here};
use crate::audit::events::stream_of;
use crate::foundation::Actor;
use crate::ledger::{erasure, events, sequencer};

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

/// The script sees what it can without folding an order: all that the other checker sees of these, every number of the
/// result and a sample of the rest.
#[test]
fn the_script_refuses_the_same() {
    if !tools_are_here() {
        return;
    }
    let made = rich();
    let every = changes(&made);
    let step = (every.len() / 60).max(1);
    let mut unseen = Vec::new();
    let is_tried = |(place, (what, _)): &(usize, &Change)| {
        place % step == 0 || what.starts_with("score/result.json: value")
    };
    for (_, (what, files)) in every.iter().enumerate().filter(is_tried) {
        if super::tests::accepted_by_script(&sealed(&made, files.clone()), made.fingerprint()) {
            unseen.push(what);
        }
    }
    assert!(unseen.is_empty(), "{} unseen: {unseen:#?}", unseen.len());
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
