//! The doors on a real SQLite file: isolation of closures in one group, refusal instead of waiting, durability.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::checkpoint::{begin_anew, keep_short};
use super::connection::{Purpose, prepare};
use super::queue::Queue;
use super::schema::installation;
use super::writer::Job;
use super::{AnyConnection, DatabaseUrl, Db, DbOptions, Tx, each, migrate};
use foundation::clock::SystemClock;
use foundation::ids::random_bytes;
use foundation::{Actor, Error, Result};

struct Temp {
    folder: std::path::PathBuf,
    url: DatabaseUrl,
}

impl Temp {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("tw-db-{}", hex::encode(random_bytes::<8>())));
        let url = DatabaseUrl::in_folder(&folder);
        migrate(&url).unwrap();
        Self { folder, url }
    }

    fn open(&self, queue_limit: usize) -> Db {
        let options = DbOptions { connections: 4, queue_limit, ..DbOptions::default() };
        Db::open(&self.url, options, Arc::new(SystemClock)).unwrap()
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn put(tx: &mut Tx<'_>, key: &str) -> Result<()> {
    let row = (installation::key.eq(key), installation::value.eq("x"));
    diesel::insert_into(installation::table).values(row).execute(tx.conn)?;
    Ok(())
}

fn count(db: &Db) -> i64 {
    db.read_blocking(|conn| Ok(installation::table.count().get_result(conn)?)).unwrap()
}

#[test]
fn a_failed_or_panicking_closure_takes_nothing_of_its_neighbours_with_it() {
    let temp = Temp::new();
    let db = temp.open(256);
    let start = Arc::new(Barrier::new(24));
    let threads: Vec<_> = (0..24)
        .map(|i| {
            let (db, start) = (db.clone(), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                db.write_blocking(&Actor::system(), move |tx| {
                    put(tx, &format!("key {i}"))?;
                    match i % 3 {
                        0 => Ok(()),
                        1 => Err(Error::refused("no")),
                        _ => panic!("a bug in one write"),
                    }
                })
            })
        })
        .collect();
    let results: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 8);
    assert_eq!(count(&db), 8);
    db.write_blocking(&Actor::system(), |tx| put(tx, "after the panics")).unwrap();
    assert_eq!(count(&db), 9);
}

#[test]
fn what_runs_after_commit_runs_only_for_what_is_stored() {
    let temp = Temp::new();
    let db = temp.open(256);
    let ran = Arc::new(AtomicUsize::new(0));
    for refuse in [false, true] {
        let ran = Arc::clone(&ran);
        let _ = db.write_blocking(&Actor::system(), move |tx| {
            tx.after_commit(move || {
                ran.fetch_add(1, Ordering::SeqCst);
            });
            if refuse { Err(Error::refused("no")) } else { Ok(()) }
        });
    }
    assert_eq!(ran.load(Ordering::SeqCst), 1);
}

#[test]
fn a_full_queue_answers_busy_instead_of_waiting() {
    let temp = Temp::new();
    let db = temp.open(1);
    let (entered, release) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let slow = {
        let (db, entered, release) = (db.clone(), Arc::clone(&entered), Arc::clone(&release));
        std::thread::spawn(move || {
            db.write_blocking(&Actor::system(), move |_| {
                entered.wait();
                release.wait();
                Ok(())
            })
        })
    };
    entered.wait();
    let waiting = {
        let db = db.clone();
        std::thread::spawn(move || db.write_blocking(&Actor::system(), |tx| put(tx, "waits")))
    };
    let refused = std::iter::repeat_with(|| {
        std::thread::yield_now();
        db.inner_queue_is_full()
    })
    .find(|full| *full)
    .map(|_| db.write_blocking(&Actor::system(), |tx| put(tx, "refused")));
    assert!(matches!(refused, Some(Err(Error::Busy { .. }))));
    release.wait();
    slow.join().unwrap().unwrap();
    waiting.join().unwrap().unwrap();
    assert_eq!(count(&db), 1);
}

#[test]
fn the_read_door_does_not_write() {
    let temp = Temp::new();
    let db = temp.open(256);
    let written = db.read_blocking(|conn| {
        let row = (installation::key.eq("k"), installation::value.eq("v"));
        diesel::insert_into(installation::table).values(row).execute(conn)?;
        Ok(())
    });
    assert!(written.is_err());
    assert_eq!(count(&db), 0);
}

