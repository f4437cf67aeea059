//! Routes of trust.

use crate::web::{Access, Routes};

use super::pages::order;

/// Adds them to the table.
pub fn routes(routes: &mut Routes) {
    routes.get("/trust/work-orders/{number}", Access::SignedIn, order::show);
}
