//! Addresses of the documented API: those of its operations, the document itself, and the page that people read of it.

use actix_web::HttpResponse;
use serde_json::json;

use super::call::{JSON, json as answer};
use super::document::document;
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use super::{
    alerts, assets, atoms, budgets, claims, costs, coverage, delegation, docs, doing, events, files, fleet,
    fleet_rules, handoffs, me, moves, order, orders, plan, procedures, relations, writing,
};
use crate::web::{Access, Routes};

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/api/docs", Access::SignedIn, docs::show);
    operations(routes);
}

/// Registers the operations, and says what each is.
pub fn operations(routes: &mut Routes) -> Vec<Operation> {
    let mut all = Operations::over(routes);
    let itself = Operation::get("/api/v1/openapi.json", "You", "getDocument", "Read this document")
        .about("It holds nothing of any project.")
        .gives_kinds(200, "The document.", vec![(JSON, json!({ "type": "object" }))])
        .public();
    all.add(itself, Access::Public, show_document);
    me::operations(&mut all);
    orders::operations(&mut all);
    order::operations(&mut all);
    plan::operations(&mut all);
    moves::operations(&mut all);
    doing::operations(&mut all);
    delegation::operations(&mut all);
    writing::operations(&mut all);
    files::operations(&mut all);
    relations::operations(&mut all);
    events::operations(&mut all);
    claims::operations(&mut all);
    procedures::operations(&mut all);
    assets::operations(&mut all);
    atoms::operations(&mut all);
    costs::operations(&mut all);
    handoffs::operations(&mut all);
    budgets::operations(&mut all);
    fleet_rules::operations(&mut all);
    fleet::operations(&mut all);
    coverage::operations(&mut all);
    alerts::operations(&mut all);
    all.all()
}

/// GET `/api/v1/openapi.json`.
pub async fn show_document(request: actix_web::HttpRequest) -> Answer<HttpResponse> {
    super::query::Query::read(&[], request.query_string())?;
    answer(document())
}
