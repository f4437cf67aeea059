//! Addresses of work orders and who may use them; what an order itself allows is decided by its life cycle.

use super::{files, import, list, moves, order, print, verbs};
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
    routes.get("/work-orders", SignedIn, list::show);
    routes.get("/work-orders/import", AUTHORS, import::show);
    routes.post("/work-orders/import", AUTHORS, import::submit);
    routes.get("/work-orders/{number}.md", SignedIn, files::markdown);
    routes.get("/work-orders/{number}", SignedIn, order::show);
    routes.get("/work-orders/{number}/markdown", SignedIn, files::markdown);
    routes.get("/work-orders/{number}/print", SignedIn, print::show);
    routes.get("/work-orders/{number}/move/{to}", PARTIES, moves::confirm);
    routes.post("/work-orders/{number}/transition", PARTIES, moves::submit);
    routes.post("/work-orders/{number}/tick", WORKERS, verbs::tick);
    routes.post("/work-orders/{number}/undo", WORKERS, verbs::undo);
    routes.post("/work-orders/{number}/mark", WORKERS, verbs::mark);
    routes.post("/work-orders/{number}/log", WORKERS, verbs::log);
    routes.post("/work-orders/{number}/attest", PEOPLE_WHO_WORK, verbs::attest);
    routes.post("/work-orders/{number}/acknowledge", WORKERS, verbs::acknowledge);
    routes.post("/work-orders/{number}/comment", PARTIES, verbs::comment);
    routes.post("/work-orders/{number}/materiality", PLANNERS, verbs::materiality);
    routes.post("/work-orders/{number}/assign", PLANNERS, verbs::assign);
}
