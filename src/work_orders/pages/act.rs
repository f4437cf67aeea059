//! What every handler about one order needs: the application, who asks, and which order.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::state::App;
use crate::web::{Principal, WebError, flash, see_other};
use crate::work_orders::Hooks;
use crate::work_orders::pages::desk::{self, Desk};

/// One request about one order.
pub struct Act {
    /// The application.
    pub app: App,
    /// What other features bring.
    pub hooks: Hooks,
    /// Who asks.
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
        let app = request.app_data::<Data<App>>().ok_or_else(|| Error::internal("no App in the server"))?;
        let hooks = request.app_data::<Data<Hooks>>().map(|hooks| hooks.get_ref().clone());
        let number = request.match_info().get("number").unwrap_or_default().to_uppercase();
        Ok(Self { app: app.get_ref().clone(), hooks: hooks.unwrap_or_default(), who: who.0, number })
    }

    /// The order with everything a page says about it; somebody else's own is not found.
    pub async fn desk(&self, as_of: Option<Timestamp>) -> Result<Desk> {
        let (hooks, who, number, now) =
            (self.hooks.clone(), self.who.clone(), self.number.clone(), self.app.now());
        self.app.db.read(move |conn| desk::open(conn, &hooks, &who, &number, as_of, now)).await
    }

    /// The order's id, for actions.
    pub async fn order_id(&self) -> Result<String> {
        let (who, number) = (self.who.clone(), self.number.clone());
        self.app.db.read(move |conn| desk::find_visible(conn, &who, &number)).await.map(|row| row.order_id)
    }

    /// Back to a place on the order's page, with a word on what happened.
    pub fn back(&self, anchor: &str, words: &str) -> HttpResponse {
        flash::good(see_other(format!("/work-orders/{}#{anchor}", self.number)), words)
    }
}
