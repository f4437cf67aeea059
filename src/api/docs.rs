//! `/api/docs`: how a program becomes known here, what it may send, and every operation in a line.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use super::document::{REFUSALS, TAGS, operations};
use super::operations::Operation;
use crate::state::App;
use crate::web::page::{own_address, show as page};
use crate::web::{Shell, WebResult, markdown, printed};

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    shell: Shell,
    address: String,
    /// Commands that are run as they stand, with the key in the environment.
    commands: Vec<(&'static str, String)>,
    groups: Vec<Group>,
    /// Status, and what it means as HTML.
    refusals: Vec<(u16, String)>,
}

/// Operations about the same.
struct Group {
    tag: &'static str,
    about: &'static str,
    rows: Vec<Row>,
}

/// One operation.
struct Row {
    method: String,
    path: &'static str,
    summary: &'static str,
}

/// GET `/api/docs`.
pub async fn show(request: HttpRequest, app: Data<App>) -> WebResult {
    let address = own_address(&request, app.config.server.public_url.as_deref());
    let all = operations();
    let group = |(tag, about): (&'static str, &'static str)| {
        let of_tag = all.iter().filter(|operation| operation.tag == tag);
        let row = |operation: &Operation| Row {
            method: operation.method.to_string(),
            path: operation.path,
            summary: operation.summary,
        };
        Group { tag, about, rows: of_tag.map(row).collect() }
    };
    page(&DocsPage {
        shell: Shell::of(&request, "API", "api"),
        commands: vec![
            ("Who the key speaks for, and what it may do", printed::api_get(&address, "/api/v1/me")),
            ("The orders that are to be done", printed::api_get(&address, "/api/v1/orders?status=open")),
            ("The work that the agent may take on now", printed::api_get(&address, "/api/v1/ready")),
            ("A new order", printed::api_new_order(&address)),
        ],
        groups: TAGS.into_iter().map(group).collect(),
        refusals: REFUSALS.map(|(status, words)| (status, markdown::inline(words))).into(),
        address,
    })
}
