//! What people do to sources. The secret is in none of these.

use serde_json::json;

use crate::foundation::ProjectKey;
use crate::ledger::{Draft, Stream};

use super::store::SourceRow;

/// A source's stream.
pub fn stream(project: ProjectKey, id: &str) -> Stream {
    Stream { project, kind: "langfuse_source", id: id.to_owned() }
}

/// `langfuse_source.added.v1`
pub fn added(row: &SourceRow) -> Draft {
    let data = json!({
        "label": row.label,
        "url": row.url,
        "public_key": row.public_key,
        "every_minutes": row.every_minutes,
    });
    Draft::new("langfuse_source.added.v1", data)
}

/// `langfuse_source.removed.v1`
pub fn removed() -> Draft {
    Draft::new("langfuse_source.removed.v1", json!({}))
}
