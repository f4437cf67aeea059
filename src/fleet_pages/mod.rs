//! The pages of the fleet: what agents, personas and tenants did and spent, what it cost by day and model, and which calls do not
//! say whose they are. Every figure leads to the traces behind it. For whoever reads traces.

mod asked;
mod costs;
mod coverage;
mod days;
mod identity;
mod overview;
mod table;
mod text;

use crate::foundation::Action;
use crate::web::{Access, Routes};

/// Registers the pages.
pub fn routes(routes: &mut Routes) {
    routes.get("/fleet", Access::SignedIn, overview::show);
    routes.get("/fleet/costs", Access::SignedIn, costs::show);
    routes.get("/fleet/costs.csv", Access::SignedIn, costs::table);
    routes.get("/fleet/identity", Access::SignedIn, identity::show);
    routes.get("/fleet/coverage", Access::SignedIn, coverage::show);
    routes.post("/fleet/coverage", Access::May(Action::ChangePrices), coverage::bring_in);
}
