//! The bundle as a download.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path};

use crate::audit::reads::visible_order;
use crate::state::App;
use crate::web::printed::bundle_file;
use crate::web::{Principal, WebResult};

use super::Stored;
use super::actions::export;

/// GET /work-orders/{number}/bundle
pub(super) async fn download(app: Data<App>, who: Principal, number: Path<String>) -> WebResult {
    // An order that they may not see is not there, before anything is said of bundles.
    let (asker, asked) = (who.0.clone(), number.clone());
    app.db.read(move |conn| visible_order(conn, &asker, &asked)).await?;
    let stored = Arc::new(Stored::new(app.as_ref().clone()));
    let done = export(&app, &who, &number, stored).await?;
    let name = format!("attachment; filename=\"{}\"", bundle_file(&done.number));
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(done.zip))
}
