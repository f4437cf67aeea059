//! Pages of the fleet. Two of five panels each: which personas work, how long, and what they change to; and how runs of workflows, their
//! stages and their gates went. Three of one shape: how runs of agents, gates and builds ended. Every mark and figure leads to the traces
//! behind it. For whoever reads traces.

mod agents;
mod alarms;
mod budgets;
mod builds;
mod endings;
mod files;
mod gates;
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
    routes.get("/fleet/agents", Access::SignedIn, agents::show);
    routes.get("/fleet/agents.csv", Access::SignedIn, agents::file);
    routes.get("/fleet/gates", Access::SignedIn, gates::show);
    routes.get("/fleet/gates.csv", Access::SignedIn, gates::file);
    routes.get("/fleet/builds", Access::SignedIn, builds::show);
    routes.get("/fleet/builds.csv", Access::SignedIn, builds::file);
}
