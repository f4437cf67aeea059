//! Reporting a fault: a short form for everybody who may write drafts. It is sent for approval by whoever may send their own.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{FromRequest as _, HttpRequest};
use askama::Template;

use crate::assets::reads::{self, AssetRow};
use crate::foundation::{Action, Error, FieldErrors, Grant, Result};
use crate::order_pages::{Sent, send_plan};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::parts::{Part, Parts, is_multipart};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::Orders;
use crate::work_orders::actions::add_files::{self, Received, comment_with_files, receive};
use crate::work_orders::actions::create::Created;
use crate::work_orders::model::{AssetRef, Block, Kind, Plan, Priority};
use order_markdown::prose::{one_line, prose};

/// What such an order is; the rules of repairs hold for it.
const TYPE: &str = "Repair";
/// The longest title that is taken from the first line.
const TITLE_CHARS: usize = 120;
/// What is said with the photos that come with a report.
const PHOTO: &str = "As it looked when it was reported.";
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
    /// Whether a photo of theirs would be kept.
    takes_photos: bool,
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

/// POST `/assets/{code}/report`: `what`, `priority`, and photos behind them under any name; leads to the order.
pub async fn submit(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    code: Path<String>,
    payload: Payload,
) -> WebResult {
    who.must(Action::CreateDraft)?;
    let asset = asset(&orders.app, &who, code.into_inner()).await?;
    let (form, photos) = read(&request, payload).await?;
    match write(&orders, &who, &asset, &form).await {
        Ok((made, sent)) => match attach(&orders, &who, &made.order_id, photos).await {
            Ok(()) => Ok(sent.answer(&made)),
            // The report itself is written: it is not lost with its photo.
            Err(why @ (Error::Invalid(_) | Error::Refused(_) | Error::TooLarge(_) | Error::Forbidden(_))) => {
                let number = &made.number;
                let words =
                    format!("{number} is written, but its photo was not kept: {why}. Add it to the order.");
                Ok(flash::bad(see_other(format!("/work-orders/{number}")), &words))
            }
            Err(other) => Err(WebError(other)),
        },
        Err(cause) => {
            if let Some((mut parts, _)) = photos {
                parts.drain(orders.app.config.files.max_bytes.saturating_mul(4)).await;
            }
            let Error::Invalid(errors) = cause else { return Err(WebError(cause)) };
            let status = Problem::of(&Error::invalid("", "")).status;
            let typed = (form.raw("what").to_owned(), form.text("priority").to_owned());
            show_with(status, &page(&request, &who, &asset, typed, errors))
        }
    }
}

/// The words of a form, and the first of the files behind them: of those nothing is read yet.
async fn read(request: &HttpRequest, payload: Payload) -> Result<(Form, Option<(Parts, Part)>)> {
    if !is_multipart(request) {
        let form = Form::from_request(request, &mut payload.into_inner()).await;
        return Ok((form.map_err(|refused| refused.0)?, None));
    }
    let (mut parts, mut words) = (Parts::of(request, payload), Vec::new());
    let first = loop {
        match parts.next().await? {
            Some(Part::Words { name, value }) => words.push((name, value)),
            first => break first,
        }
    };
    let body = serde_urlencoded::to_string(&words).map_err(Error::internal)?;
    Ok((Form::parse(body.as_bytes())?, first.map(|first| (parts, first))))
}

/// Keeps the photos of a report as what its author says about the order. Of what cannot be taken nothing stays.
async fn attach(orders: &Orders, who: &Principal, order: &str, photos: Option<(Parts, Part)>) -> Result<()> {
    let Some((mut parts, first)) = photos else { return Ok(()) };
    let mut received = Received::default();
    if let Err(cause) = take(orders, who, order, (&mut parts, first), &mut received).await {
        parts.drain(orders.app.config.files.max_bytes.saturating_mul(4)).await;
        add_files::discard(orders, who, order, received).await;
        return Err(cause);
    }
    comment_with_files(orders, who, order, received, PHOTO.to_owned()).await.map(drop)
}

async fn take(
    orders: &Orders,
    who: &Principal,
    order: &str,
    (parts, first): (&mut Parts, Part),
    received: &mut Received,
) -> Result<()> {
    add_files::may_comment(orders, who, order).await?;
    let mut part = Some(first);
    while let Some(one) = part {
        if let Part::File { given, bytes } = one {
            receive(orders, who, order, received, &given, bytes).await?;
        }
        part = parts.next().await?;
    }
    Ok(())
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
        takes_photos: who.may(Action::Comment) > Grant::Never,
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
    /// What is wrong with none of the fields: a retired asset takes no orders, and the name of another is too long for one.
    fn refused(&self) -> Option<&str> {
        let elsewhere = self.errors.0.iter().find(|it| !["what", "priority"].contains(&it.path.as_str()));
        elsewhere.map(|fault| fault.message.as_str())
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
