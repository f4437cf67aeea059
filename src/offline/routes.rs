//! Addresses of what devices keep, and who may use them.

use super::pages::{kept, send, verbs, waiting};
use crate::foundation::Action;
use crate::web::Access::{May, MayOneOf, SignedIn};
use crate::web::{Access, Routes};

/// Whoever may record at least one of the things that a device keeps; the order says which.
const SEND: Access = MayOneOf(&[Action::Tick, Action::Log, Action::Comment, Action::AddEvidence]);

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/waiting", SignedIn, waiting::show);
    routes.get("/waiting/orders.json", SignedIn, kept::orders);
    routes.post("/waiting/send", SEND, send::take);
    routes.post("/waiting/keep", May(Action::SettleQueued), verbs::keep);
    routes.post("/waiting/set-aside", May(Action::SettleQueued), verbs::set_aside);
}
