//! The handoffs of a time, newest first: those that agents reported and those that were checked here, which are spans alike.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result, Timestamp};
use trace_model::fact::Fact;

/// Rows of one page.
pub const MOST_SHOWN: usize = 200;
/// Spans with facts of any kind that are looked through for one page.
const MOST_READ: i64 = 20_000;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    pub project: ProjectKey,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Those that come from or go to this agent alone; empty for all.
    pub agent: String,
    /// Only those that were rejected.
    pub is_rejected: bool,
}

/// A handoff as its span tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub trace_id: String,
    pub observation_id: String,
    pub at: Timestamp,
    pub tenant: Option<String>,
    pub source: Option<String>,
    pub target: Option<String>,
    pub strictness: String,
    pub is_valid: bool,
    pub reasons: Vec<String>,
}

/// Handoffs of a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handoffs {
    /// The newest, at most [`MOST_SHOWN`].
    pub rows: Vec<Told>,
    pub valid: usize,
    pub rejected: usize,
    /// There are more than were looked through.
    pub is_cut: bool,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    trace_id: String,
    #[diesel(sql_type = Text)]
    observation_id: String,
    #[diesel(sql_type = BigInt)]
    start_at: i64,
    #[diesel(sql_type = Nullable<Text>)]
    tenant: Option<String>,
    #[diesel(sql_type = Text)]
    fact: String,
}

/// Reads them.
pub fn handoffs(conn: &mut AnyConnection, question: &Question) -> Result<Handoffs> {
    let sql = Sql::new(
        "SELECT trace_id, observation_id, start_at, tenant, fact FROM observations WHERE project = ",
    )
    .whole(question.project.0)
    .sql(" AND start_at >= ")
    .whole(question.from.0)
    .sql(" AND start_at < ")
    .whole(question.to.0)
    .sql(" AND fact IS NOT NULL ORDER BY start_at DESC, observation_id LIMIT ")
    .whole(MOST_READ + 1);
    let found: Vec<Found> = load(conn, sql)?;
    let mut all = Handoffs {
        is_cut: i64::try_from(found.len()).is_ok_and(|rows| rows > MOST_READ),
        ..Handoffs::default()
    };
    let wanted = |told: &Told| {
        let names = [&told.source, &told.target];
        question.agent.is_empty() || names.into_iter().flatten().any(|name| *name == question.agent)
    };
    for told in found.into_iter().filter_map(told).filter(wanted) {
        *(if told.is_valid { &mut all.valid } else { &mut all.rejected }) += 1;
        if all.rows.len() < MOST_SHOWN && !(question.is_rejected && told.is_valid) {
            all.rows.push(told);
        }
    }
    Ok(all)
}

fn told(found: Found) -> Option<Told> {
    let Found { trace_id, observation_id, start_at, tenant, fact } = found;
    let Ok(Fact::Handoff { source, target, strictness, result, reasons }) = serde_json::from_str(&fact)
    else {
        return None;
    };
    let (at, is_valid) = (Timestamp(start_at), result == "valid");
    Some(Told { trace_id, observation_id, at, tenant, source, target, strictness, is_valid, reasons })
}
