//! Bringing files and photos, showing them to whoever may see the order, taking one back, and checking them.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use file_kinds::{kind, name};

use super::blocks::{may_add, name_of};
use super::sending::{self, Sent};
use crate::foundation::{Error, FieldErrors, Result};
use crate::media::pages::{Served, serve_file};
use crate::order_pages::act::Act;
use crate::order_pages::view::OrderView;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::actions::add_files::{self, add_files};
use crate::work_orders::actions::check_files::check_files;
use crate::work_orders::actions::withdraw_file::withdraw_file;
use crate::work_orders::gathered::storage;
use crate::work_orders::model::{AskKind, FilePlace, OrderFile, Target};

#[derive(Template)]
#[template(path = "work_orders/files.html")]
struct FilesPage {
    shell: Shell,
    number: String,
    title: String,
    /// Everything that files can belong to: target and words.
    places: Vec<(String, String)>,
    target: String,
    /// What the place says, where one is chosen.
    chosen: String,
    description: String,
    needs_words: bool,
    /// Whether the place is an item that asks for a photo: other files come second.
    wants_photo: bool,
    max_mib: u64,
    most: usize,
    refused: Option<String>,
    errors: FieldErrors,
}

impl FilesPage {
    fn of(request: &HttpRequest, act: &Act, view: &OrderView, target: &str) -> Self {
        let places = view.order.targets().into_iter().chain(steps(view));
        let places: Vec<(String, String)> =
            places.map(|target| (target.to_string(), name_of(view, &target))).collect();
        let chosen = places.iter().find(|(known, _)| known == target).map(|(_, words)| words.clone());
        Self {
            shell: Shell::of(request, format!("Photo or file · {}", view.order.number), "work-orders"),
            number: view.order.number.to_string(),
            title: view.order.title.clone(),
            places,
            target: target.to_owned(),
            chosen: chosen.unwrap_or_default(),
            description: String::new(),
            needs_words: view.order.status.is_done(),
            wants_photo: asks_photo(view, target),
            max_mib: act.orders.app.config.files.max_bytes >> 20,
            most: add_files::AT_ONCE,
            refused: None,
            errors: FieldErrors::default(),
        }
    }
}

/// Whether a place is an item that asks for a photo.
fn asks_photo(view: &OrderView, target: &str) -> bool {
    let Ok(Target::Item(id)) = target.parse::<Target>() else { return false };
    view.order.item(&id).is_some_and(|(_, item)| item.asks.kind == AskKind::Photo)
}

/// Steps as a whole, where their items stand in the list already.
fn steps(view: &OrderView) -> impl Iterator<Item = Target> {
    view.order.steps.iter().filter(|step| !step.items.is_empty()).map(|step| Target::Step(step.id.clone()))
}

/// GET `/work-orders/{number}/files/new`: the form; `?target=item:ID` says for what.
pub async fn ask(request: HttpRequest, act: Act, query: Query<BTreeMap<String, String>>) -> WebResult {
    let view = act.view(None).await?;
    if !may_add(&view) {
        return Err(WebError(Error::refused(format!(
            "No file of yours can be added to {} now: it takes files from the people who work on it, until it has ended",
            view.order.number
        ))));
    }
    let target = query.get("target").map_or("", String::as_str);
    show_page(&FilesPage::of(&request, &act, &view, target))
}

/// POST `/work-orders/{number}/files`: fields `target`, `description`, and files under any name.
pub async fn add(request: HttpRequest, act: Act, payload: Payload) -> WebResult {
    let id = act.order_id().await?;
    add_files::may_add(&act.orders, &act.who, &id).await?;
    let (sent, added) = match sending::read(&request, payload, &act, &id).await {
        Err((sent, cause)) => (sent, Err(cause)),
        Ok(mut sent) => {
            let added = take(&act, &id, &mut sent).await;
            (sent, added)
        }
    };
    match added {
        Ok((anchor, count)) => {
            if !lacks_photo(&act, sent.text("target")).await? {
                return Ok(act.back(&anchor, &taken(count)));
            }
            let to = see_other(format!("/work-orders/{}#{anchor}", act.number));
            Ok(flash::bad(to, no_photo(count)))
        }
        Err(cause) => again(&request, &act, &sent, cause).await,
    }
}

async fn take(act: &Act, id: &str, sent: &mut Sent) -> Result<(String, usize)> {
    let received = std::mem::take(&mut sent.received);
    let place = match sent.text("target") {
        "" => Ok(FilePlace::Order),
        text => text.parse::<Target>().map(FilePlace::from),
    };
    let place = match place {
        Ok(place) => place,
        Err(cause) => {
            add_files::discard(&act.orders, &act.who, id, received).await;
            return Err(cause);
        }
    };
    let anchor = place.target().map_or_else(|| "files".to_owned(), |it| it.to_string().replace(':', "-"));
    let description = sent.text("description").to_owned();
    let added = add_files(&act.orders, &act.who, id, received, place, description).await?;
    // A photo also answers the item that asks for one, which is an event of its own.
    let files = added.iter().filter(|event| event.kind.as_str() == "work_order.file_added.v1");
    Ok((anchor, files.count()))
}

