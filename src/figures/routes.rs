//! Addresses of figures: for whoever sees every order, since a figure counts orders of everybody.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages::{all, files, rows};

const VIEW: Access = Access::May(Action::ViewFigures);

/// Registers the routes; a file's address comes before the pattern that would take it too.
pub fn routes(routes: &mut Routes) {
    routes.get("/work-orders/figures", VIEW, all::show);
    routes.get("/work-orders/figures.csv", VIEW, files::all);
    routes.get("/work-orders/figures/{figure}.csv", VIEW, files::rows);
    routes.get("/work-orders/figures/{figure}", VIEW, rows::show);
}
