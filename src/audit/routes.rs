//! Routes of audit.

use crate::foundation::Role;
use crate::web::{Access, Routes};

use super::pages::{claim, exceptions, link, review, state, stated};

const ANSWERERS: &[Role] = &[Role::Auditor, Role::Supervisor];
const LINKERS: &[Role] = &[Role::Technician, Role::Supervisor, Role::Auditor, Role::Agent];

/// Adds them to the table.
pub fn routes(routes: &mut Routes) {
    routes.get("/review", Access::SignedIn, review::show);
    routes.get("/exceptions", Access::SignedIn, exceptions::show);
    routes.post("/exceptions/{id}/resolve", Access::AnyOf(ANSWERERS), exceptions::resolve);
    routes.get("/claims/{id}", Access::SignedIn, claim::show);
    routes.post("/claims/{id}/verdict", Access::AnyOf(&[Role::Auditor]), claim::judge);
    routes.post("/claims/{id}/weigh", Access::AnyOf(ANSWERERS), stated::weigh);
    routes.post("/claims/{id}/withdraw", Access::AnyOf(LINKERS), stated::withdraw);
    routes.post("/work-orders/{number}/link", Access::AnyOf(LINKERS), link::add);
    routes.post("/traces/{id}/link", Access::AnyOf(LINKERS), link::add_from_trace);
    routes.post("/traces/{id}/claim", Access::AnyOf(LINKERS), state::state);
    routes.post("/links/{id}/remove", Access::AnyOf(LINKERS), link::remove);
}