fn taken(count: usize) -> String {
    match count {
        0 => "These files are here already.".to_owned(),
        1 => "The file is kept, with its SHA-256.".to_owned(),
        count => format!("{count} files are kept, each with its SHA-256."),
    }
}

/// Whether a place is an item that asks for a photo, is open, and has none yet.
async fn lacks_photo(act: &Act, target: &str) -> Result<bool> {
    let Ok(Target::Item(id)) = target.parse::<Target>() else { return Ok(false) };
    let order = act.view(None).await?.order;
    let Some((_, item)) = order.item(&id) else { return Ok(false) };
    let is_open = item.ticks.current().is_none() && item.skipped.is_none();
    let place = FilePlace::Item(id);
    let has_photo = order.gathered.files_at(&place).any(|file| file.media_type.starts_with("image/"));
    Ok(item.asks.kind == AskKind::Photo && is_open && !has_photo)
}

fn no_photo(count: usize) -> &'static str {
    if count > 1 {
        "They are kept, but this item asks for a photo: bring a picture, such as a JPEG or PNG. It stays open until then."
    } else {
        "It is kept, but this item asks for a photo: bring a picture, such as a JPEG or PNG. It stays open until then."
    }
}

/// The form once more with what was typed; browsers forget which files were chosen.
async fn again(request: &HttpRequest, act: &Act, sent: &Sent, cause: Error) -> WebResult {
    if !act.who.is_person() || !matches!(cause, Error::Invalid(_) | Error::Refused(_) | Error::TooLarge(_)) {
        return Err(cause.into());
    }
    let status = Problem::of(&cause).status;
    let view = act.view(None).await?;
    let mut page = FilesPage::of(request, act, &view, sent.text("target"));
    sent.text("description").clone_into(&mut page.description);
    match cause {
        Error::Invalid(errors) => page.errors = errors,
        other => page.refused = Some(other.to_string()),
    }
    show_with(status, &page)
}

impl FilesPage {
    /// What is wrong besides what a field of the form says.
    fn other_faults(&self) -> Vec<&str> {
        let shown = ["file", "target", "description", "reason"];
        let others = self.errors.0.iter().filter(|error| !shown.contains(&error.path.as_str()));
        others.map(|error| error.message.as_str()).collect()
    }
}

/// POST `files/withdraw`: fields `file`, `reason`.
pub async fn withdraw(act: Act, form: Form) -> WebResult {
    let id = act.order_id().await?;
    let (file, reason) = (form.text("file").to_owned(), form.text("reason").to_owned());
    withdraw_file(&act.orders, &act.who, &id, file, reason).await?;
    Ok(act.back("files", "Taken back. The file stays in the record."))
}

/// POST `files/check`.
pub async fn check(act: Act) -> WebResult {
    let id = act.order_id().await?;
    check_files(&act.orders, &act.who, &id).await?;
    let files = act.view(None).await?.order.gathered;
    let broken = files.files.iter().filter(|file| file.is_broken()).count();
    let words = if broken == 0 {
        "Every file has the SHA-256 of its record.".to_owned()
    } else {
        format!("{broken} of the files are altered or missing.")
    };
    Ok(act.back("files", &words))
}

/// GET `/work-orders/{number}/files/{file}`: the bytes, for whoever may see the order.
pub async fn show(request: HttpRequest, act: Act, path: Path<(String, String)>) -> WebResult {
    let (order, file) = find(&act, &path.1).await?;
    let is_inline = kind::is_shown_inline(&file.media_type);
    let served = Served {
        blob: storage::place(act.who.project, &order, &file.id),
        length: file.size,
        digest: file.digest,
        content_type: kind::handed_out_as(&file.media_type).to_owned(),
        disposition: name::disposition(is_inline, &file.name),
    };
    if !crate::media::blobs::is_there(&act.orders.app, &served.blob).await? {
        return Err(WebError(Error::not_found(
            "the bytes of this file: evidence is missing, its digest stays in the record; it",
        )));
    }
    Ok(serve_file(&act.orders.app, &request, &served).await?)
}

/// GET `/work-orders/{number}/files/{file}/small`: the small picture.
pub async fn small(act: Act, path: Path<(String, String)>) -> WebResult {
    let (order, file) = find(&act, &path.1).await?;
    let none = || Error::not_found("a small picture of this file");
    if file.picture.is_none() {
        return Err(none().into());
    }
    let app = &act.orders.app;
    let jpeg = add_files::small_picture(app, &act.who, &order, &file.id, &file.media_type).await?;
    Ok(HttpResponse::build(StatusCode::OK)
        .insert_header((CONTENT_TYPE, "image/jpeg"))
        // The address names these bytes for ever; who may see them is asked for each time they are not at hand.
        .insert_header((CACHE_CONTROL, "private, max-age=3600"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(jpeg.ok_or_else(none)?))
}

async fn find(act: &Act, id: &str) -> Result<(String, OrderFile)> {
    let order = act.view(None).await?.order;
    let file = order.gathered.file(id).cloned().ok_or_else(|| Error::not_found("this file"))?;
    Ok((order.id, file))
}
