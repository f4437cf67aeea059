//! What belongs to a trace as a whole: its metadata, its tags, and what its own events say beside.

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads;
use crate::web::format::shown;
use trace_model::JsonMap;
use wire::sent::Sent;

use super::own::Own;
use super::pairs::{Pair, Pairs, Room};

/// Tags shown of one trace.
pub(super) const MOST_TAGS: usize = 60;

/// What is read of it.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    pub(super) metadata: JsonMap,
    pub(super) sent: Sent,
    /// What was given to the trace itself; read for its page alone.
    pub(super) own: Vec<Own>,
}

/// Reads it.
pub(super) async fn read(app: &App, project: ProjectKey, trace_id: &str) -> Result<About> {
    let id = trace_id.to_owned();
    app.db.read(move |conn| read_in(conn, project, &id)).await
}

/// The same where a connection is at hand.
pub(super) fn read_in(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<About> {
    let full = reads::traces_by_id(conn, project, &[trace_id])?.pop();
    let metadata = full.ok_or_else(|| Error::not_found("this trace"))?.said()?.metadata;
    Ok(About { metadata, sent: reads::sent_of_trace(conn, project, trace_id)?, own: Vec::new() })
}

/// The same as shown; every value leads to the traces that share it.
pub(super) struct AboutView {
    pub(super) own: Vec<Own>,
    pub(super) metadata: Pairs,
    pub(super) sent: Pairs,
    pub(super) tags: Vec<String>,
    /// Tags that are not shown.
    pub(super) more_tags: usize,
}

impl AboutView {
    pub(super) fn of(about: &About, tags: &[String]) -> Self {
        let mut room = Room::usual();
        let link = |pair: Pair| pair.leading_to_traces();
        Self {
            own: about.own.clone(),
            metadata: Pairs::of(&about.metadata, &mut room).map(link),
            sent: Pairs::of(&about.sent.attributes, &mut room).map(link),
            tags: tags.iter().take(MOST_TAGS).map(|tag| shown(tag)).collect(),
            more_tags: tags.len().saturating_sub(MOST_TAGS),
        }
    }
}
