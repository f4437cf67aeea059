//! `GET /media/{id}`: a file for whoever is signed in to its project; also what `<img>` on the pages of traces asks.

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Path};
use futures_util::StreamExt as _;

use crate::foundation::{Error, Result};
use crate::state::App;
use crate::web::{Access, Principal, Routes, WebResult};

use super::blobs;
use super::model::is_shown_inline;
use super::reads::{self, MediaRow};

/// Registers the page.
pub fn page_routes(routes: &mut Routes) {
    routes.get("/media/{id}", Access::SignedIn, show);
}

async fn show(app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let (project, id) = (who.project, id.into_inner());
    let row = app.db.read(move |conn| reads::find(conn, project, &id)).await?;
    let row = row.filter(|row| row.uploaded_at.is_some()).ok_or_else(|| Error::not_found("this file"))?;
    Ok(serve(&app, &row).await?)
}

/// The bytes as an answer. They are a stranger's: nothing in them may run as a page of ours.
pub(super) async fn serve(app: &App, row: &MediaRow) -> Result<HttpResponse> {
    let length = u64::try_from(row.content_length).map_err(Error::internal)?;
    let bytes = blobs::fetch(app, &row.blob, length, row.digest()?).await?;
    let bytes =
        bytes.map(|chunk| chunk.map(Bytes::from).map_err(|cause| std::io::Error::other(cause.to_string())));
    let place = if is_shown_inline(&row.content_type) { "inline" } else { "attachment" };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, row.content_type.as_str()))
        .insert_header((CONTENT_DISPOSITION, format!("{place}; filename=\"{}\"", file_name(row))))
        .insert_header((CONTENT_SECURITY_POLICY, policy(&row.content_type)))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        // The id names the bytes, so they never change; who may see them does.
        .insert_header((CACHE_CONTROL, "private, max-age=3600, immutable"));
    Ok(response.body(SizedStream::new(length, bytes)))
}

/// Browsers refuse to show a PDF in a sandbox; their viewers run nothing of it with our origin.
fn policy(content_type: &str) -> &'static str {
    if content_type == "application/pdf" {
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    } else {
        "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'none'; sandbox"
    }
}

fn file_name(row: &MediaRow) -> String {
    let subtype = row.content_type.split_once('/').map_or("", |(_, subtype)| subtype);
    let extension = match subtype {
        "jpeg" => "jpg",
        "svg+xml" => "svg",
        "mpeg" if row.content_type.starts_with("audio") => "mp3",
        "plain" => "txt",
        short if short.len() <= 5 && short.bytes().all(|b| b.is_ascii_alphanumeric()) => short,
        _ => "bin",
    };
    format!("{}.{extension}", row.media_id)
}
