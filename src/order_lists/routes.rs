//! Addresses of lists of orders. What a row shows is what its viewer may see.

use super::{board, bulk, calendar, csv, handing_over, list, moving, moving_day, saved};
use crate::foundation::Action;
use crate::web::Access::{self, May, MayOneOf};
use crate::web::Routes;

const VIEW: Access = May(Action::ViewOrders);

/// Registers the routes. They come before those of single orders, whose addresses begin alike.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders", VIEW, list::show);
    routes.get("/work-orders.csv", VIEW, csv::show);
    // Each order says by itself what may be done with it.
    routes.get("/work-orders/bulk", VIEW, bulk::list);
    routes.post("/work-orders/bulk", VIEW, bulk::submit);
    routes.post("/work-orders/views", VIEW, saved::keep);
    routes.post("/work-orders/views/{view}", VIEW, saved::rename);
    routes.post("/work-orders/views/{view}/save", VIEW, saved::save);
    routes.post("/work-orders/views/{view}/throw-away", VIEW, saved::throw_away);
    routes.get("/work-orders/board", VIEW, board::show);
    routes.get("/work-orders/calendar", VIEW, calendar::show);
    routes.get("/work-orders/{number}/moves", VIEW, moving::show);
    routes.post("/work-orders/{number}/due", May(Action::EditPlan), moving_day::submit);
    let planners = MayOneOf(&[Action::Assign, Action::ManagePeople]);
    routes.get("/people/{account}/orders", planners, handing_over::show);
    routes.post("/people/{account}/orders", May(Action::Assign), handing_over::submit);
    routes.post("/people/{account}/timer/stop", May(Action::UndoOthersTick), handing_over::stop_timer);
}
