//! What every handler about one order needs: the service of orders, who asks, and which order.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::web::{Principal, WebError, flash, see_other};
use crate::work_orders::Orders;

use super::view::{self, Around, OrderView};

/// One request about one order.
pub struct Act {
    pub orders: Orders,
    pub who: Asker,
    /// The number in the address.
    pub number: String,
}

impl FromRequest for Act {
    type Error = WebError;
    type Future = Ready<std::result::Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let principal = Principal::from_request(request, payload).into_inner();
        ready(principal.and_then(|who| Ok(Self::of(request, who)?)))
    }
}

impl Act {
    fn of(request: &HttpRequest, who: Principal) -> Result<Self> {
        let orders = request.app_data::<Data<Orders>>();
        let orders = orders.ok_or_else(|| Error::internal("no service of orders in the server"))?;
        let number = request.match_info().get("number").unwrap_or_default().trim().to_uppercase();
        Ok(Self { orders: orders.get_ref().clone(), who: who.0, number })
    }

    /// The order as this person sees it; somebody else's own is not found.
    pub async fn view(&self, as_of: Option<Timestamp>) -> Result<OrderView> {
        let (orders, who, number) = (self.orders.clone(), self.who.clone(), self.number.clone());
        self.orders.app.db.read(move |conn| view::open(conn, &orders, &who, &number, as_of)).await
    }

    /// The same, with what other features know of the order as a whole.
    pub async fn view_around(&self, as_of: Option<Timestamp>) -> Result<(OrderView, Around)> {
        let (orders, who, number) = (self.orders.clone(), self.who.clone(), self.number.clone());
        let read = move |conn: &mut crate::db::AnyConnection| {
            let view = view::open(conn, &orders, &who, &number, as_of)?;
            let around = Around::read(conn, &view)?;
            Ok((view, around))
        };
        self.orders.app.db.read(read).await
    }

    /// The order's id, for actions.
    pub async fn order_id(&self) -> Result<String> {
        let (who, number) = (self.who.clone(), self.number.clone());
        let find = move |conn: &mut crate::db::AnyConnection| view::find_visible(conn, &who, &number);
        self.orders.app.db.read(find).await.map(|row| row.order_id)
    }

    /// Back to a place on the order's page, with a word on what happened.
    pub fn back(&self, anchor: &str, words: &str) -> HttpResponse {
        flash::good(see_other(format!("/work-orders/{}#{anchor}", self.number)), words)
    }
}
