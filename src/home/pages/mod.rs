//! The first page.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::foundation::Timestamp;
use crate::home::reads::{self, Home};
use crate::state::App;
use crate::web::page::{own_address, show as page};
use crate::web::{Principal, Shell, WebResult, format};
use crate::work_orders::model::Status;

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    shell: Shell,
    first_name: String,
    today: String,
    home: Home,
    open: i64,
    now: Timestamp,
    address: String,
}

/// GET /
pub(super) async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let now = app.now();
    let reader = who.clone();
    let home = app.db.read(move |conn| reads::home(conn, &reader, now)).await?;
    let done = home.counts.of(Status::Closed) + home.counts.of(Status::Cancelled);
    page(&HomePage {
        shell: Shell::of(&request, "Home", "home"),
        first_name: who.actor.name.split_whitespace().next().unwrap_or_default().to_owned(),
        today: now.to_chrono().format("%A %-d %B").to_string(),
        open: home.counts.total() - done,
        address: own_address(&request, app.config.server.public_url.as_deref()),
        home,
        now,
    })
}

impl HomePage {
    /// What a trace is called; its id when its client gave no name.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn name_of(&self, row: &crate::traces::reads::TraceRow) -> String {
        let name = format::shown(row.name.as_deref().unwrap_or_default());
        if name.is_empty() { format::short_id(&row.trace_id) } else { name }
    }
}
