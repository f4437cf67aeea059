//! How many calls of some traces are named in the rows: what the rules in force find, as long as no trace waits to be looked at again.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result};
use crate::traces::recognise::LookedAt;

/// Traces named in one statement.
const AT_ONCE: usize = 128;

/// What the rows of some traces come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, QueryableByName)]
pub(in super::super) struct Kept {
    #[diesel(sql_type = BigInt)]
    pub(in super::super) calls: i64,
    #[diesel(sql_type = BigInt)]
    tenant: i64,
    #[diesel(sql_type = BigInt)]
    agent: i64,
    #[diesel(sql_type = BigInt)]
    persona: i64,
    #[diesel(sql_type = BigInt)]
    workflow: i64,
    #[diesel(sql_type = BigInt)]
    stage: i64,
    /// Steps that say how their quality gate ended.
    #[diesel(sql_type = BigInt)]
    pub(in super::super) gates: i64,
}

impl Kept {
    /// Calls that have each name, in the order in which they are stored.
    pub(in super::super) fn named(&self) -> [i64; 5] {
        [self.tenant, self.agent, self.persona, self.workflow, self.stage]
    }
}

/// Reads it, some traces at a time.
pub(in super::super) fn kept(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &[LookedAt],
) -> Result<Vec<Kept>> {
    let ids: Vec<String> = traces.iter().map(|trace| trace.trace_id.clone()).collect();
    let mut all = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        all.extend(load::<Kept>(conn, of_traces(project, some))?);
    }
    Ok(all)
}

fn of_traces(project: ProjectKey, ids: &[String]) -> Sql {
    let is_call = "observations.kind = 'GENERATION' AND observations.counted";
    let named = ["tenant", "agent", "persona", "workflow", "stage"].map(|name| {
        format!("COUNT(CASE WHEN {is_call} AND observations.{name} IS NOT NULL THEN 1 END) AS {name}, ")
    });
    let sql = Sql::new(format!("SELECT COUNT(CASE WHEN {is_call} THEN 1 END) AS calls, {}", named.concat()));
    let sql = sql.sql("COUNT(observations.gate) AS gates FROM observations WHERE observations.project = ");
    sql.whole(project.0).sql(" AND ").then(Sql::one_of("observations.trace_id", ids))
}
