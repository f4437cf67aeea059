//! `DELETE /api/public/traces/{id}` and `DELETE /api/public/traces`: erases traces for good. A key that speaks for an agent does
//! not, whatever it opens.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use crate::foundation::{Action, Error, Result};
use crate::state::App;
use crate::traces::actions::erase::erase_traces;
use crate::traces::hooks::Hooks;
use crate::web::KeyHolder;

use super::refusal::{json, refuse};
use crate::intake::answer::{body, may};

/// Traces in one request.
const MOST: usize = 1_000;

/// The longest request, in bytes.
const LONGEST: usize = 1 << 20;

const REASON: &str = "asked for through the API";

/// Erases one trace; one that is not there is erased already.
pub async fn one(holder: KeyHolder, app: Data<App>, hooks: Data<Hooks>, id: Path<String>) -> HttpResponse {
    let erased = erase(&holder, &app, &hooks, vec![id.into_inner()]).await;
    erased.unwrap_or_else(|cause| refuse(&cause))
}

/// Erases the traces that the body names.
pub async fn many(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    hooks: Data<Hooks>,
    payload: Payload,
) -> HttpResponse {
    let named = async {
        let ids = named(&request, payload).await?;
        erase(&holder, &app, &hooks, ids).await
    };
    named.await.unwrap_or_else(|cause| refuse(&cause))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    trace_ids: Vec<String>,
}

async fn named(request: &HttpRequest, payload: Payload) -> Result<Vec<String>> {
    let sent = body(request, payload, LONGEST).await?;
    let named: Named = serde_json::from_slice(&sent.body)
        .map_err(|cause| Error::invalid("traceIds", format!("must be a list of trace ids: {cause}")))?;
    match named.trace_ids.len() {
        0 => Err(Error::invalid("traceIds", "names no trace")),
        count if count > MOST => {
            Err(Error::invalid("traceIds", format!("names {count} traces; {MOST} are taken at once")))
        }
        _ => Ok(named.trace_ids),
    }
}

async fn erase(holder: &KeyHolder, app: &App, hooks: &Hooks, ids: Vec<String>) -> Result<HttpResponse> {
    if holder.asker.is_agent() {
        holder.asker.must(Action::EraseTraces)?;
    }
    may(holder.asker.must(Action::EraseTraces).is_ok(), holder, "erase traces: that takes every right")?;
    let count = erase_traces(app, hooks, &holder.asker, ids, REASON).await?;
    Ok(json(&json!({ "message": format!("{count} traces erased") })))
}
