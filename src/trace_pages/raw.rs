//! GET /traces/{id}/raw?observation=..&field=input: the exact bytes of a body; without a field, the image; with `sent`
//! everything that was sent beside the bodies, as JSON.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::bodies;
use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads;
use crate::web::{Form, Principal, WebResult};

/// GET /traces/{id}/raw
pub(super) async fn raw(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    trace_id: Path<String>,
) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes())?;
    let observation = query.required("observation", "name the observation whose bytes you want")?;
    let found = match query.optional("field") {
        Some("sent") => sent(&app, who.project, &trace_id, observation).await?,
        Some(field) => bodies::current_body(&app, who.project, &trace_id, observation, field)
            .await?
            .map(|body| (body.bytes, body.digest.to_hex())),
        None => image(&app, who.project, &trace_id, observation).await?,
    };
    let (bytes, digest) = found.ok_or_else(|| Error::not_found("this body"))?;
    // Never text/html: the bytes are a client's.
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/octet-stream"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{digest}.txt\"")))
        .body(bytes))
}

async fn sent(app: &App, project: ProjectKey, trace: &str, id: &str) -> Result<Option<(Vec<u8>, String)>> {
    let (trace, id) = (trace.to_owned(), id.to_owned());
    let sent = app.db.read(move |conn| reads::sent(conn, project, &trace, &id)).await?;
    let Some(sent) = sent else { return Ok(None) };
    let text = serde_json::to_vec_pretty(&sent.whole())?;
    let name = Digest::of(&text).to_hex();
    Ok(Some((text, name)))
}

async fn image(app: &App, project: ProjectKey, trace: &str, id: &str) -> Result<Option<(Vec<u8>, String)>> {
    let (trace, id) = (trace.to_owned(), id.to_owned());
    app.db
        .read(move |conn| {
            let row = reads::observation(conn, project, &trace, &id)?;
            let Some(revision) = row.and_then(|row| row.digest()) else { return Ok(None) };
            let image = reads::image(conn, project, &trace, &id, revision)?;
            Ok(image.map(|bytes| (bytes, revision.to_hex())))
        })
        .await
}
