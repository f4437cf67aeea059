//! Changing the plan in the browser: each part is a form of its own that saves itself when it is left.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use super::assigning::Assigning;
use super::due::due_in;
use super::edit_folds::{AT_END, AT_ITEM, Fold, folds};
use super::moves::{self, MoveView};
use super::new::{choices, odd_asset, types};
use super::sent_back::SentBack;
use super::text;
use super::view::OrderView;
use crate::assets::reads::Choices;
use crate::foundation::{Error, Result};
use crate::web::page::show as show_page;
use crate::web::{Form, Shell, WebResult, flash, see_other};
use crate::work_orders::actions::edit_plan::edit_plan;
use crate::work_orders::decide::{Command, check_may_edit, needs_reason};
use crate::work_orders::editing::{Changed, Edit, Place, Way, plan_of};
use crate::work_orders::milestones::estimate;
use crate::work_orders::model::asks::CODE_CHARS;
use crate::work_orders::model::{
    AskKind, Asks, AssetRef, Assignee, Block, Demands, EvidenceAsked, Kind, OnlyIf, Priority,
};
use crate::work_orders::pace;

/// What can be added, the most wanted first.
const ADDED: [Kind; 10] = [
    Kind::Item,
    Kind::Step,
    Kind::Text,
    Kind::Warning,
    Kind::Code,
    Kind::Criterion,
    Kind::Safety,
    Kind::Goal,
    Kind::Part,
    Kind::Section,
];

#[derive(Template)]
#[template(path = "work_orders/returned.html")]
struct EditPage {
    shell: Shell,
    /// Who sent it back, and why.
    sent_back: Option<SentBack>,
    number: String,
    title: String,
    status: &'static str,
    tone: &'static str,
    order_type: String,
    priority: &'static str,
    due: String,
    /// In hours; empty where the head says nothing that is understood.
    estimate: String,
    asset_name: String,
    asset_tag: String,
    isolation: bool,
    folds: Vec<Fold>,
    /// Behind which part the form for a new one stands; empty for the end.
    adding: String,
    /// Whether each change needs a reason, and its shortest length.
    reason: Option<u16>,
    /// The reason of the last change: several often have the same.
    why: String,
    assigning: Assigning,
    submit: Option<MoveView>,
    version: i64,
    types: Vec<String>,
    choices: Choices,
}

/// GET `/work-orders/{number}/edit`; `?add=ID` shows the form for a new part behind that one, `why` fills in the reason, `at` says
/// where something came in.
pub async fn show(request: HttpRequest, act: Act, query: web::Query<BTreeMap<String, String>>) -> WebResult {
    let view = act.view(None).await?;
    check_may(&view)?;
    let types = types(&act.orders.app, act.who.project).await?;
    let given = |name: &str| query.get(name).cloned().unwrap_or_default();
    let assigning = if may_assign(&view) {
        Assigning::of(&act.orders.app, act.who.project, view.order.assignee.as_ref()).await?
    } else {
        Assigning::default()
    };
    let page = page(&request, &view, types);
    let choices = choices(&act.orders.app, act.who.project).await?;
    let folds = folds(&view, &given("add"), &given("at"));
    show_page(&EditPage { folds, adding: given("add"), why: given("why"), assigning, choices, ..page })
}

/// Whether this person may change the plan now; else the refusal says why.
pub fn check_may(view: &OrderView) -> Result<()> {
    check_may_edit(&view.order, &view.who, &view.facts)
}

/// Whether this person may give the work to somebody now.
pub(super) fn may_assign(view: &OrderView) -> bool {
    let nobody = Assignee { name: view.some_reason(), ..Assignee::default() };
    view.allows(Command::Assign { assignee: Some(nobody) })
}

fn page(request: &HttpRequest, view: &OrderView, types: Vec<String>) -> EditPage {
    let order = &view.order;
    let plan = plan_of(order);
    let asset = plan.asset.clone().unwrap_or_default();
    EditPage {
        shell: Shell::of(request, format!("Edit {}", order.number), "work-orders"),
        sent_back: SentBack::of(view),
        number: order.number.to_string(),
        title: plan.title.clone(),
        status: order.status.label(),
        tone: text::tone_of(order.status),
        order_type: plan.order_type.clone(),
        priority: plan.priority.as_str(),
        due: plan.due.as_ref().map(|due| due.raw.clone()).unwrap_or_default(),
        estimate: estimate::hours_of(&plan.fields),
        asset_name: asset.name,
        asset_tag: asset.tag,
        isolation: plan.isolation,
        folds: Vec::new(),
        adding: String::new(),
        why: String::new(),
        assigning: Assigning::default(),
        reason: needs_reason(order).then_some(view.facts.policy.min_reason),
        submit: moves::offers(view).into_iter().find(|it| it.to == "submitted"),
        version: order.version,
        types,
        choices: Choices::default(),
    }
}

