//! Which pages a device keeps for when there is no network.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::offline::model::owner_of;
use crate::offline::reads::own_open_orders;
use crate::state::App;
use crate::web::{Principal, WebResult};

/// GET `/waiting/orders.json`: whose they are, and the addresses of one's own open orders.
pub async fn orders(app: Data<App>, who: Principal) -> WebResult {
    let (owner, asker) = (owner_of(&who.0), who.0);
    let rows = app.db.read(move |conn| own_open_orders(conn, &asker)).await?;
    let pages: Vec<String> = rows.iter().map(|row| format!("/work-orders/{}", row.number)).collect();
    Ok(HttpResponse::Ok().json(json!({ "owner": owner, "pages": pages })))
}
