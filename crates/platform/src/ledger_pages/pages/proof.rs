//! The inclusion proof of one entry under the latest checkpoint: a C2SP tlog-proof.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path};

use crate::foundation::Error;
use crate::ledger::reads;
use crate::state::App;
use crate::web::WebResult;

/// GET /ledger/{index}.tlog-proof
pub(in crate::ledger_pages) async fn download(app: Data<App>, path: Path<String>) -> WebResult {
    let index = super::index(&path)?;
    let proof = app
        .db
        .read(move |conn| {
            let newest = reads::latest_checkpoint(conn)?.filter(|newest| index < newest.head.size);
            let newest = newest.ok_or_else(|| Error::not_found("a checkpoint over that ledger entry"))?;
            reads::inclusion_proof(conn, index, &newest)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{index}.tlog-proof\"")))
        .body(proof.to_string()))
}
