//! Addresses of schedules and who may use them.

use super::pages::{acts, list, schedule, write};
use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::{Access, Routes};

const VIEW: Access = May(Action::ViewProcedures);
const KEEP: Access = May(Action::KeepSchedules);

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/schedules", VIEW, list::show);
    routes.get("/schedules/new", KEEP, write::new);
    routes.post("/schedules/new", KEEP, write::create);
    routes.get("/schedules/by-id/{id}", VIEW, schedule::by_id);
    routes.get("/schedules/{code}", VIEW, schedule::show);
    routes.get("/schedules/{code}/edit", KEEP, write::edit);
    routes.post("/schedules/{code}/edit", KEEP, write::change);
    routes.post("/schedules/{code}/pause", KEEP, acts::pause);
    routes.post("/schedules/{code}/resume", KEEP, acts::resume);
    routes.post("/schedules/{code}/skip", KEEP, acts::skip);
    routes.post("/schedules/{code}/end", KEEP, acts::end);
}
