//! How many notices wait for whoever looks at a page, and how many alerts fire: put into the request, from which the head of the page takes it.

use actix_web::HttpMessage as _;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, AUTHORIZATION};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::alerts;
use crate::db::AnyConnection;
use crate::foundation::Asker;
use crate::state::App;
use crate::web::Principal;
use crate::web::page::{Firing, Waiting};

use super::reads;

/// The middleware; it stands inside the one that knows who asks. A page is shown without the counts rather than not at all.
pub async fn count<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let (Some(who), Some(app)) = (reader(&request), request.app_data::<Data<App>>().cloned()) {
        let now = app.now();
        let read = move |conn: &mut AnyConnection| {
            Ok((reads::counted(conn, &who, now)?, alerts::firing(conn, who.project)?))
        };
        match app.db.read(read).await {
            Ok((waiting, firing)) => {
                let mut extensions = request.extensions_mut();
                extensions.insert(Waiting(waiting));
                extensions.insert(Firing(firing));
            }
            Err(cause) => tracing::warn!(%cause, "the notices of a reader could not be counted"),
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Whoever is about to see a page: files, pictures and programs have no head to show a count in.
fn reader(request: &ServiceRequest) -> Option<Asker> {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_page = request.method() == Method::GET
        && !request.path().starts_with("/api/")
        && !accept.starts_with("image/")
        && !request.headers().contains_key(AUTHORIZATION);
    let who = request.extensions().get::<Principal>().map(|who| who.0.clone());
    who.filter(|_| is_page)
}
