//! Addresses of what judges see, and of links made by hand.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::{blind, claim, exceptions, link, review, state, stated};

/// Adds them to the table.
pub fn routes(routes: &mut Routes) {
    routes.get("/review", Access::SignedIn, review::show);
    routes.post("/review/blind", Access::SignedIn, blind::choose);
    routes.get("/exceptions", Access::SignedIn, exceptions::show);
    routes.post("/exceptions/{id}/resolve", Access::May(Action::AnswerException), exceptions::resolve);
    routes.get("/claims/{id}", Access::SignedIn, claim::show);
    routes.post("/claims/{id}/verdict", Access::May(Action::Judge), claim::judge);
    routes.post("/claims/{id}/weigh", Access::May(Action::WeighStatement), stated::weigh);
    routes.post("/claims/{id}/withdraw", Access::May(Action::WithdrawStatement), stated::withdraw);
    routes.post("/work-orders/{number}/link", Access::May(Action::AddEvidence), link::add);
    routes.post("/traces/{id}/link", Access::May(Action::AddEvidence), link::add_from_trace);
    routes.post("/traces/{id}/claim", Access::May(Action::StateClaim), state::state);
    routes.post("/links/{id}/remove", Access::May(Action::AddEvidence), link::remove);
}
