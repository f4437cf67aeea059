//! The routes of jobs.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages;

/// Registers them.
pub fn routes(routes: &mut Routes) {
    let keepers = Access::May(Action::KeepJobs);
    routes.get("/jobs", keepers, pages::list::show);
    routes.post("/jobs/schedules/run", keepers, pages::schedules::run);
    routes.post("/jobs/schedules/pause", keepers, pages::schedules::pause);
    routes.post("/jobs/schedules/resume", keepers, pages::schedules::resume);
    routes.post("/jobs/{job}/retry", keepers, pages::list::retry);
    routes.post("/jobs/{job}/cancel", keepers, pages::list::cancel);
}
