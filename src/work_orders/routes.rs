//! Addresses of work orders and who may use them; what an order itself allows is decided by its life cycle.

use super::pages;
use crate::foundation::Role;
use crate::web::Access::{AnyOf, SignedIn};
use crate::web::{Access, Routes};

/// Who may write an order.
const AUTHORS: Access =
    AnyOf(&[Role::Requester, Role::Technician, Role::Supervisor, Role::Admin, Role::Agent]);
/// Who does work.
const WORKERS: Access = AnyOf(&[Role::Technician, Role::Supervisor, Role::Agent]);
/// Who does work and can vouch for it.
const PEOPLE_WHO_WORK: Access = AnyOf(&[Role::Technician, Role::Supervisor]);
/// Everybody who may have a say.
const PARTIES: Access =
    AnyOf(&[Role::Requester, Role::Technician, Role::Supervisor, Role::Auditor, Role::Admin, Role::Agent]);
/// Who plans.
const PLANNERS: Access = AnyOf(&[Role::Supervisor]);

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders", SignedIn, pages::list);
    routes.get("/work-orders/import", AUTHORS, pages::import_form);
    routes.post("/work-orders/import", AUTHORS, pages::import_submit);
    routes.get("/work-orders/{number}.md", SignedIn, pages::markdown);
    routes.get("/work-orders/{number}", SignedIn, pages::order);
    routes.get("/work-orders/{number}/markdown", SignedIn, pages::markdown);
    routes.get("/work-orders/{number}/print", SignedIn, pages::print);
    routes.get("/work-orders/{number}/move/{to}", PARTIES, pages::move_form);
    routes.post("/work-orders/{number}/transition", PARTIES, pages::transition);
    routes.post("/work-orders/{number}/tick", WORKERS, pages::tick);
    routes.post("/work-orders/{number}/undo", WORKERS, pages::undo);
    routes.post("/work-orders/{number}/mark", WORKERS, pages::mark);
    routes.post("/work-orders/{number}/log", WORKERS, pages::log);
    routes.post("/work-orders/{number}/attest", PEOPLE_WHO_WORK, pages::attest);
    routes.post("/work-orders/{number}/acknowledge", WORKERS, pages::acknowledge);
    routes.post("/work-orders/{number}/comment", PARTIES, pages::comment);
    routes.post("/work-orders/{number}/materiality", PLANNERS, pages::materiality);
    routes.post("/work-orders/{number}/assign", PLANNERS, pages::assign);
}
