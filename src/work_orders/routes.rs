//! Addresses of work orders and who may use them; what an order itself allows is decided by its life cycle.

use super::lifecycle::MOVES;
use super::pages;
use crate::foundation::Action;
use crate::web::Access::{May, MayOneOf};
use crate::web::{Access, Routes};

const VIEW: Access = May(Action::ViewOrders);
const WRITE: Access = May(Action::CreateDraft);
/// Whoever may take one of the moves; the life cycle says which.
const MOVE: Access = MayOneOf(&MOVES);

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders", VIEW, pages::list);
    routes.get("/work-orders/import", WRITE, pages::import_form);
    routes.post("/work-orders/import", WRITE, pages::import_submit);
    routes.get("/work-orders/{number}.md", VIEW, pages::markdown);
    routes.get("/work-orders/{number}", VIEW, pages::order);
    routes.get("/work-orders/{number}/markdown", VIEW, pages::markdown);
    routes.get("/work-orders/{number}/print", VIEW, pages::print);
    routes.get("/work-orders/{number}/move/{to}", MOVE, pages::move_form);
    routes.post("/work-orders/{number}/transition", MOVE, pages::transition);
    routes.post("/work-orders/{number}/tick", May(Action::Tick), pages::tick);
    routes.post("/work-orders/{number}/undo", May(Action::UndoOwnTick), pages::undo);
    routes.post("/work-orders/{number}/mark", May(Action::Tick), pages::mark);
    routes.post("/work-orders/{number}/log", May(Action::Log), pages::log);
    routes.post("/work-orders/{number}/attest", May(Action::Attest), pages::attest);
    routes.post("/work-orders/{number}/acknowledge", May(Action::AcknowledgeSafety), pages::acknowledge);
    routes.post("/work-orders/{number}/comment", May(Action::Comment), pages::comment);
    routes.post("/work-orders/{number}/materiality", May(Action::SetWeight), pages::materiality);
    routes.post("/work-orders/{number}/assign", May(Action::Assign), pages::assign);
}
