//! The pages of the fleet: what agents, personas and tenants did and spent, what it cost by day and model, and which calls do not
//! say whose they are; and a page for each agent, persona, tenant and workflow. Every figure leads to the traces behind it. For whoever
//! reads traces.

pub(crate) mod asked;
mod costs;
mod coverage;
mod days;
mod handoffs;
mod identity;
mod needs;
mod overview;
mod subject;
mod table;
pub(crate) mod text;

use crate::foundation::Action;
use crate::web::{Access, Routes};

pub use asked::{ALERTS, BUDGETS, Tab};

/// The tabs of the fleet for a page of its own time, which stands beside these.
pub fn tabs(here: &str) -> Vec<Tab> {
    asked::PAGES.iter().map(|(label, path)| (*label, (*path).to_owned(), "", *path == here)).collect()
}

/// Registers the pages.
pub fn routes(routes: &mut Routes) {
    routes.get("/fleet", Access::SignedIn, overview::show);
    routes.get("/fleet/costs", Access::SignedIn, costs::show);
    routes.get("/fleet/costs.csv", Access::SignedIn, costs::table);
    routes.get("/fleet/handoffs", Access::SignedIn, handoffs::show);
    routes.get("/fleet/agent", Access::SignedIn, subject::agent);
    routes.get("/fleet/persona", Access::SignedIn, subject::persona);
    routes.get("/fleet/tenant", Access::SignedIn, subject::tenant);
    routes.get("/fleet/workflow", Access::SignedIn, subject::workflow);
    routes.get("/fleet/identity", Access::SignedIn, identity::show);
    routes.post("/fleet/identity/required", Access::May(Action::SetPrivacy), identity::require);
    routes.get("/fleet/coverage", Access::SignedIn, coverage::show);
    routes.post("/fleet/coverage", Access::May(Action::ChangePrices), coverage::bring_in);
}
