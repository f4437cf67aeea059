//! The route of the bundle.

use crate::foundation::Role;
use crate::web::{Access, Routes};

use super::pages;

/// Registers it; a technician gets the bundle of an order of theirs only, which the action decides.
pub fn routes(routes: &mut Routes) {
    let takers = Access::AnyOf(&[Role::Technician, Role::Supervisor, Role::Auditor]);
    routes.get("/work-orders/{number}/bundle", takers, pages::download);
}
