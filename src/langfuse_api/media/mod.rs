//! The routes of media as Langfuse clients meet them, and the signed addresses behind them.

mod announce;
mod content;
mod show;

use actix_web::HttpRequest;
use actix_web::http::Method;

use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::web::{Access, Form, Routes};

use crate::media::reads;
use crate::media::reads::MediaRow;
use crate::media::token::{Claim, Purpose};

/// Registers the routes; the signed addresses of bytes need no key.
pub fn routes(routes: &mut Routes) {
    let (key, open) = (Access::ApiKey, Access::Public);
    routes.post("/api/public/media", key, announce::announce);
    routes.get("/api/public/media/{id}", key, show::show);
    routes.add(Method::PATCH, "/api/public/media/{id}", key, show::report);
    routes.add(Method::PUT, "/api/public/media/{id}/content", open, content::upload);
    routes.get("/api/public/media/{id}/content", open, content::download);
}

/// The largest JSON body taken here.
const MAX_BODY: usize = 64 << 10;

/// A signed address of a file's bytes, and when it ends.
fn address(
    app: &App,
    request: &HttpRequest,
    project: ProjectKey,
    row: &MediaRow,
    purpose: Purpose,
) -> Result<(String, Timestamp)> {
    let expires = app.now().0.div_euclid(1_000_000) + purpose.seconds();
    let token = claim(project, row, purpose, expires)?.sign(&app.keys.server_key);
    let (host, id, key) = (host_of(app, request), &row.media_id, project.0);
    let address =
        format!("{host}/api/public/media/{id}/content?project={key}&expires={expires}&token={token}");
    Ok((address, Timestamp(expires.saturating_mul(1_000_000))))
}

/// Where programs reach the server: the setting, or else what this request was sent to.
fn host_of(app: &App, request: &HttpRequest) -> String {
    if let Some(url) = &app.config.server.public_url {
        return url.clone();
    }
    let info = request.connection_info();
    format!("{}://{}", info.scheme(), info.host())
}

/// The file that a signed address names; refused when the address is not ours, changed or over.
async fn admitted(
    app: &App,
    request: &HttpRequest,
    id: &str,
    purpose: Purpose,
) -> Result<(ProjectKey, MediaRow)> {
    let refused = || Error::forbidden("this address is not valid or is over: ask for a new one");
    let query = Form::parse(request.query_string().as_bytes())?;
    let number = |name| query.optional(name).and_then(|text| text.parse::<i64>().ok());
    let (Some(project), Some(expires), Some(token)) =
        (number("project"), number("expires"), query.optional("token"))
    else {
        return Err(refused());
    };
    let (project, media_id) = (ProjectKey(project), id.to_owned());
    let row = app.db.read(move |conn| reads::find(conn, project, &media_id)).await?.ok_or_else(refused)?;
    let is_good = claim(project, &row, purpose, expires)?.is_good(&app.keys.server_key, token, app.now());
    if is_good { Ok((project, row)) } else { Err(refused()) }
}

fn claim(project: ProjectKey, row: &MediaRow, purpose: Purpose, expires: i64) -> Result<Claim<'_>> {
    Ok(Claim {
        purpose,
        project,
        media_id: &row.media_id,
        content_length: row.content_length,
        content_type: &row.content_type,
        digest: row.digest()?,
        expires,
    })
}
