//! Two pages of the fleet: which personas work, how long, and what they change to; and how runs of workflows, their stages and their gates
//! went. Five panels each; every mark and figure leads to the traces behind it. For whoever reads traces.

mod alarms;
mod budgets;
mod files;
mod head;
mod personas;
mod rates;
mod slow;
mod stages;
mod stays;
mod text;
mod trend;
mod workflows;

use crate::web::{Access, Routes};

/// Registers the pages.
pub fn routes(routes: &mut Routes) {
    routes.get("/fleet/personas", Access::SignedIn, personas::show);
    routes.get("/fleet/personas.csv", Access::SignedIn, files::of_personas);
    routes.get("/fleet/workflows", Access::SignedIn, workflows::show);
    routes.get("/fleet/workflows.csv", Access::SignedIn, files::of_workflows);
}
