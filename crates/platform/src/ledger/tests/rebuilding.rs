//! `rebuild` and its check, with a projection made for the test.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl};

use super::databases::{Temp, append, databases};
use crate::db::{AnyConnection, Db, Tx, each};
use crate::foundation::{Actor, Error, Result};
use crate::ledger::rebuild::{check, rebuild};
use crate::ledger::{Event, Ledger, Projection};

/// How often each stream was written to, and a child row for each event.
const COUNTS: Projection = Projection { name: "counts", project: count, tables: &["counts", "counted"] };

const TABLES: &str = "CREATE TABLE counts (stream_id TEXT PRIMARY KEY, events BIGINT NOT NULL);
    CREATE TABLE counted (event_id TEXT PRIMARY KEY, stream_id TEXT NOT NULL REFERENCES counts (stream_id));";

fn count(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event { id, stream_id, .. } = event;
    tx.conn.batch_execute(&format!(
        "INSERT INTO counts VALUES ('{stream_id}', 1)
         ON CONFLICT (stream_id) DO UPDATE SET events = counts.events + 1;
         INSERT INTO counted VALUES ('{id}', '{stream_id}');"
    ))?;
    Ok(())
}

fn prepared(temp: &Temp) -> (Db, Ledger) {
    let (db, ledger) = (temp.open(), Ledger::new(vec![COUNTS]));
    run(&db, TABLES);
    for value in 0..9 {
        append(&db, &ledger, &format!("order-{}", value % 4), value).unwrap();
    }
    (db, ledger)
}

fn run(db: &Db, sql: &'static str) {
    db.write_blocking(&Actor::system(), move |tx| Ok(tx.conn.batch_execute(sql)?)).unwrap();
}

#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Row {
    #[diesel(sql_type = Text)]
    stream_id: String,
    #[diesel(sql_type = BigInt)]
    events: i64,
}

fn rows(db: &Db) -> Vec<(String, i64)> {
    db.read_blocking(|conn| rows_of(conn, "counts")).unwrap()
}

fn rows_of(conn: &mut AnyConnection, table: &str) -> Result<Vec<(String, i64)>> {
    let sql = format!("SELECT stream_id, events FROM {table} ORDER BY stream_id");
    let rows: Vec<Row> = each!(conn, |inner| diesel::sql_query(sql).load(inner))?;
    Ok(rows.into_iter().map(|row| (row.stream_id, row.events)).collect())
}

#[test]
fn a_manipulated_projection_is_found_shown_and_made_anew() {
    for temp in databases() {
        let (db, ledger) = prepared(&temp);
        let right = rows(&db);
        assert_eq!(right[0], ("order-0".to_owned(), 3));
        let clean = check(&db, &ledger).unwrap();
        assert_eq!((clean.events, clean.differences.len()), (9, 0));
        run(&db, "UPDATE counts SET events = 7 WHERE stream_id = 'order-0'");
        run(&db, "DELETE FROM counted WHERE stream_id = 'order-1'");
        run(&db, "INSERT INTO counts VALUES ('made-up', 1)");
        let wrong = rows(&db);
        let found = check(&db, &ledger).unwrap().differences;
        assert_eq!(rows(&db), wrong, "a check writes nothing");
        let figures: Vec<_> = found.iter().map(|d| (d.table, d.stored_only, d.rebuilt_only)).collect();
        assert_eq!(figures, [("counts", 2, 1), ("counted", 0, 2)]);
        assert!(found[0].rows.iter().any(|row| row.starts_with('-') && row.contains("made-up")), "{found:?}");
        assert!(found[0].rows.iter().any(|row| row.starts_with('+') && row.contains("order-0")), "{found:?}");
        assert_eq!(rebuild(&db, &ledger).unwrap().events, 9);
        assert_eq!(rows(&db), right);
        assert_eq!(check(&db, &ledger).unwrap().differences, []);
    }
}

#[test]
fn what_a_check_does_aside_holds_nobody_and_leaves_nothing() {
    for temp in databases() {
        let (db, ledger) = prepared(&temp);
        let (private, hidden) = db
            .aside(&["counts", "counted"], |tx, stored| {
                tx.conn.batch_execute("INSERT INTO counts VALUES ('aside', 1)")?;
                // Meanwhile others append, and change the very tables.
                append(&db, &ledger, "order-9", 1)?;
                run(&db, "UPDATE counts SET events = 100 WHERE stream_id = 'order-0'");
                Ok((rows_of(tx.conn, "counts")?, rows_of(tx.conn, &stored.is_at("counts"))?))
            })
            .unwrap();
        assert_eq!(private, [("aside".to_owned(), 1)]);
        assert_eq!((hidden[0].1, hidden.len()), (3, 4), "one snapshot, whatever others do");
        let now = rows(&db);
        assert_eq!((now[0].1, now.len()), (100, 5), "nothing of it stays: {now:?}");
        let failed: Result<()> = db.aside(&["counts"], |_, _| Err(Error::refused("no")));
        assert_eq!(failed.unwrap_err().to_string(), "no");
    }
}

/// Where a table's key was taken away, a row may stand there twice.
#[test]
fn a_row_that_stands_there_twice_is_found() {
    for temp in databases() {
        let (db, ledger) = prepared(&temp);
        run(
            &db,
            "CREATE TABLE without_key AS SELECT * FROM counted; DROP TABLE counted;
             ALTER TABLE without_key RENAME TO counted; INSERT INTO counted SELECT * FROM counted LIMIT 1",
        );
        let found = check(&db, &ledger).unwrap().differences;
        let figures: Vec<_> = found.iter().map(|d| (d.table, d.stored_only, d.rebuilt_only)).collect();
        assert_eq!(figures, [("counted", 1, 0)]);
    }
}

/// A text with a NUL is more than what stands before it.
#[test]
fn what_stands_behind_a_nul_is_compared() {
    for temp in databases().into_iter().filter(|temp| temp.open().is_sqlite()) {
        let (db, ledger) = prepared(&temp);
        run(&db, "UPDATE counted SET event_id = event_id || char(0) || 'hidden' WHERE stream_id = 'order-1'");
        assert_eq!(check(&db, &ledger).unwrap().differences.len(), 1);
    }
}
