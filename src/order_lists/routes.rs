//! Addresses of lists of orders. What a row shows is what its viewer may see.

use super::{csv, list};
use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::Routes;

/// Registers the routes. They come before those of single orders, whose addresses begin alike.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders", May(Action::ViewOrders), list::show);
    routes.get("/work-orders.csv", May(Action::ViewOrders), csv::show);
}
