//! Agent performance: how runs of agents ended, and how long they took.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};

use crate::performance::endings::Kind;
use crate::state::App;
use crate::web::{Principal, WebResult};

use super::endings;

/// GET `/fleet/agents`: `range`, `agent`.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    endings::show(&request, &app, &who, &query, Kind::Agents).await
}

/// GET `/fleet/agents.csv`: the fields of the page; every row.
pub(super) async fn file(
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    endings::file(&app, &who, &query, Kind::Agents).await
}
