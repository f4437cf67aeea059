//! Addresses of an order's history. Whoever sees the order sees it.

use super::pages::{paper, show, table};
use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::Routes;

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders/{number}/history", May(Action::ViewOrders), show::show);
    routes.get("/work-orders/{number}/history.csv", May(Action::ViewOrders), table::show);
    routes.get("/work-orders/{number}/history/print", May(Action::ViewOrders), paper::show);
}
