//! What one was told of one order, and whether one wants to hear more of it.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use super::NoticeView;
use crate::audit::reads::visible_order;
use crate::db::AnyConnection;
use crate::notices::actions::{mute_order, unmute_order};
use crate::notices::reads;
use crate::state::App;
use crate::web::page::show as page;
use crate::web::{Principal, Shell, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "notices/order.html")]
struct OrderPage {
    shell: Shell,
    number: String,
    is_muted: bool,
    notices: Vec<NoticeView>,
}

/// GET `/notices/orders/{number}`
pub(in crate::notices) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    number: Path<String>,
) -> WebResult {
    let (asker, now, number) = (who.0.clone(), app.now(), number.trim().to_uppercase());
    let asked = number.clone();
    let read = move |conn: &mut AnyConnection| {
        let order = visible_order(conn, &asker, &asked)?;
        Ok((reads::is_muted(conn, &asker, &order)?, reads::of_order(conn, &asker, &order)?))
    };
    let (is_muted, seen) = app.db.read(read).await?;
    let notices = seen.into_iter().map(|one| NoticeView::of(one, now)).collect();
    let shell = Shell::of(&request, format!("Notices of {number}"), "notices").in_shop_style();
    page(&OrderPage { shell, number, is_muted, notices })
}

/// POST `/notices/orders/{number}/mute`
pub(in crate::notices) async fn mute(app: Data<App>, who: Principal, number: Path<String>) -> WebResult {
    let number = number.into_inner();
    mute_order(&app, &who, &number).await?;
    let words = "Muted: of this order you hear only what is said to you by name.";
    Ok(flash::good(see_other(format!("/notices/orders/{number}")), words))
}

/// POST `/notices/orders/{number}/unmute`
pub(in crate::notices) async fn unmute(app: Data<App>, who: Principal, number: Path<String>) -> WebResult {
    let number = number.into_inner();
    unmute_order(&app, &who, &number).await?;
    Ok(flash::good(see_other(format!("/notices/orders/{number}")), "You hear of this order again."))
}
