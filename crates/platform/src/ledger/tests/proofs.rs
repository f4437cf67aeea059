//! Proofs and pages read from the database, checked by the pure verifiers through their text forms.

use super::databases::{append, databases, drain, ledger, log, report};
use crate::foundation::{Actor, ProjectKey};
use crate::ledger::proof::{ConsistencyProof, TlogProof};
use crate::ledger::reads::{self, Filter};
use crate::ledger::tree::leaf_hash;

#[test]
fn every_leaf_is_proven_under_every_later_checkpoint_and_every_checkpoint_continues_the_ones_before() {
    for temp in databases() {
        let db = temp.open();
        let (log, ledger) = (log(&db), ledger());
        let mut sizes: Vec<u64> = Vec::new();
        for batch in [1, 2, 4, 5, 1] {
            for value in 0..batch {
                append(&db, &ledger, &format!("order-{}", value % 3), value).unwrap();
            }
            drain(&db, &log);
            sizes.push(report(&db, &log).head.size);
        }
        assert_eq!(sizes, [1, 3, 7, 12, 13]);
        let key = log.verifier();
        db.read_blocking(|conn| {
            for size in &sizes {
                let checkpoint = reads::checkpoint_at(conn, *size)?.unwrap();
                for index in 0..*size {
                    let text = reads::inclusion_proof(conn, index, &checkpoint)?.to_string();
                    let record = reads::record(conn, index)?;
                    TlogProof::parse(&text)?.verify(&record.leaf, &key)?;
                    let other = reads::record(conn, (index + 1) % 13)?;
                    assert!(TlogProof::parse(&text)?.verify(&other.leaf, &key).is_err());
                }
                for old in sizes.iter().filter(|old| *old <= size) {
                    let text = reads::consistency_proof(conn, *old, Some(*size))?.to_string();
                    let old = reads::checkpoint_at(conn, *old)?.unwrap();
                    let newer = ConsistencyProof::parse(&text)?.verify(old.head, &key)?;
                    assert_eq!(newer.head, checkpoint.head);
                }
            }
            assert!(reads::consistency_proof(conn, 3, Some(5)).is_err(), "no checkpoint of 5 leaves");
            assert!(reads::record(conn, 13).is_err());
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn events_are_found_by_place_and_id_and_page_by_page() {
    for temp in databases() {
        let db = temp.open();
        let (log, ledger) = (log(&db), ledger());
        let events: Vec<_> =
            (0..7).map(|i| append(&db, &ledger, &format!("order-{}", i % 2), i).unwrap()).collect();
        drain(&db, &log);
        let waiting = append(&db, &ledger, "order-0", 7).unwrap();
        db.read_blocking(|conn| {
            for (index, event) in (0_u64..).zip(&events) {
                assert_eq!(reads::leaf_index(conn, &event.id)?, Some(index));
                let found = reads::event_at(conn, index)?;
                assert_eq!((found.event.id.as_str(), found.leaf_index), (event.id.as_str(), Some(index)));
                assert_eq!(found.leaf_hash, leaf_hash(&reads::record(conn, index)?.leaf));
                assert_eq!(found.event.data(), event.data());
            }
            assert_eq!(reads::leaf_index(conn, &waiting.id)?, None);
            assert_eq!(reads::event(conn, &waiting.id)?.leaf_index, None);
            assert_eq!(reads::latest_checkpoint(conn)?.unwrap().head.size, 7);

            let versions = |filter: &Filter, limit, conn: &mut _| -> Vec<i64> {
                reads::page(conn, filter, limit).unwrap().iter().map(|e| e.event.version).collect()
            };
            let zero = Filter { stream_id: Some("order-0".to_owned()), ..Filter::default() };
            assert_eq!(versions(&zero, 3, conn), [5, 4, 3]);
            let third = reads::page(conn, &zero, 3)?.pop().unwrap().event.seq;
            assert_eq!(versions(&Filter { before_seq: Some(third), ..zero }, 3, conn), [2, 1]);
            let all = |filter: Filter, conn: &mut _| versions(&filter, 50, conn).len();
            assert_eq!(all(Filter { project: Some(ProjectKey(1)), ..Filter::default() }, conn), 8);
            assert_eq!(all(Filter { project: Some(ProjectKey(2)), ..Filter::default() }, conn), 0);
            assert_eq!(all(Filter { actor: Some("0193-ann".into()), ..Filter::default() }, conn), 8);
            assert_eq!(all(Filter { actor: Some(Actor::system().id), ..Filter::default() }, conn), 0);
            assert_eq!(all(Filter { kind: Some("other.v1".into()), ..Filter::default() }, conn), 0);
            assert_eq!(all(Filter { stream_kind: Some("work_order".into()), ..Filter::default() }, conn), 8);
            Ok(())
        })
        .unwrap();
    }
}
