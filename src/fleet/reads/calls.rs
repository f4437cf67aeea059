//! Single calls that do not say whose they are.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{Result, Timestamp};

use super::super::model::Question;
use super::rows;

/// Calls of such a list.
pub const MOST_LISTED: i64 = 20;

/// Calls among which those without a name are looked for.
pub const MOST_LOOKED_AT: i64 = 2_000;

/// One call without a name.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct NamelessCall {
    #[diesel(sql_type = Text)]
    pub trace_id: String,
    #[diesel(sql_type = Text)]
    pub observation_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = BigInt)]
    start_at: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub tenant: Option<String>,
    /// The conversation of its trace.
    #[diesel(sql_type = Nullable<Text>)]
    pub session: Option<String>,
}

impl NamelessCall {
    /// When it began.
    pub fn at(&self) -> Timestamp {
        Timestamp(self.start_at)
    }
}

/// The newest calls that lack an agent, a tenant or a session, among the newest [`MOST_LOOKED_AT`].
pub fn nameless(conn: &mut AnyConnection, question: &Question) -> Result<Vec<NamelessCall>> {
    let select = "SELECT observations.trace_id AS trace_id, observations.observation_id AS observation_id, \
         observations.name AS name, observations.start_at AS start_at, observations.agent AS agent, \
         observations.tenant AS tenant, traces.session_id AS session FROM (SELECT * FROM observations WHERE ";
    let newest =
        " AND observations.counted ORDER BY observations.start_at DESC, observations.observation_id LIMIT ";
    let joined = ") AS observations JOIN traces ON traces.project = observations.project AND traces.trace_id = observations.trace_id \
         WHERE (observations.agent IS NULL OR observations.tenant IS NULL OR traces.session_id IS NULL) \
         ORDER BY observations.start_at DESC, observations.observation_id LIMIT ";
    let asking = Sql::new(select).then(rows(question)).sql(newest).whole(MOST_LOOKED_AT);
    load(conn, asking.sql(joined).whole(MOST_LISTED))
}
