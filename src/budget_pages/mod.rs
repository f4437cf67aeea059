//! The page of budgets: what is used up first, then what runs out first; one of them with its days, its forecast and its history.
//! For whoever reads traces; who keeps prices sets, changes and ends them.

mod acts;
mod chart;
mod chosen;
mod fresh;
mod page;
mod refused;
mod row;
mod text;

use crate::fleet_pages::BUDGETS;
use crate::foundation::Action;
use crate::web::{Access, Routes};

/// Whoever sets, changes and ends budgets.
const KEEP: Access = Access::May(Action::ChangePrices);

/// Registers the page and its acts.
pub fn routes(routes: &mut Routes) {
    routes.get(BUDGETS, Access::SignedIn, page::show);
    routes.post("/fleet/budgets/new", KEEP, acts::set);
    routes.post("/fleet/budgets/{budget}/change", KEEP, acts::change);
    routes.post("/fleet/budgets/{budget}/end", KEEP, acts::end);
}
