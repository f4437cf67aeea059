//! The page on which an item is signed that asks for a signature.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::act::Act;
use super::moves::{Given, refused};
use super::renewal::signed_with;
use super::signing::{self, Asked, Subject};
use super::view::OrderView;
use crate::foundation::{Error, FieldErrors, Result};
use crate::web::{Form, WebResult};
use crate::work_orders::actions::sign_item::sign_item;
use crate::work_orders::decide::{Command, Proof, decide};
use crate::work_orders::model::{Item, Meaning};
use crate::work_orders::signing::statement;

/// GET `/work-orders/{number}/items/{item}/sign`: the words of the item, and the signature.
pub async fn show(request: HttpRequest, act: Act, path: web::Path<(String, String)>) -> WebResult {
    let view = act.view(None).await?;
    may_sign(&view, &path.1)?;
    let (given, errors) = (Given::default(), FieldErrors::default());
    page(&request, &act, &view, &path.1, Again { status: StatusCode::OK, given, errors, seen: None }).await
}

/// POST the same: fields `reason` for a remark, `version`, `email`, `password`.
pub async fn submit(
    request: HttpRequest,
    act: Act,
    path: web::Path<(String, String)>,
    form: Form,
) -> WebResult {
    let (id, item) = (act.order_id().await?, path.1.clone());
    let with = signed_with(&form)?;
    let seen = with.version;
    let note = form.text("reason").to_owned();
    let (status, errors) = match sign_item(&act.orders, &act.who, &id, item.clone(), note, with).await {
        Ok(_) => return Ok(act.back(&format!("item-{item}"), "Signed.")),
        Err(cause) => refused(cause)?,
    };
    let view = act.view(None).await?;
    page(&request, &act, &view, &item, Again { status, given: Given::of(&form), errors, seen }).await
}

/// Refuses here already what signing would be refused for.
fn may_sign(view: &OrderView, item: &str) -> Result<()> {
    let (item, proof) = (item.to_owned(), Some(Proof::in_a_dry_run()));
    let command = Command::SignItem { item, note: String::new(), proof, expected_version: None };
    decide(&view.order, command, &view.who, &view.facts, &mut || "new".to_owned()).map(drop)
}

/// What a form is shown with.
struct Again {
    status: StatusCode,
    given: Given,
    errors: FieldErrors,
    /// The version that the page showed.
    seen: Option<i64>,
}

async fn page(request: &HttpRequest, act: &Act, view: &OrderView, item: &str, again: Again) -> WebResult {
    let found = view.order.item(item).map(|(_, item)| item).ok_or_else(|| Error::not_found("the item"))?;
    let asks = act.orders.people.signing_asks(&act.who).await?;
    let Again { status, given, errors, seen } = again;
    let subject = subject(view, found);
    signing::show(request, view, Asked { subject, asks, given, errors, seen, status })
}

fn subject(view: &OrderView, item: &Item) -> Subject {
    let lead = format!("“{}” It counts as answered once you sign it.", item.text);
    Subject {
        meaning: Some(Meaning::Item),
        statements: vec![("", statement::of_item(&view.order, item))],
        ..Subject::in_place("Sign this item", format!("items/{}/sign", item.id), lead)
    }
}
