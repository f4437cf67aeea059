//! A plan that is no order yet, as it will be read: for whoever writes it, reviews it, or makes an order from it.

use askama::Template;

use super::document::{Flow, PartView};
use super::plan_shown::PlanShown;
use super::view;
use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result};
use crate::work_orders::Orders;
use crate::work_orders::model::Order;

#[derive(Template)]
#[template(path = "work_orders/plan_alone.html")]
struct PlanAlone<'a> {
    heading: &'a str,
    plan: PlanShown,
}

/// The plan as HTML of our own making: what people wrote in it is escaped or cleaned. The order is nothing but its plan.
pub fn plan_html(
    conn: &mut AnyConnection,
    orders: &Orders,
    who: &Asker,
    order: Order,
    heading: &str,
) -> Result<String> {
    let view = view::open_plan(conn, orders, who, order)?;
    PlanAlone { heading, plan: PlanShown::of(&view) }.render().map_err(Error::internal)
}
