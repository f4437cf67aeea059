//! Somebody changes the stored log past all triggers: the verifier finds it and names the first bad position
//! (requirement R4).
//!
//! The log: 13 leaves of three streams under checkpoints of 5, 8 and 13; leaf i is event i + 1; leaf 2 has an erased body,
//! which leaf 5 records; event 14 waits. Each case changes it in a transaction that is rolled back.

use diesel::prelude::*;
use diesel::result::Error as Rollback;

use super::databases::{Temp, append, databases, drain, ledger, log, trust};
use super::intruder::{
    body_of, copy_of_event_7, flip, resized_note, rewrite_leaf, rewrite_record, rewrite_tree, run,
    store_missing_node, swap, take_away,
};
use crate::db::{AnyConnection, Db};
use crate::foundation::Actor;
use crate::ledger::events::read_from;
use crate::ledger::keys::SignerKey;
use crate::ledger::verifier::{Report, Trust, verify_here};
use crate::ledger::{Ledger, Log, erasure, store};

/// What is done, the first bad position, and words of the finding.
type Case = (&'static str, fn(&mut AnyConnection), &'static str, &'static str);

const RECORDS: &[Case] = &[
    ("leaf byte", |c| flip(c, "events", "leaf", "seq = 4"), "leaf 3 (event 4)", "do not hash"),
    ("first leaf", |c| flip(c, "events", "leaf", "seq = 1"), "leaf 0 (event 1)", "do not hash"),
    ("last leaf", |c| flip(c, "events", "leaf", "seq = 13"), "leaf 12 (event 13)", "do not hash"),
    ("event's hash", |c| flip(c, "events", "leaf_hash", "seq = 4"), "leaf 3 (event 4)", "do not hash"),
    ("id", |c| run(c, "UPDATE events SET id = 'x' WHERE seq = 4"), "leaf 3 (event 4)", "`id`"),
    ("project", |c| run(c, "UPDATE events SET project = 9 WHERE seq = 4"), "leaf 3 (event 4)", "`project`"),
    ("stream", |c| run(c, "UPDATE events SET stream_id = 'x' WHERE seq = 4"), "leaf 3 (event 4)", "`stream`"),
    (
        "stream kind",
        |c| run(c, "UPDATE events SET stream_kind = 'x' WHERE seq = 4"),
        "leaf 3 (event 4)",
        "`stream`",
    ),
    ("version", |c| run(c, "UPDATE events SET version = 99 WHERE seq = 4"), "leaf 3 (event 4)", "`version`"),
    ("kind", |c| run(c, "UPDATE events SET kind = 'x' WHERE seq = 4"), "leaf 3 (event 4)", "`kind`"),
    ("time", |c| run(c, "UPDATE events SET at = at + 1 WHERE seq = 4"), "leaf 3 (event 4)", "`at`"),
    ("actor", |c| run(c, "UPDATE events SET actor = 'bob' WHERE seq = 4"), "leaf 3 (event 4)", "`actor`"),
    (
        "actor kind",
        |c| run(c, "UPDATE events SET actor_kind = 'agent' WHERE seq = 4"),
        "leaf 3 (event 4)",
        "`actor_kind`",
    ),
    ("body", |c| flip(c, "event_bodies", "body", &body_of(4)), "leaf 3 (event 4)", "do not open"),
    ("salt", |c| flip(c, "event_bodies", "salt", &body_of(4)), "leaf 3 (event 4)", "do not open"),
    (
        "body row deleted",
        |c| run(c, &format!("DELETE FROM event_bodies WHERE {}", body_of(4))),
        "leaf 3 (event 4)",
        "body row is missing",
    ),
    (
        "half erased",
        |c| run(c, &format!("UPDATE event_bodies SET salt = NULL WHERE {}", body_of(4))),
        "leaf 3 (event 4)",
        "neither whole nor erased",
    ),
    (
        "erasure undone",
        |c| run(c, &format!("UPDATE event_bodies SET erased_at = NULL WHERE {}", body_of(3))),
        "leaf 2 (event 3)",
        "neither whole nor erased",
    ),
    ("body taken away", |c| take_away(c, 4), "leaf 3 (event 4)", "no event names its erasure"),
    ("waiting body taken away", |c| take_away(c, 14), "event 14", "no event names its erasure"),
    (
        "moment of an erasure",
        |c| run(c, &format!("UPDATE event_bodies SET erased_at = erased_at + 1 WHERE {}", body_of(3))),
        "leaf 2 (event 3)",
        "not the moment of its erasure",
    ),
    (
        "body of no event",
        |c| run(c, "INSERT INTO event_bodies (event_id, erased_at) VALUES ('nobody', 1)"),
        "event_bodies",
        "belong to no event",
    ),
    (
        "two changes: the first is named",
        |c| {
            flip(c, "events", "leaf", "seq = 11");
            flip(c, "event_bodies", "body", &body_of(6));
        },
        "leaf 5 (event 6)",
        "do not open",
    ),
];

const PLACES: &[Case] = &[
    (
        "logged hash",
        |c| flip(c, "leaves", "leaf_hash", "leaf_index = 6"),
        "leaf 6 (event 7)",
        "the logged hash",
    ),
    (
        "leaf deleted",
        |c| run(c, "DELETE FROM leaves WHERE leaf_index = 6"),
        "leaf 6",
        "the next one there is",
    ),
    (
        "first leaf deleted",
        |c| run(c, "DELETE FROM leaves WHERE leaf_index = 0"),
        "leaf 0",
        "the next one there is",
    ),
    ("leaves swapped", |c| swap(c, "leaves", "leaf_index", 6, 7), "tree node 0/6", "not that of the leaves"),
    (
        "stream reversed",
        |c| swap(c, "leaves", "leaf_index", 6, 9),
        "leaf 6 (event 10)",
        "does not stand before",
    ),
    ("events swapped", |c| swap(c, "events", "seq", 7, 8), "leaf 6 (event 7)", "the logged hash"),
    ("event deleted", |c| run(c, "DELETE FROM events WHERE seq = 7"), "leaf 6 (event 7)", "is missing"),
    ("last leaf deleted", |c| run(c, "DELETE FROM leaves WHERE leaf_index = 12"), "checkpoint 13", "cut off"),
    (
        "event inserted",
        |c| run(c, &format!("INSERT INTO events {}", copy_of_event_7())),
        "event 99",
        "slipped in",
    ),
    (
        "leaf inserted",
        |c| run(c, "INSERT INTO leaves SELECT 13, seq, leaf_hash FROM events WHERE seq = 14"),
        "tree node 0/13",
        "not stored",
    ),
    (
        "leaf and node inserted",
        |c| {
            run(c, "INSERT INTO leaves SELECT 13, seq, leaf_hash FROM events WHERE seq = 14");
            run(c, "INSERT INTO tree_nodes SELECT 0, 13, leaf_hash FROM events WHERE seq = 14");
            store_missing_node(c);
        },
        "leaf 13",
        "no checkpoint was signed",
    ),
    (
        "leaf before the first",
        |c| run(c, "INSERT INTO leaves SELECT -1, seq, leaf_hash FROM events WHERE seq = 14"),
        "leaf 0",
        "at the place -1",
    ),
    (
        "node",
        |c| flip(c, "tree_nodes", "hash", "level = 2 AND node_index = 1"),
        "tree node 2/1",
        "not that of",
    ),
    (
        "leaf node",
        |c| flip(c, "tree_nodes", "hash", "level = 0 AND node_index = 2"),
        "tree node 0/2",
        "not that of",
    ),
    (
        "node deleted",
        |c| run(c, "DELETE FROM tree_nodes WHERE level = 1 AND node_index = 0"),
        "tree node 1/0",
        "not stored",
    ),
    (
        "node inserted",
        |c| run(c, "INSERT INTO tree_nodes SELECT 1, 6, hash FROM tree_nodes WHERE level = 3"),
        "tree node 1/6",
        "not complete",
    ),
];

const CHECKPOINTS: &[Case] = &[
    (
        "node in a level of no tree",
        |c| run(c, "UPDATE tree_nodes SET level = 80 WHERE level = 3"),
        "tree node 3/0",
        "not stored",
    ),
    (
        "one node more, high above",
        |c| run(c, "INSERT INTO tree_nodes SELECT 64, node_index, hash FROM tree_nodes WHERE level = 3"),
        "tree node 64/0",
        "no tree has",
    ),
    (
        "one node more, left of all",
        |c| run(c, "INSERT INTO tree_nodes SELECT 3, -1, hash FROM tree_nodes WHERE level = 3"),
        "tree node 3/0",
        "no tree has",
    ),
    (
        "one node more, not complete",
        |c| run(c, "INSERT INTO tree_nodes SELECT 40, 0, hash FROM tree_nodes WHERE level = 3"),
        "tree node 40/0",
        "not complete",
    ),
    (
        "a name renamed",
        |c| run(c, "UPDATE installation SET key = 'log.other' WHERE key = 'log.origin'"),
        "installation",
        "does not know",
    ),
    (
        "a name gone",
        |c| run(c, "DELETE FROM installation WHERE key = 'log.origin'"),
        "installation",
        "is missing",
    ),
    ("root column", |c| flip(c, "checkpoints", "root", "tree_size = 8"), "checkpoint 8", "columns"),
    (
        "note's root",
        |c| {
            let of_13 = "(SELECT note FROM checkpoints WHERE tree_size = 13)";
            run(c, &format!("UPDATE checkpoints SET note = {of_13} WHERE tree_size = 8"));
        },
        "checkpoint 8",
        "leaves were changed",
    ),
    (
        "note's text",
        |c| {
            let renamed = "replace(note, 'tracewright/', 'tracewr1ght/')";
            run(c, &format!("UPDATE checkpoints SET note = {renamed} WHERE tree_size = 8"));
        },
        "checkpoint 8",
        "no trusted key",
    ),
    (
        "time",
        |c| run(c, "UPDATE checkpoints SET at = at + 1 WHERE tree_size = 8"),
        "checkpoint 8",
        "not the time that was signed",
    ),
    (
        "one in the middle deleted",
        |c| run(c, "DELETE FROM checkpoints WHERE tree_size = 8"),
        "checkpoint 8",
        "which is missing",
    ),
    (
        "the first deleted",
        |c| run(c, "DELETE FROM checkpoints WHERE tree_size = 5"),
        "checkpoint 5",
        "which is missing",
    ),
    (
        "name of the log",
        |c| run(c, "UPDATE installation SET value = 'x' WHERE key = 'log.origin'"),
        "installation",
        "not the name of the key",
    ),
    (
        "key of the log",
        |c| run(c, "UPDATE installation SET value = 'x' WHERE key = 'log.vkey'"),
        "installation",
        "not the key you trust",
    ),
    ("note's size", |c| run(c, &resized_note()), "checkpoint 8", "is false"),
    (
        "note cut",
        |c| run(c, "UPDATE checkpoints SET note = 'x' WHERE tree_size = 8"),
        "checkpoint 8",
        "signed note",
    ),
    (
        "size",
        |c| run(c, "UPDATE checkpoints SET tree_size = 9 WHERE tree_size = 8"),
        "checkpoint 9",
        "leaves were changed",
    ),
    (
        "future",
        |c| run(c, "UPDATE checkpoints SET tree_size = 20 WHERE tree_size = 8"),
        "checkpoint 8",
        "which is missing",
    ),
    (
        "last deleted",
        |c| run(c, "DELETE FROM checkpoints WHERE tree_size = 13"),
        "leaf 8",
        "no checkpoint was signed",
    ),
];

const WAITING: &[Case] = &[
    ("leaf", |c| flip(c, "events", "leaf", "seq = 14"), "event 14", "do not hash"),
    ("body", |c| flip(c, "event_bodies", "body", &body_of(14)), "event 14", "do not open"),
    ("event deleted", |c| run(c, "DELETE FROM events WHERE seq = 14"), "event 14", "is missing"),
    ("taken from the queue", |c| run(c, "DELETE FROM unsequenced"), "event 14", "slipped in"),
    ("queued again", |c| run(c, "INSERT INTO unsequenced VALUES (3)"), "event 3", "has one already"),
];

#[test]
fn every_change_is_found_and_its_first_position_named() {
    for temp in databases() {
        let (db, log) = prepared(&temp);
        let clean = tampered(&temp, &trust(log.verifier()), |_| {});
        assert_eq!((clean.first_fault(), clean.head.size, clean.checkpoints), (None, 13, 3));
        assert_eq!((clean.erased, clean.pending), (1, 1));
        for (name, change, place, words) in [RECORDS, PLACES, CHECKPOINTS, WAITING].concat() {
            let report = tampered(&temp, &trust(log.verifier()), change);
            let Some(first) = report.first_fault() else { panic!("{}: {name}: not found", temp.url) };
            assert_eq!(first.place.to_string(), place, "{}: {name}: {first}", temp.url);
            assert!(first.what.contains(words), "{}: {name}: {first}", temp.url);
            assert!(report.into_result().unwrap_err().to_string().contains(place));
        }
        drop(db);
    }
}

#[test]
fn an_insider_who_rewrites_layer_by_layer_is_stopped_by_the_signature() {
    for temp in databases() {
        let (_db, log) = prepared(&temp);
        let trust = trust(log.verifier());
        let other = SignerKey::from_secret(log.verifier().name().clone(), &[8; 32]);
        let first = |change: &dyn Fn(&mut AnyConnection)| {
            tampered(&temp, &trust, change).first_fault().unwrap().to_string()
        };
        let record = first(&|c| rewrite_record(c, 4));
        assert!(record.starts_with("leaf 3 (event 4): the logged hash"), "{record}");
        let leaf = first(&|c| {
            rewrite_record(c, 4);
            rewrite_leaf(c, 4);
        });
        assert!(leaf.starts_with("tree node 0/3: "), "{leaf}");
        let tree = first(&|c| {
            rewrite_record(c, 4);
            rewrite_leaf(c, 4);
            rewrite_tree(c, None);
        });
        assert!(tree.starts_with("checkpoint 5: the signed root is not that of the leaves"), "{tree}");
        let signed = first(&|c| {
            rewrite_record(c, 4);
            rewrite_leaf(c, 4);
            rewrite_tree(c, Some(&other));
        });
        assert!(signed.starts_with("checkpoint 5: no trusted key"), "{signed}");
    }
}

#[test]
fn only_a_checkpoint_kept_elsewhere_shows_a_cut_end_or_a_thief_of_the_key() {
    for temp in databases() {
        let (db, log) = prepared(&temp);
        let kept = db.read_blocking(store::latest_checkpoint).unwrap().unwrap().head;
        let holding = Trust { key: log.verifier(), held: Some(kept) };
        assert_eq!(tampered(&temp, &holding, |_| {}).first_fault(), None);
        for (change, words) in [
            (cut_end as fn(&mut AnyConnection, &Log), "checkpoint 13: you hold a checkpoint of this size"),
            (steal_key, "checkpoint 13: the root is not that of the checkpoint you hold"),
        ] {
            let unseen = tampered(&temp, &trust(log.verifier()), |c| change(c, &log));
            assert_eq!(unseen.first_fault(), None);
            let seen = tampered(&temp, &holding, |c| change(c, &log));
            let first = seen.first_fault().unwrap().to_string();
            assert!(first.starts_with(words), "{first}");
        }
    }
}

fn cut_end(conn: &mut AnyConnection, _: &Log) {
    run(conn, "DELETE FROM unsequenced");
    run(conn, "DELETE FROM event_bodies WHERE event_id IN (SELECT id FROM events WHERE seq > 8)");
    run(conn, "DELETE FROM events WHERE seq > 8");
    run(conn, "DELETE FROM leaves WHERE leaf_index >= 8");
    run(conn, "DELETE FROM tree_nodes WHERE ((node_index + 1) << level) > 8");
    run(conn, "DELETE FROM checkpoints WHERE tree_size > 8");
}

fn steal_key(conn: &mut AnyConnection, log: &Log) {
    rewrite_record(conn, 4);
    rewrite_leaf(conn, 4);
    rewrite_tree(conn, Some(log.signer()));
}

fn prepared(temp: &Temp) -> (Db, std::sync::Arc<Log>) {
    let db = temp.open();
    let (log, ledger) = (log(&db), ledger());
    let mut value = 0;
    for batch in [5, 2, 5] {
        for _ in 0..batch {
            append(&db, &ledger, &format!("order-{}", value % 3), value).unwrap();
            value += 1;
        }
        drain(&db, &log);
        if value == 5 {
            erase_third(&db, &ledger);
        }
    }
    append(&db, &ledger, "order-1", value).unwrap();
    (db, log)
}

fn erase_third(db: &Db, ledger: &Ledger) {
    let ledger = ledger.clone();
    db.write_blocking(&Actor::system(), move |tx| {
        let third = read_from(tx.conn, 2, 1)?.remove(0);
        erasure::erase(tx, &ledger, third.project, &[third.id], "a test")
    })
    .unwrap();
}

/// The report after a change that is then taken back.
fn tampered(temp: &Temp, trust: &Trust, change: impl FnOnce(&mut AnyConnection)) -> Report {
    let mut report = None;
    let conn = &mut temp.intrude();
    let rolled_back: Result<(), Rollback> = conn.transaction(|conn| {
        change(conn);
        report = Some(verify_here(conn, trust).unwrap());
        Err(Rollback::RollbackTransaction)
    });
    assert!(rolled_back.is_err());
    report.unwrap()
}
