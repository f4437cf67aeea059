//! Writing the text of a version: of a new procedure, of the next version, of a draft; with the plan as it will be read below it.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::acts::{find, seen_in};
use super::{number_of, open};
use crate::db::AnyConnection;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, FieldErrors, Result};
use crate::maintenance::procedures::actions;
use crate::maintenance::procedures::document::{self, Text};
use crate::maintenance::procedures::model::Looked;
use crate::maintenance::procedures::reads;
use crate::order_pages::plan_html;
use crate::web::error::Problem;
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::Orders;

/// What an empty form begins with.
const BEGINNING: &str = "# Title\n\n## Header\n\n| Field | Value |\n|-------|-------|\n| **Type** | Preventive |\n| **Priority** | MEDIUM |\n\n\
    ## Step 1: What is done first\n\n- [ ] What is ticked\n\n## Completion Criteria\n\n- What must hold at the end\n";

#[derive(Template)]
#[template(path = "procedures/write.html")]
struct WritePage {
    shell: Shell,
    form: Target,
    given: Given,
    errors: FieldErrors,
    preview: Option<Preview>,
}

/// Where the form leads, and what it writes.
#[derive(Clone)]
struct Target {
    heading: String,
    /// Where it is sent.
    action: String,
    back: String,
    /// A new procedure has a title of its own.
    has_title: bool,
    /// The version that can be edited as an order.
    as_order: Option<String>,
    /// Which version its text begins with.
    begins: Option<String>,
}

/// What was typed.
struct Given {
    title: String,
    text: String,
    /// The digest of the text that was loaded to be changed or to begin with; empty where there is none.
    seen: String,
}

/// A text as it would be taken.
struct Preview {
    counts: String,
    /// Lines that were not taken for what they look like.
    not_taken: Vec<(usize, String)>,
    plan: String,
}

impl Given {
    fn of(form: &Form) -> Self {
        Self { title: form.raw("title").to_owned(), text: text_in(form), seen: form.text("seen").to_owned() }
    }
}

/// The text as typed; a browser ends every line with two characters.
fn text_in(form: &Form) -> String {
    form.raw("text").replace("\r\n", "\n")
}

fn is_preview(form: &Form) -> bool {
    form.text("op") == "preview"
}

impl Target {
    fn new_procedure() -> Self {
        Self {
            heading: "New procedure".to_owned(),
            action: "/procedures/new".to_owned(),
            back: "/procedures".to_owned(),
            has_title: true,
            as_order: None,
            begins: None,
        }
    }

    fn next(code: &str, number: u32) -> Self {
        Self {
            heading: format!("{code}: draft version {number}"),
            action: format!("/procedures/{code}/versions/new"),
            back: format!("/procedures/{code}"),
            has_title: false,
            as_order: None,
            begins: None,
        }
    }

    fn edit(code: &str, number: u32) -> Self {
        let version = format!("/procedures/{code}/versions/{number}");
        Self {
            heading: format!("{code}: edit version {number}"),
            action: format!("{version}/edit"),
            as_order: Some(format!("{version}/make-order")),
            begins: None,
            back: version,
            has_title: false,
        }
    }
}

/// GET `/procedures/new`
pub async fn new(request: HttpRequest, orders: Data<Orders>, who: Principal) -> WebResult {
    let given = Given { title: String::new(), text: BEGINNING.to_owned(), seen: String::new() };
    answer(&request, &orders, &who, Target::new_procedure(), given).await
}

/// POST `/procedures/new`: `title`, `text`; `op` is `preview` where the plan is only to be looked at.
pub async fn create(request: HttpRequest, orders: Data<Orders>, who: Principal, form: Form) -> WebResult {
    let (target, given) = (Target::new_procedure(), Given::of(&form));
    if is_preview(&form) {
        return answer(&request, &orders, &who, target, given).await;
    }
    match actions::create::create(&orders.app, &who, form.text("title").to_owned(), &given.text).await {
        Ok(made) => Ok(flash::good(
            see_other(format!("/procedures/{}/versions/1", made.code)),
            &format!("{} is written. Its version 1 is a draft: submit it when it says all.", made.code),
        )),
        Err(cause) => refused(&request, target, given, cause),
    }
}

/// GET `/procedures/{code}/versions/new`: begins with the text of the newest approved version.
pub async fn next(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    code: Path<String>,
) -> WebResult {
    let (asker, now) = (who.0.clone(), orders.app.now());
    let read = move |conn: &mut AnyConnection| Ok(open(conn, &asker, &code)?.0);
    let procedure = orders.app.db.read(read).await?;
    if let Some(open) = procedure.open() {
        return Ok(see_other(format!("/procedures/{}/versions/{}", procedure.code, open.number)));
    }
    let base = procedure.base();
    let begins = base.map(|version| {
        let stands = procedure.standing(version, now).label();
        format!("Begins with the text of version {} ({stands}).", version.number)
    });
    let text = base.map(|version| version.text.clone()).unwrap_or_default();
    let seen = base.map(|version| version.digest.to_hex()).unwrap_or_default();
    let given = Given { title: String::new(), text, seen };
    let target = Target { begins, ..Target::next(&procedure.code, procedure.next_number()) };
    answer(&request, &orders, &who, target, given).await
}

