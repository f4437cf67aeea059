//! What both databases really say when something fails is understood: the words are theirs and change with their versions.

use std::sync::{Arc, Barrier};
use std::thread;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use tracewright::db::schema::installation;
use tracewright::db::sql::{Sql, execute};
use tracewright::db::{AnyConnection, Tx};
use tracewright::foundation::failure::Failure::{self, Busy, Other, Overflow, TimedOut, Unique};
use tracewright::foundation::{Actor, Error, Result};

use crate::harness::{TestApp, on_both};

/// What became of a write that must fail.
async fn failed(t: &TestApp, write: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static) -> Failure {
    let cause = t.app.db.write(&Actor::system(), write).await.unwrap_err();
    cause.failure().cloned().unwrap_or_else(|| panic!("{cause:?}"))
}

fn say(conn: &mut AnyConnection, sql: &str) -> Result<()> {
    execute(conn, Sql::new(sql.to_owned()))
}

fn connect(url: &str) -> AnyConnection {
    AnyConnection::establish(url).unwrap()
}

/// Two who hold one lock each and want the other's; what was said to the one that was told off.
fn deadlock(url: &str) -> Vec<Error> {
    let barrier = Arc::new(Barrier::new(2));
    let holders: Vec<_> = [(1, 2), (2, 1)]
        .into_iter()
        .map(|(held, wanted)| {
            let (mut conn, barrier) = (connect(url), Arc::clone(&barrier));
            thread::spawn(move || {
                conn.batch_execute(&format!("SELECT pg_advisory_lock({held})")).unwrap();
                barrier.wait();
                conn.batch_execute(&format!("SELECT pg_advisory_lock({wanted})")).map_err(Error::from)
            })
        })
        .collect();
    holders.into_iter().filter_map(|holder| holder.join().unwrap().err()).collect()
}

on_both! {
    async fn failures_of_the_database_are_told_apart(t: TestApp) {
        let (url, is_sqlite) = (t.database_url().to_owned(), t.app.db.is_sqlite());

        let twice = |tx: &mut Tx<'_>| {
            let row = (installation::key.eq("twice"), installation::value.eq("x"));
            diesel::insert_into(installation::table).values(row).execute(tx.conn)?;
            diesel::insert_into(installation::table).values(row).execute(tx.conn)?;
            Ok(())
        };
        let which = if is_sqlite { "installation.key" } else { "installation_pkey" };
        assert_eq!(failed(&t, twice).await, Unique(which.to_owned()));

        let most = "SELECT CAST(SUM(n) AS BIGINT) FROM (SELECT 9223372036854775807 AS n UNION ALL SELECT 1) AS few";
        assert_eq!(failed(&t, |tx| say(tx.conn, most)).await, Overflow);
        assert_eq!(failed(&t, |tx| say(tx.conn, "SELECT 1 FROM nowhere")).await, Other);

        let address = url.clone();
        let waits = move |tx: &mut Tx<'_>| {
            let mut other = connect(&address);
            if !is_sqlite {
                say(tx.conn, "SELECT pg_advisory_xact_lock(7)")?;
                other.batch_execute("SET lock_timeout = '20ms'")?;
            }
            let wants = if is_sqlite { "BEGIN IMMEDIATE" } else { "SELECT pg_advisory_lock(7)" };
            Ok(other.batch_execute(wants)?)
        };
        assert_eq!(failed(&t, waits).await, Busy);

        if !is_sqlite {
            let slow = |tx: &mut Tx<'_>| {
                say(tx.conn, "SET LOCAL statement_timeout = 20")?;
                say(tx.conn, "SELECT pg_sleep(600)")
            };
            assert_eq!(failed(&t, slow).await, TimedOut);
            let told: Vec<_> = deadlock(&url).iter().map(|cause| cause.failure().cloned()).collect();
            assert_eq!(told, [Some(Busy)]);
        }
    }
}
