//! What makes the pages installable: the manifest, its icons, and the worker that keeps pages for when there is no network.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::foundation::Error;

use super::assets::{self, Assets};
use super::routes::{Access, Routes};
use super::{WebError, WebResult};

/// Icons by their name, with what they are.
const ICONS: [(&str, &str); 3] =
    [("app.svg", "image/svg+xml"), ("app-192.png", "image/png"), ("app-512.png", "image/png")];

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/manifest.webmanifest", Access::Public, manifest);
    routes.get("/sw.js", Access::Public, worker);
    routes.get("/icons/{name}", Access::Public, icon);
}

async fn manifest() -> WebResult {
    let icon = |name: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": format!("/icons/{name}"), "sizes": sizes, "type": kind, "purpose": purpose });
    let manifest = json!({
        "id": "/",
        "name": "Tracewright",
        "short_name": "Tracewright",
        "description": "Work orders and their evidence",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "icons": [
            icon("app-192.png", "192x192", "image/png", "any"),
            icon("app-512.png", "512x512", "image/png", "any"),
            icon("app-512.png", "512x512", "image/png", "maskable"),
            icon("app.svg", "any", "image/svg+xml", "any"),
        ],
        "shortcuts": [{ "name": "Waiting to be sent", "url": "/waiting" }],
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/manifest+json"))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .body(manifest.to_string()))
}

/// The worker, with the addresses of what this very version serves: a new version is a new worker.
async fn worker() -> WebResult {
    let (assets, text) = (Assets::get(), assets::file("sw.js")?);
    let kept = json!([assets.css_path(), assets.js_path(), assets.icon_path()]);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(format!("const ASSETS = {kept};\n{}", String::from_utf8_lossy(&text))))
}

async fn icon(name: web::Path<String>) -> WebResult {
    let icon = ICONS.iter().find(|(known, _)| *known == name.as_str());
    let (name, kind) = icon.ok_or_else(|| WebError(Error::not_found("this icon")))?;
    let bytes = assets::file(&format!("icons/{name}"))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, *kind))
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .body(bytes))
}
