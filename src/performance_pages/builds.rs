//! Builds: each run of a workflow, how it ended, and how long it took.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};

use crate::performance::endings::Kind;
use crate::state::App;
use crate::web::{Principal, WebResult};

use super::endings;

/// GET `/fleet/builds`: `range`, `workflow`.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    endings::show(&request, &app, &who, &query, Kind::Builds).await
}

/// GET `/fleet/builds.csv`: the fields of the page; every row.
pub(super) async fn file(
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    endings::file(&app, &who, &query, Kind::Builds).await
}
