//! Addresses of work orders and who may use them; what an order itself allows is decided by its life cycle.

use super::gathered::{currency, files as order_files, parts, pins, time};
use super::{
    edit, export, files, follow_up, item_signing, moves, new, order, policies, print, renewal, split, verbs,
};
use crate::foundation::Action;
use crate::web::Access::{May, MayOneOf};
use crate::web::{Access, Routes};
use crate::work_orders::lifecycle::MOVES;

const VIEW: Access = May(Action::ViewOrders);
const WRITE: Access = May(Action::CreateDraft);
/// Whoever may take one of the moves; the life cycle says which.
const MOVE: Access = MayOneOf(&MOVES);

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders/new", WRITE, new::show);
    routes.post("/work-orders/new", WRITE, new::submit);
    routes.get("/work-orders/policies", VIEW, policies::list);
    routes.get("/work-orders/policies/{type}", May(Action::SetOrderPolicy), policies::show);
    routes.post("/work-orders/policies/{type}", May(Action::SetOrderPolicy), policies::submit);
    routes.get("/work-orders/{number}.md", VIEW, files::markdown);
    routes.get("/work-orders/{number}.json", VIEW, export::json);
    routes.get("/work-orders/by-id/{id}", VIEW, order::by_id);
    routes.get("/work-orders/{number}", VIEW, order::show);
    routes.get("/work-orders/{number}/markdown", VIEW, files::markdown);
    routes.get("/work-orders/{number}/print", VIEW, print::show);
    routes.get("/work-orders/{number}/edit", May(Action::EditPlan), edit::show);
    routes.post("/work-orders/{number}/plan", May(Action::EditPlan), edit::change);
    routes.post("/work-orders/{number}/copy", WRITE, new::copied);
    routes.get("/work-orders/{number}/split", May(Action::EditPlan), split::show);
    routes.post("/work-orders/{number}/split", May(Action::EditPlan), split::submit);
    routes.get("/work-orders/{number}/follow-up", WRITE, follow_up::show);
    routes.post("/work-orders/{number}/follow-up", WRITE, follow_up::submit);
    routes.get("/work-orders/{number}/move/{to}", MOVE, moves::confirm);
    routes.post("/work-orders/{number}/transition", MOVE, moves::submit);
    routes.get("/work-orders/{number}/approve-changes", May(Action::Approve), renewal::show);
    routes.post("/work-orders/{number}/approve-changes", May(Action::Approve), renewal::submit);
    routes.post("/work-orders/{number}/tick", May(Action::Tick), verbs::tick);
    routes.post("/work-orders/{number}/answer", May(Action::Tick), verbs::answer);
    routes.post("/work-orders/{number}/here", May(Action::Tick), verbs::here);
    routes.get("/work-orders/{number}/items/{item}/sign", May(Action::Tick), item_signing::show);
    routes.post("/work-orders/{number}/items/{item}/sign", May(Action::Tick), item_signing::submit);
    routes.post("/work-orders/{number}/skip", May(Action::SkipStep), verbs::skip);
    routes.post("/work-orders/{number}/take-up", May(Action::UndoOwnTick), verbs::take_up);
    routes.post("/work-orders/{number}/undo", May(Action::UndoOwnTick), verbs::undo);
    routes.post("/work-orders/{number}/mark", May(Action::Tick), verbs::mark);
    routes.post("/work-orders/{number}/amend", May(Action::Amend), verbs::amend);
    routes.post("/work-orders/{number}/relate", May(Action::EditPlan), verbs::relate);
    routes.post("/work-orders/{number}/unrelate", May(Action::EditPlan), verbs::unrelate);
    routes.post("/work-orders/{number}/pass-block", May(Action::LetPass), verbs::pass_block);
    routes.post("/work-orders/{number}/isolation/on", May(Action::Tick), verbs::sign_on);
    routes.post("/work-orders/{number}/isolation/off", VIEW, verbs::sign_off);
    routes.post("/work-orders/{number}/release", May(Action::LetPass), verbs::release);
    routes.post("/work-orders/{number}/log", May(Action::Log), verbs::log);
    routes.post("/work-orders/{number}/attest", May(Action::Attest), verbs::attest);
    routes.post("/work-orders/{number}/acknowledge", May(Action::AcknowledgeSafety), verbs::acknowledge);
    routes.post("/work-orders/{number}/comment", May(Action::Comment), verbs::comment);
    gathered(routes);
    routes.post("/work-orders/{number}/materiality", May(Action::SetWeight), verbs::materiality);
    routes.post("/work-orders/{number}/assign", May(Action::Assign), verbs::assign);
}

/// Whoever brings evidence, or comments: both may carry files.
const FILES: Access = MayOneOf(&[Action::AddEvidence, Action::Comment]);

fn gathered(routes: &mut Routes) {
    routes.get("/work-orders/currency", May(Action::SetOrderPolicy), currency::show);
    routes.post("/work-orders/currency", May(Action::SetOrderPolicy), currency::set);
    routes.get("/work-orders/{number}/files/new", May(Action::AddEvidence), order_files::ask);
    routes.post("/work-orders/{number}/files", May(Action::AddEvidence), order_files::add);
    routes.post("/work-orders/{number}/files/withdraw", FILES, order_files::withdraw);
    routes.post("/work-orders/{number}/files/check", VIEW, order_files::check);
    routes.get("/work-orders/{number}/files/{file}", VIEW, order_files::show);
    routes.get("/work-orders/{number}/files/{file}/small", VIEW, order_files::small);
    routes.get("/work-orders/{number}/files/{file}/pins", VIEW, pins::show);
    routes.post("/work-orders/{number}/files/{file}/pins", May(Action::AddEvidence), pins::place);
    routes.post("/work-orders/{number}/files/{file}/pins/withdraw", May(Action::AddEvidence), pins::remove);
    routes.post("/work-orders/{number}/timer/start", May(Action::Log), time::start);
    routes.post("/work-orders/{number}/timer/stop", VIEW, time::stop);
    routes.post("/work-orders/{number}/time", May(Action::Log), time::log);
    routes.post("/work-orders/{number}/time/correct", May(Action::Log), time::correct);
    routes.post("/work-orders/{number}/parts/use", May(Action::Log), parts::take);
    routes.post("/work-orders/{number}/parts/plan", May(Action::EditPlan), parts::plan);
    routes.post("/work-orders/{number}/parts/correct", May(Action::Log), parts::correct);
}
