//! `rebuild` and its check, with a projection made for the test.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl};

use super::databases::{Temp, append, databases};
use crate::db::{Db, Tx, each};
use crate::foundation::{Actor, Result};
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
    let sql = "SELECT stream_id, events FROM counts ORDER BY stream_id";
    let rows: Vec<Row> =
        db.read_blocking(|conn| Ok(each!(conn, |inner| diesel::sql_query(sql).load(inner))?)).unwrap();
    rows.into_iter().map(|row| (row.stream_id, row.events)).collect()
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
