//! The log as anybody checks it: the newest signed checkpoint, and the proof that a record of an order stands under it.
//!
//! A checkpoint says nothing but a size and a hash, and is made to be handed out. A proof is for whoever may see the order.

use serde_json::{Value, json};

use crate::audit::events::stream_of as audit_stream;
use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result};
use crate::ledger::{Stream, reads};
use crate::mcp::tools::{Whoever, visible};
use crate::work_orders::reads::stream_of;

use super::Content;

const LATEST: &str = "checkpoint://latest";

pub(super) fn listed() -> Value {
    json!({
        "uri": LATEST,
        "name": "checkpoint",
        "title": "The newest checkpoint of the log",
        "description": "A signed note (C2SP): size and root hash of the log",
        "mimeType": "text/plain",
    })
}

pub(super) async fn checkpoint(by: &Whoever, uri: &str, rest: &str) -> Result<Content> {
    if rest != "latest" {
        return Err(Error::not_found("a resource at this address"));
    }
    let newest = by.read(|conn, _| reads::latest_checkpoint(conn)).await?;
    let newest = newest.ok_or_else(|| Error::not_found("a checkpoint: nothing has been signed yet"))?;
    Ok(Content { uri: uri.to_owned(), mime: "text/plain", text: newest.note })
}

/// `proof://WO-2026-001/EVENT`.
pub(super) async fn proof(by: &Whoever, uri: &str, rest: &str) -> Result<Content> {
    let (number, event) = rest.split_once('/').unwrap_or_default();
    let (number, event) = (number.to_owned(), event.to_owned());
    let read = move |conn: &mut AnyConnection, who: &Asker| {
        let order = visible(conn, who, &number)?;
        let logged = reads::event(conn, &event)?;
        let its = [stream_of(who.project, &order.id), audit_stream(who.project, &order.id)];
        let is_its = |stream: &Stream| {
            logged.event.project == stream.project
                && logged.event.stream_kind == stream.kind
                && logged.event.stream_id == stream.id
        };
        if !its.iter().any(is_its) {
            return Err(Error::not_found("this record of the order"));
        }
        let unsigned = || Error::not_found("a checkpoint over this record yet; ask again in a second");
        let index = logged.leaf_index.ok_or_else(unsigned)?;
        let newest = reads::latest_checkpoint(conn)?.filter(|newest| index < newest.head.size);
        Ok(reads::inclusion_proof(conn, index, &newest.ok_or_else(unsigned)?)?.to_string())
    };
    let text = by.read(read).await?;
    Ok(Content { uri: uri.to_owned(), mime: "text/plain", text })
}
