//! `/guide`: how the parts belong together and what each person does, on one page.

use actix_web::HttpRequest;
use askama::Template;

use crate::web::page::show as page;
use crate::web::{Shell, WebResult};

use super::address;

#[derive(Template)]
#[template(path = "home/guide.html")]
struct GuidePage {
    shell: Shell,
    address: String,
}

/// GET /guide
pub(in crate::home) async fn show(request: HttpRequest) -> WebResult {
    page(&GuidePage { shell: Shell::of(&request, "Guide", "guide"), address: address(&request) })
}
