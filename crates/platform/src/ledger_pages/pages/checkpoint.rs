//! The latest checkpoint as it is signed and published: a C2SP signed note.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::foundation::Error;
use crate::ledger::reads;
use crate::state::App;
use crate::web::WebResult;

/// GET /ledger/checkpoint
pub(in crate::ledger_pages) async fn download(app: Data<App>) -> WebResult {
    let newest = app.db.read(reads::latest_checkpoint).await?;
    let newest = newest.ok_or_else(|| Error::not_found("a checkpoint: nothing has been signed yet"))?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(newest.note))
}
