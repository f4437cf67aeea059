//! The page on which a clash of a file and an order is decided.

use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::Routes;

use super::pages::clash;

/// Registers it.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders/{number}/clash", May(Action::EditPlan), clash::show);
    routes.post("/work-orders/{number}/clash", May(Action::EditPlan), clash::decide);
}
