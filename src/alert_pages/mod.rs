//! The page of alerts: all seven rules as they stand, what fires first; what happened, and what to do about each. For whoever reads
//! traces; who keeps what runs takes and silences them.

mod acts;
mod happened;
mod page;
mod row;
mod runbook;
mod strip;

use crate::fleet_pages::ALERTS;
use crate::foundation::Action;
use crate::web::{Access, Routes};

/// Whoever takes and silences alerts.
const KEEP: Access = Access::May(Action::KeepJobs);

/// Registers the pages and the acts.
pub fn routes(routes: &mut Routes) {
    routes.get(ALERTS, Access::SignedIn, page::show);
    routes.get("/fleet/alerts/runbook", Access::SignedIn, runbook::show);
    routes.post("/fleet/alerts/{alert}/take", KEEP, acts::take);
    routes.post("/fleet/alerts/{alert}/give-back", KEEP, acts::give_back);
    routes.post("/fleet/alerts/{alert}/silence", KEEP, acts::silence);
    routes.post("/fleet/alerts/{alert}/speak", KEEP, acts::speak);
}
