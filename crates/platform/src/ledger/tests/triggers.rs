//! The service's own connection cannot change or delete what is insert-only (requirement R3).

use diesel::connection::SimpleConnection;

use super::databases::{append, databases, drain, ledger, log, report};
use crate::foundation::{Actor, Error, ProjectKey};
use crate::ledger::erasure;

const REFUSED: [&str; 15] = [
    "UPDATE events SET actor = 'other' WHERE seq = 1",
    "UPDATE events SET leaf = leaf",
    "DELETE FROM events WHERE seq = 1",
    "DELETE FROM events",
    "UPDATE leaves SET leaf_index = leaf_index + 100",
    "DELETE FROM leaves",
    "UPDATE tree_nodes SET hash = hash",
    "DELETE FROM tree_nodes",
    "UPDATE checkpoints SET note = 'x'",
    "DELETE FROM checkpoints",
    "DELETE FROM event_bodies",
    "UPDATE event_bodies SET body = salt",
    "UPDATE event_bodies SET salt = NULL, body = NULL",
    "UPDATE event_bodies SET salt = NULL, body = NULL, erased_at = 1, event_id = 'x'",
    "UPDATE event_bodies SET erased_at = 1",
];

const REPLACING: [&str; 3] = [
    "INSERT OR REPLACE INTO events SELECT * FROM events",
    "INSERT OR REPLACE INTO leaves SELECT * FROM leaves",
    "INSERT OR REPLACE INTO checkpoints SELECT * FROM checkpoints",
];

const TRUNCATING: [&str; 4] = [
    "TRUNCATE events CASCADE",
    "TRUNCATE tree_nodes",
    "TRUNCATE checkpoints",
    "INSERT INTO checkpoints SELECT * FROM checkpoints ON CONFLICT (tree_size) DO UPDATE SET note = 'x'",
];

#[test]
fn insert_only_tables_refuse_every_change() {
    for temp in databases() {
        let db = temp.open();
        let (log, ledger) = (log(&db), ledger());
        for value in 0..3 {
            append(&db, &ledger, "order", value).unwrap();
        }
        drain(&db, &log);
        let special: &[&str] = if db.is_sqlite() { &REPLACING } else { &TRUNCATING };
        for sql in REFUSED.iter().chain(special).copied() {
            let done = db.write_blocking(&Actor::system(), move |tx| Ok(tx.conn.batch_execute(sql)?));
            assert!(matches!(done, Err(Error::Internal(_))), "{}: {sql} was not refused", temp.url);
        }
        let found = report(&db, &log);
        assert_eq!((found.first_fault(), found.head.size), (None, 3));
    }
}

#[test]
fn erasing_a_body_is_allowed_and_the_log_still_verifies() {
    for temp in databases() {
        let db = temp.open();
        let (log, ledger) = (log(&db), ledger());
        let event = append(&db, &ledger, "order", 1).unwrap();
        drain(&db, &log);
        let erase = |ids: Vec<String>| {
            let ledger = ledger.clone();
            db.write_blocking(&Actor::system(), move |tx| {
                erasure::erase(tx, &ledger, ProjectKey(1), &ids, "it names a customer")
            })
        };
        let record = erase(vec![event.id.clone()]).unwrap();
        let found = report(&db, &log);
        assert_eq!((found.first_fault(), found.erased, found.pending), (None, 1, 1));
        drain(&db, &log);
        let found = report(&db, &log);
        assert_eq!((found.first_fault(), found.erased), (None, 1));
        for refused in [vec![event.id.clone()], vec![record.id], vec!["nobody".to_owned()], Vec::new()] {
            assert!(erase(refused.clone()).is_err(), "{refused:?}");
        }
        assert_eq!(report(&db, &log).first_fault(), None);
    }
}
