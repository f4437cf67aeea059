//! Scores by their metadata, which is tested on what is read.

use serde_json::Value;

use crate::fields::Condition;
use crate::foundation::{ProjectKey, Result};
use crate::scores::reads::{self as scores, ScoreDetail, ScoreFilter};
use crate::state::App;
use trace_model::{JsonMap, json};

use super::super::page::Sieve;
use super::super::params::Page;
use super::super::traces::holds;

/// Rows read at once while a condition is tested one by one.
const STEP: i64 = 500;

/// Rows that one request may have tested one by one.
pub const EXAMINED: usize = 20_000;

/// Scores of a page that pass what only reading can test, and how many pass.
pub async fn page(
    app: &App,
    project: ProjectKey,
    filter: &ScoreFilter,
    rest: &[Condition],
    page: Page,
) -> Result<(Vec<ScoreDetail>, i64)> {
    let mut sieve = Sieve::new(page, EXAMINED);
    loop {
        let (filter, offset) = (filter.clone(), sieve.offset());
        let rows = app.db.read(move |conn| scores::list(conn, project, &filter, offset, STEP)).await?;
        let found = rows.len();
        for row in rows {
            let metadata = metadata(&row);
            if rest.iter().all(|condition| holds(condition, &metadata)) {
                sieve.keep(row);
            }
        }
        if i64::try_from(found).is_ok_and(|found| found < STEP) {
            return Ok((sieve.kept, sieve.passed));
        }
        sieve.examined(found, rest)?;
    }
}

fn metadata(row: &ScoreDetail) -> JsonMap {
    match row.metadata.as_deref().and_then(|text| json::parse_exact(text).ok()) {
        Some(Value::Object(metadata)) => metadata,
        _ => JsonMap::default(),
    }
}
