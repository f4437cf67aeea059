//! Writing an order from nothing, and from another one.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use super::act::Act;
use super::asking;
use super::assigning::{Assigning, assignee};
use super::due::due_in;
use super::facts::no_asset;
use super::policies::name_of;
use crate::assets::reads::Choices;
use crate::foundation::{Asker, Error, FieldErrors, ProjectKey, Result};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::Orders;
use crate::work_orders::actions::copy::copy;
use crate::work_orders::actions::create::{Created, create};
use crate::work_orders::editing::written;
use crate::work_orders::milestones::estimate::in_hours;
use crate::work_orders::model::{AssetRef, Block, Kind, Plan, Priority, TypeClass};
use crate::work_orders::{read, reads};
use order_markdown::estimate;

#[derive(Template)]
#[template(path = "work_orders/new.html")]
struct NewPage {
    shell: Shell,
    given: Given,
    errors: FieldErrors,
    types: Vec<String>,
    choices: Choices,
    assigning: Assigning,
}

/// What was typed.
struct Given {
    title: String,
    order_type: String,
    priority: String,
    due: String,
    /// In hours.
    estimate: String,
    /// The code of the asset that the work is done on.
    tag: String,
    /// The account that gets the work.
    account: String,
    checklist: String,
    criteria: String,
}

impl Given {
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.raw(name).to_owned();
        Self {
            title: text("title"),
            order_type: text("type"),
            priority: text("priority"),
            due: text("due"),
            estimate: text("estimate"),
            tag: text("tag"),
            account: text("account"),
            checklist: text("checklist"),
            criteria: text("criteria"),
        }
    }

    fn nothing() -> Self {
        let criteria = "Every required item is done".to_owned();
        Self { priority: "medium".to_owned(), criteria, ..Self::of(&Form::default()) }
    }
}

/// GET `/work-orders/new`; `?asset=CODE` fills in what the work is done on. Whoever only asks for work is asked for no plan, unless
/// the address says `?plan`; with `?ask` nobody is.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    if query.contains_key("ask") || (asking::asks(&who) && !query.contains_key("plan")) {
        return asking::show(&request, &app, &who).await;
    }
    let tag = query.get("asset").cloned().unwrap_or_default();
    let given = Given { tag, ..Given::nothing() };
    show_page(&page(&request, &app, &who, given, FieldErrors::default()).await?)
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    given: Given,
    errors: FieldErrors,
) -> Result<NewPage> {
    Ok(NewPage {
        shell: Shell::of(request, "New work order", "work-orders"),
        types: types(app, who.project).await?,
        choices: choices(app, who.project).await?,
        assigning: Assigning::of_new(app, who, &given.account).await?,
        given,
        errors,
    })
}

/// Types that are proposed: those in use, then those that rules know and nobody has used yet.
pub(super) async fn types(app: &App, project: ProjectKey) -> Result<Vec<String>> {
    let mut types = app.db.read(move |conn| reads::types(conn, project)).await?;
    let used: Vec<TypeClass> = types.iter().map(|it| TypeClass::of(it)).collect();
    let unused = TypeClass::ALL.into_iter().filter(|it| *it != TypeClass::Other && !used.contains(it));
    types.extend(unused.map(|class| name_of(class).to_owned()));
    Ok(types)
}

/// Assets that are proposed.
pub(super) async fn choices(app: &App, project: ProjectKey) -> Result<Choices> {
    app.db.read(move |conn| crate::assets::reads::choices(conn, project, "")).await
}

/// POST `/work-orders/new`: `title`, `type`, `priority`, `due`, `estimate`, `tag`, `checklist`, `criteria`, `account`; leads on to the plan. With
/// `ask` it is a request that is sent at once.
pub async fn submit(
    request: HttpRequest,
    orders: Data<Orders>,
    app: Data<App>,
    who: Principal,
    form: Form,
) -> WebResult {
    if form.optional("ask").is_some() {
        return asking::submit(&request, &orders, &who, form).await;
    }
    match write(&app, &who, &form).await {
        Ok(made) => {
            let odd = odd_asset(&app, who.project, &form).await?;
            let words =
                format!("{} is written. It is a draft: work on its plan, then submit it.{odd}", made.number);
            Ok(flash::good(see_other(format!("/work-orders/{}/edit", made.number)), &words))
        }
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &page(&request, &app, &who, Given::of(&form), errors).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

/// What is said after a form is saved whose `tag` no asset has, with a space before it; else empty.
pub(super) async fn odd_asset(app: &App, project: ProjectKey, form: &Form) -> Result<String> {
    let Some(tag) = form.optional("tag").map(str::to_owned) else { return Ok(String::new()) };
    let code = tag.clone();
    let found = app.db.read(move |conn| crate::assets::reads::find(conn, project, &code)).await?;
    Ok(if found.is_some() { String::new() } else { format!(" {}", no_asset(&tag)) })
}

async fn write(app: &App, who: &Asker, form: &Form) -> Result<Created> {
    let plan = plan(form)?;
    let to = match form.optional("account") {
        Some(account) => Some(assignee(app, who.project, account.to_owned()).await?),
        None => None,
    };
    create(app, who, plan, to).await
}

fn plan(form: &Form) -> Result<Plan> {
    let title = form.required("title", "a work order needs a title")?.to_owned();
    let due = due_in(form)?;
    let mut fields = Vec::new();
    estimate::put(&mut fields, &in_hours("estimate", form.text("estimate"))?);
    let mut document = vec![Block { level: 1, ..Block::of(Kind::Title, title.clone()) }];
    document.extend(checklist(&form.raw("checklist").replace("\r\n", "\n"))?);
    let criteria = form.text("criteria").lines().map(str::trim).filter(|line| !line.is_empty());
    document.extend(criteria.map(|line| Block::of(Kind::Criterion, line)));
    Ok(Plan {
        title,
        order_type: form.text("type").to_owned(),
        priority: Priority::read(form.text("priority")).unwrap_or_default(),
        due,
        // The name is that of the asset, where there is one with this code.
        asset: form.optional("tag").map(|tag| AssetRef { name: tag.to_owned(), tag: tag.to_owned() }),
        fields,
        document,
        ..Plan::default()
    })
}

/// Markdown with boxes or headings is read as such; of plain lines each becomes an item.
fn checklist(text: &str) -> Result<Vec<Block>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let reading = read::read(text)?;
    let is_markdown = reading.taken().items > 0 || reading.lines().any(|(_, line)| line.block.level > 0);
    if is_markdown {
        return Ok(written(&reading));
    }
    let lines = text.lines().map(|line| line.trim().trim_start_matches(['-', '*', '+', '•']).trim());
    let items = lines.filter(|line| !line.is_empty()).map(|line| Block::of(Kind::Item, line));
    let step = Block { level: 2, ..Block::of(Kind::Step, "Checklist") };
    Ok(std::iter::once(step).chain(items).collect())
}

/// POST `/work-orders/{number}/copy`.
pub async fn copied(act: Act) -> WebResult {
    let id = act.order_id().await?;
    let made = copy(&act.orders.app, &act.who, &id).await?;
    let words =
        format!("{} is a copy of {}'s plan; nothing that was done came along.", made.number, act.number);
    Ok(flash::good(see_other(format!("/work-orders/{}/edit", made.number)), &words))
}
