//! The routes of media as Langfuse clients meet them, and the signed addresses behind them.

mod announce;
mod content;
mod show;

use actix_web::HttpRequest;
use actix_web::http::Method;

use crate::foundation::{Asker, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::web::page::own_address;
use crate::web::{Access, Form, Routes};

use crate::media::addresses;
use crate::media::addresses::{Admitted, Signed};
use crate::media::reads::MediaRow;
use crate::media::token::Purpose;

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
    asker: &Asker,
    row: &MediaRow,
    purpose: Purpose,
) -> Result<(String, Timestamp)> {
    let signed = addresses::sign(app, asker, row, purpose)?;
    let Signed { project, expires, token } = &signed;
    let (host, id, key) =
        (own_address(request, app.config.server.public_url.as_deref()), &row.media_id, project.0);
    let address =
        format!("{host}/api/public/media/{id}/content?project={key}&expires={expires}&token={token}");
    Ok((address, signed.end()))
}

/// What the request's address is good for.
async fn admitted(app: &App, request: &HttpRequest, id: &str, purpose: Purpose) -> Result<Admitted> {
    let query = Form::parse(request.query_string().as_bytes())?;
    let number = |name| query.optional(name).and_then(|text| text.parse::<i64>().ok());
    let (Some(project), Some(expires), Some(token)) =
        (number("project"), number("expires"), query.optional("token"))
    else {
        return Err(addresses::refused());
    };
    let signed = Signed { project: ProjectKey(project), expires, token: token.to_owned() };
    addresses::admit(app, id, &signed, purpose).await
}
