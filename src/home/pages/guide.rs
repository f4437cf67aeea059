//! `/guide`: how the parts belong together and what each person does, on one page.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::state::App;
use crate::web::page::{own_address, show as page};
use crate::web::{Shell, WebResult};

#[derive(Template)]
#[template(path = "home/guide.html")]
struct GuidePage {
    shell: Shell,
    address: String,
}

/// GET /guide
pub(in crate::home) async fn show(request: HttpRequest, app: Data<App>) -> WebResult {
    let address = own_address(&request, app.config.server.public_url.as_deref());
    page(&GuidePage { shell: Shell::of(&request, "Guide", "guide"), address })
}
