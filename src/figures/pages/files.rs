//! Figures as files: all of them by week, and the very rows of one. With the same right as the pages.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path, Query};

use crate::db::AnyConnection;
use crate::figures::model::{Figure, Shape};
use crate::figures::period::Bucket;
use crate::figures::reads::listed::{ListedRow, Wanted, listed};
use crate::figures::reads::measured::{Measured, Point};
use crate::foundation::Action;
use crate::state::App;
use crate::web::{Principal, WebResult, csv};

use super::all::Found;
use super::asked::Asked;
use super::rows::{figure_of, only_of};

/// Rows of one file; the page says how many there are.
const ROWS: usize = 100_000;

/// GET `/work-orders/figures.csv`: every figure by week or month, with the fields of its page.
pub async fn all(app: Data<App>, who: Principal, query: Query<BTreeMap<String, String>>) -> WebResult {
    who.must(Action::ViewFigures)?;
    let asked = Asked::read(&query, app.now())?;
    let (asker, wanted) = (who.0.clone(), asked.clone());
    let found = app.db.read(move |conn| Found::read(conn, &wanted, &asker)).await?;
    let head =
        ["figure", "from", "before", "counted", "above_the_line", "median_seconds", "slowest_tenth_seconds"];
    let rows = found.figures.iter().flat_map(|(measured, _)| {
        let buckets = asked.period.buckets.iter().zip(&measured.course);
        buckets.map(|(bucket, point)| of_bucket(measured, bucket, point))
    });
    Ok(csv::download("figures.csv", csv::table(&head, rows)?))
}

fn of_bucket(measured: &Measured, bucket: &Bucket, point: &Point) -> Vec<String> {
    let is_count = measured.figure.shape() == Shape::Count;
    let seconds = |micros: Option<i64>| micros.map(|it| (it / 1_000_000).to_string()).unwrap_or_default();
    vec![
        measured.figure.as_str().to_owned(),
        bucket.first.to_string(),
        bucket.next.to_chrono().format("%Y-%m-%d").to_string(),
        // How many were open at the end of an earlier week is asked of no row.
        if is_count { String::new() } else { point.counted.to_string() },
        point.hits.to_string(),
        seconds(point.spread.map(|spread| spread.median)),
        seconds(point.spread.map(|spread| spread.slowest_tenth)),
    ]
}

/// GET `/work-orders/figures/{figure}.csv`: its rows, with the fields of their page.
pub async fn rows(
    app: Data<App>,
    who: Principal,
    word: Path<String>,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    who.must(Action::ViewFigures)?;
    let (figure, asked) = (figure_of(&word)?, Asked::read(&query, app.now())?);
    let (asker, only) = (who.0.clone(), only_of(&query)?);
    let read = move |conn: &mut AnyConnection| {
        let question = asked.question(conn, &asker)?;
        listed(conn, figure, &question, &Wanted { only, after: None, limit: ROWS })
    };
    let rows = app.db.read(read).await?;
    let head = [
        "number",
        "title",
        "type",
        "asset_tag",
        "assignee",
        "place",
        "statement",
        "moment",
        "counts_as",
        "seconds",
    ];
    let rows = rows.iter().map(|row| of_row(figure, row));
    Ok(csv::download(&format!("{}.csv", figure.as_str()), csv::table(&head, rows)?))
}

fn of_row(figure: Figure, row: &ListedRow) -> Vec<String> {
    let (above, below) = figure.sides();
    let took = if figure.shape() == Shape::Time { (row.took / 1_000_000).to_string() } else { String::new() };
    vec![
        row.number.clone(),
        row.title.clone(),
        row.order_type.clone(),
        row.asset_tag.clone(),
        row.assignee(),
        row.place.clone(),
        row.statement.clone(),
        row.at().to_rfc3339(),
        if row.is_hit() { above } else { below }.to_owned(),
        took,
    ]
}
