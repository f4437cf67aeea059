//! Which services calls come from, by the `service.name` of the resource that their spans were sent with.
//!
//! No column holds it: it stands in what was sent, in packed pieces. So it is read of the newest calls alone.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use serde_json::Value;

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::Result;
use crate::traces::reads::sent_under;
use packing::{Packs, Refs};

use super::super::model::Question;
use super::rows;

/// Calls that are looked at.
pub const MOST_SERVED: i64 = 40;

/// Calls that came from one service, and how many of them say what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// None where nobody named it.
    pub name: Option<String>,
    pub calls: i64,
    pub agents: i64,
    pub tenants: i64,
    pub sessions: i64,
    /// Those that say all three.
    pub whole: i64,
}

#[derive(QueryableByName)]
struct Call {
    #[diesel(sql_type = Text)]
    trace_id: String,
    #[diesel(sql_type = Text)]
    observation_id: String,
    #[diesel(sql_type = BigInt)]
    has_agent: i64,
    #[diesel(sql_type = BigInt)]
    has_tenant: i64,
    #[diesel(sql_type = Nullable<Text>)]
    session: Option<String>,
    #[diesel(sql_type = Binary)]
    image: Vec<u8>,
}

/// The services of the newest [`MOST_SERVED`] calls, the one with most of them first.
pub fn services(conn: &mut AnyConnection, question: &Question) -> Result<Vec<Service>> {
    let select = "SELECT observations.trace_id AS trace_id, observations.observation_id AS observation_id, \
         CAST(CASE WHEN observations.agent IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_agent, \
         CAST(CASE WHEN observations.tenant IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_tenant, \
         traces.session_id AS session, observations.image AS image FROM observations \
         JOIN traces ON traces.project = observations.project AND traces.trace_id = observations.trace_id WHERE ";
    let newest =
        " AND observations.counted ORDER BY observations.start_at DESC, observations.observation_id LIMIT ";
    let calls: Vec<Call> = load(conn, Sql::new(select).then(rows(question)).sql(newest).whole(MOST_SERVED))?;
    let mut packs = Packs::default();
    let mut by_name: BTreeMap<Option<String>, Service> = BTreeMap::new();
    for call in calls {
        let refs = Refs::decode(&call.image)?;
        let key = (call.trace_id.as_str(), call.observation_id.as_str());
        let sent = sent_under(conn, question.project, key, &refs, &mut packs)?;
        let name = sent.resource.get("service.name").and_then(Value::as_str).map(str::to_owned);
        let has_session = i64::from(call.session.is_some());
        let one = by_name.entry(name.clone()).or_insert_with(|| Service { name, ..Service::default() });
        one.calls += 1;
        one.agents += call.has_agent;
        one.tenants += call.has_tenant;
        one.sessions += has_session;
        one.whole += call.has_agent.min(call.has_tenant).min(has_session);
    }
    let mut services: Vec<Service> = by_name.into_values().collect();
    services.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.name.cmp(&b.name)));
    Ok(services)
}
