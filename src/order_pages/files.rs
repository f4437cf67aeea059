//! The order as a file.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderValue};

use super::act::Act;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::foundation::Error;
use crate::web::{WebError, WebResult};
use crate::work_orders::signing::written::render;

/// GET `/work-orders/{number}/markdown`.
pub async fn markdown(act: Act) -> WebResult {
    let view = act.view(None).await?;
    hand_out(&act.orders.app, &act.who, &view.order.id, Form::Markdown).await?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}.md\"", view.order.number));
    let name = name.map_err(|e| WebError(Error::internal(e)))?;
    let text = render(&view.order, &view.events)?;
    Ok(HttpResponse::Ok()
        .content_type("text/markdown; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(text))
}
