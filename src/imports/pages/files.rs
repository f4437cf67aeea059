//! The files that wait: a row for each, what it becomes, and one button for all of them.

use actix_web::HttpRequest;
use actix_web::web::{Data, Payload};
use askama::Template;

use super::paste;
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::imports::actions::bring::bring as bring_files;
use crate::imports::actions::put_away::put_away as put_away_files;
use crate::imports::actions::take::{Chosen, take_waiting};
use crate::imports::forms::choices;
use crate::imports::model::Waiting;
use crate::imports::reading::{Columns, Figures, drafts};
use crate::imports::store;
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::parts::{Parts, is_multipart};
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};
use crate::work_orders::actions::import::Imported;

#[derive(Template)]
#[template(path = "imports/files.html")]
struct FilesPage {
    shell: Shell,
    rows: Vec<RowView>,
    /// Drafts that the button makes.
    drafts: usize,
}

/// A file that waits.
struct RowView {
    id: String,
    name: String,
    figures: Figures,
    refused: Option<String>,
}

/// GET `/work-orders/import/files`.
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let rows: Vec<RowView> = waiting(&app, &who).await?.iter().map(|file| row(file, app.now())).collect();
    let drafts = rows.iter().map(|row| row.figures.orders).sum();
    show_page(&FilesPage {
        shell: Shell::of(&request, "Files to import", "work-orders").in_shop_style(),
        rows,
        drafts,
    })
}

pub(super) async fn waiting(app: &App, who: &Asker) -> Result<Vec<Waiting>> {
    let (who, now) = (who.clone(), app.now());
    app.db.read(move |conn| store::of(conn, &who, now)).await
}

/// What was chosen for a file that waits.
pub(super) fn chosen(file: &Waiting) -> Result<Chosen> {
    let form = Form::parse(file.choices.as_bytes())?;
    Ok(Chosen {
        name: file.name.clone(),
        bytes: file.bytes.clone(),
        choices: choices(&form)?,
        columns: Columns::of(&form),
    })
}

fn row(file: &Waiting, now: Timestamp) -> RowView {
    let read = if file.is_refused() {
        Err(Error::refused(file.refused.clone()))
    } else {
        chosen(file).and_then(|it| drafts(&it.name, &it.bytes, &it.choices, &it.columns, now))
    };
    let (figures, refused) = match read {
        Ok(made) => (Figures::of(&made), None),
        Err(cause) => (Figures::default(), Some(why(cause))),
    };
    RowView { id: file.id.clone(), name: file.name.clone(), figures, refused }
}

/// Why a file is not taken, without the name of a field that no form has.
pub(super) fn why(cause: Error) -> String {
    match cause {
        Error::Invalid(errors) => {
            let told = errors.0.iter().map(|fault| match fault.path.as_str() {
                "" | "file" => fault.message.clone(),
                place => format!("{place}: {}", fault.message),
            });
            told.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// POST `/work-orders/import/files`: files under any name.
pub async fn bring(request: HttpRequest, app: Data<App>, who: Principal, payload: Payload) -> WebResult {
    if !is_multipart(&request) {
        let cause = Error::invalid("file", "choose at least one file");
        return paste::refused(&request, &app, &who, cause).await;
    }
    match bring_files(&app, &who, Parts::of(&request, payload)).await {
        Ok(ids) => {
            // One file alone is looked at at once.
            let all = waiting(&app, &who).await?;
            let alone = all.first().filter(|file| all.len() == 1 && ids.len() == 1 && !file.is_refused());
            let address = alone.map_or_else(String::new, |file| format!("/{}", file.id));
            Ok(see_other(format!("/work-orders/import/files{address}")))
        }
        Err(cause) => paste::refused(&request, &app, &who, cause).await,
    }
}

/// POST `/work-orders/import/files/take`: makes a draft of everything that can be taken. What is refused stays, with its reason.
pub async fn take(app: Data<App>, who: Principal) -> WebResult {
    let (mut all, mut left) = (Vec::new(), 0);
    for file in waiting(&app, &who).await?.iter().rev() {
        let taken = match chosen(file) {
            Ok(_) if file.is_refused() => Err(Error::refused(file.refused.clone())),
            Ok(chosen) => take_waiting(&app, &who, &file.id, &chosen).await,
            Err(cause) => Err(cause),
        };
        match taken {
            Ok(orders) => all.extend(orders),
            Err(Error::Invalid(_) | Error::Refused(_) | Error::TooLarge(_)) => left += 1,
            Err(cause) => return Err(cause.into()),
        }
    }
    let to = if left > 0 { "/work-orders/import/files" } else { "/work-orders" };
    let left = if left == 0 { String::new() } else { format!(" {left} could not be taken and wait here.") };
    Ok(flash::good(see_other(to), &format!("{}{left}", made(&all))))
}

/// The new drafts by their numbers, and how many were known already.
pub(super) fn made(taken: &[Imported]) -> String {
    let new: Vec<String> =
        taken.iter().filter(|order| order.is_new).map(|order| order.number.to_string()).collect();
    let drafts = match new.len() {
        0 => "No draft was made.".to_owned(),
        1 => format!("1 draft was made: {}.", flash::named(&new)),
        many => format!("{many} drafts were made: {}.", flash::named(&new)),
    };
    match taken.len() - new.len() {
        0 => drafts,
        known => format!("{drafts} {known} had been imported before and stay as they are."),
    }
}

/// POST `/work-orders/import/files/put-away`: field `file`; all of them without it.
pub async fn put_away(app: Data<App>, who: Principal, form: Form) -> WebResult {
    put_away_files(&app, &who, form.optional("file").map(str::to_owned)).await?;
    let is_empty = waiting(&app, &who).await?.is_empty();
    Ok(see_other(if is_empty { "/work-orders/import" } else { "/work-orders/import/files" }))
}
