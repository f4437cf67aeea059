//! Reporting a fault: a short form for everybody who may write drafts. It is sent for approval by whoever may send their own.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use askama::Template;

use crate::assets::reads::{self, AssetRow};
use crate::foundation::{Action, Error, FieldErrors, Grant, Result};
use crate::order_pages::{Sent, send_plan};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult};
use crate::work_orders::Orders;
use crate::work_orders::actions::create::Created;
use crate::work_orders::model::{AssetRef, Block, Kind, Plan, Priority};
use order_markdown::prose::{one_line, prose};

/// What such an order is; the rules of repairs hold for it.
const TYPE: &str = "Repair";
/// The longest title that is taken from the first line.
const TITLE_CHARS: usize = 120;
/// The longest report.
const WHAT_CHARS: usize = 4_000;

#[derive(Template)]
#[template(path = "assets/report.html")]
struct ReportPage {
    shell: Shell,
    code: String,
    name: String,
    what: String,
    priority: String,
    /// Whether what is reported is sent at once; else it is a draft.
    is_sent: bool,
    is_retired: bool,
    errors: FieldErrors,
}

/// GET `/assets/{code}/report`; `?what=` fills in what is wrong.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    code: Path<String>,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let asset = asset(&app, &who, code.into_inner()).await?;
    let what: String = query.get("what").map(|it| it.chars().take(WHAT_CHARS).collect()).unwrap_or_default();
    show_page(&page(&request, &who, &asset, (what, "medium".to_owned()), FieldErrors::default()))
}

/// POST `/assets/{code}/report`: `what` and `priority`; leads to the order.
pub async fn submit(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    code: Path<String>,
    form: Form,
) -> WebResult {
    who.must(Action::CreateDraft)?;
    let asset = asset(&orders.app, &who, code.into_inner()).await?;
    match write(&orders, &who, &asset, &form).await {
        Ok((made, sent)) => Ok(sent.answer(&made)),
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            let typed = (form.raw("what").to_owned(), form.text("priority").to_owned());
            show_with(status, &page(&request, &who, &asset, typed, errors))
        }
        Err(other) => Err(WebError(other)),
    }
}

async fn asset(app: &App, who: &Principal, code: String) -> Result<AssetRow> {
    let project = who.project;
    app.db.read(move |conn| reads::get(conn, project, &code)).await
}

fn page(
    request: &HttpRequest,
    who: &Principal,
    asset: &AssetRow,
    (what, priority): (String, String),
    errors: FieldErrors,
) -> ReportPage {
    let shell = Shell::of_tab(request, format!("Report a fault of {}", asset.code), "assets");
    ReportPage {
        shell,
        code: asset.code.clone(),
        name: asset.name.clone(),
        what,
        priority,
        is_sent: who.may(Action::Submit) > Grant::Never,
        is_retired: asset.retired_at.is_some(),
        errors,
    }
}

async fn write(orders: &Orders, who: &Principal, asset: &AssetRow, form: &Form) -> Result<(Created, Sent)> {
    let what = form.raw("what").replace("\r\n", "\n").trim().to_owned();
    if what.is_empty() || what.chars().count() > WHAT_CHARS {
        return Err(Error::invalid("what", format!("say in 1 to {WHAT_CHARS} characters what is wrong")));
    }
    let priority = Priority::read(form.text("priority"));
    let priority = priority.ok_or_else(|| Error::invalid("priority", "choose how urgent it is"))?;
    send_plan(orders, who, plan(asset, &what, priority)).await
}

/// The first line is the title; all of it stands in the plan, with what makes the repair done.
fn plan(asset: &AssetRow, what: &str, priority: Priority) -> Plan {
    let first = one_line(what.lines().next().unwrap_or_default());
    let title: String = first.chars().take(TITLE_CHARS).collect();
    let document = vec![
        Block { level: 1, ..Block::of(Kind::Title, title.clone()) },
        Block::of(Kind::Text, prose(what)),
        Block { level: 2, ..Block::of(Kind::Step, "Find the cause and repair it") },
        Block::of(Kind::Item, "The cause is found"),
        Block::of(Kind::Item, "It is repaired"),
        Block::of(Kind::Criterion, format!("{} does again what it should", one_line(&asset.name))),
    ];
    Plan {
        title,
        order_type: TYPE.to_owned(),
        priority,
        asset: Some(AssetRef { name: asset.name.clone(), tag: asset.code.clone() }),
        document,
        ..Plan::default()
    }
}

impl ReportPage {
    /// What is wrong with the asset itself: a retired one takes no orders.
    fn refused(&self) -> Option<&str> {
        self.errors.get("tag").or(self.errors.get(""))
    }

    /// How urgent it may be: the word, what it means, and whether it is chosen.
    fn urgencies(&self) -> [(&'static str, &'static str, bool); 4] {
        [
            ("low", "It can wait"),
            ("medium", "Soon"),
            ("high", "Work is held up"),
            ("emergency", "Somebody is in danger"),
        ]
        .map(|(word, words)| (word, words, word == self.priority))
    }
}
