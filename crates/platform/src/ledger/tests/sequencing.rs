//! The sequencer on real databases: no gaps, one worker at a time, nothing lost, nothing half done.

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::json;

use super::databases::{ann, append, databases, drain, ledger, log, manual, report, stream};
use crate::db::Db;
use crate::db::schema::leases;
use crate::foundation::{Actor, Error};
use crate::ledger::lease::{self, LEASE_MICROS};
use crate::ledger::sequencer::{self, Step, sequence_now, sequence_now_blocking, sequence_once_blocking};
use crate::ledger::{Draft, Ledger, Log, store};

/// Events of the long queue.
const EVENTS: usize = 10_000;

#[test]
fn appends_from_many_threads_and_two_processes_leave_no_gap() {
    for temp in databases() {
        let doors = [temp.open(), temp.open()];
        let logs = [log(&doors[0]), log(&doors[1])];
        let start = Arc::new(Barrier::new(10));
        let writers: Vec<_> = (0..8).map(|i| writer(&doors[i % 2], i, &start)).collect();
        let workers: Vec<_> = (0..2).map(|i| worker(&doors[i], &logs[i], &start)).collect();
        for thread in writers.into_iter().chain(workers) {
            thread.join().unwrap();
        }
        sequence_now_blocking(&doors[0], &logs[0]).unwrap();
        let report = report(&doors[1], &logs[1]);
        assert_eq!(report.first_fault(), None);
        assert_eq!((report.head.size, report.pending), (160, 0));
        println!("{}: 160 leaves under {} checkpoints", temp.url, report.checkpoints);
    }
}

/// Half of the threads share a stream, so that version clashes happen and are tried again.
fn writer(db: &Db, thread: usize, start: &Arc<Barrier>) -> std::thread::JoinHandle<()> {
    let (db, start, ledger) = (db.clone(), Arc::clone(start), ledger());
    let id = if thread < 4 { "shared".to_owned() } else { format!("own-{thread}") };
    std::thread::spawn(move || {
        start.wait();
        for value in 0..20 {
            while let Err(cause) = append(&db, &ledger, &id, value) {
                assert!(matches!(cause, Error::Conflict { .. } | Error::Busy { .. }), "{cause}");
            }
        }
    })
}

