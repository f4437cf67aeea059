//! The page of the rules by which calls are recognised, with a dry run. For whoever reads traces; whoever sets what is masked
//! and kept of them changes the project's own.

mod rules;
mod view;

use crate::foundation::Action;
use crate::web::{Access, Routes};

/// Registers the page.
pub fn routes(routes: &mut Routes) {
    let change = Access::May(Action::SetPrivacy);
    routes.get("/fleet/rules", Access::SignedIn, rules::show);
    routes.post("/fleet/rules/add", change, rules::add);
    routes.post("/fleet/rules/take-back", change, rules::take_back);
}
