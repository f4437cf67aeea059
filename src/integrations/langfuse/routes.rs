//! The routes of sources.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages::list;

/// Registers them.
pub fn routes(routes: &mut Routes) {
    let admin = Access::May(Action::ManageSources);
    routes.get("/integrations", admin, list::show);
    routes.post("/integrations/langfuse", admin, list::add);
    routes.post("/integrations/langfuse/{source}/pull", admin, list::pull);
    routes.post("/integrations/langfuse/{source}/remove", admin, list::remove);
}