/// POST `/work-orders/{number}/plan`: field `op` and what it needs.
pub async fn change(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let edits = read(&form)?;
    let reason = form.text("reason").to_owned();
    let mut kept: Vec<(&str, &str)> = Vec::new();
    if form.text("op") == "below" {
        kept.push(("add", form.text("block")));
    }
    if !reason.is_empty() {
        kept.push(("why", &reason));
    }
    kept.extend(edits.last().and_then(came_in).map(|at| ("at", at)));
    let place = match edits.last() {
        _ if form.text("op") == "below" => "#add".to_owned(),
        Some(Edit::Set { id, .. } | Edit::Move { id, .. } | Edit::Carry { id, .. }) => format!("#block-{id}"),
        Some(Edit::Add { place: Place::After(after), .. }) => format!("#block-{after}"),
        Some(Edit::Head { .. } | Edit::Estimate(_)) => "#head".to_owned(),
        _ => "#plan".to_owned(),
    };
    let done = edit_plan(&act.orders, &act.who, &id, edits, reason.clone()).await?;
    let kept = serde_urlencoded::to_string(kept).map_err(Error::internal)?;
    let mark = if kept.is_empty() { "" } else { "?" };
    let shown = see_other(format!("/work-orders/{}/edit{mark}{kept}{place}", act.number));
    Ok(match (done.is_empty(), form.text("op")) {
        (true, "below") => shown,
        (true, _) => flash::good(shown, "Nothing was different."),
        (_, "remove") => {
            let words: String = form.raw("was").trim().chars().take(120).collect();
            flash::good(shown, &format!("Removed: {words}"))
        }
        (_, "head") => {
            let odd = odd_asset(&act.orders.app, act.who.project, &form).await?;
            flash::good(shown, &format!("Saved.{odd}"))
        }
        _ => flash::good(shown, "Saved."),
    })
}

/// Where something came in that named no place: an item goes to the last step, all else behind everything.
fn came_in(edit: &Edit) -> Option<&'static str> {
    match edit {
        Edit::Add { place: Place::End, block } if block.kind == Kind::Item => Some(AT_ITEM),
        Edit::Add { place: Place::End, .. } | Edit::Paste { place: Place::End, .. } => Some(AT_END),
        _ => None,
    }
}

/// What a press asks for. Whatever else was written in the part's form is saved with it: without scripts nothing else would.
fn read(form: &Form) -> Result<Vec<Edit>> {
    let id = || form.required("block", "say which part is meant").map(str::to_owned);
    let set = || Ok(Edit::Set { id: id()?, was: form.raw("was").replace("\r\n", "\n"), now: changed(form)? });
    let written = || if form.optional("text").is_some() { set().map(|it| vec![it]) } else { Ok(Vec::new()) };
    let and_then = |edit: Edit| {
        let mut edits = written()?;
        edits.push(edit);
        Ok(edits)
    };
    Ok(vec![match form.text("op") {
        "up" => return and_then(Edit::Move { id: id()?, way: Way::Up }),
        "down" => return and_then(Edit::Move { id: id()?, way: Way::Down }),
        "to" => return and_then(Edit::Carry { id: id()?, to: beside(form)? }),
        "below" => return written(),
        "head" => return Ok(std::iter::once(head(form)?).chain(estimated(form)?).collect()),
        "remove" => Edit::Remove { id: id()? },
        "add" => Edit::Add { place: place(form), block: block(form)? },
        "paste" => Edit::Paste {
            place: place(form),
            markdown: form.required("markdown", "paste some Markdown")?.to_owned(),
        },
        "" | "set" => set()?,
        _ => {
            return Err(Error::invalid(
                "op",
                "expected head, set, add, below, up, down, to, remove or paste",
            ));
        }
    }])
}

/// Where a part is carried: before or behind which other one.
fn beside(form: &Form) -> Result<Place> {
    match (form.optional("before"), form.optional("after")) {
        (Some(id), _) => Ok(Place::Before(id.to_owned())),
        (None, Some(id)) => Ok(Place::After(id.to_owned())),
        (None, None) => Err(Error::invalid("before", "say before or behind which part it goes")),
    }
}

fn place(form: &Form) -> Place {
    form.optional("after").map_or(Place::End, |after| Place::After(after.to_owned()))
}

