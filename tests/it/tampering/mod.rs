//! Somebody with the database and no key changes one row: one of the commands names it, or `docs/decisions/integrity.md`
//! says that it is not covered and why.
//!
//! For every table of a filled database: every column of a row edited, a row deleted, a row inserted, two rows exchanged. The short form
//! tries every third of these, with a row deleted in each table; `./test --long` (`TRACEWRIGHT_TAMPERINGS=all`) tries all.

mod attacks;
mod filled;
mod intruder;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tracewright::app;
use tracewright::checks::check_roots;
use tracewright::ledger::{rebuild, verifier};

use super::harness::{Backend, TestApp, block_on};
use filled::filled;
use intruder::{Intruder, Tampering};

const DOCUMENT: &str = "docs/decisions/integrity.md";

/// What is not covered: a table with columns, `insert`, `delete`, `swap`, or `*` for all of it.
struct Uncovered(BTreeMap<String, BTreeSet<String>>);

impl Uncovered {
    fn read() -> Self {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT)).unwrap();
        let (_, list) = text.split_once("## What is not covered").unwrap();
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in list.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [table, what, why] = cells.as_slice() else { panic!("{row}") };
            assert!(why.len() > 10, "{row}: no reason");
            let words = what.split(',').map(|word| word.trim().trim_matches('`').to_owned());
            for table in table.split(',').map(|name| name.trim().trim_matches('`')) {
                found.entry(table.to_owned()).or_default().extend(words.clone());
            }
        }
        Self(found)
    }

    fn all_of(&self, table: &str) -> bool {
        self.0.get(table).is_some_and(|what| what.contains("*"))
    }

    fn holds(&self, tampering: &Tampering) -> bool {
        let what = self.0.get(&tampering.table);
        what.is_some_and(|what| what.contains("*") || what.contains(&tampering.what))
    }
}

/// Which command names it; `None` when none does.
async fn named(t: &TestApp, table: &str) -> Option<&'static str> {
    // The command that should know comes first; the others are asked only where it says nothing.
    let is_projected = app::projections().iter().any(|projection| projection.tables.contains(&table));
    if is_projected && !projections_hold(t).await {
        return Some("rebuild --check");
    }
    if !ledger_holds(t) {
        return Some("verify ledger");
    }
    if !is_projected && !app::check_arrivals(&t.app, |_| {}).await.is_ok_and(|it| it.difference_count == 0) {
        return Some("rebuild --check (arrivals)");
    }
    if !is_projected && !projections_hold(t).await {
        return Some("rebuild --check");
    }
    None
}

fn ledger_holds(t: &TestApp) -> bool {
    let trust = verifier::Trust { key: t.app.log.verifier(), held: None };
    let read = t.app.db.read_blocking(|conn| verifier::verify_with(conn, &trust, check_roots));
    read.is_ok_and(|(report, roots)| report.fault_count == 0 && roots.faults.is_empty())
}

async fn projections_hold(t: &TestApp) -> bool {
    let app = t.app.clone();
    let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap();
    checked.is_ok_and(|checked| checked.differences.is_empty())
}

#[test]
fn every_change_of_one_row_is_named_or_listed() {
    block_on(Backend::Sqlite, async |t| {
        filled(&t).await;
        assert!(ledger_holds(&t), "the filled database does not verify");
        assert!(projections_hold(&t).await, "the filled database is not what its events make");
        let clean = app::check_arrivals(&t.app, |_| {}).await.unwrap();
        assert_eq!(clean.difference_count, 0, "{:?}", clean.differences);
        let (uncovered, mut intruder) = (Uncovered::read(), Intruder::of(t.database_url()));
        let is_all = std::env::var("TRACEWRIGHT_TAMPERINGS").is_ok_and(|word| word == "all");
        let (mut tried, mut listed, mut unseen, mut empty) = (0, 0, Vec::new(), Vec::new());
        for table in intruder.tables() {
            if uncovered.all_of(&table) {
                listed += 1;
                continue;
            }
            let kinds = intruder.kinds_of(&table);
            if kinds.is_empty() {
                empty.push(table.clone());
            }
            for (place, tampering) in kinds.into_iter().enumerate() {
                if !is_all && tampering.what != "delete" && (place + table.len()) % 3 != 0 {
                    continue;
                }
                intruder.apply(&tampering);
                tried += 1;
                let named = named(&t, &table).await;
                intruder.restore(&tampering.table);
                match named {
                    Some(_) => {}
                    None if uncovered.holds(&tampering) => listed += 1,
                    None => unseen.push(format!("{}: {}", tampering.table, tampering.what)),
                }
            }
        }
        println!(
            "{tried} changes tried, {listed} tables or changes listed as not covered, without rows: {empty:?}"
        );
        assert!(ledger_holds(&t) && projections_hold(&t).await, "the intruder did not put everything back");
        assert!(tried > if is_all { 400 } else { 130 }, "{tried}");
        // A table without rows was not tried: only what holds nothing between two requests may be so.
        empty.retain(|table| table != "unsequenced" && table != "series_deltas");
        assert!(empty.is_empty(), "no rows in {empty:?}");
        assert!(unseen.is_empty(), "{} unseen and not listed:\n{}", unseen.len(), unseen.join("\n"));
    });
}
