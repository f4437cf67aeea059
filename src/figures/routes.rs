//! Addresses of figures and workload: for whoever sees every order, since they count orders of everybody; and of the hours of people.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages::{all, files, rows};
use super::workload::pages::{hours, load};

const VIEW: Access = Access::May(Action::ViewFigures);
const SET: Access = Access::May(Action::SetWorkingHours);

/// Registers the routes; a file's address comes before the pattern that would take it too.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders/figures", VIEW, all::show);
    routes.get("/work-orders/figures.csv", VIEW, files::all);
    routes.get("/work-orders/figures/{figure}.csv", VIEW, files::rows);
    routes.get("/work-orders/figures/{figure}", VIEW, rows::show);
    routes.get("/work-orders/workload", VIEW, load::show);
    routes.get("/work-orders/hours", SET, hours::show);
    routes.post("/work-orders/hours", SET, hours::set);
    routes.post("/work-orders/hours/holidays", SET, hours::add_holiday);
    routes.post("/work-orders/hours/holidays/{day}/take-away", SET, hours::end_holiday);
    routes.post("/work-orders/hours/absences", SET, hours::add_absence);
    routes.post("/work-orders/hours/absences/{absence}/take-away", SET, hours::end_absence);
}