fn head(form: &Form) -> Result<Edit> {
    let due = due_in(form)?;
    let asset = AssetRef { name: form.text("asset").to_owned(), tag: form.text("tag").to_owned() };
    Ok(Edit::Head {
        title: form.required("title", "a work order needs a title")?.to_owned(),
        order_type: form.text("type").to_owned(),
        priority: Priority::read(form.text("priority"))
            .ok_or_else(|| Error::invalid("priority", "expected none, low, medium, high or emergency"))?,
        due,
        asset: (asset != AssetRef::default()).then_some(asset),
        isolation: form.is_checked("isolation"),
    })
}

/// How long it takes, where that was changed: what the head says in other words than hours stays as it is otherwise.
fn estimated(form: &Form) -> Result<Option<Edit>> {
    if form.text("estimate") == form.text("estimate_was") {
        return Ok(None);
    }
    estimate::in_hours("estimate", form.text("estimate")).map(|value| Some(Edit::Estimate(value)))
}

fn kind(form: &Form) -> Result<Kind> {
    Kind::read(form.text("kind")).ok_or_else(|| Error::invalid("kind", "choose what it is"))
}

fn changed(form: &Form) -> Result<Changed> {
    Ok(Changed {
        text: form.raw("text").replace("\r\n", "\n"),
        kind: kind(form)?,
        language: form.text("language").to_owned(),
        required: !form.is_checked("optional"),
        ordered: form.is_checked("ordered"),
        asks: asks(form)?,
        demands: form.is_checked("demands").then(|| demands(form)).transpose()?,
        depth: form.text("depth").parse().unwrap_or(0),
    })
}

/// What a part asks for beyond its words.
fn demands(form: &Form) -> Result<Demands> {
    let count = |field: &str| match form.text(field) {
        "" => Ok(0),
        text => text.parse::<u32>().map_err(|_| Error::invalid(field, "write a number such as 2")),
    };
    let only_if = form.optional("only_if").map(|value| {
        let (item, answer) = value.split_once('=').unwrap_or((value, ""));
        OnlyIf { item: item.to_owned(), answer: answer.to_owned() }
    });
    let evidence = EvidenceAsked {
        traces: count("traces")?,
        files: count("files")?,
        attested: form.is_checked("attested"),
    };
    Ok(Demands { blocking: form.is_checked("blocking"), least_seconds: least_time(form)?, only_if, evidence })
}

fn least_time(form: &Form) -> Result<u32> {
    pace::read(form.text("time")).ok_or_else(|| {
        Error::invalid("time", "write a time such as 45 s, 5 min or 1 h 30 min, a week at most")
    })
}

/// What an item asks for; limits and options that were not on the form yet come with the next change.
fn asks(form: &Form) -> Result<Asks> {
    let kind = form.optional("asks").map_or(Some(AskKind::Tick), AskKind::read);
    let kind = kind.ok_or_else(|| Error::invalid("asks", "choose how it is answered"))?;
    let options = form
        .text("options")
        .split(['\n', ';', ','])
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(str::to_owned);
    let mut options: Vec<String> = options.collect();
    if kind == AskKind::Choice && options.is_empty() {
        options = vec!["First".to_owned(), "Second".to_owned()];
    }
    let asks = Asks {
        kind,
        unit: form.text("unit").to_owned(),
        least: form.text("least").replace(',', "."),
        most: form.text("most").replace(',', "."),
        outside_fails: form.text("outside") == "fail",
        options,
        asset: String::new(),
    };
    let asks = match kind {
        AskKind::Number => Asks { options: Vec::new(), ..asks },
        AskKind::Choice => Asks { kind, options: asks.options, ..Asks::default() },
        AskKind::Scan => Asks { kind, asset: scanned(form), ..Asks::default() },
        _ => Asks { kind, ..Asks::default() },
    };
    asks.fault().map_or(Ok(()), |fault| Err(Error::invalid("asks", fault)))?;
    Ok(asks)
}

/// The code that a scan asks for. Where the form had no field for it yet: that of the order's own asset, else a word in its place.
fn scanned(form: &Form) -> String {
    if form.is_checked("at") {
        return form.text("at").to_owned();
    }
    form.optional("own").unwrap_or("CODE").chars().take(CODE_CHARS).collect()
}

fn block(form: &Form) -> Result<Block> {
    let kind = kind(form)?;
    if !ADDED.contains(&kind) {
        return Err(Error::invalid("kind", "this cannot be added by hand"));
    }
    let text = form.raw("text").replace("\r\n", "\n");
    Ok(Block {
        level: if matches!(kind, Kind::Step | Kind::Section) { 2 } else { 0 },
        depth: if kind.is_entry() { form.text("depth").parse().unwrap_or(0) } else { 0 },
        language: form.text("language").to_owned(),
        ..Block::of(kind, text.trim_end())
    })
}
