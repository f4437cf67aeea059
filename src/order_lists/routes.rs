//! Addresses of lists of orders. What a row shows is what its viewer may see.

use super::{board, calendar, csv, list, moving, moving_day};
use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::Routes;

/// Registers the routes. They come before those of single orders, whose addresses begin alike.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders", May(Action::ViewOrders), list::show);
    routes.get("/work-orders.csv", May(Action::ViewOrders), csv::show);
    routes.get("/work-orders/board", May(Action::ViewOrders), board::show);
    routes.get("/work-orders/calendar", May(Action::ViewOrders), calendar::show);
    routes.get("/work-orders/{number}/moves", May(Action::ViewOrders), moving::show);
    routes.post("/work-orders/{number}/due", May(Action::EditPlan), moving_day::submit);
}
