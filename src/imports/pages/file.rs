//! One file that waits: what it becomes, line by line or column by column, changed before it is taken.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use order_tables::is_table;

use super::files::{chosen, made, waiting};
use super::paste::{told, types};
use super::preview::Preview;
use super::table::TableView;
use crate::foundation::error::FieldError;
use crate::foundation::{Digest, Error, FieldErrors, Result};
use crate::imports::actions::choose::choose as keep_choices;
use crate::imports::actions::take::{Chosen, take_waiting};
use crate::imports::forms::{choices, choices_without_day};
use crate::imports::model::Waiting;
use crate::imports::reading::{Becomes, Columns, becomes};
use crate::imports::store;
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::read::Reading;

#[derive(Template)]
#[template(path = "imports/file.html")]
struct FilePage {
    shell: Shell,
    id: String,
    name: String,
    lines: usize,
    digest: String,
    errors: FieldErrors,
    preview: Option<Preview>,
    table: Option<TableView>,
    types: Vec<String>,
    /// Other files that wait too.
    others: usize,
    /// Another order is to be made where the one that the file made was cancelled.
    anew: bool,
}

impl FilePage {
    fn names_a_place(&self, fault: &FieldError) -> bool {
        !["", "file", "anew"].contains(&fault.path.as_str())
    }

    /// Whether that can be said: the file made an order that was cancelled, or it is said already.
    fn offers_anew(&self) -> bool {
        self.anew || self.errors.get("anew").is_some()
    }
}

/// GET `/work-orders/import/files/{file}`.
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let file = find(&app, &who, &id).await?;
    let form = Form::parse(file.choices.as_bytes())?;
    show_page(&page(&request, &app, &who, &file, &form, FieldErrors::default()).await?)
}

async fn find(app: &App, who: &Principal, id: &str) -> Result<Waiting> {
    let (who, id, now) = (who.0.clone(), id.to_owned(), app.now());
    let file = app.db.read(move |conn| store::find(conn, &who, &id, now)).await?;
    let file = file.ok_or_else(|| {
        Error::not_found("this file: it was taken, put away, or waited longer than a week; it")
    })?;
    if file.is_refused() {
        Err(Error::refused(format!("{} was not taken: {}", file.name, file.refused)))
    } else {
        Ok(file)
    }
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    file: &Waiting,
    form: &Form,
    mut errors: FieldErrors,
) -> Result<FilePage> {
    let (mut preview, mut table) = (None, None);
    let choices = choices_without_day(form);
    match becomes(&file.name, &file.bytes, &choices, &Columns::of(form)) {
        Ok(Becomes::Document(reading)) => preview = Some(preview_of(&reading, form, &file.id)),
        Ok(Becomes::Table(sheet)) => {
            table = Some(TableView::of(&sheet, &choices, form.text("due"), app.now()));
        }
        Err(Error::Invalid(faults)) => errors.0.extend(faults.0),
        Err(cause) if Problem::of(&cause).status.is_client_error() => {
            errors.add("file", cause.to_string());
        }
        Err(cause) => return Err(cause),
    }
    Ok(FilePage {
        shell: Shell::of(request, format!("Import · {}", file.name), "work-orders").in_shop_style(),
        id: file.id.clone(),
        name: file.name.clone(),
        lines: String::from_utf8_lossy(&file.bytes).lines().count(),
        digest: Digest::of(&file.bytes).to_hex(),
        errors,
        preview,
        table,
        types: types(app, who).await?,
        others: waiting(app, who).await?.len().saturating_sub(1),
        anew: form.is_checked("anew"),
    })
}

fn preview_of(reading: &Reading, form: &Form, id: &str) -> Preview {
    let shown = Preview::of(reading, &choices_without_day(form));
    let due = if form.is_checked("due") { form.text("due").to_owned() } else { shown.due.clone() };
    let create = format!("/work-orders/import/files/{id}");
    Preview { due, apply: format!("{create}/choices"), create, ..shown }
}

/// POST `/work-orders/import/files/{file}/choices`: keeps what was chosen, and shows it.
pub async fn choose(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    id: Path<String>,
    form: Form,
) -> WebResult {
    let file = find(&app, &who, &id).await?;
    let checked =
        choices(&form).and_then(|it| becomes(&file.name, &file.bytes, &it, &Columns::of(&form)).map(drop));
    if let Err(cause) = checked {
        return again(&request, &app, &who, &file, &form, cause).await;
    }
    keep_choices(&app, &who, &id, written(&form)?).await?;
    Ok(see_other(format!("/work-orders/import/files/{id}")))
}

/// What a form said, as it is kept.
fn written(form: &Form) -> Result<String> {
    let fields: Vec<(&str, &str)> = form.fields().filter(|(name, _)| *name != "csrf").collect();
    serde_urlencoded::to_string(fields).map_err(Error::internal)
}

/// POST `/work-orders/import/files/{file}`: makes its orders; the fields are those of [`choose`].
pub async fn take(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    id: Path<String>,
    form: Form,
) -> WebResult {
    let file = find(&app, &who, &id).await?;
    let chosen = if form.fields().next().is_none() {
        chosen(&file)?
    } else {
        match choices(&form) {
            Ok(choices) => {
                let columns = Columns::of(&form);
                Chosen { name: file.name.clone(), bytes: file.bytes.clone(), choices, columns }
            }
            Err(cause) => return again(&request, &app, &who, &file, &form, cause).await,
        }
    };
    let taken = match take_waiting(&app, &who, &id, &chosen).await {
        Ok(taken) => taken,
        Err(cause) => return again(&request, &app, &who, &file, &form, cause).await,
    };
    let others = !waiting(&app, &who).await?.is_empty();
    if let [one] = taken.as_slice() {
        let to = if others {
            "/work-orders/import/files".to_owned()
        } else {
            format!("/work-orders/{}", one.number)
        };
        return Ok(flash::good(see_other(to), &told(one)));
    }
    let to = if others { "/work-orders/import/files" } else { "/work-orders" };
    Ok(flash::good(see_other(to), &made(&taken)))
}

/// The page again with what was chosen.
async fn again(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    file: &Waiting,
    form: &Form,
    cause: Error,
) -> WebResult {
    let status = Problem::of(&cause).status;
    let errors = match cause {
        Error::Invalid(errors) => errors,
        other if status.is_client_error() || status == StatusCode::SERVICE_UNAVAILABLE => {
            FieldErrors::one("", other.to_string())
        }
        other => return Err(WebError(other)),
    };
    let is_table = is_table(&file.name);
    let mut shown = page(request, app, who, file, form, FieldErrors::default()).await?;
    // What the page finds by itself says the same of a table.
    shown.errors = if is_table && !shown.errors.0.is_empty() { shown.errors } else { errors };
    show_with(status, &shown)
}