/// POST `/procedures/{code}/versions/new`: `text`, `seen`, the digest of the text that it began with; `op` as in [`create`].
pub async fn draft(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    code: Path<String>,
    form: Form,
) -> WebResult {
    let (asker, given) = (who.0.clone(), Given::of(&form));
    let read = move |conn: &mut AnyConnection| Ok(open(conn, &asker, &code)?.0);
    let procedure = orders.app.db.read(read).await?;
    let (code, number) = (&procedure.code, procedure.next_number());
    if is_preview(&form) {
        return answer(&request, &orders, &who, Target::next(code, number), given).await;
    }
    let begun = seen_in(&form)?;
    match actions::draft::draft_from(&orders.app, &who, &procedure.id, &given.text, begun).await {
        Ok(_) => Ok(saved(code, number)),
        Err(Error::Refused(why)) => {
            // The version that came has been told of: saving once more is meant.
            let seen = procedure.base().map(|version| version.digest.to_hex()).unwrap_or_default();
            let (target, given) = (Target::next(code, number), Given { seen, ..given });
            let errors = FieldErrors::one("", why.into_owned());
            write_page(&request, StatusCode::CONFLICT, target, given, errors, None)
        }
        Err(cause) => refused(&request, Target::next(code, number), given, cause),
    }
}

/// GET `/procedures/{code}/versions/{version}/edit`
pub async fn edit(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    path: Path<(String, String)>,
) -> WebResult {
    let (code, word) = path.into_inner();
    let (asker, number) = (who.0.clone(), number_of(&word)?);
    let read = move |conn: &mut AnyConnection| Ok(open(conn, &asker, &code)?.0);
    let procedure = orders.app.db.read(read).await?;
    let version = procedure.find(number).ok_or_else(|| Error::not_found("this version"))?;
    if !version.state.is_written() {
        return Ok(flash::bad(
            see_other(format!("/procedures/{}/versions/{number}", procedure.code)),
            "The text of this version stands; it is no draft.",
        ));
    }
    let seen = version.digest.to_hex();
    let given = Given { title: String::new(), text: version.text.clone(), seen };
    answer(&request, &orders, &who, Target::edit(&procedure.code, number), given).await
}

/// POST `/procedures/{code}/versions/{version}/edit`: `text`, `seen`, the digest of the text that was loaded; `op` as in [`create`].
pub async fn change(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    path: Path<(String, String)>,
    form: Form,
) -> WebResult {
    let (code, word) = path.into_inner();
    let (number, given) = (number_of(&word)?, Given::of(&form));
    let (code, id) = find(&orders.app, &who, &code).await?;
    if is_preview(&form) {
        return answer(&request, &orders, &who, Target::edit(&code, number), given).await;
    }
    let target = Target::edit(&code, number);
    let looked = Looked { version: number, seen: seen_in(&form)? };
    match actions::change::change(&orders.app, &who, &id, looked, &given.text).await {
        Ok(_) => Ok(saved(&code, number)),
        Err(Error::Refused(why)) => {
            let project = who.project;
            let read = move |conn: &mut AnyConnection| reads::load(conn, project, &id);
            let procedure = orders.app.db.read(read).await?;
            // What is there now has been told of: saving once more is meant.
            let seen = procedure.find(number).map(|version| version.digest.to_hex()).unwrap_or_default();
            let given = Given { seen, ..given };
            let errors = FieldErrors::one("", why.into_owned());
            write_page(&request, StatusCode::CONFLICT, target, given, errors, None)
        }
        Err(cause) => refused(&request, target, given, cause),
    }
}

fn saved(code: &str, number: u32) -> actix_web::HttpResponse {
    flash::good(
        see_other(format!("/procedures/{code}/versions/{number}")),
        "The draft is saved. Submit it when it says all.",
    )
}

/// The form with the plan that its text says; with the faults, where it says none.
async fn answer(
    request: &HttpRequest,
    orders: &Orders,
    who: &Asker,
    form: Target,
    given: Given,
) -> WebResult {
    let now = orders.app.now();
    match document::read(&given.text, &mut || new_id(now)) {
        Ok(text) => {
            let preview = Some(preview(orders, who, text).await?);
            write_page(request, StatusCode::OK, form, given, FieldErrors::default(), preview)
        }
        Err(cause) => refused(request, form, given, cause),
    }
}

async fn preview(orders: &Orders, who: &Asker, text: Text) -> Result<Preview> {
    let Text { plan, not_taken, .. } = text;
    let (service, asker) = (orders.clone(), who.clone());
    let items: usize = plan.steps.iter().map(|step| step.items.len()).sum();
    let counted =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let counts = [
        counted(plan.steps.len(), "step", "steps"),
        counted(items, "item", "items"),
        counted(plan.criteria.len(), "criterion", "criteria"),
        counted(plan.safety.len(), "safety note", "safety notes"),
    ];
    let read = move |conn: &mut AnyConnection| {
        plan_html(conn, &service, &asker, document::shown(&plan), "The plan as it will be read")
    };
    Ok(Preview { counts: counts.join(", "), not_taken, plan: orders.app.db.read(read).await? })
}

fn refused(request: &HttpRequest, form: Target, given: Given, cause: Error) -> WebResult {
    match cause {
        Error::Invalid(errors) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            write_page(request, status, form, given, errors, None)
        }
        other => Err(WebError(other)),
    }
}

fn write_page(
    request: &HttpRequest,
    status: StatusCode,
    form: Target,
    given: Given,
    errors: FieldErrors,
    preview: Option<Preview>,
) -> WebResult {
    let shell = Shell::of_tab(request, form.heading.clone(), "procedures");
    show_with(status, &WritePage { shell, form, given, errors, preview })
}
