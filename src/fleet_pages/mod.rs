//! The pages of the fleet: what agents, personas and tenants did and spent, what it cost by day and model, and which calls do not
//! say whose they are. Every figure leads to the traces behind it. For whoever reads traces.

mod asked;
mod costs;
mod days;
mod identity;
mod overview;
mod table;
mod text;

use crate::web::{Access, Routes};

pub use asked::{ALERTS, BUDGETS, Tab};

/// The tabs of the fleet for a page of its own time, which stands beside these.
pub fn tabs(here: &str) -> [Tab; 5] {
    asked::PAGES.map(|(label, path)| (label, path.to_owned(), "", path == here))
}

/// Registers the pages.
pub fn routes(routes: &mut Routes) {
    routes.get("/fleet", Access::SignedIn, overview::show);
    routes.get("/fleet/costs", Access::SignedIn, costs::show);
    routes.get("/fleet/costs.csv", Access::SignedIn, costs::table);
    routes.get("/fleet/identity", Access::SignedIn, identity::show);
}