fn worker(db: &Db, log: &Arc<Log>, start: &Arc<Barrier>) -> std::thread::JoinHandle<()> {
    let (db, log, start) = (db.clone(), Arc::clone(log), Arc::clone(start));
    std::thread::spawn(move || {
        start.wait();
        for _ in 0..20 {
            sequence_once_blocking(&db, &log).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
    })
}

#[test]
fn both_processes_have_the_same_log_and_another_key_is_refused() {
    for temp in databases() {
        let (one, two) = (temp.open(), temp.open());
        assert_eq!(log(&one).verifier(), log(&two).verifier());
        assert!(log(&one).verifier().name().as_str().starts_with("tracewright/"));
        let refused = Log::open(&one, &[8; 32]).map(|_| ()).unwrap_err();
        assert!(refused.to_string().contains("put the old keys/log.key back"), "{refused}");
    }
}

#[test]
fn only_the_holder_works_until_its_lease_is_over_and_then_it_is_fenced_off() {
    for temp in databases() {
        let clock = manual();
        let (one, two) = (temp.open_at(clock.clone()), temp.open_at(clock.clone()));
        let (first, second) = (log(&one), log(&two));
        let step = |db: &Db, log: &Arc<Log>| {
            append(db, &ledger(), "order", 1).unwrap();
            sequence_once_blocking(db, log).unwrap()
        };
        assert_eq!(step(&one, &first), Step::Placed(1));
        assert_eq!(step(&two, &second), Step::NotHolder);
        clock.advance(LEASE_MICROS - 1);
        assert_eq!(step(&two, &second), Step::NotHolder);
        clock.advance(1);
        assert_eq!(step(&two, &second), Step::Placed(3));
        assert_eq!(step(&one, &first), Step::Fenced, "it slept too long and still thinks it holds the lease");
        assert_eq!(one.read_blocking(store::tree_size).unwrap(), 4);
        assert_eq!(step(&one, &first), Step::NotHolder);
        assert_eq!(epoch(&one), 2);
        assert_eq!(step(&two, &second), Step::Placed(3));
        assert_eq!(report(&one, &first).first_fault(), None);
    }
}

fn epoch(db: &Db) -> i64 {
    db.read_blocking(|conn| Ok(leases::table.select(leases::epoch).first(conn)?)).unwrap()
}

#[test]
fn a_lease_is_renewed_by_its_holder_only_and_free_once_released() {
    for temp in databases() {
        let clock = manual();
        let db = temp.open_at(clock);
        db.write_blocking(&Actor::system(), |tx| {
            let (now, late) = (tx.now(), tx.now().plus_micros(LEASE_MICROS));
            let first = lease::take(tx.conn, "work", "a", now)?.unwrap();
            assert_eq!(lease::take(tx.conn, "work", "b", now)?, None);
            assert_eq!(lease::take(tx.conn, "work", "a", now)?, Some(first.clone()));
            let second = lease::take(tx.conn, "work", "b", late)?.unwrap();
            assert_eq!((first.epoch, second.epoch), (1, 2));
            assert!(!lease::renew(tx.conn, &first, late)?);
            lease::release(tx.conn, &first)?;
            assert_eq!(lease::take(tx.conn, "work", "a", late)?, None);
            lease::release(tx.conn, &second)?;
            assert_eq!(lease::take(tx.conn, "work", "a", late)?.unwrap().epoch, 3);
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn an_end_between_commit_and_sequencing_loses_nothing() {
    for temp in databases() {
        let clock = manual();
        let db = temp.open_at(clock.clone());
        let key = log(&db);
        for value in 0..5 {
            append(&db, &ledger(), "order", value).unwrap();
        }
        // The process ends inside the transaction that places them.
        let doomed = Arc::clone(&key);
        let ended = db.write_blocking(&Actor::system(), move |tx| {
            assert_eq!(sequencer::step(tx, &doomed)?, Step::Placed(5));
            Err::<(), _>(Error::refused("the process ends here"))
        });
        assert!(ended.is_err());
        let waiting = report(&db, &key);
        assert_eq!((waiting.first_fault(), waiting.head.size, waiting.pending), (None, 0, 5));
        drop((db, key));
        clock.advance(LEASE_MICROS);
        let db = temp.open_at(clock);
        let key = log(&db);
        assert_eq!(drain(&db, &key), 1);
        let found = report(&db, &key);
        assert_eq!((found.first_fault(), found.head.size, found.pending), (None, 5, 0));
    }
}

#[test]
fn the_background_task_finds_what_another_process_appended_and_what_this_one_did() {
    for temp in databases() {
        let (here, elsewhere) = (temp.open(), temp.open());
        let (own, other, log) = (ledger(), ledger(), log(&here));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let task = tokio::spawn(sequencer::run(here.clone(), own.clone(), Arc::clone(&log)));
            // Nothing wakes it for what another process appends: it finds that in a round of its own, time after time.
            let places = [(&here, &own), (&elsewhere, &other), (&elsewhere, &other), (&here, &own)];
            for (size, (db, ledger)) in (1..).zip(places) {
                let (db, ledger) = (db.clone(), ledger.clone());
                let appending = move || append(&db, &ledger, &format!("order-{size}"), 1).unwrap();
                tokio::task::spawn_blocking(appending).await.unwrap();
                until_placed(&here, size).await;
            }
            task.abort();
            let checkpoint = sequence_now(&here, &log).await.unwrap();
            assert_eq!(checkpoint.head.size, 4);
            sequencer::release(&here, &log).await.unwrap();
        });
    }
}

/// Looks until it is so; two minutes are for a machine that hardly gets to it.
async fn until_placed(db: &Db, size: u64) {
    for _ in 0..12_000 {
        if db.read(store::tree_size).await.unwrap() >= size {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never placed");
}

#[test]
fn nothing_is_signed_on_top_of_a_changed_tree() {
    for temp in databases() {
        let db = temp.open();
        let key = log(&db);
        append(&db, &ledger(), "order", 1).unwrap();
        drain(&db, &key);
        diesel::connection::SimpleConnection::batch_execute(
            &mut temp.intrude(),
            "DELETE FROM checkpoints WHERE tree_size = 1",
        )
        .unwrap();
        append(&db, &ledger(), "order", 2).unwrap();
        let refused = sequence_once_blocking(&db, &key).unwrap_err();
        assert!(refused.to_string().contains("nothing is signed"), "{refused}");
    }
}

#[test]
fn a_long_queue_is_placed_batch_by_batch() {
    for temp in databases() {
        let db = temp.open();
        let key = log(&db);
        let appending = Instant::now();
        for batch in 0..EVENTS / 500 {
            append_many(&db, &ledger(), batch);
        }
        let (appending, sequencing) = (appending.elapsed(), Instant::now());
        let steps = drain(&db, &key);
        let (sequencing, verifying) = (sequencing.elapsed(), Instant::now());
        let found = report(&db, &key);
        let verifying = verifying.elapsed();
        println!(
            "{}: {EVENTS} events appended in {appending:?}, sequenced in {sequencing:?} ({steps} checkpoints), verified in {verifying:?}",
            temp.url
        );
        assert_eq!((found.first_fault(), found.head.size), (None, EVENTS as u64));
        let batch = usize::try_from(sequencer::BATCH).unwrap();
        assert_eq!(steps, EVENTS.div_ceil(batch), "one checkpoint for each batch");
    }
}

fn append_many(db: &Db, ledger: &Ledger, batch: usize) {
    let (ledger, stream) = (ledger.clone(), stream(&format!("order-{batch}")));
    db.write_blocking(&ann(), move |tx| {
        let draft = |value| Draft::new("work_order.tested.v1", json!({ "value": value }));
        ledger.append(tx, &stream, 0, (0..500).map(draft).collect())
    })
    .unwrap();
}
