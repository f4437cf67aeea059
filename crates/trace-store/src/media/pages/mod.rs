//! `GET /media/{id}`: a file for whoever is signed in to its project; also what `<img>` on the pages of traces asks.

mod serve;

pub use serve::{Served, serve, serve_file};

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::foundation::Error;
use crate::state::App;
use crate::web::{Access, Principal, Routes, WebResult};

use super::reads;

/// Registers the page.
pub fn routes(routes: &mut Routes) {
    routes.get("/media/{id}", Access::SignedIn, show);
}

async fn show(request: HttpRequest, app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let (project, id) = (who.project, id.into_inner());
    let row = app.db.read(move |conn| reads::find(conn, project, &id)).await?;
    let row = row.filter(|row| row.uploaded_at.is_some()).ok_or_else(|| Error::not_found("this file"))?;
    Ok(serve(&app, &request, &row).await?)
}
