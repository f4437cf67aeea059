//! The route of the bundle.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages;

/// Registers it; a technician gets the bundle of an order of theirs only, which the action decides.
pub fn routes(routes: &mut Routes) {
    let takers = Access::May(Action::ExportBundle);
    routes.get("/work-orders/{number}/bundle", takers, pages::download);
}
