//! Routes of knowledge.

use crate::web::{Access, Routes};

use super::pages::list;

/// Adds them to the table.
pub fn routes(routes: &mut Routes) {
    routes.get("/knowledge", Access::SignedIn, list::show);
}
