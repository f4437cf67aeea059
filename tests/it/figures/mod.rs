//! Figures and workload on both databases: each figure against a query of one's own, its very rows, what is left out, who sees them, and
//! hours that work is held against.

mod by_hand;
mod counted;
mod of_demo;
mod shop;
mod workload;

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use tracewright::figures::model::Figure;
use tracewright::figures::period::Period;
use tracewright::figures::reads::beside::{Told, beside};
use tracewright::figures::reads::listed::{ListedRow, Wanted, listed};
use tracewright::figures::reads::measured::{Measured, measure};
use tracewright::figures::reads::{Narrowed, Question};
use tracewright::foundation::ProjectKey;
use tracewright::ledger::rebuild;

use crate::harness::TestApp;
use crate::harness::http::{Client, Site};

/// A figure with what is told beside it and every row of it.
struct Seen {
    measured: Measured,
    told: Told,
    rows: Vec<ListedRow>,
}

/// Asks a figure over the usual period.
async fn seen(t: &TestApp, project: ProjectKey, figure: Figure, narrowed: Narrowed) -> Seen {
    let period = Period::read(&BTreeMap::new(), t.app.now()).unwrap();
    let question = Question::about(project, &period, narrowed);
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        let wanted = Wanted { limit: 1_000, ..Wanted::default() };
        Ok(Seen {
            measured: measure(conn, figure, &question, &period.ends())?,
            told: beside(conn, figure, &question)?,
            rows: listed(conn, figure, &question, &wanted)?,
        })
    };
    t.app.db.read(read).await.unwrap()
}

/// The tables are what the events make.
async fn holds(t: &TestApp) {
    let app = t.app.clone();
    let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
    assert!(checked.differences.is_empty(), "{:?}", checked.differences);
}

async fn page(client: &Client, site: &Site, path: &str) -> String {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}