#[test]
fn closing_stores_what_is_queued_and_opening_again_finds_it() {
    let temp = Temp::new();
    let db = temp.open(256);
    db.write_blocking(&Actor::system(), |tx| put(tx, "kept")).unwrap();
    db.close();
    assert!(matches!(db.write_blocking(&Actor::system(), |tx| put(tx, "late")), Err(Error::Busy { .. })));
    drop(db);
    assert_eq!(count(&temp.open(256)), 1);
}

/// How often a log was begun, which its header counts, and its length.
fn begun(wal: &std::path::Path) -> Option<(u32, u64)> {
    let mut header = [0; 16];
    let mut file = std::fs::File::open(wal).ok()?;
    std::io::Read::read_exact(&mut file, &mut header).ok()?;
    let count = u32::from_be_bytes(header[12..].try_into().unwrap());
    Some((count, file.metadata().ok()?.len()))
}

/// A connection as the writer has it: the log is left to us.
fn connection(temp: &Temp) -> AnyConnection {
    let mut conn = AnyConnection::establish(&temp.url.connection_string()).unwrap();
    prepare(&mut conn, Purpose::Write).unwrap();
    conn
}

fn write_mebibytes(conn: &mut AnyConnection, count: u32) {
    conn.batch_execute("CREATE TABLE IF NOT EXISTS big (bytes BLOB);").unwrap();
    conn.batch_execute(&format!("INSERT INTO big VALUES (zeroblob({count} << 20));")).unwrap();
}

/// Whether the writer is asked to begin the log anew.
fn is_asked(conn: &mut AnyConnection) -> bool {
    let queue = Queue::<Job>::bounded(1);
    keep_short(conn, &queue).unwrap();
    queue.close();
    queue.pop().is_some()
}

#[test]
fn the_writer_is_asked_when_the_log_is_long_and_nobody_reads_from_it() {
    let temp = Temp::new();
    let [mut writer, mut reader, mut checkpointer] = [(); 3].map(|()| connection(&temp));
    write_mebibytes(&mut writer, 8);
    assert!(!is_asked(&mut checkpointer), "a short log");
    reader.batch_execute("BEGIN; SELECT count(*) FROM big;").unwrap();
    write_mebibytes(&mut writer, 72);
    assert!(!is_asked(&mut checkpointer), "a long log that somebody needs");
    reader.batch_execute("COMMIT;").unwrap();
    assert!(is_asked(&mut checkpointer), "a long log that nobody needs");
}

#[test]
fn the_writer_copies_what_is_left_and_begins_the_log_anew_in_the_same_file() {
    let temp = Temp::new();
    let wal = temp.folder.join("tracewright.db-wal");
    let mut writer = connection(&temp);
    write_mebibytes(&mut writer, 8);
    let (count, length) = begun(&wal).unwrap();
    write_mebibytes(&mut writer, 1);
    assert_eq!(begun(&wal).unwrap().0, count, "it goes on while there is something left to copy");
    begin_anew(&mut writer);
    write_mebibytes(&mut writer, 1);
    let (again, still) = begun(&wal).unwrap();
    assert_eq!(again, count + 1);
    assert!(still > length, "{still} bytes of {length}");
}

/// Writes a mebibyte at a time without a pause; equal pages would not be written again.
fn write_until(db: &Db, enough: &AtomicBool) {
    for number in 0.. {
        if enough.load(Ordering::Relaxed) {
            return;
        }
        let row = format!("{number:08}").repeat(1 << 17);
        db.write_blocking(&Actor::system(), move |tx| {
            let values = (installation::key.eq("big"), installation::value.eq(row));
            each!(tx.conn, |c| diesel::insert_into(installation::table)
                .values(values)
                .on_conflict(installation::key)
                .do_update()
                .set(installation::value.eq(excluded(installation::value)))
                .execute(c))?;
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn the_log_begins_anew_while_writers_never_pause() {
    let temp = Temp::new();
    let db = temp.open(256);
    let wal = temp.folder.join("tracewright.db-wal");
    let enough = AtomicBool::new(false);
    let (mut anew, mut before) = (0, None);
    std::thread::scope(|scope| {
        scope.spawn(|| write_until(&db, &enough));
        // Five minutes are for a disk that hardly takes anything; others need a second or two.
        for _ in 0..30_000 {
            std::thread::sleep(std::time::Duration::from_millis(10));
            let now = begun(&wal);
            // One that was truncated, for which writers wait, is shorter than it was.
            anew += u32::from(
                matches!((before, now), (Some((a, long)), Some((b, still))) if a != b && still >= long),
            );
            before = now.or(before);
            if anew == 3 {
                break;
            }
        }
        enough.store(true, Ordering::Relaxed);
    });
    assert_eq!(anew, 3, "the log began anew so often without being truncated");
}
