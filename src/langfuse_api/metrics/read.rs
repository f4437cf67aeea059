//! Filters of metrics on what no column holds, such as metadata: their rows are found first, as lists find theirs.

use crate::db::sql::Sql;
use crate::fields::{Condition, Entity, NEWEST};
use crate::foundation::{ProjectKey, Result};
use crate::metrics::query::Query;
use crate::metrics::sql::clause;
use crate::scores::reads::ScoreFilter;
use crate::state::App;
use crate::traces::reads::Scan;

use super::super::filter::Selection;
use super::super::params::Page;
use super::super::scores::sieve;
use super::super::{observations, traces};

/// The query over the rows that meet those of its conditions that only reading can test.
pub async fn narrowed(app: &App, project: ProjectKey, mut query: Query) -> Result<Query> {
    let rest = query.to_read();
    if !rest.is_empty() {
        query.among = Some(rows(app, project, &query, rest).await?);
    }
    Ok(query)
}

async fn rows(app: &App, project: ProjectKey, query: &Query, rest: Vec<Condition>) -> Result<Sql> {
    let (of, clause) = (query.view.entity(), clause(query, project));
    let select = |rest| Selection { scan: Scan::new(of, project, clause.clone()), rest, is_narrow: false };
    Ok(match of {
        Entity::Observations => {
            let (rows, _) =
                observations::sieve(app, project, &select(rest), all(observations::EXAMINED)).await?;
            let pair = |one: &crate::traces::reads::ObservationFull| {
                Sql::new("(").text(&one.row.trace_id).sql(", ").text(&one.row.observation_id).sql(")")
            };
            let pairs: Vec<Sql> = rows.iter().map(pair).collect();
            if pairs.is_empty() {
                return Ok(Sql::always(false));
            }
            Sql::new("(observations.trace_id, observations.observation_id) IN (VALUES ")
                .then(Sql::joined(", ", pairs))
                .sql(")")
        }
        Entity::Traces => {
            let (rows, _) = traces::sieve(app, &select(rest), NEWEST, all(traces::EXAMINED)).await?;
            let ids: Vec<String> = rows.into_iter().map(|one| one.row.trace_id).collect();
            Sql::one_of("traces.trace_id", &ids)
        }
        Entity::Scores => {
            let filter = ScoreFilter { clause: Some(clause), ..ScoreFilter::default() };
            let (rows, _) = sieve::page(app, project, &filter, &rest, all(sieve::EXAMINED)).await?;
            let ids: Vec<String> = rows.into_iter().map(|one| one.score_id).collect();
            Sql::one_of("scores.score_id", &ids)
        }
    })
}

/// One page of all that may be examined.
fn all(examined: usize) -> Page {
    Page { page: 1, limit: i64::try_from(examined).unwrap_or(i64::MAX) }
}
