//! The route of the first page.

use crate::web::{Access, Routes};

use super::pages;

/// Registers it.
pub fn routes(routes: &mut Routes) {
    routes.get("/", Access::SignedIn, pages::show);
}
